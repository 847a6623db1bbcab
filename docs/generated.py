"""What two pages of the site hold that is read out of the code: the tokens of the look, and every message."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: In the wheel, both are in the package.
PLACES = (ROOT / "static", ROOT / "wizard" / "static")

#: Who reads a message of a file, in the order in which they are shown.
READERS = {
    "A flow is built": ["FlowError", "wrong"],
    "A setting is read": ["SettingError", "ValueError"],
    "Anything else": ["WizardError", "AssertionError"],
}


def tokens(css: str) -> dict[str, tuple[str, str, str]]:
    """Return the custom properties that a theme sets: by name, what for, and the value in light and in dark colours."""
    light, dark = re.findall(r"^\s*:root \{(.*?)\}", css, re.M | re.S)
    others = dict(re.findall(r"^\s*(--[\w-]+): (.+?);", dark, re.M))
    told = re.findall(r"^\s*(--[\w-]+): (.+?);(?: /\* (.+) \*/)?$", light, re.M)
    return {name: (what, value, others.get(name, value)) for name, value, what in told}


def table_of_tokens() -> str:
    """Return the table that the page about the look holds."""
    css = next(folder / "theme-trail.css" for folder in PLACES if folder.exists()).read_text()
    rows = [f"| `{name}` | {what} | `{light}` | `{dark}` |" for name, (what, light, dark) in tokens(css).items()]
    return "\n".join(["| token | what it is for | light | dark |", "| --- | --- | --- | --- |", *rows])


def messages(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield what is raised in the files of ``folder``: for each message who raises it, and its words.

    What is filled in is an ellipsis.
    """
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if text := _words(node.args[0]):
                    # It is said of a step, or of whatever has a name.
                    yield name, f"Step …: {text}" if name == "wrong" else text


def _words(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(part) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return ""


def list_of_messages() -> str:
    """Return the lists that the page about messages holds."""
    found = list(messages(ROOT / "wizard"))
    parts = []
    for reader, names in READERS.items():
        texts = sorted({text for name, text in found if name in names and len(text.split()) > 3}, key=str.lower)
        parts.append(f"### {reader}\n\n" + "\n".join(f"- {_verbatim(text)}" for text in texts))
    return "\n\n".join(parts)


def _verbatim(text: str) -> str:
    return re.sub(r"([\\`*_<\[{|])", r"\\\1", text)


#: What stands on a page in their place.
MADE = {"<!-- the tokens -->": table_of_tokens, "<!-- the messages -->": list_of_messages}


def fill(text: str) -> str:
    """Return the ``text`` of a page with what is made in the place of its comments."""
    for comment, make in MADE.items():
        if comment in text:
            text = text.replace(comment, make())
    return text
