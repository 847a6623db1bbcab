"""The command: what an operator sees of what waits, and does about it."""

from __future__ import annotations

import re

from wizard import Mail

ADA = Mail("ada@example.com", "Your ticket", "It is B-1.")


def test_what_waits_and_what_was_given_up_is_listed_without_a_word_of_it(outbox, mailserver, clock):
    """The newest first, with why it was given up."""
    run = outbox.app.test_cli_runner().invoke
    assert run(args=["outbox"]).output == "0 waiting, 0 given up\n"
    first = outbox.put_now(ADA)
    mailserver.answer("RCPT", "550 5.1.1 ada@example.com is unknown")
    assert run(args=["outbox", "send"]).output == "0 sent, 0 to be tried again, 1 given up\n"
    clock.now += 1
    second = outbox.put_now(ADA)
    output = run(args=["outbox"]).output
    assert [line.split() for line in output.splitlines()] == [
        ["1", "waiting,", "1", "given", "up"],
        ["ID", "WHAT", "STATE", "TRIES", "SINCE", "(UTC)", "ERROR"],
        [second, "mail", "waiting", "0", "2027-01-15", "08:00:01"],
        [first, "mail", "given", "up", "1", "2027-01-15", "08:00:00", "RCPT", "TO", "550", "5.1.1"],
    ]
    assert "ada" not in output
    assert first not in run(args=["outbox", "--most", "1"]).output


def test_a_row_is_tried_again_when_the_operator_says_so(outbox, mailserver):
    """By its id, or all of them."""
    run = outbox.app.test_cli_runner().invoke
    row = outbox.put_now(ADA)
    mailserver.answer("RCPT", "550 5.1.1", "450 4.2.1")
    outbox.relay.run()
    assert run(args=["outbox", "retry", row]).output == "1 row will be tried again\n"
    assert run(args=["outbox", "send"]).output == "0 sent, 1 to be tried again, 0 given up\n"
    assert run(args=["outbox", "retry", "all"]).output == "1 row will be tried again\n"
    assert run(args=["outbox", "send"]).output == "1 sent, 0 to be tried again, 0 given up\n"
    assert run(args=["outbox", "retry", "all"]).output == "0 rows will be tried again\n"
    result = run(args=["outbox", "retry", row])
    assert result.exit_code == 2
    assert re.search(f"There is no row '{row}' that waits or was given up", result.output)


def test_what_was_kept_is_sent_when_the_operator_says_so(make, outbox):
    """Once there is a mail server, and not by itself."""
    without = make(MAIL_URL=None)
    first, second = without.put_now(ADA), without.put_now(ADA)
    run = without.app.test_cli_runner().invoke
    assert run(args=["outbox"]).output == "0 waiting, 0 given up\n"
    result = run(args=["outbox", "retry", "kept"])
    assert (result.exit_code, "Set MAIL_URL first" in result.output) == (2, True)
    assert run(args=["outbox", "retry", first]).exit_code == 2

    run = outbox.app.test_cli_runner().invoke
    assert run(args=["outbox", "send"]).output == "0 sent, 0 to be tried again, 0 given up\n"
    listed = run(args=["outbox"]).output.splitlines()
    assert listed[0] == "0 waiting, 0 given up, 2 kept while there was no mail server"
    assert {line.split()[0] for line in listed[2:]} == {first, second}
    assert run(args=["outbox", "retry", "all"]).output == "0 rows will be tried again\n"
    assert run(args=["outbox", "retry", first]).output == "1 row will be tried again\n"
    assert run(args=["outbox", "retry", "kept"]).output == "1 row will be tried again\n"
    assert run(args=["outbox", "send"]).output == "2 sent, 0 to be tried again, 0 given up\n"
    assert run(args=["outbox"]).output == "0 waiting, 0 given up\n"


def test_the_signup_has_the_command(app):
    """As every application with an outbox."""
    assert app.test_cli_runner().invoke(args=["outbox"]).output == "0 waiting, 0 given up\n"
