"""Photos: square, small, without anything that nobody sees, and the same however often it is asked for."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import EnvironBuilder
from PIL import Image
from sqlalchemy import select, text

from tests.conftest import ACCOUNT, PROFILE, SECURITY, shown
from wizard.accounts import photos


def picture(kind="PNG", size=(800, 600), **options):
    """A picture, red on its left and blue on its right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    made = BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


@pytest.mark.parametrize("size", [(800, 600), (300, 900), (64, 64)])
def test_it_is_the_middle_as_a_square(size):
    """Of whatever form it was."""
    photo = photos.square(picture(size=size), "run")
    with Image.open(BytesIO(photo.data)) as image:
        assert image.size == (512, 512)
        assert image.format == "WEBP"
        (left, *_), (*_, right) = image.convert("RGB").getpixel((5, 256)), image.convert("RGB").getpixel((506, 256))
    assert left > 200
    assert right > 200


def test_nothing_is_left_of_what_nobody_sees():
    """Neither where it was taken, nor a comment."""
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    photo = photos.square(picture("JPEG", exif=exif, comment=b"secret place"), "run")
    assert b"secret" not in photo.data
    with Image.open(BytesIO(photo.data)) as image:
        assert not image.getexif()


def test_the_same_picture_has_the_same_name_in_a_run():
    """And another one in another run, so that nobody sees who has given the same."""
    assert photos.square(picture(), "run") == photos.square(picture(), "run")
    assert photos.square(picture(), "run").name != photos.square(picture(), "other").name


def to_photo(visitor):
    """Answer all that comes before the photo."""
    visitor.answer("account", **ACCOUNT)
    visitor.answer("profile", **PROFILE)
    assert visitor.post("plan", plan="personal").location == "/signup/photo"


def sent(visitor, name, data):
    """Choose a file, and send it."""
    given = {"csrf_token": visitor.token("photo"), "photo": (BytesIO(data), name)}
    path = f"{visitor.prefix}/photo"
    environ = EnvironBuilder(visitor.client.application, path, method="POST", data=given).get_environ()
    with environ["wsgi.input"]:
        return visitor.client.open(environ)


def test_it_is_kept_with_the_account_and_nothing_else_is(app, visitor):
    """In the same transaction; the files of the run are gone after it."""
    to_photo(visitor)
    assert sent(visitor, "me.png", picture()).location == "/signup/security"
    visitor.answer("security", **SECURITY)
    assert 'alt="Photo of Ada Lovelace"' in visitor.get("photo").text
    assert visitor.post("summary").location == "/signup/done"
    engine = app.extensions["accounts"].engine
    with engine.connect() as connection:
        account_id = connection.execute(text("select id from accounts")).scalar_one()
        assert connection.execute(text("select count(*) from wizard_files")).scalar_one() == 0
        [found] = connection.execute(select(photos.photos)).all()
    assert found.account_id == account_id
    with Image.open(BytesIO(found.data)) as image:
        assert image.size == (512, 512)


def test_who_has_none_goes_on_with_one_press(app, visitor):
    """And has none."""
    to_photo(visitor)
    assert visitor.post("photo").location == "/signup/security"
    visitor.answer("security", **SECURITY)
    assert visitor.post("summary").location == "/signup/done"
    with app.extensions["accounts"].engine.connect() as connection:
        assert connection.execute(select(photos.photos)).all() == []


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("me.png", b"no picture at all", "Choose a file in one of these formats"),
        ("me.gif", picture("GIF"), "Choose a file in one of these formats"),
        ("me.png", picture()[:200], "me.png"),
        ("me.png", picture() + b"0" * 5_000_000, "is too large. Choose a file of up to 5 MB"),
    ],
    ids=["text", "gif", "cut", "large"],
)
def test_what_is_no_photo_is_said_at_the_field(visitor, name, data, said):
    """And what is there already stays."""
    to_photo(visitor)
    response = sent(visitor, name, data)
    assert response.status_code == 422
    assert 'id="photo-error"' in response.text
    assert said in shown(response)
