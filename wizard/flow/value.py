"""Value: what is computed from answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, ClassVar

from .base import Named
from .earlier import Answer


@dataclass(frozen=True, eq=False)
class Value(Named):
    """What is computed from the answers to earlier steps, and from earlier values. It is never stored, and never stale.

    It stands in a Flow among the steps, and is read by later ones as an answer is: ``answers["total"]``. A step that
    reads it depends on what comes out: when that changes, the step is asked again. While an answer that it reads is not
    there, it is not there either. ``on_finish`` and the templates of the author are given it with the answers.

    :param name: its key among the answers: small letters, digits, ``-`` and ``_``.
    :param function: returns it, given the earlier answers. It is called at most once a request, and tried when the Flow
        is built, so it must do nothing but answer.
    :param title: what it is called on the summary, where it stands below the step before it. Without one, it is not
        there.
    :param words: puts it into words for the summary, such as ``lambda total: f"€{total}"``.
    :raises FlowError: for a mistake in these; the message says the cure.

    >>> from wtforms import Form, IntegerField
    >>> from wizard import Flow, Step
    >>> class Costs(Form):
    ...     rent = IntegerField("Rent")
    ...     food = IntegerField("Food")
    >>> total = Value("total", lambda answers: answers["costs"]["rent"] + answers["costs"]["food"], title="In all")
    >>> flow = Flow(Step("costs", Costs, title="What it costs"), total)
    >>> flow.path({"costs": {"rent": 600, "food": 200}}).values_before()
    {'total': 800}
    """

    name: str
    function: Callable[[Mapping[str, Answer]], Any]
    _: KW_ONLY
    title: str = ""
    words: Callable[[Any], object] | None = None
    #: It has no condition, other than a step.
    when: None = field(default=None, init=False)

    kind: ClassVar[str] = "Value"
    needs_title: ClassVar[bool] = False
    ends: ClassVar[bool] = False

    def __post_init__(self) -> None:
        self.check_name()
        self.needs_function("function", self.function)
        if callable(self.title):
            self.wrong("its 'title' is a function, which only that of a step can be. Use a text: title='Total'.")
        if self.words is not None:
            self.needs_function("words", self.words, "value")
