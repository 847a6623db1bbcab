"""What is written for authors works: the examples in docstrings, and two pages of ``docs/``."""

from __future__ import annotations

import doctest
import inspect
import json
import pkgutil
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import pytest
from flask import Flask

import wizard
from tests.conftest import ACCOUNT, Visitor, shown
from tests.docs.pages import ROOT, samples
from tests.pages.census import serve
from wizard import serving, settings
from wizard.accounts.accounts import Accounts
from wizard.assets import folder
from wizard.database.engine import CONNECTIONS
from wizard.sessions import open_sessions
from wizard.signup.flow import flow as signup_flow
from wizard.testing import Journey

ARCHITECTURE = ROOT / "docs" / "architecture.md"
DEPLOYING = ROOT / "docs" / "deploying.md"
OWN_STEP = ROOT / "docs" / "own-step.md"

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
    assert run_examples(thing, thing.__name__, {name: getattr(wizard, name) for name in wizard.__all__}) > 0


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_work(name):
    """Wherever one stands."""
    module = import_module(name)
    run_examples(module, name, vars(module))


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
    app = Flask(__name__, template_folder=str(folder("templates")))
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
    for one in samples(OWN_STEP):
        if one.file:
            one.write(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    [sample] = [one.text for one in samples(OWN_STEP) if not one.file]
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
    """They are a record each, which run above."""
    assert [one.language for one in samples(ARCHITECTURE)] == ["python", "python"]


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
    for said in ("keepalive", "keepalive_timeout"):
        assert int(re.search(rf"{said} (\d+)s", text)[1]) < serving.IDLE_SECONDS


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
    [own] = [one.text for one in samples(DEPLOYING) if one.file == "app.env"]
    assert set(re.findall(r"^FLASK_(\w+)=", own, re.M)) <= settings.SIGNUP.keys() - {"HTTPS_ONLY"}
    command = "gunicorn --config python:wizard.serving"
    assert command in (ROOT / "Makefile").read_text()
    text = DEPLOYING.read_text() + (ROOT / "Containerfile").read_text()
    started = re.findall(r"gunicorn[\", ]+--config[\", ]+[\w:.]+", text)
    assert len(started) == 3
    assert {re.sub(r"[\", ]+", " ", one) for one in started} == {command}


def test_the_application_of_deploying_believes_its_proxy(tmp_path, monkeypatch):
    """HTTPS makes the cookie secure, another host is refused, and the stores are looked at."""
    [sample] = [one for one in samples(DEPLOYING) if one.file == "app.py"]
    names = {"__name__": "deployed"}
    exec(sample.text, names)  # noqa: S102  (that is what it is for)
    monkeypatch.setenv("FLASK_SECRET_KEY", "only for this test, and long enough")
    monkeypatch.setenv("FLASK_SESSION_URL", f"sqlite:///{tmp_path}/sessions.db")
    monkeypatch.setenv("FLASK_TRUSTED_HOSTS", '["shop.example.com"]')
    monkeypatch.setenv("FLASK_TRUSTED_PROXIES", "1")
    client = names["create_app"]().test_client()
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "shop.example.com"}
    assert "Secure" in client.get("/order/person", headers=told).headers["Set-Cookie"]
    assert client.get("/healthz", headers=told).text == "ok"
    assert client.get("/healthz", headers={**told, "X-Forwarded-Host": "other.example.com"}).status_code == 400


def test_no_proxy_refuses_what_the_signup_would_refuse_with_a_page(app):
    """Whoever chose a photo that is too large is told so at its field, and not by a blank page of the proxy."""
    text = DEPLOYING.read_text() + (ROOT / "compose.yaml").read_text()
    sizes = re.findall(r"(?:max_size|client_max_body_size) (\d+)(MB|m)", text)
    assert [int(size) * 1_000_000 for size, _ in sizes] == [serving.body_limit(app)] * 3


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
    assert {"run", "dev", "check", "test", "lowest", "soak", "load", "bench", "screenshots", "docs", "lock"} <= helped
