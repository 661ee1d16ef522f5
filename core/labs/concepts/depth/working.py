"""Write the arithmetic of paths, pooling and receptive fields in LaTeX, with the numbers filled in."""

from collections.abc import Sequence

import numpy as np

from core.labs.concepts.depth import linear_blocks, paths
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
        rf"\text{{paths}} &= \underbrace{{2 \cdot 2 \cdots 2}}_{{{blocks}}} = 2^{{{blocks}}} = {whole(2**blocks)}",
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
        rf"\text{{with skip connections, block {block + 1} removed: }} y &= ({terms})\, x = {_exact(less)}\, x \quad"
        rf"(\text{{{len(left)} of {2 ** len(FACTORS)} paths; before }} {_exact(full)}\, x)",
        rf"\text{{without skip connections, block {block + 1} removed: }}"
        rf" y &= {kept}\, x = {_exact(plain_less)}\, x \quad"
        rf"(\text{{before }} {ALL}\, x = {_exact(plain_full)}\, x)",
    ]


def gradient() -> list[str]:
    """Explain why the skip connection preserves the gradient."""
    slopes = " ".join(f"(1 {a:+g})" for a in FACTORS)
    residual, single = linear_blocks.output(FACTORS, True), linear_blocks.output(FACTORS, False)
    return [
        r"\frac{\partial y}{\partial x} &= \prod_l \left(1 + f_l'\right) = 1 + \sum_l f_l' "
        r"+ \sum_{l<m} f_l' f_m' + \cdots",
        rf"&= {slopes} = {_exact(residual)}",
        r"\text{without skip connections: } \frac{\partial y}{\partial x} &= \prod_l f_l' = "
        rf"{ALL} = {_exact(single)}",
    ]


def row_of_pooling(row: np.ndarray) -> list[str]:
    """Apply both kinds of pooling to a row of numbers, with windows of two."""
    pairs = row.reshape(-1, 2)
    return [
        rf"x &= ({', '.join(map(plain, row))})",
        rf"\max &= ({', '.join(plain(pair.max()) for pair in pairs)})",
        rf"\text{{mean}} &= ({', '.join(plain(pair.mean()) for pair in pairs)})",
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
        rf"3 \text{{ layers of }} 3 \times 3: \quad r &= 1 + 3 \cdot 2 = 7, \quad 3 \cdot 3^2 \cdot {c}^2 = "
        rf"{whole(27 * channels**2)} \text{{ weights}}",
        rf"1 \text{{ layer of }} 7 \times 7: \quad r &= 7, \quad 7^2 \cdot {c}^2 = {whole(49 * channels**2)}"
        r" \text{ weights}",
    ]


def ledger(lines: Sequence[Line], channels: int) -> list[str]:
    """Write the multiplications of each stage."""
    found = []
    for place, line in enumerate(lines, start=1):
        found.append(
            rf"\text{{stage {place}: }} &{line.side}^2 \cdot {line.filters} \cdot {line.kernel}^2 \cdot {channels} = "
            rf"{whole(line.products)} \text{{ MACs}}, \quad {whole(line.weights)} \text{{ weights}}"
        )
        channels = line.filters
    return found
