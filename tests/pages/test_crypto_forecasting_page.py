"""The page "Crypto forecasting" by AppTest, with prices of its own in place of the sources."""

import re
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import labs, settings
from core.errors import SourceError, SymbolError
from core.jobs import engine
from core.labs.crypto_forecasting import ablation, elsewhere, forecast
from core.labs.crypto_forecasting.spec import Spec, as_reported, presets
from core.learn.rivals import hint
from core.prices.prices import COINS, Prices, Provenance
from core.prices.sources import included
from core.prices.sources.cache import PriceBook
from core.runs import runs
from core.runs.store import Store
from core.ui import cached, prices as forecast_prices
from core.ui.uploads import own_prices
from tests.pages import person
from tests.pages.person import train

PAGE = "pages/crypto_forecasting.py"
VIEWS = (
    "Result",
    "Inside the network",
    "Error by horizon",
    "Prediction intervals",
    "Backtest",
    "Data leakage",
    "Ablation study",
    "Downloads",
    "Theory",
)
SMALL = {"units": "4", "epochs": "2", "window": "8", "models": "LSTM", "horizon": "3", "seeds": "1"}


def real(symbol: str = "LTC-USD", days: int = 500) -> Prices:
    values = np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.03, days))) * 80
    index = pd.date_range("2023-06-01", periods=days)
    told = Provenance(
        "Yahoo Finance", symbol, f"{index[0]:%Y-%m-%d}", f"{index[-1]:%Y-%m-%d}", "2024-10-13T10:00:00+00:00"
    )
    return Prices(pd.Series(values, index=index, name="close"), told)


def down(symbol: str) -> Prices:
    raise (SourceError if symbol in COINS else SymbolError)(f"No source has {symbol}.")


@pytest.fixture(autouse=True)
def _sources_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources(monkeypatch, tmp_path, down)


def sources(monkeypatch: pytest.MonkeyPatch, folder: Path, fetch) -> None:
    book = PriceBook(folder / "prices", fetch)
    monkeypatch.setattr(forecast_prices, "book", lambda: book)


app = partial(person.app, PAGE)


def told(test: AppTest) -> str:
    return " ".join(element.value for element in [*test.caption, *test.warning, *test.info, *test.markdown])


def forecasts(test: AppTest) -> pd.DataFrame:
    return next(frame.value for frame in test.dataframe if "forecast" in frame.value).set_index("forecast")


def test_a_source_that_hangs_holds_up_neither_the_page_nor_its_controls(monkeypatch, tmp_path: Path) -> None:
    answer = threading.Event()

    def hang(symbol: str) -> Prices:
        answer.wait(60)
        found = real(symbol)
        now = pd.Timestamp.now("UTC").isoformat()  # older prices would be fetched again with each redraw
        return replace(found, provenance=replace(found.provenance, downloaded=now))

    sources(monkeypatch, tmp_path, hang)
    monkeypatch.setattr(forecast_prices, "WAIT_LONGEST", 0.1)
    monkeypatch.setattr(forecast_prices, "WAIT", 0.1)
    test = app(symbol="AAPL")
    assert "Prices of AAPL are being fetched" in told(test)
    assert {"window", "horizon", "seeds"} <= {slider.key for slider in test.slider}
    assert not test.error
    test.selectbox(key="symbol").set_value("LTC-USD").run()
    assert "Real closes to 6 July 2021, included with the project. Newer prices are being fetched" in told(test)
    answer.set()
    forecast_prices.book().get("AAPL")
    later = app(symbol="AAPL")
    assert "Prices of AAPL are being fetched" not in told(later)
    assert "AAPL, Yahoo Finance" in person.html(later)


def test_without_a_network_networks_of_the_included_prices_stand_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine.Engine, "call", lambda *_, **__: pytest.fail("a worker was asked"))
    test = app()
    assert not test.exception
    assert not test.error
    assert not test.warning
    assert "No price source answers. Real closes to 6 July 2021, included with the project" in told(test)
    assert "live" not in told(test).lower()
    table = forecasts(test)
    assert list(table.index) == [
        "LSTM", "LSTM + GRU hybrid", "naive forecast", "drift", "moving average", "linear regression", "report: LSTM",
        "report: LSTM + GRU hybrid",
    ]  # fmt: skip
    assert table.loc["report: LSTM + GRU hybrid", "MSE"] == 72.62
    values = included.included("LTC-USD").values
    run = cached.store().find("forecast", shipped_key())
    trained = [cached.store().find("forecast", shipped_key(seed)) for seed in range(3)]
    assert table.loc["LSTM", "skill score"] == pytest.approx(np.mean([one.metrics["test_skill"] for one in trained]))
    assert table.loc["LSTM", "± RMSE"] > 0
    assert "standard deviation over 3 seeds $" in person.html(test)
    fitted = labs.rivals(run)[-1]
    assert (fitted.name, fitted.parameters) == ("linear regression", 31)
    assert table.loc["linear regression", "RMSE"] == pytest.approx(fitted.metrics["test_rmse"])
    part = forecast.stretch_of(Spec(), run, included.included("LTC-USD"), own=True).part
    naive = np.mean((values[part.origins + 1] - values[part.origins]) ** 2)
    assert table.loc["naive forecast", "MSE"] == pytest.approx(naive)


def test_presets_set_what_they_differ_in_and_keep_the_horizon() -> None:
    test = app(horizon="3", units="7", models="LSTM").button(key="preset_report").click().run()
    assert not test.exception
    state = test.session_state
    assert (state["protocol"], state["scaling"], state["patience"], state["units"]) == ("report", "all", 0, 32)
    assert (state["horizon"], state["models"]) == (3, ["lstm"])
    assert "1 of 1 networks, pre-trained" in person.html(test)
    test.button(key="preset_works").click().run()
    assert (state["protocol"], state["scaling"], state["patience"]) == ("time-ordered", "returns", Spec().patience)
    assert "1 of 1 networks, pre-trained" in person.html(test)
    test.slider(key="horizon").set_value(1).run().button(key="preset_works").click().run()
    assert "3 of 3 networks, pre-trained" in person.html(test)


def test_the_reports_settings_are_tested_on_days_of_their_own_and_say_what_is_so() -> None:
    test = app(models="LSTM").button(key="preset_report").click().run()
    assert re.search(r"Test set: \d+ forecasts, \d+ \w+ 20\d\d to ", told(test))
    assert "training days are included" not in told(test)
    assert "The training loss is measured with dropout on." in told(test)
    assert "validation" not in next(one.value for one in test.caption if "dropout" in one.value)
    assert "With a random split almost every day is in some training window" in told(test)


def test_the_study_goes_from_one_preset_to_the_other() -> None:
    for symbol in ablation.SYMBOLS:
        way = ablation.steps(symbol)
        first, *_, last = way.values()
        assert {"report": first[0], "works": last[0]} == presets(Spec(symbol=symbol))
        test = app(view="Ablation study", symbol=symbol)
        assert not test.exception
        table = test.dataframe[0].value.set_index("after the change")
        assert list(table.index) == list(way)
        assert table.loc["report", "validation skill score"] == "–"
        scores = table["test skill score"].str.split().str[0].str.replace("−", "-").astype(float)
        assert scores["early stopping"] > scores["returns"] > scores["chronological split"]
        assert symbol in told(test)


def test_networks_on_other_coins_are_those_that_come_along() -> None:
    table = app(view="Ablation study").dataframe[1].value.set_index("network")
    store = Store(str(settings.SHIPPED), shipped=None)
    for target, scaling in elsewhere.TARGETS.items():
        for symbol, name in COINS.items():
            key = runs.key("forecast", Spec(symbol=symbol, scaling=scaling), included.included(symbol))
            row = table.loc[f"LSTM on {target} of {name}"]
            assert row[f"skill score, {symbol}"] == pytest.approx(
                store.find("forecast", key).metrics["test_skill"], abs=1e-3
            )
    assert len(table) == 6


def test_the_sentence_names_the_best_baseline_and_what_to_change() -> None:
    told_ = person.html(app(scaling="training set", models="LSTM", symbol="BTC-USD"))
    assert "One day ahead, no network beats the baselines: the drift has a test RMSE of $" in told_
    assert "the range of the prices before, and 99% of its squared error comes from them." in told_
    assert hint() in told_
    test = app(models="LSTM", symbol="BTC-USD")
    best = person.html(test)
    assert "inear regression with 31" in best
    assert "before the test days a daily return explains" in best
    assert hint() not in best
    assert 0 <= float(test.dataframe[0].value.set_index("forecast").loc["LSTM", "p-value"]) <= 1
    assert "against the best baseline, linear regression." in person.said(test)


def shipped_key(seed: int = 0) -> str:
    (run,) = runs.of_spec("forecast", Spec(seed=seed), Store(str(settings.SHIPPED), shipped=None).list()[0])
    return run.key


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("horizon", ["1", "7"])
def test_every_view_draws_from_its_link(view: str, horizon: str) -> None:
    test = app(view=view, horizon=horizon, symbol="XMR-USD")
    assert not test.exception
    assert not test.error
    assert test.session_state["view"] == view
    assert test.session_state["symbol"] == "XMR-USD"
    if view == "Downloads":
        assert "prices.csv" in test.code[0].value
        assert person.files_lacking(test) == set()


def test_shipped_networks_are_applied_to_the_prices_of_the_day(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sources(monkeypatch, tmp_path, lambda symbol: real(symbol))
    asked = []

    def call(self, target: str, *arguments: object, **_: float) -> object:
        if target == "core.labs.crypto_forecasting.rivals:several":
            return dict.fromkeys(arguments[0])
        *_, inputs = arguments
        asked.append((target, inputs.shape))
        return np.zeros((len(inputs), 1))  # no return: same as yesterday

    monkeypatch.setattr(engine.Engine, "call", call)
    test = app()
    assert not test.exception
    assert asked == [("core.labs.crypto_forecasting.forecast:outputs", (500 - 31 + 1, 30, 1))] * 6
    table = forecasts(test)
    assert table.loc["LSTM", "MSE"] == pytest.approx(table.loc["naive forecast", "MSE"], rel=1e-3)
    assert "are applied to these prices" in told(test)
    assert "Training them on these takes about" in told(test)
    assert not test.warning


def test_a_network_of_these_prices_does_not_share_a_table_with_one_of_others(
    own_store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sources(monkeypatch, tmp_path, lambda symbol: real(symbol))
    shipped = cached.store().find("forecast", shipped_key())
    part = forecast.forecast_judge.own_test(Spec(), real()).part
    own = replace(shipped, key=runs.key("forecast", Spec(), real()), data=real().stamp())
    arrays = {"test": part.future + 2, "next": np.zeros((1, 1), "float32")}
    Store(str(own_store), shipped=None).put(own, b"weights", arrays)
    test = app()
    assert not test.exception
    table = forecasts(test)
    assert "hybrid" not in table.index
    assert table.loc["LSTM", "MSE"] == pytest.approx(4)
    assert "5 of 6 networks are not trained on these prices yet" in told(test)


def test_a_choice_without_a_stored_network_says_how_long_training_takes() -> None:
    test = app(models="GRU", epochs="50")
    assert "3 of 3 networks are not trained on these prices yet; about" in told(test)
    assert [button.label for button in test.button if button.key == "train_now"] == ["Train"]
    assert "naive forecast" in forecasts(test).index


def test_a_typed_symbol_that_nobody_knows_is_a_sentence() -> None:
    test = app(symbol="NOPE-USD")
    assert "No source has NOPE-USD" in test.error[0].value
    assert not test.exception
    assert "is not a symbol" in app(symbol="!!").error[0].value


def test_a_symbol_that_is_not_included_says_what_to_do_when_the_sources_are_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refused(symbol: str) -> Prices:
        raise SourceError("Yahoo Finance refuses for now, because of too many requests (429).")

    sources(monkeypatch, tmp_path, refused)
    said = app(symbol="ETH-USD").error[0].value
    assert "no prices of ETH-USD" in said
    assert "(429)" in said
    assert "upload a CSV file" in said


def test_any_symbol_that_a_source_has(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sources(monkeypatch, tmp_path, lambda symbol: real(symbol))
    test = app(symbol="ETH-USD")
    assert not test.error
    assert "not trained on these prices yet" in told(test)


def charts(test: AppTest) -> str:
    return " ".join(chart.proto.spec for chart in test.get("plotly_chart"))


def test_an_own_file_takes_the_place_of_the_sources() -> None:
    test = app(**SMALL)
    assert "US dollars" in charts(test)
    content = real().closes.rename("Close").rename_axis("Date").drop(pd.Timestamp("2023-08-01")).to_csv().encode()
    test.file_uploader(key="prices_file").set_value(("mine.csv", content, "text/csv")).run()
    assert test.selectbox(key="symbol").disabled
    assert "are in the currency of your file" in told(test)
    assert not test.exception
    assert not test.warning
    assert "1 day (2023-08-01) without a price" in told(test)
    assert "currency of your file" in charts(test)
    assert "US dollars" not in charts(test)
    assert "$" not in told(test)
    test.file_uploader(key="prices_file").set_value(
        ("bad.csv", b"Date,Close\n2020-01-01,12\nyesterday,13\n", "text/csv")
    )
    assert "Line 3" in test.run().error[0].value
    assert not test.selectbox(key="symbol").disabled
    assert "US dollars" in charts(test.file_uploader(key="prices_file").set_value([]).run())


def test_a_file_too_short_for_the_window_offers_no_training() -> None:
    content = real(days=150).closes.rename("Close").rename_axis("Date").to_csv().encode()
    test = app().file_uploader(key="prices_file").set_value([("short.csv", content, "text/csv")]).run()
    assert not [button for button in test.button if button.key == "train_now"]
    assert "leave 0 samples for the test set" in told(test)


def test_reset_removes_a_file_that_cannot_be_read(own_store: Path) -> None:
    test = app(**SMALL)
    test.file_uploader(key="prices_file").set_value(("wrong.csv", b"a;b\n1;2\n", "text/csv")).run()
    assert "wrong.csv" in test.error[0].value
    assert not test.get("plotly_chart")
    test.button(key="page_reset").click().run()
    assert not test.error
    assert "US dollars" in charts(test)
    assert not [button for button in test.button if button.label.startswith("Remove")]


def test_networks_of_a_chosen_coin_are_applied_to_an_own_file_beside_their_home() -> None:
    test = app()
    assert not [box for box in test.selectbox if box.key == "donor"]
    content = real().closes.rename("Close").rename_axis("Date").to_csv().encode()
    test.file_uploader(key="prices_file").set_value(("mine.csv", content, "text/csv")).run()
    assert "not trained on these prices yet" in told(test)
    test.selectbox(key="donor").select("XMR-USD").run()
    assert not test.exception
    assert "The networks were trained on XMR-USD" in told(test)
    assert "Home: the test set of XMR-USD" in told(test)
    table = next(frame.value for frame in test.dataframe if "your file" in frame.value).set_index("model")
    store, given = Store(str(settings.SHIPPED), shipped=None), included.included("XMR-USD")
    keys = [runs.key("forecast", Spec(symbol="XMR-USD", seed=seed), given) for seed in range(3)]
    mean = np.mean([store.find("forecast", key).metrics["test_skill"] for key in keys])
    home, there, change = (float(one.split()[0].replace("−", "-")) for one in table.loc["LSTM"])
    assert home == pytest.approx(mean, abs=5e-4)
    assert change == pytest.approx(there - home, abs=2e-3)


def test_a_baseline_has_no_spread_over_seeds() -> None:
    assert own_prices._told([0.25] * 3) == own_prices._told([0.25]) == "0.250"
    assert own_prices._told([-0.1, 0.1]) == "0.000 ± 0.141"


def test_several_tickers_of_an_own_file_are_a_choice() -> None:
    closes = real().closes
    frame = pd.DataFrame({("Close", "AAA"): closes, ("Close", "BBB"): closes * 2})
    frame.columns.names = ["Price", "Ticker"]
    test = app(**SMALL)
    test.file_uploader(key="prices_file").set_value(("two.csv", frame.to_csv().encode(), "text/csv")).run()
    assert "The file holds 2 price series; which one?" in test.error[0].value
    (box,) = [box for box in test.selectbox if "2 price series" in box.label]
    assert box.options == ["AAA", "BBB"]
    box.select("BBB").run()
    assert not test.error
    assert not test.exception
    preview = next(frame.value for frame in test.dataframe if "line" in frame.value)
    assert preview["close"].tolist()[0] == f"{2 * closes.iloc[0]:,.10g}"
    assert "Read as: comma between columns" in told(test)
    assert f"{len(closes):,} rows, {len(closes):,} days, 0 gaps" in told(test)


def test_trains_from_the_button_on_prices_that_travel_with_the_job(own_store: Path) -> None:
    test = train(app(**SMALL))
    assert not test.exception
    assert "All networks of this experiment are trained on these prices." in told(test)
    (run,) = [run for run in Store(str(own_store)).list()[0] if run.origin == "store"]
    assert (run.kind, run.spec["units"], run.data["last"]) == ("forecast", 4, "2021-07-06")
    assert forecasts(test).loc["LSTM", "RMSE"] == pytest.approx(run.metrics["test_rmse"], rel=1e-4)


def test_intervals_are_a_choice_of_the_view_and_change_no_key(own_store: Path) -> None:
    test = app(view="Prediction intervals", interval="adaptive", gamma="0.05", symbol="XMR-USD", seeds="1")
    frame = next(frame.value for frame in test.dataframe if "Winkler" in frame.value)
    assert frame["interval"].tolist() == 2 * ["constant", "scaled", "adaptive"]
    assert "All networks of this experiment are trained" in told(test) or "Saved networks" in told(test)
    assert (test.session_state["interval"], test.session_state["gamma"]) == ("adaptive", 0.05)
    assert not Store(str(own_store), shipped=None).list()[0]
    assert "The random split of the report has no validation set" in told(
        app(view="Prediction intervals", protocol="random split (report)")
    )


@pytest.mark.parametrize(("measure", "axis"), [("RMSE", "RMSE, US dollars, on the"), ("MASE", "MASE, on the")])
def test_an_axis_of_the_backtest_has_the_unit_of_its_measure(measure: str, axis: str) -> None:
    assert axis in charts(app(view="Backtest", measure=measure))


@pytest.mark.parametrize("symbol", ["LTC-USD", "BTC-USD"])  # no networks of Bitcoin come with both splits
def test_the_leak_shows_both_protocols_on_the_same_real_prices(symbol: str) -> None:
    test = app(view="Data leakage", symbol=symbol)
    table = forecasts(test)
    assert ("On the prices of this page, BTC-USD, there are no networks" in told(test)) == (symbol == "BTC-USD")
    assert "Trained and tested on LTC-USD, CoinMarketCap" in told(test)
    assert list(table.columns[:2]) == ["MSE, random", "MSE, chronological"]
    assert "MSE, US dollars" in charts(test)
    shipped = Store(str(settings.SHIPPED), shipped=None).list()[0]
    for column, protocol in zip(table.columns, ("report", "time-ordered"), strict=False):
        (run,) = runs.of_spec("forecast", as_reported(Spec(), protocol), shipped)
        assert table.loc["LSTM", column] == pytest.approx(run.metrics["test_mse"])
    assert [button for button in test.button if button.key == "train_leak"]
