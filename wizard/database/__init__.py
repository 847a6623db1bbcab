"""SQL: engines, transactions and tables, made the same way for accounts and for sessions."""

from .engine import connect, dispose, is_shared
from .tables import create
from .transaction import transaction, trial

__all__ = ["connect", "create", "dispose", "is_shared", "transaction", "trial"]
