"""The ablation studies that come with the project: their figures belong to the steps of today."""

from types import SimpleNamespace

import numpy as np
import pytest

from core import settings
from core.labs.bitcoin_rollout import ablation as rollout
from core.labs.crypto_forecasting import ablation as forecast
from core.labs.emotion import ablation as emotions
from core.labs.hafez import ablation as poems
from core.labs.hafez.spec import BEST
from core.labs.video_violence import ablation as violence, networks
from core.labs.video_violence.clips.recipes import LIGHT
from core.labs.volatility import ablation as volatility
from core.labs.volatility.spec import PLAIN
from core.learn.rivals import Rival
from core.learn.study import SEEDS, Step, load, table
from core.plot import studies
from core.prices.prices import COINS
from core.runs import ablation, runs
from core.runs.store import Store


@pytest.mark.parametrize(
    ("lab", "name"),
    [(rollout, "BTC-USD"), (emotions, "emotion"), *((forecast, symbol) for symbol in forecast.SYMBOLS)],
)
def test_the_figures_are_of_today_s_steps(lab, name: str) -> None:
    found, way = load(lab.STUDY)[name], lab.steps(name) if lab is forecast else lab.steps()
    assert [step.name for step in found.steps] == [*way]
    assert all([spec.seed for spec in specs] == [*range(SEEDS)] for specs in way.values())
    assert all(len(step.scores["test"]) == found.seeds == SEEDS for step in found.steps)
    assert len(found.seconds) in (0, len(found.steps))
    first, last = (found.steps[place].spread("test")[0] for place in (0, -1))
    assert last > first
    assert "core.labs" in found.command


@pytest.mark.parametrize("symbol", COINS)
def test_the_study_of_volatility_goes_from_a_plain_network_to_the_included_one(symbol: str) -> None:
    found, way = load(volatility.STUDY)[symbol], volatility.steps(symbol)
    assert [step.name for step in found.steps] == [*way]
    assert found.steps[0].name == "plain network"
    assert all(len(scores) == found.seeds == SEEDS for step in found.steps for scores in step.scores.values())
    plain, works = (way[name][1] for name in (found.steps[0].name, found.steps[-1].name))
    assert {name: getattr(plain, name) for name in PLAIN} == PLAIN
    store = Store(str(settings.SHIPPED), shipped=None)
    run = store.find("volatility", runs.key("volatility", works, volatility.bars.of_included(symbol)))
    assert found.steps[-1].scores["test"][1] == pytest.approx(run.metrics["test_mse"], abs=1e-3)
    assert found.steps[-1].scores["validation"][1] == pytest.approx(run.metrics["validation_mse"], abs=1e-3)
    assert found.steps[-1].spread("test")[0] < found.steps[0].spread("test")[0]
    rivals = {name: run.metrics[f"{name}_test_mse"] for name in volatility.rivals.NAMES}
    assert found.steps[0].rival == volatility.rivals.NAMES[min(rivals, key=rivals.get)]


def test_the_study_of_poems_ends_with_the_included_network_and_has_no_test_set() -> None:
    found, way = load(poems.STUDY)["hafez"], poems.steps()
    assert [step.name for step in found.steps] == [*way]
    assert [len(step.scores["validation"]) for step in found.steps] == [len(specs) for specs in way.values()]
    assert way[found.steps[-1].name] == [BEST]
    assert not any(step.scores["test"] for step in found.steps)
    store = Store(str(settings.SHIPPED), shipped=None)
    run = store.find("poems", runs.key("poems", BEST))
    assert found.steps[-1].scores["validation"] == [pytest.approx(run.metrics["held_out_bits"], abs=1e-4)]
    assert found.steps[-1].rival_score == pytest.approx(run.metrics["poets_bits"], abs=1e-4)
    assert found.steps[0].rival_score == pytest.approx(run.metrics["naive_bits"], abs=1e-4)
    assert found.steps[-1].spread("validation")[0] < found.steps[0].spread("validation")[0]


def test_the_video_study_ends_with_the_folds_of_the_included_run() -> None:
    found, store = load(violence.STUDY)["violence"], Store(str(settings.SHIPPED), shipped=None)
    run = store.find("violence", runs.key("violence", violence.INCLUDED))
    assert [step.name for step in found.steps] == list(violence.STEPS)
    assert [len(step.scores["test"]) for step in found.steps] == [1, 1, 1, 1, 2, 2]
    ends = {"network": "folds_network_accuracy", "both": "folds_accuracy"}
    for step, (which, metric) in zip(found.steps[-2:], ends.items(), strict=True):
        assert step.spread("test")[0] == pytest.approx(run.metrics[metric], abs=1e-4)
        assert violence._of_seed(store.arrays(run), which, 1) == pytest.approx(step.scores["test"][1], abs=1e-4)
    assert found.steps[0].rival_score == pytest.approx(run.metrics["frozen_folds_accuracy"], abs=1e-4)
    assert found.steps[0].rival == violence.rivals.NAMES["frozen"]
    assert found.steps[-1].spread("test")[0] > found.steps[0].spread("test")[0]


def test_clips_are_described_by_the_maps_of_a_network_that_is_not_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "start_from_imagenet", lambda model, network: "random")
    rng = np.random.default_rng(0)
    raw = [rng.integers(0, 256, (1, 8, 256, 256, 3), dtype=np.uint8) for _ in range(2)]
    plain, mirrored = violence.described(violence.Frozen(LIGHT), [*raw, raw[0]], np.array([0, 1]), 0)
    assert plain.shape == mirrored.shape == (3, 2 * violence.MAPS)
    np.testing.assert_allclose(plain[0], plain[2])
    assert abs(plain[0] - plain[1]).max() > 0
    assert abs(plain - mirrored).max() > 0


def test_a_step_has_the_mean_scores_and_the_best_rival_over_seeds() -> None:
    def run(seed: int) -> SimpleNamespace:
        metrics = {"validation_skill": 0.1 * seed, "test_skill": 0.2 * seed}
        return SimpleNamespace(metrics=metrics, facts={"parameters": 7}, seconds=float(seed), versions={"numpy": "2"})

    def rivals(run: SimpleNamespace) -> list[Rival]:
        better = run.seconds / 10
        return [Rival("drift", "", 1, {"test_skill": 0.05}, {}), Rival("linear", "", 2, {"test_skill": better}, {})]

    made = ablation.measure({"report": [1, 2]}, run, rivals, "skill", data="prices", command="a command")
    (step,) = made.steps
    assert step.scores == {"validation": [0.1, 0.2], "test": [0.2, 0.4]}
    assert (step.rival, step.rival_score, step.parameters) == ("linear", 0.15, 7)
    assert (made.seconds, made.seeds, made.versions, made.data) == ([1.5], 2, {"numpy": "2"}, "prices")
    (step,) = ablation.measure({"report": [1, 2]}, run, rivals, "skill", lower=True, data="", command="").steps
    assert (step.rival, step.rival_score) == ("drift", 0.05)
    about = {"data": "", "command": ""}
    (step,) = ablation.measure({"report": [1]}, run, lambda run: rivals(run)[:1], "skill", **about).steps
    assert (step.rival, step.rival_score) == ("drift", 0.05)


def test_a_set_without_scores_is_neither_in_the_table_nor_in_the_chart() -> None:
    steps = [Step(name, 3, {"validation": [], "test": [0.1, 0.3]}, "drift", 0.05) for name in ("report", "returns")]
    assert not [column for column in table(steps, "skill") if "validation" in column]
    chart = studies.steps(steps, "skill")
    assert [line.name for line in chart.data] == ["test", "best baseline, test"]
    judged = [Step("report", 3, {"validation": [0.2], "test": []}, "drift", 0.05)]
    assert [line.name for line in studies.steps(judged, "bits").data] == ["validation", "best baseline, validation"]
    assert table(steps, "skill")["test skill"][0] == "0.20 ± 0.14"
    steps[1] = Step("returns", 3, {"validation": [0.2], "test": [0.1]}, "drift", 0.05)
    assert table(steps, "skill")["validation skill"].tolist() == ["–", "0.20"]
