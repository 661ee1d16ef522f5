"""A network on a user's own daily weather, beside its test days."""

import numpy as np
import pandas as pd
import pytest

from core import labs, settings
from core.errors import TableError
from core.labs.recurrent_cells import own_file, rivals, weather
from core.labs.recurrent_cells.weather import Spec
from core.runs import runs
from core.runs.store import Run, Store

STORE = Store(str(settings.SHIPPED), shipped=None)
WORKS = weather.presets()["works"]


def stored(chosen: Spec) -> Run:
    return STORE.find("weather", runs.key("weather", chosen))


def csv(frame: pd.DataFrame) -> bytes:
    return frame.rename_axis("date").to_csv().encode()


def judged(frame: pd.DataFrame | bytes, chosen: Spec = WORKS):
    content = frame if isinstance(frame, bytes) else csv(frame)
    return labs.own_upload("weather", stored(chosen).key, STORE.url, content, "mine.csv")


@pytest.mark.parametrize("chosen", [WORKS, weather.presets()["report"]], ids=["works", "report"])
def test_the_test_days_as_a_file_give_the_errors_at_home(chosen: Spec) -> None:
    first = chosen.train + chosen.validation  # the window of the first test day begins here
    found = judged(weather.table().iloc[first:], chosen)
    run = stored(chosen)
    network, linear, naive = found.models
    for model in found.models:
        assert found.score(model.there) == pytest.approx(found.score(model.home), rel=1e-4)
    assert found.score(network.there) == pytest.approx(run.metrics["test_rmse"], rel=1e-4)
    beside = {one.name: one.metrics["test_rmse"] for one in rivals.of(rivals.split_of(chosen))}
    assert found.score(naive.home) == pytest.approx(beside["naive forecast"], rel=1e-5)
    assert any(found.score(linear.home) == pytest.approx(value, rel=1e-5) for value in beside.values())


def test_windows_do_not_reach_over_gaps() -> None:
    frame = weather.table().iloc[:100].drop(weather.table().index[[20, 60]])
    home = weather.data(WORKS)
    part = own_file.samples(frame, WORKS, home)
    assert len(part) == (20 - 5) + (39 - 5) + (39 - 5)
    whole = own_file.samples(weather.table().iloc[:100], WORKS, home)
    np.testing.assert_array_equal(part.inputs[:15], whole.inputs[:15])
    np.testing.assert_array_equal(part.inputs[15], whole.inputs[21])
    np.testing.assert_allclose(whole.inputs, np.concatenate([home.train.inputs])[: len(whole)], rtol=1e-5, atol=1e-6)


def test_rows_that_cannot_be_used_are_counted() -> None:
    frame = weather.table().iloc[:200].copy()
    frame.iloc[3, 0], frame.iloc[9, 1] = np.nan, np.inf
    lines = csv(frame).decode().splitlines()
    lines += [lines[-1], lines[5].replace("2012", "nonsense ")]
    found = judged("\n".join(lines).encode())
    assert found.told[-1].startswith("4 of 202 rows left out")
    assert np.isfinite(found.score(found.models[0].there))


def test_a_decimal_comma_and_another_order_of_days_are_read() -> None:
    frame = weather.table().iloc[:150]
    german = frame.rename_axis("date").to_csv(sep=";", decimal=",", date_format="%d.%m.%Y").encode()
    one, other = judged(frame), judged(german)
    assert one.score(one.models[0].there) == pytest.approx(other.score(other.models[0].there), rel=1e-5)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (csv(weather.table().iloc[:200].drop(columns=["wind", "temp_min"])), "lacks the columns temp_min, wind"),
        (csv(weather.table().iloc[:30]), r"5 consecutive days .*\(25\); at least 30"),
        (csv(weather.table().iloc[:200:2]), r"5 consecutive days .*\(0\); at least 30"),
        (csv(weather.table().iloc[:200] * 1.8 + 32), "give temperatures in °C"),
        (csv(weather.table().iloc[:200] * np.nan), r"5 consecutive days .*\(0\); at least 30"),
        (csv(weather.table().iloc[:200]).replace(b"date", b"n").replace(b"2012-", b"x"), "no column of dates"),
    ],
    ids=["empty", "columns", "too few", "gaps", "fahrenheit", "nan", "no dates"],
)
def test_tables_that_cannot_be_used_get_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        judged(content)
