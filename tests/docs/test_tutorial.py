"""The quickstart and the tutorial: their files are written as a reader writes them, and their own tests pass."""

from __future__ import annotations

import importlib
import inspect
import sys
from functools import partial

import pytest
from hypothesis import settings

from tests.docs.pages import DOCS, samples
from wizard import testing
from wizard.testing import Journey

CAMP = [one for name in ("tutorial", "tutorial-finish") for one in samples(DOCS / f"{name}.md") if one.file]
CHAPTERS = list(dict.fromkeys(one.section for one in CAMP))
QUICKLY = settings(max_examples=4, stateful_step_count=15, deadline=None, database=None, derandomize=True)


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """Writes samples into a folder, and runs the tests that are there by then."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(testing, "walk", partial(testing.walk, settings=QUICKLY))

    def run(found, test, only=()):
        for one in found:
            one.write(tmp_path)
        importlib.invalidate_caches()
        module = importlib.import_module(test)
        tests = {name: one for name, one in vars(module).items() if name.startswith("test_")}
        assert tests
        for number, (name, function) in enumerate(tests.items()):
            if not only or name in only:
                folder = tmp_path / f"data-{number}"
                folder.mkdir()
                needs = inspect.signature(function).parameters
                given = {"tmp_path": folder}
                if "journey" in needs:
                    given["camp"] = importlib.import_module("app").create_app(
                        TESTING=True, DATABASE_URL=f"sqlite:///{folder}/test.db"
                    )
                    given["journey"] = Journey(given["camp"])
                function(**{need: given[need] for need in needs})

    yield run
    for file in tmp_path.glob("*.py"):
        sys.modules.pop(file.stem, None)


def test_every_sample_of_both_is_a_file():
    """But for the line of the quickstart that keeps answers in a database."""
    others = [one for name in ("tutorial", "tutorial-finish", "quickstart") for one in samples(DOCS / f"{name}.md")]
    [line] = [one for one in others if not one.file and one.language != "console"]
    assert "open_sessions(" in line.text


@pytest.mark.parametrize("keeps", [False, True], ids=["cookie", "database"])
def test_the_quickstart_works(reader, keeps):
    """In the cookie of Flask as well as in a database."""
    app, line, test = (one for one in samples(DOCS / "quickstart.md") if one.language == "python")
    before, register, after = app.text.partition("app.register_blueprint(")
    reader([app._replace(text=before + line.text * keeps + register + after), test], "test_app")


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS[:-1])
def test_the_tutorial_works_after_each_chapter(reader, chapter):
    """What the chapter has made is tested by it, and after the last one all of it."""
    found = [one for one in CAMP if CHAPTERS.index(one.section) <= CHAPTERS.index(chapter)]
    own = [one.text for one in found if one.section == chapter and one.file == "test_camp.py"]
    last = chapter == CHAPTERS[-2]
    names = (
        [] if last else [line.partition("(")[0][4:] for one in own for line in one.split("\n") if line[:4] == "def "]
    )
    reader(found, "test_camp", names)


@pytest.mark.slow
def test_the_walk_of_the_tutorial_finds_nothing(reader):
    """It is a short one."""
    reader(CAMP, "test_walk")
