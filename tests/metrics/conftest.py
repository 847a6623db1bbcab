"""What the tests of metrics share: a shop that counts, and what is read of it."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import SECRET_KEY
from tests.metrics.shop import create_app
from wizard.metrics import counters

#: Who is on the machine of the server.
HERE = {"Host": "localhost:5000"}


def read(text):
    """The samples in what was read, by their names and labels. When each was begun is nobody's business."""
    return {
        (one.name, *sorted(one.labels.items())): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
        if one.name.startswith("wizard_") and not one.name.endswith("_created")
    }


def scrape(app, **more):
    """What an application has counted."""
    response = app.test_client().get("/metrics", headers={**HERE, **more})
    assert response.status_code == 200
    return read(response.text)


def by_step(samples, column, wizard="signup"):
    """One column of the funnel, without what is 0."""
    name = "wizard_steps_left" if column == "left" else f"wizard_steps_{column}_total"
    return {
        dict(labels)["step"]: value
        for (found, *labels), value in samples.items()
        if found == name and ("wizard", wizard) in labels and value
    }


@pytest.fixture(autouse=True)
def counted():
    """Counts from 0, and leaves nobody listening."""
    yield
    for signal, count in counters.HEARD.items():
        signal.disconnect(count)
    for one in vars(counters).values():
        if getattr(one, "_labelnames", ()):
            one.clear()


@pytest.fixture
def make(database):
    """Makes the shop with some settings."""

    def make(**settings):
        return create_app(database, SECRET_KEY=SECRET_KEY, **settings)

    return make


@pytest.fixture
def shop(make):
    """The shop."""
    return make()
