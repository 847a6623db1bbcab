"""ListPage: the page of a Repeat. It lists the entries, and adds, removes and restores them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from typing import Any, ClassVar

from flask import Response, request
from wtforms import Form

from .. import htmx, languages
from ..flow import Answer, Repeat, fields
from ..flow.bound import leaves
from ..flow.earlier import NotAnsweredError
from ..flow.typed import Sent, Typed, bind, receive, without_secrets
from ..languages import gettext
from ..languages import lazy_gettext as _
from .drawing import views
from .field import FieldView, held
from .form import FormPage
from .inputs import collected, said, shown, told
from .page import page_of
from .summary import Row
from .words import entry_parts, entry_words

CHANGED = _(
    "This list was changed in another tab or window while it was open here. Here it is as it stands now, and what you "
    "typed is still here: check it and send it again."
)
EMPTY = _("Enter something before you add it")

#: The entries of a list by their ids: what is stored of each, and what was typed to give it.
Entries = dict[str, tuple[Answer, Typed]]


@page_of.register(Repeat)
class ListPage(FormPage[Repeat]):
    """List the entries of a step, and ask for one more."""

    step: Repeat
    replaces: ClassVar[bool] = False
    template = "entries"
    #: The form asks for an entry that is not there yet.
    answer = None
    typed = None
    summary = "wizard/rows_of_list.html"

    buttons: ClassVar[Mapping[str, str]] = {
        "": "accept",
        "add": "add",
        "add.": "add_to_list",
        "change.": "change",
        "unload.": "unload",
        "remove.": "remove",
        "undo": "undo",
        "back": "go_back",
        "go.": "go_to",
        "language": "switch_language",
        "refresh": "refresh",
        "do.": "do",
    }

    @property
    def entries(self) -> Entries:
        """Return the entries as they are stored, by their ids."""
        typed = self.run.typed(self.step) or {}
        return {
            number: (entry, one)
            for (number, one), entry in zip(typed.items(), self.run.get(self.step.name, []), strict=True)
        }

    def show(self) -> Response:
        if not self.path.is_open(self.step):
            return self.go_on()
        self.tell_shown()
        return self.page(self.run.draft(self.draft_name))

    def page_of_form(self, form: Form, status: int = 200, **context: Any) -> Response:
        count, most = len(self.entries), self.most
        # What was typed is not to be lost.
        takes_more = count < most or (status != 200 and not self.is_untouched(self.sent()))
        return super().page_of_form(
            form,
            status,
            entries=self.in_words(),
            takes_more=takes_more,
            most=most,
            too_many=too_many(count, most) if count > most else "",
            removed=self._removed(),
            # Beside what is wrong, it would be what was said before.
            said=self.said()[1] if status == 200 else "",
            counted=self.counted(),
            # A page without the form holds nothing.
            blank=self.blank(form) if takes_more else self._digest({}),
            **context,
        )

    def in_words(self) -> list[dict[str, Any]]:
        """Return the entries as the list shows them."""
        asked, entries = self.asked(), self.entries
        return [
            {"id": number, "words": entry_words(questions, entry), "parts": entry_parts(questions, entry)}
            for questions, (number, (entry, _)) in zip(asked, entries.items(), strict=True)
        ]

    def asked(self) -> list[dict[str, Any]]:
        """Return for each entry what was asked, with the labels of the choices that it had."""
        return self._asked([typed for _, typed in self.entries.values()])

    def _asked(self, each: Sequence[Typed]) -> list[dict[str, Any]]:
        if self.step.chosen_here:
            return [dict(shown(self.step.open(self.earlier, typed))) for typed in each]
        return [dict(shown(self.step.open(self.earlier)))] * len(each)

    @property
    def most(self) -> int:
        """Return how many entries there can be."""
        return self.step.most_beside(self.earlier)

    def counted(self) -> str:
        """Return how many entries there are, in the author's words; nothing where those read what is not there."""
        counted = self.step.counted
        with suppress(NotAnsweredError):
            return str(counted(self.earlier.apart(), len(self.entries))) if counted else ""
        return ""

    def said(self) -> tuple[str, str]:
        """Return what has become of which entry just now: its id, and the words."""
        notice = self.run.notice
        what, number = notice.get("entry", ("", "")) if notice.get("at") == self.name else ("", "")
        words = {one["id"]: one["words"] for one in self.in_words()} if what else {}
        texts = {
            "added": _("Added: %(entry)s"),
            "changed": _("Changed: %(entry)s"),
            "restored": _("Back in the list: %(entry)s"),
        }
        return number, str(texts[what]) % {"entry": words[number]} if number in words else ""

    def _removed(self) -> str:
        removed = self.run.note(self.step.name).get("removed")
        return entry_words(self._asked([removed["typed"]])[0], removed["answer"]) if removed else ""

    def keep_draft(self, sent: Sent) -> None:
        # A full list has no form, so that a Draft which waits for room is not in it.
        if any(name for name in sent.typed) or len(self.entries) < self.most:
            super().keep_draft(sent)

    def blank(self, form: Form | None = None) -> str:
        """Return a digest of what a browser sends of an empty form: of ``form`` if nothing was typed into it."""
        if form is None or any(field.raw_data is not None for field in leaves(form)):
            form = self.step.open(self.earlier)
        return self._digest(collected(held(views(form, {}))))

    def _digest(self, typed: Typed) -> str:
        # Nobody types into what nobody sees.
        seen = {name: values for name, values in typed.items() if not _is_hidden(self.step, name)}
        return digest(receive(self.step.form, bind(seen)).typed)

    def is_untouched(self, sent: Sent) -> bool:
        """Return whether nothing was typed: what was sent equals what the page held when it was drawn."""
        return (request.form.get("_held") or self.blank()) == self._digest(sent.typed)

    def accept(self) -> Response:
        """Add an entry if something was typed, and go on to the next step."""
        return self._add(leaves=True)

    def add(self) -> Response:
        """Add an entry, and show the list again."""
        return self._add(leaves=False)

    def _add(self, *, leaves: bool) -> Response:
        sent = self.sent()
        if stopped := self.stop(sent):
            return stopped
        entries, nothing, number = self.entries, self.is_untouched(sent), ""
        form = self.step.read(self.earlier, sent.typed, languages.speaking)
        if not (leaves and nothing):
            # Two tabs can add to one list, and one page can be sent twice: an equal entry then is the same entry.
            twice = self.visit.is_sent_twice(self.step)
            may_be_there = twice or self.visit.is_outdated(self.step)
            entry, errors = self.accepted(form, sent) if not (twice and self.step.secrets) else (None, {})
            others = [one for one, _ in entries.values()]
            known = twice if self.step.secrets else may_be_there and entry in others
            if not (known or errors):
                errors = said(self.step.repeated(entry, others))
            if not known and len(entries) >= self.most:
                return self._refuse_one_more(form, sent)
            if errors or (nothing and not known):
                return self.refuse(form, sent, errors or {"": str(EMPTY)})
            if not known:
                number = self._next()
                entries[number] = (entry, without_secrets(self.step.form, sent.typed))
        if leaves and len(entries) < self.step.least:
            return self.refuse(form, sent, {"": gettext("Add at least %(least)s.", least=self.step.least)})
        if leaves and len(entries) > self.most:
            return self.refuse(form, sent, {"": too_many(len(entries), self.most)})
        wrong = self.wrong(entries)
        if leaves and wrong:
            return self.refuse(form, sent, wrong)
        self.accept_entries(entries, wrong)
        if number and not leaves:
            self.run.tell(entry=["added", number])
        return self.go_past(self.step) if leaves else self.go(self.step)

    def _refuse_one_more(self, form: Form, sent: Sent) -> Response:
        full = gettext("You can add up to %(most)s. Remove one before you add another.", most=self.most)
        return self.refuse(form, sent, {"": full})

    def _next(self) -> str:
        return str(self.run.note(self.step.name).get("next", 1))

    def accept_entries(
        self, entries: Entries, wrong: Mapping[str, str], *, draft: str | None = None, **note: Any
    ) -> None:
        """Accept ``entries`` as the answer. As long as one of them is ``wrong``, the step is still asked again."""
        before = self.run.reads.get(self.step.name, {})
        if wrong:
            note["reads"] = before
        elif self.path.is_unchanged(self.step):
            # What was read for the entries that stay as they are was not read anew.
            note["reads"] = {**before, **self.earlier.reads}
        highest = max([0, *(int(number) for number in entries)])
        self.visit.accept(
            self.step,
            [entry for entry, _ in entries.values()],
            {number: typed for number, (_, typed) in entries.items()},
            draft=draft,
            ids=list(entries),
            next=max(highest + 1, self.run.note(self.step.name).get("next", 1)),
            **note,
        )

    def wrong(self, entries: Entries) -> dict[str, str]:
        """Return what is wrong with ``entries`` if the list is asked again; else each was validated when sent."""
        if self.path.is_unchanged(self.step):
            return {}
        answers, typed = [entry for entry, _ in entries.values()], {number: one for number, (_, one) in entries.items()}
        return said(self.step.recheck(self.earlier, answers, typed, languages.speaking).errors)

    def link_on_page(self, drawn: list[FieldView], name: str) -> str:
        number, dot, _ = name.partition(".")
        return self.link_to(name) if dot and number in self.entries else super().link_on_page(drawn, name)

    def change(self, number: str) -> Response:
        """Redirect to the page of one entry, and keep what is half typed into the form as a Draft."""
        self.keep_draft(self.sent())
        if number not in self.entries:
            return self.moved() if self.path.is_open(self.step) else self.go_on()
        return htmx.redirect(self.site.url(self.step, number))

    def remove(self, number: str) -> Response:
        """Remove one entry. The visitor can undo it until the next change.

        The entry of a FieldList within the form has a name in place of an id.
        """
        if number and not number.isdigit():
            return self.remove_from_list(number)
        sent, entries = self.sent(), self.entries
        self.keep_draft(sent)
        if not self.path.is_open(self.step):
            return self.go_on()
        if self.visit.is_frozen():
            return self.freeze(sent)
        if number not in entries:
            return self.go(self.step) if self.visit.is_sent_twice(self.step) else self.moved()
        at = list(entries).index(number)
        answer, typed = entries.pop(number)
        removed = {"id": number, "at": at, "answer": answer, "typed": dict(typed)}
        self.accept_entries(entries, self.wrong(entries), draft=f"{self.step.name}.{number}", removed=removed)
        return self.go(self.step)

    def undo(self) -> Response:
        """Put the entry that was removed last back in its place."""
        sent = self.sent()
        self.keep_draft(sent)
        if not self.path.is_open(self.step):
            return self.go_on()
        removed = self.run.note(self.step.name).get("removed")
        if removed and self.visit.is_frozen():
            return self.freeze(sent)
        if removed and len(self.entries) >= self.most:
            return self._refuse_one_more(self.step.read(self.earlier, sent.typed, languages.speaking), sent)
        there = [one for one, _ in self.entries.values()]
        if removed and (twice := said(self.step.repeated(removed["answer"], there))):
            form = self.step.read(self.earlier, sent.typed, languages.speaking)
            return self.refuse(form, sent, {"": twice[self.step.unique]})
        if removed:
            pairs = list(self.entries.items())
            pairs.insert(removed["at"], (removed["id"], (removed["answer"], removed["typed"])))
            entries = dict(pairs)
            self.accept_entries(entries, self.wrong(entries), draft="")
            self.run.tell(entry=["restored", removed["id"]])
        return self.go(self.step)

    def moved(self) -> Response:
        """Show the list as it is now, and say that another tab has changed it."""
        return self.page(self.run.draft(self.draft_name), 409, alert=CHANGED)

    def rows(self, errors: Mapping[str, str]) -> Iterator[Row]:
        yield Row("", gettext("Added"), self.asked(), self.site.url_to_change(self.step), list(errors.values()))


def too_many(count: int, most: int) -> str:
    """Return what is said of a list with more entries than there can be."""
    return gettext("You can have up to %(most)s: remove %(more)s to continue", most=most, more=count - most)


def _is_hidden(step: Repeat, name: str) -> bool:
    field = fields.find(step.form, name)
    return field is not None and fields.is_hidden(field)


def digest(typed: Typed, *more: object) -> str:
    """Return a hash of what somebody has typed, from which it cannot be read."""
    return blake2b(repr((sorted(told(typed).items()), more)).encode(), digest_size=9).hexdigest()
