"""The CSRF token: which one is good, and that no CSRFProtect takes the answer away from the Wizard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Blueprint, Flask, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer
from wtforms import Form, StringField

from tests.conftest import Visitor, hidden, shown
from wizard import Flow, Step, Wizard
from wizard.pages import token
from wizard.sessions import open_sessions


class Name(Form):
    """Asks for a name."""

    name = StringField("Name")


def make_wizard(name="join"):
    """Return a wizard of one step."""
    return Wizard(name, Flow(Step("name", Name, title="Your name")), on_finish=lambda *_: "R-1")


def make_app(database, **config):
    """Return an application of somebody else's, with no wizard yet."""
    app = Flask("host")
    app.config.update(SECRET_KEY="key", LANGUAGES=["en", "de"], TESTING=True, **config)
    app.session_interface = open_sessions(database) if database else Flask.session_interface
    return app


@pytest.fixture(params=["ours", "cookie", "flask"])
def app(request, database):
    """An application with a wizard, on sessions of each kind."""
    app = make_app({"ours": database, "cookie": "cookie:", "flask": ""}[request.param])
    app.register_blueprint(make_wizard(), url_prefix="/join")
    return app


@pytest.fixture
def client(app):
    """A browser."""
    return app.test_client()


def token_in(client):
    """Return the token on a page that is opened now."""
    return hidden(client.get("/join/name").text)["csrf_token"]


def send(client, sent, **options):
    """Send the form; return the status."""
    data = {"name": "Ada"} | ({} if sent is None else {"csrf_token": sent})
    return client.post("/join/name", data=data, **options).status_code


def two_tabs(app, client):
    """Open two tabs before there is a cookie; return the tokens of the one that came first, and of the other."""
    other = app.test_client()
    first = token_in(other)
    return first, token_in(client)


def test_the_token_of_the_page_is_good(client):
    """In the form, or in the header that Flask-WTF reads too."""
    sent = token_in(client)
    assert send(client, sent) == 303
    for name in ("X-CSRFToken", "X-CSRF-Token"):
        assert send(client, None, headers={name: sent}) == 303


@pytest.mark.parametrize("sent", [None, "", "nonsense", "é\x00", "a.b.c"])
def test_a_form_without_a_token_of_ours_is_asked_again(client, sent):
    """With what was typed on it."""
    token_in(client)
    response = client.post("/join/name", data={"name": "Ada"} | ({} if sent is None else {"csrf_token": sent}))
    assert response.status_code == 422
    assert "this page has expired" in shown(response)
    assert 'value="Ada"' in response.text


def test_a_token_signed_with_another_key_is_stale(client):
    """Also one that names the right session."""
    token_in(client)
    with client.session_transaction() as session:
        value = session["csrf_token"]
    assert send(client, URLSafeTimedSerializer("other", salt="wtf-csrf-token").dumps(value)) == 422
    assert send(client, URLSafeTimedSerializer("key", salt="wtf-csrf-token").dumps([value])) == 422
    assert send(client, URLSafeTimedSerializer("key", salt="wtf-csrf-token").dumps(value)) == 303


def test_an_old_token_is_stale(app, client):
    """After an hour, unless the application says otherwise."""
    sent = token_in(client)
    app.config["WTF_CSRF_TIME_LIMIT"] = -1
    assert send(client, sent) == 422
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    assert send(client, sent) == 303


def test_a_post_without_a_cookie_is_stale(app):
    """A genuine token alone proves nothing: anybody can get one."""
    sent = token_in(app.test_client())
    assert send(app.test_client(), sent) == 422


def test_a_post_without_a_cookie_is_stale_though_a_token_was_made_for_it(app):
    """As by an application that sends one with every answer."""
    app.before_request(lambda: generate_csrf() and None)
    sent = token_in(app.test_client())
    assert send(app.test_client(), sent) == 422
    forged = app.test_client()
    forged.set_cookie("session", "forged")
    assert send(forged, sent) == 422


def test_tokens_that_are_turned_off_are_never_missed(database):
    """As in an author's tests; the pages then hold none."""
    app = make_app(database, WTF_CSRF_ENABLED=False)
    app.register_blueprint(make_wizard(), url_prefix="/join")
    client = app.test_client()
    assert hidden(client.get("/join/name").text)["csrf_token"] == ""
    assert send(client, None) == 303
    assert send(client, "nonsense") == 303


def test_the_names_that_an_application_gives_are_heeded(database):
    """The field's, the headers' and the key's of its own."""
    names = {"WTF_CSRF_FIELD_NAME": "_proof", "WTF_CSRF_HEADERS": ["X-Proof"], "WTF_CSRF_SECRET_KEY": "own"}
    app = make_app(database, **names)
    app.register_blueprint(make_wizard(), url_prefix="/join")
    client = app.test_client()
    [sent] = [part.split('"')[0] for part in client.get("/join/name").text.split('name="_proof" value="')[1:]][:1]
    store = app.session_interface.store
    assert store.purge() == 0
    assert client.post("/join/name", data={"name": "Ada", "csrf_token": sent}).status_code == 422
    assert client.post("/join/name", data={"name": "Ada"}, headers={"X-Proof": sent}).status_code == 303
    assert client.post("/join/name", data={"name": "Ada", "_proof": sent}).status_code == 303


def test_a_page_that_is_open_while_the_key_is_changed_is_good(app, client):
    """The old key still opens its token, which must still be this session's."""
    sent, others = token_in(client), token_in(app.test_client())
    assert send(client, sent) == 303
    app.config.update(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["older", "key"])
    assert send(client, sent) == 303
    assert send(client, others) == 422
    app.config.update(SECRET_KEY_FALLBACKS=["older"])
    assert send(client, sent) == 422


# Two tabs, opened before there is a cookie


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}], ids=["none", "site", "origin"]
)
def test_two_tabs_opened_before_there_is_a_cookie_both_go_on(app, client, headers):
    """The browser has the cookie of the second; the first is sent, and then the second."""
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    first, second = two_tabs(app, client)
    assert send(client, first, headers=headers) == 303
    assert send(client, second, headers=headers) == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:81"},
        {"Origin": "https://localhost"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_another_site_cannot_use_a_token_that_it_got_for_itself(app, client, headers):
    """The browser says whose form it is."""
    first, second = two_tabs(app, client)
    assert send(client, first, headers=headers) == 422
    assert send(client, second, headers=headers) == 303


def test_a_cookie_that_goes_out_with_every_sites_forms_proves_nothing(app, client):
    """The browser has to say that the form is of this site."""
    app.config.update(SESSION_COOKIE_SAMESITE="None")
    first, _ = two_tabs(app, client)
    assert send(client, first) == 422
    assert send(client, first, headers={"Origin": "http://localhost"}) == 303


def test_a_session_that_has_something_takes_the_other_token_only_if_the_browser_says_whose_it_is(app, client):
    """From the first save on there is something to protect: silence is not enough."""
    first, second = two_tabs(app, client)
    assert send(client, second) == 303
    assert send(client, first) == 422
    assert send(client, first, headers={"Origin": "http://elsewhere.example"}) == 422
    assert send(client, first, headers={"Origin": "http://localhost"}) == 303


def test_an_expired_token_of_an_earlier_tab_is_stale(app, client):
    """Whatever else speaks for it."""
    first, _ = two_tabs(app, client)
    app.config["WTF_CSRF_TIME_LIMIT"] = -1
    assert send(client, first, headers={"Origin": "http://localhost"}) == 422


def test_a_session_that_has_expired_takes_its_own_token(database):
    """It had something once: another token is not taken in silence."""
    app = make_app(database)
    app.register_blueprint(make_wizard(), url_prefix="/join")
    client = app.test_client()
    first, second = two_tabs(app, client)
    assert send(client, second) == 303
    Visitor(client, "/join").expire()
    assert send(client, first) == 422
    assert send(client, second) == 303


# CSRFProtect of the application


def nested(app, wizard):
    """Register ``wizard`` in a blueprint of a blueprint."""
    inner, outer = Blueprint("inner", __name__), Blueprint("outer", __name__)
    inner.register_blueprint(wizard, url_prefix="/join")
    outer.register_blueprint(inner)
    app.register_blueprint(outer)


PLACES = {
    "plain": lambda app, wizard: app.register_blueprint(wizard, url_prefix="/join"),
    "renamed": lambda app, wizard: app.register_blueprint(wizard, url_prefix="/join", name="sign-up"),
    "nested": nested,
}


@pytest.mark.parametrize("order", ["before", "after", "within"])
@pytest.mark.parametrize("place", ["plain", "renamed", "nested"])
def test_no_csrf_protect_answers_for_a_wizard(database, order, place):
    """Set up before the wizard or after it, wherever the wizard is: never a bare 400."""
    app = make_app(database)
    protect = CSRFProtect()
    if order == "before":
        protect.init_app(app)
    app.register_blueprint(make_wizard("leave"), url_prefix="/leave")
    if order == "within":
        protect.init_app(app)
    PLACES[place](app, make_wizard())
    if order == "after":
        protect.init_app(app)
    app.add_url_rule("/own", "own", lambda: "", methods=["POST"])
    client = app.test_client()
    # A nested or renamed wizard need not be able to draw its pages for this.
    app.testing = False
    assert client.post("/join/name/check/nothing", data={}).status_code == 404
    assert client.post("/leave/name", data={"csrf_token": "old"}).status_code == 422
    assert client.post("/wizard-assets/language", data={"language": "de", "next": "/"}).status_code == 303
    assert client.post("/own").status_code == 400


def test_field_and_value_are_what_a_template_needs(database):
    """The value is the same all over a page, and is remembered in the session."""
    app = make_app(database)
    with app.test_request_context():
        assert token.field() == "csrf_token"
        assert token.value() == token.value() != ""
        assert session["csrf_token"]


def test_the_token_outlives_the_session_cookie_of_a_browser_that_stays_open(database):
    """A page that was stale is good when it is sent again."""
    app = make_app(database)
    app.permanent_session_lifetime = timedelta(hours=1)
    app.register_blueprint(make_wizard(), url_prefix="/join")
    client = app.test_client()
    response = client.post("/join/name", data={"name": "Ada", "csrf_token": "old"})
    assert response.status_code == 422
    assert send(client, hidden(response.text)["csrf_token"]) == 303
