"""Settings: every one that is read, its default, and the check that says in one line what is wrong and the cure.

The engine's own begin with ``WIZARD_`` and are read in anybody's application. The rest are the signup's, and Flask's.
"""

from .engine import ENGINE, FILES_BYTES, SESSION_BYTES, THEIRS
from .reading import check, join, known, read, require_key, settle
from .setting import SECRET, TEN_YEARS, Setting
from .signup import MAIL, SIGNUP, configure
from .urls import URLS, url, without_secrets

__all__ = [
    "ENGINE",
    "FILES_BYTES",
    "MAIL",
    "SECRET",
    "SESSION_BYTES",
    "SIGNUP",
    "TEN_YEARS",
    "THEIRS",
    "URLS",
    "Setting",
    "check",
    "configure",
    "join",
    "known",
    "read",
    "require_key",
    "settle",
    "url",
    "without_secrets",
]
