"""The test kit, for authors of flows: ``journey`` is one visitor; :func:`walk` does what no visitor would think of.

It needs pytest and Hypothesis: ``pip install 'wizard-flask[testing]'``. In ``conftest.py``, beside a fixture ``app``::

    pytest_plugins = ["wizard.testing"]

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from .. import extras

extras.require("testing", "The test kit")

import pytest
from flask import Flask

from .journeys import Journey
from .resumed import elsewhere
from .walks import walk

__all__ = ["Journey", "elsewhere", "journey", "walk"]


@pytest.fixture
def journey(app: Flask) -> Journey:
    """A new visitor of the only Wizard of the fixture ``app``, which is the author's: see :class:`Journey`."""
    return Journey(app)
