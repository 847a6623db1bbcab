"""SQL engines, for the URLs that operators write."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine

from wizard import database
from wizard.database import engine as engines


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_usual_names_of_postgresql_all_mean_its_current_driver(scheme):
    """Hosts hand out URLs under the older names."""
    assert database.connect(f"{scheme}://u@h/d", "DATABASE_URL").dialect.driver == "psycopg"


def test_the_operators_own_time_limit_goes_first(monkeypatch):
    """What the URL says is not overruled."""
    given = {}
    monkeypatch.setattr(
        engines, "create_engine", lambda url, **options: given.update(options) or create_engine("sqlite://")
    )
    database.connect("postgresql://u@h/d?connect_timeout=9", "DATABASE_URL")
    assert "connect_timeout" not in given["connect_args"]
    assert "tcp_user_timeout" in given["connect_args"]
