"""Uploads: the files that a request brings. They are looked at, and go into the store with what refers to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from flask import current_app, g, request
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Field, Form

from .. import bodies, current, languages, settings
from ..errors import FilesAway
from ..fields.files import Limits, limits_of, room, size_in_words, too_large, too_many
from ..files import images, kinds, stored
from ..files.stored import FileRef, refs_in
from ..flow.bound import leaves
from ..flow.files import emptied, file_inputs, files_among, takes_many
from ..flow.rows import renumbered
from ..flow.typed import Sent, Typed, receive, say_languages
from ..languages import gettext
from . import token
from .filing import shelf

if TYPE_CHECKING:
    from .form import FormPage

#: Under which key a visit keeps what has come in, so that it is looked at once, however often the visit is done again.
UPLOADS = "uploads"

#: How long a name may be. A longer one is cut before its end, which says what it is.
_LONGEST_NAME = 120


def sent_of(page: FormPage[Any]) -> Sent:
    """Return what was typed on a page, trimmed and tidied, with the files that are on it or have come with it."""
    form = page.step.form
    data, refused = with_files(page) if file_inputs(form) else (request.form, {})
    sent = receive(form, data, page.keys)
    sent.refused |= refused
    if UPLOADS in page.visit.kept:
        # It has to be said of these that they are not kept.
        sent.typed |= {name: [] for name in page.visit.kept[UPLOADS].taken if name not in sent.typed}
    before = page.run.draft(page.draft_name) or page.typed or {}
    said = say_languages(form, sent.typed, languages.typed_in(), before, languages.speaking)
    if said:
        sent.typed[""] = said
    return sent


def with_files(page: FormPage[Any]) -> tuple[MultiDict[str, str], dict[str, str]]:
    """Return what was typed with the files that it names by their ids, and those that came with it; what is refused.

    A file is found among those of this very run. An id that is none of these names nothing, and the visitor is told.
    """
    form = page.step.form
    # An input to which nobody has chosen a file sends one without a name: the entry that it is in is there.
    names = renumbered(form, list(dict.fromkeys([*request.form, *request.files])), page.keys)
    data = MultiDict((names[name], one) for name, one in request.form.items(multi=True) if name in names)
    came = MultiDict((names[name], one) for name, one in request.files.items(multi=True) if name in names)
    inputs = files_among(form, names.values())
    uploads = g.wizard_uploads = page.visit.kept.setdefault(UPLOADS, Uploads())
    known = {**shelf().known, **refs_in(current.session().get(page.site.key))}
    known |= {ref: ref for taken, _ in uploads.taken.values() for ref in taken}
    most = room(file_inputs(form))
    refused: dict[str, str] = {}
    named = {name: [one for one in dict.fromkeys(data.poplist(name)) if one] for name in inputs}
    here = {name: [known[one] for one in ids if one in known] for name, ids in named.items()}
    uploads.before = here
    left = most - sum(ref.file.size for refs in here.values() for ref in refs)
    # What another field takes, or an entry of a list, counts for the run as a whole.
    of_run = max(most, settings.read(current_app, "WIZARD_FILES_BYTES"))
    left = min(left, of_run - sum(ref.file.size for ref in known.values()))
    for name, field in inputs.items():
        if name not in uploads.taken and any(one.filename for one in came.getlist(name)):
            is_bad = uploads.is_away or token.is_stale() or page.visit.is_of_another_run or page.is_over
            uploads.take(name, ([], "") if is_bad else _look(came.getlist(name), field, here[name], left))
        new, text = uploads.taken.get(name, ([], ""))
        if not new and not text and len(here[name]) < len(named[name]):
            # Another tab has removed it; what comes in its place is as good.
            text = gettext("A file that was here is gone. Choose it again")
        refused |= {name: text} if text else {}
        left -= sum(ref.file.size for ref in new)
        added = [*here[name], *(ref for ref in new if ref not in here[name])]
        if values := [*(added if takes_many(field) else added[-1:])] or emptied(form, name):
            data.setlist(name, values)
    return data, refused


class Uploads:
    """The files that one request has brought.

    :ivar taken: for the name of each input the files that are taken, and what is said of those that are not.
    :ivar before: for the name of each input the files that the page names.
    :ivar is_away: whether the store has not answered.
    """

    def __init__(self) -> None:
        self.taken: dict[str, tuple[list[FileRef], str]] = {}
        self.before: dict[str, list[FileRef]] = {}
        self.is_away = False
        self._all: list[FileRef] = []

    def take(self, name: str, found: tuple[list[FileRef], str]) -> None:
        """Take what has come in for one input."""
        self.taken[name] = found
        self._all += found[0]

    def close(self) -> set[str]:
        """Let go of what is not in the store, and return the ids of what may be."""
        for ref in self._all:
            if ref.source is not None:
                ref.source.close()
        return set(map(str, self._all))

    def keep(self, record: Any) -> None:
        """Put the files into the store to which ``record``, about to be saved, refers.

        :raises FilesAway: when it does not answer.
        """
        new = [ref for ref in refs_in(record).values() if ref.source is not None]
        for ref in new:
            try:
                shelf().put(ref, current_app.permanent_session_lifetime)
            except FilesAway:
                # What else was typed is kept without them.
                self.is_away, self.taken = True, dict.fromkeys(self.taken, ([], ""))
                raise


def drop(page: FormPage[Any], form: Form, sent: Sent, errors: Mapping[str, str]) -> None:
    """Let go of the files that came with this request for inputs that are wrong: they are not kept."""
    uploads: Uploads | None = page.visit.kept.get(UPLOADS)
    if uploads is None:
        return
    for field in leaves(form):
        new, _ = uploads.taken.get(field.name, ([], ""))
        # Of several files, only those are refused that are wrong by themselves.
        if new and field.name in errors and field.name not in sent.refused:
            left = [ref for ref in uploads.before[field.name] if ref not in new]
            sent.typed[field.name] = [*left] or emptied(page.step.form, field.name)
            field.raw_data = stored.uploads(left)
            uploads.taken[field.name] = ([], errors[field.name])


def without(form: type[Form], typed: Typed, file_id: str) -> tuple[str, dict[str, list[str]]]:
    """Return what was ``typed`` without the file of that id, and the name of the input that had it."""
    own = [name for name in files_among(form, typed) if file_id in typed.get(name, ())]
    left = {name: [one for one in typed[name] if one != file_id] or emptied(form, name) for name in own}
    return (own[0] if own else ""), {**typed, **left}


def _look(came: list[FileStorage], field: Field, here: list[FileRef], left: int) -> tuple[list[FileRef], str]:
    """Return the files that ``came`` in for one input and are taken, and what is said of the first that is not."""
    limits = limits_of(field)
    sent = [one for one in came if one.filename]
    if takes_many(field):
        if len(here) + len(sent) > limits.files:
            return [], too_many(limits.files)
    else:
        # It takes the place of the one that is there.
        sent, left = sent[:1], left + sum(ref.file.size for ref in here)
    taken: list[FileRef] = []
    said = ""
    for one in sent:
        ref, text = _take(one, limits)
        if ref is not None and ref.file.size > left:
            ref, text = (
                None,
                gettext(
                    "Together, these files are too large. Choose up to %(most)s in total", most=size_in_words(left)
                ),
            )
        if ref is not None:
            taken.append(ref)
            left -= ref.file.size
        said = said or text
    return taken, said


def _take(sent: FileStorage, limits: Limits) -> tuple[FileRef | None, str]:
    """Return a file that is taken, or what is wrong with it."""
    source: IO[bytes] = sent.stream
    name, size = _name(sent.filename or ""), _size(source)
    if not size:
        return None, gettext("“%(name)s” is empty. Choose another file", name=name)
    if size > limits.size:
        return None, too_large(name, limits.size)
    kind = kinds.kind_of(source, size)
    if limits.kinds is not None and kind not in limits.kinds.kinds:
        return None, limits.kinds.said()
    damaged = gettext("“%(name)s” is damaged or incomplete. Choose it again", name=name)
    if not kinds.is_whole(source, size, kind):
        return None, damaged
    if kind in kinds.IMAGES:
        try:
            source, size = images.clean(source, kind, limits.size)
        except images.TooManyPixels:
            return None, gettext("“%(name)s” has too many pixels. Make it smaller and choose it again", name=name)
        except images.BadImage:
            return None, damaged
        if size > limits.size:
            return None, too_large(name, limits.size)
    return stored.new(name, kind, size, source), ""


def _size(source: IO[bytes]) -> int:
    return source.size if isinstance(source, bodies.Spool) else source.seek(0, 2)


def _name(sent: str) -> str:
    """Return the name of a file alone, as it can be shown and stored."""
    name = sent.replace("\\", "/").rpartition("/")[2]
    name = "".join(one for one in name if one.isprintable()).strip(" .") or "file"
    start, dot, end = name.rpartition(".")
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{start[: _LONGEST_NAME - 11]}.{end[:10]}" if dot else name[:_LONGEST_NAME]
