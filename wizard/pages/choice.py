"""Choices: what can be chosen in a field, in its groups, and with which attributes each choice is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Any

from markupsafe import Markup, escape
from wtforms import SelectField
from wtforms.fields import choices as wtforms_choices

from ..fields.combobox import typed_in
from .attributes import OURS, joined, markup, of_author, text_of

_Choice: Any = wtforms_choices.Choice  # type: ignore[attr-defined]
_SelectChoice: Any = wtforms_choices.SelectChoice  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: an option of a select, a radio or a checkbox."""

    id: str
    value: str
    label: str
    attributes: Markup
    chosen: bool
    disabled: bool
    #: Whether it excludes all others.
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the choices under a label of their own; or all choices, without one."""

    label: str
    options: tuple[Option, ...]
    #: The options of a select as they are written.
    tags: Markup | None = None


def groups_of(field: Any, kind: str, id_: str, said: Mapping[str, Any]) -> tuple[Group, ...]:
    """Return the choices of ``field``.

    :param kind: ``select``, ``radio`` or ``checkboxes``.
    :param id_: the id of the field. The first radio or checkbox has it, so that a link to the field leads there.
    :param said: the attributes that the field has for each of its radios or checkboxes.
    """
    if kind == "select" and (plain := _plain_group(field, id_)):
        return (plain,)
    groups = []
    listed = choices_of(field)
    alone = field.flags.alone or ()
    taken = _taken(field, [choice for _, choices in listed for choice in choices])
    if others := [one for one in map(str, field.raw_data or ()) if one and one not in taken and _takes_any(field)]:
        # What is no choice, and is taken none the less, stands among them: else the page would send another one.
        listed.append((None, [_Choice(one, one, True, {}) for one in dict.fromkeys(others)]))
    elif field.flags.combobox and (sent := [one for one in map(str, field.raw_data or ()) if one not in taken]):
        # So does what was typed into a combobox, or nothing.
        others = [one for one in sent if not one or typed_in(one)]
        listed.append((None, [_Choice(one, typed_in(one), True, {}) for one in others]))
    for outer, (label, choices) in enumerate(listed):
        options = []
        for inner, choice in enumerate(choices):
            own = of_author(choice.render_kw)
            text = str(own.get("value", choice.value))
            here = str(own.get("id") or (id_ if not outer and not inner else f"{id_}-{outer}-{inner}"))
            chosen = text in taken.values() or text in others if field.raw_data else bool(choice.selected)
            rest = {name: given for name, given in own.items() if name not in OURS}
            if kind == "select":
                ours = {"value": text, "selected": chosen, "id": own.get("id"), "class": own.get("class")}
            else:
                ours = {"type": "radio" if kind == "radio" else "checkbox", "id": here, "name": field.name}
                ours |= {
                    "data-alone": text in alone,
                    "value": text,
                    "checked": chosen,
                    "class": joined(said.get("class"), own.get("class")) or None,
                }
                rest = {**said, **rest}
            drawn = markup(ours | {name: given for name, given in rest.items() if name not in ours})
            words = text_of(choice.label or choice.value)
            options.append(Option(here, text, words, drawn, chosen, bool(rest.get("disabled")), text in alone))
        tags = Markup("").join(map(_tag, options)) if kind == "select" else None
        groups.append(Group(text_of(label), tuple(options), tags))
    return tuple(groups)


def plain_pairs(field: Any) -> tuple[tuple[str, str], ...] | None:
    """Return the values and labels of ``field`` where they are nothing but texts, and WTForms lists them as they are.

    Of 250 countries, WTForms makes 500 objects and calls ``coerce`` 250 times to say which one is chosen.
    """
    if getattr(type(field), "iter_choices", None) is not SelectField.iter_choices or field.coerce is not str:
        return None
    given = field.choices
    if isinstance(given, Mapping):
        pairs = tuple(given.items())
    elif isinstance(given, (list, tuple)) and {_SelectChoice}.issuperset(map(type, given)):
        if [one for one in given if one.render_kw or one.optgroup is not None]:
            return None
        pairs = tuple([(one.value, one.label) for one in given])
    elif isinstance(given, (list, tuple)):
        pairs = tuple(given)
    else:
        return None
    # There may be hundreds: no function of ours is called for each.
    is_plain = (
        {tuple}.issuperset(map(type, pairs))
        and {2}.issuperset(map(len, pairs))
        and {str}.issuperset(map(type, chain.from_iterable(pairs)))
    )
    return pairs if is_plain else None


def _plain_group(field: Any, id_: str) -> Group | None:
    """Return the options of a select whose choices are plain pairs; None where they are not, or others were sent."""
    pairs = plain_pairs(field)
    if not pairs:
        return None
    options, tags, places = _drawn(id_, pairs)
    chosen = [str(one) for one in field.raw_data] if field.raw_data else [field.data]
    if len(places) != len(options) or (
        field.raw_data and any((one or field.flags.combobox) and one not in places for one in chosen)
    ):
        return None
    changed, written = list(options), list(tags)
    for place in (places[one] for one in chosen if one in places):
        attributes = markup({"value": options[place].value, "selected": True})
        changed[place] = replace(options[place], chosen=True, attributes=attributes)
        written[place] = _tag(changed[place])
    return Group("", tuple(changed), Markup("".join(written)))  # noqa: S704


def _tag(option: Option) -> Markup:
    # HTML needs no end tag, which would be a seventh of a long page.
    return Markup(f"<option {option.attributes}>{escape(option.label)}")  # noqa: S704


# Keyed by all that is drawn, so that it is never stale and never of another visitor: four fifths of a long select.
@lru_cache(maxsize=32)
def _drawn(
    id_: str, pairs: tuple[tuple[str, str], ...]
) -> tuple[tuple[Option, ...], tuple[Markup, ...], dict[str, int]]:
    """Return the options of a select of which none is chosen, their tags, and at which place each value is."""
    options = tuple(
        Option(f"{id_}-0-{at}" if at else id_, value, label or value, markup({"value": value}), False, False)
        for at, (value, label) in enumerate(pairs)
    )
    return options, tuple(map(_tag, options)), {option.value: at for at, option in enumerate(options)}


def _taken(field: Any, choices: Sequence[Any]) -> dict[str, str]:
    """Return for each value that was sent the choice that it is, by its text, else by what ``coerce`` makes of it."""
    texts = {str(of_author(choice.render_kw).get("value", choice.value)): choice for choice in choices}
    taken = {}
    for sent in map(str, field.raw_data or ()):
        if sent in texts:
            taken[sent] = sent
        elif hasattr(field, "coerce"):
            with _tolerant(field):
                alike = field.coerce(sent)
                found = next((text for text, one in texts.items() if field.coerce(one.value) == alike), None)
            if found is not None:
                taken[sent] = found
    return taken


def _takes_any(field: Any) -> bool:
    return not getattr(field, "validate_choice", True) and not field.process_errors


def held(groups: Sequence[Group], kind: str, *, is_fixed: bool) -> tuple[str, ...]:
    """Return what a browser sends of what is chosen. A select without a choice has its first one chosen."""
    options = [option for group in groups for option in group.options]
    chosen = [option for option in options if option.chosen]
    if kind != "checkboxes":
        chosen = chosen[-1:]
    if kind == "select" and not chosen:
        chosen = [option for option in options if not option.disabled][:1]
    # What is disabled is not sent; what is fixed is sent by a hidden input.
    return tuple(option.value for option in chosen if is_fixed or not option.disabled)


def choices_of(field: Any) -> list[tuple[str | None, list[Any]]]:
    """Return the choices of ``field`` in their groups: one without a label where it has none."""
    with _tolerant(field):
        if field.has_groups():
            return [(label, [_choice(one) for one in group]) for label, group in field.iter_groups()]
        return [(None, [_choice(one) for one in field.iter_choices()])]


@contextmanager
def _tolerant(field: Any) -> Iterator[None]:
    """Let WTForms list the choices also where ``coerce`` cannot take each of them, such as ``int`` a blank one."""
    coerce = getattr(field, "coerce", None)
    if coerce is None:
        yield
        return

    def attempt(value: Any) -> Any:
        try:
            return coerce(value)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            # It equals nothing.
            return object()

    field.coerce = attempt
    try:
        yield
    finally:
        field.coerce = coerce


def _choice(one: Any) -> Any:
    # A field of the author's own may still yield the plain tuples of older versions.
    return one if isinstance(one, _Choice) else _Choice(*one[:3], one[3] if len(one) > 3 else {})
