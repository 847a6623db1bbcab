"""The package as where it is installed, for processes that look for what it adds to others."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def environment(folder: Path) -> dict[str, str]:
    """The environment of a process that finds the package installed, and what is in ``folder``."""
    if not list(ROOT.glob("wizard_flask-*.dist-info")):
        # These are the sources. What is installed has this, made of the same table.
        entry_points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
        about = folder / "wizard_flask-0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: wizard-flask\nVersion: 0\n")
        (about / "RECORD").write_text("_wizard_pytest.py,,\nwizard/__init__.py,,\n")
        with (about / "entry_points.txt").open("w") as file:
            for group, places in entry_points.items():
                file.writelines([f"[{group}]\n", *(f"{name} = {place}\n" for name, place in places.items())])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return {**kept, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
