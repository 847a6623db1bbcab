"""What comes in at the door: only the fields' own inputs, tidied and bounded, and kept beside what they became."""

from __future__ import annotations

import signal
from contextlib import contextmanager

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import Length

from wizard import Verbatim
from wizard.flow.bound import leaves
from wizard.flow.rows import MOST_ENTRIES, change_list
from wizard.flow.typed import bind, pack, receive, unpack, without_secrets


class Place(Form):
    """Enclosed."""

    town = StringField("Town")


class Everything(Form):
    """What differs at the door."""

    name = StringField("Name")
    exact = StringField("Exact", [Verbatim()])
    story = TextAreaField("Story", [Length(max=30_000)])
    token = HiddenField("Token")
    password = PasswordField("Password")
    plan = RadioField("Plan", choices=[" a ", "b"])
    age = IntegerField("Age")
    place = FormField(Place)
    tags = FieldList(StringField("Tag"), max_entries=3)
    places = FieldList(FormField(Place), min_entries=1)
    send = SubmitField("Send")


def got(**typed):
    """What arrives of these inputs."""
    return receive(Everything, MultiDict([(name.replace("__", "-"), value) for name, value in typed.items()]))


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("name", "  Ada  ", "Ada"),
        ("name", "\u200b\u3164\ufeff", ""),
        ("name", "\u00a0Ada\u00ad Lovelace\u2060", "Ada\u00ad Lovelace"),
        # Persian, and a family: what joins letters and signs stays between them.
        ("name", "\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("name", "👩\u200d👧", "👩\u200d👧"),
        # The flag of England ends with signs that show nothing alone.
        (
            "name",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("name", "", ""),
        # Blank letters, fillers, tags and selectors with nothing to select.
        ("name", "\u2800\u115f\u1160\uffa0\u034f\u17b4\U0001d159", ""),
        ("name", "\U000e0041\U000e0042\ufe0f\U000e0100\u180b", ""),
        ("name", "\ufe0fAda\U000e0041\U000e0064", "Ada"),
        ("name", "Ada\ufe0f\U000e0100", "Ada"),
        ("name", "\u202dAda\u202c\u2069", "Ada"),
        # A heart is red, and a letter has its form, because of a selector.
        ("name", " \u2764\ufe0f\u200b", "\u2764\ufe0f"),
        ("name", "\u845b\U000e0100 ", "\u845b\U000e0100"),
        ("name", "\u2764\ufe0f\u200d\U0001f525", "\u2764\ufe0f\u200d\U0001f525"),
        # Names of people: Arabic, Hebrew with its marks, Hindi, Bengali, Tibetan, Vietnamese and Korean.
        *(
            ("name", name, name)
            for name in (
                "\u0645\u062d\u0645\u0651\u064e\u062f",
                "\u05de\u05b9\u05e9\u05b6\u05c1\u05d4",
                "\u0936\u094d\u0930\u0940\u092e\u0924\u0940",
                "\u0995\u09cd\u200d\u09b7",
                "\u0f66\u0f90\u0fb1\u0f7a",
                "Nguye\u0302\u0303n",
                "\u1112\u1161\u11ab",
            )
        ),
        ("story", " a\r\nb\rc\n ", "a\nb\nc"),
        ("exact", " x ", " x "),
        ("password", " x ", " x "),
        ("token", " x ", " x "),
        ("plan", " a ", " a "),
        ("place__town", " Oslo ", "Oslo"),
        ("tags__0", " x ", "x"),
    ],
)
def test_text_is_tidied_and_everything_else_left_as_it_is(name, typed, kept):
    """Blanks at the ends, also those that nobody sees, and the way in which a line ends."""
    sent = got(**{name: typed})
    assert sent.typed == {name.replace("__", "-"): [kept]}
    assert not sent.too_long
    assert not sent.control


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("name", "Ada\0"),
        ("name", "Ada\nBcc: x"),
        ("name", "A\tB"),
        ("name", "\x1b[31m"),
        ("name", "exe.\u202efdp"),
        ("name", "\u202eadA\u202c"),
        ("name", "a\u2066b"),
        ("name", "a\ud800b"),
        ("name", "a\ufffeb"),
        ("name", "a\ufdd0b"),
        ("story", "a\U0010ffffb"),
        ("name", "a" + "\u0301\u0323" * 16),
        ("story", "a\0b"),
        ("password", "a\0b"),
        ("plan", "\0"),
        ("places__0__town", "a\x08b"),
    ],
)
def test_a_character_that_controls_something_is_refused_at_its_field(name, typed):
    """Whichever field it is in."""
    assert got(**{name: typed}).control == [name.replace("__", "-")]


@pytest.mark.parametrize("typed", ["a\tb", "a\nb", "a\r\nb"])
def test_a_text_of_several_lines_has_tabs_and_line_ends(typed):
    """They are what a textarea is for."""
    assert not got(story=typed).control


def test_what_is_typed_is_bounded_before_any_validator_sees_it():
    """A Length above the general bound raises it; one below does not, since filters may leave less."""
    assert got(name="x" * 20_001, story="x" * 30_001).too_long == ["name", "story"]
    assert not got(name="x" * 20_000, story="x" * 30_000).too_long
    assert not got(**{f"places__{number}__town": "x" * 20_000 for number in range(10)}).is_too_much
    assert got(**{f"places__{number}__town": "x" * 20_000 for number in range(11)}).is_too_much


@contextmanager
def seconds_of_cpu(most):
    """End what takes longer: a count of CPU time, which a busy machine does not change."""

    def stop(*_):
        raise AssertionError(f"more than {most} s of CPU")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, most)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def test_no_text_takes_time_that_grows_with_its_square():
    """As much as a request can send: each of these took hours, or would take as long to normalise."""
    with seconds_of_cpu(3):
        for text in (" ", "\u200b", "\u0301", "\r", "\U000e0041"):
            got(name="a" + text * 60_000 + "a")
            got(name="a" + text * 19_000 + "a")


def test_only_inputs_of_the_form_arrive():
    """Nothing of the page's own, no button, and no name that WTForms would stumble over."""
    sent = got(name="x", send="1", csrf_token="t", _run="r", other="o", place="p", **{"tags__\u00b2": "x", "": "x"})
    assert sent.typed == {"name": ["x"]}


def test_entries_of_a_list_are_numbered_anew_and_bounded():
    """As WTForms numbers them, so that an error finds its input; and a request cannot ask for a million."""
    sent = receive(Everything, MultiDict([("tags-9", "c"), ("tags-2", "a"), ("tags-3", "b"), ("tags-10", "d")]))
    assert sent.typed == {"tags-2": ["c"], "tags-0": ["a"], "tags-1": ["b"]}
    many = receive(Everything, MultiDict([(f"places-{number}-town", "x") for number in range(5000)]))
    assert len(many.typed) == MOST_ENTRIES


def test_nothing_is_not_no_input():
    """WTForms takes an empty form for none, and puts the defaults of lists back."""
    assert bind({})


def test_what_was_typed_is_stored_only_where_the_clean_data_does_not_say_it():
    """A text that came out as it went in stands there once."""
    clean = {"name": "Ada", "age": 12, "plan": "b", "exact": "X", "place": {"town": "Oslo"}, "tags": ["x"], "story": ""}
    typed = {"name": ["Ada"], "age": ["012"], "plan": ["b"], "exact": ["x"], "place-town": ["Oslo"], "tags-0": ["x"]}
    packed = pack(Everything, clean, typed)
    assert packed == {
        "age": ["012"],
        "exact": ["x"],
        "place-town": ["Oslo"],
        "tags-0": ["x"],
        # It was not sent, and is an empty text all the same.
        "story": [],
    }
    assert unpack(Everything, clean, packed) == typed


def test_a_secret_is_never_taken_for_what_was_typed():
    """Its hash stands under its name."""
    assert without_secrets(Everything, {"name": ["Ada"], "password": ["x"]}) == {"name": ["Ada"]}
    assert unpack(Everything, {"password": "#hash"}, pack(Everything, {"password": "#hash"}, {})) == {}


class Room(Form):
    """A list within a list."""

    name = StringField()
    walls = FieldList(StringField(), max_entries=3)
    doors = FieldList(FieldList(StringField(), min_entries=1))


class House(Form):
    """A list within a form, which itself is enclosed."""

    at = FormField(Place)
    rooms = FieldList(FormField(Room))
    best = FormField(Room)


@pytest.mark.parametrize(
    ("typed", "action", "name", "after"),
    [
        ({}, "add", "best-walls", {"best-walls-0": [""]}),
        ({"best-walls-0": ["x"], "best-walls-1": ["y"]}, "remove", "best-walls-0", {"best-walls-0": ["y"]}),
        ({"best-walls-2": ["x"]}, "add", "best-walls", None),
        ({"rooms-0-name": ["x"]}, "add", "rooms-0-walls", {"rooms-0-name": ["x"], "rooms-0-walls-0": [""]}),
        ({"rooms-0-name": ["x"]}, "add", "rooms-1-walls", None),
        ({"rooms-0-name": ["x"]}, "add", "rooms", {"rooms-0-name": ["x"], "rooms-1-name": [""]}),
        (
            {"rooms-0-walls-0": ["x"], "rooms-1-walls-0": ["y"], "rooms-1-walls-1": ["z"]},
            "remove",
            "rooms-1-walls-0",
            {"rooms-0-walls-0": ["x"], "rooms-1-walls-0": ["z"]},
        ),
        (
            {"rooms-0-walls-0": ["x"], "rooms-1-walls-0": ["y"], "rooms-1-walls-1": ["z"]},
            "remove",
            "rooms-0",
            {"rooms-0-walls-0": ["y"], "rooms-0-walls-1": ["z"]},
        ),
        ({}, "add", "best-doors", {"best-doors-0-0": [""]}),
        ({"best-doors-0-0": ["x"]}, "remove", "best-doors-0-0", None),
        ({"best-doors-0-0": ["x"]}, "remove", "best-doors-0", {}),
        ({"best-name": ["x"]}, "add", "best", None),
    ],
)
def test_a_list_at_any_depth_grows_and_shrinks(typed, action, name, after):
    """By one entry, and of that list alone."""
    assert change_list(House, typed, action, name) == after


def test_lists_at_any_depth_are_numbered_anew():
    """As WTForms binds them, without gaps; what is no entry is dropped."""
    sent = MultiDict(
        [
            ("rooms-3-name", "c"),
            ("rooms-3-walls-7", "d"),
            ("rooms-3-walls-2", "e"),
            ("rooms-1-walls-9", "a"),
            ("best-walls-4", "f"),
            ("best-doors-5-2", "g"),
            ("best-doors-5-x", "?"),
            *((f"best-walls-{number}", "more") for number in range(5, 9)),
        ]
    )
    found = receive(House, sent).typed
    assert found == {
        "rooms-1-name": ["c"],
        "rooms-1-walls-1": ["d"],
        "rooms-1-walls-0": ["e"],
        "rooms-0-walls-0": ["a"],
        "best-walls-0": ["f"],
        "best-walls-1": ["more"],
        "best-walls-2": ["more"],
        "best-doors-0-0": ["g"],
    }
    bound = House(bind(found))
    assert [room["walls"] for room in bound.rooms.data] == [["a"], ["e", "d"]]
    assert {field.name for field in leaves(bound)} >= found.keys()


@pytest.mark.parametrize(
    ("typed", "action", "name", "after"),
    [
        ({"tags-0": ["x"]}, "add", "tags", {"tags-0": ["x"], "tags-1": [""]}),
        ({}, "add", "tags", {"tags-0": [""]}),
        ({"places-0-town": ["x"]}, "add", "places", {"places-0-town": ["x"], "places-1-town": [""]}),
        ({"tags-0": ["x"], "tags-1": ["y"], "tags-2": ["z"]}, "remove", "tags-1", {"tags-0": ["x"], "tags-1": ["z"]}),
        ({"tags-0": ["x"], "tags-1": [""], "tags-2": ["z"]}, "add", "tags", None),
        ({"places-0-town": ["x"]}, "remove", "places-0", None),
        ({"name": ["x"]}, "add", "name", None),
        ({"name": ["x"]}, "remove", "nowhere-1", None),
    ],
)
def test_a_list_within_a_form_grows_and_shrinks(typed, action, name, after):
    """By one entry, within its bounds; everything else that was typed stays."""
    assert change_list(Everything, typed, action, name) == after
    if after is not None:
        more = change_list(Everything, {**typed, "name": ["Ada"]}, action, name)
        assert more == {**after, "name": ["Ada"]}
