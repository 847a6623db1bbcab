"""A shop where the payment is made elsewhere: at a small bank that this example brings itself.

flask --app examples/checkout.py run
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, url_for
from jinja2 import DictLoader
from werkzeug.exceptions import HTTPException
from wtforms import EmailField, Form, IntegerField
from wtforms.validators import Email, InputRequired, NumberRange

from wizard import Flow, Proof, Step, Value, Wizard
from wizard.sessions import open_sessions

#: What a jar costs, in cents.
PRICE = 650

#: What stands above the button that leads to the bank, and what the bank shows.
TEMPLATES = {
    "checkout/payment.html": """
{% if state == "new" %}<p>You pay {{ in_euros(answers["total"]) }} at our bank, and come back here.</p>{% endif %}
""",
    "checkout/bank.html": """
<!doctype html>
<html lang="en">
<head>
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pay - The small bank</title>
</head>
<body>
<main>
<h1>The small bank</h1>
<p>The honey shop asks for {{ in_euros(amount) }}.</p>
<form method="post">
{% for name, value in order.items() %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}
<button name="answer" value="pay">Pay</button>
<button name="answer" value="cancel">Cancel</button>
</form>
</main>
</body>
</html>
""",
}


class OrderForm(Form):
    """How much of it."""

    jars = IntegerField(
        "How many jars of honey?",
        [InputRequired("Enter how many"), NumberRange(1, 12, "Enter 1 to 12")],
        invalid_value_message="Enter how many, in digits",
        render_kw={"inputmode": "numeric"},
    )


class BuyerForm(Form):
    """Who is told when it is sent."""

    email = EmailField("Email address", [InputRequired("Enter your email address"), Email("Enter an email address")])


def in_euros(cents: int) -> str:
    """An amount as people write it."""
    return f"€{cents // 100}.{cents % 100:02}"


def total(answers: Mapping[str, Any]) -> int:
    """What the order costs, in cents."""
    jars: int = answers["order"]["jars"]
    return jars * PRICE


def pay(answers: Mapping[str, Any], key: str) -> str:
    """Where the visitor pays. The bank knows the key, and takes the money for it once."""
    order = {"order": key, "amount": str(answers["total"])}
    return f"{url_for('bank.pay')}?{urlencode({**order, 'signature': signed(order)})}"


def place(answers: Mapping[str, Any], key: str) -> str:
    """The reference of an order that is paid."""
    return f"{sha256(key.encode()).hexdigest()[:6].upper()}, {in_euros(answers['payment']['amount'])} paid"


flow = Flow(
    Step("order", OrderForm, title="Your order"),
    Value("total", total, title="Total", words=in_euros),
    Step("buyer", BuyerForm, title="About you"),
    Proof(
        "payment",
        title="Payment",
        button="Go to the bank",
        begin=pay,
        words=lambda paid: f"{in_euros(paid['amount'])} paid, number {paid['number']}",
        template="checkout/payment.html",
    ),
)
checkout = Wizard(
    "checkout",
    flow,
    on_finish=place,
    title="Checkout - Honey shop",
    finish="Send my order",
    done="Thank you for your order",
    promise="Your answers are kept for a day. What you have paid is not lost.",
)

# The shop: the bank tells it what was paid

calls = Blueprint("calls", __name__)


@calls.post("/paid")
def paid() -> tuple[str, int]:
    """Take what the bank says, once it is seen that the bank says it. It may say it again."""
    said = request.form.to_dict()
    if not hmac.compare_digest(said.pop("signature", ""), signed(said)):
        abort(403)
    checkout.prove("payment", said["order"], {"number": said["number"], "amount": int(said["amount"])})
    return "", 204


# The bank: somebody else's application, which is here so that the example needs no other

bank = Blueprint("bank", __name__, url_prefix="/bank")


def signed(said: Mapping[str, str]) -> str:
    """Return what only the shop and the bank can write, who share a key."""
    text = "&".join(f"{name}={said[name]}" for name in sorted(said))
    return hmac.digest(current_app.config["BANK_KEY"].encode(), text.encode(), "sha256").hex()


@bank.route("/pay", endpoint="pay", methods=["GET", "POST"])
def pay_page() -> str | Response:
    """Ask whether to pay, tell the shop, and send the visitor back."""
    order = request.values.to_dict()
    answer, signature = order.pop("answer", ""), order.pop("signature", "")
    if not hmac.compare_digest(signature, signed(order)):
        abort(403)
    if request.method == "GET":
        shown = {**order, "signature": signature}
        return render_template("checkout/bank.html", order=shown, amount=int(order["amount"]))
    if answer == "pay":
        said = {**order, "number": sha256(order["order"].encode()).hexdigest()[:8]}
        # A real bank calls from its own server, and calls again until it is answered.
        current_app.test_client().post(url_for("calls.paid"), data={**said, "signature": signed(said)})
    # What stands in this address is for people: the shop believes the call alone.
    return redirect(url_for("checkout.step", _step="payment", status=answer), 303)  # type: ignore[return-value]


def create_app(instance_path: str | None = None) -> Flask:
    """The application: the shop begins on its first page, and the bank is at ``/bank``.

    :param instance_path: the folder for the database; by default ``instance``, beside ``examples``.
    """
    app = Flask(__name__, instance_path=instance_path)
    app.config.from_prefixed_env()
    # Without FLASK_SECRET_KEY, each start makes a key of its own: no key stands in the code, and what was begun before
    # a restart begins anew.
    app.secret_key = app.secret_key or token_hex()
    app.config.setdefault("BANK_KEY", token_hex())
    Path(app.instance_path).mkdir(exist_ok=True)
    app.session_interface = open_sessions(f"sqlite:///{app.instance_path}/checkout.db")
    # In an application of many pages, these are files in ``templates``.
    app.jinja_loader = DictLoader(TEMPLATES)
    app.jinja_env.globals["in_euros"] = in_euros
    app.register_blueprint(checkout)
    app.register_blueprint(calls)
    app.register_blueprint(bank)
    # All addresses but those are the wizard's, and so are those that there are not.
    app.register_error_handler(HTTPException, checkout.show_error)
    return app
