"""The benchmark: its peers serve pages that can be compared, and the machine does not move its ratios."""

from __future__ import annotations

import dataclasses
import math
import random
import re
from collections import Counter
from functools import partial
from unittest import mock

import pytest

from benchmarks import by_hand, ours, plots, results, sealing, turns
from benchmarks.lab import Contestant, Measured
from benchmarks.peers import BASE, PEERS
from benchmarks.queueing import LOADS, REQUESTS, SAVES, Check, Model, Network, Service, Station, erlang_c
from benchmarks.report import BEGIN, END, markdown, write
from benchmarks.turns import Middle, Ratios
from wizard.sessions import SQLStore


def applications(database):
    """The two peers that need nothing but what the package itself needs."""
    return {BASE: by_hand.create_app(), "ours": ours.create_app(url=database)}


def test_the_pages_of_the_peers_can_be_compared(database):
    """Each step has the same inputs, in a page that is as long to within a third, beside what leads back from it."""
    pages = {}
    for name, app in applications(database).items():
        visitor = PEERS[name].visitor(app, 0)
        visitor.answer_all()
        pages[name] = {step: visitor.get(address).page for step, address in visitor.pages.items()}
    for step, mine in pages["ours"].items():
        theirs = pages[BASE][step]
        leads = "".join(re.findall(r"<button [^>]*value=.go[.].*?</button>|<a [^>]*>[^<]*</a>(?= <span class)", mine))
        # Ours leaves out the end tags of options, which HTML does not ask for.
        assert len(theirs.replace("</option>", "")) < len(mine) - len(leads) < 1.35 * len(theirs), step
        assert names(mine) == names(theirs), step
        assert mine.count("<option") == theirs.count("<option")
    assert pages["ours"]["profile"].count("<option") == 250


def names(page):
    """The names of the inputs that a visitor sees, each as often as it is there."""
    tags = re.findall(r'<(?:input|select)[^>]* name="[a-z_]+"[^>]*>', page)
    return sorted(re.findall(r' name="([a-z_]+)"', "".join(tag for tag in tags if 'type="hidden"' not in tag)))


@pytest.mark.parametrize(("peer", "steps"), [("ours", 0), ("ours", 20), ("ours-sections", 20)])
def test_a_visitor_goes_all_the_way(database, peer, steps):
    """From the start through what is refused to the last page; each call counts."""
    app = ours.create_app(steps, **{**PEERS[peer].options, "url": database})
    visitor = PEERS[peer].visitor(app, steps)
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


def test_what_sealing_takes_is_less_than_what_the_store_takes(database):
    """It is timed for each load and save of a journey, and only as long as somebody looks."""
    visitor = PEERS["ours"].visitor(ours.create_app(url=database), 0)
    with mock.patch.object(SQLStore, "load", autospec=True, side_effect=SQLStore.load) as loads:
        with sealing.timed() as clock:
            visitor.answer_all()
        assert 0 < clock.spent < visitor.spent
        spent, seen = clock.spent, loads.call_count
        visitor.get(visitor.pages["account"])
        assert clock.spent == spent
        assert loads.call_count > seen


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


@pytest.mark.parametrize(
    ("servers", "offered", "waits"),
    [(1, 0.7, 0.7), (2, 1.0, 1 / 3), (3, 2.0, 0.4444), (5, 4.0, 0.5541), (10, 8.0, 0.4092), (20, 15.0, 0.1604)],
)
def test_who_has_to_wait_is_as_in_the_tables_of_erlang(servers, offered, waits):
    """The formula gives the values that are printed for it."""
    assert erlang_c(servers, offered) == pytest.approx(waits, abs=5e-5)


def test_a_station_is_as_busy_as_the_utilisation_law_says():
    """Requests a second times the seconds of one, shared among all its servers; beyond that the wait has no end."""
    station = Station("", seconds=0.02, servers=2, copies=3)
    assert station.capacity == pytest.approx(300)
    assert station.utilisation(150) == pytest.approx(150 * 0.02 / 6)
    assert station.waiting(300) == math.inf


def test_a_queue_takes_as_long_as_the_formulas_say():
    """One server: S / (1 - u) on average, and three times that for 95 of 100. Two servers: S / (1 - u * u)."""
    one = Network([Station("", 0.01)])
    assert one.mean(80) == pytest.approx(0.05)
    assert one.percentile_95(80) == pytest.approx(-math.log(0.05) * 0.05, rel=0.03)
    assert Network([Station("", 0.01, servers=2)]).mean(160) == pytest.approx(0.01 / (1 - 0.8**2))
    # What another station has meanwhile is not counted twice.
    assert Network([Station("", 0.01), Station("", 0.001, within=True)], 0.002).mean(0) == pytest.approx(0.012)


def model():
    """A machine of two cores, which Redis bears five of."""
    services = {
        "SQLite": Service(worker=0.002, visitor=0.0005, alone=0.003, store=0.0001),
        "Redis": Service(worker=0.002, visitor=0.0005, alone=0.003, store=0.0002),
    }
    return Model(2, services, [Check(2, 0.6, 480.0, 0.00432, 0.0055, 0.005)])


def test_what_saturates_first_is_found():
    """The workers of a few machines, and then the store that all of them share."""
    assert model().network("SQLite").bottleneck.name == "the workers"
    assert model().network("Redis", 5).bottleneck.capacity == pytest.approx(5000)
    assert model().network("Redis", 4).bottleneck.name == "the workers"
    assert model().network("Redis", 6).bottleneck.name == "Redis"


def test_who_asks_takes_time_from_the_workers_only_where_no_core_is_left():
    """One worker of two cores has one to itself; two share theirs with the visitors."""
    service = model().services["SQLite"]
    assert model().here(service, 1).bottleneck.capacity == pytest.approx(1 / 0.002)
    assert model().here(service, 2).bottleneck.capacity == pytest.approx(2 / 0.0025)


def test_the_mix_of_a_journey_is_counted_as_it_is(database):
    """So many requests, and sessions that they load and save."""
    app = ours.create_app(url=database)
    calls = Counter()
    store = app.session_interface.store
    for name in ("load", "save"):
        counted = partial(count_call, calls, name, getattr(store, name))
        setattr(store, name, counted)
    visitor = PEERS["ours"].visitor(partial(count_call, calls, "requests", app), 0)
    visitor.finish(visitor.answer_all())
    assert calls == {"requests": REQUESTS, "load": LOADS, "save": SAVES}


def count_call(calls, name, function, *arguments, **options):
    """Call a function, and count it."""
    calls[name] += 1
    return function(*arguments, **options)


def test_the_report_says_what_one_machine_carries():
    """In words, from the figures."""
    text = " ".join(markdown(dataclasses.replace(measured(), model=model())).split())
    assert "one worker serves 500 requests a second, or 45 journeys; a machine of 2 cores" in text
    assert "Redis keeps 5.0 machines busy." in text
    assert "| 2 | 60% | 480 | 4.3 | 5.5 | 5.0 |" in text


def test_over_http_more_requests_a_second_is_less_time_for_each():
    """A request that takes half as long is served twice as often."""
    found = measured()
    found.http.seconds.update(
        {"get": [0.001], "get by the clock": [0.002], "get-options": [0.004], "get-options by the clock": [0.005]}
    )
    found.http.ratios.add({Contestant("ours"): dict.fromkeys(found.http.seconds, 0.5)})
    text = markdown(found)
    assert "| By hand, requests a second | 500 | 200 |" in text
    assert "| Ours, SQLite, to that | 2.00 | 2.00 |" in text
    assert "| GET of 250 options over HTTP, CPU of the server | 0.25 |  | 0.50 |" in text
