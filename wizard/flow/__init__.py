"""The core: a Flow of Steps, the Path through it, and the Run of one visitor. It knows nothing of Flask."""

from __future__ import annotations

from .base import BaseStep
from .earlier import Answer
from .exit import Exit
from .fields import Verbatim
from .flow import Flow
from .page import Page
from .path import Path
from .repeat import Repeat
from .run import Run
from .steps import Step

__all__ = ["Answer", "BaseStep", "Exit", "Flow", "Page", "Path", "Repeat", "Run", "Step", "Verbatim"]
