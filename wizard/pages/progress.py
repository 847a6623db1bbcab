"""Progress: the steps that every page names, and those that it only counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from flask_babel.speaklater import LazyString
from markupsafe import Markup
from wtforms import Field, Form

from .. import current, languages
from ..flow import BaseStep, Path, Section, Step, fields
from .words import words

#: How many bars can be told apart on a phone.
MOST_BARS = 24

#: With more bars than these, that of the summary among them, there is no room for their names.
MOST_NAMES = 9


class _Made(str):
    """A title that is made of answers. It is not to be remembered."""

    __slots__ = ()


class Mark(NamedTuple):
    """One bar: a step or a section, or on a long way all between two that are named.

    :param title: its title; empty for several.
    :param steps: how many steps, or sections, it stands for.
    :param done: how many of these are answered.
    :param is_here: whether the step is the one that is shown.
    :param is_sure: whether it is sure to apply.
    :param leads_to: the name of the step that the visitor may go to from here; empty if it is none.
    :param brief: what stands for its answer in brief until the page is drawn; empty where that is not shown.
    """

    title: Any
    steps: int
    done: int
    is_here: bool
    is_sure: bool
    leads_to: str = ""
    brief: str = ""


class Progress(NamedTuple):
    """How far the visitor is, on the page of a step or on the summary.

    :param bars: those before that of the summary.
    :param section: the title of the section of this page; empty where there is none.
    :param number: the number of this page, among those of its section.
    :param pages: how many there are.
    :param has_sections: whether the flow has sections.
    :param in_any_order: whether these can be done in any order, so that the steps of one are shown.
    :param at_end: whether this is the summary.
    :param leads: whether the visitor can go to a step that one of the bars stands for.
    """

    bars: tuple[Mark, ...]
    section: Any
    number: int
    pages: int
    has_sections: bool
    in_any_order: bool
    at_end: bool
    leads: bool


def draw_progress(
    macro: Callable[..., Markup], path: Path, step: BaseStep | None, form: str, action: str, link: str = ""
) -> Markup:
    """Return what ``macro`` draws of the :class:`Progress`, ``form``, ``action`` and ``link``: it must read no more.

    :param step: whose page it is; ``None`` is the summary.
    :param link: on a page without a form, the address of a step whose name is :data:`NAME`.
    """
    at = _progress_at(path, step)
    drawn = _draw(macro, at, form, action, link)
    briefs = [bar.brief for bar in at.bars if bar.brief]
    return _with_briefs(drawn, briefs, path.whole) if briefs else drawn


def _with_briefs(drawn: Markup, briefs: Iterable[str], path: Path) -> Markup:
    """Return what was ``drawn`` with the answers, which are not remembered: they stand in the session alone."""
    site = current.g().get("wizard_site")
    kept = (site and current.session().get(site.key)) or {}
    for brief in briefs:
        name = brief.strip(_BRIEF)
        drawn = drawn.replace(brief, _brief(path.step(name), kept.get("answers", {}).get(name)))
    return drawn


def _brief(step: Any, answer: Any) -> str:
    """Return in words what was answered to ``step``: in a list, to each of its entries."""
    question = _question(step.form, step.brief)
    if isinstance(answer, list):
        return languages.listed([words(question, one.get(step.brief)) for one in answer])
    return words(question, answer.get(step.brief)) if answer else ""


@cache
def _question(form: type[Form], name: str) -> Field:
    """Return a field that says an answer in words, filled in with nothing."""
    field = fields.sample(fields.unbound(form)[name], name)
    field.process(None)
    return field


def _draw(macro: Callable[..., Markup], at: Progress, form: str, action: str, link: str) -> Markup:
    spoken = languages.spoken()
    titles = {type(at.section), *(type(bar.title) for bar in at.bars)}
    # Markup is equal to its text, and drawn in another way.
    if spoken is None or titles != {str}:
        return macro(at, form, action, link)
    # Each page has an id of its own for its form, and each run an address.
    drawn = _drawn(spoken, macro, at, form and _FORM, action, link and f"{_BEFORE}{NAME}{_AFTER}").replace(_FORM, form)
    before, _, after = link.partition(NAME)
    return drawn.replace(_BEFORE, before).replace(_AFTER, after) if link else drawn


#: Stands for a name in an address, and is the name of nothing.
NAME = "~~~"

#: These stand in what is remembered for the id of the form, and for what stands in an address before the name of a step
#: and after it. Nobody can write them into a title.
_FORM, _BEFORE, _AFTER = "\0", "\1", "\2"

#: Around the name of a step, it stands for the answer to it.
_BRIEF = "\3"


# Keyed by all that it depends on: the language with its words, and the macro. Most visitors are where another was: to
# draw it again took a fifteenth of a page.
@lru_cache(maxsize=1024)
def _drawn(_spoken: object, macro: Callable[..., Markup], at: Progress, form: str, action: str, link: str) -> Markup:
    return macro(at, form, action, link)


def marks(path: Path, step: BaseStep | None) -> tuple[Mark, ...]:
    """Return the bars before that of the summary, on the page of ``step``, or of the summary for ``None``.

    A step that is named on the page, and answered, can be gone to.
    """
    bars = tuple(_bars(path, step))
    return bars if len(bars) < MOST_NAMES else tuple([bar._replace(leads_to="") for bar in bars])


def place_of(path: Path, step: BaseStep | None) -> tuple[int, int]:
    """Return the number of the page of ``step``, and how many there are; ``None`` is the summary, which is the last."""
    step, path = path.top(step), path.whole
    return (path.position(step), path.count_beside(step)) if step else (path.count, path.count)


def _progress_at(path: Path, step: BaseStep | None) -> Progress:
    number, count = place_of(path, step)
    step, path = path.top(step), path.whole
    bars = marks(path, step)
    section = path.section(step) if step else None
    return Progress(
        bars=bars,
        section=_text(section.title) if section else "",
        number=number,
        pages=count,
        has_sections=bool(path.all_sections),
        in_any_order=path.any_order,
        at_end=step is None,
        leads=any(bar.leads_to for bar in bars),
    )


def _text(title: Any) -> Any:
    """Return a title in the language of this page."""
    return str(title) if isinstance(title, LazyString) else title


def _bars(path: Path, step: BaseStep | None) -> Iterator[Mark]:
    """Yield the bars before that of the summary, on the page of ``step``, or of the summary for ``None``.

    On a long way, the first step is named, the one that is shown and those beside it. The others are counted: nobody
    reads a hundred names on each page, and to draw them took a fifth of the time.
    """
    steps = path.marks_beside(step)
    if len(steps) < MOST_BARS:
        yield from _named(path, steps, at_end=step is None)
        return
    here = len(steps) if step is None else next((place for place, mark in enumerate(steps) if mark[1]), 0)
    drawn = 0
    for place in sorted({0, here - 1, here, here + 1, len(steps)} - {-1, len(steps) + 1}):
        between = steps[drawn:place]
        # One takes no more room by its name than counted.
        if len(between) > 1:
            done = sum(is_done for _, _, is_done, _ in between)
            yield Mark("", len(between), done, is_here=False, is_sure=True)
            between = []
        yield from _named(path, [*between, *steps[place : place + 1]], at_end=step is None)
        drawn = place + 1


def _named(path: Path, steps: Iterable[tuple[BaseStep | Section, bool, bool, bool]], *, at_end: bool) -> Iterator[Mark]:
    for one, is_here, is_done, is_sure in steps:
        said = getattr(one, one.called)
        is_made = callable(said) and isinstance(one, BaseStep)
        title = path.title(one) if is_made else _text(said)  # type: ignore[arg-type]
        if is_made and type(title) is str:
            title = _Made(title)
        leads = isinstance(one, BaseStep) and is_done and not is_here and not one.final and path.is_open(one)
        # Where the answer is asked, and on the summary, it stands in full.
        is_told = is_done and not is_here and not at_end and isinstance(one, Step) and one.brief
        brief = f"{_BRIEF}{one.name}{_BRIEF}" if is_told else ""
        yield Mark(title, 1, is_done, is_here, is_sure, one.name if leads else "", brief)
