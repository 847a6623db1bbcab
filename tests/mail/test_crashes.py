"""Crashes: whatever dies, and wherever, there is one account, and its mail is sent at least once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from queue import SimpleQueue

import pytest

from tests.conftest import PROFILE, SECRET_KEY, SECURITY, Visitor, digits_in
from tests.mail.crashing import PLACES, settings
from tests.processes import Browser, serving
from wizard import Mail
from wizard.app import create_app
from wizard.mail.relay import LEASE

pytestmark = pytest.mark.slow

STEPS = {"profile": PROFILE, "plan": {"plan": "personal"}, "photo": {}, "security": SECURITY}


def test_a_process_that_is_killed_anywhere_leaves_one_account_and_every_mail(tmp_path, mailserver, monkeypatch):
    """The visitor presses the button again; another process sends what waits. All tries have one Message-ID."""
    monkeypatch.setenv("MAIL_URL", mailserver.url)
    subprocess.run([sys.executable, "-m", "tests.mail.crashing", tmp_path, *PLACES], check=True, timeout=300)
    # What the children have sent before they died.
    sent = {"mail sent": 1, "row deleted": 1}
    assert len(welcomed(mailserver)) == sum(sent.values())
    for place in PLACES:
        before = welcomed(mailserver)
        app = create_app(settings(tmp_path, place))
        outbox = app.extensions["wizard.outbox"]
        cookie, opened = json.loads((tmp_path / f"{place}.json").read_text())
        visitor = Visitor(app.test_client())
        visitor.client.set_cookie("session", cookie)
        assert visitor.send("summary", opened).location == "/signup/done", place
        assert app.extensions["accounts"].count() == 1
        now = outbox.clock()
        outbox.relay._clock = lambda now=now: now + LEASE
        outbox.relay.run()
        assert outbox.letters() == []
        new = welcomed(mailserver)[len(before) :]
        assert len(new) == (0 if place == "row deleted" else 1), place
        assert len(set(before + new) - set(before)) == (0 if place in sent else 1), place


def welcomed(mailserver):
    """The ids of the mails that tell of a new account. Before them, a code was sent."""
    return [mail["Message-ID"] for mail in mailserver.mails if mail["Subject"] == "Your account is ready"]


def test_a_server_sends_its_mails_by_itself(tmp_path, mailserver):
    """Those that wait when it starts, and those that it puts, at once; it stops although the mail server hangs."""
    arrived = SimpleQueue()
    mailserver.handler.arrived = arrived.put
    url = f"sqlite:///{tmp_path / 'test.db'}"
    given = {"DATABASE_URL": url, "MAIL_URL": mailserver.url, "PUBLIC_URL": "https://example.com"}
    outbox = create_app({**given, "SECRET_KEY": SECRET_KEY}).extensions["wizard.outbox"]
    outbox.put_now(Mail("first@example.com", "Your account is ready", "Text"))
    with serving(tmp_path, **given) as server:
        assert arrived.get(timeout=60)["To"] == "first@example.com"
        sign_up(Browser(server), "second", arrived)
        assert arrived.get(timeout=60)["To"] == "second@example.com"
        sign_up(Browser(server), "third", arrived, mailserver.hang)
        assert arrived.get(timeout=60)["To"] == "third@example.com"
        os.kill(server.process.pid, 15)
        # Gunicorn itself would wait for 30 seconds, and kill its workers then.
        assert server.process.wait(25) == 0
    # It is another's, once the lease is over.
    assert len(outbox.letters()) == 1


def sign_up(browser, username, arrived, before_the_end=lambda: None):
    """Sign somebody up, with the code that arrives."""
    assert browser.post("account", {"email": f"{username}@example.com", "username": username}).status == 303
    code = digits_in(arrived.get(timeout=60).get_content())
    for page, data in {"verify": {"code": code}, **STEPS}.items():
        assert browser.post(page, data).status == 303
    before_the_end()
    assert browser.post("summary", {}, browser.fields("summary")).location == "/signup/done"
