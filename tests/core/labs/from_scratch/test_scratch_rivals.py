"""The rivals of a network in NumPy: what they are, how they are measured, and what is said of them."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from core import labs
from core.labs.from_scratch import baseline, experiment, words
from core.labs.from_scratch.data import data, preprocessing
from core.labs.from_scratch.data.preprocessing import Part, Prepared
from core.labs.from_scratch.spec import Spec, presets
from core.learn import paired
from core.learn.rivals import hint


def test_the_strongest_of_scikit_learns_models_are_measured_on_the_digits_own_split() -> None:
    prepared = preprocessing.prepare(data.load(Spec()), Spec())
    said = np.zeros_like(prepared.test.targets)
    found = baseline.baselines(prepared, Spec(), False, said)
    machines = [SVC(C=c).fit(prepared.train.inputs, prepared.train.targets) for c in (1.0, 10.0)]
    best = max(machines, key=lambda one: one.score(prepared.validation.inputs, prepared.validation.targets))
    assert found.metrics["svm_test_accuracy"] == best.score(prepared.test.inputs, prepared.test.targets)
    nearest = [KNeighborsClassifier(k).fit(prepared.train.inputs, prepared.train.targets) for k in (1, 3, 10, 20)]
    best = max(nearest, key=lambda one: one.score(prepared.validation.inputs, prepared.validation.targets))
    assert found.metrics["neighbours_test_accuracy"] == best.score(prepared.test.inputs, prepared.test.targets)
    assert found.metrics["svm_test_accuracy"] > 0.98  # 0.989 was measured before on a split of this size
    named = {one["name"]: one for one in found.rivals}
    assert set(named) == set(baseline.NAMES) - {"naive"}
    assert named["linear"]["parameters"] == 64 * 10 + 10
    assert named["sklearn"]["parameters"] == 64 * 32 + 32 + 32 * 16 + 16 + 16 * 10 + 10
    assert named["neighbours"]["parameters"] == len(prepared.train.targets) * 65
    assert all(one["p"] < 1e-6 for one in named.values())  # one class for everything is worse than each of them


def points(rows: int, seed: int = 0) -> Prepared:
    """Return two classes in a plane, inside a circle and outside: no line divides them."""
    rng = np.random.default_rng(seed)
    parts = []
    for _ in range(3):
        inputs = rng.normal(size=(rows, 2)).astype(np.float32)
        parts.append(Part(inputs, (np.square(inputs).sum(axis=1) < 1.4).astype(np.int64)))
    return Prepared(*parts, rows, 0.0, 1.0, np.eye(2), np.arange(rows), lambda rows: rows)


def test_neighbours_and_machines_bend_where_the_linear_model_cannot() -> None:
    prepared = points(300)
    found = baseline.baselines(prepared, Spec(task="csv", csv="x", target="y"), False, prepared.test.targets)
    assert min(found.metrics[f"{name}_test_accuracy"] for name in ("svm", "neighbours")) > 0.93
    assert found.metrics["linear_test_accuracy"] < 0.75
    said = {one["name"]: one["p"] for one in found.rivals}
    assert said["linear"] < 1e-6


def test_the_paired_test_compares_rows_and_not_neighbouring_days() -> None:
    prepared = points(200)
    said = prepared.test.targets.copy()
    said[:20] = 1 - said[:20]
    found = baseline.baselines(prepared, Spec(task="csv", csv="x", target="y"), False, said)
    p = {one["name"]: one["p"] for one in found.rivals}["linear"]
    linear = baseline._fitted(baseline._linear(False), prepared, False).answer(prepared.test.inputs)
    losses = (said != prepared.test.targets).astype(float), (linear != prepared.test.targets).astype(float)
    assert p == paired.p_value(*losses, lags=0)
    difference = losses[0] - losses[1]
    assert p == pytest.approx(2 * (1 - normal(abs(difference.mean()) / (difference.std() / 200**0.5))), abs=1e-9)


def normal(z: float) -> float:
    from scipy.stats import norm

    return float(norm.cdf(z))


def test_methods_that_compare_all_rows_are_left_out_of_large_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baseline, "MOST_ROWS", 299)
    prepared = points(300)
    found = baseline.baselines(prepared, Spec(task="csv", csv="x", target="y"), False, prepared.test.targets)
    assert [one["name"] for one in found.rivals] == ["sklearn", "linear"]


def facts(p: float, name: str = "svm") -> dict:
    return {"rows": [700, 100, 1000], "unit": "", "rivals": [{"name": name, "parameters": 5, "p": p}]}


def sentence(own: float, machine: float, p: float, name: str = "accuracy") -> str:
    values = {"train": own, "test": own, "svm_test": machine, "sklearn_test": own, "linear_test": own}
    metrics = {f"{key}_{name}": value for key, value in values.items()}
    return words.honest([(metrics, facts(p) | {"parameters": 2778})], Spec())


def test_the_sentence_names_the_strongest_rival_and_whether_it_differs() -> None:
    said = sentence(0.968, 0.989, 0.0004)
    assert said.startswith(
        "The network has an accuracy of 96.8% on the test set, the best baseline, a support vector machine, 98.9%. "
        "The baseline is better, and the difference is significant (paired test over 1,000 samples: p\xa0<\xa00.001; "
        "one seed). On its training set it has 96.8%, worse than the baseline on the test set: it underfits. "
    )
    assert said.endswith(hint())
    said = sentence(0.968, 0.97, 0.31)
    assert (
        "difference from the baseline is not significant (paired test over 1,000 samples: p\xa0=\xa00.31; one seed)"
        in said
    )
    assert "training set" not in said
    assert "an RMSE of 12 on the test set, the best baseline, a support vector machine, 10. " in sentence(
        12.0, 10.0, 0.004, "rmse"
    )
    assert hint() not in sentence(0.99, 0.989, 0.8)


def seeds(*values: tuple[float, float, float], name: str = "accuracy", p: float = 0.001) -> words.Seeds:
    """Return networks of one seed each: accuracy or RMSE on training and test set, and that of a machine."""
    return [
        ({f"train_{name}": train, f"test_{name}": test, f"svm_test_{name}": machine, f"linear_test_{name}": test,
          f"svm_train_{name}": 9.5 if name == "rmse" else 0.999},
         facts(p) | {"parameters": 2778, "unit": "years"})
        for train, test, machine in values
    ]  # fmt: skip


def test_the_difference_is_that_over_seeds() -> None:
    told = words.honest(seeds((1.0, 0.96, 0.98), (1.0, 0.95, 0.98), (1.0, 0.97, 0.98)), Spec())
    assert "an accuracy of 96.0% on the test set, the best baseline, a support vector machine, 98.0%." in told
    assert "p\xa0=\xa00.001, the largest of 3 random seeds; mean difference −2.0\xa0±\xa01.0 points)" in told
    assert told.startswith("The network has")
    apart = words.honest(seeds((1.0, 0.93, 0.98), (1.0, 0.99, 0.98), (1.0, 0.96, 0.98)), Spec())
    assert "The difference from the baseline is not significant" in apart
    years = words.honest(seeds((9.0, 12.0, 10.0), (9.0, 12.5, 10.0), name="rmse"), Spec())
    assert "RMSE of 12.2 years on the test set, the best baseline, a support vector machine, 10 years." in years
    assert "mean difference +2.2\xa0±\xa00.4 years)" in years
    assert words.p_value("svm", [*seeds((1, 1, 1), p=0.2), *seeds((1, 1, 1), p=0.4)]) == 0.4
    assert words.p_value("linear", seeds((1, 1, 1))) is None


def test_where_a_baseline_is_ahead_the_sentence_says_how_both_fit_the_training_set() -> None:
    begin = " On its training set it has 100.0%, the baseline 99.9%: the network"
    assert words.fit(seeds((1.0, 0.96, 0.98))) == f"{begin} does not underfit, but generalises less well."
    assert words.fit(seeds((0.99, 0.96, 0.98))).endswith(
        "has 99.0%, the baseline 99.9%: the network fits that less well, too."
    )
    assert words.fit(seeds((0.998, 0.96, 0.98))).endswith("does not underfit, but generalises less well.")
    assert "has 91.0%, worse than the baseline on the test set: it underfits." in words.fit(seeds((0.91, 0.89, 0.98)))
    assert words.fit(seeds((1.0, 0.97, 0.98), p=0.2)) == words.fit(seeds((1.0, 0.99, 0.98))) == ""
    assert "9 years, the baseline 9.5 years: the network does not" in words.fit(seeds((9.0, 12.0, 10.0), name="rmse"))
    assert "has 11 years, worse than the baseline" in words.fit(seeds((11.0, 12.0, 10.0), name="rmse"))


def test_how_the_best_baseline_differs_is_said_below_the_table() -> None:
    def told(name: str, features: str = "pixels") -> str:
        metrics = {"test_accuracy": 0.9, f"{name}_test_accuracy": 0.98}
        return words.differs([(metrics, facts(0.1, name) | {"parameters": 2778})], Spec(features=features))

    assert told("svm").startswith(
        "How the best baseline differs: it learns no features, only weights of training samples"
    )
    assert "it estimates no weights (the network 2,778): the closest" in told("neighbours")
    assert "it estimates 5 weights, the network 2,778." in told("linear")
    assert "edge directions" in told("hog_svm")
    assert "edge directions" not in told("hog_svm", features="hog")  # the network reads them, too


def test_advice_is_given_where_a_baseline_is_ahead() -> None:
    metrics = {"test_accuracy": 0.9, "svm_test_accuracy": 0.95, "linear_test_accuracy": 0.8}
    assert "input features pixels → " in words.changes(metrics, Spec())
    assert words.changes(metrics | {"svm_test_accuracy": 0.85}, Spec()) == ""
    assert words.changes(metrics, presets(Spec())["works"]) == ""


def test_home_names_the_strongest_rival_alone() -> None:
    metrics = {"test_rmse": 12.0, "svm_test_rmse": 10.0, "linear_test_rmse": 11.0, "naive_test_rmse": 20.0}
    said = words.glance([(metrics, facts(0.004))])
    assert said.count("machine") == 1
    assert "linear" not in said
    assert "the difference is significant" in said
    alone = words.glance([({"test_accuracy": 0.5}, facts(0.004))])
    assert alone.endswith("an accuracy of 50.0%.")


def test_a_run_tells_its_rivals_on_the_command_line_the_constant_first() -> None:
    run = next(one for one in labs_runs() if one.spec == {**one.spec, "task": "digits", "layers": Spec().layers})
    found = labs.rivals(run)
    assert [one.name for one in found] == ["majority class", *list(reversed(baseline.NAMES.values()))[1:]]
    assert found[0].parameters == 0
    assert found[-1].metrics["test_accuracy"] == run.metrics["hog_svm_test_accuracy"]
    assert "HOG" in found[-1].inputs
    assert found[-1].parameters > 1000
    numbers = next(one for one in labs_runs() if one.spec["task"] == "diabetes")
    assert labs.rivals(numbers)[0].name == "mean of the target"


def labs_runs() -> list:
    from core import settings
    from core.runs.store import Store

    found = [run for run in Store(str(settings.SHIPPED), shipped=None).list()[0] if run.kind == "scratch"]
    assert len(found) == len(experiment.shipped())
    return found
