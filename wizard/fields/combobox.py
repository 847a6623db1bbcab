"""A select into which one can type."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from wtforms import Field, Form, SelectField
from wtforms.validators import StopValidation
from wtforms.widgets import Select

from ..flow.fields import Rule
from ..languages import gettext

#: For values of the field what people call them beside their labels.
Aliases = Mapping[Any, str | Collection[str]]

_TYPED = re.compile("“(.+)”", re.DOTALL)

#: How much is repeated of a text that is not in the list.
_SHOWN = 40


class Combobox(Rule):
    """Let visitors type into a long select, and choose from what is found.

    Choices are found by the beginnings of their words, whatever the case and the accents, and by their aliases; an
    alias of up to three letters, such as "UK", is typed whole. Without JavaScript it is the select that it is anyway.
    A text that is not in the list is sent in quotation marks, refused, and shown again.

    :param aliases: for values what else people call them, which stands in the page; or, where that is long, the address
        of such a dictionary as JSON, which is fetched once somebody comes to the field. A function returns either when
        the page is drawn.
    :param message: what is said of a text that is not in the list, which is ``%(text)s``.

    >>> from wtforms import Form
    >>> class Trip(Form):
    ...     to = SelectField("To", [Combobox({"nl": ["Holland"]})], choices={"be": "Belgium", "nl": "Netherlands"})
    """

    def __init__(self, aliases: Aliases | str | Callable[[], Aliases | str] = "", message: Any = None) -> None:
        self.aliases = aliases
        self.message = message
        self.field_flags = {"combobox": self}

    def mistake(self, beside: Mapping[str, Field], field: Field) -> str:
        known: Any = field
        if not isinstance(field, SelectField) or type(known.widget) is not Select or known.widget.multiple:
            return "it is drawn as no select of one choice. Remove its Combobox, or make it a SelectField."
        if not field.validate_choice:
            return "it takes anything, and its Combobox what is in the list. Remove validate_choice=False."
        if not isinstance(self.aliases, (Mapping, str)) and not callable(self.aliases):
            return f"its Combobox has {self.aliases!r} for aliases. Use a dictionary: Combobox({{'GB': ['UK']}})."
        if not isinstance(self.aliases, Mapping) or known.choices is None or known._choices_callable:
            return ""
        offered = {str(choice.value) for choice in known._choices_from_input(known.choices)}
        other = next((one for one in self.aliases if str(one) not in offered), None)
        cure = "Name one of its values."
        return "" if other is None else f"its Combobox names {other!r}, which is no choice of it. {cure}"

    def __call__(self, form: Form, field: Any) -> None:
        """Say of a text that is not in the list what was typed, and what to do.

        :raises StopValidation: where the field has refused it.
        """
        if not (field.errors and field.raw_data):
            return
        sent = str(field.raw_data[0])
        text = typed_in(sent)
        if text:
            ours = gettext("“%(text)s” is not in the list. Try another spelling, or choose from the list")
            text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            field.errors = []
            raise StopValidation(str(self.message or ours).replace("%(text)s", text))
        if not sent:
            field.errors = []
            raise StopValidation(gettext("Choose from the list"))

    def source(self) -> str:
        """Return the aliases as JSON, or the address of that."""
        aliases = self.aliases() if callable(self.aliases) else self.aliases
        if isinstance(aliases, str):
            return aliases
        listed = {str(value): [names] if isinstance(names, str) else list(names) for value, names in aliases.items()}
        return json.dumps({value: list(map(str, names)) for value, names in listed.items()}, ensure_ascii=False)


def typed_in(sent: str) -> str:
    """Return the text that was typed, and is not in the list, where that was ``sent``; an empty one where it was not.

    It is sent in quotation marks, so that it is no value of a choice, whatever these are.
    """
    found = _TYPED.fullmatch(sent)
    return found[1] if found else ""
