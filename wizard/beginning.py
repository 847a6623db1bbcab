"""Beginning: a run that is begun from given answers, such as those of a record or of a link."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from secrets import token_urlsafe
from typing import Any

from flask import current_app, has_request_context, request, session, url_for

from . import current, languages, settings, signals
from .errors import Conflict, FlowError, WizardError
from .files.stored import refs_in
from .flow import Run
from .flow.driven import Driven
from .flow.settling import settle
from .pages import owned
from .pages.site import Site
from .pages.visit import TRIES
from .sessions import codec

#: The methods of requests that change nothing.
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


def begin(
    site: Site, values: Mapping[str, Any], *, confirms: bool, replaces: bool, name: str, around: Mapping[str, Any]
) -> str:
    """Begin a run of ``site`` with ``values``, and return the address at which it goes on.

    See :meth:`~wizard.Wizard.begin`, which explains the parameters.
    """
    if not has_request_context() or request.method in _SAFE:
        raise WizardError(
            f"The wizard {site.name!r}: begin() changes the answers of a visitor, and only a request with POST may do "
            "so. Show a page that asks first, and call it for the POST of its form."
        )
    mounted = name or mounted_name(site)
    instance, start = None, site.key_at(mounted, around, None)
    left = owned.take(site, start, current.session(), start)
    if site.many:
        if _is_full(site, mounted, around):
            return url_for(f"{mounted}.start", **around)
        instance = token_urlsafe(9)
    key = site.key_at(mounted, around, instance)
    run = site.run_of(key, session)
    settle(run, site.flow, languages.speaking)
    if left and not site.many:
        owned.add(run, site.flow, left)
    if "moved" in run.record and replaces:
        run.clear()
    if not run.claim and "moved" not in run.record:
        if replaces:
            run.clear()
        if site.many:
            run.begin()
        before = set(() if replaces else run)
        _give(site, run, values, key, confirms=confirms)
        if site.owner or site.resume:
            current.session().take()  # type: ignore[attr-defined]
        new = [step.name for step in site.flow if step.name in run and step.name not in before]
        if new:
            _save()
        for step in new:
            signals.step_answered.send(site, run=run.key, step=step, path=list(run.record["path"]))
    if instance is None:
        return url_for(f"{mounted}.start", **around)
    return url_for(f"{mounted}.resume", **around, _instance=instance)


def _give(site: Site, run: Run, values: Mapping[str, Any], key: str, *, confirms: bool) -> None:
    """Give to ``run`` those ``values`` for which it has nothing yet."""
    # On a copy: what fails changes nothing.
    tried = Run({key: deepcopy(dict(run.record))}, key)
    driven = Driven(
        site.flow,
        tried,
        language=languages.typed_in(),
        speak=languages.speaking,
        confirms=confirms,
        keeps_drafts=True,
    )
    kept = {one.partition(".")[0] for one in tried.record.get("drafts", {})} | tried.record.get("entries", {}).keys()
    driven.give({step: given for step, given in values.items() if step not in tried and step not in kept})
    if tried.record == run.record:
        return
    # Nobody has read them.
    parts = {
        part: {step: one for step, one in tried.record.get(part, {}).items() if step not in driven.passed}
        for part in ("answers", "notes")
    }
    try:
        codec.check(parts["answers"])
    except codec.Unencodable as error:
        raise FlowError(f"The wizard {site.name!r}: {error}") from None
    path = site.flow.path(parts["answers"], {step: note.get("reads", {}) for step, note in parts["notes"].items()})
    run.record = tried.record
    for ref in refs_in(tried.record).values():
        if ref.source is not None:
            current_app.extensions["wizard_files"].put(ref, current_app.permanent_session_lifetime)
    # The stamp may be that of another version of the code, which has derived another path.
    run.change(**parts, path=path.names, order=None)


def _save() -> None:
    """Save the session, as is done at the end of a request: what is told of was saved."""
    ours: Any = current.session()
    # One that stands in the cookie is saved with the response.
    for attempt in range(TRIES if hasattr(ours, "save") else 0):
        try:
            ours.save()
            break
        except Conflict:
            if attempt == TRIES - 1:
                raise
            ours.merge()


def mounted_name(site: Site) -> str:
    """Return the name under which ``site`` is registered: dotted in a nested blueprint."""
    names = [name for name, blueprint in current_app.blueprints.items() if blueprint is site]
    if len(names) != 1:
        found = (
            f"under {', '.join(map(repr, names))}. Say which: begin(values, name={names[0]!r})" if names else "nowhere"
        )
        raise WizardError(f"The wizard {site.name!r} is registered {found}.")
    return names[0]


def _is_full(site: Site, mounted: str, around: Mapping[str, Any]) -> bool:
    """Return whether a visitor has as many unfinished runs as there may be."""
    start = f"{site.key_at(mounted, around, None)}:"
    runs = [site.run_of(key, {key: session[key]}) for key in session if key.startswith(start)]
    unfinished = [run for run in runs if run.key and not run.is_over_time()]
    return len(unfinished) >= int(settings.read(current_app, "WIZARD_MOST_RUNS"))
