"""What is typed is read in the language that it was typed in, whichever language the page has by then."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import get_locale
from wtforms import DecimalField, Form, StringField
from wtforms.validators import NumberRange

from wizard import Flow, Repeat, Step, Wizard
from wizard.sessions import open_sessions
from wizard.testing import Journey


class Amount(Form):
    """Asks for a number as it is written in the language of the page, and for a name."""

    class Meta:
        """Where WTForms asks for the language."""

        @property
        def locales(self):
            """The language of the page."""
            return [str(get_locale())]

    amount = DecimalField("Amount", [NumberRange(max=5000, message="Too much")], use_locale=True)
    name = StringField("Name")


@pytest.fixture
def given():
    """What ``on_finish`` was given."""
    return []


@pytest.fixture
def journey(tmp_path, given):
    """A visitor who reads German, and later perhaps English."""
    app = Flask("reading")
    app.secret_key = "only for these tests, and long enough"
    app.testing = True
    app.config["LANGUAGES"] = ["de", "en"]
    app.session_interface = open_sessions(f"sqlite:///{tmp_path}/sessions.db")
    flow = Flow(Step("one", Amount, title="One"), Repeat("more", Amount, title="More"))
    wizard = Wizard("w", flow, on_finish=lambda answers, key: given.append(answers) or "R-1")
    app.register_blueprint(wizard, url_prefix="/w")
    return Journey(app)


def speak(journey, language):
    """From now on, every page is in this language."""
    journey.client.set_cookie("language", language)


def test_a_number_typed_in_german_is_the_same_number_in_english(journey, given):
    """On Change, where nothing or something else is changed, in a list, and at the end."""
    journey.answer("one", amount="1.234,50", name="Ada").add("more", amount="2,5", name="x").answer("more")
    speak(journey, "en")
    journey.answer("one", name="Grace").answer("one").change("more", 1, name="y").answer("more")
    speak(journey, "de")
    journey.answer("one")
    assert journey.finish() == "R-1"
    assert given == [
        {"one": {"amount": Decimal("1234.50"), "name": "Grace"}, "more": [{"amount": Decimal("2.5"), "name": "y"}]}
    ]


def test_what_is_typed_anew_is_read_in_the_language_of_the_page(journey, given):
    """Only what stands there as it stood is still of the language that it was typed in."""
    journey.answer("one", amount="1.234,50")
    speak(journey, "en")
    journey.answer("one", amount="1,234.75").answer("one")
    assert journey.answers["one"]["amount"] == Decimal("1234.75")


def test_a_draft_is_read_as_it_was_typed(journey):
    """It was kept in another language than it is sent in."""
    assert journey.refused("one", amount="9.999,50") == {"amount": "Too much"}
    speak(journey, "en")
    assert journey.refused("one", name="x") == {"amount": "Too much"}
    journey.answer("one", amount="1,234.50")
    assert journey.answers["one"]["amount"] == Decimal("1234.50")
