"""Limits: too many tries are refused for a while, and nothing that was typed is lost by it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from tests.conftest import ACCOUNT, PROFILE, SECRET_KEY, Visitor, hidden, shown
from wizard import Flow, Step, Wizard, limits
from wizard.app import create_app
from wizard.rates import rates_in
from wizard.sessions import open_sessions
from wizard.testing import Journey

WORDS = "Too many attempts in a short time. Nothing is lost: try again in "
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def make(database):
    """Makes the application with some settings."""

    def make(**given) -> Flask:
        return create_app({"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, **given})

    return make


def at(app: Flask, address: str) -> Visitor:
    """A new visitor from an address."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return Visitor(client)


def assert_refused(response, *, within=60):
    """It was too often, and the response says when to try again."""
    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= within
    text = shown(response)
    assert WORDS in text
    return text


def test_too_many_refused_answers_are_refused_with_the_form_as_it_was_typed(make):
    """Also what would be right: nobody learns more. All else on the page goes on as ever."""
    visitor = at(make(WIZARD_LIMIT_REFUSED={"address": "3 per minute"}), "203.0.113.1")
    visitor.answer("account", **ACCOUNT)
    for _ in range(3):
        assert visitor.post("profile", full_name="Ada").status_code == 422
    response = visitor.post("profile", **{**PROFILE, "full_name": "Ada of Lovelace"})
    assert "There is a problem" in assert_refused(response)
    assert 'value="Ada of Lovelace"' in response.text
    assert hidden(response.text)["_revision"]
    assert visitor.get("profile").status_code == 200
    assert visitor.post("profile", _action="back", full_name="Ada").location == "/signup/verify"
    assert_refused(visitor.post("account", **ACCOUNT))


def test_what_is_accepted_does_not_count(make):
    """However often it is sent: a room full of people can sign up at once."""
    app = make(WIZARD_LIMIT_REFUSED={"address": "1 per minute"})
    for _ in range(3):
        visitor = at(app, "203.0.113.1")
        for _ in range(3):
            visitor.answer("account", **ACCOUNT)


def test_a_page_of_a_cleared_run_begins_none_when_it_was_sent_too_often(make):
    """What is shown again belongs to the same run as before, and says so when it is sent once more."""
    app = make(WIZARD_LIMIT_REFUSED={"run": "1 per minute", "address": "1 per minute"})
    visitor = at(app, "203.0.113.1")
    visitor.answer("account", **ACCOUNT)
    page = visitor.open("account")
    visitor.post("clear")
    assert visitor.post("account").status_code == 422
    again = visitor.send("account", page, **ACCOUNT)
    assert_refused(again)
    visitor.client.environ_base["REMOTE_ADDR"] = "203.0.113.2"
    assert visitor.send("account", hidden(again.text), **ACCOUNT).status_code == 409


def test_a_script_is_told_in_words_alone(make):
    """It leaves the page as it is, a typed password included."""
    visitor = at(make(WIZARD_LIMIT_REFUSED={"address": "1 per minute"}), "203.0.113.1")
    visitor.post("account", email="ada")
    response = visitor.post("account", headers=PARTIAL, **ACCOUNT)
    assert_refused(response)
    assert response.mimetype == "text/plain"
    assert "<" not in response.text
    assert "HX-Push-Url" not in response.headers
    assert ACCOUNT["email"] in visitor.get("account").text


def test_a_form_without_a_good_token_counts_as_well(make):
    """Each is answered with a page."""
    visitor = at(make(WIZARD_LIMIT_REFUSED={"address": "2 per minute"}), "203.0.113.1")
    for _ in range(2):
        assert visitor.client.post("/signup/account", data=ACCOUNT).status_code == 422
    assert_refused(visitor.client.post("/signup/account", data=ACCOUNT))


@pytest.mark.parametrize(
    ("other", "is_same"),
    [("2001:db8:1:2::9", True), ("2001:db8:1:3::1", False), ("203.0.113.1", False), ("@", False)],
)
def test_an_address_is_a_network_where_there_are_so_many(make, other, is_same):
    """Whoever has one address of version 6 has all that begin with the same 64 bits."""
    app = make(WIZARD_LIMIT_REFUSED={"address": "1 per minute"})
    at(app, "2001:db8:1:2::1").post("account")
    assert at(app, other).post("account").status_code == (429 if is_same else 422)


def test_a_run_is_limited_wherever_it_comes_from(make):
    """Another visitor from the same address is not; nor is one who has not begun, since there is no run yet."""
    app = make(WIZARD_LIMIT_REFUSED={"run": "2 per minute"})
    visitor = at(app, "203.0.113.1")
    visitor.answer("account", **ACCOUNT)
    for number in range(2):
        visitor.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        assert visitor.post("profile").status_code == 422
    visitor.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert_refused(visitor.post("profile"))
    other = at(app, "203.0.113.9")
    assert [other.client.post("/signup/account").status_code for _ in range(4)] == [422] * 4


def test_the_proxies_that_are_trusted_say_what_the_address_is(make):
    """And nobody else: a visitor who makes addresses up is limited by their own."""
    limit = {"address": "1 per minute"}
    for trusted, status in ((1, 422), (0, 429)):
        client = make(WIZARD_LIMIT_REFUSED=limit, TRUSTED_PROXIES=trusted).test_client()
        sent = [client.post("/signup/account", headers={"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(2)]
        assert [response.status_code for response in sent] == [422, status]


@pytest.mark.parametrize("name", ["account", "members", "members/1", "summary"])
def test_every_page_stays_as_it_is(make, name):
    """A step, a list, an entry, the summary."""
    app = make()
    visitor = at(app, "203.0.113.1")
    visitor.answer_all("team")
    visitor.answer("members", name="Grace", email="grace@example.com")
    app.config.update(WIZARD_LIMIT_REFUSED={"address": "1 per minute"}, WIZARD_LIMIT_FINISH={"address": "1 per hour"})
    assert visitor.client.post(f"/signup/{name}").status_code == 422
    if name == "summary":
        # A button without a token was one try.
        assert_refused(visitor.post(name), within=3600)
        return
    response = visitor.post(name, name="Mary", email="mary@example.com")
    assert_refused(response)
    assert "mary@example.com" in response.text
    assert "mary@example.com" in visitor.get(name).text


def test_finishing_is_limited_and_loses_no_answer(make):
    """Also what on_finish refuses is a try."""
    app = make(WIZARD_LIMIT_FINISH={"address": "1 per minute"})
    first, second = at(app, "203.0.113.1"), at(app, "203.0.113.1")
    first.answer_all()
    second.answer_all(email="grace@example.com", username="grace")
    assert first.post("summary").location == "/signup/done"
    response = second.post("summary")
    assert "grace@example.com" in assert_refused(response)
    app.config["WIZARD_LIMIT_FINISH"] = None
    assert second.post("summary").location == "/signup/done"


def test_checks_are_limited_by_themselves(make):
    """Continue says the same, so that it goes on."""
    visitor = at(make(WIZARD_LIMIT_CHECKS={"address": "2 per minute"}), "203.0.113.1")
    sent = [visitor.client.post("/signup/account/check/email", data={"email": "a"}, headers=PARTIAL) for _ in range(3)]
    assert [response.status_code for response in sent] == [200, 200, 429]
    assert_refused(sent[2])
    visitor.answer("account", **ACCOUNT)


@pytest.mark.parametrize("settings", [{"RATELIMIT_ENABLED": False}, {"WIZARD_LIMIT_REFUSED": None}])
def test_limits_can_be_turned_off(make, settings):
    """All of them, or one."""
    app = make(**{"WIZARD_LIMIT_REFUSED": {"address": "1 per minute"}, **settings})
    visitor = at(app, "203.0.113.1")
    assert [visitor.client.post("/signup/account").status_code for _ in range(3)] == [422] * 3


@pytest.mark.parametrize(
    ("setting", "tries", "minutes"),
    [("WIZARD_LIMIT_CHECKS", 10, 1), ("WIZARD_LIMIT_REFUSED", 4, 1), ("WIZARD_LIMIT_FINISH", 3, 10)],
)
def test_a_school_is_not_locked_out_by_what_people_do(make, setting, tries, minutes):
    """Fifty people behind one address, at the same time; nor is one who is quick."""
    limit = make().config[setting]
    by = {what: rate for what, text in limit.items() for rate in rates_in(text)}
    assert by.keys() == {"address", "run"}
    assert by["address"].seconds <= minutes * 60
    assert by["address"].most >= 50 * tries
    assert by["run"].most >= 5 * tries


def test_the_kit_is_quicker_than_a_visitor_and_not_limited(make):
    """No author's test meets a limit, while a browser beside it does."""
    app = make(WIZARD_LIMIT_REFUSED={"address": "1 per minute"})
    journey = Journey(app, "signup")
    for _ in range(3):
        assert journey.refused("account", email="ada")
    client = app.test_client()
    forged = {"Wizard.Unlimited": "yes", "wizard.unlimited": "yes"}
    assert [client.post("/signup/account", headers=forged).status_code for _ in range(2)] == [422, 429]


@pytest.mark.parametrize("store_url", ["redis", "cluster"], indirect=True)
def test_with_sessions_in_redis_all_processes_count_together(make, store_url):
    """What one has counted, another knows."""
    settings = {"SESSION_URL": store_url, "WIZARD_LIMIT_REFUSED": {"address": "2 per minute"}}
    address = f"2001:db8:{id(settings) % 65536:x}::1"
    first, second = at(make(**settings), address), at(make(**settings), address)
    assert [one.post("account").status_code for one in (first, second)] == [422, 422]
    assert_refused(first.post("account"))
    assert_refused(second.post("account"))


def test_a_redis_that_fails_is_replaced_by_memory(make, redis_server, monkeypatch):
    """Nobody gets an error for a limit that cannot be counted, there still is one, and later Redis is asked again."""
    app = make(SESSION_URL=redis_server.url, WIZARD_LIMIT_REFUSED={"address": "2 per minute"})
    asked = []

    def fail(*args, **kwargs):
        asked.append(args)
        raise ConnectionError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(app.extensions["wizard_limits"]._counter._redis, "eval", fail)
        visitor = at(app, "2001:db8:ffff::1")
        assert [visitor.post("account").status_code for _ in range(3)] == [422, 422, 429]
    assert len(asked) == 1
    app.extensions["wizard_limits"]._fails_until = 0
    assert visitor.post("account").status_code == 422


class NameForm(Form):
    """Asks for a name."""

    name = StringField("Name", [InputRequired("Enter a name")])


@pytest.fixture
def shop(database) -> FlaskClient:
    """A browser in an application of somebody else's, which has limits of its own in mind."""
    app = Flask(__name__)
    app.config.from_mapping(
        SECRET_KEY=SECRET_KEY,
        RATELIMIT_DEFAULT="1 per hour",
        RATELIMIT_HEADERS_ENABLED=True,
        WIZARD_LIMIT_REFUSED={"address": "3 per minute"},
    )
    app.session_interface = open_sessions(database)
    app.register_blueprint(
        Wizard("order", Flow(Step("name", NameForm, title="Name")), on_finish=lambda answers, key: key),
        url_prefix="/order",
    )
    app.add_url_rule("/", "front", lambda: "Welcome")
    return app.test_client()


def test_an_application_of_somebody_elses_is_limited_where_the_wizard_is_and_nowhere_else(shop):
    """No route of its own is, whatever settings of Flask-Limiter it has."""
    responses = [shop.get("/") for _ in range(3)] + [shop.get("/order/name") for _ in range(3)]
    assert {response.status_code for response in responses} == {200}
    assert not any(name.startswith("X-RateLimit") for name in responses[-1].headers.keys())  # noqa: SIM118
    assert [shop.post("/order/name").status_code for _ in range(4)] == [422, 422, 422, 429]


@pytest.mark.parametrize(
    ("seconds", "language", "said"),
    [
        (1, "en", "in 1 second."),
        (59, "en", "in 59 seconds."),
        (60, "en", "in 1 minute."),
        (61, "en", "in 2 minutes."),
        (3601, "en", "in 2 hours."),
        (86_401, "de", "in 2 Tagen noch einmal."),
        (40, "es", "dentro de 40 segundos."),
    ],
)
def test_the_words_name_a_time_that_is_long_enough(make, seconds, language, said):
    """In the visitor's language, rounded up: whoever waits so long gets through."""
    with make().test_request_context(headers={"Accept-Language": language}):
        assert limits.words(seconds).endswith(said)
