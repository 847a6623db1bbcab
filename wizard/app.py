"""create_app(): what a server and ``flask --app wizard`` start the signup with."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from flask import Flask

from . import extras
from .errors import SettingError


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Return the signup.

    :param config: settings that go before those of the environment, whose names begin with ``FLASK_``.
    :raises SystemExit: for a setting that cannot work, or a missing extra, after one line on standard error that says
        the cure.
    """
    try:
        extras.require("signup", "The signup")
        from .application import make

        return make(__name__, config or {})
    except SettingError as error:
        sys.stderr.write(f"wizard: {error}\n")
        # The status by which gunicorn knows that starting another worker will not help.
        raise SystemExit(3) from None
