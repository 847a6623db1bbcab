"""The core: a Flow of Steps, the Path through it, and the Run of one visitor. It knows nothing of Flask."""

from __future__ import annotations

from .base import BaseStep
from .code import Code
from .earlier import Answer
from .entries import Entries, Fixed
from .entry import Entry, EntryPath
from .exit import Exit
from .fields import Verbatim
from .flow import Flow
from .for_each import ForEach
from .loop import Loop
from .page import Page
from .path import Path
from .proof import Proof, Proven
from .repeat import Repeat
from .run import Run
from .section import Section
from .steps import Step
from .value import Value

__all__ = [
    "Answer",
    "BaseStep",
    "Code",
    "Entries",
    "Entry",
    "EntryPath",
    "Exit",
    "Fixed",
    "Flow",
    "ForEach",
    "Loop",
    "Page",
    "Path",
    "Proof",
    "Proven",
    "Repeat",
    "Run",
    "Section",
    "Step",
    "Value",
    "Verbatim",
]
