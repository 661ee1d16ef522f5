"""Write the arithmetic of paths, pooling and receptive fields in LaTeX, with the numbers filled in."""

from collections.abc import Sequence

import numpy as np

from core.labs.concepts.depth import linear_blocks, messages, paths
from core.labs.concepts.depth.depth import Line
from core.labs.concepts.depth.linear_blocks import FACTORS
from core.labs.concepts.kit import receptive
from core.labs.concepts.kit.receptive import Layer
from core.labs.concepts.kit.sums import factor, plain

TIMES = r" \cdot "
ALL = TIMES.join(map(factor, FACTORS))


def whole(value: int) -> str:
    """Format a whole number with separated thousands."""
    return f"{value:,}".replace(",", "{,}")


def unrolled() -> list[str]:
    """Expand the product of two and of three blocks."""
    brackets = "".join(f"(1 {a:+g})" for a in FACTORS)
    terms = " + ".join(factor(path.product) for path in linear_blocks.expand(FACTORS))
    return [
        r"y_1 &= x + f_1(x)",
        r"y_2 &= y_1 + f_2(y_1) = x + f_1(x) + f_2(x + f_1(x))",
        rf"f_l(x) = a_l x: \quad y_3 &= {brackets}\, x",
        rf"&= ({terms})\, x = {_exact(linear_blocks.output(FACTORS, True))}\, x",
    ]


def _exact(value: float) -> str:
    return f"{round(value, 4):g}"


def counted(blocks: int) -> list[str]:
    """Count the paths by length."""
    counts = paths.lengths(blocks)
    chosen = " + ".join(rf"\tbinom{{{blocks}}}{{{k}}}" for k in range(blocks + 1))
    return [
        messages.path_count.format(blocks=blocks, count=whole(2**blocks)),
        rf"&= {chosen} = {' + '.join(map(str, counts))}",
    ]


def cut(block: int) -> list[str]:
    """Write the effect of removing one of the three blocks, with and without skip connections."""
    gone = frozenset({block})
    left = list(linear_blocks.expand(FACTORS, gone))
    full, less = (linear_blocks.output(FACTORS, True, d) for d in (frozenset(), gone))
    plain_full, plain_less = (linear_blocks.output(FACTORS, False, d) for d in (frozenset(), gone))
    terms = " + ".join(factor(path.product) for path in left)
    kept = TIMES.join(factor(a) for place, a in enumerate(FACTORS) if place != block)
    return [
        messages.cut_with_skip.format(
            block=block + 1,
            terms=terms,
            output=_exact(less),
            kept=len(left),
            paths=2 ** len(FACTORS),
            before=_exact(full),
        ),
        messages.cut_without_skip.format(
            block=block + 1, kept=kept, output=_exact(plain_less), factors=ALL, before=_exact(plain_full)
        ),
    ]


def gradient() -> list[str]:
    """Explain why the skip connection preserves the gradient."""
    slopes = " ".join(f"(1 {a:+g})" for a in FACTORS)
    residual, single = linear_blocks.output(FACTORS, True), linear_blocks.output(FACTORS, False)
    return [
        r"\frac{\partial y}{\partial x} &= \prod_l \left(1 + f_l'\right) = 1 + \sum_l f_l' "
        r"+ \sum_{l<m} f_l' f_m' + \cdots",
        rf"&= {slopes} = {_exact(residual)}",
        messages.gradient_without_skip.format(factors=ALL, output=_exact(single)),
    ]


def row_of_pooling(row: np.ndarray) -> list[str]:
    """Apply both kinds of pooling to a row of numbers, with windows of two."""
    pairs = row.reshape(-1, 2)
    return [
        rf"x &= ({', '.join(map(plain, row))})",
        rf"\max &= ({', '.join(plain(pair.max()) for pair in pairs)})",
        messages.mean.format(means=", ".join(plain(pair.mean()) for pair in pairs)),
    ]


def field(layers: Sequence[Layer]) -> list[str]:
    """Write the receptive field layer by layer."""
    lines, size, jump = [r"r_l &= r_{l-1} + (k_l - 1)\, d_l\, j_{l-1}, \qquad j_l = j_{l-1}\, s_l"], 1, 1
    for place, (layer, now) in enumerate(zip(layers, receptive.fields(layers), strict=True), start=1):
        lines.append(
            rf"r_{{{place}}} &= {size} + ({layer.kernel} - 1) \cdot {layer.dilation} \cdot {jump} = {now.size}, \qquad "
            rf"j_{{{place}}} = {jump} \cdot {layer.stride} = {now.jump}"
        )
        size, jump = now.size, now.jump
    return lines


def stacked(channels: int) -> list[str]:
    """Compare three layers of 3 x 3 with one of 7 x 7."""
    c = whole(channels)
    return [
        messages.three_small.format(channels=c, weights=whole(27 * channels**2)),
        messages.one_large.format(channels=c, weights=whole(49 * channels**2)),
    ]


def ledger(lines: Sequence[Line], channels: int) -> list[str]:
    """Write the multiplications of each stage."""
    found = []
    for place, line in enumerate(lines, start=1):
        found.append(
            messages.stage_cost.format(
                place=place,
                side=line.side,
                filters=line.filters,
                kernel=line.kernel,
                channels=channels,
                products=whole(line.products),
                weights=whole(line.weights),
            )
        )
        channels = line.filters
    return found
