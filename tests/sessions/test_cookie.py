"""Sessions in the signed cookie itself."""

from __future__ import annotations

import json
import time
from datetime import date, timedelta

import pytest
from flask import Flask, session
from wtforms import Form, TextAreaField
from wtforms.validators import InputRequired

from tests.conftest import Visitor, shown
from wizard import Flow, SettingError, Step, Wizard
from wizard.app import create_app
from wizard.sessions import open_sessions
from wizard.signup.flow import flow as signup

#: Longer than a cookie, also when it is compressed.
LONG = "".join(map(chr, range(0x4E00, 0x5E00)))


class Story(Form):
    """Asks for a long text."""

    text = TextAreaField("Story", [InputRequired("Tell a story")])


@pytest.fixture
def app():
    """An application of somebody else's, whose sessions stand in the cookie."""
    app = Flask(__name__)
    app.secret_key = "key"
    app.session_interface = open_sessions("cookie:")
    app.register_blueprint(
        Wizard("story", Flow(Step("story", Story, title="Your story")), on_finish=lambda *_: "R-1"), url_prefix="/story"
    )
    app.add_url_rule("/set", "set", lambda: session.update(born=date(1980, 3, 31)) or "")
    app.add_url_rule("/born", "born", lambda: session["born"].isoformat())
    app.add_url_rule("/large", "large", lambda: session.update(text=LONG) or "")
    return app


@pytest.fixture
def visitor(app):
    """A new visitor."""
    return Visitor(app.test_client(), "/story")


def test_a_flow_without_secrets_can_be_completed(visitor):
    """No store is needed."""
    visitor.answer("story", text="Once upon a time")
    assert "Once upon a time" in visitor.get("summary").text
    assert visitor.post("summary").location == "/story/done"
    assert "R-1" in visitor.get("done").text


def test_types_survive(visitor):
    """A date is a date in the next request."""
    visitor.client.get("/set")
    assert visitor.client.get("/born").text == "1980-03-31"


@pytest.mark.parametrize("setting", ["PERMANENT_SESSION_LIFETIME", "SESSION_ABSOLUTE_LIFETIME"])
def test_a_visitor_who_comes_back_too_late_is_told(app, visitor, monkeypatch, setting):
    """After too long a pause, or too long a time; and the form that finds it out loses nothing."""
    app.config.update({setting: timedelta(hours=2), "WTF_CSRF_TIME_LIMIT": None})
    visitor.answer("story", text="Once upon a time")
    page = visitor.open("story")
    started = time.time()
    monkeypatch.setattr("time.time", lambda: started + 3600)
    assert "Once upon a time" in visitor.get("summary").text
    monkeypatch.setattr("time.time", lambda: started + 7300)
    assert visitor.get("summary").location == "/story/story"
    assert "Your earlier answers have expired" in shown(visitor.get("story"))
    assert visitor.send("story", page, text="There was a queen").location == "/story/summary"
    assert "There was a queen" in visitor.get("summary").text


def test_a_cookie_is_as_old_as_its_first_answer(app, visitor, monkeypatch):
    """However often it is sent anew. Nobody else sees when that was."""
    app.config.update(SESSION_ABSOLUTE_LIFETIME=timedelta(hours=2), WTF_CSRF_TIME_LIMIT=None)
    started = time.time()
    for minutes in (0, 50, 100):
        monkeypatch.setattr("time.time", lambda now=started + minutes * 60: now)
        visitor.answer("story", text=f"After {minutes} minutes")
    with visitor.client.session_transaction() as session:
        assert set(session) == {"story", "csrf_token"}
    monkeypatch.setattr("time.time", lambda: started + 121 * 60)
    assert visitor.get("summary").location == "/story/story"


def test_a_cookie_that_is_not_ours_is_told_and_harmless(app, visitor, caplog):
    """Its visitor begins anew."""
    visitor.client.set_cookie("session", "made.up.by-somebody")
    assert visitor.get("story").status_code == 200
    assert "event=bad_cookie" in caplog.text
    assert "made.up" not in caplog.text


def test_what_does_not_fit_is_refused_and_nothing_is_lost(visitor, caplog):
    """The browser would drop the cookie without a word, and all answers with it."""
    visitor.answer("story", text="short")
    before = visitor.client.get_cookie("session").value
    response = visitor.post("story", text=LONG)
    assert response.status_code == 413
    assert visitor.client.get_cookie("session").value == before
    assert "does not fit into a cookie, which holds 4000. Set SESSION_URL to" in caplog.text
    assert "short" in visitor.get("summary").text


def test_no_cookie_over_the_limit_is_ever_sent(visitor):
    """Not by any route."""
    response = visitor.client.get("/large")
    assert response.status_code == 500
    assert "Set-Cookie" not in response.headers


def test_a_value_that_cannot_be_held_fails_the_request_once(app, visitor):
    """The visitor keeps the cookie that they have."""
    app.add_url_rule("/complex", "complex", lambda: session.update(born=1j) or "")
    app.register_error_handler(500, lambda error: (type(error.original_exception).__name__, 500))
    visitor.client.get("/set")
    assert visitor.client.get("/complex").text == "Unencodable"
    assert visitor.client.get("/born").text == "1980-03-31"


def test_a_cookie_that_cannot_be_read_is_a_new_visitors(app, visitor, caplog):
    """It was signed by us once, in a format of then."""
    app.add_url_rule("/all", "all", lambda: dict(session))
    signer = app.session_interface.get_signing_serializer(app)
    signer.serializer = json
    visitor.client.set_cookie("session", signer.dumps({"a": {" later": "geheim"}}))
    assert visitor.client.get("/all").json == {}
    [record] = caplog.records
    assert "cannot be read" in record.getMessage()
    assert "geheim" not in record.getMessage()


@pytest.mark.parametrize(("setting", "said"), [(None, "Lax"), ("Strict", "Strict"), ("None", "None")])
def test_other_sites_forms_come_without_the_cookie_unless_it_is_set(app, visitor, setting, said):
    """Flask itself would leave it to the browser."""
    app.config["SESSION_COOKIE_SAMESITE"] = setting
    assert f"SameSite={said}" in visitor.client.get("/set").headers["Set-Cookie"]


def test_over_https_the_cookie_is_bound_to_the_host(app):
    """No other host of the domain can set it."""
    client = app.test_client()
    header = client.get("/set", base_url="https://localhost").headers["Set-Cookie"]
    assert header.startswith("__Host-session=")
    assert "Secure" in header
    assert client.get("/born", base_url="https://localhost").text == "1980-03-31"


def test_a_flow_with_a_secret_refuses_to_start(app, tmp_path, capsys):
    """Neither on this store nor on Flask's own: whoever has the cookie could read the hash."""
    flasks = Flask(__name__)
    flasks.secret_key = "k" * 32
    for other in (app, flasks):
        with pytest.raises(SettingError, match=r"SESSION_URL: .* 'signup' keeps a secret \(security.password\)"):
            other.register_blueprint(Wizard("signup", signup, on_finish=lambda *_: "R"))
    with pytest.raises(SystemExit):
        create_app({"DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}", "SESSION_URL": "cookie:", "SECRET_KEY": "k" * 32})
    assert capsys.readouterr().err.startswith("wizard: SESSION_URL: the wizard 'signup' keeps a secret")
