"""A visitor: calls an application as a server would, keeps its cookies, and counts the CPU time of each call."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from .answers import REFUSED, Answers


class Answer(NamedTuple):
    """What a request was answered with, in the end.

    :param address: where redirects have led.
    """

    address: str
    status: int
    page: str


class Visitor:
    """One visitor.

    :param app: a WSGI application.
    :param start: where they begin.
    :param answers: what they type.
    :param headers: what they send with each request.
    :param prefixed: whether the name of an input begins with the name of its step.
    :param direct: the address of a step, where they go to each by it.
    """

    def __init__(
        self,
        app: Callable[..., Any],
        start: str,
        answers: Answers,
        headers: dict[str, str],
        *,
        prefixed: bool,
        direct: str = "",
    ) -> None:
        self._app = app
        self._start = start
        self._answers = answers
        self._headers = headers
        self._prefixed = prefixed
        self._direct = direct
        self._cookies: dict[str, str] = {}
        #: The CPU time that all calls have taken, in seconds. What the visitor does itself is not counted.
        self.spent = 0.0
        self.sent = 0
        #: Where each page is, by the name of its step.
        self.pages: dict[str, str] = {}

    # What a visitor does

    def get(self, address: str) -> Answer:
        """Open a page, wherever redirects lead."""
        for _ in range(10):
            status, location, page = self._call("GET", address, b"")
            if status not in (301, 302, 303):
                return Answer(address, status, page)
            address = location
        raise RuntimeError(f"{address} leads in a circle")

    def send(self, opened: Answer, typed: dict[str, str], *, follow: bool = False) -> Answer:
        """Send the form of a page that is open."""
        data = {**hidden(opened.page), **typed}
        status, location, page = self._call("POST", opened.address, urlencode(data).encode())
        if status in (301, 302, 303):
            return self.get(location) if follow else Answer(location, status, page)
        return Answer(opened.address, status, page)

    def answer(self, opened: Answer, step: str) -> Answer:
        """Answer a step whose page is open."""
        sent = self.send(opened, self._typed(step, self._answers[step]))
        if sent.status not in (301, 302, 303):
            raise RuntimeError(f"the answer to {step} was not accepted: {sent.status}\n{sent.page}")
        return sent

    def refuse(self, opened: Answer, step: str) -> Answer:
        """Send what is refused, and see the errors."""
        sent = self.send(opened, self._typed(step, REFUSED), follow=True)
        if "There is a problem" not in sent.page:
            raise RuntimeError(f"what is wrong was accepted: {sent.status}\n{sent.page}")
        return sent

    def answer_all(self) -> Answer:
        """Go from the start to the summary, and return it."""
        address = self._start
        for step in self._answers:
            opened = self.get(self._direct.format(step=step) or address)
            self.pages[step] = opened.address
            address = self.answer(opened, step).address
        if self._direct:
            self.pages["tasks"] = self._direct.format(step="tasks")
        summary = self.get(self._direct.format(step="summary") or address)
        self.pages["summary"] = summary.address
        if "Check your answers" not in summary.page:
            raise RuntimeError(f"{address} is no summary:\n{summary.page}")
        return summary

    def finish(self, summary: Answer) -> Answer:
        """Send the summary, and see the last page."""
        done = self.send(summary, {}, follow=True)
        if "Your reference is" not in done.page:
            raise RuntimeError(f"the end was not reached: {done.status}\n{done.page}")
        return done

    def _typed(self, step: str, data: dict[str, str]) -> dict[str, str]:
        return {f"{step}-{name}": value for name, value in data.items()} if self._prefixed else data

    # A call

    def _call(self, method: str, address: str, body: bytes) -> tuple[int, str, str]:
        parts = urlsplit(address)
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "HTTP_ACCEPT": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.5",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **self._headers,
        }
        if method == "POST":
            environ |= {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body))}
        answered: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[..., None]:
            answered[:] = status, headers
            return lambda _: None

        page, spent = timed(self._app, environ, start_response)
        self.spent += spent
        status, headers = answered
        self.sent = len(page)
        location = ""
        for name, value in headers:
            if name.lower() == "set-cookie":
                self._take_cookie(value)
            elif name.lower() == "location":
                location = value
        return int(status[:3]), location, page.decode()

    def _take_cookie(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            if morsel["max-age"] == "0":
                self._cookies.pop(name, None)
            else:
                self._cookies[name] = morsel.coded_value


def timed(app: Callable[..., Any], environ: dict[str, Any], start_response: Callable[..., Any]) -> tuple[bytes, float]:
    """Call a WSGI application; return the page, and the CPU seconds that it took."""
    begun = time.process_time()
    chunks = app(environ, start_response)
    page = b"".join(chunks)
    if close := getattr(chunks, "close", None):
        close()
    return page, time.process_time() - begun


def hidden(page: str) -> dict[str, str]:
    """Return what the main form of a page sends by itself: its hidden inputs."""
    main = page[page.rfind("<form", 0, page.find('class="buttons"')) :].partition("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", main):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") == "hidden":
            found[attributes["name"]] = attributes.get("value", "")
    return found
