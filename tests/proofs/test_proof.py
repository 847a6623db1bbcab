"""Proof: an answer that comes from elsewhere counts once, for what it was made for, and for nobody else."""

from __future__ import annotations

import pytest
from flask import Flask
from wtforms import Form, StringField

from wizard import Flow, FlowError, Proof, Refused, Section, SettingError, Step, Wizard, WizardError
from wizard.schema import schema
from wizard.sessions import open_sessions
from wizard.testing import Journey

from .conftest import OrderForm, Shop


@pytest.fixture
def visitor(shop):
    """A visitor who is about to pay."""
    return shop.visitor().to_payment()


def test_the_button_leads_to_whoever_proves_it(shop, visitor):
    """Who is told what for, and a key that says nothing of the run."""
    response = visitor.send("payment", "begin")
    [(amount, key)] = shop.begun
    assert (response.status_code, response.location, amount) == (303, f"https://pay.example.com/{key}", 12)
    assert "We’re waiting for the confirmation" in visitor.client.get("/shop/payment").text


def test_what_is_proven_is_there_at_the_next_visit(shop, visitor):
    """A GET says so, and changes nothing; the button takes it."""
    visitor.send("payment", "begin")
    shop.prove(shop.begun[0][1], {"reference": "P-1"})
    assert "It is confirmed" in visitor.client.get("/shop/payment").text
    assert "payment" not in visitor.answers
    assert visitor.send("payment").location == "/shop/summary"
    assert visitor.answers["payment"] == {"reference": "P-1"}
    assert visitor.finish()
    assert shop.finished[0]["payment"] == {"reference": "P-1"}


def test_what_is_proven_twice_is_proven_once(shop, visitor):
    """Providers call again. The first value stays, also once it was taken."""
    visitor.send("payment", "begin")
    key = shop.begun[0][1]
    for value in (1, 2):
        shop.prove(key, value)
    visitor.send("payment")
    shop.prove(key, 3)
    assert visitor.send("payment").location == "/shop/summary"
    assert visitor.answers["payment"] == 1


def test_a_test_is_told_the_key(shop, visitor):
    """It is begun once, and what was proven has no key any more."""
    key = visitor.proof_key("payment")
    assert [begun for _, begun in shop.begun] == [key]
    assert visitor.proof_key("payment") == key
    shop.prove(key, {"reference": "P-1"})
    visitor.answer("payment")
    assert visitor.answers["payment"] == {"reference": "P-1"}
    with pytest.raises(AssertionError, match=r"'order' is no Proof, so it is answered: journey.answer\('order', ...\)"):
        visitor.proof_key("order")


@pytest.mark.parametrize("query", ["status=paid", "payment=1", "_action=begin", "key=x", "from=summary&paid=yes"])
def test_a_return_address_is_not_believed(shop, visitor, query):
    """Whatever it says."""
    visitor.send("payment", "begin")
    page = visitor.client.get(f"/shop/payment?{query}")
    assert "We’re waiting" in page.text
    assert "paid" not in page.text
    assert visitor.send("payment").status_code == 422
    assert "payment" not in visitor.answers


def test_what_was_not_begun_is_not_proven(shop, visitor):
    """Neither by a guess, nor by what another visitor has paid."""
    other = shop.visitor().to_payment()
    other.send("payment", "begin")
    shop.prove(shop.begun[0][1])
    for key in ("", "payment", visitor.client.get("/shop/payment").text.partition('name="_run" value="')[2][:22]):
        shop.prove(key)
    assert "It is confirmed" not in visitor.client.get("/shop/payment").text
    visitor.send("payment", "begin")
    assert shop.begun[1][1] != shop.begun[0][1]
    assert visitor.send("payment").status_code == 422
    assert other.send("payment").status_code == 303


def test_it_lapses_when_what_it_was_made_for_changes(shop, visitor):
    """And comes back with that. What it was not made for changes nothing."""
    visitor.prove("payment")
    visitor.answer("order", amount=12, note="Please ring")
    assert visitor.at == "summary"
    visitor.answer("order", amount=13)
    assert visitor.at == "payment"
    assert "It is confirmed" not in visitor.client.get("/shop/payment").text
    visitor.answer("order", amount=12)
    assert visitor.at == "summary"


def test_what_is_paid_late_counts_for_what_it_was_made_for(shop, visitor):
    """A payment that arrives after the order was changed is that of the order before."""
    visitor.send("payment", "begin")
    visitor.answer("order", amount=99)
    shop.prove(shop.begun[0][1])
    assert visitor.send("payment").location.endswith(shop.begun[1][1])
    assert [amount for amount, _ in shop.begun] == [12, 99]
    assert visitor.send("payment").status_code == 422
    visitor.answer("order", amount=12)
    assert visitor.send("payment").location == "/shop/summary"


def test_to_start_again_begins_the_same(shop, visitor):
    """So that a provider that knows its key takes the money once."""
    for _ in range(3):
        visitor.send("payment", "begin")
    assert len(shop.begun) == 3
    assert len(set(shop.begun)) == 1


def test_the_provider_can_be_asked_instead(shop, visitor):
    """Nothing has called; it is not asked before something was begun."""
    shop.paid[""] = "never"
    assert "It is confirmed" not in visitor.client.get("/shop/payment").text
    visitor.send("payment", "begin")
    shop.paid[shop.begun[0][1]] = {"reference": "P-2"}
    assert "It is confirmed" in visitor.client.get("/shop/payment").text
    assert visitor.send("payment").status_code == 303
    assert visitor.answers["payment"] == {"reference": "P-2"}


def test_it_is_not_asked_again_at_the_end(shop, visitor):
    """What was paid is paid, whatever the provider says by then."""
    visitor.prove("payment", "P-1")
    shop.paid.clear()
    assert visitor.finish()


def test_a_page_that_waits_asks_by_itself_and_is_left_alone(shop, visitor):
    """Until there is something, which is drawn in its place, at the address where it is."""
    visitor.send("payment", "begin")
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    assert 'hx-get="/shop/payment?_waits=1"' in visitor.client.get("/shop/payment").text
    response = visitor.client.get("/shop/payment?_waits=1", headers=headers)
    assert (response.status_code, response.text) == (204, "")
    shop.prove(shop.begun[0][1])
    response = visitor.client.get("/shop/payment?_waits=1", headers=headers)
    assert response.status_code == 200
    assert "It is confirmed" in response.text
    assert "HX-Push-Url" not in response.headers
    assert "_waits" not in response.text


def test_it_cannot_be_begun_early(shop):
    """Nor proven."""
    visitor = shop.visitor().given(account={"email": "ada@example.com"}, verify=True)
    assert visitor.client.get("/shop/payment").location == "/shop/order"
    page = visitor._open("/shop/order")
    url = "/shop/payment"
    for action in ("", "begin"):
        sent = {**page.sheet("/shop/order").values.to_dict(), "_action": action}
        assert visitor.client.post(url, data=sent).location == "/shop/order"
    assert shop.begun == []


def test_the_summary_says_that_it_is_confirmed(visitor):
    """In words of the author, where there are some."""
    visitor.prove("payment", {"reference": "P-1"})
    text = visitor.client.get("/shop/summary").text
    assert ">Confirmed<" in text
    assert ">ada@example.com<" in text


def test_the_rows_say_nothing_of_it(shop, visitor):
    """Neither the key nor the value, and they open in their place alone."""
    visitor.send("payment", "begin")
    key = shop.begun[0][1]
    shop.prove(key, {"reference": "P-1"})
    with shop.outbox.rows.engine.connect() as connection:
        rows = connection.exec_driver_sql("select * from wizard_proofs").all()
    assert rows
    assert key not in repr(rows)
    assert "P-1" not in repr(rows)


def test_a_new_key_of_the_application_opens_what_is_there(shop, visitor):
    """With the old one among the former."""
    visitor.send("payment", "begin")
    shop.prove(shop.begun[0][1], "P-1")
    shop.app.config.update(SECRET_KEY_FALLBACKS=[shop.app.config["SECRET_KEY"]], SECRET_KEY="another one, as long")
    proofs = shop.app.extensions["wizard_proofs"]
    assert proofs.find("payment", shop.begun[0][1]) == "P-1"
    shop.app.config.update(SECRET_KEY_FALLBACKS=None)
    assert proofs.find("payment", shop.begun[0][1]) is None


def test_rows_that_are_over_are_deleted(shop, url):
    """When nobody came for what is proven."""
    shop = Shop(url)
    shop.prove("key")
    rows = shop.app.extensions["wizard_proofs"].rows
    assert rows.purge() == 0
    shop.clock.now += shop.app.permanent_session_lifetime.total_seconds() + 1
    assert shop.app.extensions["wizard_proofs"].find("payment", "key") is None
    assert rows.purge(10) == 1
    assert rows.purge() == 0


def wizard(database, **given):
    """The visitor of a flow with one Proof."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="for the tests, and long enough", TESTING=True)
    app.session_interface = open_sessions(database)
    flow = Flow(Step("order", OrderForm, title="Order"), Proof("pay", title="Pay", **given))
    app.register_blueprint(Wizard("shop", flow, on_finish=lambda *_: "R"), url_prefix="/shop")
    return Journey(app).given(order={"amount": 1, "note": ""})


def test_without_an_outbox_it_is_kept_with_the_sessions(database):
    """And one that begins nothing elsewhere waits on its page."""
    visitor = wizard(database, begin=lambda *_: None)
    visitor.prove("pay")
    assert visitor.at == "summary"


def test_what_cannot_be_begun_is_said(database):
    """The visitor stays, and can try again."""

    def begin(answers, key):
        raise Refused("The bank does not answer. Try again in a minute.")

    visitor = wizard(database, begin=begin)
    response = visitor._submit("pay", {}, "begin")
    assert response.status_code == 422
    assert "The bank does not answer." in response.text


def test_a_beginning_that_leads_nowhere_is_a_mistake(database):
    """The message says the cure."""
    visitor = wizard(database, begin=lambda *_: "")
    visitor.app.config["PROPAGATE_EXCEPTIONS"] = True
    with pytest.raises(FlowError, match="its 'begin' returned no address"):
        visitor._submit("pay", {}, "begin")


def test_what_it_is_made_for_can_be_said(database):
    """Beside what is read, and checked when the flow is built."""
    visitor = wizard(database, begin=lambda *_: None, reads=["order.amount"])
    visitor.prove("pay").answer("order", note="x")
    assert visitor.at == "summary"
    visitor.answer("order", amount=2)
    assert visitor.at == "pay"
    with pytest.raises(FlowError, match="the step 'order' has no such field"):
        wizard(database, begin=lambda *_: None, reads=["order.total"])


@pytest.mark.parametrize(
    ("given", "cure"),
    [
        ({"begin": "https://example.com"}, "its 'begin' is 'https://example.com'. Use a function"),
        ({"begin": lambda answers: ""}, "its 'begin' must take two arguments"),
        ({"begin": lambda a, k: "", "confirm": lambda key: None}, "its 'confirm' must take two arguments"),
        ({"begin": lambda a, k: "", "reads": "order"}, "its 'reads' is 'order'. Use a list"),
        ({"begin": lambda a, k: "", "words": "Paid"}, "its 'words' is 'Paid'. Use a function"),
    ],
)
def test_a_mistake_is_found_when_it_is_built(given, cure):
    """The message says the cure."""
    with pytest.raises(FlowError, match=cure):
        Proof("pay", title="Pay", **given)


def test_it_needs_a_database():
    """Which sessions in a cookie have not."""
    app = Flask(__name__)
    app.secret_key = "for the tests, and long enough"
    flow = Flow(Proof("pay", title="Pay", begin=lambda *_: ""))
    with pytest.raises(SettingError, match="the sessions are in none"):
        app.register_blueprint(Wizard("shop", flow, on_finish=lambda *_: "R"))


@pytest.mark.parametrize(("step", "value"), [("order", True), ("pay", True), ("payment", None), ("payment", object())])
def test_what_cannot_be_proven_is_said(shop, step, value):
    """To the author, who has called."""
    with shop.app.app_context(), pytest.raises(WizardError):
        shop.wizard.prove(step, "key", value)


class NameForm(Form):
    """A name."""

    name = StringField("Name")


def test_it_may_read_another_section(database):
    """Which is answered first, as it says what it reads."""
    flow = Flow(
        Section("a", Step("order", OrderForm, title="Order"), title="A"),
        Section("b", Proof("pay", title="Pay", begin=lambda *_: None, reads=["order"]), title="B"),
        any_order=True,
    )
    app = Flask(__name__)
    app.config.update(SECRET_KEY="for the tests, and long enough", TESTING=True)
    app.session_interface = open_sessions(database)
    app.register_blueprint(Wizard("shop", flow, on_finish=lambda *_: "R"), url_prefix="/shop")
    visitor = Journey(app)
    assert visitor.client.get("/shop/pay").location == "/shop/tasks"
    visitor.answer("order", amount=1)
    visitor.prove("pay")
    assert visitor.finish() == "R"


def test_a_program_gives_what_is_proven():
    """It runs the flow, and reads in its schema that it may."""
    flow = Flow(Step("order", OrderForm, title="Order"), Proof("pay", title="Pay", begin=lambda *_: ""))
    run = flow.run({"order": {"amount": 1, "note": ""}, "pay": {"reference": "P-1"}})
    assert run.finish(lambda answers, key: answers["pay"]) == {"reference": "P-1"}
    assert schema(flow)["properties"]["pay"]["description"] == "It is proven elsewhere: give what is, or true."
