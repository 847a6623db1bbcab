"""Texts that are functions of earlier answers: what they say, and what is wrong with them, without a request."""

from __future__ import annotations

import pytest
from wtforms import Form, FormField, IntegerField, PasswordField, RadioField, SelectFieldBase, StringField, SubmitField

from wizard import Flow, FlowError, Page, Repeat, Run, Step
from wizard.flow.blank import Blank
from wizard.flow.entry import Entry, EntryPath
from wizard.flow.section import Section
from wizard.flow.texts import Said
from wizard.picture import mermaid, svg, table

#: Something that is no answer.
NAMES = {"cat": "Tom"}


class You(Form):
    """Asks who you are."""

    first = StringField("First name")
    plan = RadioField("Plan", choices={"free": "Free", "team": "Team"})
    months = IntegerField("Months")


class Street(Form):
    """Asks for a street."""

    street = StringField("Street")


class Age(Form):
    """Asks much."""

    age = IntegerField("Age", description="In years")
    who = RadioField("Who", choices={"me": "Me", "other": "Somebody else"})
    other = RadioField("Other", choices={1: "One", 2: "Two"}, coerce=int)
    address = FormField(Street, "Address")
    send = SubmitField()


YOU = Step("you", You, title="You")


def name(answers):
    """The first name."""
    return answers["you"]["first"]


def built(**how):
    """A flow whose second step says what depends on the first."""
    return Flow(YOU, Step("your-age", Age, **{"title": "Age", **how}))


def opened(answers, **how):
    """The form of the second step, beside these answers, and what was read for it."""
    flow = built(**how)
    earlier = flow.path({"you": answers}).earlier(flow.steps[1])
    return flow.steps[1].open(earlier), earlier


@pytest.mark.parametrize(
    ("title", "answers", "said"),
    [
        (lambda a: f"How old is {name(a)}?", {"you": {"first": "Ada"}}, "How old is Ada?"),
        (lambda a: f"How old is {name(a)}?", {}, "How old is …?"),
        (lambda a: f"{a['you']['months'] * 2:,} months of {name(a).title()}", {}, "… months of …"),
        (lambda a: f"For {', '.join(one['x'] for one in a['you'])}", {}, "For …"),
        (lambda a: f"Until {a['you']['months'].strftime('%d')}", {}, "Until …"),
        (lambda a: "Long" if a["you"]["months"] > 12 else "Short", {}, "Short"),
        (lambda a: name(a) if "you" in a else "Nobody", {}, "Nobody"),
        (lambda a: f"{len(a['you']['first'])} letters", {}, "Your age"),
        (lambda a: NAMES[name(a)], {}, "Your age"),
        (lambda a: " ", {}, "Your age"),
    ],
)
def test_a_title_is_what_the_function_says(title, answers, said):
    """With a gap for what is not there yet; where none can be made with that, it is the name of the step."""
    flow = built(title=title)
    path = flow.path(answers)
    assert str(path.title(flow.steps[1])) == said
    assert not path.earlier(flow.steps[1]).reads


def test_a_text_is_made_once_and_only_if_it_is_shown():
    """However often it is looked at."""
    calls = []
    flow = built(
        title=lambda a: calls.append("title") or "Age",
        labels={"age": lambda a: calls.append("label") or f"Age of {name(a)}"},
    )
    calls.clear()
    path = flow.path({"you": {"first": "Ada"}})
    form = flow.steps[1].open(path.earlier(flow.steps[1]))
    assert not calls
    assert [str(form.age.label.text), form.age.label.text.upper(), len(form.age.label.text)] == [
        "Age of Ada",
        "AGE OF ADA",
        10,
    ]
    assert {path.title(flow.steps[1]), path.title(flow.steps[1])} == {"Age"}
    assert sorted(calls) == ["label", "title"]


def test_labels_hints_and_choices_are_said_in_the_form():
    """Of enclosed fields too; a text takes the place of one as a function does, and the rest stays as it is."""
    form, earlier = opened(
        {"first": "A<b"},
        labels={"age": lambda a: f"Age of {name(a)}", "address.street": lambda a: f"Street of {name(a)}", "who": "W"},
        hints={"age": lambda a: f"As {name(a)} says"},
        options={"who": {"me": lambda a: f"I, {name(a)}"}, "other": {2: "Both"}},
    )
    assert form.age.label() == '<label for="age">Age of A&lt;b</label>'
    assert [str(form.age.description), form.who.label.text] == ["As A<b says", "W"]
    assert form.address.street.label.text == "Street of A<b"
    assert [(one.value, one.label) for one in form.who.iter_choices()] == [
        ("me", "I, A<b"),
        ("other", "Somebody else"),
    ]
    assert [one.label for one in form.other.iter_choices()] == ["One", "Both"]
    assert not earlier.reads


def test_what_cannot_be_said_of_a_gap_is_as_it_is_without():
    """A label is that of the field, a choice its own; there is no hint."""
    flow = built(
        labels={"age": lambda a: NAMES[name(a)]},
        hints={"age": lambda a: NAMES[name(a)]},
        options={"who": {"me": lambda a: NAMES[name(a)]}},
    )
    form = flow.steps[1].open(flow.path({}).earlier(flow.steps[1]))
    assert [str(form.age.label.text), str(form.age.description)] == ["Age", ""]
    assert [str(one.label) for one in form.who.iter_choices()] == ["Me", "Somebody else"]


def test_choices_that_are_computed_can_be_said_in_other_words():
    """Those that are not there are left alone."""
    form, earlier = opened(
        {"first": "Ada", "plan": "team"},
        choices={"who": lambda a: {"me": "Me", a["you"]["plan"]: "Plan"}},
        options={"who": {"me": name, "free": "Nothing"}},
    )
    assert [(one.value, str(one.label)) for one in form.who.iter_choices()] == [("me", "Ada"), ("team", "Plan")]
    assert list(earlier.reads) == ["you.plan"]


def test_a_text_behaves_as_a_text():
    """Whatever a template or a validator does to it."""
    text = Said(lambda: "<i>")
    assert [text.__html__(), f"{text}", text + "!", text == "<i>", bool(text)] == [
        "&lt;i&gt;",
        "<i>",
        "<i>!",
        True,
        True,
    ]


def test_a_blank_is_its_name_whatever_is_done_with_it():
    """But for what makes another text of it than it says: then nobody can tell."""
    blank = Blank("…")
    done = [blank + 1, 1 + blank, blank / 2, round(blank), blank["x"].y(1), f"{blank:%d}", -blank, blank % 2, *blank]
    assert done == ["…"] * len(done)
    assert [blank < 1, blank > 1, blank == 1, bool(blank)] == [False, False, False, True]
    for fails in (len, int, range):
        with pytest.raises((TypeError, ValueError)):
            fails(blank)


class Own(SelectFieldBase):
    """Has choices of its own."""


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"title": lambda: "x"}, "its 'title' must take one argument. Begin it with: lambda answers: "),
        ({"title": ["x"]}, r"its 'title' is \['x'\]. Use a text, or a function: title=lambda answers: "),
        ({"button": None}, "its 'button' is None. Use a text, or a function"),
        ({"intro": lambda a, b: "x"}, "its 'intro' must take one argument"),
        ({"labels": [1]}, "its 'labels' is no dictionary. Use labels={'field': "),
        ({"labels": {"aeg": "x"}}, "its 'labels' names 'aeg', which is no field. Name one of 'age', 'who'"),
        ({"labels": {"send": "x"}}, "its 'labels' names 'send', which is no field"),
        ({"labels": {"age": None}}, "its 'labels' for 'age' is None. Use a text, or a function"),
        ({"hints": {"address.town": "x"}}, "its 'hints' names 'address.town', which is no field"),
        ({"options": {"age": {}}}, "its 'options' names 'age', which is no field whose choices are given"),
        ({"options": {"who": "x"}}, "its 'options' for 'who' is no dictionary. Use {'value': text}"),
        ({"options": {"who": {"you": "x"}}}, "names 'you', which is no choice. Name one of 'me', 'other'"),
        ({"options": {"who": {"me": lambda: "x"}}}, "its 'options' must take one argument"),
        ({"title": lambda a: a["yuo"]}, "it reads 'yuo', which is no earlier step"),
        ({"title": lambda a: f"{name(a)} {a['you']['fisrt']}"}, "it reads you.fisrt, and the step 'you' has no such"),
        ({"title": lambda a: a["your-age"]["age"]}, "it reads 'your-age', which is no earlier step"),
        ({"labels": {"age": lambda a: a["you"]["fisrt"]}}, "it reads you.fisrt"),
        ({"options": {"who": {"me": lambda a: a["yuo"]}}}, "it reads 'yuo'"),
        ({"button": lambda a: None}, "its 'button' returned nothing. Let it return a text"),
        ({"hints": {"age": lambda a: [name(a)]}}, "its 'hints' returned list. Let it return a text"),
        ({"intro": lambda a: a["you"]["plan"] == "x"}, "its 'intro' returned bool"),
    ],
)
def test_a_mistake_is_told_when_the_flow_is_built(how, message):
    """With the cure, and also behind the first thing that a function reads."""
    with pytest.raises(FlowError, match=message):
        built(**how)


def test_a_page_and_a_list_have_texts_too():
    """A page its title and button, a list the words of its button."""
    flow = Flow(
        YOU,
        Page("read", title=lambda a: f"Read, {name(a)}", button=lambda a: f"I have, says {name(a)}", template="x"),
        Repeat("pets", Street, title="Pets", add=lambda a: f"Add a pet of {name(a)}"),
    )
    path = flow.path({"you": {"first": "Ada"}})
    said = [path.text(flow.steps[1], "title"), path.text(flow.steps[1], "button"), path.text(flow.steps[2], "add")]
    assert said == ["Read, Ada", "I have, says Ada", "Add a pet of Ada"]
    with pytest.raises(FlowError, match="its 'add' returned nothing"):
        Flow(YOU, Repeat("pets", Street, title="Pets", add=lambda a: None))


@pytest.mark.parametrize(
    ("title", "drawn"),
    [
        (lambda a: f"How old is {name(a)}?", "How old is {you.first}?"),
        (lambda a: "Your team" if a["you"]["plan"] == "team" else "Only you", "Only you / Your team"),
        (lambda a: f"{a['you']['plan']}, {name(a)}", "free, {you.first} / team, {you.first}"),
        (lambda a: NAMES[name(a)], "Your age"),
    ],
)
def test_it_is_drawn_in_words(title, drawn):
    """Of each choice what it leads to, and by its name what can be anything."""
    flow = built(title=title)
    assert flow.titles(flow.steps[1]) == drawn.split(" / ")
    for picture in (table(flow), mermaid(flow)):
        assert drawn in picture
    assert drawn.split()[0] in svg(flow)


def test_of_many_texts_one_is_drawn():
    """A title that names one of many choices has the name of the field in it."""

    class Many(Form):
        land = RadioField("Land", choices=[str(one) for one in range(9)])
        other = PasswordField("Code")

    step = Step("more", You, title=lambda a: f"In {a['many']['land']}")
    flow = Flow(Step("many", Many, title="Many", keep={"other": None}), step)
    assert flow.titles(step) == ["In {many.land}"]


def test_titles_that_may_be_the_same_are_refused_unless_they_exclude_each_other():
    """As those are that are no functions."""
    titles = [lambda a: "Team" if a["you"]["plan"] == "team" else "You and me", "Team"]
    with pytest.raises(FlowError, match=r"Two steps are called 'Team' .* both: 'a' and 'b'"):
        Flow(YOU, Step("a", Street, title=titles[0]), Step("b", Street, title=titles[1]))
    only = [lambda a: a["you"]["plan"] == "team", lambda a: a["you"]["plan"] == "free"]
    flow = Flow(YOU, *(Step(one, Street, title=t, when=w) for one, t, w in zip("ab", titles, only, strict=True)))
    assert [step.name for step in flow.path({}).ahead] == ["you", "a"]


def test_a_section_waits_for_what_its_texts_say():
    """As for whatever else it reads. Its own title is a text."""
    step = Step("age", Age, title="Age", labels={"age": lambda a: f"Age of {name(a)}"})
    flow = Flow(Section("one", YOU, title="One"), Section("two", step, title="Two"), any_order=True)
    assert [flow.path({}).awaited(flow.sections[1]), flow.path({"you": {}}).awaited(flow.sections[1])] == [["you"], []]
    with pytest.raises(FlowError, match="Section 'two': its 'title' is a function, which only that of a step can be"):
        Section("two", step, title=name)


def test_steps_of_an_entry_say_what_stands_before_and_in_it():
    """Also what the list of them is called."""
    pets = Repeat(
        "pets",
        Step("pet", Street, title=lambda a: f"A pet of {name(a)}"),
        Step("toy", Age, title=lambda a: f"A toy of {a['pet']['street']}, {name(a)}"),
        title=lambda a: f"Pets of {name(a)}",
        add=lambda a: f"Add a pet of {name(a)}",
    )
    flow = Flow(YOU, pets)
    inner = flow.inner(pets)
    assert [flow.titles(pets), *map(inner.titles, inner)] == [
        ["Pets of {you.first}"],
        ["A pet of {you.first}"],
        ["A toy of {pet.street}, {you.first}"],
    ]
    run = Run({}, "w")
    run.accept(YOU, {"first": "Ada"}, {})
    path = flow.path(run.answers)
    assert [path.title(pets), path.text(pets, "add")] == ["Pets of Ada", "Add a pet of Ada"]
    inside = EntryPath(Entry(run, pets, "1", {"answers": {"pet": {"street": "Rex"}}}), path, inner)
    assert list(map(inside.title, inner)) == ["A pet of Ada", "A toy of Rex, Ada"]
    with pytest.raises(FlowError, match=r"it reads toy.aeg, and the step 'toy' has no such field"):
        Flow(YOU, Repeat("pets", *pets.steps, Step("x", Street, title=lambda a: a["toy"]["aeg"]), title="Pets"))
