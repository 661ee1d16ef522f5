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
from core.ui import form

STEPS = (
    "A residual block adds f(x) to its input x; expanded, the network is a sum over paths.",
    "Each path passes through a block or skips it: every block doubles the number of paths.",
    "Remove a block: half of the paths remain; without skip connections the only path is broken.",
    "The gradient takes the same paths, and on one of them it is not scaled at all.",
    "An edge after max pooling and after average pooling.",
    "The receptive field grows with depth.",
    "Several small filters have the receptive field of a large one, with fewer weights.",
    "Why deeper layers have more filters, and smaller ones.",
)
PATHS, EDGE, FIELD, STAGES = "Residual paths", "Pooling and edges", "Receptive field", "Filter count by depth"
ROW = np.array([0, 0, 0, 1, 1, 1, 0, 0, 1, 0], float)  # an edge that is not aligned to the grid, and a thin line
WITH, WITHOUT = "with skip connections", "without skip connections"
SEVEN = (Layer(3), Layer(2, 2, kind="pooling"), Layer(3), Layer(3, 2), Layer(3))
PRESETS = {
    "model A": "16x3 32x3 64x3",
    "model B": "16x3 32x5 64x7 128x7",
    "large first, small later": "16x7 32x5 64x3 128x3",
    "filters decreasing": "128x3 64x5 32x7 16x7",
}


def worked() -> None:
    """Draw paths, pooling, receptive fields and costs, number by number."""
    at = concepts.steps("step", STEPS)
    (_unrolled, _counted, _cut, _gradient, _edge_row, _field, _small, _ledger)[at]()


NAMES = tuple(f"× {number(a)}" for a in FACTORS)


def _unrolled() -> None:
    parts, height = pictures.chain(3, frozenset(), True, NAMES)
    concepts.drawing(
        *pictures.svg(parts, pictures.WIDTH + 20, height, "Three residual blocks with their skip connections.")
    )
    concepts.working(working.unrolled())


def _counted() -> None:
    concepts.drawing(*pictures.all_paths(3, frozenset()))
    concepts.working(working.counted(3))


def _cut() -> None:
    block = int(form.segments("Remove block (ablation)", (1, 2, 3), key="block", default=2)) - 1
    for skip in (True, False):
        parts, height = pictures.chain(3, frozenset({block}), skip, NAMES)
        what = "with" if skip else "without"
        said = f"Three blocks {what} skip connections, block {block + 1} removed."
        concepts.drawing(*pictures.svg(parts, pictures.WIDTH + 20, height, said))
    concepts.working(working.cut(block))


def _gradient() -> None:
    concepts.working(working.gradient())
    st.markdown(
        "The 1 is the path that skips all blocks: on it the gradient is not scaled, however deep the network is."
    )


def _edge_row() -> None:
    concepts.working(working.row_of_pooling(ROW))
    st.markdown(
        "Windows of two pixels. Max pooling keeps the thin line at full contrast and may shift the edge by a pixel; "
        "average pooling keeps the mean brightness, so the edge and the line lose contrast."
    )


def _field() -> None:
    seen = receptive.fields(SEVEN)
    concepts.drawing(*pictures.fields(SEVEN, seen, receptive.influence(SEVEN)))
    concepts.working(working.field(SEVEN))


def _small() -> None:
    concepts.working(working.stacked(64))
    st.markdown("And three layers have three nonlinearities (ReLU) instead of one.")


def _ledger() -> None:
    stages = depth.parse(PRESETS["model A"])
    lines = depth.ledger(stages)
    concepts.drawing(*pictures.stages(lines, 128))
    concepts.working(working.ledger(lines, 3))
    st.markdown(WHY)


WHY = (
    "**More filters:** after each pooling the feature map has a quarter of the positions, so twice the input channels "
    "and twice the filters cost no more than the stage before (the first stage is cheaper, as it has three input "
    "channels); and there are more kinds of object parts than of edges.  \n"
    "**Smaller filters:** the weights grow with kernel² × input channels × filters, so a large filter is cheapest "
    "where there are few input channels; and deep units already have a large receptive field. Model B is the "
    "opposite."
)


def play() -> None:
    """Remove blocks, move an edge, stack layers; everything else follows."""
    what = form.segments("Topic", (PATHS, EDGE, FIELD, STAGES), key="what")
    {PATHS: _play_paths, EDGE: _play_edge, FIELD: _play_field, STAGES: _play_stages}[what]()


def _play_paths() -> None:
    with st.container():
        left, middle, right = st.container(key=concepts.BELOW).columns([1.1, 1.3, 1.6], gap="medium")
        blocks = int(form.segments("Blocks", residual.BLOCKS, key="blocks", default=4, where=left))
        seed = int(form.segments("Random seed", residual.SEEDS, key="seed", where=middle))
        cut = right.pills(
            "Remove blocks (ablation)", range(1, blocks + 1), selection_mode="multi", default=[2], key="cut",
            help="A removed block passes its input on unchanged.", **URL,
        )  # fmt: skip
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
        for name, skip in ((WITH, True), (WITHOUT, False))
    }
    hues = {WITH: pictures.RESIDUAL, WITHOUT: pictures.PLAIN}
    groups = ["all blocks", "as above", *(f"no {block + 1}" for block in range(blocks))]
    said = f"Accuracy with all blocks and after removal: {WITH} {values[WITH][0]:.2f} and {values[WITH][1]:.2f}, "
    said += f"{WITHOUT} {values[WITHOUT][0]:.2f} and {values[WITHOUT][1]:.2f}."
    title = "Test accuracy (%)"
    concepts.drawing(*pictures.bars(values, groups, hues, said, title=title))
    size, common = residual.shipped(True, blocks, 0).parameters(), np.bincount(labels).max() / len(labels)
    st.caption(
        f"{len(labels)} test images. Both networks have the same blocks $W\\,\\mathrm{{ReLU}}(x) + b$, {size:,} "
        f"parameters and training; they differ only in the skip connections. Majority-class baseline: "
        f"{100 * common:.0f}%."
    )


def _one_digit(blocks: int, deleted: frozenset[int], seed: int) -> None:
    _, (inputs, labels) = residual.digits()
    place = st.slider("Test image", 1, len(labels), 1, key="picture", **URL) - 1
    said = {
        name: softmax(residual.scores(residual.shipped(skip, blocks, seed), inputs[place][None], deleted))[0]
        for name, skip in ((WITH, True), (WITHOUT, False))
    }
    off = ", ".join(str(b + 1) for b in sorted(deleted))
    after = f"{len(deleted)} blocks off" if len(deleted) > 3 else f"block {off} off" if deleted else "all blocks"
    titles = {name: f"{name}, {after}" for name in said}
    concepts.drawing(*pictures.answers((inputs[place] + 1) * 8, int(labels[place]), said, titles))


def _gradient_by_length(blocks: int, seed: int) -> None:
    _, (inputs, _) = residual.digits()
    net, place = residual.shipped(True, blocks, seed), st.session_state["picture"] - 1
    sizes = [float(np.linalg.norm(part)) for part in paths.by_length(residual.jacobians(net, inputs[place]))]
    counts = paths.lengths(blocks)
    values = {"all paths": sizes, "per path": [size / count for size, count in zip(sizes, counts, strict=True)]}
    hues = {"all paths": pictures.RESIDUAL, "per path": pictures.PER_PATH}
    said = "Norm of the part of the Jacobian that belongs to the paths of each length."
    title = "Gradient norm by path length, this image"
    groups = [f"{k} ({count})" for k, count in enumerate(counts)]
    concepts.drawing(*pictures.bars(values, groups, hues, said, percent=False, title=title))
    st.caption(
        "Frobenius norm of the sum over all paths of a length (product of the Jacobians along each), with all blocks; "
        "in brackets the number of paths."
    )


def _play_edge() -> None:
    controls, result = concepts.beside(2.8)
    with controls:
        scene = st.selectbox("Input image", edge.SCENES, key="scene", help="The image that is pooled.", **URL)
        at = st.slider(
            "Position (column)", 2, edge.SIDE - 2, 13, key="at", help="Column of the edge, line or dot.", **URL
        )
        size = form.segments("Pooling window (pixels)", (2, 3, 4), key="window")
        noise = st.slider("Noise (standard deviation)", 0.0, 0.5, 0.1, 0.05, key="noise", help="Gaussian.", **URL)
        seed = int(
            st.number_input("Random seed of the noise", 0, 9999, 0, key="noise_seed", help="Fixes the noise.", **URL)
        )
    seen = edge.picture(scene, at, noise, seed)
    pooled = edge.pooled(seen, int(size))
    rows = {"input": edge.middle_rows(seen)} | {f"{kind} pooling": edge.middle_rows(p) for kind, p in pooled.items()}
    with result:
        concepts.drawing(*pictures.pooled_edge(seen, pooled, rows))
        (high, high_by), (mean, mean_by) = edge.noise_left(noise, int(size), seed).values()
        contrast = {"input": seen} | pooled
        told = ", ".join(f"{name} {number(edge.contrast(one))}" for name, one in contrast.items())
        st.markdown(
            f"**Contrast** (brightest minus darkest column): {told}.  \n"
            f"**Pure noise** (400 windows, mean ± standard deviation): {number(high)} ± {number(high_by)} after max "
            f"pooling, {number(mean)} ± {number(mean_by)} after average pooling."
        )


def _play_field() -> None:
    controls, result = concepts.beside(2.8)
    with controls:
        layers = st.slider("Layers", 1, 10, 5, key="layers", **URL)
        kernel = form.segments("Kernel size", (3, 5, 7), key="kernel", help="In pixels.")
        stride = form.segments("Stride", (1, 2), key="stride")
        every = st.slider(
            "Pooling after every … layers (0: none)", 0, 5, 2, key="every", help="2 × 2, stride 2.", **URL
        )
        dilated = st.toggle("Dilation 1, 2, 4, 8, …", False, key="dilated", help="Doubled at each layer.", **URL)
    stack = receptive.stack(layers, int(kernel), int(stride), every, dilated)
    seen = receptive.fields(stack)
    with result:
        concepts.drawing(*pictures.fields(stack, seen, receptive.influence(stack)))
        st.caption(
            "Bars: width of the receptive field of one output in pixels. Below: the weight of each input pixel if all "
            "filter weights are equal; the centre contributes most."
        )


def _play_stages() -> None:
    def load() -> None:
        if name := st.session_state["stages_preset"]:
            st.session_state["stages"] = PRESETS[name]

    controls, result = concepts.beside(2.8)
    with controls:
        st.selectbox(
            "Example network", PRESETS, index=None, placeholder="choose a preset", key="stages_preset", on_change=load
        )
        about = "filters x kernel size, such as 16x3; 2 × 2 pooling follows each stage."
        typed = st.text_input("Stages", PRESETS["model A"], key="stages", help=about, **URL)
        side = st.slider("Image size (pixels)", 32, 256, 128, 32, key="side", **URL)
    lines = depth.ledger(depth.parse(typed), side)
    with result:
        concepts.drawing(*pictures.stages(lines, side))
        st.markdown(
            f"**Total** {sum(line.products for line in lines) / 1e6:,.1f} million multiplications (MACs) and "
            f"{sum(line.weights for line in lines):,} weights, without dense layers."
        )
        st.markdown(WHY)


def check() -> None:
    """Draw exercises on paths, pooling, receptive fields and costs."""
    concepts.exercise_panel("depth", depth_exercises.MAKERS)


HONEST = (
    "Small networks on easy images: that a residual network tolerates a missing block is measured; that it “is” an "
    "ensemble is an interpretation, since its paths share their weights."
)
