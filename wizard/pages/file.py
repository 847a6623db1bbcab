"""File: sends a file of a run to whoever has the run, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from flask import Response, abort, send_file

from .. import current
from ..errors import FileGone
from ..files.kinds import IMAGES
from ..files.store import CHUNK
from ..files.stored import refs_in
from . import owned
from .site import Site

#: What a file may do that is opened in a browser: nothing.
POLICY = "default-src 'none'; sandbox"


def send(site: Site, file_id: str) -> Response:
    """Answer the request for a file: a picture, which was written anew by us, to be shown, and all else to be saved.

    :param file_id: found among the files of this run; any other is a 404.
    """
    runs = [data.get(site.key) for data in owned.held(current.session())]
    ref = refs_in(runs).get(file_id)
    if ref is None:
        return abort(404)
    try:
        opened = ref.file.open()
    except FileGone:
        return abort(404)
    file, is_picture = ref.file, ref.file.type in IMAGES
    response = send_file(
        opened, file.type, as_attachment=not is_picture, download_name=file.name, conditional=False, etag=False
    )
    # Not by the server's own way to send a file, which would wait for the store where it waits for everybody.
    response.response, response.direct_passthrough = _parts(opened), False
    response.content_length = file.size
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Compressed, it would have another length.
    response.headers["Content-Encoding"] = "identity"
    return response


def _parts(opened: BinaryIO) -> Iterator[bytes]:
    with opened:
        while part := opened.read(CHUNK):
            yield part
