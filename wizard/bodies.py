"""Bodies: how much a request may send, and how a form is read; and the query, in letters that can be parsed."""

from __future__ import annotations

import re
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from urllib.parse import quote_from_bytes

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from . import current

#: How many bytes the check of one field may have.
MOST_OF_A_CHECK = 8_192

#: How many inputs a form may send. Flask bounds those of a multipart form alone, at 1,000.
MOST_INPUTS = 5_000

#: How much more than its files a body with files may have, so that one that is too large can be refused by its name.
SLACK = 64_000_000

#: How much of a file is held in memory before it goes to the disk, as werkzeug has it.
_SPOOL = 500_000

_ASCII = bytes(range(128))

_URLENCODED = "application/x-www-form-urlencoded"

_ESCAPE = re.compile(b"%([0-9A-Fa-f]{2})")
_HEX = "0123456789ABCDEFabcdef"
_BYTES = {f"{one}{two}".encode(): bytes([int(one + two, 16)]) for one in _HEX for two in _HEX}


def _parse(here: Any, body: bytes) -> None:
    """Parse a form in a time that depends on its length alone, and read bytes that are no UTF-8 as U+FFFD.

    werkzeug calls a function for each of them that is escaped, and takes the form for empty where one is not. It also
    chooses and makes a parser, which took a thirtieth of a POST.
    """
    pairs = [pair.partition(b"=") for pair in body.replace(b"+", b" ").split(b"&") if pair]
    here.form = here.parameter_storage_class([(_unquote(name), _unquote(value)) for name, _, value in pairs])
    here.files = here.parameter_storage_class()


def _unquote(data: bytes) -> str:
    if b"%" not in data:
        return data.decode(errors="replace")
    parts = _ESCAPE.split(data)
    parts[1::2] = map(_BYTES.__getitem__, parts[1::2])
    return b"".join(parts).decode(errors="replace")


def quote_query() -> None:
    """Quote what is no ASCII in the query of this request: werkzeug fails wherever it reads one that is no UTF-8."""
    here = current.request()
    if not here.query_string.isascii():
        here.query_string = quote_from_bytes(here.query_string, _ASCII).encode()


def bound(most: int | None = None) -> None:
    """Refuse the body of this request if it is too large, and let the form in it be read as it is meant.

    :param most: how many bytes it may have, where that is less than the application takes.
    :raises RequestEntityTooLarge: when it has more, or more inputs than any form.
    """
    here = current.request()
    if most is not None and (here.max_content_length is None or most < here.max_content_length):
        here.max_content_length = most
    # An application may have parsed it before. A multipart form is bounded by its parser.
    is_ours = here.mimetype == _URLENCODED and "form" not in vars(here)
    body = here.get_data() if is_ours else b""
    if body.count(b"&") >= MOST_INPUTS or _is_cut(here):
        raise RequestEntityTooLarge
    if is_ours and _PARSERS.issuperset([getattr(here.form_data_parser_class, "func", here.form_data_parser_class)]):
        _parse(here, body)


class Spool(SpooledTemporaryFile[bytes]):
    """A file that comes in. What is beyond ``most`` is counted, and not kept.

    :param most: how many bytes are kept.
    """

    def __init__(self, most: int) -> None:
        super().__init__(_SPOOL)
        self._most = most
        #: How many bytes have come in.
        self.size = 0

    def write(self, data: Any) -> int:
        left, self.size = max(0, self._most - self.size), self.size + len(data)
        return super().write(data[:left])


class _FileParser(FormDataParser):
    """Parses a form with files, each of which takes a bounded room."""

    def __init__(self, most: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stream_factory = lambda *_, **__: cast("IO[bytes]", Spool(most))


#: The parsers of an application that has none of its own.
_PARSERS = {FormDataParser, _FileParser}


def allow_files(room: int, most: int) -> None:
    """Let the body of this request bring files.

    :param room: how many bytes they may have together.
    :param most: how many bytes the largest may have.
    """
    here = current.request()
    here.max_content_length = (here.max_content_length or 0) + room + SLACK
    here.form_data_parser_class = cast("Any", partial(_FileParser, most))


def _is_cut(request: Request) -> bool:
    """Return whether there is more of a body without a length: werkzeug stops reading at the limit without a word."""
    is_open = request.content_length is None and "wsgi.input_terminated" in request.environ
    is_read = "form" in vars(request) or hasattr(request, "_cached_data")
    return is_open and is_read and bool(request.environ["wsgi.input"].read(1))
