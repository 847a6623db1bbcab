"""create_app(): the front page, the error pages, and health."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from tests.conftest import ACCOUNT, Visitor, shown
from wizard import StoreError
from wizard.database import dispose


def test_the_front_page_starts_or_resumes_the_signup(visitor):
    """A visitor who has begun is asked to go on."""
    assert "Create an account" in shown(visitor.client.get("/"))
    visitor.answer("account", **ACCOUNT)
    assert "Continue your signup" in shown(visitor.client.get("/"))


def test_an_unknown_page_is_styled(visitor):
    """The visitor is led back."""
    for response in (visitor.get("nowhere"), visitor.client.get("/nowhere"), visitor.client.post("/")):
        assert "Page not found" in shown(response)
        assert "/wizard-assets/wizard." in response.text


def test_too_much_is_a_styled_413(app, visitor):
    """A body over 1 MB is refused, one below is read."""
    response = visitor.client.post("/signup/account", data={"email": "x" * 1_000_001})
    assert response.status_code == 413
    assert "Too much for one page" in shown(response)
    assert visitor.client.post("/signup/account", data={"email": "x" * 900_000}).status_code == 422


def test_a_mistake_of_ours_is_a_styled_500(app, visitor, monkeypatch):
    """The visitor is told that the answers are kept."""
    app.testing = False
    monkeypatch.setattr("wizard.pages.site.Run", None)
    response = visitor.get("account")
    assert response.status_code == 500
    assert "Something went wrong" in shown(response)


@pytest.mark.parametrize("path", ["/signup/account", "/healthz"])
def test_a_store_that_is_gone_is_a_503_and_one_line_in_the_log(app, visitor, monkeypatch, caplog, path):
    """No traceback: the cause, and which request met it."""
    visitor.answer("account", **ACCOUNT)

    def gone(*args, **kwargs):
        raise OperationalError("select", {}, Exception("the disk is gone\nat line 7"))

    dispose()
    monkeypatch.setattr("sqlalchemy.Engine.begin", gone)
    monkeypatch.setattr("sqlalchemy.Engine.raw_connection", gone)
    app.testing = False
    response = visitor.client.get(path)
    assert response.status_code == 503
    [record] = caplog.records
    assert record.getMessage() == f"GET {path}: the store does not answer: sqlite: the disk is gone"
    assert record.exc_info is None
    if path == "/healthz":
        assert response.json == {"status": "unavailable"}
    else:
        assert "Your answers are saved" in shown(response)
        assert "/wizard-assets/wizard." in response.text


def test_a_store_that_fails_while_saving_is_a_503_too(app, visitor, monkeypatch, caplog):
    """What fails at the very end of a request is told no worse, and once."""
    app.testing = False
    token = visitor.token("account")

    def gone(*args, **kwargs):
        raise StoreError("gone")

    monkeypatch.setattr(app.session_interface.store, "save", gone)
    response = visitor.client.post("/signup/account", data={**ACCOUNT, "csrf_token": token})
    assert response.status_code == 503
    assert [record.exc_info for record in caplog.records] == [None]


def test_health_is_told(visitor):
    """200 when the stores answer."""
    assert visitor.client.get("/healthz").json == {"status": "ok"}


def test_a_visitor_without_cookies_is_told(app):
    """Each POST comes without the token's other half; the message says what to allow."""
    visitor = Visitor(app.test_client(use_cookies=False))
    response = visitor.post("account", **ACCOUNT)
    assert response.status_code == 422
    assert "allow cookies" in shown(response)
