"""Draw a co-attention step: frames and phrases as opaque as their weights, the gate, and the next word."""

import numpy as np

from core.labs.concepts.captioning import messages
from core.labs.concepts.kit.attention import Looked
from core.labs.concepts.kit.drawing import Drawing, Grid, arrow, box, number, svg, text
from core.plot import palette

EYE, MEMORY, WORD = palette.LAPIS, palette.TURQUOISE, palette.SAFFRON
FRAME, REGION, STEP = 142.0, 69.0, 150.0
ROW, CELL = 56.0, 48.0  # heights of a region and of a number
WRITTEN, PHRASE = 462.0, 178.0  # left edge and width of the phrases
WIDTH, HEIGHT = 648.0, 428.0  # no higher, so that a projector has room for larger type


def look(
    seen: Looked,
    shown: tuple[tuple[str, ...], ...],
    phrases: tuple[str, ...],
    words: tuple[str, ...],
    chances: np.ndarray,
) -> Drawing:
    """Draw one whole step, from regions and phrases to the probability of each next word."""
    parts = [
        text(0, 12, messages.visual_features, 14, "start", EYE, 600),
        text(WRITTEN, 12, messages.generated_phrases, 14, "start", MEMORY, 600),
    ]
    visual, textual, mixed = (40.0, 222.0), (WIDTH - 4 * CELL - 2, 222.0), (228.0, 332.0)
    for f, weights in enumerate(seen.region_weights):
        x = f * STEP
        parts.append(_frame(x, weights, shown[f], float(seen.frame_weights[f])))
        strength = float(seen.frame_weights[f])
        parts.append(_flow(x + FRAME / 2, 159, visual[0] + 2 * CELL, visual[1] - 22, EYE, strength))
    for p, phrase in enumerate(phrases):
        strength, y = float(seen.phrase_weights[p]), 28 + 56 * p
        parts += [
            box(WRITTEN, y, PHRASE, 46, MEMORY, 0.08 + 0.62 * strength, opacity=0.5 + 0.5 * strength),
            text(WRITTEN + 12, y + 23, phrase, 15, "start", weight=600),
            text(WRITTEN + PHRASE - 10, y + 23, f"{strength:.2f}", 15, "end", weight=600),
        ]
    if phrases:
        parts.append(_flow(WRITTEN + 88, 18 + 56 * len(phrases), textual[0] + 2 * CELL, textual[1] - 22, MEMORY, 1.0))
    else:
        parts.append(text(WRITTEN, 46, messages.none_yet, 15, "start", opacity=0.7))
    parts += [
        _vector(*visual, seen.visual, messages.visual_context, words),
        _vector(*textual, seen.textual, messages.textual_context, words),
        _gate(seen.gate),
        _vector(*mixed, seen.mixed, messages.fused_context, words),
        _flow(visual[0] + 2 * CELL, visual[1] + 74, mixed[0] - 6, mixed[1] + 14, EYE, seen.gate),
        _flow(textual[0] + 2 * CELL, textual[1] + 74, mixed[0] + 4 * CELL + 6, mixed[1] + 14, MEMORY, 1 - seen.gate),
        _words(words, chances),
    ]
    best = words[int(chances.argmax())]
    return svg(parts, WIDTH, HEIGHT, messages.look_alt.format(gate=seen.gate, word=best, chance=chances.max()))


def _frame(x: float, weights: np.ndarray, shown: tuple[str, ...], strength: float) -> str:
    """Draw a frame of two by two regions, each as opaque as its attention weight."""
    parts = [box(x, 26, FRAME, 2 * ROW + 8, EYE, 0.04, stroke=1 + 3 * strength, opacity=0.45 + 0.55 * strength)]
    for r, weight in enumerate(weights):
        left, top = x + 3 + (r % 2) * (REGION - 1), 29 + (r // 2) * (ROW + 2)
        parts += [
            f'<rect x="{left:g}" y="{top:g}" width="{REGION - 2:g}" height="{ROW:g}" rx="4" fill="{EYE}" '
            f'fill-opacity="{0.05 + 0.7 * weight:.3f}"/>',
            text(left + REGION / 2, top + 18, shown[r], 13),
            text(left + REGION / 2, top + 39, f"{weight:.2f}", 15, weight=600),
        ]
    return "".join(parts) + text(x + FRAME / 2, 157, f"{strength:.2f}", 15, colour=EYE, weight=700)


def _flow(x1: float, y1: float, x2: float, y2: float, colour: str, strength: float) -> str:
    """Draw an arrow whose width is its weight."""
    return arrow(x1, y1 + 10, x2, y2, colour, 1 + 5 * strength, 0.25 + 0.65 * strength)


def _vector(x: float, y: float, values: np.ndarray, title: str, names: tuple[str, ...]) -> str:
    """Draw a short vector with the meaning of each of its numbers."""
    grid = Grid(x, y, values[None], cell=CELL, largest=4.0, title=title)
    labels = [
        text(x + CELL * (n + 0.5), y + CELL + 10 + 15 * (n % 2), name, 11, opacity=0.75) for n, name in enumerate(names)
    ]
    return grid.draw() + "".join(labels)


def _gate(gate: float) -> str:
    """Draw the gate between visual and textual context."""
    x, y, wide = 244.0, 240.0, 198.0
    return (
        box(x, y, wide * gate, 16, EYE, 0.75, 2, 0)
        + box(x + wide * gate, y, wide * (1 - gate), 16, MEMORY, 0.75, 2, 0)
        + text(x + wide / 2, y - 14, messages.gate.format(gate=gate), 14, weight=600)
    )


def _words(words: tuple[str, ...], chances: np.ndarray) -> str:
    """Draw a bar for each word, above its name."""
    left, base = 524.0, 352.0
    parts = [text(left, base - 12, messages.next_word, 14, "start", WORD, 600)]
    for n, (word, chance) in enumerate(zip(words, chances, strict=True)):
        y = base + 18 * n
        parts += [
            text(left - 6, y + 8, word, 13, "end"),
            box(left, y, max(1.0, 80 * float(chance)), 14, WORD, 0.85, 2, 0),
            text(left + 80 * float(chance) + 6, y + 8, number(float(chance)), 13, "start", weight=600),
        ]
    return "".join(parts)
