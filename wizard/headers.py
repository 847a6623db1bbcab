"""Headers: what every response tells a browser, a search engine and a proxy to do, and what not."""

from __future__ import annotations

from flask import Response, request

from . import current

#: Nothing from elsewhere, and nothing inline. Connections are htmx's; the rest is our own two files.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; img-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

#: What no page of ours asks a browser for.
UNUSED = [
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
]

ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    "X-Content-Type-Options": "nosniff",
}

#: For a year, a browser that was here over HTTPS comes over nothing else. Of other hosts of the domain we know nothing.
STRICT_TRANSPORT_SECURITY = "max-age=31536000"


def add(response: Response) -> Response:
    """Add the headers that every response has, unless it has its own. For ``after_request``."""
    there = set(response.headers.keys(lower=True))  # to ask for each of them took a twentieth of a POST
    for name, value in ALWAYS.items():
        if name.lower() not in there:
            response.headers.add(name, value)
    # A page has forms. Without a Referer, Flask-WTF refuses a form over HTTPS, and a browser sends it with no Origin.
    has_forms = response.mimetype == "text/html"
    response.headers.setdefault("Referrer-Policy", "same-origin" if has_forms else "no-referrer")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT_SECURITY)
    return response


def keep_private(response: Response) -> Response:
    """Keep a page of a flow out of search engines, and its answers from being guessed. For ``after_request``.

    Who sees how long a compressed page is, and can choose a part of it, learns whether that part stands in it twice:
    one guess after another, an answer is read out. So a page is compressed only if nobody else can choose any of it:
    not if it was asked for with a query, which stands in the addresses of the page, nor if it shows what was sent.
    """
    response.headers["X-Robots-Tag"] = "noindex"
    here = current.request()
    if here.method == "POST" or here.query_string not in (b"", b"from=summary"):
        response.headers["Content-Encoding"] = "identity"
    return response
