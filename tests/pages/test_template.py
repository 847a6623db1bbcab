"""An application's own templates: for the input of a field, for one part of all pages, and what a layout needs."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from jinja2 import DictLoader, StrictUndefined
from markupsafe import Markup
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired
from wtforms.widgets import TextInput

from tests.conftest import shown
from wizard import Flow, FlowError, Step, Wizard
from wizard.assets import folder
from wizard.fields import MonthYearField
from wizard.pages import template_of
from wizard.testing import Journey


class RatingField(RadioField):
    """Takes one to three stars."""


class StarsField(RatingField):
    """The same, as another class."""


class ColourInput(TextInput):
    """A widget."""


def slider(field, **attributes):
    """A widget that is a function."""
    return Markup("<b>slider</b>")


class OpinionForm(Form):
    """Asks one of each."""

    rating = RatingField("Rating", [InputRequired("Rate it")], choices=["1", "2", "3"], description="As stars")
    stars = StarsField("Stars", choices=["1", "2"])
    colour = StringField("Colour", widget=ColourInput())
    size = IntegerField("Size", widget=slider)
    since = MonthYearField("Since when")
    name = StringField("Name")


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """No template is registered, and what a test registers is forgotten after it."""
    monkeypatch.setattr(template_of, "names", {})


class EveryForm(OpinionForm):
    """Asks what is drawn in other ways as well."""

    text = TextAreaField("Text", default="a\nb", description="A hint")
    country = SelectField("Country", choices=["Chile", "Peru"])
    secret = PasswordField("Secret")
    many = FieldList(StringField("Name"), min_entries=2)
    agreed = BooleanField("Agreed")


@pytest.fixture
def app():
    """An application whose templates a test gives, and whose Jinja takes no undefined name."""
    app = Flask("opinions")
    app.secret_key = "only for these tests, and long enough"
    app.jinja_env.undefined = StrictUndefined
    app.register_blueprint(
        Wizard("opinion", Flow(Step("it", OpinionForm, title="It", live=["rating"])), on_finish=lambda *_: "R")
    )
    return app


@pytest.fixture
def give(app):
    """Gives the application templates, by name."""

    def give(**templates):
        app.jinja_loader = DictLoader({f"{name.replace('_', '/')}.html": text for name, text in templates.items()})

    return give


RATING = '<p class="rating">{% for one in view.options %}<input {{ one.attributes }}>{{ one.label }}{% endfor %}</p>'

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_a_field_is_drawn_by_the_template_of_its_class(app, give):
    """Its label, hint and message stay ours, and what is sent is what the field takes."""
    give(fields_rating=RATING)
    template_of.register(RatingField, "fields/rating.html")
    journey = Journey(app)
    assert journey.refused("it", rating="", stars="1")["rating"] == "Rate it"
    page = journey.client.post(journey.url("it"), data={}).text
    drawn = re.search(r'<fieldset class="field[^"]*" id="rating-field"(.*?)</fieldset>', page, re.S)[1]
    assert "Rating" in drawn
    assert "As stars" in drawn
    assert re.search(r'<p class="rating"><input [^>]*value="1"', drawn)
    assert '<label for="rating' not in drawn
    checked = journey.client.post(f"{journey.url('it')}/check/rating", data={"rating": "2"}, headers=PARTIAL)
    assert re.search(r'class="rating"><input [^>]*value="1"', checked.text)
    journey.answer("it", rating="2", stars="1", colour="red", size="3", **{"since-month": "3", "since-year": "2024"})
    assert journey.answers["it"]["rating"] == "2"


@pytest.mark.parametrize(
    ("kinds", "drawn"),
    [
        ([(RatingField, "a")], {"rating", "stars"}),
        ([(StarsField, "a")], {"stars"}),
        ([(RatingField, "b"), (StarsField, "a")], {"stars"}),
        ([(ColourInput, "a")], {"colour"}),
        ([(StringField, "b"), (ColourInput, "a")], {"colour"}),
        ([(StringField, "a")], {"colour", "name"}),
        ([(slider, "a")], {"size"}),
        ([(MonthYearField, "a")], {"since"}),
    ],
)
def test_the_nearest_class_counts_and_a_widget_before_a_field(app, give, kinds, drawn):
    """Whatever else is registered."""
    give(a="<i>{{ field.name }} by a</i>", b="")
    for kind, name in kinds:
        template_of.register(kind, f"{name}.html")
    page = Journey(app).client.get("/it").text
    assert set(re.findall(r"<i>(\w+) by a</i>", page)) == drawn
    assert ("slider" in page) == ("size" not in drawn)


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        (RatingField("Rating"), "a.html", "is no class of fields or of widgets. Use one, such as RatingField"),
        ("RatingField", "a.html", "'RatingField' is no class"),
        (RatingField, "", "'' is no template. Use its name"),
        (RatingField, None, "None is no template"),
    ],
)
def test_what_is_no_kind_of_field_is_told(kind, name, said):
    """When it is registered."""
    with pytest.raises(FlowError, match=r"template_of\.register: .*") as error:
        template_of.register(kind, name)
    assert said in str(error.value)


def test_one_macro_is_replaced_without_a_copy_of_the_others(app, give):
    """Wherever it is called: by our other macros, too, which stay as they are. It may call them, and read the page."""
    give(
        wizard_parts="{% macro label(view) %}{{ star() }} {{ view.label }} ({{ step.title }}){% endmacro %}"
        "{% macro star() %}*{{ inside('Yes') }}{% endmacro %}"
    )
    page = shown(Journey(app).client.get("/it"))
    assert "*yes Rating (It) As stars" in page
    assert "*yes Name (It)" in page
    assert "Continue" in page
    again = app.test_client().get("/it")
    assert "*yes Rating (It)" in shown(again)


def test_what_an_application_does_not_replace_is_drawn_as_ever():
    """Though fields are then drawn by macros, each of which it may have replaced."""
    pages = []
    for parts in (None, "{% macro unused() %}{% endmacro %}"):
        app = Flask("opinions")
        app.config.from_mapping(SECRET_KEY="only for these tests, and long enough", WTF_CSRF_ENABLED=False)
        flow = Flow(Step("it", EveryForm, title="It", live=["name"], keep={"secret": None}))
        app.register_blueprint(Wizard("opinion", flow, on_finish=lambda *_: "R"))
        if parts:
            app.jinja_loader = DictLoader({"wizard/parts.html": parts})
        client = app.test_client()
        texts = [client.get("/it").text, client.post("/it", data={"_run": "", "country": "Mars", "name": "Ada"}).text]
        drawn = [re.search(r'<fieldset class="field.*id="agreed".*?</div>', text, re.S)[0] for text in texts]
        pages.append([re.sub(r"\s*(<|>|\s)\s*", r"\1", one) for one in drawn])
    assert pages[0] == pages[1]
    assert "Not a valid choice" in pages[0][1]


def test_a_mistake_in_a_macro_is_at_its_own_line(app, tmp_path):
    """And not at one of a file that holds ours as well."""
    file = tmp_path / "wizard" / "parts.html"
    file.parent.mkdir()
    file.write_text("\n\n{% macro label(view) %}\n{{ view.nothing.at_all }}{% endmacro %}")
    app.template_folder, app.testing = str(tmp_path), True
    with pytest.raises(Exception, match="nothing") as error:
        app.test_client().get("/it")
    assert [one.lineno + 1 for one in error.traceback if one.path == file][-1] == 4


def test_a_layout_needs_what_ours_has():
    """The macros say what stands in our own layout, which costs less where it stands as it is."""
    folder_of_ours = folder("templates") / "wizard"
    parts, layout = ((folder_of_ours / name).read_text() for name in ("parts.html", "layout.html"))
    for name in ("head", "sheets", "alerts"):
        macro = re.search(rf"{{% macro {name}\(.*?%}}\n(.*?){{% endmacro %}}", parts, re.S)[1]
        for line in re.sub(r"{% if style %}.*{% endif %}", "", macro).splitlines():
            assert line in layout, line
    needed = re.findall(r"<(?:script|link rel=\"stylesheet\"|meta name=\"htmx-config\")[^\n]*|<div id[^\n]*", layout)
    assert len(needed) == 7
    assert not [line for line in needed if line not in parts]


@pytest.mark.parametrize(("style", "sheets"), [("", 2), ("style=false", 0)])
def test_a_layout_of_an_application_has_it_in_two_lines(app, give, style, sheets):
    """With our style sheet or another."""
    give(
        frame=f"<head>{{{{ parts.head({style}) }}}}<title>{{% block title %}}{{% endblock %}}</title></head>"
        "{{ parts.alerts() }}{% block wizard %}{% endblock %}"
    )
    app.blueprints["opinion"].layout = "frame.html"
    page = app.test_client().get("/it").text
    assert page.count('rel="stylesheet"') == sheets
    assert page.count("<script") == 2
    assert 'data-slow="Saving your answers"' in page
