"""Networks that were stopped early are shown, and no lab judges them as finished."""

import importlib
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core import settings
from core.jobs import engine
from core.labs.bitcoin_rollout import rollout
from core.labs.bitcoin_rollout.view import study as rollout_study, views as rollout_views
from core.labs.crypto_forecasting import show as forecast_show, spec as forecast_spec
from core.labs.crypto_forecasting.view import more as forecast_more, views as forecast_views
from core.labs.emotion.spec import Spec as Reader
from core.labs.emotion.view import views as emotion_views
from core.labs.emotion.view.inputs import Wanted
from core.labs.from_scratch.spec import Spec as Scratch
from core.labs.hafez import experiment as poems
from core.labs.images import lesson
from core.labs.images.spec import Spec as Pictures
from core.labs.images.view import transfer_found
from core.labs.recurrent_cells import weather
from core.learn.rivals import hint
from core.prices.prices import Prices, Provenance
from core.runs import runs, spec as specs
from core.runs.store import Run, Store
from core.ui import background
from tests.pages.jobs_by_hand import Engine
from tests.pages.person import app, html, said

PRICES = Prices(
    pd.Series(np.linspace(10.0, 20.0, 400), index=pd.date_range("2020-01-01", periods=400), name="close"),
    Provenance("a test", "LTC-USD", "2020-01-01", "2021-02-03", ""),
)


@pytest.fixture(autouse=True)
def _no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here needs a worker."""
    monkeypatch.setattr(engine, "_engine", Engine())
    monkeypatch.setattr(engine, "warm_up", lambda: None)


def stop(own_store: Any, kind: str, chosen: Any, epochs: int = 2) -> None:
    """Store a shipped run anew, as one whose training was stopped after some epochs."""
    shipped = Store(str(settings.SHIPPED), shipped=None)
    run = shipped.find(kind, runs.key(kind, chosen))
    history = {name: values[:epochs] for name, values in run.history.items()}
    early = replace(
        run, stopped=True, history=history, kept_epoch=epochs, origin="", facts=run.facts | {"ended": "by the person"}
    )
    Store(str(own_store), shipped=None).put(early, shipped.weights(run), shipped.arrays(run))


def without_slow(own_store: Any, kind: str, chosen: Any, slow: tuple[str, ...]) -> Run:
    """Stop a shipped run, whose training then has not waited for the slow baselines; return it as shipped."""
    stop(own_store, kind, chosen)
    store = Store(str(own_store), shipped=None)
    run = store.find(kind, runs.key(kind, chosen))
    metrics = {name: value for name, value in run.metrics.items() if not name.startswith(slow)}
    facts = run.facts | {"rivals": [one for one in run.facts["rivals"] if one["name"] not in slow]}
    if "missed" in facts:
        facts["missed"] = {name: value for name, value in facts["missed"].items() if name not in slow}
    store.put(replace(run, metrics=metrics, facts=facts), store.weights(run), store.arrays(run))
    return Store(str(settings.SHIPPED), shipped=None).find(kind, run.key)


def test_a_worker_fits_the_baselines_that_a_stopped_training_has_not_waited_for(
    own_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def call(self, target: str, *arguments: Any, **_: Any) -> Any:
        module, name = target.split(":")
        return getattr(importlib.import_module(module), name)(*arguments)

    background.desk.clear()  # other tests have asked for the same
    picture = without_slow(own_store, "images", Pictures(), ("edges", "shapes"))
    digits = without_slow(own_store, "scratch", Scratch(), ("hog_", "svm", "neighbours", "sklearn", "linear"))
    for page, link, before in (("images", {"models": "A"}, 3), ("from_scratch", {"task": "Digits"}, 2)):
        test = app(f"pages/{page}.py", **link)
        assert not test.exception
        assert len(test.dataframe[0].value) == before  # there is no worker
    monkeypatch.setattr(Engine, "call", call)
    test = app("pages/images.py", models="A")
    while "Computing the baselines" in said(test):
        test.run()
    found = test.dataframe[0].value.set_index("network")["test accuracy"]
    assert found["SVM on HOG"] == round(picture.metrics["shapes_test_accuracy"], 3)
    test = app("pages/from_scratch.py", task="Digits")
    while "Computing the baselines" in said(test):
        test.run()
    found = test.dataframe[0].value.set_index("model")["test accuracy"]
    assert found["SVM on HOG"] == round(digits.metrics["hog_svm_test_accuracy"], 3)
    assert found["this network"] == round(digits.metrics["test_accuracy"], 3)


def run_of(kind: str, chosen: Any, **more: Any) -> Run:
    """A run with made-up figures."""
    given = {"metrics": {}, "history": {"loss": [1.0, 0.5]}, "facts": {}, "data": {"simulated": False}} | more
    return Run(
        kind=kind, key="k", spec=specs.to_dict(chosen), seconds=9.0, seconds_per_epoch=1.0, kept_epoch=2, versions={},
        created="", origin="store", **({"stopped": True} | given),
    )  # fmt: skip


def test_the_seeds_of_the_cells_leave_out_what_was_stopped(own_store) -> None:
    stop(own_store, "weather", weather.Spec(cell="lstm", seed=1))
    test = app("pages/recurrent_cells.py", view="Random seeds")
    assert not test.exception
    assert test.dataframe[0].value.set_index("network").loc["LSTM", "seeds"] == 4
    assert "1 of 15 networks was stopped at epoch 2 of 100 and is not compared with finished ones." in said(test)
    stop(own_store, "weather", weather.Spec(cell="rnn", seed=0))
    test = app("pages/recurrent_cells.py", view="Random seeds", cells="SimpleRNN", seeds="1")
    assert not test.exception
    assert "No network of this experiment has finished training yet." in said(test)


def test_the_transfer_is_judged_by_whole_trainings(own_store) -> None:
    chosen = lesson.plan().transfers()[0]
    stop(own_store, "images", chosen)
    test = app("pages/transfer.py")
    assert not test.exception
    assert "1 of 24 networks was stopped at epoch 2 of 80 and is not compared with finished ones. With" in html(test)
    assert "24 of 24 networks trained, 1 stopped early" in html(test)
    points = transfer_found.points(transfer_found.collect(lesson.plan()))
    assert len(points["transfer"][chosen.per_class]) == lesson.SEEDS - 1


def test_a_transfer_of_which_all_was_stopped_draws(own_store) -> None:
    for chosen in (lesson.plan().transfers()[0], lesson.plan().scratches()[0]):
        stop(own_store, "images", chosen)
    test = app("pages/transfer.py", amounts="2", seeds="1")
    assert not test.exception
    assert "No network of this experiment has finished training yet" in said(test)
    assert "The gain of transfer learning is" in html(test)


def test_hafez_s_networks_are_not_judged_when_they_were_stopped(own_store) -> None:
    stop(own_store, "poems", poems.SMALL[1])
    test = app("pages/hafez.py", view="Theory", network="LSTM 1×192 · seed 0 · " + key_of(poems.SMALL[1])[:6])
    assert "trained here, stopped early" in html(test)
    assert "This network was stopped at epoch 2 of 8 and is not compared with finished ones." in html(test)
    assert "bits a letter on ghazals it has never read" not in html(test)


def key_of(chosen: Any) -> str:
    return runs.key("poems", chosen)


def test_crypto_is_judged_by_whole_trainings(monkeypatch: pytest.MonkeyPatch) -> None:
    lstm, gru = (forecast_spec.Spec(model=model) for model in ("lstm", "gru"))
    found = forecast_views.Found(
        (lstm, gru),
        {"lstm": [run_of("forecast", lstm)], "gru": [run_of("forecast", gru, stopped=False)]},
        (lstm,),
        PRICES,
        2,
    )
    figures = {"test_rmse": 1.0, "naive_test_rmse": 2.0}
    truth = PRICES.values[1:101, None]
    forecasts = {"network": truth + np.sin(truth), "naive": PRICES.values[:100, None]}
    shown = SimpleNamespace(
        days=PRICES.days[1:101],
        truth=truth,
        verdict=SimpleNamespace(metrics=figures, forecasts=forecasts),
        validation=1.0,
        own=False,
        tested={"seen": False},
        parameters={"network": 9},
    )
    monkeypatch.setattr(forecast_views, "judge", lambda group, prices: [shown] * len(group))
    told = forecast_views.honest(found)
    assert told.startswith(
        "1 of 2 networks was stopped at epoch 2 of 100 and is not compared with finished ones. One day ahead, the GRU "
    )
    assert "LSTM" not in told
    assert "2 of 2 networks, trained here, 1 stopped early" in found.origin()
    assert "Baseline" in forecast_views.honest(replace(found, groups={"lstm": found.groups["lstm"]}))
    assert "Baseline" in forecast_show.honest({})


def test_a_backtest_and_a_leak_want_whole_trainings(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = forecast_spec.Spec()
    found = forecast_views.Found((chosen,), {}, (chosen,), PRICES, 0)
    for stopped in (True, False):
        run = run_of("forecast", chosen, stopped=stopped)
        store = SimpleNamespace(find=lambda kind, key, run=run: run)
        monkeypatch.setattr(forecast_more.cached, "store", lambda store=store: store)
        assert forecast_more._finished(chosen, found) is (None if stopped else run)


def test_the_rollout_is_judged_by_whole_trainings(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = rollout.Spec(symbol="LTC-USD")
    facts = {"trained_to": "2020-11-01"}
    early = run_of("rollout", chosen, facts=facts)
    whole = run_of("rollout", replace(chosen, seed=1), facts=facts, stopped=False)
    judged: list[Any] = []

    def tested(wanted: Any, found: Any, start: int) -> rollout_views.Tested:
        judged.extend(found.runs)
        return Tested(truth, [truth + np.sin(truth)], made, PRICES.values[:300], {"lstm": 9, "linear": 61})

    truth, Tested = PRICES.values[300:], rollout_views.Tested
    made = {"naive": PRICES.values[299:-1]}
    monkeypatch.setattr(rollout_views, "tested", tested)
    monkeypatch.setattr(rollout_views, "first_test", lambda wanted, found: 300)
    wanted = SimpleNamespace(prices=PRICES, specs=(chosen, replace(chosen, seed=1)))
    found = rollout_views.Found((early, whole), None, (chosen,), 1)
    told = rollout_views.honest(wanted, found)
    assert judged == [whole]
    assert told.startswith(
        "1 of 2 networks was stopped at epoch 2 of 30 and is not compared with finished ones. One day ahead, "
    )
    assert "one seed" in told
    assert "Baseline" in rollout_views.honest(wanted, replace(found, runs=(early,)))
    assert hint() not in told
    made["linear"] = truth + np.sin(truth) / 2
    made["naive"] = truth + 2
    whole.spec["scaling"] = "train"
    told = rollout_views.honest(wanted, found)
    assert "One day ahead, linear regression with 61 weights has a test RMSE of $0." in told
    assert "the LSTM with 9 of $" in told
    assert told.endswith(hint())
    assert rollout_views.stamps(wanted, found)[1].endswith(", 1 stopped early")
    assert rollout_views.older(chosen, [early]) is None
    finished = replace(early, stopped=False)
    assert rollout_views.older(chosen, [early, finished]) == finished


def test_the_window_study_wants_whole_trainings(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = rollout.Spec()
    monkeypatch.setattr(rollout_study, "stored", lambda spec, prices: run_of("rollout", spec))
    monkeypatch.setattr(rollout_study, "known_runs", list)
    found = rollout_study.collect([chosen], PRICES)
    assert (found.runs, found.missing) == ((), (chosen,))


def test_the_readers_that_are_compared_were_trained_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(wanted: Wanted) -> Any:
        stopped = wanted.spec.cell == "gru"
        return SimpleNamespace(spec=wanted.spec, stopped=stopped) if wanted.spec.seed == 0 else None

    monkeypatch.setattr(emotion_views, "find", find)
    shown = SimpleNamespace(spec=Reader(), stopped=True)
    assert list(emotion_views._groups(Wanted(Reader()), shown)) == ["bigru", "lstm", "rnn", "bow"]
