"""Sharing: the folder by which the processes of a server count together. Each has files of its own in it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any
from weakref import WeakSet

from flask import Flask

from ..errors import SettingError

#: The environment variable by which ``prometheus_client`` knows the folder. It looks once, when it is imported.
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

#: The metrics of this process: of one application, as a rule.
made: WeakSet[Any] = WeakSet()


def folder_of(app: Flask) -> Path:
    """Return the folder of ``app``: what the environment says, else one in its instance folder."""
    return Path(os.environ.get(VARIABLE) or Path(app.instance_path) / "metrics")


def share() -> None:
    """Let the processes that this one is about to start count together, from 0. Nothing is done where nobody counts.

    :raises SettingError: when they cannot; the message names the cure.
    """
    counting = list(made)
    if not counting:
        return
    folder, is_begun = folder_of(counting[0].app), "prometheus_client" in sys.modules
    if is_begun and VARIABLE not in os.environ:
        raise SettingError(
            f"prometheus_client is imported already, so that each process would count alone. Set {VARIABLE}={folder} "
            "before the start, or import it where you count."
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Whoever has imported it before may have a file there by now, and empties the folder before the start.
        for file in () if is_begun else folder.glob("*.db"):
            file.unlink()
    except OSError as error:
        raise SettingError(
            f"The folder {folder} cannot be written ({error.strerror}). Make it writable, or set {VARIABLE} to another."
        ) from error
    os.environ[VARIABLE] = str(folder)
    for one in counting:
        one.open()


def forget(pid: int) -> None:
    """Forget what a process was doing when it ended. What it has counted stays."""
    if VARIABLE in os.environ and "prometheus_client" in sys.modules:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(pid)  # type: ignore[no-untyped-call]
