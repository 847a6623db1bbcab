"""A process that takes a file and finishes, and dies where it is told to: a child for each place.

python -m tests.files.crashing FOLDER PLACE…
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from tests.conftest import Visitor
from wizard.files.sql import SQLFiles
from wizard.sessions.sql import SQLStore

from .made import answer_all, new_visitor, picture, serve, upload

#: Each place: the function after which the process dies, and whether that is while a file comes in or at the end.
PLACES: dict[str, tuple[Any, str, str]] = {
    "the file written": (SQLFiles, "write", "upload"),
    "the session saved": (SQLStore, "save", "upload"),
    "kept by the application": (None, "keep", "finish"),
    "the run ended": (SQLStore, "save", "finish"),
    "the files deleted": (SQLFiles, "delete", "finish"),
}


def make(folder: Path, place: str) -> Flask:
    """The application, with a database and a folder for each place."""
    name = place.replace(" ", "-")
    kept = folder / name
    kept.mkdir(exist_ok=True)

    def keep(answers: dict[str, Any], key: str) -> str:
        (kept / key).write_bytes(answers["letter"]["letter"].read())
        if place in sys.argv and PLACES[place][1] == "keep":
            os.kill(os.getpid(), signal.SIGKILL)
        return "R-1"

    return serve(f"sqlite:///{folder / name}.db", on_finish=keep)


def die_after(owner: Any, name: str, times: int) -> None:
    """Let this process die when it has done that so many times."""
    function, left = getattr(owner, name), [times]

    def call(*args: Any, **kwargs: Any) -> Any:
        found = function(*args, **kwargs)
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(owner, name, call)


def run(folder: Path, place: str) -> None:
    """Answer, or finish, and die."""
    owner, name, when = PLACES[place]
    visitor: Visitor = new_visitor(make(folder, place))
    if when == "finish":
        answer_all(visitor)
    else:
        visitor.answer("you", name="Ada")
    cookie = visitor.client.get_cookie("session")
    assert cookie is not None
    (folder / f"{place}.json").write_text(json.dumps(cookie.value))
    if owner is not None:
        # At the end, the claim is saved before the run is.
        die_after(owner, name, 2 if when == "finish" and name == "save" else 1)
    if when == "finish":
        visitor.send("summary", visitor.open("summary"))
    else:
        visitor.post("you", name="Ada", photo=upload(picture(), "ada.png"))


if __name__ == "__main__":
    for place in sys.argv[2:]:
        if not (child := os.fork()):
            run(Path(sys.argv[1]), place)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL, place
