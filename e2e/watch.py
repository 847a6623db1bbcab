"""Watch: listens to what the browser complains of, and to what it asks the server for."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

#: Reports, as an error in the console, what the Content-Security-Policy has stopped.
REPORT_CSP = """
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile, lineNumber }) => {
  console.error(`CSP: ${violatedDirective} stopped ${blockedURI} at ${sourceFile}:${lineNumber}`);
});
"""

_STATUS = re.compile(r"Failed to load resource: the server responded with a status of (\d+) ")
_OFFLINE = re.compile(
    r"Failed to load resource: net::ERR_INTERNET_DISCONNECTED|htmx: htmx:error: (Failed to fetch|timeout)"
)


def is_sent(request: Request) -> bool:
    """Whether a page was sent, and not one field checked while the visitor was typing."""
    return request.method == "POST" and "/check/" not in request.url


class Watch:
    """What goes on in ``context``, in all of its pages.

    :param context: a browser context, whose pages run ``REPORT_CSP`` first.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self.requests: list[Request] = []
        self._provoked: set[int] = set()
        self._offline = False
        self._context = context
        self._heard = {"console": self._hear, "weberror": self._hear_error, "request": self._note}
        for event, hear in self._heard.items():
            context.on(event, hear)

    def stop(self) -> None:
        """Listen no more."""
        for event, hear in self._heard.items():
            self._context.remove_listener(event, hear)

    def provokes(self, *statuses: int) -> None:
        """Say that the test provokes these HTTP statuses, for which Chromium writes an error into the console."""
        self._provoked.update(statuses)

    def goes_offline(self) -> None:
        """Say that the test takes the network away."""
        self._offline = True

    def posts(self, path: str = "/signup/") -> list[Request]:
        """The POST requests so far to addresses that hold ``path``."""
        return [request for request in self.requests if is_sent(request) and path in request.url]

    def checks(self) -> list[Request]:
        """The requests so far that checked a field while the visitor was typing."""
        return [request for request in self.requests if request.method == "POST" and not is_sent(request)]

    def page_loads(self) -> list[Request]:
        """The requests so far that loaded a whole document."""
        return [request for request in self.requests if request.is_navigation_request()]

    def _note(self, request: Request) -> None:
        self.requests.append(request)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not self._is_provoked(message.text):
            self.complaints.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _hear_error(self, error: WebError) -> None:
        self.complaints.append(f"uncaught: {error.error}")

    def _is_provoked(self, text: str) -> bool:
        status = _STATUS.match(text)
        return int(status[1]) in self._provoked if status else self._offline and bool(_OFFLINE.match(text))
