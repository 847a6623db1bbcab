"""Files in a FieldList, at any depth: each entry has its own, which goes, stays and is refused by itself."""

from __future__ import annotations

import re
from itertools import count

import pytest
from hypothesis import settings
from wtforms import FieldList, FileField, Form, FormField, MultipleFileField, StringField
from wtforms.validators import InputRequired

from tests.conftest import shown
from wizard import Flow, Repeat, Step
from wizard.fields import FileKinds, FileLimit
from wizard.testing import Journey, walk

from .made import PDF, ids, new_visitor, serve, stored, upload


class Scan(Form):
    """One of several, with a word."""

    about = StringField("About", [InputRequired("Say what it is")])
    scan = FileField("Scan", [FileKinds("application/pdf"), FileLimit(megabytes=0.01)])


class Papers(Form):
    """An entry of a list, in which is another."""

    scans = FieldList(FormField(Scan), "Scans", max_entries=4)


class Sheets(Form):
    """Lists of files: alone, several each, and beside a word."""

    name = StringField("Name", [InputRequired("Enter your name")])
    letters = FieldList(FileField("Letter", [FileKinds("application/pdf")]), "Letters", min_entries=2, max_entries=3)
    scans = FieldList(FormField(Scan), "Scans", max_entries=3)
    bundles = FieldList(MultipleFileField("Bundle", [FileLimit(files=2)]), "Bundles", min_entries=1)


FLOW = Flow(Step("sheets", Sheets, title="Sheets"), Repeat("more", Papers, title="More"))


@pytest.fixture
def app(database):
    """The flow over a database."""
    return serve(database, FLOW)


def sent(**others):
    """What a browser sends of the whole page; of an input without a file, one without a name."""
    nothing = upload(b"", "")
    return {"name": "Ada", "letters-0": nothing, "letters-1": upload(b"", ""), "bundles-0": upload(b"", "")} | others


def inputs(page):
    """For the input of each file on a page, the ids of those that it has."""
    found = {}
    for name, one in re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]+)"></li>', page.text):
        found.setdefault(name, []).append(one)
    return found


def test_each_entry_has_its_own_file(app, database):
    """What was sent is answered entry by entry, and handed over."""
    visitor = new_visitor(app)
    visitor.answer(
        "sheets",
        **sent(
            **{
                "letters-1": upload(PDF, "b.pdf"),
                "scans-0-about": "One",
                "scans-0-scan": upload(PDF, "one.pdf"),
                "scans-1-about": "Two",
                "scans-1-scan": upload(b"", ""),
                "bundles-0": [upload(b"x", "x.txt"), upload(b"y", "y.txt")],
            }
        ),
    )
    page = visitor.get("sheets")
    assert {name: len(own) for name, own in inputs(page).items()} == {
        "letters-1": 1, "scans-0-scan": 1, "bundles-0": 2,
    }  # fmt: skip
    [letter] = inputs(page)["letters-1"]
    assert visitor.get(f"sheets/file/{letter}").data == PDF
    visitor.answer("more")
    assert "b.pdf" in shown(visitor.get("summary"))
    assert visitor.post("summary").status_code == 303
    [answers] = app.finished
    sheets = answers["sheets"]
    assert [one and one.name for one in sheets["letters"]] == [None, "b.pdf"]
    assert [(one["about"], one["scan"] and one["scan"].name) for one in sheets["scans"]] == [
        ("One", "one.pdf"), ("Two", None),
    ]  # fmt: skip
    assert [[one.name for one in bundle] for bundle in sheets["bundles"]] == [["x.txt", "y.txt"]]
    assert stored(database) == ([], 0)


def test_files_stay_with_their_entries_when_something_else_is_wrong(app, database):
    """What is right is kept, what is wrong is said at its field, and a forged id names nothing."""
    visitor = new_visitor(app)
    refused = visitor.post(
        "sheets",
        **sent(
            **{
                "name": "",
                "letters-0": upload(b"no PDF", "a.txt"),
                "letters-1": upload(PDF, "b.pdf"),
                "scans-0-about": "",
                "scans-0-scan": upload(PDF * 300, "large.pdf"),
            }
        ),
    )
    assert refused.status_code == 422
    said = shown(refused)
    assert "Choose a file in one of these formats: PDF" in said
    assert "“large.pdf” is too large" in said
    assert 'id="letters-0-error"' in refused.text
    assert 'id="scans-0-scan-error"' in refused.text
    page = visitor.get("sheets")
    [(name, [letter])] = inputs(page).items()
    assert name == "letters-1"
    assert stored(database)[0] == [letter]
    forged = visitor.post("sheets", **sent(**{"letters-0": "forged", "letters-1": letter, "scans-0-about": "One"}))
    assert forged.status_code == 422
    assert 'id="letters-0-error"' in forged.text
    assert "A file that was here is gone" in shown(forged)
    visitor.answer("sheets", **sent(**{"letters-1": letter, "scans-0-about": "One"}))
    assert inputs(visitor.get("sheets")) == {"letters-1": [letter]}


def test_an_entry_is_added_and_removed_with_its_file(app, database):
    """The others keep theirs, under the numbers that they have by then."""
    visitor = new_visitor(app)
    visitor.answer("sheets", **sent(**{f"scans-{one}-about": str(one) for one in range(2)}, **{
        f"scans-{one}-scan": upload(PDF + bytes([one]), f"{one}.pdf") for one in range(2)
    }))  # fmt: skip
    first, second = (inputs(visitor.get("sheets"))[f"scans-{one}-scan"][0] for one in range(2))
    both = {"scans-0-about": "0", "scans-0-scan": first, "scans-1-about": "1", "scans-1-scan": second}
    added = visitor.post("sheets", **sent(**both, _action="add.scans"))
    assert added.status_code == 303
    page = visitor.get("sheets")
    assert 'name="scans-2-scan"' in page.text
    assert set(ids(page)) == {first, second}
    removed = visitor.post("sheets", **sent(**both, **{"scans-2-about": "", "_action": "remove.scans-0"}))
    assert removed.status_code == 303
    assert inputs(visitor.get("sheets")) == {"scans-0-scan": [second]}
    visitor.answer("sheets", **sent(**{"scans-0-about": "1", "scans-0-scan": second}))
    assert stored(database)[0] == [second]
    visitor.post("sheets", **sent(**{"scans-0-about": "1", "scans-0-scan": second}, _action=f"unload.{second}"))
    page = visitor.get("sheets")
    assert (inputs(page), 'name="scans-0-scan"' in page.text) == ({}, True)


def test_an_entry_of_files_alone_stays_where_nothing_was_chosen(app):
    """It is there on the page that says what is wrong, and after a reload."""
    visitor = new_visitor(app)
    for page in (
        visitor.post("sheets", **sent(**{"letters-2": upload(b"", ""), "scans-0-about": ""})),
        visitor.get("sheets"),
    ):
        assert 'name="letters-2"' in page.text
    visitor.answer("sheets", **sent(**{"letters-2": upload(PDF, "c.pdf"), "letters-7": upload(PDF, "d.pdf")}))
    assert list(inputs(visitor.get("sheets"))) == ["letters-2"]


def test_a_list_with_files_repeats(app, database):
    """In an entry of a Repeat, which is changed and removed."""
    visitor = new_visitor(app)
    visitor.answer("sheets", **sent())
    visitor.answer("more", **{"scans-0-about": "One", "scans-0-scan": upload(PDF, "one.pdf"), "_action": "add"})
    [file] = stored(database)[0]
    assert inputs(visitor.get("more/1")) == {"scans-0-scan": [file]}
    visitor.answer("more/1", **{"scans-0-about": "Uno", "scans-0-scan": file})
    assert stored(database)[0] == [file]
    visitor.answer("more", _action="remove.1")
    visitor.answer("more", _action="undo")
    assert inputs(visitor.get("more/1")) == {"scans-0-scan": [file]}


@pytest.mark.slow
def test_nobody_breaks_lists_with_files(tmp_path):
    """Whatever is added, removed and sent, in whatever order."""
    runs = count()
    few = settings(max_examples=4, stateful_step_count=12, deadline=None, database=None, derandomize=True)
    walk(lambda: serve(f"sqlite:///{tmp_path}/{next(runs)}.db", FLOW), settings=few)


def test_a_program_gives_files_for_a_list(app):
    """A test, and a flow that is run without a browser."""
    journey = Journey(app)
    journey.answer("sheets", **{"name": "Ada", "letters-0": ("a.pdf", PDF), "letters-1": ("b.pdf", PDF)})
    journey.answer("more")
    assert [one.name for one in journey.answers["sheets"]["letters"]] == ["a.pdf", "b.pdf"]
    assert journey.refused("sheets", **{"letters-0": ("a.txt", b"no")}) == {
        "letters-0": "Choose a file in one of these formats: PDF"
    }
    with app.app_context():
        run = FLOW.run({"sheets": {"name": "Ada", "letters": [("a.pdf", PDF), None]}, "more": []})
    assert not run.errors
    assert [one and one.name for one in run.answers["sheets"]["letters"]] == ["a.pdf", None]


class Receipt(Form):
    """A file for each of what was bought."""

    receipt = FileField("Receipt", [FileKinds("application/pdf")])


class Bought(Form):
    """One thing."""

    name = StringField("Name", [InputRequired("Enter a name")])


def test_each_entry_of_an_earlier_list_has_its_own(database):
    """It stays with that entry, and goes with it; what is sent for none is not stored."""
    step = Step(
        "receipts",
        Receipt,
        title="Receipts",
        for_each={"receipt": "bought"},
        labels={"receipt": lambda answers: answers["entry"]["name"]},
    )
    app = serve(database, Flow(Repeat("bought", Bought, title="Bought"), step))
    journey = Journey(app)
    journey.add("bought", name="A").add("bought", name="B").answer("bought")
    given = {"receipt-1": upload(PDF, "a.pdf"), "receipt-2": upload(PDF, "b.pdf"), "receipt-9": upload(PDF, "c.pdf")}
    values = journey._open(journey.url("receipts")).filled(journey.url("receipts"), {}, "")
    response = journey.client.post(
        journey.url("receipts"), data={**values, **given}, content_type="multipart/form-data"
    )
    assert response.status_code == 303
    assert [one.name for one in journey.answers["receipts"]["receipt"]] == ["a.pdf", "b.pdf"]
    assert len(stored(database)) == 2
    journey.remove("bought", 1)
    assert [one.name for one in journey.answers["receipts"]["receipt"]] == ["b.pdf"]
    assert journey.at == "summary"


class Folder(Form):
    """Files in a list, within a form."""

    scans = FieldList(FormField(Scan), "Scans", max_entries=2)
    about = StringField("About")


class Cabinet(Form):
    """Such forms, and a list of them."""

    top = FormField(Folder, "Top")
    folders = FieldList(FormField(Folder), "Folders")


def test_files_are_kept_at_any_depth(database):
    """In a list within a form, and in a list within a list: each stays with its entry."""
    journey = Journey(serve(database, Flow(Step("cabinet", Cabinet, title="Cabinet"))))
    url = journey.url("cabinet")
    values = journey._open(url).filled(url, {}, "")
    response = journey.client.post(
        url,
        content_type="multipart/form-data",
        data={
            **values,
            "top-about": "T",
            "top-scans-0-about": "One",
            "top-scans-0-scan": upload(PDF, "one.pdf"),
            "folders-0-about": "F",
            "folders-0-scans-0-about": "Two",
            "folders-0-scans-0-scan": upload(b"", ""),
            "folders-0-scans-1-about": "Three",
            "folders-0-scans-1-scan": upload(PDF, "three.pdf"),
        },
    )
    assert response.status_code == 303
    page = journey.client.get(url)
    assert {name: len(found) for name, found in inputs(page).items()} == {
        "top-scans-0-scan": 1,
        "folders-0-scans-1-scan": 1,
    }
    assert len(stored(database)) == 2
    # The entry before it goes, and the file moves up with its own.
    values = journey._open(url).filled(url, {}, "remove.folders-0-scans-0")
    assert journey.client.post(url, data=values).status_code == 303
    moved = inputs(journey.client.get(url))
    assert moved["folders-0-scans-0-scan"] == inputs(page)["folders-0-scans-1-scan"]
    assert "folders-0-scans-1-scan" not in moved
