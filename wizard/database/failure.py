"""What went wrong in a database, in words that hold nothing of what a visitor typed."""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ..errors import Duplicate, StoreError

#: What drivers call it when a row with the same key is there already.
_DUPLICATE = {"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_ROWID", None}


def of(error: Exception, dialect: str) -> StoreError:
    """Return the error that is raised in place of ``error``, which may hold a statement, its parameters or a row."""
    kind = Duplicate if isinstance(error, IntegrityError) and _code(error) in _DUPLICATE else StoreError
    return kind(f"{dialect}: {cause(error, dialect)}")


def cause(error: Exception, dialect: str) -> str:
    """Return in one line why a database failed: in its own words where these are about itself, else only which kind.

    What PostgreSQL says of an error with a code may hold a value: *invalid input syntax for type integer: "…"*. So may
    what SQLite says of a constraint, and whatever another database says.
    """
    driver = getattr(error, "orig", None) or error
    code = _code(error)
    about_itself = {
        "postgresql": isinstance(error, OperationalError | InterfaceError) and code is None,
        "sqlite": isinstance(error, DatabaseError | InterfaceError) and "CONSTRAINT" not in (code or ""),
    }
    if about_itself.get(dialect) or isinstance(error, PoolTimeout | StoreError):
        return str(driver).partition("\n")[0]
    return type(driver).__name__ + (f" ({code})" if code else "")


def _code(error: Exception) -> str | None:
    driver = getattr(error, "orig", None) or error
    return getattr(driver, "sqlstate", None) or getattr(driver, "sqlite_errorname", None)
