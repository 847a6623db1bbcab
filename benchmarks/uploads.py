"""``python -m benchmarks.uploads``: what a file that is sent costs, here and with the form wizards of Django.

Each peer is a process of its own. They take turns, and each turn is a new visitor per upload: a step with one file,
sent, and the page of the next step. Nothing but the CPU time of the application is counted.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import werkzeug.test

from .visitor import hidden, timed

PEERS = ("ours-folder", "ours-database", "formtools", "gandalf")
#: Django asks this module for the addresses of what is measured.
urlpatterns: list[Any] = []

SIZES = {"100 kB": 100_000, "5 MB": 5_000_000}
TURNS, UPLOADS = 7, 8


def ours(folder: str, *, files: str) -> Callable[..., Any]:
    """A Flow of two steps, with the files in a folder, or in the database of the sessions."""
    from flask import Flask
    from wtforms import FileField, Form, StringField

    from wizard import Flow, Step, Wizard
    from wizard.fields import FileLimit
    from wizard.sessions import open_sessions

    class Upload(Form):
        """Asks for a file."""

        file = FileField("File", [FileLimit(megabytes=20)])

    class Text(Form):
        """Asks for a text."""

        text = StringField("Text")

    app = Flask(__name__)
    app.config |= {"SECRET_KEY": "of the benchmarks, and of nothing else", "RATELIMIT_ENABLED": False}
    database = f"sqlite:///{folder}/ours.db"
    app.config["WIZARD_FILES_URL"] = f"file://{folder}/files" if files == "folder" else database
    app.session_interface = open_sessions(database)
    flow = Flow(Step("file", Upload, title="A file"), Step("text", Text, title="A text"))
    app.register_blueprint(Wizard("signup", flow, on_finish=lambda answers, key: key), url_prefix="/signup")
    return app


def django_site(folder: str, peer: str) -> Callable[..., Any]:
    """The same two steps; files are in a folder, and sessions in SQLite, as the documentation of each shows it."""
    from . import django_site as site

    site.set_up(f"{folder}/django.db", cookie=False, urls=__name__)
    from django import forms
    from django.conf import settings
    from django.core.files.storage import FileSystemStorage
    from django.http import HttpResponse
    from django.urls import include, path

    settings.MEDIA_ROOT = f"{folder}/files"

    class Upload(forms.Form):
        """Asks for a file."""

        file = forms.FileField(label="File")

    steps = {"file": Upload, "text": site.TextForm}
    if peer == "formtools":
        from formtools.wizard.views import NamedUrlSessionWizardView

        class View(NamedUrlSessionWizardView):  # type: ignore[misc]
            """The view of both steps."""

            file_storage = FileSystemStorage()

            def get_template_names(self) -> list[str]:
                return ["upload.html"]

            def get_context_data(self, form: Any, **kwargs: Any) -> dict[str, Any]:
                context: dict[str, Any] = super().get_context_data(form, **kwargs)
                return {**context, "management": context["wizard"]["management_form"]}

            def done(self, form_list: Any, **kwargs: Any) -> Any:
                return HttpResponse("done")

        view = View.as_view(list(steps.items()), url_name="step", done_step_name="done")
        urlpatterns[:] = [path("signup/<step>", view, name="step")]
    else:
        from gandalf.viewsets import WizardViewSet
        from gandalf.wizard import Wizard

        flow = Wizard()
        for name, form in steps.items():
            flow = flow.step(form, name=name, label=name)

        class Signup(WizardViewSet):  # type: ignore[misc]
            """The views of both steps."""

            url_name = "signup"
            template_name = "upload.html"
            wizard = flow

            def done(self, run: Any) -> Any:
                return HttpResponse("done")

        urlpatterns[:] = [path("signup/", include(Signup.urls()))]
    return site.application()


class Timed:
    """A WSGI application, and the CPU time that its calls have taken."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app
        self.spent = 0.0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        page, spent = timed(self._app, environ, start_response)
        self.spent += spent
        return [page]


def upload(app: Timed, start: str, data: bytes) -> float:
    """Return the CPU seconds that a new visitor's file takes, with the page that comes next."""
    client = werkzeug.test.Client(app)
    opened = client.get(start, follow_redirects=True)
    [tag] = re.findall(r'<input[^>]* type="file"[^>]*>', opened.text)
    [name] = re.findall(r' name="([^"]+)"', tag)
    app.spent = 0.0
    sent = client.post(opened.request.path, data={**hidden(opened.text), name: (BytesIO(data), "cv.bin")})
    if sent.status_code not in (302, 303):
        raise RuntimeError(f"the file was not accepted: {sent.status}\n{sent.text}")
    shown = client.get(sent.location)
    if 'name="' not in shown.text or "text" not in shown.text:
        raise RuntimeError(f"the next page was not shown: {shown.status}")
    return app.spent


def work(peer: str) -> None:
    """Measure one turn of a peer; write what an upload of each size takes, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "files").mkdir()
        app = Timed(
            ours(folder, files=peer.removeprefix("ours-")) if peer.startswith("ours") else django_site(folder, peer)
        )
        start = "/signup/" if peer == "gandalf" else "/signup/file"
        spent = {}
        for size, count in SIZES.items():
            data = os.urandom(count)
            upload(app, start, data)
            spent[size] = 1000 * statistics.median(upload(app, start, data) for _ in range(UPLOADS))
    sys.stdout.write(json.dumps(spent))


def main() -> None:
    """Have the peers take turns, and print what an upload costs beside formtools' own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--peer", choices=PEERS, help="measure one turn of this one")
    if one := options.parse_args().peer:
        work(one)
        return
    turns: dict[str, list[dict[str, float]]] = {peer: [] for peer in PEERS}
    for _ in range(TURNS):
        for peer, measured in turns.items():
            command = [sys.executable, "-m", "benchmarks.uploads", "--peer", peer]
            measured.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    sys.stdout.write(f"| | {' | '.join(SIZES)} |\n| --- |{' --- |' * len(SIZES)}\n")
    for peer, measured in turns.items():
        cells = []
        for size in SIZES:
            ratios = [mine[size] / base[size] for mine, base in zip(measured, turns["formtools"], strict=True)]
            cells.append(f"{statistics.median(ratios):.2f} ({statistics.median(one[size] for one in measured):.1f} ms)")
        sys.stdout.write(f"| {peer} | {' | '.join(cells)} |\n")


if __name__ == "__main__":
    main()
