"""Too large a learning rate: every kind of training ends with one sentence, and nothing of it is stored."""

import dataclasses
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from core.errors import DivergedError
from core.labs.bitcoin_rollout.rollout import Spec as Rollout
from core.labs.crypto_forecasting.spec import Spec as Forecast
from core.labs.emotion.spec import Spec as Emotion
from core.labs.from_scratch.spec import Spec as Scratch
from core.labs.hafez.corpus import corpus
from core.labs.hafez.spec import Spec as Poems
from core.labs.images.spec import Spec as Images
from core.labs.recurrent_cells.weather import Spec as Weather
from core.labs.video_violence import training as violence
from core.labs.volatility import bars
from core.labs.volatility.spec import Spec as Volatility
from core.learn import training
from core.runs import runs
from core.runs.store import Store
from tests.core.prices.walks import walk

RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(40, 4)).astype("float32")
TARGETS = INPUTS.sum(axis=1, keepdims=True)
BEYOND = 1e38  # Adam's steps are as long as its rate, so that only such a one overflows


def at(rate: float, spec: Any) -> Any:
    """The spec with a rate that its limits would refuse."""
    object.__setattr__(spec, "learning_rate", rate)
    return spec


def sad_and_glad(folder: Path) -> str:
    path = folder / "mine.txt"
    path.write_text("\n".join(f"{word} w{n};{word}" for n in range(60) for word in ("sad", "glad")))
    return str(path)


SMALL = {"units": 4, "layers": 1, "epochs": 2, "optimizer": "sgd"}
MADE = {
    "weather": lambda _: at(1e6, Weather(cell="rnn", **SMALL)),
    "rollout": lambda _: at(1e6, Rollout(window=4, **SMALL)),
    "forecast": lambda _: at(1e6, Forecast(symbol="LTC-USD", units=4, window=5, epochs=2, optimizer="sgd")),
    "volatility": lambda _: at(BEYOND, Volatility(units=4, members=1, epochs=2, pooled=False)),
    "images": lambda _: at(BEYOND, Images(width=0.25, epochs=2, per_class=4)),
    "emotion": lambda folder: at(BEYOND, Emotion(cell="rnn", data=sad_and_glad(folder), units=4, embedding=4, dense=4)),
    "scratch": lambda _: Scratch(task="diabetes", layers="8 linear", rate=100.0, power=0.0),
    "poems": lambda _: at(BEYOND, Poems(cell="rnn", units=8, embedding=4, epochs=2, batch_size=8, steps=16)),
}


@pytest.mark.parametrize("kind", MADE)
def test_a_training_that_diverges_is_a_sentence_and_is_not_stored(kind: str, tmp_path: Path, monkeypatch) -> None:
    store, told, chosen = Store(str(tmp_path / "store"), shipped=None), [], MADE[kind](tmp_path)
    if kind == "poems":
        found = corpus.hafez()
        few = dataclasses.replace(found, train=found.train[:24], held_out=found.held_out[:4])
        monkeypatch.setattr(corpus, "of", lambda _: few)
    data = walk(chosen.symbol) if kind in ("rollout", "forecast") else None
    data = bars.of_included(chosen.symbol) if kind == "volatility" else data
    rate = chosen.rate if kind == "scratch" else chosen.learning_rate
    with pytest.raises(DivergedError) as caught:
        runs.train(kind, chosen, store, told.append, data=data)
    sentence = f"became infinite in epoch {len(told) + 1}: the learning rate {rate:g} is too high. Choose a lower"
    assert sentence in str(caught.value)
    assert store.list() == ([], [])
    assert all(
        np.isfinite([value for value in event["logs"].values() if not isinstance(value, str)]).all() for event in told
    )


def straight(rate: float) -> keras.Model:
    """One dense layer by plain gradient descent: the loss grows by the same factor in each step."""
    keras.utils.set_random_seed(0)
    made = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    made.compile(keras.optimizers.SGD(rate), loss="mse", jit_compile=False)
    return made


@pytest.mark.parametrize("shards", [1, 2])
def test_epochs_before_are_whole_and_the_sentence_counts_those_of_an_earlier_phase(shards: int) -> None:
    told: list[dict] = []
    with pytest.raises(DivergedError) as caught:
        training.fit(straight(3.0), (INPUTS, TARGETS), None, epochs=50, batch_size=8, seed=0, shards=shards,
                     before=7, report=told.append)  # fmt: skip
    assert 1 <= len(told) < 50
    assert f"The loss became infinite in epoch {7 + len(told) + 1}: the learning rate 3 " in str(caught.value)
    assert np.isfinite([event["logs"]["loss"] for event in told]).all()
    assert told[-1]["logs"]["loss"] > 1e6 * told[0]["logs"]["loss"]


def test_an_epoch_ends_at_its_first_infinite_slice() -> None:
    """After a bad batch the rest of the epoch is not trained."""
    made, inputs = straight(1e-3), np.zeros((4096, 4), np.float32)
    inputs[:] = np.inf
    with pytest.raises(DivergedError):
        training.fit(made, (inputs, np.zeros((4096, 1), np.float32)), None, epochs=1, batch_size=1, seed=0)
    assert int(made.optimizer.iterations) == training._Size.steps


def test_weights_beyond_bounds_count_where_the_loss_is_finite() -> None:
    made = keras.Sequential([keras.Input((1,)), keras.layers.Embedding(3, 1), keras.layers.Flatten()])
    made.compile(keras.optimizers.SGD(0.5), loss="mse", jit_compile=False)
    made.layers[0].set_weights([np.array([[1], [2], [np.inf]], np.float32)])  # no sample looks the last row up
    rows = np.arange(40)[:, None] % 2
    told: list[dict] = []
    with pytest.raises(DivergedError, match=r"The weights became infinite in epoch 1: the learning rate 0\.5 is"):
        training.fit(made, (rows, TARGETS), None, epochs=1, batch_size=40, seed=0, report=told.append)
    assert told == []


def test_of_a_rate_that_falls_the_one_that_was_set_is_named() -> None:
    made = straight(1.0)
    made.compile(keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(1e6, 400)), loss="mse", jit_compile=False)
    with pytest.raises(DivergedError, match="the learning rate 1e\\+06 is too high"):
        training.fit(made, (INPUTS, TARGETS), None, epochs=50, batch_size=8, seed=0)


def test_of_violence_the_phase_and_its_rate_are_named() -> None:
    made = straight(1.0)
    parts = violence.Halves(made, made, lambda rows, which: INPUTS[rows])
    labels, rows, told = np.arange(40) % 2, np.arange(40), []
    calm = violence.Lesson(1, 1e-4, 0.1, 8, 0, 0.0, 0)
    wild = dataclasses.replace(calm, epochs=3, learning_rate=BEYOND)
    with pytest.raises(DivergedError, match="in epoch 2: the learning rate 1e\\+38 is too high"):
        violence.in_phases([(parts, calm), (parts, wild)], labels, rows, rows[:8], told.append)
    assert [event["epoch"] for event in told] == [1]
