"""What ``docs/files.md`` shows works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .made import PDF

pytestmark = pytest.mark.checkout

HOW_TO = Path(__file__).parent.parent.parent / "docs" / "files.md"


def test_the_samples_run(database, tmp_path):
    """One after the other, and the CV is kept."""
    names = {"__name__": "job", "database": database, "kept_in": tmp_path, "pdf": PDF}
    samples = re.findall(r"^```python\n(.*?)^```$", HOW_TO.read_text(), re.M | re.S)
    for sample in samples:
        exec(sample, names)  # noqa: S102  (that is what it is for)
    assert len(samples) == 2
    [kept] = tmp_path.glob("*.pdf")
    assert kept.read_bytes() == PDF
