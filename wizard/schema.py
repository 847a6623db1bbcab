"""Schema: what each step of a Flow takes, as JSON Schema says it, for programs that give it to ``flow.run``."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Any

from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    Field,
    FieldList,
    FileField,
    FloatField,
    Form,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    validators,
)

from .fields import Alone
from .fields.files import limits_of
from .flow import BaseStep, Flow, Loop, Proven, Step, fields
from .flow.back import values_of
from .flow.base import in_words
from .flow.counts import Counts
from .flow.files import takes_many
from .flow.keyed import Keyed
from .picture import condition

#: The dialect that is written.
DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_V: Any = validators

#: What each part of a date is in a text.
_DIGITS = {"%Y": r"\d{4}", "%G": r"\d{4}"} | dict.fromkeys(("%m", "%d", "%H", "%M", "%S", "%V", "%W"), r"\d{2}")

#: What is written in one way: the validator that says so, and the name of the format.
_FORMATS = {_V.Email: "email", _V.URL: "uri", _V.UUID: "uuid"}

#: The validators that refuse what is empty, whatever else they say.
_NEED_SOMETHING = (
    _V.DataRequired, _V.DateRange, _V.Email, _V.InputRequired, _V.IPAddress, _V.NumberRange, _V.URL, _V.UUID,
)  # fmt: skip

#: The fields for which an empty text is wrong unless they are optional, though they may be left out.
_NO_TEXT = (IntegerField, DecimalField, FloatField, DateTimeField)

#: What a regular expression of Python has, and one of JSON Schema (ECMA 262) has not.
_PYTHONIC = re.compile(r"\(\?(?![:=!])|\\[ABZ]|[*+?}]\+|\[\^?\]")


def schema(flow: Flow, title: str = "") -> Schema:
    """Return what ``flow.run`` takes for ``flow``, as JSON Schema (draft 2020-12).

    What depends on earlier answers, such as computed choices and bounds, is said in a ``$comment``.

    >>> from wizard.signup.flow import flow
    >>> schema(flow)["properties"]["team"]["properties"]["seats"]["type"]
    'integer'
    """
    return {"$schema": DIALECT, **({"title": title} if title else {}), **_steps(flow)}


def _steps(flow: Flow) -> Schema:
    properties, required = {}, []
    for step in flow:
        if not step.asks or step.ends:
            continue
        section = flow.section(step)
        when = " and ".join(filter(None, [condition(flow, one) for one in (section, step) if one is not None]))
        properties[step.name] = _step(flow, step) | ({"$comment": f"Asked: {when}."} if when else {})
        required += [] if when else [step.name]
    return _object(properties, required)


def _step(flow: Flow, step: BaseStep) -> Schema:
    # What it is called may be made of earlier answers.
    called = getattr(step, step.called)
    title = {"title": in_words(step.name) if callable(called) else str(called)}
    if isinstance(step, Loop):
        return title | _list(step, _steps(flow.inner(step)))
    if isinstance(step, Step):
        form = _form(step, step.form)
        taken = _list(step, form) if isinstance(step, Counts) else form
        return title | ({"anyOf": [taken, {"type": "null"}]} if step.optional else taken)
    if isinstance(step, Proven):
        return title | {"description": "It is proven elsewhere: give what is, or true."}
    return title


def _list(step: BaseStep, entry: Schema) -> Schema:
    bounds: Schema = {}
    if isinstance(step, Counts):
        bounds = {"minItems": step.least} | ({} if callable(step.most) else {"maxItems": step.most})
    return {"type": "array", "items": entry, **bounds}


def _object(properties: Schema, required: list[str]) -> Schema:
    found = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | ({"required": required} if required else {})


def _form(step: Step, form: type[Form], dotted: str = "") -> Schema:
    properties, required = {}, []
    declared = fields.unbound(form)
    for name, field in fields.questions(form).items():
        own = f"{dotted}{name}"
        # How a number is written then depends on the language, and a sample does not know of it.
        is_written = bool(declared[name].kwargs.get("use_locale"))
        properties[name] = _field(step, own, field, is_written=is_written)
        if _is_required(fields.of_one(field)) and own not in step.reveals:
            required.append(name)
    return _object(properties, required)


def _field(step: Step, name: str, field: Any, *, is_written: bool = False) -> Schema:
    label = field.label.text
    said: Schema = {"title": label.striptags() if isinstance(label, Markup) else str(label)}
    if hint := str(field.description or ""):
        said["description"] = hint
    if isinstance(field.default, (str, int, float, bool, date)):
        said["default"] = field.default.isoformat() if isinstance(field.default, date) else field.default
    taken = _or_empty(field, {"type": "string", "minLength": 1}) if is_written else _taken(step, name, field)
    depends = [what for what in ("choices", "bounds") if name in getattr(step, what)]
    depends += ["whether it is asked"] if name in step.reveals else []
    if depends:
        said_before = [taken["$comment"]] if "$comment" in taken else []
        taken["$comment"] = " ".join([*said_before, f"Depends on other answers: {', '.join(depends)}."])
    return said | taken


def _taken(step: Step, name: str, field: Any) -> Schema:
    """Return what ``field`` takes, whatever it is called."""
    if isinstance(field, FormField):
        return _form(step, field.form_class, f"{name}.")
    if isinstance(field, Keyed):
        entry = _field(step, f"{name}.", fields.enclosed(field)[""])
        return {"type": "array", "items": entry, "$comment": f"One for each of {step.for_each[name]}."}
    if isinstance(field, FieldList):
        most = {} if field.max_entries is None else {"maxItems": field.max_entries}
        entry = _field(step, f"{name}.", fields.enclosed(field)[""])
        return {"type": "array", "items": entry, "minItems": field.min_entries, **most} | _lengths(field, "Items")
    return _or_empty(field, _value(step, name, field))


def _or_empty(field: Field, found: Schema) -> Schema:
    """Return what is ``found`` of a ``field``, and that it may be left empty if it may."""
    if _is_required(field) or not isinstance(kind := found.get("type"), str) or kind in ("boolean", "array"):
        return found
    is_text = any(_rules(field, _V.Optional)) or not isinstance(field, _NO_TEXT)
    return {"anyOf": [found, {"enum": [None, ""] if is_text else [None]}]}


def _value(step: Step, name: str, field: Any) -> Schema:
    if hasattr(field, "schema"):
        own = dict(field.schema())
        # What is no date is a text, which has no bounds.
        return own if own.get("type") == "string" and "format" not in own else own | _bounds(field)
    if isinstance(field, BooleanField):
        return {"const": True} if _is_required(field) else {"type": "boolean"}
    if isinstance(field, SelectField):
        return _choices(field, is_computed=name in step.choices, without=values_of(step, name))
    if isinstance(field, FileField):
        return _file(field)
    if isinstance(field, (IntegerField, DecimalField, FloatField)):
        return {"type": "integer" if isinstance(field, IntegerField) else "number"} | _bounds(field)
    if isinstance(field, DateTimeField):
        return _moment(field) | _bounds(field)
    if isinstance(field, StringField):
        return _text(field) | ({"writeOnly": True} if fields.is_secret(field) else {})
    return {}


def _choices(field: Any, *, is_computed: bool, without: Collection[str]) -> Schema:
    one: Schema = {"type": "string"}
    is_open = is_computed or field._choices_callable or field.choices is None or not field.validate_choice
    if not is_open:
        values = [str(choice.value) for choice in field._choices_from_input(field.choices)]
        # What leads back is no answer.
        one["enum"] = [value for value in values if value not in without]
    if not isinstance(field, SelectMultipleField):
        return one
    found: Schema = {"type": "array", "items": one, "uniqueItems": True, "minItems": int(_is_required(field))}
    found |= _lengths(field, "Items")
    for rule in _rules(field, Alone):
        found |= {"if": {"contains": {"enum": list(rule.values)}}, "then": {"maxItems": 1}}
    return found


def _moment(field: Any) -> Schema:
    given = getattr(field, "format", "%Y-%m-%d")
    formats = [given] if isinstance(given, str) else list(given)
    if isinstance(field, DateField) and formats == ["%Y-%m-%d"]:
        return {"type": "string", "format": "date"}
    written = [re.sub(r"%.|[^%]+", lambda found: _DIGITS.get(found[0], re.escape(found[0])), one) for one in formats]
    # What is no number, such as the name of a month, nobody can say in every language.
    return (
        {"type": "string", "minLength": 1}
        if any("%" in one for one in written)
        else {
            "type": "string",
            "pattern": f"^({'|'.join(written)})$",
        }
    )


def _text(field: Field) -> Schema:
    found: Schema = {"type": "string"} | _lengths(field, "Length")
    if _is_required(field):
        found["minLength"] = max(1, found.get("minLength", 0))
    for kind, name in _FORMATS.items():
        found |= {"format": name} if _rules(field, kind) else {}
    for rule in _rules(field, _V.AnyOf):
        found["enum"] = [str(one) for one in rule.values]
    for rule in _rules(field, _V.NoneOf):
        found["not"] = {"enum": [str(one) for one in rule.values]}
    for rule in _rules(field, _V.Regexp):
        pattern = rule.regex.pattern.removeprefix(r"\A").replace(r"\Z", "$")
        if not _PYTHONIC.search(pattern) and not rule.regex.flags & ~re.UNICODE:
            # Python looks from the beginning on.
            found["pattern"] = f"^(?:{pattern})"
    return found


def _lengths(field: Field, of: str) -> Schema:
    """Return how many letters or items ``field`` takes."""
    found: Schema = {}
    for rule in _rules(field, _V.Length):
        found |= ({f"min{of}": rule.min} if rule.min > 0 else {}) | ({f"max{of}": rule.max} if rule.max >= 0 else {})
    return found


def _file(field: Field) -> Schema:
    """Return what a program gives for a file: its name, and its bytes, which JSON has no type for."""
    limits = limits_of(field)
    one: Schema = {"type": "string", "format": "binary", "maxLength": limits.size}
    if limits.kinds is not None and len(limits.kinds.kinds) == 1:
        one["contentMediaType"] = limits.kinds.kinds[0]
    elif limits.kinds is not None:
        one["$comment"] = f"One of {', '.join(limits.kinds.kinds)}."
    return {"type": "array", "items": one, "maxItems": limits.files} if takes_many(field) else one


def _bounds(field: Field) -> Schema:
    """Return the bounds of a number; of a date under the names by which validators know them that can compare dates."""
    found: Schema = {}
    for rule in [*_rules(field, _V.NumberRange), *_rules(field, _V.DateRange)]:
        for side, number, moment in (("min", "minimum", "formatMinimum"), ("max", "maximum", "formatMaximum")):
            bound = getattr(rule, side)
            if isinstance(bound, date):
                found[moment] = bound.isoformat()
            elif bound is not None and not callable(bound):
                found[number] = bound if isinstance(bound, int) else float(bound)
    return found


def _rules(field: Field, kind: type) -> list[Any]:
    return [one for one in field.validators if isinstance(one, kind)]


def _is_required(field: Field) -> bool:
    """Return whether ``field`` is refused when it is empty, as by most rules that look at what it holds."""
    if any(_rules(field, _V.Optional)):
        return False
    return (
        _has_to_be_chosen(field)
        or any(_rules(field, kind) for kind in _NEED_SOMETHING)
        or any(rule.min > 0 for rule in _rules(field, _V.Length))
        or any(not rule.regex.match("") for rule in _rules(field, _V.Regexp))
        or any(not {"", None} & set(rule.values) for rule in _rules(field, _V.AnyOf))
    )


def _has_to_be_chosen(field: Any) -> bool:
    """Return whether one of the choices of ``field`` has to be sent, if only a blank one, since nothing is none."""
    if not isinstance(field, SelectField) or isinstance(field, SelectMultipleField) or not field.validate_choice:
        return False
    given: Any = field
    choices = () if given._choices_callable else given._choices_from_input(given.choices) or ()
    return field.default is None and all(choice.value is not None for choice in choices)
