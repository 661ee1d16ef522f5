"""Edge directions as inputs, flips at test time, and the presets: what they change and what they leave alone."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import SpecError
from core.labs.from_scratch import baseline, experiment
from core.labs.from_scratch.data import data, preprocessing
from core.labs.from_scratch.network.trainee import Trainee
from core.labs.from_scratch.spec import FEATURES, Spec, presets, steps
from core.learn import orientations
from core.runs import runs, spec as specs

HOG = Spec(features="hog", components=20, epochs=1)


def faces(rows: int = 60, side: int = 48) -> data.Dataset:
    """Return images of noise with a bar at the left or at the right: a flip changes the class."""
    rng = np.random.default_rng(0)
    images = rng.random((rows, side, side), dtype=np.float32) / 4
    classes = np.arange(rows) % 2
    images[classes == 0, :, 8:12] = 1
    images[classes == 1, :, -12:-8] = 1
    return data.Dataset("bars", images.reshape(rows, -1), classes, ("left", "right"), "", (side, side))


@pytest.mark.parametrize("side", [8, 20, 48])
def test_edges_describe_images_of_every_size_in_two_sizes_of_cells(side: int) -> None:
    images = np.random.default_rng(1).random((3, side, side), dtype=np.float32)
    found = preprocessing.edges(images)
    coarse, fine = preprocessing.cells(side)
    assert coarse < fine
    assert found.shape == (3, 36 * ((coarse - 1) ** 2 + (fine - 1) ** 2))
    np.testing.assert_allclose(
        found[:, : 36 * (coarse - 1) ** 2], orientations.orientations(255 * images[..., None], coarse)
    )


def test_a_network_on_edges_does_not_notice_brighter_images() -> None:
    known = data.digits()
    strength = np.where(np.arange(len(known.inputs)) % 2, 1, 0.5)[:, None]
    darker = replace(known, inputs=(known.inputs * strength).astype(np.float32))
    inputs, dark = (preprocessing.prepare(one, HOG).test.inputs for one in (known, darker))
    assert np.abs(inputs - dark).mean() < 0.02 * np.abs(inputs).mean()
    pixels, dark = (preprocessing.prepare(one, replace(HOG, features="pixels")).test.inputs for one in (known, darker))
    assert np.abs(pixels - dark).mean() > 0.2 * np.abs(pixels).mean()


def test_the_prediction_is_the_mean_of_both_outputs_where_flips_are_on() -> None:
    bars, chosen = faces(), Spec(task="gender", components=10, epochs=1, flips=True, mirror=True)
    trainee = Trainee(chosen, bars)
    prepared = trainee.prepared
    assert prepared.train.flipped is not None
    np.testing.assert_array_equal(prepared.train.flipped, prepared.train.inputs[prepared.originals :])
    test = prepared.test
    outputs = [trainee.network.forward(rows) for rows in (test.inputs, test.flipped)]
    assert trainee.answer(test.inputs, test.flipped).tolist() == np.mean(outputs, axis=0).argmax(axis=1).tolist()
    again = trainee.answer(test.flipped, test.inputs)
    assert again.tolist() == trainee.answer(test.inputs, test.flipped).tolist()  # a flip changes nothing any more
    assert preprocessing.prepare(bars, replace(chosen, flips=False)).test.flipped is None


def test_edges_and_flips_need_images() -> None:
    for wrong in ({"features": "hog"}, {"flips": True}):
        with pytest.raises(SpecError, match="are for images"):
            Spec(task="diabetes", **wrong)
    with pytest.raises(SpecError, match="choose one of pixels, hog"):
        Spec(features="wavelets")


def test_new_settings_leave_the_keys_of_old_runs_alone() -> None:
    known = specs.to_dict(Spec())
    assert {"features", "flips"} & set(specs.in_key(Spec, known)) == set()
    assert runs.key("scratch", Spec()) != runs.key("scratch", replace(Spec(), features="hog"))


@pytest.mark.parametrize("task", ["digits", "gender", "age", "diabetes", "csv"])
def test_presets_keep_the_task_and_its_data(task: str) -> None:
    base = Spec(task=task, faces="faces.npz", csv="table.csv", target="y", seed=3, epochs=7)
    found = presets(base)
    assert list(found) == ["report", "works"]
    for one in found.values():
        assert (one.task, one.faces, one.csv, one.target, one.seed) == (task, "faces.npz", "table.csv", "y", 3)
    assert found["report"] == replace(Spec(task=task), faces="faces.npz", csv="table.csv", target="y", seed=3)
    assert experiment.presets(Spec(task=task)) == presets(Spec(task=task))


@pytest.mark.parametrize("task", ["digits", "gender"])
def test_the_study_goes_from_one_preset_to_the_other(task: str) -> None:
    base = Spec(task=task)
    way = list(steps(base).values())
    assert way[0] == presets(base)["report"]
    assert way[-1] == presets(base)["works"]
    assert len(set(way)) == len(way) > 2


def test_rivals_on_edges_have_the_original_images_of_the_networks_split() -> None:
    bars, chosen = faces(), Spec(task="gender", components=10, mirror=True)
    prepared = preprocessing.prepare(bars, chosen)
    own = baseline._on_edges(prepared)
    assert len(own.train.inputs) == prepared.originals == len(prepared.train.inputs) / 2
    np.testing.assert_array_equal(own.test.targets, prepared.test.targets)
    found = baseline.baselines(prepared, chosen, False, prepared.test.targets)
    assert found.metrics["hog_svm_test_accuracy"] == 1
    names = [one["name"] for one in found.rivals]
    assert {"hog_svm", "hog_linear"} <= set(names)
    table = Spec(task="diabetes")
    assert not preprocessing.prepare(data.diabetes(), table).images


@pytest.mark.parametrize("kind", FEATURES)
@pytest.mark.parametrize("side", [8, 48])
def test_the_number_of_features_is_known_beforehand(kind: str, side: int) -> None:
    known, chosen = faces(40, side), Spec(task="gender", features=kind, components=0, mirror=False, evenness=0.0)
    assert preprocessing.prepare(known, chosen).train.inputs.shape[1] == preprocessing.columns(side, kind)


def test_rows_are_read_as_those_of_the_test_set() -> None:
    for kind in FEATURES:
        known = data.digits()
        prepared = preprocessing.prepare(known, replace(HOG, features=kind))
        rows = known.inputs[prepared.test_rows[:5]]
        np.testing.assert_allclose(prepared.read(rows), prepared.test.inputs[:5], atol=1e-4)
