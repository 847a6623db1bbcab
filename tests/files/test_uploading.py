"""Files in steps: taken, refused, kept over errors, shown, replaced, removed, handed over and deleted."""

from __future__ import annotations

import pytest

from tests.conftest import hidden, shown

from .made import PDF, ids, new_visitor, picture, serve, stored, upload


def test_a_file_survives_an_error_on_another_field_and_a_deploy(visitor, app, database):
    """It is there on the same page, and in another process."""
    page = visitor.post("you", name="", photo=upload(picture(), "ada.png"))
    assert page.status_code == 422
    [photo] = ids(page)
    other = new_visitor(serve(database))
    other.client = other.client.application.test_client()
    other.client._cookies = visitor.client._cookies
    assert ids(other.get("you")) == [photo]
    other.answer("you", name="Ada", photo=photo)
    assert ids(other.get("you")) == [photo]
    assert other.get(f"you/file/{photo}").status_code == 200


def test_back_keeps_a_file(visitor):
    """As it keeps what is typed."""
    visitor.answer("you", name="Ada")
    visitor.answer("letter", letter=upload(PDF, "letter.pdf"), _action="back")
    assert "letter.pdf" in shown(visitor.get("letter"))


def test_a_step_that_is_not_open_yet_keeps_a_file(visitor, database):
    """As a Draft, and nothing is lost."""
    visitor.answer("letter", letter=upload(PDF, "letter.pdf"))
    assert len(stored(database)[0]) == 1
    visitor.answer("you", name="Ada")
    assert "letter.pdf" in shown(visitor.get("letter"))


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.png", "“a.png” is empty"),
        (picture()[:-60], "a.png", "“a.png” is damaged"),
        (PDF, "a.png", "Choose a file in one of these formats: AVIF, GIF, JPEG, PNG and WebP"),
        (picture()[:50] + bytes(500), "a.png", "“a.png” is damaged"),
        (picture("BMP", (300, 300)), "a.png", "“a.png” is too large. Choose a file of up to 200 kB"),
        (picture(), "bad.png", "Not this one"),
    ],
    ids=["empty", "cut", "another kind", "damaged", "too large", "refused by the author"],
)
def test_what_is_refused_leaves_everything_else_and_nothing_in_the_store(visitor, database, content, name, said):
    """The message stands at the field, and what was typed beside it."""
    page = visitor.post("you", name="Ada", photo=upload(content, name))
    assert page.status_code == 422
    assert f"Photo Error: {said}" in shown(page)
    assert 'value="Ada"' in page.text
    assert stored(database) == ([], 0)
    assert "Choose the file again" in shown(visitor.get("you"))


@pytest.mark.parametrize("other", [(PDF, "other.png"), (picture(), "bad.png")], ids=["by its kind", "by the author"])
def test_a_refused_file_leaves_the_one_before(visitor, other):
    """It does not take its place."""
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    [photo] = ids(visitor.get("you"))
    page = visitor.post("you", name="Ada", photo=[photo, upload(*other)])
    assert page.status_code == 422
    assert ids(page) == [photo]


def test_another_file_takes_the_place_of_the_one_before(visitor, database):
    """Which is deleted, once the new one is accepted."""
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    [before] = ids(visitor.get("you"))
    visitor.answer("you", name="Ada", photo=[before, upload(picture("JPEG"), "better.jpg")])
    [after] = ids(visitor.get("you"))
    assert after != before
    assert stored(database)[0] == [after]


def test_several_files_are_added_to_those_that_are_there(visitor, database):
    """Up to as many as the field takes."""
    visitor.answer("you", name="Ada", proofs=upload(b"one", "1.txt"))
    [first] = ids(visitor.get("you"))
    visitor.answer("you", name="Ada", proofs=[first, upload(b"two", "2.txt")])
    both = ids(visitor.get("you"))
    assert both[0] == first
    page = visitor.post("you", name="Ada", proofs=[*both, upload(b"three", "3.txt")])
    assert "Error: You can upload up to 2 files Papers" in shown(page)
    assert ids(page) == both
    assert sorted(stored(database)[0]) == sorted(both)


def test_of_several_files_the_right_ones_are_kept(visitor):
    """Nobody uploads these twice."""
    page = visitor.post("you", name="Ada", proofs=[upload(b"one", "1.txt"), upload(b"", "2.txt")])
    assert "“2.txt” is empty" in shown(page)
    assert len(ids(page)) == 1


def test_a_file_is_removed_by_its_button(visitor, database):
    """What is typed beside it stays, and the answer changes when the page is sent."""
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    [photo] = ids(visitor.get("you"))
    response = visitor.post("you", name="Grace", photo=photo, _action=f"unload.{photo}")
    assert response.location == "/job/you#photo"
    page = visitor.get("you")
    assert ids(page) == []
    assert 'value="Grace"' in page.text
    assert stored(database)[0] == [photo]
    visitor.answer("you", name="Grace")
    assert stored(database) == ([], 0)


def test_a_removed_entry_is_restored_with_its_file(visitor, database):
    """The file is kept as long as the removal can be undone."""
    visitor.answer("you", name="Ada")
    visitor.answer("letter", letter=upload(PDF, "letter.pdf"))
    visitor.answer("works", title="Notes", sample=upload(b"On engines", "notes.txt"), _action="add")
    visitor.answer("works", _action="remove.1")
    visitor.answer("works", _action="undo")
    page = visitor.get("works/1")
    assert "notes.txt" in shown(page)
    visitor.answer("works/1", title="Notes", sample=[*ids(page), upload(PDF, "new.pdf")])
    assert "new.pdf" in shown(visitor.get("works"))
    assert len(stored(database)[0]) == 2


def test_a_required_file_is_asked_for(visitor):
    """In the author's words."""
    visitor.answer("you", name="Ada")
    page = visitor.post("letter")
    assert "Letter Error: Choose your letter" in shown(page)
    assert "approved extension" in shown(visitor.post("letter", letter=upload(PDF, "letter.doc")))
    page = visitor.post("letter", letter=upload(PDF + b" " * 200_000, "letter.pdf"))
    assert "“letter.pdf” is too large. Choose a file of up to 100 kB" in shown(page)


def test_two_tabs_are_asked_which_file_is_meant(visitor):
    """Both are there until one is chosen."""
    opened = visitor.open("you")
    visitor.answer("you", name="Ada", photo=upload(picture(), "one.png"))
    page = visitor.send("you", opened, name="Ada", photo=upload(picture(), "two.png"))
    assert page.status_code == 409
    assert "one.png" in shown(page)
    assert "two.png" in shown(page)
    chosen = visitor.client.post("/job/you", data=dict(hidden_of(page)))
    assert chosen.status_code == 303
    assert "two.png" in shown(visitor.get("you"))


def hidden_of(page):
    """The hidden inputs of the page that asks which answer is meant."""
    return hidden(page.text)


def test_a_page_with_a_stale_token_keeps_no_file(visitor, database):
    """It says that the file has to be chosen again."""
    opened = {**visitor.open("you"), "csrf_token": "forged"}
    page = visitor.send("you", opened, name="Ada", photo=upload(picture(), "ada.png"))
    assert page.status_code == 422
    assert "Choose the file again: it was not saved" in shown(page)
    assert stored(database) == ([], 0)
