"""Relay: what waits is sent at least once, with one Message-ID, and what cannot be sent is given up."""

from __future__ import annotations

import pytest

from wizard import Call, Mail, Refused
from wizard.mail import relay, smtp
from wizard.mail.relay import ATTEMPTS, LEASE, PAUSES
from wizard.mail.rows import GIVEN_UP, WAITING, Rows

ADA = Mail("ada@example.com", "Your ticket", "It is B-1.")
EVE = Mail("eve@example.com", "Your ticket", "It is B-2.")


@pytest.fixture(autouse=True)
def no_chance(monkeypatch):
    """Let every pause be as long as it is written down."""
    monkeypatch.setattr(relay, "chance", lambda: 0)


def waiting(outbox):
    """What waits: how often each was tried, in how many seconds it is due, and why."""
    rows = outbox.rows.find(WAITING)
    return [(row.attempts, round(row.due / 1000 - outbox.clock()), row.error) for row in rows]


def test_a_mail_is_sent_and_its_row_is_gone(outbox, mailserver):
    """With all that a mail needs."""
    row = outbox.put_now(ADA)
    assert outbox.relay.run() == {"sent": 1}
    [mail] = mailserver.mails
    assert mail["From"] == "no-reply@example.com"
    assert mail["To"] == "ada@example.com"
    assert mail["Subject"] == "Your ticket"
    assert mail["Message-ID"] == f"<{row}@example.com>"
    assert mail["Date"].datetime.timestamp() == int(outbox.clock())
    assert mail.get_content().split() == ["It", "is", "B-1."]
    assert outbox.letters() == []
    assert outbox.relay.run() == {}


def test_many_mails_go_over_one_connection(outbox, mailserver):
    """In the order in which they were put."""
    for number in range(5):
        outbox.put_now(Mail("ada@example.com", f"{number}", "Text"))
        outbox.clock.now += 1
    assert outbox.relay.run() == {"sent": 5}
    assert [mail["Subject"] for mail in mailserver.mails] == ["0", "1", "2", "3", "4"]
    assert mailserver.connections == 1


def test_what_is_greylisted_is_tried_again_with_the_same_message_id(outbox, mailserver, clock):
    """A little later each time; nothing of what the server says is kept but numbers."""
    row = outbox.put_now(ADA)
    mailserver.answer("DATA", "451 4.7.1 ada@example.com: come back later", "450 ada@example.com")
    assert outbox.relay.run() == {"later": 1}
    assert waiting(outbox) == [(1, PAUSES[0], "DATA 451 4.7.1")]
    assert outbox.relay.run() == {}
    clock.now += PAUSES[0]
    assert outbox.relay.run() == {"later": 1}
    assert waiting(outbox) == [(2, PAUSES[1], "DATA 450")]
    clock.now += PAUSES[1]
    assert outbox.relay.run() == {"sent": 1}
    assert {mail["Message-ID"] for mail in mailserver.mails} == {f"<{row}@example.com>"}
    assert len(mailserver.mails) == 3


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_what_is_refused_is_given_up_and_holds_up_nobody(outbox, mailserver, caplog, command):
    """An operator sees why, and no address."""
    outbox.put_now(ADA)
    outbox.clock.now += 1
    outbox.put_now(EVE)
    mailserver.answer(command, "550 5.1.1 ada@example.com is unknown")
    assert outbox.relay.run() == {"given up": 1, "sent": 1}
    [row] = outbox.rows.find(GIVEN_UP)
    assert row.error.endswith("550 5.1.1")
    [record] = caplog.records
    assert record.getMessage() == f"The mail {row.id} was given up after 1 try: {row.error}"
    assert mailserver.mails[-1]["To"] == "eve@example.com"


def test_what_never_comes_through_is_given_up_after_days(outbox, mailserver, clock):
    """And tried as often as a new one when an operator says so."""
    outbox.put_now(ADA)
    mailserver.answer("RCPT", *["450 4.2.1"] * ATTEMPTS)
    begun, found = clock.now, []
    while outbox.rows.find(WAITING):
        found += outbox.relay.run()
        clock.now = outbox.rows.find(WAITING, GIVEN_UP)[0].due / 1000
    assert found == ["later"] * (ATTEMPTS - 1) + ["given up"]
    assert 2 <= (clock.now - begun) / 86400 <= 4
    assert outbox.rows.retry(None, round(clock.now * 1000)) == 1
    assert outbox.relay.run() == {"sent": 1}


def test_a_server_that_is_away_is_no_fault_of_any_mail(outbox, mailserver, clock, caplog):
    """However long it is away, nothing is given up, and it is asked once in a while; calls are made meanwhile."""
    called = []
    outbox.handles("ledger")(lambda arguments, key: called.append(arguments))
    for mail in (ADA, EVE):
        outbox.put_now(mail)
    mailserver.stop()
    for _ in range(ATTEMPTS + 1):
        clock.now += 1
        outbox.put_now(Call("ledger", {"reference": "B-1"}))
        # One mail is tried, and given back.
        assert outbox.relay.run() == {"later": 1, "sent": 1}
        assert outbox.relay.run() == {}
        clock.now += relay.AWAY[-1]
    assert len(called) == ATTEMPTS + 1
    assert [row.attempts for row in outbox.rows.find(WAITING)] == [0, 0]
    assert [record.getMessage() for record in caplog.records] == [
        "The mail server is away, and mails wait: it cannot be reached (Connection refused)"
    ]
    mailserver.start_again()
    assert outbox.relay.run() == {"sent": 2}


def test_a_server_that_hangs_holds_up_neither_calls_nor_the_next_round(make, mailserver, clock, monkeypatch):
    """The mail that it hangs at is tried again, later each time; the others a little later."""
    monkeypatch.setattr("wizard.mail.smtp.Smtp.__init__.__defaults__", (0.5,))
    outbox = make(MAIL_URL=mailserver.url)
    outbox.handles("ledger")(lambda arguments, key: None)
    outbox.put_now(ADA)
    clock.now += 1
    outbox.put_now(EVE)
    outbox.put_now(Call("ledger"))
    # Connected before its time runs: a busy machine may need longer for that alone, and the server is not away.
    server = outbox.relay._smtp
    server._session = smtp._Session(server._server, 30)
    server._session.open()
    mailserver.hang()
    assert outbox.relay.run() == {"later": 1, "sent": 1}
    mailserver.go_on()
    # A busy machine may need longer than that.
    server._seconds = 30
    assert sorted(waiting(outbox)) == [(0, 0, None), (1, PAUSES[0], "no answer in time")]
    clock.now += relay.AWAY[0]
    assert outbox.relay.run() == {"sent": 1}
    clock.now += PAUSES[0]
    assert outbox.relay.run() == {"sent": 1}


def test_a_call_is_made_with_its_arguments_and_the_id_of_its_row(outbox):
    """In an application context; the same key after an error, of which the log holds no answer."""
    found = []

    @outbox.handles("ledger")
    def ledger(arguments, key):
        found.append((arguments, key, outbox.app.name))
        if len(found) == 1:
            raise RuntimeError("ada@example.com")

    row = outbox.put_now(Call("ledger", {"reference": "B-1"}))
    assert outbox.relay.run() == {"later": 1}
    assert waiting(outbox) == [(1, PAUSES[0], "RuntimeError")]
    outbox.clock.now += PAUSES[0]
    assert outbox.relay.run() == {"sent": 1}
    assert found == [({"reference": "B-1"}, row, outbox.app.name)] * 2


def test_a_call_that_is_refused_is_given_up(outbox):
    """The author knows that it will never be otherwise."""

    @outbox.handles("ledger")
    def ledger(arguments, key):
        raise Refused("closed")

    outbox.put_now(Call("ledger"))
    assert outbox.relay.run() == {"given up": 1}


def test_a_call_that_another_version_of_the_application_has_put_waits(outbox, make):
    """Until there is a function for it."""
    outbox.handles("new")(lambda arguments, key: None)
    outbox.put_now(Call("new"))
    assert make().relay.run() == {"later": 1}
    assert waiting(outbox) == [(1, PAUSES[0], "no function is registered for it")]


def test_a_row_of_a_relay_that_has_died_is_sent_by_another(outbox, make, mailserver, clock):
    """Once its lease is over, and not before."""
    outbox.put_now(ADA)
    assert outbox.relay._lease() is not None
    other = make(MAIL_URL=mailserver.url)
    assert other.relay.run() == {}
    clock.now += LEASE - 1
    assert other.relay.run() == {}
    clock.now += 1
    assert other.relay.run() == {"sent": 1}


def test_a_row_that_kills_each_process_is_given_up(outbox, mailserver, clock):
    """It is tried no oftener than another one."""
    outbox.put_now(ADA)
    for _ in range(ATTEMPTS):
        assert outbox.relay._lease() is not None
        clock.now += LEASE
    assert outbox.relay.run() == {"given up": 1}
    assert mailserver.mails == []


def test_a_relay_that_was_too_slow_changes_nothing_of_what_another_does(outbox, make, mailserver, clock):
    """It notes no failure in a row that is not its own any more."""
    outbox.put_now(ADA)
    slow = outbox.relay._lease()
    clock.now += LEASE
    theirs = make(MAIL_URL=mailserver.url).relay._lease()
    outbox.rows.give_back(slow, state=GIVEN_UP, error="too slow")
    [row] = outbox.rows.find(WAITING)
    assert row.lease == theirs.lease


@pytest.mark.parametrize("outbox_url", ["sqlite", "postgres"], indirect=True)
def test_two_relays_share_the_work(make, mailserver, outbox_url):
    """Each row is one relay's, whoever asks first."""
    one, two = (make(outbox_url, MAIL_URL=mailserver.url) for _ in range(2))
    for number in range(6):
        one.put_now(Mail("ada@example.com", f"{number}", "Text"))
    taken = [relay._lease().id for relay in (one.relay, two.relay) * 3]
    assert len(set(taken)) == 6
    assert one.relay._lease() is two.relay._lease() is None


def test_on_postgresql_nobody_waits_for_a_row_that_another_relay_is_just_taking(make, mailserver, postgres_server):
    """It is passed over."""
    outbox = make(postgres_server.url, MAIL_URL=mailserver.url)
    outbox.rows.retry(None, 0)
    outbox.relay.run()
    first = outbox.put_now(ADA)
    outbox.clock.now += 1
    second = outbox.put_now(EVE)
    with outbox.rows.engine.begin() as connection:
        query = Rows.first(["mail"], round(outbox.clock() * 1000)).with_for_update(skip_locked=True)
        assert connection.execute(query).scalar_one() == first
        assert outbox.relay._lease().id == second
        assert outbox.relay._lease() is None


def test_a_row_that_cannot_be_opened_is_given_up(outbox, make, mailserver):
    """As after the key was lost; with the old key among the fallbacks it is sent."""
    outbox.put_now(ADA)
    new = {"MAIL_URL": mailserver.url, "SECRET_KEY": "another key, and as long as it has to be"}
    other = make(**new)
    assert other.relay.run() == {"given up": 1}
    assert other.letters() == []
    [row] = other.rows.find(GIVEN_UP)
    assert row.error == "it was sealed with a key that is not in SECRET_KEY or SECRET_KEY_FALLBACKS"
    outbox.rows.retry(row.id, row.created)
    assert make(**new, SECRET_KEY_FALLBACKS=[outbox.app.secret_key]).relay.run() == {"sent": 1}


def test_what_was_kept_for_long_enough_is_deleted(make, outbox, clock):
    """Mails that were kept after a week, and what was given up after a month; what waits, never."""
    make(MAIL_URL=None).put_now(EVE)
    outbox.put_now(ADA)
    [row] = outbox.rows.find(WAITING)
    outbox.rows.give_back(outbox.relay._lease(), state=GIVEN_UP, error="x")
    for days, left in ((6.9, 2), (0.2, 1), (22.8, 1), (0.2, 0)):
        clock.now += days * 86400
        outbox.relay._purge()
        assert len(outbox.letters()) == left
    assert row
