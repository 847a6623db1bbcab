"""Page: a page to read, without a field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

from .base import BaseStep

#: The answer to a page: Continue was pressed on it.
READ: Mapping[str, bool] = {"read": True}


@dataclass(frozen=True, eq=False)
class Page(BaseStep):
    """A page to read, without a field. It is shown on the path and not on the summary; Continue marks it as read.

    What was read stays read, whatever its condition had read of other answers.

    :param template: the template of its text, one of the application's: what stands below the heading. It is given
        ``answers``, those to the steps before it on the path.

    >>> Page("before", title="What you need", template="before.html").describe()
    ['a page to read']
    """

    _: KW_ONLY
    template: str

    asks: ClassVar[bool] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.template, str) or not self.template.strip():
            self.wrong(f"its 'template' is {self.template!r}. Name one of your templates: template='{self.name}.html'.")

    @property
    def domains(self) -> Mapping[str, list[Any] | None]:
        return {name: [value] for name, value in READ.items()}

    def describe(self) -> list[str]:
        return ["a page to read"]
