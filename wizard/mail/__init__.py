"""Mail: an outbox that is written with what it follows, and what sends it."""

from .calls import Call
from .contents import Letter
from .mailbox import mailbox_url
from .message import Mail
from .outbox import Outbox, current_outbox

__all__ = ["Call", "Letter", "Mail", "Outbox", "current_outbox", "mailbox_url"]
