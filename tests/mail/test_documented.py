"""What ``docs/mail.md`` shows works, and is as it says."""

from __future__ import annotations

import importlib

import pytest
from flask import render_template_string

from tests.docs.pages import ROOT, samples
from wizard.mail import relay, smtp

DOCUMENT = ROOT / "docs" / "mail.md"


@pytest.fixture
def booking(tmp_path, monkeypatch):
    """The module that the samples make, in a folder of its own."""
    application, tests = (one.text for one in samples(DOCUMENT) if one.language == "python")
    url = f"sqlite:///{tmp_path / 'booking.db'}"
    (tmp_path / "booking.py").write_text(application.replace("sqlite:///booking.db", url))
    (tmp_path / "test_mail.py").write_text(tests)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("FLASK_SECRET_KEY", "for the tests")
    monkeypatch.setenv("FLASK_TESTING", "true")
    yield importlib.import_module("booking")
    for name in ("booking", "test_mail"):
        importlib.sys.modules.pop(name, None)


def test_the_samples_run(booking, capsys):
    """As its own test says."""
    importlib.import_module("test_mail").test_a_booking_is_confirmed_by_mail()
    assert capsys.readouterr().out.startswith("Booking ")


def test_the_page_links_to_the_mailbox(booking):
    """Where there is no mail server."""
    [page] = [one.text for one in samples(DOCUMENT) if one.language == "html"]
    with booking.create_app().test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        assert 'href="/mailbox"' in render_template_string(page, _=str)


def test_the_figures_are_those_of_the_relay():
    """Whoever changes one changes the other."""
    text = " ".join(DOCUMENT.read_text().split())
    assert relay.PAUSES == [15, 60, 4 * 60, 16 * 60, 64 * 60, 4 * 3600]
    assert "tried again after 15 seconds, then 1, 4, 16 and 64 minutes, then every four hours" in text
    assert f"given up after {relay.ATTEMPTS} tries" in text
    assert f"hangs for {smtp.SECONDS} seconds" in text
    assert (relay.LEASE, relay.POLL, relay.AWAY[-1], relay.CALL) == (120, 10, 60, 60)
    assert [seconds / 86400 for seconds in relay.KEEP.values()] == [7, 30]
