"""Our `fit` against Keras' `fit`, and its promises about stopping and weights."""

import keras
import numpy as np
import pytest

from core.learn import training

RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(50, 4)).astype("float32")
TARGETS = (INPUTS @ [[1.0], [-2.0], [0.5], [0.0]] + RNG.normal(0, 0.1, (50, 1))).astype("float32")
TRAIN, VALIDATION = (INPUTS[:37], TARGETS[:37]), (INPUTS[37:], TARGETS[37:])  # 37 leaves a last batch of 5


def model(rate: float = 0.01, dropout: float = 0.3) -> keras.Model:
    keras.utils.set_random_seed(5)
    layers = [keras.Input((4,)), keras.layers.Dense(8, "tanh"), keras.layers.Dropout(dropout), keras.layers.Dense(1)]
    made = keras.Sequential(layers)
    made.compile(keras.optimizers.Adam(rate), loss="mse", metrics=["mae"], jit_compile=False)
    return made


def test_a_training_is_traced_once_for_each_size_of_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    made, traced = model(), []
    step = made.train_step
    monkeypatch.setattr(made, "train_step", lambda data: traced.append(data[0].shape[0]) or step(data))
    training.fit(made, TRAIN, VALIDATION, epochs=2, batch_size=8, seed=0)
    assert traced == [8, 5]  # not twice, with and without the variables of metrics


def test_equals_keras_fit_batch_by_batch() -> None:
    """Same weights, same order of batches, same dropout masks: same losses, metrics and final weights."""
    ours, theirs = model(), model()
    run = training.fit(ours, TRAIN, VALIDATION, epochs=4, batch_size=8, seed=0, shuffle=False)
    reference = theirs.fit(*TRAIN, validation_data=VALIDATION, epochs=4, batch_size=8, shuffle=False, verbose=0).history
    assert set(run.history) == set(reference) == {"loss", "mae", "val_loss", "val_mae"}
    for name, values in reference.items():
        np.testing.assert_allclose(run.history[name], values, rtol=2e-5, err_msg=name)
    for own, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(own, other, rtol=1e-4, atol=1e-6)


def by_gradient(shards: int) -> tuple[keras.Model, training.Fit]:
    """Trained by plain gradient descent: Adam would not notice gradients of another size."""
    made = model(dropout=0.0)
    made.compile(keras.optimizers.SGD(0.05), loss="mse", metrics=["mae"], jit_compile=False)
    return made, training.fit(made, TRAIN, VALIDATION, epochs=4, batch_size=8, seed=0, shards=shards)


@pytest.fixture(scope="module")
def undivided() -> tuple[keras.Model, training.Fit]:
    return by_gradient(shards=1)


@pytest.mark.parametrize("shards", [2, 3, 9])
def test_shards_of_a_batch_give_the_step_of_the_whole_batch(shards: int, undivided) -> None:
    """Batches of 8 and a last one of 5, so shards of unlike size, and more shards than samples."""
    (ours, run), (theirs, whole) = by_gradient(shards), undivided
    assert set(run.history) == {"loss", "mae", "val_loss", "val_mae"}
    for name, values in whole.history.items():
        np.testing.assert_allclose(run.history[name], values, rtol=1e-4, err_msg=name)
    for own, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(own, other, rtol=1e-3, atol=1e-5)
    assert int(ours.optimizer.iterations) == int(theirs.optimizer.iterations) == 4 * 5  # no step ahead of the asked


def test_shuffles_by_its_seed_and_sees_every_sample_once() -> None:
    def curve(seed: int) -> list[float]:
        return training.fit(model(), TRAIN, VALIDATION, epochs=3, batch_size=8, seed=seed).history["loss"]

    assert curve(1) == curve(1) != curve(2)
    frozen = model(rate=0.0, dropout=0.0)  # nothing moves: the loss of a shuffled epoch is the loss of the whole set
    run = training.fit(frozen, TRAIN, None, epochs=1, batch_size=8, seed=9)
    assert run.history["loss"][0] == pytest.approx(frozen.evaluate(*TRAIN, verbose=0)[0], rel=1e-5)


def test_runs_to_its_end_and_keeps_the_last_weights() -> None:
    run = training.fit(model(), TRAIN, VALIDATION, epochs=3, batch_size=8, seed=0)
    assert (run.stopped, run.kept_epoch, len(run.history["loss"])) == ("", 3, 3)


def test_stops_early_with_the_best_weights() -> None:
    made = model(rate=1.0)  # so large a rate that the loss soon rises
    run = training.fit(made, TRAIN, VALIDATION, epochs=200, batch_size=8, seed=0, patience=5)
    losses = run.history["val_loss"]
    assert run.stopped == "early"
    assert run.kept_epoch == int(np.argmin(losses)) + 1 == len(losses) - 5
    assert made.evaluate(*VALIDATION, verbose=0)[0] == pytest.approx(min(losses), rel=1e-5)


def test_a_stop_in_the_middle_leaves_whole_epochs_and_the_best_weights() -> None:
    made, seen = model(rate=0.5), []
    run = training.fit(
        made,
        TRAIN,
        VALIDATION,
        epochs=1000,
        batch_size=8,
        seed=0,
        report=seen.append,
        should_stop=lambda: len(seen) >= 7,
    )
    assert (run.stopped, len(run.history["loss"])) == ("by the person", 7)
    assert [event["epoch"] for event in seen] == list(range(1, 8))
    assert made.evaluate(*VALIDATION, verbose=0)[0] == pytest.approx(min(run.history["val_loss"]), rel=1e-5)


def test_a_stop_before_the_first_epoch_keeps_nothing() -> None:
    run = training.fit(model(), TRAIN, None, epochs=3, batch_size=8, seed=0, should_stop=lambda: True)
    assert (run.kept_epoch, run.history) == (0, {})


def test_evaluates_over_the_whole_set_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "EVALUATION_ROWS", 5)
    made = model(rate=0.0)
    run = training.fit(made, TRAIN, VALIDATION, epochs=1, batch_size=8, seed=0)
    assert run.history["val_loss"][0] == pytest.approx(
        np.mean((made.predict(VALIDATION[0], verbose=0) - VALIDATION[1]) ** 2)
    )
    np.testing.assert_allclose(training.predict(made, INPUTS), made.predict(INPUTS, verbose=0), rtol=1e-5)
