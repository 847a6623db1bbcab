"""Several server processes at once, killed ones, and stores that go away: on real servers, every store.

Each of these is a promise of the docs. The tests share the servers: each has visitors of its own.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import cached_property

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import NullPool, create_engine, text

from tests.conftest import PROFILE, SECRET_KEY, SECURITY, STORES, empty_store
from tests.conftest import hidden as hidden_of
from tests.processes import PATIENCE, Browser, serving
from wizard import patience
from wizard.sessions import open_store
from wizard.sessions.codec import decode
from wizard.sessions.sealed import SealedStore

pytestmark = pytest.mark.slow

#: Pairs of tabs of each visitor, on each store, which makes 500 on the four.
VISITORS, PAIRS = 5, 25
STEPS = {"profile": PROFILE, "plan": {"plan": "personal"}, "photo": {}, "security": SECURITY}

#: The seconds that a server waits for a store outside of the tests.
OWN_PATIENCE = patience.PATIENCE

_numbers = itertools.count()


class Site:
    """The signup over one store. Its servers are started when a test asks for them first, and are there for all.

    :param store_url: where sessions are.
    :param folder: where files are.
    """

    def __init__(self, store_url, folder):
        self.store_url = store_url
        self.folder = folder
        is_sql = store_url.startswith(("postgresql", "sqlite"))
        self.accounts_url = store_url if is_sql else f"sqlite:///{folder / 'accounts.db'}"
        self.store = open_store(store_url)
        self.crash = folder / "crash"
        self._servers = ExitStack()

    def _start(self, app="wizard.app:create_app()", patience=PATIENCE, **more):
        settings = {"DATABASE_URL": self.accounts_url, "SESSION_URL": self.store_url, **more}
        return self._servers.enter_context(serving(self.folder, app, patience=patience, **settings))

    @cached_property
    def server(self):
        """A server with several processes. One of them dies if the file ``crash`` is there while it finishes a run."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CRASH_FILE", str(self.crash))
            return self._start("tests.crashing:create_app()")

    @cached_property
    def other(self):
        """Another server over the same store, behind a proxy that it trusts."""
        return self._start(TRUSTED_PROXIES="1")

    @cached_property
    def hasty(self):
        """A server that waits no longer for the store than outside of the tests."""
        return self._start(patience=OWN_PATIENCE)

    def kept(self, browser):
        """What the session of a browser holds."""
        record = SealedStore(self.store, SECRET_KEY).load(decode_id(browser))
        return decode(record.data) if record else None

    def references(self, *usernames):
        """The references of the accounts with these names."""
        engine = create_engine(self.accounts_url, poolclass=NullPool)
        with engine.begin() as connection:
            found = connection.execute(text("select username, reference from accounts")).all()
        return [reference for username, reference in found if username in usernames]

    def stop(self):
        """Stop the servers, the last one first."""
        self._servers.close()


@pytest.fixture(scope="module", params=STORES)
def site(request, tmp_path_factory):
    """The signup over each store."""
    folder = tmp_path_factory.mktemp(request.param)
    site = Site(empty_store(request, request.param, f"sqlite:///{folder / 'test.db'}"), folder)
    yield site
    site.stop()


def decode_id(browser):
    """The id in the cookie of a browser, if it has one."""
    return URLSafeSerializer(SECRET_KEY, salt="wizard-session").loads(browser.cookies["session"]).get("id")


def visitor():
    """The first answer of a visitor, like nobody else's."""
    number = next(_numbers)
    return {"email": f"v{number}@example.com", "username": f"visitor{number}"}


def at_once(*calls):
    """The results of calls that begin at the same moment."""
    barrier = threading.Barrier(len(calls))

    def call(one):
        barrier.wait()
        return one()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


def answer_all(browser, account):
    """Answer every step of the signup, and come to the summary."""
    browser.begin(account)
    for page, data in STEPS.items():
        assert browser.post(page, data).status == 303


def test_of_two_tabs_that_save_at_once_both_survive(site):
    """Pairs of parallel POSTs for different steps of one session leave an answer each, pair after pair."""

    def pairs(account):
        browser = Browser(site.server)
        answer_all(browser, account)
        token = {"csrf_token": browser.fields("profile")["csrf_token"]}
        tabs = [Browser(site.server, browser.cookies) for _ in range(2)]
        for number in range(PAIRS):
            name, plan = f"Visitor {number}", ("team", "personal")[number % 2]
            answers = at_once(
                lambda name=name: tabs[0].post("profile", {**PROFILE, "full_name": name}, token),
                lambda plan=plan: tabs[1].post("plan", {"plan": plan}, token),
            )
            assert [answer.status for answer in answers] == [303, 303]
            saved = site.kept(browser)["signup"]["answers"]
            assert (saved["profile"]["full_name"], saved["plan"]["plan"]) == (name, plan)

    with ThreadPoolExecutor(VISITORS) as pool:
        list(pool.map(pairs, [visitor() for _ in range(VISITORS)]))


def test_what_is_in_flight_when_the_answers_are_cleared_does_not_bring_them_back(site):
    """Whichever comes first, the old answers are gone, and what was typed last is kept at the most."""
    for _ in range(10):
        browser = Browser(site.server)
        browser.begin(visitor())
        token = {"csrf_token": browser.fields("profile")["csrf_token"]}
        tabs = [Browser(site.server, browser.cookies) for _ in range(2)]
        statuses = [
            answer.status
            for answer in at_once(
                lambda tabs=tabs, token=token: tabs[0].post("clear", {}, token),
                lambda tabs=tabs, token=token: tabs[1].post("profile", PROFILE, token),
            )
        ]
        assert statuses == [303, 303]
        record = site.kept(browser)["signup"]
        assert "account" not in record.get("answers", {})
        assert "example.com" not in str(record)
        for tab in tabs:
            session = decode_id(tab) and site.kept(tab)
            assert "account" not in ((session or {}).get("signup", {}).get("answers", {}))


def test_what_is_in_flight_when_the_run_is_finished_does_not_bring_its_answers_back(site):
    """The account is there, and beside the receipt nothing but what was typed last, if it came too late."""
    for _ in range(5):
        browser, account = Browser(site.server), visitor()
        answer_all(browser, account)
        token = {"csrf_token": browser.fields("profile")["csrf_token"]}
        tabs = [Browser(site.server, browser.cookies) for _ in range(2)]
        finish, late = at_once(
            lambda tabs=tabs, token=token: tabs[0].post("summary", {}, token),
            lambda tabs=tabs, token=token: tabs[1].post("profile", PROFILE, token),
        )
        assert (finish.status, finish.location) == (303, "/signup/done")
        # It comes before the claim, while the answers are frozen, or after the end.
        assert late.status in (303, 422)
        for tab in (browser, *tabs):
            record = site.kept(tab)["signup"]
            assert len(record["receipts"]) == 1
            assert record.get("answers", {}).keys() <= {"profile"}
            assert "example.com" not in str(record)
        assert len(site.references(account["username"])) == 1


def test_twenty_finishes_at_once_create_one_account_and_give_one_receipt(site):
    """Clicks, tabs and retries: all see the same end. Under the id of before, the Receipt alone is left."""
    browser, account = Browser(site.server), visitor()
    answer_all(browser, account)
    hidden = browser.fields("summary")
    tabs = [Browser(site.server, browser.cookies) for _ in range(20)]
    answers = at_once(*(lambda tab=tab: tab.post("summary", {}, hidden) for tab in tabs))
    assert {(answer.status, answer.location) for answer in answers} == {(303, "/signup/done")}
    [reference] = site.references(account["username"])
    record = {"format": 2, "receipts": [{"run": hidden["_run"], "reference": reference}]}
    assert all(site.kept(tab)["signup"] == record for tab in (browser, *tabs))
    assert decode_id(browser) not in {decode_id(tab) for tab in tabs if "_user_id" in site.kept(tab)}
    assert site.kept(browser).keys() <= {" begun", "csrf_token", "signup"}
    assert {reference in tab.get("done").text for tab in (browser, *tabs)} == {True}
    assert browser.get("summary").location == "/signup/account"


def test_a_finish_that_dies_before_it_answers_is_finished_by_the_retry(site):
    """The process is killed between creating the account and answering: one account, and its reference."""
    browser, account = Browser(site.server), visitor()
    answer_all(browser, account)
    hidden = browser.fields("summary")
    site.crash.touch()
    with pytest.raises(OSError, match=r"closed connection|reset"):
        browser.post("summary", {}, hidden)
    assert len(site.references(account["username"])) == 1
    assert browser.until_sent("summary", {}, hidden).location == "/signup/done"
    [reference] = site.references(account["username"])
    assert reference in browser.get("done").text


def test_workers_that_are_killed_lose_no_answer(site):
    """Between two steps and during one, on two servers over one store: every step answered with 303 is there."""
    browser, account = Browser(site.server), visitor()
    done = []
    for number, (page, data) in enumerate({"account": account, "verify": {}, **STEPS}.items()):
        hidden = browser.fields(page)
        if page == "verify":
            data = {"code": browser.code(account["email"])}
        killer = threading.Thread(target=browser.server.kill_workers)
        killer.start()
        assert browser.until_sent(page, data, hidden).status == 303
        killer.join()
        done.append(page)
        browser.server = (site.other, site.server)[number % 2]
        browser.server.kill_workers()
        while not browser.try_get("/healthz"):
            time.sleep(0.02)
        assert list(site.kept(browser)["signup"]["answers"]) == done
    assert browser.until_sent("summary", {}, browser.fields("summary")).location == "/signup/done"


@contextmanager
def away(request, store_url, how):
    """The store does not answer."""
    if store_url.startswith("sqlite"):
        # Another process holds the lock to write; SQLite goes on reading.
        with closing(sqlite3.connect(store_url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            connection.execute("begin immediate")
            yield
            connection.execute("rollback")
        return
    name = "postgres_server" if store_url.startswith("postgresql") else "redis_server"
    server = request.getfixturevalue(name)
    (server.stop if how == "stopped" else server.pause)()
    try:
        yield
    finally:
        (server.start if how == "stopped" else server.resume)()


def timed(send):
    """What is answered, and in how many seconds."""
    begun = time.monotonic()
    return send(), time.monotonic() - begun


@pytest.mark.parametrize(
    ("site", "how"),
    [
        ("sqlite", "locked"),
        ("postgres", "stopped"),
        ("postgres", "frozen"),
        ("redis", "stopped"),
        ("redis", "frozen"),
    ],
    indirect=["site"],
)
def test_a_store_that_goes_away_is_told_in_two_seconds_and_nothing_is_lost(site, how, request):
    """A styled 503 that says when to come back, and so does the health check; when it is back, the journey goes on.

    On a machine that has much else to do, all takes longer: by what requests take that wait for nothing.
    """
    browser, account = Browser(site.hasty), visitor()
    persist(lambda: browser.post("account", account))
    code = browser.code(account["email"])
    persist(lambda: browser.post("verify", {"code": code}))
    hidden = hidden_of(persist(lambda: browser.get("profile"), 200).text)
    usual = max(timed(lambda: browser.request("GET", "/nowhere"))[1] for _ in range(5))
    with away(request, site.store_url, how):
        sends = [
            lambda: browser.post("profile", PROFILE, hidden),
            lambda: browser.get("profile"),
            lambda: browser.request("GET", "/healthz"),
        ]
        for send in sends:
            answer, seconds = timed(send)
            assert seconds < 2 + 10 * usual
            if site.store_url.startswith("sqlite") and send is sends[1]:
                # Another writer keeps nobody from reading.
                assert answer.status == 200
                continue
            assert answer.status == 503
            if send is sends[2]:
                assert json.loads(answer.text) == {"status": "unavailable"}
            else:
                assert answer.headers["Retry-After"] == "5"
                assert "Your answers are saved" in answer.text
    assert "Traceback" not in site.hasty.log
    assert persist(lambda: browser.post("profile", PROFILE, hidden)).location == "/signup/plan"
    assert account["email"] in persist(lambda: browser.get("account"), 200).text


def persist(send, status=303):
    """What is answered in the end: a server that is short of patience may need to be asked again."""
    deadline = time.monotonic() + 60
    while (answer := send()).status == 503:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert answer.status == status
    return answer


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_behind_a_proxy_that_is_trusted_the_cookie_is_that_of_https(site):
    """The scheme is what the proxy says, if it is to be believed."""
    for server, name in ((site.other, "__Host-session"), (site.server, "session")):
        browser = Browser(server)
        browser.request("GET", "/signup/account", **{"X-Forwarded-Proto": "https"})
        assert list(browser.cookies) == [name]
