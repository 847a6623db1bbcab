"""What is stored is what is read back."""

from __future__ import annotations

import json
import sys
from collections import OrderedDict
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, Flag, IntEnum, StrEnum, auto
from types import ModuleType
from uuid import UUID

import pytest
from flask import Flask
from flask_babel import Babel, lazy_gettext
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from wizard.sessions import codec
from wizard.sessions.codec import Undecodable, Unencodable, check, decode, encode


class Colour(Enum):
    """Has members whose values no session could hold."""

    RED = object()
    CRIMSON = RED
    BLUE = 2


class Size(StrEnum):
    """Is text as well."""

    SMALL = "s"
    LARGE = "l"


class Level(IntEnum):
    """Is a number as well."""

    LOW = 1


class Rights(Flag):
    """Has values that are several members at once."""

    READ = auto()
    WRITE = auto()


class Outer:
    """Encloses an enum, as a form may."""

    class Inner(Enum):
        """Is found through the class around it."""

        A = "a"


VALUES = [
    date(1980, 3, 31),
    datetime(2026, 1, 2, 3, 4, 5, 678901),
    datetime(2026, 1, 2, tzinfo=UTC),
    datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    time(9, 5, 0, 1),
    Decimal("1.50"),
    Decimal("NaN"),
    Decimal("-Infinity"),
    float("nan"),
    float("-inf"),
    10**5000,
    -(2**70),
    UUID(int=7),
    ("a", (1, ()), [()]),
    b"\x00\xff",
    None,
    True,
    "Zoë \x00 \U0001f600 \ud800",
    Markup("<b>bold</b>"),
    {"b", "a"},
    frozenset({date(2000, 2, 29)}),
    {(1, 2), frozenset({3})},
    Colour.RED,
    Colour.CRIMSON,
    Size.LARGE,
    Level.LOW,
    Rights.READ | Rights.WRITE,
    Rights(0),
    Outer.Inner.A,
    {Size.SMALL: 1, 2: "two", (3, 4): None},
    {" dt": "a key that looks like a tag"},
    {" di": {" di": {" later": 1}}},
    {" dt": 1, "two": 2},
    {"nested": [{"deep": date(2000, 2, 29)}]},
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_survives_the_round_trip(value):
    """Type and value are the same after the round trip, and so is the text that is made of them again."""
    check(value)
    text = encode({"value": value})
    again = decode(text)["value"]
    assert type(again) is type(value)
    assert again == value or repr(again) == repr(value)
    assert encode({"value": again}) == text


hashable = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.dates()
    | st.datetimes(timezones=st.none() | st.timezones().map(lambda _: UTC)).map(lambda value: value.replace(fold=0))
    | st.times().map(lambda value: value.replace(fold=0))
    | st.decimals(allow_nan=False)
    | st.uuids()
    | st.sampled_from([*Colour, *Size, *Level, *Outer.Inner, Rights.READ, ~Rights.READ]),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=4),
    max_leaves=8,
)
tags = st.sampled_from([*codec._TAKERS, " di", " unknown"])
values = st.recursive(
    hashable,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.sets(hashable, max_size=4)
        | st.dictionaries(st.text() | tags, inner, max_size=3)
        | st.dictionaries(hashable, inner, max_size=3)
    ),
    max_leaves=20,
)


@pytest.mark.slow
@settings(deadline=None, database=None)
@given(st.dictionaries(st.text() | tags, values, max_size=4))
def test_whatever_can_be_held_is_what_is_read_back(data):
    """Of every type, nested in every way."""
    text = encode(data)
    assert decode(text) == data
    assert encode(decode(text)) == text


def test_the_order_of_keys_survives():
    """A list of answers is read out in the order in which they were given."""
    assert list(decode(encode({"b": 1, "a": 2}))) == ["b", "a"]


def test_the_text_is_ascii():
    """No database has to agree on an encoding."""
    assert encode({"name": "Zoë"}).isascii()


def test_a_set_is_the_same_text_however_it_was_filled():
    """Else a page that only reads would be taken for one that changed something, and write."""
    numbers = list(range(0, 4000, 64))
    backwards = numbers[::-1]
    assert list(set(numbers)) != list(set(backwards))
    assert encode({"a": set(numbers)}) == encode({"a": set(backwards)})


def test_a_subclass_that_says_no_more_than_its_base_is_held_as_that():
    """An ordered dictionary is a dictionary; so is a message that is translated when it is drawn the text it draws."""
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        held = decode(encode({"a": OrderedDict(b=1), "c": lazy_gettext("Hello")}))
    assert held == {"a": {"b": 1}, "c": "Hello"}
    assert type(held["a"]) is dict
    assert type(held["c"]) is str


class Loud(str):
    """Is equal to no plain text."""

    def __eq__(self, other):
        return False

    __hash__ = str.__hash__


def local_enum():
    """Return a member of an enum that no other process can find."""

    class Local(Enum):
        A = "the value"

    return Local.A


LOOP: list[object] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1j, "a builtins.complex under signup.answers.0"),
        (object(), "a builtins.object under signup.answers.0"),
        (MultiDict([("a", "the value"), ("a", "another")]), "a werkzeug.datastructures.structures.MultiDict under"),
        (Loud("the value"), "Loud under signup.answers.0"),
        ({"a": {1j}}, "a builtins.complex under signup.answers.0.a"),
        ({1j: "a"}, "a builtins.complex under signup.answers.0.a key"),
        (local_enum(), "Define the enum at the top of a module."),
        (LOOP, "It lies too deep, or holds itself."),
    ],
    ids=["complex", "object", "MultiDict", "str", "set", "key", "enum", "loop"],
)
def test_a_value_that_cannot_be_held_is_told_at_once(value, said):
    """One line says which type, and where it lies; it does not say the value."""
    for hold in (encode, check):
        with pytest.raises(Unencodable) as caught:
            hold({"signup": {"answers": [value]}})
        assert said in str(caught.value)
        assert "the value" not in str(caught.value)
        assert "\n" not in str(caught.value)


def test_check_names_no_place_where_there_is_none():
    """The value itself is meant."""
    with pytest.raises(Unencodable, match=r"\AA session cannot hold a builtins.complex\. Give it as text"):
        check(1j)


@pytest.fixture
def module(monkeypatch):
    """A module with two enums."""
    module = ModuleType("wizard_test_module")
    module.__getattr__ = lambda name: pytest.fail("the module's own code ran")
    kinds = [Enum("Plan", "TEAM PERSONAL", module=module.__name__), Flag("Days", "SAT SUN", module=module.__name__)]
    for kind in kinds:
        vars(module)[kind.__name__] = kind
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def test_an_enum_that_is_not_there_is_its_name_until_it_is_again(module, monkeypatch):
    """An older version of the code that meets it neither fails nor loses it."""
    data = {"plan": module.Plan.TEAM, "days": module.Days.SAT | module.Days.SUN}
    text = encode(data)
    for broken in (None, module):
        with monkeypatch.context() as patch:
            patch.delitem(vars(module), "Plan")
            patch.delitem(vars(module), "Days")
            patch.setitem(sys.modules, module.__name__, broken)
            again = decode(text)
            assert again == {"plan": "TEAM", "days": "3"}
            assert encode(again) == text
    assert decode(encode(again)) == data


def test_a_member_that_is_not_there_is_its_name(module):
    """The class may have lost it in a deploy."""
    text = encode({"plan": module.Plan.TEAM}).replace("TEAM", "GONE")
    assert decode(text) == {"plan": "GONE"}


@pytest.mark.parametrize("place", [["os", "getcwd", "A"], ["antigravity", "A", "B"], ["os", "path.join", "x"]])
def test_decoding_imports_and_runs_nothing(place):
    """What is named is looked for among the enums that are there already, and is not found."""
    before = set(sys.modules)
    assert decode(json.dumps({"a": {" en": place}})) == {"a": place[-1]}
    assert set(sys.modules) == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        '{"a": {" unknown": 1}}',
        '{"a": {" da": "yesterday"}}',
        '{"a": {" da": 5}}',
        '{"a": {" de": "x"}}',
        '{"a": {" en": ["os"]}}',
        '{"a": {" di": 1}}',
        "[" * 100_000,
    ],
)
def test_a_text_that_was_damaged_is_one_error(text):
    """Whatever is wrong with it, and without a word of its content."""
    with pytest.raises(Undecodable) as caught:
        decode(text)
    assert "yesterday" not in str(caught.value)
