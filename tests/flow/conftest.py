"""A run in an empty session."""

from __future__ import annotations

import pytest

from wizard.flow import Run

from .texts import Watched


@pytest.fixture
def session():
    """An empty session."""
    return Watched()


@pytest.fixture
def run(session):
    """The run of one wizard in it."""
    return Run(session, "survey")
