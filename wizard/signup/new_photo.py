"""New photo: the flow by which who is signed in changes their photo, or removes it, at ``/account/new-photo/``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_wtf import FlaskForm

from .. import database
from ..accounts import belongings, photos
from ..accounts.accounts import current_accounts
from ..accounts.people import Person
from ..flow import Answer, Flow, Step
from ..languages import lazy_gettext as _
from . import own
from .forms import photo_field


class NewPhotoForm(FlaskForm):
    """The photo to be."""

    photo = photo_field(_("Your photo"))


flow = Flow(Step("photo", NewPhotoForm, title=_("Your photo")))


def init_app(app: Flask) -> None:
    """Serve the flow in ``app``."""
    own.serve(
        app,
        "new_photo",
        flow,
        change_photo,
        at="new-photo",
        now=photo_now,
        title=_("Your photo - Acme"),
        finish=_("Save photo"),
    )


def photo_now(person: Person) -> dict[str, Any]:
    """Return the answers that the flow begins with."""
    kept = belongings.photo_of(person)
    return {"photo": {"photo": ("photo.webp", kept.data)}} if kept else {}


def change_photo(person: Person, answers: Mapping[str, Answer], key: str) -> str:
    """Keep the new photo, or none. The one of before is not written anew, since it would lose by it."""
    file, kept = answers["photo"]["photo"], belongings.photo_of(person)
    picture = file.read() if file else None
    if picture != (kept and kept.data):
        new = photos.square(picture, key) if picture else None
        with database.transaction(current_accounts().engine) as connection:
            photos.replace(connection, person.id, new)
    return "photo"
