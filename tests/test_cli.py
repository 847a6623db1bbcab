"""What an operator runs."""

from __future__ import annotations

from datetime import timedelta


def test_purge_deletes_what_has_expired_and_says_how_much(app):
    """What is still good stays."""
    store = app.session_interface.store
    store.save("good", "{}", timedelta(days=1), version=0)
    store.save("old", "{}", timedelta(seconds=-1), version=0)
    run = app.test_cli_runner().invoke
    assert run(args=["sessions", "purge"]).output == "1 expired session deleted\n"
    assert run(args=["sessions", "purge"]).output == "0 expired sessions deleted\n"
    assert store.load("good")
