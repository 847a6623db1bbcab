"""Files take a bounded room, in memory, on the disk and in a run."""

from __future__ import annotations

import tracemalloc

from flask import Flask

from tests.conftest import shown
from wizard import bodies
from wizard.fields import files as rules
from wizard.files import images
from wizard.flow.files import file_inputs
from wizard.serving import REFUSED_BYTES, body_limit

from .made import PDF, Application, Work, ids, new_visitor, picture, serve, stored, upload


def test_a_bomb_is_refused_before_it_is_decoded(visitor, database, monkeypatch):
    """By the pixels that it says it has."""
    monkeypatch.setattr(images, "MOST_PIXELS", 400)
    page = visitor.post("you", name="Ada", photo=upload(picture(), "ada.png"))
    assert "“ada.png” has too many pixels" in shown(page)
    assert stored(database) == ([], 0)


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
    assert "“letter.pdf” is too large. Choose a file of up to 100 kB" in shown(page)
    assert 0 < sum(written) <= 100_000


def test_the_server_lets_pass_what_a_step_takes(app):
    """It keeps no body that is larger than any step takes."""
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    assert body_limit(app) == bodies.SLACK + rules.room(file_inputs(Application))
    assert body_limit(Flask("other")) == REFUSED_BYTES


def test_a_run_has_a_bounded_room(app, visitor):
    """However many entries a list takes."""
    app.config["WIZARD_FILES_BYTES"] = 1
    visitor.answer("you", name="Ada", photo=upload(picture(), "ada.png"))
    visitor.answer("letter", letter=upload(PDF, "letter.pdf"))
    app.config["WIZARD_FILES_BYTES"] = rules.room(file_inputs(Work))
    for number in range(2):
        visitor.answer("works", title=f"{number}", sample=upload(b"x" * 149_000, "large.txt"), _action="add")
    page = visitor.post("works", title="3", sample=upload(b"x" * 9_999, "small.txt"), _action="add")
    assert "Together, these files are too large" in shown(page)


def test_only_a_step_that_takes_files_takes_large_bodies(app, visitor):
    """By as much as its files may have."""
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    visitor.answer("you", name="Ada", photo=upload(picture(size=(150, 150)), "ada.png"))
    visitor.answer("letter", letter=upload(PDF, "letter.pdf"))
    assert visitor.post("summary", junk="x" * 20_000).status_code == 413


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
