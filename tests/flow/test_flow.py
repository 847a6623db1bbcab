"""Step, Flow and Path: the derived path, and the mistakes that are errors when a Flow is built."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    FileField,
    Form,
    FormField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
)
from wtforms.validators import EqualTo, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import PasswordInput

import wizard.flow
from wizard.errors import FlowError
from wizard.fields import FileKinds, FileLimit
from wizard.flow import Flow, Repeat, Step


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


class NoChoices(Form):
    """Asks for one of none."""

    colour = SelectField("Colour")


class OwnArgument(Form):
    """Is made in its own way."""

    name = StringField("Name")

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)


class German:
    """How numbers are written."""

    locales = ("de_DE",)


class NoParent(Form):
    """Forgets what it is derived from."""

    name = StringField("Name")

    def __init__(self, **kwargs):
        self.given = kwargs


class NoFields(Form):
    """Wants its fields before it has any."""

    name = StringField("Name")

    def __init__(self, **kwargs):
        self.name.label = "You"


def form(**fields):
    """A form class with these fields."""
    return type("Asked", (Form,), fields)


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
    assert flow.path(answers(a="x")).previous(d) is a
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
    asking = Step("b", Name, title="B", when=lambda view: bool(seen.append((dict(view), len(view), view.get("a")))))
    flow = Flow(a, asking)
    seen.clear()
    assert flow.path(answers(a="x", b="x")).steps == [a]
    assert seen == [({"a": {"name": "x"}}, 1, {"name": "x"})]


def test_a_mistake_inside_a_condition_is_not_hidden():
    """A KeyError of the author's own is no "not answered yet"."""
    with pytest.raises(FlowError, match=r"'b': it reads a.nmae, and the step 'a' has no such field. It has 'name'"):
        Flow(a, Step("b", Name, title="B", when=lambda answers: answers["a"]["nmae"]))
    wrong = Flow(a, Step("b", Name, title="B", when=lambda answers: {}[answers["a"]["name"]]))
    with pytest.raises(FlowError, match=r"'b': its 'when' failed, having read 'a.name': KeyError in .*test_flow.py, "):
        _ = wrong.path(answers(a="x")).missing


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Flow(), "at least one Step"),
        (lambda: Flow(a, Step("a", Name, title="Other")), "Two steps are named 'a'"),
        (lambda: Flow(a, Step("b", Name, title="A")), "Two steps are called 'A'"),
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
        (lambda: Step("a", Name, title="A", live=["nmae"]), "it checks 'nmae', which is no field that a visitor"),
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
        (lambda: Step("a", Secret, title="A"), "'password' is a password.*Use keep="),
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
    path = flow.path(answers(a="b", b="c", c="x", d="x"), {"b": {"a.name": "then"}})
    assert path.again == [b]
    assert path.missing is b
    assert path.is_answered(d)
    assert not path.is_open(c)


def test_a_list_that_is_too_short_is_missing():
    """As many as the author wants, or it is no answer."""
    guests = Repeat("guests", Name, title="Guests", least=1)
    flow = Flow(guests, a)
    assert flow.path({"guests": [], "a": {"name": "x"}}).missing is guests
    assert flow.path({"guests": [{"name": "x"}], "a": {"name": "x"}}).missing is None


async def wait(*_):
    """A function that has to be waited for."""


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Flow([a]), r"one by one. Use Flow\(\*steps\)"),
        (lambda: Flow("a"), "'a' in a Flow is no Step"),
        (lambda: Step("a", Flow(d), title="A"), "'Flow' is no form class. Use a class derived from wtforms.Form"),
        (lambda: Step("a", dict, title="A"), "'dict' is no form class"),
        (lambda: Step("a", Name(), title="A"), "'Name' is no form class. Use its class: Name instead of"),
        (lambda: Step("a", Name, title=None), "'a': it has no title"),
        (lambda: Step("a", Name, title=" "), "'a': it has no title"),
        (lambda: Repeat("a", Name, title="A", most="3"), "it takes 0 to '3' entries"),
        (lambda: Repeat("a", Name, title="A", most=2.5), "it takes 0 to 2.5 entries"),
        (lambda: Repeat("a", Name, title="A", least=True), "it takes True to 50 entries"),
        (lambda: Step("a", Name, title="A", when=True), "'when' is True. Use a function, such as when=lambda answers"),
        (lambda: Step("a", Name, title="A", when=lambda: True), "'when' must take one argument"),
        (lambda: Step("a", Name, title="A", when=wait), "'when' is async, and only on_finish and find may be"),
        (lambda: Step("a", Choice, title="A", choices={"choice": wait}), "'choices' is async"),
        (lambda: Step("a", Name, title="A", defaults=wait), "'defaults' is async"),
        (lambda: Step("a", Secret, title="A", keep={"password": wait}), "'keep' is async"),
        (lambda: Flow(Step("a", Name, title="A"), migrate=wait), "'migrate' is .*wait"),
        (lambda: Step("a", Name, title="A", defaults={"name": "x"}), "'defaults' is .* Use a function"),
        (lambda: Step("a", Choice, title="A", choices={"choice": ["x"]}), "'choices' is .* Use a function"),
        (lambda: Step("a", Choice, title="A", choices=["x"]), "'choices' is no dictionary"),
        (lambda: Step("a", Choice, title="A", choices={"choice": lambda: ["x"]}), "'choices' must take one argument"),
        (lambda: Step("a", Secret, title="A", keep=str), "'keep' is no dictionary"),
        (lambda: Step("a", Secret, title="A", keep={"age": str}), "'keep' names 'age', which is no secret field"),
        (lambda: Step("a", Secret, title="A", keep={"pasword": str}), "no secret field. The step has 'password'"),
        (lambda: Step("a", Secret, title="A", keep={"password": lambda: ""}), "'keep' must take one argument"),
        (lambda: Step("a", NoChoices, title="A"), "'colour' has no choices"),
        (lambda: Step("a", OwnArgument, title="A"), "OwnArgument.__init__ cannot be called as the wizard does"),
        (lambda: Step("a", form(inner=FormField(Secret)), title="A"), "'inner.password' is a password.*keep={'inner."),
        (lambda: Step("a", form(codes=FieldList(PasswordField())), title="A"), "inside a FieldList"),
        (lambda: Step("a", form(scan=StringField(render_kw={"type": "file"})), title="A"), "Make it a FileField"),
        (
            lambda: Step("a", Upload, title="A", live=["photo"]),
            "'live' names 'photo', and a file is sent with the page",
        ),
        (lambda: Step("a", form(scan=FileField(filters=[str])), title="A"), "'scan' takes a file, and has filters"),
        (lambda: Step("a", form(a=FileField("A", [FileKinds("image/bmp")])), title="A"), "'image/bmp', which is not"),
        (lambda: Step("a", form(a=FileField("A", [FileKinds()])), title="A"), "its FileKinds names 'nothing'"),
        (lambda: Step("a", form(a=StringField("A", [FileKinds("image")])), title="A"), "Remove its FileKinds"),
        (lambda: Step("a", form(a=StringField("A", [FileLimit()])), title="A"), "Remove its FileLimit"),
        (lambda: Step("a", form(a=FileField("A", [FileLimit(0)])), title="A"), "lets no file pass. Use FileLimit"),
        (lambda: Step("a", form(ticks=FieldList(BooleanField())), title="A"), "is a list of boxes.*Use Repeat"),
        (
            lambda: Step("a", form(x=FormField(form(y=FieldList(BooleanField())))), title="A"),
            "'x.y' is a list of boxes",
        ),
        (
            lambda: Step("a", form(x=FieldList(FieldList(StringField()))), title="A"),
            "an entry of 'x' has nothing but lists.*min_entries=1",
        ),
        (lambda: Step("a", form(tag=FieldList(StringField()), tag_1=StringField()), title="A"), "'tag_1' for an entry"),
        (lambda: Step("a", form(pin=StringField(widget=PasswordInput())), title="A"), "'pin' is a password"),
        (lambda: Step("a", form(process=StringField()), title="A"), "'process'.*Call it something else"),
        (lambda: Step("a", form(a=StringField(name="_run")), title="A"), "'_run'.*Call it something else"),
        (lambda: Step("a", form(elements=StringField()), title="A"), "'elements'.*Call it something else"),
        (lambda: Flow(a, Step("b", Name, title="B", when=lambda answers: None)), "its 'when' returned nothing"),
        (
            lambda: Flow(a, Step("b", Name, title="B", when=lambda an: an.a.name)),
            r"'a' as an attribute.*answers\['a'\]",
        ),
        (
            lambda: Flow(a, Step("b", Name, title="B", when=lambda answers: answers["a"].name)),
            r"read as an attribute, 'name'.*answers\['a'\]\['name'\]",
        ),
        (lambda: Step("a", form(n=DecimalField(use_locale=True)), title="A"), "'n' has use_locale=True.*class Meta"),
        (lambda: Step("a", form(n=FieldList(DecimalField(use_locale=True))), title="A"), "'n' has use_locale=True"),
        (
            lambda: Step("a", form(x=FormField(form(n=DecimalField(use_locale=True)))), title="A"),
            "'n' has use_locale=True",
        ),
        (lambda: Step("a", form(c=SelectField(choices=[1, 2])), title="A"), "choices of field 'c' cannot be read. Use"),
        (lambda: Step("a", form(c=RadioField(choices=[["a", "A"]])), title="A"), "choices of field 'c' cannot be read"),
        (lambda: Step("a", form(c=SelectField(choices=[None])), title="A"), "choices of field 'c' cannot be read"),
        (
            lambda: Flow(Step("a", Choice, title="A", choices={"choice": lambda answers: [("a", "A"), 7]})),
            "choices of field 'choice' cannot be read",
        ),
        (
            lambda: Step("a", form(x=FormField(Name, default="Ada")), title="A"),
            "default of field 'x' is str. Use a dict",
        ),
        (
            lambda: Step("a", form(x=FieldList(StringField(), default="ab")), title="A"),
            "default of field 'x' is str. Use",
        ),
        (
            lambda: Step("a", form(x=FieldList(FormField(Name), default=["a"])), title="A"),
            "default of field 'x' is str",
        ),
        (lambda: Flow(Step("a", Name, title="A", defaults=lambda answers: ["x"])), "'defaults' returned list. Let it"),
        (
            lambda: Flow(Step("a", form(x=FormField(Name)), title="A", defaults=lambda answers: {"x": "Ada"})),
            "default of field 'x' is str",
        ),
        (lambda: Step("a", NoParent, title="A"), r"NoParent.__init__ does not call super\(\)"),
        (lambda: Step("a", NoFields, title="A"), r"NoFields.__init__ does not call super\(\)"),
    ],
)
def test_a_mistake_of_an_author_has_its_cure(build, message):
    """One line, when the flow is built."""
    with pytest.raises(FlowError, match=message) as raised:
        build()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("fields", "when"),
    [
        ({"pick": RadioField("Pick", [Optional()], choices=["a"])}, lambda answers: answers["a"]["pick"] is None),
        (
            {"pick": SelectField(choices=["a"], filters=[lambda one: one and one.upper()])},
            lambda a: a["a"]["pick"] == "A",
        ),
        ({"pick": SelectField(choices=["a"], validate_choice=False)}, lambda answers: answers["a"]["pick"] == "z"),
        ({"pick": SelectField("P", [Optional()], choices=["", "1"], coerce=int)}, lambda a: a["a"]["pick"] == 1),
        ({"pick": SelectMultipleField(choices=["a", "b"])}, lambda answers: len(answers["a"]["pick"]) > 1),
        (
            {"pick": SelectField(choices={"A": {"x": "X"}, "B": {"y": "Y"}})},
            lambda answers: answers["a"]["pick"] == "x",
        ),
        ({"pick": FormField(Choice, default={"choice": "x"})}, lambda answers: True),
        ({"pick": FieldList(FormField(Name), default=[{"name": "x"}])}, lambda answers: True),
        ({"pick": DecimalField(use_locale=True), "Meta": German}, lambda answers: True),
        ({"pick": FormField(Choice)}, lambda answers: answers["a"]["pick"]["choice"] == "x"),
    ],
)
def test_a_flow_that_is_right_can_be_built(fields, when):
    """What an answer can be is known, or nothing is concluded from it."""
    assert len(Flow(Step("a", form(**fields), title="A"), Step("b", Name, title="B", when=when)).steps) == 2


def test_choices_and_defaults_that_return_nothing_are_mistakes():
    """Said with the step and the function, not as an error of WTForms."""
    for step in (
        Step("a", Choice, title="A", choices={"choice": lambda answers: None}),
        Step("a", Choice, title="A", defaults=lambda answers: None),
    ):
        with pytest.raises(FlowError, match=r"Step 'a': its '(choices|defaults)' returned nothing"):
            step.open()


def test_defaults_name_fields():
    """A field that is not there is a mistake, and no default that nobody ever sees."""
    with pytest.raises(FlowError, match="'defaults' names 'nmae', which is no field of Name"):
        Flow(Step("a", Name, title="A", defaults=lambda answers: {"nmae": "x"}))
    late = Step("b", Name, title="B", defaults=lambda answers: {answers["a"]["name"]: "x"})
    with pytest.raises(FlowError, match="Step 'b': its 'defaults' names 'Ada', which is no field of Name"):
        late.open(Flow(a, late).path({"a": {"name": "Ada"}}).earlier(late))


def test_each_condition_is_evaluated_once_and_each_answer_read_a_few_times():
    """The cost of a path grows with its steps, and not with their square."""

    class Counted(dict):
        count = 0

        def __getitem__(self, key):
            Counted.count += 1
            return super().__getitem__(key)

        def get(self, key, default=None):
            Counted.count += 1
            return super().get(key, default)

    called = []

    def build(count):
        def when(number):
            def applies(answers):
                called.append(number)
                return answers[f"s{number - 1}"]["name"] == "x"

            return applies

        steps = [Step("s0", Name, title="0")]
        steps += [Step(f"s{n}", Name, title=str(n), when=when(n)) for n in range(1, count)]
        return Flow(*steps)

    costs = []
    for count in (50, 100):
        flow, given = build(count), Counted({f"s{n}": {"name": "x"} for n in range(count)})
        called.clear()
        Counted.count = 0
        path = flow.path(given)
        for step in flow:
            assert path.is_open(step)
            assert path.position(step)
            path.previous(step), path.next(step)
        assert path.missing is None
        assert not path.again
        assert sorted(called) == list(range(1, count))
        costs.append(Counted.count)
    assert costs[1] < 2.2 * costs[0]


def test_a_kind_of_step_can_say_itself_where_it_applies_and_what_fits():
    """It is asked like a condition, though it has none."""

    class Odd(Step):
        def applies(self, earlier):
            return earlier["a"]["name"] != "x"

        def fits(self, earlier, answer):
            return answer["name"] != earlier["a"]["name"]

    odd = Odd("odd", Name, title="Odd")
    flow = Flow(a, odd)
    assert flow.path(answers(a="x")).steps == [a]
    assert flow.path(answers(a="b", odd="b")).missing is odd
    assert flow.path(answers(a="b", odd="c")).missing is None


def test_accepting_an_answer_derives_only_what_comes_after_it():
    """The conditions before are not asked again."""
    called = []
    flow = Flow(
        a,
        Step("b", Name, title="B", when=lambda answers: bool(called.append("b")) or answers["a"]["name"] == "b"),
        Step("c", Name, title="C", when=lambda answers: bool(called.append("c")) or answers["b"]["name"] == "c"),
    )
    called.clear()
    given = answers(a="b")
    path = flow.path(given)
    assert path.is_open(flow.get("b"))
    path.accept(flow.get("b"), {**given, **answers(b="c")}, {})
    assert path.names == ["a", "b", "c"]
    assert called == ["b", "c"]


def test_the_core_knows_nothing_of_flask():
    """The flow and its answers can be used, and tested, without Flask."""
    for file in sorted(Path(wizard.flow.__file__).parent.glob("*.py")):
        imported = {
            getattr(node, "module", None) or alias.name
            for node in ast.walk(ast.parse(file.read_text()))
            for alias in getattr(node, "names", [])
            if isinstance(node, (ast.Import, ast.ImportFrom))
        }
        assert not [name for name in imported if "flask" in name], file


def test_what_may_come_counts_until_an_answer_says_otherwise():
    """A condition that reads what is still open may turn out either way; what depends on such a step may come too."""
    asked = form(plan=StringField("Plan"), seats=IntegerField("Seats"))
    flow = Flow(
        Step("plan", asked, title="Plan"),
        Step("team", asked, title="Team", when=lambda answers: answers["plan"]["plan"] == "team"),
        Step("many", asked, title="Many", when=lambda answers: answers["team"]["seats"] > 9),
        Step("alone", asked, title="Alone", when=lambda answers: "team" not in answers),
        Step("last", asked, title="Last"),
    )
    team, few = {"plan": {"plan": "team"}}, {"team": {"organisation": "Acme", "seats": 2}}

    def ahead(answers):
        path = flow.path(answers)
        assert path.count == len(path.ahead) + 1
        return [step.name for step in path.ahead]

    assert ahead({}) == ["plan", "team", "many", "alone", "last"]
    assert ahead({"plan": {"plan": "personal"}}) == ["plan", "alone", "last"]
    assert ahead(team) == ["plan", "team", "many", "alone", "last"]
    assert ahead(team | few) == ["plan", "team", "last"]


@pytest.mark.parametrize("named", ["you.nothing", "nobody.name", "last.password", "you"])
def test_a_sign_in_name_is_a_field_of_an_earlier_step(named):
    """Anything else is an error when the flow is built."""
    with pytest.raises(FlowError, match="Name a field of an earlier step"):
        Flow(
            Step("you", Name, title="You"),
            Step("last", form(password=PasswordField("P")), title="L", keep={"password": str}, sign_in=named),
        )
