"""Resumed: what a visitor has saved for later, opened on another device by a test.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from typing import Any

from ..pages.owned import saved_key
from .journeys import Journey
from .opened import opened


def elsewhere(journey: Journey, email: str = "") -> Journey:
    """Save the answers of ``journey`` for later, and return the same visitor on another device, where they go on.

    The link is taken without the mail.

    :param email: where the link is sent; the address that ``resume=`` says if it is left out.

    >>> def test_a_letter_is_finished_at_home(journey):
    ...     journey.answer("contact", email="ada@example.com")
    ...     home = elsewhere(journey)
    ...     home.answer("letter", letter="I can count").finish()
    """
    app, wizard = journey.app, journey.wizard
    assert wizard.resume, f"The wizard {wizard.name!r} has no resume=, so its answers cannot be saved for later."
    instance: dict[str, Any] = {"_instance": journey._begun()} if wizard.many else {}
    url = journey._url("save", **journey._around, **instance)
    typed = {"email": email} if email else {}
    journey._accepted(journey.client.post(url, data=journey._open(url).filled(url, typed, "")))
    name = wizard.key_at(journey.mounted, journey._around, None)
    with opened(app, journey.client, wizard, name) as session:
        known = session[saved_key(name, journey.key)]
    other = Journey(app, journey.mounted, **journey._around)
    other._instance = journey._instance
    url = other._url("return", **journey._around, _token=known["token"])
    return other._accepted(other.client.post(url, data=other._open(url).filled(url, {"code": known["code"]}, "")))
