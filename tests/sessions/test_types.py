"""What a WTForms field can give is what is read back, on every store."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex

import pytest
import wtforms
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard.sessions import open_store
from wizard.sessions.codec import decode, encode

text = st.text()
# A form gives no such thing as the second of two same hours.
datetimes = st.datetimes().map(lambda value: value.replace(fold=0))
dates = st.dates()

#: The data that each core field of WTForms gives.
FIELDS = {
    "BooleanField": st.booleans(),
    "ColorField": text,
    "DateField": dates,
    "DateTimeField": datetimes,
    "DateTimeLocalField": datetimes,
    "DecimalField": st.decimals(allow_nan=False),
    "DecimalRangeField": st.decimals(allow_nan=False),
    "EmailField": text,
    "FieldList": st.lists(text),
    "FloatField": st.floats(allow_nan=False),
    "FormField": st.dictionaries(text, text | dates),
    "HiddenField": text,
    "IntegerField": st.integers(),
    "IntegerRangeField": st.integers(),
    "MonthField": dates,
    "PasswordField": text,
    "RadioField": text | st.integers() | st.uuids(),
    "SearchField": text,
    "SelectField": text | st.integers() | st.uuids(),
    "SelectMultipleField": st.lists(text | st.integers() | st.uuids()),
    "StringField": text,
    "TelField": text,
    "TextAreaField": text,
    "TimeField": st.times().map(lambda value: value.replace(fold=0)),
    "URLField": text,
    "WeekField": dates,
}

#: What gives no data of its own, or what a Flow refuses.
OTHERS = {"Field", "SelectFieldBase", "Label", "Flags", "ButtonField", "SubmitField", "FileField", "MultipleFileField"}


def test_no_field_is_forgotten():
    """Every field that WTForms exports is in the list."""
    exported = {name for name in wtforms.fields.__all__ if name.endswith(("Field", "List"))}
    assert exported - OTHERS == FIELDS.keys()


@pytest.fixture
def store(store_url):
    """Each store."""
    return open_store(store_url)


def test_types_survive(store):
    """An answer with one value of every kind, or none, comes back with the same values of the same types."""
    session_id, version = token_hex(), 0

    @settings(max_examples=100, deadline=None, database=None)
    @given(st.fixed_dictionaries({name: st.none() | values for name, values in FIELDS.items()}))
    def check(answer):
        nonlocal version
        store.save(session_id, encode({"answers": answer}), timedelta(days=1), version=version)
        version += 1
        again = decode(store.load(session_id).data)["answers"]
        assert again == answer
        assert repr(again) == repr(answer)

    check()
