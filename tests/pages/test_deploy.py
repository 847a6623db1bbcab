"""Deploys in the middle: what becomes of answers to an older version of a flow."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from wtforms import Form, FormField, IntegerField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from tests.conftest import Visitor, shown
from wizard import Flow, Repeat, Step

from .cars import FLOW, Code, Driver, Model, Size, fill, models, serve, stored


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


def arrived(database, flow):
    """A new visitor of a flow."""
    return Visitor(serve(flow, database).test_client(), "/car")


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


def test_a_secret_outlives_an_optional_field_beside_it(visitor, database):
    """Nobody can validate it any more, nor has to: what is stored in its place stays."""

    class Longer(Form):
        code = PasswordField("Code", [InputRequired("Enter a code")])
        hint = StringField("Hint")

    fill(visitor)
    step = Step("code", Longer, title="Code", keep={"code": str.upper})
    after = deployed(visitor, database, Flow(*without("code"), step))
    assert after.get("").location == "/car/summary"
    after.answer("code", code="", hint="birthday")
    assert stored(after)["answers"]["code"] == {"code": "####", "hint": "birthday"}


@pytest.mark.parametrize("field", [PasswordField, StringField])
def test_a_step_with_a_secret_that_asks_for_more_is_asked_again_and_the_secret_stays(visitor, database, field):
    """Whether what is new is a secret itself or not; what is stored of the old one is not asked for again."""

    class Longer(Form):
        code = PasswordField("Code", [InputRequired("Enter a code")])
        more = field("More", [InputRequired("Enter more")])

    fill(visitor)
    keep = {name: str.upper for name in ("code", "more") if name == "code" or field is PasswordField}
    after = deployed(visitor, database, Flow(*without("code"), Step("code", Longer, title="Code", keep=keep)))
    assert after.get("").location == "/car/code"
    page = shown(after.get("code"))
    assert "Enter more" in page
    assert page.count("Leave this empty to keep it") == 1
    after.answer("payer", name="Bob")
    assert after.get("").location == "/car/code"
    after.answer("code", code="", more="X")
    assert stored(after)["answers"]["code"] == {"code": "####", "more": "X"}
    assert after.get("").location == "/car/summary"


def test_an_enclosed_secret_outlives_a_field_beside_it_that_must_be_mended(database):
    """At whatever depth it is, and whatever the visitor has sent of it in vain."""

    class Login(Form):
        code = PasswordField("Code", [InputRequired("Enter a code")])
        word = StringField("Word")

    class Shorter(Login):
        word = StringField("Word", [Length(max=3, message="Too long")])

    def asks(login):
        form = type("Asks", (Form,), {"login": FormField(login)})
        return Flow(Step("login", form, title="Login", keep={"login.code": lambda code: "#" * len(code)}))

    before = arrived(database, asks(Login))
    before.answer("login", **{"login-code": "1234", "login-word": "birthday"})
    after = deployed(before, database, asks(Shorter))
    page = after.get("login")
    assert 'value="birthday"' in page.text
    assert "Too long" in shown(page)
    assert "Leave this empty to keep it" in shown(page)
    assert after.post("login", **{"login-code": "", "login-word": "birthdays"}).status_code == 422
    after.answer("login", **{"login-code": "", "login-word": "May"})
    assert stored(after)["answers"]["login"] == {"login": {"code": "####", "word": "May"}}


def test_the_secret_of_an_entry_outlives_a_field_beside_it_that_must_be_mended(database):
    """Of each entry its own."""

    class Older(Code):
        age = IntegerField("Age", [InputRequired("Enter an age")])

    def lists(form):
        return Flow(Repeat("codes", form, title="Codes", keep={"code": lambda code: "#" * len(code)}))

    before = arrived(database, lists(Code))
    for code in ("1", "22"):
        before.answer("codes", _action="add", code=code)
    after = deployed(before, database, lists(Older))
    assert after.get("").location == "/car/codes"
    for number in ("1", "2"):
        assert "Leave this empty to keep it" in shown(after.get(f"codes/{number}"))
        after.answer(f"codes/{number}", code="", age="40")
    assert stored(after)["answers"]["codes"] == [{"code": "#", "age": 40}, {"code": "##", "age": 40}]
    assert after.get("").location == "/car/summary"


def test_a_secret_outlives_what_its_step_has_read(database):
    """The step is asked again, and what is stored of the secret is not."""

    class Card(Form):
        kind = SelectField("Kind")
        pin = PasswordField("PIN", [InputRequired("Enter a PIN")])

    flow = Flow(
        Step("size", Size, title="Size"),
        Step("card", Card, title="Card", choices={"kind": models}, keep={"pin": lambda pin: "#" * len(pin)}),
    )
    visitor = arrived(database, flow)
    visitor.answer("size", size="small", seats="4")
    visitor.answer("card", kind="s1", pin="123")
    visitor.answer("size", size="large", seats="4")
    assert visitor.get("").location == "/car/card"
    assert "Leave this empty to keep it" in shown(visitor.get("card"))
    visitor.answer("card", kind="l1", pin="")
    assert stored(visitor)["answers"]["card"] == {"kind": "l1", "pin": "###"}


@pytest.mark.parametrize("what", ["when", "choices", "defaults"])
def test_what_no_longer_validates_is_read_by_nobody(visitor, database, what):
    """Its answer has no such field yet; what reads it waits until it is answered."""
    reading = {
        "when": {"when": lambda answers: answers["size"]["colour"] == "red"},
        "choices": {"choices": {"model": lambda answers: [answers["size"]["colour"]]}},
        "defaults": {"defaults": lambda answers: {"plate": answers["size"]["colour"]}},
    }[what]

    class NewModel(Model):
        doors = StringField("Doors")

    fill(visitor)
    model = Step("model", NewModel, title="Model", **({"choices": {"model": models}} | reading))
    flow = Flow(Step("size", NewSize, title="Size"), model, *without("size", "model"))
    after = deployed(visitor, database, flow)
    assert after.get("").location == "/car/size"
    assert after.get("size").status_code == 200
    after.answer("size", size="large", seats="4", colour="red")
    assert 'value="A 1"' in after.get("model").text


def test_what_reads_a_list_waits_until_its_entries_are_mended(visitor, database):
    """An entry of the older version has no such field yet."""

    class Older(Driver):
        age = IntegerField("Age", [InputRequired("Enter an age")])

    fill(visitor)
    drivers = Repeat("drivers", Older, title="Drivers", most=3)
    young = Step("young", Driver, title="Young", when=lambda answers: answers["drivers"][0]["age"] < 25)
    after = deployed(visitor, database, Flow(*without("drivers", "code"), drivers, young))
    assert after.get("").location == "/car/drivers"
    after.answer("drivers/1", name="Bob", age="20")
    assert after.get("").location == "/car/young"


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


@pytest.mark.parametrize(("address", "pressed", "status"), [("drivers", "add", 400), ("drivers/1", "", 303)])
def test_a_page_of_a_list_that_has_become_one_form_loses_nothing(visitor, database, address, pressed, status):
    """It has a button, or an address, that is no more."""
    fill(visitor)
    visitor.answer("drivers", _action="add", name="Bob")
    page = visitor.open(address)
    after = deployed(visitor, database, Flow(*without("drivers", "payer"), Step("drivers", Driver, title="Drivers")))
    assert after.send(address, page, _action=pressed, name="Carol").status_code == status
    assert 'value="Carol"' in after.get("drivers").text


def test_migrate_carries_answers_over(visitor, database):
    """A step that has another name now keeps its answer, and what had read it is not asked again."""

    def migrate(answers, typed):
        for one in (answers, typed):
            if "size" in one:
                one["measures"] = one.pop("size")
        return answers, typed

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
    assert after.get("").location == "/car/size"
    assert stored(after)["answers"] == before["answers"]
    assert stored(after)["drafts"] == {"model": {"model": ["s2"]}}


# A deploy that is under way: two versions serve one session in turns


def in_turns(database, old, new):
    """A visitor of the old version, and the same one of the new."""
    before = arrived(database, old)
    before.get("", follow_redirects=True)
    return before, deployed(before, database, new)


def test_what_the_new_version_refuses_the_old_one_still_takes(database):
    """Each sees what it accepts itself, however often they change places; the secret is never asked for again."""

    class Longer(Form):
        code = PasswordField("Code", [InputRequired("Enter a code")])
        more = StringField("More", [InputRequired("Enter more")])

    driver, keep = Step("driver", Driver, title="Driver"), {"code": lambda code: "#" * len(code)}
    before, after = in_turns(
        database,
        Flow(Step("code", Code, title="Code", keep=keep), driver),
        Flow(Step("code", Longer, title="Code", keep=keep), driver),
    )
    before.answer("code", code="1234")
    for name in ("Ada", "Eve"):
        assert after.get("").location == "/car/code"
        assert after.post("driver", name=name).location == "/car/code"
        assert after.post("code", code="", more="").status_code == 422
        assert f'value="{name}"' in before.get("driver").text
        before.answer("driver", name=name)
        assert before.get("").location == "/car/summary"
        assert "Leave this empty to keep it" in shown(after.get("code"))
    after.answer("code", code="", more="X")
    assert after.get("").location == "/car/summary"
    assert before.get("").location == "/car/summary"
    assert after.post("summary").location == "/car/done"
    assert "R-1" in shown(before.get("done"))
    assert after.client.application.finished[0]["code"] == {"code": "####", "more": "X"}


def test_a_field_that_only_one_version_has_is_not_lost_in_the_other(database):
    """What was typed into it is there again when its own version serves the visitor."""

    class Plain(Form):
        size = RadioField("Size", choices={"small": "Small", "large": "Large", "huge": "Huge"})

    class Coloured(Size):
        colour = StringField("Colour", [InputRequired("Enter a colour")])

    payer = Step("payer", Driver, title="Payer")
    before, after = in_turns(
        database, Flow(Step("size", Coloured, title="Size"), payer), Flow(Step("size", Plain, title="Size"), payer)
    )
    before.answer("size", size="huge", seats="04", colour="red")
    for name in ("Ada", "Eve"):
        after.answer("payer", name=name)
        assert after.get("").location == "/car/summary"
        assert before.get("").location == "/car/summary"
        page = before.get("size").text
        assert 'value="04"' in page
        assert 'value="red"' in page


def test_a_step_that_only_one_version_has_keeps_its_answer(database):
    """And a page of it that reaches the other version leads on."""
    driver, payer = Step("driver", Driver, title="Driver"), Step("payer", Driver, title="Payer")
    before, after = in_turns(database, Flow(driver), Flow(payer, driver))
    before.answer("driver", name="Ada")
    page = after.open("payer")
    after.answer("payer", name="Bob")
    assert before.send("payer", page, name="Eve").location == "/car/summary"
    before.answer("driver", name="Cyd")
    assert after.get("").location == "/car/summary"
    after.post("summary")
    assert after.client.application.finished == [{"payer": {"name": "Bob"}, "driver": {"name": "Cyd"}}]


def test_a_session_of_an_older_version_of_the_code_is_that_of_a_new_visitor(visitor):
    """What has another shape is not read, and is no error."""
    with visitor.client.session_transaction() as session:
        session["car"] = {"key": "k", "answers": {"size": {"size": "large", "seats": 4}}, "drafts": {}, "forms": {}}
    assert visitor.get("model").location == "/car/size"
    assert 'value="4"' not in visitor.get("size").text
    visitor.answer("size", size="small", seats="2")
    assert stored(visitor)["answers"] == {"size": {"size": "small", "seats": 2}}
