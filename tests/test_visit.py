"""Visit: what a request does to a run. Dependencies, entries, deploys, and conditions that fail."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from wtforms import Form, IntegerField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, NumberRange

from tests.conftest import Visitor, hidden, shown
from wizard import Answers, Flow, Repeat, Step, Wizard
from wizard.sessions import open_sessions

MODELS = {"small": {"s1": "Up!", "s2": "Fox"}, "large": {"l1": "Transit", "s2": "Fox"}}


class Size(Form):
    """Asks the size of a car."""

    size = RadioField("Size", choices={"small": "Small", "large": "Large", "huge": "Huge"})
    seats = IntegerField("Seats", [NumberRange(1, 9, "Enter 1 to 9 seats")])


class Model(Form):
    """Asks the model, of those that come in that size."""

    model = SelectField("Model", [InputRequired("Select a model")], invalid_choice_message="We do not have this one")
    plate = StringField("Plate")


class Driver(Form):
    """Asks who drives."""

    name = StringField("Name", [InputRequired("Enter a name")])


class Code(Form):
    """Asks a secret."""

    code = PasswordField("Code")


calls = []


def is_large(answers):
    """A condition that counts how often it is evaluated."""
    calls.append("van")
    return answers["size"]["size"] != "small"


def models(answers):
    """The models of the size."""
    calls.append("model")
    return MODELS.get(answers["size"]["size"], {"s2": "Fox"})


FLOW = Flow(
    Step("size", Size, title="Size"),
    Step("model", Model, title="Model", choices={"model": models}),
    Step("licence", Driver, title="Licence", when=is_large),
    Step(
        "payer",
        Driver,
        title="Payer",
        defaults=lambda answers: {"name": answers.get("licence", {}).get("name", "")},
    ),
    Repeat("drivers", Driver, title="Drivers", least=1, most=3, add="Add this driver"),
    Step("code", Code, title="Code", keep=lambda data: {"hash": "#" * len(data["code"])}),
)


def serve(flow, url, **options):
    """An application of somebody else's, with sessions in a database."""
    app = Flask(__name__)
    app.secret_key = "key"
    app.testing = True
    app.session_interface = open_sessions(url)
    finished = []
    app.finished = finished
    wizard = Wizard("car", flow, on_finish=lambda answers, key: finished.append(answers) or "R-1", **options)
    app.register_blueprint(wizard, url_prefix="/car")
    return app


@pytest.fixture
def app(database):
    """The flow of this file."""
    return serve(FLOW, database)


@pytest.fixture
def visitor(app):
    """A new visitor."""
    return Visitor(app.test_client(), "/car")


def fill(visitor, size="large"):
    """Answer everything."""
    visitor.answer("size", size=size, seats="4")
    visitor.answer("model", model="s2", plate="A 1")
    if size != "small":
        visitor.answer("licence", name="Ada")
    visitor.answer("payer", name="Ada")
    visitor.answer("drivers", _action="add", name="Bob")
    visitor.answer("drivers")
    visitor.answer("code", code="1234")


def stored(visitor):
    """What the session has of this run."""
    with visitor.client.session_transaction() as session:
        return session.get("car", {})


# Traced dependencies


def test_computed_choices_follow_the_earlier_answer(visitor):
    """Only what is offered now can be chosen; anything else is a field error that loses nothing."""
    visitor.answer("size", size="small", seats="4")
    page = visitor.get("model").text
    assert "Up!" in page
    assert "Transit" not in page
    response = visitor.post("model", model="l1", plate="A 1")
    assert response.status_code == 422
    assert "We do not have this one" in shown(response)
    assert 'value="A 1"' in response.text


def test_a_choice_that_another_tab_has_taken_away_is_a_field_error(visitor):
    """The page was opened while it was still offered."""
    visitor.answer("size", size="small", seats="4")
    page = hidden(visitor.get("model").text)
    visitor.answer("size", size="large", seats="4")
    response = visitor.post("model", **page, model="s1", plate="A 1")
    assert response.status_code == 422
    assert "We do not have this one" in shown(response)


def test_exactly_the_steps_that_read_a_changed_answer_are_asked_again(visitor):
    """Filled in as they were, one after the other; a step that read nothing, or another field, is not."""
    fill(visitor)
    assert visitor.post("size?from=summary", size="huge", seats="4").location == "/car/model?from=summary"
    page = visitor.get("model?from=summary")
    assert 'value="s2" selected' in page.text
    assert "Check your answers to “Model” and “Licence” again" in shown(page)
    assert visitor.post("model?from=summary", model="s2", plate="A 1").location == "/car/licence?from=summary"
    assert 'value="Ada"' in visitor.get("licence").text
    assert visitor.post("licence?from=summary", name="Ada").location == "/car/summary"
    assert "Check your answers to" not in shown(visitor.get("summary"))


def test_a_change_that_nothing_reads_asks_nothing_again(visitor):
    """The number of seats is nobody's business."""
    fill(visitor)
    assert visitor.post("size?from=summary", size="large", seats="5").location == "/car/summary"


def test_taking_a_change_back_restores_what_it_took_away(visitor):
    """Nothing was asked again meanwhile, so nothing is to be confirmed."""
    fill(visitor)
    visitor.post("size?from=summary", size="small", seats="4")
    assert visitor.get("").location == "/car/model"
    assert "Your answers to “Licence” are kept but no longer used" in shown(visitor.get("model"))
    assert visitor.post("size?from=summary", size="large", seats="4").location == "/car/summary"
    assert "Your answers to “Licence” are used again" in shown(visitor.get("summary"))


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


def test_each_condition_is_evaluated_at_most_once_a_request(visitor):
    """However often the path is asked for, and also where an answer changes it."""
    fill(visitor)
    page = hidden(visitor.get("size").text)
    for send in (
        lambda: visitor.client.post("/car/size", data={**page, "size": "huge", "seats": "4"}),
        lambda: visitor.client.post("/car/size", data={**page, "size": "huge", "seats": "many"}),
        lambda: visitor.client.post("/car/size", data={**page, "_action": "back"}),
        lambda: visitor.client.get("/car/model"),
        lambda: visitor.client.get("/car/summary"),
    ):
        calls.clear()
        send()
        assert calls.count("van") == 1
    visitor.answer("model", model="s2")
    visitor.answer("licence", name="Ada")
    calls.clear()
    visitor.client.post("/car/summary", data=page)
    assert calls.count("van") == 1


def test_a_step_whose_choices_cannot_be_known_is_kept_as_a_draft(visitor):
    """The answers that it depends on have been cleared in another tab."""
    visitor.answer("size", size="small", seats="4")
    page = hidden(visitor.get("model").text)
    visitor.post("clear")
    token = visitor.token("size")
    response = visitor.client.post("/car/model", data={**page, "csrf_token": token, "model": "s1", "plate": "A 1"})
    assert response.location == "/car/size"
    visitor.answer("size", size="small", seats="4")
    page = visitor.get("model").text
    assert 'value="A 1"' in page
    assert 'value="s1" selected' in page


def test_a_condition_that_fails_is_a_500_with_its_step_in_the_log(database, caplog):
    """The log names the answer that it read and no value; the session is as it was."""

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
    assert "Step 'more': its 'when' failed, having read 'number.number': ZeroDivisionError" in caplog.text
    assert stored(visitor) == before


# Entries


@pytest.fixture
def at_drivers(visitor):
    """A visitor who has come to the list."""
    visitor.answer("size", size="small", seats="4")
    visitor.answer("model", model="s2")
    visitor.answer("payer", name="Ada")
    return visitor


def names(visitor):
    """The drivers that are stored."""
    return [entry["name"] for entry in stored(visitor)["answers"].get("drivers", [])]


def test_entries_are_added_changed_and_removed(at_drivers):
    """Each by itself, and each leads back to the list."""
    visitor = at_drivers
    for name in ("Bob", "Carol", "Dan"):
        assert visitor.post("drivers", _action="add", name=name).location == "/car/drivers"
    assert 'value="Carol"' in visitor.get("drivers/2").text
    assert visitor.post("drivers/2", name="Carla").location == "/car/drivers"
    page = hidden(visitor.get("drivers").text)
    assert visitor.client.post("/car/drivers", data={**page, "_action": "remove.1"}).location == "/car/drivers"
    assert names(visitor) == ["Carla", "Dan"]
    assert "Carla" in shown(visitor.get("drivers"))
    assert visitor.post("drivers").location == "/car/code"
    visitor.answer("code", code="1")
    assert "Carla Dan Change drivers" in shown(visitor.get("summary"))


def test_what_is_typed_is_added_on_the_way_on(at_drivers):
    """Continue with a name in the form is no loss of that name."""
    assert at_drivers.post("drivers", name="Bob").location == "/car/code"
    assert names(at_drivers) == ["Bob"]


@pytest.mark.parametrize(
    ("page", "sent", "message"),
    [
        ("drivers", {"_action": "add", "name": ""}, "Enter a name"),
        ("drivers", {"name": ""}, "Add 1 at least"),
    ],
)
def test_what_will_not_do_is_said_and_stored_nowhere(at_drivers, page, sent, message):
    """An entry is validated by itself, and the list by how many there are."""
    response = at_drivers.post(page, **sent)
    assert response.status_code == 422
    assert message in shown(response)
    assert names(at_drivers) == []


def test_an_entry_beyond_the_most_is_refused_and_stays_typed(at_drivers):
    """The message says the cure, and nothing is lost."""
    for name in ("Bob", "Carol", "Dan"):
        at_drivers.answer("drivers", _action="add", name=name)
    for action in ({"_action": "add"}, {}):
        response = at_drivers.post("drivers", name="Eve", **action)
        assert response.status_code == 422
        assert "You can add 3 at most. Remove one before you add another." in shown(response)
        assert 'value="Eve"' in response.text
    assert names(at_drivers) == ["Bob", "Carol", "Dan"]
    assert "which is the most there can be" in shown(at_drivers.get("drivers"))


def test_an_entry_that_is_changed_into_a_mistake_is_asked_again(at_drivers):
    """What was accepted stays until something valid takes its place."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    response = at_drivers.post("drivers/1", name="")
    assert response.status_code == 422
    assert "Enter a name" in shown(response)
    assert names(at_drivers) == ["Bob"]


@pytest.mark.parametrize("page", ["drivers/0", "drivers/2", "drivers/99", "size/1", "nowhere/1"])
def test_an_entry_that_is_not_there_is_a_404(at_drivers, page):
    """For looking and for sending alike."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    assert at_drivers.get(page).status_code == 404
    token = at_drivers.token("drivers")
    assert at_drivers.client.post(f"/car/{page}", data={"csrf_token": token, "name": "x"}).status_code == 404


def test_the_same_page_sent_twice_adds_once(at_drivers):
    """A double click, with Add and with Continue."""
    page = hidden(at_drivers.get("drivers").text)
    for _ in range(2):
        at_drivers.client.post("/car/drivers", data={**page, "_action": "add", "name": "Bob"})
    page = hidden(at_drivers.get("drivers").text)
    for _ in range(2):
        assert at_drivers.client.post("/car/drivers", data={**page, "name": "Carol"}).location == "/car/code"
    page = hidden(at_drivers.get("drivers").text)
    for _ in range(2):
        at_drivers.client.post("/car/drivers", data={**page, "_action": "remove.1"})
    assert names(at_drivers) == ["Carol"]


def test_a_page_that_is_sent_again_with_something_else_adds_that_too(at_drivers):
    """It is no double click: nobody would type another name into one."""
    page = hidden(at_drivers.get("drivers").text)
    for name in ("Bob", "Carol", "Bob"):
        at_drivers.client.post("/car/drivers", data={**page, "_action": "add", "name": name})
    assert names(at_drivers) == ["Bob", "Carol"]
    page = hidden(at_drivers.get("drivers/1").text)
    for name in ("Rob", "Robert", "Robert"):
        at_drivers.client.post("/car/drivers/1", data={**page, "name": name})
    assert names(at_drivers) == ["Robert", "Carol"]


def test_two_tabs_add_to_one_list(at_drivers):
    """Both entries are kept; the same one twice is one."""
    pages = [hidden(at_drivers.get("drivers").text) for _ in range(3)]
    for page, name in zip(pages, ("Bob", "Carol", "Bob"), strict=True):
        at_drivers.client.post("/car/drivers", data={**page, "_action": "add", "name": name})
    assert names(at_drivers) == ["Bob", "Carol"]


def test_a_list_that_is_shown_again_can_be_edited_at_once(at_drivers):
    """It is shown as it is now, whatever the page was opened from."""
    first, second = (hidden(at_drivers.get("drivers").text) for _ in range(2))
    at_drivers.client.post("/car/drivers", data={**first, "_action": "add", "name": "Bob"})
    refused = at_drivers.client.post("/car/drivers", data={**second, "_action": "add", "name": ""})
    assert refused.status_code == 422
    sent = {**hidden(refused.text), "_action": "remove.1"}
    assert at_drivers.client.post("/car/drivers", data=sent).status_code == 303
    assert names(at_drivers) == []


def test_an_entry_is_not_changed_by_a_number_that_has_moved(at_drivers):
    """Another tab has removed the first; what was typed for the second is asked about, not put upon the third."""
    for name in ("Bob", "Carol", "Dan"):
        at_drivers.answer("drivers", _action="add", name=name)
    entry, listed = hidden(at_drivers.get("drivers/2").text), hidden(at_drivers.get("drivers").text)
    at_drivers.client.post("/car/drivers", data={**listed, "_action": "remove.1"})
    response = at_drivers.client.post("/car/drivers/2", data={**entry, "name": "Carla"})
    assert response.status_code == 409
    assert "This list was changed in another tab" in shown(response)
    assert 'value="Carla"' in response.text
    removed = at_drivers.client.post("/car/drivers", data={**listed, "_action": "remove.2"})
    assert removed.status_code == 303
    assert names(at_drivers) == ["Carol", "Dan"]


def test_back_keeps_a_half_typed_entry_as_a_draft(at_drivers):
    """It is no entry, and is shown again; typed away, it is forgotten."""
    assert at_drivers.post("drivers", name="Bo", _action="back").location == "/car/payer"
    assert names(at_drivers) == []
    assert 'value="Bo"' in at_drivers.get("drivers").text
    at_drivers.post("drivers", name="", _action="back")
    assert 'value="Bo"' not in at_drivers.get("drivers").text


@pytest.mark.parametrize(
    ("pressed", "leads"), [("remove.1", "/car/drivers"), ("change.1", "/car/drivers/1"), ("back", "/car/payer")]
)
def test_a_half_typed_entry_survives_a_button_beside_another(at_drivers, pressed, leads):
    """It is kept as a Draft, through a change of the other, until it is added."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    assert at_drivers.post("drivers", name="half", _action=pressed).location == leads
    assert names(at_drivers) == ([] if pressed == "remove.1" else ["Bob"])
    assert 'value="half"' in at_drivers.get("drivers").text
    if names(at_drivers):
        at_drivers.answer("drivers/1", name="Rob")
        assert 'value="half"' in at_drivers.get("drivers").text
    at_drivers.answer("drivers", _action="add", name="whole")
    assert "half" not in at_drivers.get("drivers").text


def test_a_full_list_keeps_the_draft_that_it_cannot_show(at_drivers):
    """Another tab has filled it meanwhile; with one removed, there is room again for what was half typed."""
    at_drivers.post("drivers", name="half", _action="back")
    with at_drivers.client.session_transaction() as session:
        answers = Answers(session, "car")
        answers.accept("drivers", [{"name": name} for name in ("Bob", "Carol", "Dan")], "full", keeps_draft=True)
    page = hidden(at_drivers.get("drivers").text)
    assert 'value="half"' not in at_drivers.get("drivers").text
    at_drivers.client.post("/car/drivers", data={**page, "_action": "remove.1"})
    assert 'value="half"' in at_drivers.get("drivers").text


@pytest.mark.parametrize("pressed", ["remove.2", "change.2", "remove.", "change.x"])
def test_a_button_for_an_entry_that_is_not_there_is_a_404(at_drivers, pressed):
    """Nobody but a forger sends one."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    assert at_drivers.post("drivers", _action=pressed).status_code == 404
    assert names(at_drivers) == ["Bob"]


def test_an_entry_that_was_being_changed_survives_an_expired_session(at_drivers):
    """It comes back as a Draft when the visitor is at the list again."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    page = hidden(at_drivers.get("drivers/1").text)
    at_drivers.expire()
    assert at_drivers.client.post("/car/drivers/1", data={**page, "name": "Robert"}).location == "/car/size"
    at_drivers.answer("size", size="small", seats="4")
    at_drivers.answer("model", model="s2")
    at_drivers.answer("payer", name="Ada")
    assert 'value="Robert"' in at_drivers.get("drivers").text


@pytest.mark.parametrize("pressed", ["remove.1", "change.1"])
def test_a_button_beside_an_entry_that_has_expired_keeps_what_is_typed(at_drivers, pressed):
    """The entry is gone with all answers; what was typed into the form below it is not."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    page = hidden(at_drivers.get("drivers").text)
    at_drivers.expire()
    sent = {**page, "_action": pressed, "name": "half"}
    assert at_drivers.client.post("/car/drivers", data=sent).location == "/car/size"
    with at_drivers.client.session_transaction() as session:
        assert session["car"]["drafts"] == {"drivers": {"name": ["half"]}}


def test_an_entry_is_closed_before_its_turn(at_drivers):
    """As its list is."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    at_drivers.answer("size", size="large", seats="4")
    assert at_drivers.get("drivers/1").location == at_drivers.get("drivers").location
    assert at_drivers.get("drivers/1").status_code == 303


def test_a_page_without_a_token_loses_nothing(at_drivers):
    """The list, an entry and a removal are asked again, with what was typed."""
    at_drivers.answer("drivers", _action="add", name="Bob")
    for page, sent in (
        ("drivers", {"_action": "add", "name": "Eve"}),
        ("drivers/1", {"name": "Eve"}),
        ("drivers", {"_action": "remove.1"}),
        ("drivers", {"_action": "change.1"}),
    ):
        response = at_drivers.client.post(f"/car/{page}", data=sent)
        assert response.status_code == 422
        assert "open for too long" in shown(response)
    assert names(at_drivers) == ["Bob"]


# Deploys in the middle


class NewSize(Form):
    """The size, after a deploy: one size less, and a colour more."""

    size = RadioField("Size", choices={"small": "Small", "large": "Large"})
    seats = IntegerField("Seats", [NumberRange(1, 9)])
    colour = StringField("Colour", [InputRequired("Enter a colour")])


def deployed(visitor, database, flow):
    """The same visitor, and the application with another flow."""
    client = FlaskClient(app := serve(flow, database), app.response_class, use_cookies=True)
    client.set_cookie("session", visitor.client.get_cookie("session").value)
    return Visitor(client, "/car")


def without(*names):
    """The steps of the flow but these."""
    return [step for step in FLOW if step.name not in names]


def test_a_field_that_was_added_is_asked_and_the_rest_is_filled_in(visitor, database):
    """The step no longer validates as it was answered."""
    fill(visitor)
    after = deployed(visitor, database, Flow(Step("size", NewSize, title="Size"), *without("size")))
    assert after.get("").location == "/car/size"
    page = after.get("size").text
    assert 'value="4"' in page
    assert 'value="large" checked' in page
    assert after.post("size?from=summary", size="large", seats="4", colour="red").location == "/car/summary"


def test_a_choice_that_was_removed_is_asked_again(visitor, database):
    """And what it decided is not decided meanwhile."""
    fill(visitor, "huge")
    after = deployed(visitor, database, Flow(Step("size", NewSize, title="Size"), *without("size")))
    assert after.get("").location == "/car/size"
    assert "checked" not in after.get("size").text


def test_steps_that_were_removed_or_added_do_no_harm(visitor, database):
    """The answers of the one are left alone, the other is asked."""
    fill(visitor)
    extra = Step("extra", Driver, title="Extra")
    after = deployed(visitor, database, Flow(*without("licence", "payer"), extra))
    assert after.get("").location == "/car/extra"
    after.answer("extra", name="Eve")
    assert "Eve" in shown(after.get("summary"))
    after.post("summary")
    assert "licence" not in after.client.application.finished[0]


def test_an_optional_field_that_was_added_is_there_for_conditions(visitor, database):
    """An answer that still validates is what the new form would have stored."""

    class Optional(Size):
        colour = StringField("Colour")

    fill(visitor)
    painted = Step("paint", Driver, title="Paint", when=lambda answers: answers["size"]["colour"] == "red")
    after = deployed(visitor, database, Flow(Step("size", Optional, title="Size"), *without("size"), painted))
    assert after.get("").location == "/car/summary"


def test_a_secret_of_an_older_form_is_asked_again(visitor, database):
    """Nobody can validate it any more."""

    class Longer(Form):
        code = PasswordField("Code")
        hint = StringField("Hint")

    fill(visitor)
    step = Step("code", Longer, title="Code", keep=lambda data: {"hash": "#", "hint": data["hint"]})
    after = deployed(visitor, database, Flow(*without("code"), step))
    assert after.get("").location == "/car/code"


def test_entries_that_no_longer_validate_are_shown_on_the_list(visitor, database):
    """None is lost: each is there to be mended."""

    class Older(Driver):
        age = IntegerField("Age", [InputRequired("Enter an age")])

    fill(visitor)
    step = Repeat("drivers", Older, title="Drivers", most=3)
    flow = Flow(*without("drivers", "code"), step)
    after = deployed(visitor, database, flow)
    assert after.get("").location == "/car/drivers"
    response = after.post("drivers")
    assert response.status_code == 422
    assert "/car/drivers/1?from=summary#age" in response.text
    assert "Enter an age" in shown(after.get("drivers/1"))
    after.answer("drivers/1", name="Bob", age="40")
    assert after.get("").location == "/car/summary"


@pytest.mark.parametrize(("old", "new"), [("drivers", "payer"), ("payer", "drivers")])
def test_a_step_that_has_become_another_kind_is_asked_again(visitor, database, old, new):
    """A list is no answer to one question, nor the other way round."""
    fill(visitor)
    changed = {
        "payer": Step("drivers", Driver, title="Drivers"),
        "drivers": Repeat("payer", Driver, title="Payer", most=3),
    }[new]
    after = deployed(visitor, database, Flow(*without(old, "code"), changed))
    assert after.get("").location == f"/car/{old}"
    assert after.get(old).status_code == 200


def test_migrate_carries_answers_over(visitor, database):
    """A step that has another name now keeps its answer, and what had read it is not asked again."""

    def migrate(answers):
        if "size" in answers:
            answers["measures"] = answers.pop("size")
        return answers

    fill(visitor)
    before = stored(visitor)
    renamed = Step("measures", Size, title="Measures")
    paid = Step("payer", Driver, title="Payer")
    rest = without("size", "model", "licence", "payer")
    after = deployed(visitor, database, Flow(renamed, paid, *rest, migrate=migrate))
    assert "Large" in shown(after.get("summary"))
    assert stored(after) == before
    assert after.post("summary").location == "/car/done"
    assert after.client.application.finished[0]["measures"]["size"] == "large"


def test_a_get_after_a_deploy_changes_nothing(visitor, database):
    """What it shows is settled for its template alone; the next answer saves it."""
    fill(visitor)
    before = stored(visitor)
    after = deployed(visitor, database, Flow(Step("size", NewSize, title="Size"), *without("size")))
    after.get("size")
    assert stored(after) == before
    after.answer("model", model="s2")
    assert "size" not in stored(after)["answers"]
    assert stored(after)["drafts"]["size"] == {"size": ["large"], "seats": ["4"], "colour": [""]}


def test_a_session_without_fingerprints_is_read_as_well(visitor, database):
    """As the first release wrote it."""
    fill(visitor)
    with visitor.client.session_transaction() as session:
        kept = session["car"]
        session["car"] = {name: kept[name] for name in ("key", "answers", "drafts")}
    assert visitor.get("").location == "/car/summary"
    assert visitor.post("summary").location == "/car/done"
