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

PICTURE, FILTER = "4 × 4 of the board", "three of the board"
STEPS = (
    "A frame of zeros, so that the map keeps the size of the picture.",
    "One output: lay the filter on a window, multiply, add.",
    "All of it: each filter makes a map of its own.",
    "Max pooling: of each window of 2 × 2 only the largest is handed on.",
    "The loss compares what came out with what was wanted; its slope is the first blame.",
    "Back through the pooling: all blame goes to the winner of each window.",
    "Back to one weight: every pixel it met, times the blame of the output it helped to make.",
    "All gradients: 27 weights and 3 biases.",
    "Back to the picture, as a layer before this one would need it.",
    "One step downhill with every weight, and the loss falls.",
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
    chosen = st.segmented_control("Filter", range(1, count + 1), default=1, required=True, key="filter", **URL)
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
    st.markdown(f"To each number of a map its filter's bias is added: {biases}.")
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
    rows = {"pooled p": done.pooled, "wanted t": board.TARGET, "∂L/∂p = p − t": done.blame_pooled}
    concepts.drawing(*pictures.three(rows, "Pooled maps, what was wanted, and the differences."))
    concepts.working(working.loss(done.pooled, board.TARGET, done.loss))


def _back_pool() -> None:
    done = board.question()
    marks = {
        (name, f): where for f, where in pictures.routes(done.maps, board.POOL).items() for name in ("maps z", "∂L/∂z")
    }
    rows = {"maps z": done.maps, "∂L/∂p": done.blame_pooled, "∂L/∂z": done.blame_maps}
    concepts.drawing(*pictures.three(rows, "Blame of the pooled maps goes to the winners, which are framed.", marks))
    first = next(iter(pictures.routes(done.maps, board.POOL)[0]))
    concepts.working(working.route(0, first, float(done.blame_maps[(*first, 0)])))
    st.caption("Framed: the winner of each window. Whoever did not win has no part in the result, and gets no blame.")


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
    st.caption("x counts in the picture with its frame. Outputs without blame add nothing and are left out.")


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
    st.caption(
        "It is a convolution of the blame with the filter turned by half a turn: each pixel asks whom it helped."
    )


def _learn() -> None:
    before, (weights, bias) = board.question(), board.learned()
    after = board.run(board.PICTURE, weights, bias, board.TARGET)
    rows = {"before": board.FILTERS[:, :, 0], "after": weights[:, :, 0]}
    concepts.drawing(*pictures.three(rows, "The filters before and after one step."))
    slope = float(before.gradients.filters[1, 1, 0, 0])
    concepts.working(
        [
            working.step(float(board.FILTERS[1, 1, 0, 0]), slope, board.RATE, "w^{(1)}_{2,2}"),
            rf"L &: {number(before.loss)} \rightarrow {number(after.loss)} \quad (\eta = {board.RATE})",
        ]
    )


def play() -> None:
    """Edit the image and the filters; everything else follows."""
    controls, result = st.columns([1, 2.5], gap="large")
    with controls:
        picture, bank, geometry, pool = _controls()
    with result:
        maps = convolution.forward(picture[..., None], bank, np.zeros(bank.shape[3]), geometry)
        pooled = pooling.forward(maps, pool)
        way = st.segmented_control("Way", ("Forward", "Backward"), default="Forward", required=True, key="way", **URL)
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
        "Picture", (*filters.PICTURES, *filters.DIGITS), "pixels", lambda name: filters.as_text(filters.picture(name))
    )
    typed = st.text_area("Pixels", filters.as_text(filters.picture(PICTURE)), key="pixels", height=140, **URL)
    _loader("Filter", tuple(filters.FILTERS), "taps", filters.bank_text)
    taps = st.text_area(
        "Weights", filters.bank_text(FILTER), key="taps", height=140,
        help="Up to three filters of one size, with an empty line between.", **URL,
    )  # fmt: skip
    geometry = {}
    for name, low, high, value in (("padding", 0, 3, 1), ("stride", 1, 3, 1), ("dilation", 1, 3, 1)):
        geometry[name] = st.slider(name.capitalize(), low, high, value, key=name, **URL)
    kind = st.segmented_control("Pooling", pooling.KINDS, default="max", required=True, key="pool", **URL)
    size = st.slider("Pooling window", 1, 4, 2, key="pool_size", **URL)
    bank = filters.bank(taps)
    picture = filters.matrix(typed, "Pixels", filters.LARGEST)
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
    st.markdown("The loss is the sum of all pooled numbers, so each of them starts with a blame of 1.")
    blame = pooling.backward(np.ones(pooled.shape), maps, pool)
    gradient = convolution.backward(blame, picture[..., None], bank, geometry).filters[:, :, 0, f]
    concepts.drawing(*pictures.weight_step(picture, blame[..., f], gradient, geometry, place, f))
    concepts.working(working.weight(blame, picture[..., None], geometry, place, f), "sum")


def check() -> None:
    """Draw exercises on the content of the other two modes."""
    concepts.exercise_panel("convolution", convolution_exercises.MAKERS)


HONEST = (
    "The numbers on this board are whole and few so that a head can follow; a trained layer does the very same "
    "sum with hundreds of channels, and nobody chose its filters."
)
