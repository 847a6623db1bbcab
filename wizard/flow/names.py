"""Names that a field cannot have."""

from __future__ import annotations


def complaint(name: str) -> str | None:
    """Return why a field cannot be called ``name``, and the cure; ``None`` if it can."""
    if name.startswith("_") or name in ("csrf_token", "data", "errors", "process", "validate", "meta", "populate_obj"):
        return f"no field can be called {name!r}. Call it something else."
    return None
