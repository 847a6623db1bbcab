"""Owned answers: those of who is signed in, on each of their devices, and of nobody else who uses the same browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from ..errors import FlowError
from ..flow import Flow, Proven, Run, Step, proof
from ..flow.proof import begun_of
from ..flow.record import FORMAT
from ..flow.run import REMEMBERED
from ..sessions.sealed import saved_owner
from .joining import join_lists
from .site import Site

#: What stands in place of a run that goes on on another device.
MOVED = {"format": FORMAT, "moved": True}

#: What a record has of each step.
_OF_STEPS = ("answers", "typed", "notes", "drafts", "behind", "entries")


def owner_of(site: Site) -> str | None:
    """Return who is signed in; ``None`` while nobody is, which ``False`` says too.

    :raises FlowError: for what is no name.
    """
    found = None if site.owner is None else site.owner()
    if found is None or found is False or found == "":
        return None
    if isinstance(found, (str, int, UUID)):
        return str(found)
    raise FlowError(
        f"The wizard {site.name!r}: its owner= returned a {type(found).__name__}, which names nobody for good. "
        "Return a text, a number or a UUID: owner=lambda: current_user.get_id()."
    )


def take(site: Site, key: str, session: Any, name: str = "") -> Mapping[str, Any] | None:
    """Let ``session`` hold under ``key`` the answers of who is signed in, and return what this browser has there.

    What was typed before signing in goes along: where there is nothing of theirs yet, it simply becomes theirs, and
    otherwise it is returned, for :func:`add`. Before the visit is saved, that is shown and changes nothing.

    :param name: the first part of all keys of ``site``, where the request is none to it.
    """
    name = name or site.key_of(None)
    if site.resume:
        left = _take_saved(key, session, name)
    elif (owner := owner_of(site)) is not None:
        left = session.own(name, owner)
    else:
        return None
    record: Mapping[str, Any] | None = left.get(key)
    return record


def _take_saved(key: str, session: Any, name: str) -> dict[str, Any]:
    """Let ``session`` hold a run that was saved for later; under the first part of all keys alone, all of them."""
    left: dict[str, Any] = {}
    start = f"{saved_key(name, name)}:"
    others = [f"{name}:{one.removeprefix(start)}" for one in session if one.startswith(start)] if key == name else []
    for one in (key, *others):
        if secret := session.get(saved_key(name, one), {}).get("secret"):
            left |= session.own(one, saved_owner(secret))
    return left


def held(session: Any) -> list[Mapping[str, Any]]:
    """Return all that ``session`` holds, also what was typed before signing in and is not saved as theirs yet."""
    found: list[Mapping[str, Any]] = getattr(session, "held", None) or [session]
    return found


def saved_key(name: str, key: str) -> str:
    """Return the key of the session under which a browser knows the secret of the run ``key`` that was saved for later.

    It does not look like that of a run.

    :param name: the first part of all keys of the site.
    """
    return f"{name} saved{key.removeprefix(name)}"


def saved(site: Site, session: Any, key: str) -> Mapping[str, str]:
    """Return what this browser knows of a run that was saved for later: its secret, and what was sent last."""
    found: Mapping[str, str] = session.get(saved_key(site.key_of(None), key), {})
    return found


def forget_saved(site: Site, session: Any, key: str) -> None:
    """Let this browser know no more of a run that was saved for later."""
    if saved(site, session, key):
        del session[saved_key(site.key_of(None), key)]


def lost(site: Site, session: Any) -> list[str]:
    """Return the keys of the runs that were saved for later, and of which ``session`` holds nothing any more."""
    name = site.key_of(None)
    start = f"{saved_key(name, name)}:"
    keys = [f"{name}:{one.removeprefix(start)}" for one in session if one.startswith(start)]
    return [key for key in keys if key not in session]


def add(run: Run, flow: Flow, record: Mapping[str, Any]) -> None:
    """Add to ``run`` what was typed in this browser before its owner signed in.

    A step that is not answered yet takes its answer; where there is another answer, it is a Draft beside that.
    """
    other = Run({"other": dict(record)}, "other")
    known = [one["run"] for one in run.receipts]
    receipts = [one for one in reversed(other.receipts) if one["run"] not in known]
    if receipts:
        run.change(receipts=[*receipts, *reversed(run.receipts)][-REMEMBERED:])
    is_over = run.receipt(other.key) or other.key in run.record.get("cleared", ())
    if not other.key or is_over or (run.key and run.is_called(other.key)):
        return
    if not run.key:
        # All of it, so that a key that on_finish may have got stays with its answers.
        run.change(**{part: one for part, one in record.items() if part not in ("receipts", "cleared")})
        return
    proofs = [one.name for one in flow.every if isinstance(one, Proven) and one.name not in run]
    # What was begun on both sides may be proven on either.
    begun = {one: [*begun_of(other, one), *begun_of(run, one)] for one in proofs if begun_of(run, one)}
    # Those of a run that is being finished are frozen.
    names = set() if run.claim else other.begun_steps - run.begun_steps | {one for one in proofs if one in other}
    # What belongs to the entries of a list that is on both sides cannot be told apart by their ids.
    apart = flow.following(other.begun_steps & run.begun_steps)
    names -= apart
    parts = {
        part: {
            **run.record.get(part, {}),
            **{name: one for name, one in record.get(part, {}).items() if _of(name) in names},
        }
        for part in _OF_STEPS
    }
    others = other.record.get("next", {})
    run.change(
        path=None,
        order=None,
        # An id is never given to another entry.
        next={**{one: others[one] for one in names & others.keys()}, **run.record.get("next", {})} or None,
        former=[*run.record.get("former", ()), other.key, *record.get("former", ())][-REMEMBERED:],
        **{part: value for part, value in parts.items() if value},
    )
    if not run.claim:
        join_lists(run, flow, other)
    for name, all_begun in begun.items():
        run.keep_draft(name, {"begun": list(dict.fromkeys(all_begun))[-proof.REMEMBERED :]})
    for step in flow.every:
        if type(step) is not Step or step.name in names | apart or run.draft(step.name) is not None:
            continue
        typed = other.draft(step.name) or other.typed(step)
        if typed is not None and typed != run.typed(step):
            run.keep_draft(step.name, typed)


def _of(name: str) -> str:
    return name.partition(".")[0]
