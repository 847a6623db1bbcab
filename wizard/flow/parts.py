"""Parts: a field that is asked in several inputs, such as the day, the month and the year of a date."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.utils import unset_value
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput


@dataclass(frozen=True)
class Part:
    """One input of a field that has several.

    :param name: what stands behind the name of the field: ``day`` in ``date_of_birth-day``.
    :param label: what the page calls it.
    :param size: for how many characters it is wide.
    :param attributes: the other attributes of its tag.
    :param optional: whether it may stay empty where another part is filled in, and says so.
    """

    name: str
    label: str
    size: int
    attributes: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False


class PartsField(Field):
    """The base of fields that are asked in several inputs, and have one value.

    Each input is called after the field and the part, ``date_of_birth-day``. What a program sends under the field's own
    name is taken too, where no part is filled in. To make a kind of field, say which parts there are, and write the
    methods that raise ``NotImplementedError`` here.
    """

    #: The names of the parts, in any order; and of those that may stay empty where another one is filled in.
    part_names: tuple[str, ...] = ()
    optional_parts: tuple[str, ...] = ()

    #: The type of the values that ``bounds`` may give it, and what it is called; ``None`` where it can have none.
    bounded: ClassVar[tuple[type, str] | None] = None

    #: Whether its value in words is what the visitor has typed, which no translation of a page may change.
    is_verbatim: ClassVar[bool] = False

    #: In place of what the page draws, it draws the one input that has the field's own name.
    widget = TextInput()

    #: What stands in each part, and what was read in those that could be read; after a form was sent.
    texts: dict[str, str]
    values: dict[str, Any]
    #: What was sent under the field's own name and cannot be split into parts.
    whole: str = ""
    #: After validation: what is wrong with a part, by the name of its input. Empty where it is the whole that is wrong.
    part_errors: Mapping[str, str] = {}

    # What a kind of field says

    def parts(self) -> Sequence[Part]:
        """Return the parts in the order of the page."""
        raise NotImplementedError

    def read(self, part: str, text: str) -> Any:
        """Return what the ``text`` in a part means.

        :raises ValueError: when it means nothing.
        """
        raise NotImplementedError

    def combine(self, values: Mapping[str, Any]) -> Any:
        """Return the value of the field, made of what was read in its parts: in all but optional ones that are empty.

        :raises ValueError: when they do not fit together.
        """
        raise NotImplementedError

    def split(self, text: str) -> Mapping[str, str] | None:
        """Return the text of each part of a whole value in one ``text``; ``None`` for one that has no such parts."""
        raise NotImplementedError

    def take_apart(self, value: Any) -> Mapping[str, str]:
        """Return the text of each part of a ``value`` that nobody has typed, such as a default."""
        raise NotImplementedError

    def complaint(self, part: str, text: str) -> str:
        """Return what is said of the ``text`` in a part that cannot be read, or is missing."""
        raise NotImplementedError

    def mismatch(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """Return what is said of parts that do not fit together, by the part."""
        raise NotImplementedError

    def complaint_of_whole(self, text: str) -> str:
        """Return what is said of a ``text`` that cannot be split into parts."""
        raise NotImplementedError

    def words(self, value: Any) -> str:
        """Return ``value`` in words, in one line, as the summary says it; empty for a value of another type."""
        raise NotImplementedError

    def schema(self) -> Mapping[str, Any]:
        """Return what is taken under the field's own name, as JSON Schema says it."""
        return {"type": "string"}

    def join(self, texts: Mapping[str, str]) -> str:
        """Return the ``texts`` of the parts in one, which :meth:`split` takes apart again."""
        return " ".join(filter(None, (text.strip() for text in texts.values())))

    def completes(self, part: str, said: str) -> str:
        """Return the ``autocomplete`` of the input of a part, where the author has ``said`` this of the field."""
        return f"{said}-{part}" if said not in ("", "on", "off") else said

    # What the engine does with it

    @property
    def inputs(self) -> Mapping[str, str]:
        """Return the name of the input of each part."""
        return {part: f"{self.name}-{part}" for part in self.part_names}

    def shown(self) -> Mapping[str, str]:
        """Return the text that stands in each part."""
        if self.raw_data:
            # What is no such value is still there, to be mended.
            return {self.parts()[0].name: self.whole} if self.whole else self.texts
        return {} if self.data is None else self.take_apart(self.data)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.texts, self.values, self.whole = {}, {}, ""
        if formdata is not None:
            formdata = MultiDict([(self.name, one) for one in self._receive(formdata)])
        self._processed = formdata, data, extra_filters
        super().process(*self._processed)

    def _receive(self, formdata: Any) -> list[str]:
        """Read what was sent, and return it in one text; nothing where nothing was sent."""
        sent = {part: str(formdata.get(name)) for part, name in self.inputs.items() if name in formdata}
        whole = str(formdata.get(self.name, ""))
        if whole.strip() and not any(text.strip() for text in sent.values()):
            taken = self.split(whole.strip())
            self.texts, self.whole = dict(taken or {}), "" if taken else whole
        elif sent:
            self.texts = sent
        elif self.name not in formdata:
            return []
        for part, text in self.texts.items():
            try:
                if text.strip():
                    self.values[part] = self.read(part, text.strip())
            except ValueError:
                continue
        return [self.whole or (self.join(self.texts) if any(text.strip() for text in self.texts.values()) else "")]

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self.data = None
        # What was left empty has no value, not even one that is made of parts which all may be empty.
        if valuelist[0] and self._is_readable:
            try:
                self.data = self.combine(self.values)
            except ValueError:
                # It is said when the form is validated, in the language of the page.
                self.data = None

    @property
    def _is_readable(self) -> bool:
        return not self.whole and not any(map(self._is_wrong, self.part_names))

    def _is_wrong(self, part: str) -> bool:
        return part not in self.values and (part not in self.optional_parts or bool(self.texts.get(part, "").strip()))

    def adopt(self, other: PartsField, inputs: Collection[str]) -> None:
        """Take over what ``other``, the same field in another language, could read in these ``inputs``.

        What means nothing in the language that it was typed in is of the language to which the page was switched.
        """
        if self.name in inputs and not other.whole:
            self.texts, self.values, self.whole = dict(other.texts), dict(other.values), ""
        self.values |= {
            part: other.values[part] for part, name in self.inputs.items() if name in inputs and part in other.values
        }
        super().process(*self._processed)

    def pre_validate(self, form: Any) -> None:
        self.part_errors = {}
        if not any(self.raw_data or ()):
            return
        if self.whole:
            raise StopValidation(self.complaint_of_whole(self.whole))
        if not self._is_readable:
            wrong: Mapping[str, str] = {
                part.name: self.complaint(part.name, self.texts.get(part.name, "").strip())
                for part in self.parts()
                if self._is_wrong(part.name)
            }
        elif self.data is None:
            wrong = self.mismatch(self.values)
        else:
            return
        self.refuse({self.inputs[part]: text for part, text in wrong.items()})
        raise StopValidation

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Say what is wrong with parts, by the names of their inputs; or with the whole, by the name of the field."""
        self.errors = [next(iter(errors.values()))]
        self.part_errors = {} if self.name in errors else errors

    def _value(self) -> str:
        """Return what stands in the one input that a widget draws which knows nothing of parts."""
        if self.raw_data:
            return str(self.raw_data[0])
        texts = {} if self.data is None else self.take_apart(self.data)
        return self.join({part.name: texts[part.name] for part in self.parts() if part.name in texts})
