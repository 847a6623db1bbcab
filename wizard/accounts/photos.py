"""Photos: made square, and kept in a table of their own."""

from __future__ import annotations

from hashlib import blake2b
from io import BytesIO
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert

from .tables import photos

#: How many pixels a side of it has, how it is written, and what that is called.
SIDE, FORMAT, TYPE = 512, "WEBP", "image/webp"


class Photo(NamedTuple):
    """A photo as it is kept.

    :param type: its MIME type.
    :param name: part of its address: another photo has another one.
    """

    type: str
    data: bytes
    name: str


def square(picture: bytes, run: str) -> Photo:
    """Return the middle of a picture as a photo, with nothing in it but what it shows.

    :param picture: one that can be read, as those are that the engine has taken.
    :param run: the key of the run that it was given in: the same picture has the same name in it.
    """
    from PIL import Image, ImageOps

    with Image.open(BytesIO(picture)) as image:
        plain = ImageOps.fit(image.convert("RGBA" if image.has_transparency_data else "RGB"), (SIDE, SIDE))
    plain.info = {}
    made = BytesIO()
    plain.save(made, FORMAT, quality=85)
    return Photo(TYPE, made.getvalue(), blake2b(picture, key=run.encode()[:64], digest_size=16).hexdigest())


def keep(connection: Connection, account_id: int, photo: Photo) -> None:
    """Keep the photo of an account that has none, in the caller's transaction."""
    connection.execute(insert(photos).values(account_id=account_id, **photo._asdict()))


def replace(connection: Connection, account_id: int, photo: Photo | None) -> None:
    """Keep another photo of an account, or none, in the caller's transaction."""
    connection.execute(delete(photos).where(photos.c.account_id == account_id))
    if photo is not None:
        keep(connection, account_id, photo)
