"""What all tests share: the application on a database of its own, and a visitor who fills in its pages."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Hashable, Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from redis import Redis
from sqlalchemy import create_engine, text
from werkzeug.test import TestResponse

from tests import servers
from tests.mailserver import Mailserver
from wizard import patience
from wizard.accounts import passwords
from wizard.app import create_app
from wizard.database import dispose
from wizard.mail import Outbox
from wizard.sessions.purging import purger
from wizard.testing import walks

# Nearly all that is imported and collected stays until the end. To look there for garbage took a quarter of the time.
gc.set_threshold(50_000, 20, 20)

SECRET_KEY = "for the tests, and as long as it has to be"

#: Every store that keeps sessions on a server.
STORES = ["sqlite", "postgres", "redis", "cluster"]

#: For each store that is a server of its own, the fixture that starts it.
SERVERS = {"postgres": "postgres_server", "redis": "redis_server", "cluster": "redis_cluster"}

ACCOUNT = {"email": "ada@example.com", "username": "ada"}
PROFILE = {"full_name": "Ada Lovelace", "date_of_birth": "1980-03-31", "country": "GB"}
TEAM = {"organisation": "Analytical Engines", "seats": "12"}
SECURITY = {"password": "three random words", "accept_terms": "y"}


class Visitor:
    """A person with a browser: keeps cookies, sends the token that stands on the page."""

    def __init__(self, client: FlaskClient, prefix: str = "/signup") -> None:
        self.client = client
        self.prefix = prefix
        self._token: str | None = None

    def get(self, page: str, **kwargs) -> TestResponse:
        return self.client.get(f"{self.prefix}/{page}", **kwargs)

    def open(self, page: str) -> dict[str, str]:
        """Open a page in another tab, and return what its form sends beside what is typed."""
        return hidden(self.client.get(f"{self.prefix}/{page}", follow_redirects=True).text)

    def token(self, page: str) -> str:
        return self.open(page)["csrf_token"]

    def post(self, page: str, headers=None, **data) -> TestResponse:
        """Send a page as it is by now, without a check for a conflict."""
        if self._token is None:
            # One token is good for every page of a session, and so for a test that need not look at them.
            self._token = self.token(page)
        return self.send(page, {"csrf_token": self._token}, headers=headers, **data)

    def send(self, page: str, opened: dict[str, str], headers=None, **data) -> TestResponse:
        """Send a page that was opened before."""
        return self.client.post(f"{self.prefix}/{page}", data={**opened, **data}, headers=headers)

    def answer(self, page: str, **data) -> None:
        """Answer a step, and see it accepted."""
        response = self.post(page, **data)
        assert response.status_code == 303, shown(response)
        if "/verify" in response.location:
            # What is tested is hardly ever the mail.
            self.answer(response.location.rpartition("/")[2], code=self.code())
        if "/photo" in response.location:
            self.answer(response.location.rpartition("/")[2])

    def code(self) -> str:
        """The code that was mailed last."""
        [letter] = self.client.application.extensions["wizard.outbox"].letters(1)
        return digits_in(letter.mail.text)

    def expire(self) -> None:
        """Let the time of this visitor's session be over."""
        with self.client.session_transaction() as session:
            assert list(session)
            app = self.client.application
            store = app.session_interface.sealed(app)
            store.save(session.cookie["id"], session._own.text, timedelta(seconds=-1), version=session._own.version)
        self._token = None

    def answer_all(self, plan: str = "personal", **account) -> None:
        """Answer every step of the signup."""
        self.answer("account", **{**ACCOUNT, **account})
        self.answer("profile", **PROFILE)
        self.answer("plan", plan=plan)
        if plan == "team":
            self.answer("team", **TEAM)
            self.answer("members")
        self.answer("security", **SECURITY)


def digits_in(mail: str) -> str:
    """The code that stands in the text of a mail."""
    [code] = re.findall(r"\b\d{6}\b", mail)
    return str(code)


def code_in(mailbox: str, address: str) -> str:
    """The code that was mailed last to ``address``, as it stands on the page of the mailbox."""
    letters = [letter for letter in mailbox.split("<article")[1:] if f" {address}," in letter]
    return digits_in(letters[0].partition('<div class="mail-text"')[2])


def stored(app, client):
    """The session of a browser as it is stored, opened."""
    with client.session_transaction() as session:
        return app.session_interface.sealed(app).load(session.cookie["id"]).data


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the first form on a page that changes the session."""
    form = next(form for form in page.split("<form")[1:] if "csrf_token" in form.partition("</form>")[0])
    form = form.partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"[^>]*>', form))


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def shown(response: TestResponse | str) -> str:
    """The text of a page, its tags taken out."""
    parser = _Text()
    parser.feed(response if isinstance(response, str) else response.text)
    return " ".join(" ".join(parser.parts).split())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that needs a server as slow."""
    for item in items:
        given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        if given.get("store_url", "sqlite") != "sqlite" or any(name in SERVERS.values() for name in item.fixturenames):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """Look for no garbage in what is there before the first test."""
    gc.freeze()


class CompiledTemplates(BytecodeCache):
    """Keeps what Jinja has compiled, for all applications that would compile it to the same."""

    def __init__(self) -> None:
        self.codes: dict[Hashable, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get(self.key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[self.key(bucket)] = bucket.code

    def key(self, bucket: Bucket) -> Hashable:
        environment = bucket.environment
        syntax = (environment.trim_blocks, environment.lstrip_blocks, environment.keep_trailing_newline)
        names = (*environment.extensions, *environment.filters.items(), *environment.tests.items())
        return bucket.key, bucket.checksum, syntax, frozenset(names)


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Iterator[None]:
    """Compile each template once, and not once for each application: that is half the time of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()})
        yield


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Hash passwords at no cost: what is tested here is which one is kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_in_the_background() -> Iterator[None]:
    """Let nothing purge or send mails in the background: a test says itself when that is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(purger, "start", lambda: None)
        patch.setattr(Outbox, "_start", lambda _: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def patient() -> Iterator[None]:
    """Wait for a store, and walk, for as long as a busy machine needs. A test that is about the time says how much.

    A walk that is cut short may have seen nothing accepted of what it typed.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patience, "PATIENCE", 60)
        patch.setattr(walks, "SECONDS", 60)
        yield


@pytest.fixture(autouse=True)
def closed_connections() -> Iterator[None]:
    """No test leaves a connection open."""
    yield
    dispose()


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The URL of an empty database."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty instance folder, and no settings."""
    for name in [name for name in os.environ if name.startswith("FLASK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("flask.sansio.app.App.auto_find_instance_path", lambda self: str(tmp_path / "instance"))
    return tmp_path / "instance"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.Postgres]:
    """A real PostgreSQL."""
    with servers.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[servers.Redis]:
    """A real Redis that keeps what it has over a restart."""
    with servers.redis(appendonly=True) as server:
        yield server


@pytest.fixture(scope="session")
def redis_cluster() -> Iterator[servers.RedisCluster]:
    """A real Redis Cluster of three nodes."""
    with servers.redis_cluster() as server:
        yield server


def empty_store(request: pytest.FixtureRequest, name: str, database: str) -> str:
    """The URL of the store of this name, with no table in it. For SQLite it is ``database``."""
    if name == "sqlite":
        return database
    url: str = request.getfixturevalue(SERVERS[name]).url
    if name == "postgres":
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("drop schema public cascade"))
            connection.execute(text("create schema public"))
        engine.dispose()
    if name == "redis":
        # What an earlier test has left would be taken for what this one leaves.
        with Redis.from_url(url) as redis:
            redis.flushall()
    return url


@pytest.fixture(params=[one for one in STORES if one != "cluster"])
def store_url(request: pytest.FixtureRequest, database: str) -> str:
    """The URL of each store, one after the other, with no session in it.

    A cluster differs from Redis in where a key lies, which the tests of the stores themselves see.
    """
    return empty_store(request, request.param, database)


@pytest.fixture
def app(database: str) -> Flask:
    """The application."""
    return create_app({"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, "TESTING": True})


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A new visitor of the signup."""
    return Visitor(app.test_client())


@pytest.fixture
def mailserver() -> Iterator[Mailserver]:
    """A real mail server that accepts everything, unless it is told otherwise."""
    server = Mailserver()
    server.start()
    yield server
    server.stop()
