"""The signup in a server process, with a page that takes as long as the test likes."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

import wizard.app


def create_app() -> Flask:
    """The application. ``/wait`` says in the pipe ``BEGUN`` that it begins, and ends when ``END`` is written to."""
    app = wizard.app.create_app()

    @app.get("/wait")
    def wait() -> str:
        Path(os.environ["BEGUN"]).write_text("begun")
        return Path(os.environ["END"]).read_text()

    return app
