"""Draw controls and views of the lab on residual networks and depth."""

import numpy as np
import streamlit as st

from core.labs.concepts.depth import (
    depth,
    edge,
    exercises as depth_exercises,
    messages,
    paths,
    pictures,
    residual,
    working,
)
from core.labs.concepts.depth.linear_blocks import FACTORS
from core.labs.concepts.kit import receptive
from core.labs.concepts.kit.attention import softmax
from core.labs.concepts.kit.drawing import number
from core.labs.concepts.kit.receptive import Layer
from core.labs.concepts.view import page as concepts
from core.labs.concepts.view.page import URL
from core.ui import form

PATHS, EDGE, FIELD, STAGES = "Residual paths", "Pooling and edges", "Receptive field", "Filter count by depth"
ROW = np.array([0, 0, 0, 1, 1, 1, 0, 0, 1, 0], float)  # an edge that is not aligned to the grid, and a thin line
SEVEN = (Layer(3), Layer(2, 2, kind="pooling"), Layer(3), Layer(3, 2), Layer(3))
PRESETS = {
    "model A": "16x3 32x3 64x3",
    "model B": "16x3 32x5 64x7 128x7",
    "large first, small later": "16x7 32x5 64x3 128x3",
    "filters decreasing": "128x3 64x5 32x7 16x7",
}


def worked() -> None:
    """Draw paths, pooling, receptive fields and costs, number by number."""
    at = concepts.steps("step", list(messages.group("steps").values()))
    (_unrolled, _counted, _cut, _gradient, _edge_row, _field, _small, _ledger)[at]()


NAMES = tuple(f"× {number(a)}" for a in FACTORS)


def _unrolled() -> None:
    parts, height = pictures.chain(3, frozenset(), True, NAMES)
    concepts.drawing(*pictures.svg(parts, pictures.WIDTH + 20, height, messages.blocks_alt))
    concepts.working(working.unrolled())


def _counted() -> None:
    concepts.drawing(*pictures.all_paths(3, frozenset()))
    concepts.working(working.counted(3))


def _cut() -> None:
    block = int(form.segments(messages.remove_block, (1, 2, 3), key="block", default=2)) - 1
    for skip in (True, False):
        parts, height = pictures.chain(3, frozenset({block}), skip, NAMES)
        said = messages.group("cut_alt")["with" if skip else "without"].format(block=block + 1)
        concepts.drawing(*pictures.svg(parts, pictures.WIDTH + 20, height, said))
    concepts.working(working.cut(block))


def _gradient() -> None:
    concepts.working(working.gradient())
    st.markdown(messages.gradient_told)


def _edge_row() -> None:
    concepts.working(working.row_of_pooling(ROW))
    st.markdown(messages.edge_told)


def _field() -> None:
    seen = receptive.fields(SEVEN)
    concepts.drawing(*pictures.fields(SEVEN, seen, receptive.influence(SEVEN)))
    concepts.working(working.field(SEVEN))


def _small() -> None:
    concepts.working(working.stacked(64))
    st.markdown(messages.small_told)


def _ledger() -> None:
    stages = depth.parse(PRESETS["model A"])
    lines = depth.ledger(stages)
    concepts.drawing(*pictures.stages(lines, 128))
    concepts.working(working.ledger(lines, 3))
    st.markdown(messages.why)


def play() -> None:
    """Remove blocks, move an edge, stack layers; everything else follows."""
    what = form.segments(messages.topic, (PATHS, EDGE, FIELD, STAGES), key="what")
    {PATHS: _play_paths, EDGE: _play_edge, FIELD: _play_field, STAGES: _play_stages}[what]()


def _play_paths() -> None:
    with st.container():
        left, middle, right = st.container(key=concepts.BELOW).columns([1.1, 1.3, 1.6], gap="medium")
        blocks = int(form.segments(messages.blocks, residual.BLOCKS, key="blocks", default=4, where=left))
        seed = int(form.segments(messages.random_seed, residual.SEEDS, key="seed", where=middle))
        cut = right.pills(
            messages.remove_blocks,
            range(1, blocks + 1),
            selection_mode="multi",
            default=[2],
            key="cut",
            help=messages.remove_blocks_help,
            **URL,
        )
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
        for name, skip in _both().items()
    }
    hues = dict(zip(values, (pictures.RESIDUAL, pictures.PLAIN), strict=True))
    each = [messages.without_block.format(block=block + 1) for block in range(blocks)]
    groups = [messages.all_blocks, messages.as_above, *each]
    whole, plain = values.values()
    said = messages.accuracies_alt.format(residual=whole[0], residual_cut=whole[1], plain=plain[0], plain_cut=plain[1])
    concepts.drawing(*pictures.bars(values, groups, hues, said, title=messages.accuracies))
    size, common = residual.shipped(True, blocks, 0).parameters(), np.bincount(labels).max() / len(labels)
    st.caption(messages.accuracies_help.format(images=len(labels), size=size, majority=100 * common))


def _both() -> dict[str, bool]:
    """Map the name of each network to whether it has skip connections."""
    return {messages.with_skip: True, messages.without_skip: False}


def _one_digit(blocks: int, deleted: frozenset[int], seed: int) -> None:
    _, (inputs, labels) = residual.digits()
    place = st.slider(messages.picture, 1, len(labels), 1, key="picture", **URL) - 1
    said = {
        name: softmax(residual.scores(residual.shipped(skip, blocks, seed), inputs[place][None], deleted))[0]
        for name, skip in _both().items()
    }
    off = ", ".join(str(b + 1) for b in sorted(deleted))
    after = messages.blocks_off if len(deleted) > 3 else messages.block_off if deleted else messages.all_blocks
    titles = {name: f"{name}, {after.format(count=len(deleted), blocks=off)}" for name in said}
    concepts.drawing(*pictures.answers((inputs[place] + 1) * 8, int(labels[place]), said, titles))


def _gradient_by_length(blocks: int, seed: int) -> None:
    _, (inputs, _) = residual.digits()
    net, place = residual.shipped(True, blocks, seed), st.session_state["picture"] - 1
    sizes = [float(np.linalg.norm(part)) for part in paths.by_length(residual.jacobians(net, inputs[place]))]
    counts = paths.lengths(blocks)
    each = [size / count for size, count in zip(sizes, counts, strict=True)]
    values = {messages.all_paths: sizes, messages.per_path: each}
    hues = dict(zip(values, (pictures.RESIDUAL, pictures.PER_PATH), strict=True))
    said, title = messages.gradient_alt, messages.gradient_norms
    groups = [f"{k} ({count})" for k, count in enumerate(counts)]
    concepts.drawing(*pictures.bars(values, groups, hues, said, percent=False, title=title))
    st.caption(messages.gradient_help)


def _play_edge() -> None:
    controls, result = concepts.beside(2.8)
    with controls:
        scene = st.selectbox(messages.input_image, edge.SCENES, key="scene", help=messages.input_image_help, **URL)
        at = st.slider(messages.position, 2, edge.SIDE - 2, 13, key="at", help=messages.position_help, **URL)
        size = form.segments(messages.window, (2, 3, 4), key="window")
        noise = st.slider(messages.noise, 0.0, 0.5, 0.1, 0.05, key="noise", help=messages.noise_help, **URL)
        seed = int(
            st.number_input(messages.noise_seed, 0, 9999, 0, key="noise_seed", help=messages.noise_seed_help, **URL)
        )
    seen = edge.picture(scene, at, noise, seed)
    pooled = edge.pooled(seen, int(size))
    rows = {name: edge.middle_rows(one) for name, one in pictures.named(seen, pooled).items()}
    with result:
        concepts.drawing(*pictures.pooled_edge(seen, pooled, rows))
        (high, high_by), (mean, mean_by) = edge.noise_left(noise, int(size), seed).values()
        contrast = {messages.input: seen} | pooled
        told = ", ".join(f"{name} {number(edge.contrast(one))}" for name, one in contrast.items())
        st.markdown(
            messages.contrast.format(
                contrasts=told, high=number(high), high_by=number(high_by), mean=number(mean), mean_by=number(mean_by)
            )
        )


def _play_field() -> None:
    controls, result = concepts.beside(2.8)
    with controls:
        layers = st.slider(messages.layers_label, 1, 10, 5, key="layers", **URL)
        kernel = form.segments(messages.kernel, (3, 5, 7), key="kernel", help=messages.kernel_help)
        stride = form.segments(messages.stride, (1, 2), key="stride")
        every = st.slider(messages.every, 0, 5, 2, key="every", help=messages.every_help, **URL)
        dilated = st.toggle(messages.dilated, False, key="dilated", help=messages.dilated_help, **URL)
    stack = receptive.stack(layers, int(kernel), int(stride), every, dilated)
    seen = receptive.fields(stack)
    with result:
        concepts.drawing(*pictures.fields(stack, seen, receptive.influence(stack)))
        st.caption(messages.fields_help)


def _play_stages() -> None:
    def load() -> None:
        if name := st.session_state["stages_preset"]:
            st.session_state["stages"] = PRESETS[name]

    controls, result = concepts.beside(2.8)
    with controls:
        st.selectbox(
            messages.example, PRESETS, index=None, placeholder=messages.choose, key="stages_preset", on_change=load
        )
        typed = st.text_input(messages.stages, PRESETS["model A"], key="stages", help=messages.stages_help, **URL)
        side = st.slider(messages.side, 32, 256, 128, 32, key="side", **URL)
    lines = depth.ledger(depth.parse(typed), side)
    with result:
        concepts.drawing(*pictures.stages(lines, side))
        st.markdown(
            messages.total.format(
                millions=sum(line.products for line in lines) / 1e6, weights=sum(line.weights for line in lines)
            )
        )
        st.markdown(messages.why)


def check() -> None:
    """Draw exercises on paths, pooling, receptive fields and costs."""
    concepts.exercise_panel("depth", depth_exercises.MAKERS)
