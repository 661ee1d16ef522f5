"""Draw residual paths, predictions with a block removed, pooled edges, and receptive fields."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.labs.concepts.depth import messages, paths
from core.labs.concepts.depth.depth import Line
from core.labs.concepts.kit.drawing import Drawing, Grid, arrow, box, curve, line, number, svg, text
from core.labs.concepts.kit.receptive import Field, Layer
from core.plot import palette

RESIDUAL, PLAIN, CUT, PER_PATH = palette.LAPIS, palette.SAFFRON, palette.POMEGRANATE, palette.TURQUOISE
WIDTH = 860.0
MOST_BARS = 280


def chain(blocks: int, deleted: frozenset[int], skip: bool, names: Sequence[str] = ()) -> tuple[list[str], float]:
    """Draw the network as a row of blocks with its skip connections above; return parts and height."""
    step, y, side = WIDTH / (blocks + 0.3), 62.0, min(76.0, WIDTH / (blocks + 0.3) * 0.5)
    hue, parts = RESIDUAL if skip else PLAIN, [text(4, y, "x", 16, weight=600)]
    for block in range(blocks):
        left = 26 + step * block
        start, middle, end = left, left + step * 0.5, left + step - 8
        gone = block in deleted
        colour = CUT if gone else hue
        inner = step * 0.5 - side / 2
        begin = start + 1 if skip and block else start - 10  # behind the sum of the block before
        if not (gone and skip):
            parts.append(arrow(begin, y, left + inner, y) if not gone else line(begin, y, end, y, dash="4 4"))
        if not gone:
            parts.append(arrow(left + inner + side, y, end - 9, y))
        parts.append(box(left + inner, y - 20, side, 40, colour, 0.06 if gone else 0.2, dash="4 3" if gone else ""))
        parts.append(
            text(
                middle,
                y,
                messages.off if gone else names[block] if names else f"f_{block + 1}",
                17,
                weight=600,
                colour=colour if gone else "currentColor",
            )
        )
        if skip:
            path = f"M {start - 6:g} {y - 10 * (block > 0):g} C {start:g} {y - 66:g}, {end - 8:g} {y - 66:g}, "
            parts.append(curve(f"{path}{end:g} {y - 10:g}", hue, 2.2, 0.9))
            parts.append(f'<circle cx="{end:g}" cy="{y:g}" r="9" fill="none" stroke="{hue}" stroke-width="1.8"/>')
            parts.append(text(end, y, "+", 15, colour=hue, weight=700))
    parts.append(text(26 + step * blocks + 14, y, "y", 16, weight=600))
    return parts, y + 34


def all_paths(blocks: int, deleted: frozenset[int]) -> Drawing:
    """Draw the network, and every path as a strip of its blocks: filled if used, a column for each length."""
    parts, top = chain(blocks, deleted, True)
    columns: list[list[tuple[bool, ...]]] = [[] for _ in range(blocks + 1)]
    for path in paths.paths(blocks):
        columns[sum(path)].append(path)
    tallest = max(map(len, columns))
    high = min(18.0, 300 / tallest)
    wide = WIDTH / (blocks + 1)
    cell = min(14.0, (wide - 16) / blocks)
    for k, column in enumerate(columns):
        x = k * wide
        alive = sum(not any(path[b] for b in deleted) for path in column)
        told = messages.alive.format(alive=alive, all=len(column)) if deleted else f"{alive}"
        parts += [
            text(x, top + 8, messages.length.format(blocks=k), 12, "start", opacity=0.8),
            text(x, top + 24, told, 13, "start", weight=600),
        ]
        for row, path in enumerate(column):
            parts.append(_strip(x, top + 38 + row * high, path, deleted, cell, high))
    left = 2 ** (blocks - len(deleted))
    alt = messages.paths_alt.format(left=left, paths=2**blocks, blocks=blocks)
    return svg(parts, WIDTH + 24, top + 44 + tallest * high, alt)


def _strip(x: float, y: float, path: tuple[bool, ...], deleted: frozenset[int], cell: float, high: float) -> str:
    lost = any(path[block] for block in deleted)
    hue, tall = CUT if lost else RESIDUAL, high * 0.72
    parts = []
    for block, inside in enumerate(path):
        left = x + block * cell
        if inside:
            parts.append(
                f'<rect x="{left:g}" y="{y:g}" width="{cell - 2:g}" height="{tall:g}" fill="{hue}" '
                f'opacity="{0.3 if lost else 0.95}"/>'
            )
        else:
            parts.append(line(left, y + tall / 2, left + cell - 2, y + tall / 2, hue, 1.4, 0.3 if lost else 0.8))
    return "".join(parts)


def answers(picture: np.ndarray, label: int, said: Mapping[str, np.ndarray], titles: Mapping[str, str]) -> Drawing:
    """Draw a digit, and the probabilities of the ten classes by the residual and by the plain network."""
    title = messages.test_image.format(label=label)
    parts = [Grid(0, 32, picture.reshape(8, 8), title, 17, signed=False, write=False).draw()]
    x = 210.0
    for (name, chances), hue in zip(said.items(), (RESIDUAL, PLAIN), strict=True):
        parts.append(text(x, 19, titles[name], 14, "start", hue, 600))
        for place, chance in enumerate(chances):
            left, size = x + 30 * place, 96 * float(chance)
            parts.append(box(left, 150 - size, 22, max(size, 1), hue, 0.9 if place == label else 0.4, 2, 0))
            parts.append(text(left + 11, 164, str(place), 13, weight=700 if place == label else 400))
            if chance > 0.08:
                parts.append(text(left + 11, 142 - size, f"{chance:.2f}", 11))
        x += 332
    best = ", ".join(f"{name}: {int(chances.argmax())}" for name, chances in said.items())
    return svg(parts, 210 + 332 * len(said), 176, messages.answers_alt.format(label=label, classes=best))


def bars(
    values: Mapping[str, Sequence[float]],
    groups: Sequence[str],
    hues: Mapping[str, str],
    alt: str,
    percent: bool = True,
    title: str = "",
) -> Drawing:
    """Draw grouped bars with their numbers on top."""
    largest = max(max(row) for row in values.values()) or 1
    wide = min(90.0, (WIDTH - 20) / len(groups))
    each, parts = (wide - 14) / len(values), [text(0, 12, title, 14, "start", weight=600)]
    for n, (name, row) in enumerate(values.items()):
        parts += [box(340 + 190 * n, 5, 14, 14, hues[name], 0.85, 2, 0), text(360 + 190 * n, 12, name, 13, "start")]
        for group, value in enumerate(row):
            x, tall = wide * group + each * n, 120 * value / largest
            parts.append(box(x, 168 - tall, each - 2, max(tall, 1), hues[name], 0.85, 2, 0))
            words = f"{100 * value:.0f}" if percent else f"{value:.2g}"
            parts.append(text(x + each / 2 - 1, 160 - tall, words, 11))
    parts += [text(wide * n + (wide - 14) / 2, 182, group, 12) for n, group in enumerate(groups)]
    return svg(parts, max(740, wide * len(groups)), 194, alt)


def pooled_edge(seen: np.ndarray, pooled: Mapping[str, np.ndarray], rows: Mapping[str, np.ndarray]) -> Drawing:
    """Draw the image, both pooled ones in the same size, and the middle row of each as a profile."""
    side, parts = 216.0, []
    for n, (name, values) in enumerate(named(seen, pooled).items()):
        shown = np.clip(values[..., 0], 0, 1)
        x = n * (side + 66)
        parts.append(Grid(x, 30, shown, name, side / shown.shape[0], signed=False, largest=1.0, write=False).draw())
        parts.append(_profile(x, 286, side, rows[name]))
    return svg(parts, 3 * side + 132, 370, messages.edge_alt)


def named(seen: np.ndarray, pooled: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Name the image, and the image after each kind of pooling."""
    return {messages.input: seen, **{messages.group("pooling")[kind]: values for kind, values in pooled.items()}}


def _profile(x: float, y: float, wide: float, row: np.ndarray) -> str:
    """Draw one row as steps between 0 and 1."""
    step = wide / len(row)
    path = " ".join(
        f"{'M' if n == 0 else 'L'} {x + n * step:.1f} {y + 60 - 50 * float(value):.1f} H {x + (n + 1) * step:.1f}"
        for n, value in enumerate(row)
    )
    return (
        line(x, y + 60, x + wide, y + 60, opacity=0.25)
        + line(x, y + 10, x + wide, y + 10, opacity=0.25, dash="3 3")
        + curve(path, palette.POMEGRANATE, 2.4, 1)
        + text(x, y + 74, messages.middle_row, 12, "start", opacity=0.75)
    )


def fields(layers: Sequence[Layer], seen: Sequence[Field], influence: np.ndarray) -> Drawing:
    """Draw a bar for each layer as wide as its receptive field, and the influence of each pixel."""
    largest, parts, room = max(1, seen[-1].size), [], 400.0
    for place, (layer, field) in enumerate(zip(layers, seen, strict=True)):
        y, wide = 10 + 30 * (len(layers) - 1 - place), max(3.0, room * field.size / largest)
        hue = palette.TURQUOISE if layer.kind == "pooling" else palette.LAPIS
        parts.append(box(200 - wide / 2, y, wide, 22, hue, 0.16 + 0.6 * (place + 1) / len(layers), 3, 0))
        parts.append(text(416, y + 11, _told(place + 1, layer, field), 13, "start"))
    y = 30 * len(layers) + 84
    shown = _fewer(influence)
    each = room / len(shown)
    for n, value in enumerate(shown):
        tall = 60 * float(value / shown.max())
        parts.append(
            f'<rect x="{n * each:.2f}" y="{y - tall:.2f}" width="{max(0.6, each - 0.8):.2f}" '
            f'height="{max(tall, 0.5):.2f}" fill="{palette.SAFFRON}"/>'
        )
    parts.append(text(416, y - 10, messages.influence, 13, "start", palette.SAFFRON, 600))
    return svg(parts, 690, y + 10, messages.fields_alt.format(layers=len(layers), field=largest))


def _told(place: int, layer: Layer, field: Field) -> str:
    stride = messages.and_stride.format(stride=layer.stride) if layer.stride > 1 else ""
    dilation = messages.and_dilation.format(dilation=layer.dilation) if layer.dilation > 1 else ""
    told = messages.group("fields")[layer.kind]
    return told.format(place=place, kernel=layer.kernel, more=stride + dilation, size=field.size)


def _fewer(values: np.ndarray) -> np.ndarray:
    """Average neighbours, so that a wide field has no more bars than can be distinguished."""
    each = -(-len(values) // MOST_BARS)
    padded = np.pad(values, (0, -len(values) % each), constant_values=np.nan).reshape(-1, each)
    return np.nanmean(padded, axis=1)


def stages(lines: Sequence[Line], side: int) -> Drawing:
    """Draw each stage's maps as a box: height is the map size, width the filter count, the cost below."""
    parts, x, most = [], 0.0, max(line.products for line in lines)
    wide, heaviest = WIDTH / len(lines), max(line.weights for line in lines)
    for place, one in enumerate(lines):
        tall = max(6.0, 150 * one.side / side)
        broad = min(wide - 30, 8 + 11 * float(np.log2(one.filters)))
        parts += [
            box(x, 176 - tall, broad, tall, palette.LAPIS, 0.3),
            text(x, 192, f"{one.side} × {one.side} × {one.filters}", 13, "start", weight=600),
            text(x, 210, messages.stage_field.format(kernel=one.kernel, field=one.sees), 13, "start"),
            box(x, 226, max(2.0, (wide - 30) * one.products / most), 12, palette.SAFFRON, 0.85, 2, 0),
            text(x, 252, f"{one.products / 1e6:,.1f} M MACs", 13, "start"),
            box(x, 268, max(2.0, (wide - 30) * one.weights / heaviest), 12, palette.TURQUOISE, 0.85, 2, 0),
            text(x, 294, messages.stage_weights.format(count=one.weights), 13, "start"),
        ]
        if place:
            parts.append(text(x - 14, 176 - tall / 2, "›", 20))
        x += wide
    return svg(parts, WIDTH, 306, messages.stages_alt.format(stages=len(lines), millions=number(most / 1e6)))
