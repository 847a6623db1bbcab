"""A request that is done again, since another one has saved meanwhile, does nothing twice."""

from __future__ import annotations

import time

import pytest

from wizard.errors import Conflict
from wizard.flow.claim import Claim
from wizard.pages.visit import Visit

ADA = "ada@example.com"


@pytest.fixture
def conflict(monkeypatch):
    """Lets the next save find that another request has saved."""
    save, left = Visit.save, []

    def fail_once(visit):
        if left:
            left.pop()
            raise Conflict("saved by another request")
        save(visit)

    monkeypatch.setattr(Visit, "save", fail_once)
    return lambda: left.append(True)


def test_a_code_is_sent_once_and_used_once(shop, conflict):
    """It is good for the request that is done again, though the first has used it up."""
    visitor = shop.visitor()
    conflict()
    visitor.answer("account", email=ADA)
    assert len(shop.codes) == 1
    conflict()
    visitor.answer("verify", code=shop.codes[0])
    assert visitor.answers["verify"] == {"address": ADA}


def test_another_code_is_sent_once(shop, conflict):
    """The second time is not too early for the first."""
    visitor = shop.visitor().answer("account", email=ADA)
    shop.clock.now += 60
    conflict()
    assert visitor.send("verify", "send").status_code == 303
    assert len(shop.codes) == 2


def test_a_payment_is_begun_under_one_key(shop, conflict):
    """So that the provider knows it."""
    visitor = shop.visitor().to_payment()
    conflict()
    visitor.send("payment", "begin")
    assert len(shop.begun) == 2
    assert len(set(shop.begun)) == 1


def test_nothing_begins_while_the_answers_are_being_sent(shop):
    """What is frozen stays as it is."""
    visitor = shop.visitor().to_payment()
    page = visitor._open("/shop/payment").filled("/shop/payment", {}, "begin")
    with visitor._stored() as run:
        run.put_claim(Claim({}).joined(time.time())[0])
    response = visitor.client.post("/shop/payment", data=page)
    assert response.status_code == 422
    assert "Your answers are being sent right now" in response.text
    assert shop.begun == []
