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
_SETTLED = "wizard.settled"


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


def settle(app: App, name: str, when: str) -> None:
    """Note that the setting ``name`` was read just now for good, so that one that is set later has no effect.

    :param when: before what it is to be set.
    """
    app.extensions.setdefault(_SETTLED, {})[name] = (_value(app, name), when)


def _value(app: App, name: str) -> Any:
    return app.config.get(name, known(app)[name].default)


def check(app: App) -> None:
    """See that ``app`` has a key, that each setting that a Wizard needs can work, and that none was set too late.

    Called for every Wizard that is registered, and before it shows its first page.

    :raises SettingError: when one cannot; the message names the cure.
    """
    require_key(app)
    for name, (value, when) in app.extensions.get(_SETTLED, {}).items():
        if _value(app, name) != value:
            raise SettingError(f"{name}: was set too late, and has no effect. Set it before {when}.")
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
