"""Commands: ``flask wizard …``, the group of all, which any application has once the package is installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import click
from flask.cli import AppGroup

from . import extras


class Place(NamedTuple):
    """Where a command is.

    :param module: what it is imported from, under its own name.
    :param extra: what has to be installed for it; empty where that is nothing.
    :param about: what it is about, where no other application has it.
    """

    module: str
    extra: str = ""
    about: str = ""


#: Every command, by name.
COMMANDS = {
    "db": Place(".accounts.command", "signup", "the tables of the signup"),
    "doctor": Place(".doctor", "signup", "the signup that comes with the package"),
    "flow": Place(".cli"),
    "funnel": Place(".metrics.command"),
    "outbox": Place(".mail.command", "sql"),
    "sessions": Place(".cli"),
    "settings": Place(".cli"),
}


class Commands(AppGroup):
    """A group whose commands are imported when one of them is asked for: each start of a server would wait for them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        if place.extra and (line := extras.missing(place.extra, _said(cmd_name, place.about))):
            return _missing(cmd_name, line)
        command: click.Command = getattr(import_module(place.module, __package__), cmd_name)
        return command


def _said(name: str, about: str) -> str:
    return f"flask wizard {name}, which is about {about}" if about else f"flask wizard {name}"


def _missing(name: str, line: str) -> click.Command:
    """Return what stands for a command whose extra is missing: it says so, whatever it is given."""

    def say(**_: Any) -> None:
        raise click.ClickException(line)

    anything = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(name, callback=say, short_help=line, help=line, context_settings=anything)


wizard = Commands("wizard", help="Look at the wizards of an application, and after them.")
