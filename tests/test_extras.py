"""The core does without what the extras bring, and each extra is named where it is missing."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from wtforms import EmailField, Form, FormField
from wtforms.validators import Email

from wizard import FlowError, Step
from wizard.extras import EXTRAS, missing

ROOT = Path(__file__).parent.parent

#: What a module is installed as, where it has another name.
INSTALLED_AS = {
    "PIL": "pillow",
    "argon2": "argon2-cffi",
    "asgiref": "flask[async]",
    "psycopg": "psycopg[binary]",
}

#: All that a wizard imports in its core: the dependencies, and what these bring along.
CORE = {
    *("babel", "flask", "flask_babel", "flask_wtf", "htmx_flask", "jinja2_fragments", "wtforms"),
    *("blinker", "click", "itsdangerous", "jinja2", "markupsafe", "pytz", "werkzeug"),
}


def name_of(requirement: str) -> str:
    """What a requirement is about."""
    return re.split("[<>=!~; ]", requirement)[0]


def test_a_wizard_runs_without_extras_and_says_which_one_is_missing():
    """From its first page to the last, with sessions in the cookie; no page imports more than the core."""
    run = subprocess.run([sys.executable, "-m", "tests.without_extras"], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    *lines, packages = run.stdout.splitlines()
    assert {line.partition(" ")[0] for line in lines} == EXTRAS.keys()
    for line in lines:
        extra, said = line.split(" ", 1)
        if extra == "signup":
            assert said == "3"
            said = run.stderr.splitlines()[-1]
        cure = re.escape(f"which is not installed. Install it: pip install 'wizard-flask[{extra}]'.")
        assert re.match(rf".+: needs \w+, {cure}( |$)", said), said
    assert set(packages.split()) - {"wizard"} <= CORE


def test_none_of_it_is_imported_before_it_is_needed():
    """Though it is there: each takes its share of the start."""
    code = "import sys; from wizard import Wizard; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert not {module for modules in EXTRAS.values() for module in modules} & set(run.stdout.split())


def test_flows_are_written_without_the_pages():
    """A module of flows alone imports none, and no language."""
    code = "import sys; from wizard import Flow, Repeat, Step; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert not {"wizard.blueprint", "wizard.pages", "wizard.sessions", "babel"} & set(run.stdout.split())


def test_a_validator_of_wtforms_that_needs_a_package_says_so_when_the_step_is_made(monkeypatch):
    """Also inside an enclosed form; a visitor would be the first to notice."""

    class Contact(Form):
        email = EmailField("Email", [Email()])

    class Person(Form):
        contact = FormField(Contact)

    assert Step("person", Person, title="Person")
    monkeypatch.setitem(sys.modules, "email_validator", None)
    with pytest.raises(FlowError) as error:
        Step("person", Person, title="Person")
    assert str(error.value) == (
        "Step 'person': field 'contact.email': its Email() needs email-validator, which is not installed. "
        "Install it: pip install 'wtforms[email]'."
    )


def test_what_is_installed_is_not_missed():
    """Here all is."""
    assert not any(missing(extra, "It") for extra in EXTRAS)


@pytest.mark.checkout
def test_the_extras_are_those_of_the_package():
    """Each by the modules that its requirements bring."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    required = {extra: [name_of(one) for one in those] for extra, those in project["optional-dependencies"].items()}

    def all_of(extra: str) -> set[str]:
        own: set[str] = set()
        for one in required[extra]:
            found = re.fullmatch(r"wizard-flask\[(.+)\]", one)
            own |= set().union(*map(all_of, found[1].split(","))) if found else {one}
        return own

    assert {extra: all_of(extra) for extra in required} == {
        extra: {INSTALLED_AS.get(module, module.replace("_", "-")) for module in modules}
        for extra, modules in EXTRAS.items()
    }


@pytest.mark.checkout
def test_the_docs_say_why_each_dependency_is_there():
    """Of the core, and of each extra; and they name no other."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    page = (ROOT / "docs" / "dependencies.md").read_text()
    core = page.partition("\n## The core\n")[2].partition("\n`import wizard`")[0]
    assert sorted(re.findall(r"^\| `([^`]+)` \| \S", core, re.M)) == sorted(map(name_of, project["dependencies"]))
    extras = page.partition("\n## The extras\n")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| \S", extras, re.M)) == sorted(
        (extra, name_of(one))
        for extra, those in project["optional-dependencies"].items()
        for one in those
        if not one.startswith("wizard-flask[")
    )
    assert {name for name in EXTRAS if f"| `{name}` |" not in page.partition("\n## The core\n")[2]} == set()
