"""Code: a step that sends a code by mail, and asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from hashlib import blake2b
from typing import Any, ClassVar

from .base import BaseStep
from .derived import Reads
from .earlier import Answer, Earlier, NotAnsweredError, Text
from .proof import Proven
from .run import Run


@dataclass(frozen=True, eq=False)
class Code(Proven):
    """A step that sends a code of six digits by mail, and asks for it: the visitor can read mails to that address.

    Its answer is ``{"address": …}``. It lapses when the address changes. The code is good for ten minutes and five
    tries, and a new one can be sent after 30 seconds. It is put into the outbox of the application, which has to be
    there before the wizard is registered.

    :param to: a function of the earlier answers that returns the address.
    :param mail: a function of the address and the code that returns the :class:`~wizard.Mail`, or ``None`` for the
        usual one. It may leave the code out, as where somebody has an account already: the page is the same, and
        nobody goes on without it.
    :param contact: what you say to who gets no mail, such as whom to call; a text, or a function of the earlier answers
        that returns it.
    :param reads: what else it is made for, such as ``["account.name"]``: when that changes, another code is asked for.
    :param template: a template of yours, with what stands below the heading, as for a :class:`Proof`.
    :param words: a function of the answer that says it on the summary; "Confirmed" where there is none.
    :raises FlowError: for a mistake in these; the message says the cure.

    >>> Code("verify", title="Check your email", to=lambda answers: answers["account"]["email"]).describe()
    ['a code that is sent by mail']
    """

    _: KW_ONLY
    to: Callable[[Mapping[str, Answer]], Any]
    mail: Callable[[str, str], Any] | None = None
    contact: Text = ""
    said: ClassVar[tuple[str, ...]] = (*BaseStep.said, "contact")
    arrives: ClassVar[bool] = True
    domains: ClassVar[Mapping[str, list[Any] | None]] = {"address": None}

    def __post_init__(self) -> None:
        super().__post_init__()
        self.needs_function("to", self.to)
        if self.mail is not None:
            self.needs_function("mail", self.mail, "address, code")

    @property
    def functions(self) -> list[tuple[str, Callable[[Mapping[str, Answer]], Any]]]:
        return [*super().functions, ("to", self.to)]

    def describe(self) -> list[str]:
        return ["a code that is sent by mail"]

    def address(self, earlier: Earlier) -> str:
        """Return where the code is sent, and note what says so.

        :raises KeyError: when it reads a step that has no answer.
        """
        found = str(earlier.call("to", self.to)).strip()
        local, _, domain = found.rpartition("@")
        if not local or not domain or not found.isprintable() or set(found) & set(' <>,;"'):
            self.wrong("its 'to' returned no address. Check it where it is asked, with the validator Email().")
        return found

    def taken(self, earlier: Earlier, value: Any) -> Answer:
        self.note_reads(earlier)
        return {"address": self.address(earlier)} if value is True else super().taken(earlier, value)

    def all_begun(self, run: Run, earlier: Earlier, name: str) -> list[tuple[str, Reads]]:
        """Return the key of a code, which is of the run and of the address; nothing before there is one."""
        try:
            self.note_reads(earlier)
            address = self.address(earlier)
        except NotAnsweredError:
            return []
        if not run.key:
            return []
        return [
            (blake2b(f"{name} {address}".encode(), key=run.key.encode(), digest_size=24).hexdigest(), earlier.reads)
        ]
