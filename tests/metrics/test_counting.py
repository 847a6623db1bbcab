"""What one process counts: requests, the funnel, runs, conflicts, stores and the outbox, and nothing of answers."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from tests.conftest import ACCOUNT, PROFILE, SECURITY, TEAM, Visitor
from tests.metrics.conftest import by_step, scrape
from wizard import Mail
from wizard.app import create_app
from wizard.metrics.counters import BUCKETS


def ask(url, statement):
    """Ask a database behind the application's back."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def enter(visitor, name):
    """Add a person to the list."""
    entry = visitor.send("people", visitor.open("people"), _action="add").location.removeprefix("/signup/")
    visitor.send(entry, visitor.open(entry), name=name)


def test_a_journey_is_counted_by_step(shop):
    """Shown, answered, refused and left, in entries of lists too, whichever it is; the summary is a step of it."""
    visitor, other = Visitor(shop.test_client()), Visitor(shop.test_client())
    other.open("ticket")
    page = visitor.open("ticket")
    visitor.send("ticket", page, kind="year")
    visitor.send("ticket", page, kind="day")
    for name in ("Ada", "", "Grace"):
        enter(visitor, name)
    visitor.send("people/2/name", visitor.open("people/2/name"), name="Eve")
    visitor.send("people", visitor.open("people"))
    visitor.send("summary", visitor.open("summary"))
    found = scrape(shop)
    assert by_step(found, "shown")["ticket"] == 2
    assert by_step(found, "shown")["people/name"] == 4
    assert by_step(found, "refused") == {"ticket": 1, "people/name": 1}
    assert by_step(found, "answered")["ticket"] == 1
    assert by_step(found, "answered")["people/name"] == 3
    assert by_step(found, "shown")["summary"] == by_step(found, "answered")["summary"] == 1
    left = {step: count - by_step(found, "answered").get(step, 0) for step, count in by_step(found, "shown").items()}
    assert by_step(found, "left") == {step: count for step, count in left.items() if count > 0}
    assert by_step(found, "left")["ticket"] == 1


def test_all_that_can_be_counted_is_there_from_the_start(shop):
    """So that the first time is seen to be one more."""
    found = scrape(shop)
    for column in ("shown", "answered", "refused"):
        steps = [dict(labels)["step"] for name, *labels in found if name == f"wizard_steps_{column}_total"]
        assert steps == ["ticket", "people", "people/name", "summary"]
    assert {value for (name, *_), value in found.items() if name.startswith("wizard_steps")} == {0}


def test_requests_are_counted_by_endpoint_and_status_and_timed(shop):
    """An error that nobody handles is one too; the reading itself is none."""
    client = shop.test_client()
    for path in ("/signup/ticket", "/signup/ticket", "/signup/people", "/nowhere", "/fail"):
        client.get(path)
    client.post("/healthz")
    scrape(shop)
    found = scrape(shop)
    requests = {
        tuple(dict(labels)[one] for one in ("method", "endpoint", "status")): value
        for (name, *labels), value in found.items()
        if name == "wizard_requests_total"
    }
    assert requests == {
        ("GET", "signup.step", "200"): 2,
        ("GET", "signup.step", "303"): 1,
        ("GET", "unknown", "404"): 1,
        ("GET", "fail", "500"): 1,
        ("POST", "unknown", "405"): 1,
    }
    step = [("endpoint", "signup.step"), ("method", "GET")]
    assert found["wizard_request_seconds_count", *step] == 3
    assert 0 < found["wizard_request_seconds_sum", *step] < 60
    edges = [dict(labels).get("le") for name, *labels in found if name == "wizard_request_seconds_bucket"]
    assert list(map(float, edges[: len(BUCKETS)])) == list(BUCKETS)
    assert found[("wizard_requests_in_progress",)] == 0


def test_an_error_that_is_passed_on_is_a_500(shop):
    """As in debug mode. Flask has forgotten the request by then, and so its endpoint."""
    shop.testing = True
    with pytest.raises(ZeroDivisionError):
        shop.test_client().get("/fail")
    assert scrape(shop)["wizard_requests_total", ("endpoint", "unknown"), ("method", "GET"), ("status", "500")] == 1


def test_what_visitors_make_up_adds_no_series(shop):
    """Whatever they call a method, an address, a host, a step, an entry or a wizard."""
    visitor = Visitor(shop.test_client())
    visitor.answer("ticket", kind="day")
    enter(visitor, "Ada")
    visitor.client.open("/made-up/first", method="BREW")
    visitor.client.get("/signup/made-up")
    visitor.client.post("/signup/people/first/name")
    before = scrape(shop)
    for number in range(5):
        visitor.client.open(f"/made-up/{number}", method=f"BREW{number}", headers={"Host": f"h{number}.example"})
        visitor.client.get(f"/signup/step-{number}?step={number}")
        visitor.client.post(f"/signup/people/{number + 7}/name")
        enter(visitor, f"Person {number}")
    assert scrape(shop).keys() == before.keys()


def test_nothing_of_an_answer_is_in_it(database):
    """Nor anything by which a visitor is known."""
    app = create_app({"DATABASE_URL": database, "SECRET_KEY": "k" * 32, "WIZARD_METRICS": True})
    visitor = Visitor(app.test_client())
    visitor.answer_all("team")
    page = visitor.open("summary")
    visitor.send("account", {**page}, email="not an address", username="ada")
    visitor.send("summary", visitor.open("summary"))
    said = app.test_client().get("/metrics", headers={"Host": "localhost"}).text
    assert by_step(scrape(app), "answered")["security"] == 1
    typed = {**ACCOUNT, **PROFILE, **TEAM, **SECURITY, "wrong": "not an address", "run": page["_run"]}
    for name in ("seats", "country", "accept_terms"):
        # Too short to be told from anything else.
        del typed[name]
    assert not [name for name, value in typed.items() if value in said and value != "ada"]
    assert "ada" not in said.replace("adapter", "")


def test_runs_and_conflicts_are_counted(shop):
    """What has become of the runs, and where two tabs have met."""
    visitor = Visitor(shop.test_client())
    visitor.answer("ticket", kind="day")
    old = visitor.open("ticket")
    visitor.send("ticket", visitor.open("ticket"), kind="all")
    assert visitor.send("ticket", old, kind="day").status_code == 409
    visitor.send("clear", visitor.open("clear"))
    found = scrape(shop)
    assert found["wizard_conflicts_total", ("kind", "asked"), ("wizard", "signup")] == 1
    assert found["wizard_conflicts_total", ("kind", "again"), ("wizard", "signup")] == 0
    assert found["wizard_runs_total", ("event", "cleared"), ("wizard", "signup")] == 1
    assert found["wizard_runs_total", ("event", "finished"), ("wizard", "signup")] == 0


def test_a_store_that_fails_is_counted(shop, database):
    """By its kind."""
    visitor = Visitor(shop.test_client())
    visitor.answer("ticket", kind="day")
    ask(database, "alter table sessions rename to others")
    assert visitor.get("ticket").status_code == 503
    assert scrape(shop)["wizard_store_errors_total", ("store", "sqlite")] == 1


def test_the_depth_of_the_outbox_is_looked_up_when_it_is_read(shop):
    """What waits, what is kept for want of a server, and what was given up."""
    shop.extensions["wizard.outbox"].put_now(Mail("ada@example.com", "Your ticket", "It is T-1"))
    found = scrape(shop)
    depth = {state: found["wizard_outbox_rows", ("state", state)] for state in ("waiting", "kept", "given_up")}
    assert depth == {"waiting": 0, "kept": 1, "given_up": 0}


def test_an_outbox_that_is_away_leaves_the_rest(shop, database):
    """And is itself a store that has failed."""
    shop.test_client().get("/signup/ticket")
    ask(database, "alter table outbox rename to others")
    found = scrape(shop)
    assert by_step(found, "shown") == {"ticket": 1}
    assert not [name for name, *_ in found if name == "wizard_outbox_rows"]
    assert scrape(shop)["wizard_store_errors_total", ("store", "sqlite")] >= 1
