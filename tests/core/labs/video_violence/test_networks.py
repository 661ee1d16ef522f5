"""The two networks layer by layer, and a short training of a smaller one from clips to a time line."""

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from violence_films import even, film

from core import settings
from core.jobs.job import EVALUATING
from core.labs.video_violence import check, experiment, look, measures, networks, rivals, scoring, training
from core.labs.video_violence.clips import clips, drawing, listing
from core.labs.video_violence.clips.layouts import KINDS
from core.labs.video_violence.clips.recipes import LIGHT
from core.labs.video_violence.experiment import Spec
from core.learn import training as keras_training
from core.runs import runs
from core.runs.store import Store
from tests import small_video_network

CLIPS = 12  # in the folder: half of each kind, two of each source
WEIGHTS = Path(settings.PROJECT).parent / "shared/data/weights/mobilenet_v2_0.35_224_notop.weights.h5"


def test_the_reports_network_has_the_reports_parameters() -> None:
    model = networks.report()
    assert [layer.count_params() for layer in model.layers] == [
        23_587_712, 21_234_688, 1_024, 0, 16_385_000, 256_256, 2_570, 11,
    ]  # fmt: skip
    assert model.count_params() == 61_467_261
    assert sum(int(np.prod(w.shape)) for w in model.non_trainable_weights) == 53_632
    assert model.input_shape == (None, 10, 256, 256, 3)


def scene(number: int, fight: bool) -> bytes:
    """A square that trembles wildly, or one that walks; the backdrop differs from scene to scene."""
    rng = np.random.default_rng(number)
    back, pictures = rng.integers(60, 120, (96, 128, 3), dtype=np.uint8), []
    for step in range(24):
        frame = back.copy()
        left, top = (rng.integers(20, 90), rng.integers(10, 60)) if fight else (10 + 3 * step, 40)
        frame[top : top + 26, left : left + 18] = 230
        pictures.append(frame)
    return film(even(2, 12), size=(128, 96), pictures=pictures)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("clips")
    rows = ["path,label,source"]
    for number in range(CLIPS):
        (place / f"{number}.mp4").write_bytes(scene(number, bool(number % 2)))
        rows.append(f"{number}.mp4,{KINDS[number % 2]},{number // 2}")
    (place / "clips.csv").write_text("\n".join(rows))
    return place


@pytest.fixture(scope="module")
def chosen(folder: Path) -> Spec:
    return Spec(clips=str(folder), pretrained=False, epochs=1, whole_epochs=1, batch_size=4)


@pytest.fixture(scope="module")
def trained(chosen: Spec):
    events: list[dict] = []

    def heard(event: dict) -> None:
        events.append(event | {"rewriting": rewriting()})

    with small_video_network.in_place():
        made = runs.build("violence", chosen, heard, lambda: False)
    return (*made, events)


@pytest.fixture
def small() -> Iterator[None]:
    """For tests that build the trained network again."""
    with small_video_network.in_place():
        yield


def rewriting() -> bool:
    """Whether TensorFlow would rewrite the graph of a function that begins now."""
    return not tf.config.optimizer.get_experimental_options().get("disable_meta_optimizer", False)


@pytest.mark.slow
def test_graphs_run_as_they_were_traced_while_a_network_trains_and_only_then(trained) -> None:
    assert {event["rewriting"] for event in trained[3]} == {False}
    assert rewriting()
    with pytest.raises(KeyError), training.graphs_as_traced():
        raise KeyError
    assert rewriting()


def test_a_training_keeps_curves_figures_and_the_networks_own_time_line(chosen: Spec, trained) -> None:
    run, _, arrays, events = trained
    assert [event | EVALUATING for event in events[2:]] == events[2:] != []
    events = events[:2]
    assert [event["epoch"] for event in events] == [1, 2]
    assert {event["epochs"] for event in events} == {2}
    names = ("loss", "accuracy", "precision", "recall", "f1")
    assert set(run.history) == {prefix + name for prefix in ("", "val_") for name in names}
    assert {len(values) for values in run.history.values()} == {2}
    assert run.kept_epoch == 2
    for part in ("train", "validation", "test"):
        probability = measures.sigmoid(arrays[f"{part}_logit"] / run.facts["temperature"])
        assert run.metrics[f"{part}_auc"] == measures.auc(arrays[f"{part}_truth"], probability)
    assert sum(run.facts["clips"].values()) == CLIPS
    assert len(run.facts["strength"]["weights"]) == 16
    assert [one["name"] for one in run.facts["rivals"]] == ["naive", "strength", "frozen"]
    assert arrays["sample_start"].tolist() == list(range(11))
    assert arrays["sample_end"][-1] == pytest.approx(drawing.SECONDS, abs=0.1)


def test_stored_weights_give_the_same_answers(chosen: Spec, trained, small: None, tmp_path: Path) -> None:
    run, weights, arrays, _ = trained
    store = Store(str(tmp_path), shipped=None)
    store.put(run, weights, arrays)
    again = experiment.evaluate(chosen, weights)
    assert again["test_auc"] == pytest.approx(run.metrics["test_auc"])
    stored = measures.cross_entropy(arrays["test_truth"], measures.sigmoid(arrays["test_logit"]))
    assert again["test_loss"] == pytest.approx(stored, abs=1e-4)  # the second opinion is part of both
    network = networks.of(str(tmp_path), run.key)
    found = check.analyse(str(drawing.PATH), network)
    assert [w["probability"] for w in found["windows"]] == pytest.approx(arrays["sample_probability"], abs=1e-4)
    unseen = experiment.evaluate_clips(run, weights, chosen.clips, 0.3)
    assert np.sum(unseen["confusion"]) == unseen["clips"] == CLIPS
    assert unseen["threshold"] == 0.3


def test_what_the_network_saw_is_what_the_time_line_judged(trained, small: None, tmp_path: Path) -> None:
    run, weights, arrays, _ = trained
    Store(str(tmp_path), shipped=None).put(run, weights, arrays)
    content = drawing.PATH.read_bytes()
    seen = look.moment(content, str(tmp_path), run.key, 6.0)
    found = look.look(seen, str(tmp_path), run.key, 0, 1.0)
    # a key frame later the decoder gives the same pictures, so the two ways agree
    assert found["probability"] == pytest.approx(arrays["sample_probability"][6], abs=1e-3)
    assert [len(found[name]) for name in ("before", "after", "differences", "inputs", "heat")] == [look.SHOWN] * 5
    assert found["heat"][0].shape == (look.HEIGHT, 320, 3)
    assert found["inputs"][0].shape == (160, 160, 3)
    odds = found["network_logit"] + found["strength_logit"]
    assert found["probability"] == pytest.approx(float(measures.sigmoid(odds)))
    black = look.look(seen, str(tmp_path), run.key, -255, 1.0)  # every frame clipped: nothing to give reasons for
    assert (black["probability"], black["strength_logit"]) == (0.0, None)
    louder = look.look(seen, str(tmp_path), run.key, 0, 2.0)
    assert louder["motion"] > 1.3 * found["motion"]
    assert check.judge(np.zeros((8, 256, 256, 3), np.uint8), str(tmp_path), run.key) == 0.0


def test_a_frozen_clip_is_no_fight_for_a_trained_network(trained, small: None) -> None:
    run, weights, _, _ = trained
    still = film(even(3, 10), pictures=[np.zeros((48, 64, 3), np.uint8)] * 30)
    found = check.analyse(still, networks.loaded(run, weights))
    assert [w["probability"] for w in found["windows"]] == [0.0, 0.0]


def test_every_kernel_is_trained(chosen: Spec, trained, small: None) -> None:
    model, _ = training.fresh("light", False, chosen.seed)
    first = {w.path: np.array(w) for w in model.trainable_weights}
    keras_training.load_weights(model, trained[1])
    same = [w.path for w in model.trainable_weights if (np.array(w) == first[w.path]).all()]
    assert same == []


def moving_means(model: keras.Model) -> list[np.ndarray]:
    layers = model.get_layer(networks.LAST_MAPS).inner.layers
    return [np.array(layer.moving_mean) for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]


@pytest.fixture(scope="module")
def raw(folder: Path) -> list[np.ndarray]:
    cache = Path(settings.read().home) / "differences"
    return [clips.differences(clip, LIGHT, cache) for clip in listing.listed(str(folder))[:4]]


@pytest.fixture(scope="module")
def light(raw: list[np.ndarray]) -> tuple[keras.Model, list[np.ndarray]]:
    """The real light network with weights at random, its batch norms adapted; and their means before that."""
    model = training.fresh("light", False, 0)[0]
    before = moving_means(model)
    training.adapt_batch_norms(model, LIGHT, raw, np.arange(4), 0)
    return model, before


def test_the_batch_norms_learn_from_differences(light) -> None:
    model, before = light
    assert all(np.abs(old - new).max() > 0 for old, new in zip(before, moving_means(model), strict=True))


def test_the_halves_of_the_light_network_are_the_network(light, raw: list[np.ndarray]) -> None:
    divided, every = training.halves(light[0], "light", LIGHT, raw[:1], 0), np.arange(training.VARIANTS)
    seen = np.stack([training.variant(LIGHT, raw[0], number, 0) for number in every])
    whole = np.array(light[0](seen, training=False))
    upper = np.array(divided.upper(divided.views(np.zeros_like(every), every), training=False))
    assert np.abs(upper - whole).max() < 0.05 * np.ptp(whole)  # between the halves: float16
    assert 0 < len(divided.upper.trainable_weights) < len(light[0].trainable_weights)


def test_all_of_the_light_network_learns(light, raw: list[np.ndarray]) -> None:
    model, seen = light[0], training.variant(LIGHT, raw[0], 0, 0)[None]
    assert {w.path.rpartition("/")[2] for w in model.non_trainable_weights} == {"moving_mean", "moving_variance"}
    with tf.GradientTape() as tape:
        logit = model(seen, training=True)
    for weight, slope in zip(model.trainable_weights, tape.gradient(logit, model.trainable_weights), strict=True):
        assert slope is not None, weight.path
        assert np.abs(slope).max() > 0, weight.path


def test_the_reports_network_has_the_same_rivals(chosen: Spec, small: None) -> None:
    wanted = dataclasses.replace(chosen, network="report", strength=False)
    run, _, _ = runs.build("violence", wanted, lambda event: None, lambda: False)
    assert run.facts["strength"] is None
    assert [(one.name, one.parameters) for one in rivals.rivals(run)] == [
        ("majority class", 0),
        ("logistic regression on motion magnitude", 17),
        ("logistic regression on frozen features", 2 * 4 + 1),  # the small network has four maps
    ]
    assert {f"test_{name}" for name in ("accuracy", "auc", "loss")} <= set(rivals.rivals(run)[2].metrics)


def test_frozen_features_are_judged_without_the_labels_of_the_clips_that_are_held_out(
    chosen: Spec, raw: list[np.ndarray], small: None
) -> None:
    train, held_out, labels = np.array([0, 1]), np.array([2, 3]), np.array([0, 1, 0, 1])
    logit, parameters = scoring.frozen(chosen, raw, labels, train, held_out)
    again, _ = scoring.frozen(chosen, raw, np.array([0, 1, 1, 0]), train, held_out)
    assert (logit.shape, parameters) == ((2,), 2 * 16 + 1)
    np.testing.assert_allclose(logit, again)
    turned, _ = scoring.frozen(chosen, raw, 1 - labels, train, held_out)
    assert np.abs(turned - logit).max() > 0


def test_folds_hold_out_and_are_kept(chosen: Spec, folder: Path, tmp_path: Path, monkeypatch) -> None:
    found, asked = listing.listed(str(folder)), []

    def one_fold(chosen, raw, labels, train, held_out) -> np.ndarray:
        asked.append((train, held_out))
        return np.stack([held_out, -held_out]).astype(float)

    monkeypatch.setattr(scoring, "one_fold", one_fold)
    wanted = dataclasses.replace(chosen, folds=5, fold_seeds=2)
    for _ in range(2):  # the second time from what is kept
        out = scoring.folds(found, None, wanted, tmp_path)
        assert out["folds_logit"].tolist() == [list(range(CLIPS)), [-i for i in range(CLIPS)]]
    assert len(asked) == 5
    assert len(measures.fold_figures(out)) == 10
    numbers = np.random.default_rng(0).normal(size=(CLIPS, 2, 16))
    both = scoring.folds(found, None, wanted, tmp_path, numbers)
    assert both["folds_logit"] == pytest.approx(out["folds_logit"] + both["folds_strength"], abs=1e-5)
    for train, held_out in asked:  # learned without the clips that it judges
        learned = rivals.fit(numbers[train], both["folds_truth"][train])
        assert both["folds_strength"][held_out] == pytest.approx(learned.logit(numbers[held_out, 0]), abs=1e-4)


@pytest.mark.skipif(not WEIGHTS.is_file(), reason="needs ../shared/data/weights")
def test_the_shipped_weights_hold_no_kernel_of_the_file_they_began_with() -> None:
    store = Store(str(settings.SHIPPED), shipped=None)
    run = store.find("violence", runs.key("violence", experiment.shipped()[0]))
    assert len(store.weights(run)) < 12e6
    model = networks.loaded(run, store.weights(run)).model
    picture = model.get_layer(networks.LAST_MAPS).inner
    mine = {layer.name: layer.get_weights() for layer in picture.layers}
    first = keras.applications.MobileNetV2((160, 160, 3), alpha=0.35, include_top=False, weights=None)
    first.load_weights(WEIGHTS)
    for layer in first.layers:
        for ours, theirs in zip(mine.get(layer.name, []), layer.get_weights(), strict=False):
            assert not np.array_equal(ours, theirs), layer.name


def test_weights_that_cannot_be_had_are_a_sentence(light, monkeypatch) -> None:
    from core.errors import SpecError

    monkeypatch.setitem(os.environ, "TAMRIN_BACKBONE", "/nowhere/weights.h5")
    with pytest.raises(SpecError, match="TAMRIN_BACKBONE"):
        networks.start_from_imagenet(light[0], "light")
