"""Checks of what stands between a visitor and the application: keys, HTTPS, proxies, hosts, limits, languages."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from babel.support import Translations
from werkzeug.sansio.utils import host_is_trusted

from .. import checks, languages, settings
from ..sessions import RedisStore
from .finding import Check, Deployment, Finding

#: More proxies than anybody has in a row. What the first of too many says is what a visitor has made up.
MOST_PROXIES = 3

#: The bytes of a request, or of a session, that a process can have in memory once for each of its threads.
MOST_BYTES = 16_000_000

#: The bytes that a request must be able to send: the check of one field alone takes 8 kB.
LEAST_BYTES = 16_000


def debug_mode(deployment: Deployment) -> Iterator[Finding]:
    """Nobody else may run code here, or read a traceback."""
    if deployment.app.debug:
        yield Finding("FLASK_DEBUG is on: who meets an error can read the code and run their own. Unset it.")
    if deployment.app.testing:
        yield Finding("FLASK_TESTING is on: an error ends without its page. Unset it.")


def key(deployment: Deployment) -> Iterator[Finding]:
    """A key that can be guessed, or read, signs the cookies of whoever wants to be somebody else."""
    given = deployment.config["SECRET_KEY"]
    raw = given if isinstance(given, bytes) else given.encode(errors="replace")
    if len(zlib.compress(raw, 9)) < checks.KEY_BYTES:
        yield Finding(f"SECRET_KEY repeats itself, so that it can be guessed. Make one with: {checks.MAKE_A_KEY}")
    file = Path(deployment.app.instance_path) / "secret_key"
    if file.is_file() and file.read_text(errors="replace").strip() == given and _is_open(file):
        yield Finding(f"others on this machine can read {file}. Close it: chmod 600 {file}")
    for old in deployment.config["SECRET_KEY_FALLBACKS"]:
        if checks.size(old) < checks.KEY_BYTES:
            yield Finding(
                f"SECRET_KEY_FALLBACKS holds a key shorter than {checks.KEY_BYTES} bytes: what it signs is believed, "
                "and it can be guessed. Take it out."
            )


def _is_open(file: Path) -> bool:
    return bool(stat.S_IMODE(file.stat().st_mode) & 0o077)


def https(deployment: Deployment) -> Iterator[Finding]:
    """Passwords and cookies go over HTTPS alone."""
    config = deployment.config
    if not (config["PUBLIC_URL"] or "").startswith("https://"):
        yield Finding(
            f"PUBLIC_URL is {'HTTP' if config['PUBLIC_URL'] else 'not set'}: what visitors type must go over HTTPS. "
            "Put a proxy with a certificate before the server, and set FLASK_PUBLIC_URL=https://example.com."
        )
    if not config["HTTPS_ONLY"] and not config["SESSION_COOKIE_SECURE"]:
        yield Finding(
            "whoever comes over HTTP is served, and their cookie can be read on the way. Set FLASK_HTTPS_ONLY=true, "
            "or FLASK_SESSION_COOKIE_SECURE=true where the proxy redirects."
        )
    if not config["SESSION_COOKIE_HTTPONLY"]:
        yield Finding("a script can read the cookie of the session. Set FLASK_SESSION_COOKIE_HTTPONLY=true.")


def proxies(deployment: Deployment) -> Iterator[Finding]:
    """The server speaks HTTP; what speaks HTTPS stands before it, and must be believed, and nobody else."""
    config = deployment.config
    count = config["TRUSTED_PROXIES"]
    if not count and (config["PUBLIC_URL"] or "").startswith("https://"):
        yield Finding(
            "TRUSTED_PROXIES is 0, so that HTTPS is taken for HTTP, and all visitors for one address. Set it to the "
            "number of proxies that a request passes, such as FLASK_TRUSTED_PROXIES=1."
        )
    if count > MOST_PROXIES:
        yield Finding(
            f"TRUSTED_PROXIES is {count}: if a request passes fewer, visitors can make up their address and host. "
            "Set it to the number of proxies that it passes, such as FLASK_TRUSTED_PROXIES=1."
        )


def hosts(deployment: Deployment) -> Iterator[Finding]:
    """Only what names this site is answered."""
    config = deployment.config
    host = urlsplit(config["PUBLIC_URL"] or "").netloc
    trusted = config["TRUSTED_HOSTS"]
    if not trusted:
        name = urlsplit(config["PUBLIC_URL"] or "https://example.com").hostname
        yield Finding(f"""TRUSTED_HOSTS is not set: any host is answered. Set FLASK_TRUSTED_HOSTS='["{name}"]'.""")
    elif host and not host_is_trusted(host, trusted):
        yield Finding(f"TRUSTED_HOSTS does not hold {host}, the host of PUBLIC_URL: visitors get a 400. Add it.")


def requests(deployment: Deployment) -> Iterator[Finding]:
    """What one visitor sends fits into the memory of a process."""
    for name in ("MAX_CONTENT_LENGTH", "MAX_FORM_MEMORY_SIZE", "WIZARD_SESSION_BYTES"):
        size = deployment.config[name]
        default = (settings.ENGINE | settings.SIGNUP)[name].default
        if size > MOST_BYTES:
            yield Finding(f"{name} is {size}: a few visitors can fill the memory. Set FLASK_{name}={default}.")
        elif size < LEAST_BYTES:
            yield Finding(f"{name} is {size}: a step of a flow does not fit in. Set FLASK_{name}={default}.")


def limits(deployment: Deployment) -> Iterator[Finding]:
    """Nobody may try as often as they like; it is counted where all processes see it, or in each."""
    if not deployment.config["RATELIMIT_ENABLED"]:
        yield Finding(
            "RATELIMIT_ENABLED is off: fields can be checked, and passwords tried, without end. Set it to true."
        )
    elif not isinstance(deployment.sessions, RedisStore) and deployment.processes > 1:
        yield Finding(
            f"each of {deployment.processes} processes counts for itself, so that {deployment.processes} times as many "
            "tries are possible. With sessions in Redis, all count together.",
            is_wrong=False,
        )


def catalogues(deployment: Deployment) -> Iterator[Finding]:
    """A language that is offered is spoken."""
    own = {str(locale) for locale in deployment.app.extensions["babel"].instance.list_translations()}
    for code in deployment.config["LANGUAGES"]:
        name = code.replace("-", "_")
        names = {name, name.partition("_")[0]}
        if not names & (own | {"en"}) and not isinstance(languages.catalogue(name), Translations):
            yield Finding(f"there are no words for {code}, so that its pages are in English. Take it out of LANGUAGES.")


CHECKS: dict[str, Check] = {
    "debug mode": debug_mode,
    "key": key,
    "HTTPS": https,
    "proxies": proxies,
    "hosts": hosts,
    "requests": requests,
    "limits": limits,
    "languages": catalogues,
}
