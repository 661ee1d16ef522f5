"""The page "Volatility" by AppTest, on the prices and networks that come with the project."""

import threading
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import settings
from core.errors import SourceError
from core.jobs import engine
from core.labs.volatility import bars as daily
from core.labs.volatility.rivals import NAMES
from core.labs.volatility.spec import PLAIN, Spec, presets
from core.prices.prices import COINS
from core.prices.sources import included, repair
from core.prices.sources.cache import PriceBook, Shown
from core.runs import runs
from core.runs.store import Store
from core.ui import background, prices as price_views
from tests.pages import person

PAGE = "pages/volatility.py"
VIEWS = (
    "Result",
    "Prediction intervals",
    "Inside the network",
    "Random seeds",
    "Backtest",
    "Ablation study",
    "Exercises",
    "Downloads",
    "Theory",
)

app = partial(person.app, PAGE)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn_of_the_networks_that_come_along(view: str) -> None:
    test = app(view=view)
    assert not test.exception
    assert not test.error
    assert "9 of 9 networks, pre-trained" in person.html(test)
    assert "All networks of this experiment are trained" in person.said(test)


def test_the_table_has_every_rival_and_the_sentence_the_strongest() -> None:
    test = app()
    table = next(frame.value for frame in test.dataframe if "forecast" in frame.value).set_index("forecast")
    assert {"dense network", "GRU", "LSTM", *NAMES.values()} == set(table.index)
    assert table.loc["naive forecast", "skill score"] == 0
    assert table.loc["dense network", "MSE"] < table.loc["naive forecast", "MSE"]
    assert table.loc[["dense network", "GRU", "LSTM"], "p-value"].str.fullmatch(r"(< )?\d\.\d+").all()
    assert "against the best baseline, linear regression. To see a difference of 2%" in person.said(test)
    assert (
        "For tomorrow, the dense network (lowest validation error) with 4,805 weights has a test MSE of"
        in person.html(test)
    )
    assert ", linear regression with 29 of" in person.html(test)


def test_the_sentence_follows_coin_and_horizon_and_gives_no_reason_for_what_may_be_chance() -> None:
    week = person.html(app(symbol="LTC-USD", horizon="7", models="dense network"))
    assert (
        "For the next seven days, HAR with 4 weights has a test MSE of 0.391, the dense network with 4,805 of 0.400."
        in week
    )
    assert "is not significant" in week
    assert "Why:" not in week


@pytest.mark.parametrize("symbol", COINS)
def test_the_plain_network_is_trained_for_tomorrow(symbol: str) -> None:
    test = app(symbol=symbol).button(key="preset_report").click().run()
    assert not test.exception
    assert "3 of 3 networks, pre-trained" in person.html(test)
    assert "For tomorrow, linear regression with 29 weights has a test MSE of 0." in person.html(test)


def test_presets_set_every_control_and_keep_the_horizon() -> None:
    test = app(horizon="7", units="8", models="LSTM").button(key="preset_report").click().run()
    assert not test.exception
    plain = {name: value for name, value in PLAIN.items() if name != "model"}
    assert {name: test.session_state[name] for name in plain} == plain
    assert (test.session_state["models"], test.session_state["horizon"]) == (["gru"], 7)
    assert "Plain network" in [button.label for button in test.button]
    test.button(key="preset_works").click().run()
    works = vars(presets()["works"])
    assert {name: test.session_state[name] for name in (*plain, "units")} == {n: works[n] for n in (*plain, "units")}
    assert "All networks of this experiment are trained" in person.said(test)


def test_the_study_is_that_of_the_coin() -> None:
    for symbol in ("XMR-USD", "BTC-USD"):
        assert f"Data: {symbol}" in person.said(app(view="Ablation study", symbol=symbol))


def test_an_exercise_is_checked_at_once() -> None:
    test = app(view="Exercises")
    test.radio(key="exercise1").set_value("constant width").run()
    assert "Correct. The constant interval covers" in person.said(test)
    test.radio(key="exercise4").set_value("yes").run()
    assert "Wrong; the correct answer: no." in person.said(test)


def test_without_a_network_the_page_says_so() -> None:
    assert "Choose at least one network." in person.said(app(models=""))


def test_without_a_source_newest_prices_are_the_included_ones_and_called_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(symbol: str) -> None:
        raise SourceError("No source answers.")

    monkeypatch.setattr(price_views, "book", lambda: PriceBook(tmp_path / "prices", down))
    test = app(prices="newest")
    assert not test.exception
    assert "These are the included prices: no source of newer ones could be reached." in person.said(test)
    assert "9 of 9 networks, pre-trained" in person.html(test)


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bars of other days than those of the included networks."""
    bars = included.bars("BTC-USD").copy()
    bars.index += pd.Timedelta(days=200)
    made = repair.make(bars, pd.Timestamp.max, source="Yahoo Finance", symbol="BTC-USD", downloaded="")
    monkeypatch.setattr(price_views, "current", lambda symbol, own: Shown(made, 0.0, refreshing=False))


def test_forecasts_on_newer_prices_do_not_hold_up_the_controls(newer: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer, days = [], threading.Event(), len(included.bars("BTC-USD"))

    def call(self, target: str, key: str, *rest: object, timeout: float) -> np.ndarray:
        asked.append((target, key))
        answer.wait(30)
        return np.full(days, -7.0)

    monkeypatch.setattr(engine.Engine, "call", call)
    monkeypatch.setattr(background, "WAIT_LONGEST", 0.05)
    test = app(prices="newest", models="dense network")
    assert not test.exception
    assert "Computing" in person.said(test)
    assert test.button(key="train_now").label == "Train"
    end = time.monotonic() + 30
    while len(asked) < 3 and time.monotonic() < end:
        time.sleep(0.05)
    assert len({key for _, key in asked}) == 3  # at the same time: none has its answer yet
    answer.set()
    monkeypatch.setattr(background, "WAIT_LONGEST", person.PATIENCE)
    test.run()
    assert not test.exception
    assert "Computing" not in person.said(test)
    assert "up to 2019-11-15." in person.said(test)


def test_newer_prices_are_judged_on_days_after_those_learned_from(newer: None) -> None:
    test = app(prices="newest", models="dense network", seeds="1")
    assert not test.exception
    assert "up to 2019-11-15." in person.said(test)
    assert "16 Nov 2019" in person.said(test)
    assert test.button(key="train_now").label == "Train"


def test_networks_of_a_chosen_coin_are_applied_to_an_own_file_beside_their_home() -> None:
    bars = included.bars("BTC-USD").iloc[-900:]
    bars.index += pd.Timedelta(days=1000)
    test = app(models="dense network", seeds="1")
    test.file_uploader(key="prices_file").set_value(("mine.csv", bars.to_csv().encode(), "text/csv")).run()
    for coin in ("BTC-USD", "XMR-USD"):
        test.selectbox(key="donor").select(coin).run()
        assert not test.exception
        assert f"Home: the test set of {coin}" in person.said(test)
        table = next(frame.value for frame in test.dataframe if "your file" in frame.value).set_index("model")
        run = Store(str(settings.SHIPPED), shipped=None).find(
            "volatility", runs.key("volatility", Spec(symbol=coin), daily.of_included(coin))
        )
        assert table.loc["dense network", "home"] == f"{run.metrics['test_skill']:.3f}"
        home, there, change = (float(one) for one in table.loc["HAR"])
        assert change == pytest.approx(there - home, abs=2e-3)


def test_settings_without_networks_show_the_data_and_offer_a_training() -> None:
    test = app(units="9", models="GRU", seeds="1")
    assert not test.exception
    assert "1 of 1 networks is not trained yet" in person.said(test)
    assert "Data (no model trained yet)" in " ".join(one.value for one in test.subheader)
    assert test.button(key="train_now").label == "Train"
