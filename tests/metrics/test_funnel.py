"""The command that prints the funnel."""

from __future__ import annotations

from threading import Thread

import pytest
from flask import request
from werkzeug.serving import make_server

from tests.conftest import Visitor
from wizard.metrics import sharing

TOKEN = "t0ken-" * 6


@pytest.fixture
def run(make, tmp_path, monkeypatch):
    """Runs the command in an application that has served nobody."""
    monkeypatch.setenv("INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv(sharing.VARIABLE, raising=False)

    def run(*arguments, **settings):
        return make(**settings).test_cli_runner().invoke(args=["funnel", *arguments])

    return run


@pytest.fixture
def serve():
    """Serves an application, and returns its address."""
    servers = []

    def serve(app):
        server = make_server("127.0.0.1", 0, app, threaded=True)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("token", [None, TOKEN])
def test_it_is_read_from_a_server_that_runs(make, run, serve, token):
    """In the order of the flow, with the token where there is one."""
    shop = make(WIZARD_METRICS_TOKEN=token)
    visitor = Visitor(shop.test_client())
    page = visitor.open("ticket")
    visitor.open("ticket")
    visitor.send("ticket", page, kind="year")
    visitor.send("ticket", page, kind="day")
    assert run("--url", f"{serve(shop)}/metrics", WIZARD_METRICS_TOKEN=token).output == (
        "signup          SHOWN  ANSWERED   REFUSED      LEFT\n"
        "ticket              2         1         1         1\n"
        "people              0         0         0         0\n"
        "people/name         0         0         0         0\n"
        "summary             0         0         0         0\n"
    )


def test_where_nothing_is_counted_it_says_so(run):
    """And how something would be."""
    result = run()
    assert result.exit_code == 1
    assert result.output.startswith("Error: Nothing is counted in ")
    assert "FLASK_WIZARD_METRICS=true" in result.output
    assert result.output.count("\n") == 1


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/nowhere", "/nowhere answers 404. Its metrics are off"),
        ("/healthz", "/healthz answers with something else than metrics."),
        ("/process", "/process counts no steps."),
    ],
)
def test_an_address_where_there_is_nothing_is_told(make, run, serve, path, said):
    """In a line each."""
    shop = make()
    shop.view_functions["process"] = lambda: "some_metric 1\n"
    result = run("--url", f"{serve(shop)}{path}")
    assert result.exit_code == 1
    assert said in result.output
    assert result.output.count("\n") == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/metrics", "file:///etc/passwd", "metrics"])
def test_an_address_that_does_not_answer_or_is_none_is_told(run, url):
    """Nothing but HTTP is asked."""
    result = run("--url", url)
    assert result.exit_code
    assert ("does not answer" if url.startswith("http") else "is no address") in result.output


def test_a_token_does_not_go_where_a_redirect_leads(make, run, serve):
    """It may be another's server."""
    other = make()
    seen = []
    other.before_request(lambda: seen.append(request.headers.get("Authorization")))
    address = serve(other)
    shop = make(WIZARD_METRICS_TOKEN=TOKEN)
    shop.view_functions["process"] = lambda: ("", 302, {"Location": f"{address}/healthz"})
    run("--url", f"{serve(shop)}/process", WIZARD_METRICS_TOKEN=TOKEN)
    assert seen == [None]


def test_steps_of_another_version_come_last(make, run, serve):
    """The server may be a version ahead; several wizards are a table each."""
    counts = [("signup", "new", 3), ("signup", "ticket", 4), ("survey", "taste", 5)]
    lines = [f'wizard_steps_shown_total{{wizard="{one}",step="{step}"}} {count}\n' for one, step, count in counts]
    shop = make()
    shop.view_functions["process"] = lambda: "".join(lines)
    assert [line.split()[:2] for line in run("--url", f"{serve(shop)}/process").output.splitlines()] == [
        ["signup", "SHOWN"],
        ["ticket", "4"],
        ["people", "0"],
        ["people/name", "0"],
        ["summary", "0"],
        ["new", "3"],
        [],
        ["survey", "SHOWN"],
        ["taste", "5"],
    ]
