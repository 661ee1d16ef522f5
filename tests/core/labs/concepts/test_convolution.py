"""Convolution and pooling against SciPy, Keras and finite differences."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import signal

from core.errors import SpecError
from core.labs.concepts.kit import board, convolution, pooling
from core.labs.concepts.kit.convolution import Geometry
from core.labs.concepts.kit.pooling import Pool

GEOMETRIES = [
    Geometry(kernel, padding, stride, dilation)
    for kernel in (1, 2, 3)
    for padding in (0, 1, 2)
    for stride in (1, 2, 3)
    for dilation in (1, 2)
]


def layer(seed: int, kernel: int, channels: int = 2, filters: int = 3, size: tuple[int, int] = (7, 6)):
    rng = np.random.default_rng(seed)
    return (
        rng.normal(size=(*size, channels)),
        rng.normal(size=(kernel, kernel, channels, filters)),
        rng.normal(size=filters),
    )


def scipys(picture: np.ndarray, filters: np.ndarray, bias: np.ndarray, g: Geometry) -> np.ndarray:
    """SciPy knows neither stride nor dilation: spread the taps, correlate, and keep every `stride`-th output."""
    spread = np.zeros((g.extent, g.extent, *filters.shape[2:]))
    spread[:: g.dilation, :: g.dilation] = filters
    framed = np.pad(picture, ((g.padding,) * 2, (g.padding,) * 2, (0, 0)))
    maps = [
        sum(signal.correlate2d(framed[..., c], spread[..., c, f], "valid") for c in range(picture.shape[2])) + bias[f]
        for f in range(filters.shape[3])
    ]
    return np.stack(maps, -1)[:: g.stride, :: g.stride]


def slope(loss: Callable[[], float], array: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Central differences of a loss in each entry of an array, which is put back as it was."""
    found = np.zeros_like(array)
    for at in np.ndindex(array.shape):
        kept = array[at]
        array[at] = kept + step
        above = loss()
        array[at] = kept - step
        found[at] = (above - loss()) / (2 * step)
        array[at] = kept
    return found


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
def test_forward_is_scipys(geometry: Geometry) -> None:
    picture, filters, bias = layer(1, geometry.kernel)
    ours = convolution.forward(picture, filters, bias, geometry)
    theirs = scipys(picture, filters, bias, geometry)
    assert ours.shape == (geometry.outputs(7), geometry.outputs(6), 3)
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (3, 1), (1, 2), (1, 3)])
@pytest.mark.parametrize("padding", [0, 1])
def test_forward_is_keras(stride: int, dilation: int, padding: int) -> None:
    import keras

    picture, filters, bias = layer(2, 3, channels=3, filters=4, size=(9, 8))
    conv = keras.layers.Conv2D(4, 3, strides=stride, dilation_rate=dilation)
    framed = np.pad(picture, ((padding,) * 2, (padding,) * 2, (0, 0)))[None]
    conv.build(framed.shape)
    conv.set_weights([filters, bias])
    ours = convolution.forward(picture, filters, bias, Geometry(3, padding, stride, dilation))
    np.testing.assert_allclose(ours, np.asarray(conv(framed))[0], atol=1e-5)


def test_padding_same_of_keras_is_padding_1_for_a_3_by_3() -> None:
    import keras

    picture, filters, bias = layer(3, 3)
    conv = keras.layers.Conv2D(3, 3, padding="same")
    conv.build((1, *picture.shape))
    conv.set_weights([filters, bias])
    ours = convolution.forward(picture, filters, bias, Geometry(3, 1))
    np.testing.assert_allclose(ours, np.asarray(conv(picture[None]))[0], atol=1e-5)


@pytest.mark.parametrize("geometry", GEOMETRIES[::2], ids=str)
def test_backward_is_the_slope(geometry: Geometry) -> None:
    picture, filters, bias = layer(4, geometry.kernel, size=(6, 5))
    blame = np.random.default_rng(5).normal(size=convolution.forward(picture, filters, bias, geometry).shape)

    def loss() -> float:
        return float((blame * convolution.forward(picture, filters, bias, geometry)).sum())

    ours = convolution.backward(blame, picture, filters, geometry)
    np.testing.assert_allclose(ours.picture, slope(loss, picture), atol=1e-8)
    np.testing.assert_allclose(ours.filters, slope(loss, filters), atol=1e-8)
    np.testing.assert_allclose(ours.bias, slope(loss, bias), atol=1e-8)


@pytest.mark.parametrize("geometry", GEOMETRIES[::3], ids=str)
def test_the_sums_written_out_are_the_numbers_of_the_layer(geometry: Geometry) -> None:
    picture, filters, bias = layer(6, geometry.kernel)
    maps = convolution.forward(picture, filters, bias, geometry)
    blame = np.random.default_rng(7).normal(size=maps.shape)
    gradients = convolution.backward(blame, picture, filters, geometry)
    for i, j, f in np.ndindex(maps.shape):
        terms = convolution.output_terms(picture, filters, geometry, (i, j), f)
        assert len(terms) == geometry.kernel**2 * 2
        assert sum(term.product for term in terms) + bias[f] == pytest.approx(maps[i, j, f])
    for u, v, c, f in np.ndindex(filters.shape):
        terms = convolution.weight_terms(blame, picture, geometry, (u, v, c), f)
        assert sum(term.product for term in terms) == pytest.approx(gradients.filters[u, v, c, f])
    for r, c, ch in np.ndindex(picture.shape):
        terms = convolution.pixel_terms(blame, filters, geometry, (r, c, ch))
        assert sum(term.product for _, term in terms) == pytest.approx(gradients.picture[r, c, ch])


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), (2, 1), (3, 3)])
@pytest.mark.parametrize("kind", pooling.KINDS)
def test_pooling_is_keras_and_its_blame_the_slope(kind: str, size: int, stride: int) -> None:
    import keras

    picture, pool = np.random.default_rng(8).normal(size=(7, 6, 2)), Pool(kind, size, stride)
    theirs = {"max": keras.layers.MaxPooling2D, "average": keras.layers.AveragePooling2D}[kind](size, stride)
    ours = pooling.forward(picture, pool)
    np.testing.assert_allclose(ours, np.asarray(theirs(picture[None].astype("float32")))[0], atol=1e-6)
    blame = np.random.default_rng(9).normal(size=ours.shape)
    back = pooling.backward(blame, picture, pool)
    np.testing.assert_allclose(
        back, slope(lambda: float((blame * pooling.forward(picture, pool)).sum()), picture), atol=1e-8
    )


def test_the_first_of_equals_wins_and_takes_all_blame() -> None:
    flat = np.ones((2, 2, 1))
    assert pooling.winners(flat, Pool())[0, 0, 0].tolist() == [0, 0]
    assert pooling.backward(np.array([[[5.0]]]), flat, Pool())[..., 0].tolist() == [[5, 0], [0, 0]]
    assert pooling.backward(np.array([[[4.0]]]), flat, Pool("average"))[..., 0].tolist() == [[1, 1], [1, 1]]


def test_the_question_on_the_board_is_keras_gradient() -> None:
    """The whole of the report's question: 4 x 4, padding 1, three 3 x 3 filters, 2 x 2 max pooling, squared error."""
    import tensorflow as tf

    x, w, b = (tf.Variable(a, dtype=tf.float64) for a in (board.PICTURE[None], board.FILTERS, board.BIAS))
    with tf.GradientTape() as tape:
        maps = tf.nn.conv2d(x, w, 1, "SAME") + b
        pooled = tf.nn.max_pool2d(maps, 2, 2, "VALID")
        loss = tf.reduce_sum((pooled - board.TARGET) ** 2) / 2
    ours = board.question()
    assert (ours.maps.shape, ours.pooled.shape) == ((4, 4, 3), (2, 2, 3))
    np.testing.assert_allclose(ours.maps, maps[0])
    np.testing.assert_allclose(ours.pooled, pooled[0])
    assert ours.loss == pytest.approx(float(loss))
    theirs = tape.gradient(loss, [x, w, b])
    np.testing.assert_allclose(ours.gradients.picture, theirs[0][0])
    np.testing.assert_allclose(ours.gradients.filters, theirs[1])
    np.testing.assert_allclose(ours.gradients.bias, theirs[2])


def test_one_step_on_the_board_lowers_the_loss_and_no_window_has_two_winners() -> None:
    before, (filters, bias) = board.question(), board.learned()
    assert board.run(board.PICTURE, filters, bias, board.TARGET).loss < before.loss
    seen = np.sort(convolution.windows(before.maps, board.POOL.geometry).reshape(2, 2, 4, 3), axis=2)
    assert (seen[:, :, 3] > seen[:, :, 2]).all()
    assert np.count_nonzero(before.blame_pooled) == 12


@pytest.mark.parametrize("wrong", [{"kernel": 0}, {"padding": -1}, {"stride": 0}, {"dilation": 0}])
def test_a_window_that_cannot_walk_is_a_sentence(wrong: dict[str, int]) -> None:
    with pytest.raises(SpecError, match="choose"):
        Geometry(**wrong)


def test_a_window_larger_than_the_picture_is_a_sentence() -> None:
    with pytest.raises(SpecError, match="add padding"):
        Geometry(3, 0, 1, 3).outputs(6)
    assert Geometry(3, 1, 1, 3).outputs(6) == 2
