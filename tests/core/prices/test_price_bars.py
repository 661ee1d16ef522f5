"""Daily bars: every source fills them, they are repaired with their closes, and no fingerprint depends on them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest

from core.prices import files
from core.prices.prices import BARS, Prices
from core.prices.sources import included, process, repair
from core.prices.sources.cache import PriceBook

TODAY = pd.Timestamp("2022-01-01")


def candles(days: int = 80) -> pd.DataFrame:
    """Consistent bars from 1 January 2021 on; the volume counts the days."""
    rng = np.random.default_rng(3)
    opened, closed = rng.uniform(100, 110, (2, days))
    high, low = np.maximum(opened, closed) + 1, np.minimum(opened, closed) - 1
    values = np.stack([opened, high, low, closed, np.arange(days) + 1.0], axis=1)
    return pd.DataFrame(values, pd.date_range("2021-01-01", periods=days), list(BARS))


def made(raw: pd.DataFrame | pd.Series) -> Prices:
    return repair.make(raw, TODAY, source="a test", symbol="BTC-USD", downloaded="2021-06-01T00:00:00+00:00")


def test_bars_come_out_as_given_and_change_no_close_and_no_fingerprint() -> None:
    raw = candles()
    found, closes = made(raw), made(raw["close"])
    pd.testing.assert_frame_equal(found.bars, raw, check_names=False, check_freq=False, check_index_type=False)
    pd.testing.assert_series_equal(found.closes, closes.closes)
    assert found.fingerprint == closes.fingerprint
    assert closes.bars is None


def test_a_filled_day_stands_still_without_volume() -> None:
    raw = candles()
    found = made(raw.drop(raw.index[[20, 21]]))
    assert found.provenance.filled == ("2021-01-21", "2021-01-22")
    assert found.bars.iloc[21].tolist() == [raw["close"].iloc[19]] * 4 + [0]
    assert found.provenance.flat == ()
    assert found.bars.index.equals(found.closes.index)


def test_impossible_bars_are_set_flat_and_told() -> None:
    raw = candles()
    raw.loc[raw.index[5], "high"] = raw["close"].iloc[5] - 0.5
    raw.loc[raw.index[6], "open"] = np.nan
    raw.loc[raw.index[7], "volume"] = np.nan
    found = made(raw)
    assert found.provenance.flat == ("2021-01-06", "2021-01-07")
    assert "2 days (2021-01-06, 2021-01-07) without a usable open, high and low" in found.provenance.repairs()[0]
    for row in (5, 6):
        assert found.bars[["open", "high", "low", "close"]].iloc[row].tolist() == [raw["close"].iloc[row]] * 4
    assert found.bars["volume"].iloc[[5, 7]].tolist() == [6, 0]


def test_columns_that_only_bear_the_names_are_no_bars() -> None:
    raw = candles()
    raw["high"] = 1.0
    assert made(raw).bars is None


def test_the_last_of_repeated_rows_counts_as_a_whole() -> None:
    raw = candles()
    found = made(pd.concat([raw, raw.iloc[[9]] * 2]))
    assert found.bars.iloc[9].tolist() == (raw.iloc[9] * 2).tolist()


def test_included_prices_have_them() -> None:
    found = included.included("XMR-USD")
    raw = included.bars("XMR-USD")
    np.testing.assert_array_equal(found.bars.loc[raw.index], raw)
    assert found.bars.loc["2014-06-05", "volume"] == 0


def test_they_pass_through_the_process_and_the_disk(tmp_path: Path) -> None:
    prices = made(candles())
    through = process._of_json(process._as_json(prices).encode())
    pd.testing.assert_frame_equal(through.bars, prices.bars, check_freq=False, check_names=False)
    now = pd.Timestamp("2021-06-01", tz="UTC").timestamp()
    book = PriceBook(tmp_path, lambda symbol: prices, lambda: now)
    book.put(prices)
    pd.testing.assert_frame_equal(book.get("BTC-USD").prices.bars, prices.bars, check_freq=False, check_names=False)


def test_an_older_file_of_closes_is_still_read(tmp_path: Path) -> None:
    prices = made(candles())
    book = PriceBook(tmp_path, lambda symbol: prices, lambda: pd.Timestamp("2021-06-01", tz="UTC").timestamp())
    book.put(replace(prices, bars=None))
    assert pyarrow.parquet.read_table(tmp_path / "BTC-USD.parquet").column_names == ["close", "day"]
    shown = book.get("BTC-USD")
    assert shown.prices.bars is None
    assert shown.prices.fingerprint == prices.fingerprint


def test_a_file_of_closes_has_none(tmp_path: Path) -> None:
    text = candles()["close"].rename_axis("Date").to_frame("Close").to_csv()
    assert files.read(text.encode(), "closes.csv").bars is None


@pytest.mark.parametrize(
    ("heads", "separator", "decimal"),
    [
        (("Open", "High", "Low", "Close", "Volume"), ",", "."),
        (("Eröffnung", "Hoch", "Tief", "Schluss", "Volumen"), ";", ","),
        (("Open", "High", "Low", "Price", "Vol."), "\t", "."),
    ],
)
def test_a_file_with_their_columns_has_them(heads: tuple[str, ...], separator: str, decimal: str) -> None:
    raw = candles().round(2)
    text = raw.set_axis(list(heads), axis=1).rename_axis("Date").to_csv(sep=separator, decimal=decimal)
    found = files.read(text.encode(), "bars.csv")
    np.testing.assert_allclose(found.bars, raw)
    assert tuple(found.bars.columns) == BARS


def test_bars_of_an_adjusted_close_are_left_out() -> None:
    text = candles().rename(columns={"close": "Adj Close"}).rename_axis("Date").to_csv()
    assert files.read(text.encode(), "adjusted.csv").bars is None


def test_of_several_series_the_chosen_one_has_its_own_bars() -> None:
    first, second = candles(), candles() * 2
    wide = pd.concat([first.add_prefix("BTC "), second.add_prefix("LTC ")], axis=1).rename_axis("Date")
    found = files.read(wide.to_csv().encode(), "wide.csv", {"ticker": "LTC"})
    np.testing.assert_allclose(found.bars, second)
