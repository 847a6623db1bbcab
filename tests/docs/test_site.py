"""The site that ``make docs`` makes: what can be said of it without Sphinx, which takes a minute to install."""

from __future__ import annotations

import re

from tests.docs.pages import DOCS


def contents() -> list[str]:
    """The pages that the first one names, in order."""
    lists = re.findall(r"^:::\{toctree\}\n(.*?)^:::$", (DOCS / "index.md").read_text(), re.M | re.S)
    return [line for one in lists for line in one.splitlines() if line and not line.startswith(":")]


def test_the_first_page_leads_to_every_other():
    """Each page is one click away, and stands there once."""
    assert sorted(contents()) == sorted(file.stem for file in DOCS.glob("*.md") if file.stem != "index")
