"""Proving: what an application calls when somebody else has proven something of a run."""

from __future__ import annotations

from typing import Any

from flask import current_app

from .errors import WizardError
from .flow import Proven
from .pages.site import Site


class Proving(Site):
    """The base of :class:`~wizard.Wizard` that takes proofs."""

    def prove(self, step: str, key: str, value: Any = True) -> None:
        """Take ``value`` as what is proven for the step of that name. The visitor goes on with it at their next visit.

        Call it in a route of yours, once you have seen that the call is from whoever proves it, such as by its
        signature. It may be called again: the first value stays. Nothing depends on who calls, so it needs no session.

        :param step: the name of a :class:`~wizard.Proof` or a :class:`~wizard.Code`.
        :param key: the key that ``begin`` was given. One of which nothing is known is kept, and never asked for.
        :param value: whatever JSON can hold, but for ``None``. It is the answer to the step.
        :raises WizardError: where there is no such step, or for a value that cannot be kept.
        :raises StoreError: when the database does not answer: let the other side try again.
        """
        found = [one for one in self.flow.every if one.name == step and isinstance(one, Proven)]
        if not found:
            known = ", ".join(repr(one.name) for one in self.flow.every if isinstance(one, Proven)) or "none"
            raise WizardError(f"The wizard {self.name!r}: there is no Proof {step!r}. There is {known}.")
        current_app.extensions["wizard_proofs"].add(step, key, found[0].provable(value))
