"""What a request costs, in counts that are the same on every machine. `cost.json` has the figures, and why they grew.

When one has grown for a good reason, record all of them anew from the top of the checkout:

    COST_REASON="why" .venv/bin/python -m pytest -n0 tests/test_cost.py
"""

from __future__ import annotations

import gc
import json
import os
import random
import sys
from collections import Counter
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool
from wtforms import Form, StringField
from wtforms.validators import DataRequired

from tests.conftest import ACCOUNT, SECRET_KEY, TEAM, Visitor
from wizard import Flow, Section, Step, Wizard, patience
from wizard.app import create_app
from wizard.database import Prepared
from wizard.sessions import codec
from wizard.sessions.sql import SQLStore
from wizard.signup.flow import is_for_team

RECORD = Path(__file__).with_name("cost.json")
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

#: What grows by less is no news. The other counts may not grow at all.
MARGIN = {"calls": 1.10}
#: Another version of Python counts other calls for the same work: it inlines, or has written in C, more or less of it.
OTHER_PYTHON = {"calls": 1.40}


def condition(answers):
    """The condition of every tenth step of the long flow."""
    return answers["s1"]["text"] != "skip"


#: Functions whose calls are counted by themselves.
COUNTED = {
    codec.encode.__code__: "encodings",
    codec.decode.__code__: "decodings",
    SQLStore.save.__code__: "writes",
    SQLStore.delete.__code__: "writes",
    is_for_team.__code__: "conditions",
    condition.__code__: "conditions",
    # Each is a transaction of its own, on a connection that is kept outside of the pool.
    Prepared.execute.__code__: "transactions",
}

#: What the instruction RESUME is given where a function starts.
START = 0

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
STEPS = 100

#: A short flow in sections, and a long one: how many steps, in how many sections.
MEASURED = ((5, 1), (300, 40))
#: By how much a page of the long one may cost more.
LONG = 1.3


class Costs:
    """Counts what happens while an application answers, for as long as it is told to."""

    def __init__(self, app):
        self.found = Counter()
        self._app = app.wsgi_app
        self._counts = False
        app.wsgi_app = self

    def __call__(self, environ, start_response):
        if not self._counts:
            return self._app(environ, start_response)
        before = sys.getprofile()
        gc.collect()
        gc.disable()
        sys.setprofile(self._saw)
        try:
            return self._app(environ, start_response)
        finally:
            sys.setprofile(before)
            gc.enable()

    def _saw(self, frame, what, _):
        if what == "call":
            code = frame.f_code
            self.found["calls"] += 1
            if code in COUNTED:
                self.found[COUNTED[code]] += 1
            elif code.co_name == "root" and code.co_filename.endswith(".html"):
                # A template is a generator, and going on after a yield looks like a call, but for this.
                self.found["templates"] += code.co_code[frame.f_lasti + 1] == START

    def ran(self, statement):
        """Count a statement that SQLite has run."""
        if self._counts and statement.strip().upper() not in ("BEGIN", "COMMIT", "ROLLBACK"):
            self.found["statements"] += 1

    def used(self):
        """Count a connection that was taken from the pool: one for each transaction."""
        if self._counts:
            self.found["transactions"] += 1

    @contextmanager
    def counted(self):
        """Count the requests in this block."""
        self.found.clear()
        self._counts = True
        try:
            yield self.found
        finally:
            self._counts = False


class Watch:
    """What the connections and the pools of the tests tell of themselves: to the application that is measured now."""

    def __init__(self):
        self.costs = None

    def connected(self, connection, _):
        connection.set_trace_callback(lambda statement: self.costs and self.costs.ran(statement))

    def checked_out(self, *_):
        if self.costs:
            self.costs.used()


@pytest.fixture
def watch(monkeypatch):
    """Listens to every engine that is made meanwhile, and keeps chance and the collector out of it."""
    watch = Watch()
    # One request in a hundred also purges.
    monkeypatch.setattr(random, "randrange", lambda _: 1)
    event.listen(Pool, "connect", watch.connected)
    event.listen(Pool, "checkout", watch.checked_out)
    yield watch
    event.remove(Pool, "connect", watch.connected)
    event.remove(Pool, "checkout", watch.checked_out)


class TextForm(Form):
    """The form of every step of the long flow."""

    text = StringField("Text", [DataRequired()])


def long_flow():
    """A hundred steps, a condition every ten."""
    return Flow(
        *(
            Step(f"s{number}", TextForm, title=f"Step {number}", when=condition if number % 10 == 0 else None)
            for number in range(1, STEPS + 1)
        )
    )


def flow_in_sections(steps, sections):
    """A flow of so many steps, a condition every ten, in so many sections that can be done in any order."""
    asked = [
        Step(f"s{number}", TextForm, title=f"Step {number}", when=condition if number % 10 == 0 else None)
        for number in range(1, steps + 1)
    ]
    bounds = [round(steps * number / sections) for number in range(sections + 1)]
    groups = [asked[start:stop] for start, stop in pairwise(bounds)]
    return Flow(
        *(Section(f"g{number}", *group, title=f"Section {number}") for number, group in enumerate(groups)),
        any_order=True,
    )


def measure_sections(app, count, steps, sections):
    """Count what a flow in sections costs a visitor who is new, and one who has answered everything."""
    visitor = Visitor(app.test_client(), f"/sections-{sections}")
    what = f"{steps} steps in {sections} sections"
    count(f"GET the list of {what}", lambda: app.test_client().get(f"{visitor.prefix}/tasks"))
    for number in range(1, steps + 1):
        visitor.answer(f"s{number}", text="x")
    last = f"s{steps - 1}"
    count(f"GET the last but one of {what}", lambda: visitor.get(last))
    count(f"POST the last but one of {what}", lambda: visitor.post(last, text="x"))


def measure(app, watch):
    """Return what each kind of request costs, once everything that is made once is made."""
    costs = watch.costs = Costs(app)
    found = {}

    def count(name, act):
        for _ in range(2):
            act()
        with costs.counted() as counts:
            status = act().status_code
        assert status in (200, 303, 422), name
        found[name] = {what: counts[what] for what in sorted(counts) if counts[what]}

    visitor = Visitor(app.test_client())
    visitor.answer_all("team")

    def sent(page, prefix="/signup", **data):
        """Sends a page that was opened before, so that its GET is not counted."""

        def act():
            own = Visitor(visitor.client, prefix)
            counts, costs._counts = costs._counts, False
            opened = own.open(page)
            costs._counts = counts
            return own.send(page, opened, **data)

        return act

    def entry():
        number[0] += 1
        return sent("members", _action="add", name="Grace", email=f"grace{number[0]}@example.com")()

    number = [0]
    count("GET a new visitor", lambda: app.test_client().get("/signup/account"))
    count("GET a small step", lambda: visitor.get("account"))
    count("GET a small step, partial", lambda: visitor.get("account", headers=PARTIAL))
    count("GET 250 options", lambda: visitor.get("profile"))
    count("GET a list", lambda: visitor.get("members"))
    count("GET the summary", lambda: visitor.get("summary"))
    count("POST a plan", sent("plan", plan="team"))
    count("POST a team", sent("team", **TEAM))
    count("POST an account", sent("account", **ACCOUNT))
    count("POST a refused plan", sent("plan", plan="none"))
    count("POST an entry", entry)
    count("POST a live check", lambda: visitor.client.post("/signup/account/check/email", data={"email": "ada"}))

    def finish():
        counts, costs._counts = costs._counts, False
        new = Visitor(app.test_client())
        number[0] += 1
        new.answer_all(email=f"ada{number[0]}@example.com", username=f"ada{number[0]}")
        opened = new.open("summary")
        costs._counts = counts
        return new.send("summary", opened)

    count("POST finish", finish)
    token = visitor.token("account")
    for one in range(1, STEPS + 1):
        assert visitor.client.post(f"/long/s{one}", data={"csrf_token": token, "text": "x"}).status_code == 303
    count(f"GET the last of {STEPS} steps", lambda: visitor.client.get(f"/long/s{STEPS}"))
    count(f"POST the last of {STEPS} steps", sent(f"s{STEPS}", "/long", text="x"))
    for steps, sections in MEASURED:
        measure_sections(app, count, steps, sections)
    return found


@pytest.mark.slow
def test_no_request_costs_more_than_is_recorded(database, watch, monkeypatch):
    """What has grown is named, with the command that records it anew."""
    # On a slow machine, a part of it is soon used up, and SQLite is told so.
    monkeypatch.setattr(patience, "PATIENCE", 600)
    app = create_app({"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, "TESTING": True})
    app.register_blueprint(Wizard("long", long_flow(), on_finish=lambda answers, key: "done"), url_prefix="/long")
    for steps, sections in MEASURED:
        flow = flow_in_sections(steps, sections)
        wizard = Wizard(f"sections-{sections}", flow, on_finish=lambda answers, key: "done")
        app.register_blueprint(wizard, url_prefix=f"/{wizard.name}")
    found = measure(app, watch)
    short, long = (f"{steps} steps in {sections} sections" for steps, sections in MEASURED)
    bases = {"GET the list of": "GET the last but one of"}
    for page in ("GET the list of", "GET the last but one of", "POST the last but one of"):
        base = found[f"{bases.get(page, page)} {short}"]["calls"]
        assert found[f"{page} {long}"]["calls"] <= LONG * base, page
    if reason := os.environ.get("COST_REASON"):
        record(found, reason)
    recorded = json.loads(RECORD.read_text())
    grown = growth(found, recorded["figures"], MARGIN if recorded["python"] == PYTHON else OTHER_PYTHON)
    assert not grown, "\n".join([*grown, *(__doc__ or "").splitlines()[2:]])


def growth(found, recorded, margins):
    """What has grown by more than its margin, a line each."""
    return [
        f"{request}: {count} {what}, and {recorded[request].get(what, 0)} were recorded."
        for request, counts in found.items()
        for what, count in counts.items()
        if count > recorded[request].get(what, 0) * margins.get(what, 1)
    ]


def record(found, reason):
    """Write the figures down, with the reason why they are others."""
    before = json.loads(RECORD.read_text()) if RECORD.exists() else {"reasons": []}
    text = json.dumps({"python": PYTHON, "reasons": [*before["reasons"], reason], "figures": found}, indent=1)
    RECORD.write_text(text + "\n")


def test_the_guard_names_what_has_grown():
    """To the request and the count, past its margin alone."""
    recorded = {"GET": {"calls": 1000, "statements": 1}}
    assert not growth({"GET": {"calls": 1100, "statements": 1}}, recorded, MARGIN)
    assert growth({"GET": {"calls": 1101, "statements": 2, "writes": 1}}, recorded, MARGIN) == [
        "GET: 1101 calls, and 1000 were recorded.",
        "GET: 2 statements, and 1 were recorded.",
        "GET: 1 writes, and 0 were recorded.",
    ]
