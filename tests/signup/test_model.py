"""Random journeys through the signup, held to the promises of every flow."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.conftest import SECRET_KEY
from wizard.app import create_app
from wizard.database import dispose
from wizard.testing import walk

#: Enough that few runs want a name that another has taken, and some do.
numbers = st.integers(1, 1000)

#: What is valid. The walk spoils some of it.
ANSWERS = {
    "account": numbers.map(lambda number: {"email": f"ada{number}@example.com", "username": f"ada{number}"}),
    "profile": st.fixed_dictionaries(
        {
            "full_name": st.sampled_from(["Ada Lovelace", " Zoë <b> & Co. "]),
            "date_of_birth": st.dates(date(1930, 1, 1), date(2010, 1, 1)),
            "country": st.sampled_from(["GB", "TR"]),
        }
    ),
    "members": st.fixed_dictionaries(
        {
            "name": st.sampled_from(["Bob", "Carol"]),
            "email": st.sampled_from(["bob@example.com", "carol@example.com"]),
        }
    ),
    "security": st.fixed_dictionaries(
        {
            "password": st.sampled_from(["three random words", "walnut tractor opera"]),
            "accept_terms": st.just(True),
        }
    ),
}


@contextmanager
def fresh_app():
    """The application over an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/a.db"
        try:
            yield create_app({"DATABASE_URL": url, "SECRET_KEY": SECRET_KEY, "TESTING": True})
        finally:
            dispose()


@pytest.mark.slow
def test_no_visitor_breaks_the_signup():
    """Whatever is typed, sent twice, left open or gone back from, and in whatever order."""
    walk(
        fresh_app,
        "signup",
        answers=ANSWERS,
        settings=settings(
            max_examples=35,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
