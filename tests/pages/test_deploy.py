"""Deploys in the middle: what becomes of answers to an older version of a flow."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from wtforms import Form, IntegerField, PasswordField, RadioField, StringField
from wtforms.validators import InputRequired, NumberRange

from tests.conftest import Visitor, shown
from wizard import Flow, Repeat, Step

from .cars import FLOW, Driver, Size, fill, serve, stored


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
def test_a_step_with_a_secret_that_asks_for_more_is_asked_again(visitor, database, field):
    """Whether what is new is a secret itself or not."""

    class Longer(Form):
        code = PasswordField("Code")
        more = field("More", [InputRequired("Enter more")])

    fill(visitor)
    keep = {name: str.upper for name in ("code", "more") if name == "code" or field is PasswordField}
    after = deployed(visitor, database, Flow(*without("code"), Step("code", Longer, title="Code", keep=keep)))
    assert after.get("").location == "/car/code"
    assert stored(after)["answers"]["code"] == {"code": "####"}


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
    assert "size" not in stored(after)["answers"]
    assert stored(after)["drafts"]["size"] == {"size": ["large"], "seats": ["4"]}


def test_a_session_of_an_older_version_of_the_code_is_that_of_a_new_visitor(visitor):
    """What has another shape is not read, and is no error."""
    with visitor.client.session_transaction() as session:
        session["car"] = {"key": "k", "answers": {"size": {"size": "large", "seats": 4}}, "drafts": {}, "forms": {}}
    assert visitor.get("model").location == "/car/size"
    assert 'value="4"' not in visitor.get("size").text
    visitor.answer("size", size="small", seats="2")
    assert stored(visitor)["answers"] == {"size": {"size": "small", "seats": 2}}
