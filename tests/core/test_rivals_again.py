"""`ship --rivals`: the baselines beside included models are measured again, and nothing else changes."""

import json
import shutil
from pathlib import Path

import pytest

from core import settings
from core.errors import SpecError, StoreError
from core.labs.crypto_forecasting import forecast
from core.labs.from_scratch import experiment as scratch
from core.labs.images import experiment as images, lesson
from core.labs.recurrent_cells import experiment as weather
from core.labs.volatility import volatility
from core.runs import runs, shipping, spec as specs
from core.runs.store import Store
from core.runs.stored import Run

# Kind -> a shipped spec, a metric of a baseline, and its name in the facts ("" for a rule without fitted values).
CASES = {
    "scratch": (scratch, scratch.Spec(task="diabetes"), "svm_test_rmse", "svm"),
    "images": (images, lesson.plan().transfers()[0], "edges_test_accuracy", "edges"),
    "forecast": (forecast, forecast.Spec(), "linear_test_rmse", ""),
    "volatility": (volatility, volatility.Spec(), "garch_test_mse", "garch"),
}


def of(folder: Path, kind: str) -> Run:
    (run,) = [run for run in Store(str(folder), shipped=None).list()[0] if run.kind == kind]
    return run


@pytest.mark.parametrize("kind", CASES)
def test_the_baselines_are_measured_again_and_nothing_else(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, chosen, metric, name = CASES[kind]
    data = (module.shipped_data(chosen),) if hasattr(module, "shipped_data") else ()
    key = runs.key(kind, chosen, *data)
    folder = tmp_path / kind / key
    shutil.copytree(settings.SHIPPED / kind / key, folder)
    before = of(tmp_path, kind)
    values = json.loads((folder / "run.json").read_text())
    values["metrics"] |= {metric: 0.125, "naive_old_metric": 1.0}
    values["facts"]["rivals"] = [one for one in values["facts"]["rivals"] if one["name"] != name]
    (folder / "run.json").write_text(json.dumps(values))
    monkeypatch.setattr(module, "shipped", lambda: [chosen])
    monkeypatch.setattr(runs.kind_module(kind), "card", lambda made: made[0].key)
    shipping.measure_rivals(kind, tmp_path)
    after = of(tmp_path, kind)
    assert {name: after.metrics[name] for name in before.metrics} == pytest.approx(before.metrics, rel=1e-5)
    assert after.metrics.keys() == before.metrics.keys()
    assert [one["name"] for one in after.facts["rivals"]] == [one["name"] for one in before.facts["rivals"]]
    assert (after.blobs, after.created, after.history) == (before.blobs, before.created, before.history)
    assert Store(str(tmp_path), shipped=None).weights(after)
    assert specs.to_dict(chosen) == after.spec
    assert (tmp_path / kind / "CARD.md").read_text() == key


def test_what_was_fitted_is_fitted_again_and_the_linear_model_below_a_network_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = volatility.Spec()
    key = runs.key("volatility", chosen, volatility.shipped_data(chosen))
    folder = tmp_path / "volatility" / key
    shutil.copytree(settings.SHIPPED / "volatility" / key, folder)
    before = of(tmp_path, "volatility").facts["fitted"]
    values = json.loads((folder / "run.json").read_text())
    values["facts"]["fitted"]["garch"]["mean"] = 0.5
    values["facts"]["fitted"]["linear"]["bias"] = 0.25
    (folder / "run.json").write_text(json.dumps(values))
    monkeypatch.setattr(volatility, "shipped", lambda: [chosen])
    monkeypatch.setattr(runs.kind_module("volatility"), "card", lambda made: "")
    shipping.measure_rivals("volatility", tmp_path)
    after = of(tmp_path, "volatility")
    assert after.facts["fitted"]["garch"]["mean"] == pytest.approx(before["garch"]["mean"], rel=1e-3)
    assert after.facts["fitted"]["linear"] == before["linear"] | {"bias": 0.25}
    assert after.metrics["linear_test_mse"] != pytest.approx(values["metrics"]["linear_test_mse"], rel=1e-3)


def test_the_baselines_of_the_weather_are_fitted_again_for_the_card(tmp_path: Path) -> None:
    shutil.copytree(settings.SHIPPED / "weather", tmp_path / "weather")
    written = {path.parent.name: path.read_bytes() for path in tmp_path.glob("weather/*/run.json")}
    card = tmp_path / "weather" / "CARD.md"
    card.write_text("old figures")
    shipping.measure_rivals("weather", tmp_path)
    assert card.read_text() == (settings.SHIPPED / "weather" / "CARD.md").read_text()
    assert {path.parent.name: path.read_bytes() for path in tmp_path.glob("weather/*/run.json")} == written


@pytest.mark.parametrize("kind", runs.KINDS)
def test_every_kind_has_them(kind: str) -> None:
    assert hasattr(runs.kind_module(kind), "rivals_again")


def test_a_kind_without_such_baselines_and_a_missing_model_get_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreError, match="ship --kind scratch"):
        shipping.measure_rivals("scratch", tmp_path)
    monkeypatch.delattr(weather, "rivals_again")
    with pytest.raises(SpecError, match="Runs of weather keep no baselines"):
        shipping.measure_rivals("weather", tmp_path)
