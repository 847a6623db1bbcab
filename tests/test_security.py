"""What ``docs/security.md`` names is there: every place, and every test."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.checkout

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")] for line in re.findall(r"^\| \d.*\|$", TEXT, re.MULTILINE)
]


@cache
def defined(file: Path) -> set[str]:
    """What a file defines: functions, classes and their methods, and names of the module."""
    found: set[str] = set()
    for node in ast.parse(file.read_text()).body:
        match node:
            case ast.FunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name, body=body):
                found |= {name, *(f"{name}.{one.name}" for one in body if isinstance(one, ast.FunctionDef))}
            case ast.Assign(targets=[ast.Name(id=name)]):
                found.add(name)
    return found


def named(cell: str) -> list[tuple[str, str]]:
    """The files that a cell names, each with what it names in there."""
    return [(file, name) for file, _, name in (one.partition("::") for one in re.findall(r"`([^`]+)`", cell))]


@pytest.mark.parametrize(("items", "asked", "where", "tests"), ROWS, ids=[row[0] for row in ROWS])
def test_each_item_is_met_somewhere_and_shown_by_a_test(items, asked, where, tests):
    """In a file that is there, by a name that it defines."""
    assert re.fullmatch(r"\d+\.\d+\.\d+(, \d+\.\d+\.\d+)*", items)
    assert named(where)
    assert named(tests)
    for file, name in named(where):
        path = ROOT / "wizard" / file
        assert path.is_file(), file
        assert not name or name in defined(path), f"{file} defines no {name}"
    for file, name in named(tests):
        assert name.startswith("test_")
        assert name in defined(ROOT / "tests" / file), f"{file} has no {name}"


def test_each_item_stands_there_once_and_in_order():
    """A reader finds it, and no two rows say different things of it."""
    firsts = [tuple(map(int, row[0].partition(",")[0].split("."))) for row in ROWS]
    assert firsts == sorted(firsts)
    items = [item for row in ROWS for item in row[0].split(", ")]
    assert len(items) == len(set(items))
    remains = TEXT.split("## What remains")[1].split("\n## ")[0]
    assert not set(items) & set(re.findall(r"\d+\.\d+\.\d+", remains)), "said to be met, and to remain"
