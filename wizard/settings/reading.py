"""Reading: which settings an application has, what each is, and the line that says what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask.sansio.app import App

from .. import checks
from ..errors import SettingError
from .engine import ENGINE, THEIRS
from .setting import Setting

_EXTENSION = "wizard.settings"


def join(app: App, settings: Mapping[str, Setting]) -> None:
    """Let ``flask wizard settings`` list these for ``app``, too."""
    app.extensions.setdefault(_EXTENSION, {}).update(settings)


def known(app: App) -> dict[str, Setting]:
    """Return the settings that ``app`` has, by name: the engine's, and those of what has joined it."""
    return dict(sorted((ENGINE | THEIRS | app.extensions.get(_EXTENSION, {})).items()))


def read(app: App, name: str, settings: Mapping[str, Setting] = ENGINE) -> Any:
    """Return the setting ``name`` of ``app``, or its default.

    :raises SettingError: when it cannot work; the message names the cure.
    """
    setting = settings[name]
    try:
        return setting.check(app.config.get(name, setting.default))
    except ValueError as error:
        raise SettingError(f"{name}: {error}") from None


def check(app: App) -> None:
    """See that ``app`` has a key, and that each setting that a Wizard needs can work. Called for every Wizard.

    :raises SettingError: when one cannot; the message names the cure.
    """
    require_key(app)
    needed = ENGINE | THEIRS
    for name in needed:
        read(app, name, needed)


def require_key(app: App) -> None:
    """See that ``app`` has a key to sign its cookies and forms with.

    :raises SettingError: when it has none; the message names the cure.
    """
    if not app.config.get("SECRET_KEY"):
        raise SettingError(
            "SECRET_KEY: is not set, and nothing can be signed without it. Set app.secret_key before a wizard is "
            f"registered, to a key that you make once with: {checks.MAKE_A_KEY}"
        )
