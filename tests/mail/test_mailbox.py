"""Mailbox: where there is no mail server, mails are read here, on this machine alone."""

from __future__ import annotations

import pytest
from flask import Flask, render_template

from tests.conftest import SECRET_KEY, Visitor, shown
from wizard import Mail, Outbox
from wizard.app import create_app

ADA = Mail("ada@example.com", "Your <ticket>", "It is at https://example.com/t?a=1&b=2 <b>now</b>.")

PROXIES = ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"]


def put(app, *mails):
    """Put mails, the last one newest."""
    outbox = app.extensions["wizard.outbox"]
    for number, mail in enumerate(mails):
        outbox.clock = lambda number=number: 1_800_000_000 + number / 1000
        outbox.put_now(mail)


def test_mails_are_read_there_the_newest_first(app):
    """As plain text, with links to follow."""
    put(app, Mail("eve@example.com", "First", "Text"), ADA)
    response = app.test_client().get("/mailbox")
    page = shown(response)
    assert page.index("Your <ticket> To ada@example.com, ") < page.index("First To eve@example.com, ")
    assert '<a href="https://example.com/t?a=1&amp;b=2"' in response.text
    assert "&lt;b&gt;now&lt;/b&gt;" in response.text
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_a_mail_was_written_at_the_time_of_the_visitor(app):
    """Where the browser says which zone that is."""
    put(app, ADA)
    client = app.test_client()
    client.set_cookie("wizard_timezone", "Asia/Tokyo")
    assert "15 Jan 2027, 17:00:00" in shown(client.get("/mailbox"))


def test_an_empty_mailbox_says_so_in_the_language_of_the_visitor(app):
    """Each of them."""
    client = app.test_client()
    for code, text in (("en", "There are no emails yet."), ("de", "noch keine E-Mails"), ("es", "ningún correo")):
        assert text in shown(client.get("/mailbox", headers={"Accept-Language": code})), code


def test_it_is_there_only_without_a_mail_server(database):
    """Else mails are on their way."""
    settings = {"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, "MAIL_URL": "smtp://localhost"}
    app = create_app({**settings, "PUBLIC_URL": "https://example.com"})
    assert app.test_client().get("/mailbox").status_code == 404


@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.parametrize("header", PROXIES)
def test_nobody_reads_it_through_a_proxy(database, header, proxies):
    """Trusted or not: whoever is at its other end is not on this machine, even if it says so."""
    app = create_app({"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, "TRUSTED_PROXIES": proxies})
    assert app.test_client().get("/mailbox", headers={header: "127.0.0.1"}).status_code == 404
    assert app.test_client().get("/mailbox").status_code == 200


@pytest.mark.parametrize(
    ("address", "host", "status"),
    [
        ("127.0.0.1", "127.0.0.1:5000", 200),
        ("::1", "[::1]:5000", 200),
        ("127.8.0.1", "localhost", 200),
        ("::ffff:127.0.0.1", "localhost:80", 200),
        ("::ffff:8.8.8.8", "localhost", 404),
        ("192.168.0.7", "localhost", 404),
        ("8.8.8.8", "127.0.0.1", 404),
        ("127.0.0.1", "evil.example", 404),
        ("127.0.0.1", "[", 404),
        ("", "localhost", 404),
    ],
)
def test_only_this_machine_reads_it(app, address, host, status):
    """Nor does a page of another site whose name leads here."""
    overrides = {"REMOTE_ADDR": address, "HTTP_HOST": host}
    assert app.test_client().get("/mailbox", environ_overrides=overrides).status_code == status


def test_a_page_that_waits_for_a_mail_links_there(app):
    """Where the visitor can read it, and else not."""

    def link(**headers):
        with app.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": "127.0.0.1"}):
            return render_template("wizard/mailbox_link.html", _=str)

    assert 'href="/mailbox"' in link()
    assert link(Via="1.1 proxy").strip() == ""


def test_an_application_of_somebody_elses_has_one_too(database):
    """Without any wizard in it."""
    app = Flask(__name__)
    app.secret_key = SECRET_KEY
    Outbox(app, database)
    put(app, ADA)
    assert "Your <ticket>" in shown(app.test_client().get("/mailbox"))


def test_a_new_account_is_told_of_in_the_language_of_the_visitor(app):
    """Once, with its reference and where to go, and nothing that the visitor could word."""
    visitor = Visitor(app.test_client())
    visitor.client.set_cookie("language", "de")
    visitor.answer_all()
    opened = visitor.open("summary")
    cookies = f"language=de; session={visitor.client.get_cookie('session').value}"
    elsewhere = {"headers": {"Cookie": cookies}, "base_url": "http://evil.example:8000/"}
    for _ in range(2):
        response = app.test_client(use_cookies=False).post("/signup/summary", data=opened, **elsewhere)
        assert response.location == "/signup/done"
    reference = visitor.client.get("/signup/done").text.split('id="reference" translate="no">')[1].partition("<")[0]
    [letter, code] = app.extensions["wizard.outbox"].letters()
    assert letter.mail.to == code.mail.to == "ada@example.com"
    assert letter.mail.subject == "Ihr Konto ist bereit"
    assert letter.mail.text.startswith("Hallo ada,\n")
    assert reference in letter.mail.text
    assert "http://localhost:8000/\n" in letter.mail.text
    assert "Lovelace" not in letter.mail.text
