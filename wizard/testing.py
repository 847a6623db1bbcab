"""The test kit, for authors of flows: ``journey`` is one visitor; :func:`walk` does what no visitor would think of.

It needs pytest and Hypothesis: ``pip install "wizard-flask[testing]"``. In ``conftest.py``, beside a fixture ``app``::

    pytest_plugins = ["wizard.testing"]

PYTEST_DONT_REWRITE: every assertion here says by itself what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from secrets import token_urlsafe
from typing import Any, cast

import pytest
from flask import Flask, request, url_for
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as Settings  # noqa: N812  (a parameter has its name)
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse
from wtforms import BooleanField, Field, Form, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from . import fields
from .answers import Answers
from .blueprint import Wizard
from .earlier import Answer, Earlier
from .errors import WizardError
from .flow import RESERVED, Path, Repeat, Step

#: For each step, what a visitor types there: the fields by their names.
Strategies = Mapping[str, st.SearchStrategy[dict[str, Any]]]


def _wizard(app: Flask, name: str | None) -> Wizard:
    wizards = {one.name: one for one in app.blueprints.values() if isinstance(one, Wizard)}
    if name is None and len(wizards) == 1:
        name = next(iter(wizards))
    if name not in wizards:
        raise WizardError(
            f"The application has the Wizards {', '.join(map(repr, wizards)) or '(none)'}: say which one is meant. "
            'Make your own fixture that returns Journey(app, "name"), or call walk(make_app, "name").'
        )
    return wizards[name]


def _sent(value: Any) -> list[str]:
    """What a browser sends where a visitor has typed, ticked or chosen ``value``."""
    if isinstance(value, (list, tuple)):
        return [text for one in value for text in _sent(one)]
    return [] if value is None or value is False else ["y" if value is True else str(value)]


@dataclass
class _Sheet:
    """One form on a page: what stands in it, and the values of its buttons that are named ``action``."""

    values: MultiDict[str, str] = field(default_factory=MultiDict)
    actions: set[str] = field(default_factory=set)


class _Page(HTMLParser):
    """What a browser makes of a page: its forms, and what it says is wrong."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.sheets: dict[str, _Sheet] = {}
        self._sheet, self._select, self._options = _Sheet(), "", list[str]()
        #: The tag in which a text is heard, what it is about, and the text. Then all that were heard, by their tags.
        self._until, self._about, self._text = "", "", ""
        self._heard: list[tuple[str, str, str]] = []
        self._in_summary = False
        self.feed(response.text)

    @property
    def said(self) -> dict[str, str]:
        """What is wrong, by the field; under ``""`` what is wrong with the page as a whole."""
        said = {about: text for tag, about, text in self._heard if tag != "li"}
        for _, about, text in self._heard:
            if text not in said.values():
                said.setdefault(about, text)
        return said

    def sheet(self, url: str) -> _Sheet:
        """The form that is sent to ``url``."""
        path = url.partition("?")[0]
        sheet = self.sheets.get(path) or self.sheets.get("")
        assert sheet, f"The page has no form with method=post and action={path!r}. Does its template draw one?"
        return sheet

    def filled(self, url: str, typed: Mapping[str, Any], action: str) -> MultiDict[str, str]:
        """What is sent to ``url`` when a visitor has ``typed`` into what stands there, and pressed a button."""
        sheet = self.sheet(url)
        assert not action or action in sheet.actions, f"The form for {url} has no button {action!r}."
        values = sheet.values.copy()
        for name, value in typed.items():
            values.setlist(name, _sent(value))
        if action:
            values["action"] = action
        return values

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        name, value, kind, id_ = (given.get(key, "") for key in ("name", "value", "type", "id"))
        if tag == "form":
            self._sheet = _Sheet()
            if given.get("method", "").lower() == "post":
                self.sheets[given.get("action", "").partition("?")[0]] = self._sheet
        elif tag == "button" or (tag == "input" and kind == "submit"):
            self._sheet.actions |= {value} if name == "action" else set()
        elif tag == "input" and name and (kind not in ("checkbox", "radio") or "checked" in given):
            self._sheet.values.add(name, value)
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option" and "selected" in given:
            self._sheet.values.add(self._select, value)
        elif tag == "option":
            self._options.append(value)
        elif tag == "textarea" or id_.endswith("-error") or (tag == "li" and self._in_summary):
            self._until, self._about, self._text = tag, name or id_.removesuffix("-error"), ""
        elif tag == "a" and self._until == "li":
            self._about = given.get("href", "").partition("#")[2]
        self._in_summary |= id_ == "error-summary"

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select not in self._sheet.values and self._options:
            # A browser has the first option chosen where none is.
            self._sheet.values.add(self._select, self._options[0])
        elif tag == "ul":
            self._in_summary = False
        elif tag == self._until:
            if tag == "textarea":
                self._sheet.values.add(self._about, self._text.removeprefix("\n"))
            else:
                text = " ".join(self._text.split()).removeprefix("Error:").strip()
                self._heard.append((tag, self._about, text))
            self._until = ""


class Journey:
    """One visitor of one Wizard, who sees each page and sends its form as a browser would.

    What stands on a page is sent as it is, but for what is typed: text, a number or a date; ``True`` ticks a box and
    ``False`` unticks it; a list is of several values; of ``None`` nothing is sent.

    :param app: the application.
    :param name: the Wizard's, where there are several.
    :param client: the visitor's browser, if it has been somewhere before.

    >>> def test_a_team_gives_its_name(journey):
    ...     journey.answer("plan", plan="team")
    ...     assert journey.refused("team", organisation="") == {"organisation": "Enter the name of your organisation"}
    ...     journey.answer("team", organisation="Analytical Engines", seats=12)
    ...     assert journey.at == "summary"
    ...     assert journey.finish()
    """

    def __init__(self, app: Flask, name: str | None = None, client: FlaskClient | None = None) -> None:
        self.app = app
        self.wizard = _wizard(app, name)
        self.client = client or app.test_client()
        self._instance: str | None = None

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
        return _Page(response).said

    def add(self, step: str, /, **typed: Any) -> Journey:
        """Add an entry to a step that repeats."""
        return self._accepted(self._submit(step, typed, "add"))

    def change(self, step: str, number: int, /, **typed: Any) -> Journey:
        """Change the entry of that number, counted from 1. Fields that are not named stay as they are."""
        return self._accepted(self._submit(step, typed, number=number))

    def remove(self, step: str, number: int, /) -> Journey:
        """Remove the entry of that number, counted from 1."""
        self._check_names(step, {})
        entry = self.url(step, number)
        values = self._open(self.url(step)).filled(entry, {}, "remove")
        return self._accepted(self.client.post(entry, data=values))

    def back(self, step: str, /, **typed: Any) -> Journey:
        """Type something on ``step``, and press Back."""
        return self._accepted(self._submit(step, typed, "back"))

    def finish(self) -> str:
        """Finish from the summary, and see it done: the Receipt."""
        response = self._submit("summary", {})
        led = self._accepted(response).led(response)
        assert led == "done", f"It was not finished: the visitor is led to {led!r}."
        with self._stored() as answers:
            return str(answers.receipt)

    def clear(self) -> Journey:
        """Clear the answers. Where a visitor can have several instances, another one is begun after this."""
        self._accepted(self._submit("clear", {}))
        self._instance = None
        return self

    def given(self, **answers: Answer) -> Journey:
        """Start in the middle: the answers, step by step, as the session holds them once they are accepted.

        They are not validated. What ``keep`` stores is given as it is stored.

        >>> def test_the_price_depends_on_the_plan(journey):
        ...     journey.given(account={"email": "ada@example.com"}, plan={"plan": "team"})
        ...     assert journey.at == "team"
        """
        for name in answers:
            self._check_names(name, {})
        flow = self.wizard.flow
        with self._stored() as stored:
            for step in flow:
                if step.name in answers:
                    # What the choices and defaults read is noted when a form is made.
                    step.open(earlier := flow.path(stored, stored.reads).earlier(step))
                    answer, version = answers[step.name], token_urlsafe(6)
                    stored.accept(step.name, answer, version, reads=earlier.reads, form=step.fingerprint)
            stored.follow(flow.path(stored, stored.reads))
        return self

    # Where it has led

    @property
    def path(self) -> list[str]:
        """The names of the steps that apply by now."""
        with self._stored() as answers:
            return [step.name for step in self.wizard.flow.path(answers, answers.reads).steps]

    @property
    def answers(self) -> dict[str, Answer]:
        """All answers that are stored, also those that are off the path."""
        with self._stored() as answers:
            return dict(answers)

    @property
    def at(self) -> str:
        """The page to which the flow's first address leads: the name of a step, ``summary`` or ``done``."""
        return self.led(self.client.get(self.url("")))

    # How it is done

    def url(self, page: str, number: int | None = None, **query: Any) -> str:
        """The address of a step, of one of its entries, of ``summary``, ``done`` or ``clear``; ``""`` is the first."""
        many = self.wizard.many
        endpoint = page if page in RESERVED else "step" if page else "resume" if many else "start"
        values: dict[str, Any] = {"instance": self._begun()} if many else {}
        if endpoint == "step":
            values["name"] = page
        if number is not None:
            endpoint, values["number"] = "entry", number
        with self.app.test_request_context():
            return url_for(f"{self.wizard.name}.{endpoint}", **values, **query)

    def led(self, response: TestResponse) -> str:
        """The page to which ``response`` leads: the name of a step, ``summary`` or ``done``."""
        assert response.status_code == 303, f"{response.request.path} leads nowhere: it answered {response.status}."
        with self.app.test_request_context(response.location):
            return str((request.view_args or {}).get("name") or (request.endpoint or "").rpartition(".")[2])

    @property
    def key(self) -> str:
        """The key of the session under which the answers are."""
        return self.wizard.key_of(self._begun() if self.wizard.many else None)

    def _begun(self) -> str:
        """The id of the instance, which is started when it is first needed."""
        if self._instance is None:
            with self.app.test_request_context():
                url = url_for(f"{self.wizard.name}.start")
            response = self.client.post(url, data=self._open(url).filled(url, {}, ""))
            self._accepted(response)
            with self.app.test_request_context(response.location):
                self._instance = str((request.view_args or {})["instance"])
        return self._instance

    @contextmanager
    def _stored(self) -> Iterator[Answers]:
        key = self.key
        with self.client.session_transaction() as session, self.app.test_request_context():
            yield self.wizard.answers_of(key, session)

    def _check_names(self, name: str, typed: Mapping[str, Any]) -> None:
        step = self.wizard.flow.get(name)
        assert step or name in RESERVED, (
            f"There is no step {name!r}. The steps are {', '.join(repr(step.name) for step in self.wizard.flow)}."
        )
        known = fields.declared(step.form) if step else {}
        for one in typed:
            assert one.partition("-")[0] in known, (
                f"{name!r} has no field {one!r}. Its fields are {', '.join(map(repr, known)) or '(none)'}."
            )

    def _open(self, url: str) -> _Page:
        response = self.client.get(url)
        if response.status_code == 303:
            raise AssertionError(
                f"{url} is not open: the visitor is led to {self.led(response)!r}. The path is "
                f"{', '.join(self.path)}. Answer what comes before, or begin with journey.given(...)."
            )
        assert response.status_code == 200, f"{url} cannot be opened: it answered {response.status}."
        return _Page(response)

    def _submit(self, page: str, typed: Mapping[str, Any], action: str = "", number: int | None = None) -> TestResponse:
        self._check_names(page, typed)
        url = self.url(page, number)
        return self.client.post(url, data=self._open(url).filled(url, typed, action))

    def _accepted(self, response: TestResponse) -> Journey:
        said = "; ".join(f"{name or 'the page'}: {text}" for name, text in _Page(response).said.items())
        assert response.status_code == 303, (
            f"{response.request.path} was not accepted, but answered {response.status}. It says: {said or 'nothing'}. "
            "Look at what is typed, and at the validators of the form."
        )
        return self


@pytest.fixture
def journey(app: Flask) -> Journey:
    """A new visitor of the only Wizard of the fixture ``app``, which is the author's: see :class:`Journey`."""
    return Journey(app)


def _guess(form: Form, field: Field) -> st.SearchStrategy[Any] | None:
    """Values that ``field`` accepts, where its declaration says so; else ``None``."""
    known: dict[Any, Any] = {type(one): one for one in field.validators}
    required = bool({DataRequired, InputRequired} & known.keys())
    if isinstance(field, BooleanField):
        return st.just(True) if required else st.booleans()
    if isinstance(field, SelectField):
        values = [value for _, options in fields.choices(field) for value, _, _ in options if value]
        if isinstance(field, SelectMultipleField):
            return st.lists(st.sampled_from(values), min_size=required, unique=True) if values else st.just([])
        return st.sampled_from(values) if values else st.none()
    if hasattr(form, f"validate_{field.short_name}") or known.keys() - _UNDERSTOOD:
        return None
    if isinstance(field, IntegerField):
        rule = known.get(NumberRange, NumberRange(0, 100))
        least, most = (rule.min or 0), rule.max
        return st.integers(least, least + 100 if most is None else most)
    if isinstance(field, StringField):
        rule = known.get(Length, Length(0, 30))
        # A secret is long enough not to stand in the session by chance.
        least, most = max(rule.min, 8 if fields.is_secret(field) else required), max(rule.max, rule.min)
        # And it is in letters of its own, so that no other text can be taken for it.
        return st.text("XYZÜ&<" if fields.is_secret(field) else "abcdé&<", min_size=min(least, most), max_size=most)
    return None


_UNDERSTOOD = {DataRequired, InputRequired, Length, NumberRange, Optional}
FROM_SUMMARY: dict[str, Any] = {"from": "summary"}


@dataclass(eq=False)
class _Tab:
    """A page that was opened. It can be sent at any time and, as from a browser's Back, more than once."""

    step: Step
    number: int | None
    url: str
    page: _Page
    #: The versions of the answer that it has shown or made.
    knows: set[int]
    is_sent: bool = False

    @property
    def actions(self) -> set[str]:
        return self.page.sheet(self.url).actions

    @property
    def is_full(self) -> bool:
        """Whether it is a list that takes no more entries, so that there is nothing to type into."""
        return self.step.repeats and self.number is None and "add" not in self.actions


class _Walk(RuleBasedStateMachine):
    """A visitor who does anything, and a dictionary of what was accepted."""

    def __init__(
        self, app: Flask, stack: ExitStack, name: str | None, typed: Strategies, refused: dict[str, Any]
    ) -> None:
        super().__init__()
        self.stack, self.strategies, self.refused = stack, typed, refused
        self.journey = Journey(app, name)
        self.client, self.wizard = self.journey.client, self.journey.wizard
        self.calls: list[tuple[str, dict[str, Answer]]] = []
        on_finish = self.wizard.on_finish
        stack.callback(setattr, self.wizard, "on_finish", on_finish)

        def counted(answers: Mapping[str, Answer], key: str) -> str:
            receipt = on_finish(answers, key)
            self.calls.append((key, dict(answers)))
            return receipt

        self.wizard.on_finish = counted
        # Forms are judged in the visitor's own last request: they may look at the session.
        stack.enter_context(self.client)
        self.versions, self.secrets, self.tabs = dict[str, int](), set[str](), list[_Tab]()
        self.begin()

    def teardown(self) -> None:
        self.stack.close()

    def begin(self) -> None:
        """A run of which nothing is known, and nothing is left of the one before."""
        self.answers: dict[str, Answer] = {}
        self.reads: dict[str, dict[str, str]] = {}
        self.drafts: dict[str, list[tuple[str, str]]] = {}
        if self.wizard.many:
            self.journey = Journey(self.journey.app, self.wizard.name, self.client)
            self.tabs.clear()
        self.look("")

    # What is there

    def kept(self) -> dict[str, Any]:
        key = self.journey.key
        with self.client.session_transaction() as session:
            return dict(session.get(key) or {})

    @property
    def path(self) -> Path:
        return self.wizard.flow.path(self.answers, lambda name: self.reads.get(name, {}))

    @property
    def next_page(self) -> str:
        return self.path.missing.name if self.path.missing else "summary"

    def look(self, page: str, number: int | None = None, **query: Any) -> TestResponse:
        """GET a page, which changes nothing."""
        url, before = self.journey.url(page, number, **query), self.kept()
        response = self.client.get(url)
        assert self.kept() == before, f"GET {url} has changed the session: {before} became {self.kept()}."
        return response

    def open(self, step: Step, number: int | None = None, **query: Any) -> _Tab | None:
        """Open the page of ``step``, where it is the visitor's turn."""
        response = self.look(step.name, number, **query)
        if not self.path.is_open(step):
            led = self.journey.led(response)
            assert led == self.next_page, f"{step.name!r} is not open, and leads to {led!r}, not {self.next_page!r}."
            return None
        assert response.status_code == 200, f"{step.name!r} is open, but answers {response.status}."
        knows = {self.versions[step.name]} if step.name in self.answers else set[int]()
        tab = _Tab(step, number, self.journey.url(step.name, number, **query), _Page(response), knows)
        for name, text in self.drafts.get(step.name, ()) if number is None and not tab.is_full else ():
            shown = tab.page.sheet(tab.url).values.getlist(name)
            assert text in shown, f"{step.name!r}: {text!r} was typed into {name!r} before Back, but {shown} is shown."
        return tab

    # What the visitor does

    def typed(self, data: st.DataObject, step: Step, *, wrong: bool = False) -> dict[str, Any]:
        form = step.open(self.path.earlier(step))
        asked = fields.questions(form)
        guessed = {one.short_name: guess for one in asked if (guess := _guess(form, one)) is not None}
        typed = dict(data.draw(self.strategies.get(step.name, st.fixed_dictionaries(guessed)), label=step.name))
        if wrong:
            spoiled = data.draw(st.sampled_from([one.short_name for one in asked]), label="spoiled")
            typed[spoiled] = data.draw(st.sampled_from(["", "?", None]), label="with")
        self.secrets |= {text for one in asked if fields.is_secret(one) for text in _sent(typed.get(one.short_name))}
        return typed

    def do(self, data: st.DataObject, tab: _Tab | None, *, wrong: bool = False) -> None:
        """Type something on a page, press a button, and perhaps do it again on the same page."""
        if tab is None:
            return
        action = data.draw(st.sampled_from(["", *sorted(tab.actions)]), label="button")
        typed = {} if tab.is_full else self.typed(data, tab.step, wrong=wrong)
        if tab.step.repeats and tab.number is None and not action and data.draw(st.booleans(), label="empty"):
            typed = {}
        if self.send(tab, typed, action):
            again = data.draw(st.sampled_from(["nothing", "the same", "something else"]), label="sent again")
            if again == "the same":
                self.send(tab, typed, action, twice=True)
            elif again == "something else" and not tab.is_full:
                other = self.typed(data, tab.step, wrong=wrong)
                self.send(tab, other, action, twice=other == typed)

    def send(
        self, tab: _Tab, typed: Mapping[str, Any], action: str, *, remove: int | None = None, twice: bool = False
    ) -> bool:
        """Send a page, and hold what comes of it against the rules: whether it was accepted."""
        step, name, number = tab.step, tab.step.name, remove or tab.number
        url = tab.url if remove is None else self.journey.url(name, remove)
        values = tab.page.filled(url, typed, action)
        before, path = self.answers.get(name), self.path
        is_open, earlier = path.is_open(step), path.earlier(step)
        outdated = before is not None and self.versions[name] not in tab.knows
        valid, new, form = self.expected(tab, earlier, values, remove)
        response = self.client.post(url, data=values)
        status, kept = response.status_code, self.kept()
        now = kept.get("answers", {}).get(name)
        what = f"{name!r}, sent {dict(typed)} when {before} was stored,"
        if action == "back" or (status == 303 and step.choices and not is_open):
            assert status == 303, f"{what} did not go back: {response.status}."
            self.drafts[name] = [
                (one.name, fields.typed(one)[0])
                for one in form
                if fields.kind(one) in ("input", "textarea") and not fields.is_secret(one)
            ]
            self.open(step)
            if name not in kept.get("drafts", {}):
                del self.drafts[name]
            return False
        if status == 404 and number and before is None:
            return False
        if status != 303:
            asked = status == 409 and (outdated or tab.is_sent)
            assert status == 422 or asked, f"{what} answered {response.status}."
            assert status != 422 or not valid, f"{what} is valid, but was refused: {_Page(response).said}."
            assert now == before, f"{what} was not accepted, but {now} is stored."
            self.refused.setdefault(name, _Page(response).said)
            return False
        assert valid, f"{what} is not valid, but was accepted."
        if isinstance(step, Repeat):
            assert not (outdated and number), f"{what} changed an entry that the page had not shown."
            there = [before] if twice else [new]
            if (outdated or tab.is_sent) and not number and before and new[-1] in before:
                there.append(before)
            assert now in there, f"{what} was accepted, but {now} is stored."
        else:
            lost = outdated and (step.secrets or new != before)
            assert not lost, f"{what} overwrote an answer that the page had not shown."
            same = now == new if step.keep is None else now is not None and now.keys() == new.keys()
            assert same, f"{what} was accepted, but {now} is stored."
        self.answers[name], self.reads[name] = now, dict(earlier.reads)
        if not number:
            self.drafts.pop(name, None)
        self.versions[name] = self.versions.get(name, 0) + 1
        tab.knows.add(self.versions[name])
        tab.is_sent, self.refused[name] = True, {}
        if step.repeats and tab in self.tabs:
            # What it would add, if it were sent once more, cannot be told from a second click.
            self.tabs.remove(tab)
        return True

    def expected(
        self, tab: _Tab, earlier: Earlier, values: MultiDict[str, str], remove: int | None
    ) -> tuple[bool, Answer, Form]:
        """Whether what is sent is valid, what is stored then, and the form that says so."""
        step, before = tab.step, self.answers.get(tab.step.name)
        entries = list(before or ()) if step.repeats else []
        at = remove or tab.number
        old = entries[at - 1] if at and at <= len(entries) else None if step.repeats else before
        form = step.open(earlier, typed=values, answer=old)
        valid = form.validate()
        clean = step.clean(form) if valid else None
        if not isinstance(step, Repeat):
            return valid, clean, form
        if remove:
            return True, entries[: remove - 1] + entries[remove:], form
        if tab.number:
            return valid, [*entries[: tab.number - 1], clean, *entries[tab.number :]], form
        adds = values.get("action") == "add"
        blank = step.open(earlier)
        if adds or not fields.is_untouched(form, blank):
            # What this page, or another tab, has added already is no entry more.
            is_old = tab.is_sent or (before is not None and self.versions[step.name] not in tab.knows)
            valid = valid and (len(entries) < step.most or (is_old and clean in entries))
            entries.append(clean)
        else:
            valid = True
        if valid and not adds:
            valid = len(entries) >= step.least and not step.check(entries, earlier)
        return valid, entries, form

    # The rules

    def a_step(self, data: st.DataObject) -> Step:
        """One that may be shown."""
        return self.pick(data, [one for one in self.wizard.flow if self.path.is_open(one)])

    def pick(self, data: st.DataObject, steps: Iterable[Step]) -> Step:
        by_name = {step.name: step for step in steps}
        return by_name[data.draw(st.sampled_from(list(by_name)), label="step")]

    @rule(data=st.data())
    def open_any(self, data: st.DataObject) -> None:
        self.open(self.pick(data, self.wizard.flow))

    @initialize(data=st.data(), steps=st.integers(0, 9))
    def begin_anywhere(self, data: st.DataObject, steps: int) -> None:
        self.go_on(data, steps)

    @rule(data=st.data(), steps=st.integers(1, 9))
    def go_on(self, data: st.DataObject, steps: int) -> None:
        """Most visitors answer what they are asked."""
        for _ in range(steps):
            step = self.path.missing
            if step and (tab := self.open(step)):
                adds = isinstance(step, Repeat) and len(self.answers.get(step.name, ())) < step.least
                typed = self.typed(data, step) if adds or not step.repeats else {}
                self.send(tab, typed, "add" if adds else "")

    @rule(data=st.data(), wrong=st.booleans())
    def answer(self, data: st.DataObject, wrong: bool) -> None:
        self.do(data, self.open(self.a_step(data)), wrong=wrong)

    @precondition(lambda self: self.next_page == "summary")
    @rule(data=st.data())
    def change_from_the_summary(self, data: st.DataObject) -> None:
        self.do(data, self.open(self.a_step(data), **FROM_SUMMARY))

    @precondition(lambda self: any(self.lists()))
    @rule(data=st.data(), later=st.booleans(), remove=st.booleans())
    def change_an_entry(self, data: st.DataObject, later: bool, remove: bool) -> None:
        step = self.pick(data, self.lists())
        number = data.draw(st.integers(1, len(self.answers[step.name])), label="number")
        tab = self.open(step, None if remove else number)
        if tab and remove:
            self.send(tab, {}, "remove", remove=number)
        elif tab and later:
            self.tabs.append(tab)
        else:
            self.do(data, tab)

    @rule(data=st.data())
    def leave_a_page_open(self, data: st.DataObject) -> None:
        if tab := self.open(self.a_step(data)):
            self.tabs.append(tab)

    @precondition(lambda self: self.tabs)
    @rule(data=st.data(), wrong=st.booleans())
    def send_a_page_left_open(self, data: st.DataObject, wrong: bool) -> None:
        tab = self.tabs[data.draw(st.integers(0, len(self.tabs) - 1), label="page")]
        self.do(data, tab, wrong=wrong)

    @rule()
    def clear(self) -> None:
        key = self.journey.key
        self.journey.clear()
        with self.client.session_transaction() as session:
            assert key not in session, f"Clear has left {session[key]}."
        self.begin()

    @rule()
    def finish(self) -> None:
        summary, clear = self.journey.url("summary"), self.journey.url("clear")
        response, calls = self.look("summary"), len(self.calls)
        if self.path.missing:
            values = _Page(self.look("clear")).filled(clear, {}, "")
            for one in (response, self.client.post(summary, data=values)):
                assert self.journey.led(one) == self.next_page, f"The summary does not lead to {self.next_page!r}."
            assert len(self.calls) == calls, "on_finish was called though an answer is missing."
            return
        values = _Page(response).filled(summary, {}, "")
        response = self.client.post(summary, data=values)
        if response.status_code == 422:
            assert len(self.calls) == calls, "It was finished, but answered 422."
            return
        led = self.journey.led(response)
        assert led == "done", f"Finishing leads to {led!r}."
        self.client.post(summary, data=values)
        on_path = {step.name: self.answers[step.name] for step in self.path.steps}
        given = [answers for _, answers in self.calls[calls:]]
        assert given == [on_path], f"on_finish was called with {given}, not once with {on_path}."
        keys = [key for key, _ in self.calls]
        assert len(keys) == len(set(keys)), "on_finish was called twice with the same key."
        left = {what: self.kept()[what] for what in ("answers", "drafts") if self.kept().get(what)}
        assert not left, f"It was finished, but {left} is kept."
        self.begin()

    def lists(self) -> list[Step]:
        """The steps with an entry that can be changed."""
        return [
            one for one in self.wizard.flow if one.repeats and self.answers.get(one.name) and self.path.is_open(one)
        ]

    @invariant()
    def nothing_but_what_was_accepted_is_stored(self) -> None:
        kept = self.kept()
        stored = kept.get("answers", {})
        assert stored == self.answers, f"{self.answers} was accepted, but {stored} is stored."
        leaked = [secret for secret in self.secrets if len(secret) >= 8 and secret in str(kept)]
        assert not leaked, f"The secret {leaked[0]!r} is in the session: {kept}."
        led = self.journey.led(self.look(""))
        assert led == self.next_page, f"The first address leads to {led!r}, not to {self.next_page!r}."


def walk(
    make_app: Callable[[], Flask | AbstractContextManager[Flask]],
    name: str | None = None,
    answers: Strategies | None = None,
    settings: Settings | None = None,
) -> None:
    """Walk through a flow at random, again and again, and hold it to its promises. The first that is broken is shown.

    The visitor types what is right and what is wrong, goes back, jumps, changes what was answered, leaves pages open
    and sends them later or twice, clears and finishes. Nothing that was accepted may be lost or changed by that,
    nothing else stored, and nothing finished twice.

    :param make_app: returns a fresh application, or a context manager that gives one and cleans up after it.
    :param name: the Wizard's, where there are several.
    :param answers: for each step, what is typed there: a Hypothesis strategy of dictionaries. It may give what the form
        refuses, too. It can be left out where the form says which values it takes: choices, boxes, numbers, plain text.
    :param settings: those of Hypothesis.

    >>> def test_no_visitor_breaks_the_flow():
    ...     emails = st.emails().map(lambda email: {"email": email})
    ...     walk(make_app, answers={"account": emails})
    """

    def machine() -> _Walk:
        stack = ExitStack()
        return _Walk(_made(make_app, stack), stack, name, strategies, refused)

    strategies, refused = dict(answers or {}), dict[str, Any]()
    with ExitStack() as stack:
        app = _made(make_app, stack)
        stack.enter_context(app.test_request_context())
        flow = _wizard(app, name).flow
        for step in flow:
            form = step.open(flow.path({}).earlier(step))
            unclear = [one.short_name for one in fields.questions(form) if _guess(form, one) is None]
            if unclear and step.name not in strategies:
                raise WizardError(
                    f"Step {step.name!r}: what can be typed into {unclear[0]!r} is not known. "
                    f"Use walk(..., answers={{{step.name!r}: ...}}) with a strategy of dictionaries of its fields."
                )
        for one in strategies:
            if flow.get(one) is None:
                raise WizardError(f"walk(): 'answers' names the step {one!r}, and the flow has none of that name.")
    default = Settings(max_examples=50, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(cast("type[_Walk]", machine), settings=settings or default)
    for one, said in refused.items():
        if said:
            raise AssertionError(f"Step {one!r}: nothing that was typed was ever accepted. It says: {said}.")


def _made(make_app: Callable[[], Flask | AbstractContextManager[Flask]], stack: ExitStack) -> Flask:
    made = make_app()
    return made if isinstance(made, Flask) else stack.enter_context(made)
