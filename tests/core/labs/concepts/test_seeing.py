"""Receptive fields by perturbation, the ledger of depth against Keras, and pooling on an edge."""

import numpy as np
import pytest

from core.errors import SpecError
from core.labs.concepts.depth import depth, edge
from core.labs.concepts.depth.depth import Stage
from core.labs.concepts.kit import convolution, pooling, receptive
from core.labs.concepts.kit.pooling import Pool
from core.labs.concepts.kit.receptive import Layer

STACKS = [
    [Layer(3)],
    [Layer(3), Layer(3)],
    [Layer(5)],
    [Layer(3)] * 5,
    [Layer(3), Layer(2, 2, kind="pooling"), Layer(3)],
    [Layer(3, 2), Layer(3, 2), Layer(3, 2)],
    [Layer(3, 1, 1), Layer(3, 1, 2), Layer(3, 1, 4)],
    [Layer(7, 2), Layer(3, 2, kind="pooling"), Layer(3)],
    [Layer(1), Layer(2, 3)],
]


def measured(layers: list[Layer], pixels: int = 48) -> tuple[int, int]:
    """Size and jump as seen from outside: disturb one pixel after another, and note which outputs move."""
    weights = np.random.default_rng(0)
    kernels = [weights.uniform(0.5, 1, (layer.kernel, layer.kernel, 1, 1)) for layer in layers]

    def through(picture: np.ndarray) -> np.ndarray:
        for layer, kernel in zip(layers, kernels, strict=True):
            picture = convolution.forward(picture, kernel, np.zeros(1), layer.geometry)
        return picture

    still = np.zeros((pixels, pixels, 1))
    calm, moved = through(still), []
    for column in range(pixels):
        still[:, column] = 1
        moved.append((through(still) != calm)[0, :, 0])
        still[:, column] = 0
    seen = np.array(moved)  # (pixel, output)
    first = seen.argmax(0)
    return int(seen[:, 0].sum()), int(first[1] - first[0])


@pytest.mark.parametrize("layers", STACKS, ids=str)
def test_the_field_is_what_a_disturbance_measures(layers: list[Layer]) -> None:
    last = receptive.fields(layers)[-1]
    assert (last.size, last.jump) == measured(layers)


@pytest.mark.parametrize("layers", STACKS, ids=str)
def test_influence_is_the_slope_and_fills_the_field(layers: list[Layer]) -> None:
    influence, size = receptive.influence(layers), receptive.fields(layers)[-1].size
    assert influence.shape == (size,)
    assert influence.sum() == pytest.approx(1)
    assert influence[0] > 0
    assert influence[-1] > 0
    line, calm = np.random.default_rng(1).normal(size=size), np.zeros(size)

    def output(values: np.ndarray) -> float:
        for layer in layers:
            taps = np.arange(layer.geometry.outputs(len(values)))[:, None] * layer.stride
            values = values[taps + layer.dilation * np.arange(layer.kernel)].mean(1)
        assert values.shape == (1,)
        return float(values[0])

    assert influence @ line == pytest.approx(output(line))
    assert output(calm) == 0


def test_a_field_larger_than_any_picture_is_a_sentence() -> None:
    with pytest.raises(SpecError, match="fewer layers"):
        receptive.influence(receptive.stack(10, 7, 2, 1, True))


def test_a_stack_pools_and_dilates_as_it_is_told() -> None:
    stack = receptive.stack(4, 3, every=2, dilated=True)
    assert [layer.kind for layer in stack] == ["convolution", "convolution", "pooling"] * 2
    assert [layer.dilation for layer in stack] == [1, 2, 1, 4, 8, 1]


def test_many_small_layers_look_most_at_the_middle() -> None:
    influence = receptive.influence([Layer(3)] * 8)
    assert influence.argmax() == 8
    assert influence[8] > 100 * influence[0]
    np.testing.assert_allclose(influence, influence[::-1])


@pytest.mark.parametrize(
    "stages",
    [[Stage(16), Stage(32), Stage(64)], [Stage(16), Stage(32, 5), Stage(64, 7), Stage(128, 7)], [Stage(8, 1)]],
    ids=str,
)
def test_the_ledger_is_keras_count(stages: list[Stage]) -> None:
    import keras

    layers = [keras.Input((128, 128, 3))]
    for stage in stages:
        layers += [keras.layers.Conv2D(stage.filters, stage.kernel, padding="same"), keras.layers.MaxPooling2D()]
    convs = [layer for layer in keras.Sequential(layers).layers if isinstance(layer, keras.layers.Conv2D)]
    for line, conv in zip(depth.ledger(stages), convs, strict=True):
        assert line.weights == conv.count_params()
        _, rows, columns, filters = conv.output.shape
        assert (line.side, line.numbers) == (rows, rows * columns * filters)
        assert line.products == line.numbers * conv.kernel.shape[0] ** 2 * conv.kernel.shape[2]


def test_three_small_filters_see_as_far_as_a_large_one_for_fewer_weights() -> None:
    assert depth.stacked(3, 3, 64) == (7, 27 * 64**2)
    assert depth.stacked(7, 1, 64) == (7, 49 * 64**2)


def test_a_stack_that_halves_the_picture_to_nothing_is_a_sentence() -> None:
    with pytest.raises(SpecError, match="fewer stages"):
        depth.ledger([Stage(4)] * 5, side=8)


@pytest.mark.parametrize("kernel", [0, -1])
def test_a_stage_without_a_row_is_a_sentence(kernel: int) -> None:
    with pytest.raises(SpecError, match="kernel size must be"):
        Stage(4, kernel)


@pytest.mark.parametrize("typed", ["", "16", "16x", "ax3", "16x3x3", "0x3", "4x0", "9999x3", "3x99", "8x3 " * 7, "²x3"])
def test_stages_that_cannot_be_read_are_a_sentence(typed: str) -> None:
    with pytest.raises(SpecError):
        depth.parse(typed)


def test_stages_are_read() -> None:
    assert depth.parse("16x3, 32×5") == [Stage(16, 3), Stage(32, 5)]


def test_a_clean_edge_on_the_grid_is_kept_by_both_and_off_the_grid_blurred_by_the_average() -> None:
    on, off = edge.picture("edge", 12, 0, 0), edge.picture("edge", 13, 0, 0)
    for kind in pooling.KINDS:
        assert set(np.unique(edge.pooled(on, 2)[kind])) == {0.0, 1.0}
    assert 0.5 in edge.pooled(off, 2)["average"]
    assert set(np.unique(edge.pooled(off, 2)["max"])) == {0.0, 1.0}


@pytest.mark.parametrize("size", [2, 3, 4])
def test_a_thin_bright_line_fades_in_the_average_and_a_dark_one_is_lost_to_the_maximum(size: int) -> None:
    bright, dark = edge.picture("thin line", 13, 0, 0), edge.picture("dark line", 13, 0, 0)
    assert edge.contrast(edge.pooled(bright, size)["max"]) == 1
    assert edge.contrast(edge.pooled(bright, size)["average"]) == pytest.approx(1 / size)
    assert edge.contrast(edge.pooled(dark, size)["max"]) == 0
    assert edge.contrast(edge.pooled(dark, size)["average"]) == pytest.approx(1 / size)


def test_noise_is_calmed_by_the_average_and_lifted_by_the_maximum() -> None:
    left = edge.noise_left(0.2, 2, 0, draws=40_000)
    mean, deviation = left["average"]
    assert mean == pytest.approx(0, abs=0.003)
    assert deviation == pytest.approx(0.1, rel=0.03)  # 0.2 / sqrt(4)
    assert left["max"][0] == pytest.approx(0.2 * 1.0294, rel=0.03)  # the mean of the largest of four normal numbers


def test_pool_walks_as_its_stride_says() -> None:
    assert pooling.forward(np.arange(16.0).reshape(4, 4, 1), Pool("max", 2, 1)).shape == (3, 3, 1)
