"""Journey: one visitor of one Wizard, through a test client.

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from typing import Any

from flask import Flask, request, url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from .. import starting
from ..flow import Answer, Entry, EntryPath, Flow, Loop, Path, Repeat, Run, Step, fields
from ..flow.base import RESERVED, TASKS
from ..flow.each import keys_of
from ..flow.entry import entries_of, items
from ..limits import UNLIMITED
from .given import Given
from .opened import find_wizard, opened
from .page import Page, sent_for
from .proofs import key_of, prove, typed_into


class Journey:
    """One visitor of one Wizard, who sees each page and sends its form as a browser would.

    What stands on a page is sent as it is, but for what is typed: text, a number or a date; ``True`` ticks a box and
    ``False`` unticks it; a list is of several values; of ``None`` nothing is sent. A file is its name and its bytes:
    ``photo=("cat.png", b"…")``; several are a list of these.

    :param app: the application.
    :param name: the Wizard's, where there are several.
    :param client: the visitor's browser, if it has been somewhere before.
    :param around: the values of the variables in the address at which the Wizard is mounted.

    >>> def test_a_team_gives_its_name(journey):
    ...     journey.answer("plan", plan="team")
    ...     assert journey.refused("team", organisation="") == {"organisation": "Enter the name of your organisation"}
    ...     journey.answer("team", organisation="Analytical Engines", seats=12)
    ...     assert journey.at == "summary"
    ...     assert journey.finish()
    """

    def __init__(self, app: Flask, name: str | None = None, client: FlaskClient | None = None, **around: Any) -> None:
        self.app = app
        self.wizard = find_wizard(app, name)
        starting.check(self.wizard, app)
        #: The name under which the Wizard is registered.
        self.mounted = next(mounted for mounted, one in app.blueprints.items() if one is self.wizard)
        self._around = around
        self.client = client or app.test_client()
        # A test is quicker than a visitor.
        self.client.environ_base[UNLIMITED] = "yes"
        self._instance: str | None = None
        #: The keys that were found, by the ids of the instances.
        self._keys: dict[str | None, str] = {}
        #: In which entry of a list it is: the names of the lists and the ids of the entries, from the outside in.
        self._place: tuple[str, ...] = ()

    # Within an entry of a list

    def begin(self, step: str, /) -> Journey:
        """Add an entry to a list that is asked in several pages: the same visitor, within that entry.

        >>> def test_a_child_is_counted(journey):
        ...     child = journey.begin("family")
        ...     child.answer("name", name="Ada").answer("age", age=7)
        ...     assert [one["name"]["name"] for one in journey.answers["family"]] == ["Ada"]
        """
        response = self._submit(step, {}, "add")
        self._accepted(response)
        return self.within(step, self.led(response).split("/")[len(self._place) + 1])

    def entry(self, step: str, number: int, /) -> Journey:
        """Return the same visitor within the entry of that number, counted from 1, of such a list, or of a ForEach."""
        return self.within(step, self._id(step, number))

    def within(self, step: str, number: str) -> Journey:
        """Return the same visitor within the entry of that id."""
        inner = copy(self)
        inner._place = (*self._place, step, number)
        return inner

    @property
    def flow(self) -> Flow:
        """The flow, or that of the entry."""
        flow = self.wizard.flow
        for name in self._place[::2]:
            loop = flow.get(name)
            assert isinstance(loop, Loop), f"{name!r} is no list that is asked in several pages."
            flow = flow.inner(loop)
        return flow

    def scope(self, run: Run) -> tuple[Run, Path]:
        """Return the ``run`` and its path, or those of the entry that the visitor is in."""
        flow = self.wizard.flow
        path = flow.path_of(run)
        for name, number in zip(self._place[::2], self._place[1::2], strict=True):
            loop = flow.get(name)
            assert isinstance(loop, Loop)
            item = items(run, path, loop).get(number) if loop.over else None
            run, flow = Entry(run, loop, number), flow.inner(loop)
            path = EntryPath(run, path, flow, item)
        return run, path

    # What the visitor does

    def answer(self, step: str, /, **typed: Any) -> Journey:
        """Answer ``step``, and see it accepted. For a step that repeats, this is its button Continue."""
        return self._accepted(self._submit(step, typed))

    def refused(self, step: str, /, **typed: Any) -> dict[str, str]:
        """Answer ``step``, and see it refused: what is said, by the field; of the page as a whole under ``""``.

        ``journey.refused("summary")`` is for an ``on_finish`` that refuses.
        """
        response = self._submit(step, typed)
        assert response.status_code == 422, (
            f"{step!r} was not refused: {response.request.path} answered {response.status_code}. "
            "Look at the validators of its form, and at what is typed."
        )
        return Page(response).said

    def add(self, step: str, /, **typed: Any) -> Journey:
        """Add an entry to a step that repeats."""
        return self._accepted(self._submit(step, typed, "add"))

    def change(self, step: str, number: int, /, **typed: Any) -> Journey:
        """Change the entry of that number, counted from 1. Fields that are not named stay as they are."""
        return self._accepted(self._submit(step, typed, number=number))

    def remove(self, step: str, number: int, /) -> Journey:
        """Remove the entry of that number, counted from 1."""
        return self._accepted(self._submit(step, {}, f"remove.{self._id(step, number)}"))

    def move_up(self, step: str, number: int, /) -> Journey:
        """Move the entry of that number, counted from 1, before the one that it follows."""
        return self._accepted(self._submit(step, {}, f"up.{self._id(step, number)}"))

    def undo(self, step: str, /) -> Journey:
        """Bring back the entry that was removed last."""
        return self._accepted(self._submit(step, {}, "undo"))

    def back(self, step: str, /, **typed: Any) -> Journey:
        """Type something on ``step``, and press Back."""
        return self._accepted(self._submit(step, typed, "back"))

    def skip(self, step: str, /, **typed: Any) -> Journey:
        """Press Skip on ``step``, which has ``optional=True``."""
        return self._accepted(self._submit(step, typed, "skip"))

    def prove(self, step: str, value: Any = True, /) -> Journey:
        """Prove what a Proof waits for, as whoever proves it does, and go on; of a Code, that the mail was read.

        What has to be begun is begun first, as the visitor does it: ``begin`` is called, and a mail is put.

        >>> def test_what_is_paid_is_booked(journey):
        ...     journey.answer("order", tickets=2)
        ...     journey.prove("payment", {"reference": "P-1"})
        ...     assert journey.at == "summary"
        """
        return self._accepted(prove(self, step, value))

    def proof_key(self, step: str, /) -> str:
        """Begin a Proof as the visitor does, unless they have, and return its key, which a route of yours is sent."""
        return key_of(self, step)

    def finish(self) -> str:
        """Finish from the summary, and see it done: the Receipt."""
        response = self._submit("summary", {})
        led = self._accepted(response).led(response)
        assert led not in self._pages(), f"It was not finished: the visitor is led to {led!r}."
        with self._stored() as run:
            receipt = run.receipt()
        assert receipt, "It was not finished: there is no Receipt."
        return str(receipt.get("reference") or receipt["location"])

    def clear(self) -> Journey:
        """Clear the answers. Where a visitor can have several instances, another one is begun after this."""
        self._accepted(self._submit("clear", {}))
        self._instance = None
        return self

    def given(self, **typed: Any) -> Journey:
        """Start in the middle: for each step what a visitor types there, for a step that repeats a list of that.

        For a list that is asked in several pages, and a ForEach, it is a list of a dictionary by step.

        It is validated, and kept as it is when the visitor sends it. Fields that are left out are sent as they stand on
        the page. ``None`` skips a step with ``optional=True``.

        >>> def test_the_price_depends_on_the_plan(journey):
        ...     journey.given(account={"email": "ada@example.com"}, plan={"plan": "team"})
        ...     assert journey.at == "team"
        """
        for name in typed:
            self._check_names(name, {})
        with self._stored() as whole:
            run, path = self.scope(whole)
            Given(run, path, self.flow).give_all(typed)
        return self

    # Where it has led

    @property
    def path(self) -> list[str]:
        """The names of the steps that apply by now."""
        with self._stored() as run:
            return list(self.scope(run)[1].names)

    @property
    def answers(self) -> dict[str, Answer]:
        """All answers that are stored, also those that are off the path."""
        with self._stored() as run:
            return dict(self.scope(run)[0])

    @property
    def values(self) -> dict[str, Answer]:
        """The values that are computed from the answers on the path, as far as these are there."""
        with self._stored() as run:
            return self.wizard.flow.path_of(run).values_before()

    @property
    def at(self) -> str:
        """The page to which the flow's first address leads: the name of a step, ``summary``, ``tasks`` or ``done``."""
        return self.led(self.client.get(self.url("")))

    # How it is done

    def url(self, page: str, number: int | None = None, **query: Any) -> str:
        """The address of a step, of one of its entries, of ``summary``, ``summary/section``, ``tasks``, ``done`` or
        ``clear``; ``""`` is the first.
        """
        return self.address(page, None if number is None else self._id(page, number), **query)

    def address(self, page: str, entry: str | None = None, **query: Any) -> str:
        """The same; an entry is named by its id."""
        many = self.wizard.many
        endpoint = page if self._is_reserved(page) else "step" if page else "resume" if many else "start"
        values: dict[str, Any] = {**self._around, **({"_instance": self._begun()} if many else {})}
        if page.startswith("summary/"):
            endpoint, values["_section"] = "section", page.removeprefix("summary/")
        elif endpoint == "step":
            parts = [*self._place, page, *([] if entry is None else [entry])]
            endpoint = ("step", "entry", "within")[min(len(parts), 3) - 1]
            values |= dict(zip(("_step", "_entry"), parts, strict=False))
            if parts[2:]:
                values["_within"] = "/".join(parts[2:])
        return self._url(endpoint, **values, **query)

    def _is_reserved(self, page: str) -> bool:
        return page in RESERVED or (page == TASKS and self.wizard.flow.any_order)

    def _url(self, endpoint: str, **values: Any) -> str:
        with self.app.test_request_context():
            return url_for(f"{self.mounted}.{endpoint}", **values)

    def _id(self, page: str, number: int) -> str:
        """The id of the entry of that number, counted from 1; the number itself where there is none."""
        step = self.flow.get(page)
        with self._stored() as whole:
            run, path = self.scope(whole)
            ids = run.ids(step.name) if isinstance(step, Repeat) else []
            if isinstance(step, Loop):
                listed = items(run, path, step) if step.over else entries_of(run, page)
                ids = [one for one, record in listed.items() if record]
        return ids[number - 1] if 0 < number <= len(ids) else str(number)

    def _pages(self) -> list[str]:
        return [*(step.name for step in self.wizard.flow), "summary", "start", TASKS]

    def led(self, response: TestResponse) -> str:
        """The page to which ``response`` leads: the name of a step, ``summary`` or ``done``; else its address.

        Of sections, the list of them is ``tasks``, and the summary of one ``summary/name``.
        """
        assert response.status_code == 303, f"{response.request.path} leads nowhere: it answered {response.status}."
        with self.app.test_request_context(response.location):
            if request.blueprint != self.mounted:
                return response.location
            values = request.view_args or {}
            if "_section" in values:
                return f"summary/{values['_section']}"
            parts = [values.get(part) for part in ("_step", "_entry", "_within")]
            if not isinstance(self.wizard.flow.get(str(parts[0])), Loop):
                del parts[1:]
            return "/".join(filter(None, parts)) or (request.endpoint or "").rpartition(".")[2]

    @property
    def key(self) -> str:
        """The key of the session under which the answers are."""
        instance = self._begun() if self.wizard.many else None
        if instance not in self._keys:
            values = {**self._around, **({} if instance is None else {"_instance": instance})}
            with self.app.test_request_context(self._url("summary", **values)):
                self._keys[instance] = self.wizard.key
        return self._keys[instance]

    def _begun(self) -> str:
        """The id of the instance, which is started when it is first needed."""
        if self._instance is None:
            url = self._url("start", **self._around)
            response = self.client.post(url, data=self._open(url).filled(url, {}, ""))
            self._accepted(response)
            with self.app.test_request_context(response.location):
                self._instance = str((request.view_args or {})["_instance"])
        return self._instance

    @contextmanager
    def _stored(self) -> Iterator[Run]:
        key = self.key
        name = self.wizard.key_at(self.mounted, self._around, None)
        with opened(self.app, self.client, self.wizard, name) as session:
            yield self.wizard.run_of(key, session)

    def _check_names(self, name: str, typed: Mapping[str, Any]) -> None:
        step = self.flow.get(name)
        assert step or self._is_reserved(name), (
            f"There is no step {name!r}. The steps are {', '.join(repr(step.name) for step in self.flow)}."
        )
        known = fields.samples(step.form) if isinstance(step, Step) else typed_into(step)
        for one in typed:
            found = fields.find(step.form, one) or one in step.for_each if isinstance(step, Step) else one in known
            assert found, f"{name!r} has no field {one!r}. Its fields are {', '.join(map(repr, known)) or '(none)'}."

    def _open(self, url: str) -> Page:
        response = self.client.get(url)
        if response.status_code == 303:
            raise AssertionError(
                f"{url} is not open: the visitor is led to {self.led(response)!r}. The path is "
                f"{', '.join(self.path)}. Answer what comes before, or begin with journey.given(...)."
            )
        assert response.status_code == 200, f"{url} cannot be opened: it answered {response.status}."
        return Page(response)

    def _submit(self, page: str, typed: Mapping[str, Any], action: str = "", number: int | None = None) -> TestResponse:
        self._check_names(page, typed)
        url = self.url(page, number)
        step = self.flow.get(page)
        keys: dict[str, list[str]] = {}
        if isinstance(step, Step) and step.for_each:
            with self._stored() as run:
                keys = keys_of(step, self.scope(run)[1].earlier(step))
        sent = sent_for(step, typed, keys)
        return self.client.post(url, data=self._open(url).filled(url, sent, action))

    def _accepted(self, response: TestResponse) -> Journey:
        said = "; ".join(f"{name or 'the page'}: {text}" for name, text in Page(response).said.items())
        assert response.status_code == 303, (
            f"{response.request.path} was not accepted, but answered {response.status}. It says: {said or 'nothing'}. "
            "Look at what is typed, and at the validators of the form."
        )
        return self
