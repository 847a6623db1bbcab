"""Kinds: what a file is by what stands in it, whatever its name says, and whether all of it is there."""

from __future__ import annotations

import re
from typing import IO, NamedTuple

#: What is none of the kinds below.
UNKNOWN = "application/octet-stream"

#: How much is looked at, at the beginning and at the end of a file.
_HEAD, _TAIL = 65_536, 65_536 + 22


class Kind(NamedTuple):
    """A kind of file that is known by its content.

    :param words: what people call it.
    :param suffixes: what its name ends with, for the dialog of a browser.
    """

    words: str
    suffixes: tuple[str, ...]


#: All that are told apart, by their MIME types.
KINDS = {
    "image/png": Kind("PNG", (".png",)),
    "image/jpeg": Kind("JPEG", (".jpg", ".jpeg")),
    "image/webp": Kind("WebP", (".webp",)),
    "image/avif": Kind("AVIF", (".avif",)),
    "image/gif": Kind("GIF", (".gif",)),
    "application/pdf": Kind("PDF", (".pdf",)),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": Kind("Word (.docx)", (".docx",)),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": Kind("Excel (.xlsx)", (".xlsx",)),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": Kind("PowerPoint (.pptx)", (".pptx",)),
    "application/vnd.oasis.opendocument.text": Kind("OpenDocument (.odt)", (".odt",)),
    "application/vnd.oasis.opendocument.spreadsheet": Kind("OpenDocument (.ods)", (".ods",)),
    "application/vnd.oasis.opendocument.presentation": Kind("OpenDocument (.odp)", (".odp",)),
    "application/zip": Kind("ZIP", (".zip",)),
    "text/plain": Kind("TXT", (".txt", ".csv", ".md")),
}

#: The pictures that are decoded, and written anew.
IMAGES = frozenset(one for one in KINDS if one.startswith("image/"))

_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

_ZIP_ENTRY, _ZIP_END = b"PK\x01\x02", b"PK\x05\x06"

_NEVER_IN_A_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")

#: What an OpenDocument file begins with: an entry of this name, which is not compressed.
_MIMETYPE = b"mimetype"


def kind_of(source: IO[bytes], size: int) -> str:
    """Return the MIME type of what is in ``source``; :data:`UNKNOWN` where it is none that is known.

    >>> from io import BytesIO
    >>> kind_of(BytesIO(b"GIF89a" + bytes(10)), 16), kind_of(BytesIO(b"Dear all"), 8)
    ('image/gif', 'text/plain')
    """
    head = _part(source, 0, _HEAD)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and {b"avif", b"avis"} & {head[at : at + 4] for at in range(8, 40, 4)}:
        return "image/avif"
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(head, _part(source, max(0, size - _TAIL), _TAIL))
    return "text/plain" if _is_text(head) else UNKNOWN


def is_whole(source: IO[bytes], size: int, kind: str) -> bool:
    """Return whether the end of a file is there, as far as its ``kind`` says how it ends."""
    if kind == "application/pdf":
        return b"%%EOF" in _part(source, max(0, size - 2048), 2048)
    if kind == "application/zip" or kind in _OFFICE.values() or kind.startswith("application/vnd.oasis"):
        return _ZIP_END in _part(source, max(0, size - _TAIL), _TAIL)
    return True


def _part(source: IO[bytes], start: int, length: int) -> bytes:
    source.seek(start)
    return source.read(length)


def _zipped(head: bytes, tail: bytes) -> str:
    if head[30:38] == _MIMETYPE:
        said = next((one for one in KINDS if head[38:].startswith(one.encode())), "")
        if said.startswith("application/vnd.oasis"):
            return said
    names = {tail[at + 46 : at + 54] for at in _places(tail, _ZIP_ENTRY)}
    if any(b"[Content_Types].xml" in part for part in (head, tail)):
        found = (kind for start, kind in _OFFICE.items() if any(name.startswith(start) for name in names))
        return next(found, "application/zip")
    return "application/zip"


def _places(data: bytes, sign: bytes) -> list[int]:
    places, at = list[int](), data.find(sign)
    while at >= 0:
        places.append(at)
        at = data.find(sign, at + 4)
    return places


def _is_text(head: bytes) -> bool:
    # Whatever its letters are encoded in: a program, a picture or an archive has bytes that no text has.
    return bool(head) and not _NEVER_IN_A_TEXT.search(head)
