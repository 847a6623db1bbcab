"""What the doctor says of mails."""

from __future__ import annotations

from wizard import Mail


def test_a_mail_server_that_lets_us_in_is_good(examine, mailserver):
    """Nothing is sent there."""
    assert examine(MAIL_URL=mailserver.url) == []
    assert mailserver.connections == 1
    assert mailserver.handler.tried == []


def test_a_mail_server_that_is_away_is_told(examine, mailserver):
    """With why, and the cure."""
    mailserver.stop()
    [line] = examine(MAIL_URL=mailserver.url)
    why = "it cannot be reached (Connection refused)"
    assert line == f"mail: MAIL_URL: mails wait, as the server does not let us in ({why}). Start it, or mend the URL."
    mailserver.start_again()


def test_what_was_given_up_is_good_to_know(make, mailserver):
    """And where more is said of it."""
    app = make(MAIL_URL=mailserver.url)
    outbox = app.extensions["wizard.outbox"]
    outbox.put_now(Mail("ada@example.com", "Your ticket", "It is B-1."))
    mailserver.answer("RCPT", "550 5.1.1")
    outbox.relay.run()
    result = app.test_cli_runner().invoke(args=["doctor"])
    assert "note   mail: 1 row was given up. See which with: flask --app wizard outbox\n" in result.output
