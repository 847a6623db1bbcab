"""Typed: what a visitor typed. It is bounded, trimmed and tidied before any validator sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from typing import Any
from unicodedata import combining

from werkzeug.datastructures import MultiDict
from wtforms import Field, FileField, Form, StringField
from wtforms.validators import Length
from wtforms.widgets import HiddenInput, Input, TextArea

from ..files.stored import FileRef, Upload, refs
from . import fields
from .files import emptied
from .keyed import NO_KEYS
from .messages import CONTROL, TOO_LONG
from .parts import PartsField
from .rows import renumbered

#: What was typed: for the name of each input its values, in the order in which they were sent. Under ``""`` stands the
#: language that it was typed in, where there are several.
Typed = Mapping[str, list[str]]

#: Returns a context in which input is read in a language: "1.234" is one number in English, and another in German.
Speaking = Callable[[str], AbstractContextManager[Any]]

#: How many characters one value may have whose field has no Length, and all values of one step.
MOST_OF_A_VALUE, MOST_OF_A_STEP = 20_000, 200_000

#: How many combining marks may follow each other, as in Unicode's stream-safe text. No language needs as many, and to
#: normalise them takes time that grows with the square of their number.
MOST_MARKS = 30

# White space, letters that are blank, and what shows nothing by itself: format characters, fillers, selectors and tags.
# Inside a text one may matter, as between two letters of Persian or the parts of an emoji; at its ends none does, but
# for a selector or the tags of a flag that belong to the sign before.
_UNSEEN = re.compile(
    r"[\t-\r \x85\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202d\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d159"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)
_BELONGS = re.compile(
    r"(?<=\U0001f3f4)[\U000e0020-\U000e007f]+"
    r"|(?<=[^\x00-\x7f])[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)

# Control characters, halves of characters, the numbers that Unicode says are no characters, and the sign that stands
# for bytes that are no text: nobody knows what was typed there.
_NEVER = r"\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd" + "".join(
    f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(17)
)
_CONTROL = re.compile(rf"[\x00-\x08\x0b-\x1f{_NEVER}]")
_CONTROL_IN_A_LINE = re.compile(rf"[\x00-\x1f{_NEVER}\u2028-\u202e\u2066-\u2069]")


@dataclass
class Sent:
    """What a request sent for one form: what was typed, and which of it no validator may see.

    :param typed: the values of its fields alone, tidied: line ends are ``\\n``, and text has no blanks at its ends.
    :param too_long: the inputs with a value longer than any validator is given.
    :param control: the inputs with a character that controls something, such as NUL, or more marks on one letter than
        any language has.
    :param refused: what is wrong with files, by the names of their inputs.
    """

    typed: dict[str, list[str]] = field(default_factory=dict)
    too_long: list[str] = field(default_factory=list)
    control: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def is_too_much(self) -> bool:
        """Return whether all values together are longer than one step may be."""
        return sum(len(value) for values in self.typed.values() for value in values) > MOST_OF_A_STEP

    @property
    def refusals(self) -> dict[str, str]:
        """Return the message of each input that no validator may see."""
        return dict.fromkeys(self.too_long, TOO_LONG) | dict.fromkeys(self.control, CONTROL) | self.refused


def receive(form: type[Form], data: MultiDict[str, str], keys: Mapping[str, Collection[str]] = NO_KEYS) -> Sent:
    """Return what ``data``, the body of a request, holds for the fields of ``form``, and drop everything else in it.

    :param keys: for each field that is asked for each entry of a list the keys of these, where they are known.
    """
    sent = Sent()
    names = renumbered(form, data, keys)
    for own, values in data.lists():
        name = names.get(own, "")
        sample = fields.find(form, name) if name else None
        if sample is None or isinstance(sample, fields.BUTTONS):
            continue
        if isinstance(sample, FileField):
            # An entry of a list is there without a file too.
            files: list[str] = [*refs(values)]
            sent.typed |= {name: here} if (here := files or emptied(form, name)) else {}
            continue
        tidy = [_tidy(sample, value) for value in values]
        sent.typed[name] = tidy
        if max(map(len, tidy), default=0) > _most(sample):
            sent.too_long.append(name)
        elif any(_is_no_text(value, _CONTROL if _has_lines(sample) else _CONTROL_IN_A_LINE) for value in tidy):
            sent.control.append(name)
    return sent


def _tidy(sample: Field, value: str) -> str:
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    is_text = not (fields.is_choice(sample) or fields.is_secret(sample) or isinstance(sample.widget, HiddenInput))
    return _trimmed(value) if is_text and not sample.flags.verbatim else value


def _trimmed(value: str) -> str:
    # Not one expression with an alternative for each end: it would take time that grows with the square of the blanks.
    start, end = _unseen(value), len(value) - _unseen(value[::-1])
    if start >= end:
        return ""
    belongs = _BELONGS.match(value, end)
    return value[start : belongs.end() if belongs else end]


def _unseen(value: str) -> int:
    """Return how many characters ``value`` begins with that nobody sees."""
    found = _UNSEEN.match(value)
    return found.end() if found else 0


def _is_no_text(value: str, control: re.Pattern[str]) -> bool:
    return bool(control.search(value)) or (not value.isascii() and _has_too_many_marks(value))


def _has_too_many_marks(value: str) -> bool:
    marks = 0
    for character in value:
        marks = marks + 1 if combining(character) else 0
        if marks > MOST_MARKS:
            return True
    return False


def _has_lines(sample: Field) -> bool:
    """Return whether a text can have several lines: a textarea, a hidden input, perhaps an author's own widget."""
    return isinstance(sample.widget, (TextArea, HiddenInput)) or not isinstance(sample.widget, Input)


def _most(sample: Field) -> int:
    """Return how many characters are taken. Filters may leave fewer, so a lower Length is no bound of what is typed."""
    rules: list[Any] = [one for one in sample.validators if isinstance(one, Length)]
    return max([MOST_OF_A_VALUE, *(int(one.max) for one in rules)])


def language_of(typed: Typed, name: str = "") -> str:
    """Return the language that the input ``name`` was typed in; empty where there is but one."""
    said = list(typed.get("", ()))
    own = next((one for one in said[1:] if one.partition(" ")[2] == name), "") if name else ""
    return own.partition(" ")[0] or (said[0] if said else "")


def languages_of(typed: Typed) -> dict[str, list[str]]:
    """Return for each language but the first the inputs that were typed in it."""
    found: dict[str, list[str]] = {}
    for one in list(typed.get("", ()))[1:]:
        language, _, name = one.partition(" ")
        found.setdefault(language, []).append(name)
    return found


def say_languages(form: type[Form], typed: Typed, now: str, before: Typed, speak: Speaking) -> list[str]:
    """Return what stands under ``""`` of what was ``typed`` in the language ``now``.

    An input that is sent as it stood there ``before`` is still of the language that it was typed in then: "1.234" is
    two numbers. Of texts and choices there is but one reading. What means nothing in that language is of this one.

    :param speak: returns a context in which input is read in a language.
    """
    stood = [
        f"{language} {name}"
        for name, values in typed.items()
        if name and values == before.get(name) and (language := language_of(before, name)) not in ("", now)
        if not isinstance(sample := fields.find(form, name), StringField) and not (sample and fields.is_choice(sample))
        if not isinstance(sample, PartsField) or _is_understood(form, sample, name, values, speak(language))
    ]
    return [now, *stood] if now else []


def _is_understood(
    form: type[Form], sample: PartsField, name: str, values: Sequence[str], speaking: AbstractContextManager[Any]
) -> bool:
    text = values[0].strip() if values else ""
    with speaking:
        if not _is_part(form, sample, name):
            return sample.split(text) is not None
        part = next(part for part in sample.part_names if name.endswith(f"-{part}"))
        with suppress(ValueError):
            return bool(text) and sample.read(part, text) is not None
    return False


def bind(typed: Typed) -> MultiDict[str, str]:
    """Return ``typed`` as the form data of WTForms. It is never empty, which WTForms would take for no input at all."""
    given: list[tuple[str, Any]] = [(name, value) for name, values in typed.items() if name for value in values]
    bound: list[Any] = [(name, Upload(one) if type(one) is FileRef else one) for name, one in given]
    return MultiDict([("", ""), *bound])


def without_secrets(form: type[Form], typed: Typed) -> dict[str, list[str]]:
    """Return ``typed`` without what was typed into secret fields, as it may be stored and shown."""
    return {name: list(values) for name, values in typed.items() if not _is_secret(form, name)}


def as_draft(form: type[Form], typed: Typed) -> dict[str, list[str]]:
    """Return ``typed`` as a Draft keeps it: of a secret that was typed stays its name, without a value."""
    return {
        name: [] if _is_secret(form, name) else list(values)
        for name, values in typed.items()
        if any(values) or not _is_secret(form, name)
    }


def _is_secret(form: type[Form], name: str) -> bool:
    sample = fields.find(form, name)
    return sample is not None and fields.is_secret(sample)


def pack(form: type[Form], clean: Mapping[str, Any], typed: Typed) -> dict[str, list[str]]:
    """Return ``typed`` without the values that equal the ``clean`` data, which need not be stored twice."""
    packed = dict(typed)
    for attribute, sample in fields.samples(form).items():
        value = clean.get(attribute)
        if type(value) is not str:
            continue
        if fields.is_secret(sample):
            # Marked as not typed, so that unpack never takes what is kept of a secret for what was typed.
            packed[sample.name] = []
        elif packed.get(sample.name) == [value]:
            del packed[sample.name]
        else:
            packed.setdefault(sample.name, [])
    return packed


def unpack(form: type[Form], clean: Mapping[str, Any], packed: Typed) -> dict[str, list[str]]:
    """Return what was typed to give ``clean``: the inverse of :func:`pack`."""
    typed = {name: list(values) for name, values in packed.items() if values}
    for attribute, sample in fields.samples(form).items():
        value = clean.get(attribute)
        if type(value) is str and not fields.is_secret(sample) and sample.name not in packed:
            typed[sample.name] = [value]
    return typed


def in_parts(form: type[Form], typed: Typed) -> dict[str, list[str]]:
    """Return ``typed`` as a page would send it: what is under the own name of a field with several inputs, in these.

    A text that cannot be split stays where it is.
    """
    split: dict[str, list[str]] = {}
    for name, values in typed.items():
        sample = fields.find(form, name) if name else None
        if not isinstance(sample, PartsField) or _is_part(form, sample, name):
            split[name] = list(values)
            continue
        text = values[0].strip() if values else ""
        taken = (sample.split(text) if text else None) or {}
        for part in sample.part_names:
            split[f"{name}-{part}"] = [taken.get(part, "")] if values else []
        if text and not taken:
            split[name] = list(values)
    return split


def _is_part(form: type[Form], sample: PartsField, name: str) -> bool:
    return any(
        name.endswith(f"-{part}") and fields.find(form, name.removesuffix(f"-{part}")) is sample
        for part in sample.part_names
    )
