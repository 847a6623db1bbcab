"""What the tests of the signup share."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import SECRET_KEY
from wizard.app import create_app


@pytest.fixture
def app_over_store(store_url: str, tmp_path: Path) -> Flask:
    """The application over each store."""
    return create_app(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'accounts.db'}",
            "SESSION_URL": store_url,
            "SECRET_KEY": SECRET_KEY,
            "TESTING": True,
        }
    )
