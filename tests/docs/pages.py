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
        found = re.match(r"(?:# |\{# |/\* )([\w/-]+\.\w+)", self.text)
        return found and found[1]

    @property
    def goes_on(self) -> bool:
        """Whether it stands below what the file has already."""
        return self.text.partition("\n")[0].endswith(", at the end")

    def write(self, folder: Path) -> None:
        """Write it to its file."""
        assert self.file
        file = folder / self.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((file.read_text() + "\n\n" if self.goes_on else "") + self.text)


def samples(document: Path) -> list[Sample]:
    """All of a document, in order."""
    found, section = [], ""
    for heading, language, text in re.findall(
        r"^## ([^\n]+)$|^```(\w*|\{[\w-]+\})\n(.*?)^```$", document.read_text(), re.M | re.S
    ):
        section = heading or section
        # What stands in braces is for Sphinx.
        if text and not language.startswith("{"):
            found.append(Sample(section, language, text))
    return found


def run(document: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run all samples of a document in ``folder``: what names a file is written there, the rest is one module.

    :return: the names of that module.
    """
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder)
    found = samples(document)
    names: dict[str, Any] = {"__name__": "sample"}
    try:
        for one in found:
            if one.file:
                one.write(folder)
            elif one.language == "python":
                exec(one.text, names)  # noqa: S102  (that is what it is for)
    finally:
        # Another page has others under the same names.
        for one in found:
            sys.modules.pop(str(one.file).partition(".")[0], None)
    return names
