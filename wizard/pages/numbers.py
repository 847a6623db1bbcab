"""Numbers: what was typed in another language, as the language of the page writes it, which means another number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from .. import languages
from ..flow import Step
from ..flow.earlier import Earlier
from ..flow.typed import Typed, language_of
from ..flow.validation import leaves


def in_this_language(step: Step, earlier: Earlier, typed: Typed) -> Typed:
    """Return what was ``typed`` as it is typed in the language of this page: "1.234,5" of German is "1,234.5" here.

    Shown as it was, it would be read as another number when the page is sent again. What is no number stays as it is.
    """
    here, there = languages.typed_in(), language_of(typed)
    if not there or there == here:
        return typed
    with languages.speaking(there):
        read: Any = {field.name: field for field in leaves(step.open(earlier, typed))}
    written: dict[str, list[str]] = {}
    for field in leaves(step.open(earlier, typed)):
        number = read[field.name].data if field.name in read else None
        if getattr(field, "use_locale", False) and isinstance(number, Decimal) and field.name in typed:
            text = _written(number, field)
            written |= {field.name: [text]} if text else {}
    return {**typed, **written, "": [here]}


def _written(number: Decimal, field: Any) -> str:
    """Return ``number`` as ``field`` reads it; empty where it does not read that as the same number."""
    try:
        text = format_decimal(number, field.number_format, field.locale, decimal_quantization=False)
        return text if parse_decimal(text, field.locale) == number else ""
    except (ArithmeticError, NumberFormatError, ValueError):
        return ""
