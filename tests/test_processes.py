"""Several server processes at once, killed ones, and stores that go away: on real servers, every store.

Each of these is a promise of the README.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import NullPool, create_engine, text

from tests.conftest import ACCOUNT, PROFILE, SECRET_KEY, SECURITY
from tests.conftest import hidden as hidden_of
from tests.processes import Browser, serving
from wizard.sessions import open_store
from wizard.sessions.codec import decode

pytestmark = pytest.mark.slow

#: On each store, which makes 500 on the four.
PAIRS = 125
STEPS = {"account": ACCOUNT, "profile": PROFILE, "plan": {"plan": "personal"}, "security": SECURITY}


@pytest.fixture
def accounts_url(store_url, tmp_path):
    """Where accounts are kept: in the same database where the store is one, else in a file."""
    return store_url if store_url.startswith(("postgresql", "sqlite")) else f"sqlite:///{tmp_path / 'accounts.db'}"


@pytest.fixture
def settings(store_url, accounts_url):
    """The settings of a server over each store."""
    return {"DATABASE_URL": accounts_url, "SESSION_URL": store_url}


@pytest.fixture
def server(tmp_path, settings):
    """A server with several processes over each store."""
    with serving(tmp_path, **settings) as server:
        yield server


@pytest.fixture
def store(store_url):
    """A look into the store of the server."""
    return open_store(store_url)


def references(url):
    """The references of all accounts."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        return list(connection.execute(text("select reference from accounts")).scalars())


def kept(store, browser):
    """What the session of a browser holds."""
    record = store.load(decode_id(browser))
    return decode(record.data) if record else None


def visitor(number):
    """The first answer of one of many visitors."""
    return {"email": f"v{number}@example.com", "username": f"visitor{number}"}


def at_once(*calls):
    """The results of calls that begin at the same moment."""
    barrier = threading.Barrier(len(calls))

    def call(one):
        barrier.wait()
        return one()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


def answer_all(browser, account=ACCOUNT):
    """Answer every step of the signup, and come to the summary."""
    for page, data in {**STEPS, "account": account}.items():
        assert browser.post(page, data).status == 303


def test_of_two_tabs_that_save_at_once_both_survive(server, store):
    """Pairs of parallel POSTs for different steps of one session leave an answer each, pair after pair."""

    def pair(number):
        browser = Browser(server)
        for page, data in {"account": visitor(number), "profile": PROFILE, "plan": {"plan": "personal"}}.items():
            assert browser.post(page, data).status == 303
        token = {"csrf_token": browser.fields("profile")["csrf_token"]}
        tabs = [Browser(server, browser.cookies) for _ in range(2)]
        changed = {**PROFILE, "full_name": f"Visitor {number}"}
        answers = at_once(
            lambda: tabs[0].post("profile", changed, token), lambda: tabs[1].post("plan", {"plan": "team"}, token)
        )
        assert [answer.status for answer in answers] == [303, 303]
        saved = kept(store, tabs[0])["signup"]["answers"]
        return (saved["profile"]["full_name"] == f"Visitor {number}") + (saved["plan"]["plan"] == "team")

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(pair, range(PAIRS))) == 2 * PAIRS


def test_what_is_in_flight_when_the_answers_are_cleared_does_not_bring_them_back(server, store):
    """Whichever comes first, the old answers are gone, and what was typed last is kept at the most."""
    for number in range(20):
        browser = Browser(server)
        assert browser.post("account", visitor(number)).status == 303
        token = {"csrf_token": browser.fields("profile")["csrf_token"]}
        tabs = [Browser(server, browser.cookies) for _ in range(2)]
        statuses = [
            answer.status
            for answer in at_once(
                lambda tabs=tabs, token=token: tabs[0].post("clear", {}, token),
                lambda tabs=tabs, token=token: tabs[1].post("profile", PROFILE, token),
            )
        ]
        assert statuses == [303, 303]
        record = kept(store, browser)["signup"]
        assert "account" not in record.get("answers", {})
        assert "example.com" not in str(record)
        for tab in tabs:
            session = decode_id(tab) and kept(store, tab)
            assert "account" not in ((session or {}).get("signup", {}).get("answers", {}))


def test_what_is_in_flight_when_the_run_is_finished_does_not_bring_its_answers_back(server, store, accounts_url):
    """The account is there, and beside the receipt nothing but what was typed last, if it came too late."""
    for number in range(10):
        browser = Browser(server)
        answer_all(browser, visitor(number))
        token = {"csrf_token": browser.fields("profile")["csrf_token"]}
        tabs = [Browser(server, browser.cookies) for _ in range(2)]
        finish, late = at_once(
            lambda tabs=tabs, token=token: tabs[0].post("summary", {}, token),
            lambda tabs=tabs, token=token: tabs[1].post("profile", PROFILE, token),
        )
        assert (finish.status, finish.location) == (303, "/signup/done")
        # It comes before the claim, while the answers are frozen, or after the end.
        assert late.status in (303, 422)
        for tab in (browser, *tabs):
            record = kept(store, tab)["signup"]
            assert len(record["receipts"]) == 1
            assert record.get("answers", {}).keys() <= {"profile"}
            assert "example.com" not in str(record)
    assert len(references(accounts_url)) == 10


def decode_id(browser):
    """The id in the cookie of a browser, if it has one."""
    return URLSafeSerializer(SECRET_KEY, salt="wizard-session").loads(browser.cookies["session"]).get("id")


def test_twenty_finishes_at_once_create_one_account_and_give_one_receipt(server, accounts_url, store):
    """Clicks, tabs and retries: all see the same end, and one row is left, with the Receipt alone."""
    browser = Browser(server)
    answer_all(browser)
    hidden = browser.fields("summary")
    tabs = [Browser(server, browser.cookies) for _ in range(20)]
    answers = at_once(*(lambda tab=tab: tab.post("summary", {}, hidden) for tab in tabs))
    assert {(answer.status, answer.location) for answer in answers} == {(303, "/signup/done")}
    [reference] = references(accounts_url)
    record = {"format": 2, "receipts": [{"run": hidden["_run"], "reference": reference}]}
    assert all(kept(store, tab)["signup"] == record for tab in (browser, *tabs))
    assert {decode_id(tab) for tab in tabs} == {decode_id(browser)}
    assert {reference in tab.get("done").text for tab in (browser, *tabs)} == {True}
    assert browser.get("summary").location == "/signup/account"


def test_a_finish_that_dies_before_it_answers_is_finished_by_the_retry(tmp_path, settings, accounts_url, monkeypatch):
    """The process is killed between creating the account and answering: one account, and its reference."""
    crash = tmp_path / "crash"
    monkeypatch.setenv("CRASH_FILE", str(crash))
    with serving(tmp_path, "tests.crashing:create_app()", **settings) as server:
        browser = Browser(server)
        answer_all(browser)
        hidden = browser.fields("summary")
        crash.touch()
        with pytest.raises(OSError, match=r"closed connection|reset"):
            browser.post("summary", {}, hidden)
        assert len(references(accounts_url)) == 1
        assert browser.until_sent("summary", {}, hidden).location == "/signup/done"
        assert len(references(accounts_url)) == 1
        [reference] = references(accounts_url)
        assert reference in browser.get("done").text


def test_workers_that_are_killed_lose_no_answer(tmp_path, settings, store):
    """Between two steps and during one, on two servers over one store: every step answered with 303 is there."""
    with serving(tmp_path, **settings) as one, serving(tmp_path, **settings) as other:
        for round_ in range(3):
            browser = Browser(one)
            done = []
            for number, (page, data) in enumerate(STEPS.items()):
                data = visitor(round_) if page == "account" else data
                hidden = browser.fields(page)
                killer = threading.Thread(target=browser.server.kill_workers)
                killer.start()
                assert browser.until_sent(page, data, hidden).status == 303
                killer.join()
                done.append(page)
                browser.server = (other, one)[number % 2]
                browser.server.kill_workers()
                while not browser.try_get("/healthz"):
                    time.sleep(0.02)
                assert list(kept(store, browser)["signup"]["answers"]) == done
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


@pytest.fixture
def hasty(tmp_path, settings):
    """A server over each store that waits no longer for it than outside of the tests."""
    with serving(tmp_path, patience=None, **settings) as server:
        yield server


def timed(send):
    """What is answered, and in how many seconds."""
    begun = time.monotonic()
    return send(), time.monotonic() - begun


@pytest.mark.parametrize(
    ("store_url", "how"),
    [
        ("sqlite", "locked"),
        ("postgres", "stopped"),
        ("postgres", "frozen"),
        ("redis", "stopped"),
        ("redis", "frozen"),
    ],
    indirect=["store_url"],
)
def test_a_store_that_goes_away_is_told_in_two_seconds_and_nothing_is_lost(hasty, store_url, how, request):
    """A styled 503 that says when to come back, and so does the health check; when it is back, the journey goes on.

    On a machine that has much else to do, all takes longer: by what requests take that wait for nothing.
    """
    browser = Browser(hasty)
    persist(lambda: browser.post("account", ACCOUNT))
    hidden = hidden_of(persist(lambda: browser.get("profile"), 200).text)
    usual = max(timed(lambda: browser.request("GET", "/nowhere"))[1] for _ in range(5))
    with away(request, store_url, how):
        sends = [
            lambda: browser.post("profile", PROFILE, hidden),
            lambda: browser.get("profile"),
            lambda: browser.request("GET", "/healthz"),
        ]
        for send in sends:
            answer, seconds = timed(send)
            assert seconds < 2 + 10 * usual
            if store_url.startswith("sqlite") and send is sends[1]:
                # Another writer keeps nobody from reading.
                assert answer.status == 200
                continue
            assert answer.status == 503
            if send is sends[2]:
                assert json.loads(answer.text) == {"status": "unavailable"}
            else:
                assert answer.headers["Retry-After"] == "5"
                assert "Your answers are kept" in answer.text
    assert "Traceback" not in hasty.log
    assert persist(lambda: browser.post("profile", PROFILE, hidden)).location == "/signup/plan"
    assert "ada@example.com" in persist(lambda: browser.get("account"), 200).text


def persist(send, status=303):
    """What is answered in the end: a server that is short of patience may need to be asked again."""
    deadline = time.monotonic() + 60
    while (answer := send()).status == 503:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert answer.status == status
    return answer


def test_behind_a_proxy_that_is_trusted_the_cookie_is_that_of_https(tmp_path):
    """The scheme is what the proxy says, if it is to be believed."""
    database = f"sqlite:///{tmp_path / 'a.db'}"
    for proxies, name in (("1", "__Host-session"), ("0", "session")):
        with serving(tmp_path, DATABASE_URL=database, TRUSTED_PROXIES=proxies) as server:
            browser = Browser(server)
            browser.request("GET", "/signup/account", **{"X-Forwarded-Proto": "https"})
            assert list(browser.cookies) == [name]
