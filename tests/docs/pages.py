"""The pages of ``docs/``, and the samples of code on them."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
README = ROOT / "README.md"


class Sample(NamedTuple):
    """A sample of code in a document, and where it stands."""

    section: str
    language: str
    text: str

    @property
    def file(self) -> str | None:
        """The file that it is, if it begins with the name of one."""
        found = re.match(r"(?:# |\{# )([\w./]+)", self.text)
        return found and found[1]


def samples(document: Path) -> list[Sample]:
    """All of a document, in order."""
    found, section = [], ""
    for heading, language, text in re.findall(
        r"^## ([^\n]+)$|^```(\w*)\n(.*?)^```$", document.read_text(), re.M | re.S
    ):
        section = heading or section
        if text:
            found.append(Sample(section, language, text))
    return found


def run(document: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run all samples of a document in ``folder``: what names a file is written there, the rest is one module.

    :return: the names of that module.
    """
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder)
    # What the files of another page have under the same names.
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    names: dict[str, Any] = {"__name__": "sample"}
    for one in samples(document):
        if one.file:
            file = folder / one.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(one.text)
        elif one.language == "python":
            exec(one.text, names)  # noqa: S102  (that is what it is for)
    return names
