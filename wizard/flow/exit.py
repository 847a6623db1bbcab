"""Exit: a page where the journey ends early."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from .earlier import Answer
from .page import Page


@dataclass(frozen=True, eq=False)
class Exit(Page):
    """A page where the journey ends early, such as for somebody who is too young.

    Where ``when`` says so, nothing comes after it on the path, and nobody can finish. The visitor can go back, and
    change the answers that have led there: the page has a link to each step that ``when`` has read.

    >>> Exit("closed", title="We are closed", template="closed.html")
    Traceback (most recent call last):
    ...
    wizard.errors.FlowError: Step 'closed': every journey would end there. Give it a 'when=lambda answers: ...'.
    """

    ends: ClassVar[bool] = True
    #: It has no answer that can be read.
    domains: ClassVar[Mapping[str, list[Any] | None]] = {}

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.when is None:
            self.wrong("every journey would end there. Give it a 'when=lambda answers: ...'.")

    def describe(self) -> list[str]:
        return ["the journey ends here"]

    def is_whole(self, answer: Answer) -> bool:
        return False
