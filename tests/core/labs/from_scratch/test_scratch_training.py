"""The loop and what steers it: schedule, early stopping, zero weights, a rate that is too large."""

from itertools import pairwise

import numpy as np
import pytest

from core.labs.from_scratch.network import watch
from core.labs.from_scratch.network.layers import ACTIVATIONS
from core.labs.from_scratch.network.losses import L2, LOSSES, CrossEntropy
from core.labs.from_scratch.network.network import Hidden, Network, build, he, zeros
from core.labs.from_scratch.network.training import EarlyStopping, Epoch, Momentum, falling, train

CORNERS = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]], np.float32)
DIFFERENT = np.array([0, 1, 1, 0])  # exclusive or: no straight line parts them


def run(network: Network, rate: float = 0.1, epochs: int = 200, **choices) -> list[Epoch]:
    settings = {"batch": 4, "rng": np.random.default_rng(0), "stopping": EarlyStopping(0)} | choices
    part = CORNERS, DIFFERENT
    optimizer = Momentum(network.weights, 0.9)
    return list(train(network, CrossEntropy(), optimizer, lambda epoch: rate, (part, part), epochs=epochs, **settings))


def small(start=he) -> Network:
    return build(2, [Hidden(8, "tanh")], 2, start, np.random.default_rng(1))


def test_the_schedule_is_a_over_epoch_to_the_n_plus_b() -> None:
    assert [falling(epoch, 0.8, 1, 0.1) for epoch in (1, 2, 4)] == pytest.approx([0.9, 0.5, 0.3])
    assert {falling(epoch, 0.8, 0, 0.1) for epoch in range(1, 50)} == {0.9}
    rates = [falling(epoch, 1, 0.5, 0) for epoch in range(1, 100)]
    assert all(later < earlier for earlier, later in pairwise(rates))


def test_it_learns_what_no_straight_line_can() -> None:
    network = small()
    events = run(network)
    assert [event.epoch for event in events] == list(range(1, 201))
    assert events[-1].train_loss < 0.01 < 0.5 < events[0].train_loss + 0.2
    assert (network.forward(CORNERS).argmax(axis=1) == DIFFERENT).all()
    straight = build(2, [], 2, he, np.random.default_rng(1))
    assert run(straight)[-1].train_loss == pytest.approx(np.log(2), abs=0.01)


def test_an_epoch_tells_losses_of_the_whole_part_after_it() -> None:
    network = small()
    (event,) = run(network, epochs=1)
    np.testing.assert_array_equal(event.train_outputs, network.forward(CORNERS))
    assert event.train_loss == CrossEntropy().forward(network.forward(CORNERS), DIFFERENT)


def test_the_same_seed_gives_the_same_numbers_and_another_order_others() -> None:
    losses = [run(small(), batch=1, epochs=5, rng=np.random.default_rng(seed))[-1].train_loss for seed in (0, 0, 1)]
    assert losses[0] == losses[1] != losses[2]


def test_every_row_is_seen_once_an_epoch_the_last_small_batch_too() -> None:
    seen: list[np.ndarray] = []

    class Spy(L2):
        def backward(self, outputs, truth):
            seen.append(truth[:, 0])
            return super().backward(outputs, truth)

    rows = np.arange(10, dtype=np.float32)[:, None]
    network = build(1, [], 1, zeros, np.random.default_rng(0))
    optimizer = Momentum(network.weights)
    list(
        train(
            network,
            Spy(),
            optimizer,
            lambda e: 1e-4,
            ((rows, rows),) * 2,
            epochs=2,
            batch=4,
            rng=np.random.default_rng(5),
            stopping=EarlyStopping(0),
        )
    )
    assert [len(batch) for batch in seen] == [4, 4, 2] * 2
    first, second = np.concatenate(seen[:3]), np.concatenate(seen[3:])
    assert sorted(first) == sorted(second) == list(range(10))
    assert list(first) != list(second)


def test_it_stops_when_asked_between_batches() -> None:
    answers = iter([False] * 6 + [True])
    events = run(small(), batch=1, should_stop=lambda: next(answers))
    assert [event.epoch for event in events] == [1]  # four batches of the first, two of the second


def test_a_rate_without_measure_ends_before_an_infinite_loss_is_told() -> None:
    rows = np.linspace(-1, 1, 8, dtype=np.float32)[:, None]
    network = build(1, [Hidden(4, "linear")], 1, he, np.random.default_rng(0))
    events: list[Epoch] = []
    epochs = train(
        network,
        L2(),
        Momentum(network.weights),
        lambda e: 30.0,
        ((rows, rows),) * 2,
        epochs=50,
        batch=8,
        rng=np.random.default_rng(0),
        stopping=EarlyStopping(0),
    )
    with np.errstate(over="ignore", invalid="ignore"), pytest.raises(FloatingPointError) as caught:
        events.extend(epochs)  # those before the error are in the list
    assert 0 < len(events) < 50
    assert f"in epoch {len(events) + 1}: the learning rate 30 is too high" in str(caught.value)
    assert np.isfinite([event.train_loss for event in events]).all()
    assert events[-1].train_loss > 1e3 * events[0].train_loss


def test_early_stopping_waits_for_its_patience_and_gives_the_best_weights_back() -> None:
    stopping, weights = EarlyStopping(2), [np.zeros(3, np.float32)]
    told = []
    for epoch, loss in enumerate([3.0, 1.0, 2.0, 1.5, 0.1], start=1):
        weights[0][:] = epoch
        told.append(stopping.should_stop(epoch, loss, weights))
    assert told == [False, False, False, True, False]
    stopping = EarlyStopping(2)
    for epoch, loss in enumerate([3.0, 1.0, 2.0, 1.0], start=1):
        weights[0][:] = epoch
        ended = stopping.should_stop(epoch, loss, weights)
    assert (ended, stopping.best_epoch) == (True, 2)  # an equal loss is no better one
    kept = weights[0]
    stopping.restore(weights)
    assert kept is weights[0]
    np.testing.assert_array_equal(kept, 2)


def test_without_patience_it_never_stops_but_remembers() -> None:
    stopping = EarlyStopping(0)
    assert not any(stopping.should_stop(epoch, loss, []) for epoch, loss in enumerate([1, 2, 3, 4, 5], start=1))
    assert stopping.best_epoch == 1


@pytest.mark.parametrize("loss_name", LOSSES)
@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "tanh", "elu", "linear"])
def test_zero_weights_never_move_where_the_activation_of_zero_is_zero(activation: str, loss_name: str) -> None:
    rng = np.random.default_rng(0)
    network, loss = build(5, [Hidden(7, activation), Hidden(4, activation)], 3, zeros, rng), LOSSES[loss_name]()
    x = rng.normal(size=(30, 5)).astype(np.float32)
    truth = rng.integers(3, size=30) if loss_name == "cross_entropy" else x[:, :3] ** 2
    optimizer = Momentum(network.weights, 0.9)
    for _ in range(20):
        network.backward(loss.backward(network.forward(x), truth))
        assert not any(gradient.any() for gradient in network.gradients[:-1])
        optimizer.step(network.gradients, 0.1)
    assert not any(w.any() for w in network.weights[:-1])
    assert network.weights[-1].any()  # only the last bias learns: the mean answer
    looks = watch.look(network, loss, (x, truth))
    assert [one.gradient for one in looks] == [0, 0, 0]
    assert looks[-1].bias_gradient > 0


@pytest.mark.parametrize("activation", ["sigmoid", "softplus"])
def test_zero_weights_with_another_activation_move_but_all_neurons_stay_copies(activation: str) -> None:
    rng = np.random.default_rng(0)
    network, loss = build(5, [Hidden(7, activation)], 1, zeros, rng), L2()
    x = rng.normal(size=(30, 5)).astype(np.float32)
    optimizer = Momentum(network.weights, 0.9)
    for _ in range(20):
        network.backward(loss.backward(network.forward(x), x[:, :1]))
        optimizer.step(network.gradients, 0.1)
    assert network.weights[0].any()
    assert watch.different_neurons(network) == [1, 1]
    assert watch.different_neurons(build(5, [Hidden(7, activation)], 3, he, rng)) == [7, 3]


def test_watching_sees_each_layer_and_changes_nothing() -> None:
    network = build(2, [Hidden(8, "relu"), Hidden(5, "tanh")], 2, he, np.random.default_rng(1), dropout=0.5)
    before = [w.copy() for w in network.weights]
    looks = watch.look(network, CrossEntropy(), (CORNERS, DIFFERENT))
    for ours, kept in zip(network.weights, before, strict=True):
        np.testing.assert_array_equal(ours, kept)
    first = np.maximum(CORNERS @ before[0], 0)
    np.testing.assert_allclose(looks[0].activations, np.quantile(first, watch.QUANTILES), rtol=1e-5)
    np.testing.assert_allclose(looks[2].activations, np.quantile(network.forward(CORNERS), watch.QUANTILES), rtol=1e-5)
    shapes = {name: values.shape for name, values in watch.history([looks, looks]).items()}
    assert shapes == {
        "inside_weights": (2, 3, 5),
        "inside_activations": (2, 3, 5),
        "inside_gradients": (2, 3),
        "inside_bias_gradients": (2, 3),
    }


def test_all_activations_can_be_trained_with() -> None:
    for name in ACTIVATIONS:
        network = build(2, [Hidden(8, name)], 2, he, np.random.default_rng(3))
        events = run(network, epochs=30)
        assert events[-1].train_loss < events[0].train_loss + 1e-6, name
