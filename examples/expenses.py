"""Expense claims: each is a list of entries with dates and amounts, and several can be open at once. Run it with:

flask --app examples/expenses.py run
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask import Flask, current_app
from werkzeug.exceptions import HTTPException
from wtforms import DateField, DecimalField, Field, Form, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange

from wizard import Flow, Repeat, Step, Wizard
from wizard.sessions import open_sessions


class ClaimForm(Form):
    """What the money was spent for. It tells one claim from another on the first page."""

    occasion = StringField(
        "What was the occasion?",
        [InputRequired("Enter the occasion"), Length(max=100, message="Enter 100 characters or fewer")],
        description="Such as: Customer visit in Oslo",
    )
    payment = RadioField(
        "How do you want to be paid back?",
        [InputRequired("Select how you want to be paid back")],
        choices={"salary": "With my next salary", "transfer": "By bank transfer"},
    )


class EntryForm(Form):
    """One thing that was paid for."""

    day = DateField("Date", [InputRequired("Enter the date")], invalid_value_message="Enter a real date")
    what = StringField(
        "What for?",
        [InputRequired("Enter what it was for"), Length(max=100, message="Enter 100 characters or fewer")],
    )
    category = SelectField(
        "Category",
        [InputRequired("Select a category")],
        choices={"": "Select a category", "travel": "Travel", "room": "Accommodation", "meals": "Meals"},
    )
    amount = DecimalField(
        "Amount in euros",
        [InputRequired("Enter the amount"), NumberRange(Decimal("0.01"), 10_000, "Enter 0.01 to 10,000 euros")],
        invalid_value_message="Enter the amount in digits, such as 12.50",
        render_kw={"inputmode": "decimal"},
    )

    def validate_day(self, field: Field) -> None:
        """Nothing was paid for tomorrow."""
        if field.data and field.data > date.today():
            raise ValidationError("Enter a date that is not in the future")


class BankForm(Form):
    """Where the money goes."""

    iban = StringField("IBAN", [InputRequired("Enter your IBAN"), Length(15, 34, "Enter an IBAN of 15 to 34 letters")])


def submit(answers: Mapping[str, Any], key: str) -> str:
    """Write the claim to a file. It is named after the run, so a second click writes the same one again."""
    reference = sha256(key.encode()).hexdigest()[:6].upper()
    folder = Path(current_app.instance_path, "expenses")
    folder.mkdir(exist_ok=True)
    (folder / f"{reference}.json").write_text(current_app.json.dumps(answers))
    # An amount is a Decimal here, as the form made it.
    total: Decimal = sum((entry["amount"] for entry in answers["entries"]), Decimal())
    return f"{reference} for €{total:.2f}"


flow = Flow(
    Step("claim", ClaimForm, title="Your claim"),
    Repeat("entries", EntryForm, title="What you paid for", least=1, most=30, add="Add this entry"),
    Step("bank", BankForm, title="Your bank", when=lambda answers: answers["claim"]["payment"] == "transfer"),
)
expenses = Wizard(
    "expenses",
    flow,
    on_finish=submit,
    title="Expense claims",
    finish="Hand in this claim",
    done="Your claim is handed in",
    promise="Each claim is kept for a day after your last change, so that you can collect receipts.",
    many=True,
)


def create_app(instance_path: str | None = None) -> Flask:
    """The application: its first page lists the claims that were begun.

    :param instance_path: the folder for the database; by default ``instance``, beside ``examples``.
    """
    app = Flask(__name__, instance_path=instance_path)
    app.config.from_prefixed_env()
    # Without FLASK_SECRET_KEY, each start makes a key of its own: no key stands in the code, and what was begun before
    # a restart begins anew.
    app.secret_key = app.secret_key or token_hex()
    Path(app.instance_path).mkdir(exist_ok=True)
    app.session_interface = open_sessions(f"sqlite:///{app.instance_path}/expenses.db")
    app.register_blueprint(expenses)
    # All addresses are the wizard's, and so are those that there are not.
    app.register_error_handler(HTTPException, expenses.show_error)
    return app
