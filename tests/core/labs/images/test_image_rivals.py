"""The rivals of image networks: fitted on the same pictures, chosen on validation, compared image by image."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from core import labs, settings
from core.jobs.job import EVALUATING
from core.labs.images import baseline, experiment, presets
from core.labs.images.data import sources
from core.labs.images.spec import Spec
from core.learn import orientations, paired, rivals
from core.runs import spec as specs
from core.runs.store import Run, Store

Part = tuple[np.ndarray, np.ndarray]


def stripes(count: int, seed: int) -> Part:
    """Return pictures with upright (0) and level (1) stripes in random colours: means over cells say nothing."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, count)
    pixels = np.zeros((count, 16, 16, 3), np.uint8)
    for picture, label in zip(pixels, labels, strict=True):
        wave = (np.arange(16) + rng.integers(0, 4)) // 2 % 2
        picture[:] = (wave[:, None] if label else wave[None, :])[..., None] * rng.integers(80, 255, 3)
    return pixels, labels


@pytest.fixture(scope="module")
def found() -> baseline.Baselines:
    test = stripes(80, 2)
    return baseline.baselines(stripes(80, 0), stripes(40, 1), test, 2, np.zeros_like(test[1]))


def test_edge_directions_tell_stripes_that_few_pixels_cannot(found: baseline.Baselines) -> None:
    assert found.metrics["edges_test_accuracy"] == 1.0
    assert found.metrics["shapes_test_accuracy"] > 0.95
    assert found.metrics["naive_test_accuracy"] < 0.7


def tinted(count: int, seed: int) -> Part:
    """Return noise with a red (0) or a blue tint (1): edge directions say nothing."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, count)
    pixels = np.repeat(rng.integers(0, 206, (count, 16, 16, 1), dtype=np.uint8), 3, axis=3)
    pixels[np.arange(count), :, :, 2 * labels] += 50
    return pixels, labels


def test_colours_count_as_much_as_the_many_edge_directions_beside_them() -> None:
    test = tinted(80, 12)
    told = baseline.baselines(tinted(80, 10), tinted(40, 11), test, 2, test[1])
    assert told.metrics["shapes_test_accuracy"] > 0.95
    assert told.metrics["edges_test_accuracy"] < 0.7
    (*_, strongest) = rivals.measured(baseline.NAMES, told.metrics, {"rivals": told.rivals})
    assert strongest.name == "support vector machine on HOG and colours"


def test_each_rival_is_compared_with_the_network_image_by_image(found: baseline.Baselines) -> None:
    truth = stripes(80, 2)[1]
    told = {one["name"]: one for one in found.rivals}
    assert list(told) == list(baseline.NAMES)
    assert told["edges"]["p"] == paired.p_value(truth != 0, np.zeros(80, bool), lags=0)
    assert told["edges"]["p"] < 1e-6
    assert told["edges"]["parameters"] == 324 + 1  # coarse cells: on the validation set fine ones are no better
    assert told["linear"]["parameters"] == 2 * 193
    missed = found.facts["missed"]
    assert list(missed) == ["network", *baseline.NAMES]
    assert missed["network"] == rivals.packed(truth != 0)
    assert missed["edges"] == "00" * 10


def test_specs_that_differ_in_the_network_alone_have_the_same_baselines() -> None:
    one, other = Spec(model="b", epochs=3, seed=4, width=0.5), Spec()
    assert experiment.split_of(one) == experiment.split_of(other)
    assert experiment.split_of(Spec(per_class=5, seed=1)) != experiment.split_of(Spec(per_class=5))
    assert experiment.split_of(Spec(side=32)) != experiment.split_of(other)
    assert experiment.split_of(Spec(classes="0,1")) != experiment.split_of(other)


def test_the_strength_is_chosen_on_the_validation_set() -> None:
    train, validation, test = stripes(30, 3), stripes(30, 4), stripes(30, 5)
    flipped = validation[0], 1 - validation[1]
    found = []
    for cells in baseline.CELLS:
        inputs = [orientations.orientations(part[0], cells) for part in (train, flipped, test)]
        for strength in baseline.HISTOGRAMS["edges"][1]:
            fitted = LogisticRegression(C=strength, max_iter=300).fit(inputs[0], train[1])
            found.append((fitted.score(inputs[1], flipped[1]), fitted.score(inputs[2], test[1])))
    told = baseline.baselines(train, flipped, test, 2, test[1])
    assert told.metrics["edges_test_accuracy"] == max(found, key=lambda one: one[0])[1]


def test_after_stop_nobody_waits_for_the_slow_ones() -> None:
    train = stripes(20, 7)
    told = baseline.baselines(train, train, train, 2, train[1], lambda: True)
    assert [one["name"] for one in told.rivals] == ["naive", "linear"]
    asked = iter([False, True, True, True])
    told = baseline.baselines(train, train, train, 2, train[1], lambda: next(asked))
    assert [one["name"] for one in told.rivals] == ["naive", "linear", "edges"]


def test_a_network_without_its_best_baseline_counts_as_stopped() -> None:
    events: list[dict] = []
    made = experiment.train(Spec(epochs=1, width=0.25), events.append, lambda: EVALUATING in events)
    assert "shapes" not in [one["name"] for one in made.facts["rivals"]]
    assert made.fit.stopped == "by the person"


def test_one_class_alone_has_no_fitted_rival_and_many_pictures_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels, labels = stripes(20, 6)
    one = pixels, np.zeros_like(labels)
    assert [r["name"] for r in baseline.baselines(one, one, one, 2, one[1]).rivals] == ["naive", "linear"]
    seen: list[int] = []

    def counted(images: baseline.Histograms) -> np.ndarray:
        seen.append(len(images.pixels))
        return images.edges[1]

    monkeypatch.setattr(baseline, "MOST_ROWS", 10)
    monkeypatch.setitem(baseline.HISTOGRAMS, "edges", (baseline._logistics, (0.1, 1.0, 10.0), (("", counted),)))
    ordered = np.sort(labels)
    told = baseline.baselines((pixels, ordered), (pixels, labels), (pixels, labels), 2, labels)
    assert seen == [10, 20, 20]
    assert len(told.rivals) == 4  # both classes are among the ten, although those of one come first


def shipped() -> list[Run]:
    runs = [run for run in Store(str(settings.SHIPPED), shipped=None).list()[0] if run.kind == "images"]
    assert len(runs) == len(experiment.shipped())
    return runs


def test_shipped_runs_have_the_rivals_of_their_own_pictures() -> None:
    """The few pictures of a seed are the same for transfer and from scratch, so their rivals are, too."""
    groups: dict[tuple, list[Run]] = {}
    for run in shipped():
        same = ("classes", "per_class", "seed", "side")
        groups.setdefault(tuple(run.spec[name] for name in same), []).append(run)
        *names, strongest = [one.name for one in labs.rivals(run)]
        assert names == list(baseline.NAMES.values())[:-1]
        assert strongest == "support vector machine on HOG"
    for runs in groups.values():
        assert len({run.metrics["edges_test_accuracy"] for run in runs}) == 1
    run = next(run for run in shipped() if run.spec["per_class"] == 5)
    chosen = specs.from_dict(Spec, run.spec)
    pictures, split = sources.load(chosen), sources.parts(chosen)
    parts = [
        (pictures.pixels[r], pictures.labels[r])
        for r in (experiment.learned_rows(chosen, pictures, split), split.validation, split.test)
    ]
    said = Store(str(settings.SHIPPED), shipped=None).arrays(run)["test_shares"].argmax(axis=1)
    again = baseline.baselines(*parts, 3, said)
    assert again.rivals == [{**one, "p": pytest.approx(one["p"], abs=1e-9)} for one in run.facts["rivals"]]
    assert {name: run.metrics[name] for name in again.metrics} == pytest.approx(again.metrics)
    assert again.facts == {"missed": run.facts["missed"]}


def test_on_the_coloured_digits_edges_beat_the_report_s_networks_and_not_the_settings_that_work() -> None:
    whole = [run for run in shipped() if not run.spec["classes"]]
    works = [run for run in whole if run.spec["model"] == "vgg"]
    assert len(works) == presets.SEEDS
    assert all((run.metrics["test_accuracy"] > run.metrics["edges_test_accuracy"]) == (run in works) for run in whole)
    strongest = baseline.strongest(works)
    assert set(strongest.scores) == {min(run.metrics["test_accuracy"] for run in works)}  # one seed has one image more
    assert strongest.gain > 0
    assert not strongest.significant


def test_networks_on_the_same_pictures_share_their_rivals(monkeypatch: pytest.MonkeyPatch) -> None:
    train, other = stripes(30, 8), stripes(30, 9)
    fitted: list[int] = []
    slow = baseline._fitted
    monkeypatch.setattr(baseline, "_fitted", lambda *given: fitted.append(len(given[3][0][1])) or slow(*given))
    baseline.baselines(train, train, train, 2, train[1], lambda: True)  # stopped: there is nothing to share
    first = baseline.baselines(train, train, train, 2, train[1])
    again = baseline.baselines(train, train, train, 2, 1 - train[1])
    assert fitted == [30, 30]
    assert again.metrics == first.metrics
    assert again.rivals[-1]["p"] != first.rivals[-1]["p"]
    baseline.baselines(other, train, train, 2, train[1])
    assert len(fitted) == 4
