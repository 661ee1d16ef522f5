"""The small residual networks: gradients by differences, paths by counting, and what is said of deleted blocks."""

from itertools import combinations

import numpy as np
import pytest

from core.labs.concepts.depth import paths, residual
from core.labs.concepts.depth.residual import Net


def tiny(skip: bool, blocks: int = 3) -> tuple[Net, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(blocks)
    net = residual.initial(skip, blocks, rng)
    return net, rng.normal(size=(5, residual.PIXELS)), rng.integers(0, residual.CLASSES, 5)


@pytest.mark.parametrize("skip", [True, False])
def test_gradients_are_slopes(skip: bool) -> None:
    net, pictures, labels = tiny(skip)
    rng, step = np.random.default_rng(0), 1e-6
    for weight, slope in zip(net.weights, residual.gradients(net, pictures, labels), strict=True):
        assert weight.shape == slope.shape
        for _ in range(6):
            at = tuple(int(rng.integers(size)) for size in weight.shape)
            kept = weight[at]
            weight[at] = kept + step
            above = residual.loss(net, pictures, labels)
            weight[at] = kept - step
            below = residual.loss(net, pictures, labels)
            weight[at] = kept
            assert slope[at] == pytest.approx((above - below) / (2 * step), abs=1e-7)


def test_forward_is_keras_with_the_same_weights() -> None:
    import keras

    for skip in (True, False):
        net, pictures, _ = tiny(skip)
        x = inputs = keras.Input((residual.PIXELS,))
        x = keras.layers.Dense(residual.WIDTH)(x)
        for _ in range(net.blocks):
            inside = keras.layers.Dense(residual.WIDTH)(keras.layers.ReLU()(x))
            x = keras.layers.Add()([x, inside]) if skip else inside
        model = keras.Model(inputs, keras.layers.Dense(residual.CLASSES)(x))
        model.set_weights(net.weights)
        np.testing.assert_allclose(residual.scores(net, pictures), np.asarray(model(pictures)), atol=1e-4)
        assert model.count_params() == net.parameters()


@pytest.mark.parametrize("blocks", [1, 3, 6])
@pytest.mark.parametrize("deleted", [frozenset(), frozenset({0}), frozenset({0, 2})])
def test_paths_are_counted_as_they_are_listed(blocks: int, deleted: frozenset[int]) -> None:
    gone = frozenset(block for block in deleted if block < blocks)
    listed = paths.paths(blocks, gone)
    assert len(listed) == len(set(listed)) == 2 ** (blocks - len(gone))
    assert not any(path[block] for path in listed for block in gone)
    counts = paths.lengths(blocks, len(gone))
    assert counts == [sum(sum(path) == k for path in listed) for k in range(len(counts))]


def test_the_paths_together_are_the_jacobian_of_the_whole() -> None:
    net, pictures, _ = tiny(True, 4)
    picture, blocks = pictures[0], residual.jacobians(net, pictures[0])
    parts = paths.by_length(blocks)
    assert len(parts) == 5
    for k, part in enumerate(parts):  # each entry is the sum over all choices of k blocks
        chosen = [
            np.linalg.multi_dot([np.eye(residual.WIDTH), *(blocks[b] for b in group), np.eye(residual.WIDTH)])
            for group in combinations(range(4), k)
        ]
        np.testing.assert_allclose(part, sum(chosen), atol=1e-12)
    start, step = residual.states(net, picture[None])[0][0], 1e-6

    def after(x: np.ndarray) -> np.ndarray:
        for number in range(net.blocks):
            matrix, bias = net.block(number)
            x = x + np.maximum(x, 0) @ matrix + bias
        return x

    slopes = np.stack(
        [(after(start + step * e) - after(start - step * e)) / (2 * step) for e in np.eye(residual.WIDTH)]
    )
    np.testing.assert_allclose(sum(parts), slopes, atol=1e-7)


def test_a_deleted_block_hands_on_what_it_is_given() -> None:
    for skip in (True, False):
        net, pictures, _ = tiny(skip)
        seen = residual.states(net, pictures, frozenset({1}))
        assert seen[2] is seen[1]
        shorter = Net(skip, net.weights[:4] + net.weights[6:])
        np.testing.assert_array_equal(
            residual.scores(net, pictures, frozenset({1})), residual.scores(shorter, pictures)
        )


def test_the_networks_that_come_along_are_those_that_the_code_makes() -> None:
    (_, _), (pictures, labels) = residual.digits()
    for skip in (True, False):
        made = residual.accuracy(residual.trained(skip, 2, 0), pictures, labels)
        kept = residual.accuracy(residual.shipped(skip, 2, 0), pictures, labels)
        assert made == pytest.approx(kept, abs=0.01)
        assert kept > 0.95


@pytest.mark.parametrize("blocks", [b for b in residual.BLOCKS if b >= 4])
def test_what_the_page_says_a_residual_network_forgives_a_plain_one_does_not(blocks: int) -> None:
    _, (pictures, labels) = residual.digits()
    for seed in residual.SEEDS:
        cut = {
            skip: [
                residual.accuracy(residual.shipped(skip, blocks, seed), pictures, labels, frozenset({b}))
                for b in range(blocks)
            ]
            for skip in (True, False)
        }
        assert min(cut[True]) > 0.9
        assert max(cut[False]) < 0.35


def test_the_two_parts_of_the_digits_share_no_row() -> None:
    (train, _), (test, _) = residual.digits()
    assert (len(train), len(test)) == (1200, 597)
    assert not {row.tobytes() for row in train} & {row.tobytes() for row in test}
