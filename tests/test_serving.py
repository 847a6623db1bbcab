"""The server of ``make run``: slow visitors, large bodies, processes that die, and how it ends."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

from tests.conftest import ACCOUNT, SECRET_KEY
from tests.processes import CONFIG, LONGEST_START, LONGEST_STOP, Browser, serving
from wizard.serving import HEADER_BYTES, when_ready

pytestmark = pytest.mark.slow

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"

#: What a client sends of a request before it falls silent.
BEGINNINGS = {
    "a body": f"POST /signup/account HTTP/1.1\r\nHost: a\r\n{FORM}Content-Length: 1000\r\n\r\nemail=",
    "chunks": f"POST /signup/account HTTP/1.1\r\nHost: a\r\n{FORM}Transfer-Encoding: chunked\r\n\r\n5\r\nemail",
    "the headers": "GET /signup/account HTTP/1.1\r\nHost",
    "nothing": "",
    # It never reads the answer.
    "all": "GET /signup/profile HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server as `make run` starts it, over SQLite."""
    folder = tmp_path_factory.mktemp("serving")
    with serving(folder, DATABASE_URL=f"sqlite:///{folder / 'signup.db'}") as server:
        yield server


def connect(server):
    """A connection with nothing sent."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=LONGEST_START)


def is_open(connection):
    """Whether the server still waits for more."""
    connection.setblocking(False)
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return True


@pytest.mark.parametrize("sent", BEGINNINGS)
def test_two_hundred_clients_that_fall_silent_keep_nobody_waiting(server, sent):
    """While all of them are connected, the health check answers and a visitor goes on."""
    with ExitStack() as stack:
        clients = [stack.enter_context(connect(server)) for _ in range(200)]
        for client in clients:
            client.sendall(BEGINNINGS[sent].encode())
        assert Browser(server).request("GET", "/healthz").status == 200
        browser = Browser(server)
        assert browser.post("account", {"email": "a@example.com", "username": "ada"}).location == "/signup/verify"
        assert all(is_open(client) for client in clients)


def answer_to(server, lines, body=b"", more=()):
    """What the server answers to a request as it stands, and what it answers to another one on the same connection."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LONGEST_START)
    try:
        connection.connect()
        connection.sock.sendall(lines.encode())
        for part in (body, *more):
            connection.sock.sendall(part)
        response = http.client.HTTPResponse(connection.sock)
        response.begin()
        return response.status, response.headers, response.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("length", [1_000_001, 9_000_000])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_told_with_a_page(server, length, chunked):
    """However it is sent, it is received to its end, so that no browser says that the connection broke."""
    start = f"POST /signup/account HTTP/1.1\r\nHost: a\r\n{FORM}"
    body = b"email=" + b"a" * (length - 6)
    if chunked:
        head = f"{start}Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n"
        status, _, text = answer_to(server, head, body, [b"\r\n0\r\n\r\n"])
    else:
        status, _, text = answer_to(server, f"{start}Content-Length: {length}\r\n\r\n", body)
    assert status == 413
    assert "Too much for one page" in text


def test_a_chunked_form_is_a_form(server):
    """It arrives whole: with its token, it is accepted as any other."""
    browser = Browser(server)
    body = urlencode({**browser.fields("account"), **ACCOUNT}).encode()
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    head = f"POST /signup/account HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\n{FORM}Transfer-Encoding: chunked\r\n\r\n"
    parts = [b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:20], body[20:])]
    status, headers, _ = answer_to(server, head, *parts[:1], [*parts[1:], b"0\r\n\r\n"])
    assert (status, headers["Location"]) == (303, "/signup/verify")


def _filled(start, letter):
    """As long as the headers may be. Of anything longer, a server that refuses it leaves a part unread.

    Its connection is then reset, and its answer may be lost on the way.
    """
    return start + letter * (HEADER_BYTES - len(start))


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (_filled("GET /", "a"), 431),
        (_filled("GET / HTTP/1.1\r\nHost: a\r\nX-Long: ", "a"), 431),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (f"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0{_filled('', '0')}", 400),
        (f"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA{_filled(': ', 'a')}", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200),
    ],
    ids=["line", "header", "lengths", "chunk", "trailer", "sound"],
)
def test_what_a_request_says_of_itself_is_bounded_and_no_answer_names_the_server(server, lines, status):
    """Its line, its headers, and what stands between and after its chunks."""
    found, headers, text = answer_to(server, lines)
    assert found == status
    assert not {"Server", "Via"} & set(headers)
    assert "waitress" not in text


def test_the_headers_of_a_proxy_are_not_believed(server):
    """Neither its scheme, nor its host, nor the path that it says it has taken away."""
    forged = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "b.example",
        "X-Forwarded-Prefix": "/b",
        "Script-Name": "/b",
    }
    browser = Browser(server)
    answer = browser.request("GET", "/signup/", **forged)
    assert answer.location == "/signup/account"
    browser.request("GET", "/signup/account", **forged)
    assert list(browser.cookies) == ["session"]


def test_what_is_in_flight_when_the_server_is_told_to_stop_is_answered(tmp_path, monkeypatch):
    """A page that is made, a form of which half has come, what comes over a connection just now; and nobody new."""
    for name in ("BEGUN", "END"):
        monkeypatch.setenv(name, str(tmp_path / name))
        os.mkfifo(tmp_path / name)
    with (
        serving(tmp_path, "tests.waiting:create_app()", DATABASE_URL=f"sqlite:///{tmp_path / 'a.db'}") as server,
        ThreadPoolExecutor() as pool,
        connect(server) as half,
        connect(server) as late,
    ):
        late.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert late.recv(12) == b"HTTP/1.1 200"
        browser = Browser(server)
        body = urlencode({**browser.fields("account"), **ACCOUNT})
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        half.sendall(
            f"POST /signup/account HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\n{FORM}Content-Length: {len(body)}\r\n\r\n"
            f"{body[:20]}".encode()
        )
        waiting = pool.submit(Browser(server).request, "GET", "/wait")
        assert (tmp_path / "BEGUN").read_text() == "begun"
        server.process.terminate()
        until_refused(server)
        # It was on its way.
        late.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert b"HTTP/1.1 200" in b"".join(iter(partial(late.recv, 4096), b""))
        half.sendall(body[20:].encode())
        assert half.recv(12) == b"HTTP/1.1 303"
        (tmp_path / "END").write_text("done")
        assert waiting.result(LONGEST_STOP).text == "done"
        assert server.process.wait(LONGEST_STOP) == 0


def until_refused(server):
    """Return when nobody can connect any more."""
    deadline = time.monotonic() + LONGEST_STOP
    while time.monotonic() < deadline:
        try:
            with connect(server):
                pass
        except OSError:
            return
    raise AssertionError("The server still listens")


def until_gone(pids):
    """Return when none of these processes is there any more."""
    deadline = time.monotonic() + LONGEST_STOP
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_killed_processes_are_replaced_and_ctrl_c_is_quiet(tmp_path, monkeypatch):
    """Again and again; there is nothing to read but that they were killed, where the user has no home, too."""
    monkeypatch.setenv("HOME", "/proc")
    with serving(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'a.db'}") as server:
        for _ in range(3):
            killed = server.workers()
            server.kill_workers()
            assert Browser(server).until_sent("account", ACCOUNT, {}).status == 422
            until_gone(killed)
        assert not [line for line in server.log.splitlines() if "[ERROR]" in line and "SIGKILL" not in line]
        before = len(server.log)
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(LONGEST_STOP) == 0
        assert "Traceback" not in server.log
        assert not [line for line in server.log[before:].splitlines() if "[INFO]" not in line and "SIGKILL" not in line]


def test_a_new_process_compiles_no_page(tmp_path):
    """Its first visitor would wait for that: half a second, or five where the machine is busy."""
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}"}
    with serving(tmp_path, "tests.compiling:create_app()", workers=1, **settings) as server:
        for path in ("/", "/signup/account", "/signup/nowhere", "/account/sign-in"):
            assert "<h1" in Browser(server).request("GET", path).text
        Browser(server).begin(ACCOUNT)
        assert "compiled" not in server.log


def test_a_setting_that_cannot_work_ends_the_server_with_its_line(tmp_path):
    """Once, and no process is started again and again."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLASK_", "GUNICORN_"))}
    given = {"FLASK_SECRET_KEY": SECRET_KEY, "FLASK_MAX_CONTENT_LENGTH": "many"}
    command = [sys.executable, "-m", "gunicorn", *CONFIG, "--bind", "127.0.0.1:0", "wizard.app:create_app()"]
    done = subprocess.run(command, env={**kept, **given}, capture_output=True, text=True, timeout=LONGEST_START)
    assert done.returncode == 3
    assert done.stderr.startswith("wizard: MAX_CONTENT_LENGTH: ")
    assert done.stderr.strip().count("\n") == 0
    assert not done.stdout.strip()


@pytest.mark.parametrize(("name", "said"), [("workers", "WEB_CONCURRENCY, or --workers,"), ("threads", "--threads")])
def test_a_server_that_would_answer_nobody_does_not_start(capsys, name, said):
    """No process, or none with a thread, would let each visitor wait for ever."""
    server = SimpleNamespace(cfg=SimpleNamespace(**{"workers": 2, "threads": 4, name: 0}))
    with pytest.raises(SystemExit, match="3"):
        when_ready(server)
    assert capsys.readouterr().err == f"wizard: {said} is 0, so that nobody would be answered. Use 1 or more.\n"
