"""The report: tables in Markdown, JSON, and the plots beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from .http import AT_ONCE, PAGES, WALL
from .lab import Contestant
from .peers import BASE, PEERS
from .plots import bars, lines
from .results import BASE_LENGTH, LENGTHS, Results
from .tables import table
from .throughput import throughput
from .turns import Middle, middle

BEGIN, END = "<!-- measured: `make bench` writes what stands here -->", "<!-- end of what was measured -->"

MEASURES = {
    "get": "GET small",
    "get-options": "GET 250 options",
    "post": "POST valid",
    "refused": "POST refused",
    "summary": "summary",
    "journey": "journey",
    "finish": "with finish",
}
LONG_MEASURES = {"get": "GET of the last step", "post": "POST of the last step", "journey": "journey"}


def markdown(results: Results) -> str:
    """Return all tables."""
    return "\n\n".join("\n".join(part) for part in _parts(results))


def _parts(results: Results) -> Iterator[list[str]]:
    about = results.machine
    packages = ", ".join(f"{name} {version}" for name, version in about["packages"].items())
    yield [
        f"{about['processor']}, {about['cores']} cores, {about['system']}, {about['python']}; {packages}.",
        "Each figure is a median, with the middle half in brackets.",
    ]
    if rows := results.targets():
        yield ["### What is to be reached"]
        yield table(
            ["ours, SQLite", "must", "aim", "measured"],
            [[row.what, f"{row.must:g}", "" if row.aim is None else f"{row.aim:g}", _said(row)] for row in rows],
        )
    if results.signup.ratios:
        yield ["### The signup", "", "CPU as a ratio to the signup by hand; in its own row, milliseconds."]
        yield table(["", *MEASURES.values()], list(_signup_rows(results)))
    if results.long.ratios:
        yield ["### By the number of steps"]
        for measure, title in LONG_MEASURES.items():
            if rows_of_steps := list(_long_rows(results, measure)):
                yield [f"{title}, milliseconds of CPU:"]
                yield table(["steps", *map(str, LENGTHS)], rows_of_steps)
    if results.signup.bytes:
        yield ["### Bytes of a page, before compression"]
        pages = list(next(iter(results.signup.bytes.values())))
        yield table(
            ["", *pages],
            [
                [PEERS[who.peer].label, *(f"{sizes[page]:,}" for page in pages)]
                for who, sizes in results.signup.bytes.items()
            ],
        )
    if results.imports:
        yield ["### Start and memory"]
        rows_of_imports = [
            ["By hand: `import flask, flask_wtf`", f"{middle(results.import_seconds).median * 1000:.0f} ms of CPU"]
        ]
        rows_of_imports += [[f"{who}, to that", _said(middle(found))] for (who, _), found in results.imports.items()]
        yield table(["import", ""], rows_of_imports)
    if results.memory:
        yield table(
            [f"growth of a worker over {results.journeys:,} journeys", "MiB"],
            [[PEERS[who.peer].label, f"{grown / 1024:+.1f}"] for who, grown in results.memory.items()],
        )
    if results.http.ratios:
        yield [
            "### Over HTTP",
            "",
            f"Two pages from the server that `make run` starts: one worker, {AT_ONCE} requests on their way at a time.",
        ]
        yield table(["", *(MEASURES[page] for page in PAGES)], list(_http_rows(results)))
    if results.model.services:
        yield from throughput(results.model)


def _said(figure: object) -> str:
    median, low, high = (getattr(figure, name) for name in ("median", "low", "high"))
    return f"{median:.2f}" if low == high else f"{median:.2f} ({low:.2f}-{high:.2f})"


def _signup_rows(results: Results) -> Iterator[list[str]]:
    base = {name: f"{middle(found).median * 1000:.2f} ms" for name, found in results.signup.seconds.items()}
    yield [PEERS[BASE].label, *(base.get(name, "") for name in MEASURES)]
    # The order of the turns is shuffled, that of the table is not.
    measured = {who for who, _ in results.signup.ratios}
    for who in filter(measured.__contains__, map(Contestant, PEERS)):
        found = [results.signup.ratios.get((who, name)) for name in MEASURES]
        yield [PEERS[who.peer].label, *("" if one is None else _said(middle(one)) for one in found)]


def _long_rows(results: Results, measure: str) -> Iterator[list[str]]:
    if measure not in results.long.seconds:
        return
    for peer in dict.fromkeys([BASE, *(who.peer for who, _ in results.long.ratios)]):
        found = [milliseconds(results, Contestant(peer, steps), measure) for steps in LENGTHS]
        yield [PEERS[peer].label, *("" if one is None else f"{one.median:.1f}" for one in found)]


def milliseconds(results: Results, who: Contestant, measure: str) -> Middle | None:
    """Return what a long flow costs: its ratio, times what the shortest one by hand costs on this machine."""
    base = middle(results.long.seconds[measure]).median * 1000
    if who == Contestant(BASE, BASE_LENGTH):
        return Middle(base, base, base)
    found = results.long.ratios.get((who, measure))
    return None if found is None else Middle(*(figure * base for figure in middle(found)))


def _http_rows(results: Results) -> Iterator[list[str]]:
    base = {name: middle(found).median for name, found in results.http.seconds.items()}
    ratios = {name: middle(figures) for (_, name), figures in results.http.ratios.items()}
    yield ["By hand, CPU of the server for a request", *(f"{base[page] * 1000:.2f} ms" for page in PAGES)]
    yield ["Ours, SQLite, to that", *(_said(ratios[page]) for page in PAGES)]
    yield ["By hand, requests a second", *(f"{1 / base[page + WALL]:.0f}" for page in PAGES)]
    rates = [ratios[page + WALL] for page in PAGES]
    yield ["Ours, SQLite, to that", *(_said(Middle(1 / one.median, 1 / one.high, 1 / one.low)) for one in rates)]


def write(results: Results, folder: Path) -> None:
    """Write everything into ``folder``, in whose ``performance.md`` the tables have a place of their own."""
    document = folder / "performance.md"
    before, _, rest = document.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    document.write_text(f"{before}{BEGIN}\n\n{markdown(results)}\n\n{END}{after}")
    (folder / "performance.json").write_text(json.dumps(results.as_json(), indent=1) + "\n")
    (folder / "journey.svg").write_text(
        bars(
            "A whole journey, CPU as a ratio to the signup by hand",
            {
                PEERS[BASE].label: Middle(1, 1, 1),
                **{
                    PEERS[peer].label: middle(found)
                    for peer in PEERS
                    if (found := results.signup.ratios.get((Contestant(peer), "journey")))
                },
            },
        )
    )
    peers = dict.fromkeys([BASE, *(who.peer for who, _ in results.long.ratios)])
    (folder / "steps.svg").write_text(
        lines(
            "A journey of so many steps, milliseconds of CPU a step",
            LENGTHS,
            {
                PEERS[peer].label: [
                    found.median / steps
                    for steps in LENGTHS
                    if (found := milliseconds(results, Contestant(peer, steps), "journey"))
                ]
                for peer in peers
            },
        )
    )
