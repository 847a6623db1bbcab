"""The themes in the classes of a CSS framework: how our templates are dressed, and what each has of its own."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from jinja2 import DictLoader, StrictUndefined
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    Form,
    FormField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import TextInput

from tests.conftest import SECRET_KEY
from wizard import Exit, Flow, Page, Repeat, Section, Step, Wizard
from wizard.app import create_app
from wizard.assets import folder
from wizard.fields import AddressField, MemorableDateField
from wizard.sessions import open_sessions
from wizard.testing import Journey
from wizard.themes import FRAMEWORKS, GOVUK, Theme

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "progress"}


class Markup(HTMLParser):
    """Reads a page: each element is closed where it belongs, no attribute is there twice, and no id."""

    def __init__(self, page):
        super().__init__()
        self.open, self.ids, self.classes = [], [], set()
        self.feed(page)
        self.close()
        assert self.open == []
        assert sorted(set(self.ids)) == sorted(self.ids)

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert sorted(set(names)) == sorted(names), (tag, attrs)
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []
        self.classes |= set((given.get("class") or "").split())
        if tag not in VOID and tag not in ("option", "optgroup"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("option", "optgroup"):
            assert self.open.pop() == tag, tag


class OwnInput(TextInput):
    """A widget of an author's own."""


class PairForm(Form):
    """What a field encloses."""

    one = StringField("One", [InputRequired("Enter one")])


class EveryForm(Form):
    """Asks one of each."""

    name = StringField("Name", [InputRequired("Enter a name")], render_kw={"class": "mine"})
    own = StringField("Own", widget=OwnInput())
    text = TextAreaField("Text", [InputRequired("Enter a text")], description="At length")
    secret = PasswordField("Secret", [InputRequired("Enter a secret")])
    country = SelectField("Country", [InputRequired("Select a country")], choices=["", "France"])
    way = RadioField("Way", [InputRequired("Select a way")], choices=["bus", "foot"])
    shoes = StringField("Shoes", [InputRequired("Enter shoes")])
    needs = SelectMultipleField(
        "Needs",
        [InputRequired("Select a need")],
        choices=[SelectChoice("rest", "Rest", optgroup="A"), SelectChoice("food", "Food")],
    )
    born = MemorableDateField("Born", [InputRequired("Enter a date")])
    home = AddressField("Home", [InputRequired("Enter an address")])
    paper = FileField("Paper", [InputRequired("Choose a paper")])
    pair = FormField(PairForm, "Pair")
    several = FieldList(StringField("Word", [InputRequired("Enter a word")]), "Words", min_entries=1, max_entries=3)
    agreed = BooleanField("Agreed", [InputRequired("Agree")])


class OneForm(Form):
    """Asks one thing."""

    word = StringField("Which word?", [InputRequired("Enter a word")], description="A short one")


class WayForm(Form):
    """Asks one thing with choices."""

    way = RadioField("Which way?", [InputRequired("Select a way")], choices=["bus", "foot"])


TEXTS = {"own/read.html": "<p>Read this.</p>", "own/end.html": "<p>This is the end.</p>"}


@pytest.fixture(params=sorted(FRAMEWORKS))
def theme(request):
    """Each framework."""
    return request.param


@pytest.fixture
def make(tmp_path, theme):
    """Makes an application with these steps in that theme."""

    def make(*steps, templates=None, any_order=False, **options):
        app = Flask("framework", template_folder=None)
        app.config.from_mapping(SECRET_KEY=SECRET_KEY, WTF_CSRF_ENABLED=False, WIZARD_THEME=theme)
        app.config["DATABASE_URL"] = f"sqlite:///{tmp_path / 'test.db'}"
        app.session_interface = open_sessions(app.config["DATABASE_URL"])
        app.jinja_env.undefined = StrictUndefined
        app.jinja_loader = DictLoader({**TEXTS, **(templates or {})})
        app.register_blueprint(Wizard("own", Flow(*steps, any_order=any_order), on_finish=lambda *_: "R1", **options))
        app.testing = True
        return app

    return make


def every(**options):
    """A step that asks one of each."""
    return Step("every", EveryForm, title="Every", keep={"secret": None}, reveals={"shoes": ("way", "foot")}, **options)


@pytest.mark.parametrize(
    ("source", "dressed"),
    [
        ("<p>", '<p class="body">'),
        (
            '<p id="one"{% if a > b %} role="status"{% endif %}>',
            '<p class="body" id="one"{% if a > b %} role="status"{% endif %}>',
        ),
        ('<p class="hint">', '<p class="hint h">'),
        ('<p class="other">', '<p class="other">'),
        ('<dd class="words"><span class="words">', '<dd class="words value"><span class="words">'),
        ('<div class="f{% if e %} f-e{% endif %}">', '<div class="f group{% if e %} f-e group--e{% endif %}">'),
        ('<input type="hidden"><input {{ view.attributes }}>', '<input type="hidden"><input {{ view.attributes }}>'),
        ('<input type="text">', '<input class="in{% if e %} bad{% endif %}" type="text">'),
    ],
)
def test_our_templates_get_the_classes_beside_ours(source, dressed):
    """Whatever Jinja reads within a tag stays as it is."""
    elements = {
        ".f": "group",
        ".f-e": "group--e",
        ".hint": "h",
        "dd.words": "value",
        "input": "in{% if e %} bad{% endif %}",
        "p": "body",
    }
    assert Theme(elements, {}, {}).dress(source) == dressed


def test_nothing_in_a_table_is_idle(theme):
    """Each element is in one of our templates, and each kind of input is one that there is."""
    sources = "".join(file.read_text() for file in (folder("templates") / "wizard").glob("*.html"))
    for selector, classes in FRAMEWORKS[theme].elements.items():
        alone = Theme({selector: "found-it"}, {}, {}).dress(sources)
        assert "found-it" in alone, selector
        assert classes == " ".join(classes.split())
    kinds = {"box", "checkbox", "checkboxes", "color", "file", "input", "part", "password", "radio", "range", "select"}
    assert FRAMEWORKS[theme].inputs.keys() <= kinds | {"textarea"}
    assert FRAMEWORKS[theme].wrong.keys() <= FRAMEWORKS[theme].inputs.keys()


def test_every_template_can_be_read(make, theme):
    """As the framework has it."""
    app = make(every())
    for file in (folder("templates") / "wizard").glob("*.html"):
        app.jinja_env.get_template(f"wizard/{file.name}")
    assert f"theme-{theme}" in app.test_client().get("/every").text


def test_a_layout_has_what_the_scripts_need(theme):
    """As our own has it."""
    ours, theirs = ((folder("templates") / name / "layout.html").read_text() for name in ("wizard", theme))
    needed = re.findall(
        r" data-\w+=\"\{\{.*\}\}\"|<script src=.* defer.*|<meta name=\"htmx-config\".*|id=\"[\w-]+\"|\{% block \w+ %\}",
        ours,
    )
    assert len(needed) > 10
    assert not [line for line in needed if line not in theirs]


def test_every_kind_of_field_is_well_formed_when_empty_and_when_wrong(make, theme):
    """And the classes of its state are there and gone again; an author's own are joined."""
    client = make(every(live=["name"])).test_client()
    empty, wrong = client.get("/every").text, client.post("/every", data={"_run": ""}).text
    assert not [name for name in Markup(empty).classes if name == "is-invalid" or name.endswith("--error")]
    found = Markup(wrong).classes
    for kind, classes in FRAMEWORKS[theme].wrong.items():
        if kind not in ("color", "range"):
            assert set(classes.split()) <= found, kind
    own, plain = ({"bootstrap": "form-control", "govuk": "govuk-input"}[theme] + more for more in (" mine", ""))
    assert f'name="name" class="{own}"' in re.sub(r' hx-\w+="[^"]*"', "", empty)
    assert f'class="{plain}" id="own"' in empty


def test_a_journey_is_well_formed(make, theme):
    """Pages to read, exits, lists, sections in any order, what was changed, the summary and the end."""
    app = make(
        Section(
            "a", Page("read", title="Read", template="own/read.html"), Step("one", OneForm, title="One"), title="A"
        ),
        Section("b", Repeat("words", OneForm, title="Words", most=2), title="B"),
        any_order=True,
    )
    journey = Journey(app)
    seen = set()

    def look(address):
        response = journey.client.get(address, follow_redirects=True)
        assert response.status_code == 200
        seen.update(Markup(response.text).classes)

    look("/")
    look("/read")
    journey.answer("read")
    journey.answer("one", word="Sun")
    journey.add("words", word="Moon").answer("words")
    for address in ("/tasks", "/one", "/words", "/summary", "/clear"):
        look(address)
    journey.finish()
    look("/done")
    look("/one")
    assert {"bootstrap": {"list-group-item", "btn-primary"}, "govuk": {"govuk-task-list__item", "govuk-panel__title"}}[
        theme
    ] <= seen


@pytest.mark.parametrize("theme", ["govuk"])
@pytest.mark.parametrize(("form", "tag"), [(OneForm, "label"), (WayForm, "legend")])
def test_one_question_is_the_heading_of_its_page(make, form, tag):
    """In the templates for GOV.UK, but for where something stands between the two."""
    page = make(Step("one", form, title="One")).test_client().get("/one").text
    assert page.count("<h1") == 1
    assert re.search(r'<span class="govuk-caption-l">One</span>', page)
    assert re.search(rf"<h1[^>]*>\s*<{tag}|<{tag}[^>]*><h1", page)
    for options in ({"intro": "Think first."}, {"live": list(form()._fields)}):
        page = make(Step("one", form, title="One", **options)).test_client().get("/one").text
        assert '<h1 class="govuk-heading-l" tabindex="-1">One</h1>' in page


@pytest.mark.parametrize("theme", ["govuk"])
def test_back_is_above_each_page(make):
    """In the templates for GOV.UK: on each page that has it, once; and Enter goes on all the same."""
    app = make(
        Step("one", OneForm, title="One"),
        Page("read", title="Read", template="own/read.html"),
        Step("two", OneForm, title="Two"),
        Repeat("words", OneForm, title="Words"),
        Exit("end", title="End", template="own/end.html", when=lambda answers: answers["two"]["word"] == "end"),
    )
    journey = Journey(app)
    assert "back" not in journey.client.get("/one").text

    def look(step):
        page = journey.client.get(f"/{step}").text
        assert page.count('value="back"') == 1
        assert page.index("govuk-back-link") < page.index("<h1")
        form = re.search(r'class="govuk-back-link" form="([^"]+)"', page)[1]
        assert "visually-hidden" in re.search(rf'<button[^>]*form="{form}"[^>]*>', page)[0]

    journey.answer("one", word="Sun")
    look("read")
    journey.answer("read")
    look("two")
    journey.answer("two", word="Moon")
    look("words")
    journey.answer("words")
    journey.answer("two", word="end")
    look("end")


def test_a_check_draws_the_same_field_again(make, theme):
    """The box that it replaces, and nothing around it."""
    client = make(every(live=["name", "way"])).test_client()
    client.get("/every")
    for name, typed in (("name", ""), ("way", "bus")):
        drawn = client.post(f"/every/check/{name}", data={name: typed}).text
        assert re.match(rf'\s*<(div|fieldset) class="[^"]*field[^"]*" id="{name}-field"', drawn)
        Markup(drawn)


def test_an_application_goes_before_the_framework(make, theme):
    """Its layout, its page and its macro; all other macros stay those of the framework."""
    templates = {
        "wizard/parts.html": "{% macro label(view) %}*{{ view.label }}*{% endmacro %}",
        "mine.html": '{% extends "wizard/layout.html" %}{% block head %}<link rel="icon" href="/x.svg">{% endblock %}',
        "own/done.html": "{% extends layout %}{% block title %}{% endblock %}{% block wizard %}Bye{% endblock %}",
    }
    journey = Journey(make(Step("one", OneForm, title="One"), templates=templates, layout="mine.html"))
    page = journey.client.get("/one").text
    assert "*Which word?*" in page
    assert '<link rel="icon" href="/x.svg">' in page
    assert {"bootstrap": "breadcrumb", "govuk": "govuk-caption-l"}[theme] in page
    journey.answer("one", word="Sun")
    journey.finish()
    assert "Bye" in journey.client.get("/done").text


def test_the_signup_has_the_themes_that_its_pages_know(database, capsys):
    """It has pages that are no step's: a framework would leave them bare."""
    with pytest.raises(SystemExit):
        create_app({"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, "WIZARD_THEME": "govuk"})
    assert capsys.readouterr().err == "wizard: WIZARD_THEME: not one of them. Use trail, plain or contrast.\n"


def test_the_width_of_a_part_is_known():
    """To GOV.UK, by the number of letters."""
    assert GOVUK.classes("part").format(size=4).endswith("govuk-input--width-4")
