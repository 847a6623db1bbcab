"""Several processes count together, in a folder that is empty at each start, and what is gone is forgotten."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import SECRET_KEY
from tests.metrics.conftest import by_step, read
from tests.metrics.shop import create_app
from tests.processes import CONFIG, LONGEST_START, Browser, serving
from wizard import SettingError
from wizard.metrics import sharing

SHOP = "tests.metrics.shop:create_app()"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the processes of the shop count together: in its instance folder, unless somebody says otherwise."""
    monkeypatch.setenv("INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv(sharing.VARIABLE, raising=False)
    return tmp_path / "instance" / "metrics"


def scrape(server):
    """What all processes have counted."""
    response = Browser(server).request("GET", "/metrics", Host="localhost")
    assert response.status == 200
    return read(response.text)


def count_of(found, endpoint):
    """How many requests to an endpoint were answered."""
    return found.get(("wizard_requests_total", ("endpoint", endpoint), ("method", "GET"), ("status", "200")), 0)


def until(is_so):
    """Return when something is so."""
    deadline = time.monotonic() + LONGEST_START
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Crowd:
    """Asks for the page that says which process has answered, and counts the answers."""

    def __init__(self, server):
        self.server = server
        self.answers = 0

    def until_seen(self, pids):
        """Return when each of these processes has answered."""
        seen = set()

        def ask():
            seen.add(int(Browser(self.server).request("GET", "/process").text))
            self.answers += 1
            return pids <= seen

        until(ask)


@pytest.mark.slow
def test_two_processes_count_together_when_one_was_killed_too(tmp_path, folder, monkeypatch):
    """What it has counted stays, and what it was doing is forgotten; what an earlier server has left is not counted."""
    for name in ("BEGUN", "END"):
        monkeypatch.setenv(name, str(tmp_path / name))
        os.mkfifo(tmp_path / name)
    folder.mkdir(parents=True)
    (folder / "counter_1.db").write_bytes(b"of an earlier server")
    database = f"sqlite:///{tmp_path / 'shop.db'}"
    with serving(tmp_path, SHOP, workers=2, DATABASE_URL=database) as server, ThreadPoolExecutor() as pool:
        assert not (folder / "counter_1.db").exists()
        crowd = Crowd(server)
        workers = set(server.workers())
        crowd.until_seen(workers)
        Browser(server).post("ticket", {"kind": "day"})
        waiting = pool.submit(Browser(server).request, "GET", "/wait")
        busy = int((tmp_path / "BEGUN").read_text())
        assert scrape(server)[("wizard_requests_in_progress",)] == 1
        os.kill(busy, signal.SIGKILL)
        assert isinstance(waiting.exception(LONGEST_START), (OSError, http.client.HTTPException))
        until(lambda: len(set(server.workers()) - {busy}) == 2)
        crowd.until_seen(set(server.workers()))
        found = scrape(server)
        assert count_of(found, "process") == crowd.answers
        assert count_of(found, "wait") == 0
        assert found[("wizard_requests_in_progress",)] == 0
        assert by_step(found, "shown") == by_step(found, "answered") == {"ticket": 1}
        assert found["wizard_outbox_rows", ("state", "waiting")] == 0
        said = create_app(database, SECRET_KEY=SECRET_KEY).test_cli_runner().invoke(args=["funnel"]).output
    assert said == (
        "signup          SHOWN  ANSWERED   REFUSED      LEFT\n"
        "ticket              1         1         0         0\n"
        "people              0         0         0         0\n"
        "people/name         0         0         0         0\n"
        "summary             0         0         0         0\n"
    )


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_ends_the_server_with_its_line(tmp_path, folder):
    """Before a process is started."""
    folder.parent.mkdir()
    folder.write_text("a file is in the way")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLASK_", "GUNICORN_"))}
    given = {"FLASK_SECRET_KEY": SECRET_KEY, "FLASK_DATABASE_URL": f"sqlite:///{tmp_path / 'shop.db'}"}
    command = [sys.executable, "-m", "gunicorn", *CONFIG, "--bind", "127.0.0.1:0", SHOP]
    done = subprocess.run(command, env={**kept, **given}, capture_output=True, text=True, timeout=LONGEST_START)
    assert done.returncode == 3
    assert done.stderr.startswith(f"wizard: The folder {folder} cannot be written (File exists). Make it writable")
    assert done.stderr.strip().count("\n") == 0


def test_what_counts_must_not_be_imported_before_the_folder_is_known(shop, folder, monkeypatch):
    """Each process would count alone, and nobody would notice."""
    monkeypatch.setattr(sharing, "made", [shop.extensions["wizard_metrics"]])
    with pytest.raises(SettingError, match=rf"Set {sharing.VARIABLE}=.* before the start"):
        sharing.share()


def test_nothing_is_shared_where_nobody_counts(folder, monkeypatch):
    """The server of an application without metrics makes no folder, and forgets nobody."""
    monkeypatch.setattr(sharing, "made", [])
    sharing.share()
    sharing.forget(1)
    assert not folder.exists()
    assert sharing.VARIABLE not in os.environ


def test_the_folder_can_be_another(shop, tmp_path, monkeypatch):
    """Such as one in memory."""
    monkeypatch.setenv(sharing.VARIABLE, str(tmp_path / "memory"))
    assert sharing.folder_of(shop) == tmp_path / "memory"
