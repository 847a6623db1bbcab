"""Files in the answers of a person: they stand in no browser's session, and are found and deleted all the same."""

from __future__ import annotations

import pytest
from flask import session

from tests.conftest import Visitor

from .made import PDF, ids, new_visitor, serve, stored, upload


@pytest.fixture
def app(database):
    """The flow that takes files, of who is signed in."""
    app = serve(database, owner=lambda: session.get("user"))

    @app.post("/login/<name>")
    def login(name):
        session["user"] = name
        return ""

    @app.post("/logout")
    def logout():
        session.pop("user", None)
        return ""

    return app


def device(app, name: str) -> Visitor:
    """A browser in which somebody is signed in."""
    visitor = new_visitor(app)
    visitor.client.post(f"/login/{name}")
    return visitor


def passport(visitor: Visitor, name: str = "Ada") -> str:
    """Send a passport, and return where it is."""
    visitor.answer("you", **{"name": name, "papers-passport": upload(PDF, "passport.pdf")})
    return f"you/file/{ids(visitor.get('you'))[0]}"


def test_a_file_of_a_person_is_sent_to_each_of_their_devices_alone(app):
    """To nobody else who uses the same browser."""
    browser = device(app, "ada")
    file = passport(browser)
    assert browser.get(file).data == device(app, "ada").get(file).data == PDF
    browser.client.post("/logout")
    assert browser.get(file).status_code == device(app, "bob").get(file).status_code == 404


def test_a_file_of_a_person_is_deleted_with_the_answer(app, database):
    """At once, and not when it expires."""
    browser = device(app, "ada")
    passport(browser)
    browser.send("clear", browser.open("clear"))
    assert stored(database) == ([], 0)


def test_a_file_from_before_signing_in_outlives_what_saves_nothing(app):
    """And is shown beside what is theirs."""
    passport(device(app, "ada"))
    browser = new_visitor(app)
    file = passport(browser, "Augusta")
    browser.client.post("/login/ada")
    assert browser.post("letter", _action="nothing").status_code == 400
    assert browser.get(file).data == PDF
    browser.post("letter", letter=upload(b"", "letter.pdf"))
    assert browser.get(file).data == device(app, "ada").get(file).data == PDF
