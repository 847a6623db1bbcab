"""What is proven and yet refused at the end can be begun anew; what was begun in two browsers counts in either."""

from __future__ import annotations

import pytest
from flask import session
from wtforms import Form, StringField

from tests.conftest import shown
from wizard import Flow, Proof, Refused, Repeat, Step, Wizard

from .conftest import Shop, Visitor


@pytest.fixture
def visitor(shop):
    """A visitor who has paid."""
    visitor = shop.visitor().to_payment()
    visitor.send("payment", "begin")
    shop.prove(shop.begun[0][1], "P-1")
    visitor.send("payment")
    return visitor


def refusing(shop, what):
    """Let the end refuse once."""

    def finish(answers, key):
        shop.wizard.on_finish = shop.finish
        raise Refused(what)

    shop.wizard.on_finish = finish


def test_a_payment_that_is_refused_can_be_begun_anew(shop, visitor):
    """Under another key. Until then, and without a refusal, it stays as it is."""
    page = visitor.client.get("/shop/payment").text
    assert ('id="begin-payment"' in page, "could not accept it" in page) == (False, False)
    refusing(shop, {"payment": "The money was taken back"})
    assert visitor.refused("summary") == {"": "The money was taken back"}
    assert "It is confirmed. But we could not accept it" in shown(visitor.client.get("/shop/payment"))
    assert visitor.send("payment", "begin").location.startswith("https://pay.example.com/")
    (_, first), (_, second) = shop.begun
    assert first != second
    assert visitor.at == "payment"
    assert "We’re waiting" in visitor.client.get("/shop/payment").text
    # The one that was refused is over, whoever says again that it is paid.
    shop.prove(first, "P-1")
    assert "We’re waiting" in visitor.client.get("/shop/payment").text
    shop.prove(second, "P-2")
    page = shown(visitor.client.get("/shop/payment"))
    assert ("It is confirmed." in page, "could not accept it" in page) == (True, False)
    visitor.send("payment")
    assert visitor.finish()
    assert shop.finished[0]["payment"] == "P-2"


def test_a_payment_that_is_refused_may_stay(shop, visitor):
    """The visitor sends it once more, and then it is taken."""
    refusing(shop, {"payment": "The bank does not answer"})
    visitor.refused("summary")
    assert visitor.send("payment").location == "/shop/summary"
    assert visitor.finish()
    assert shop.finished[0]["payment"] == "P-1"


def test_another_step_that_is_refused_begins_nothing_anew(shop, visitor):
    """What is proven is kept."""
    refusing(shop, {"order": {"note": "Say less"}})
    visitor.refused("summary")
    assert 'value="begin"' not in visitor.client.get("/shop/payment").text


def test_a_code_that_is_refused_is_sent_anew(shop, visitor):
    """To the same address."""
    refusing(shop, {"verify": "The address was blocked meanwhile"})
    visitor.refused("summary")
    assert "But we could not accept it" in shown(visitor.client.get("/shop/verify"))
    shop.clock.now += 60
    before = len(shop.codes)
    assert visitor.send("verify", "send").status_code == 303
    assert len(shop.codes) == before + 1
    assert visitor.at == "verify"


class WordForm(Form):
    """One word."""

    word = StringField("Word")


def make(database, flow, **options):
    """An application with what others prove, and who is signed in."""
    shop = Shop(database)
    shop.wizard = Wizard("other", flow, **options)
    shop.app.register_blueprint(shop.wizard, url_prefix="/other")

    @shop.app.post("/login/<name>")
    def login(name):
        session["user"] = name
        return ""

    return shop


def test_a_payment_within_a_list_can_be_begun_anew(database):
    """That of one entry alone."""
    begun = []
    flow = Flow(
        Repeat(
            "people",
            Step("name", WordForm, title="Name"),
            Proof("fee", title="Fee", begin=lambda answers, key: begun.append(key)),
            title="People",
        )
    )

    def finish(answers, key):
        raise Refused({"people": {"2/fee/": "It was taken back"}})

    shop = make(database, flow, on_finish=finish)
    visitor = Visitor(shop.app, "other")
    for name in ("Ada", "Eve"):
        visitor.begin("people").answer("name", word=name).prove("fee")
    visitor.answer("people")
    assert visitor.refused("summary") == {"": "It was taken back"}
    pages = [visitor.client.get(f"/other/people/{one}/fee").text for one in (1, 2)]
    assert ['value="begin"' in page for page in pages] == [False, True]


@pytest.mark.parametrize("accepted", [False, True])
def test_what_was_begun_before_signing_in_counts_beside_what_the_person_has_begun(database, accepted):
    """Where that is not proven: whoever has paid has not to pay again."""
    begun = []
    flow = Flow(
        Step("order", WordForm, title="Order"),
        Proof(
            "payment", title="Payment", begin=lambda answers, key: begun.append((answers["order"]["word"], key)),
        ),
    )  # fmt: skip
    finished = []
    shop = make(
        database,
        flow,
        owner=lambda: session.get("user"),
        on_finish=lambda answers, key: finished.append(answers) or "R",
    )

    def prove(key, value):
        with shop.app.app_context():
            shop.wizard.prove("payment", key, value)

    other, here = Visitor(shop.app, "other"), Visitor(shop.app, "other")
    other.client.post("/login/ada")
    for one in (other, here):
        one.answer("order", word="Tea")
        one.send("payment", "begin")
    (_, theirs), (_, own) = begun
    prove(own, "paid here")
    if accepted:
        here.send("payment")
    here.client.post("/login/ada")
    assert "It is confirmed" in here.client.get("/other/payment").text
    if not accepted:
        assert here.send("payment").status_code == 303
    assert here.finish()
    assert finished[0]["payment"] == "paid here"
    assert theirs != own
