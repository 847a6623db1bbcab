"""Page: what a browser makes of a page. Its forms, and what it says is wrong.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from ..files.stored import FileRef
from ..flow import Step
from ..flow.each import input_of
from ..flow.files import files_among
from ..flow.given import texts as sent
from ..flow.typed import in_parts
from .uploads import FAKES, parts


def sent_for(
    step: object, typed: Mapping[str, Any], keys: Mapping[str, Sequence[str]] | None = None
) -> dict[str, list[str]]:
    """What a browser sends where a visitor has ``typed`` this on the page of ``step``; a date goes into its inputs.

    :param keys: for each field that is asked for each entry of a list the keys of these.
    """
    if isinstance(step, Step) and keys:
        typed = _by_entry(step, typed, keys)
    files = files_among(step.form, typed) if isinstance(step, Step) else {}
    values = {name: sent(value) for name, value in typed.items() if name not in files}
    taken: dict[str, list[Any]] = {name: parts(value) for name, value in typed.items() if name in files}
    return (in_parts(step.form, values) if isinstance(step, Step) else values) | taken


def _by_entry(step: Step, typed: Mapping[str, Any], keys: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return what is ``typed`` with a list for a field that is asked for each entry by the inputs of these."""
    found = {}
    for name, value in typed.items():
        if name not in keys:
            found[name] = value
            continue
        own, there = input_of(step.form, name), keys[name]
        assert len(value) == len(there), (
            f"{name!r} is asked for each of {step.for_each[name]!r}, which has {len(there)}. Give a list of as many."
        )
        for key, one in zip(there, value, strict=True):
            inner = one if isinstance(one, Mapping) else {"": one}
            found |= {f"{own}-{key}-{part}".removesuffix("-"): text for part, text in inner.items()}
    return found


@dataclass
class Sheet:
    """One form on a page.

    :param values: what stands in it.
    :param offered: for the name of each choice or box the values that it has.
    :param actions: the values of its buttons that are named ``_action``.
    """

    values: MultiDict[str, str] = field(default_factory=MultiDict)
    offered: dict[str, set[str]] = field(default_factory=dict)
    actions: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """What a browser makes of a page: its forms, and what it says is wrong."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.sheets: dict[str, Sheet] = {}
        self._sheet, self._select, self._options = Sheet(), "", list[str]()
        #: The tag in which a text is heard, what it is about, and the text. Then all that were heard, by their tags.
        self._until, self._about, self._text = "", "", ""
        self._heard: list[tuple[str, str, str]] = []
        self._in_summary = self._unseen = False
        self.feed(response.text)

    @property
    def said(self) -> dict[str, str]:
        """What is wrong, by the field; under ``""`` what is wrong with the page as a whole."""
        said = {about: text for tag, about, text in self._heard if tag != "li"}
        for _, about, text in self._heard:
            if text not in said.values():
                said.setdefault(about, text)
        return said

    def sheet(self, url: str) -> Sheet:
        """The form that is sent to ``url``."""
        path = url.partition("?")[0]
        sheet = self.sheets.get(path) or self.sheets.get("")
        assert sheet, f"The page has no form with method=post and action={path!r}. Does its template draw one?"
        return sheet

    def has_sheet(self, url: str) -> bool:
        """Return whether the page has a form that is sent to ``url``."""
        return url.partition("?")[0] in self.sheets

    def filled(self, url: str, typed: Mapping[str, Any], action: str) -> MultiDict[str, str]:
        """What is sent to ``url`` when a visitor has ``typed`` into what stands there, and pressed a button."""
        sheet = self.sheet(url)
        assert not action or action in sheet.actions, f"The form for {url} has no button {action!r}."
        values = sheet.values.copy()
        for name, value in typed.items():
            files: list[Any] = (
                [one for one in value if isinstance(one, (tuple, FileRef))] if isinstance(value, list) else []
            )
            # What is uploaded is sent beside the files that are there.
            there = values.getlist(name) if any(isinstance(one, tuple) for one in files) else []
            values.setlist(name, [*there, *files] if files else sent(value))
            # What is not ticked is not sent at all.
            if not values.getlist(name):
                values.poplist(name)
        if action:
            values["_action"] = action
        return values

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        name, value, kind, id_ = (given.get(key, "") for key in ("name", "value", "type", "id"))
        self._unseen = tag == "span" and "visually-hidden" in given.get("class", "")
        if tag == "form":
            self._sheet = Sheet()
            if given.get("method", "").lower() == "post":
                self.sheets[given.get("action", "").partition("?")[0]] = self._sheet
        elif tag == "button" or (tag == "input" and kind == "submit"):
            self._sheet.actions |= {value} if name == "_action" else set()
        elif tag in ("input", "select", "option", "textarea") and "disabled" in given:
            # A browser sends nothing of it.
            return
        elif tag == "input" and name and kind == "file":
            # A browser sends one without a name, by which the entry of a list is there.
            self._sheet.values.add(name, "")
        elif tag == "input" and name:
            if kind in ("checkbox", "radio"):
                self._offer(name, value)
            if kind not in ("checkbox", "radio") or "checked" in given:
                self._sheet.values.add(name, FAKES.get(value, value))
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option":
            self._offer(self._select, value)
            if "selected" in given:
                self._sheet.values.add(self._select, value)
            else:
                self._options.append(value)
        elif tag == "textarea" or id_.endswith("-error") or (tag == "li" and self._in_summary):
            self._until, self._about, self._text = tag, name or id_.removesuffix("-error"), ""
        elif tag == "a" and self._until == "li":
            self._about = given.get("href", "").partition("#")[2]
        self._in_summary |= id_ == "error-summary"

    def _offer(self, name: str, value: str) -> None:
        self._sheet.offered.setdefault(name, set()).add(value)

    def handle_data(self, data: str) -> None:
        # What is for screen readers alone, such as "Error:", is not what is said.
        self._text += "" if self._unseen else data

    def handle_endtag(self, tag: str) -> None:
        self._unseen = False
        if tag == "select" and self._select not in self._sheet.values and self._options:
            # A browser has the first option chosen where none is.
            self._sheet.values.add(self._select, self._options[0])
        elif tag == "ul":
            self._in_summary = False
        elif tag == self._until:
            if tag == "textarea":
                self._sheet.values.add(self._about, self._text.removeprefix("\n"))
            else:
                text = " ".join(self._text.split())
                self._heard.append((tag, self._about, text))
            self._until = ""
