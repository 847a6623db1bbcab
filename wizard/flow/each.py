"""Each: the fields of a step that are asked once for each entry of an earlier list, on one page."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from wtforms import Field, FieldList, Form, SelectMultipleField

from ..errors import Refused
from . import fields
from .bound import holder
from .earlier import Answer, Both, Earlier
from .fingerprint import same, stamp
from .keyed import Keyed, with_keyed
from .typed import Typed

if TYPE_CHECKING:
    from .base import BaseStep, Named
    from .steps import Step

#: The name under which a function reads the entry that it is called for.
ENTRY = "entry"


class ForEntry:
    """A function of the author's that is called for each entry of a list.

    :param function: the function.
    :param source: what it is called for each of, see :class:`~wizard.flow.steps.Step`.
    """

    def __init__(self, function: Callable[..., Any], source: str) -> None:
        self.function, self.source = function, source

    def __call__(self, answers: Mapping[str, Answer]) -> Any:
        """Return what the function returns."""
        return self.function(answers)


def for_entry(step: Step, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``function``, which is for the field ``name``, so that the Flow knows what it is called for."""
    source = step.for_each.get(name)
    return function if source is None else ForEntry(function, source)


class _About(Earlier):
    """The answers that a function may read which is called for one entry: beside the earlier ones, that entry.

    What it reads of the entry is noted where that stands, so that the step depends on it.
    """

    def __init__(self, earlier: Earlier, source: str, key: str, item: Any) -> None:
        own = {} if item is ... else {ENTRY: item}
        answers: Any = ChainMap(own, earlier._answers)  # type: ignore[arg-type]
        super().__init__(earlier._step, Both((ENTRY,), earlier._earlier), answers)
        self.reads = earlier.reads
        self._source, self._key = source, key

    def _read(self, read: str) -> Any:
        name, dot, field = read.partition(".")
        if name.removesuffix("?") != ENTRY:
            return super()._read(read)
        value = self._value(read)
        if "." not in self._source and name == ENTRY:
            self.reads[f"{self._source}.#{self._key}{dot}{field}"] = stamp(value)
        return deepcopy(value)


def entries(earlier: Earlier, source: str) -> dict[str, Any]:
    """Return what there is in ``source``, each under a key that never changes; the step depends on which there are.

    :param source: the name of a list, or of a field of a step that takes several choices, such as ``"used.shops"``.
    """
    name, dot, _ = source.partition(".")
    if dot:
        chosen = earlier._read(source)
        return {stamp(one): one for one in chosen} if isinstance(chosen, (list, tuple)) else {}
    keys = earlier._read(f"{name}.#")
    items = earlier._answers.get(name) if name in earlier._answers else None
    # A list that is to be answered again has entries as well, of which nothing is known.
    return dict(zip(keys, items or [...] * len(keys), strict=True)) if keys else {}


def key_reads(step: Step) -> list[str]:
    """Return what ``step`` reads to know which entries there are: see :attr:`~wizard.flow.earlier.Earlier.reads`."""
    return [source if "." in source else f"{source}.#" for source in step.for_each.values()]


def keys_of(step: Step, earlier: Earlier) -> dict[str, list[str]]:
    """Return for each field that is asked for each entry of a list the keys of these."""
    return {name: list(entries(earlier, source)) for name, source in step.for_each.items()}


def asked(step: Step, form: Form, name: str, earlier: Earlier) -> Iterator[tuple[Any, Earlier]]:
    """Yield the fields that ``name`` stands for in a bound ``form``, each with what the functions for it may read.

    :param name: of a field of the form, dotted where a FormField encloses it.
    """
    source = step.for_each.get(name)
    if source is None:
        inner, own = holder(form, name)
        yield inner._fields[own], earlier
        return
    field: Any = form._fields[name]
    items = entries(earlier, source)
    for key, one in zip(field.keys, field.entries, strict=True):
        about = earlier.about.get((source, key))
        if about is None:
            about = earlier.about[source, key] = _About(earlier, source, key, items.get(key, ...))
        yield one, about


def inputs(step: Step, name: str, earlier: Earlier) -> list[str]:
    """Return the inputs of the field ``name``: of one that is asked for each entry of a list, one for each."""
    own = input_of(step.form, name)
    if name not in step.for_each:
        return [own]
    return [f"{own}-{key}" for key in entries(earlier, step.for_each[name])]


def input_of(form: type[Form], dotted: str) -> str:
    """Return the name of the input of the field with that dotted name: ``login-password`` for ``login.password``."""
    name, _, rest = dotted.partition(".")
    one: Any = fields.samples(form)[name]
    return f"{one.name}{one.separator}{input_of(one.form_class, rest)}" if rest else str(one.name)


def in_place(step: Step, typed: Typed, earlier: Earlier) -> Typed:
    """Return ``typed`` without what was typed for entries that are not there."""
    if not step.for_each:
        return typed
    kept = fields.in_place(step.form, typed, keys_of(step, earlier))
    return {name: values for name, values in typed.items() if name in kept}


# What is checked when a step is built, and what when it stands in a flow


def keyed_form(step: Step) -> type[Form]:
    """Return the form of ``step``, with a field for each entry of a list where it asks for that.

    :raises FlowError: for a mistake in ``for_each``.
    """
    if not isinstance(step.for_each, Mapping):
        step.wrong("its 'for_each' is no dictionary. Use for_each={'share': 'shops'}: a field, and an earlier list.")
    known = fields.questions(step.form)
    for name, source in step.for_each.items():
        if wrong := fields.not_seen(step.form, name):
            step.wrong(f"its 'for_each' names {name!r}, {wrong}")
        if isinstance(known[name], FieldList):
            step.wrong(f"its 'for_each' names {name!r}, which is a list by itself. Declare the field of one entry.")
        if not isinstance(source, str) or not source:
            step.wrong(
                f"its 'for_each' for {name!r} is {source!r}. Name an earlier list: for_each={{{name!r}: 'shops'}}."
            )
        if name not in step.labels:
            step.wrong(
                f"all its fields {name!r} would be called the same. Say what each is: "
                f"labels={{{name!r}: lambda answers: answers['entry']['name']}}."
            )
    return with_keyed(step.form, step.for_each, {name: known[name].label.text for name in step.for_each})


def check_sources(step: Step, before: Mapping[str, Named], lists: list[str], is_inner: bool) -> None:
    """Check that ``step`` asks for each entry of lists that stand before it.

    :param before: what stands before it, by their names.
    :param lists: the names of the lists among these.
    :param is_inner: whether the step is one of an entry, so that they have to stand there too.
    :raises FlowError: for the first mistake.
    """
    where = " in its own entry" if is_inner else ""
    for name, source in step.for_each.items():
        own, dot, _ = source.partition(".")
        chosen = {
            f"{one.name}.{called}": sample
            for one in before.values()
            for called, sample in fields.questions(getattr(one, "form", Form)).items()
            if isinstance(sample, SelectMultipleField) and not isinstance(getattr(one, "least", None), int)
        }
        names = ", ".join(map(repr, [*lists, *chosen]))
        cure = f"Name one of {names}." if names else f"Put a Repeat before it{where}, and name that."
        if source not in (chosen if dot else lists):
            what = f"no field of {own!r} before it that takes several choices" if dot else f"no list before it{where}"
            step.wrong(f"its 'for_each' asks {name!r} for each of {source!r}, which is {what}. {cure}")


def changed(step: object, name: str, before: Any, now: Any) -> list[str]:
    """Return what of the answer to the field ``name`` is another: all of it, or ``share.1`` of the second entry."""
    if name not in getattr(step, "for_each", {}) or not isinstance(before, list):
        return [name]
    had = [*before, *[...] * len(now)]
    return [f"{name}.{at}" for at, one in enumerate(now) if not same(had[at], one)]


def said_of(field: Field, text: Any) -> dict[str, str]:
    """Return the messages of a bound ``field`` by the names of inputs: one text for all, or for each entry one."""
    if isinstance(field, Keyed) and isinstance(text, (list, tuple)):
        pairs = zip(field.entries, text, strict=False)
        return {one.name: str(said) for one, said in pairs if said}
    return {field.name: str(text)} if text else {}


def told_by(step: BaseStep, refusal: Refused, earlier: Earlier) -> dict[str, str]:
    """Return what a ``refusal`` says of ``step``, by the names of inputs; of the step as a whole under ``""``.

    A list that it has for a field which is asked for each entry of another list is of these entries.
    """
    said, lists = dict(refusal.errors.get(step.name, {})), refusal.lists.get(step.name, {})
    for name in getattr(step, "for_each", {}).keys() & lists.keys():
        each = dict(zip(inputs(step, name, earlier), lists[name], strict=False))  # type: ignore[arg-type]
        if found := {one: text for one, text in each.items() if text}:
            said = {other: text for other, text in said.items() if other != name} | found
    return said
