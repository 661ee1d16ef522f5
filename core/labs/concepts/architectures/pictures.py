"""Draw the four types of sequence architecture: one box per step, inputs below, outputs above, states passed on."""

from collections.abc import Sequence

from core.labs.concepts.architectures import messages
from core.labs.concepts.architectures.wirings import Step
from core.labs.concepts.kit.drawing import Drawing, arrow, box, curve, number, svg, text
from core.plot import palette

READS, STATE, WRITES = palette.TURQUOISE, palette.LAPIS, palette.SAFFRON
WIDTH = 860.0


def unrolled(steps: Sequence[Step], name: str, now: int | None = None) -> Drawing:
    """Draw all steps with their numbers; `now` marks one of them and leaves the later ones pale."""
    gap = min(150.0, WIDTH / len(steps))
    wide, parts = min(84.0, gap * 0.62), []
    for place, step in enumerate(steps):
        x = gap * place + 34
        pale = 0.7 if now is not None and place > now else 1.0
        label = messages.step.format(number=place + 1)
        inside = [_box(x, wide, step, place == now), text(x + wide / 2, 18, label, 12, opacity=0.7)]
        if place + 1 < len(steps):
            inside.append(arrow(x + wide + 2, 128, x + gap - 3, 128, STATE, 2.2, 0.9))
        if step.own:
            before = x - gap + wide / 2
            path = (
                f"M {before + 18:g} 60 C {before + gap * 0.62:g} 60, {x - gap * 0.2:g} 205, {x + wide / 2 - 16:g} 205"
            )
            inside.append(curve(path, WRITES, 1.8, 0.8, "5 4"))
        parts.append(f'<g opacity="{pale:g}">{"".join(inside)}</g>')
    parts.insert(0, arrow(6, 128, 31, 128, STATE, 2.2, 0.9))
    outputs = sum(step.y is not None for step in steps)
    alt = messages.unrolled_alt.format(name=name, steps=len(steps), outputs=outputs)
    return svg(parts, gap * (len(steps) - 1) + wide + 48, 232, alt)


def _box(x: float, wide: float, step: Step, marked: bool) -> str:
    middle = x + wide / 2
    parts = [
        box(x, 100, wide, 56, STATE, 0.32 if marked else 0.14, 9, 3 if marked else 1.4),
        text(middle, 120, "h", 12, opacity=0.8),
        text(middle, 138, number(step.h), 16, weight=600),
    ]
    if step.y is not None:
        parts += [
            arrow(middle, 98, middle, 76, WRITES, 2),
            text(middle, 60, number(step.y), 16, colour=WRITES, weight=700),
        ]
    if step.x is not None:
        hue = WRITES if step.own else READS
        parts += [
            arrow(middle, 188, middle, 160, hue, 2),
            text(middle, 204, number(step.x), 16, colour=hue, weight=700),
        ]
    return "".join(parts)


def sketch(steps: Sequence[Step], name: str) -> Drawing:
    """Draw a small diagram without numbers."""
    parts = []
    for place, step in enumerate(steps):
        x = 2 + 34 * place
        parts.append(box(x, 34, 22, 24, STATE, 0.3, 5))
        if place + 1 < len(steps):
            parts.append(arrow(x + 23, 46, x + 33, 46, STATE, 1.4, 0.9))
        if step.y is not None:
            parts += [
                arrow(x + 11, 33, x + 11, 20, WRITES, 1.4),
                f'<circle cx="{x + 11}" cy="12" r="6" fill="{WRITES}"/>',
            ]
        if step.x is not None and not step.own:
            parts += [
                arrow(x + 11, 74, x + 11, 60, READS, 1.4),
                f'<circle cx="{x + 11}" cy="80" r="6" fill="{READS}"/>',
            ]
    return svg(parts, 2 + 34 * len(steps), 92, messages.sketch_alt.format(name=name))
