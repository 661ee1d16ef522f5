"""Draw small SVG figures: number grids, boxes, arrows; text takes the page's colour in light and dark mode."""

import html
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from core.plot import palette

CELL = 36.0  # side of a grid cell in pixels
WHITE, INK = "#FFFFFF", palette.PAPER["text"]
Place = tuple[int, int]


FONT = "'Noto Sans', 'Segoe UI', 'Source Sans 3', 'DejaVu Sans', sans-serif"


LEAST = 14.5  # size of the smallest type
SUBSCRIPT = re.compile(r"\b([A-Za-z])_([a-z0-9](?:_[a-z])*)\b")  # W_f, b_h_z, f_1


class Drawing(NamedTuple):
    """SVG, its text alternative, and its width in pixels."""

    svg: str
    alt: str
    width: int


def svg(parts: Iterable[str], width: float, height: float, alt: str) -> Drawing:
    """Return one drawing of the given size; `currentColor` in it stands for the colour of the page's text."""
    source = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" font-family="{FONT}">{"".join(parts)}</svg>'
    )
    return Drawing(source, alt, round(width))


def number(value: float) -> str:
    """Format a number as short as precision allows: 3, −2, 0.25, 1.33; with a true minus sign."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("-", "−")


def text(
    x: float,
    y: float,
    words: str,
    size: float = 14,
    anchor: str = "middle",
    colour: str = "currentColor",
    weight: int = 400,
    opacity: float = 1,
) -> str:
    """Draw escaped text centred on `y`, `W_f` with a subscript; type below `LEAST` could not be read on a projector."""
    size = max(size, LEAST)
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}" dominant-baseline="central" '
        f'fill="{colour}" font-weight="{weight}" opacity="{opacity:g}">{_subscripts(html.escape(words), size)}</text>'
    )


def _subscripts(words: str, size: float) -> str:
    if not (found := SUBSCRIPT.search(words)):
        return words
    down, rest = 0.3 * size, _subscripts(words[found.end() :], size)
    low = f'<tspan dy="{down:.1f}" font-size="{0.88 * size:.1f}">{found[2].replace("_", ",")}</tspan>'
    return words[: found.start()] + found[1] + low + (f'<tspan dy="{-down:.1f}">{rest}</tspan>' if rest else "")


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    colour: str = "currentColor",
    width: float = 1.6,
    opacity: float = 0.7,
    dash: str = "",
) -> str:
    """Draw a straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{colour}" stroke-width="{width:g}" '
        f'opacity="{opacity:g}"{dashed}/>'
    )


def curve(path: str, colour: str = "currentColor", width: float = 1.6, opacity: float = 0.7, dash: str = "") -> str:
    """Draw an open stroke along an SVG path."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}" opacity="{opacity:g}"{dashed}/>'


def arrow(
    x1: float, y1: float, x2: float, y2: float, colour: str = "currentColor", width: float = 1.6, opacity: float = 0.75
) -> str:
    """Draw a line with a head at its end."""
    along = np.array([x2 - x1, y2 - y1]) / max(1e-9, float(np.hypot(x2 - x1, y2 - y1)))
    across, tip = np.array([-along[1], along[0]]), np.array([x2, y2])
    size = 5 + 1.2 * width
    corners = (tip, tip - size * along + 0.5 * size * across, tip - size * along - 0.5 * size * across)
    head = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    end = tip - 0.7 * size * along
    return (
        line(x1, y1, float(end[0]), float(end[1]), colour, width, opacity)
        + f'<polygon points="{head}" fill="{colour}" opacity="{opacity:g}"/>'
    )


def box(
    x: float,
    y: float,
    width: float,
    height: float,
    colour: str,
    fill: float = 0.14,
    radius: float = 6,
    stroke: float = 1.5,
    dash: str = "",
    opacity: float = 1,
) -> str:
    """Draw a rounded box, filled with its own colour at the given opacity."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" fill="{colour}" '
        f'fill-opacity="{fill:g}" stroke="{colour}" stroke-width="{stroke:g}" opacity="{opacity:g}"{dashed}/>'
    )


def blend(colours: Sequence[Sequence[Any]], share: float) -> str:
    """Return a colour of one of the palette's scales at `share` between 0 and 1."""
    share = min(1.0, max(0.0, share))
    for (low, left), (high, right) in itertools.pairwise(colours):
        if share <= high:
            part = (share - low) / (high - low)
            pairs = [(int(left[i : i + 2], 16), int(right[i : i + 2], 16)) for i in (1, 3, 5)]
            return "#" + "".join(f"{round(a + part * (b - a)):02X}" for a, b in pairs)
    return str(colours[-1][1])


def shade(value: float, largest: float, signed: bool) -> str:
    """Return the fill of a number: pale to dark for magnitudes, orange to blue around zero for signed values."""
    if largest <= 0:
        return blend(palette.DIVERGING, 0.5)
    if signed:
        return blend(palette.DIVERGING, 0.5 + 0.36 * value / largest)
    return blend(palette.SEQUENTIAL, 0.72 * abs(value) / largest)


@dataclass(frozen=True)
class Grid:
    """A matrix of numbers with its upper left corner at `(x, y)`; frames mark cells, `quiet` is the zero padding."""

    x: float
    y: float
    values: np.ndarray  # (rows, columns)
    title: str = ""
    cell: float = CELL
    marks: Mapping[Place, str] = field(default_factory=dict)  # cell -> colour of its frame
    quiet: int = 0  # width of the padding frame
    signed: bool = True
    largest: float | None = None
    empty: frozenset[Place] = frozenset()  # cells without a value yet
    write: bool = True

    @property
    def width(self) -> float:
        return self.cell * self.values.shape[1]

    @property
    def height(self) -> float:
        return self.cell * self.values.shape[0]

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def centre(self, place: Place) -> tuple[float, float]:
        """Return the middle of a cell."""
        return self.x + (place[1] + 0.5) * self.cell, self.y + (place[0] + 0.5) * self.cell

    def draw(self) -> str:
        """Draw the title and cells, then the frames above them."""
        largest = float(np.abs(self.values).max(initial=0)) if self.largest is None else self.largest
        parts = [text(self.x, self.y - 13, self.title, 14, "start", weight=600)] if self.title else []
        parts += [self._cell(place, largest) for place in np.ndindex(self.values.shape)]
        parts += [self._frame(place, colour) for place, colour in self.marks.items()]
        return "".join(parts)

    def _cell(self, place: Place, largest: float) -> str:
        (row, column), value = place, float(self.values[place])
        x, y = self.x + column * self.cell, self.y + row * self.cell
        if place in self.empty:
            return box(x + 1, y + 1, self.cell - 2, self.cell - 2, palette.SLATE, 0.05, 2, 0.8, "3 3")
        if self._is_quiet(place):
            mark = box(x + 1, y + 1, self.cell - 2, self.cell - 2, palette.SLATE, 0.08, 2, 0.8, "2 3")
            return mark + (
                text(x + self.cell / 2, y + self.cell / 2, "0", 0.34 * self.cell, opacity=0.6) if self.write else ""
            )
        fill = shade(value, largest, self.signed)
        tile = (
            f'<rect x="{x + 0.5:g}" y="{y + 0.5:g}" width="{self.cell - 1:g}" height="{self.cell - 1:g}" rx="2" '
            f'fill="{fill}"/>'
        )
        return tile + (self._written(x, y, value, fill) if self.write else "")

    def _written(self, x: float, y: float, value: float, fill: str) -> str:
        ink = WHITE if palette.contrast(fill, WHITE) > palette.contrast(fill, INK) else INK
        longest = max(len(number(float(one))) for one in self.values.flat)  # all numbers have one size
        size = self.cell * min(0.42, 1.5 / longest)
        return text(x + self.cell / 2, y + self.cell / 2, number(value), round(size, 1), colour=ink, weight=500)

    def _is_quiet(self, place: Place) -> bool:
        rows, columns = self.values.shape
        inner = self.quiet <= place[0] < rows - self.quiet and self.quiet <= place[1] < columns - self.quiet
        return self.quiet > 0 and not inner

    def _frame(self, place: Place, colour: str) -> str:
        x, y = self.x + place[1] * self.cell, self.y + place[0] * self.cell
        return (
            f'<rect x="{x + 1.5:g}" y="{y + 1.5:g}" width="{self.cell - 3:g}" height="{self.cell - 3:g}" rx="3" '
            f'fill="none" stroke="{colour}" stroke-width="3"/>'
        )
