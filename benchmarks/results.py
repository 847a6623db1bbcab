"""What a run has measured, and the table of what is to be reached."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from .answers import SECTIONED
from .lab import Contestant, Measured
from .peers import BASE
from .queueing import Model
from .turns import Middle, Ratios, middle

#: The lengths of the long flows. What all are compared to is the shortest one by hand.
LENGTHS = [5, 20, 50, 100, 200]
BASE_LENGTH = LENGTHS[0]

PACKAGES = ["flask", "flask-wtf", "wtforms", "jinja2", "sqlalchemy", "django", "django-formtools", "django-gandalf"]


@dataclass
class Results:
    """All that was measured; what was left out is empty."""

    machine: dict[str, Any]
    signup: Measured = field(default_factory=lambda: Measured(Ratios(), {}, {}))
    long: Measured = field(default_factory=lambda: Measured(Ratios(), {}, {}))
    imports: Ratios[str] = field(default_factory=Ratios)
    import_seconds: list[float] = field(default_factory=list)
    memory: dict[Contestant, int] = field(default_factory=dict)
    journeys: int = 0
    sealing: list[float] = field(default_factory=list)
    http: Measured = field(default_factory=lambda: Measured(Ratios(), {}, {}))
    model: Model = field(default_factory=Model)
    sections: Measured = field(default_factory=lambda: Measured(Ratios(), {}, {}))

    def as_json(self) -> dict[str, Any]:
        """Return all of it, each with its median and the middle half."""

        def ratios(found: Ratios[Any]) -> dict[str, Any]:
            said: dict[str, Any] = {}
            for (who, measure), figures in found.items():
                said.setdefault(_name(who), {})[measure] = {**middle(figures)._asdict(), "rounds": len(figures)}
            return said

        def seconds(found: dict[str, list[float]]) -> dict[str, Any]:
            return {measure: middle(figures)._asdict() for measure, figures in found.items() if figures}

        return {
            "machine": self.machine,
            "signup": {"ratios": ratios(self.signup.ratios), "seconds by hand": seconds(self.signup.seconds)},
            "long flows": {"ratios": ratios(self.long.ratios), "seconds by hand": seconds(self.long.seconds)},
            "sections": {"ratios": ratios(self.sections.ratios), "seconds of five": seconds(self.sections.seconds)},
            "import": {"ratios": ratios(self.imports), "seconds by hand": seconds({"import": self.import_seconds})},
            "http": {"ratios": ratios(self.http.ratios), "seconds by hand": seconds(self.http.seconds)},
            "queueing": asdict(self.model),
            "bytes": {_name(who): pages for who, pages in self.signup.bytes.items()},
            "memory": {"journeys": self.journeys, "KiB": {_name(who): grown for who, grown in self.memory.items()}},
            "sealing": middle(self.sealing)._asdict() if self.sealing else {},
            "targets": [asdict(row) for row in self.targets()],
        }

    # What is to be reached

    def targets(self) -> list[Row]:
        """Return the rows for which there are figures."""
        found = []
        for goal in GOALS:
            try:
                figure = goal.figure(self)
            except KeyError:
                continue
            found.append(Row(goal.what, figure.median, figure.low, figure.high, goal.must, goal.aim))
        return found


def _name(who: Contestant | str) -> str:
    if isinstance(who, str):
        return who
    return f"{who.peer}, {who.steps} steps" if who.steps else who.peer


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, and what is to be reached."""

    what: str
    median: float
    low: float
    high: float
    must: float
    aim: float | None


class Goal(NamedTuple):
    """What is to be reached, and how the figure is found."""

    what: str
    figure: Callable[[Results], Middle]
    must: float
    aim: float | None = None


OURS = Contestant("ours")
OURS_100, BY_HAND_100 = Contestant("ours", 100), Contestant(BASE, 100)
OURS_5 = Contestant("ours", 5)
SECTIONS_300, SECTIONS_5 = Contestant("ours-sections", SECTIONED), Contestant("ours-sections", BASE_LENGTH)


def _to_base(measure: str) -> Callable[[Results], Middle]:
    return lambda results: middle(results.signup.ratios[OURS, measure])


def _to(peer: str, measure: str) -> Callable[[Results], Middle]:
    return lambda results: results.signup.ratios.quotient((OURS, measure), (Contestant(peer), measure))


def _long(measure: str, one: Contestant, other: Contestant) -> Callable[[Results], Middle]:
    return lambda results: results.long.ratios.quotient((one, measure), (other, measure))


def _sections(measure: str) -> Callable[[Results], Middle]:
    return lambda results: middle(results.sections.ratios[SECTIONS_300, measure])


def _partial(results: Results) -> Middle:
    return results.signup.ratios.quotient((Contestant("ours-partial-languages"), "get"), (OURS, "get"))


def _http(measure: str) -> Callable[[Results], Middle]:
    return lambda results: middle(results.http.ratios[OURS, measure])


def _sealing(results: Results) -> Middle:
    if not results.sealing:
        raise KeyError("sealing")
    return middle([100 * share for share in results.sealing])


def _memory(results: Results) -> Middle:
    grown = results.memory[OURS] / 1024
    return Middle(grown, grown, grown)


GOALS = [
    Goal("whole journey (4 GETs, 4 valid POSTs, summary)", _to_base("journey"), 0.75, 0.50),
    Goal("the same with finish and last page", _to_base("finish"), 0.95, 0.65),
    Goal("GET of a small step", _to_base("get"), 0.95, 0.50),
    Goal("GET of 250 options", _to_base("get-options"), 0.18, 0.10),
    Goal("valid POST", _to_base("post"), 1.2, 0.95),
    Goal("refused POST", _to_base("refused"), 1.1, 0.75),
    Goal("summary (it says choices in words, by hand it does not)", _to_base("summary"), 2.3, 1.2),
    Goal("journey, to by hand on WTForms 3.2.1", _to("by-hand-wtforms-3.2", "journey"), 1.25, 0.85),
    Goal("share of a journey that sealing the session takes, %", _sealing, 3.0),
    Goal("journey, to formtools on SQLite", _to("formtools", "journey"), 0.22, 0.15),
    Goal("GET of the last of 100 steps, to the last of 5", _long("get", OURS_100, OURS_5), 2.0, 1.3),
    Goal("POST of the last of 100 steps, to the last of 5", _long("post", OURS_100, OURS_5), 2.0, 1.3),
    Goal("GET of the last of 100 steps, to by hand", _long("get", OURS_100, BY_HAND_100), 1.5, 1.0),
    Goal("POST of the last of 100 steps, to by hand", _long("post", OURS_100, BY_HAND_100), 1.5, 1.0),
    Goal("journey of 100 steps, to by hand", _long("journey", OURS_100, BY_HAND_100), 1.5, 1.0),
    Goal("GET of the list of 40 sections with 300 steps, to that of one with 5", _sections("list"), 1.3),
    Goal("GET of the last of 300 steps in 40 sections, to the last of 5 in one", _sections("get"), 1.3),
    Goal("POST of the last of 300 steps in 40 sections, to the last of 5 in one", _sections("post"), 1.3),
    Goal("GET of a small step over HTTP, CPU of the server", _http("get"), 1.0),
    Goal("GET of 250 options over HTTP, CPU of the server", _http("get-options"), 0.25),
    Goal("partial, two languages offered, to the full page in one", _partial, 0.8),
    Goal(
        "CPU of `import wizard`, to `import flask, flask_wtf`",
        lambda results: middle(results.imports["ours: `import wizard`", "import"]),
        1.3,
    ),
    Goal("growth of a worker over 10,000 journeys, MiB", _memory, 3.0),
]


def machine() -> dict[str, Any]:
    """Describe the machine, and the versions of what runs on it."""
    model = ""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {
        "processor": model or platform.processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load before": round(os.getloadavg()[0], 2),
        "packages": {name: version(name) for name in PACKAGES},
    }
