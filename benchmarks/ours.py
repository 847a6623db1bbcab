"""The same signup as a Flow that a Wizard serves. Nothing but public names of the package."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from flask import Flask

from wizard import Flow, Section, Step, Wizard
from wizard.sessions import open_sessions

from . import answers, forms, texts
from .answers import SECTIONED, SECTIONS


def signup() -> Flow:
    """Return the four steps. As in the signup by hand, nothing is kept of the password."""
    return Flow(
        *(
            Step(name, form, title=texts.TITLES[name], keep={"password": None} if name == "security" else {})
            for name, form in forms.SIGNUP.items()
        )
    )


def long_flow(count: int) -> Flow:
    """Return so many steps of one field each."""
    return Flow(
        *(
            Step(
                f"s{number}",
                forms.TextForm,
                title=f"Question {number}",
                when=_asks(number) if answers.has_condition(number) else None,
            )
            for number in range(1, count + 1)
        )
    )


def in_sections(flow: Flow) -> Flow:
    """Return the same steps in sections that can be done in any order: 300 in 40 of them, five in one."""
    count = max(1, len(flow.steps) * SECTIONS // SECTIONED)
    bounds = [round(len(flow.steps) * number / count) for number in range(count + 1)]
    return Flow(
        *(
            Section(f"g{start}", *flow.steps[start:stop], title=f"Questions {start + 1} to {stop}")
            for start, stop in pairwise(bounds)
        ),
        any_order=True,
    )


def _asks(number: int) -> Callable[[Any], bool]:
    return lambda earlier: bool(earlier[f"s{number - 1}"]["text"] != "skip")


#: The limits are on, as they ship, but nobody gets there: all visitors come from one address.
_ENOUGH = {"address": "1000000 per minute", "run": "1000000 per minute"}
LIMITS = {f"WIZARD_LIMIT_{kind}": _ENOUGH for kind in ("CHECKS", "FINISH", "REFUSED")}


def create_app(
    steps: int = 0, *, url: str, languages: tuple[str, ...] = ("en",), sections: bool = False, sealed: bool = True
) -> Flask:
    """The application.

    :param steps: how many a long flow has; 0 for the signup.
    :param url: where its sessions are kept.
    :param languages: the languages that it offers.
    :param sections: whether the steps stand in sections that can be done in any order.
    :param sealed: whether what it stores of a session is sealed, as it ships.
    """
    flow = long_flow(steps) if steps else signup()
    app = Flask(__name__)
    app.config |= {"SECRET_KEY": answers.KEY, "LANGUAGES": list(languages), "WIZARD_SEAL_SESSIONS": sealed, **LIMITS}
    app.session_interface = open_sessions(url)
    app.register_blueprint(
        Wizard(
            "signup",
            in_sections(flow) if sections else flow,
            on_finish=lambda answers, key: secrets.token_hex(4),
            title="Sign up",
            finish="Create account",
        ),
        url_prefix="/signup",
    )
    return app
