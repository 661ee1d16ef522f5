"""Generate random exercises on paths, pooling, receptive fields and the cost of filters."""

import numpy as np

from core.labs.concepts.depth import depth, edge, paths
from core.labs.concepts.depth import working as depth_working
from core.labs.concepts.depth.depth import Stage
from core.labs.concepts.kit import pooling, receptive
from core.labs.concepts.kit.exercises import Exercise, Maker
from core.labs.concepts.kit.pooling import Pool
from core.labs.concepts.kit.receptive import Layer
from core.labs.concepts.kit.sums import plain


def paths_left(rng: np.random.Generator) -> Exercise:
    """Ask for the paths that remain when blocks are removed."""
    blocks = int(rng.integers(3, 11))
    cut = int(rng.integers(0, 3))
    left = len(paths.paths(blocks, frozenset(range(cut))))
    what = f"{cut} of them {'is' if cut == 1 else 'are'} removed" if cut else "none is removed"
    return Exercise(
        f"A residual network has {blocks} blocks; {what}. How many paths lead from input to output?",
        (float(left),),
        0,
        hint="a whole number",
        explanation=f"Each path passes through or skips each of the {blocks - cut} remaining blocks: "
        f"$2^{{{blocks - cut}}} = {left:,}$. Removing a block halves the number of paths.",
    )


def paths_of_length(rng: np.random.Generator) -> Exercise:
    """Ask for the paths through a given number of blocks."""
    blocks = int(rng.integers(4, 10))
    through = int(rng.integers(1, blocks))
    return Exercise(
        f"How many paths through a residual network of {blocks} blocks go through exactly {through} of them?",
        (float(paths.lengths(blocks)[through]),),
        0,
        hint="a whole number",
        explanation=f"Choose {through} of {blocks}: "
        f"$\\binom{{{blocks}}}{{{through}}} = {paths.lengths(blocks)[through]}$.",
    )


def field_of_view(rng: np.random.Generator) -> Exercise:
    """Ask for the receptive field of an output, in pixels."""
    stack = []
    for _ in range(int(rng.integers(2, 5))):
        pooled = bool(rng.integers(4) == 0)
        stack.append(Layer(2, 2, kind="pooling") if pooled else Layer(int(rng.choice([3, 5])), int(rng.integers(1, 3))))
    words = "; ".join(f"{one.kind} {one.kernel} × {one.kernel}, stride {one.stride}" for one in stack)
    return Exercise(
        f"Layers in order: {words}. How many pixels wide is the receptive field of one output of the last layer?",
        (float(receptive.fields(stack)[-1].size),),
        0,
        hint="a whole number",
        explanation="Each layer adds (kernel − 1) × the product of all strides before it.",
        working=tuple(depth_working.field(stack)),
    )


def pooled_line(rng: np.random.Generator) -> Exercise:
    """Ask for the value of a thin line on a background after pooling."""
    kind, size = str(rng.choice(pooling.KINDS)), int(rng.integers(2, 5))
    scene = str(rng.choice(("thin line", "dark line")))
    left = edge.contrast(edge.pooled(edge.picture(scene, 13, 0, 0), size)[kind])
    ground = "a dark ground of 0, itself 1" if scene == "thin line" else "a bright ground of 1, itself 0"
    return Exercise(
        f"A line one pixel wide lies on {ground}. After {kind} pooling of {size} × {size} (stride {size}), how "
        "large is the difference between line and ground?",
        (float(left),),
        0.005,
        hint="two decimals or a fraction",
        explanation="Max pooling keeps the brightest value of a window; average pooling divides the contrast of one "
        f"column by {size}.",
        working=_windows(scene, size),
    )


def _windows(scene: str, size: int) -> tuple[str, ...]:
    on_line = np.full((size, size, 1), 0.0 if scene == "thin line" else 1.0)
    on_line[:, 0] = 1 - on_line[0, 0]
    found = {kind: pooling.forward(on_line, Pool(kind, size, size))[0, 0, 0] for kind in pooling.KINDS}
    ground = 0 if scene == "thin line" else 1
    return tuple(
        rf"\text{{{kind}: line }} {plain(value)}, \text{{ ground }} {ground} &\Rightarrow {plain(abs(value - ground))}"
        for kind, value in found.items()
    )


def stack_of_small(rng: np.random.Generator) -> Exercise:
    """Ask for the weights of a stack of small filters against one large filter."""
    times, channels = int(rng.integers(2, 5)), int(rng.choice([16, 32, 64]))
    sees, small = depth.stacked(3, times, channels)
    large = depth.stacked(sees, 1, channels)[1]
    return Exercise(
        f"{times} layers of 3 × 3 have the receptive field of one layer of {sees} × {sees}. With {channels} input and "
        "output channels and no bias: how many weights do the small filters save?",
        (float(large - small),), 0, hint="a whole number",
        explanation="Each layer has kernel² × channels² weights.",
        working=(
            rf"{sees}^2 \cdot {channels}^2 - {times} \cdot 3^2 \cdot {channels}^2 &= {depth_working.whole(large)} - "
            rf"{depth_working.whole(small)} = {depth_working.whole(large - small)}",
        ),
    )  # fmt: skip


def cost(rng: np.random.Generator) -> Exercise:
    """Ask for the multiplications of a convolution after pooling."""
    stages = [Stage(int(rng.choice([8, 16])), 3), Stage(int(rng.choice([16, 32])), int(rng.choice([3, 5])))]
    lines = depth.ledger(stages, 32, 3)
    return Exercise(
        f"A 32 × 32 × 3 image: {stages[0].filters} filters of 3 × 3 (same padding), 2 × 2 pooling, then "
        f"{stages[1].filters} filters of {stages[1].kernel} × {stages[1].kernel} (same padding). How many "
        "multiplications does the second convolution need?",
        (float(lines[1].products),),
        0,
        hint="a whole number",
        explanation="Number of outputs × multiplications per output.",
        working=tuple(depth_working.ledger(lines, 3)),
    )


MAKERS: dict[str, Maker] = {
    "paths": paths_left,
    "paths of a length": paths_of_length,
    "receptive field": field_of_view,
    "pooling a line": pooled_line,
    "small filters": stack_of_small,
    "cost": cost,
}
