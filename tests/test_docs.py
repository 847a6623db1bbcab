"""What is written for authors works: examples in the docstrings, and the README from its first sample to its last."""

from __future__ import annotations

import doctest
import inspect
import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask

import wizard
from tests.conftest import ACCOUNT, TEAM, shown
from wizard.sessions import open_sessions
from wizard.signup import forms as signup_forms
from wizard.signup.accounts import Accounts, hash_password
from wizard.testing import Journey

README = Path(__file__).parent.parent / "README.md"
TUTORIAL = "Your own wizard in ten minutes"

#: A ``conftest.py`` by which ``walk`` takes seconds.
QUICKLY = """
from functools import partial

from hypothesis import settings

from wizard import testing

quickly = settings(max_examples=10, stateful_step_count=15, deadline=None, database=None, derandomize=True)
testing.walk = partial(testing.walk, settings=quickly)
"""

PUBLIC = [getattr(wizard, name) for name in wizard.__all__]
MODULES = ["wizard", *(module.name for module in pkgutil.walk_packages(wizard.__path__, "wizard."))]


def run_examples(thing, name, globs):
    """Run the examples in the docstring of ``thing``, and of what it encloses; return how many there are."""
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    said = []
    for found in doctest.DocTestFinder().find(thing, name, globs=globs):
        runner.run(found, out=said.append)
    assert not runner.failures, "".join(said)
    return runner.tries


@pytest.mark.parametrize("thing", PUBLIC, ids=wizard.__all__)
def test_every_public_name_has_an_example_that_works(thing):
    """In its own docstring; what the example needs beside the public names, it imports."""
    assert ">>>" in inspect.getdoc(thing)
    assert run_examples(thing, thing.__name__, vars(wizard)) > 0


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_work(name):
    """Wherever one stands."""
    module = import_module(name)
    run_examples(module, name, vars(module))


class Sample(NamedTuple):
    """A sample of code in the README, and where it stands."""

    section: str
    language: str
    text: str

    @property
    def file(self) -> str | None:
        """The file that it is, if it begins with the name of one."""
        found = re.match(r"(?:# |\{# )([\w./]+)", self.text)
        return found and found[1]


def samples() -> list[Sample]:
    """All of the README, in order."""
    found, section = [], ""
    for heading, language, text in re.findall(r"^## ([^\n]+)$|^```(\w*)\n(.*?)^```$", README.read_text(), re.M | re.S):
        section = heading or section
        if text:
            found.append(Sample(section, language, text))
    return found


def parts_of_booking() -> list[str]:
    """What stands in the tutorial's ``booking.py``, in order."""
    return [one.text for one in samples() if one.section == TUTORIAL and one.language == "python" and not one.file]


@pytest.fixture
def booking(tmp_path, database, monkeypatch):
    """Makes the application of the first few samples of the tutorial; of all, unless it is told how many."""
    for one in samples():
        if one.section == TUTORIAL and one.file:
            file = tmp_path / one.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(one.text)
    (tmp_path / "booking.py").write_text("\n\n".join(parts_of_booking()))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("FLASK_SECRET_KEY", "for the tests")
    monkeypatch.setenv("FLASK_SESSION_URL", database)

    def make(count=None):
        names = {"__name__": "booking"}
        exec("\n\n".join(parts_of_booking()[:count]), names)  # noqa: S102  (that is what it is for)
        return names

    return make


def test_every_sample_of_the_readme_is_of_a_kind_that_is_run():
    """A console session is for the reader, and the diagram is compared where it is made; the rest runs below."""
    kinds = {one.language for one in samples()}
    assert kinds == {"console", "html", "mermaid", "python"}
    assert all(one.section == TUTORIAL and one.file for one in samples() if one.language == "html")


def test_the_samples_beside_the_tutorial_run(database):
    """The first one as it stands, given the forms and functions that it names."""
    app = Flask(__name__)
    app.secret_key = "for the tests"
    app.session_interface = open_sessions(database)
    app.extensions["accounts"] = Accounts(database)
    names = {**vars(wizard), **vars(signup_forms), "app": app, "hash_password": hash_password}
    names["create_account"] = lambda answers, key: f"For {answers['account']['username']}"
    for one in samples():
        if one.section != TUTORIAL and one.language == "python":
            exec(one.text.replace("postgresql+psycopg://user@host/name", database), names)  # noqa: S102  (that is what it is for)
    journey = Journey(app)
    journey.answer("account", **ACCOUNT)
    journey.answer("plan", plan="team")
    journey.answer("team", **TEAM)
    journey.answer("security", password="three random words", accept_terms=True)
    assert journey.finish() == "For ada"


@pytest.mark.slow
def test_the_tutorial_works_after_each_sample(booking):
    """Whoever stops there has an application that asks. The first sample alone is no application yet."""
    for count in range(2, len(parts_of_booking()) + 1):
        client = booking(count)["create_app"]().test_client()
        page = client.get("/booking/", follow_redirects=True)
        assert page.status_code == 200
        assert "Book a ticket" in page.text


def test_the_tutorial_ends_in_an_application_that_books(booking):
    """With all that was added on the way, from the first page to the last."""
    names = booking()
    app = names["create_app"]()
    app.blueprints["booking"].layout = "conference.html"
    journey = Journey(app)
    journey.answer("person", name="Ada", email="ada@example.com")
    journey.answer("ticket", ticket="day")
    journey.answer("day", day="fri")
    page = journey.client.get(journey.url("workshop")).text
    assert "Baking bread" in page
    assert "Keeping bees" not in page
    assert 'value="Ada"' in page
    journey.answer("workshop", workshop="bread", badge="Ada")
    journey.add("company", name="Grace")
    journey.answer("company")
    journey.answer("account", password="three random words")
    assert journey.at == "summary"
    journey.answer("person", name="Ada", email="countess@example.com")
    assert journey.at == "summary"
    journey.answer("day", day="sat")
    assert journey.at == "workshop"
    journey.answer("workshop", workshop="bees", badge="Ada")
    assert journey.finish() == "B-1"
    page = shown(journey.client.get(journey.url("done")))
    assert "The conference See you there Say this at the door: B-1 From Friday to Sunday" in page
    [(_, answers)] = names["bookings"].values()
    assert answers["company"] == [{"name": "Grace"}]
    assert list(answers["account"]) == ["password_hash"]
    assert names["answered"]["workshop"] == 2


def test_the_tutorials_deploy_keeps_the_answers_of_the_step_that_it_renames(booking):
    """Who was on the old list before is on the new one after it."""
    [deploy] = [number for number, text in enumerate(parts_of_booking()) if "def migrate" in text]
    before, after = Journey(booking(deploy)["create_app"]()), Journey(booking()["create_app"]())
    before.given(
        person={"name": "Ada", "email": "ada@example.com"},
        ticket={"ticket": "all"},
        workshop={"workshop": "bees", "badge": "Ada"},
        guests=[{"name": "Grace"}],
    )
    after.client.set_cookie("session", before.client.get_cookie("session").value)
    page = after.client.get(before.url("").rstrip("/") + "/company")
    assert "Grace" in page.text


def test_the_mistake_that_the_tutorial_shows_is_said_so(booking):
    """Word for word."""
    names = booking()
    with pytest.raises(wizard.FlowError) as error:
        wizard.Flow(
            names["ticket"],
            wizard.Step("day", names["DayForm"], title="Day", when=lambda answers: answers["ticket"]["tickte"]),
        )
    assert str(error.value) in " ".join(README.read_text().split())


@pytest.mark.slow
def test_the_tests_of_the_tutorial_pass(booking, tmp_path, monkeypatch):
    """They are run as an author runs them, but for walks that are fewer, shorter, and the same each time."""
    (tmp_path / "conftest.py").write_text(QUICKLY)
    # A hash that is made to be slow, a thousand times, is no part of what is shown.
    file = tmp_path / "booking.py"
    slow = 'generate_password_hash(data["password"])'
    assert slow in file.read_text()
    file.write_text(file.read_text().replace(slow, 'generate_password_hash(data["password"], "pbkdf2:sha256:1")'))
    monkeypatch.setenv("PYTHONPATH", str(README.parent))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_booking.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "2 passed" in run.stdout, run.stdout
