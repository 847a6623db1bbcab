"""What an author gives that cannot be served: found when the flow is built, in one line that says the cure."""

from __future__ import annotations

import datetime

import pytest
from wtforms import DateField, Form, IntegerField, RadioField, SelectChoice, StringField
from wtforms.validators import Length, NumberRange, Optional

from wizard import Flow, FlowError, ForEach, Repeat, Section, Step, Value


class Who(Form):
    """Asks who."""

    name = StringField("Name")
    age = IntegerField("Age", [Optional()])
    born = DateField("Born", [Optional()])
    side = RadioField("Side", choices={"left": "Left", "right": "Right"})


def step(name="a", **given):
    """A step with this form."""
    return Step(name, Who, **{"title": name.title(), **given})


def people(**given):
    """A list of people who are asked in a step."""
    return Repeat("people", step("who"), title="People", **given)


def flow(**given):
    """A flow with a step that can read another."""
    return Flow(step("first"), step(**given))


def rules(*found):
    """A step whose number has these rules."""
    return Step("a", type("Own", (Form,), {"one": IntegerField("One", found)}), title="A")


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: flow(defaults=lambda answers: {"born": "2024-01-01"}),
            "the default of field 'born' is str, which DateF",
        ),
        (lambda: flow(defaults=lambda answers: {"age": "x"}), "the default of field 'age' is str"),
        (
            lambda: flow(check=lambda answers, data: {"name": ["No"]}),
            r"'check' says \['No'\] of 'name'. Let it say a text",
        ),
        (lambda: flow(check=lambda answers, data: {"": True}), "'check' says True of ''"),
        (lambda: flow(optional="no"), "its 'optional' is 'no'. Use True or False"),
        (lambda: flow(final=lambda answers: True), "its 'final' is .*Use True or False"),
        (lambda: people(sortable="yes"), "its 'sortable' is 'yes'. Use True or False"),
        (lambda: Section("s", step(), title="S", summary=lambda answers: True), "its 'summary' is .*Use True or False"),
        (lambda: Flow(Section("s", step(), title="S"), any_order="no"), "'any_order' is 'no'. Use True or False"),
        (lambda: ForEach("f", step(), over="people", title="F", pairs="no"), "its 'pairs' is 'no'. Use True or False"),
        (lambda: ForEach("f", step(), over=3, title="F"), "it goes over no list. Name an earlier one"),
        (lambda: flow(back={"left": "first", "right": "first"}), "all choices of 'side' lead back.*Leave one out"),
        (
            lambda: flow(bounds={"age": {"max": lambda a: 3, "message": "100% sure"}}),
            "'100% sure', which cannot be filled",
        ),
        (
            lambda: flow(bounds={"age": {"max": lambda a: 3, "message": "%(most)s"}}),
            r"cannot be filled in. Use %\(min\)s",
        ),
        (lambda: rules(NumberRange(max=3, message="Up to %(most)s")), "the message 'Up to .* of field 'one' cannot be"),
        (
            lambda: rules(Length(max=3, message="100% sure")),
            "the message '100% sure' of field 'one' cannot be filled in",
        ),
        (
            lambda: Flow(step(), Value("v", lambda answers: (one for one in "ab"))),
            "returned a generator.*return a list",
        ),
        (
            lambda: Flow(step(), Value("v", lambda answers: map(str, "ab"))),
            "returned a map, which can be gone through but",
        ),
        (
            lambda: Flow(step(), people(most=lambda answers: 1.5)),
            "its 'most' returned 1.5. Let it return how many entries",
        ),
        (lambda: people(counted=lambda answers: "x"), "its 'counted' must take two arguments.*lambda answers, count"),
        (
            lambda: people(unique="name"),
            "it has 'unique', which a list with a form takes. Give that to one of its steps",
        ),
        (
            lambda: Repeat("l", Who, title="L", sortable=True),
            r"it has 'sortable', which those.*Repeat\(name, Step\(...\), so",
        ),
        (lambda: Repeat("l", Who, step(), title="L"), "an entry of it is asked by one form, or in steps. Use Repeat"),
        (lambda: Repeat("l", title="L"), "an entry of it is asked by one form, or in steps"),
    ],
)
def test_a_mistake_is_found_when_the_flow_is_built(build, message):
    """Where it would be a 500 for the visitor, a message that nobody understands, or a page that nobody gets past."""
    with pytest.raises(FlowError, match=message) as error:
        build()
    assert "\n" not in str(error.value)


def test_choices_may_be_given_one_after_the_other():
    """They are gone through more than once."""
    asked = flow(choices={"side": lambda answers: (SelectChoice(one, one.upper()) for one in ("up", "down"))})
    run = asked.run({"first": {"name": "Ada", "side": "left"}, "a": {"name": "Ada", "side": "down"}})
    assert run.errors == {}
    assert run.answers["a"]["side"] == "down"


def test_what_is_right_can_be_built():
    """A default of the right type, messages with bounds in them or without, and no message where all is well."""
    Flow(
        step(
            defaults=lambda answers: {"born": datetime.date(2024, 1, 1), "age": 3, "name": "Ada"},
            check=lambda answers, data: {"name": "", "age": None} if data["name"] else {},
            bounds={"age": {"max": lambda answers: 3, "message": "%(max)s at most, which is 100 %%"}},
        )
    )
    rules(NumberRange(1, 3, "From %(min)s to %(max)s"), NumberRange(1), Length(max=3, message="Shorter"))
