"""The test kit, for authors of flows: ``journey`` is one visitor; :func:`walk` does what no visitor would think of.

It needs pytest and Hypothesis: ``pip install 'wizard-flask[testing]'``. The fixture ``journey`` is then there without
an import, and takes a fixture ``app`` of yours.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from .. import extras

extras.require("testing", "The test kit")

from _wizard_pytest import journey

from .journeys import Journey
from .resumed import elsewhere
from .walks import walk

__all__ = ["Journey", "elsewhere", "journey", "walk"]
