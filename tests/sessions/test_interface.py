"""Flask's session over a Store: what stands in the cookie, when a row is written, and who may write it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask, current_app, request, session
from itsdangerous import URLSafeSerializer

from wizard.errors import StoreError
from wizard.sessions import StoreInterface, open_store


class Counting:
    """A Store that counts what is asked of it."""

    def __init__(self, store):
        self._store = store
        self.calls = []

    def __getattr__(self, name):
        def call(*args, **kwargs):
            self.calls.append(name)
            return getattr(self._store, name)(*args, **kwargs)

        return call


@pytest.fixture
def store(database, monkeypatch):
    """A store that counts, and that no request purges by chance."""
    monkeypatch.setattr("wizard.sessions.interface.random.randrange", lambda one_in: one_in - 1)
    return Counting(open_store(database))


@pytest.fixture
def app(store):
    """An application with a route for each thing one can do to a session."""
    app = Flask(__name__)
    app.secret_key = "key"
    app.session_interface = StoreInterface(store)
    app.permanent_session_lifetime = timedelta(hours=1)
    app.add_url_rule("/", "page", lambda: "nothing")
    app.add_url_rule("/read", "read", lambda: dict(session))
    app.add_url_rule("/set/<key>/<value>", "set", lambda key, value: session.update({key: value}) or "")
    app.add_url_rule("/nested", "nested", lambda: session["list"].append(1) or "")
    app.add_url_rule("/list", "list", lambda: session.update(list=[]) or "")
    app.add_url_rule("/clear", "clear", lambda: session.clear() or "")
    app.add_url_rule("/meanwhile", "meanwhile", meanwhile)
    app.register_error_handler(500, lambda error: (type(error.original_exception).__name__, 503))
    app.add_url_rule("/renew", "renew", lambda: session.renew() or "")
    return app


def meanwhile():
    """Change the session, while another request of the same visitor does."""
    session["b"] = "2"
    other = current_app.test_client()
    other.set_cookie("session", request.cookies["session"])
    with current_app.app_context():
        other.get("/set/c/3")
    del session["a"]
    return ""


@pytest.fixture
def client(app):
    """A browser."""
    return app.test_client()


def cookie(client):
    """What the cookie says, its signature checked."""
    found = client.get_cookie("session")
    return URLSafeSerializer("key", salt="wizard-session").loads(found.value) if found else None


def test_a_request_that_does_not_touch_the_session_costs_nothing(client, store):
    """Neither a look at the store, nor a cookie."""
    client.get("/set/a/1")
    store.calls.clear()
    response = client.get("/")
    assert store.calls == []
    assert "Set-Cookie" not in response.headers


def test_reading_as_a_new_visitor_costs_nothing(client, store):
    """There is nothing to load, and nothing to save."""
    assert client.get("/read").json == {}
    assert store.calls == []
    assert cookie(client) is None


def test_what_is_set_is_there_in_the_next_request(client, store):
    """One save, and one load."""
    client.get("/set/a/1")
    assert client.get("/read").json == {"a": "1"}
    assert store.calls == ["save", "load"]


def test_setting_the_same_again_writes_nothing(client, store):
    """A request that changed nothing writes nothing."""
    client.get("/set/a/1")
    store.calls.clear()
    client.get("/set/a/1")
    assert store.calls == ["load"]


def test_a_change_deep_inside_is_saved(client):
    """Nobody has to say ``session.modified``."""
    client.get("/list")
    client.get("/nested")
    assert client.get("/read").json == {"list": [1]}


def test_the_csrf_token_stands_in_the_cookie_and_costs_no_row(client, store):
    """A form shown to a new visitor writes nothing to the store."""
    client.get("/set/csrf_token/abc")
    assert store.calls == []
    assert cookie(client) == {"csrf_token": "abc"}
    assert client.get("/read").json == {"csrf_token": "abc"}


def test_the_cookie_carries_no_data(client):
    """Only the id of the session, and the token."""
    client.get("/set/name/Ada")
    assert cookie(client).keys() == {"id"}
    assert "Ada" not in client.get_cookie("session").value


def test_the_cookie_outlives_the_data_and_is_out_of_reach_of_scripts(client):
    """Whoever comes back late can be told so; no script reads it, no other site sends it along with a form."""
    header = client.get("/set/a/1").headers["Set-Cookie"]
    assert f"Max-Age={3600 + 30 * 86400};" in header
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header


def test_a_tampered_cookie_is_a_new_visitor(client):
    """No signature, no session."""
    client.get("/set/a/1")
    value = client.get_cookie("session").value
    client.set_cookie("session", value[:-4] + ("AAAA" if value[-4:] != "AAAA" else "BBBB"))
    assert client.get("/read").json == {}


def test_an_expired_row_is_not_read(app, client):
    """The cookie is still there; what it led to is not."""
    app.permanent_session_lifetime = timedelta(seconds=-1)
    client.get("/set/a/1")
    assert client.get("/read").json == {}


def test_clearing_deletes_the_row_and_the_id(client, store):
    """Nothing is left, neither here nor there."""
    client.get("/set/csrf_token/abc")
    client.get("/set/a/1")
    old = cookie(client)["id"]
    client.get("/clear")
    assert "id" not in (cookie(client) or {})
    assert store._store.load(old) is None


def test_renewing_moves_the_data_to_another_id(client, store):
    """The old id opens nothing."""
    client.get("/set/a/1")
    old = cookie(client)["id"]
    client.get("/renew")
    assert cookie(client)["id"] != old
    assert client.get("/read").json == {"a": "1"}
    assert store._store.load(old) is None


def test_two_requests_that_set_different_keys_both_survive(client):
    """A request saves what it changed, on top of what another has saved meanwhile."""
    client.get("/set/a/1")
    client.get("/meanwhile")
    assert client.get("/read").json == {"b": "2", "c": "3"}


def test_a_store_that_fails_at_the_end_of_a_request_fails_it_once(client, store, monkeypatch):
    """The error page that follows does not try to save again."""
    client.get("/set/a/1")

    def fail(*args, **kwargs):
        store.calls.append("save")
        raise StoreError("gone")

    monkeypatch.setattr(store, "save", fail, raising=False)
    store.calls.clear()
    response = client.get("/set/a/2")
    assert (response.status_code, response.text) == (503, "StoreError")
    assert store.calls == ["load", "save"]


def test_the_session_says_little_of_itself(app):
    """No data in a log line or a traceback."""
    with app.test_request_context():
        assert repr(session) == "<Session not loaded>"
        session["a"] = "secret"
        assert repr(session) == "<Session loaded>"
        assert len(session) == 1


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(client):
    """No other host of the domain can set it, and it is never sent in the clear."""
    header = client.get("/set/a/1", base_url="https://localhost").headers["Set-Cookie"]
    assert header.startswith("__Host-session=")
    assert "Secure;" in header
    assert "Path=/" in header
    assert "Domain" not in header
    assert client.get("/read", base_url="https://localhost").json == {"a": "1"}
    assert "Secure" not in client.get("/set/a/2").headers["Set-Cookie"]


def test_a_cookie_for_a_whole_domain_has_no_host_prefix(app, client):
    """A browser would refuse it."""
    app.config["SESSION_COOKIE_DOMAIN"] = "example.com"
    header = client.get("/set/a/1", base_url="https://www.example.com").headers["Set-Cookie"]
    assert header.startswith("session=")
    assert "Secure;" in header


def test_a_new_key_signs_no_one_out(app, client):
    """What the old key signed is still good, and what is sent is signed with the new one."""
    client.get("/set/a/1")
    app.config.update(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["older", "key"])
    assert client.get("/read").json == {"a": "1"}
    client.get("/set/b/2")
    app.config["SECRET_KEY_FALLBACKS"] = []
    assert client.get("/read").json == {"a": "1", "b": "2"}


def test_now_and_then_a_request_that_saves_also_purges(client, store, monkeypatch):
    """A little at a time, and a store that fails there fails nobody's request."""
    monkeypatch.setattr("wizard.sessions.interface.PURGE_ONE_IN", 1)
    store._store.save("old", "{}", timedelta(seconds=-1), version=0)
    client.get("/set/a/1")
    assert store._store.purge() == 0

    def fail(most):
        raise StoreError("gone")

    store._store.purge = fail
    assert client.get("/set/a/2").status_code == 200
    assert store.calls.count("purge") == 2
    client.get("/set/csrf_token/abc")
    client.get("/read")
    assert store.calls.count("purge") == 2
