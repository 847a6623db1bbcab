"""What holds for the repository as a whole: its layers, the files it ships, and its words."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import re
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest

import wizard
from wizard import settings
from wizard.blueprint import Wizard
from wizard.picture import mermaid
from wizard.signup.flow import flow

pytestmark = pytest.mark.checkout

ROOT = Path(__file__).parent.parent
LAYERS = [
    "errors",
    "extras",
    "signals",
    "rates",
    "checks",
    "mail_settings",
    "instance",
    "themes",
    "settings",
    "current",
    "addresses",
    "signing",
    "sealing",
    "security_log",
    "headers",
    "hosts",
    "traces",
    "patience",
    "database",
    "files",
    "flow",
    "languages",
    "zones",
    "fields",
    "htmx",
    "bodies",
    "assets",
    "mail",
    "proofs",
    "sessions",
    "limits",
    "links",
    "picture",
    "schema",
    "pages",
    "registration",
    "starting",
    "cli",
    "beginning",
    "proving",
    "owned_runs",
    "blueprint",
    "migrations",
    "accounts",
    "signup",
    "testing",
    "doctor",
    "metrics",
    "commands",
    "application",
    "app",
    "serving",
]
#: Within the rooms whose files build on each other.
INSIDE = {
    "flow": (
        "functions names messages parts keyed fields rows files given bound served fingerprint typed validation blank "
        "earlier each trial needs texts reveals so_far back rules actions own mistakes base page exit steps counts "
        "loop entries repeat value joined for_each touched section known derived valued path claim record run proof "
        "code align entry driven flow tasks settling"
    ),
    "fields": "hints dates duration address year rules combobox files",
    "pages": (
        "token kind value attributes choice field template macros files revealing drawing words inputs receipt "
        "progress site joining owned error file filing uploads visit page text exit cleared conflict acting form "
        "finishing summary step list entry check proven code loop entries for_each loop_entry places done clear start "
        "saving returning tasks gone"
    ),
    "accounts": (
        "tables passwords migrating accounts people invitations plans passkeys photos belongings copying command"
    ),
    "mail": "message calls rows contents smtp relay background mailbox command outbox",
    "metrics": "places sharing collecting counters command server",
    "proofs": "bounds rows shelf codes",
    "files": "kinds images store sealed stored shelf sql folder objects opening",
    "settings": "urls setting engine reading signup",
    "doctor": "finding sqlite postgresql redis stores web mail command",
}
SOURCES = sorted((ROOT / "wizard").rglob("*.py"))


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_imports_only_from_the_layers_above_it(file):
    """The core never comes to depend on the shell."""
    parts = file.relative_to(ROOT / "wizard").with_suffix("").parts
    if parts == ("__init__",):
        return
    package = ["wizard", *parts[:-1]]
    nodes, for_types_alone = _imports(file)
    for node in nodes:
        base = package[: len(package) - node.level + 1]
        target = [*base, *(node.module or "").split(".")] if node.module else base
        names = [target[1]] if len(target) > 1 else [alias.name for alias in node.names]
        for name in names:
            assert LAYERS.index(name) <= LAYERS.index(parts[0]), f"{file.name} imports {name}"
        order = INSIDE.get(parts[0], "").split()
        if order and node.level == 1 and parts[1] in order and ast.dump(node) not in for_types_alone:
            inner = [node.module] if node.module else [alias.name for alias in node.names]
            for name in inner:
                assert order.index(name) < order.index(parts[1]), f"{file.name} imports {name}"


def _imports(file):
    """What a file imports by where it is itself, and what of it for annotations, and not when the code runs."""
    nodes = list(ast.walk(ast.parse(file.read_text())))
    blocks = [node for node in nodes if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    guarded = {ast.dump(one) for block in blocks for one in ast.walk(block) if isinstance(one, ast.ImportFrom)}
    return [node for node in nodes if isinstance(node, ast.ImportFrom) and node.level], guarded


def test_each_room_has_every_file_in_its_order():
    """A file that is added finds its place."""
    for room, order in INSIDE.items():
        files = {file.stem for file in (ROOT / "wizard" / room).glob("*.py")} - {"__init__"}
        assert files == set(order.split()), room


def test_htmx_is_the_file_that_was_published():
    """Version 4.0.1, to the letter, beside its licence."""
    digest = base64.b64encode(hashlib.sha384((ROOT / "static" / "htmx.min.js").read_bytes()).digest()).decode()
    assert digest == "Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"
    assert "Zero-Clause BSD" in (ROOT / "static" / "htmx.LICENSE").read_text()


def test_the_bill_of_materials_has_every_file_of_others():
    """What stands beside a licence in the package is in the list that the wheel carries, as it is."""
    licences = sorted((ROOT / "static").glob("*.LICENSE"))
    files = [next(file for file in (ROOT / "static").glob(f"{one.stem}.*") if file != one) for one in licences]
    listed = {one["bom-ref"]: one for one in json.loads((ROOT / "sbom.cdx.json").read_text())["components"]}
    assert [one.stem for one in licences] == sorted(listed)
    for licence, file in zip(licences, files, strict=True):
        said = listed[licence.stem]
        assert f"wizard/static/{file.name}" in said["description"]
        assert said["hashes"] == [{"alg": "SHA-384", "content": hashlib.sha384(file.read_bytes()).hexdigest()}]


def test_axe_is_the_file_that_was_published():
    """Version 4.14.1, to the letter, beside its licence; for the tests alone, and not in the wheel."""
    axe = (ROOT / "e2e" / "axe.min.js").read_bytes()
    assert hashlib.sha384(axe).hexdigest().startswith("c6dd52160e3d41a0f0b32b745dfb365c")
    assert b"axe v4.14.1" in axe[:100]
    assert "Mozilla Public License" in (ROOT / "e2e" / "axe.LICENSE").read_text()


def test_only_one_file_names_the_headers_of_htmx():
    """How pages meet htmx is said in one place."""
    naming = [file.name for file in SOURCES if re.search(r"[\"']HX-", file.read_text())]
    assert naming == ["htmx.py"]


def test_no_template_has_anything_inline():
    """The policy forbids it, and a browser would drop it without a word."""
    for file in (ROOT / "templates").rglob("*.html"):
        text = file.read_text()
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|javascript:", text), file.name


def test_the_lock_files_name_no_host_and_hold_hashes():
    """What is installed is what was tested, wherever it is fetched from."""
    for name in (
        "requirements.txt",
        "requirements-dev.txt",
        "requirements-bench.txt",
        "requirements-docs.txt",
        "benchmarks/wtforms-3.2.1.txt",
    ):
        text = (ROOT / name).read_text()
        assert "://" not in text
        pins = re.findall(r"^([a-z0-9.-]+)==", text, re.MULTILINE)
        assert len(pins) == text.count("==") - text.count(" == ") or pins
        assert text.count("--hash=sha256:") >= len(pins)


def test_every_setting_is_documented():
    """Each stands in the docs once, as the code says it, and in alphabetical order; and no other does."""
    page = (ROOT / "docs" / "settings.md").read_text()
    rows = re.findall(r"^\| `FLASK_(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", page, re.M)
    signup = settings.SIGNUP.keys() - settings.ENGINE.keys() - settings.THEIRS.keys()
    assert [row[0] for row in rows] == [*sorted(settings.ENGINE), *sorted(settings.THEIRS), *sorted(signup)]
    for name, kind, default, meaning in rows:
        known = (settings.SIGNUP | settings.THEIRS | settings.ENGINE)[name]
        said = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", meaning)
        assert (name, kind, said) == (name, known.kind, known.meaning)
        if isinstance(value := known.default, timedelta):
            value = int(value.total_seconds())
        if value is not None:
            shown = value if isinstance(value, str) else json.dumps(value)
            assert default.replace("'", "").startswith(f"`{shown}`"), name


def test_every_setting_is_read_in_one_place():
    """Nothing reads one that the table of settings does not have, unless it is Flask's or Flask-WTF's own."""
    theirs = {"WTF_CSRF_ENABLED", "PROPAGATE_EXCEPTIONS", *settings.THEIRS}
    read = set()
    for file in (ROOT / "wizard").rglob("*.py"):
        read |= set(re.findall(r'config(?:\.get\(|\[)"([A-Z_]+)"', file.read_text()))
    assert {"DATABASE_URL", "SESSION_URL", "SECRET_KEY"} <= read
    assert read <= theirs | settings.ENGINE.keys() | settings.SIGNUP.keys()


def test_the_docs_show_the_signup_as_it_is():
    """The diagram is what the command prints."""
    assert f"```mermaid\n{mermaid(flow)}\n```" in (ROOT / "docs" / "commands.md").read_text()


DOCUMENTS = [
    "README.md",
    "CHANGELOG.md",
    "benchmarks/README.md",
    *sorted(f"docs/{file.name}" for file in (ROOT / "docs").glob("*.md")),
]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document):
    """To a file that is there, or to a heading of this document or of another one."""
    file = ROOT / document
    for link in re.findall(r"\]\(([^)]+)\)", _prose(file)):
        path, _, anchor = link.partition("#")
        if "://" not in link:
            target = file.parent / path if path else file
            assert target.exists(), link
            assert not anchor or anchor in _headings(target), link


def _prose(file):
    """A document without its samples."""
    return re.sub(r"^```.*?^```$", "", file.read_text(), flags=re.M | re.S)


def _headings(file):
    """The anchors of a document."""
    found = re.findall(r"^#+ (.*)$", _prose(file), re.M)
    return {re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in found}


def test_every_public_name_has_a_docstring():
    """What can be imported says what it is for."""
    for name in wizard.__all__:
        assert getattr(wizard, name).__doc__, name


def test_what_is_loaded_late_is_there_as_all_else():
    """For a shell that completes names, and for a test that puts something in its place; a wrong name is none."""
    assert set(wizard.__all__) <= set(dir(wizard))
    with mock.patch("wizard.Wizard") as other:
        assert wizard.Wizard is other
    assert wizard.Wizard is Wizard


def test_a_type_checker_finds_a_name_that_is_written_wrong():
    """It takes any name of a module whose ``__getattr__`` it sees."""
    for file in (ROOT / "wizard").rglob("*.py"):
        seen = [getattr(node, "name", "") for node in ast.parse(file.read_text()).body]
        assert "__getattr__" not in seen, file
