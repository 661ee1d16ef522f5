"""The rollout's page by AppTest: every view from its link, the animation by its buttons, training, the ledger."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import settings
from core.errors import SourceError
from core.files.phrases import minus
from core.jobs import engine
from core.labs.bitcoin_rollout import fans
from core.prices.prices import Prices, Provenance
from core.prices.sources import cache as price_cache
from core.ui import background, cached, prices as forecast_prices
from core.ui.uploads import uploads
from tests.pages import person
from tests.pages.person import said, train

ROOT = settings.PROJECT
PAGE = "pages/bitcoin_rollout.py"
DAYS = 400


def down(symbol: str) -> Prices:
    raise SourceError("No source could be reached.")


def real(symbol: str) -> Prices:
    """Prices up to yesterday, as a source would give them."""
    today = pd.Timestamp.now("UTC").tz_localize(None).normalize()
    days = pd.date_range(end=today - pd.Timedelta("1D"), periods=DAYS, name="day").as_unit("us")
    closes = 20_000 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.03, DAYS)))
    told = Provenance(
        "test", symbol, f"{days[0]:%Y-%m-%d}", f"{days[-1]:%Y-%m-%d}", pd.Timestamp.now("UTC").isoformat()
    )
    return Prices(pd.Series(closes, index=days, name="close"), told)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home without network."""
    monkeypatch.setenv("TAMRIN_HOME", str(tmp_path))
    monkeypatch.setattr(price_cache.price_live, "fetch", down)
    monkeypatch.setattr(forecast_prices.price_process, "fetch", down)
    monkeypatch.setattr(price_cache.PriceBook.__init__, "__defaults__", (None, down, price_cache.time.time))
    for cache in (cached.store, forecast_prices.book):
        cache.clear()
    yield tmp_path
    for cache in (cached.store, forecast_prices.book):
        cache.clear()
    uploads.keeper().close()  # it would keep files of later tests in this home
    uploads._keeper.cache_clear()
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture(scope="module", autouse=True)
def _own_workers() -> Iterator[None]:
    """Workers have the home that stood in their environment when they began: no other file is to meet these."""
    yield
    person.end_engine()


@pytest.fixture
def live_prices(home: Path) -> Path:
    """The same home with real prices of yesterday in the book."""
    price_cache.PriceBook(home / "prices").put(real("BTC-USD"))
    return home


app = partial(person.app, PAGE)


def button(test: AppTest, key: str):
    return next(b for b in test.button if b.key == key)


def test_first_paint_without_network_is_a_result_on_the_included_prices(home: Path) -> None:
    test = app()
    assert not test.exception
    assert not test.error
    assert "No price source answers. Real closes to 6 July 2021, included with the project" in said(test)
    table = test.dataframe[0].value.set_index("forecast")
    assert list(table.index) == ["LSTM, 3 seeds", "naive forecast", "drift", "moving average", "linear regression"]
    assert table.loc["linear regression", "skill score"] > table.loc["LSTM, 3 seeds", "skill score"]
    assert "One day ahead, linear regression with 61 weights has a test RMSE of $" in person.html(test)
    assert "standard deviation over 3 seeds $" in person.html(test)
    assert 0.05 < float(table.loc["LSTM, 3 seeds", "p-value"]) < 1
    assert table.loc["naive forecast", "skill score"] == 0
    assert engine._engine is None or "worker" not in said(test)


def test_presets_set_network_and_input(home: Path) -> None:
    test = app(units="8", epochs="5").button(key="preset_report").click().run()
    assert not test.exception
    state = test.session_state
    assert (state["scaling"], state["epochs"], state["units"]) == ("train", 100, 24)
    assert "3 of 3 random seeds, pre-trained, on days to <time>2019-11-15</time>" in person.html(test)
    assert [chart.key for chart in test.get("plotly_chart")] == ["parts", "predictions", "loss"]
    assert "squared error comes from them." in person.html(test)
    assert "not because the network knows the direction" not in said(test)  # they are not close
    test.button(key="preset_works").click().run()
    assert (state["scaling"], state["epochs"]) == ("returns", 30)
    assert "3 of 3 random seeds, pre-trained" in person.html(test)


@pytest.mark.parametrize("view", ["Multi-step forecast", "Window study", "Live", "Downloads", "Theory"])
def test_every_view_draws_from_its_link(view: str, home: Path) -> None:
    test = app(view=view)
    assert not test.exception
    assert not test.error
    assert test.session_state["view"] == view
    if view == "Window study":
        assert "12 of 12 networks, 20 epochs each" in said(test)
        assert "Random seeds alone may explain the difference (permutation test of 12 networks: p\xa0=\xa00." in said(
            test
        )
        assert "For these networks alone, over the test days, the difference is " in said(test)
    if view == "Downloads":
        assert person.files_lacking(test) == set()
        assert "prices.csv" in test.code[0].value
        assert "else 180\n" in test.code[0].value  # days, as the page shows
    if view == "Live":
        assert "there are no live prices" in said(test)
        assert "come back tomorrow" not in said(test)
        assert not (home / "ledger").exists()


def test_the_animation_steps_plays_pauses_and_starts_again(home: Path) -> None:
    test = app(view="Multi-step forecast", days="30", paths="50")
    assert "Step 30 of 30" in said(test)
    assert "The window has 31 observed days and 29 of its own forecasts." in said(test)
    button(test, "step").click().run()
    assert "Step 1 of 30" in said(test)
    assert "has 60 observed days and 0 of its own forecasts" in said(test)
    button(test, "step").click().run()
    assert "Step 2 of 30" in said(test)
    assert "has 59 observed days and 1 of its own forecasts" in said(test)
    button(test, "play").click().run()
    assert button(test, "play").label == "Pause"
    assert "Step 4 of 30" in said(test)  # two days a tick
    button(test, "play").click().run()
    assert button(test, "play").label == "Start"
    button(test, "restart").click().run()
    assert "Step 1 of 30" in said(test)
    assert not test.exception


def test_a_backtest_stands_against_what_happened(home: Path) -> None:
    test = app(view="Multi-step forecast", days="30", paths="50", back="100")
    assert "Forecast origin: 28 March 2021" in said(test)
    assert "of the following 30 days lie inside" in said(test)
    assert "it has seen the days after this origin" not in said(test)
    early = app(view="Multi-step forecast", days="30", paths="50", back="1200")
    assert "it has seen the days after this origin" in said(early)


def test_the_fan_is_judged_by_a_worker(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def call(target: str, *arguments, timeout: float) -> fans.Judged:
        asked.append((target, timeout))
        monkeypatch.setattr(fans, "ORIGINS", 12)
        return fans.judged(*arguments)

    monkeypatch.setattr(background, "call", call)
    test = app(view="Prediction interval")
    assert not test.exception
    assert not test.error
    assert asked == [("core.labs.bitcoin_rollout.fans:judged", fans.COMPUTE_SECONDS)]
    table = next(frame.value for frame in test.dataframe if "Winkler" in frame.value)
    assert table["forecast"].tolist() == 3 * ["LSTM"] + 3 * ["random walk"]
    assert "12 forecast origins, about" in said(test)
    assert "The network's 80% prediction interval covers" in said(test)


def test_prices_that_the_network_was_trained_on_judge_no_fan(home: Path) -> None:
    days = [f"{day:%Y-%m-%d}" for day in pd.date_range("2016-01-01", periods=DAYS)]
    closes = [f"{day},{value}" for day, value in zip(days, real("X").values, strict=True)]
    test = app(view="Prediction interval")
    content = "\n".join(["Date,Close", *closes]).encode()
    test.file_uploader(key="prices_file").set_value(("old.csv", content, "text/csv")).run()
    assert not test.exception
    assert "these prices have 0" in test.error[0].value


def test_impossible_input_is_a_sentence(home: Path) -> None:
    assert "is not a symbol" in app(symbol="no such thing!").error[0].value


def test_a_symbol_without_a_network_shows_its_series_and_offers_training(home: Path) -> None:
    test = app(symbol="LTC-USD")
    assert "No model of this experiment is trained yet" in said(test)
    assert button(test, "train_now")


def test_the_live_view_writes_one_forecast_for_today_into_the_ledger(live_prices: Path) -> None:
    for _ in range(2):
        test = app(view="Live")
        assert not test.exception
        assert not test.error
    lines = (live_prices / "ledger" / "BTC-USD.jsonl").read_text().splitlines()
    assert len(lines) == 1
    assert f'"day": "{pd.Timestamp.now("UTC"):%Y-%m-%d}"' in lines[0]
    assert "No forecast can be scored yet" in said(test)


@pytest.mark.slow
def test_training_from_the_page_is_stored_with_the_prices_it_came_from(live_prices: Path) -> None:
    person.end_engine()  # workers of earlier tests have their temporary files in a home that is gone
    query = {"window": "5", "units": "4", "layers": "1", "epochs": "2", "seeds": "1", "direct": "2"}
    test = app(**query)
    assert "2 of 2 networks are not trained on these prices yet" in said(test)
    train(test)
    assert "All networks of this experiment are trained on these prices." in said(test)
    assert test.dataframe[0].value["forecast"].iloc[0] == "LSTM, 1 seed"
    assert len(list((live_prices / "runs" / "rollout").glob("*/run.json"))) == 2


def test_an_own_file_says_how_it_was_understood_and_asks_what_it_leaves_open(home: Path) -> None:
    closes = [(day, f"{close / 1000:.3f}".replace(".", ",")) for day, close in real("X").closes.items()]
    content = "\n".join(["Datum;Schluss", *(f"{day:%d.%m.%Y};{close}" for day, close in closes)]).encode()
    test = app()
    test.file_uploader(key="prices_file").set_value(("mine.csv", content, "text/csv")).run()
    assert not test.exception
    assert "Read as: semicolon between columns, comma as decimal separator, dd.mm.yyyy in 'Datum'" in said(test)
    assert "Home: the test set of BTC-USD" in said(test)
    assert "MINE: training and test data" in [heading.value for heading in test.subheader]
    assert "MINE, the file mine.csv" in person.html(test)
    assert "Nothing is trained on your file." in said(test)
    assert "$" not in said(test).replace(r"\$", "$")
    assert '"dollar"' not in " ".join(frame.proto.columns for frame in test.dataframe)
    table = next(frame.value for frame in test.dataframe if "your file" in frame.value).set_index("model")
    errors = next(frame.value for frame in test.dataframe if "± RMSE" in frame.value).set_index("forecast")
    score = minus(f"{errors['skill score'].iloc[0]:.3f} ± ")
    assert table.loc["LSTM", "your file"].startswith(score)
    (box,) = [box for box in test.selectbox if box.label == "Which character is the decimal separator?"]
    box.select(".").run()
    assert not test.exception
    assert "point as decimal separator" in said(test)
