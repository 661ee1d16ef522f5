"""Compact weight files: equal values, equal bytes whenever they are written, and Keras reads them."""

import io
import time

import h5py
import keras
import numpy as np
import pytest

from core.learn import training
from core.learn.networks.compact import compact


@pytest.fixture(scope="module")
def model() -> keras.Model:
    layers = [keras.layers.Dense(500), keras.layers.Dropout(0.5), keras.layers.LSTM(24), keras.layers.Dense(1)]
    made = keras.Sequential([keras.Input((30, 40)), *layers])
    made.layers[0].set_weights([np.round(weights, 2) for weights in made.layers[0].get_weights()])
    return made


@pytest.fixture(scope="module")
def plain(model, tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("plain") / "model.weights.h5"
    model.save_weights(path)
    return path.read_bytes()


def contents(weights: bytes) -> dict[str, tuple]:
    found = {}

    def note(name: str, item: h5py.Group | h5py.Dataset) -> None:
        values = (item.dtype, item.shape, item[()].tobytes()) if isinstance(item, h5py.Dataset) else ()
        found[name] = *values, sorted(item.attrs.items())

    with h5py.File(io.BytesIO(weights)) as file:
        file.visititems(note)
    return found


def test_arrays_types_and_attributes_are_the_same_in_less_space(plain) -> None:
    small = compact(plain)
    assert contents(small) == contents(plain)
    assert len(small) < 0.8 * len(plain)


def test_equal_weights_give_equal_bytes_at_another_time(plain) -> None:
    first = compact(plain)
    time.sleep(1.1)  # HDF5 notes times in seconds
    assert compact(plain) == first == compact(first)


def test_keras_loads_what_it_gave(model) -> None:
    stored, other = training.weights_of(model), keras.models.clone_model(model)
    training.load_weights(other, stored)
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), other.get_weights(), strict=True))


def test_half_rounds_floating_point_numbers_alone() -> None:
    file = io.BytesIO()
    with h5py.File(file, "w") as target:
        target.create_dataset("layers/dropout/seed", data=np.array([1, 2], np.uint32))
        target.create_dataset("layers/dense/vars/0", data=np.array([0.1, 1000.1], np.float32))
    with h5py.File(io.BytesIO(compact(file.getvalue(), half=True))) as half:
        assert half["layers/dropout/seed"].dtype == np.uint32
        assert half["layers/dense/vars/0"][()].tolist() == np.array([0.1, 1000.1], np.float16).tolist()
