"""The core: a Flow of Steps, the Path through it, and the Run of one visitor. It knows nothing of Flask."""

from __future__ import annotations

from .base import BaseStep
from .earlier import Answer
from .entries import Entries
from .entry import Entry, EntryPath
from .exit import Exit
from .fields import Verbatim
from .flow import Flow
from .for_each import ForEach
from .loop import Loop
from .page import Page
from .path import Path
from .repeat import Repeat
from .run import Run
from .section import Section
from .steps import Step
from .value import Value

__all__ = [
    "Answer",
    "BaseStep",
    "Entries",
    "Entry",
    "EntryPath",
    "Exit",
    "Flow",
    "ForEach",
    "Loop",
    "Page",
    "Path",
    "Repeat",
    "Run",
    "Section",
    "Step",
    "Value",
    "Verbatim",
]
