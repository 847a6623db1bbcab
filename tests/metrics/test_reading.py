"""Who may read what is counted. It is off, answers before all else, and opens nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import SECRET_KEY
from tests.metrics.conftest import HERE, scrape
from wizard import app as signup
from wizard import extras
from wizard.metrics import server

TOKEN = "t0ken-" * 6


@pytest.fixture
def make(database):
    """Makes the signup with some settings."""

    def make(**given):
        return signup.create_app({"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, "WIZARD_METRICS": True, **given})

    return make


def status(app, path="/metrics", address="127.0.0.1", **headers):
    """How it is answered."""
    return app.test_client().get(path, headers=headers, environ_overrides={"REMOTE_ADDR": address}).status_code


def test_it_is_off_by_default(make):
    """Nobody reads it, and nothing stands before the application."""
    app = make(WIZARD_METRICS=False)
    assert status(app, **HERE) == 404
    assert "wizard_metrics" not in app.extensions


@pytest.mark.slow
def test_what_counts_is_imported_where_it_is_on(database):
    """Whoever has it off need not have it, and does not wait for the drivers of other stores either."""
    code = (
        "import sys; from wizard.app import create_app; "
        f"create_app({{'DATABASE_URL': {database!r}, 'SECRET_KEY': {SECRET_KEY!r}}}); "
        "assert not {'prometheus_client', 'psycopg', 'redis'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_missing_extra_is_one_line(make, monkeypatch, capsys):
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(SystemExit):
        make()
    assert capsys.readouterr().err.endswith("Install it: pip install 'wizard-flask[metrics]'.\n")


def test_the_command_says_so_too(make, monkeypatch):
    """Where it was not installed with metrics on."""
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    result = make(WIZARD_METRICS=False).test_cli_runner().invoke(args=["funnel"])
    assert (result.exit_code, result.output) == (1, f"Error: {extras.missing('metrics', 'The funnel')}\n")


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("203.0.113.1", HERE),
        ("127.0.0.1", {"Host": "example.com"}),
        ("127.0.0.1", {**HERE, "X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", {**HERE, "Forwarded": "for=127.0.0.1"}),
    ],
)
@pytest.mark.parametrize("proxies", [0, 1])
def test_who_is_elsewhere_finds_no_such_address(make, address, headers, proxies):
    """Nor does who comes through a proxy, whatever they say of themselves: it is the 404 of any other address."""
    app = make(TRUSTED_PROXIES=proxies)
    assert status(app, **HERE) == 200
    answers = [
        app.test_client().get(path, headers=headers, environ_overrides={"REMOTE_ADDR": address})
        for path in ("/metrics", "/nowhere")
    ]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].text.replace("/metrics", "/nowhere") == answers[1].text


@pytest.mark.parametrize("address", ["127.0.0.1", "203.0.113.1"])
def test_with_a_token_who_has_it_may_read(make, address):
    """From anywhere, through a proxy too; and nobody else, on this machine neither."""
    app = make(WIZARD_METRICS_TOKEN=TOKEN, TRUSTED_PROXIES=1)
    proxied = {"X-Forwarded-For": "203.0.113.7", "Host": "example.com"}
    assert status(app, address=address, **proxied, Authorization=f"Bearer {TOKEN}") == 200
    assert status(app, address=address, **proxied, Authorization=f"bearer {TOKEN}") == 200
    for sent in (f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer \xff", ""):
        assert status(app, address=address, **HERE, Authorization=sent) == 404
    assert status(app, address=address, **HERE) == 404


@pytest.mark.parametrize("token", ["short", "with a blank in the middle of it all", 5, ["x" * 32]])
def test_a_token_that_can_be_guessed_or_not_be_sent_is_one_line(make, capsys, token):
    """At the start."""
    with pytest.raises(SystemExit):
        make(WIZARD_METRICS_TOKEN=token)
    assert capsys.readouterr().err.startswith("wizard: WIZARD_METRICS_TOKEN: not 32 letters, digits or signs")


def test_it_is_read_whatever_the_hosts_are_and_without_https(make):
    """As whoever watches the server stands beside it."""
    app = make(TRUSTED_HOSTS=["example.com"], HTTPS_ONLY=True, PUBLIC_URL="https://example.com")
    assert status(app, "/nowhere", **HERE) == 308
    assert status(app, **HERE) == 200
    app = make(TRUSTED_HOSTS=["example.com"])
    assert status(app, "/nowhere", **HERE) == 400
    assert status(app, **HERE) == 200


def test_no_session_is_opened_and_no_cookie_is_set(make, monkeypatch):
    """Nor is anything limited or logged."""
    app = make()
    scrape(app)

    def fail(*_):
        raise AssertionError

    monkeypatch.setattr(app, "session_interface", None)
    monkeypatch.setattr(app, "preprocess_request", fail)
    response = app.test_client().get("/metrics", headers=HERE)
    assert response.status_code == 200
    assert set(response.headers.keys()) == {"Content-Type"}


def test_it_can_be_at_another_address(shop):
    """Where the application has a page there of its own."""
    metrics = server.Metrics(path="/metrics/later")
    metrics.init_app(shop)
    assert status(shop, "/metrics/later", **HERE) == 200
    assert server.Metrics(shop, "/status/metrics").path == "/status/metrics"
    assert status(shop, "/status/metrics", **HERE) == 200
