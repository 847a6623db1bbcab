"""One visitor after the other in a browser: what they do, and what they know was accepted."""

from __future__ import annotations

import http.client
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

from tests.conftest import hidden
from tests.processes import Answer, Browser, Gunicorn
from tests.soak.tally import Tally
from wizard.testing.page import Page

#: Seconds after which a visitor who is not answered gives up. Nothing here is away for as long.
PATIENCE = 90

#: What is refused, whatever else was typed.
WRONG = {
    "account": {"email": "nobody"},
    "profile": {"country": "nowhere"},
    "plan": {"plan": "none"},
    "team": {"seats": "1"},
    "security": {"password": "short"},
}

BORN = {"date_of_birth-day": "31", "date_of_birth-month": "3", "date_of_birth-year": "1980"}

_numbers = count()


class Stuck(Exception):
    """Nobody has answered for as long as a visitor has patience."""


class Visitor:
    """One visitor of the signup, from the first page to the end of their run.

    :param server: what they visit.
    :param tally: where they count what was accepted.
    """

    def __init__(self, server: Gunicorn, tally: Tally) -> None:
        number = next(_numbers)
        self.tally = tally
        self.name = f"Visitor {number}"
        self.browser = Browser(server)
        # A visitor has an address, and limits are by address.
        self._address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self._answers: dict[str, dict[str, str]] = {
            "account": {"email": f"v{number}@example.com", "username": f"visitor{number}"},
            "profile": {"full_name": self.name, **BORN, "country": "GB"},
            "plan": {"plan": random.choice(["personal", "team"])},
            "team": {"organisation": "Analytical Engines", "seats": "12"},
            "members": {},
            "photo": {},
            "security": {"password": f"three random words {number}", "accept_terms": "y"},
        }
        #: What was accepted, by step; of the list, its entries.
        self.accepted: dict[str, dict[str, str]] = {}
        self.members: list[dict[str, str]] = []
        #: How the run has ended, if it has: with a reference, or with nothing where it was cleared.
        self.reference: str | None = None
        self.is_cleared = False
        self.has_pressed = False

    def visit(self) -> None:
        """Go through the signup, or leave it somewhere."""
        try:
            self._answer_all()
            for _ in range(random.choice([0, 0, 1, 3])):
                self._change()
            self._end()
        except Stuck as error:
            self.tally.fault("visitors stuck", f"{self.name}: {error}")

    def look(self, step: str) -> None:
        """See that what was accepted is still there."""
        page = self._get(step)
        self.tally.add("answers looked at")
        shown: Any = {}
        if page.status == 200:
            shown = Page(page).sheet(f"/signup/{step}").values  # type: ignore[arg-type]
        if step == "members":
            gone = [one for one in self.members if one["email"] not in page.text]
        else:
            gone = [
                name for name, value in self.accepted[step].items() if not _secret(name) and shown.get(name) != value
            ]
        if page.status != 200 or gone:
            self.tally.fault("answers lost", f"{self.name} finds {page.status} {page.location}, not {gone} of {step}")

    def look_at_all(self) -> None:
        """See that all that was accepted is still there."""
        for step in self.accepted if not self.is_cleared and not self.reference else ():
            self.look(step)

    def _answer_all(self) -> None:
        for step, data in self._answers.items():
            if step in ("team", "members") and self._answers["plan"]["plan"] != "team":
                continue
            if step in WRONG and random.random() < 0.2:
                self._refuse(step)
            if step == "members":
                for _ in range(random.randrange(3)):
                    self._invite()
            self._accept(step, data)
            if step == "account":
                self._confirm()
            self.look(random.choice(list(self.accepted)))
            time.sleep(random.random() / 5)

    def _change(self) -> None:
        # The password has to be typed again with a changed name: it must not hold that.
        step = random.choice(["account", "profile"])
        name, value = random.choice([("country", "DE"), ("country", "FR"), ("date_of_birth-year", "1990")])
        if step == "account":
            name, value = "email", f"{random.randrange(10**6)}.{self._answers['account']['email']}"
        self._accept(step, {**self.accepted[step], name: value})
        if step == "account":
            self._confirm()
        self.look(step)

    def _end(self) -> None:
        chance = random.random()
        if chance < 0.1:
            opened = hidden(self._get("clear").text)
            self._sent("clear", opened)
            self.is_cleared = True
        elif chance < 0.9:
            self._finish()

    def _finish(self) -> None:
        opened = hidden(self._get("summary").text)
        self.has_pressed = True
        try:
            answer = self._once("POST", "summary", opened)
        except (OSError, http.client.HTTPException):
            answer = None
        if answer is None or answer.status == 503:
            # Nobody knows whether it happened. Some change their mind now.
            if random.random() < 0.5:
                self._change_while_finishing()
            answer = answer if self.reference else self._sent("summary", opened)
        if not self.reference:
            self._end_with(answer)

    def _change_while_finishing(self) -> None:
        page = self._get("profile")
        if page.status == 200:
            data = {**self.accepted["profile"], "country": "CH"}
            answer = self._ask("POST", "profile", {**hidden(page.text), **data})
            if answer.status == 303 and answer.location != "/signup/done":
                self.accepted["profile"] = data
                self.tally.add("answers accepted")
            elif answer.status == 303:
                self._end_with(answer)
        elif page.location == "/signup/done":
            self._end_with(page)

    def _end_with(self, answer: Answer | None) -> None:
        page = self._get("done")
        found = re.search(r'class="reference"[^>]*>([^<]+)<', page.text)
        if answer is None or answer.location != "/signup/done" or not found:
            where = answer and (answer.status, answer.location)
            self.tally.fault(
                "answers lost", f"{self.name} has finished and finds {where}, {page.status} {page.location}"
            )
            return
        self.reference = found[1]
        self.tally.add("runs finished")

    # One page

    def _invite(self) -> None:
        number = len(self.members)
        member = {"name": f"Member {number}", "email": f"m{number}.{self._answers['account']['email']}"}
        self._sent("members", {**self._opened("members"), **member, "_action": "add"})
        self.members.append(member)
        self.accepted["members"] = {}
        self.tally.add("answers accepted")
        self.look("members")

    def _refuse(self, step: str) -> None:
        answer = self._ask("POST", step, {**self._opened(step), **self._answers[step], **WRONG[step]})
        if answer.status != 422:
            self.tally.fault("requests failed", f"{self.name}: {step} is wrong, and answered with {answer.status}")

    def _accept(self, step: str, data: dict[str, str]) -> None:
        opened = self._opened(step)
        if random.random() < 0.1:
            # A double click.
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda _: self._sent(step, {**opened, **data}), range(2)))
        else:
            self._sent(step, {**opened, **data})
        self.accepted[step] = data
        self.tally.add("answers accepted")

    def _confirm(self) -> None:
        """Send the code that was mailed. It was sent with the answer before, or not, if the server was killed."""
        begun = time.monotonic()
        while time.monotonic() < begun + PATIENCE:
            page = self._get("verify")
            if 'name="code"' not in page.text:
                self._sent("verify", {**hidden(page.text), "_action": "send"})
                continue
            try:
                code = self.browser.code(self.accepted["account"]["email"])
            except (OSError, http.client.HTTPException, IndexError):
                time.sleep(0.1)
                continue
            self._sent("verify", {**hidden(page.text), "code": code})
            return
        raise Stuck("no code arrives")

    def _opened(self, step: str) -> dict[str, str]:
        page = self._get(step)
        if page.status != 200:
            self.tally.fault("answers lost", f"{self.name} is led from {step} to {page.location}")
            raise Stuck(f"{step} is not open")
        return hidden(page.text)

    def _sent(self, step: str, data: dict[str, str]) -> Answer:
        answer = self._ask("POST", step, data)
        if answer.status != 303:
            said = Page(answer).said  # type: ignore[arg-type]
            self.tally.fault("requests failed", f"{self.name}: {step} is answered with {answer.status} {said}")
            raise Stuck(f"{step} is not accepted")
        return answer

    def _get(self, page: str) -> Answer:
        return self._ask("GET", page)

    def _ask(self, method: str, page: str, data: dict[str, str] | None = None) -> Answer:
        """Send something until it is answered, as a person does when the connection breaks or the page says so."""
        begun = time.monotonic()
        while time.monotonic() < begun + PATIENCE:
            try:
                answer = self._once(method, page, data)
                if answer.status != 503:
                    return answer
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.1 + random.random() / 2)
        raise Stuck(f"{method} {page} is not answered")

    def _once(self, method: str, page: str, data: dict[str, str] | None = None) -> Answer:
        answer = self.browser.request(method, f"/signup/{page}", data, **{"X-Forwarded-For": self._address})
        if answer.status not in (200, 303, 422, 503):
            self.tally.fault("requests failed", f"{self.name}: {method} {page} is answered with {answer.status}")
            raise Stuck(f"{method} {page}")
        return answer


def _secret(name: str) -> bool:
    return name == "password"
