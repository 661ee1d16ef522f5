"""Networks beside rivals: which are compared, the sentence on the difference, and the table."""

import numpy as np
import pytest

from core.learn import contest, paired
from core.learn.contest import Contest, Row
from core.learn.errors import mse
from core.learn.rivals import Beside, Difference, hint


def test_difference_of_a_worked_example() -> None:
    truth, forecasts, rival = np.zeros(4), [np.full(4, 3.0), np.full(4, 1.0)], np.full(4, 1.5)
    found = contest.difference(truth, forecasts, rival)
    assert found.value == pytest.approx(2 - 1.5)
    assert (found.samples, found.seeds, found.spread) == (4, 2, pytest.approx(2**0.5))
    assert not found.significant  # 0.5 is within twice the standard error over seeds, 2
    assert contest.difference(truth, forecasts, rival, mse).value == pytest.approx((9 + 1) / 2 - 2.25)


def test_days_are_needed_where_a_difference_is_not_significant() -> None:
    own, other = np.random.default_rng(0).normal(size=(2, 400))
    found = contest.difference(np.zeros(400), [own], other)
    assert found.p == pytest.approx(paired.p_value(own**2, other**2))
    assert found.days_needed == paired.days_needed(own**2, other**2) > 400
    assert contest.difference(np.zeros(400), [own + 2], other).days_needed == 0


def test_forecasts_of_several_days_are_tested_with_lags_that_cover_the_horizon(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(paired, "p_value", lambda own, other, lags: asked.append((own.shape, lags)) or 0.01)
    for horizon in (1, 14):
        truth = np.zeros((400, horizon))
        contest.difference(truth, [truth + 1], truth + 2)
    assert asked == [((400,), paired.usual_lags(400)), ((400,), 13)]
    assert paired.usual_lags(400) == 5


NAMES = {"lstm": "LSTM", "gru": "GRU", "linear": "linear regression", "naive": "naive forecast"}
COUNTS = {"lstm": 71_051, "linear": 11}


def said(network: float, rivals: dict[str, float], found: Difference | None, **more: object) -> str:
    made = contest.contest({"lstm": network}, rivals, {}, lambda *_: found)
    return made.summary(NAMES, COUNTS, "{:.2f} °C".format, **more)


BEHIND, AHEAD = Difference(0.30, 0.0002, 451, 5, 0.03), Difference(-0.35, 0.004, 1451, 1, 0.0)
CHANCE = Difference(-0.01, 0.61, 451, 5, 0.03, 9000)


def test_a_network_that_is_better_on_the_test_set_alone_is_named() -> None:
    by, errors = (
        {"lstm": CHANCE, "gru": AHEAD},
        ({"lstm": 2.84, "gru": 2.5}, {"naive": 2.85}, {"lstm": [1.0], "gru": [2.0]}),
    )
    made = contest.contest(*errors, lambda name, _: by[name])
    told = made.summary(NAMES, COUNTS, "{:.2f} °C".format, works=True)
    assert told.endswith("On the test set the GRU (p\xa0=\xa00.004) is significantly better than the naive forecast.")
    fitted = contest.contest(errors[0], {"linear": 2.85}, errors[2], lambda name, _: by[name])
    assert "better than linear regression." in fitted.summary(NAMES, COUNTS, "{:.2f} °C".format, works=True)
    by["gru"] = CHANCE
    made = contest.contest(*errors, lambda name, _: by[name])
    assert "On the test set" not in made.summary(NAMES, COUNTS, "{:.2f} °C".format, works=True)


def test_the_sentence_begins_with_the_better_one() -> None:
    assert said(2.96, {"linear": 2.66, "naive": 2.85}, BEHIND, unit=" at noon") == (
        "Linear regression with 11 weights has a test RMSE of 2.66 °C at noon, the LSTM with 71,051 of 2.96 °C. The "
        "difference of 0.30 °C is significant (paired test over 451 days: p\xa0<\xa00.001; standard deviation over 5 "
        f"seeds 0.03 °C). {hint()}"
    )
    assert said(2.5, {"naive": 2.85}, AHEAD, measure="MSE", noun="hours") == (
        "The LSTM with 71,051 weights has a test MSE of 2.50 °C, the naive forecast of 2.85 °C. The difference of "
        "0.35 °C is significant (paired test over 1,451 hours: p\xa0=\xa00.004; one seed)."
    )
    assert said(2.65, {"linear": 2.66}, CHANCE, works=True).endswith(
        "The difference of 0.01 °C is not significant (paired test over 451 days: p\xa0=\xa00.61; standard deviation "
        "over 5 seeds 0.03 °C)."
    )


def test_why_and_what_to_try_are_said_unless_the_network_is_significantly_better() -> None:
    for found, error in ((BEHIND, 2.96), (CHANCE, 2.65)):
        assert said(error, {"linear": 2.66}, found, why="Why: so.").endswith(f" Why: so. {hint()}")
        assert said(error, {"linear": 2.66}, found, why="Why: so.", works=True).endswith(" Why: so.")
    assert "Why" not in said(2.5, {"linear": 2.85}, AHEAD, why="Why: so.")
    assert said(2.5, {"naive": 2.85}, AHEAD, lead="Here ").startswith("Here the LSTM with")


def test_without_a_test_the_sentence_says_so() -> None:
    assert said(2.5, {"naive": 2.85}, None).endswith("split at random, so no paired test is valid.")
    assert Contest({"a": 1.0, "b": 2.0}, "a", "{}", "b", {"a": None}).caption(NAMES) == ""


def test_the_validation_error_over_seeds_chooses_the_network_that_is_compared() -> None:
    def made(validation: dict) -> Contest:
        return contest.contest({"lstm": 1.0, "gru": 2.0}, {"naive": 3.0}, validation, lambda *asked: asked)

    found = made({"lstm": [3.0, 1.0], "gru": [1.0, 2.0]})
    assert (found.chosen, found.named) == ("gru", "the {} (lowest validation error)")
    assert found.differences == {"lstm": ("lstm", "naive"), "gru": ("gru", "naive")}
    found = made({"lstm": [3.0, None], "gru": [1.0, 2.0]})
    assert (found.chosen, found.named) == ("lstm", "the {} (lowest test error, which flatters it)")


def test_the_caption_names_the_rival_and_the_days_that_a_test_would_take() -> None:
    told = contest.contest({"lstm": 1.0}, {"linear": 2.0}, {}, lambda *_: CHANCE).caption(NAMES)
    assert told.startswith(
        "p-value: paired test of the squared errors against the best baseline, linear regression. To"
    )
    assert "2% of the MSE, 9,000 test days would be needed (80% power, 5% level)" in told
    assert "needed" not in contest.contest({"lstm": 1.0}, {"linear": 2.0}, {}, lambda *_: AHEAD).caption(NAMES)


def test_the_table_has_means_over_seeds_and_the_spread_of_its_first_metric() -> None:
    rows = [
        Row("LSTM", 9, [{"rmse": 1.0, "mae": 3.0}, {"rmse": 3.0, "mae": 5.0}], 0.25),
        Row("naive forecast", 0, [{"rmse": 4.0, "mae": None}]),
    ]
    found = contest.table("forecast", rows, {"rmse": "RMSE", "mae": "MAE"}).set_index("forecast")
    assert list(found) == ["RMSE", "± RMSE", "p-value", "parameters", "MAE"]
    assert found.loc["LSTM"].tolist() == pytest.approx([2.0, 2**0.5, 0.25, 9, 4.0])
    assert found.loc["naive forecast"].isna().tolist() == [False, True, True, False, True]
    assert "± RMSE" not in contest.table("forecast", rows[1:], {"rmse": "RMSE", "mae": "MAE"})


def test_the_row_of_a_classifier_has_its_difference_from_the_best_rival_in_points() -> None:
    row = Row.beside("GRU", 7, [{"accuracy": 0.5}], Beside("linear model", [0.75], [-0.25], 0.01))
    found = contest.table("model", [row, Row("linear model", 3, [{"accuracy": 0.75}])], {"accuracy": "accuracy"})
    assert list(found) == ["model", "accuracy", "p-value", "difference", "parameters"]
    assert found.loc[0, ["p-value", "difference"]].tolist() == [0.01, -25]


def test_the_row_of_a_forecast_has_its_difference_from_the_best_rival_and_its_p_value() -> None:
    found = contest.contest({"lstm": 1.0}, {"linear": 2.0}, {}, lambda *_: AHEAD)
    row, rival = (found.row(key, NAMES.get(key, key), 3, [{"rmse": 1.0}]) for key in ("lstm", "linear"))
    assert (row.p, row.difference) == (AHEAD.p, AHEAD.value)
    assert (rival.p, rival.difference) == (None, None)


def test_a_network_that_is_significantly_worse_has_its_departures_as_reason() -> None:
    rng = np.random.default_rng(0)
    truth, rival = rng.normal(size=(2, 500))
    worse, better = rival + rng.normal(size=500), rival + 0.1 * (truth - rival)
    for forecast, sign in (
        (worse, "Why: where the network departs from the naive forecast, it adds more"),
        (better, ""),
    ):
        found = contest.contest(
            {"lstm": 2.0}, {"naive": 1.5}, {}, lambda *_, made=forecast: contest.difference(truth, [made], rival)
        )
        told = found.departure(NAMES, COUNTS, truth, [forecast], rival)
        assert told.startswith(sign)
        assert bool(told) == bool(sign)
    along = np.corrcoef(worse - rival, truth - rival)[0, 1]
    found = contest.contest({"lstm": 2.0}, {"linear": 1.5}, {}, lambda *_: BEHIND)
    assert found.departure(NAMES, COUNTS, truth, [worse], rival).endswith(
        f"departs from linear regression, it adds more error than it removes (correlation of its departures with the "
        f"errors there: {along:z.2f})."
    )
    untested = contest.contest({"lstm": 2.0}, {"linear": 1.5}, {}, lambda *_: None)
    assert untested.departure(NAMES, COUNTS, truth, [worse], rival) == ""


def test_a_small_p_value_that_seeds_outweigh_has_its_reason() -> None:
    assert "is not significant, since random seeds differ as much (paired test over 599 days: p\xa0=\xa00.04" in said(
        0.77, {"linear": 0.73}, Difference(0.04, 0.04, 599, 3, 0.09)
    )
    assert "since random seeds" not in said(0.77, {"linear": 0.73}, Difference(0.04, 0.4, 599, 3, 0.09))
