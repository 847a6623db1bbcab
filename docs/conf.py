"""How Sphinx makes the site: ``make docs``."""

from __future__ import annotations

import posixpath
import re
import sys
from pathlib import Path
from tomllib import loads
from typing import Any

from pygments.lexers.special import TextLexer
from pygments.lexers.templates import HtmlDjangoLexer

sys.path.insert(0, str(Path(__file__).parent))
from generated import fill

ROOT = Path(__file__).parent.parent

project = "wizard-flask"
author = copyright = "The authors of wizard-flask"
release = version = loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
add_module_names = False

# As GitHub names headings, so that a link works there and here.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "deflist"]

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 80
nitpick_ignore_regex = [
    # Of other packages, whose indexes would have to be fetched.
    ("py:.*", r"(?!wizard).*"),
    # What the API names and leaves to the package.
    (
        "py:.*",
        r"wizard\.flow\.(earlier\.Earlier|so_far\.SoFar|base\.Rechecked|record\.Record|section\.Order|entries\.Entries)",
    ),
    ("py:.*", r"wizard\.(mail\.calls\.AnyHandler|files\.kinds\.KINDS)"),
]

# A quotation mark in a message is the one that is typed.
smartquotes = False

html_theme = "furo"
html_title = f"wizard-flask {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False

#: The pages that show a document which stands outside of ``docs/``.
INCLUDED = {
    "CHANGELOG.md": "changelog.md",
    "CODE_OF_CONDUCT.md": "code-of-conduct.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security-policy.md",
    "benchmarks/README.md": "benchmarks.md",
}


def lead_links_here(app: Any, relative: Any, parent: str, content: list[str]) -> None:
    """Turn the links of a document that stands outside of ``docs/`` into those of the page that shows it."""
    outside = posixpath.relpath(str(relative), "..")
    folder = posixpath.dirname(outside)

    def lead(found: re.Match[str]) -> str:
        path, hash_, anchor = found[1].partition("#")
        if "://" in path or not path:
            return found[0]
        place = posixpath.normpath(posixpath.join(folder, path))
        return f"]({INCLUDED.get(place, posixpath.relpath(place, 'docs'))}{hash_}{anchor})"

    content[0] = re.sub(r"\]\(([^)\s]+)\)", lead, content[0])


def fill_in(app: Any, name: str, content: list[str]) -> None:
    """Fill in what a page holds that is read out of the code."""
    content[0] = fill(content[0])


def say_defaults(app: Any, what: str, name: str, thing: Any, options: Any, signature: str, returned: str) -> Any:
    """Say the default of a dataclass that is made anew each time. Sphinx reads no signature with ``<factory>``."""
    return (signature or "").replace("<factory>", "{}") or None, returned


def setup(app: Any) -> None:
    """Show templates in colours, fill pages in, and let documents from outside lead to pages of the site."""
    app.connect("source-read", fill_in)
    app.connect("autodoc-process-signature", say_defaults)
    app.add_lexer("html", HtmlDjangoLexer)
    app.add_lexer("mermaid", TextLexer)
    app.connect("include-read", lead_links_here)
