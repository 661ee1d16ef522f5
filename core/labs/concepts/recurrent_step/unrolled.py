"""Draw the unrolled graph of a recurrent cell: one box per step, states passed on, inputs from below."""

import html

from core.labs.concepts.kit.cells import CELL_NAMES, Array, Moment
from core.labs.concepts.kit.drawing import FONT
from core.labs.concepts.recurrent_step import messages
from core.labs.concepts.recurrent_step.by_hand import Example
from core.plot import palette

STEP, BOX, LEFT = 132, 74, 6  # widths
TOP, HEIGHT = 74, 66  # of the boxes
UNIT_HUES = (palette.LAPIS, palette.TURQUOISE, palette.SAFFRON)


def drawing(example: Example, step: int, gate: str = "") -> tuple[str, str, int]:
    """Return the SVG, its text alternative, and its width in pixels.

    Step `step` (from 0) is marked, with the gate being computed; later steps are pale.
    """
    moments, cell = example.moments, example.shape.cell
    width, height = LEFT + STEP * (len(moments) + 1) - BOX, TOP + HEIGHT + 40 + 18 * example.shape.features
    name, steps = CELL_NAMES[cell], len(moments)
    alt = messages.graph_alt.format(name=name, steps=steps, step=step + 1)
    parts = [_states(LEFT, _start(example))]
    parts += [_moment(cell, t, one, t == step, gate, 1.0 if t <= step else 0.7) for t, one in enumerate(moments)]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 12 {width} {height - 12}" font-size="14" '
        f'fill="currentColor" font-family="{FONT}">{ARROW}{"".join(parts)}</svg>'
    )
    return svg, alt, width


ARROW = (
    '<defs><marker id="tamrin-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    f'orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="{palette.SLATE}"/></marker></defs>'
)


def _start(example: Example) -> dict[str, Array]:
    first = example.moments[0]
    return {"h": first.h_before} | ({} if first.c_before is None else {"c": first.c_before})


def _moment(cell: str, t: int, moment: Moment, marked: bool, gate: str, opacity: float) -> str:
    x = LEFT + t * STEP
    hue, middle = palette.CELLS[cell], x + STEP - BOX / 2
    left = middle - BOX / 2
    frame = (
        f'<rect x="{left}" y="{TOP}" width="{BOX}" height="{HEIGHT}" rx="9" '
        f'fill="{palette.translucent(hue, 0.3 if marked else 0.12)}" stroke="{hue}" '
        f'stroke-width="{3 if marked else 1.4}"/>'
    )
    states = {"h": moment.h} | ({} if moment.c is None else {"c": moment.c})
    inside = _gates(left, moment, gate if marked else "") or _centred(middle, TOP + 38, "tanh")
    return (
        f'<g opacity="{opacity}">{frame}{inside}{_centred(middle, TOP - 44, f"t = {t + 1}", 700 if marked else 400)}'
        f"{_input(middle, moment.x)}{_states(left + BOX, states)}</g>"
    )


def _gates(left: float, moment: Moment, worked: str) -> str:
    """Draw bars of the gates between 0 and 1, mean over the units; the one being computed has an outline."""
    gates = [gate for gate in moment.values if gate != "h"]
    if not gates:
        return ""
    wide, parts = BOX / len(gates), []
    for n, gate in enumerate(gates):
        size = float(abs(moment.values[gate]).mean()) * 32
        x = left + n * wide + wide / 2
        line = ' stroke="currentColor" stroke-width="1.6"' if gate == worked else ""
        parts.append(
            f'<rect x="{x - 5}" y="{TOP + 42 - size:.1f}" width="10" height="{size:.1f}" '
            f'fill="{GATE_HUES[gate]}"{line}/>{_centred(x, TOP + 58, gate, 700 if gate == worked else 400)}'
        )
    return "".join(parts)


GATE_HUES = {
    "f": palette.POMEGRANATE,
    "i": palette.MOSS,
    "g": palette.PLUM,
    "o": palette.SAFFRON,
    "z": palette.POMEGRANATE,
    "r": palette.MOSS,
}


def _input(middle: float, x: Array) -> str:
    bottom = TOP + HEIGHT
    arrow = _arrow(middle, bottom + 28, middle, bottom + 2)
    numbers = "".join(_centred(middle, bottom + 44 + 18 * n, f"{value:.4g}") for n, value in enumerate(x))
    return arrow + numbers


def _states(x: float, states: dict[str, Array]) -> str:
    """Draw states passed to the next step: the cell state on the upper rail, the hidden state on the lower."""
    parts, room = [], STEP - BOX
    for name, values in states.items():
        y = TOP + (HEIGHT - 16 if name == "h" and len(states) > 1 else HEIGHT / 2 if name == "h" else 14)
        parts.append(_arrow(x, y, x + room - 2, y))
        parts.append(_values(x + room / 2, y, name, values, below=name == "h" and len(states) > 1))
    return "".join(parts)


def _values(x: float, y: float, name: str, values: Array, below: bool) -> str:
    """Draw the numbers of a state beside its arrow, each in the hue of its unit."""
    first = y + 17 if below else y - 9 - 16 * (len(values) - 1)
    return "".join(
        f'<text x="{x}" y="{first + 16 * n:.1f}" text-anchor="middle" fill="{UNIT_HUES[n]}" font-weight="600">'
        f"{name if n == 0 else ''} {_written(value)}</text>"
        for n, value in enumerate(values)
    )


def _written(value: float) -> str:
    return f"{value + 0.0:.2f}".replace("-", "−") if round(value, 2) else "0.00"


def _centred(x: float, y: float, text: str, weight: int = 400) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="middle" font-weight="{weight}">{html.escape(text)}</text>'


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{palette.SLATE}" stroke-width="1.8" '
        'marker-end="url(#tamrin-arrow)"/>'
    )
