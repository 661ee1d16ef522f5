"""Days in the forms that people write them; one order of day and month for a whole column."""

import numpy as np
import pandas as pd
import pytest

from core.files.tables import dates


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2022-01-03", "2022-01-03"), ("2022/1/3", "2022-01-03"), ("2022.01.03 00:00", "2022-01-03"),
        ("2022-01-03T23:59:59.999Z", "2022-01-03"), ("2022-01-03 00:00:00+00:00", "2022-01-03"),
        ("2022-01-03 12:00:00 UTC", "2022-01-03"), ("2017-07-01 11-AM", "2017-07-01"), ("31.12.2023", "2023-12-31"),
        ("12/31/2023", "2023-12-31"), ("31-12-23", "2023-12-31"), ("Jan 05, 2022", "2022-01-05"),
        ("5 Jan 2022", "2022-01-05"), ("05-Jan-22", "2022-01-05"), ("3. Januar 2022", "2022-01-03"),
        ("5 de enero de 2022", "2022-01-05"), ("3 févr. 2022", "2022-02-03"), ("15 mar 2022", "2022-03-15"),
        ("1 março 2022", "2022-03-01"), ("03 Oca 2022", "2022-01-03"), ("3 янв. 2022 г.", "2022-01-03"),
        ("7 gennaio 2022", "2022-01-07"), ("Mon, 03 Jan 2022", "2022-01-03"), ("2022年1月3日", "2022-01-03"),
        ("Mon Jan 03 2022 00:00:00 GMT+0100 (CET)", "2022-01-03"), ("۱۴۰۱/۰۵/۰۱", "2022-07-23"),
        ("1403/12/30", "2025-03-20"), ("۵ فروردین ۱۴۰۱", "2022-03-25"), ("14020701", "2023-09-23"),
        ("20220103", "2022-01-03"), ("31122023", "2023-12-31"), ("202201031530", "2022-01-03"),
        ("1641168000", "2022-01-03"), ("1641168000000", "2022-01-03"), ("1641168000000000", "2022-01-03"),
        ("1641168000000000000", "2022-01-03"), ("1641168000.5", "2022-01-03"), ("44564", "2022-01-03"),
    ],
)  # fmt: skip
def test_a_day(cell: str, day: str) -> None:
    found = dates.read([cell])
    assert (str(found.days[0]), found.wrong) == (day, [])


@pytest.mark.parametrize("cell", ["Monday", "2020-02-31", "1402/12/30", "13/13/2020", "5", "12.5", "hello 5 world 6"])
def test_no_day(cell: str) -> None:
    assert dates.read([cell]).wrong == [0]


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y", "%m-%d-%y", "%y/%m/%d", "%Y-%d-%m"])
@pytest.mark.parametrize("start", ["2021-01-01", "2020-02-10"])
def test_the_order_is_that_of_the_whole_column(form: str, start: str) -> None:
    days = pd.date_range(start, periods=90)
    found = dates.read([f"{day:{form}}" for day in days])
    assert found.asked == ()
    assert found.days.tolist() == [day.date() for day in days]


def test_an_order_that_stays_open_is_asked_and_can_be_given() -> None:
    cells = ["01/02/2020", "02/02/2020", "03/02/2020", "04/02/2020"] * 2
    assert dates.read(sorted(cells)).asked == ()  # day after day in one order, month after month in the other
    open_cells = ["01/02/2020", "05/06/2020", "07/03/2020"]
    (question,) = dates.read(open_cells).asked
    assert (question.name, question.choices) == ("day_order", ("dmy", "mdy"))
    given = dates.read(open_cells, {"day_order": "mdy"})
    assert (str(given.days[0]), given.asked) == ("2020-01-02", ())


def test_times_of_day_and_stamps_row_by_row() -> None:
    found = dates.read(["1641168000", "1641189600000", "1641211200000000"])
    assert found.seconds.tolist() == [0, 21600, 43200]
    assert len(set(found.days.tolist())) == 1
    assert dates.read_clock(["09:30", "16:00:05", "4:00 PM"]).tolist() == [34200, 57605, 57600]
    assert dates.read_clock(["09:30", "x"]) is None


def test_what_looks_like_a_day_is_told_from_a_number() -> None:
    assert all(map(dates.looks_day, ["2020-01-31", "31.12.2023", "1641168000", "Jan 5, 2022"]))
    assert not any(map(dates.looks_day, ["5", "12.5", "1,234.50", "44564", "1.2.3", "", "joy", "10 20 30"]))
    assert dates.looks_day("44564", named=True)


def test_twenty_thousand_days_are_read_quickly() -> None:
    cells = [f"{day:%d.%m.%Y}" for day in pd.date_range("1960-01-01", periods=20_000)]
    assert np.isnat(dates.read(cells).days).sum() == 0
