"""Draw states and gates of every step as bars with their numbers."""

import numpy as np

from core.labs.concepts.kit.cells import GATE_NAMES, Array
from core.labs.concepts.kit.drawing import Drawing, line, svg, text
from core.labs.concepts.recurrent_step import messages
from core.labs.concepts.recurrent_step.by_hand import Example
from core.plot import palette

HUES = (palette.LAPIS, palette.TURQUOISE, palette.SAFFRON)
WIDTH, PANEL, HEAD, FOOT, GAP = 760.0, 108.0, 46.0, 26.0, 34.0  # pixels
MOST_NUMBERS = 16  # maximum bars of a panel with room for their numbers
ROOM = 33.0  # pixels of a bar with a horizontal number; on a narrower one it is rotated


def series(example: Example) -> dict[str, Array]:
    """Map the name of each state and gate to its values `(steps, units)`."""
    moments, found = example.moments, {}
    for gate in example.shape.gates:
        if gate != "h":
            found[f"{gate}: {GATE_NAMES[gate]}"] = np.array([moment.values[gate] for moment in moments])
    if example.shape.cell == "lstm":
        found["c: cell state"] = np.array([moment.c for moment in moments])
    return found | {"h: hidden state": np.array([moment.h for moment in moments])}


def bars(example: Example) -> Drawing:
    """Draw one panel for each gate and state, one bar per step and unit."""
    panels = series(example)
    columns = min(3 if len(panels) > 4 else 2, len(panels))
    rows = -(-len(panels) // columns)
    wide = (WIDTH - GAP * (columns - 1)) / columns
    units = example.shape.units
    top = 26.0 if units > 1 else 4.0
    parts = [_legend(units)] if units > 1 else []
    for place, (name, values) in enumerate(panels.items()):
        x, y = (place % columns) * (wide + GAP), top + (place // columns) * (HEAD + PANEL + FOOT)
        parts.append(_panel(name, values, x, y, wide))
    alt = messages.bars_alt.format(panels=", ".join(panels))
    return svg(parts, WIDTH, top + rows * (HEAD + PANEL + FOOT), alt)


def _legend(units: int) -> str:
    return "".join(
        f'<rect x="{unit * 84}" y="4" width="12" height="12" fill="{HUES[unit]}"/>'
        + text(unit * 84 + 18, 10, messages.unit.format(number=unit + 1), 13, "start")
        for unit in range(units)
    )


def _panel(name: str, values: Array, x: float, y: float, wide: float) -> str:
    """Draw the title, the zero line with the ends of the scale, the bars, and the steps below."""
    low, high = _range(name[0], values)
    top, left, across = y + HEAD, x + 30, wide - 30
    scale = PANEL / (high - low)
    zero = top + high * scale
    parts = [text(left + across / 2, y + 14, name, 14, weight=600)]
    for level in dict.fromkeys((low, 0.0, high)):
        at = top + (high - level) * scale
        parts.append(line(left, at, left + across, at, palette.SLATE, 1, 0.9 if level == 0 else 0.3))
        parts.append(text(left - 5, at, f"{level:g}".replace("-", "−"), 11, "end", opacity=0.8))
    steps, units = values.shape
    slot = across / steps
    bar = 0.74 * slot / units
    numbered = values.size <= MOST_NUMBERS
    for step in range(steps):
        middle = left + (step + 0.5) * slot
        parts.append(text(middle, top + PANEL + 13, str(step + 1), 12, opacity=0.8))
        for unit in range(units):
            begin = middle + (unit - units / 2) * bar
            parts.append(_bar(float(values[step, unit]), begin, zero, bar, scale, HUES[unit], numbered))
    return "".join(parts)


def _bar(value: float, x: float, zero: float, wide: float, scale: float, hue: str, numbered: bool) -> str:
    high = abs(value) * scale
    y = zero - high if value >= 0 else zero
    tile = f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide - 1:.1f}" height="{high:.1f}" fill="{hue}"/>'
    if not numbered:
        return tile
    below, across = value < 0, wide >= ROOM
    at, middle = (y + high + 3 if below else y - 3), x + wide / 2
    words = f"{value:.2f}".replace("-", "−")
    if across:
        return tile + text(middle, at + (6 if below else -6), words, 11)
    upright = text(0, 0, words, 11, "end" if below else "start")
    return tile + f'<g transform="translate({middle:.1f} {at:.1f}) rotate(-90)">{upright}</g>'


def _range(what: str, values: Array) -> tuple[float, float]:
    """Return the axis range: gates 0 to 1, tanh -1 to 1, a cell state by its values."""
    reach = max(1.0, float(np.ceil(np.abs(values).max()))) if what == "c" else 1.0
    return (0.0 if what in "fiozr" else -reach), reach
