"""Multi-step forms for Flask: a Flow of WTForms steps, served by a Wizard, with the answers in the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import extras, signals
from .errors import FileGone, FlowError, Refused, SettingError, StoreError, Unfinished, WizardError
from .files import StoredFile
from .flow import (
    BaseStep,
    Code,
    Exit,
    Flow,
    ForEach,
    Page,
    Path,
    Proof,
    Repeat,
    Run,
    Section,
    Step,
    Value,
    Verbatim,
)
from .zones import region, today

if TYPE_CHECKING:
    from .app import create_app as create_app
    from .blueprint import Wizard
    from .mail import Call, Mail, Outbox
    from .metrics import Metrics

__all__ = [
    "BaseStep",
    "Call",
    "Code",
    "Exit",
    "FileGone",
    "Flow",
    "FlowError",
    "ForEach",
    "Mail",
    "Metrics",
    "Outbox",
    "Page",
    "Path",
    "Proof",
    "Refused",
    "Repeat",
    "Run",
    "Section",
    "SettingError",
    "Step",
    "StoreError",
    "StoredFile",
    "Unfinished",
    "Value",
    "Verbatim",
    "Wizard",
    "WizardError",
    "region",
    "signals",
    "today",
]

#: What brings SQLAlchemy along.
_OF_SQL = ("Call", "Mail", "Outbox")

if extras.missing("sql", ""):
    # A star asks for each name, and so do help() and shells that complete.
    for _name in _OF_SQL:
        __all__.remove(_name)

if not TYPE_CHECKING:
    # A type checker that saw it would take a name that is written wrong for one that is there.
    def __getattr__(name: str) -> Any:
        # ``flask --app wizard`` looks for it here; whoever only imports the engine is spared the signup.
        if name == "create_app":
            from .app import create_app

            return create_app
        # It brings the pages along, without which flows can be written, driven and drawn: two fifths of the import.
        if name == "Wizard":
            from .blueprint import Wizard

            return Wizard
        if name in _OF_SQL:
            extras.require("sql", name)
            from . import mail

            return getattr(mail, name)
        if name == "Metrics":
            from .metrics import Metrics

            return Metrics
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
