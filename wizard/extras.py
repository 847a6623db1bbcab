"""Extras: what is installed beside the core for a part of the package, and the line that says that it is not."""

from __future__ import annotations

from importlib.util import find_spec

from .errors import SettingError

_SEALED = ["cryptography"]
_SQL = [*_SEALED, "email_validator", "sqlalchemy"]
_FILES = [*_SEALED, "PIL"]

#: Which modules each extra of ``pyproject.toml`` brings. ``docs/dependencies.md`` says what each is for.
EXTRAS = {
    "async": ["asgiref"],
    "files": _FILES,
    "metrics": ["prometheus_client"],
    "postgresql": [*_SQL, "psycopg"],
    "redis": [*_SEALED, "redis"],
    "s3": [*_SEALED, "obstore"],
    "sealed": _SEALED,
    "server": ["gunicorn", "waitress"],
    "signup": [*_FILES, *_SQL, "alembic", "argon2", "flask_compress", "flask_login", "webauthn", "zxcvbn"],
    "sql": _SQL,
    "testing": ["hypothesis", "pytest"],
}

_BY_SCHEME = {
    "file": "sealed",
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "postgresql+psycopg": "postgresql",
    "redis": "redis",
    "rediss": "redis",
    "s3": "s3",
}


def of(url: str) -> str:
    """Return the extra that the store at ``url`` takes: that of SQL for what is none of the others."""
    return _BY_SCHEME.get(url.partition(":")[0], "sql")


def missing(extra: str, what: str) -> str:
    """Return the line that says that a module of ``extra`` is not installed; nothing when all are there.

    :param extra: one of :data:`EXTRAS`.
    :param what: what needs it, to begin the line with: a setting, such as ``SESSION_URL``, or a part.
    """
    module = next((module for module in EXTRAS[extra] if find_spec(module) is None), "")
    cure = f"Install it: pip install 'wizard-flask[{extra}]'."
    return module and f"{what}: needs {module}, which is not installed. {cure}"


def require(extra: str, what: str) -> None:
    """See that ``extra`` is installed. Call it before the first import of what it brings, while an application starts
    or a flow is built, so that no visitor meets the mistake.

    :param extra: one of :data:`EXTRAS`.
    :param what: what needs it, as for :func:`missing`.
    :raises SettingError: when it is not; the message is one line, with the command that installs it.
    """
    if line := missing(extra, what):
        raise SettingError(line)
