"""Flask's session over a Store: what stands in the cookie, when a row is written, and who may write it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask, current_app, g, request, session
from itsdangerous import URLSafeSerializer

from wizard.errors import Conflict, StoreError, TooLarge
from wizard.sessions import Session, StoreInterface, interface, open_store
from wizard.sessions.codec import Unencodable


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
def store(database):
    """A store that counts."""
    return Counting(open_store(database))


@pytest.fixture
def app(store):
    """An application with a route for each thing one can do to a session."""
    app = Flask(__name__)
    app.secret_key = "key"
    app.session_interface = StoreInterface(store)
    store.calls.clear()
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


def kept(client, session_id=None):
    """What the store has of a session, opened: by default that of the cookie."""
    app = client.application
    return app.session_interface.sealed(app).load(session_id or cookie(client)["id"])


def cookie(client):
    """What the cookie says, its signature checked, but for the day."""
    found = client.get_cookie("session")
    said = URLSafeSerializer("key", salt="wizard-session").loads(found.value) if found else None
    return said and {name: value for name, value in said.items() if name != interface.DAY}


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


def test_when_a_session_was_begun_is_nobodys_business(client, app, store):
    """It stands in the store, and never in what an application sees; a session from before there was one gets it."""
    client.get("/set/a/1")
    found = app.test_client()
    store._store.save("old", '{"a":"1"}', timedelta(hours=1), version=0)
    found.set_cookie("session", URLSafeSerializer("key", salt="wizard-session").dumps({"id": "old"}))
    for browser, session_id in ((client, cookie(client)["id"]), (found, "old")):
        assert browser.get("/read").json == {"a": "1"}
        browser.get("/set/a/2")
        assert '" begun":' in kept(client, session_id).data
        assert browser.get("/read").json == {"a": "2"}
        browser.get("/clear")
        assert kept(client, session_id) is None


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
    assert cookie(client).keys() == {"csrf_token", "id", "new"}
    assert client.get("/read").json == {"csrf_token": "abc"}
    assert store.calls == ["load"]


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


def test_the_first_save_is_under_the_id_of_the_first_cookie(client, store):
    """From then on the cookie does not say any more that there is nothing."""
    client.get("/set/csrf_token/abc")
    first = cookie(client)
    header = client.get("/set/a/1").headers["Set-Cookie"]
    assert cookie(client) == {"csrf_token": "abc", "id": first["id"]}
    assert "Max-Age" in header
    assert client.get("/set/csrf_token/def").headers["Set-Cookie"].count("Max-Age") == 1


def test_a_cookie_is_sent_again_once_a_day_and_when_it_was_signed_with_an_old_key(app, client, monkeypatch):
    """It outlives the data by a month, so that it need not come with each answer."""
    days = [100]
    monkeypatch.setattr(interface.time, "time", lambda: days[0] * 86_400.0 + 5)

    def sends(number):
        return "Set-Cookie" in client.get(f"/set/a/{number}").headers

    assert [sends(number) for number in range(3)] == [True, False, False]
    days[0] += 1
    assert [sends(number) for number in range(3, 5)] == [True, False]
    app.config |= {"SECRET_KEY": "another", "SECRET_KEY_FALLBACKS": ["key"]}
    assert [sends(number) for number in range(5, 7)] == [True, False]
    app.config |= {"SECRET_KEY": "a third", "SECRET_KEY_FALLBACKS": ["key"]}
    assert client.get("/read").json == {}


def test_the_first_cookie_lasts_as_long_as_the_browser_is_open(client):
    """There is nothing yet that anybody could come back to."""
    assert "Max-Age" not in client.get("/set/csrf_token/abc").headers["Set-Cookie"]


@pytest.mark.parametrize("store_url", ["sqlite", "postgres", "redis"], indirect=True)
def test_requests_sent_at_once_with_the_first_cookie_are_of_one_session(app, store_url):
    """One inserts the row; the others meet it there, and add to it."""
    app.session_interface = StoreInterface(open_store(store_url))
    barrier = Barrier(6)

    def set_together(key):
        assert "a" not in session
        barrier.wait()
        session[key] = "1"
        return ""

    app.add_url_rule("/together/<key>", "together", set_together)
    client = app.test_client()
    client.get("/set/csrf_token/abc")
    first = cookie(client)
    others = {key: app.test_client() for key in "abcdef"}
    for other in others.values():
        other.set_cookie("session", client.get_cookie("session").value)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda key: others[key].get(f"/together/{key}"), others))
    assert [answer.status_code for answer in answers] == [200] * 6
    assert {cookie(other)["id"] for other in others.values()} == {first["id"]}
    for other in (client, *others.values()):
        assert other.get("/read").json == {"csrf_token": "abc", **dict.fromkeys("abcdef", "1")}


def test_a_cookie_that_says_new_opens_what_was_saved_meanwhile(client, store):
    """The answer that brought the next cookie got lost. The next request mends the cookie, and writes no row."""
    client.get("/set/csrf_token/abc")
    first = client.get_cookie("session").value
    client.get("/set/a/1")
    client.set_cookie("session", first)
    store.calls.clear()
    assert client.get("/read").json == {"csrf_token": "abc", "a": "1"}
    assert store.calls == ["load"]
    assert "new" not in cookie(client)


def test_only_a_session_that_had_a_row_expires(app, client, store):
    """A new visitor who waits for long has lost nothing; an id with a row that is gone has."""
    app.add_url_rule("/expired", "expired", lambda: f"{session.expired} {session.is_new}")
    assert client.get("/expired").text == "False False"
    client.get("/set/csrf_token/abc")
    assert client.get("/expired").text == "False True"
    client.get("/set/a/1")
    assert client.get("/expired").text == "False False"
    app.session_interface.sealed(app).delete(cookie(client)["id"])
    assert client.get("/expired").text == "True False"
    client.get("/set/a/2")
    assert client.get("/expired").text == "False False"


def test_clearing_deletes_the_row_and_keeps_the_id(app, client, store):
    """Nothing is left that could be read; and nobody is told that something has expired."""
    client.get("/set/csrf_token/abc")
    client.get("/set/a/1")
    old = cookie(client)["id"]
    client.get("/clear")
    assert cookie(client) == {"id": old, "new": True}
    assert kept(client, old) is None
    client.get("/set/b/2")
    assert cookie(client) == {"id": old}
    assert client.get("/read").json == {"b": "2"}


def test_clearing_loses_nothing_that_another_request_saves_meanwhile(app, client, store):
    """It clears what it has seen."""
    app.add_url_rule("/clear-meanwhile", "clear-meanwhile", lambda: (session.clear(), save_another(client), "")[-1])

    def save_another(client):
        other = app.test_client()
        other.set_cookie("session", client.get_cookie("session").value)
        with app.app_context():
            other.get("/set/c/3")

    client.get("/set/a/1")
    client.get("/clear-meanwhile")
    assert client.get("/read").json == {"c": "3"}


def test_reloading_keeps_the_token_that_the_form_was_drawn_with(app, store):
    """Whatever the application has cleared: the same form is answered once more, and a new page holds a good token."""
    before = {"csrf_token": "abc", "id": "1", "new": True}
    with app.test_request_context():
        session = Session(store, before, timedelta(hours=1))
        session["a"] = 1
        session.clear()
        session.reload()
        assert dict(session) == {"csrf_token": "abc"}
        session.clear()
        session["csrf_token"] = "made for the page that nobody gets"
        g.csrf_token = "the same, signed"
        session.reload()
        assert session["csrf_token"] == "abc"
        assert "csrf_token" not in g
        assert session.cookie == before
        new = Session(store, {}, timedelta(hours=1))
        new["csrf_token"] = "def"
        new.reload()
        assert new["csrf_token"] == "def"


def test_a_change_is_merged_after_the_application_has_cleared_everything(store):
    """What others have saved meanwhile stays; what this request set after clearing does too."""
    first = Session(store, {}, timedelta(hours=1))
    first.update(a=1, b=1)
    first.save()
    mine, theirs = (Session(store, first.cookie, timedelta(hours=1)) for _ in range(2))
    mine.clear()
    mine["receipt"] = "R-1"
    theirs.update(b=2, c=2)
    theirs.save()
    with pytest.raises(Conflict):
        mine.save()
    mine.merge()
    mine.save()
    assert dict(Session(store, mine.cookie, timedelta(hours=1))) == {"c": 2, "receipt": "R-1"}


def test_renewing_moves_the_data_to_another_id(client, store):
    """The old id opens nothing."""
    client.get("/set/a/1")
    old = cookie(client)["id"]
    client.get("/renew")
    assert cookie(client)["id"] != old
    assert client.get("/read").json == {"a": "1"}
    assert kept(client, old) is None


def test_renewing_loses_nothing_that_another_request_saves_meanwhile(store):
    """The other came with the old id; what it saved is found under the new one."""
    first = Session(store, {}, timedelta(hours=1))
    first["a"] = 1
    first.save()
    mine, theirs = (Session(store, first.cookie, timedelta(hours=1)) for _ in range(2))
    mine.renew()
    theirs["b"] = 2
    theirs.save()
    with pytest.raises(Conflict):
        mine.save()
    assert mine.cookie == first.cookie
    mine.merge()
    mine.save()
    assert store._store.load(first.cookie["id"]) is None
    assert dict(Session(store, mine.cookie, timedelta(hours=1))) == {"a": 1, "b": 2}


def test_a_request_under_way_writes_nothing_into_what_stays_under_the_old_id(store):
    """It has loaded what stood there before, however often that was saved; and saves it under the new one."""
    for saves in range(1, 4):
        first = Session(store, {}, timedelta(hours=1), leaves=lambda data: {"receipt": "R-1"})
        for number in range(saves):
            first["a"] = number
            first.save()
        mine, late = (
            Session(store, first.cookie, timedelta(hours=1), leaves=lambda data: {"receipt": "R-1"}) for _ in range(2)
        )
        late["b"] = 2
        mine["user"] = "ada"
        mine.renew()
        mine.save()
        with pytest.raises(Conflict):
            late.save()
        assert dict(Session(store, first.cookie, timedelta(hours=1))) == {"receipt": "R-1"}
        mine["c"] = 3
        mine.save()
        assert dict(Session(store, mine.cookie, timedelta(hours=1))) == {"a": saves - 1, "user": "ada", "c": 3}


def test_renewing_what_has_no_row_gives_another_id(client, store):
    """And still writes none."""
    client.get("/set/csrf_token/abc")
    old = cookie(client)
    client.get("/renew")
    assert cookie(client)["id"] != old["id"]
    assert cookie(client).keys() == old.keys()
    assert store.calls == ["load"]


def test_a_session_that_is_too_large_saves_nothing(app, client, store):
    """What was there is there, also for the page that says so."""
    app.config["WIZARD_SESSION_BYTES"] = 30
    app.register_error_handler(TooLarge, lambda error: (f"{error} {dict(session)}", 413))
    app.add_url_rule("/fill/<key>/<int:size>", "fill", fill)
    client.get("/fill/a/20")
    client.get("/fill/b/20")
    response = client.get("/fill/c/30")
    assert response.status_code == 413
    assert response.text.startswith("38 characters under 'c' do not fit into a session, which holds 30. Store less")
    assert "{'a':" in response.text
    assert "Set-Cookie" not in response.headers
    assert client.get("/read").json == {"a": "x" * 20, "b": "x" * 20}


def fill(key, size):
    """Put as much under a key, and save."""
    session[key] = "x" * size
    session.save()
    return ""


def test_a_session_can_have_256_kb_under_each_key(store):
    """As many characters of what is stored, on every store that keeps it on a server."""
    session = Session(store, {}, timedelta(hours=1))
    room = 256 * 1024 - len('{"a":""}')
    session.update(a="x" * room, b="y" * room)
    session.save()
    session["a"] += "x"
    with pytest.raises(TooLarge, match=r"\A262145 characters under 'a'"):
        session.save()
    assert len(session["a"]) == room


def test_a_value_that_cannot_be_held_fails_the_request_once(app, client, store):
    """What is told to the visitor is not the same failure again, and nothing is lost."""
    app.add_url_rule("/complex", "complex", lambda: session.update(a=1j) or "")
    client.get("/set/a/1")
    response = client.get("/complex")
    assert (response.status_code, response.text) == (503, "Unencodable")
    assert client.get("/read").json == {"a": "1"}


@pytest.mark.parametrize("text", ["{", '{"a": {" later": "geheim"}}'])
def test_a_row_that_cannot_be_read_is_a_new_visitors(client, store, caplog, text):
    """One line in the log, without a word of the row; the visitor begins anew under the same id."""
    client.get("/set/a/1")
    store = client.application.session_interface.sealed(client.application)
    store.save(cookie(client)["id"], text, timedelta(hours=1), version=1)
    assert client.get("/read").json == {}
    [record] = caplog.records
    assert (record.levelname, record.exc_info) == ("WARNING", None)
    assert "cannot be read" in record.getMessage()
    assert "geheim" not in record.getMessage()
    assert client.get("/set/b/2").status_code == 200
    assert client.get("/read").json == {"b": "2"}
    assert len(caplog.records) == 2


def test_the_cookie_is_what_flasks_settings_say(app, client):
    """Every one of them."""
    app.config.update(
        SESSION_COOKIE_NAME="visit",
        SESSION_COOKIE_PATH="/set",
        SESSION_COOKIE_DOMAIN="localhost",
        SESSION_COOKIE_HTTPONLY=False,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PARTITIONED=True,
        SESSION_COOKIE_SECURE=True,
    )
    header = client.get("/set/a/1").headers["Set-Cookie"]
    assert header.startswith("visit=")
    assert "HttpOnly" not in header
    for part in ("Path=/set", "Domain=localhost", "SameSite=Strict", "Secure", "Partitioned"):
        assert part in header


def test_the_token_stands_in_the_cookie_under_the_name_that_the_application_gives_it(app, client, store):
    """Else every new visitor would cost a row."""
    app.config["WTF_CSRF_FIELD_NAME"] = "_proof"
    client.get("/set/_proof/abc")
    assert store.calls == []
    assert cookie(client).keys() == {"_proof", "id", "new"}
    assert client.get("/read").json == {"_proof": "abc"}


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


@pytest.mark.parametrize("name", ["__Host-visit", "__Secure-visit"])
def test_a_name_with_a_prefix_of_its_own_gets_no_second_one(app, client, name):
    """It is called what the setting says."""
    app.config["SESSION_COOKIE_NAME"] = name
    header = client.get("/set/a/1", base_url="https://localhost").headers["Set-Cookie"]
    assert header.startswith(f"{name}=")
    assert client.get("/read", base_url="https://localhost").json == {"a": "1"}


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


@pytest.mark.parametrize("said", ["Cookie-Consent", "X-Cookie, Accept", "accept, cookie", ""])
def test_a_cache_is_told_of_the_cookie_whatever_else_it_is_told(app, said):
    """A header of which the cookie's is a part is another one."""

    @app.get("/told")
    def told():
        session["a"] = "1"
        return "", 200, {"Vary": said}

    words = [one.strip().lower() for one in app.test_client().get("/told").headers["Vary"].split(",")]
    assert words.count("cookie") == 1


def nested(depth):
    """A list in a list, that deep."""
    return [nested(depth - 1)] if depth else []


class Shy:
    """Fails when it is looked at."""

    def __repr__(self):
        raise ValueError("not for you")


@pytest.mark.parametrize("make", [Shy, lambda: nested(400)])
def test_what_cannot_be_looked_at_is_refused_as_what_no_session_holds(store, make):
    """By name, and the session is as it was."""
    ours = Session(store, {}, timedelta(hours=1))
    ours["a"] = make()
    with pytest.raises(Unencodable):
        ours.save()
    ours.save()


class Sly(str):
    """A text that does not let itself be compared with what it was."""

    def __reduce_ex__(self, protocol):
        raise TypeError("not for you")


def test_a_change_beside_what_cannot_be_looked_at_is_saved(store):
    """Such a session is encoded to find out whether it has changed."""
    ours = Session(store, {}, timedelta(hours=1))
    ours["a"] = Sly("text")
    ours.save()
    ours["b"] = 2
    ours.save()
    again = Session(store, ours.cookie, timedelta(hours=1))
    assert dict(again) == {"a": "text", "b": 2}
