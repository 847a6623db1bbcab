"""Step, Flow and Path: the derived path, and the mistakes that are errors when a Flow is built."""

from __future__ import annotations

import ast
import inspect

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import FileField, Form, IntegerField, PasswordField, RadioField, StringField, SubmitField
from wtforms.validators import EqualTo, InputRequired, Length, NumberRange

import wizard.flow
import wizard.flow.answers
from wizard.errors import FlowError
from wizard.flow import Flow, Repeat, Step
from wizard.flow.steps import first_message


class Name(Form):
    """Asks a name."""

    name = StringField("Name", [InputRequired("Enter a name"), Length(max=5, message="Too long")])
    send = SubmitField()


class Secret(Form):
    """Asks a password, twice, and a number."""

    password = PasswordField("Password", [InputRequired("Enter a password")])
    again = PasswordField("Again", [EqualTo("password")])
    age = IntegerField("Age", [NumberRange(1, 99, "Too old")])


class Upload(Form):
    """Asks a file."""

    photo = FileField()


class Button(Form):
    """Asks nothing either."""

    send = SubmitField()


class Choice(Form):
    """Asks for one of two."""

    choice = RadioField("Choice", choices={"x": "X", "y": "Y"})


class Empty(Form):
    """Asks nothing."""


FLAG = False

a, d = Step("a", Name, title="A"), Step("d", Name, title="D")
b = Step("b", Name, title="B", when=lambda answers: answers["a"]["name"] == "b")
c = Step("c", Name, title="C", when=lambda answers: answers["b"]["name"] == "c")
flow = Flow(a, b, c, d)


def answers(**names):
    """Answers in which each step got a name."""
    return {step: {"name": name} for step, name in names.items()}


@pytest.mark.parametrize(
    ("given", "steps", "missing"),
    [
        ({}, "ad", "a"),
        (answers(a="x"), "ad", "d"),
        (answers(a="b"), "abd", "b"),
        (answers(a="b", b="c"), "abcd", "c"),
        (answers(a="b", b="c", c="x", d="x"), "abcd", None),
        # What stands off the path is not read: c applies only to the answer of b, and b is off the path.
        (answers(a="x", b="c", c="x", d="x"), "ad", None),
        (answers(d="x"), "ad", "a"),
    ],
)
def test_the_path_is_derived_from_the_answers(given, steps, missing):
    """The same answers always give the same path, and the first step on it without an answer."""
    path = flow.path(given)
    assert "".join(step.name for step in path.steps) == steps
    assert (path.missing.name if path.missing else None) == missing


def test_next_and_previous_follow_the_path():
    """A step that does not apply is passed over in both directions."""
    path = flow.path(answers(a="x"))
    assert (path.next(a), path.previous(d), path.next(d), path.previous(a)) == (d, a, None, None)
    assert (path.next(b), path.previous(b)) == (None, None)
    assert path.position(d) == 2


@pytest.mark.parametrize(
    ("given", "opened"),
    [({}, "a"), (answers(a="b"), "ab"), (answers(a="x"), "ad"), (answers(a="b", b="x", d="x"), "abd")],
)
def test_a_step_is_open_when_all_before_it_are_answered(given, opened):
    """Nobody jumps past the first step that is missing, nor onto one that does not apply."""
    path = flow.path(given)
    assert "".join(step.name for step in flow if path.is_open(step)) == opened


@pytest.mark.parametrize("reads", ["b", "d", "nowhere"])
def test_a_condition_that_reads_no_earlier_step_is_an_error(reads):
    """A condition may read neither its own step, nor a later one, nor one that is not there."""
    with pytest.raises(FlowError, match=f"Step 'b': it reads '{reads}', which is no earlier step. It can read 'a'"):
        Flow(a, Step("b", Name, title="B", when=lambda answers: answers[reads]), d)


def test_a_condition_may_ask_what_is_answered():
    """A condition can use the answers as the mapping that they are."""
    seen = []
    asking = Step("b", Name, title="B", when=lambda view: seen.append((dict(view), len(view), view.get("a"))))
    flow = Flow(a, asking)
    seen.clear()
    assert flow.path(answers(a="x", b="x")).steps == (a,)
    assert seen == [({"a": {"name": "x"}}, 1, {"name": "x"})]


def test_a_mistake_inside_a_condition_is_not_hidden():
    """A KeyError of the author's own is no "not answered yet"."""
    with pytest.raises(FlowError, match=r"'b': it reads a.nmae, and the step 'a' has no such field. It has 'name'"):
        Flow(a, Step("b", Name, title="B", when=lambda answers: answers["a"]["nmae"]))
    wrong = Flow(a, Step("b", Name, title="B", when=lambda answers: {}[answers["a"]["name"]]))
    with pytest.raises(FlowError, match=r"'b': its 'when' failed, having read 'a.name': KeyError: 'x'"):
        _ = wrong.path(answers(a="x")).missing


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Flow(), "at least one Step"),
        (lambda: Flow(a, Step("a", Name, title="Other")), "Two steps are named 'a'"),
        (lambda: Flow(a, Step("b", Name, title="A")), "Two steps have the title 'A'"),
        (lambda: Step("Not a URL", Name, title="A"), "'Not a URL'.*part of its URL. Use small letters"),
        (lambda: Step("", Name, title="A"), "part of its URL"),
        (lambda: Step("summary", Name, title="A"), "'summary'.*Use another"),
        (lambda: Step("a", Empty, title="A"), "Empty has no fields. Give it at least one"),
        (lambda: Step("a", Button, title="A"), "Button has no fields. Give it at least one"),
        (
            lambda: Step("a", Name, title="A", choices={"name": dict}),
            "choices for 'name', which is no field with choices",
        ),
        (
            lambda: Step("a", Name, title="A", choices={"nmae": dict}),
            "choices for 'nmae', which is no field with choices",
        ),
        (lambda: Step("a", Name, title="A", live=["nmae"]), "it checks 'nmae', which is no field of Name"),
        (lambda: Repeat("a", Name, title="A", least=3, most=2), "takes 3 to 2 entries. Use least=0 or more"),
        (lambda: Repeat("a", Name, title="A", most=0), "takes 0 to 0 entries"),
        (lambda: Repeat("a", Secret, title="A"), "'password' is a password"),
        (lambda: Flow(a, Step("b", Name, title="B", when=lambda answers: False)), "'b': no answer leads to it"),
        (
            lambda: Flow(
                Step("a", Choice, title="A"),
                Step("b", Name, title="B", when=lambda answers: answers["a"]["choice"] == "z"),
            ),
            "'b': no answer leads to it. Mend its 'when', or remove the step",
        ),
        (lambda: Flow(a, Step("b", Name, title="B", defaults=lambda answers: answers["b"])), "'b': it reads 'b'"),
        (
            lambda: Flow(a, Step("b", Choice, title="B", choices={"choice": lambda answers: answers["a"]["nmae"]})),
            "'b': it reads a.nmae, and the step 'a' has no such field",
        ),
        (lambda: Step("a", Upload, title="A"), "'photo' takes a file"),
        (lambda: Step("a", Secret, title="A"), "'password' is a password.*Use 'keep='"),
    ],
)
def test_a_mistake_in_a_flow_is_an_error_when_it_is_built(build, message):
    """The message names the step and says the cure."""
    with pytest.raises(FlowError, match=message):
        build()


@pytest.mark.parametrize(
    "when",
    [lambda answers: answers["a"]["choice"] == "x", lambda answers: FLAG, lambda answers: FLAG and answers["a"]],
)
def test_a_step_that_something_may_lead_to_is_no_mistake(when):
    """A flag that is off today may be on tomorrow."""
    assert len(Flow(Step("a", Choice, title="A"), Step("b", Name, title="B", when=when)).steps) == 2


def test_a_step_is_asked_again_when_what_it_read_has_changed():
    """And nothing after it that has read nothing."""
    path = flow.path(answers(a="b", b="c", c="x", d="x"), lambda step: {"b": {"a.name": "then"}}.get(step, {}))
    assert path.again == (b,)
    assert path.missing is b
    assert path.is_answered(d)
    assert not path.is_open(c)


def test_a_list_that_is_too_short_is_missing():
    """As many as the author wants, or it is no answer."""
    guests = Repeat("guests", Name, title="Guests", least=1)
    flow = Flow(guests, a)
    assert flow.path({"guests": [], "a": {"name": "x"}}).missing is guests
    assert flow.path({"guests": [{"name": "x"}], "a": {"name": "x"}}).missing is None


def test_a_step_stores_the_clean_data_of_its_questions():
    """A button is no answer."""
    form = a.open(typed=MultiDict({"name": "Ada", "send": "1"}))
    assert form.validate()
    assert a.clean(form) == {"name": "Ada"}


def test_keep_turns_the_clean_data_into_what_is_stored():
    """A password does not leave ``keep``."""
    step = Step("s", Secret, title="S", keep=lambda data: {"age": data["age"], "hash": "#"})
    form = step.open(typed=MultiDict({"password": "x", "again": "x", "age": "9"}))
    assert form.validate()
    assert step.clean(form) == {"age": 9, "hash": "#"}


def test_an_answer_can_be_checked_again():
    """What would be refused today is said, field by field."""
    assert a.check({"name": "Ada"}) == {}
    assert a.check({"name": "Augusta"}) == {"name": "Too long"}
    assert a.check({}) == {"name": "Enter a name"}


def test_a_secret_is_not_checked_again_but_what_was_kept_beside_it_is():
    """Only the form saw the password; the number is there to be checked."""
    step = Step("s", Secret, title="S", keep=lambda data: {"age": data["age"], "hash": "#"})
    assert step.check({"age": 9, "hash": "#"}) == {}
    assert step.check({"age": 100, "hash": "#"}) == {"age": "Too old"}
    assert step.check({"hash": "#"}) == {}


@pytest.mark.parametrize(
    ("errors", "message"),
    [(["One", "two"], "One"), ([{"town": ["Where"]}], "Where"), ({"town": ["Where"]}, "Where"), ([], "[]")],
)
def test_the_first_message_is_found_however_deep(errors, message):
    """WTForms nests the errors of enclosed fields."""
    assert first_message(errors) == message


@pytest.mark.parametrize("module", [wizard.flow, wizard.flow.answers])
def test_the_core_knows_nothing_of_flask(module):
    """The flow and its answers can be used, and tested, without Flask."""
    nodes = ast.walk(ast.parse(inspect.getsource(module)))
    imported = {
        getattr(node, "module", None) or alias.name
        for node in nodes
        for alias in getattr(node, "names", [])
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    assert not [name for name in imported if "flask" in name]
