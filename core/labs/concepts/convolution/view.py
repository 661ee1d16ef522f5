"""Draw controls and views of the lab on convolution and pooling by hand."""

import numpy as np
import streamlit as st

from core.labs.concepts.convolution import exercises as convolution_exercises
from core.labs.concepts.convolution import pictures, working
from core.labs.concepts.kit import board, convolution, filters, pooling
from core.labs.concepts.kit.convolution import Geometry
from core.labs.concepts.kit.drawing import Place, number
from core.labs.concepts.kit.pooling import Pool
from core.labs.concepts.view import page as concepts
from core.labs.concepts.view.page import URL
from core.ui import form

PICTURE, FILTER = "4 × 4 (worked example)", "three filters (worked example)"
STEPS = (
    "Zero padding, so that the feature map has the size of the input (same padding).",
    "One output: place the filter on a window of the input, multiply element by element, and add.",
    "The forward pass: each filter computes one feature map.",
    "Max pooling: of each 2 × 2 window only the maximum is passed on.",
    "The loss compares the output with the target; its gradient starts the backward pass.",
    "Backward through max pooling: the whole gradient goes to the maximum of each window.",
    "The gradient of one weight: sum over all outputs of δ times the input that the weight was multiplied with.",
    "The gradients of all 27 weights and 3 biases.",
    "The gradient of the input, which the previous layer would receive.",
    "One gradient-descent step with all weights, and the loss falls.",
)


def worked() -> None:
    """Draw the report's third question, step by step."""
    at = concepts.steps("step", STEPS)
    (_frame, _output, _maps, _pool, _loss, _back_pool, _weight, _gradients, _pixel, _learn)[at]()


def _frame() -> None:
    concepts.drawing(*pictures.padded(board.PICTURE[..., 0], board.GEOMETRY.padding))
    concepts.working([working.size(4, board.GEOMETRY)])


def _cell(label: str, shape: tuple[int, int], key: str, default: int = 1) -> Place:
    """Choose a cell of a grid with a slider that runs row by row; arrow keys move it."""
    rows, columns = shape
    if rows * columns < 2:
        return 0, 0
    if st.session_state.get(key, 1) > rows * columns:  # the grid has shrunk
        st.session_state[key] = rows * columns
    return divmod(st.slider(label, 1, rows * columns, min(default, rows * columns), key=key, **URL) - 1, columns)


def _filter(count: int = 3) -> int:
    """Choose the filter to look at."""
    if count < 2:
        return 0
    chosen = form.segments("Filter", range(1, count + 1), key="filter")
    return int(chosen) - 1


def _output() -> None:
    left, right = st.columns([1, 2], gap="large")
    with left:
        f = _filter()
    with right:
        cell = _cell("Output, row by row", (4, 4), "output", 6)
    maps = board.question().maps[..., f]
    concepts.drawing(
        *pictures.forward(
            board.PICTURE[..., 0], board.FILTERS[:, :, 0, f], maps, board.GEOMETRY, cell,
            f"filter {f + 1}: {board.FILTER_NAMES[f]}", known=cell[0] * 4 + cell[1] + 1,
        )
    )  # fmt: skip
    concepts.working(working.output(board.PICTURE, board.FILTERS, board.BIAS, board.GEOMETRY, cell, f))


def _maps() -> None:
    concepts.drawing(*pictures.maps(board.FILTERS[:, :, 0], board.question().maps, board.FILTER_NAMES))
    biases = ", ".join(f"$b^{{({f + 1})}} = {bias:g}$" for f, bias in enumerate(board.BIAS))
    st.markdown(f"The bias of the filter is added to each number of its feature map: {biases}.")
    concepts.working([working.parameters(3, 1, 3)])


def _pool() -> None:
    left, right = st.columns([1, 2], gap="large")
    with left:
        f = _filter()
    with right:
        cell = _cell("Window, row by row", (2, 2), "window")
    done = board.question()
    concepts.drawing(*pictures.pooling_step(done.maps, board.POOL, cell, f))
    concepts.working(working.pooled(done.maps, board.POOL, cell, f))


def _loss() -> None:
    done = board.question()
    rows = {"output p": done.pooled, "target t": board.TARGET, "∂L/∂p = p − t": done.blame_pooled}
    concepts.drawing(*pictures.three(rows, "Pooled feature maps, targets, and the differences."))
    concepts.working(working.loss(done.pooled, board.TARGET, done.loss))


def _back_pool() -> None:
    done = board.question()
    marks = {
        (name, f): where
        for f, where in pictures.routes(done.maps, board.POOL).items()
        for name in ("feature maps z", "∂L/∂z")
    }
    rows = {"feature maps z": done.maps, "∂L/∂p": done.blame_pooled, "∂L/∂z": done.blame_maps}
    concepts.drawing(
        *pictures.three(
            rows, "The gradient of each pooled value goes to the maximum of its window, which is framed.", marks
        )
    )
    first = next(iter(pictures.routes(done.maps, board.POOL)[0]))
    concepts.working(working.route(0, first, float(done.blame_maps[(*first, 0)])))
    st.caption("Framed: the maximum of each window. The other inputs do not affect the output, so their gradient is 0.")


def _weight() -> None:
    left, right = st.columns([1, 2], gap="large")
    with left:
        f = _filter()
    with right:
        place = _cell("Weight, row by row", (3, 3), "weight", 5)
    done = board.question()
    gradient = done.gradients.filters[:, :, 0, f]
    concepts.drawing(
        *pictures.weight_step(board.PICTURE[..., 0], done.blame_maps[..., f], gradient, board.GEOMETRY, place, f)
    )
    concepts.working(working.weight(done.blame_maps, board.PICTURE, board.GEOMETRY, place, f))
    st.caption("Indices of x count in the padded input. Outputs with a gradient of 0 add nothing and are left out.")


def _gradients() -> None:
    done = board.question()
    rows = {"filter w": board.FILTERS[:, :, 0], "∂L/∂w": done.gradients.filters[:, :, 0]}
    concepts.drawing(*pictures.three(rows, "The three filters and the gradient of each of their weights."))
    concepts.working([line for f in range(3) for line in working.bias(done.blame_maps, f)])


def _pixel() -> None:
    place = _cell("Pixel, row by row", (4, 4), "pixel", 6)
    done = board.question()
    concepts.drawing(*pictures.pixel_step(board.PICTURE[..., 0], done.gradients.picture[..., 0], place))
    concepts.working(working.pixel(done.blame_maps, board.FILTERS, board.GEOMETRY, place))
    st.caption("It is a convolution of the gradient δ with the filter rotated by 180°.")


def _learn() -> None:
    before, (weights, bias) = board.question(), board.learned()
    after = board.run(board.PICTURE, weights, bias, board.TARGET)
    rows = {"before": board.FILTERS[:, :, 0], "after": weights[:, :, 0]}
    concepts.drawing(*pictures.three(rows, "The filters before and after one update."))
    slope = float(before.gradients.filters[1, 1, 0, 0])
    concepts.working(
        [
            working.step(float(board.FILTERS[1, 1, 0, 0]), slope, board.RATE, "w^{(1)}_{2,2}"),
            rf"L &: {number(before.loss)} \rightarrow {number(after.loss)} \quad (\eta = {board.RATE})",
        ]
    )


WAYS = {"Forward": "forward pass", "Backward": "backward pass"}


def play() -> None:
    """Edit the image and the filters; everything else follows."""
    controls, result = concepts.beside(2.5)
    with controls:
        picture, bank, geometry, pool = _controls()
    with result:
        maps = convolution.forward(picture[..., None], bank, np.zeros(bank.shape[3]), geometry)
        pooled = pooling.forward(maps, pool)
        way = form.segments("Direction", WAYS, key="way")
        left, right = st.columns([1, 2], gap="medium")
        with left:
            f = _filter(bank.shape[3])
        if way == "Forward":
            with right:
                cell = _cell("Output, row by row", maps.shape[:2], "output", 6)
            _play_forward(picture, bank, maps, pooled, geometry, pool, cell, f)
        else:
            with right:
                place = _cell("Weight, row by row", bank.shape[:2], "weight", 5)
            _play_backward(picture, bank, maps, pooled, geometry, pool, place, f)


def _controls() -> tuple[np.ndarray, np.ndarray, Geometry, Pool]:
    _loader(
        "Input", (*filters.PICTURES, *filters.DIGITS), "pixels", lambda name: filters.as_text(filters.picture(name))
    )
    about = "One row of the image per line, numbers separated by spaces."
    typed = st.text_area(
        "Input values", filters.as_text(filters.picture(PICTURE)), key="pixels", height=140, help=about, **URL
    )
    _loader("Filters", tuple(filters.FILTERS), "taps", filters.bank_text)
    taps = st.text_area(
        "Filter weights",
        filters.bank_text(FILTER),
        key="taps",
        height=140,
        help="Up to three square filters of the same size, separated by an empty line.",
        **URL,
    )
    geometry = {}
    for name, low, high, value in (("padding", 0, 3, 1), ("stride", 1, 3, 1), ("dilation", 1, 3, 1)):
        geometry[name] = st.slider(name.capitalize(), low, high, value, key=name, **URL)
    kind = form.segments("Pooling type", pooling.KINDS, key="pool", help="Maximum or mean of each window.")
    size = st.slider("Pooling window (pixels)", 1, 4, 2, key="pool_size", **URL)
    bank = filters.bank(taps)
    picture = filters.matrix(typed, "Input values", filters.LARGEST)
    chosen = Geometry(kernel=bank.shape[0], **geometry)
    rows, columns = (chosen.outputs(pixels) for pixels in picture.shape)
    return picture, bank, chosen, Pool(kind, min(size, rows, columns), min(size, rows, columns))


def _loader(label: str, names: tuple[str, ...], target: str, text_of) -> None:
    """Draw a list of presets that fill a text area; the text is the value and is kept in the link."""

    def load() -> None:
        if name := st.session_state[f"load_{target}"]:
            st.session_state[target] = text_of(name)

    st.selectbox(label, names, index=None, placeholder="choose a preset", key=f"load_{target}", on_change=load)


def _play_forward(picture, bank, maps, pooled, geometry, pool, cell, f) -> None:
    concepts.drawing(
        *pictures.forward(
            picture, bank[:, :, 0, f], maps[..., f], geometry, cell, f"filter {f + 1}", pooled[..., f], pool
        )
    )
    concepts.working(working.output(picture[..., None], bank, np.zeros(bank.shape[3]), geometry, cell, f), "sum")
    concepts.working([working.size(picture.shape[0], geometry)], "size")


def _play_backward(picture, bank, maps, pooled, geometry, pool, place, f) -> None:
    st.markdown("The loss is the sum of all pooled values, so the gradient of each of them is 1.")
    blame = pooling.backward(np.ones(pooled.shape), maps, pool)
    gradient = convolution.backward(blame, picture[..., None], bank, geometry).filters[:, :, 0, f]
    concepts.drawing(*pictures.weight_step(picture, blame[..., f], gradient, geometry, place, f))
    concepts.working(working.weight(blame, picture[..., None], geometry, place, f), "sum")


def check() -> None:
    """Draw exercises on the content of the other two modes."""
    concepts.exercise_panel("convolution", convolution_exercises.MAKERS)


HONEST = (
    "Small whole numbers, so that you can follow by hand; a trained layer computes the same sums over hundreds of "
    "channels, and its filters are learned."
)
