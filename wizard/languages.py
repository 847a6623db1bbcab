"""Languages: which one a page is in, and the words of the package in it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar, Token
from functools import cache, cached_property, lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel import Locale, negotiate_locale
from babel.lists import format_list
from babel.support import Translations
from flask import Response, current_app, has_app_context, has_request_context, request
from flask.sansio.app import App
from flask_babel import Babel, Domain, force_locale, get_locale, get_translations
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from . import checks, current, settings

#: It is no secret, and outlives the session.
COOKIE = checks.LANGUAGE_COOKIE
COOKIE_LIFETIME = datetime.timedelta(days=365)

Translate = Callable[..., str]


def init_app(app: App) -> None:
    """Give ``app`` its languages: those of the setting ``LANGUAGES``, or English.

    :raises SettingError: for a language that there is not.
    """
    codes = app.config["LANGUAGES"] = settings.read(app, "LANGUAGES")
    if "babel" not in app.extensions:
        # An application that has Flask-Babel already says itself which language a page is in.
        _Babel(app, default_locale=_underscored(codes[0]), locale_selector=_select, configure_jinja=False)
    app.after_request(_say_language)


class _Babel(Babel):  # type: ignore[misc]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        #: Each language and its translator, by its code. To ask Flask-Babel for both took a thirtieth of a page.
        self.spoken: dict[str, tuple[Locale, Translate]] = {}

    # Flask-Babel makes a domain for each request, which looks for its catalogues on the disk again.
    @cached_property
    def domain_instance(self) -> Domain:
        return super().domain_instance


def _underscored(code: str) -> str:
    return code.replace("-", "_")


def _select() -> str:
    """The language of this request: the one chosen, else the one that the browser asks for, else the first."""
    codes: list[str] = current.app().config["LANGUAGES"]
    if len(codes) == 1 or not has_request_context():
        return _underscored(codes[0])
    chosen = request.cookies.get(COOKIE, "")
    return _underscored(chosen if chosen in codes else _asked_for(request.headers.get("Accept-Language"), tuple(codes)))


# To parse the same header for each page of a visitor took a thirtieth of it.
@lru_cache(maxsize=256)
def _asked_for(header: str | None, codes: tuple[str, ...]) -> str:
    """Return the language that a browser asks for with this header, else the first."""
    accepted = parse_accept_header(header, LanguageAccept)
    asked = [code for code, quality in accepted if quality]
    # Babel knows that Spanish will do for es-419, and werkzeug that de-CH will do for de.
    return negotiate_locale(asked, codes, sep="-") or accepted.best_match(codes) or codes[0]


def _say_language(response: Response) -> Response:
    if response.mimetype == "text/html" and len(current_app.config["LANGUAGES"]) > 1:
        response.headers["Content-Language"] = tag(language())
        # To have werkzeug parse the header took a thirtieth of a page.
        said = [one.strip() for one in ",".join(response.headers.getlist("Vary")).split(",") if one]
        asked = [one for one in ("Accept-Language", "Cookie") if one.lower() not in map(str.lower, said)]
        response.headers["Vary"] = ", ".join([*said, *asked])
    return response


def language() -> Locale:
    """The language of this page."""
    if settled := _settled.get():
        return settled[0]
    found = get_locale() if has_app_context() and "babel" in current_app.extensions else None
    return found or Locale("en")


#: The language and the translator of the page that is being drawn. To ask Flask-Babel for each word took a tenth of it.
_settled: ContextVar[tuple[Locale, Translate] | None] = ContextVar("wizard_language", default=None)


class settled:  # noqa: N801  (it is called as a function is)
    """Settles the language for what is drawn within: a page is in one, and its words are looked up in one place."""

    _before: Token[tuple[Locale, Translate] | None] | None = None

    def __enter__(self) -> None:
        if not _settled.get():
            self._before = _settled.set(_spoken())

    def __exit__(self, *_: object) -> None:
        if self._before:
            _settled.reset(self._before)


def _spoken() -> tuple[Locale, Translate]:
    """Return the language of this page and its translator."""
    babel = current.app().extensions.get("babel") if has_request_context() else None
    # Of another's Flask-Babel nobody knows what it depends on; nor of this one, while something forces a language.
    if babel is None or not isinstance(babel.instance, _Babel) or not _is_chosen(babel.instance, code := _select()):
        return language(), _translator()
    spoken = babel.instance.spoken
    if code not in spoken:
        spoken[code] = language(), _translator()
    return spoken[code]


def spoken() -> object:
    """What the words of this page depend on, to be compared; ``None`` where nobody knows that, as in ``_spoken``."""
    settled, babel = _settled.get(), current.app().extensions.get("babel")
    kept = babel.instance.spoken.values() if babel and isinstance(babel.instance, _Babel) else ()
    return next((one[1] for one in kept if one is settled), None)


def _is_chosen(babel: _Babel, code: str) -> bool:
    """Whether Flask-Babel is to speak the language of that code, in its own words: as it is once nothing forces one."""
    context: Any = current.g().get("_flask_babel")
    locale, domain = getattr(context, "babel_locale", None), getattr(context, "babel_domain", None)
    return (locale is None or str(locale) == code) and (domain is None or domain is babel.domain_instance)


def typed_in() -> str:
    """The code of the language in which something is typed on this page; empty where there is only one."""
    return str(language()) if len(current_app.config["LANGUAGES"]) > 1 else ""


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Read what was typed as it was typed, in the language of that code: "1.234" is two numbers."""
    before = _settled.set(None)
    try:
        with force_locale(code) if code else nullcontext():
            yield
    finally:
        _settled.reset(before)


def tag(locale: Locale) -> str:
    """How HTML and HTTP write a language."""
    return str(locale).replace("_", "-")


def offered() -> dict[str, str]:
    """The languages to choose from: what each is called in itself, by its code."""
    return {code: _own_name(code) for code in current_app.config["LANGUAGES"]}


@cache
def _own_name(code: str) -> str:
    name = Locale.parse(code, sep="-").get_display_name() or code
    return name[:1].upper() + name[1:]


def choose(response: Response) -> Response:
    """Let ``response`` keep the language that the form asks for, if it is one of those that are offered."""
    chosen = request.form.get("_language", "")
    if chosen in current_app.config["LANGUAGES"]:
        secure = request.is_secure or current_app.config["SESSION_COOKIE_SECURE"]
        path = current_app.config["APPLICATION_ROOT"]
        response.set_cookie(COOKIE, chosen, COOKIE_LIFETIME, path=path, secure=secure, httponly=True, samesite="Lax")
    return response


def here() -> str:
    """The address of this page, for whoever is to come back to it in another language."""
    return request.script_root + request.full_path.rstrip("?")


def is_local(address: str) -> bool:
    """Whether ``address`` is of this site, so that a form can be trusted to lead there."""
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return False
    return not urlsplit(address).netloc


# The words


@cache
def catalogue(name: str) -> NullTranslations:
    """The words of the package in one language, from the file that translators edit: nothing has to be compiled."""
    base = name.rpartition("_")[0]
    general = catalogue(base) if base else NullTranslations()
    file = Path(__file__).parent / "translations" / name / "LC_MESSAGES" / "messages.po"
    if not file.is_file():
        return general
    # Here, as who speaks English alone does without.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with file.open("rb") as stream:
        write_mo(compiled, read_po(stream))
    compiled.seek(0)
    found = Translations(compiled)
    found.add_fallback(general)
    return found


def gettext(text: str, **variables: object) -> str:
    """``text`` in the language of this page, with ``variables`` in it: ``_("Step %(number)s", number=2)``.

    The application's own catalogue goes first, so that it can put every word of the package in another way, or into a
    language that the package does not speak.
    """
    settled = _settled.get()
    return (settled[1] if settled else _translator())(text, **variables)


def _translator() -> Translate:
    if not has_app_context() or "babel" not in current_app.extensions:
        return _untranslated
    own, ours = get_translations(), catalogue(str(language()))
    is_kept = isinstance(current_app.extensions["babel"].instance, _Babel)
    look_up = _remembered if is_kept else _remembered.__wrapped__

    def translate(text: str, **variables: object) -> str:
        said = look_up(own, ours, text)
        return said % variables if variables else said

    return translate


# Keyed by the catalogues themselves. A page has some thirty words, and each was looked up in four of them.
@lru_cache(maxsize=4096)
def _remembered(own: NullTranslations, ours: NullTranslations, text: str) -> str:
    said = own.gettext(text)
    return ours.gettext(text) if said == text else said


def _untranslated(text: str, **variables: object) -> str:
    return text % variables if variables else text


def lazy_gettext(text: str, **variables: object) -> Any:
    """As ``gettext``, for what is written where no page is there yet: the translation is looked up when it is shown."""
    return LazyString(gettext, text, **variables)


# How things are written in a language


_BRITISH = Locale("en", "GB")


def conventions() -> Locale:
    """How dates, numbers and lists are written. English without a country is not that of the United States."""
    locale = language()
    return _BRITISH if str(locale) == "en" else locale


def listed(items: Iterable[object]) -> str:
    """A list in words, such as "A, B and C"."""
    return format_list([str(one) for one in items], locale=conventions())


def inside(text: object) -> str:
    """``text`` as it is written within a sentence: without a capital, but in German."""
    return str(text) if language().language == "de" else str(text).lower()
