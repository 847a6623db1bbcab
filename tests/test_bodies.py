"""How much a request may send: more is a 413 before any of it is parsed, with a length and without."""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager

import pytest
from flask import request
from werkzeug.test import EnvironBuilder, run_wsgi_app

from wizard import bodies

FORM = "application/x-www-form-urlencoded"
PART = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n'


class Watched(io.BytesIO):
    """A body that knows how much of it was read."""

    def __init__(self, data):
        super().__init__(data)
        self.most = 0

    def read(self, *args):
        data = super().read(*args)
        self.most = max(self.most, self.tell())
        return data

    def readinto(self, buffer):
        count = super().readinto(buffer)
        self.most = max(self.most, self.tell())
        return count


def send(app, path, body, *, chunked=False, content_type=FORM):
    """Send a body as a server hands it on; a chunked one has no length, and an end that the server knows."""
    environ = EnvironBuilder(path, method="POST").get_environ() | {"CONTENT_TYPE": content_type}
    environ["wsgi.input"] = stream = Watched(body)
    if chunked:
        environ |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    else:
        environ["CONTENT_LENGTH"] = str(len(body))
    chunks, status, _ = run_wsgi_app(app, environ)
    return status, b"".join(chunks).decode(), stream.most


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("path", ["/signup/account", "/signup/summary", "/signup/clear", "/signup/account/check/email"])
def test_a_body_over_the_limit_is_a_413_and_never_cut(app, path, kind, chunked):
    """A chunked one has no length to look at, and werkzeug stops reading at the limit without a word."""
    part = (
        b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n' if "x" in kind.partition("=")[2] else b"email="
    )
    status, page, read = send(
        app, path, part + b"z" * app.config["MAX_CONTENT_LENGTH"], chunked=chunked, content_type=kind
    )
    assert status.startswith("413")
    assert "Too much for one page" in page
    assert read <= app.config["MAX_CONTENT_LENGTH"] + 1


def test_a_chunked_body_may_fill_the_limit_to_the_last_byte(app):
    """What is whole is not taken for cut."""
    limit = app.config["MAX_CONTENT_LENGTH"]
    status, page, _ = send(app, "/signup/account", b"username=ada&x=".ljust(limit, b"z"), chunked=True)
    assert status.startswith("422")
    assert 'value="ada"' in page


@pytest.mark.parametrize("chunked", [False, True])
def test_the_check_of_one_field_is_given_a_few_kilobytes(app, chunked):
    """Anybody may ask for it, without a cookie and a token; no more than that is even read."""
    path = "/signup/account/check/email"
    status, _, read = send(app, path, b"email=" + b"z" * bodies.MOST_OF_A_CHECK, chunked=chunked)
    assert status.startswith("413")
    assert read <= bodies.MOST_OF_A_CHECK + 1
    status, page, _ = send(app, path, b"email=".ljust(bodies.MOST_OF_A_CHECK, b"z"), chunked=chunked)
    assert status.startswith("200")
    assert "254 characters" in page


def test_an_application_may_allow_less_than_a_check(app):
    """Its own limit holds."""
    app.config["MAX_CONTENT_LENGTH"] = 100
    assert send(app, "/signup/account/check/email", b"email=".ljust(101, b"z"))[0].startswith("413")


def test_a_form_may_have_thousands_of_inputs_and_not_hundreds_of_thousands(app):
    """Each costs something, and no form has as many."""
    assert send(app, "/signup/account", b"&".join([b"a="] * bodies.MOST_INPUTS))[0].startswith("422")
    assert send(app, "/signup/account", b"&".join([b"a="] * (bodies.MOST_INPUTS + 1)))[0].startswith("413")


@contextmanager
def calls():
    """How many functions written in Python are called meanwhile: the same on every machine."""
    counted = [0]

    def count(frame, event, arg):
        counted[0] += event == "call"

    sys.setprofile(count)
    try:
        yield counted
    finally:
        sys.setprofile(None)


@pytest.mark.parametrize(
    "body", [b"%ff", b"%", b"%zz", b"%e2x", "é%ff".encode(), b"\xff", b"%f0%9f", b"\xc3%a4"], ids=ascii
)
@pytest.mark.parametrize("path", ["/signup/account", "/wizard-assets/language"])
def test_no_body_costs_more_than_another(app, path, body):
    """Whatever a megabyte is made of."""
    counts = []
    for data in (b"a", body):
        whole = b"email=" + data * (900_000 // len(data))
        send(app, path, whole)
        with calls() as counted:
            send(app, path, whole)
        counts.append(counted[0])
    usual, here = counts
    assert here < usual + 200


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("name", [b"Zo\xeb", b"Zo%EB"])
def test_bytes_that_are_no_text_are_told_at_their_field_and_nothing_is_lost(app, kind, name):
    """The form is not taken for empty: each field is as it was typed, but for what cannot be read."""
    app.config["WTF_CSRF_ENABLED"] = False
    body = b"email=ada@example.com&username=" + name
    if kind != FORM:
        body = PART + b'ada@example.com\r\n--x\r\nContent-Disposition: form-data; name="username"\r\n\r\n'
        body += name.replace(b"%EB", b"\xeb") + b"\r\n--x--\r\n"
    status, page, _ = send(app, "/signup/account", body, content_type=kind)
    assert status.startswith("422")
    assert "Type it instead of pasting it" in page
    assert 'value="ada@example.com"' in page
    assert 'value="Zo\ufffd"' in page


def test_a_form_is_read_as_browsers_write_it(app):
    """Pluses, escapes in either case, letters that are not escaped, names without a value, and a lone percent sign."""
    written = "a=b+c&%61=%c3%A4%2B&ä=é&empty&100%=5%&&x=a=b"
    environ = EnvironBuilder("/", method="POST", content_type=FORM, data=written.encode()).get_environ()
    with app.request_context(environ):
        bodies.bound()
        read = {name: request.form.getlist(name) for name in request.form}
    assert read == {"a": ["b c", "ä+"], "ä": ["é"], "empty": [""], "100%": ["5%"], "x": ["a=b"]}


def test_a_body_that_the_application_has_parsed_before_is_taken_as_it_is(app):
    """A guest does not read it again; what was cut is seen all the same."""

    @app.before_request
    def parse():
        assert request.form

    assert send(app, "/signup/account", b"username=ada", chunked=True)[0].startswith("422")
    assert send(app, "/signup/account", b"a=".ljust(1_000_001, b"z"), chunked=True)[0].startswith("413")
