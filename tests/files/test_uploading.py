"""Files in steps: taken, refused, kept over errors, shown, replaced, removed, handed over and deleted."""

from __future__ import annotations

import io
import re
import time
import tracemalloc

import pytest
from PIL import Image

from tests.conftest import hidden, shown
from wizard import bodies
from wizard.cli import sessions
from wizard.errors import Conflict, FlowError, Refused, SettingError, StoreError
from wizard.fields import files as rules
from wizard.files import images, sql
from wizard.flow.files import file_inputs
from wizard.testing import Journey

from .made import PDF, Work, answer_all, ids, new_visitor, picture, serve, stored, upload


@pytest.fixture
def app(database):
    """The flow that takes files."""
    return serve(database)


@pytest.fixture
def visitor(app):
    """A new visitor."""
    return new_visitor(app)


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
        (PDF, "a.png", "Choose a file of one of these kinds: AVIF, GIF, JPEG, PNG and WebP"),
        (picture()[:50] + bytes(500), "a.png", "“a.png” is damaged"),
        (picture("BMP", (300, 300)), "a.png", "“a.png” is too large: 200 kB at most"),
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


def test_a_bomb_is_refused_before_it_is_decoded(visitor, database, monkeypatch):
    """By the pixels that it says it has."""
    monkeypatch.setattr(images, "MOST_PIXELS", 400)
    page = visitor.post("you", name="Ada", photo=upload(picture(), "ada.png"))
    assert "“ada.png” has too many pixels" in shown(page)
    assert stored(database) == ([], 0)


def test_a_refused_file_leaves_the_one_before(visitor):
    """It does not take its place."""
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    [photo] = ids(visitor.get("you"))
    page = visitor.post("you", name="Ada", photo=[photo, upload(PDF, "other.png")])
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
    assert "Error: You can upload 2 files at most Papers" in shown(page)
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
    assert "“letter.pdf” is too large: 100 kB at most" in shown(page)


def test_clearing_deletes_the_files(visitor, database):
    """Those of answers and of Drafts."""
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    visitor.answer("letter", letter=upload(PDF, "letter.pdf"), _action="back")
    assert len(stored(database)[0]) == 2
    visitor.answer("clear", _run="")
    visitor.send("clear", visitor.open("clear"))
    assert stored(database) == ([], 0)


def test_a_file_is_served_to_its_run_alone(visitor, app):
    """An id opens nothing to anybody else, wherever they send it."""
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"), proofs=upload(b"<script>", "ä b.html"))
    photo, proof = ids(visitor.get("you"))
    assert visitor.get(f"you/file/{photo}").status_code == 200
    other = new_visitor(app)
    other.answer("you", name="Eve", photo=photo, proofs=[proof, "forged"])
    assert ids(other.get("you")) == []
    assert other.get(f"you/file/{photo}").status_code == 404
    assert other.get("you/file/forged").status_code == 404


def test_what_is_no_picture_is_only_saved(visitor):
    """And nothing in a file runs, or is kept by a cache."""
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"), proofs=upload(b"<script>", "ä b.html"))
    photo, proof = ids(visitor.get("you"))
    picture_, page = visitor.get(f"you/file/{photo}"), visitor.get(f"you/file/{proof}")
    assert picture_.headers["Content-Disposition"].startswith("inline")
    assert picture_.mimetype == "image/png"
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''%C3%A4%20b.html" in page.headers["Content-Disposition"]
    assert page.mimetype == "text/plain"
    assert page.data == b"<script>"
    for one in (picture_, page):
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert one.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in one.headers["Cache-Control"]


def test_nothing_of_a_picture_is_kept_but_what_it_shows(visitor):
    """It is turned as it was meant, and says nothing of where it was taken."""
    said = Image.Exif()
    said[0x010E], said[0x0112] = "my address", 6
    sent = picture("JPEG", exif=said)
    assert b"my address" in sent
    visitor.answer("you", name="Ada", photo=upload(sent, "ada.jpg"))
    kept = visitor.get(f"you/file/{ids(visitor.get('you'))[0]}").data
    assert b"my address" not in kept
    assert Image.open(io.BytesIO(kept)).size == (20, 30)


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
    assert "Choose the file again: it was not kept" in shown(page)
    assert stored(database) == ([], 0)


def test_an_answer_is_not_validated_with_its_bytes_at_the_end(visitor, app, monkeypatch):
    """Nobody waits for that."""
    answer_all(visitor)
    store = app.extensions["wizard_files"].store
    monkeypatch.setattr(store, "read", lambda *_: pytest.fail("the bytes were read"))
    visitor.answer("summary")
    [answers] = app.finished
    assert answers["letter"]["letter"].name == "letter.pdf"


def test_a_large_file_is_counted_and_not_kept_while_it_comes_in(visitor, app, monkeypatch):
    """What is beyond the limit is never on the disk."""
    written = []
    real = bodies.SpooledTemporaryFile.write

    def write(self, data):
        written.extend([len(data)] * isinstance(self, bodies.Spool))
        return real(self, data)

    monkeypatch.setattr(bodies.SpooledTemporaryFile, "write", write)
    visitor.answer("you", name="Ada")
    page = visitor.post("letter", letter=upload(PDF + bytes(300_000), "letter.pdf"))
    assert "“letter.pdf” is too large: 100 kB at most" in shown(page)
    assert 0 < sum(written) <= 100_000


def test_a_run_has_a_bounded_room(app, visitor):
    """However many entries a list takes."""
    app.config["WIZARD_FILES_BYTES"] = 1
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    visitor.answer("letter", letter=upload(PDF, "letter.pdf"))
    app.config["WIZARD_FILES_BYTES"] = rules.room(file_inputs(Work))
    for number in range(2):
        visitor.answer("works", title=f"{number}", sample=upload(b"x" * 149_000, "large.txt"), _action="add")
    page = visitor.post("works", title="3", sample=upload(b"x" * 9_999, "small.txt"), _action="add")
    assert "All files together are too large" in shown(page)


def test_only_a_step_that_takes_files_takes_large_bodies(app, visitor):
    """By as much as its files may have."""
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    visitor.answer("you", name="Ada", photo=upload(picture(size=(150, 150)), "ada.png"))
    visitor.answer("letter", letter=upload(PDF, "letter.pdf"))
    assert visitor.post("summary", junk="x" * 20_000).status_code == 413


def test_a_file_that_expired_is_a_404(visitor, app):
    """As one that is not there."""
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    [photo] = ids(visitor.get("you"))
    app.extensions["wizard_files"].store.delete([photo])
    assert visitor.get(f"you/file/{photo}").status_code == 404


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


def test_a_journey_begins_with_files(app):
    """As with what is typed."""
    journey = Journey(app)
    journey.given(you={"name": "Ada", "photo": ("ada.png", picture())}, letter={"letter": ("a.pdf", PDF)})
    with app.test_request_context():
        assert journey.answers["letter"]["letter"].read() == PDF
    journey.add("works", title="Notes", sample=("notes.txt", b"On engines"))
    journey.answer("works")
    assert journey.answers["works"][0]["sample"].name == "notes.txt"


def test_without_a_database_a_store_has_to_be_named(tmp_path):
    """At the start, and the message says which field and the cure."""
    with pytest.raises(
        SettingError, match=r"WIZARD_FILES_URL: is not set.*file:///.*'job' asks for a file \(you.photo\)"
    ):
        serve("cookie:")
    with pytest.raises(SettingError, match="own session does not know of files"):
        serve("flask")
    app = serve("cookie:", files=f"file://{tmp_path}/files")
    visitor = new_visitor(app)
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    assert len(list((tmp_path / "files").iterdir())) == 1


def test_without_pillow_pictures_are_no_kind_to_take(database, monkeypatch):
    """The author is told what to install, or to say."""
    monkeypatch.setattr(images, "is_available", lambda: False)
    with pytest.raises(FlowError, match=r"field 'photo' takes pictures.*pip install 'wizard-flask\[files\]'"):
        serve(database)


class Body:
    """A body with one large file, made while it is read."""

    def __init__(self, fields, name, size):
        start = "".join(
            f'--b\r\nContent-Disposition: form-data; name="{one}"\r\n\r\n{value}\r\n' for one, value in fields.items()
        )
        start += f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="large.pdf"\r\n\r\n%PDF-1.7\n'
        end = b"%%EOF\r\n--b--\r\n"
        self.parts = [start.encode(), *[b"x" * 65_536] * (size // 65_536), end]
        self.length = sum(map(len, self.parts))
        self.parts = iter(self.parts)
        self.left = b""
        self.at = 0

    def tell(self):
        """Where the test client has sought, to know how long it is."""
        return self.at

    def seek(self, offset, whence=0):
        """Look at the length alone."""
        self.at = self.length if whence else offset

    def read(self, count=-1):
        """As much as there is, up to ``count``."""
        while len(self.left) < count and (part := next(self.parts, b"")):
            self.left += part
        taken, self.left = self.left[:count], self.left[count:]
        return taken


def test_twenty_megabytes_take_constant_memory(tmp_path, database):
    """On the way in, and on the way out."""
    app = serve(database, files=f"file://{tmp_path}/files", on_finish=lambda answers, key: "R")
    visitor = new_visitor(app)
    token = visitor.token("you")
    body = Body({"csrf_token": token, "name": "Ada"}, "papers-passport", 19_900_000)
    tracemalloc.start()
    response = visitor.client.post("/job/you", input_stream=body, content_type="multipart/form-data; boundary=b")
    assert response.status_code == 303
    [file_id] = ids(visitor.get("you"))
    sent = visitor.client.get(f"/job/you/file/{file_id}", buffered=False)
    size = sum(map(len, sent.iter_encoded()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 19_000_000
    assert peak < 4_000_000


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


def test_of_several_runs_each_has_its_own_files(database):
    """An id of one opens nothing in another of the same visitor."""
    app = serve(database, many=True)
    first, second = Journey(app), None
    first.answer("you", name="Ada", photo=("ada.png", picture()))
    second = Journey(app, client=first.client)
    second.answer("you", name="Ada")
    address = re.search(r'<img[^>]* src="([^"]+)"', first.client.get(first.url("you")).text)[1]
    assert first.client.get(address).status_code == 200
    own, other = first.url("you"), second.url("you")
    assert first.client.get(address.replace(own, other)).status_code == 404
    first.clear()
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
