"""Draw convolution and pooling: which inputs each number depends on, forward and back."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.labs.concepts.convolution import messages
from core.labs.concepts.kit import pooling
from core.labs.concepts.kit.convolution import Geometry
from core.labs.concepts.kit.drawing import CELL, Drawing, Grid, Place, arrow, svg, text
from core.labs.concepts.kit.pooling import Pool
from core.plot import palette

# The inputs of a number have the same hue as the number.
WINDOW, OUTPUT, BLAME, WINNER, UNHEARD = (
    palette.SAFFRON,
    palette.SAFFRON,
    palette.POMEGRANATE,
    palette.PLUM,
    palette.LAPIS,
)
TOP, GAP, ROOM = 30.0, 54.0, 900.0


def _row(grids: Sequence[tuple[np.ndarray, dict]], signs: Sequence[str], alt: str) -> Drawing:
    """Draw grids side by side with signs between them, on two lines if one would be too small to read."""
    columns = [values.shape[1] for values, _ in grids]
    cell = min(CELL, (ROOM - GAP * len(signs)) / sum(columns))
    if cell >= 19 or len(grids) < 3:
        parts, width, height = _line(grids, signs, cell, TOP)
        return svg(parts, width, height, alt)
    cell = min(CELL, *((ROOM - 2 * GAP) / sum(half) for half in (columns[:2], columns[2:])))
    first, width, height = _line(grids[:2], signs[:1], cell, TOP)
    second, width_2, height_2 = _line(grids[2:], signs[2:], cell, height + TOP + 12, signs[1])
    return svg([*first, *second], max(width, width_2), height_2, alt)


def _line(grids, signs, cell: float, y: float, lead: str = "") -> tuple[list[str], float, float]:
    parts, x = [], 0.0
    tallest = max(values.shape[0] for values, _ in grids) * cell
    if lead:
        parts.append(text(GAP / 2, y + tallest / 2, lead, 24))
        x = GAP
    for place, (values, looks) in enumerate(grids):
        top = y + (tallest - values.shape[0] * cell) / 2
        title = looks.get("title", "")
        grid = Grid(x, top, values, cell=cell, **looks)
        parts.append(grid.draw())
        x = max(grid.right, grid.x + 8.4 * len(title))
        if place < len(signs):
            sign = signs[place]
            middle = y + tallest / 2
            parts.append(
                arrow(x + 10, middle, x + GAP - 10, middle) if sign == "→" else text(x + GAP / 2, middle, sign, 24)
            )
            x += GAP
    return parts, x + 4, y + tallest + 8


def window_marks(geometry: Geometry, cell: Place) -> dict[Place, str]:
    """Mark the taps of the window for an output cell in the padded image."""
    taps = [geometry.dilation * tap for tap in range(geometry.kernel)]
    top, left = cell[0] * geometry.stride, cell[1] * geometry.stride
    return {(top + u, left + v): WINDOW for u in taps for v in taps}


def padded(picture: np.ndarray, padding: int) -> Drawing:
    """Draw the image, and the image with zero padding."""
    grids = [(picture, {"title": messages.input, "signed": False})]
    grids.append((np.pad(picture, padding), {"title": messages.padded, "quiet": padding, "signed": False}))
    rows, columns = picture.shape
    return _row(grids, ["→"], messages.padded_alt.format(rows=rows, columns=columns, padding=padding))


def forward(
    picture: np.ndarray,
    kernel: np.ndarray,
    maps: np.ndarray,
    geometry: Geometry,
    cell: Place,
    name: str = "",
    pooled: np.ndarray | None = None,
    pool: Pool | None = None,
    known: int | None = None,
) -> Drawing:
    """Draw padded image `(rows, columns)` * kernel = feature map, and pooling, with the window of an output cell.

    With `known` only that many cells of the map are shown, row by row.
    """
    framed = np.pad(picture, geometry.padding)
    hidden = frozenset(list(np.ndindex(maps.shape))[known:]) if known is not None else frozenset()
    grids = [
        (
            framed,
            {
                "title": messages.input,
                "quiet": geometry.padding,
                "marks": window_marks(geometry, cell),
                "signed": bool((picture < 0).any()),
            },
        ),
        (kernel, {"title": name or messages.filter}),
        (maps, {"title": messages.feature_map, "marks": {cell: OUTPUT}, "empty": hidden}),
    ]
    signs = ["∗", "="]
    if pooled is not None and pool is not None:
        grids.append(
            (pooled, {"title": messages.group("pooling")[pool.kind], "marks": _pooled_from(cell, pool, pooled.shape)})
        )
        signs.append("→")
    said = messages.forward_alt.format(row=cell[0] + 1, column=cell[1] + 1, value=maps[cell])
    return _row(grids, signs, said)


def _pooled_from(cell: Place, pool: Pool, shape: tuple[int, ...]) -> dict[Place, str]:
    """Mark the pooled cells whose window contains a cell of the map."""
    inside = [
        (i, j)
        for i, j in np.ndindex(*shape)
        if 0 <= cell[0] - i * pool.stride < pool.size and 0 <= cell[1] - j * pool.stride < pool.size
    ]
    return dict.fromkeys(inside, OUTPUT)


def maps(filters: np.ndarray, values: np.ndarray, names: Sequence[str]) -> Drawing:
    """Draw each filter above its feature map; `(kernel, kernel, filters)` and `(rows, columns, filters)`."""
    parts, x, cell = [], 0.0, 30.0
    tall, step = filters.shape[0] * cell, max(values.shape[1], filters.shape[1]) * cell + 130
    for f in range(filters.shape[2]):
        first = Grid(x, TOP, filters[:, :, f], f"{f + 1}: {names[f]}", cell)
        second = Grid(x, TOP + tall + 40, values[:, :, f], messages.numbered_map.format(number=f + 1), cell)
        parts += [first.draw(), second.draw()]
        x += step
    height = TOP + tall + 40 + values.shape[0] * cell + 8
    return svg(parts, x - 40, height, messages.maps_alt)


def pooling_step(values: np.ndarray, pool: Pool, cell: Place, chosen: int) -> Drawing:
    """Draw one map with the window of a pooled cell and its maximum, and the pooled map."""
    picture = values[..., chosen : chosen + 1]
    out, corner = pooling.forward(picture, pool)[..., 0], (cell[0] * pool.stride, cell[1] * pool.stride)
    marks: dict[Place, str] = {
        (corner[0] + u, corner[1] + v): WINDOW for u in range(pool.size) for v in range(pool.size)
    }
    if pool.kind == "max":
        row, column = pooling.winners(picture, pool)[(*cell, 0)]
        marks[int(row), int(column)] = WINNER
    grids = [
        (picture[..., 0], {"title": messages.numbered_map.format(number=chosen + 1), "marks": marks}),
        (out, {"title": messages.group("of_each_window")[pool.kind], "marks": {cell: OUTPUT}}),
    ]
    alt = messages.group("pooled_alt")[pool.kind].format(number=chosen + 1, value=out[cell])
    return _row(grids, ["→"], alt)


def three(
    rows: Mapping[str, np.ndarray], alt: str, marks: Mapping[tuple[str, int], dict[Place, str]] | None = None
) -> Drawing:
    """Draw named arrays `(rows, columns, filters)`: a line for each name, a column for each filter."""
    parts, y, cell = [], TOP, 32.0
    widest = max(values.shape[1] for values in rows.values()) * cell
    for name, values in rows.items():
        for f in range(values.shape[2]):
            title = messages.numbered_filter.format(number=f + 1) if y == TOP else ""
            grid = Grid(150 + f * (widest + 56), y, values[..., f], title, cell, (marks or {}).get((name, f), {}))
            parts.append(grid.draw())
        parts.append(text(0, y + values.shape[0] * cell / 2, name, 14, "start", weight=600))
        y += values.shape[0] * cell + 16
    count = next(iter(rows.values())).shape[2]
    return svg(parts, 150 + count * (widest + 56), y, alt)


def routes(values: np.ndarray, pool: Pool) -> dict[int, dict[Place, str]]:
    """Frame the maxima of all windows in each map."""
    place = pooling.winners(values, pool)
    return {
        f: {(int(row), int(column)): WINNER for row, column in place[..., f, :].reshape(-1, 2)}
        for f in range(values.shape[2])
    }


def weight_step(
    picture: np.ndarray, blame: np.ndarray, gradient: np.ndarray, geometry: Geometry, weight: Place, chosen: int
) -> Drawing:
    """Draw the pixels multiplied by one weight, the gradients of the outputs, and the weight's gradient."""
    framed = np.pad(picture, geometry.padding)
    met: dict[Place, str] = {}
    for i, j in np.ndindex(blame.shape):
        place = (
            i * geometry.stride + weight[0] * geometry.dilation,
            j * geometry.stride + weight[1] * geometry.dilation,
        )
        met[place] = BLAME if blame[i, j] else UNHEARD
    active = {(i, j): BLAME for i, j in np.ndindex(blame.shape) if blame[i, j]}
    grids = [
        (
            framed,
            {
                "title": messages.inputs_of_weight,
                "quiet": geometry.padding,
                "marks": met,
                "signed": bool((picture < 0).any()),
            },
        ),
        (blame, {"title": messages.gradient, "marks": active}),
        (gradient, {"title": messages.gradient_of_filter.format(number=chosen + 1), "marks": {weight: OUTPUT}}),
    ]
    said = messages.weight_alt.format(row=weight[0] + 1, column=weight[1] + 1, value=gradient[weight])
    return _row(grids, ["·", "="], said)


def pixel_step(picture: np.ndarray, gradient: np.ndarray, pixel: Place) -> Drawing:
    """Draw the image and its gradient, with one pixel marked."""
    grids = [
        (picture, {"title": messages.input, "marks": {pixel: WINDOW}, "signed": False}),
        (gradient, {"title": "∂L/∂x", "marks": {pixel: OUTPUT}}),
    ]
    return _row(grids, ["→"], messages.pixel_alt.format(value=gradient[pixel]))
