"""A process that signs somebody up and sends their mail, and dies where it is told to: a child for each place.

python -m tests.mail.crashing FOLDER PLACE…
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.conftest import SECRET_KEY, Visitor
from wizard.accounts.accounts import Accounts
from wizard.app import create_app
from wizard.mail.rows import Rows
from wizard.mail.smtp import Smtp

#: Each place: the function after which the process dies, in the order of a signup.
PLACES = {
    "row written": (Rows, "put"),
    "account created": (Accounts, "create"),
    "row leased": (Rows, "lease"),
    "mail sent": (Smtp, "send"),
    "row deleted": (Rows, "remove"),
}


def settings(folder: Path, place: str) -> dict[str, Any]:
    """The application's settings, with a database for each place."""
    return {
        "DATABASE_URL": f"sqlite:///{folder / place.replace(' ', '-')}.db",
        "MAIL_URL": os.environ["MAIL_URL"],
        "PUBLIC_URL": "https://example.com",
        "SECRET_KEY": SECRET_KEY,
        "TESTING": True,
    }


def die(place: str) -> None:
    """Let this process die when it gets there."""
    owner, name = PLACES[place]
    function = getattr(owner, name)

    def call(*args: Any, **kwargs: Any) -> None:
        function(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, call)


def run(folder: Path, place: str) -> None:
    """Sign up, and send what is due."""
    app = create_app(settings(folder, place))
    visitor = Visitor(app.test_client())
    visitor.answer_all()
    # The code, so that what is sent below is the mail of the account.
    app.extensions["wizard.outbox"].relay.run()
    opened = visitor.open("summary")
    cookie = visitor.client.get_cookie("session")
    assert cookie is not None
    (folder / f"{place}.json").write_text(json.dumps([cookie.value, opened]))
    die(place)
    visitor.send("summary", opened)
    app.extensions["wizard.outbox"].relay.run()


if __name__ == "__main__":
    for place in sys.argv[2:]:
        if not (child := os.fork()):
            run(Path(sys.argv[1]), place)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL, place
