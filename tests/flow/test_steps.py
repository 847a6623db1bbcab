"""Step and Repeat: what is stored of a valid form, and what is checked again at the end."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, FormField, IntegerField, PasswordField, StringField, ValidationError
from wtforms.validators import EqualTo, InputRequired, Length, NumberRange, Optional

from wizard.errors import FlowError
from wizard.flow import Flow, Repeat, Step
from wizard.flow.earlier import Earlier
from wizard.flow.typed import receive


class Secret(Form):
    """Asks for a password twice, and a number."""

    password = PasswordField("Password", [InputRequired("Enter a password"), Length(3, message="Too short")])
    again = PasswordField("Again", [InputRequired("Enter it again"), EqualTo("password", "Not the same")])
    age = IntegerField("Age", [NumberRange(1, 99, "Too old")])


calls = []


def mark(password):
    """Stands for a hash."""
    calls.append(password)
    return f"#{password}"


secret = Step("s", Secret, title="S", keep={"password": mark, "again": None})
NOTHING = Earlier("s", (), {})


def send(step, stored=None, **typed):
    """What is stored, or what is wrong, when this is sent."""
    form = step.open(NOTHING, receive(step.form, MultiDict(typed)).typed)
    errors = step.validate(form, {}, step.staying(form, stored))
    return errors or step.clean(form, stored)


def test_keep_turns_a_secret_into_what_is_stored_under_its_name():
    """``None`` stores nothing of it."""
    assert send(secret, password="abc", again="abc", age="9") == {"password": "#abc", "age": 9}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"age": "10"}, {"password": "#old", "age": 10}),
        ({"password": "new", "again": "new", "age": "10"}, {"password": "#new", "age": 10}),
        ({"password": "new", "age": "10"}, {"again": "Enter it again"}),
        ({"again": "new", "age": "10"}, {"password": "Enter a password", "again": "Not the same"}),
        ({"age": "100"}, {"age": "Too old"}),
    ],
)
def test_a_secret_left_empty_stays_as_it_is_stored(typed, found):
    """And what is typed twice is asked for only with it."""
    assert send(secret, {"password": "#old", "age": 9}, **typed) == found


def test_the_first_time_a_secret_is_asked_for():
    """Nothing is stored that could stay."""
    assert send(secret, age="9") == {"password": "Enter a password", "again": "Enter it again"}


def test_a_secret_is_kept_once_however_often_a_request_is_done_again():
    """A hash takes its time, and a charge is made."""
    form = secret.open(NOTHING, {"password": ["abc"], "again": ["abc"], "age": ["9"]})
    calls.clear()
    kept = {}
    assert secret.clean(form, None, kept) == secret.clean(form, None, kept)
    assert calls == ["abc"]


def test_an_enclosed_secret_is_kept_under_its_dotted_name():
    """In its place within the answer."""
    login = type("Login", (Form,), {"user": StringField("User"), "password": PasswordField("Password")})
    step = Step("s", type("F", (Form,), {"login": FormField(login)}), title="S", keep={"login.password": mark})
    assert send(step, **{"login-user": "ada", "login-password": "x"}) == {"login": {"user": "ada", "password": "#x"}}
    stored = {"login": {"user": "ada", "password": "#x"}}
    assert send(step, stored, **{"login-user": "bob"}) == {"login": {"user": "bob", "password": "#x"}}


def test_keep_may_refuse():
    """Under the name of the input."""

    def refuse(password):
        raise ValidationError("The card was declined")

    login = type("Login", (Form,), {"pin": PasswordField("PIN")})
    step = Step("s", type("F", (Form,), {"login": FormField(login)}), title="S", keep={"login.pin": refuse})
    with pytest.raises(ValidationError) as refused:
        send(step, **{"login-pin": "x"})
    assert refused.value.args == ("login-pin", "The card was declined")


def test_keep_that_returns_nothing_is_a_mistake():
    """And no password that is silently gone."""
    step = Step("s", type("F", (Form,), {"pin": PasswordField("PIN")}), title="S", keep={"pin": lambda pin: None})
    with pytest.raises(FlowError, match="Step 's': its 'keep' for 'pin' returned nothing"):
        send(step, pin="x")


def again(step, answer, typed):
    """What the check at the end makes of it."""
    found = step.recheck(NOTHING, answer, typed)
    return found.errors or found.answer


def test_an_answer_is_checked_again_from_what_was_typed():
    """What would be refused today is said, input by input."""
    step = Step("a", type("F", (Form,), {"age": IntegerField("Age", [NumberRange(1, 9, "No")])}), title="A")
    assert again(step, {"age": 7}, {"age": ["007"]}) == {"age": 7}
    assert again(step, {"age": 12}, {"age": ["12"]}) == {"age": "No"}


def test_secrets_are_not_checked_again_but_what_was_kept_beside_them_is():
    """Only the form saw them; a new secret that nobody was asked for is missing."""
    assert again(secret, {"password": "#x", "age": 9}, {"age": ["9"]}) == {"password": "#x", "age": 9}
    assert again(secret, {"password": "#x", "age": 100}, {"age": ["100"]}) == {"age": "Too old"}
    assert again(secret, {"age": 9}, {"age": ["9"]}) == {"password": "Enter a password"}


def test_rules_of_the_whole_form_are_checked_again_but_for_those_that_read_a_secret():
    """They were kept when it was sent."""
    state = {"open": True}

    class Booking(Form):
        day = StringField("Day")
        pin = PasswordField("PIN")
        code = StringField("Code", [Optional(), EqualTo("pin", "Not the PIN")])

        def validate(self, extra_validators=None):
            valid = super().validate(extra_validators)
            if not state["open"]:
                self.form_errors.append("Taken by now")
                return False
            return valid

        def validate_day(self, field):
            if field.data == self.pin.data:
                raise ValidationError("Not your PIN")

    step = Step("b", Booking, title="B", keep={"pin": mark})
    assert send(step, day="1", pin="1") == {"day": "Not your PIN"}
    assert again(step, {"day": "1", "pin": "#1", "code": "1"}, {"day": ["1"], "code": ["1"]})["pin"] == "#1"
    state["open"] = False
    assert again(step, {"day": "1", "pin": "#1", "code": "1"}, {"day": ["1"], "code": ["1"]}) == {"": "Taken by now"}


def test_a_form_that_refuses_and_does_not_say_why_is_wrong_all_the_same():
    """The page has words for it."""
    silent = type("F", (Form,), {"name": StringField("Name"), "validate": lambda self, extra=None: False})
    assert send(Step("a", silent, title="A"), name="x") == {"": ""}


def test_a_text_that_is_too_long_gets_no_other_validator():
    """Some take a time that grows with the square of the length."""

    def slow(form, field):
        calls.append(field.data)

    step = Step("a", type("F", (Form,), {"name": StringField("N", [slow, Length(max=3, message="Long")])}), title="A")
    calls.clear()
    assert send(step, name="abcd") == {"name": "Long"}
    assert calls == []
    assert send(step, name="abc") == {"name": "abc"}
    assert calls == ["abc"]


def test_an_input_that_the_door_refused_gets_no_validator():
    """What is said of it comes from there."""
    form = secret.open(NOTHING, {"password": ["x"], "again": ["x"], "age": ["9"]})
    assert secret.validate(form, {"password": "Refused"})["password"] == "Refused"


def test_what_nobody_typed_is_what_it_was():
    """A default that is another one each time is no other answer."""
    numbers = iter(range(9))
    form = type("F", (Form,), {"name": StringField("N"), "number": IntegerField(default=lambda: next(numbers))})
    step = Step("a", form, title="A")
    assert again(step, {"name": "x", "number": 77}, {"name": ["x"]}) == {"name": "x", "number": 77}


def test_each_entry_of_a_list_is_checked_again():
    """What is wrong stands under its id."""
    step = Repeat("g", type("F", (Form,), {"n": IntegerField("N", [NumberRange(1, 9, "No")])}), title="G")
    assert again(step, [{"n": 1}, {"n": 99}], {"1": {"n": ["1"]}, "4": {"n": ["99"]}}) == {"4.n": "No"}
    assert again(step, [{"n": 1}], {"1": {"n": ["01"]}}) == [{"n": 1}]


def test_functions_of_earlier_answers_are_called_once():
    """However often the form is made in one request."""
    called = []
    form = type("F", (Form,), {"agree": BooleanField("Agree"), "name": StringField("N")})
    step = Step("a", form, title="A", defaults=lambda answers: called.append(1) or {"name": "x"})
    earlier = Earlier("a", (), {})
    called.clear()
    assert step.open(earlier).name.data == step.open(earlier).name.data == "x"
    assert called == [1]


@pytest.mark.parametrize("most", [lambda answers: "9", lambda answers: -1, lambda answers: True])
def test_how_many_entries_there_can_be_is_a_number(most):
    """Of whichever answers; anything else is a mistake of the author's."""
    step = Repeat("g", type("F", (Form,), {"n": IntegerField("N")}), title="G", most=most)
    with pytest.raises(FlowError, match="Step 'g': its 'most' returned"):
        step.most_beside(Earlier("g", (), {}))


def test_how_many_entries_there_can_be_is_tried_beforehand():
    """A function that reads what is not there, or takes no answers, is a mistake before any visitor comes."""
    form = type("F", (Form,), {"n": IntegerField("N")})
    with pytest.raises(FlowError, match="reads 'size', which is no earlier step"):
        Flow(Repeat("g", form, title="G", most=lambda answers: answers["size"]["seats"]))
    with pytest.raises(FlowError, match="its 'most' must take one argument"):
        Repeat("g", form, title="G", most=lambda: 3)
    flow = Flow(Step("size", form, title="S"), Repeat("g", form, title="G", most=lambda answers: answers["size"]["n"]))
    assert "0 or more entries" in flow.steps[1].describe()
