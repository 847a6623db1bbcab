"""A guest in the author's application: wherever a Wizard is mounted, and whatever the application does beside it."""

from __future__ import annotations

import re

import jinja2
import pytest
from flask import Blueprint, Flask, g, request
from werkzeug.routing import BaseConverter
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from wizard import Flow, Repeat, Step, Wizard
from wizard.sessions import open_sessions
from wizard.testing import Journey


class Name(Form):
    """Asks a name."""

    name = StringField("Name", [InputRequired("Enter a name")])


def make_wizard(name="w", **how):
    """A wizard of a step, a list and a summary."""
    flow = Flow(Step("you", Name, title="You"), Repeat("guests", Name, title="Guests"))
    return Wizard(name, flow, on_finish=lambda answers, key: f"R-{answers['you']['name']}", **how)


@pytest.fixture
def app(tmp_path):
    """An application without a wizard."""
    app = Flask("host")
    app.secret_key = "only for these tests, and long enough"
    app.testing = True
    app.session_interface = open_sessions(f"sqlite:///{tmp_path}/sessions.db")
    return app


def nested(app, **how):
    """In a blueprint of a blueprint."""
    inner, outer = Blueprint("inner", __name__), Blueprint("outer", __name__, url_prefix="/outer")
    inner.register_blueprint(make_wizard(**how), url_prefix="/w")
    outer.register_blueprint(inner, url_prefix="/inner")
    app.register_blueprint(outer)


class Tags(BaseConverter):
    """Several words in one part of an address, which an application has as a list."""

    def to_python(self, value):
        return value.split("+")

    def to_url(self, value):
        return "+".join(value)


def test_what_a_converter_makes_of_an_address_may_be_anything(app):
    """Also what cannot be looked up by its value, such as a list."""
    app.url_map.converters["tags"] = Tags
    app.register_blueprint(make_wizard(), url_prefix="/<tags:about>/w")
    client = app.test_client()
    assert client.get("/a+b/w/").location == "/a+b/w/you"
    assert 'action="/a+b/w/you"' in client.get("/a+b/w/you").text
    assert 'action="/c/w/you"' in client.get("/c/w/you").text


def within_variables(app, **how):
    """Below an address with variables, one of which the application takes out."""
    parent = Blueprint("parent", __name__, url_prefix="/<org>/<lang>")

    @parent.url_value_preprocessor
    def take(endpoint, values):
        g.lang = values.pop("lang", None)

    @parent.url_defaults
    def put(endpoint, values):
        values.setdefault("lang", g.get("lang") or "en")

    parent.register_blueprint(make_wizard(**how), url_prefix="/w")
    app.register_blueprint(parent)


PLACES = {
    "plain": (lambda app, **how: app.register_blueprint(make_wizard(**how), url_prefix="/w"), {}),
    "root": (lambda app, **how: app.register_blueprint(make_wizard(**how)), {}),
    "renamed": (lambda app, **how: app.register_blueprint(make_wizard(**how), url_prefix="/w", name="other"), {}),
    "nested": (nested, {}),
    "variable": (
        lambda app, **how: app.register_blueprint(make_wizard(**how), url_prefix="/<org>/w"),
        {"org": "a b/c"[:3]},
    ),
    "variables": (within_variables, {"org": "acme", "lang": "en"}),
}


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("place", PLACES)
def test_a_wizard_works_wherever_it_is_mounted(app, place, many):
    """From the first step to the Receipt, with a list on the way."""
    mount, around = PLACES[place]
    mount(app, many=many)
    journey = Journey(app, **around)
    journey.answer("you", name="Ada").add("guests", name="Bo").change("guests", 1, name="Cy").answer("guests")
    assert journey.answers == {"you": {"name": "Ada"}, "guests": [{"name": "Cy"}]}
    assert journey.finish() == "R-Ada"
    journey.clear()


def test_the_variables_of_an_address_keep_answers_apart(app):
    """One visitor fills in the same form for two organisations."""
    app.register_blueprint(make_wizard(), url_prefix="/<org>/w")
    acme = Journey(app, org="acme").answer("you", name="Ada")
    other = Journey(app, client=acme.client, org="other")
    assert other.at == "you"
    other.answer("you", name="Bo")
    assert (acme.answers, other.answers) == ({"you": {"name": "Ada"}}, {"you": {"name": "Bo"}})


def test_one_wizard_registered_twice_is_two(app):
    """Under two names."""
    wizard = make_wizard()
    app.register_blueprint(wizard, url_prefix="/one")
    app.register_blueprint(wizard, url_prefix="/two", name="second")
    client = app.test_client()
    page = client.get("/one/you").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post("/one/you", data={"csrf_token": token, "name": "Ada"}).location == "/one/guests"
    assert client.get("/two/").location == "/two/you"


def test_a_wizard_works_on_a_subdomain(app):
    """What it shares with others is served there too, so that every address is of the page's own host."""
    app.config["SERVER_NAME"] = "example.test"
    app.subdomain_matching = True
    app.url_map.subdomain_matching = True
    app.register_blueprint(make_wizard(), url_prefix="/w", subdomain="<tenant>")
    client = app.test_client()
    page = client.get("/w/you", base_url="http://acme.example.test")
    assert page.status_code == 200
    style = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    assert style.startswith("/wizard-assets/")
    with client.get(style, base_url="http://acme.example.test") as served:
        assert served.status_code == 200


def test_the_query_of_the_first_address_reaches_the_first_step_and_the_author(app):
    """When it is shown, and when it is sent."""
    seen = []

    def defaults(answers):
        seen.append(request.args.get("plan"))
        return {"name": request.args.get("plan", "")}

    flow = Flow(Step("you", Name, title="You", defaults=defaults), Step("pet", Name, title="Your pet"))
    app.register_blueprint(Wizard("w", flow, on_finish=lambda answers, key: "R"), url_prefix="/w")
    client = app.test_client()
    seen.clear()
    location = client.get("/w/?plan=team&utm=a").location
    assert location == "/w/you?plan=team&utm=a"
    page = client.get(location).text
    assert 'value="team"' in page
    assert 'action="/w/you?plan=team&amp;utm=a"' in page
    assert set(seen) == {"team"}


def test_an_application_may_be_as_strict_and_as_full_as_it_likes(app):
    """Undefined values are errors, and its own filters, tests and globals have any names."""
    app.jinja_env.undefined = jinja2.StrictUndefined
    for name in ("words", "choices", "kind", "typed", "listed", "inside", "first_message", "wizard"):
        app.jinja_env.filters[name] = app.jinja_env.tests[name] = app.jinja_env.globals[name] = None
    app.jinja_env.globals["_"] = None
    app.register_blueprint(make_wizard(many=True), url_prefix="/w")
    journey = Journey(app)
    assert journey.refused("you", name="") == {"name": "Enter a name"}
    journey.answer("you", name="Ada").add("guests", name="Bo").remove("guests", 1).undo("guests").answer("guests")
    assert journey.finish() == "R-Ada"
    assert app.jinja_env.filters["words"] is None


@pytest.mark.parametrize(
    "name", ["language", "action", "items", "copy", "keys", "values", "revision", "run", "id", "title"]
)
def test_a_field_may_have_almost_any_name(app, name):
    """The page's own inputs begin with an underscore, and a template reads no attribute of a dictionary."""
    form = type("F", (Form,), {name: StringField("Which?", [InputRequired("Say which")])})
    flow = Flow(Step("one", form, title="One"), Repeat("more", form, title="More", least=1))
    app.register_blueprint(Wizard("w", flow, on_finish=lambda answers, key: "R"), url_prefix="/w")
    journey = Journey(app)
    assert "Say which" not in journey.client.get("/w/one").text
    assert journey.refused("one", **{name: ""}) == {name: "Say which"}
    journey.answer("one", **{name: "back"}).add("more", **{name: "add"}).answer("more")
    assert journey.answers == {"one": {name: "back"}, "more": [{name: "add"}]}
    assert journey.finish() == "R"


def test_the_query_does_not_lead_to_another_of_the_variables(app):
    """A link that somebody sends cannot have what is typed here sent there."""
    parent = Blueprint("parent", __name__, url_prefix="/<org>")
    parent.register_blueprint(make_wizard(), url_prefix="/w")
    app.register_blueprint(parent)
    assert app.test_client().get("/ours/w/?org=theirs").location == "/ours/w/you?org=theirs"
    assert 'action="/ours/w/you?org=theirs"' in app.test_client().get("/ours/w/you?org=theirs").text


@pytest.mark.parametrize("many", [False, True])
def test_a_server_may_mount_the_application_below_a_prefix(app, many):
    """Each address on each page, each redirect and the cookie are below it, with and without htmx."""
    app.config["APPLICATION_ROOT"] = "/app"
    app.register_blueprint(make_wizard(many=many), url_prefix="/w")
    client = app.test_client()

    def ask(method, url, **how):
        assert url.startswith("/app/w/")
        response = client.open(url.removeprefix("/app"), method=method, base_url="http://localhost/app", **how)
        addresses = re.findall(r'(?:href|src|action|hx-post)="([^"#]+)', response.text)
        assert [one for one in addresses if response.status_code == 200 and not one.startswith("/app/")] == []
        for cookie in response.headers.getlist("Set-Cookie"):
            assert "Path=/app;" in cookie
        return response

    def press(url, **data):
        page = ask("GET", url).text
        sent = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)) | data
        return ask("POST", url, data=sent, headers={"HX-Request": "true"}).location

    at = ask("GET", press("/app/w/")).location if many else ask("GET", "/app/w/").location
    for data in ({"name": "Ada"}, {}, {}):
        at = press(at, **data)
    assert "R-Ada" in ask("GET", at).text
