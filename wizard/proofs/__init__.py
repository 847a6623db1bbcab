"""Proofs: what others prove of a run, and the codes that are sent by mail, in a table of the server."""

from __future__ import annotations

from .shelf import Proofs, open_proofs

__all__ = ["Proofs", "open_proofs"]
