"""Gradients through time, of the LSTM and on the cliff against finite differences; clipping by its definition."""

import numpy as np
import pytest

from core.errors import SpecError
from core.labs.concepts.gradient_through_time import cliff, clipping
from core.labs.concepts.gradient_through_time.cliff import Descent
from core.labs.concepts.gradient_through_time.slopes import ACTIVATIONS, STEEPEST
from core.labs.concepts.gradient_through_time.through_time import (
    Memory,
    Recurrence,
    remember,
    run,
    sizes,
    spectral_radius,
)
from core.labs.concepts.kit.cells import lstm_step

SMALL = 1e-6
CASES = [
    Recurrence(activation, steps, n, w, kind, 0.7, 0.4, 0.3, seed)
    for activation in ACTIVATIONS
    for steps, n, w, kind, seed in (
        (5, 1, 2.5, "random", 0),
        (8, 3, 1.2, "random", 1),
        (6, 2, 0.9, "shear", 2),
        (7, 4, 1.1, "rotation", 3),
        (4, 2, 1.0, "own", 4),
    )
]


def differences(function, at: np.ndarray) -> np.ndarray:
    """Central differences of a vector function, a column an input."""
    columns = []
    for n in range(len(at)):
        step = np.zeros(len(at))
        step[n] = SMALL
        columns.append((function(at + step) - function(at - step)) / (2 * SMALL))
    return np.array(columns).T


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_slopes_are_finite_differences_and_no_steeper_than_said(activation: str) -> None:
    sigma, slope = ACTIVATIONS[activation]
    a = np.linspace(-6, 6, 200)
    np.testing.assert_allclose(slope(a), (sigma(a + SMALL) - sigma(a - SMALL)) / (2 * SMALL), atol=1e-8)
    assert slope(a).max() <= STEEPEST[activation]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_product_of_factors_is_the_finite_difference_of_the_whole_run(case: Recurrence) -> None:
    trace, n = case.trace, len(case.matrix)
    inputs = np.full((case.steps, n), case.w * case.x)
    for t in range(1, case.steps + 1):
        seen = differences(
            lambda start, t=t: run(case.matrix, inputs[:t], start, case.activation).states[-1], trace.states[0]
        )
        np.testing.assert_allclose(trace.products[t - 1], seen, rtol=1e-5, atol=1e-8)


def test_the_factor_of_one_unit_is_slope_times_w() -> None:
    case = Recurrence("sigmoid", 10, 1, 3.0, x=0.2)
    trace = case.trace
    np.testing.assert_allclose(trace.factors[:, 0, 0], trace.slopes[:, 0] * 3.0)
    np.testing.assert_allclose(sizes(trace.products), np.abs(np.cumprod(trace.factors[:, 0, 0])))


def test_the_spectral_radius_is_kept_and_bounds_a_rotation() -> None:
    for kind in ("random", "rotation", "shear"):
        assert spectral_radius(Recurrence(n=5, u=0.8, kind=kind).matrix) == pytest.approx(0.8, rel=1e-3)
    turned = Recurrence("linear", 12, 5, 0.8, "rotation").trace
    np.testing.assert_allclose(sizes(turned.products), 0.8 ** np.arange(1, 13))


def test_a_shear_grows_before_it_vanishes() -> None:
    size = sizes(Recurrence("linear", 60, 2, 0.8, "shear").trace.products)
    assert size.max() > 1.5
    assert size[-1] < 1e-3


def test_sizes_of_what_has_left_all_bounds_are_infinite() -> None:
    assert sizes(np.array([[[np.inf]], [[2.0]]])).tolist() == [np.inf, 2.0]


@pytest.mark.parametrize(
    "memory", [Memory(steps=9), Memory(2.0, 0.5, -1.0, 1.5, -0.7, 7), Memory(-1.5, 5, 2, 0, 3, 6)], ids=str
)
def test_the_lstms_gradient_is_the_finite_difference(memory: Memory) -> None:
    def end(state: np.ndarray) -> np.ndarray:
        h, c = state[:1], state[1:]
        for _ in range(memory.steps):
            moment = lstm_step(memory.blocks, np.zeros(1), h, c)
            h, c = moment.h, moment.c
        return np.concatenate([h, c])

    trace = remember(memory)
    np.testing.assert_allclose(trace.products[-1], differences(end, trace.states[0]), rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose(trace.states[-1], end(trace.states[0]))


def test_without_recurrent_weights_the_lstms_gradient_is_the_product_of_forget_gates() -> None:
    trace = remember(Memory(weight=0.0, forget_bias=2.0, steps=30))
    np.testing.assert_allclose(trace.cell_gradient, (1 / (1 + np.exp(-2.0))) ** np.arange(1, 31))
    np.testing.assert_allclose(trace.highway, trace.cell_gradient)


def test_clipping_by_norm_keeps_the_direction_and_by_value_the_box() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        gradient, limit = rng.normal(0, 3, 2), float(rng.uniform(0.1, 4))
        value, norm = clipping.by_value(gradient, limit), clipping.by_norm(gradient, limit)
        assert np.abs(value).max() <= limit + 1e-12
        assert np.linalg.norm(norm) == pytest.approx(min(limit, np.linalg.norm(gradient)))
        assert clipping.angle(gradient, norm) == pytest.approx(0, abs=1e-6)
        cosine = value @ gradient / np.linalg.norm(value) / np.linalg.norm(gradient)
        assert clipping.angle(gradient, value) == pytest.approx(np.degrees(np.arccos(min(1, cosine))), abs=1e-5)


def test_angles_are_those_of_a_protractor() -> None:
    right = np.array([1.0, 0.0])
    for degrees in (0, 30, 45, 90, 135, 180):
        turned = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
        assert clipping.angle(right, 7 * turned) == pytest.approx(degrees, abs=1e-9)
    assert clipping.angle(right, np.zeros(2)) == 0
    assert clipping.by_norm(np.zeros(2), 1.0).tolist() == [0, 0]
    assert clipping.angle(np.array([10.0, 1]), clipping.by_value(np.array([10.0, 1]), 1)) == pytest.approx(
        39.2894, abs=1e-4
    )


@pytest.mark.parametrize("length", [1, 5, 20])
def test_the_gradient_on_the_cliff_is_the_finite_difference(length: int) -> None:
    rng = np.random.default_rng(length)
    for _ in range(30):
        point = np.array([rng.uniform(*cliff.U_RANGE), rng.uniform(*cliff.B_RANGE)])
        seen = differences(lambda p: np.atleast_1d(cliff.loss(p[0], p[1], length)), point)[0]
        own = cliff.gradient(point[0], point[1], length)
        np.testing.assert_allclose(own, seen, rtol=1e-3, atol=1e-6)


def test_descents_are_plain_steps_along_what_clipping_left() -> None:
    descent = Descent(steps=40)
    for clip, path in cliff.paths(descent).items():
        np.testing.assert_allclose(np.diff(path.points, axis=0), -descent.rate * path.used, atol=1e-9)
        np.testing.assert_allclose(path.used, clipping.CLIPS[clip](path.gradients, descent.limit))
        np.testing.assert_allclose(path.gradients[7], cliff.gradient(*path.points[7], descent.length))


def test_the_cliff_throws_the_plain_descent_away_and_norm_clipping_more_often_arrives() -> None:
    paths = cliff.paths(Descent())
    assert np.abs(paths["none"].points[-1]).max() > 20
    assert paths["by norm"].losses[-1] < cliff.ARRIVED
    shares = cliff.arrivals(Descent())
    assert shares["by norm"] > shares["none"] > 0.3  # not every start meets the wall


@pytest.mark.parametrize(
    "broken",
    [lambda: Recurrence("softmax"), lambda: Recurrence(steps=0), lambda: Recurrence(u=99), lambda: Memory(cell=99),
     lambda: Recurrence(own=(1, 2, 3, 99)), lambda: Descent(u=0), lambda: Descent(rate=0), lambda: Descent(limit=0)],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(broken) -> None:
    with pytest.raises(SpecError):
        broken()
