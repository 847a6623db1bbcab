"""Bodies: how much a request may send, before any of it is parsed; and the query, in letters that can be parsed."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

#: How many bytes the check of one field may have.
MOST_OF_A_CHECK = 8_192

#: How many inputs a form may send. Flask bounds those of a multipart form alone, at 1,000.
MOST_INPUTS = 5_000

_ASCII = bytes(range(128))


def quote_query() -> None:
    """Quote what is no ASCII in the query of this request: werkzeug fails wherever it reads one that is no UTF-8."""
    request.query_string = quote_from_bytes(request.query_string, _ASCII).encode()


def bound(most: int | None = None) -> None:
    """Refuse the body of this request if it is too large.

    :param most: how many bytes it may have, where that is less than the application takes.
    :raises RequestEntityTooLarge: when it has more, or more inputs than any form.
    """
    allowed = request.max_content_length
    if most is not None and (allowed is None or most < allowed):
        request.max_content_length = most
    # An application may have parsed it before. A multipart form is bounded by its parser.
    is_ours = request.mimetype == "application/x-www-form-urlencoded" and "form" not in vars(request)
    # What is read here is kept, and parsed from there.
    if (is_ours and request.get_data().count(b"&") >= MOST_INPUTS) or _is_cut():
        raise RequestEntityTooLarge


def _is_cut() -> bool:
    """Return whether there is more of a body without a length: werkzeug stops reading at the limit without a word."""
    is_open = request.content_length is None and "wsgi.input_terminated" in request.environ
    is_read = "form" in vars(request) or hasattr(request, "_cached_data")
    return is_open and is_read and bool(request.environ["wsgi.input"].read(1))
