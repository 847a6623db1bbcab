"""Earlier: the answers that a step may read. It notes what is read."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import chain
from traceback import extract_tb
from typing import Any

from werkzeug.exceptions import HTTPException

from ..errors import FlowError, WizardError
from .blank import GAP, Blank
from .fingerprint import stamp

#: A dictionary is known at once, any other mapping only after a look at its base classes.
MAPPING = (dict, Mapping)

#: What is stored of one step: a mapping of its fields, or for a step that repeats a list of such mappings.
Answer = Any

#: A text that visitors read, perhaps one that is translated when it is shown; or a function of the earlier answers that
#: returns it.
Text = str | Callable[[Mapping[str, Answer]], Any]

#: What is no text, though Python could write it down.
NO_TEXT = (bool, bytes, list, tuple, set, frozenset, Mapping)


class NotAnsweredError(KeyError):
    """A function has read a step that has no answer, or is not on the path."""


def step_of(read: str) -> str:
    """Return the name of the step that was read: see :attr:`Earlier.reads`."""
    return read.partition(".")[0].removesuffix("?")


class Both(Collection[str]):
    """The names of two collections, as one that copies nothing."""

    def __init__(self, own: Collection[str], around: Collection[str]) -> None:
        self._own, self._around = own, around

    def __contains__(self, name: object) -> bool:
        return name in self._own or name in self._around

    def __iter__(self) -> Iterator[str]:
        return chain(self._around, self._own)

    def __len__(self) -> int:
        return len(self._own) + len(self._around)


def _no_ids(_name: str) -> Sequence[str]:
    return ()


class Earlier(Mapping[str, Answer]):
    """The answers to the steps before ``step``, as far as they are on the path.

    What is read is a copy: nothing that a function does to it changes an answer.

    :param step: the name of the step that reads.
    :param earlier: the names of all steps before it.
    :param answers: the answers to the steps on the path. There may be later ones among them, which cannot be read.
    :param kind: what it is that reads: a step or a section.

    >>> earlier = Earlier("team", ["account", "plan"], {"plan": {"plan": "team", "months": 12}})
    >>> earlier["plan"]["plan"], "account" in earlier
    ('team', False)
    >>> list(earlier.reads)
    ['plan.plan', 'account?']
    """

    def __init__(self, step: str, earlier: Collection[str], answers: Mapping[str, Answer], kind: str = "Step") -> None:
        self._step = step
        self._kind = kind
        self._earlier = earlier
        self._answers = answers
        self._results: dict[str, Any] = {}
        self._for_texts: Earlier | None = None
        #: Returns the ids of the entries of a list, by its name, in the order of its answer.
        self.ids: Callable[[str], Sequence[str]] = _no_ids
        #: The same for a function that is called for one entry of a list, by that and its key.
        self.about: dict[tuple[str, str], Earlier] = {}
        #: What was read, each with a stamp of its value: ``plan.plan`` is one field, ``plan`` a whole answer,
        #: ``plan?`` whether there is one; ``people.#`` which entries a list has, ``people.#3.name`` a field of one.
        self.reads: dict[str, str] = {}
        #: What was read for functions on which the step does not depend: see :meth:`apart`.
        self.beside: dict[str, str] = {}

    def around(self, step: str, names: Collection[str], answers: Mapping[str, Answer]) -> Earlier:
        """Return what a ``step`` of an entry may read: beside these, the ``names`` and ``answers`` of its entry."""
        return Earlier(step, Both(names, self._earlier), ChainMap(answers, self._answers))  # type: ignore[arg-type]

    def _read(self, read: str) -> Any:
        value = self._value(read)
        self.reads[read] = stamp(value)
        return deepcopy(value) if isinstance(value, _CAN_CHANGE) else value

    def _value(self, read: str) -> Any:
        step, dot, field = read.partition(".")
        if read.endswith("?"):
            return step[:-1] in self._earlier and step[:-1] in self._answers
        if field[:1] == "#":
            return self._of_entries(step, field[1:])
        answer = self._answers.get(step, Ellipsis) if step in self._earlier else Ellipsis
        return answer.get(field, Ellipsis) if dot and isinstance(answer, MAPPING) else answer

    def _of_entries(self, name: str, of: str) -> Any:
        ids = list(self.ids(name)) if name in self._earlier else []
        if not of:
            return ids
        key, dot, field = of.partition(".")
        entry = dict(zip(ids, self._answers.get(name, ()), strict=False)).get(key, Ellipsis)
        return entry.get(field, Ellipsis) if dot and isinstance(entry, MAPPING) else entry

    def is_unchanged(self, reads: Mapping[str, str]) -> bool:
        """Return whether everything in ``reads`` still has the value that it had then."""
        return all((self.reads.get(read) or stamp(self._value(read))) == then for read, then in reads.items())

    def apart(self) -> Earlier:
        """Return the same answers for a function on which the step does not depend: what it reads is noted beside."""
        same = Earlier(self._step, self._earlier, self._answers, self._kind)
        same.reads = self.beside
        return same

    def note(self, name: str) -> None:
        """Note that the step depends on the answer to the step ``name``, whatever it is."""
        self._read(name)

    def _check(self, name: object) -> None:
        if name not in self._earlier:
            raise FlowError(
                f"{self._kind} {self._step!r}: it reads {name!r}, which is no earlier step. "
                f"It can read {', '.join(map(repr, self._earlier)) or 'none: it is the first step'}."
            )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise FlowError(
            f"{self._kind} {self._step!r}: it reads {name!r} as an attribute. "
            f"Answers are dictionaries: answers[{name!r}]."
        )

    def __contains__(self, name: object) -> bool:
        self._check(name)
        return bool(self._read(f"{name}?"))

    def __getitem__(self, name: str) -> Answer:
        self._check(name)
        answer = self._answers.get(name, Ellipsis)
        if answer is Ellipsis and name not in self:
            raise NotAnsweredError(name)
        return OneAnswer(name, self._read) if isinstance(answer, MAPPING) else self._read(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return the answer to the step ``name``; ``default`` where there is none."""
        return self[name] if name in self else default  # noqa: SIM401  (this is what get does)

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in self._earlier if name in self])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def call(self, what: str, function: Callable[[Mapping[str, Answer]], Any], field: str = "") -> Any:
        """Return what ``function`` returns for these answers. It is called once, and its result is kept.

        :param what: what it is called for, such as ``when``.
        :param field: the field that it is called for, where there is a function for each.
        :raises NotAnsweredError: when it reads a step that has no answer.
        :raises FlowError: when it fails or returns nothing. The message names what it has read, and no values, which
            may be personal.
        """
        key = f"{what} {field}"
        if key not in self._results:
            try:
                self._results[key] = function(self)
            except (NotAnsweredError, WizardError, HTTPException) as error:
                self._results[key] = error
            except Exception as error:
                raise self._failed(what, error) from error
        found = self._results[key]
        if isinstance(found, Exception):
            raise found
        return found if found is not None else returned(self._step, what, found, self._kind)

    def ask(self, what: str, function: Callable[[Mapping[str, Answer]], Any]) -> Any:
        """Do as :meth:`call` does, and keep nothing: the result depends on something else, too."""
        try:
            found = function(self)
        except (NotAnsweredError, WizardError, HTTPException):
            raise
        except Exception as error:
            raise self._failed(what, error) from error
        return returned(self._step, what, found, self._kind)

    def say(self, what: str, function: Callable[[Any], Any], field: str = "", otherwise: Any = "") -> Any:
        """Return the text that ``function`` makes of these answers. The step does not depend on what it reads.

        An answer that is not there is a gap in the text. Where none can be made with that, it is ``otherwise``.
        """
        if self._for_texts is None:
            self._for_texts = Earlier(self._step, self._earlier, self._answers)
        try:
            return as_text(self._step, what, self._for_texts.call(what, function, field))
        except NotAnsweredError:
            pass
        try:
            return as_text(self._step, what, function(_WithGaps(self._step, self._earlier, self._answers)))
        except FlowError:
            raise
        except Exception:
            # What can be done with an answer cannot always be done with a gap.
            return otherwise

    def _failed(self, what: str, error: Exception) -> FlowError:
        read = ", ".join(map(repr, self.reads)) or "nothing"
        at = extract_tb(error.__traceback__)[-1]
        return FlowError(
            f"{self._kind} {self._step!r}: its {what!r} failed, having read {read}: {type(error).__name__} in "
            f"{at.filename}, line {at.lineno}."
        )


class _WithGaps(Earlier):
    """Earlier answers, with a gap for each that is not there."""

    def __getitem__(self, name: str) -> Answer:
        try:
            return super().__getitem__(name)
        except NotAnsweredError:
            return Blank(GAP)


#: What can be changed in place.
_CAN_CHANGE = (list, dict, set, bytearray)


#: What a function returns, where that is no list or dictionary.
_DUE = {"when": "True or False", "each": "the title of an entry"}


def returned(step: str, what: str, value: Any, kind: str = "Step") -> Any:
    """Return ``value``, the result of an author's function; ``None`` raises a FlowError."""
    if value is None:
        due = _DUE.get(what, "something, if only an empty list or dictionary")
        raise FlowError(f"{kind} {step!r}: its {what!r} returned nothing. Let it return {due}.")
    if isinstance(value, Iterator):
        raise FlowError(
            f"{kind} {step!r}: its {what!r} returned a {type(value).__name__}, which can be gone through but once. Let "
            "it return a list."
        )
    return value


def as_text(step: str, what: str, found: Any) -> Any:
    """Return ``found``, the result of an author's function that says something; what is no text raises a FlowError."""
    if found is None or isinstance(found, NO_TEXT):
        kind = "nothing" if found is None else type(found).__name__
        raise FlowError(f"Step {step!r}: its {what!r} returned {kind}. Let it return a text.")
    return found


class OneAnswer(Mapping[str, Any]):
    """One answer. It notes each field that is read."""

    def __init__(self, step: str, read: Callable[[str], Any]) -> None:
        self._step = step
        self._read = read

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise FlowError(
            f"An answer to the step {self._step!r} is read as an attribute, {name!r}. Answers are dictionaries: "
            f"answers[{self._step!r}][{name!r}]."
        )

    def __getitem__(self, field: str) -> Any:
        value = self._read(f"{self._step}.{field}")
        if value is Ellipsis:
            raise KeyError(field)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._read(self._step))

    def __len__(self) -> int:
        return len(self._read(self._step))
