"""Draw parameters: the matrices of a layer to scale, and each layer's share of a stack."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from core.labs.concepts.kit.drawing import WHITE, Drawing, svg, text
from core.labs.concepts.parameters import messages
from core.labs.concepts.parameters.layers import Part
from core.labs.concepts.parameters.stacks import Row, Stack
from core.plot import palette

HUES = {
    "W": palette.LAPIS,
    "U": palette.TURQUOISE,
    "b": palette.SAFFRON,
    "b_h": palette.POMEGRANATE,
    "E": palette.LAPIS,
    "γ": palette.PLUM,
    "β": palette.SAFFRON,
    "μ": palette.SLATE,
    "σ²": palette.SLATE,
    "trained": palette.MOSS,
    "fixed": palette.SLATE,
}
WIDTH, LEGEND, HEAD = 760.0, 30.0, 26.0  # pixels
LAYER, STACK = 240.0, 210.0  # heights of the two drawings without their headings
SPACE = 0.25  # between the two directions of a layer, as a share of a gate's width
EDGE = 1.0  # pixels of white around a rectangle
SEEN = 0.003  # share below which a coloured area is at most one pixel wide
LETTER = 8.6  # width of a letter in pixels at font size 14


@dataclass(frozen=True)
class Rectangle:
    """A coloured rectangle whose area is its share."""

    role: str
    name: str
    left: float
    top: float
    width: float
    height: float

    def draw(self, words: str) -> str:
        """Draw the rectangle with its label, as far as there is room."""
        shape = (
            f'<rect x="{self.left:.2f}" y="{self.top:.2f}" width="{max(self.width - EDGE, 0.6):.2f}" '
            f'height="{max(self.height - EDGE, 0.6):.2f}" fill="{HUES[self.role]}"/>'
        )
        if len(words) * LETTER > self.width or self.height < 18:
            return shape
        return shape + text(self.left + self.width / 2, self.top + self.height / 2, words, 14, colour=WHITE)


def to_scale(row: Row) -> Drawing:
    """Draw every matrix of a layer as a rectangle with area by share: gates side by side, inputs above states."""
    found = layer_rectangles(row.parts)
    parts = [*_legend(row.parts), *(one.draw(one.name) for one in found)]
    alt = messages.to_scale_alt.format(name=row.layer.name, count=row.count)
    return svg(parts, WIDTH, LEGEND + LAYER, alt)


def layer_rectangles(parts: list[Part]) -> list[Rectangle]:
    """Return one column per gate and direction, parts below one another; all columns equally high."""
    columns: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        columns.setdefault((part.direction, part.gate), []).append(part)
    counts = [sum(part.count for part in own) for own in columns.values()]
    directions = [direction for direction, _ in columns]
    breaks = sum(a != b for a, b in pairwise(directions))
    gap = SPACE * WIDTH / len(columns) if breaks else 0.0
    left, found, before = 0.0, [], directions[0]
    for (direction, _), own, count in zip(columns, columns.values(), counts, strict=True):
        left, before = left + gap * (direction != before), direction
        wide = (WIDTH - gap * breaks) * count / sum(counts)
        found += _below(own, left, wide, LEGEND, LAYER)
        left += wide
    return found


def _below(parts: list[Part], left: float, wide: float, top: float, height: float) -> Iterator[Rectangle]:
    whole = sum(part.count for part in parts)
    for part in parts:
        high = height * part.count / whole
        yield Rectangle(part.role, part.name, left, top, wide, high)
        top += high


def shares(stack: Stack) -> Drawing:
    """Draw each layer as a column as wide as its share of all parameters, split by kind of matrix."""
    parts = _legend([part for row in stack.rows for part in row.parts])
    for number, left, wide, found in columns(stack):
        row = stack.rows[number - 1]
        name = next((n for n in (f"{number}. {row.layer.name}", f"{number}") if len(n) * LETTER < wide), "")
        parts.append(text(left + wide / 2, LEGEND + HEAD / 2, name, 14))
        parts += [one.draw(f"{row.count * one.height / STACK:,.0f}") for one in found]
    each = ", ".join(f"{row.layer.name} {row.count / max(stack.count, 1):.1%}" for row in stack.rows if row.count)
    alt = messages.shares_alt.format(shares=each)
    return svg(parts, WIDTH, LEGEND + HEAD + STACK, alt)


def columns(stack: Stack) -> Iterator[tuple[int, float, float, list[Rectangle]]]:
    """Yield number, left edge, width and rectangles of each layer that has parameters."""
    left = 0.0
    for number, row in enumerate(stack.rows, start=1):
        if not row.count:
            continue
        wide, top, found = WIDTH * row.count / stack.count, LEGEND + HEAD, []
        for role in dict.fromkeys(part.role for part in row.parts):
            high = STACK * sum(part.count for part in row.parts if part.role == role) / row.count
            found.append(Rectangle(role, role, left, top, wide, high))
            top += high
        yield number, left, wide, found
        left += wide


def _legend(shown: list[Part]) -> list[str]:
    """Return a legend of the colours for all parts large enough to be seen."""
    parts, left, whole = [], 0.0, sum(part.count for part in shown)
    means = messages.group("matrices")
    for role in dict.fromkeys(part.role for part in shown):
        if sum(part.count for part in shown if part.role == role) < SEEN * whole:
            continue
        words = role if role == means[role] else f"{role}: {means[role]}"
        parts.append(f'<rect x="{left:g}" y="3" width="13" height="13" fill="{HUES[role]}"/>')
        parts.append(text(left + 19, 10, words, 13.5, "start"))
        left += 40 + 7.2 * len(words)
    return parts
