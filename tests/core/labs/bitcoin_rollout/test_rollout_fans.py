"""The judged fan: a network that repeats the last price on walks whose fan is known, and no look at later days."""

from types import SimpleNamespace

import numpy as np
import pytest

from core.errors import SpecError
from core.labs.bitcoin_rollout import fans
from core.labs.bitcoin_rollout.fans import NETWORK, STEPS, WALK, Judged
from core.labs.bitcoin_rollout.network import Network
from core.prices import compare, intervals

DAYS, START = 700, 450
CLOSES = 100 * np.exp(np.cumsum(np.random.default_rng(3).normal(0.001, 0.03, DAYS)))
RUN = SimpleNamespace(spec={"window": 5}, facts={"scaling": {"kind": "returns", "offset": 0.0, "scale": 1.0}})


def still() -> Network:
    """A network that says: no return tomorrow."""
    zeros = np.zeros
    layer = zeros((1, 8), np.float32), zeros((2, 8), np.float32), zeros(8, np.float32)
    return Network((layer,), zeros((2, 1), np.float32), zeros(1, np.float32))


@pytest.fixture(scope="module")
def judged() -> Judged:
    return fans.judge(RUN, still(), CLOSES, START)


def test_origins_leave_room_for_all_days_ahead_and_for_errors_before() -> None:
    found = fans.origins(RUN, START, DAYS)
    assert (found[0], found[-1], len(found)) == (START - 1, DAYS - 1 - STEPS, fans.ORIGINS)
    assert fans.origins(RUN, 0, DAYS)[0] == 5 + 20  # the first whole window of returns ends on day 5
    with pytest.raises(SpecError, match=r"at least 40 days after the training; these prices have 39"):
        fans.origins(RUN, DAYS - 39, DAYS)
    assert len(fans.origins(RUN, DAYS - 40, DAYS)) == 11


def test_the_random_walk_by_hand() -> None:
    """Log returns 0.02 and 0.04 by turns: mean 0.03, deviation 0.0100 (n - 1); the 97.5% quantile is 1.96 of them."""
    closes = 50 * np.exp(np.cumsum(np.tile([0.02, 0.04], 400)))
    made = fans.walk(closes, 700)
    assert made.shape == (6, STEPS)
    deviation = 0.01 * np.sqrt(365 / 364)
    assert made[-1, 8] == pytest.approx(closes[700] * np.exp(9 * 0.03 + 1.959964 * 3 * deviation), rel=1e-3)
    assert made[1, 0] == pytest.approx(closes[700] * np.exp(0.03 - 1.281552 * deviation), rel=1e-3)
    np.testing.assert_allclose(fans.LEVELS, [0.025, 0.1, 0.25, 0.75, 0.9, 0.975])


def test_days_after_an_origin_change_none_of_its_fans(judged: Judged) -> None:
    day = int(judged.origins[20])
    poisoned = np.where(np.arange(DAYS) > day, 9 * CLOSES, CLOSES)
    again = fans.judge(RUN, still(), poisoned, START)
    for who, made in judged.quantiles.items():
        np.testing.assert_allclose(again.quantiles[who][:21], made[:21], rtol=1e-6)
        assert not np.allclose(again.quantiles[who][21:], made[21:])


def test_a_network_that_repeats_the_price_has_the_fan_of_a_random_walk(judged: Judged) -> None:
    assert judged.truth.shape == (40, STEPS)
    np.testing.assert_array_equal(judged.truth[:, 2], CLOSES[judged.origins + 3])
    for who in (NETWORK, WALK):
        covered = fans.reached(judged)[who]
        assert covered[0.5].mean() < covered[0.8].mean() < covered[0.95].mean()
        assert covered[0.8].mean() == pytest.approx(0.8, abs=0.15)
    widths = [np.log(np.divide(*judged.bounds(who, 0.8)[::-1])).mean() for who in (NETWORK, WALK)]
    assert widths[0] == pytest.approx(widths[1], rel=0.1)
    low, high = judged.bounds(WALK, 0.95)
    np.testing.assert_array_equal(low, judged.quantiles[WALK][:, 0])
    np.testing.assert_array_equal(high, judged.quantiles[WALK][:, 5])


def test_table_and_sentences_have_the_figures_of_the_fans(judged: Judged) -> None:
    frame = fans.table(judged)
    assert list(zip(frame["forecast"], frame["nominal"], strict=True)) == [
        (who, share) for who in (NETWORK, WALK) for share in (0.5, 0.8, 0.95)
    ]
    low, high = judged.bounds(WALK, 0.8)
    row = frame.iloc[4]
    hit = (judged.truth >= low) & (judged.truth <= high)
    assert (row["coverage"], row["day 1"], row["day 30"]) == (
        pytest.approx(hit.mean()),
        pytest.approx(hit[:, 0].mean()),
        pytest.approx(hit[:, 29].mean()),
    )
    logs = [100 * np.log(values) for values in (judged.truth, low, high)]
    assert row["Winkler"] == pytest.approx(intervals.winkler(*logs, 0.8))
    assert judged.losses(WALK).mean() == pytest.approx(frame["pinball"][3:].mean())
    told = fans.sentence(judged)
    assert f"that of the random walk {hit.mean():.0%}" in told
    own, other = judged.losses(NETWORK), judged.losses(WALK)
    lags = 6  # origins are 5.7 days apart: the next six share days
    test = compare.of_losses(own, other, lags, "pinball loss", judged.spacing)
    assert told.endswith(f"{own.mean():.2f} against {other.mean():.2f}. {test}")
    assert "only 8 would fit without overlap, so a coverage of 80% is uncertain by about ± 28 points" in fans.precision(
        judged
    )
