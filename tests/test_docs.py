"""What is written for authors works: the examples in docstrings, in the README and in ``docs/``."""

from __future__ import annotations

import doctest
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from werkzeug.security import check_password_hash

import wizard
from tests.conftest import ACCOUNT, TEAM, Visitor, shown
from tests.pages.census import serve
from wizard import serving, settings
from wizard.accounts.accounts import Accounts
from wizard.accounts.passwords import hash_password
from wizard.database.engine import CONNECTIONS
from wizard.sessions import open_sessions
from wizard.signup import forms as signup_forms
from wizard.signup.flow import flow as signup_flow
from wizard.testing import Journey

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
DEPLOYING = ROOT / "docs" / "deploying.md"
TUTORIAL = "Your own wizard in ten minutes"

#: A ``conftest.py`` by which ``walk`` takes seconds, and is not cut short where all takes longer.
QUICKLY = """
from functools import partial

from hypothesis import settings

from wizard import testing
from wizard.testing import walks

walks.SECONDS = 60
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
    """A sample of code in a document, and where it stands."""

    section: str
    language: str
    text: str

    @property
    def file(self) -> str | None:
        """The file that it is, if it begins with the name of one."""
        found = re.match(r"(?:# |\{# )([\w./]+)", self.text)
        return found and found[1]


def samples(document: Path = README) -> list[Sample]:
    """All of a document, in order."""
    found, section = [], ""
    for heading, language, text in re.findall(
        r"^## ([^\n]+)$|^```(\w*)\n(.*?)^```$", document.read_text(), re.M | re.S
    ):
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
    assert check_password_hash(answers["account"]["password"], "three random words")
    assert names["answered"]["workshop"] == 2


def test_the_tutorial_imports_an_order_once(booking):
    """And says what is missing in another."""
    names = booking()
    order = {
        "person": {"name": "Ada", "email": "ada@example.com"},
        "ticket": {"ticket": "all"},
        "workshop": {"workshop": "bees", "badge": "Ada"},
        "company": [{"name": "Grace"}],
        "account": {"password": "three random words"},
    }
    assert [names["import_order"](order, number) for number in (1, 1, 2)] == ["B-1", "B-1", "B-2"]
    assert names["import_order"]({**order, "ticket": {"ticket": "day"}}, 3) == ["day"]


def test_the_tutorial_books_again_from_a_link_that_asks_first(booking, tmp_path):
    """Looking at the page changes nothing; its button begins, with each page to be confirmed."""
    names = booking()
    app = names["create_app"]()
    app.template_folder = str(tmp_path / "templates")
    app.config["WTF_CSRF_ENABLED"] = False
    app.register_blueprint(names["again"])
    client = app.test_client()
    address = "/again?name=Ada&email=ada@example.com"
    assert "Book for Ada?" in client.get(address).text
    with client.session_transaction() as now:
        assert not [key for key in now if key.startswith("booking")]
    response = client.post(address, follow_redirects=True)
    assert response.request.path.endswith("/person")
    assert 'value="ada@example.com"' in response.text


def up_to(text: str) -> int:
    """How many samples there are up to the one that has this ``text``."""
    [number] = [number for number, part in enumerate(parts_of_booking(), 1) if text in part]
    return number


@pytest.mark.parametrize(("ticket", "name"), [("day", "lunch"), ("all", "lunches")])
def test_the_tutorial_asks_about_lunch_in_one_way(booking, ticket, name):
    """Under one title."""
    journey = Journey(booking(up_to("lunches = Step("))["create_app"]())
    journey.given(person={"name": "Ada", "email": "ada@example.com"}, ticket={"ticket": ticket}, day={"day": "fri"})
    assert journey.at == name
    assert [one.title for one in journey.wizard.flow.path(journey.answers).ahead].count("Lunch") == 1


def test_the_page_of_the_tutorial_is_read_first(booking):
    """Its text is the template beside it."""
    journey = Journey(booking(up_to("before = Page("))["create_app"]())
    assert "What you need Have a card at hand to pay with." in shown(journey.client.get("/booking/before"))
    journey.answer("before").answer("person", name="Ada", email="ada@example.com")
    assert journey.at == "ticket"


def test_the_exit_of_the_tutorial_ends_the_journey(booking):
    """Until the visitor comes on another day."""
    journey = Journey(booking(up_to("full = Exit("))["create_app"]())
    journey.answer("person", name="Ada", email="ada@example.com").answer("ticket", ticket="day").answer(
        "day", day="sun"
    )
    assert "All places for Sunday are taken, Ada." in shown(journey.client.get(journey.url("full")))
    assert journey.answer("day", day="sat").at == "summary"


def test_the_texts_of_the_tutorial_say_the_name(booking):
    """That was given before; when it changes, nothing is asked again."""
    journey = Journey(booking(up_to("dinner = Step("))["create_app"]())
    journey.answer("person", name="Ada", email="ada@example.com")
    assert "Dinner for Ada" in shown(journey.client.get(journey.url("ticket")))
    page = shown(journey.answer("ticket", ticket="all").client.get(journey.url("dinner")))
    for text in ("It is on Saturday.", "Will you come to dinner, Ada?", "A seat for Ada", "Go on, Ada"):
        assert text in page
    journey.answer("dinner", dinner="no").answer("person", name="Eve", email="ada@example.com")
    assert journey.at == "summary"


def test_the_values_of_the_tutorial_are_computed(booking):
    """A change that comes to the same asks nothing again."""
    names = booking(up_to("cost = Value("))
    journey = Journey(names["create_app"]())
    journey.answer("person", name="Ada", email="ada@example.com").answer("ticket", ticket="all").answer(
        "room", price=80
    )
    assert "2 nights for €160 You pay the €160 at the hotel." in shown(journey.client.get(journey.url("last")))
    page = shown(journey.answer("last").client.get(journey.url("summary")))
    assert "Price of a night in euros 80 Change price of a night in euros What the room costs €160" in page
    journey.finish()
    [[_, answers]] = names["bookings"].values()
    assert [answers["nights"], answers["cost"]] == [2, 160]


def test_the_tutorial_leads_back_to_the_room(booking):
    """Until the price is right."""
    journey = Journey(booking(up_to("right = Step("))["create_app"]())
    journey.answer("person", name="Ada", email="ada@example.com").answer("ticket", ticket="all").answer(
        "room", price=80
    )
    assert "Your room costs €160" in shown(journey.client.get(journey.url("right")))
    assert journey.answer("right", right="no").at == "right"
    journey.answer("room", price=70)
    assert "Your room costs €140" in shown(journey.client.get(journey.url("right")))
    assert journey.answer("right", right="yes").at == "summary"


def test_the_rules_of_the_tutorial_hold_across_steps(booking):
    """And what they have read is noted."""
    journey = Journey(booking(up_to("check=name_children"))["create_app"]())
    journey.answer("person", name="Ada", email="ada@example.com").answer("seats", seats=3)
    assert journey.refused("children", children=4) == {"children": "Enter 3 at most"}
    assert journey.refused("children", children=3) == {"": "A child needs somebody who comes along"}
    assert journey.refused("children", children=2) == {"names": "Enter their names"}
    assert journey.answer("children", children=2, names="Bo and Cy").at == "summary"
    assert journey.answer("seats", seats=2).at == "children"


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
    slow = 'keep={"password": generate_password_hash}'
    fast = 'keep={"password": lambda text: generate_password_hash(text, "pbkdf2:sha256:1")}'
    assert slow in file.read_text()
    file.write_text(file.read_text().replace(slow, fast))
    monkeypatch.setenv("PYTHONPATH", str(README.parent))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_booking.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "2 passed" in run.stdout, run.stdout


# docs/architecture.md


def section(heading: str) -> str:
    """What stands under a heading of the architecture."""
    return ARCHITECTURE.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]


def steps_of(heading: str) -> list[str]:
    """The functions of a numbered list, in order: each item names the one that it is about first."""
    return [re.search(r"`([^`]+)`", item)[1] for item in re.findall(r"^\d+\. (.*)$", section(heading), re.M)]


@contextmanager
def called() -> Iterator[list[str]]:
    """List the functions of the package and of the application that are called, each by its qualified name."""
    names: list[str] = []

    def note(frame, event, _):
        if event == "call":
            names.append(frame.f_code.co_qualname)

    sys.setprofile(note)
    try:
        yield names
    finally:
        sys.setprofile(None)


def assert_in_order(listed: list[str], names: list[str], **known_as: str) -> None:
    """See that all that is listed was called, in that order; some of it goes by another name when it is called."""
    calls = iter(names)
    for one in listed:
        name = {"page_of": "singledispatch.<locals>.wrapper", **known_as}.get(one.rpartition(".")[2], one)
        assert name in calls, one


def test_a_post_takes_the_way_that_is_written_down(visitor):
    """Every function that is listed is called, in that order."""
    opened = visitor.open("account")
    with called() as names:
        assert visitor.send("account", opened, **ACCOUNT).status_code == 303
    listed = steps_of("A POST, from the route to the redirect")
    assert len(listed) == 20
    assert_in_order(listed, names)


def test_finishing_takes_the_way_that_is_written_down(visitor):
    """Every function that is listed is called, in that order."""
    visitor.answer_all()
    opened = visitor.open("summary")
    with called() as names:
        assert visitor.send("summary", opened).location == "/signup/done"
    listed = steps_of("Finishing")
    assert len(listed) == 9
    wizard = visitor.client.application.blueprints["signup"]
    assert_in_order(listed, names, on_finish=wizard.on_finish.__qualname__)


def test_every_function_that_is_named_is_there():
    """Whatever the architecture names in the form ``Class.method``, ``function()`` or ``file.py``."""
    modules = [import_module(name) for name in MODULES]
    known = {name for module in modules for name in vars(module)}
    known |= {
        f"{thing.__name__}.{name}" for module in modules for thing in vars(module).values() for name in _members(thing)
    }
    text = ARCHITECTURE.read_text()
    for name in re.findall(r"`([A-Z]\w+\.\w+|\w+\(\))`", text):
        method = {one.rpartition(".")[2] for one in known}
        assert name in known or name.removesuffix("()") in method, name
    files = {f"{name.rpartition('.')[2]}.py" for name in MODULES if not hasattr(import_module(name), "__path__")}
    assert files == set(re.findall(r"`(\w+\.py)`", text))


def _members(thing: object) -> list[str]:
    return dir(thing) + list(getattr(thing, "__annotations__", ())) if isinstance(thing, type) else []


def test_a_run_looks_as_it_is_written_down(database):
    """But for what is another each time, such as a key."""
    app = Flask(__name__)
    app.config.from_mapping(SECRET_KEY="for the tests")
    app.session_interface = open_sessions(database)
    app.extensions["accounts"] = Accounts(database)
    steps = [signup_flow.get(name) for name in ("account", "plan", "team", "members")]
    app.register_blueprint(wizard.Wizard("signup", wizard.Flow(*steps), on_finish=lambda answers, key: key))
    journey = Journey(app)
    journey.answer("account", **ACCOUNT)
    journey.answer("plan", plan="team")
    journey.answer("team", organisation="Acme", seats="012")
    journey.back("members", name="Gra")
    with journey.client.session_transaction() as session:
        record = session["signup"]
    [sample] = [one.text for one in samples(ARCHITECTURE) if one.text.startswith("session[")]
    names = {"session": {}}
    exec(sample, names)  # noqa: S102  (that is what it is for)
    assert _without_names(names["session"]["signup"]) == _without_names(record)


def test_the_record_of_a_list_of_several_pages_is_as_it_is_written_down(database):
    """What is finished, what is half filled in, and what was only begun."""
    visitor = Visitor(serve(database).test_client(), "/census")
    visitor.answer("home", kind="house")
    for _ in range(3):
        visitor.answer("people", _action="add")
    visitor.answer("people/1/name", first="Ada")
    visitor.answer("people/1/birth", year="2015")
    visitor.answer("people/2/name", first="Grace")
    visitor.answer("people/2/birth", year="19", _action="back")
    with visitor.client.session_transaction() as session:
        stored = session["census"]
    [sample] = [one.text for one in samples(ARCHITECTURE) if one.text.startswith("record =")]
    names: dict = {}
    exec(sample, names)  # noqa: S102  (that is what it is for)
    written = names["record"]
    stored = {name: stored[name] for name in written}
    stored["answers"] = {"people": stored["answers"]["people"]}
    stored["notes"] = {"people": stored["notes"]["people"]}
    assert _without_stamps(written) == _without_stamps(stored)


def _without_stamps(part: object, key: str = "") -> object:
    if isinstance(part, dict):
        return {name: _without_stamps(one, name) for name, one in part.items()}
    if isinstance(part, list):
        return [_without_stamps(one) for one in part]
    return type(part) if key in ("revision", "form", "home.kind") else part


def _without_names(part: object, key: str = "") -> object:
    if isinstance(part, dict):
        return {name: _without_names(one, name) for name, one in part.items()}
    return type(part) if key in ("run", "revision", "form", "plan.plan") else part


def test_a_new_kind_of_step_takes_the_samples_that_are_written_down(database, tmp_path, monkeypatch):
    """They are shown, sent and finished with, and touch no file of the package."""
    for one in samples(ARCHITECTURE):
        if one.file:
            file = tmp_path / one.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(one.text)
    monkeypatch.syspath_prepend(tmp_path)
    [sample] = [one.text for one in samples(ARCHITECTURE) if one.text.startswith("from notices")]
    names: dict = {}
    exec(sample, names)  # noqa: S102  (that is what it is for)
    app = Flask(__name__, root_path=str(tmp_path))
    app.config.from_mapping(SECRET_KEY="for the tests")
    app.session_interface = open_sessions(database)
    finished = []
    app.register_blueprint(
        wizard.Wizard("visit", names["flow"], on_finish=lambda answers, key: finished.append(answers) or "V-1")
    )
    journey = Journey(app)
    assert "No shoes on the sofa." in shown(journey.client.get("/rules"))
    assert journey.client.post("/rules").status_code == 422
    journey.answer("rules")
    journey.answer("guest", name="Ada")
    assert journey.finish() == "V-1"
    assert finished == [{"rules": {"read": True}, "guest": {"name": "Ada"}}]


def test_every_sample_of_the_architecture_is_of_a_kind_that_is_run():
    """What is no file is the record or the flow, which run above."""
    found = [one for one in samples(ARCHITECTURE) if not one.file]
    assert [one.language for one in found] == ["python", "python", "python"]


# docs/deploying.md


def test_what_the_server_bears_is_what_it_is_started_with():
    """The bounds that are written down are those of the code, and the waiting times fit each other."""
    text = DEPLOYING.read_text()
    for said in (
        f"| connections | {serving.CONNECTIONS}; if it may open fewer than {serving.FILES} files",
        f"closed after {serving.IDLE_SECONDS} seconds",
        f"| {serving.HEADER_BYTES} bytes, then a 431 |",
        f"more than {serving.MEMORY_BYTES} bytes wait in a temporary file",
        f"have {serving.STOP_SECONDS} seconds to be complete",
        f"Each\nhas {serving.threads} threads",
        f"`--threads` is {serving.threads} and",
        f"neither has more than {CONNECTIONS}",
    ):
        assert said in text
    assert int(re.search(r"proxy_read_timeout (\d+)s", text)[1]) < serving.IDLE_SECONDS
    assert int(re.search(r"keepalive (\d+)s", text)[1]) < serving.IDLE_SECONDS


def test_the_samples_of_deploying_set_what_is_read_and_start_what_make_run_starts():
    """Each setting is one of the table, each value is taken, and the command is that of the Makefile."""
    [env] = [one.text for one in samples(DEPLOYING) if one.file == "wizard.env"]
    app = Flask(__name__)
    for name, value in re.findall(r"^FLASK_(\w+)=(.*)$", env, re.M):
        assert name in settings.SIGNUP
        app.config[name] = json.loads(value.strip("'")) if value[0] in "'1t" else value
        if name == "SECRET_KEY":
            # Whoever forgets to put theirs in its place is told so at the start.
            with pytest.raises(wizard.SettingError, match="Make one with"):
                settings.read(app, name, settings.SIGNUP)
        else:
            settings.read(app, name, settings.SIGNUP)
    command = "gunicorn --config python:wizard.serving"
    assert command in (ROOT / "Makefile").read_text()
    text = DEPLOYING.read_text() + (ROOT / "Containerfile").read_text()
    started = re.findall(r"gunicorn[\", ]+--config[\", ]+[\w:.]+", text)
    assert len(started) == 3
    assert {re.sub(r"[\", ]+", " ", one) for one in started} == {command}


def test_the_compose_file_names_settings_that_are_read():
    """Nobody runs it here."""
    compose = (ROOT / "compose.yaml").read_text()
    named = re.findall(r"^ +FLASK_(\w+):", compose, re.M)
    assert len(named) > 6
    assert set(named) <= settings.SIGNUP.keys()


def test_make_help_and_the_workflows_name_targets_that_are_there():
    """Nobody runs the workflows here, and a copy of the project that is no repository may be without them."""
    text = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([\w./-]+):", text, re.M)
    asked = [
        one
        for file in (ROOT / ".github").rglob("*.yml")
        for one in re.findall(r"run: make ([\w./-]+)", file.read_text())
    ]
    assert asked or not (ROOT / ".github").exists()
    helped = set(re.findall(r"'make ([a-z]+)", text))
    assert {*asked, *helped} <= set(targets)
    assert {"run", "dev", "check", "test", "lowest", "soak", "load", "bench", "screenshots", "lock"} <= helped
