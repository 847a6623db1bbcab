"""Template: which template of an application draws the input of a field, in place of a widget."""

from __future__ import annotations

from inspect import isfunction
from typing import Any

from flask import render_template
from markupsafe import Markup
from wtforms import Field

from ..errors import FlowError
from ..languages import gettext
from .field import FieldView


class TemplateOf:
    """The templates that draw fields, by the class of the field or by its widget."""

    def __init__(self) -> None:
        self.names: dict[object, str] = {}

    def register(self, kind: object, name: str) -> None:
        """Let a template draw the input of each field of a class, or of each that has a widget, in every application.

        It is given the ``field`` and its ``view``, a :class:`~wizard.pages.field.FieldView`. The label, the hint and
        the message around it stay as they are. A widget goes before a field, and a class before those it is derived
        from.

        :param kind: a class of fields or of widgets, or a function that is a widget.
        :param name: the template, such as ``"fields/rating.html"``.
        :raises FlowError: for what is neither; the message says the cure.
        """
        if not isinstance(kind, type) and not isfunction(kind):
            raise FlowError(
                f"template_of.register: {kind!r} is no class of fields or of widgets. Use one, such as RatingField, or "
                "the function that is the widget."
            )
        if not isinstance(name, str) or not name:
            raise FlowError(f"template_of.register: {name!r} is no template. Use its name: 'fields/rating.html'.")
        self.names[kind] = name

    def __call__(self, field: Field) -> str:
        """Return the template that draws ``field``; an empty text where there is none."""
        widget: Any = field.widget
        of_widget = (widget,) if isfunction(widget) else type(widget).__mro__
        return next((self.names[one] for one in (*of_widget, *type(field).__mro__) if one in self.names), "")

    def draw(self, name: str, view: FieldView) -> Markup:
        """Return what the template ``name`` makes of a field."""
        return Markup(render_template(name, view=view, field=view.field, _=gettext))  # noqa: S704  (it escapes)


#: Register a template with it: ``template_of.register(RatingField, "fields/rating.html")``.
template_of = TemplateOf()
