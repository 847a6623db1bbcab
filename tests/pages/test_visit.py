"""Visit: what one answer changes for others, and each function of the author once."""

from __future__ import annotations

import logging
from collections import Counter

from wtforms import Form, IntegerField, SelectField

from tests.conftest import Visitor, hidden, shown
from wizard import Flow, Repeat, Step
from wizard.pages.visit import Visit

from .cars import Driver, Size, calls, fill, serve, stored, tab


def test_exactly_the_steps_that_read_a_changed_answer_are_asked_again(visitor):
    """Filled in as they were, one after the other; a step that read nothing, or another field, is not."""
    fill(visitor)
    assert visitor.post("size?from=summary", size="huge", seats="4").location == "/car/model?from=summary"
    page = visitor.get("model?from=summary")
    assert 'value="s2" selected' in page.text
    assert "Check “Model” and “Licence” again" in shown(page)
    assert visitor.post("model?from=summary", model="s2", plate="A 1").location == "/car/licence?from=summary"
    assert 'value="Ada"' in visitor.get("licence").text
    assert visitor.post("licence?from=summary", name="Ada").location == "/car/summary"
    assert "your answers there depend on" not in shown(visitor.get("summary"))


def test_a_change_that_nothing_reads_asks_nothing_again(visitor):
    """The number of seats is nobody's business."""
    fill(visitor)
    assert visitor.post("size?from=summary", size="large", seats="5").location == "/car/summary"


def test_the_button_promises_the_summary_only_where_every_answer_leads_there(visitor):
    """The size may lead to more questions, whatever is chosen in the end; who drives leads to none."""
    fill(visitor)
    said = {name: shown(visitor.get(f"{name}?from=summary")) for name in ("size", "model", "licence", "drivers")}
    assert [name for name, page in said.items() if "Save and return" in page] == ["model", "drivers"]
    assert "Continue" in said["size"]
    assert "Save and return" not in shown(visitor.get("model"))


def test_the_button_promises_nothing_where_a_list_may_be_too_long_then(database):
    """With fewer seats, more people may be in it than there can be, and the list is asked again."""
    people = Repeat("people", Driver, title="People", most=lambda answers: answers["size"]["seats"])
    flow = Flow(Step("size", Size, title="Size"), people, Step("payer", Driver, title="Payer"))
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    visitor.answer("size", size="large", seats="2")
    visitor.answer("people", name="Ada")
    visitor.answer("payer", name="Ada")
    said = {name: shown(visitor.get(f"{name}?from=summary")) for name in ("size", "people", "payer")}
    assert [name for name, page in said.items() if "Save and return" in page] == ["people", "payer"]


def test_taking_a_change_back_restores_what_it_took_away(visitor):
    """Nothing was asked again meanwhile, so nothing is to be confirmed."""
    fill(visitor)
    visitor.post("size?from=summary", size="small", seats="4")
    assert visitor.get("").location == "/car/model"
    assert "We no longer need “Licence”. Your answers are kept in case you change your mind." in shown(
        visitor.get("model")
    )
    assert visitor.post("size?from=summary", size="large", seats="4").location == "/car/summary"
    assert "We’re using your earlier answers to “Licence” again" in shown(visitor.get("summary"))


def test_a_default_is_read_too(visitor):
    """Who pays is whoever has the licence, until the visitor says otherwise; then a new licence asks again."""
    visitor.answer("size", size="large", seats="4")
    visitor.answer("model", model="s2")
    visitor.answer("licence", name="Ada")
    assert 'value="Ada"' in visitor.get("payer").text
    visitor.answer("payer", name="Bob")
    visitor.answer("licence", name="Carol")
    assert visitor.get("").location == "/car/payer"
    assert 'value="Bob"' in visitor.get("payer").text


def test_each_function_of_the_author_is_called_at_most_once_a_request(visitor):
    """However often the path is asked for, and also where an answer changes it."""
    fill(visitor)
    page, model = visitor.open("size"), visitor.open("model")
    for send in (
        lambda: visitor.send("size", page, size="huge", seats="4"),
        lambda: visitor.send("size", page, size="huge", seats="many"),
        lambda: visitor.send("size", page, _action="back"),
        lambda: visitor.send("model", model, model="s2"),
        lambda: visitor.get("model"),
        lambda: visitor.get("summary"),
    ):
        calls.clear()
        send()
        assert max(Counter(calls).values(), default=0) <= 1
    visitor.answer("licence", name="Ada")
    calls.clear()
    visitor.send("summary", page)
    assert Counter(calls) == {"van": 1, "model": 1}


def test_a_condition_that_fails_is_a_500_with_its_step_in_the_log(database, caplog):
    """The log names the answer that it read and no value; the answer is as it was, and what was typed is a Draft."""

    class Number(Form):
        number = IntegerField("Number")

    def fails(answers):
        return 1 / answers["number"]["number"]

    app = serve(Flow(Step("number", Number, title="Number"), Step("more", Driver, title="More", when=fails)), database)
    visitor = Visitor(app.test_client(), "/car")
    visitor.answer("number", number="4")
    page = hidden(visitor.get("number").text)
    before = stored(visitor)
    app.testing = False
    with caplog.at_level(logging.ERROR):
        response = visitor.client.post("/car/number", data={**page, "number": "0"})
    assert response.status_code == 500
    assert "Step 'more': its 'when' failed, having read 'number.number': ZeroDivisionError in " in caplog.text
    assert stored(visitor) == {**before, "drafts": {"number": {"number": ["0"]}}}


def test_what_functions_of_the_author_are_given_cannot_change_an_answer(database):
    """Looking at a page never does, whatever they do to it; nor does sending another."""

    def spoil(answers):
        drivers = answers["drivers"]
        drivers[0]["name"] = "Eve"
        drivers.sort(key=str)
        drivers.clear()
        return {"name": "Nobody"}

    def names_of(answers):
        return [entry.pop("name") for entry in answers["drivers"]]

    def is_long(answers):
        return answers["drivers"].pop() is not None

    class Car(Form):
        name = SelectField("Name")

    flow = Flow(
        Repeat("drivers", Driver, title="Drivers"),
        Step("payer", Driver, title="Payer", defaults=spoil, when=is_long),
        Step("car", Car, title="Car", choices={"name": names_of}),
    )
    visitor = Visitor(serve(flow, database).test_client(), "/car")
    for name in ("Bob", "Ada"):
        visitor.answer("drivers", _action="add", name=name)
    visitor.answer("drivers")
    answers = stored(visitor)["answers"]
    visitor.get("payer")
    visitor.answer("payer", name="Carol")
    visitor.get("car")
    visitor.answer("car", name="Ada")
    visitor.get("summary")
    after = stored(visitor)["answers"]
    assert after == answers | {"payer": {"name": "Carol"}, "car": {"name": "Ada"}}
    assert after["drivers"] == [{"name": "Bob"}, {"name": "Ada"}]


def test_a_change_that_another_request_has_saved_meanwhile_is_there_afterwards(visitor, monkeypatch):
    """The visit is done again on what is there now, and not on what was there when it began."""
    visitor.answer("size", size="large", seats="4")
    visitor.answer("model", model="s2")
    other, saves = tab(visitor), []
    first = Visit.save

    def overtaken(visit):
        if not saves:
            saves.append(1)
            other.answer("size", size="large", seats="6")
        first(visit)

    monkeypatch.setattr(Visit, "save", overtaken)
    visitor.answer("model", model="s2", plate="B 2")
    assert stored(visitor)["answers"]["size"] == {"size": "large", "seats": 6}
    assert stored(visitor)["answers"]["model"]["plate"] == "B 2"
