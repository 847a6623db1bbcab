"""Starting: a template that nobody has written is told before the first page, and not on the page that needs it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Blueprint, Flask
from flask_wtf.file import FileField
from jinja2 import DictLoader, TemplateSyntaxError
from wtforms import FieldList, Form, StringField

from wizard import Exit, Flow, FlowError, Outbox, Page, Repeat, SettingError, Step, Wizard, starting
from wizard.pages.template import template_of
from wizard.serving import when_ready
from wizard.sessions import open_sessions
from wizard.testing import Journey, walk


class Word(Form):
    """Asks for a word."""

    word = StringField("Word")


class Photo(Form):
    """Asks for a file."""

    photo = FileField("Photo")


class Star(StringField):
    """A field that a template draws."""


class Stars(Form):
    """Asks for several, each drawn by a template."""

    stars = FieldList(Star("Star"), "Stars")


def make(*steps, **how):
    """An application with a wizard whose first step asks for a word."""
    app = Flask("host")
    app.secret_key = "only for these tests, and long enough"
    app.testing = True
    app.add_url_rule("/", view_func=lambda: "Home", endpoint="home")
    flow = Flow(Step("first", Word, title="First"), *steps)
    app.register_blueprint(Wizard("w", flow, on_finish=lambda answers, key: "R-1", **how), url_prefix="/w")
    return app


def read(name="later.html"):
    """A page to read after all others."""
    return Page("x", title="X", template=name)


@pytest.fixture
def stars():
    """A template that draws a field, which nobody has written."""
    template_of.register(Star, "gone.html")
    yield
    del template_of.names[Star]


@pytest.mark.usefixtures("stars")
@pytest.mark.parametrize(
    ("steps", "how", "said"),
    [
        ([read("gone.html")], {}, "Step 'x': there is no template 'gone.html'. "),
        (
            [Exit("x", title="X", template="gone.html", when=lambda answers: answers["first"]["word"] == "no")],
            {},
            "Step 'x': there is no template 'gone.html'. ",
        ),
        ([Step("x", Word, title="X", template="gone.html")], {}, "Step 'x': there is no template 'gone.html'. "),
        (
            [Repeat("all", Step("x", Word, title="X", template="gone.html"), title="All", each=lambda entry: "One")],
            {},
            "Step 'x': there is no template 'gone.html'. ",
        ),
        (
            [Step("x", Stars, title="X")],
            {},
            "Step 'x': field 'stars.': there is no template 'gone.html', which draws it. ",
        ),
        ([], {"layout": "gone.html"}, "The wizard 'w': its layout 'gone.html' is no template. "),
        ([], {"progress": "gone.html"}, "The wizard 'w': its progress 'gone.html' is no template. "),
    ],
)
def test_a_template_that_is_not_there_is_told_before_the_first_page(steps, how, said):
    """With the cure: by whichever page is asked for first, by the server, by ``flask flow`` and by the test kit."""
    said += "Write templates/gone.html."
    app = make(*steps, **how)
    client = app.test_client()
    assert client.get("/").text == "Home"
    for page in ("first", "done", "first"):
        with pytest.raises(FlowError) as error:
            client.get(f"/w/{page}")
        assert str(error.value) == said
    with pytest.raises(FlowError) as error:
        Journey(app)
    assert str(error.value) == said
    with pytest.raises(FlowError) as error:
        walk(lambda: app)
    assert str(error.value) == said
    drawn = app.test_cli_runner().invoke(args=["flow", "w"])
    assert (drawn.exit_code, drawn.output) == (1, f"Error: {said}\n")


def test_the_server_starts_nothing_then(monkeypatch, capsys):
    """It says it in one line."""
    # What processes share is set in the environment, which is that of all other tests, too.
    monkeypatch.setattr("wizard.metrics.sharing.share", lambda: None)
    app = make(read("gone.html"))
    server = SimpleNamespace(
        cfg=SimpleNamespace(preload_app=True, workers=1, threads=1), app=SimpleNamespace(wsgi=lambda: app)
    )
    with pytest.raises(SystemExit, match="3"):
        when_ready(server)
    assert capsys.readouterr().err == "wizard: Step 'x': there is no template 'gone.html'. Write templates/gone.html.\n"


def test_a_template_may_be_in_a_blueprint_that_is_registered_later():
    """Or be written while the application runs, as an author does who reads what is missing."""
    texts = Blueprint("texts", __name__)
    texts.jinja_loader = DictLoader({})
    app = make(read())
    app.register_blueprint(texts)
    client = app.test_client()
    with pytest.raises(FlowError):
        client.get("/w/first")
    texts.jinja_loader.mapping["later.html"] = "Well"
    assert client.get("/w/first").status_code == 200
    journey = Journey(app).answer("first", word="Hello")
    assert "Well" in journey.client.get(journey.url("x")).text


@pytest.mark.parametrize(
    ("name", "value", "when"),
    [
        ("WIZARD_THEME", "govuk", "the first wizard is registered"),
        ("WIZARD_FILES_URL", "sqlite:////elsewhere.db", "the first wizard that asks for a file is registered"),
        ("MAIL_FROM", "eve@example.com", "the outbox is made"),
        ("MAIL_URL", "smtp://elsewhere", "the outbox is made"),
    ],
)
def test_a_setting_that_is_set_too_late_is_told(tmp_path, name, value, when):
    """It would have no effect; nor has one that is set to what it is."""
    made = make_with_all(tmp_path)
    made.config[name] = made.config.get(name, "trail" if name == "WIZARD_THEME" else None)
    assert made.test_client().get("/w/first").status_code == 200
    app = make_with_all(tmp_path)
    app.config[name] = value
    said = f"{name}: was set too late, and has no effect. Set it before {when}."
    with pytest.raises(SettingError) as error:
        app.register_blueprint(Wizard("v", Flow(Step("first", Word, title="First")), on_finish=lambda *_: "R"))
    assert str(error.value) == said
    with pytest.raises(SettingError) as error:
        app.test_client().get("/w/first")
    assert str(error.value) == said


def make_with_all(folder):
    """An application that has an outbox, and a wizard that asks for a file."""
    app = Flask("host")
    app.config.update(
        SECRET_KEY="only for these tests, and long enough", TESTING=True, DATABASE_URL=f"sqlite:///{folder}/all.db"
    )
    app.session_interface = open_sessions(app.config["DATABASE_URL"])
    Outbox(app)
    flow = Flow(Step("first", Word, title="First"), Step("photo", Photo, title="Photo"))
    app.register_blueprint(Wizard("w", flow, on_finish=lambda *_: "R-1"), url_prefix="/w")
    return app


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("LANGUAGES", "de", "not a list"), ("WIZARD_LIMIT_CHECKS", "often", "limit"), ("WIZARD_MOST_RUNS", 0, "number")],
)
def test_one_that_counts_later_too_has_to_work_by_then(name, value, said):
    """What is read with each request is looked at before the first."""
    app = make()
    app.config[name] = value
    with pytest.raises(SettingError, match=f"^{name}: .*{said}"):
        app.test_client().get("/w/first")


def test_a_layout_that_came_later_needs_its_blocks_too():
    """It could not be looked at before."""
    app = make(layout="later.html")
    app.jinja_loader = DictLoader({"later.html": "{% block title %}{% endblock %}"})
    with pytest.raises(FlowError, match=r"its layout 'later.html' has no block 'wizard'"):
        app.test_client().get("/w/first")


def test_a_template_that_cannot_be_compiled_is_told_as_early():
    """By Jinja, which knows the line."""
    app = make(read())
    app.jinja_loader = DictLoader({"later.html": "{% block %}"})
    with pytest.raises(TemplateSyntaxError):
        starting.check_all(app)
