"""Files of answers that were saved for later: they go along to the other device, and the old one opens them no more."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import current_app

from wizard.pages.visit import Visit

from .made import PDF, ids, new_visitor, serve, stored, upload

ADA = "ada@example.com"


@pytest.fixture
def app(database):
    """The flow that takes files, and can be saved for later."""
    app = serve(database, resume=True, on_finish=finish)
    app.handed = []
    return app


def finish(answers, key):
    """Read the files, while they are there."""
    current_app.handed += [answers["you"]["papers"]["passport"].read(), answers["works"][0]["sample"].read()]
    return "R-1"


def device(app):
    """A browser."""
    visitor = new_visitor(app)
    visitor._token = visitor.token("you")
    return visitor


def save(visitor):
    """Save for later; return what stands in the mail, and the code that the page shows."""
    visitor.answer("save", email=ADA)
    code = re.search(r'id="return-code">(\d{6})<', visitor.get("save").text)[1]
    [letter, *_] = visitor.client.application.extensions["wizard.outbox"].letters()
    return re.search(r"/job/(return/\S+)", letter.mail.text)[1], code


def begun(app):
    """A device on which a file was accepted, and another is half way: its page is not accepted."""
    old = device(app)
    old.answer("you", **{"name": "Ada", "papers-passport": upload(PDF, "passport.pdf")})
    old.answer("letter", letter=upload(PDF, "letter.pdf"))
    refused = old.post("works", title="", sample=upload(PDF, "work.pdf"), _action="add")
    assert refused.status_code == 422
    return old


def test_the_other_device_sees_keeps_and_finishes_with_the_file(app, database):
    """The one of an answer, and the one that is half way."""
    old, new = begun(app), device(app)
    file = f"you/file/{ids(old.get('you'))[0]}"
    [work] = ids(old.get("works"))
    assert old.get(file).data == PDF
    link, code = save(old)
    assert new.get(file).status_code == 404
    assert new.post(link, code=code).status_code == 303
    assert new.get(file).data == PDF
    assert old.get(file).status_code == 404
    assert old.post("you", name="Eve").status_code == 409
    old.post("clear")
    assert new.get(file).data == PDF
    new.answer("you", **{"name": "Ada Lovelace", "papers-passport": file.rpartition("/")[2]})
    assert ids(new.get("works")) == [work]
    assert new.get(f"works/file/{work}").data == PDF
    new.answer("works", title="Notes", sample=work)
    new.answer("jobs")
    assert new.post("summary").location == "/job/done"
    assert app.handed == [PDF, PDF]
    assert stored(database) == ([], 0)


def test_a_file_stays_that_goes_along_while_the_old_device_sends_something(app, monkeypatch):
    """Its request began when the file was its own, and ends when it is another device's."""
    old, new = begun(app), device(app)
    file = f"you/file/{ids(old.get('you'))[0]}"
    link, code = save(old)
    save_visit, done = Visit.save, []

    def save_late(self):
        if not done:
            done.append(True)
            # In a thread, since one within the other would share what Flask keeps of a request.
            with ThreadPoolExecutor(1) as pool:
                assert pool.submit(new.post, link, code=code).result().status_code == 303
        return save_visit(self)

    monkeypatch.setattr(Visit, "save", save_late)
    assert old.post("you", name="Augusta").status_code == 409
    assert new.get(file).data == PDF
