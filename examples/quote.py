"""The price of a print job: what can be chosen, and what stands in a field at first, depend on what was chosen before.

flask --app examples/quote.py run
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask import Flask
from jinja2 import DictLoader
from werkzeug.exceptions import HTTPException
from wtforms import Form, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange

from wizard import Flow, Step, Wizard
from wizard.sessions import open_sessions

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Product:
    """What we print: how many are usual, and on which papers, each with the price of a thousand."""

    name: str
    usual: int
    papers: Mapping[str, int]


PRODUCTS = {
    "cards": Product("Business cards", 250, {"matt": 90, "cotton": 240}),
    "flyers": Product("Flyers", 1000, {"light": 60, "matt": 80}),
    "posters": Product("Posters", 50, {"light": 900, "photo": 1900}),
}
PAPERS = {"light": "Light, 90 g", "matt": "Matt, 300 g", "cotton": "Cotton, 450 g", "photo": "Photo, 260 g"}
FOLDS = {"none": "Flat", "half": "Folded once", "letter": "Folded twice"}
SPEEDS = {"standard": ("In a week", Decimal("1.0")), "express": ("The day after tomorrow", Decimal("1.5"))}

#: The fields of that page, and the price as they are filled in.
PRINT = """
{{ parts.draw_all(views, form_id) }}
{% set price = price_so_far(answers, typed) %}
<p role="status">{% if price %}Before folding and delivery, that is <strong>€{{ price }}</strong>.{% endif %}</p>
"""

#: More than this cannot be printed in a day.
MOST_EXPRESS = 5000


class ProductForm(Form):
    """What is printed."""

    product = RadioField(
        "Product",
        [InputRequired("Select a product")],
        choices={key: product.name for key, product in PRODUCTS.items()},
    )


class PrintForm(Form):
    """On what, and how often."""

    paper = SelectField("Paper", [InputRequired("Select a paper")])
    copies = IntegerField(
        "Number of copies",
        [InputRequired("Enter the number of copies"), NumberRange(10, 20_000, "Enter 10 to 20,000 copies")],
        invalid_value_message="Enter the number of copies in digits",
        render_kw={"inputmode": "numeric"},
    )


class FoldForm(Form):
    """Into what shape."""

    fold = RadioField("Folding", [InputRequired("Select how they are folded")], choices=FOLDS)


class DeliveryForm(Form):
    """By when."""

    speed = RadioField("Delivery", [InputRequired("Select a delivery")])


def product(answers: Answers) -> Product:
    """The product that was chosen."""
    return PRODUCTS[answers["product"]["product"]]


def papers(answers: Answers) -> dict[str, str]:
    """The papers that the product can be printed on."""
    return {paper: PAPERS[paper] for paper in product(answers).papers}


def usual_copies(answers: Answers) -> dict[str, int]:
    """As many as most people order of the product."""
    return {"copies": product(answers).usual}


def is_folded(answers: Answers) -> bool:
    """Only flyers can be."""
    return bool(answers["product"]["product"] == "flyers")


def price(answers: Answers, speed: str) -> Decimal:
    """What the job costs, with a fixed part for setting it up."""
    copies: int = answers["print"]["copies"]
    thousand = Decimal(product(answers).papers[answers["print"]["paper"]])
    if "fold" in answers and answers["fold"]["fold"] != "none":
        thousand *= Decimal("1.2")
    return ((15 + thousand * copies / 1000) * SPEEDS[speed][1]).quantize(Decimal("0.01"))


def price_so_far(answers: Answers, typed: Mapping[str, Any]) -> Decimal | None:
    """What the paper and the copies that are chosen so far come to, before they are folded and sent."""
    if typed["copies"] is None or typed["paper"] is None:
        return None
    copies: int = typed["copies"]
    thousand = Decimal(product(answers).papers[typed["paper"]])
    return (15 + thousand * copies / 1000).quantize(Decimal("0.01"))


def speeds(answers: Answers) -> dict[str, str]:
    """How soon it can be there, each with the price of it."""
    possible = [speed for speed in SPEEDS if speed != "express" or answers["print"]["copies"] <= MOST_EXPRESS]
    return {speed: f"{SPEEDS[speed][0]}: €{price(answers, speed)}" for speed in possible}


def offer(answers: Answers, key: str) -> str:
    """The price reference: the price is part of it, so nobody has to look it up."""
    reference = sha256(key.encode()).hexdigest()[:6].upper()
    return f"{reference} for €{price(answers, answers['delivery']['speed'])}"


flow = Flow(
    Step("product", ProductForm, title="What we print for you"),
    Step(
        "print",
        PrintForm,
        title="Paper and copies",
        choices={"paper": papers},
        defaults=usual_copies,
        refresh=["paper", "copies"],
        template="quote/print.html",
    ),
    Step("fold", FoldForm, title="Folding", when=is_folded),
    Step("delivery", DeliveryForm, title="Delivery and price", choices={"speed": speeds}),
)
quote = Wizard(
    "quote",
    flow,
    on_finish=offer,
    title="Quote - Print shop",
    finish="Reserve this price",
    done="Your price is reserved",
    promise="Nothing is ordered yet. What you choose is kept for a day, so that you can come back to it.",
)


def create_app(instance_path: str | None = None) -> Flask:
    """The application: the quote begins on its first page.

    :param instance_path: the folder for the database; by default ``instance``, beside ``examples``.
    """
    app = Flask(__name__, instance_path=instance_path)
    app.config.from_prefixed_env()
    # Without FLASK_SECRET_KEY, each start makes a key of its own: no key stands in the code, and what was begun before
    # a restart begins anew.
    app.secret_key = app.secret_key or token_hex()
    Path(app.instance_path).mkdir(exist_ok=True)
    app.session_interface = open_sessions(f"sqlite:///{app.instance_path}/quote.db")
    # In an application of many pages, this is a file in ``templates``.
    app.jinja_loader = DictLoader({"quote/print.html": PRINT})
    app.jinja_env.globals["price_so_far"] = price_so_far
    app.register_blueprint(quote)
    # All addresses are the wizard's, and so are those that there are not.
    app.register_error_handler(HTTPException, quote.show_error)
    return app
