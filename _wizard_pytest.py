"""The plugin of pytest: the fixture ``journey`` is there without an import, once the package is installed.

It stands outside of the package, as pytest loads it before anything else: the package is imported where a test asks for
the fixture, so that what measures coverage sees it from its first line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask import Flask

    from wizard.testing import Journey


@pytest.fixture
def journey(app: Flask) -> Journey:
    """A new visitor of the only Wizard of the fixture ``app``, which is yours: see ``wizard.testing.Journey``."""
    from wizard.testing import Journey

    return Journey(app)
