"""Phrases that sentences share."""

import datetime

import pandas as pd

from core.files import phrases


def test_days_have_no_leading_zero() -> None:
    assert phrases.day(datetime.date(2021, 7, 6)) == "6 July 2021"
    assert phrases.day(pd.Timestamp("2019-11-16"), "%b") == "16 Nov 2019"
    assert phrases.day("2019-11-06", "%b") == "6 Nov 2019"


def test_negative_numbers_get_a_minus_sign_and_hyphens_stay() -> None:
    told = phrases.minus("A score of -0.02 (-$5) to 2021-07-06, two-sided, in 10-90% and p-value 0.3.")
    assert told == "A score of −0.02 (−$5) to 2021-07-06, two-sided, in 10-90% and p-value 0.3."
