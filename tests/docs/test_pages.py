"""Every sample of the README and of ``docs/`` is run by some test, and those of most pages are run here."""

from __future__ import annotations

import pytest
from flask import Flask

import wizard
from tests.conftest import ACCOUNT, TEAM
from tests.docs.pages import DOCS, README, ROOT, run, samples
from tests.docs.test_booking import GUIDE
from wizard.accounts.accounts import Accounts
from wizard.accounts.passwords import hash_password
from wizard.sessions import open_sessions
from wizard.signup import forms as signup_forms
from wizard.testing import Journey

#: Pages whose samples are run by a test of their own, and where that is.
ELSEWHERE = {
    "architecture": "tests/test_docs.py",
    "codes": "tests/proofs/test_how_to.py",
    "deploying": "tests/test_docs.py",
    "files": "tests/files/test_how_to.py",
    "mail": "tests/mail/test_documented.py",
    "metrics": "tests/metrics/test_how_to.py",
    "own-step": "tests/test_docs.py",
    "owners": "tests/test_owner.py",
    "proofs": "tests/proofs/test_how_to.py",
    "quickstart": "tests/docs/test_tutorial.py",
    "resume": "tests/test_resume.py",
    "tutorial": "tests/docs/test_tutorial.py",
    "tutorial-finish": "tests/docs/test_tutorial.py",
}

#: Pages that are run beside the README.
BESIDE = ["fields", "stores"]

#: Pages that are run here from top to bottom; the last sample asserts what the page promises.
BY_THEMSELVES = [
    "addresses",
    "existing-layout",
    "from-formtools",
    "from-views",
    "bootstrap",
    "govuk",
    "look",
    "pico",
    "tailwind",
    "api-views",
    "backup",
    "finishing",
    "languages",
    "path",
    "stored",
    "tabs",
    "upgrading",
    "own-field",
    "tenants",
]

#: What is for the reader, or compared with what a program makes; ``python3`` is code of another framework.
NOT_RUN = {"console", "mermaid", "text", "python3"}


def all_samples():
    """Of each page, by its name."""
    return {file.stem: samples(file) for file in sorted(DOCS.glob("*.md"))}


def test_every_sample_is_run_by_some_test():
    """A page with code that no test knows is an error, and so is a test of a page without any."""
    with_code = {name for name, found in all_samples().items() if {one.language for one in found} - NOT_RUN}
    assert with_code == {*GUIDE, *ELSEWHERE, *BESIDE, *BY_THEMSELVES}
    assert {one.language for one in samples(README)} <= {"console", "python"}


@pytest.mark.parametrize(("name", "test"), ELSEWHERE.items())
def test_the_test_of_a_page_names_it(name, test):
    """So that a test which is moved is found again."""
    assert name in (ROOT / test).read_text()


@pytest.mark.parametrize("name", [*GUIDE, *BESIDE, *BY_THEMSELVES])
def test_what_is_no_python_is_a_file(name):
    """A template stands in the file that its first line names, from where the samples read it."""
    for one in all_samples()[name]:
        assert one.language in {"python", *NOT_RUN} or one.file, one.text


def test_the_samples_of_the_readme_and_beside_it_run(database):
    """The first one as it stands, given the forms and functions that it names."""
    app = Flask(__name__)
    app.secret_key = "for the tests"
    app.session_interface = open_sessions(database)
    app.extensions["accounts"] = Accounts(database)
    public = {name: getattr(wizard, name) for name in wizard.__all__}
    names = {**public, **vars(signup_forms), "app": app, "hash_password": hash_password}
    names["create_account"] = lambda answers, key: f"For {answers['account']['username']}"
    for document in (README, *(DOCS / f"{name}.md" for name in BESIDE)):
        for one in samples(document):
            if one.language == "python":
                exec(one.text.replace("postgresql+psycopg://user@host/name", database), names)  # noqa: S102
    journey = Journey(app)
    journey.answer("account", **ACCOUNT)
    journey.answer("plan", plan="team")
    journey.answer("team", **TEAM)
    journey.answer("security", password="three random words", accept_terms=True)
    assert journey.finish() == "For ada"


@pytest.mark.parametrize("name", BY_THEMSELVES)
def test_the_samples_of_a_page_run(name, tmp_path, monkeypatch):
    """From top to bottom, in a folder of their own."""
    run(DOCS / f"{name}.md", tmp_path, monkeypatch)
