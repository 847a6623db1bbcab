"""Random journeys against a plain model: what is stored, and where the visitor is led."""

from __future__ import annotations

import tempfile
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.conftest import PROFILE, SECRET_KEY, SECURITY, TEAM, hidden
from wizard.app import create_app
from wizard.database import dispose

STEPS = ["account", "profile", "plan", "team", "members", "security"]
VALID = {
    "account": {},
    "profile": PROFILE,
    "plan": {"plan": "team"},
    "team": TEAM,
    "members": {"email": ""},
    "security": SECURITY,
}
#: For each step, the field that tells one answer from another, and values for it.
TOLD_BY = {
    "account": ("email", st.sampled_from(["b", "c"])),
    "profile": ("full_name", st.sampled_from(["Ada", "Bob", "Carol"])),
    "plan": ("plan", st.sampled_from(["personal", "team"])),
    "team": ("organisation", st.sampled_from(["One", "Two"])),
    # Nobody is invited here. What a list of entries does is held elsewhere.
    "members": ("name", st.just("")),
    "security": ("password", st.sampled_from(["password one", "password two"])),
}
#: For each step, something typed that is not valid.
WRONG = {"account": "nobody", "profile": " ", "plan": "free", "team": "", "members": "nobody", "security": "short"}

steps = st.sampled_from(STEPS)


class Journey(RuleBasedStateMachine):
    """A visitor who does anything, and a dictionary that does the same."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        url = f"sqlite:///{self.folder.name}/a.db"
        self.app = create_app({"DATABASE_URL": url, "SECRET_KEY": SECRET_KEY, "TESTING": True})
        self.client = self.app.test_client()
        #: The model: what was accepted, what was drafted, pages open in other tabs, how often it was finished.
        self.answers: dict[str, str] = {}
        self.drafts: dict[str, str] = {}
        self.tabs: dict[str, tuple[dict[str, str], str | None]] = {}
        self.finished = 0
        #: Whether the answers have expired, and whether that was said since on the page after.
        self.expired = False
        self.notice = False

    def teardown(self) -> None:
        dispose()
        self.folder.cleanup()

    # The model

    def path(self):
        return [step for step in STEPS if step not in ("team", "members") or self.answers.get("plan") == "team"]

    def missing(self):
        return next((step for step in self.path() if step not in self.answers), None)

    def led_to(self, step=None):
        """Where a visitor is led who asks for ``step``, or for the flow."""
        missing = self.missing()
        path = self.path()
        if step in path and (missing is None or path.index(step) <= path.index(missing)):
            return step
        return missing or "summary"

    def after(self, step):
        """Where a visitor is led who has just answered ``step``."""
        path = self.path()
        if self.led_to(step) == step:
            return path[path.index(step) + 1] if step != path[-1] else "summary"
        return self.missing() or "summary"

    # The visitor

    def hidden(self, step):
        return hidden(self.client.get(f"/signup/{step}", follow_redirects=True).text)

    def opened(self, step):
        """The hidden fields of a step's own page, or only the token where it cannot be opened."""
        hidden = self.hidden(step)
        return hidden if self.led_to(step) == step else {"csrf_token": hidden["csrf_token"]}

    def draw(self, data, step):
        """A valid value. Each run has a username and addresses of its own."""
        value = data.draw(TOLD_BY[step][1])
        return f"{value}{self.finished}@example.com" if step == "account" else value

    def typed(self, step, value):
        username = {"username": f"ada{self.finished}"} if step == "account" else {}
        return {**VALID[step], **username, TOLD_BY[step][0]: value}

    def send(self, step, value, hidden, **more):
        return self.client.post(f"/signup/{step}", data={**self.typed(step, value), **hidden, **more})

    def expect(self, response, page):
        assert (response.status_code, response.location) == (303, f"/signup/{page}"), response.text

    @rule(step=steps)
    def open_step(self, step):
        """Looking changes nothing, and leads nowhere one has not come to."""
        response = self.client.get(f"/signup/{step}")
        if self.led_to(step) != step:
            self.expect(response, self.led_to(step))
            return
        assert response.status_code == 200
        assert ("You were away" in response.text) == (self.expired or self.notice)
        shown = self.drafts.get(step, self.answers.get(step))
        if shown and step not in ("security", "plan"):
            assert f'value="{shown}"' in response.text

    @rule(data=st.data(), step=steps)
    def submit_valid(self, data, step):
        """What is valid is stored, wherever the visitor stands."""
        value = self.draw(data, step)
        response = self.send(step, value, self.opened(step))
        self.accepted(step, value)
        self.expect(response, self.after(step))

    @precondition(lambda self: self.missing())
    @rule(data=st.data())
    def go_on(self, data):
        """Most visitors answer what they are asked."""
        self.submit_valid(data, self.missing())

    def accepted(self, step, value):
        self.answers[step] = value
        self.drafts.pop(step, None)
        self.notice, self.expired = self.expired, False

    @rule(step=steps)
    def submit_invalid(self, step):
        """What is not valid stores nothing."""
        assert self.send(step, WRONG[step], self.opened(step)).status_code == 422

    @rule(step=st.sampled_from(["account", "profile", "team"]))
    def back(self, step):
        """What was typed is a draft, no answer."""
        response = self.send(step, "typed", self.opened(step), action="back")
        assert response.status_code == 303
        self.drafts[step] = "typed"
        self.notice, self.expired = self.notice or self.expired, False

    @precondition(lambda self: self.missing() is None)
    @rule(data=st.data(), step=st.sampled_from(["account", "profile", "plan"]))
    def change(self, data, step):
        """From the summary, and back to it, or to the gap that the change opens."""
        value = self.draw(data, step)
        sent = {**self.typed(step, value), **self.opened(step)}
        response = self.client.post(f"/signup/{step}?from=summary", data=sent)
        self.accepted(step, value)
        missing = self.missing()
        self.expect(response, f"{missing}?from=summary" if missing else "summary")

    @rule(step=steps)
    def open_second_tab(self, step):
        """A page is opened, and left open."""
        if self.led_to(step) == step:
            self.tabs[step] = (self.opened(step), self.answers.get(step))

    @precondition(lambda self: self.tabs)
    @rule(data=st.data())
    def submit_second_tab(self, data):
        """A page that was left open overwrites nothing that it did not show."""
        step = data.draw(st.sampled_from(sorted(self.tabs)))
        value = self.draw(data, step)
        hidden, seen = self.tabs.pop(step)
        before = self.answers.get(step)
        response = self.send(step, value, hidden)
        if response.status_code == 409:
            assert before is not None
            assert step == "security" or value != before
            return
        if before not in (None, seen):
            assert value == before
        self.accepted(step, value)
        self.expect(response, self.after(step))

    @rule()
    def clear(self):
        """Everything is erased."""
        self.expect(self.client.post("/signup/clear", data=self.hidden("clear")), "")
        self.answers.clear()
        self.drafts.clear()
        self.notice = self.expired = False

    @rule()
    def finish(self):
        """One account for each run, of the answers on the path; nothing else is left."""
        hidden = self.hidden("summary")
        response = self.client.post("/signup/summary", data=hidden)
        if self.missing():
            self.expect(response, self.missing())
            return
        self.expect(response, "done")
        self.finished += 1
        self.answers.clear()
        self.drafts.clear()
        self.notice = False

    @precondition(lambda self: self.answers or self.drafts)
    @rule(step=st.sampled_from(["account", "profile"]))
    def expire(self, step):
        """The visitor comes back too late."""
        store = self.app.session_interface.store
        with self.client.session_transaction() as session:
            assert session["signup"]
            session_id, version, data = session.cookie["id"], session._version, session._loaded
        store.save(session_id, data, timedelta(seconds=-1), version=version)
        self.answers.clear()
        self.drafts.clear()
        self.notice, self.expired = False, True

    @invariant()
    def what_is_stored_is_what_the_model_has(self):
        """The same answers and drafts, and no secret."""
        with self.client.session_transaction() as session:
            kept = session.get("signup", {})
            text = session._loaded
        answers = kept.get("answers", {})
        assert answers.keys() == self.answers.keys()
        for step, value in self.answers.items():
            if step not in ("security", "members"):
                assert answers[step][TOLD_BY[step][0]] == value
        assert kept.get("drafts", {}).keys() == self.drafts.keys()
        assert "password one" not in text
        assert "password two" not in text
        assert "typed" not in str(answers)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    """A hash that costs nothing: what is tested here is which one is kept."""
    monkeypatch.setattr("wizard.signup.accounts._hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_random_journeys_agree_with_the_model():
    """Open, submit, Back, Change, Clear, a second tab, finish and expire, in any order."""
    run_state_machine_as_test(
        Journey,
        settings=settings(max_examples=60, stateful_step_count=30, deadline=None, database=None, derandomize=True),
    )
