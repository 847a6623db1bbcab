"""Two plots as SVG: bars, and lines over logarithmic axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from .turns import Middle

WIDTH = 720
COLOURS = ["#444444", "#c2410c", "#2563eb", "#15803d", "#7e22ce", "#a16207"]


def bars(title: str, values: Mapping[str, Middle]) -> str:
    """Return a bar for each of ``values``, with a line over its middle half."""
    left, row, top = 270, 30, 50
    scale = (WIDTH - left - 70) / max(value.high for value in values.values())
    parts = [_text(16, 28, title, size=16)]
    for number, (name, value) in enumerate(values.items()):
        y = top + number * row
        colour = COLOURS[1] if name.startswith("Ours") else COLOURS[0]
        parts += [
            _text(left - 10, y + 15, name, anchor="end"),
            f'<rect x="{left}" y="{y}" width="{value.median * scale:.1f}" height="20" fill="{colour}"/>',
            _line([(left + value.low * scale, y + 10), (left + value.high * scale, y + 10)], "#ffffff", 2),
            _text(left + value.high * scale + 8, y + 15, f"{value.median:.2f}"),
        ]
    return _document(title, top + len(values) * row + 10, parts)


def lines(title: str, xs: Sequence[int], values: Mapping[str, Sequence[float]]) -> str:
    """Return a line for each of ``values``, which may end before ``xs`` do. Both axes are logarithmic."""
    left, top, right, bottom = 60, 50, WIDTH - 190, 350
    every = [value for line in values.values() for value in line]
    low, high = math.floor(math.log10(min(every)) * 3) / 3, math.floor(math.log10(max(every)) * 3 + 1) / 3

    def across(x: float) -> float:
        return left + (right - left) * math.log(x / xs[0]) / math.log(xs[-1] / xs[0])

    def up(y: float) -> float:
        return bottom - (bottom - top) * (math.log10(y) - low) / (high - low)

    parts = [_text(16, 28, title, size=16)]
    for x in xs:
        parts += [_line([(across(x), top), (across(x), bottom)], "#dddddd", 1)]
        parts += [_text(across(x), bottom + 20, f"{x} steps" if x == xs[-1] else str(x), anchor="middle")]
    for third in range(round(low * 3), round(high * 3) + 1):
        y = 10 ** (third / 3)
        parts += [_line([(left, up(y)), (right, up(y))], "#dddddd", 1)]
        parts += [_text(left - 8, up(y) + 5, f"{y:.1f}" if y < 10 else f"{y:.0f}", anchor="end")]
    named: list[float] = []
    for (name, line), colour in zip(values.items(), COLOURS, strict=False):
        points = [(across(x), up(y)) for x, y in zip(xs, line, strict=False)]
        at = points[-1][1] + 5
        while any(abs(at - other) < 16 for other in named):
            at -= 4
        named.append(at)
        parts += [_line(points, colour, 3), _text(points[-1][0] + 8, at, name, colour=colour)]
    return _document(title, bottom + 40, parts)


def _text(x: float, y: float, text: str, *, size: int = 13, anchor: str = "start", colour: str = "#222222") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'
    )


def _line(points: Sequence[tuple[float, float]], colour: str, width: int) -> str:
    at = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{at}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _document(title: str, height: float, parts: Sequence[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" font-family="sans-serif">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDTH}" height="{height:.0f}" fill="#ffffff"/>',
            *parts,
            "</svg>\n",
        ]
    )
