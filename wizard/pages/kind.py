"""Kind: choose the part of the template that draws a field."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, Field, FieldList, FileField, FormField, SelectMultipleField
from wtforms.csrf.core import CSRFTokenField
from wtforms.fields.choices import SelectFieldBase
from wtforms.widgets import Select, SubmitInput, TextArea

from ..flow.fields import BUTTONS, is_secret
from ..flow.keyed import Keyed
from ..flow.parts import PartsField

ENCLOSING = (FormField, FieldList)


def is_drawn(field: Field) -> bool:
    """Return whether ``field`` asks for or carries a value: buttons and tokens are for the page to draw.

    One that is asked for each entry of a list is not there where that has none.
    """
    if isinstance(field, (*BUTTONS, CSRFTokenField)) or isinstance(field.widget, SubmitInput):
        return False
    return not isinstance(field, Keyed) or bool(field.entries)


def kind_of(field: Any) -> str:
    """Return which part of the template draws ``field``; :class:`~wizard.pages.field.FieldView` lists them."""
    if isinstance(field, ENCLOSING):
        is_list = isinstance(field, FieldList) and not isinstance(field, Keyed)
        return "hidden" if _hides_all(field) else "list" if is_list else "group"
    drawn_as = (field.render_kw or {}).get("type") or getattr(field.widget, "input_type", "")
    if drawn_as == "hidden":
        return "hidden"
    if isinstance(field, FileField):
        return "file"
    if isinstance(field, SelectFieldBase):
        if isinstance(field, SelectMultipleField):
            return "checkboxes"
        options = getattr(field.option_widget, "input_type", "")
        return "radio" if options in ("radio", "checkbox") and not isinstance(field.widget, Select) else "select"
    if drawn_as == "checkbox" or (isinstance(field, BooleanField) and not drawn_as):
        return "checkbox"
    if isinstance(field, PartsField):
        return "parts" if is_standard(field) else "input"
    return "textarea" if isinstance(field.widget, TextArea) else "input"


def is_asked(field: Field) -> bool:
    """Return whether the visitor sees ``field``, on its page and where its answer is read out."""
    return is_drawn(field) and kind_of(field) != "hidden"


def hides(field: Field) -> bool:
    """Return whether what is typed into ``field`` is never shown again."""
    drawn_as = (field.render_kw or {}).get("type") or getattr(field.widget, "input_type", "")
    return not isinstance(field, ENCLOSING) and (is_secret(field) or drawn_as == "password")


def is_standard(field: Any) -> bool:
    """Return whether ``field`` has a widget that comes with WTForms, in whose place the template draws."""
    widgets = [field.widget]
    if isinstance(field, SelectFieldBase):
        widgets.append(field.option_widget)
    return all(type(one).__module__ == Select.__module__ for one in widgets)


def anchor(field: Field) -> str:
    """Return the id at which a visitor begins to fill in ``field``."""
    if isinstance(field, PartsField) and kind_of(field) == "parts":
        return f"{field.id}-{field.parts()[0].name}"
    return str(field.id)


def entry_label(field: Any) -> Any:
    """Return the label that the entries of a list share, where the author has given one."""
    unbound = field.unbound_field
    place = 1 if issubclass(unbound.field_class, ENCLOSING) else 0
    return unbound.kwargs.get("label") or (unbound.args[place] if len(unbound.args) > place else "")


def _hides_all(field: Any) -> bool:
    if isinstance(field, FieldList) and not field.entries:
        unbound: Any = field.unbound_field
        widget = unbound.kwargs.get("widget") or unbound.field_class.widget
        return getattr(widget, "input_type", "") == "hidden"
    kinds = {kind_of(one) for one in field if is_drawn(one)}
    return kinds == {"hidden"}
