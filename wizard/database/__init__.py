"""SQL: engines, transactions and tables, made the same way for accounts and for sessions."""

from .engine import connect, dispose, is_shared
from .prepared import Prepared
from .tables import change, create
from .transaction import purge, transaction, trial

__all__ = ["Prepared", "change", "connect", "create", "dispose", "is_shared", "purge", "transaction", "trial"]
