"""The security log: every event has its line, and no line says what it must not."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest
from flask import Flask, g

from tests.conftest import ACCOUNT, PROFILE, SECRET_KEY, SECURITY, Visitor
from wizard import security_log
from wizard.app import create_app

DOCUMENT = Path(__file__).parent.parent / "docs" / "logging.md"
COMMON = ["event", "time", "request", "address", "method", "endpoint"]


@pytest.fixture
def make(database):
    """Makes the application with some settings."""

    def make(**given) -> Flask:
        return create_app({"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, **given})

    return make


@pytest.fixture
def lines(caplog):
    """Returns what was written since it was asked last, each line as a dictionary."""
    caplog.set_level(logging.INFO, "wizard.security")

    def read():
        found = [record for record in caplog.records if record.name == "wizard.security"]
        caplog.clear()
        for record in found:
            assert record.levelno == security_log.EVENTS[parsed(record)["event"]]
        return [parsed(record) for record in found]

    return read


def parsed(record: logging.LogRecord) -> dict[str, str]:
    """The fields of a line; it is one line, in either format."""
    text = record.getMessage()
    assert text.isprintable()
    if text.startswith("{"):
        return json.loads(text)
    name, *fields = text.split(" ")
    assert name == "wizard.security"
    return dict(field.split("=", 1) for field in fields)


def drive(app: Flask) -> Visitor:
    """Do all that has a line, once."""
    visitor = Visitor(app.test_client())
    visitor.client.get("/", environ_overrides={"HTTP_HOST": 'evil example"\x85{}'})
    visitor.client.post("/signup/account", data=ACCOUNT)
    visitor.answer_all()
    visitor.post("summary")
    visitor.answer("account", email="grace@example.com", username="grace")
    visitor.post("clear")
    visitor.post("profile", **PROFILE)
    app.config["WIZARD_LIMIT_CHECKS"] = {"address": "1 per minute"}
    for _ in range(2):
        visitor.client.post("/signup/account/check/email", data={"email": "ada@example.com"})
    person = Visitor(visitor.client, prefix="")
    for password in ("wrong", SECURITY["password"]):
        person.post("sign-in", email=ACCOUNT["email"], password=password)
    person.post("sign-out")
    visitor.client.set_cookie("session", "made.up")
    visitor.client.get("/signup/account")
    return visitor


@pytest.mark.parametrize("form", ["text", "json"])
def test_everything_that_has_a_line_is_written_once(make, lines, form):
    """In the order in which it happened; each line says what all say, and what belongs to it."""
    drive(make(TRUSTED_HOSTS=["localhost"], WIZARD_LOG_FORMAT=form))
    found = lines()
    finishing, signing = ["signed_in", "finished"], ["sign_in_refused", "signed_in", "signed_out"]
    events = ["refused_host", "stale_token", *finishing, "cleared", "limit_hit", *signing, "bad_cookie"]
    assert [line["event"] for line in found] == events
    assert set(events) == security_log.EVENTS.keys()
    more = {"refused_host": ["host"], "finished": ["wizard"], "cleared": ["wizard"], "limit_hit": ["limit", "by"]}
    for line in found:
        assert list(line) == [*COMMON, *more.get(line["event"], [])]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
        assert re.fullmatch(r"[0-9a-f]{16}", line["request"])
        assert line["address"] == "127.0.0.0/24"
    by = {line["event"]: line for line in found}
    assert re.fullmatch(r"evil\?example[?]+", by["refused_host"]["host"])
    assert (by["limit_hit"]["limit"], by["limit_hit"]["by"]) == ("check", "address")
    assert by["finished"]["wizard"] == by["cleared"]["wizard"] == "signup"
    assert by["stale_token"]["endpoint"] == "signup.step"


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_line_holds_an_answer_an_id_or_a_token(make, caplog, form):
    """Whatever was typed, and whatever opens something."""
    caplog.set_level(logging.DEBUG)
    app = make(TRUSTED_HOSTS=["localhost"], WIZARD_LOG_FORMAT=form)
    drive(app)
    secret = [*ACCOUNT.values(), *PROFILE.values(), *SECURITY.values(), "made.up"]
    visitor = Visitor(app.test_client())
    visitor.answer("account", email="grace@example.com", username="grace")
    with visitor.client.session_transaction() as session:
        secret += [session.cookie["id"], session.cookie["csrf_token"], session["signup"]["run"]]
    visitor.post("clear")
    said = " ".join(record.getMessage() for record in caplog.records if record.name == "wizard.security")
    assert "cleared" in said
    for word in secret:
        # By itself: the id of a request, of hexadecimal digits, may have "ada" in it.
        assert len(word) < 3 or not re.search(rf"(?<![0-9a-f]){re.escape(word)}(?![0-9a-f])", said)


@pytest.mark.checkout
def test_the_inventory_is_complete():
    """Each event and its level stands in the document, and nothing else does."""
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", DOCUMENT.read_text(), re.M)
    assert {event: getattr(logging, level.upper()) for event, level in rows} == security_log.EVENTS


@pytest.mark.parametrize(
    ("setting", "address", "said"),
    [
        ("network", "203.0.113.77", "203.0.113.0/24"),
        ("network", "2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("network", "::ffff:203.0.113.77", "203.0.113.0/24"),
        ("network", "@", "unknown"),
        ("full", "203.0.113.77", "203.0.113.77"),
        ("full", "2001:db8:1:2:3::4", "2001:db8:1:2:3:0:0:4"),
        ("none", "203.0.113.77", "-"),
    ],
)
def test_an_address_is_told_as_the_setting_says(make, lines, setting, address, said):
    """By default so that no single person is meant."""
    make(WIZARD_LOG_ADDRESS=setting).test_client().post("/signup/account", environ_base={"REMOTE_ADDR": address})
    [line] = lines()
    assert line["address"] in (said, said.replace(":0:0:", "::"))


@pytest.mark.parametrize(
    ("trusted", "given", "is_taken"),
    [
        (1, "c0ffee-1.2_3", True),
        (0, "c0ffee-1.2_3", False),
        (1, "x" * 65, False),
        (1, "a b", False),
        (1, "a=b", False),
        (1, "ä", False),
        (1, "", False),
    ],
)
def test_the_id_of_a_request_is_that_of_a_proxy_if_it_is_trusted(make, lines, trusted, given, is_taken):
    """And if it can do no harm. It stands in the response and in the line."""
    client = make(TRUSTED_PROXIES=trusted).test_client()
    response = client.post("/signup/account", headers={"X-Request-ID": given})
    [line] = lines()
    assert response.headers["X-Request-ID"] == line["request"]
    assert (line["request"] == given) is is_taken
    assert client.get("/nowhere").headers["X-Request-ID"] != line["request"]


def test_the_lines_are_written_although_nobody_has_configured_logging(make, monkeypatch, capsys):
    """To standard error, and those that are no warning too."""
    logger = logging.Logger("wizard.security")
    monkeypatch.setattr(security_log, "logger", logger)
    app = make()
    with app.test_request_context():
        security_log.write("cleared", wizard="signup")
        assert "wizard_security" in g
    assert capsys.readouterr().err.startswith("wizard.security event=cleared ")
    create_app({"DATABASE_URL": app.config["DATABASE_URL"], "SECRET_KEY": SECRET_KEY})
    assert len(logger.handlers) == 1
