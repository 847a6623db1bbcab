"""The page of errors: an author's wizard says what went wrong in its own layout, and how to go on."""

from __future__ import annotations

import pytest
from flask import Blueprint, abort, make_response, request
from werkzeug.exceptions import HTTPException, NotFound
from wtforms import Form, PasswordField, StringField

from tests.conftest import Visitor, hidden, shown
from wizard import Flow, Step, Wizard
from wizard.errors import StoreError

from .cars import SHORT, serve


class Account(Form):
    """What is typed, and what is secret."""

    name = StringField("Name")
    password = PasswordField("Password")


FLOW = Flow(Step("account", Account, title="Account", keep={"password": lambda password: "#"}))


def fail(answers, key):
    """An author's mistake."""
    raise RuntimeError("oops")


@pytest.fixture
def served(database):
    """An application that is no test: it shows what fails."""
    app = serve(FLOW, database, on_finish=fail, title="Cars", find=lambda key: None)
    app.testing = False
    return app


def assert_page(response, status, heading):
    """In the layout, with the name of the wizard and a way on."""
    assert response.status_code == status
    assert heading in shown(response)
    assert "<title>" + heading + " - Cars</title>" in response.text
    assert '<header class="site">' in response.text
    assert 'href="/car/">Continue with the form</a>' in response.text


def test_what_is_not_there_is_said_with_a_way_on(served):
    """To a visitor who has begun nothing."""
    assert_page(served.test_client().get("/car/nowhere"), 404, "Page not found")


def test_what_is_too_much_is_said(served):
    """Nothing of it is read."""
    served.config["MAX_CONTENT_LENGTH"] = 100
    response = served.test_client().post("/car/account", data={"name": "x" * 200})
    assert_page(response, 413, "Too much for one page")
    assert "Try again" not in response.text


def test_a_mistake_of_the_author_is_said_and_the_answers_are_kept(served):
    """Also one in the layout itself, for which there is no page."""
    visitor = Visitor(served.test_client(), "/car")
    visitor.answer("account", name="Ada", password="secret")
    assert_page(visitor.post("summary"), 500, "Something went wrong")
    assert "Ada" in shown(visitor.get("summary"))
    served.blueprints["car"].layout = "nowhere.html"
    assert "Internal Server Error" in visitor.get("summary").text


def test_what_a_store_could_not_take_is_sent_again_with_a_button(served, monkeypatch):
    """All that was typed but the password, which no page holds."""
    visitor = Visitor(served.test_client(), "/car")
    visitor.answer("account", name="Ada", password="secret")
    store = served.session_interface.store
    with monkeypatch.context() as patch:
        patch.setattr(type(store), "load", lambda *_: (_ for _ in ()).throw(StoreError("gone")))
        sent = {"csrf_token": "t", "_run": "r", "name": 'A"B', "password": "hunter2"}
        response = visitor.client.post("/car/account?from=summary", data=sent)
        assert_page(response, 503, "Not available right now")
        assert response.headers["Retry-After"] == "5"
        assert 'action="/car/account?from=summary"' in response.text
        assert "Try again" in response.text
        assert "hunter2" not in response.text
        assert hidden(response.text) == {"csrf_token": "t", "_run": "r", "name": "A&#34;B"}
        assert "Try again" not in visitor.get("account").text
        assert "Try again" in visitor.client.post("/car/summary", data={"csrf_token": "t"}).text


@pytest.mark.parametrize("kind", [404, NotFound, HTTPException, Exception])
@pytest.mark.parametrize("around", [False, True])
def test_what_the_application_handles_itself_goes_first(database, kind, around):
    """Whether it is for all errors or one of them, and of the application or of a blueprint around."""
    app = serve(SHORT, database)
    outer = Blueprint("outer", __name__, url_prefix="/outer")
    outer.register_blueprint(Wizard("inner", FLOW, on_finish=fail), url_prefix="/inner")
    (outer if around else app).register_error_handler(kind, lambda error: ("mine", 404))
    app.register_blueprint(outer)
    assert app.test_client().get("/outer/inner/nowhere").text == "mine"
    assert ("mine" in app.test_client().get("/car/nowhere").text) is not around


def one_for_all(app):
    """All errors of the application."""
    app.register_error_handler(HTTPException, app.blueprints["car"].show_error)


def by_address(app):
    """As Flask's documentation says it, with a function that gets those at the wizard's own addresses too."""

    @app.errorhandler(404)
    @app.errorhandler(405)
    def show(error):
        return app.blueprints["car"].show_error(error) if request.path.startswith("/car/") else error


@pytest.mark.parametrize("register", [one_for_all, by_address])
def test_an_application_can_have_the_page_where_there_is_no_route(served, register):
    """Flask asks no blueprint about an address that is nobody's."""
    served.register_blueprint(Wizard("other", SHORT, on_finish=fail, title="Other"), url_prefix="/other")
    register(served)
    client = served.test_client()
    assert_page(client.get("/car/no/such/page/at/all"), 404, "Page not found")
    assert_page(client.get("/car/nowhere"), 404, "Page not found")
    assert_page(client.delete("/car/account"), 405, "Page not found")
    assert ("Continue with" in client.get("/elsewhere").text) is (register is one_for_all)
    assert "<title>Page not found - Other</title>" in client.get("/other/nowhere").text or register is by_address


def test_an_address_with_variables_that_are_not_said_is_not_made_up(database):
    """The page would have no way on."""
    app = serve(SHORT, database)
    there = Wizard("there", FLOW, on_finish=fail)
    app.register_blueprint(there, url_prefix="/<org>/there")
    app.register_error_handler(HTTPException, there.show_error)
    assert "Continue with" not in app.test_client().delete("/acme/there/account").text
    assert 'href="/acme/there/">Continue with the form' in app.test_client().get("/acme/there/nowhere").text


def test_an_answer_of_the_author_is_no_error(served):
    """``abort`` with a response of one's own, or a redirect."""
    served.blueprints["car"].on_finish = lambda answers, key: abort(make_response("my own", 418))
    visitor = Visitor(served.test_client(), "/car")
    visitor.answer("account", name="Ada", password="secret")
    assert visitor.post("summary").text == "my own"
