"""What the tests of pages share: a visitor who hires a car."""

from __future__ import annotations

import pytest

from tests.conftest import Visitor

from .cars import FLOW, fill_before_drivers, serve


@pytest.fixture
def app(database):
    """The flow of this file."""
    return serve(FLOW, database)


@pytest.fixture
def visitor(app):
    """A new visitor."""
    return Visitor(app.test_client(), "/car")


@pytest.fixture
def at_drivers(visitor):
    """A visitor who has come to the list."""
    fill_before_drivers(visitor)
    return visitor
