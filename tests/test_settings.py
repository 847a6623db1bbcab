"""Every setting: what it is when nobody sets it, and the line that says what is wrong with it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from flask import Flask, session

from tests.conftest import SECRET_KEY
from wizard import SettingError, checks, settings
from wizard.app import create_app
from wizard.sessions import open_sessions

ENOUGH = "a key of digits, letters and blanks"


@pytest.fixture
def line(instance, database, monkeypatch, capsys):
    """Returns the one line that the start ends with: as a setting of the environment, and as one of the code."""

    def start(**given):
        given = {"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, **given}
        lines = set()
        for name, value in given.items():
            monkeypatch.setenv(f"FLASK_{name}", value if isinstance(value, str) else json.dumps(value))
        for config in ({}, given):
            with pytest.raises(SystemExit) as caught:
                create_app(config)
            assert caught.value.code == 3
            lines.add(capsys.readouterr().err)
        [line] = lines
        assert re.fullmatch(r"wizard: .+\.?\n", line)
        return line.removeprefix("wizard: ")

    return start


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("APPLICATION_ROOT", 5, "not the beginning of an address. Use / or a path"),
        ("APPLICATION_ROOT", "signup", "not the beginning of an address"),
        ("APPLICATION_ROOT", "", "not the beginning of an address"),
        ("HTTPS_ONLY", "yes", "neither true nor false"),
        ("HTTPS_ONLY", True, "needs the address that visitors are redirected to. Set PUBLIC_URL, such as https://"),
        ("LANGUAGES", "de", "not a list. Write the codes"),
        ("LANGUAGES", ["de", 5], "5 is no language. Use codes"),
        ("MAX_CONTENT_LENGTH", "abc", "not a number above 0. Use a number of bytes"),
        ("MAX_CONTENT_LENGTH", True, "not a number above 0. Use a number of bytes"),
        ("MAX_FORM_MEMORY_SIZE", 1.5, "not a number above 0. Use a number of bytes"),
        ("MAX_FORM_PARTS", "many", "not a number above 0. Use how many inputs a form may send"),
        ("MAX_FORM_PARTS", 0, "not a number above 0"),
        ("PERMANENT_SESSION_LIFETIME", 0, "not a number of seconds between 1 and ten years. Use 86400"),
        ("PERMANENT_SESSION_LIFETIME", 0.5, "not a number of seconds between"),
        ("PERMANENT_SESSION_LIFETIME", "day", "not a number of seconds between"),
        ("PERMANENT_SESSION_LIFETIME", True, "not a number of seconds between"),
        ("PERMANENT_SESSION_LIFETIME", float("inf"), "not a number of seconds between"),
        ("PERMANENT_SESSION_LIFETIME", float("nan"), "not a number of seconds between"),
        ("PERMANENT_SESSION_LIFETIME", 1e300, "not a number of seconds between"),
        ("PERMANENT_SESSION_LIFETIME", None, "not a number of seconds between"),
        ("PREFERRED_URL_SCHEME", "HTTPS", "not one of them. Use http or https"),
        ("PREFERRED_URL_SCHEME", ["https"], "not one of them"),
        ("PUBLIC_URL", "example.com", "not an address that visitors can open. Use https://example.com or"),
        ("PUBLIC_URL", "ftp://example.com", "not an address"),
        ("PUBLIC_URL", "https://example.com?a=b", "not an address"),
        ("PUBLIC_URL", "https://user:word@example.com", "not an address"),
        ("PUBLIC_URL", "https://example.com:99999", "not an address"),
        ("PUBLIC_URL", "https://exa mple.com", "not an address"),
        ("PUBLIC_URL", "https://", "not an address"),
        ("PUBLIC_URL", 5, "not an address"),
        ("SECRET_KEY", "only thirty-one bytes are too few"[:31], "shorter than 32 bytes"),
        ("SECRET_KEY_FALLBACKS", "old", "not a list. Write the old keys like this"),
        ("SERVER_NAME", 5000, "not a host. Use its name, with a port if it needs one"),
        ("SERVER_NAME", "https://example.com", "not a host"),
        ("SERVER_NAME", "", "not a host"),
        ("SESSION_ABSOLUTE_LIFETIME", 0, "not a number of seconds between 1 and ten years"),
        ("SESSION_COOKIE_DOMAIN", "https://example.com", "not a domain. Use its name alone"),
        ("SESSION_COOKIE_DOMAIN", "example.com; Secure", "not a domain"),
        ("SESSION_COOKIE_DOMAIN", False, "not a domain"),
        ("SESSION_COOKIE_NAME", "my session", "not a name that a cookie can have"),
        ("SESSION_COOKIE_NAME", "", "not a name that a cookie can have"),
        ("SESSION_COOKIE_NAME", "language", "the name of the cookie that keeps the language"),
        ("SESSION_COOKIE_NAME", "wizard_timezone", "the name of the cookie that keeps the time zone"),
        ("SESSION_COOKIE_NAME", "__Host-id", "browsers take such a cookie over HTTPS alone. Set SESSION_COOKIE_SECURE"),
        ("SESSION_COOKIE_NAME", "__Secure-id", "browsers take such a cookie over HTTPS alone"),
        ("SESSION_COOKIE_PARTITIONED", True, "browsers take such a cookie over HTTPS alone"),
        ("SESSION_COOKIE_PATH", "signup", "not the beginning of an address. Use / or a path"),
        ("SESSION_COOKIE_PATH", "/a;b", "not the beginning of an address"),
        ("SESSION_COOKIE_SAMESITE", "None", "browsers take such a cookie over HTTPS alone"),
        ("SESSION_COOKIE_HTTPONLY", "False", "neither true nor false. Write it in small letters"),
        ("SESSION_COOKIE_PARTITIONED", 1, "neither true nor false"),
        ("SESSION_COOKIE_SAMESITE", "lax ", "not one that browsers know. Use Lax, Strict or None"),
        ("SESSION_COOKIE_SECURE", "yes", "neither true nor false"),
        ("TRUSTED_HOSTS", "example.com", "not a list. Write the hosts like this"),
        ("TRUSTED_HOSTS", [], "not a list"),
        ("TRUSTED_HOSTS", ["https://example.com"], "'https://example.com' is no host. Use its name without scheme"),
        ("TRUSTED_HOSTS", ["example.com:8000"], "'example.com:8000' is no host"),
        ("TRUSTED_HOSTS", ["*.example.com"], "'*.example.com' is no host"),
        ("TRUSTED_HOSTS", ["[::1]"], "'[::1]' is no host"),
        ("TRUSTED_HOSTS", [5], "5 is no host"),
        ("TRUSTED_PROXIES", "nginx", "not a number. Use how many proxies"),
        ("TRUSTED_PROXIES", -1, "not a number. Use how many proxies"),
        ("TRUSTED_PROXIES", True, "not a number. Use how many proxies"),
        ("RATELIMIT_ENABLED", "no", "neither true nor false"),
        ("WIZARD_LIMIT_CHECKS", "600 per minute", "not a limit by address and by run. Write it like this"),
        ("WIZARD_LIMIT_CHECKS", {"ip": "600 per minute"}, "not a limit by address and by run"),
        ("WIZARD_LIMIT_FINISH", {"address": "often"}, "'often' is no limit. Write it like this"),
        ("WIZARD_LIMIT_FINISH", {"run": "0 per minute"}, "'0 per minute' is no limit"),
        ("WIZARD_LIMIT_FINISH", {"run": "5 per minute; 0 per hour"}, "'5 per minute; 0 per hour' is no limit"),
        ("WIZARD_LIMIT_REFUSED", {"run": 5}, "5 is no limit. Write it like this"),
        ("WIZARD_LOG_ADDRESS", "some", "not one of them. Use full, network or none"),
        ("WTF_CSRF_FIELD_NAME", 5, "not a name that the input of the token can have"),
        ("WTF_CSRF_FIELD_NAME", "", "not a name that the input"),
        ("WTF_CSRF_FIELD_NAME", "my token", "not a name that the input"),
        ("WTF_CSRF_HEADERS", "X-CSRFToken", "not a list of headers. Write them like this"),
        ("WTF_CSRF_HEADERS", [5], "not a list of headers"),
        ("WTF_CSRF_HEADERS", None, "not a list of headers"),
        ("WTF_CSRF_SECRET_KEY", 5, "not a text. Make one with"),
        ("WTF_CSRF_TIME_LIMIT", "1h", "not a number of seconds above 0"),
        ("WTF_CSRF_TIME_LIMIT", True, "not a number of seconds above 0"),
        ("WTF_CSRF_TIME_LIMIT", 0, "not a number of seconds above 0"),
        ("WIZARD_LOG_FORMAT", "JSON", "not one of them. Use text or json"),
        ("WIZARD_MOST_RUNS", 0, "not a number above 0. Use how many unfinished runs"),
        ("WIZARD_SESSION_BYTES", "256 kB", "not a number above 0. Use a number of bytes, such as 262144"),
    ],
)
def test_a_setting_that_cannot_work_is_one_line_at_the_start(line, name, value, said):
    """It names the setting, says the cure, and is no traceback; wherever the setting comes from."""
    assert line(**{name: value}).startswith(f"{name}: {said}")


@pytest.mark.parametrize(("name", "value"), [("DOMAIN", "example.com"), ("PATH", "/signup")])
def test_a_cookie_that_a_browser_would_drop_is_told(line, name, value):
    """A name that begins with __Host- promises that there is neither."""
    said = line(**{"SESSION_COOKIE_NAME": "__Host-id", "SESSION_COOKIE_SECURE": True, f"SESSION_COOKIE_{name}": value})
    assert said.startswith(f"SESSION_COOKIE_{name}: browsers take no cookie whose name begins with __Host-")


def test_a_short_key_is_told_the_command_that_makes_one(line):
    """And its own text stays out of the log."""
    said = line(SECRET_KEY="shorter")
    assert checks.MAKE_A_KEY in said
    assert "shorter than 32" in said
    assert said.count("shorter") == 1


@pytest.mark.parametrize("name", ["DATABASE_URL", "SESSION_URL"])
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "no database driver for this URL"),
        ("sqlite:x.db", "no database driver for this URL"),
        ("nonsense://u:geheim@h/d", "no database driver for this URL"),
        ("sqlite://", "a database in memory"),
        ("sqlite:///", "a database in memory"),
        ("sqlite:///:memory:", "a database in memory"),
        ("sqlite:///file:x?mode=memory&uri=true", "a database in memory"),
        ("sqlite:////nowhere/at/all.db", "the database does not answer"),
        ("postgresql://u:geheim@127.0.0.1:port/d", "the host or the port in this URL is none"),
        ("postgresql://u:geheim@127.0.0.1:99999/d", "the host or the port in this URL is none"),
        ("postgresql://u:geheim@[::1/d", "the host or the port in this URL is none"),
        ("postgresql://u:ge@heim@127.0.0.1:1/d", "the user or the password holds a character that ends it"),
        ("postgresql://u:ge/heim@127.0.0.1:1/d", "the user or the password holds a character that ends it"),
        ("postgresql://u:geheim@127.0.0.1:1/d", "the database does not answer"),
        ("postgresql://u:geheim@127.0.0.1:1/d?geheim=1", "the database does not answer"),
        ("postgresql://u:geheim@127.0.0.1:1/d?port=geheim", "no database driver can read this URL"),
        ("postgresql://u@127.0.0.1:1/d?password=geheim@", "the database does not answer"),
        ("postgresql://u:geheim%40@127.0.0.1:1/d?sslmode=geheim%40", "the database does not answer"),
        ("postgresql://u:geheim@127.0.0.1:1/d?connect_timeout=geheim@", "the database does not answer"),
        ("postgresql+psycopg2://u:geheim@h/d", "no database driver for this URL"),
        ("sqlite:////tmp", "the database does not answer"),
        ("sqlite+pysqlite:///", "a database in memory"),
        (" ", "no database driver for this URL"),
    ],
)
def test_a_url_that_cannot_work_is_one_line_without_its_password(line, name, url, said):
    """The setting and the cure, and nothing that an operator's log should not hold."""
    told = line(**{name: url})
    assert told.startswith(f"{name}: {said}")
    assert re.search(r"Use |mend the URL", told)
    assert "geheim@" not in told
    assert "heim@" not in told


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://:geheim@127.0.0.1:x/0", "the host or the port"),
        ("redis://:geheim@127.0.0.1:1/0", "Redis does not answer"),
        ("redis://:geheim@127.0.0.1:1/0?nonsense=1", "Redis knows no such option"),
        ("redis://:geheim@127.0.0.1:1/0?db=x", "Redis does not answer"),
        ("redis:geheim", "no database driver for this URL"),
        ("rediss://:geheim@127.0.0.1:1/0?ssl_cert_reqs=geheim", "Redis does not answer"),
        ("redis://127.0.0.1:1/0?password=geheim&protocol=9", "Redis does not answer"),
        ("redis://127.0.0.1:1/0?socket_timeout=geheim", "Redis does not answer"),
        ("redis+sentinel://:geheim@h/0", "no database driver for this URL"),
    ],
)
def test_a_url_of_redis_that_cannot_work_is_one_too(line, url, said):
    """Of redis-py's errors, none comes through."""
    told = line(SESSION_URL=url)
    assert told.startswith(f"SESSION_URL: {said}")
    assert "geheim" not in told


@pytest.mark.parametrize("name", ["DATABASE_URL", "SESSION_URL", "SECRET_KEY"])
def test_a_number_for_a_text_is_told(instance, database, capsys, name):
    """In the code; in the environment everything is text."""
    with pytest.raises(SystemExit):
        create_app({"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, name: 5})
    assert capsys.readouterr().err.startswith(f"wizard: {name}: not a text. ")
    with pytest.raises(SettingError, match="SESSION_URL: no database driver for this URL"):
        open_sessions(5)


@pytest.mark.slow
def test_a_setting_that_cannot_work_ends_a_process_with_its_line_alone(instance):
    """Nothing else on standard error, and the status by which gunicorn gives up."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FLASK_")}
    code = "from wizard.app import create_app; create_app()"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**kept, "FLASK_SECRET_KEY": "k"}, capture_output=True, text=True
    )
    assert done.returncode == 3
    assert done.stderr.startswith("wizard: SECRET_KEY: shorter than 32 bytes")
    assert done.stderr.count("\n") == 1


def test_an_empty_setting_is_none(instance, monkeypatch):
    """A line of an env file that is left empty."""
    for name in ("DATABASE_URL", "SESSION_URL", "SECRET_KEY"):
        monkeypatch.setenv(f"FLASK_{name}", "")
    app = create_app({"SECRET_KEY_FALLBACKS": ["", 12, b"old"]})
    assert app.config["SESSION_URL"] == app.config["DATABASE_URL"] == f"sqlite:///{instance / 'wizard.db'}"
    assert len(app.secret_key) == 64
    assert app.config["SECRET_KEY_FALLBACKS"] == ["12", b"old"]


@pytest.mark.parametrize("key", ["123456789" * 4, "12e45678" + "0" * 40, '"' + "x" * 32 + '"', ENOUGH])
def test_a_key_is_a_text_whatever_it_looks_like(instance, monkeypatch, key):
    """The environment's other settings are read as JSON where they can be."""
    monkeypatch.setenv("FLASK_SECRET_KEY", key)
    assert create_app().secret_key == key
    assert not (instance / "secret_key").exists()


def test_a_key_of_bytes_is_a_key(instance):
    """Flask takes it, and so do we."""
    assert create_app({"SECRET_KEY": b"k" * 32}).secret_key == b"k" * 32


def test_an_application_of_somebody_elses_needs_a_key_too():
    """Whichever key it likes, but one; and the engine's settings are checked there as well."""
    app = Flask("shop")
    with pytest.raises(SettingError, match=r"\ASECRET_KEY: is not set.* Set app.secret_key before a wizard") as caught:
        settings.check(app)
    assert checks.MAKE_A_KEY in str(caught.value)
    app.secret_key = "key"
    settings.check(app)
    app.config["WIZARD_MOST_RUNS"] = "many"
    with pytest.raises(SettingError, match=r"\AWIZARD_MOST_RUNS: not a number above 0"):
        settings.check(app)


def test_an_application_without_a_key_is_told_so_by_flask(database):
    """When it first writes to its session; reading is harmless."""
    app = Flask("shop")
    app.testing = True
    app.session_interface = open_sessions(database)
    app.add_url_rule("/read", "read", lambda: str(dict(session)))
    app.add_url_rule("/write", "write", lambda: session.update(a=1) or "")
    assert app.test_client().get("/read").text == "{}"
    with pytest.raises(RuntimeError, match="no secret key was set"):
        app.test_client().get("/write")


def test_the_defaults_are_what_the_readme_says(instance):
    """A day, a megabyte, three languages, fifty runs, 256 kB."""
    config = create_app().config
    assert config["PERMANENT_SESSION_LIFETIME"] == timedelta(days=1)
    assert config["SESSION_ABSOLUTE_LIFETIME"] == timedelta(days=7)
    assert config["MAX_CONTENT_LENGTH"] == config["MAX_FORM_MEMORY_SIZE"] == 1_000_000
    assert config["LANGUAGES"] == ["en", "de", "es"]
    assert (config["WIZARD_MOST_RUNS"], config["WIZARD_SESSION_BYTES"]) == (50, 256 * 1024)


def test_settings_of_the_environment_are_heeded(instance, monkeypatch):
    """But one that the code gives goes first."""
    monkeypatch.setenv("FLASK_PERMANENT_SESSION_LIFETIME", "60.5")
    monkeypatch.setenv("FLASK_WIZARD_MOST_RUNS", "3")
    monkeypatch.setenv("FLASK_WIZARD_LIMIT_CHECKS__run", "5 per hour")
    config = create_app({"WIZARD_MOST_RUNS": 4}).config
    assert config["WIZARD_LIMIT_CHECKS"] == {"address": "600 per minute", "run": "5 per hour"}
    assert settings.ENGINE["WIZARD_LIMIT_CHECKS"].default["run"] == "120 per minute"
    assert config["PERMANENT_SESSION_LIFETIME"] == timedelta(seconds=60.5)
    assert config["WIZARD_MOST_RUNS"] == 4


@pytest.mark.parametrize("name", ["DATABASE_URL", "SESSION_URL"])
def test_a_url_that_no_file_can_have_is_told(instance, database, capsys, name):
    """The environment holds no such character, but the code may."""
    with pytest.raises(SystemExit):
        create_app({"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, name: "sqlite:///x\0.db"})
    assert capsys.readouterr().err.startswith(f"wizard: {name}: no database driver for this URL. Use sqlite:////")


def test_what_a_driver_says_is_told_without_the_passwords_of_its_url():
    """However they are written there."""
    url = "postgresql://u:ge%40heim@h/d?sslPassword=s+e&api_token=t%2Fk&sslmode=prefer"
    said = settings.without_secrets("ge%40heim ge@heim s+e s e t%2Fk t/k prefer u", url)
    assert said == "*** *** *** *** *** *** prefer u"
    assert settings.without_secrets("nothing to hide", "sqlite:////a.db") == "nothing to hide"
