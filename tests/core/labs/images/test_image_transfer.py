"""Training from spec to stored run, the two phases of a transfer, and the backbone's weights."""

import io
from dataclasses import replace
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from core import settings
from core.errors import PicturesError
from core.jobs.job import EVALUATING
from core.labs.images import experiment, models, transfer
from core.labs.images.data import sources
from core.labs.images.spec import Spec
from core.learn import training
from core.runs import runs, spec as specs
from core.runs.store import Store
from tests.core.labs.images.stand_ins import folder

WEIGHTS = settings.PROJECT.parent / "shared" / "data" / "weights" / "mobilenet_v2_0.35_224_notop.weights.h5"
BASE = Spec(classes="0,1", width=0.25, epochs=3, per_class=20)
NEXT = Spec(classes="2,3", width=0.25, head_epochs=2, epochs=1, per_class=10, start="0" * 16)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(str(tmp_path_factory.mktemp("runs")), shipped=None)


@pytest.fixture(scope="module")
def base(store: Store):
    return runs.train("images", BASE, store)


def test_a_run_holds_what_the_page_needs_and_evaluates_to_the_same(store: Store, base) -> None:
    assert base.facts["classes"] == ["0", "1"]
    assert base.facts["rows"][0] == 40
    arrays = store.arrays(base)
    assert arrays["test_shares"].shape == (len(arrays["test_truth"]), 2)
    np.testing.assert_allclose(arrays["test_shares"].sum(axis=1), 1, rtol=1e-5)
    again = experiment.evaluate(BASE, store.weights(base))
    assert again["test_accuracy"] == base.metrics["test_accuracy"]
    assert again["test_loss"] == pytest.approx(base.metrics["test_loss"], rel=1e-5)
    assert base.metrics["naive_test_accuracy"] == pytest.approx(
        max(np.bincount(arrays["test_truth"])) / len(arrays["test_truth"])
    )


def test_the_losses_fall_from_epoch_to_epoch_and_a_linear_model_tells_zero_from_one(base) -> None:
    for name in ("loss", "val_loss"):
        assert len(base.history[name]) == 3
        assert (np.diff(base.history[name]) < 0).all(), base.history[name]
    assert base.metrics["linear_test_accuracy"] > 0.9


def test_a_transfer_begins_with_the_stored_trunk_and_marks_its_border(store: Store, base) -> None:
    chosen = replace(NEXT, start=base.key)
    events = []
    run = runs.train("images", chosen, store, events.append)
    assert run.facts["border"] == 2
    assert len(run.history["loss"]) == 3
    assert [(event["epoch"], event["epochs"]) for event in events[:3]] == [(1, 3), (2, 3), (3, 3)]
    assert all(event == EVALUATING for event in events[3:])
    assert run.facts["base"]["classes"] == ["0", "1"]
    assert run.facts["classes"] == ["2", "3"]


def test_phase_one_moves_the_head_alone(store: Store, base) -> None:
    chosen = replace(NEXT, start=base.key, epochs=0)
    run = runs.train("images", chosen, store)
    old, new = (models.load(s, 2, store.weights(r)) for s, r in ((BASE, base), (chosen, run)))
    for layer in old.layers:
        for one, other in zip(layer.get_weights(), new.get_layer(layer.name).get_weights(), strict=True):
            assert np.array_equal(one, other) == (layer.name != "head"), layer.name


def test_phase_two_moves_everything(store: Store, base) -> None:
    chosen = replace(NEXT, start=base.key)
    model = models.network(chosen, 2)
    pictures, split = sources.load(chosen), sources.parts(chosen)
    part = pictures.pixels[split.train[:20]], pictures.labels[split.train[:20]]
    transfer.train(model, chosen, part, part, store, lambda event: None, lambda: False)
    old = models.load(BASE, 2, store.weights(base))
    assert not np.array_equal(old.get_layer("conv1").get_weights()[0], model.get_layer("conv1").get_weights()[0])


def test_the_head_learns_on_copies_that_the_augmentation_has_changed() -> None:
    chosen = replace(NEXT, augment="affine", head_copies=3)
    model = models.network(chosen, 2)
    pictures = np.random.default_rng(0).integers(0, 256, (5, 16, 16, 3)).astype("uint8")
    copies, labels = transfer._with_copies(model, chosen, (pictures, np.arange(5)))
    assert copies.dtype == np.uint8
    assert labels.tolist() == 4 * [*range(5)]
    np.testing.assert_array_equal(copies[:5], pictures)
    assert len({one.tobytes() for one in copies}) == 20


@pytest.fixture(scope="module")
def normalised(store: Store):
    return runs.train("images", replace(BASE, model="vgg", width=0.125, epochs=1), store)


@pytest.mark.parametrize("frozen", [True, False])
def test_batch_normalisation_may_stay_that_of_the_source_model(store: Store, normalised, frozen: bool) -> None:
    chosen = replace(NEXT, model="vgg", width=0.125, start=normalised.key, frozen_norm=frozen)
    run = runs.train("images", chosen, store)
    source = specs.from_dict(Spec, normalised.spec)
    old, new = (models.load(s, 2, store.weights(r)) for s, r in ((source, normalised), (chosen, run)))
    for name in ("norm1", "norm4"):
        pairs = zip(old.get_layer(name).get_weights(), new.get_layer(name).get_weights(), strict=True)
        assert all(np.array_equal(*pair) for pair in pairs) == frozen
    assert not np.array_equal(*(model.get_layer("conv1").get_weights()[0] for model in (old, new)))


def test_a_stop_in_phase_one_ends_there(store: Store, base) -> None:
    seen = []
    run = runs.train(
        "images", replace(NEXT, start=base.key, head_epochs=50), store, seen.append, lambda: len(seen) >= 2
    )
    assert run.stopped
    assert len(run.history["loss"]) == run.facts["border"] == 2
    assert len(seen) > 2  # signs of life while the stopped network is measured
    assert all(event == EVALUATING for event in seen[2:])


def test_what_a_transfer_cannot_start_from_is_a_sentence(store: Store, base) -> None:
    with pytest.raises(PicturesError, match="train the source model first"):
        runs.train("images", NEXT, store)
    with pytest.raises(PicturesError, match="choose the same to start from it"):
        runs.train("images", replace(NEXT, start=base.key, width=0.5), store)


def test_joined_curves_keep_both_phases() -> None:
    first = training.Fit({"loss": [3.0, 2.0]}, 2, "", 4.0, 1.0)
    second = training.Fit({"loss": [1.5, 1.0, 1.2]}, 2, "early", 6.0, 3.0)
    both = transfer.joined(first, second)
    assert both.history["loss"] == [3.0, 2.0, 1.5, 1.0, 1.2]
    assert (both.kept_epoch, both.stopped, both.seconds, both.first_epoch_seconds) == (4, "early", 10.0, 7.0)
    assert transfer.joined(first, training.Fit(stopped="by the person")).kept_epoch == 2


@pytest.mark.slow
@pytest.mark.skipif(not WEIGHTS.is_file(), reason="needs ../shared/data/weights")
def test_the_backbone_gives_what_keras_own_model_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMRIN_BACKBONE", str(WEIGHTS))
    chosen = Spec(model="mobilenet", side=64, start="imagenet", head_epochs=1)
    model = models.network(chosen, 5)
    transfer.fill(model, chosen, None)
    pictures = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3)).astype("uint8")
    own = keras.applications.MobileNetV2(
        input_shape=(64, 64, 3), alpha=0.35, include_top=False, weights=None, pooling="avg"
    )
    own.load_weights(WEIGHTS)
    theirs = own(pictures / 127.5 - 1.0, training=False)
    np.testing.assert_allclose(models.trunk(model)(pictures, training=True), theirs, rtol=1e-3, atol=1e-4)
    assert model.count_params() == 410_208 + 5 * 1281


def test_from_scratch_its_statistics_follow_the_pictures_within_an_epoch() -> None:
    scratch = models.network(Spec(model="mobilenet", side=32), 2)
    norm = scratch.get_layer("bn_Conv1")
    seen = keras.Model(scratch.input, scratch.get_layer("Conv1").output)
    pictures = np.random.default_rng(0).integers(0, 256, (8, 32, 32, 3)).astype("uint8")
    beginning = keras.Model(scratch.input, norm.output)  # the same layers
    for _ in range(44):  # batches of 1,400 pictures
        beginning(pictures, training=True)
    wanted = np.array(seen(pictures)).mean(axis=(0, 1, 2))
    np.testing.assert_allclose(norm.moving_mean.numpy(), wanted, atol=0.02 * np.abs(wanted).max())
    frozen = models.network(Spec(model="mobilenet", side=32, start="imagenet", head_epochs=1), 2)
    assert not frozen.get_layer("bn_Conv1").trainable


def test_a_backbone_that_is_not_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TAMRIN_BACKBONE", str(tmp_path / "none.weights.h5"))
    with pytest.raises(PicturesError, match="which is not there"):
        transfer.pretrained(64)
    (tmp_path / "bad.weights.h5").write_bytes(b"no weights")
    monkeypatch.setenv("TAMRIN_BACKBONE", str(tmp_path / "bad.weights.h5"))
    with pytest.raises(PicturesError, match="holds no weights"):
        transfer.pretrained(64)


def test_no_network_for_the_backbone_or_for_cifar_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    def offline(*_: object, **__: object) -> None:
        raise OSError("no route")

    monkeypatch.delenv("TAMRIN_BACKBONE", raising=False)
    monkeypatch.setattr(keras.applications, "MobileNetV2", offline)
    monkeypatch.setattr(keras.datasets.cifar10, "load_data", offline)
    with pytest.raises(PicturesError, match="TAMRIN_BACKBONE"):
        transfer.pretrained(64)
    with pytest.raises(PicturesError, match="CIFAR-10 could not be downloaded"):
        sources.load(Spec(data="cifar10", side=32))


def test_a_stored_network_judges_another_folder(store: Store, tmp_path: Path) -> None:
    chosen = Spec(data=str(folder(tmp_path / "one", each=20)), width=0.25, epochs=4, learning_rate=0.01)
    run = runs.train("images", chosen, store)
    found = experiment.evaluate_folder(run, store.weights(run), str(folder(tmp_path / "two", each=6)))
    assert found["pictures"] == sum(map(sum, found["confusion"])) == 12
    assert found["classes"] == ["blue", "red"]
    assert found["accuracy"] == (found["confusion"][0][0] + found["confusion"][1][1]) / 12
    (tmp_path / "three" / "green").mkdir(parents=True)
    (tmp_path / "three" / "green" / "1.png").write_bytes((tmp_path / "two" / "red" / "0.png").read_bytes())
    with pytest.raises(PicturesError, match="there is a folder 'green'"):
        experiment.evaluate_folder(run, store.weights(run), str(tmp_path / "three"))


def test_a_large_network_on_few_images_is_measured_with_the_rounded_weights_that_are_kept() -> None:
    chosen = Spec(classes="8,9", model="vgg", width=0.125, per_class=2, epochs=2, augment="none")
    run, weights, _ = runs.build("images", chosen, lambda event: None, lambda: False)
    with h5py.File(io.BytesIO(weights)) as file:
        kinds = []
        file.visititems(lambda _, item: kinds.append(item.dtype) if isinstance(item, h5py.Dataset) else None)
    assert set(kinds) == {np.dtype(np.float16)}
    again = experiment.evaluate(chosen, weights)
    assert {name: run.metrics[name] for name in again} == pytest.approx(again, abs=1e-6)
    assert not replace(chosen, per_class=0).half
    assert not replace(chosen, model="a").half
