"""Draw a co-attention step: frames and phrases as opaque as their weights, the gate, and the next word."""

import numpy as np

from core.labs.concepts.captioning import messages
from core.labs.concepts.kit.attention import Looked
from core.labs.concepts.kit.drawing import Drawing, Grid, arrow, box, number, svg, text
from core.plot import palette

EYE, MEMORY, WORD = palette.LAPIS, palette.TURQUOISE, palette.SAFFRON
FRAME, REGION, STEP = 142.0, 69.0, 150.0
WRITTEN, PHRASE = 462.0, 178.0  # left edge and width of the phrases
WIDTH = 646.0


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
    visual, textual, mixed = (70.0, 262.0), (WRITTEN + 8, 262.0), (246.0, 374.0)
    for f, weights in enumerate(seen.region_weights):
        x = f * STEP
        parts.append(_frame(x, weights, shown[f], float(seen.frame_weights[f])))
        strength = float(seen.frame_weights[f])
        parts.append(_flow(x + FRAME / 2, 190, visual[0] + 80, visual[1] - 22, EYE, strength))
    for p, phrase in enumerate(phrases):
        strength, y = float(seen.phrase_weights[p]), 30 + 62 * p
        parts += [
            box(WRITTEN, y, PHRASE, 46, MEMORY, 0.08 + 0.62 * strength, opacity=0.5 + 0.5 * strength),
            text(WRITTEN + 12, y + 23, phrase, 15, "start", weight=600),
            text(WRITTEN + PHRASE - 10, y + 23, f"{strength:.2f}", 15, "end", weight=600),
        ]
    if phrases:
        parts.append(_flow(WRITTEN + 88, 20 + 62 * len(phrases), textual[0] + 80, textual[1] - 22, MEMORY, 1.0))
    else:
        parts.append(text(WRITTEN, 46, messages.none_yet, 15, "start", opacity=0.7))
    parts += [
        _vector(*visual, seen.visual, messages.visual_context, words),
        _vector(*textual, seen.textual, messages.textual_context, words),
        _gate(seen.gate),
        _vector(*mixed, seen.mixed, messages.fused_context, words),
        _flow(visual[0] + 80, visual[1] + 64, mixed[0] - 6, mixed[1] + 14, EYE, seen.gate),
        _flow(textual[0] + 80, textual[1] + 64, mixed[0] + 166, mixed[1] + 14, MEMORY, 1 - seen.gate),
        _words(words, chances),
    ]
    best = words[int(chances.argmax())]
    return svg(parts, WIDTH, 556, messages.look_alt.format(gate=seen.gate, word=best, chance=chances.max()))


def _frame(x: float, weights: np.ndarray, shown: tuple[str, ...], strength: float) -> str:
    """Draw a frame of two by two regions, each as opaque as its attention weight."""
    parts = [box(x, 26, FRAME, 150, EYE, 0.04, stroke=1 + 3 * strength, opacity=0.45 + 0.55 * strength)]
    for r, weight in enumerate(weights):
        left, top = x + 3 + (r % 2) * (REGION - 1), 29 + (r // 2) * 72
        parts += [
            f'<rect x="{left:g}" y="{top:g}" width="{REGION - 2:g}" height="70" rx="4" fill="{EYE}" '
            f'fill-opacity="{0.05 + 0.7 * weight:.3f}"/>',
            text(left + REGION / 2, top + 26, shown[r], 13),
            text(left + REGION / 2, top + 48, f"{weight:.2f}", 15, weight=600),
        ]
    return "".join(parts) + text(x + FRAME / 2, 188, f"{strength:.2f}", 15, colour=EYE, weight=700)


def _flow(x1: float, y1: float, x2: float, y2: float, colour: str, strength: float) -> str:
    """Draw an arrow whose width is its weight."""
    return arrow(x1, y1 + 10, x2, y2, colour, 1 + 5 * strength, 0.25 + 0.65 * strength)


def _vector(x: float, y: float, values: np.ndarray, title: str, names: tuple[str, ...]) -> str:
    """Draw a short vector with the meaning of each of its numbers."""
    grid = Grid(x, y, values[None], cell=40, largest=4.0, title=title)
    labels = [text(x + 40 * n + 20, y + 50 + 15 * (n % 2), name, 11, opacity=0.75) for n, name in enumerate(names)]
    return grid.draw() + "".join(labels)


def _gate(gate: float) -> str:
    """Draw the gate between visual and textual context."""
    x, y, wide = 248.0, 280.0, 200.0
    return (
        box(x, y, wide * gate, 16, EYE, 0.75, 2, 0)
        + box(x + wide * gate, y, wide * (1 - gate), 16, MEMORY, 0.75, 2, 0)
        + text(x + wide / 2, y - 14, messages.gate.format(gate=gate), 14, weight=600)
    )


def _words(words: tuple[str, ...], chances: np.ndarray) -> str:
    """Draw a bar for each word, above its name."""
    parts, base = [text(246, 460, messages.next_word, 14, "start", WORD, 600)], 474.0
    for n, (word, chance) in enumerate(zip(words, chances, strict=True)):
        y = base + 18 * n
        parts += [
            text(240, y + 8, word, 13, "end"),
            box(246, y, max(1.0, 220 * float(chance)), 14, WORD, 0.85, 2, 0),
            text(246 + 220 * float(chance) + 8, y + 8, number(float(chance)), 13, "start", weight=600),
        ]
    return "".join(parts)
