"""The quickstart and the tutorial: their files are written as a reader writes them, and their tests pass each time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.docs.pages import DOCS, ROOT, samples
from tests.docs.test_booking import QUICKLY

CAMP = [one for name in ("tutorial", "tutorial-finish") for one in samples(DOCS / f"{name}.md") if one.file]
CHAPTERS = list(dict.fromkeys(one.section for one in CAMP))


def run_tests(folder, *more):
    """Run the tests of a reader in a process of its own, as there are modules of one name in both."""
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *more]
    run = subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": f"{ROOT}:{folder}"}, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_every_sample_of_both_is_a_file():
    """But for the line of the quickstart that keeps answers in a database."""
    others = [one for name in ("tutorial", "tutorial-finish", "quickstart") for one in samples(DOCS / f"{name}.md")]
    [line] = [one for one in others if not one.file and one.language != "console"]
    assert "open_sessions(" in line.text


@pytest.mark.parametrize("keeps", [False, True], ids=["cookie", "database"])
def test_the_quickstart_works(tmp_path, keeps):
    """In the cookie of Flask as well as in a database."""
    line = ""
    for one in samples(DOCS / "quickstart.md"):
        if one.file:
            one.write(tmp_path)
        elif one.language == "python":
            line = one.text
    app = tmp_path / "app.py"
    before, register, after = app.read_text().partition("app.register_blueprint(")
    app.write_text(before + line * keeps + register + after)
    assert "1 passed" in run_tests(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("chapter", [CHAPTERS[-3], CHAPTERS[-1]])
def test_all_of_the_tutorial_works(tmp_path, chapter):
    """Its walk is a short one."""
    (tmp_path / "conftest.py").write_text(QUICKLY)
    for one in CAMP[: max(n for n, one in enumerate(CAMP, 1) if one.section == chapter)]:
        one.write(tmp_path)
    run_tests(tmp_path)
