"""Inputs: what a page makes of what was typed, and how it says what is wrong."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import Field, Form

from ..flow import Run, bound
from ..flow.messages import EVERY, TOGETHER
from ..flow.typed import Typed
from ..languages import gettext
from .kind import is_asked


def shown(form: Form) -> list[tuple[str, Field]]:
    """Return the fields of a form that people read, by their attributes."""
    return [(name, field) for name, field in bound.questions(form).items() if is_asked(field)]


def told(typed: Typed) -> dict[str, list[str]]:
    """Return what somebody has typed, ticked or chosen: a browser sends much that is empty."""
    return {name: list(values) for name, values in typed.items() if name and any(values)}


def pairs(typed: Typed) -> list[tuple[str, str]]:
    """Return what was typed as pairs of names and values, as hidden inputs hold it."""
    return [(name, value) for name, values in typed.items() if name for value in values]


def collected(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return pairs of names and values as what was typed."""
    typed: dict[str, list[str]] = {}
    for name, value in pairs:
        typed.setdefault(name, []).append(value)
    return typed


def refused(run: Run, step: str, revision: str) -> dict[str, str]:
    """Return what was said of the answer to ``step`` when the end has refused it, if it still has that revision."""
    of, texts = run.record.get("told", {}).get(step, ("", {}))
    return dict(texts) if of == revision else {}


def said(errors: dict[str, str]) -> dict[str, str]:
    """Return ``errors`` in the language of the page where they are ours, and with one where a form has none."""
    return {name: gettext(text or TOGETHER) if text in ("", *EVERY) else text for name, text in errors.items()}
