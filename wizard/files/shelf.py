"""Shelf: the store of files of one application, and for how long it keeps each."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import timedelta

from ..errors import FilesAway, StoreError
from .sealed import chunks
from .store import FileStore
from .stored import FileRef

#: How many files it remembers to have prolonged.
_REMEMBERED = 10_000

_logger = logging.getLogger(__name__)


class Shelf:
    """The store of files of one application.

    A file is kept as long as the session that refers to it, and a while longer: what is saved elsewhere in the
    application prolongs the session alone. What nothing refers to any more, as after a crash, expires by itself.

    :param store: the store.
    """

    def __init__(self, store: FileStore) -> None:
        self.store = store
        #: Files that every run knows, by their ids. There are none but in a test.
        self.known: Mapping[str, FileRef] = {}
        #: Until when this process has prolonged which file.
        self._until: OrderedDict[str, float] = OrderedDict()

    def put(self, ref: FileRef, lifetime: timedelta) -> None:
        """Put a file into the store that is not there yet.

        :raises FilesAway: when the store does not answer.
        """
        if ref.source is None:
            return
        try:
            self.store.write(ref.file.id, chunks(ref.file, ref.source), self._end(lifetime))
        except StoreError as error:
            raise FilesAway(str(error)) from error
        ref.source.close()
        ref.source = None

    def settle(self, gone: Collection[str], kept: Collection[str], lifetime: timedelta) -> None:
        """Delete the files that are ``gone`` from the session, and prolong those that are ``kept`` in it.

        A store that does not answer keeps them until they expire.
        """
        now = time.time()
        due = [one for one in kept if self._until.get(one, 0) < now]
        try:
            if gone:
                self.store.delete(gone)
            if due:
                self.store.keep(due, self._end(lifetime))
        except StoreError as error:
            _logger.warning("Files cannot be deleted or prolonged just now: %s", error)
            return
        for one in due:
            # Not with each page: to say it anew is as much work as to keep a file in some stores.
            self._until[one] = now + lifetime.total_seconds() / 8
            while len(self._until) > _REMEMBERED:
                self._until.popitem(last=False)

    def _end(self, lifetime: timedelta) -> int:
        return int(time.time() + lifetime.total_seconds() * 1.25 + 3600)
