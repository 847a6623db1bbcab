"""Files: what is drawn of a field that takes files: those that are there, and the input for more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Field

from ..fields.files import limits_of, size_in_words
from ..files.kinds import IMAGES, KINDS
from ..files.stored import files_in
from ..flow.files import takes_many
from ..languages import gettext
from .attributes import markup
from .field import FieldView, ShownFile


def draw_files(view: FieldView, attributes: Mapping[str, Any], said: Mapping[str, Any], *, is_missed: bool) -> None:
    """Complete the view of a field that takes files.

    :param attributes: those of its input.
    :param said: what the author says of it in ``render_kw``; ``alt`` is what its picture shows.
    :param is_missed: whether a file was sent, and not kept.
    """
    view.files = tuple(shown_files(view.field, view.field.raw_data, said))
    view.held = tuple(one.id for one in view.files)
    if is_missed and not view.files:
        view.note = gettext("Choose the file again: it was not saved")
    described = f"{view.described_by} {view.id}-note".split() if view.note and not view.error else [view.described_by]
    view.described_by = " ".join(dict.fromkeys(filter(None, described)))
    own = {
        "type": "file",
        "id": view.id,
        "name": view.name,
        "multiple": takes_many(view.field),
        "accept": attributes.get("accept") or _accepted(view.field),
        "aria-describedby": view.described_by or None,
        "aria-invalid": "true" if view.error else None,
    }
    others = {name: one for name, one in attributes.items() if name not in ("alt", "accept")}
    view.attributes = markup({**own, **others, **own})


def shown_files(field: Field | None, value: Any, said: Mapping[str, Any] | None = None) -> list[ShownFile]:
    """Return the files in ``value``, what ``field`` holds or an answer to it, as a page shows them."""
    said = (field.render_kw if field else None) if said is None else said
    alt = str((said or {}).get("alt") or "")
    return [
        ShownFile(one.id, one.name, size_in_words(one.size), (alt or one.name) if one.type in IMAGES else "")
        for one in files_in(value)
    ]


def file_words(value: Any) -> str:
    """Return the files in an answer in words."""
    return ", ".join(f"{one.name} ({size_in_words(one.size)})" for one in files_in(value))


def _accepted(field: Field) -> str | None:
    """Return what the dialog of a browser offers: the kinds that are taken, and the ends of their names."""
    rule = limits_of(field).kinds
    if rule is None:
        return None
    return ",".join(dict.fromkeys(one for kind in rule.kinds for one in (kind, *KINDS[kind].suffixes)))
