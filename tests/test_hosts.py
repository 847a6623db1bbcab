"""Hosts: no address is made of what a request says its host is, and HTTPS where it must be."""

from __future__ import annotations

import pytest
from flask import Flask
from wtforms import Form, StringField

from tests.conftest import ACCOUNT, SECRET_KEY, Visitor, shown
from wizard import Flow, Step, Wizard, hosts
from wizard.app import create_app
from wizard.sessions import open_sessions

STRANGE = ["evil.example", "evil.example:8000", "a b", "[::1", "evil/x", "e" * 300, 'ev"il', "\xff", ""]
PATHS = ["/", "/signup", "/signup/", "/signup//account", "//healthz", "/nowhere", "/signup/summary", "/signup/done"]


class NameForm(Form):
    """Asks for a name."""

    name = StringField("Name")


@pytest.fixture
def make(database):
    """Makes the application with some settings."""

    def make(**settings) -> Flask:
        return create_app({"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, **settings})

    return make


@pytest.fixture
def booking_app(database):
    """An application of somebody else's with two wizards."""
    app = Flask(__name__)
    app.secret_key = SECRET_KEY
    app.session_interface = open_sessions(database)
    for name, many in (("one", False), ("many", True)):
        flow = Flow(Step("name", NameForm, title="Name"))
        app.register_blueprint(Wizard(name, flow, on_finish=lambda answers, key: key, many=many), url_prefix=f"/{name}")
    return app


@pytest.mark.parametrize("host", STRANGE)
def test_a_host_reaches_no_redirect_and_no_page(app, host):
    """Whatever a request says its host is, visitors stay where they are; nothing fails."""
    for path in PATHS:
        response = app.test_client().get(path, environ_overrides={"HTTP_HOST": host})
        assert response.status_code in (200, 303, 308, 400, 404), path
        assert response.headers.get("Location", "/").startswith("/")
        assert not response.headers.get("Location", "/").startswith("//")
        assert "evil" not in response.text
        assert "evil" not in str(response.headers)


def test_a_redirect_keeps_its_query(app):
    """The address that Flask mends is the same but for its slashes."""
    assert app.test_client().get("/signup//account?a=%2F&b=c").location == "/signup/account?a=%2F&b=c"


@pytest.mark.parametrize("host", ["evil.example", "example.com.evil.example", "evilexample.com", *STRANGE[2:]])
def test_a_host_that_is_not_trusted_is_a_400_page(make, host):
    """As every error: styled, in the visitor's language, with a way back; and it does not repeat the host."""
    client = make(TRUSTED_HOSTS=["example.com", ".example.org"]).test_client()
    for path in ("/", "/signup/account", "/nowhere", "/healthz"):
        response = client.get(path, environ_overrides={"HTTP_HOST": host}, headers={"Accept-Language": "de"})
        assert response.status_code == 400
        assert "Das konnten wir nicht verarbeiten" in shown(response)
        assert 'href="/"' in response.text
        assert "evil" not in response.text


@pytest.mark.parametrize("host", ["example.com", "example.com:8000", "EXAMPLE.com", "example.org", "www.Example.org"])
def test_a_host_that_is_trusted_is_served(make, host):
    """With a port or without, whatever its case; and with its subdomains if it begins with a dot."""
    client = make(TRUSTED_HOSTS=["Example.com", ".example.org"]).test_client()
    assert client.get("/signup/account", environ_overrides={"HTTP_HOST": host}).status_code == 200
    client = make(TRUSTED_HOSTS=["Example.com", ".example.org"], TRUSTED_PROXIES=1).test_client()
    assert client.get("/signup/account", headers={"X-Forwarded-Host": host}).status_code == 200


def test_http_leads_to_https_under_the_public_address(make):
    """With the same path and query, whatever the host; and a form is sent again, so that nothing is lost."""
    client = make(HTTPS_ONLY=True, PUBLIC_URL="https://example.com/join/").test_client()
    for path in ("/", "/nowhere", "/signup/account?from=summary", "/a%20b%3Fc?d=%C3%A4", "/signup//account"):
        response = client.get(path, headers={"Host": "evil.example"})
        assert response.status_code == 308
        assert response.location == f"https://example.com/join{path}"
        assert "Set-Cookie" not in response.headers
    assert client.post("/signup/account", data=ACCOUNT).location == "https://example.com/join/signup/account"


def test_health_is_told_over_http_too(make):
    """Who asks stands beside the server; no cookie is set."""
    response = make(HTTPS_ONLY=True, PUBLIC_URL="https://example.com").test_client().get("/healthz")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_over_https_it_is_served_and_every_cookie_is_secure(make):
    """The session's as well as that of the language, also for a proxy that speaks HTTP to us."""
    app = make(HTTPS_ONLY=True, PUBLIC_URL="https://example.com", TRUSTED_PROXIES=1)
    client = app.test_client()
    https = {"X-Forwarded-Proto": "https"}
    cookies = client.get("/signup/account", headers=https).headers.getlist("Set-Cookie")
    cookies += client.post("/wizard-assets/language", data={"_language": "de"}, headers=https).headers.getlist(
        "Set-Cookie"
    )
    assert len(cookies) == 2
    assert all("; Secure" in cookie for cookie in cookies)


def test_the_cookie_of_the_language_is_as_secure_as_that_of_the_session(make):
    """Where the setting says so, although the request came over HTTP."""
    client = make(SESSION_COOKIE_SECURE=True).test_client()
    assert "; Secure" in client.post("/wizard-assets/language", data={"_language": "de"}).headers["Set-Cookie"]


def test_an_address_that_leaves_the_site_begins_with_the_public_one(make):
    """And never with the host of the request."""
    with make(PUBLIC_URL="https://example.com/join/").test_request_context(headers={"Host": "evil.example"}):
        assert hosts.public_url("/signup/") == "https://example.com/join/signup/"
    with make().test_request_context("/", "http://evil.example:8000/", headers={"Host": "evil.example"}):
        assert hosts.public_url("/signup/") == "http://localhost:8000/signup/"


def test_a_visitor_of_a_wizard_elsewhere_is_not_redirected_by_the_host_either(booking_app):
    """An application of somebody else's has none of our own redirects; the wizard's pages need none."""
    for path in ("/many", "/one"):
        response = booking_app.test_client().get(path, headers={"Host": "evil.example"})
        assert response.status_code in (200, 303)
        assert "evil" not in response.headers.get("Location", "")
        assert "evil" not in response.text


def test_both_wizards_can_be_gone_through_from_the_address_without_a_slash(booking_app):
    """The first page's links and forms lead on."""
    visitor = Visitor(booking_app.test_client(), "/one")
    assert visitor.client.get("/one").location == "/one/name"
    assert 'action="/many/"' in visitor.client.get("/many").text
