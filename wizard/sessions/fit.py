"""Fit: what a session that stands in the cookie itself cannot keep of a flow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wtforms import DateField, DateTimeField, DecimalField, Field, FieldList, SelectField, StringField, TimeField
from wtforms.validators import Length
from wtforms.widgets import TextArea

from ..fields import DatePartsField
from ..flow import BaseStep, Flow, Loop, Step, counts, fields
from ..flow.parts import PartsField
from .cookie import MOST

#: Fields whose data comes back from Flask's own session as something else: a date as a text.
_CHANGED = (DateField, DateTimeField, DecimalField, DatePartsField, TimeField)

#: How long a text is taken to be where its field does not say, and what else is kept of each step, in characters.
_A_LINE, _A_TEXT, _A_STEP = 40, 1000, 120


def misfits(flow: Flow, *, by_flask: bool) -> Iterator[str]:
    """Yield what a session in the cookie cannot keep of ``flow``, each in a few words.

    :param by_flask: whether it is Flask's own session, which knows fewer types than ours.
    """
    if by_flask:
        for step in flow.every:
            for name, field in _fields(step):
                if isinstance(field, _CHANGED) or (isinstance(field, SelectField) and field.coerce not in (str, int)):
                    yield f"the type of {step.name}.{name} does not survive it"
    size = sum(map(_size, flow))
    if size > MOST:
        yield f"the answers may come to {size} characters, and a cookie holds {MOST}"


def _fields(step: BaseStep) -> list[tuple[str, Field]]:
    return list(fields.every(fields.samples(step.form))) if isinstance(step, Step) else []


def _size(step: BaseStep) -> int:
    size = sum(_longest(field) for _, field in _fields(step))
    if isinstance(step, Loop):
        size = sum(map(_size, step.steps))
    most = step.most if isinstance(step, counts.Counts) else counts.MOST if isinstance(step, Loop) else 1
    return _A_STEP + size * (counts.MOST if callable(most) else most)


def _longest(field: Field) -> int:
    if isinstance(field, FieldList):
        return 0
    rules: list[Any] = [one for one in field.validators if isinstance(one, Length)]
    limits = [int(one.max) for one in rules if one.max > 0]
    is_line = isinstance(field, (StringField, PartsField))
    usual = _A_TEXT if isinstance(field.widget, TextArea) else _A_LINE if is_line else 10
    return min([*limits, usual])
