"""The simulated sample: tied to the real year ends, as restless as asked, reproducible, never called real."""

import numpy as np
import pandas as pd
import pytest

from core.errors import SymbolError
from core.prices.prices import COINS, check_symbol
from core.prices.sources import sample as price_sample


@pytest.mark.parametrize("symbol", COINS)
def test_passes_through_every_year_end(symbol: str) -> None:
    closes = price_sample.sample(symbol).closes
    ends = [closes[f"{year}-12-31"] for year in range(2014, 2023)]
    np.testing.assert_allclose(ends, price_sample.CLOSES[symbol], rtol=1e-9)
    assert (len(closes), closes.index[0], closes.index[-1]) == (
        2923,
        pd.Timestamp("2014-12-31"),
        pd.Timestamp("2022-12-31"),
    )


@pytest.mark.parametrize(("symbol", "volatility"), [("BTC-USD", 0.036), ("LTC-USD", 0.05), ("XMR-USD", 0.055)])
def test_is_as_restless_as_asked(symbol: str, volatility: float) -> None:
    """Within a year the log returns scatter as asked about that year's drift: 2,922 of them, so within 4 %."""
    returns = np.log(price_sample.sample(symbol).closes).diff().dropna()
    within = returns - returns.groupby(returns.index.year).transform("mean")
    assert within.std() == pytest.approx(volatility, rel=0.04)


def test_same_seed_same_path_and_another_for_each_seed_and_symbol() -> None:
    first = price_sample.sample("BTC-USD").values
    np.testing.assert_array_equal(first, price_sample.sample("BTC-USD").values)
    assert not np.allclose(first, price_sample.sample("BTC-USD", seed=1).values)
    returns = [np.diff(np.log(price_sample.sample(symbol).values)) for symbol in COINS]
    assert np.abs(np.corrcoef(returns) - np.eye(3)).max() < 0.2


@pytest.mark.parametrize("symbol", COINS)
def test_calls_itself_simulated(symbol: str) -> None:
    made = price_sample.sample(symbol)
    assert made.provenance.simulated
    assert made.stamp()["simulated"]
    assert made.provenance.sentence().startswith("Simulated, not real prices")
    assert (made.values > 0).all()


def test_bridge_without_restlessness_is_a_straight_line() -> None:
    path = price_sample.bridge(1.0, 3.0, 4, 0.0, np.random.default_rng(0))
    np.testing.assert_allclose(path, [1.5, 2.0, 2.5, 3.0])


def test_there_is_none_of_other_symbols() -> None:
    with pytest.raises(SymbolError, match="no simulated sample of AAPL"):
        price_sample.sample("AAPL")


@pytest.mark.parametrize(
    ("text", "symbol"), [("btc-usd", "BTC-USD"), ("eur=x", "EUR=X"), ("^gspc", "^GSPC"), ("brk-b ", "BRK-B")]
)
def test_symbols_as_people_type_them(text: str, symbol: str) -> None:
    assert check_symbol(text) == symbol
