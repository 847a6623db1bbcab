"""``python -m benchmarks``: measure everything, or what the options name, and print the tables."""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

from . import capacity, http, lab
from .lab import Contestant
from .peers import BASE, PEERS
from .report import markdown, write
from .results import BASE_LENGTH, LENGTHS, SECTIONS_5, SECTIONS_300, Results, machine

MEASURES = ["get", "get-options", "post", "refused", "summary", "journey"]
LONG_MEASURES = ["get", "post", "journey"]
LONG_PEERS = [BASE, "ours", "formtools", "gandalf"]
SECTIONS_MEASURES = ["list", "get", "post"]
PARTS = ["signup", "long", "sections", "import", "memory", "sealing", "http", "queueing"]


def main() -> None:
    """Read the options, measure, report."""
    options = _options()
    begun = time.monotonic()
    chance = random.Random(options.seed)  # noqa: S311  (an order, no secret)
    results = Results(machine())

    def say(text: str) -> None:
        sys.stderr.write(f"{time.monotonic() - begun:4.0f} s  {text}\n")

    peers = [peer for peer in options.peers if peer not in (BASE, SECTIONS_5.peer)]
    if "ours-redis" in peers and not lab.has_redis():
        say("no Redis: there is no redis-server on this machine")
        peers.remove("ours-redis")
    peers = [BASE, *peers]
    if "signup" in options.parts:
        generations = 1 if options.quick else 3
        for number in range(1, generations + 1):
            say(f"the signup, {number} of {generations}")
            more = lab.take_turns(
                Contestant(BASE),
                [Contestant(peer) for peer in peers if peer != BASE],
                [one for one in MEASURES if one in options.measures],
                rounds=4 if options.quick else 8,
                seconds=90,
                chance=chance,
            )
            results.signup.add(more)
    if "long" in options.parts:
        say("long flows")
        contestants = [
            Contestant(peer, steps)
            for steps in ([BASE_LENGTH, 100] if options.quick else LENGTHS)
            for peer in LONG_PEERS
            if peer in peers and steps <= PEERS[peer].most_steps
        ]
        more = lab.take_turns(
            Contestant(BASE, BASE_LENGTH),
            [who for who in contestants if who != Contestant(BASE, BASE_LENGTH)],
            [one for one in LONG_MEASURES if one in options.measures],
            rounds=3 if options.quick else 8,
            seconds=180,
            chance=chance,
        )
        results.long.add(more)
    if "sections" in options.parts:
        say("sections in any order")
        more = lab.take_turns(
            SECTIONS_5,
            [SECTIONS_300],
            SECTIONS_MEASURES,
            rounds=4 if options.quick else 12,
            seconds=10,
            chance=chance,
        )
        results.sections.add(more)
    if "import" in options.parts:
        say("imports")
        rounds = 3 if options.quick else 12
        results.imports, results.import_seconds = lab.imports(rounds=rounds, seconds=60, chance=chance)
    if "memory" in options.parts:
        results.journeys = 1000 if options.quick else 10_000
        say(f"memory over {results.journeys} journeys")
        results.memory = lab.memory([Contestant(peer) for peer in (BASE, "ours") if peer in peers], results.journeys)
    if "sealing" in options.parts:
        say("sealing")
        results.sealing = lab.sealing(20 if options.quick else 200)
    if "http" in options.parts:
        say("over HTTP")
        generations, rounds = (1, 4) if options.quick else (3, 6)
        results.http = http.measure(generations=generations, rounds=rounds, chance=chance)
    if "queueing" in options.parts and not options.quick:
        results.model = capacity.measure(chance, say)
    say("done")
    sys.stdout.write(markdown(results) + "\n")
    if options.write:
        write(results, options.write)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a look that takes a minute or two: few rounds, no queueing"
    )
    parser.add_argument(
        "--peers",
        nargs="+",
        choices=PEERS,
        default=list(PEERS),
        metavar="PEER",
        help=f"of {', '.join(PEERS)}; all by default",
    )
    parser.add_argument(
        "--measures", nargs="+", choices=MEASURES, default=MEASURES, metavar="MEASURE", help=f"of {', '.join(MEASURES)}"
    )
    parser.add_argument(
        "--parts", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=f"of {', '.join(PARTS)}"
    )
    parser.add_argument("--seed", type=int, help="gives the same order of turns again")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write the document, JSON and plots there too")
    options = parser.parse_args()
    if options.write and options.quick:
        parser.error("a quick look is not for the documents: leave out --quick or --write")
    return options


if __name__ == "__main__":
    main()
