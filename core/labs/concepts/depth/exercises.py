"""Generate random exercises on paths, pooling, receptive fields and the cost of filters."""

import numpy as np

from core.labs.concepts import messages as concepts_messages
from core.labs.concepts.depth import depth, edge, messages, paths, working as depth_working
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
    what = messages.some_removed if cut > 1 else messages.one_removed if cut else messages.none_removed
    return Exercise(
        messages.paths_question.format(blocks=blocks, removed=what.format(count=cut)),
        (float(left),),
        0,
        hint=concepts_messages.whole_number,
        explanation=messages.paths_rule.format(kept=blocks - cut, count=left),
    )


def paths_of_length(rng: np.random.Generator) -> Exercise:
    """Ask for the paths through a given number of blocks."""
    blocks = int(rng.integers(4, 10))
    through = int(rng.integers(1, blocks))
    return Exercise(
        messages.length_question.format(blocks=blocks, through=through),
        (float(paths.lengths(blocks)[through]),),
        0,
        hint=concepts_messages.whole_number,
        explanation=messages.length_rule.format(through=through, blocks=blocks, count=paths.lengths(blocks)[through]),
    )


def field_of_view(rng: np.random.Generator) -> Exercise:
    """Ask for the receptive field of an output, in pixels."""
    stack = []
    for _ in range(int(rng.integers(2, 5))):
        pooled = bool(rng.integers(4) == 0)
        stack.append(Layer(2, 2, kind="pooling") if pooled else Layer(int(rng.choice([3, 5])), int(rng.integers(1, 3))))
    names = messages.group("layers")
    words = "; ".join(names[one.kind].format(kernel=one.kernel, stride=one.stride) for one in stack)
    return Exercise(
        messages.field_question.format(layers=words),
        (float(receptive.fields(stack)[-1].size),),
        0,
        hint=concepts_messages.whole_number,
        explanation=messages.field_rule,
        working=tuple(depth_working.field(stack)),
    )


def pooled_line(rng: np.random.Generator) -> Exercise:
    """Ask for the value of a thin line on a background after pooling."""
    kind, size = str(rng.choice(pooling.KINDS)), int(rng.integers(2, 5))
    scene = str(rng.choice(("thin line", "dark line")))
    left = edge.contrast(edge.pooled(edge.picture(scene, 13, 0, 0), size)[kind])
    ground, pooled = messages.group("grounds")[scene], messages.group("pooling")[kind]
    return Exercise(
        messages.line_question.format(ground=ground, pooling=pooled, size=size),
        (float(left),),
        0.005,
        hint=messages.digits_or_fraction,
        explanation=messages.line_rule.format(size=size),
        working=_windows(scene, size),
    )


def _windows(scene: str, size: int) -> tuple[str, ...]:
    on_line = np.full((size, size, 1), 0.0 if scene == "thin line" else 1.0)
    on_line[:, 0] = 1 - on_line[0, 0]
    found = {kind: pooling.forward(on_line, Pool(kind, size, size))[0, 0, 0] for kind in pooling.KINDS}
    ground, lines = 0 if scene == "thin line" else 1, messages.group("windows")
    return tuple(
        lines[kind].format(line=plain(value), ground=ground, left=plain(abs(value - ground)))
        for kind, value in found.items()
    )


def stack_of_small(rng: np.random.Generator) -> Exercise:
    """Ask for the weights of a stack of small filters against one large filter."""
    times, channels = int(rng.integers(2, 5)), int(rng.choice([16, 32, 64]))
    sees, small = depth.stacked(3, times, channels)
    large = depth.stacked(sees, 1, channels)[1]
    return Exercise(
        messages.small_question.format(layers=times, field=sees, channels=channels),
        (float(large - small),),
        0,
        hint=concepts_messages.whole_number,
        explanation=messages.small_rule,
        working=(
            rf"{sees}^2 \cdot {channels}^2 - {times} \cdot 3^2 \cdot {channels}^2 &= {depth_working.whole(large)} - "
            rf"{depth_working.whole(small)} = {depth_working.whole(large - small)}",
        ),
    )


def cost(rng: np.random.Generator) -> Exercise:
    """Ask for the multiplications of a convolution after pooling."""
    stages = [Stage(int(rng.choice([8, 16])), 3), Stage(int(rng.choice([16, 32])), int(rng.choice([3, 5])))]
    lines = depth.ledger(stages, 32, 3)
    return Exercise(
        messages.cost_question.format(first=stages[0].filters, second=stages[1].filters, kernel=stages[1].kernel),
        (float(lines[1].products),),
        0,
        hint=concepts_messages.whole_number,
        explanation=messages.cost_rule,
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
