"""Engine: what the engine reads in anybody's application, and what it sees to of Flask's and Flask-WTF's."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from .. import checks, themes
from .setting import Setting, count, languages, lifetime, parts, truth

#: The characters that a session can have, unless it is set: far more than people type.
SESSION_BYTES = 262_144

#: The bytes that all files of a run can have, unless it is set, or one page takes more.
FILES_BYTES = 200_000_000

#: What the engine reads, in anybody's application.
ENGINE = {
    "LANGUAGES": Setting(["en"], languages, "list of languages", "which languages the pages are offered in"),
    "RATELIMIT_ENABLED": Setting(True, truth, "true or false", "whether there are limits at all"),
    "SESSION_ABSOLUTE_LIFETIME": Setting(
        timedelta(days=7),
        lifetime,
        "seconds",
        "for how many seconds a session is kept at most, however often something is changed. Who comes later is told",
    ),
    "WIZARD_FILES_BYTES": Setting(
        FILES_BYTES,
        count(1, f"Use a number of bytes, such as {FILES_BYTES}."),
        "bytes",
        "how many bytes all files of a run may have, those of all its pages and entries of lists; more only where one "
        "page takes more",
    ),
    "WIZARD_FILES_URL": Setting(
        None,
        checks.files_url,
        "URL",
        "where files are kept that visitors upload: a database, a folder (`file:///var/lib/files`) or a bucket "
        "(`s3://bucket/prefix`)",
    ),
    "WIZARD_LIMIT_BEGIN": Setting(
        {"address": "120 per hour", "run": "30 per hour"},
        checks.limit,
        "limits",
        "how often a payment or the like may be begun, or a code be sent by mail; beside that, an address gets five "
        "codes an hour",
    ),
    "WIZARD_LIMIT_CHECKS": Setting(
        {"address": "600 per minute", "run": "120 per minute"},
        checks.limit,
        "limits",
        "how often fields may be checked while somebody types, from one address and in one run. What is left out is "
        "not limited",
    ),
    "WIZARD_LIMIT_FINISH": Setting(
        {"address": "600 per 10 minutes", "run": "20 per minute"},
        checks.limit,
        "limits",
        "how often somebody may try to finish",
    ),
    "WIZARD_LIMIT_REFUSED": Setting(
        {"address": "300 per minute", "run": "60 per minute"},
        checks.limit,
        "limits",
        "how many answers may be refused before no more are looked at for a while",
    ),
    "WIZARD_LIMIT_SIGN_IN": Setting(
        {"address": "100 per 10 minutes", "account": "10 per 10 minutes; 100 per day"},
        partial(checks.limit, by="account"),
        "limits",
        "how often a password may be tried, from one address and for one account",
    ),
    "WIZARD_LOG_ADDRESS": Setting(
        "network",
        checks.one_of("full", "network", "none"),
        "word",
        "what the security log says of a visitor's address: `full`, `network` or `none`",
    ),
    "WIZARD_LOG_FORMAT": Setting(
        "text", checks.one_of("text", "json"), "word", "how a line of the security log is written: `text` or `json`"
    ),
    "WIZARD_METRICS_TOKEN": Setting(
        None, checks.token, "key", "who sends it may read `/metrics` from anywhere, and nobody else may"
    ),
    "WIZARD_MOST_RUNS": Setting(
        50,
        count(1, "Use how many unfinished runs a visitor may have, such as 50."),
        "number",
        "how many unfinished runs of one flow a visitor may have, with `many=True`",
    ),
    "WIZARD_SEAL_SESSIONS": Setting(
        True,
        truth,
        "true or false",
        "whether the rows of new sessions are sealed. Set it to `false` while a version that knows no sealing still "
        "runs beside this one",
    ),
    "WIZARD_SESSION_BYTES": Setting(
        SESSION_BYTES,
        count(1, f"Use a number of bytes, such as {SESSION_BYTES}."),
        "bytes",
        "how many bytes a session may have; if it holds several runs, each of them",
    ),
    "WIZARD_THEME": Setting(
        "trail",
        checks.one_of(*themes.OURS, *themes.FRAMEWORKS),
        "word",
        "how pages look: `trail`, `plain` or `contrast`, of which a style sheet of yours can change each, or "
        "`bootstrap` or `govuk`",
    ),
    "WTF_CSRF_TIME_LIMIT": Setting(
        3600,
        checks.time_limit,
        "seconds",
        "for how many seconds a page can be sent after it was opened; `null` for as long as its session. A page that "
        "is sent later is shown again with what was typed",
    ),
}

#: Flask's own and Flask-WTF's, of which a wrong one would fail only while a request is answered.
THEIRS = {
    "APPLICATION_ROOT": Setting("/", checks.root, "path", "the path below which the application is"),
    "MAX_FORM_PARTS": Setting(1000, parts, "number", "how many inputs a form may send"),
    "PREFERRED_URL_SCHEME": Setting(
        "http",
        checks.one_of("http", "https"),
        "word",
        "what addresses begin with that are made outside of a request: `http` or `https`",
    ),
    "SECRET_KEY_FALLBACKS": Setting(
        None,
        checks.old_keys,
        "list of keys",
        """old keys, as a list: `'["old key"]'`. What they signed and sealed stays valid, and moves to the new key """
        "when it is saved",
    ),
    "SERVER_NAME": Setting(
        None, checks.server, "host", "the host, and perhaps the port, of addresses that are made outside of a request"
    ),
    "WTF_CSRF_FIELD_NAME": Setting(
        "csrf_token", checks.name_of_input, "name", "the input that holds the token of a form"
    ),
    "WTF_CSRF_HEADERS": Setting(
        ["X-CSRFToken", "X-CSRF-Token"],
        checks.names_of_headers,
        "list of names",
        "the headers that may hold the token of a form",
    ),
    "WTF_CSRF_SECRET_KEY": Setting(
        None, checks.own_key, "key", "what signs the tokens of forms, where that is not the `SECRET_KEY`"
    ),
}
