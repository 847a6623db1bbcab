"""Message: a mail as it is written, and as it is sent."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from typing import Any

from email_validator import EmailNotValidError, validate_email


@dataclass(frozen=True)
class Mail:
    """A mail to one address.

    :param to: the address, without a name.
    :param subject: one line.
    :param text: the mail as plain text.
    :param html: the same as HTML, where you want both.
    :raises ValueError: when it cannot be a mail. The message holds nothing of it.

    >>> from wizard import Mail
    >>> Mail("ada@example.com", "Your ticket", "It is B-1. See you there!").subject
    'Your ticket'
    >>> Mail("ada", "Your ticket", "It is B-1.")
    Traceback (most recent call last):
    ...
    ValueError: A mail's 'to' is one address, such as ada@example.com.
    """

    to: str
    subject: str
    text: str
    html: str | None = None

    def __post_init__(self) -> None:
        for name in ("to", "subject", "text"):
            # Translations are looked up when they are shown, and a template's output is a text of its own kind.
            object.__setattr__(self, name, str(getattr(self, name)))
        if self.html is not None:
            object.__setattr__(self, "html", str(self.html))
        if not self.subject.isprintable():
            raise ValueError("A mail's 'subject' is one line.")
        local, _, domain = self.to.rpartition("@")
        if not local or not domain or not self.to.isprintable() or set(self.to) & set(' <>,;"'):
            raise ValueError("A mail's 'to' is one address, such as ada@example.com.")

    def as_json(self) -> dict[str, Any]:
        """Return what :meth:`from_json` makes the same mail of."""
        return asdict(self)

    @property
    def address(self) -> str:
        """The address as mail servers take it: its domain in ASCII."""
        local, _, domain = self.to.rpartition("@")
        if domain.isascii():
            return self.to
        try:
            found = validate_email(f"a@{domain}", check_deliverability=False)
        except EmailNotValidError:
            return self.to
        return f"{local}@{found.ascii_domain}"

    def build(self, message_id: str, created: float, sender: str) -> EmailMessage:
        """Return the message that is sent.

        :param message_id: what it is known by, however often it is sent.
        :param created: when it was written.
        :param sender: who it is from, such as ``Acme <hello@example.com>``.
        """
        # What no server may have to change on the way.
        policy = (SMTP if self.address.isascii() else SMTPUTF8).clone(cte_type="7bit")
        message = EmailMessage(policy=policy)
        name, address = parseaddr(sender)
        message["From"] = Address(name, addr_spec=address)
        local, _, domain = self.address.rpartition("@")
        message["To"] = Address(username=local, domain=domain)
        message["Subject"] = self.subject
        message["Date"] = format_datetime(datetime.fromtimestamp(int(created), UTC))
        message["Message-ID"] = message_id
        # So that no holiday notice answers it (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.text)
        if self.html is not None:
            message.add_alternative(self.html, subtype="html")
        return message
