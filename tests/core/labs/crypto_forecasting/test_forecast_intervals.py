"""Intervals of a stored network: fitted on its validation days, wherever the prices come from, and on no later ones."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import settings
from core.errors import StoreError
from core.labs.crypto_forecasting import forecast, intervals as forecast_intervals, judge as forecast_judge
from core.labs.crypto_forecasting.intervals import NAIVE, NETWORK, Measured
from core.labs.crypto_forecasting.spec import Spec, as_reported
from core.prices import baselines, conformal, splits as forecast_data
from core.prices.conformal import Forecasts
from core.prices.prices import Prices, Provenance
from core.prices.sources.included import included
from core.runs import runs
from core.runs.store import Run, Store

DAYS = 900
RNG = np.random.default_rng(8)
CLOSES = 50 * np.exp(np.cumsum(RNG.normal(0, 0.03 + 0.02 * np.sin(np.arange(DAYS) / 40))))


def prices_of(closes: np.ndarray, first: str = "2020-01-01") -> Prices:
    days = pd.date_range(first, periods=len(closes))
    return Prices(pd.Series(closes, index=days, name="close"), Provenance("a test", "LTC-USD", "", "", ""))


def shipped(reported: bool = False) -> Run:
    """The shipped run of the defaults, as if trained on the prices above."""
    chosen = as_reported(Spec(), "report") if reported else Spec()
    (run,) = runs.of_spec("forecast", chosen, Store(str(settings.SHIPPED), shipped=None).list()[0])
    run.data["rows"] = DAYS
    run.facts["learned_until"] = forecast_judge.learned_until(chosen, prices_of(CLOSES))
    return run


def test_the_days_to_fit_on_are_the_validation_days_of_the_training() -> None:
    run, prices = shipped(), prices_of(CLOSES)
    days = forecast_intervals.fitted_days(run, prices)
    assert days == forecast_data.cut_days(DAYS)[:2]
    scaling = forecast.scaling_of(run)
    part = forecast_data.stretch(CLOSES[: days[1]], 30, 1, scaling, days[0])
    own = forecast_data.time_ordered(CLOSES, 30, 1, scaling.kind, forecast_data.cut_days(DAYS)).validation
    np.testing.assert_array_equal(part.origins, own.origins)
    np.testing.assert_array_equal(part.future, own.future)
    longer = prices_of(np.concatenate([np.full(40, 50.0), CLOSES]), "2019-11-22")
    assert forecast_intervals.fitted_days(run, longer) == (days[0] + 40, days[1] + 40)
    assert forecast_intervals.fitted_days(run, prices_of(CLOSES, "2023-01-01")) is None
    assert forecast_intervals.fitted_days(shipped(reported=True), prices) is None


def measured(monkeypatch: pytest.MonkeyPatch, closes: np.ndarray) -> tuple[Measured, Forecasts]:
    """Intervals of a network that says nothing new, on all days after its validation days."""
    monkeypatch.setattr(forecast, "outputs", lambda chosen, key, store, inputs: np.zeros((len(inputs), 1)))
    run, days = shipped(), forecast_data.cut_days(DAYS)[:2]
    origins = np.arange(days[1], DAYS - 1)
    tested = Forecasts(closes[origins + 1][:, None], 1.01 * baselines.naive(closes, origins, 1), origins)
    return forecast_intervals.measure(run.spec, run.key, str(settings.SHIPPED), closes, days, tested, 0.02), tested


@pytest.mark.parametrize("day", [750, 800, 890])
def test_days_after_a_day_change_no_interval_and_no_third_up_to_it(monkeypatch: pytest.MonkeyPatch, day: int) -> None:
    (made, tested), (again, _) = (
        measured(monkeypatch, values) for values in (CLOSES, np.where(np.arange(DAYS) > day, 7 * CLOSES, CLOSES))
    )
    known = tested.origins <= day
    assert set(made.bands) == {(who, kind) for who in (NETWORK, NAIVE) for kind in conformal.KINDS}
    for name, band in made.bands.items():
        for edge, other in zip(band, again.bands[name], strict=True):
            np.testing.assert_array_equal(edge[known], other[known])
            assert not np.array_equal(edge, other)
    np.testing.assert_array_equal(made.sigma[known], again.sigma[known])
    np.testing.assert_array_equal(made.edges, again.edges)


def test_the_table_has_both_forecasts_with_every_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    made, tested = measured(monkeypatch, CLOSES)
    frame = forecast_intervals.table(made, tested.truth, 0, "LSTM")
    assert frame["forecast"].tolist() == ["LSTM"] * 3 + ["naive forecast"] * 3
    assert frame["interval"].tolist() == 2 * list(conformal.KINDS)
    low, high = made.bands[NAIVE, "scaled"]
    row = frame.iloc[4]
    assert row["coverage"] == pytest.approx(((tested.truth >= low) & (tested.truth <= high)).mean())
    assert row["width, %"] == pytest.approx(100 * np.log(high / low).mean())
    rough = made.sigma >= made.edges[1]
    assert 20 < rough.sum() < 150
    assert row["rough"] == pytest.approx(((tested.truth >= low) & (tested.truth <= high))[rough].mean())
    np.testing.assert_allclose(frame["Winkler"], 20 * frame["pinball"])
    told = forecast_intervals.sentence(frame, "LSTM")
    best = frame.iloc[:3].set_index("interval")["Winkler"]
    naive = frame.iloc[3:].set_index("interval")["Winkler"]
    assert told.endswith(
        f"intervals, “{conformal.KINDS[best.idxmin()]}” has the lowest Winkler score: {best.min():.2f}. "
        f"Around the naive forecast the lowest is {naive.min():.2f} (“{conformal.KINDS[naive.idxmin()]}”), "
        f"{abs(naive.min() / best.min() - 1):.1%} {'lower' if naive.min() < best.min() else 'higher'}."
    )
    assert f"a constant width covers {frame.iloc[0]['calm']:.0%} of the calm" in told
    scaled, constant = frame.iloc[4], frame.iloc[3]
    assert np.ptp([scaled["calm"], scaled["rough"]]) < np.ptp([constant["calm"], constant["rough"]])


def test_a_network_that_was_deleted_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no longer saved"):
        forecast_intervals.measure({}, "gone", str(tmp_path), CLOSES, (1, 2), None, 0.02)


def test_the_figures_have_the_coverage_on_the_included_prices() -> None:
    rows = [row.split(" | ") for row in forecast_intervals.rows("XMR-USD", included("XMR-USD").values)]
    assert [row[1] for row in rows] == list(conformal.KINDS.values())
    told = [" / ".join(f"{float(cell.split()[0]):.0%}"[:-1] for cell in row[4:7]) + "%" for row in rows]
    words = " ".join((settings.PROJECT / "docs" / "figures.md").read_text().split())
    assert f"rougher than the validation days before them, it is {told[0]}, {told[1]} and {told[2]}." in words
