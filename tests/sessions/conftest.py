"""What the tests of the stores share."""

from __future__ import annotations

import pytest

from tests.conftest import STORES, empty_store


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest, database: str) -> str:
    """The URL of each store, one after the other, the cluster too."""
    return empty_store(request, request.param, database)
