"""No request is a 500: whatever a client sends is answered, by every route, and nothing is noted as our mistake.

The environment of each request is built by hand, since a test client would tidy it. ``FUZZ=20000`` tries more.
"""

from __future__ import annotations

import io
import logging
import os
import re
from contextlib import contextmanager
from importlib import import_module
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import ACCOUNT, PROFILE, SECRET_KEY, SECURITY, TEAM, Visitor
from wizard.app import create_app
from wizard.limits import UNLIMITED

#: How many requests are tried by hand.
BY_HAND = int(os.environ.get("FUZZ", "0"))

#: What somebody did not expect somewhere.
NASTY = [
    *rb"""0 1 -1 1e9999 NaN null true [] {} % %00 %zz %ff %ed%a0%80 %s%n {{7*7}} <b> ' " ; & = # ? / // //[ http://[
    //a@b \ .. ../.. /%2e%2e/ javascript:1 http://e.example a.b.c.d remove. add. change.x =?utf-8?q?x?= * */*;q=x
    de;q=9,*;q=-1,x-y-z bytes=0-0,-1 bytes=9-1 W/"x gzip;q=1e999 ::1 [::1 a:b:c -x-""".split(),
    *(b"", b" ", b"\0", b"\n", b"\r\nX: y", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"Thu, 99 Foo 20000"),
    *("٣".encode(), "²".encode(), "\u212a\u0130ß".encode(), "\u202e\u2066\u0301\U0001f600\ufffe".encode()),
    *(b"9" * 5000, b"a" * 9000, b"." * 300, b"-" * 300, b"change." + b"7" * 5000, "\u0301".encode() * 300),
]
TEXTS = st.text(max_size=8).map(lambda text: text.encode("utf-8", "replace"))
TOKENS = st.one_of(st.sampled_from(NASTY), st.binary(max_size=12), TEXTS)

METHODS = ["GET", "POST", "POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "get", "X", "\xff"]

HEADERS = re.findall(
    r"\S+",
    """HX-Request HX-Request-Type HX-History-Restore-Request HX-Boosted HX-Current-URL HX-Target HX-Trigger HX-Prompt
    HX-Source Accept Accept-Language Accept-Encoding Accept-Charset Range If-Range If-Match If-None-Match
    If-Modified-Since If-Unmodified-Since Host Origin Referer Sec-Fetch-Site X-CSRFToken X-Forwarded-For
    X-Forwarded-Proto X-Forwarded-Host X-Forwarded-Port X-Forwarded-Prefix Forwarded X-Request-ID Authorization
    Expect Transfer-Encoding Date Via X-HTTP-Method-Override Cache-Control User-Agent Connection
    Content-Encoding Upgrade""",
)

USUAL = {
    "HX-Request": [b"true"],
    "HX-Request-Type": [b"partial", b"full"],
    "HX-History-Restore-Request": [b"true"],
    "Accept-Language": [b"de", b"es-419,fr;q=0.1"],
    "Accept-Encoding": [b"gzip", b"br", b"zstd, deflate"],
    "Sec-Fetch-Site": [b"same-origin", b"cross-site"],
}

FORM, MULTIPART = b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x"
TYPES = [
    *(FORM, MULTIPART, b"", b"application/json", b"text/plain; charset=nope", b"/", b";;;", b"a" * 5000),
    *(b"multipart/form-data", MULTIPART[:-1], MULTIPART + b"\xff", FORM + b"; charset=utf-16"),
]

#: How long a body is said to be.
LENGTHS = [*["right"] * 4, "chunked", "short", "long", "none", "-1", "x", "9" * 5000]


class Tokenless(Visitor):
    """A visitor of an application that has turned tokens off, so that more of what is sent gets further."""

    def open(self, page):
        opened = self.get(page, follow_redirects=True).text
        return {"csrf_token": "", "_run": re.search(r'name="_run" value="([^"]*)"', opened)[1]}


class Site:
    """An application that is sent requests, and the cookies of visitors who are somewhere in it."""

    def __init__(self, app, names, paths=()):
        self.app = app
        app.config["PROPAGATE_EXCEPTIONS"] = False
        rules = {re.sub(r"<[^>]*>", "*", str(rule)) for rule in app.url_map.iter_rules()}
        self.paths = sorted({*rules, *paths})
        self.names = [name.encode() for name in names]
        self.cookies = [
            *(b"", b"session=" + b"a" * 9000, b"session=; session", b"language=\xff; session=\0", b"=" * 300),
            b"language=xx-" + b"y" * 300,
        ]

    def requests(self):
        """Return a strategy for what :meth:`send` takes."""
        good, cookie = st.sampled_from(self.names), st.sampled_from(self.cookies)
        part = st.one_of(good, good, good, TOKENS)
        path = st.builds(_filled, st.sampled_from(self.paths), st.lists(part, min_size=4, max_size=4))
        pairs = st.lists(st.tuples(part, part), max_size=8)
        header = st.sampled_from(HEADERS).flatmap(lambda name: st.tuples(st.just(name), _value(name)))
        other = st.tuples(st.sampled_from(TYPES), TOKENS)
        return st.fixed_dictionaries(
            {
                "method": st.sampled_from(METHODS),
                "path": st.one_of(path, path, TOKENS.map(lambda token: b"/" + token)),
                "query": st.one_of(st.just(b""), pairs.map(_urlencoded), TOKENS),
                "cookie": st.one_of(cookie, cookie, st.builds(_damaged, cookie, st.integers(0, 200), TOKENS)),
                "headers": st.lists(header, max_size=4).map(dict),
                "body": st.one_of(pairs.map(_form), pairs.map(_form), pairs.map(_multipart), other),
                "length": st.sampled_from(LENGTHS),
            }
        )

    def send(self, method, path, query, cookie, headers, body, length):
        """Send a request as a server hands it on, and return the status."""
        kind, data = body
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": _raw(path),
            "QUERY_STRING": _raw(query),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": _raw(cookie),
            "CONTENT_TYPE": _raw(kind),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.input": io.BytesIO(data),
            UNLIMITED: "yes",
        }
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": _raw(value) for name, value in headers.items()}
        if length == "chunked":
            environ |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
        elif length != "none":
            known = {"right": len(data), "short": len(data) // 2, "long": len(data) + 9}
            environ["CONTENT_LENGTH"] = str(known.get(length, length))
        said = []
        answer = self.app(environ, lambda status, headers, *_: said.append((status, headers)))
        for chunk in answer:
            assert isinstance(chunk, bytes)
        if hasattr(answer, "close"):
            answer.close()
        ((status, sent),) = said
        assert not [value for _, value in sent if "\n" in value or "\r" in value]
        return int(status.split()[0])


def _raw(data):
    return data.decode("latin-1")


def _filled(path, parts):
    for part in parts:
        path = path.replace("*", _raw(part), 1)
    return path.encode("latin-1")


def _value(name):
    return st.one_of(st.sampled_from(USUAL[name]), TOKENS) if name in USUAL else TOKENS


def _damaged(cookie, at, token):
    return cookie[:at] + token + cookie[at + 1 :]


def _quoted(data):
    # Half of what is nasty is nasty because it is not quoted.
    return data if len(data) % 2 else quote_from_bytes(data).encode()


def _urlencoded(pairs):
    return b"&".join(_quoted(name) + b"=" + _quoted(value) for name, value in pairs)


def _form(pairs):
    return FORM, _urlencoded(pairs)


def _multipart(pairs):
    parts = (b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % pair for pair in pairs)
    return MULTIPART, b"".join(parts) + b"--x--\r\n"


def _cookies(client):
    return "; ".join(f"{cookie.key}={cookie.value}" for cookie in client._cookies.values()).encode()


@contextmanager
def mistakes_of(app):
    """What the application notes as its own mistake."""
    records = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: records.append(logging.Formatter().format(record))
    app.logger.addHandler(handler)
    try:
        yield records
    finally:
        app.logger.removeHandler(handler)


@pytest.fixture
def signup(store_url, database):
    """The signup, and visitors at its beginning, in the middle, before its end, and after."""
    accounts = database if store_url.startswith("redis") else store_url
    settings = {"DATABASE_URL": accounts, "SESSION_URL": store_url, "SECRET_KEY": SECRET_KEY}
    app = create_app({**settings, "WTF_CSRF_ENABLED": False})
    answers = {**ACCOUNT, **PROFILE, **TEAM, **SECURITY}
    names = re.findall(
        r"\S+",
        """account profile plan team members security summary done clear check personal name password email 1 2
        csrf_token _action _run _revision _language _held from run next language de back add undo remove.1 change.1
        remove. resume""",
    )
    paths = ["/signup/account", "/signup/members", "/signup/members/1", "/signup/summary"]
    site = Site(app, [*names, *answers, *answers.values()], paths)
    for number in range(5):
        visitor = Tokenless(app.test_client())
        visitor.client.environ_base[UNLIMITED] = "yes"
        if number:
            visitor.answer("account", email=f"ada{number}@example.com", username=f"ada{number}")
        if number > 1:
            visitor.answer("profile", **PROFILE)
            visitor.answer("plan", plan="team")
            visitor.answer("team", **TEAM)
            visitor.answer("members", name="Bob", email="bob@example.com", _action="add")
        if number > 2:
            visitor.answer("members")
            visitor.answer("security", **SECURITY)
        if number > 3:
            visitor.post("summary")
        visitor.client.get("/signup/account")
        site.cookies += [_cookies(visitor.client), _cookies(visitor.client) + b"; language=de"]
    return site


@pytest.fixture
def expenses(tmp_path):
    """An example with several runs at once, and a visitor who has begun two."""
    app = import_module("examples.expenses").create_app(str(tmp_path))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.environ_base[UNLIMITED] = "yes"
    names = re.findall(
        r"\S+",
        """_action _run start start. remove. claim entries bank title payment transfer summary done clear 1""",
    )
    for _ in range(2):
        address = client.post("/expenses/", data={"_action": "start"}).location or ""
        names += [part for part in address.split("/") if part]
        client.get(address)
    site = Site(app, names)
    site.cookies += [_cookies(client)] * 4
    return site


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "store_url"),
    [("signup", "sqlite"), ("signup", "postgres"), ("signup", "redis"), ("expenses", "sqlite")],
    indirect=["store_url"],
)
def test_no_request_is_our_mistake(request, name, store_url):
    """Methods, paths, queries, headers, cookies and bodies that no browser sends, and some that it does."""
    site = request.getfixturevalue(name)

    @settings(
        max_examples=BY_HAND or 150,
        derandomize=not BY_HAND,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink] if BY_HAND else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(site.requests())
    def check(sent):
        records.clear()
        status = site.send(**sent)
        assert status < 500, "\n".join(records)
        assert not records

    with mistakes_of(site.app) as records:
        check()


@pytest.mark.parametrize("store_url", ["sqlite", "postgres", "redis"], indirect=True)
def test_what_was_a_mistake_once_is_answered(signup):
    """With words for a person, or a way on."""
    once = [
        ("POST", b"/signup/account", b"next=//[", b"_language=de&next=//["),
        ("POST", b"/signup/members", b"", b"_action=change." + b"7" * 5000),
        ("POST", b"/signup/members", b"", b"_action=remove." + "²".encode()),
        ("POST", b"/signup/members", b"", b"_action=remove." + b"7" * 5000),
        ("GET", b"/signup/members/" + b"7" * 5000, b"", b""),
        ("GET", b"/signup/\xff\xfe", b"", b""),
        ("GET", b"/signup/account", b"\xff=%ff&from=\xc3", b""),
        ("GET", b"/", b"\xff", b""),
        ("GET", b"/nowhere", b"\xff", b""),
        ("POST", b"/signup/account", b"", b"email=%ed%a0%80&%ff=1&username=%00"),
        ("GET", b"//[/signup", b"", b""),
    ]
    with mistakes_of(signup.app) as records:
        for cookie in signup.cookies[:10]:
            for method, path, query, data in once:
                sent = {"method": method, "path": path, "query": query, "cookie": cookie}
                assert signup.send(**sent, headers={}, body=(FORM, data), length="right") < 500
    assert not records
