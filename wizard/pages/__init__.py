"""The pages of a Wizard, a file for each kind: what it shows, and what its buttons do."""

from __future__ import annotations

from .check import CheckPage
from .clear import ClearPage
from .code import CodePage
from .done import DonePage
from .entries import EntriesPage
from .entry import EntryPage
from .exit import ExitPage
from .for_each import ForEachPage
from .form import FormPage
from .list import ListPage
from .page import FROZEN, STALE, Page, page_of
from .proven import ProofPage, ProvenPage
from .returning import ReturningPage
from .saving import SavingPage
from .start import StartPage
from .step import StepPage
from .summary import Row, SectionPage, SummaryPage
from .tasks import TasksPage
from .template import template_of
from .text import TextPage

__all__ = [
    "FROZEN",
    "STALE",
    "CheckPage",
    "ClearPage",
    "CodePage",
    "DonePage",
    "EntriesPage",
    "EntryPage",
    "ExitPage",
    "ForEachPage",
    "FormPage",
    "ListPage",
    "Page",
    "ProofPage",
    "ProvenPage",
    "ReturningPage",
    "Row",
    "SavingPage",
    "SectionPage",
    "StartPage",
    "StepPage",
    "SummaryPage",
    "TasksPage",
    "TextPage",
    "page_of",
    "template_of",
]
