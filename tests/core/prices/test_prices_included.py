"""Test the prices included with the project."""

import numpy as np
import pandas as pd
import pytest

from core.errors import SymbolError
from core.prices.prices import COINS
from core.prices.sources import included

CARD = (included.FOLDER / "CARD.md").read_text()


@pytest.mark.parametrize("symbol", COINS)
def test_rows_are_whole_ordered_and_as_the_card_says(symbol: str) -> None:
    bars = included.bars(symbol)
    assert tuple(bars.columns) == included.COLUMNS
    assert bars.index.is_unique
    assert bars.index.is_monotonic_increasing
    assert np.isfinite(bars.to_numpy()).all()
    assert (bars[["open", "high", "low", "close"]] > 0).all(axis=None)
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()
    first, last = bars.index[[0, -1]].strftime("%Y-%m-%d")
    missing = pd.date_range(first, last).difference(bars.index).strftime("%Y-%m-%d")
    told = f"| {symbol}.parquet | {COINS[symbol]} | {first} | {last} | {len(bars):,} | {', '.join(missing) or 'none'} |"
    assert told in CARD


@pytest.mark.parametrize("symbol", COINS)
def test_closes_cover_every_day_and_report_the_filled_one(symbol: str) -> None:
    prices = included.included(symbol)
    assert (np.diff(prices.days) == np.timedelta64(1, "D")).all()
    assert not prices.provenance.simulated
    assert not prices.own
    assert prices.provenance.filled == (("2014-06-05",) if symbol == "XMR-USD" else ())
    if symbol == "XMR-USD":
        assert prices.closes["2014-06-05"] == prices.closes["2014-06-04"]


def test_other_symbols_are_named() -> None:
    with pytest.raises(SymbolError, match="BTC-USD, LTC-USD, XMR-USD"):
        included.bars("ETH-USD")
