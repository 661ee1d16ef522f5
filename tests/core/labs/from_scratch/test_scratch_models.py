"""Specs, whole runs, their figures and their pictures; the report's faces where the data is at hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from core import settings
from core.errors import DivergedError, SpecError, StoreError
from core.jobs.job import EVALUATING
from core.labs.from_scratch import baseline, experiment
from core.labs.from_scratch.data import data, preprocessing
from core.labs.from_scratch.network.network import INITIALISERS, Hidden, parameters
from core.labs.from_scratch.network.trainee import Trainee, network_of, page_arrays
from core.labs.from_scratch.spec import RECIPES, TASK_NAMES, WEIGHT_NAMES, Spec, changed, hidden
from core.learn.classification import confusion
from core.learn.fit import Fit
from core.runs import spec as specs

FACES = settings.PROJECT.parent / "shared" / "data" / "faces" / "utkface_part1_48.npz"


def run(chosen: Spec, **choices) -> tuple[experiment.Outcome, list[dict]]:
    events: list[dict] = []
    outcome = experiment.train(chosen, events.append, choices.get("should_stop", lambda: False))
    assert events.pop() == EVALUATING
    return outcome, events


def fitted(chosen: Spec) -> tuple[Trainee, Fit]:
    """Train without measuring the baselines, which take longer than the network."""
    trainee = Trainee(chosen, data.load(chosen))
    return trainee, trainee.fit(lambda event: None, lambda: False)


def test_a_spec_is_filled_in_from_its_recipe_and_survives_json() -> None:
    for task in TASK_NAMES:
        chosen = Spec(task=task)
        assert None not in specs.to_dict(chosen).values()
        assert specs.from_dict(Spec, json.loads(json.dumps(specs.to_dict(chosen)))) == chosen
    age = specs.from_dict(Spec, {"task": "age", "rate": "0.5", "mirror": "false", "layers": "35  relu,6 tanh"})
    assert (age.rate, age.mirror, age.layers, age.momentum) == (0.5, False, "35 relu, 6 tanh", 0.99)
    assert changed(age) == {"rate": 0.5, "mirror": False, "layers": "35 relu, 6 tanh"}
    assert hidden(age) == [Hidden(35, "relu"), Hidden(6, "tanh")]
    assert hidden(Spec(layers="none")) == []
    assert set(RECIPES) == set(TASK_NAMES)
    assert list(WEIGHT_NAMES) == list(INITIALISERS)


def test_the_age_network_is_the_reports() -> None:
    age = Spec(task="age")
    assert (age.layers, age.momentum, age.loss, age.components) == ("35 leaky_relu, 6 leaky_relu", 0.99, "l2", 128)
    assert parameters(network_of(age, 128, 1)) == 4515 + 216 + 7


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"task": "income"}, "choose one of digits, diabetes"),
        ({"layers": "35 leaky"}, "'35 leaky' is not a layer"),
        ({"layers": "0 relu"}, "'0 relu' is not a layer"),
        ({"layers": "-5 relu"}, "is not a layer"),
        ({"layers": "9999999 relu"}, "is not a layer"),
        ({"layers": "relu"}, "is not a layer"),
        ({"layers": "5 relu,"}, "'' is not a layer"),
        ({"layers": ", ".join(["5 relu"] * 9)}, "9 hidden layers are too many"),
        ({"loss": "l2"}, "loss is 'l2'; choose one of cross_entropy"),
        ({"task": "age", "loss": "cross_entropy"}, "choose one of l2, l1"),
    ],
)
def test_an_impossible_spec_is_refused_with_a_sentence(values: dict, word: str) -> None:
    with pytest.raises(SpecError, match=word):
        specs.from_dict(Spec, values)


@pytest.fixture(scope="module")
def digits() -> tuple[experiment.Outcome, list[dict]]:
    return run(Spec())


def test_digits_are_learned_better_than_by_the_naive_and_close_to_scikit_learn(digits) -> None:
    figures = digits[0].metrics
    assert figures["test_accuracy"] >= 0.95
    assert figures["test_accuracy"] >= figures["sklearn_test_accuracy"] - 0.02
    assert figures["naive_test_accuracy"] < 0.15 < figures["linear_test_accuracy"]


def test_each_epoch_is_reported_once_with_both_parts(digits) -> None:
    outcome, events = digits
    assert [event["epoch"] for event in events] == list(range(1, 41))
    assert {event["epochs"] for event in events} == {40}
    seen = {f"{what} {layer}" for what in ("weights", "activations", "gradient") for layer in (1, 2, 3)}
    assert set(events[0]["logs"]) == {"loss", "accuracy", "val_loss", "val_accuracy", "rate"} | seen
    assert set(outcome.history) == set(events[0]["logs"]) - seen
    assert outcome.history["val_accuracy"] == [event["logs"]["val_accuracy"] for event in events]
    assert outcome.history["val_accuracy"][-1] == outcome.metrics["validation_accuracy"]
    assert (outcome.fit.kept_epoch, outcome.fit.stopped) == (40, "")
    assert json.dumps([events, outcome.metrics, outcome.facts])


def test_the_pictures_agree_with_the_figures(digits) -> None:
    outcome, _ = digits
    arrays, matrix = outcome.arrays, outcome.arrays["confusion"]
    assert matrix.sum() == outcome.facts["rows"][2] == 539
    assert matrix.trace() / matrix.sum() == pytest.approx(outcome.metrics["test_accuracy"])
    wrong = arrays["test_truth"] != arrays["test_said"]
    assert len(arrays["mistakes"]) == min(24, wrong.sum())
    assert (arrays["mistakes_truth"] != arrays["mistakes_said"]).all()
    assert arrays["templates"].shape == (32, 8, 8)
    assert arrays["inside_weights"].shape == (41, 3, 5)
    assert set(np.unique(arrays["plane"])) <= set(range(10))
    first = preprocessing.prepare(data.digits(), Spec())
    network = network_of(Spec(), 64, 10)
    experiment.unpack(outcome.model, network)
    w, b = network.weights[:2]
    raw = data.digits().inputs[first.test_rows]
    mean = data.digits().inputs[preprocessing.split(1797, Spec())[0]].mean(axis=0)
    by_picture = (raw - mean) @ arrays["templates"].reshape(32, -1).T + b
    np.testing.assert_allclose(by_picture, first.test.inputs @ w + b, rtol=1e-3, atol=1e-4)


def test_mistakes_are_shown_as_the_pictures_they_are(digits) -> None:
    arrays, dataset = digits[0].arrays, data.digits()
    rows = {row.tobytes(): truth for row, truth in zip(dataset.inputs, dataset.targets, strict=True)}
    assert len(arrays["mistakes"]) > 0
    for picture, truth in zip(arrays["mistakes"], arrays["mistakes_truth"], strict=True):
        assert rows[picture.tobytes()] == truth


def test_kept_weights_give_the_same_figures_again(digits) -> None:
    outcome, _ = digits
    own = {name: outcome.metrics[name] for name in ("train_accuracy", "validation_accuracy", "test_accuracy")}
    assert experiment.evaluate(Spec(), outcome.model) == own


def test_the_same_spec_gives_the_same_network(digits) -> None:
    again, one, other = (
        experiment.packed(fitted(chosen)[0].network)
        for chosen in (Spec(), Spec(seed=1, epochs=1), Spec(seed=2, epochs=1))
    )
    assert again == digits[0].model
    assert one != other


def test_confusion_counts_truth_in_rows() -> None:
    matrix = confusion(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0]), 3)
    assert matrix.tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]


def test_diabetes_is_measured_in_its_own_unit() -> None:
    outcome, events = run(Spec(task="diabetes"))
    figures = outcome.metrics
    assert 45 < figures["test_rmse"] < 62 < figures["naive_test_rmse"]
    assert outcome.fit.stopped == "early"
    best = int(np.argmin(outcome.history["val_loss"])) + 1
    assert outcome.fit.kept_epoch == best
    assert figures["validation_rmse"] == pytest.approx(outcome.history["val_rmse"][best - 1], rel=1e-5)
    assert len(events) == best + 20
    truth, said = outcome.arrays["test_truth"], outcome.arrays["test_said"]
    assert figures["test_rmse"] == pytest.approx(float(np.sqrt(np.mean((truth - said) ** 2))), rel=1e-5)
    assert "confusion" not in outcome.arrays


def test_zero_weights_learn_the_most_frequent_answer_and_nothing_else() -> None:
    trainee, _ = fitted(Spec(weights="zeros", epochs=5))
    arrays = page_arrays(trainee)
    assert not arrays["inside_gradients"].any()
    assert trainee.facts()["different_neurons"] == [1, 1, 1]
    assert len(np.unique(arrays["test_said"])) == 1
    assert trainee.metrics()["test_accuracy"] < 0.15


def test_a_falling_rate_settles_where_a_fixed_one_stays_noisy() -> None:
    """The report's lesson: how much the validation loss still jumps from epoch to epoch near the end."""
    jumps = {}
    for power in (0.0, 1.0):
        history = fitted(Spec(rate=0.3, power=power, momentum=0.9, epochs=40))[1].history["val_loss"]
        jumps[power] = np.mean(np.abs(np.diff(history[-20:])))
    assert jumps[0.0] > 3 * jumps[1.0]


def test_a_rate_beyond_measure_is_a_sentence() -> None:
    with pytest.raises(DivergedError, match="in epoch 1: the learning rate 100 is too high"):
        run(Spec(task="diabetes", layers="8 linear", rate=100.0, power=0.0))


def test_a_stop_keeps_the_best_so_far_and_does_not_wait_for_the_baseline() -> None:
    seen: list[dict] = []
    outcome = experiment.train(Spec(epochs=500), seen.append, lambda: len(seen) >= 5)
    assert (outcome.fit.stopped, seen[5:]) == ("by the person", [EVALUATING])
    assert outcome.fit.kept_epoch == int(np.argmin(outcome.history["val_loss"])) + 1
    assert "test_accuracy" in outcome.metrics
    assert not [name for name in outcome.metrics if name.startswith("sklearn")]


def test_a_table_is_learned_from_end_to_end(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "shop.csv"
    x = rng.normal(size=(400, 2))
    lines = [f"{a:.4f},{b:.4f},{'in' if a * a + b * b < 1.2 else 'out'}" for a, b in x]
    path.write_text("\n".join(["a,b,circle", *lines]))
    outcome, _ = run(Spec(task="csv", csv=str(path), target="circle", layers="16 tanh"))
    assert outcome.facts["classes"] == ["in", "out"]
    assert outcome.metrics["test_accuracy"] > 0.88 > 0.75 > outcome.metrics["linear_test_accuracy"]
    number, _ = run(Spec(task="csv", csv=str(path), target="a", epochs=3))
    assert "test_rmse" in number.metrics
    with pytest.raises(SpecError, match="The target is a number; the loss cross_entropy does not fit"):
        run(Spec(task="csv", csv=str(path), target="a", loss="cross_entropy"))
    with pytest.raises(SpecError, match="The target is a class; the loss l1 does not fit"):
        run(Spec(task="csv", csv=str(path), target="circle", loss="l1"))


def test_weights_learned_from_faces_are_never_evaluated_because_never_kept() -> None:
    with pytest.raises(StoreError, match="not kept"):
        experiment.evaluate(Spec(task="age"), b"")


def test_the_baseline_measures_what_it_says() -> None:
    truth, said = np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 1.0])
    assert baseline.measure(truth, said, number=True) == {"rmse": pytest.approx(3**0.5), "mae": 1.0}
    assert baseline.measure(truth, said, number=False) == {"accuracy": pytest.approx(2 / 3)}
    assert baseline.naive(np.array([0, 2, 2, 1]), 3, number=False).tolist() == [2, 2, 2]
    assert baseline.naive(np.array([1.0, 3.0]), 2, number=True).tolist() == [2, 2]


@pytest.mark.slow
@pytest.mark.skipif(not FACES.exists(), reason="the real faces are not at ../shared/data/faces")
def test_a_network_on_faces_reaches_the_reports_bound() -> None:
    """On one split; `python -m tests.bench.faces` takes three for each of the three tasks."""
    trainee, _ = fitted(Spec(task="gender", faces=str(FACES)))
    assert trainee.metrics()["test_accuracy"] >= 0.79
    assert len(trainee.prepared.test.targets) == round(0.3 * 7735)


@pytest.mark.skipif(not FACES.exists(), reason="the real faces are not at ../shared/data/faces")
def test_no_face_and_no_weight_is_in_what_a_run_on_faces_leaves(tmp_path: Path) -> None:
    few = tmp_path / "few.npz"
    np.savez(few, **{name: values[:600] for name, values in np.load(FACES).items()})
    outcome, _ = run(Spec(task="gender", faces=str(few), epochs=1, layers="4 relu", components=16))
    assert outcome.model == b""
    assert not [name for name in outcome.arrays if name.startswith("mistakes")]
    assert all(values.size < 48 * 48 * 40 for values in outcome.arrays.values())
