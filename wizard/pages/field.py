"""FieldView: what the template of a field is given, and what a browser sends of it while nobody touches it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup
from wtforms import Field

from ..flow.fields import inputs_of
from ..languages import gettext
from . import choice
from .attributes import plain_text


class Revealed(NamedTuple):
    """What is shown with a choice.

    :param option: the choice, as a browser sends it.
    :param is_off: whether it is shown while a box is not ticked.
    :param views: the fields.
    """

    option: str
    is_off: bool
    views: tuple[FieldView, ...]


class ShownFile(NamedTuple):
    """A file that is there.

    :param id: what its address and its button call it.
    :param size: how large it is, in words.
    :param picture: what a picture shows, in words; empty for what is no picture.
    """

    id: str
    name: str
    size: str
    picture: str


@dataclass(slots=True)
class FieldView:
    """One field as it is drawn.

    ``kind`` is the part of the template that draws it: ``input``, ``textarea``, ``select``, ``radio``, ``checkboxes``,
    ``checkbox``, ``file``, ``parts`` (a field with several inputs), ``group`` (a FormField), ``list`` (a FieldList) or
    ``hidden``. Where the author has a widget of their own, ``drawn`` is what it makes of the field.
    """

    field: Field
    kind: str
    id: str
    name: str
    label: str
    hint: str
    note: str
    kept: str
    error: str
    optional: bool
    secret: bool
    live: bool
    disabled: bool
    value: str
    #: What a browser sends of it while nobody touches it.
    held: tuple[str, ...]
    #: What is sent for an input that cannot be changed where HTML knows no ``readonly``.
    fixed: tuple[str, ...]
    attributes: Markup
    described_by: str
    drawn: Markup
    datalist: Markup
    groups: tuple[choice.Group, ...] = ()
    children: tuple[FieldView, ...] = ()
    #: The values of the buttons "Add" (of a list) and "Remove" (of its entry); empty where there is no such button.
    add: str = ""
    adds: str = ""
    remove: str = ""
    #: What Remove removes, in words: the label, and what it is in.
    removes: str = ""
    #: The files that are there.
    files: tuple[ShownFile, ...] = ()
    #: The fields that are shown with its choices.
    revealed: tuple[Revealed, ...] = ()

    @property
    def options(self) -> list[choice.Option]:
        """Return all choices, whatever group they are in."""
        return [option for group in self.groups for option in group.options]

    @property
    def link(self) -> str:
        """Return the id of the input at which what is wrong is mended."""
        wrong = [child for child in self.children if child.error] or self.children
        return wrong[0].id if self.kind == "parts" and wrong else self.id

    @property
    def has_buttons(self) -> bool:
        """Return whether it is drawn with buttons of its own, which Enter must not press."""
        inner = [*self.children, *(view for one in self.revealed for view in one.views)]
        return bool(self.add or self.remove or self.files) or have_buttons(inner)


def have_buttons(views: Iterable[FieldView]) -> bool:
    """Return whether one of these is drawn with buttons of its own, which Enter must not press."""
    return any(view.has_buttons for view in views)


def held(views: Iterable[FieldView]) -> list[tuple[str, str]]:
    """Return what a browser sends of what is drawn while nobody touches it: the names and values of the inputs."""
    pairs = []
    for view in views:
        if view.fixed or not view.disabled:
            pairs += [(view.name, text) for text in view.held]
            pairs += held(view.children)
    return pairs


def find(views: Iterable[FieldView], name: str) -> FieldView | None:
    """Return the view of the input of that ``name``, at whatever depth."""
    for view in views:
        # A field that has several inputs may be drawn as one by a widget of the author's own.
        is_one = view.kind == "input" and view.name == view.field.name
        is_here = view.name == name or (is_one and name in inputs_of(view.field))
        found = view if is_here else find(view.children, name)
        if found is not None:
            return found
    return None


def told_apart(views: Iterable[FieldView], errors: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with which input; what is said of several, with the label of each before it."""
    drawn, texts = list(views), list(errors.values())
    for name, text in errors.items():
        view = find(drawn, name) if texts.count(text) > 1 else None
        if view is not None and view.label:
            text = gettext("%(label)s: %(answer)s", label=plain_text(view.label), answer=text)
        yield name, text
