"""A list whose entries a program gives: the visitor adds and removes none, and answers what is left of each."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import settings as Settings  # noqa: N812  (walk() has a parameter of its own name)
from wtforms import Form, IntegerField, StringField
from wtforms.validators import InputRequired

from tests.conftest import shown
from wizard import Flow, FlowError, Repeat, Step
from wizard.picture import table
from wizard.testing import Journey, walk

from .census import serve


class Product(Form):
    """What is known."""

    name = StringField("Product", [InputRequired("Enter a name")])


class Volume(Form):
    """What is asked."""

    volume = IntegerField("Tonnes", [InputRequired("Enter the tonnes")])


def product(answers):
    """The name of a product."""
    return answers["entry"]["product"]["name"]


products = Repeat(
    "products",
    Step("product", Product, title="Product", final=True),
    Step("volume", Volume, title=lambda answers: f"How much {answers['product']['name']}?"),
    title="Products",
    each=lambda entry: entry["product"]["name"],
    fixed=True,
)
price = Step("price", Volume, title="Prices", for_each={"volume": "products"}, labels={"volume": product})
FLOW = Flow(products, price)
GIVEN = {"products": [{"product": {"name": "Gravel"}}, {"product": {"name": "Sand"}}]}


@pytest.fixture
def journey(database):
    """A visitor whose products are known."""
    app = serve(database, flow=FLOW)
    app.add_url_rule("/begin", "begin", lambda: app.blueprints["census"].begin(GIVEN), methods=["POST"])
    journey = Journey(app)
    journey.client.post("/begin")
    return journey


def test_the_visitor_is_led_through_what_is_left(journey):
    """What was given is neither asked nor changed."""
    assert journey.client.get(journey.url("products")).location.endswith("/products/1/volume")
    journey.entry("products", 1).answer("volume", volume=3)
    page = journey.client.get(journey.url("products"), follow_redirects=True)
    assert "How much Sand?" in shown(page)
    journey.entry("products", 2).answer("volume", volume=4)
    assert journey.at == "price"
    journey.answer("price", volume=[5, 6])
    assert journey.answers["products"][1] == {"product": {"name": "Sand"}, "volume": {"volume": 4}}
    summary = shown(journey.client.get(journey.url("summary")))
    assert "Change tonnes" in summary
    assert "Change product" not in summary
    assert journey.finish()


def test_no_entry_is_added_or_removed(journey):
    """There are no buttons for it, and a forged one is refused."""
    for number in (1, 2):
        journey.entry("products", number).answer("volume", volume=number)
    sheet = journey._open(journey.url("products")).sheet(journey.url("products"))
    assert not [one for one in sheet.actions if one.partition(".")[0] in ("add", "remove", "up", "undo")]
    for action in ("add", "remove.1", "up.2", "undo"):
        response = journey.client.post(journey.url("products"), data={**sheet.values, "_action": action})
        assert response.status_code == 400, action
    assert len(journey.answers["products"]) == 2


def test_it_is_driven_and_drawn():
    """What is missing is said; a picture says where its entries come from."""
    run = FLOW.run(GIVEN)
    assert run.missing == ["products/1/volume", "products/2/volume", "price"]
    run.give({"products": [{"product": {"name": "Gravel"}, "volume": {"volume": 1}}], "price": {"volume": [2]}})
    assert (run.missing, run.errors) == ([], {})
    assert "its entries are given" in table(FLOW)


def test_the_kit_walks_it(database):
    """From a list that is empty."""
    quickly = Settings(max_examples=5, stateful_step_count=10, deadline=None, database=None, derandomize=True)
    walk(partial(serve, database, flow=FLOW), settings=quickly)


@pytest.mark.parametrize("given", [{"least": 1}, {"add": "Add"}, {"sortable": True}, {"into": "all"}])
def test_what_is_for_lists_that_grow_is_a_mistake(given):
    """The message names it."""
    with pytest.raises(FlowError, match=f"it is fixed.*it has {next(iter(given))!r}. Leave that out"):
        Repeat("a", Step("b", Product, title="B"), title="A", fixed=True, **given)


def test_a_list_on_one_page_is_not_fixed():
    """Its entries have no steps that could be asked."""
    with pytest.raises(FlowError, match="it is fixed, which those lists can be whose entries are asked in steps"):
        Repeat("a", Product, title="A", fixed=True)
