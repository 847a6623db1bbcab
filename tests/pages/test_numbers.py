"""Numbers that are written as the language of the page does: typed in one, changed in another."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import get_locale
from wtforms import DecimalField, Form, StringField

from tests.conftest import Visitor
from wizard import Flow, Repeat, Step, Wizard
from wizard.sessions import open_sessions

from .cars import stored


class Price(Form):
    """Asks a number as people write it."""

    class Meta:
        """Numbers in the language of the page."""

        @property
        def locales(self):
            return [str(get_locale())]

    price = DecimalField("Price", use_locale=True)
    note = StringField("Note")


@pytest.fixture
def visitor(database):
    """A visitor whose pages are German."""
    app = Flask(__name__)
    app.secret_key, app.testing = "key", True
    app.config["LANGUAGES"] = ["en", "de"]
    app.session_interface = open_sessions(database)
    flow = Flow(Step("price", Price, title="Price"), Repeat("more", Price, title="More prices"))
    app.register_blueprint(Wizard("car", flow, on_finish=lambda answers, key: "R-1"), url_prefix="/car")
    visitor = Visitor(app.test_client(), "/car")
    visitor.post("price", _language="de")
    return visitor


@pytest.mark.parametrize(
    ("typed", "shown", "meant"),
    [("1.234,5", "1,234.5", "1234.5"), ("1.234", "1,234", "1234"), ("0,0001", "0.0001", "0.0001")],
)
def test_a_page_sent_unchanged_in_another_language_changes_no_number(visitor, typed, shown, meant):
    """It shows the number as that language writes it, on the page of a step and on that of an entry."""
    visitor.answer("price", price=typed)
    visitor.answer("more", _action="add", price=typed)
    visitor.post("price", price=typed, _language="en")
    for page in ("price", "more/1"):
        assert f'value="{shown}"' in visitor.get(page).text
        visitor.answer(page, price=shown, note="changed")
    assert stored(visitor)["answers"]["price"]["price"] == Decimal(meant)
    assert stored(visitor)["answers"]["more"][0]["price"] == Decimal(meant)


def test_a_draft_is_shown_in_the_language_of_the_page_too(visitor):
    """What was typed before the language was changed; what is no number stays as it was typed."""
    for typed, shown in (("1.234,5", "1,234.5"), ("x,5", "x,5")):
        visitor.post("price", _language="de")
        visitor.post("price", price=typed, _language="en")
        assert f'value="{shown}"' in visitor.get("price").text
