"""Pictures of a Flow: as a table, as a Mermaid diagram, as an SVG. Conditions and secret fields are marked in each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from .flow import BaseStep, Flow, Loop, Section, Value
from .flow.base import in_words
from .flow.trial import reads_only_answers

#: What stands in a picture by itself.
Part = BaseStep | Section | Value


def condition(flow: Flow, step: Part) -> str:
    """When ``step`` is asked, in words; empty for always.

    >>> from wizard.signup.flow import flow
    >>> condition(flow, flow.get("team"))
    'plan.plan is team'
    """
    found = flow.conditions(step)
    outcomes = {outcome for _, outcome in found}
    if step.when is None or (outcomes == {True} and reads_only_answers(step.when)):
        return ""
    if None in outcomes or len(outcomes) == 1:
        read = {one for told, _ in found for one in told}
        # A field that is read says more than that its step is answered.
        named = {one for one in read if one[-1] != "?" or not any(two.startswith(f"{one[:-1]}.") for two in read)}
        # Where a way ends and no read is to blame, something else decides, such as a setting of the application.
        more = any(None not in told.values() for told, outcome in found if outcome is None or len(outcomes) == 1)
        names = sorted(one.rstrip("?") for one in named) + ["more than answers"] * more
        return "depends on " + " and ".join(names)
    values: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for told, outcome in found:
        if outcome and told:
            reads = list(told.items())
            alike = tuple(_words(*one) for one in reads[:-1])
            values.setdefault((alike, reads[-1][0]), []).append(_words(*reads[-1]))
    return " or ".join(
        " and ".join([*before, last[0] + "".join(f" or {one.removeprefix(f'{read} is ')}" for one in last[1:])])
        for (before, read), last in values.items()
    )


def _words(read: str, value: object) -> str:
    if read.endswith("?"):
        return f"{read[:-1]} is {'' if value else 'not '}answered"
    return f"{read} is {value}"


def _only(when: str) -> str:
    return f"only if {when}" if when and not when.startswith("depends on ") else when


def title(flow: Flow, step: Part) -> str:
    """What ``step`` is called, whatever it depends on; several, if there are."""
    if isinstance(step, BaseStep):
        return " / ".join(flow.titles(step, step.called))
    return str(step.title) or in_words(step.name)


def _parts_of(flow: Flow) -> Sequence[Part]:
    return flow.sections or flow.parts


def _inside(flow: Flow, part: Part) -> tuple[Flow, Sequence[Part]] | None:
    """What stands within ``part``: the steps of a section, or of an entry of a list, and the flow that these are of."""
    if isinstance(part, Section):
        return flow, flow.order.parts_of(part)
    return (flow.inner(part), flow.inner(part).parts) if isinstance(part, Loop) else None


def _describe(flow: Flow, part: Part) -> list[str]:
    if isinstance(part, Value):
        return [f"computed from {' and '.join(flow.computed_from(part)) or 'no answer'}"]
    if isinstance(part, BaseStep):
        return part.describe()
    awaited = flow.order.needs.get(part.name, ())
    waits = [f"waits for {' and '.join(awaited)}"] if awaited else []
    return ["a section", *waits, *(["its answers are checked at its end"] if part.summary else [])]


def table(flow: Flow) -> str:
    """A line for each step and each field: what is asked where, and when."""
    rows = [("step", "title", "fields", "asked when"), *_rows(flow, _parts_of(flow))]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    rows.insert(1, tuple("-" * width for width in widths))  # type: ignore[arg-type]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _rows(flow: Flow, parts: Sequence[Part], indent: str = "") -> Iterator[tuple[str, str, str, str]]:
    for part in parts:
        for line, field in enumerate(_describe(flow, part) or [""]):
            first = (indent + part.name, indent + title(flow, part), field, condition(flow, part) or "always")
            yield first if not line else ("", "", field, "")
        if inside := _inside(flow, part):
            yield from _rows(*inside, f"{indent}  ")


def _groups(flow: Flow, parts: Sequence[Part]) -> Iterator[tuple[str, list[Part]]]:
    """The parts, those in a row together that hang on the same condition."""
    for (_, when), some in groupby(parts, key=lambda part: (part.when, condition(flow, part))):
        yield when, list(some)


def mermaid(flow: Flow) -> str:
    """A Mermaid flowchart. Steps that are not always asked hang on a question before them."""
    lines = ["flowchart TD", "    start([start])"]
    if flow.any_order:
        lines += ["    tasks([sections, in any order])", "    start --> tasks"]
        for section in flow.sections:
            chart, before = _chart(flow, [section], [("tasks", "")], "")
            lines += [*chart, *_edges([one for one in before if one[1] != "no"], "tasks")]
        before = [("tasks", "all completed")]
    else:
        chart, before = _chart(flow, _parts_of(flow), [("start", "")], "")
        lines += chart
    lines += ["    summary([summary])", *_edges(before, "summary")]
    return "\n".join([*lines, "    done([done])", *_edges([("summary", "")], "done")])


def _chart(
    flow: Flow, parts: Sequence[Part], before: list[tuple[str, str]], around: str
) -> tuple[list[str], list[tuple[str, str]]]:
    """The lines of ``parts`` that follow what is ``before``, and what comes before whatever follows them.

    :param around: the names of the lists around these steps.
    """
    lines: list[str] = []
    for when, some in _groups(flow, parts):
        otherwise = []
        if when:
            asks = _id("when", some[0], around)
            mark = "" if when.startswith("depends on ") else "?"
            lines += [f'    {asks}{{"{_quoted(when)}{mark}"}}', *_edges(before, asks)]
            before, otherwise = [(asks, "yes")], [(asks, "no")]
        for part in some:
            own, label = _id("step", part, around), "<br>".join(_label(flow, part))
            ends = isinstance(part, BaseStep) and part.ends
            if inside := _inside(flow, part):
                inner, _ = _chart(*inside, [], around if isinstance(part, Section) else f"{around}{part.name}/")
                lines += [f'    subgraph {own}["{label}"]', *(f"    {line}" for line in inner), "    end"]
            else:
                shape = "([{}])" if ends else "[/{}/]" if isinstance(part, Value) else "[{}]"
                lines.append(f"    {own}" + shape.format(f'"{label}"'))
            lines += _edges(before, own)
            for value, name in getattr(part, "back", {}).items():
                lines.append(f"    {own} -.->|{_quoted(value)}| {_id('step', flow.get(name) or part, around)}")
            before = [] if ends else [(own, "")]
        before += otherwise
    return lines, before


def _label(flow: Flow, part: Part) -> list[str]:
    return [f"<b>{_quoted(title(flow, part))}</b>", *map(_quoted, _describe(flow, part))]


def _edges(before: list[tuple[str, str]], to: str) -> list[str]:
    return [f"    {one} -->{f'|{label}|' if label else ''} {to}" for one, label in before]


def _id(kind: str, part: Part, around: str) -> str:
    # With the kind before it, no name is a word of Mermaid's, such as "end". No name has two "_" in a row.
    kind = f"section_{kind}" if isinstance(part, Section) else kind
    return f"{kind}_{(around + part.name).replace('-', '__').replace('/', '___')}"


def _quoted(text: str) -> str:
    signs = {"#": "#35;", "&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;"}
    return "".join(signs.get(sign, sign) for sign in text)


#: The measures of the SVG, in its own units: of the whole, of one line, and of the space between two boxes.
_WIDTH, _LINE, _GAP, _LEFT, _BOX = 600, 22, 34, 150, 420

#: How far within the box of a list those of its steps begin, and how far before it they end.
_INSET, _PAD = 44, 16

_STYLE = (
    "text{font:14px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1c2522}"
    ".title{font-weight:700;font-size:16px}.soft{fill:#56625d}.when{fill:#1f5c47;font-style:italic}"
    ".box{fill:#fff;stroke:#78837d;stroke-width:1.5}.value{fill:#f0efe9}.maybe{stroke-dasharray:6 4;stroke:#1f5c47}"
    ".line{fill:none;stroke:#78837d;stroke-width:1.5}.end{fill:#1f5c47}.white{fill:#fff;font-weight:700}"
    ".middle{text-anchor:middle}"
)

_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"
 aria-labelledby="title desc">
<title id="title">The steps of a flow</title><desc id="desc">{words}</desc>
<style>{style}</style>
<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0 0L10 5L0 10z" fill="#78837d"/></marker></defs>
<rect width="{width}" height="{height}" rx="14" fill="#fbfaf7"/>
{parts}
</svg>"""


def svg(flow: Flow) -> str:
    """A picture that stands alone: boxes from top to bottom, dashed where a step is not always asked."""
    parts, middle = [_pill("Start", 20)], _LEFT + _BOX // 2
    y = _column(parts, (flow, _parts_of(flow)), 56, 0)
    parts += [
        f'<path class="line" d="M{middle} {y}V{y + _GAP}" marker-end="url(#arrow)"/>',
        _pill("Summary, and done", y + _GAP),
    ]
    words = escape("; ".join(_said(flow, _parts_of(flow))))
    return _SVG.format(width=_WIDTH, height=y + _GAP + 56, words=words, style=_STYLE, parts="\n".join(parts))


def _said(flow: Flow, parts: Sequence[Part]) -> Iterator[str]:
    if flow.any_order and parts is flow.sections:
        yield "In any order"
    for part in parts:
        about = [*_describe(flow, part), _only(condition(flow, part))]
        yield f"{title(flow, part)}: {', '.join(filter(None, about))}"
        if inside := _inside(flow, part):
            yield from _said(*inside)


def _column(parts: list[str], drawn: tuple[Flow, Sequence[Part]], y: int, depth: int) -> int:
    """Draw what is to be ``drawn`` below ``y``, and return where it ends.

    :param depth: in how many sections or lists these steps are, whose boxes are around them.
    """
    flow, left, width = drawn[0], _LEFT + _INSET * depth, _BOX - (_INSET + _PAD) * depth
    middle = left + width // 2
    is_free = flow.any_order and drawn[1] is flow.sections
    if is_free:
        y += _LINE
        parts.append(_text(middle, y, "in any order", "soft middle"))
    for when, some in _groups(*drawn):
        above = y
        words = _wrapped(_only(when), width // 2 + (8 if not depth else -24), 14) if when else []
        parts += [_text(middle + 12, y + 24 + _LINE * line, text, "when") for line, text in enumerate(words)]
        y += _LINE * len(words)
        for part in some:
            start = above if part is some[0] else y
            css = "box value" if isinstance(part, Value) else "box maybe" if when else "box"
            # What is done in any order does not follow what stands above it.
            y = _box(parts, flow, part, (y + _GAP if is_free else start, y + _GAP), css, depth)
        # Nothing leads on from an exit but the way round.
        ends = isinstance(some[-1], BaseStep) and some[-1].ends
        y += _GAP if ends else 0
        if when and not is_free:
            # The way round, for whoever is not asked. It comes back before the next one leaves.
            side = left - (50 if not depth else _INSET // 2)
            way = f"M{middle} {above + 20}H{side}V{y + (0 if ends else 10)}H{middle}"
            parts.append(f'<path class="line maybe" d="{way}"/>')
            if not depth:
                parts.append(_text(_LEFT - 130, (above + y) // 2, "otherwise", "soft"))
    return y


def _box(parts: list[str], flow: Flow, part: Part, between: tuple[int, int], css: str, depth: int) -> int:
    """Draw ``part``, with an arrow to it, ``between`` where that begins and where it leads; return where it ends."""
    left, width, (above, top) = _LEFT + _INSET * depth, _BOX - (_INSET + _PAD) * depth, between
    lines = [(line, "title") for line in _wrapped(title(flow, part), width - 36, 18)]
    lines += [(line, "soft") for name in _describe(flow, part) for line in _wrapped(name, width - 36, 14)]
    bottom = top + _LINE * len(lines) + 20
    corner = 28 if isinstance(part, BaseStep) and part.ends else 10
    inner: list[str] = []
    if inside := _inside(flow, part):
        bottom = _column(inner, inside, bottom - _GAP // 2, depth + 1) + _PAD
    if above < top:
        parts.append(f'<path class="line" d="M{left + width // 2} {above}V{top}" marker-end="url(#arrow)"/>')
    parts += [
        f'<rect class="{css}" x="{left}" y="{top}" width="{width}" height="{bottom - top}" rx="{corner}"/>',
        *(_text(left + 18, top + 28 + _LINE * row, line, kind) for row, (line, kind) in enumerate(lines)),
        *inner,
    ]
    return bottom


def _wrapped(text: str, room: int, size: int) -> list[str]:
    """``text`` in lines that fit into ``room``, by a generous guess at how wide each letter is in any font."""
    lines, used = [""], 0.0
    for word in re.findall(r"[^\s_]*_?\s*", text):
        if used + sum(map(_width, word.rstrip())) * size > room:
            lines, used = [*lines, ""], 0.0
        for letter in word:
            # A word too long for a line of its own is broken.
            if used + _width(letter) * size > room and not letter.isspace():
                lines, used = [*lines, ""], 0.0
            lines[-1] += letter
            used += _width(letter) * size
    return [line.rstrip() for line in lines if line.strip()]


def _width(letter: str) -> float:
    if letter in " fijlrt.,:;'|()[]":
        return 0.45
    # Beyond U+2000 are dashes, pictures and the scripts of East Asia.
    return 1.1 if letter in "mwMW@%&" or letter > "\u2000" else 0.8 if letter.isupper() else 0.66


def _text(x: int, y: int, words: str, css: str) -> str:
    return f'<text x="{x}" y="{y}" class="{css}">{escape(words)}</text>'


def _pill(words: str, y: int) -> str:
    x = _LEFT + _BOX // 2
    return (
        f'<rect class="end" x="{x - 90}" y="{y}" width="180" height="36" rx="18"/>'
        f'<text x="{x}" y="{y + 23}" class="white" text-anchor="middle">{escape(words)}</text>'
    )
