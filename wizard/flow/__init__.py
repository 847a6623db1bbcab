"""The core: a Flow of Steps, the Path through it, and what a visitor answered. It knows nothing of Flask."""

from __future__ import annotations

from .answers import Answers
from .earlier import Answer
from .flow import Flow
from .path import Path
from .steps import Repeat, Step

__all__ = ["Answer", "Answers", "Flow", "Path", "Repeat", "Step"]
