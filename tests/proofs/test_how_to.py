"""What ``docs/proofs.md`` and ``docs/codes.md`` show works, and the figures are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wizard.proofs import bounds

pytestmark = pytest.mark.checkout

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.mark.parametrize("document", ["proofs", "codes"])
def test_the_samples_run(document, database):
    """One after the other; who is the provider is told."""
    names = {"__name__": document, "database": database, "signature": "the provider's"}
    names["is_signed"] = lambda request: request.headers.get("Signature") == names["signature"]
    samples = re.findall(r"^```python\n(.*?)^```$", (DOCS / f"{document}.md").read_text(), re.M | re.S)
    for sample in samples:
        exec(sample, names)  # noqa: S102  (that is what it is for)
    assert len(samples) == {"proofs": 3, "codes": 3}[document]
    if document == "proofs":
        client = names["app"].test_client()
        assert client.post("/paid", data={"order": "key", "reference": "P-1"}).status_code == 403


def test_the_figures_are_those_of_the_code():
    """Whoever changes one changes the other."""
    text = (DOCS / "codes.md").read_text()
    assert f"for {bounds.GOOD_FOR // 60} minutes" in text
    assert f"| it can be tried | {bounds.TRIES} times |" in text
    assert f"after {bounds.PAUSE} seconds" in text
    assert f"| mails to one address | {bounds.MAILS_AN_HOUR} an hour |" in text
    assert f"| tries for one address | {bounds.TRIES_AN_HOUR} an hour |" in text
