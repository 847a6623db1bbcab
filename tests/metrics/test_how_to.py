"""What ``docs/metrics.md`` shows works, and it and the dashboard name what is there, all of it and nothing else."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from tests.conftest import Visitor
from tests.docs.pages import ROOT, samples
from tests.metrics.conftest import HERE, by_step, scrape
from wizard import checks
from wizard.metrics import counters
from wizard.metrics.counters import BUCKETS
from wizard.metrics.server import OTHER, UNKNOWN
from wizard.signup.flow import flow

pytestmark = pytest.mark.checkout

DOCUMENT = ROOT / "docs" / "metrics.md"
DASHBOARD = json.loads((ROOT / "docs" / "grafana.json").read_text())


@pytest.fixture
def families(shop):
    """What is read of an application: for each name its labels."""
    shop.test_client().get("/signup/ticket")
    counters.store_errors.labels("sqlite")
    found = {}
    for name, *labels in scrape(shop):
        family = re.sub(r"_(bucket|sum|count)$", "", name)
        found.setdefault(family, set()).update({label for label, _ in labels} - {"le"})
    return found


def test_the_sample_counts(monkeypatch):
    """As it stands."""
    [sample] = [one.text for one in samples(DOCUMENT) if one.language == "python"]
    names = {"__name__": "booking"}
    exec(sample, names)  # noqa: S102  (that is what it is for)
    monkeypatch.setenv("FLASK_SECRET_KEY", "for the tests")
    app = names["create_app"]()
    visitor = Visitor(app.test_client(), "/booking")
    visitor.answer("person", email="ada@example.com")
    assert by_step(scrape(app), "answered", "booking") == {"person": 1}


def test_the_table_is_all_that_is_counted(families):
    """Each name with its labels."""
    rows = re.findall(r"^\| `(wizard_\w+)` \|([^|]*)\|", DOCUMENT.read_text(), re.M)
    assert {name: set(re.findall(r"\w+", labels)) for name, labels in rows} == families


def test_the_figures_and_words_are_those_of_the_code():
    """Whoever changes one changes the other."""
    text = " ".join(DOCUMENT.read_text().split())
    assert f"a histogram from {BUCKETS[0]} to {BUCKETS[-1]}" in text
    assert f"has the endpoint `{UNKNOWN}`, and a method that HTTP does not have is `{OTHER}`" in text
    assert f"a token of {checks.KEY_BYTES} characters or more" in text
    assert checks.MAKE_A_KEY in text


def test_the_funnel_is_that_of_the_signup(shop):
    """In its order, and what is left is the difference."""
    [sample] = [one.text for one in samples(DOCUMENT) if one.language == "console"]
    _, head, *lines = [line.split() for line in sample.splitlines()]
    assert head == ["signup", "SHOWN", "ANSWERED", "REFUSED", "LEFT"]
    names = [*(step.name for step in flow), "summary"]
    # It may leave some out.
    assert [line[0] for line in lines] == [name for name in names if name in {line[0] for line in lines}]
    assert all(int(shown) - int(answered) == int(left) for _, shown, answered, _, left in lines)


def test_prometheus_is_told_to_send_what_is_asked_for(shop):
    """The address and the way in which the token comes."""
    [sample] = [one.text for one in samples(DOCUMENT) if one.language == "yaml"]
    [job] = yaml.safe_load(sample)["scrape_configs"]
    assert job["authorization"].keys() == {"type", "credentials_file"}
    token = "t0ken-" * 6
    shop.extensions["wizard_metrics"]._token = token.encode()
    headers = {**HERE, "Authorization": f"{job['authorization']['type']} {token}"}
    assert shop.test_client().get(job["metrics_path"], headers=headers).status_code == 200


def expressions():
    """What the dashboard asks for."""
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


def test_the_dashboard_shows_all_that_is_counted_and_nothing_else(families):
    """By labels that are there."""
    named = {re.sub(r"_bucket$", "", name) for one in expressions() for name in re.findall(r"wizard_\w+", one)}
    assert named == families.keys()
    labels = set.union(*families.values()) | {"le"}
    grouped = {label for one in expressions() for by in re.findall(r"by \(([^)]*)\)", one) for label in by.split(", ")}
    matched = {label for one in expressions() for label in re.findall(r"[{,](\w+)=~?\"", one)}
    assert grouped | matched <= labels


def test_the_dashboard_is_one(families):
    """Each panel has an id, a place that no other has, and the data source that is chosen; brackets are closed."""
    panels = DASHBOARD["panels"]
    assert [one["id"] for one in panels] == list(range(1, len(panels) + 1))
    places = [
        (x, y)
        for at in (one["gridPos"] for one in panels)
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < 24
    variables = {one["name"] for one in DASHBOARD["templating"]["list"]}
    for one in (part for panel in panels for part in (panel, *panel["targets"])):
        assert one["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    built_in = {"__rate_interval", "__range"}
    assert {name for one in expressions() for name in re.findall(r"\$(\w+)", one)} <= variables | built_in
    assert all(one.count(opens) == one.count(closes) for one in expressions() for opens, closes in ("()", "[]", "{}"))
