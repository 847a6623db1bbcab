"""What the tests of proofs share: a shop that sends a code and takes a payment, and a time that passes when told."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from wtforms import Form, IntegerField, StringField
from wtforms.validators import Email

from tests.conftest import SECRET_KEY, empty_store
from wizard import Code, Flow, Outbox, Proof, Step, Wizard
from wizard.sessions import open_sessions
from wizard.testing import Journey
from wizard.testing.page import Page


class AccountForm(Form):
    """Whose mail it is."""

    email = StringField("Email address", [Email("Enter an email address")])


class OrderForm(Form):
    """What is paid."""

    amount = IntegerField("Amount")
    note = StringField("Note")


class Clock:
    """A time that passes when the test says so, and a millisecond at each look, so that all has an order."""

    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        self.now += 0.001
        return self.now


class Shop:
    """An application with a code and a payment, and what becomes of them."""

    def __init__(self, url, mail=None, **settings):
        self.clock = Clock()
        self.begun, self.finished, self.paid = [], [], {}
        self.app = Flask(__name__)
        self.app.config.update({"SECRET_KEY": SECRET_KEY, "TESTING": True, **settings})
        self.outbox = Outbox(self.app, url, clock=self.clock)
        self.app.session_interface = open_sessions(url)
        flow = Flow(
            Step("account", AccountForm, title="Your account"),
            Code(
                "verify",
                title="Check your email",
                to=lambda answers: answers["account"]["email"],
                mail=mail,
                contact="Call us",
            ),
            Step("order", OrderForm, title="Your order"),
            Proof("payment", title="Payment", begin=self.begin, confirm=lambda _, key: self.paid.get(key)),
        )
        self.wizard = Wizard("shop", flow, on_finish=self.finish, title="Shop")
        self.app.register_blueprint(self.wizard, url_prefix="/shop")

    def begin(self, answers, key):
        """Begin to pay."""
        self.begun.append((answers["order"]["amount"], key))
        return f"https://pay.example.com/{key}"

    def finish(self, answers, key):
        """Finish."""
        self.finished.append(answers)
        return key[:6]

    def prove(self, key, value=True):
        """Say as the provider does that something was paid."""
        with self.app.app_context():
            self.wizard.prove("payment", key, value)

    def visitor(self):
        """A new visitor."""
        return Visitor(self.app)

    @property
    def codes(self):
        """The codes in the mails, the newest first."""
        return [re.search(r"\b\d{6}\b", one.mail.text)[0] for one in self.outbox.letters()]


class Visitor(Journey):
    """One visitor, who sends what they like."""

    def send(self, step, action="", **typed):
        """Send the page of a step."""
        url = self.url(step)
        return self.client.post(url, data=Page(self.client.get(url)).filled(url, typed, action))

    def said(self, step, **typed):
        """What is wrong with what was sent, and the status."""
        response = self.send(step, **typed)
        return response.status_code, " ".join(Page(response).said.values())

    def to_payment(self, amount=12):
        """Go on to the payment."""
        return self.given(account={"email": "ada@example.com"}, verify=True, order={"amount": amount, "note": ""})


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, database):
    """The URL of each database."""
    return empty_store(request, request.param, database)


@pytest.fixture
def shop(database):
    """The shop."""
    return Shop(database)
