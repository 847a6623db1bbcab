"""The benchmark: its peers serve pages that can be compared, and the machine does not move its ratios."""

from __future__ import annotations

import random
import re

import pytest

from benchmarks import by_hand, ours, plots, results, turns
from benchmarks.lab import Contestant, Measured
from benchmarks.peers import BASE, PEERS
from benchmarks.report import BEGIN, END, markdown, write
from benchmarks.turns import Middle, Ratios


def applications(database):
    """The two peers that need nothing but what the package itself needs."""
    return {BASE: by_hand.create_app(), "ours": ours.create_app(url=database)}


def test_the_pages_of_the_peers_can_be_compared(database):
    """Each step has the same inputs, in a page that is as long to within a third."""
    pages = {}
    for name, app in applications(database).items():
        visitor = PEERS[name].visitor(app, 0)
        visitor.answer_all()
        pages[name] = {step: visitor.get(address).page for step, address in visitor.pages.items()}
    for step, mine in pages["ours"].items():
        theirs = pages[BASE][step]
        assert len(theirs) < len(mine) < 1.34 * len(theirs), step
        assert names(mine) == names(theirs), step
        assert mine.count("<option") == theirs.count("<option")
    assert pages["ours"]["profile"].count("<option") == 250


def names(page):
    """The names of the inputs that a visitor sees, each as often as it is there."""
    tags = re.findall(r'<(?:input|select)[^>]* name="([a-z_]+)"[^>]*>', page)
    return sorted(name for name in tags if name != "csrf_token" and not name.startswith("_"))


@pytest.mark.parametrize("steps", [0, 20])
def test_a_visitor_goes_all_the_way(database, steps):
    """From the start through what is refused to the last page; each call counts."""
    app = ours.create_app(steps, url=database)
    visitor = PEERS["ours"].visitor(app, steps)
    summary = visitor.answer_all()
    before = visitor.spent
    assert before > 0
    visitor.finish(summary)
    assert visitor.spent > before


def test_a_visitor_who_is_refused_sees_why(database):
    """On every peer, what is wrong is said on the page."""
    for name, app in applications(database).items():
        visitor = PEERS[name].visitor(app, 0)
        visitor.answer_all()
        refused = visitor.refuse(visitor.get(visitor.pages["account"]), "account")
        assert refused.status == 422
        assert "Enter a username" in refused.page


def test_ratios_do_not_depend_on_how_fast_the_machine_is_just_now():
    """On one that becomes slower with every turn, the ratios stay what they are."""
    slowness = iter(range(100, 10_000))
    costs = {"by hand": 1.0, "dear": 3.0, "cheap": 0.5}

    def turn(who):
        return {"get": costs[who] * next(slowness)}

    ratios = Ratios()
    for _ in range(20):
        found, of_base = turns.one_round("by hand", ["dear", "cheap"], turn, random.Random(1))
        assert len(of_base["get"]) == 3
        ratios.add(found)
    assert turns.middle(ratios["dear", "get"]).median == pytest.approx(3)
    assert ratios.quotient(("dear", "get"), ("cheap", "get")).median == pytest.approx(6)


def measured():
    """Results of a run that has measured a little of everything."""
    signup = Measured(Ratios(), {"get": [0.001], "journey": [0.01]}, {Contestant("ours"): {"account": 3500}})
    signup.ratios.add({Contestant("ours"): {"get": 0.9, "journey": 0.7}})
    long = Measured(Ratios(), {"journey": [0.005]}, {})
    long.ratios.add({Contestant(peer, steps): {"journey": steps / 5} for peer in (BASE, "ours") for steps in (20, 100)})
    imports = Ratios()
    imports.add({"ours": {"import": 1.2}})
    return results.Results(
        {"processor": "A", "cores": 2, "system": "B", "python": "C", "packages": {"flask": "3"}},
        signup,
        long,
        imports,
        [0.1],
        {Contestant("ours"): 2048},
        1000,
    )


def test_the_table_has_what_was_measured_beside_what_is_to_be_reached():
    """A row for each target that there are figures for, and none that was made up."""
    found = markdown(measured())
    assert "| GET of a small step | 0.95 | 0.5 | 0.90 |" in found
    assert "| journey of 100 steps, to by hand | 1.5 | 1 | 1.00 |" in found
    assert "| growth of a worker over 10,000 journeys, MiB | 3 |  | 2.00 |" in found
    assert "GET of 250 options | " not in found


def test_a_run_is_written_into_its_place_in_the_document(tmp_path):
    """What stands around it stays, also when it is written again."""
    document = tmp_path / "performance.md"
    document.write_text(f"Before\n{BEGIN}\nold\n{END}\nAfter\n")
    write(measured(), tmp_path)
    write(measured(), tmp_path)
    text = document.read_text()
    assert text.startswith("Before\n")
    assert text.endswith("\nAfter\n")
    assert "old" not in text
    assert text.count("What is to be reached") == 1
    for plot in ("journey.svg", "steps.svg"):
        assert "Ours, SQLite" in (tmp_path / plot).read_text()


def test_a_plot_escapes_what_it_is_given():
    """A label is no markup."""
    assert "a &lt; b" in plots.bars("Title", {"a < b": Middle(1, 1, 1)})
