"""Site: what all pages of one Wizard share: addresses, templates, and the key of the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from copy import copy
from functools import lru_cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, current_app, make_response, render_template, request, session, url_for
from markupsafe import Markup

from .. import current, htmx, languages
from ..flow import Answer, BaseStep, Flow, Loop, Path, Run, Section
from . import macros, token
from .field import FieldView, have_buttons
from .files import shown_files
from .progress import draw_progress, place_of
from .words import entry_parts, entry_words, in_words, initials, marked_words, words

#: The variables in the addresses of a Wizard that are its own. All others belong to where it is mounted.
OWN_VARIABLES = frozenset({"_instance", "_step", "_entry", "_field", "_file", "_within", "_section", "_token"})

#: What has an address: a step, the summary of a section, the page of that name, or for ``None`` the summary of all.
Place = BaseStep | Section | str | None

#: The summaries from which a visitor comes to change something: that of all, and that of a section.
SUMMARIES = ("summary", "section")


def with_query(url: str, query: Mapping[str, Any]) -> str:
    """Return ``url`` with a ``query``. Its names are a visitor's: to ``url_for``, some would say where it leads."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query, doseq=True)}" if query else url


def page_context(**given: Any) -> dict[str, Any]:
    """Return what each of our templates needs beside what is ``given``, with the macros of ``parts.html`` as ``parts``.

    None of it is a global of the application, which may have its own.
    """
    context = {
        "_": languages.gettext,
        "csrf_token": token.value,
        "entry_parts": entry_parts,
        "entry_words": entry_words,
        "here": "",
        "in_words": in_words,
        "inside": languages.inside,
        "listed": languages.listed,
        "marked_words": marked_words,
        "over": "",
        "run": "",
        "several_languages": len(current.app().config["LANGUAGES"]) > 1,
        "token_field": token.field,
        "words": words,
        **given,
    }
    kept = current.g()
    kept.wizard_run, kept.wizard_over, kept.wizard_here = context["run"], context["over"], context["here"]
    kept.wizard_path, kept.wizard_site = context.get("path"), context.get("wizard")
    context["parts"] = _parts(context)
    return context


def _own_progress(path: Path, step: BaseStep | None) -> str | None:
    site: Site | None = current.g().get("wizard_site")
    return site.own_progress(path, step) if site else None


def _file_url(file_id: str, step: str) -> str:
    site: Site = current.g().wizard_site
    top = step.partition("/")[0] or (current.request().view_args or {})["_step"]
    return site.url_of("file", _step=top, _file=file_id)


#: What our ``parts.html`` asks for, which is made once for all pages: that took a twentieth of a page.
PARTS = SimpleNamespace(
    csrf_token=token.value,
    gettext=languages.gettext,
    own_progress=_own_progress,
    have_buttons=have_buttons,
    file_url=_file_url,
    here=lambda: current.g().get("wizard_here", ""),
    initials=initials,
    inside=languages.inside,
    listed=languages.listed,
    draw_progress=draw_progress,
    place_of=place_of,
    over=lambda: current.g().get("wizard_over", ""),
    parts=lambda: _parts({}),
    run=lambda: current.g().get("wizard_run", ""),
    shown_files=shown_files,
    title_of=lambda wizard, name: _title_of(wizard.flow.get(name)),
    token_field=token.field,
)


def _title_of(step: BaseStep) -> Any:
    path: Path | None = current.g().get("wizard_path")
    return path.title(step) if path else getattr(step, step.called)


def _parts(context: dict[str, Any]) -> Any:
    app = current.app()
    known = app.extensions["wizard_templates"]
    if "parts" in known and not app.jinja_env.auto_reload:
        return known["parts"]
    own = known.get("own parts")
    if own is None or (app.jinja_env.auto_reload and not own.is_up_to_date):
        own = known["own parts"] = macros.template(app)
    if macros.is_ours(own.filename):
        known["parts"] = own.module
        return known["parts"]
    # An application's own may read whatever its page is given.
    app.update_template_context(context)
    return own.make_module(context)


def _url_of(endpoint: str, values: Mapping[str, Any]) -> str:
    app, here = current.app(), current.request()
    if app.url_default_functions or not _TEXTS.issuperset(map(type, values.values())):
        # Of what these return, or a converter of the author's makes of an object, nobody knows what it depends on.
        return url_for(endpoint, **values)
    place = tuple(map(here.environ.get, _PLACE))
    return _built(app.url_map, place, endpoint, *values.items())


_TEXTS = frozenset({str, int})

#: Where the application is, as its server or the proxy before it says.
_PLACE = ("wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME")


# Keyed by all that an address depends on. With a few of them on each page, to build them took a thirtieth of it, and a
# tenth of a summary.
@lru_cache(maxsize=4096)
def _built(_map: object, _place: tuple[str | None, ...], endpoint: str, *values: tuple[str, Any]) -> str:
    return url_for(endpoint, **dict(values))


class Site(Blueprint):
    """The base of :class:`~wizard.blueprint.Wizard`, whose docstring explains the attributes."""

    flow: Flow
    on_finish: Callable[[Mapping[str, Answer], str], Any]
    find: Callable[[str], str | None] | None
    check: Callable[[Mapping[str, Answer], str], object] | None
    owner: Callable[[], object] | None
    resume: bool | Callable[[Mapping[str, Answer]], str]
    title: str
    finish: str
    done: str
    promise: str | bool
    layout: str
    back: str | Callable[[], str]
    progress: str | bool
    many: bool
    #: Where these pages are: of those of an entry, each list around it and the id of its entry, from the outside in.
    place: tuple[str, ...] = ()
    #: Of these, the page with links that change an answer, and to which they lead back; empty for the summary.
    changes_from = ""

    def within(self, loop: Loop, number: str) -> Site:
        """Return the same site for the pages of one entry of ``loop``."""
        site = copy(self)
        site.place, site.flow = (*self.place, loop.name, number), self.flow.inner(loop)
        return site

    # Where the answers are kept

    @property
    def key(self) -> str:
        """Return the key of the session under which the answers of this request are kept."""
        return self.key_of((current.request().view_args or {}).get("_instance"))

    def key_of(self, instance: str | None) -> str:
        """Return the key of one instance; of the Wizard itself where there are not several.

        The name under which the Wizard is registered and the variables of the address at which it is mounted keep
        answers apart.
        """
        return self.key_at(*self._place(), instance)

    @staticmethod
    def key_at(mounted: str, around: Mapping[str, Any], instance: str | None) -> str:
        """Return the key of one instance of the Wizard that is mounted under that name, below these variables."""
        places = [f"{name}={quote(str(value), safe='')}" for name, value in sorted(around.items())]
        return ":".join([mounted, *places, *([] if instance is None else [instance])])

    @property
    def mounted(self) -> str:
        """Return the name under which the Wizard of this request is registered: dotted in a nested blueprint."""
        return self._place()[0]

    def _place(self) -> tuple[str, dict[str, Any]]:
        """Return that name, and the variables of the address at which the Wizard is mounted."""
        here = current.request()
        mounted, rule, values = here.blueprint or self.name, here.url_rule, here.view_args or {}
        if rule is None or rule.arguments <= OWN_VARIABLES:
            return mounted, {}
        if rule.arguments - values.keys() - OWN_VARIABLES:
            # An application may take them out, to keep them elsewhere.
            values = dict(current_app.create_url_adapter(here).match()[1])  # type: ignore[union-attr]
        return mounted, {name: value for name, value in values.items() if name not in OWN_VARIABLES}

    def run_of(self, key: str, session: MutableMapping[str, Any] = session) -> Run:
        """Return the run under ``key``. Of several instances, each expires by itself."""
        return Run(session, key, current_app.permanent_session_lifetime if self.many else None)

    def keys(self) -> list[str]:
        """Return the keys of all instances in this visitor's session."""
        if not self.many:
            return []
        start = f"{self.key_of(None)}:"
        return [key for key in session if key.startswith(start)]

    # Addresses

    def url_of(self, endpoint: str, **values: Any) -> str:
        """Return the address of a page of this flow, and of this instance of it."""
        if self.many and endpoint != "start":
            values.setdefault("_instance", (request.view_args or {}).get("_instance"))
        mounted, around = self._place()
        return _url_of(f"{mounted}.{endpoint}", {**around, **values})

    def url(self, step: Place, entry: str | None = None, /, **query: Any) -> str:
        """Return the address of ``step``, of an entry of it, or of another :data:`Place`; in an entry, of its list.

        A visitor who came from a summary is led back to it in the end.
        """
        if not isinstance(step, BaseStep):
            return self._url_of_page(step)
        if self.place:
            return self.url_at(*self.place, step.name, *([] if entry is None else [entry]), **query)
        at = {"_step": step.name} if entry is None else {"_step": step.name, "_entry": entry}
        url = self.url_of("step" if entry is None else "entry", **at)
        if self.from_summary:
            query = {"from": self.origin, **query}
        return with_query(url, query) if query else url

    def _url_of_page(self, place: Section | str | None) -> str:
        if isinstance(place, Section):
            return self.url_of("section", _section=place.name)
        if place is None and self.place:
            return self.url_at(*self.place[:-1])
        return self.url_of(place or "summary")

    def url_at(self, *place: str, **query: Any) -> str:
        """Return the address of that ``place``, as far as it is within the entry of a list.

        It says where the visitor is led back to, as far as that is around it; ``come_back`` is one place more.
        """
        step, *rest = place
        values = {"_step": step}
        if rest:
            values["_entry"] = rest[0]
        if rest[1:]:
            values["_within"] = "/".join(rest[1:])
        back = [one for one in [*self.marks, *query.pop("come_back", ())] if one in SUMMARIES or int(one) < len(place)]
        query = {"from": list(dict.fromkeys(back)), **query} if back else query
        return with_query(self.url_of(("step", "entry", "within")[min(len(rest), 2)], **values), query)

    def url_to_check(self, step: BaseStep, field: str) -> str:
        """Return the address that checks one field of ``step``."""
        if self.place:
            return self.url_at(*self.place, step.name, "check", field)
        return self.url_of("check", _step=step.name, _field=field)

    @property
    def marks(self) -> list[str]:
        """Return where the visitor is led back to, the place to which it is last: a summary, or how many parts of
        the place of this page are that of another, a list (1: ``people``) or an entry (2: ``people/3``).
        """
        said = current.request().args.getlist("from")
        return [one for one in said if one in SUMMARIES or (one.isdecimal() and 0 < int(one) <= len(self.place))]

    def url_to_change(self, step: BaseStep, anchor: str = "", entry: str | None = None) -> str:
        """Return the address at which ``step``, or an entry of it, is changed from the summary that is shown."""
        summary = "section" if "_section" in (current.request().view_args or {}) else "summary"
        come_back = {"come_back": [self.changes_from or summary]} if self.place else {"from": summary}
        return self.url(step, entry, **come_back) + (f"#{anchor}" if anchor else "")

    @property
    def origin(self) -> str:
        """Return the summary that the visitor came from to change something: that of all, of a section, or none."""
        named = self.marks[-1:] if self.place else current.request().args.getlist("from")[:1]
        return named[0] if named and named[0] in SUMMARIES else ""

    @property
    def from_summary(self) -> bool:
        """Return whether the visitor came from a summary, or the page of an entry, to change something."""
        if not current.request().query_string:
            return False
        return bool(self.origin) or any(one not in SUMMARIES and not int(one) % 2 for one in self.marks[-1:])

    @property
    def query(self) -> dict[str, list[str]]:
        """Return the query of the address. It is kept as far as the first page, for an author's functions to read."""
        return {name: values for name, values in request.args.to_dict(flat=False).items() if name != "from"}

    def back_url(self) -> str:
        """Return where Back leads on the first page; empty where there is no Back."""
        return str(self.back() if callable(self.back) else self.back)

    # Templates

    def render(self, page: str, status: int = 200, *, alone: bool = False, own: str = "", **context: Any) -> Response:
        """Render a page: with the application's own template for it, else with the one that comes with the package.

        :param alone: whether it is a part of a page, which has no block ``wizard``.
        :param own: the name of the step for which the application may have a template of its own.
        """
        with languages.settled():
            given = {"alert": "", "problems": (), "swapped": htmx.swaps_page(), **context}
            given |= {"alone": alone, "wizard": self, "layout": self.layout, "url_of": self.url_of}
            if alone:
                return make_response(render_template(f"wizard/{page}.html", **page_context(**given)), status)
            names = [f"{self.name}/{page}.html", f"wizard/{page}.html"]
            if own:
                names.insert(0, f"{self.name}/{page}-{own}.html")
            return htmx.render(names, status, page_context(**given))

    def own_progress(self, path: Path, step: BaseStep | None) -> str | None:
        """Return what stands in place of our own words of how far the visitor is; ``None`` for these."""
        if isinstance(self.progress, bool):
            return None if self.progress else ""
        drawn = render_template(self.progress, path=path, step=step, wizard=self, _=languages.gettext)
        return Markup(drawn)  # noqa: S704  (a template has escaped it)

    def render_field(self, view: FieldView | None) -> Response:
        """Render one field alone."""
        return make_response(render_template("wizard/field.html", **page_context(wizard=self, view=view)))
