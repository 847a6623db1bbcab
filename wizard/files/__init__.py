"""Files: what visitors upload. Their bytes are sealed in a store, and what refers to them is in the session."""

from __future__ import annotations

from .stored import StoredFile

__all__ = ["StoredFile"]
