"""Draw controls and views of the lab on convolution and pooling by hand."""

import numpy as np
import streamlit as st

from core.labs.concepts.convolution import exercises as convolution_exercises, messages, pictures, working
from core.labs.concepts.kit import board, convolution, filters, pooling
from core.labs.concepts.kit.convolution import Geometry
from core.labs.concepts.kit.drawing import Place, number
from core.labs.concepts.kit.pooling import Pool
from core.labs.concepts.view import page as concepts
from core.labs.concepts.view.page import URL
from core.ui import form

PICTURE, FILTER = "4 × 4 (worked example)", "three filters (worked example)"


def worked() -> None:
    """Draw the report's third question, step by step."""
    at = concepts.steps("step", list(messages.group("steps").values()))
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
    chosen = form.segments(messages.filter_label, range(1, count + 1), key="filter")
    return int(chosen) - 1


def _output() -> None:
    left, right = st.columns([1, 2], gap="large")
    with left:
        f = _filter()
    with right:
        cell = _cell(messages.output_cell, (4, 4), "output", 6)
    maps = board.question().maps[..., f]
    concepts.drawing(
        *pictures.forward(
            board.PICTURE[..., 0],
            board.FILTERS[:, :, 0, f],
            maps,
            board.GEOMETRY,
            cell,
            messages.named_filter.format(number=f + 1, name=board.FILTER_NAMES[f]),
            known=cell[0] * 4 + cell[1] + 1,
        )
    )
    concepts.working(working.output(board.PICTURE, board.FILTERS, board.BIAS, board.GEOMETRY, cell, f))


def _maps() -> None:
    concepts.drawing(*pictures.maps(board.FILTERS[:, :, 0], board.question().maps, board.FILTER_NAMES))
    biases = ", ".join(f"$b^{{({f + 1})}} = {bias:g}$" for f, bias in enumerate(board.BIAS))
    st.markdown(messages.biases.format(biases=biases))
    concepts.working([working.parameters(3, 1, 3)])


def _pool() -> None:
    left, right = st.columns([1, 2], gap="large")
    with left:
        f = _filter()
    with right:
        cell = _cell(messages.window_cell, (2, 2), "window")
    done = board.question()
    concepts.drawing(*pictures.pooling_step(done.maps, board.POOL, cell, f))
    concepts.working(working.pooled(done.maps, board.POOL, cell, f))


def _loss() -> None:
    done = board.question()
    rows = {messages.output_p: done.pooled, messages.target: board.TARGET, "∂L/∂p = p − t": done.blame_pooled}
    concepts.drawing(*pictures.three(rows, messages.loss_alt))
    concepts.working(working.loss(done.pooled, board.TARGET, done.loss))


def _back_pool() -> None:
    done, feature_maps = board.question(), messages.feature_maps
    marks = {
        (name, f): where
        for f, where in pictures.routes(done.maps, board.POOL).items()
        for name in (feature_maps, "∂L/∂z")
    }
    rows = {feature_maps: done.maps, "∂L/∂p": done.blame_pooled, "∂L/∂z": done.blame_maps}
    concepts.drawing(*pictures.three(rows, messages.back_pool_alt, marks))
    first = next(iter(pictures.routes(done.maps, board.POOL)[0]))
    concepts.working(working.route(0, first, float(done.blame_maps[(*first, 0)])))
    st.caption(messages.back_pool_help)


def _weight() -> None:
    left, right = st.columns([1, 2], gap="large")
    with left:
        f = _filter()
    with right:
        place = _cell(messages.weight_cell, (3, 3), "weight", 5)
    done = board.question()
    gradient = done.gradients.filters[:, :, 0, f]
    concepts.drawing(
        *pictures.weight_step(board.PICTURE[..., 0], done.blame_maps[..., f], gradient, board.GEOMETRY, place, f)
    )
    concepts.working(working.weight(done.blame_maps, board.PICTURE, board.GEOMETRY, place, f))
    st.caption(messages.weight_help)


def _gradients() -> None:
    done = board.question()
    rows = {messages.filter_w: board.FILTERS[:, :, 0], "∂L/∂w": done.gradients.filters[:, :, 0]}
    concepts.drawing(*pictures.three(rows, messages.gradients_alt))
    concepts.working([line for f in range(3) for line in working.bias(done.blame_maps, f)])


def _pixel() -> None:
    place = _cell(messages.pixel_cell, (4, 4), "pixel", 6)
    done = board.question()
    concepts.drawing(*pictures.pixel_step(board.PICTURE[..., 0], done.gradients.picture[..., 0], place))
    concepts.working(working.pixel(done.blame_maps, board.FILTERS, board.GEOMETRY, place))
    st.caption(messages.pixel_help)


def _learn() -> None:
    before, (weights, bias) = board.question(), board.learned()
    after = board.run(board.PICTURE, weights, bias, board.TARGET)
    rows = {messages.before: board.FILTERS[:, :, 0], messages.after: weights[:, :, 0]}
    concepts.drawing(*pictures.three(rows, messages.learn_alt))
    slope = float(before.gradients.filters[1, 1, 0, 0])
    concepts.working(
        [
            working.step(float(board.FILTERS[1, 1, 0, 0]), slope, board.RATE, "w^{(1)}_{2,2}"),
            rf"L &: {number(before.loss)} \rightarrow {number(after.loss)} \quad (\eta = {board.RATE})",
        ]
    )


def play() -> None:
    """Edit the image and the filters; everything else follows."""
    controls, result = concepts.beside(2.5)
    with controls:
        picture, bank, geometry, pool = _controls()
    with result:
        maps = convolution.forward(picture[..., None], bank, np.zeros(bank.shape[3]), geometry)
        pooled = pooling.forward(maps, pool)
        way = form.segments(messages.direction, messages.group("ways"), key="way")
        left, right = st.columns([1, 2], gap="medium")
        with left:
            f = _filter(bank.shape[3])
        if way == "Forward":
            with right:
                cell = _cell(messages.output_cell, maps.shape[:2], "output", 6)
            _play_forward(picture, bank, maps, pooled, geometry, pool, cell, f)
        else:
            with right:
                place = _cell(messages.weight_cell, bank.shape[:2], "weight", 5)
            _play_backward(picture, bank, maps, pooled, geometry, pool, place, f)


def _controls() -> tuple[np.ndarray, np.ndarray, Geometry, Pool]:
    _loader(
        messages.input_presets,
        (*filters.PICTURES, *filters.DIGITS),
        "pixels",
        lambda name: filters.as_text(filters.picture(name)),
    )
    typed = st.text_area(
        messages.input_values,
        filters.as_text(filters.picture(PICTURE)),
        key="pixels",
        height=140,
        help=messages.input_help,
        **URL,
    )
    _loader(messages.filter_presets, tuple(filters.FILTERS), "taps", filters.bank_text)
    taps = st.text_area(
        messages.filter_weights, filters.bank_text(FILTER), key="taps", height=140, help=messages.filter_help, **URL
    )
    geometry = {}
    for name, low, high, value in (("padding", 0, 3, 1), ("stride", 1, 3, 1), ("dilation", 1, 3, 1)):
        geometry[name] = st.slider(messages.group("sizes")[name], low, high, value, key=name, **URL)
    kind = form.segments(messages.pooling_type, pooling.KINDS, key="pool", help=messages.pooling_help)
    size = st.slider(messages.pool_size, 1, 4, 2, key="pool_size", **URL)
    bank = filters.bank(taps)
    picture = filters.matrix(typed, messages.input_values, filters.LARGEST)
    chosen = Geometry(kernel=bank.shape[0], **geometry)
    rows, columns = (chosen.outputs(pixels) for pixels in picture.shape)
    return picture, bank, chosen, Pool(kind, min(size, rows, columns), min(size, rows, columns))


def _loader(label: str, names: tuple[str, ...], target: str, text_of) -> None:
    """Draw a list of presets that fill a text area; the text is the value and is kept in the link."""

    def load() -> None:
        if name := st.session_state[f"load_{target}"]:
            st.session_state[target] = text_of(name)

    st.selectbox(label, names, index=None, placeholder=messages.choose, key=f"load_{target}", on_change=load)


def _play_forward(picture, bank, maps, pooled, geometry, pool, cell, f) -> None:
    concepts.drawing(
        *pictures.forward(
            picture,
            bank[:, :, 0, f],
            maps[..., f],
            geometry,
            cell,
            messages.numbered_filter.format(number=f + 1),
            pooled[..., f],
            pool,
        )
    )
    concepts.working(working.output(picture[..., None], bank, np.zeros(bank.shape[3]), geometry, cell, f), "sum")
    concepts.working([working.size(picture.shape[0], geometry)], "size")


def _play_backward(picture, bank, maps, pooled, geometry, pool, place, f) -> None:
    st.markdown(messages.play_loss)
    blame = pooling.backward(np.ones(pooled.shape), maps, pool)
    gradient = convolution.backward(blame, picture[..., None], bank, geometry).filters[:, :, 0, f]
    concepts.drawing(*pictures.weight_step(picture, blame[..., f], gradient, geometry, place, f))
    concepts.working(working.weight(blame, picture[..., None], geometry, place, f), "sum")


def check() -> None:
    """Draw exercises on the content of the other two modes."""
    concepts.exercise_panel("convolution", convolution_exercises.MAKERS)
