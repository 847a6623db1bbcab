"""Attributes: those that a field gives its tag, merged with those of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape
from wtforms.widgets import core

from ..flow.texts import Said
from . import value
from .kind import ENCLOSING

#: What the page decides itself, whatever ``render_kw`` says. Classes and descriptions are joined.
OURS = ("id", "name", "type", "value", "required", "checked", "selected", "class", "aria-describedby")

#: The flags that become attributes. ``required`` is not one: our messages say it, not the browser.
FLAGS = ("disabled", "readonly", "min", "max", "step", "minlength", "maxlength", "pattern")

#: How WTForms reads the names in ``render_kw``.
_clean_key: Callable[[str], str] = core.clean_key  # type: ignore[attr-defined]


def of_author(render_kw: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the attributes in ``render_kw``, under the names that WTForms reads: ``class_`` is ``class``.

    One that is None is no attribute, as one that is False.
    """
    read: dict[str, Any] = {}
    for key, given in (render_kw or {}).items():
        name = _clean_key(key)
        joins = name in ("class", "aria-describedby") and read.get(name) and given
        read[name] = joined(read[name], given) if joins else False if given is None else given
    return read


def joined(*words: object) -> str:
    """Return the words of several attributes in one, each once."""
    return " ".join(dict.fromkeys(word for one in words if one for word in str(one).split()))


def markup(attributes: Mapping[str, Any]) -> Markup:
    """Return ``attributes`` as they are written in a tag, in their order; one that is None or False is not written."""
    # As WTForms' html_params does it, which sorts them, and takes five times as long.
    written = [
        name if one is True else f'{name}="{escape(one)}"'
        for name, one in attributes.items()
        if one is not None and one is not False
    ]
    return Markup(" ".join(written))  # noqa: S704


def markup_of_input(text: str, attributes: Mapping[str, Any]) -> Markup:
    """Return the attributes of an input that holds ``text``: its value, and then all others."""
    try:
        others = _remembered(*[(name, type(one), one) for name, one in attributes.items()])
    except TypeError:
        # One of them cannot be hashed, such as a list.
        others = markup(attributes)
    return Markup(f'value="{escape(text)}" {others}')  # noqa: S704


# Keyed by all that is written, and its type: never stale. Nothing in it is typed. It was a twentieth of a page.
@lru_cache(maxsize=512)
def _remembered(*attributes: tuple[str, type, Any]) -> Markup:
    return markup({name: one for name, _, one in attributes})


def text_of(words: Any) -> str:
    """Return a label or a hint, which may be markup, or a text that is translated when it is shown."""
    # Not `words or ""`: that would translate it twice.
    words = words.data if isinstance(words, Said) else words
    return words if isinstance(words, Markup) else "" if words is None else str(words)


def plain_text(words: Any) -> str:
    """Return a label as it stands within a sentence: what is markup, without its tags."""
    words = words.data if isinstance(words, Said) else words
    return words.striptags() if isinstance(words, Markup) else "" if words is None else str(words)


def flags_of(field: Any, drawn_as: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what its validators and its widget say of ``field``, as attributes.

    :param drawn_as: the type of its input; empty where it is none.
    :param said: what the author says in ``render_kw``.
    """
    taken = getattr(field.widget, "validation_attrs", ())
    flags = {}
    stated = vars(field.flags)
    for name in FLAGS:
        flag = stated.get(name) if name in taken or name in ("disabled", "readonly") else None
        if flag is None and drawn_as in ("range", "number"):
            flag = getattr(field.widget, name, None)
        if callable(said.get(name)):
            flag = said[name]
        if flag is not None:
            flags[name] = value.on_the_wire(field, drawn_as, flag)
    if drawn_as == "text" and getattr(field.widget, "input_type", "") == "number":
        least = str(said.get("min", flags.get("min", "")))
        # A keyboard of digits alone may have no minus.
        if least.replace(".", "", 1).isdecimal():
            flags["inputmode"] = "decimal" if getattr(field.widget, "step", None) == "any" else "numeric"
    datalist = None if isinstance(field, ENCLOSING) else getattr(field, "_datalist", None)
    if datalist is not None:
        flags["list"] = datalist if isinstance(datalist, str) else datalist.id
    return flags
