"""Another photo: chosen or removed on the page of the account, by the rules of the signup."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select, text

from tests.accounts.test_photos import picture, sent
from tests.conftest import Visitor, hidden, shown
from tests.signup.test_account import execute, sign_up
from wizard.accounts.tables import photos


@pytest.fixture
def ada(app):
    """Who has an account without a photo."""
    return sign_up(app, "ada")


def begin(visitor):
    """Press Change on the page of the account, and return the pages that follow."""
    response = visitor.client.post("/account/new-photo/begin", data=hidden(visitor.get("account").text))
    assert response.location == "/account/new-photo/"
    return Visitor(visitor.client, prefix="/account/new-photo")


def give(visitor, name="me.png", data=None):
    """Choose a file on the page of the flow, and send it."""
    pages = begin(visitor)
    return pages, sent(pages, name, picture() if data is None else data)


def kept(app):
    """The photos that are kept."""
    return execute(app, select(photos))


def test_a_photo_is_added_changed_and_removed(app, ada):
    """Each is shown on the page of the account, and only the last is kept."""
    assert "None yet" in shown(ada.get("account"))
    pages, response = give(ada)
    assert response.location == "/account/new-photo/summary"
    assert pages.post("summary").location == "/account?changed=photo"
    assert "Your photo has been saved." in shown(ada.get("account?changed=photo"))
    [first] = kept(app)
    with Image.open(BytesIO(first.data)) as image:
        assert image.size == (512, 512)
    assert f'src="/account/photo/{first.name}"' in ada.get("account").text
    assert ada.get(f"account/photo/{first.name}").data == first.data

    pages, _ = give(ada, data=picture(size=(64, 64)))
    pages.post("summary")
    [second] = kept(app)
    assert second.name != first.name
    assert ada.get(f"account/photo/{first.name}").status_code == 404

    pages = begin(ada)
    [remove] = re.findall(r'value="(unload\.[^"]+)"', pages.get("photo").text)
    assert pages.post("photo", _action=remove).status_code == 303
    assert pages.post("photo").location == "/account/new-photo/summary"
    assert pages.post("summary").location == "/account?changed=photo"
    assert kept(app) == []
    assert "None yet" in shown(ada.get("account"))
    assert execute(app, text("select count(*) from wizard_files")) == [(0,)]


def test_the_photo_of_now_stays_as_it_is(app, ada):
    """It is shown, and to send it unchanged does not write it anew."""
    pages, _ = give(ada)
    pages.post("summary")
    before = kept(app)
    pages = begin(ada)
    page = pages.get("photo").text
    assert 'alt="Your photo"' in page
    assert 'value="skip"' not in page
    assert pages.send("photo", pages.open("photo")).status_code == 303
    pages.post("summary")
    assert kept(app) == before


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("me.gif", picture("GIF"), "Choose a file in one of these formats"),
        ("me.png", picture()[:200], "me.png"),
        ("me.png", picture() + b"0" * 5_000_000, "is too large. Choose a file of up to 5 MB"),
    ],
    ids=["gif", "cut", "large"],
)
def test_what_is_no_photo_is_said_at_the_field(app, ada, name, data, said):
    """As in the signup, and the photo of now stays."""
    _, response = give(ada, name, data)
    assert response.status_code == 422
    assert said in shown(response)
    assert kept(app) == []


def test_it_goes_with_the_account(app, ada):
    """What was begun, too: with its files."""
    give(ada)
    assert ada.post("account/delete", current="three random words").location == "/account/deleted"
    assert execute(app, text("select count(*) from sessions where id like 'o.%'")) == [(0,)]
