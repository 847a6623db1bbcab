"""Outbox: what is put is there exactly if what it follows is, and nobody reads it without the key."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from threading import Event

import pytest
from flask import Flask

from tests.conftest import SECRET_KEY
from wizard import Call, Mail, Outbox, SettingError, database
from wizard.mail import current_outbox

ADA = Mail("ada@example.com", "Your ticket", "It is B-1.")


@pytest.mark.parametrize("outbox_url", ["sqlite", "postgres"], indirect=True)
def test_what_is_put_shares_the_fate_of_the_transaction(make, outbox_url):
    """It is there with it, and gone with it."""
    outbox = make(outbox_url)
    with outbox.rows.engine.connect() as connection:
        outbox.put(connection, ADA)
        connection.rollback()
    assert outbox.letters() == []
    with database.transaction(outbox.rows.engine) as connection:
        row = outbox.put(connection, ADA)
    [letter] = outbox.letters()
    assert (letter.id, letter.mail, letter.created) == (row, ADA, outbox.clock())


def test_the_relay_is_woken_once_the_transaction_is_over(outbox, monkeypatch):
    """Not before, when it would find nothing, and not for what others do in the database."""
    found = []
    monkeypatch.setattr(outbox._background, "wake", lambda: found.append(len(outbox.letters())))
    with database.transaction(outbox.rows.engine) as connection:
        outbox.put(connection, ADA)
        assert found == []
    assert found == [1]
    outbox.letters()
    outbox.put_now(ADA)
    assert found == [1, 2]


def test_nothing_of_a_mail_can_be_read_in_the_database(outbox, database):
    """Nor in what stands beside it, before it was sent and after."""
    outbox.handles("ledger")(lambda arguments, key: None)
    mail = Mail("quixotina@dulcinea.example", "For Rocinante", "barataria", "<p>barataria")
    outbox.put_now(mail)
    outbox.put_now(Call("ledger", {"reference": "clavileno"}))
    outbox.relay.run()
    outbox.put_now(mail)
    file = Path(database.removeprefix("sqlite:///"))
    words = (b"quixotina", b"dulcinea", b"Rocinante", b"barataria", b"clavileno", b"ledger")
    for one in (file, file.with_name(file.name + "-wal")):
        data = one.read_bytes()
        assert not [word for word in words if word in data]


def test_a_row_opens_in_its_place_alone(outbox):
    """So that nobody who can write the database sends somebody another one's mail."""
    first, second = outbox.put_now(ADA), outbox.put_now(Mail("eve@example.com", "Yours", "It is B-2."))
    rows = {row.id: row for row in outbox.rows.find("waiting")}
    with outbox.rows.engine.begin() as connection:
        connection.exec_driver_sql("update outbox set body = ? where id = ?", (rows[first].body, second))
    assert [letter.id for letter in outbox.letters()] == [first]


def test_a_call_has_to_be_registered_and_made_of_json(outbox):
    """The author is told when it is put."""
    with pytest.raises(LookupError, match=r"There is no call 'x'. There is none. Register it: @outbox.handles\('x'\)."):
        outbox.put_now(Call("x"))
    outbox.handles("x")(print)
    with pytest.raises(ValueError, match="There is a call 'x' already"):
        outbox.handles("x")(max)
    with pytest.raises(TypeError, match="The arguments of the call 'x' are kept as JSON"):
        outbox.put_now(Call("x", {"a": {1, 2}}))
    assert outbox.rows.find("waiting") == []


@pytest.mark.parametrize(
    "to", ["ada", "ada@", "@example.com", "a b@example.com", "ada@example.com\n", "Ada <a@b.c>", ""]
)
def test_a_mail_is_to_one_address(to):
    """No header can be made of it, and no second one."""
    with pytest.raises(ValueError, match="one address"):
        Mail(to, "Your ticket", "Text")


def test_a_subject_is_one_line():
    """No header can be made of it."""
    with pytest.raises(ValueError, match="one line"):
        Mail("ada@example.com", "Your ticket\nBcc: eve@example.com", "Text")


@pytest.mark.parametrize(
    ("to", "address"),
    [("ada@bücher.example", "ada@xn--bcher-kva.example"), ("ada@straße.example", "ada@xn--strae-oqa.example")],
)
def test_a_domain_is_sent_in_ascii(to, address):
    """As its registry has it."""
    message = Mail(to, "Grüße", "Schöne Grüße " * 20, "<p>Schöne Grüße").build(
        "<1@example.com>", 0, "Acmé <a@example.com>"
    )
    assert isinstance(message, EmailMessage)
    assert message.as_bytes().isascii()
    assert max(map(len, message.as_bytes().split(b"\r\n"))) <= 78
    assert message["To"] == address
    assert message["From"].addresses[0].display_name == "Acmé"
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_an_outbox_that_joins_another_application_is_of_that_one(database):
    """As in tests that make one after the other."""
    outbox = Outbox()
    for name in ("one", "two"):
        app = Flask(name)
        url = database.replace("test.db", f"{name}.db")
        app.config.update(SECRET_KEY=f"the key of {name}", DATABASE_URL=url, TESTING=True)
        outbox.init_app(app)
        assert outbox.letters() == []
        outbox.put_now(ADA)
        outbox.handles(name)(lambda arguments, key: None)
        outbox.put_now(Call(name))
        assert outbox.relay.run() == {"sent": 1}
    assert outbox._work(Event()) == 3600


def test_an_application_without_an_outbox_is_told_how_to_make_one():
    """Whoever puts a mail there."""
    with Flask(__name__).app_context(), pytest.raises(SettingError, match=r"Make one: Outbox\(app\)"):
        current_outbox()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "DATABASE_URL: is not set, and the outbox is a table."),
        ({"DATABASE_URL": "sqlite:///x.db", "MAIL_URL": "smtp://localhost"}, "MAIL_URL: .* Set PUBLIC_URL, such as"),
        ({"MAIL_URL": "http://localhost"}, "MAIL_URL: not the URL of a mail server. Use smtp://"),
    ],
)
def test_a_setting_that_cannot_work_is_told_at_the_start(settings, said):
    """With its cure."""
    app = Flask(__name__)
    app.config.update(settings, SECRET_KEY=SECRET_KEY)
    with pytest.raises(SettingError, match=said):
        Outbox(app)
