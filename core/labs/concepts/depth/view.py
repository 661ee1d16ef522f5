"""Draw controls and views of the lab on residual networks and depth."""

import numpy as np
import streamlit as st

from core.labs.concepts.depth import depth, edge, paths, pictures, residual, working
from core.labs.concepts.depth import exercises as depth_exercises
from core.labs.concepts.depth.linear_blocks import FACTORS
from core.labs.concepts.kit import receptive
from core.labs.concepts.kit.attention import softmax
from core.labs.concepts.kit.drawing import number
from core.labs.concepts.kit.receptive import Layer
from core.labs.concepts.view import page as concepts
from core.labs.concepts.view.page import URL

STEPS = (
    "A block adds to what it is given; multiplied out, the network is a sum over paths.",
    "Each block is entered or gone round: the paths double with every block.",
    "Cut a block out: half of the paths are left; of a plain network nothing that was trained.",
    "The gradient takes the same paths, and one of them is free.",
    "An edge through max and average pooling.",
    "Deeper outputs see more of the picture.",
    "Small filters in a stack see as far as a large one, for fewer weights.",
    "Why filters grow in number and shrink in extent with depth.",
)
PATHS, EDGE, FIELD, STAGES = "Paths", "An edge", "Field of view", "Filters by depth"
ROW = np.array([0, 0, 0, 1, 1, 1, 0, 0, 1, 0], float)  # an edge that is not aligned to the grid, and a thin line
SEVEN = (Layer(3), Layer(2, 2, kind="pooling"), Layer(3), Layer(3, 2), Layer(3))
PRESETS = {
    "model A": "16x3 32x3 64x3",
    "model B": "16x3 32x5 64x7 128x7",
    "large first, small later": "16x7 32x5 64x3 128x3",
    "upside down": "128x3 64x5 32x7 16x7",
}


def worked() -> None:
    """Draw paths, pooling, receptive fields and costs, number by number."""
    at = concepts.steps("step", STEPS)
    (_unrolled, _counted, _cut, _gradient, _edge_row, _field, _small, _ledger)[at]()


NAMES = tuple(f"× {number(a)}" for a in FACTORS)


def _unrolled() -> None:
    parts, height = pictures.chain(3, frozenset(), True, NAMES)
    concepts.drawing(*pictures.svg(parts, pictures.WIDTH + 20, height, "Three residual blocks with their shortcuts."))
    concepts.working(working.unrolled())


def _counted() -> None:
    concepts.drawing(*pictures.all_paths(3, frozenset()))
    concepts.working(working.counted(3))


def _cut() -> None:
    block = int(st.segmented_control("Cut out block", (1, 2, 3), default=2, required=True, key="block", **URL)) - 1
    for skip in (True, False):
        parts, height = pictures.chain(3, frozenset({block}), skip, NAMES)
        what = "residual" if skip else "plain"
        said = f"Three {what} blocks, block {block + 1} cut out."
        concepts.drawing(*pictures.svg(parts, pictures.WIDTH + 20, height, said))
    concepts.working(working.cut(block))


def _gradient() -> None:
    concepts.working(working.gradient())
    st.markdown(
        "The 1 in front is the path past all blocks: on it the gradient arrives whole, however deep the network."
    )


def _edge_row() -> None:
    concepts.working(working.row_of_pooling(ROW))
    st.markdown(
        "Windows of two. The maximum keeps the thin line at full strength and moves the edge by a pixel; the "
        "mean keeps what was there on the whole, and both the edge and the line turn grey."
    )


def _field() -> None:
    seen = receptive.fields(SEVEN)
    concepts.drawing(*pictures.fields(SEVEN, seen, receptive.influence(SEVEN)))
    concepts.working(working.field(SEVEN))


def _small() -> None:
    concepts.working(working.stacked(64))
    st.markdown("And between the three there are three bends (ReLU) instead of one.")


def _ledger() -> None:
    stages = depth.parse(PRESETS["model A"])
    lines = depth.ledger(stages)
    concepts.drawing(*pictures.stages(lines, 128))
    concepts.working(working.ledger(lines, 3))
    st.markdown(WHY)


WHY = (
    "**More:** after each pooling the map has a quarter of the places, so twice the channels in and twice the "
    "filters cost "
    "no more than the stage before (the first is cheaper still, as only three colours go in); and there are more "
    "kinds of eyes and wheels than of edges.  \n"
    "**Smaller:** weights grow with kernel² times channels in times filters, so a large filter is cheapest where few "
    "channels go in; and a deep output sees far already. Model B does the opposite and pays for it."
)


def play() -> None:
    """Remove blocks, move an edge, stack layers; everything else follows."""
    what = st.segmented_control("What", (PATHS, EDGE, FIELD, STAGES), default=PATHS, required=True, key="what", **URL)
    {PATHS: _play_paths, EDGE: _play_edge, FIELD: _play_field, STAGES: _play_stages}[what]()


def _play_paths() -> None:
    left, middle, right = st.columns([1.1, 1.3, 1.6], gap="medium")
    blocks = int(left.segmented_control("Blocks", residual.BLOCKS, default=4, required=True, key="blocks", **URL))
    seed = int(middle.segmented_control("Network (seed)", residual.SEEDS, default=0, required=True, key="seed", **URL))
    cut = right.pills("Cut out", range(1, blocks + 1), selection_mode="multi", default=[2], key="cut", **URL)
    deleted = frozenset(block - 1 for block in cut if block <= blocks)
    concepts.drawing(*pictures.all_paths(blocks, deleted))
    _accuracies(blocks, deleted, seed)
    _one_picture(blocks, deleted, seed)


@st.fragment
def _one_picture(blocks: int, deleted: frozenset[int], seed: int) -> None:
    """Draw the parts that follow the slider of test images; the large drawing of all paths is not redrawn."""
    _one_digit(blocks, deleted, seed)
    _gradient_by_length(blocks, seed)


def _accuracies(blocks: int, deleted: frozenset[int], seed: int) -> None:
    """Draw the test accuracy: of the whole network, as cut above, and without each single block."""
    _, (inputs, labels) = residual.digits()
    cases = [frozenset(), deleted, *(frozenset({block}) for block in range(blocks))]
    values = {
        name: [residual.accuracy(residual.shipped(skip, blocks, seed), inputs, labels, case) for case in cases]
        for name, skip in (("residual", True), ("plain", False))
    }
    hues = {"residual": pictures.RESIDUAL, "plain": pictures.PLAIN}
    groups = ["whole", "as above", *(f"no {block + 1}" for block in range(blocks))]
    said = f"Accuracy whole and as cut: residual {values['residual'][0]:.2f} and {values['residual'][1]:.2f}, plain "
    said += f"{values['plain'][0]:.2f} and {values['plain'][1]:.2f}."
    title = "Test pictures named rightly, per cent"
    concepts.drawing(*pictures.bars(values, groups, hues, said, title=title))
    size, common = residual.shipped(True, blocks, 0).parameters(), np.bincount(labels).max() / len(labels)
    st.caption(
        f"{len(labels)} test digits. The same blocks $W\\,\\mathrm{{relu}}(x) + b$, {size:,} parameters each, trained "
        "alike; only the plus sign differs. Always saying the commonest digit would be right for "
        f"{100 * common:.0f} per cent."
    )


def _one_digit(blocks: int, deleted: frozenset[int], seed: int) -> None:
    _, (inputs, labels) = residual.digits()
    place = st.slider("Test picture", 1, len(labels), 1, key="picture", **URL) - 1
    said = {
        name: softmax(residual.scores(residual.shipped(skip, blocks, seed), inputs[place][None], deleted))[0]
        for name, skip in (("residual", True), ("plain", False))
    }
    after = f"without {', '.join(str(b + 1) for b in sorted(deleted))}" if deleted else "whole"
    titles = {name: f"{name}, {after}" for name in said}
    concepts.drawing(*pictures.answers((inputs[place] + 1) * 8, int(labels[place]), said, titles))


def _gradient_by_length(blocks: int, seed: int) -> None:
    _, (inputs, _) = residual.digits()
    net, place = residual.shipped(True, blocks, seed), st.session_state["picture"] - 1
    sizes = [float(np.linalg.norm(part)) for part in paths.by_length(residual.jacobians(net, inputs[place]))]
    counts = paths.lengths(blocks)
    values = {"all paths": sizes, "per path": [size / count for size, count in zip(sizes, counts, strict=True)]}
    hues = {"all paths": pictures.RESIDUAL, "per path": pictures.PER_PATH}
    said = "Size of the Jacobian's part that runs through paths of each length."
    title = "Gradient by path length, at this picture"
    groups = [f"{k} ({count})" for k, count in enumerate(counts)]
    concepts.drawing(*pictures.bars(values, groups, hues, said, percent=False, title=title))
    st.caption(
        "Frobenius norm of the sum of all products of Jacobians along paths of a length, whole residual network; in "
        "brackets the number of paths."
    )


def _play_edge() -> None:
    controls, result = st.columns([1, 2.8], gap="large")
    with controls:
        scene = st.selectbox("Picture", edge.SCENES, key="scene", **URL)
        at = st.slider("Column", 2, edge.SIDE - 2, 13, key="at", **URL)
        size = st.segmented_control("Window", (2, 3, 4), default=2, required=True, key="window", **URL)
        noise = st.slider("Noise", 0.0, 0.5, 0.1, 0.05, key="noise", **URL)
        seed = int(st.number_input("Seed of the noise", 0, 9999, 0, key="noise_seed", **URL))
    seen = edge.picture(scene, at, noise, seed)
    pooled = edge.pooled(seen, int(size))
    rows = {"picture": edge.middle_rows(seen)} | {f"{kind} pooling": edge.middle_rows(p) for kind, p in pooled.items()}
    with result:
        concepts.drawing(*pictures.pooled_edge(seen, pooled, rows))
        (high, high_by), (mean, mean_by) = edge.noise_left(noise, int(size), seed).values()
        contrast = {"picture": seen} | pooled
        told = ", ".join(f"{name} {number(edge.contrast(one))}" for name, one in contrast.items())
        st.markdown(
            f"**Contrast** (brightest column less darkest): {told}.  \n"
            f"**Noise alone** (400 windows): the maximum lifts it to {number(high)} ± {number(high_by)}, the "
            f"average calms it to {number(mean)} ± {number(mean_by)}."
        )


def _play_field() -> None:
    controls, result = st.columns([1, 2.8], gap="large")
    with controls:
        layers = st.slider("Layers", 1, 10, 5, key="layers", **URL)
        kernel = st.segmented_control("Filter", (3, 5, 7), default=3, required=True, key="kernel", **URL)
        stride = st.segmented_control("Stride", (1, 2), default=1, required=True, key="stride", **URL)
        every = st.slider("Pooling after every … layers (0: never)", 0, 5, 2, key="every", **URL)
        dilated = st.toggle("Dilation 1, 2, 4, 8, …", False, key="dilated", **URL)
    stack = receptive.stack(layers, int(kernel), int(stride), every, dilated)
    seen = receptive.fields(stack)
    with result:
        concepts.drawing(*pictures.fields(stack, seen, receptive.influence(stack)))
        st.caption(
            "Bars: pixels along a side that one output sees. Below: how much each of them counts when all weights are "
            "equal; the middle of the field counts most."
        )


def _play_stages() -> None:
    def load() -> None:
        if name := st.session_state["stages_preset"]:
            st.session_state["stages"] = PRESETS[name]

    controls, result = st.columns([1, 2.8], gap="large")
    with controls:
        st.selectbox("Network", PRESETS, index=None, placeholder="choose a preset", key="stages_preset", on_change=load)
        typed = st.text_input(
            "Stages",
            PRESETS["model A"],
            key="stages",
            help="filters x kernel, as 16x3; after each pooling to half.",
            **URL,
        )
        side = st.slider("Picture, pixels", 32, 256, 128, 32, key="side", **URL)
    lines = depth.ledger(depth.parse(typed), side)
    with result:
        concepts.drawing(*pictures.stages(lines, side))
        st.markdown(
            f"**Together** {sum(line.products for line in lines) / 1e6:,.1f} million products and "
            f"{sum(line.weights for line in lines):,} weights, the dense layers not counted."
        )
        st.markdown(WHY)


def check() -> None:
    """Draw exercises on paths, pooling, receptive fields and costs."""
    concepts.exercise_panel("depth", depth_exercises.MAKERS)


HONEST = (
    "The networks here are small and the digits easy: that a residual network forgives a missing block is "
    "measured, that it “is” an ensemble is one way to read it, and its paths share their weights."
)
