"""The instance folder: what one machine keeps for itself, such as its key."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from flask import Flask

from .checks import KEY_BYTES, MAKE_A_KEY
from .errors import SettingError


def folder(app: Flask) -> Path:
    """Return the instance folder of ``app``. It is made if it is not there.

    :raises SettingError: when it cannot be made; the message names the cure.
    """
    found = Path(app.instance_path)
    try:
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"The instance folder {found} cannot be made ({error.strerror}). Make it writable, or set "
            "FLASK_DATABASE_URL and FLASK_SECRET_KEY."
        ) from error
    return found


def choose_key(app: Flask, *, shared: bool) -> None:
    """Give ``app`` a key where it has none: one machine makes its own.

    :param shared: whether other machines reach its stores too, so that all must sign with one key.
    :raises SettingError: when it must be given; the message names the cure.
    """
    if app.config["SECRET_KEY"]:
        return
    if shared:
        raise SettingError(
            "SECRET_KEY: must be given where sessions or accounts are shared between machines. Make one with: "
            f"{MAKE_A_KEY}"
        )
    app.config["SECRET_KEY"] = key_in(folder(app) / "secret_key")


def key_in(file: Path) -> str:
    """Return the key kept in ``file``; make it on the first start. Of processes that start at once, all use one."""
    try:
        if not file.exists():
            _write_key(file)
        key = file.read_text(errors="replace").strip()
    except OSError as error:
        raise SettingError(f"{file} cannot be read or written ({error.strerror}). Set FLASK_SECRET_KEY.") from error
    if len(key) < KEY_BYTES:
        raise SettingError(f"{file} holds no key. Delete the file, and the next start makes one.")
    return key


def _write_key(file: Path) -> None:
    new = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_hex(KEY_BYTES))
            stream.flush()
            # Before it has its name: whatever crashes, nobody reads half a key.
            os.fsync(stream.fileno())
        os.link(new, file)
    except FileExistsError:
        pass
    finally:
        new.unlink(missing_ok=True)
