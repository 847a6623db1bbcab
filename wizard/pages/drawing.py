"""Drawing: makes the views of the fields of a form."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup
from wtforms import Field, FieldList, Form

from ..flow.fields import inputs_of
from ..flow.keyed import Keyed
from ..flow.parts import Part
from ..languages import gettext
from ..themes import Theme
from ..themes import current as theme_of_app
from . import choice, value
from .attributes import FLAGS, OURS, flags_of, joined, markup, markup_of_input, of_author, plain_text, text_of
from .field import FieldView
from .files import draw_files
from .kind import ENCLOSING, entry_label, hides, is_drawn, is_standard, kind_of
from .template import template_of

#: How high a textarea is that does not say so itself.
_FEW_ROWS = 4


def views(
    form: Form | Iterable[Field],
    errors: Mapping[str, str],
    *,
    live: Collection[str] = (),
    check_url: Callable[[str], str] | None = None,
    kept: Collection[str] = (),
    missed: Collection[str] = (),
    stays: bool = False,
) -> list[FieldView]:
    """Return a view of each field of ``form`` that is drawn.

    :param errors: what is wrong, by the full name of the input as it is sent.
    :param live: the names of the fields that are checked as soon as they were changed.
    :param check_url: returns the address that checks the field of a name.
    :param kept: the names of the secrets of which a value is stored, so that nothing need be typed.
    :param missed: the names of the secrets that were typed on an earlier page, and not kept.
    :param stays: whether what was typed stays in the browser, as when one field is checked; else a secret is emptied.
    """
    return list(_Drawing(errors, live, check_url, kept, missed, stays, theme_of_app()).views(form))


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Makes the views of one form."""

    errors: Mapping[str, str]
    live: Collection[str]
    check_url: Callable[[str], str] | None
    kept: Collection[str]
    missed: Collection[str] = ()
    stays: bool = False
    theme: Theme | None = None
    #: What the inputs of an enclosing field that is checked as a whole say of it.
    above: Mapping[str, str] | None = None
    #: What all of it is in, in words: the enclosing field, or the entry of a list.
    within: str = ""

    def views(self, fields: Iterable[Field]) -> Iterator[FieldView]:
        return (self.view(field) for field in fields if is_drawn(field))

    def view(self, field: Any, label: str = "", remove: str = "") -> FieldView:
        said, kind = of_author(field.render_kw), kind_of(field)
        encloses = isinstance(field, ENCLOSING)
        id_ = str(said.get("id") or field.id)
        drawn_as = ""
        if kind in ("input", "hidden") and not encloses:
            drawn_as = value.input_type(field, said) if hasattr(field.widget, "input_type") else "text"
        secret = hides(field)
        label = label or text_of(field.label.text)
        has_kept = secret and field.name in self.kept
        note = text_of(vars(field).get("note") if encloses else getattr(field, "note", ""))
        if secret and not self.stays and (field.name in self.missed or any(getattr(field, "raw_data", None) or ())):
            # What is said of it would be said of an empty input.
            note = gettext("For your security, enter this again")
        asked = [field.name] if encloses or kind == "parts" else inputs_of(field)
        error = next((self.errors[name] for name in asked if name in self.errors), "")
        hint = text_of(field.description)
        described_by = joined(
            said.get("aria-describedby"),
            f"{id_}-hint" if hint else "",
            f"{id_}-kept" if has_kept else "",
            f"{id_}-error" if error else f"{id_}-note" if note else "",
        )
        attributes = flags_of(field, drawn_as, said)
        if not encloses and kind != "hidden":
            attributes |= self._live(field, kind, id_)
        attributes |= {name: one for name, one in said.items() if name not in OURS and not callable(one)}
        if said.get("required") and not has_kept:
            attributes["required"] = said["required"]
        disabled = bool(attributes.get("disabled"))
        is_fixed = (
            not disabled
            and bool(attributes.get("readonly"))
            and (kind in ("select", "radio", "checkbox", "checkboxes") or drawn_as in ("range", "color"))
        )
        if is_fixed:
            disabled, attributes["disabled"] = True, True
        view = FieldView(
            field=field,
            kind=kind,
            id=id_,
            name=field.name,
            label=label,
            hint=hint,
            note=note,
            kept=_kept_words(field, label) if has_kept else "",
            error=error,
            optional=bool(field.flags.optional),
            secret=secret,
            live=field.name in self.live,
            disabled=disabled,
            value="",
            held=(),
            fixed=(),
            attributes=Markup(""),
            described_by=described_by,
            drawn=Markup(""),
            datalist=Markup("") if encloses else field.datalist(),
            remove=remove,
        )
        own = self.theme.classes(drawn_as, kind, is_wrong=bool(error)) if self.theme else ""
        attributes["class"] = joined(own, said.get("class")) or None
        if encloses:
            view = self._enclosing(view, attributes)
        elif kind == "parts":
            view = self._parted(view, attributes)
        elif kind == "file":
            draw_files(view, attributes, said, is_missed=field.name in self.missed)
        elif kind in ("select", "radio", "checkboxes"):
            view = self._choosing(view, attributes, is_fixed=is_fixed)
        else:
            view = self._typing(view, attributes, said, drawn_as)
        if is_fixed:
            view.fixed = view.held
        elif disabled:
            view.held = ()
        if template_of.names and kind != "hidden" and (name := template_of(field)):
            view.drawn = template_of.draw(name, view)
        elif not is_standard(field):
            view.drawn = _drawn(view, attributes)
        return view

    def _live(self, field: Field, kind: str, id_: str) -> Mapping[str, str]:
        """Return what has ``field`` checked after a change, a little later, alone, and morphed.

        Of the recipes tried, this one loses no click and no letter.
        """
        if field.name not in self.live or self.check_url is None:
            return self.above or {}
        box = id_ if kind in ("parts", "group", "list") else f"{id_}-field"
        several = kind in ("radio", "checkboxes", "parts", "group", "list")
        return {
            "hx-post": self.check_url(field.name),
            "hx-trigger": "change delay:250ms",
            "hx-sync": "closest fieldset:replace" if several else "this:replace",
            "hx-target": f"#{box}" if box.replace("-", "").replace("_", "").isalnum() else f'[id="{box}"]',
            "hx-swap": "outerMorph",
        }

    def _typing(self, view: FieldView, attributes: Mapping[str, Any], said: Mapping[str, Any], kind: str) -> FieldView:
        """Return the view of one input or textarea; ``kind`` is the type of the input."""
        field: Any = view.field
        if view.kind == "textarea":
            text = value.in_textarea(value.typed(field))
            own: dict[str, Any] = {"rows": attributes.get("rows", _FEW_ROWS)}
        elif view.kind == "checkbox":
            text = str(said.get("value") or "y")
            own = {"type": "checkbox", "checked": bool(field.data)}
        else:
            text = "" if view.secret else value.in_input(field, kind, {**attributes, "value": said.get("value")})
            own = {"type": kind} if kind != "hidden" else {"type": kind, "name": view.name}
        own |= {"id": view.id, "name": view.name} | _about(view)
        sent: tuple[str, ...] = () if view.kind == "checkbox" and not field.data else (text,)
        if view.kind == "hidden" and isinstance(field.data, (list, tuple, set, frozenset)):
            sent = tuple(map(str, field.raw_data or field.data))
            view.held = view.fixed = sent
            return view
        own = {**own, **attributes, **own}
        view.value, view.held = text, sent
        view.attributes = markup(own) if view.kind == "textarea" else markup_of_input(text, own)
        return view

    def _choosing(self, view: FieldView, attributes: Mapping[str, Any], *, is_fixed: bool) -> FieldView:
        """Return the view of a field with choices."""
        field: Any = view.field
        groups = choice.groups_of(field, view.kind, view.id, attributes)
        own: dict[str, Any] = {"aria-describedby": view.described_by or None}
        if view.kind == "select":
            own = {"id": view.id, "name": view.name, **attributes, **_about(view)}
            own["data-combobox"] = field.flags.combobox and field.flags.combobox.source()
        view.groups, view.attributes = groups, markup(own)
        view.held = choice.held(groups, view.kind, is_fixed=is_fixed)
        return view

    def _enclosing(self, view: FieldView, attributes: Mapping[str, Any]) -> FieldView:
        """Return the view of a FormField or a FieldList, with what it encloses."""
        field: Any = view.field
        inner = replace(self, above=self._live(field, view.kind, view.id) or None)
        add, adds, children = "", "", []
        if isinstance(view.field, FieldList) and not isinstance(view.field, Keyed):
            title = plain_text(entry_label(field) or view.label)
            is_full = bool(field.max_entries) and len(field.entries) >= field.max_entries
            changes = view.kind == "list" and not view.disabled
            removes = changes and len(field.entries) > (field.min_entries or 0)
            for number, entry in enumerate(field.entries, 1):
                if is_drawn(entry):
                    label = gettext("%(label)s %(number)s", label=title, number=number)
                    named = self._named(label)
                    if isinstance(entry, FieldList):
                        inner = replace(inner, within=named)
                    child = inner.view(entry, label, f"remove.{entry.name}" if removes else "")
                    child.removes = named
                    children.append(child)
            if changes and not is_full:
                add, adds = f"add.{field.name}", self._named(title)
        else:
            children = list(replace(inner, within=self._named(plain_text(view.label))).views(field))
        own = {"id": view.id, "tabindex": "-1", **attributes}
        own |= self._box(view, "group", attributes.get("class"), is_wrong=bool(view.error))
        return replace(view, attributes=markup(own), children=tuple(children), add=add, adds=adds)

    def _named(self, label: str) -> str:
        """Return what a button calls what has this label: beside the same in another place, where it is."""
        return ", ".join(filter(None, [label, self.within]))

    def _parted(self, view: FieldView, attributes: Mapping[str, Any]) -> FieldView:
        """Return the view of a field that is asked in several inputs, each a view of its own."""
        field: Any = view.field
        texts = field.shown()
        children = tuple(self._part(view, part, texts.get(part.name, ""), attributes) for part in field.parts())
        is_wrong = bool(view.error) or any(child.error for child in children)
        own = {"id": view.id, "tabindex": "-1", **self._box(view, is_wrong=is_wrong)}
        return replace(view, attributes=markup(own), children=children)

    def _part(self, view: FieldView, part: Part, text: str, attributes: Mapping[str, Any]) -> FieldView:
        """Return the view of one input of a field that has several."""
        field: Any = view.field
        name, id_ = field.inputs[part.name], f"{view.id}-{part.name}"
        text = value.in_line(text)
        error = self.errors.get(name, "")
        described_by = f"{id_}-error" if error else f"{view.id}-error" if view.error else ""
        own = {"type": "text", "value": text, "id": id_, "name": name, "size": part.size}
        own |= {"aria-describedby": described_by or None, "aria-invalid": "true" if error or view.error else None}
        said = {**part.attributes, **attributes}
        said["autocomplete"] = field.completes(part.name, str(said.get("autocomplete") or "")) or None
        if self.theme:
            css = self.theme.classes("part", is_wrong=bool(error or view.error)).format(size=part.size)
            said["class"] = joined(css, said.get("class"))
        return replace(
            view,
            kind="input",
            id=id_,
            name=name,
            label=part.label,
            optional=part.optional,
            hint="",
            note="",
            error=error,
            value=text,
            held=() if view.disabled else (text,),
            attributes=markup({**own, **said, **own}),
            described_by=described_by,
        )

    def _box(self, view: FieldView, *css: str | None, is_wrong: bool) -> dict[str, Any]:
        """Return the attributes of the fieldset around several inputs."""
        own = self.theme.classes("box", is_wrong=is_wrong) if self.theme else ""
        states = ("field-error" if is_wrong else "", "field-live" if view.live else "")
        return {"class": joined("field", *css, *states, own), "aria-describedby": view.described_by or None}


def _about(view: FieldView) -> dict[str, Any]:
    return {"aria-describedby": view.described_by or None, "aria-invalid": "true" if view.error else None}


def _drawn(view: FieldView, attributes: Mapping[str, Any]) -> Markup:
    """Return what the author's own widget makes of the field."""
    # It reads the flags itself. False is no attribute, and keeps a None of ``render_kw`` from being written down.
    said = {name: one for name, one in attributes.items() if name not in FLAGS or one is False}
    said |= {name: attributes[name] for name in ("disabled", "readonly") if name in attributes}
    said |= {
        "id": view.id,
        "required": attributes.get("required", False),
        "class": attributes["class"] or False,
        "aria-describedby": view.described_by or False,
        "aria-invalid": "true" if view.error else False,
    }
    if view.secret:
        said["value"] = ""
    drawn: Markup = view.field(**said)
    return drawn


def _kept_words(field: Field, label: str) -> str:
    """Return what is said at a secret of which a value is stored."""
    completes = str(of_author(field.render_kw).get("autocomplete", ""))
    if "password" in field.short_name or "password" in completes:
        return gettext("You have already chosen a password. Leave this empty to keep it.")
    return gettext("%(label)s: already set. Leave this empty to keep it.", label=plain_text(label))
