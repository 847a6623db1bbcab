"""Proofs and codes wherever a step can be: in an entry of a list, and in one of several runs."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st

from tests.conftest import SECRET_KEY
from wizard import Code, Flow, Outbox, Proof, Repeat, Step, Wizard
from wizard.sessions import open_sessions
from wizard.testing import walk

from .conftest import AccountForm, Visitor

ADA, BOB = "ada@example.com", "bob@example.com"


def make(database, *steps, **options):
    """An application with these steps."""
    app = Flask(__name__)
    app.config.update({"SECRET_KEY": SECRET_KEY, "TESTING": True})
    Outbox(app, database)
    app.session_interface = open_sessions(database)
    app.register_blueprint(Wizard("club", Flow(*steps), on_finish=lambda *_: "R", **options), url_prefix="/club")
    return app


def verified():
    """An address, and the code that is sent there."""
    return [
        Step("account", AccountForm, title="Account"),
        Code("verify", title="Check your email", to=lambda answers: answers["account"]["email"]),
    ]


def members():
    """A list in which each has an address, a code and a payment."""
    pay = Proof("pay", title="Pay", begin=lambda answers, key: f"https://pay.example.com/{answers['account']['email']}")
    return Repeat("members", *verified(), pay, title="Members", each=lambda entry: entry["account"]["email"])


@pytest.fixture
def visitor(database):
    """A visitor of a flow in which each entry of a list is proven by itself."""
    return Visitor(make(database, members()))


def test_each_entry_has_a_code_of_its_own(visitor):
    """That of another one does nothing there."""
    letters = visitor.app.extensions["wizard.outbox"].letters
    first, second = visitor.begin("members"), visitor.begin("members")
    for one in (first, second):
        one.answer("account", email=ADA)
    codes = {one.mail.subject[:6] for one in letters()}
    assert len(codes) == 2
    own = next(code for code in codes if first._submit("verify", {"code": code}).status_code == 303)
    second.answer("verify", code=(codes - {own}).pop())
    for one in (first, second):
        one.prove("pay", "paid")
    assert visitor.answers["members"][0]["verify"] == {"address": ADA}
    assert [one["pay"] for one in visitor.answers["members"]] == ["paid", "paid"]
    first.answer("account", email=BOB)
    assert [one["account"]["email"] for one in visitor.answers["members"]] == [ADA]


def test_each_of_several_runs_has_a_code_of_its_own(database):
    """As each has a key."""
    app = make(database, *verified(), many=True)
    visitors = [Visitor(app, client=client) for client in [app.test_client()] * 2]
    for one in visitors:
        one.answer("account", email=ADA)
    codes = [one.mail.subject[:6] for one in app.extensions["wizard.outbox"].letters()]
    own = [next(code for code in codes if one.said("verify", code=code)[0] == 303) for one in visitors]
    assert len(set(own)) == 2
    assert [one.answers["verify"] for one in visitors] == [{"address": ADA}] * 2


def test_no_visitor_breaks_a_list_of_proofs(tmp_path):
    """Whose entries the walk proves, too."""
    numbers = iter(range(1000))
    walk(
        lambda: make(f"sqlite:///{tmp_path}/{next(numbers)}.db", members()),
        answers={
            "members/account": st.sampled_from([{"email": ADA}, {"email": BOB}]),
            "members/pay": st.just("paid"),
        },
        settings=settings(max_examples=6, stateful_step_count=10, deadline=None, database=None, derandomize=True),
    )
