"""Files are in the store as long as something refers to them, and come to ``on_finish``."""

from __future__ import annotations

import random
import time

import pytest

from tests.conftest import shown
from wizard.cli import sessions
from wizard.errors import Conflict, Refused, StoreError
from wizard.fields import files as rules
from wizard.files import sql
from wizard.files.stored import refs_in
from wizard.testing import Journey

from .made import PDF, answer_all, ids, picture, stored, upload


def keep_all(visitor, app):
    """Let on_finish read what was uploaded."""
    read = []

    def finish(answers, key):
        read.extend((one.name, one.type, one.size, one.read()) for one in rules.files_in(answers))
        return "R-1"

    app.blueprints["job"].on_finish = finish
    return read


def test_files_come_to_on_finish_and_are_deleted_then(visitor, app, database):
    """Of every field: in a step, by Flask-WTF, in an enclosed form, in an entry, and in one of several pages."""
    read = keep_all(visitor, app)
    visitor.answer(
        "you",
        **{
            "name": "Ada",
            "photo": upload(picture(), "ada.png"),
            "proofs": [upload(b"one", "1.txt"), upload(b"two", "2.txt")],
            "papers-passport": upload(PDF, "passport.pdf"),
        },
    )
    visitor.answer("letter", letter=upload(PDF, "letter.pdf"))
    visitor.answer("works", title="Notes", sample=upload(b"On engines", "notes.txt"), _action="add")
    visitor.answer("works", title="More", sample=upload(PDF, "more.pdf"))
    visitor.answer("jobs", _action="add")
    visitor.answer("jobs/1/job", title="Clerk")
    visitor.answer("jobs/1/proof", title="Letter", sample=upload(PDF, "clerk.pdf"))
    visitor.answer("jobs")
    assert len(stored(database)[0]) == 8
    page = visitor.get("summary")
    assert "1.txt (1 kB), 2.txt (1 kB)" in shown(page)
    assert page.text.count("<img") == 1
    visitor.answer("summary")
    assert [one[0] for one in read] == [
        "ada.png", "1.txt", "2.txt", "passport.pdf", "letter.pdf", "notes.txt", "more.pdf", "clerk.pdf",
    ]  # fmt: skip
    assert read[5][1:] == ("text/plain", 10, b"On engines")
    assert stored(database) == ([], 0)


def test_clearing_deletes_the_files(visitor, database):
    """Those of answers and of Drafts."""
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    visitor.answer("letter", letter=upload(PDF, "letter.pdf"), _action="back")
    assert len(stored(database)[0]) == 2
    visitor.answer("clear", _run="")
    visitor.send("clear", visitor.open("clear"))
    assert stored(database) == ([], 0)


def test_an_answer_is_not_validated_with_its_bytes_at_the_end(visitor, app, monkeypatch):
    """Nobody waits for that."""
    answer_all(visitor)
    store = app.extensions["wizard_files"].store
    monkeypatch.setattr(store, "read", lambda *_: pytest.fail("the bytes were read"))
    visitor.answer("summary")
    [answers] = app.finished
    assert answers["letter"]["letter"].name == "letter.pdf"


def test_a_store_that_is_away_keeps_what_is_typed(visitor, app, monkeypatch):
    """The visitor tries again, and need not type it again."""
    visitor.token("you")

    def fail(*_):
        raise StoreError("away")

    store = app.extensions["wizard_files"].store
    with monkeypatch.context() as patch:
        patch.setattr(store, "write", fail)
        assert visitor.post("you", name="Ada", photo=upload(picture(), "ada.png")).status_code == 503
    assert 'value="Ada"' in visitor.get("you").text
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    [photo] = ids(visitor.get("you"))
    with monkeypatch.context() as patch:
        patch.setattr(store, "read", fail)
        assert visitor.get(f"you/file/{photo}").status_code == 503
        patch.setattr(store, "delete", fail)
        visitor.answer("you", name="Ada")
    assert ids(visitor.get("you")) == []


def test_a_file_is_stored_once_where_the_request_is_done_again(visitor, app, database, monkeypatch):
    """As where another request has saved the session meanwhile."""
    visitor.answer("you", name="Ada")
    store, left = app.session_interface.store, [1]
    real = store.save

    def save(*args, **kwargs):
        if left:
            left.pop()
            raise Conflict("another was first")
        return real(*args, **kwargs)

    monkeypatch.setattr(store, "save", save)
    visitor.answer("letter", letter=upload(PDF, "letter.pdf"))
    assert stored(database)[0] == ids(visitor.get("letter"))
    assert not left


def test_an_on_finish_that_refuses_or_fails_leaves_the_files(visitor, app, database):
    """The visitor tries again, and it reads them then."""
    read, outcomes = [], [Refused("The card was declined"), KeyError("down")]

    def finish(answers, key):
        read.append(answers["letter"]["letter"].read())
        if outcomes:
            raise outcomes.pop(0)
        return "R-1"

    app.blueprints["job"].on_finish = finish
    answer_all(visitor)
    assert visitor.post("summary").status_code == 422
    with pytest.raises(KeyError):
        visitor.post("summary")
    visitor.answer("summary")
    assert read == [PDF] * 3
    assert stored(database) == ([], 0)


def test_a_page_that_is_sent_twice_adds_one_entry(visitor, app, database):
    """A second click uploads the same file again, and is no other answer."""
    visitor.answer("you", name="Ada")
    visitor.answer("letter", letter=upload(PDF, "letter.pdf"))
    opened = visitor.open("works")
    for _ in range(2):
        response = visitor.send("works", opened, title="Notes", sample=upload(b"Text", "a.txt"), _action="add")
        assert response.status_code == 303
    journey = Journey(app, client=visitor.client)
    assert [one["title"] for one in journey.answers["works"]] == ["Notes"]
    assert len(stored(database)[0]) == 2


def test_what_is_there_is_looked_after(visitor, app, database, monkeypatch):
    """Files that have expired are deleted with the sessions that have."""
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    app.cli.add_command(sessions)
    later = time.time() + 10**9
    monkeypatch.setattr(sql.time, "time", lambda: later)
    app.test_cli_runner().invoke(args=["sessions", "purge"])
    assert stored(database) == ([], 0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_the_store_has_what_the_session_refers_to_and_nothing_else(seed, visitor, app, database):
    """Whatever is sent, in whatever order; and no request is our mistake."""
    chance, known = random.Random(seed), []
    pages = ["you", "letter", "works", "works/1", "jobs", "jobs/1/job", "jobs/1/proof", "summary", "clear"]
    names = [
        "name",
        "photo",
        "proofs",
        "papers-passport",
        "papers",
        "letter",
        "title",
        "sample",
        "photo-0",
        "_revision",
    ]
    texts = ["", "Ada", "add", "back", "remove.1", "undo", "unload.x", "unload."]
    called = [
        "a.png",
        "",
        "../../passwd",
        "a\x00b.pdf",
        "....",
        "x" * 500 + ".pdf",
        "C:\\x.pdf",
        "\u202e.exe",
        '"<b>.txt',
    ]
    data = [b"", b"x", PDF, picture(), picture()[:100], b"PK\x03\x04" + bytes(99), b"%PDF-", b"GIF89a", b"\xff\xd8\xff"]
    visitor.token("you")
    for _ in range(150):
        sent = {"csrf_token": visitor._token or visitor.token("you")}
        for name in chance.sample(names, chance.randint(0, 6)):
            given = [*known, *texts] if chance.random() < 0.4 else [upload(one, chance.choice(called)) for one in data]
            sent[name] = chance.sample(given, chance.randint(1, 2))
        if chance.random() < 0.4:
            sent["_action"] = chance.choice([*texts, *(f"unload.{one}" for one in known)])
        response = visitor.client.post(f"/job/{chance.choice(pages)}", data=sent)
        assert response.status_code < 500
        for page in ("you", "letter", "works", "jobs"):
            shown_there = ids(visitor.get(page))
            known = [*known, *shown_there][-9:]
            assert all(visitor.get(f"{page}/file/{one}").status_code == 200 for one in shown_there)
        with visitor.client.session_transaction() as session:
            assert set(refs_in(dict(session))) == set(stored(database)[0])
