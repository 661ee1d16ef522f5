"""Days at the edges of what is a day: the first and the last of each form, and what lies right beyond them."""

from datetime import UTC, datetime

import pytest

from core.files.tables import dates

NOW = datetime.now(UTC).year % 100
ZONE = "Mon Jan 03 2022 00:00:00 GMT+0100 ({})"


def day(cell: str) -> str:
    found = dates.read([cell])
    return "" if found.wrong else str(found.days[0])


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("1600-01-01", "1600-01-01"), ("1599-12-31", ""), ("3000-12-31", "3000-12-31"), ("3001-01-01", ""),
        ("1300/01/01", "1921-03-21"), ("1299/01/01", ""), ("1500/01/01", "2121-03-21"), ("1501/01/01", ""),
        ("2020-02-29", "2020-02-29"), ("2020-02-30", ""), ("2020-05-00", ""), ("2020-00-05", ""), ("2020-05-32", ""),
        ("2020-01-01", "2020-01-01"), ("2020-12-31", "2020-12-31"), ("1402/06/31", "2023-09-22"), ("1402/07/31", ""),
        ("01/01/00", "2000-01-01"), ("01/01/99", "1999-01-01"), ("5 Jan 99", "1999-01-05"), ("5 Jan 00", "2000-01-05"),
        (f"01/31/{NOW + 1}", f"20{NOW + 1}-01-31"), (f"01/31/{NOW + 2}", f"19{NOW + 2}-01-31"),
        (f"5 Jan {NOW + 1}", f"20{NOW + 1}-01-05"), (f"5 Jan {NOW + 2}", f"19{NOW + 2}-01-05"),
        ("123/1/2022", ""), ("1/1/123", ""), ("2022/01/2022", ""), ("1/2/3", ""), ("2022 01 03", "2022-01-03"),
        ("03 01 22", ""), ("31 01 2022", "2022-01-31"), ("2022-01-03 Mon.", "2022-01-03"), ("2022-01-03 1x2", ""),
        ("2022-05", "2022-05-01"), ("2022-12", "2022-12-01"), ("2022-01", "2022-01-01"), ("2022-13", ""),
        ("2022-00", ""), ("2022 Jan 5", "2022-01-05"), ("Jan 123 2022", ""), ("5 Jan 202", ""), ("Jan Feb 5 2022", ""),
        ("x x x x Jan 5 2022", "2022-01-05"), ("x x x x x Jan 5 2022", ""), ("5 Jan 2022 25:00", ""), ("Jan 2022", ""),
        ("5 Jan 6 2022", ""), (ZONE.format("x" * 28), "2022-01-03"), (ZONE.format("x" * 29), ""),
        ("20000", "1954-10-03"), ("19999", ""), ("80000", "2119-01-11"), ("80001", ""), ("123456789", "1973-11-29"),
        ("12345678", ""), ("1234567", ""), ("220103.5", ""), ("99999999999", "5138-11-16"),
        ("100000000000", "1973-03-03"), ("99999999999999", "5138-11-16"), ("100000000000000", "1973-03-03"),
        ("100000000000000000", "1973-03-03"), ("202201032400", "1976-05-29"),
    ],
)  # fmt: skip
def test_the_first_and_the_last_day_of_a_form(cell: str, found: str) -> None:
    assert day(cell) == found


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("19000101", "18991231"), ("21001231", "21010101"), ("13000101", "12991229"), ("15000101", "15010101"),
        ("20221201", "20221301"), ("20220101", "20220001"), ("20220101", "20220100"), ("20220131", "20220132"),
        ("01011900", "31121899"), ("31122100", "31122101"), ("31312023", "32312023"), ("31312023", "31322023"),
        ("1/1/2200", "1/1/2201"), ("2200/1/1", "2201/1/1"), ("631152000", "631151999"), ("4102444800", "4102444801"),
    ],
)  # fmt: skip
def test_what_looks_like_a_day_by_a_hair(good: str, bad: str) -> None:
    assert (dates.looks_day(good), dates.looks_day(bad)) == (True, False)


def test_days_that_the_calendar_lacks_look_like_days() -> None:
    assert all(map(dates.looks_day, ["2020-05-00", "2020-02-31", "00/05/2020"]))


@pytest.mark.parametrize(
    "cell",
    ["123/1/2022", "1/1/123", "2022/01/2022", "1/2/3", "03 01 22", "2022-13", "2022-00", "19999", "80001", "1234567"],
)
def test_what_no_form_allows_looks_like_no_day_also_where_the_column_is_called_so(cell: str) -> None:
    assert not dates.looks_day(cell, named=True)


@pytest.mark.parametrize("cell", ["44564", "220103", "2022-05", "631151999"])
def test_mere_numbers_are_days_where_the_column_is_called_so(cell: str) -> None:
    assert (dates.looks_day(cell), dates.looks_day(cell, named=True)) == (False, True)


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("202201032359", 86_340), ("20220103235959", 86_399), ("20220103010203", 3723), ("20220103", 0),
        ("44564.5", 43_200), ("123456789", 77_589), ("1641189600", 21_600), ("1641189600000000000", 21_600),
        ("2022-01-03 01:02:03", 3723), ("5 Jan 2022 10:30", 37_800), ("Jan 5, 2022 4:00 PM", 57_600),
        ("20220103 170000", 61_200), ("2022-01-03 Mon.", 0), ("2022-05", 0), ("220103", 0), ("31122023", 0),
        ("5 Jan 2022", 0),
    ],
)  # fmt: skip
def test_seconds_of_the_day(cell: str, seconds: int) -> None:
    assert dates.read([cell]).seconds.tolist() == [seconds]


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("00:00", 0), ("11 PM", 82_800), ("11", 39_600), ("0930", 34_200), ("153000", 55_800), ("99", None),
        ("12 AM", 0), ("12 PM", 43_200), ("1 am", 3600), ("0 PM", None),
        ("13 PM", None), ("24:00", 86_400), ("25:00", None), ("23:59", 86_340), ("23:60", None), ("23:59:60", 86_400),
        ("23:59:61", None), ("01:02:03", 3723), ("7h30", 27_000),
    ],
)  # fmt: skip
def test_clocks(cell: str, seconds: int | None) -> None:
    found = dates.read_clock([cell])
    assert (None if found is None else found.tolist()) == (None if seconds is None else [seconds])


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        (["31.12.2023"], "dd.mm.yyyy"), (["12/31/23"], "mm/dd/yy"), (["2022-01-31"], "yyyy-mm-dd"),
        (["31 12 2023"], "dd mm yyyy"), (["20220103"], "yyyymmdd"), (["31122023"], "ddmmyyyy"),
        (["2022-31-12"], "yyyy-dd-mm"), (["5 Jan 2022"], "days with the names of months"),
        (["2022-05"], "year, month, day"), (["220131", "220201"], "year, month, day"),
        (["44564"], "days of a spreadsheet (1 is 1900-01-01)"), (["1641168000"], "Unix seconds"),
        (["1641168000000"], "Unix milliseconds"), (["1641168000000000"], "Unix microseconds"),
        (["1641168000000000000"], "Unix nanoseconds"), (["Mon 31.12.2023"], "dd.mm.yyyy"),
    ],
)  # fmt: skip
def test_the_form_is_told_as_people_write_forms(cells: list[str], form: str) -> None:
    found = dates.read(cells)
    assert (found.form, found.calendar, found.wrong, found.asked) == (form, "Gregorian", [], ())


def test_jalali_days_are_told_and_wrong_cells_have_their_places() -> None:
    found = dates.read(["1401/05/01", "", "x", "1402/12/30", "1401/05/02"])
    assert (found.calendar, found.form, found.wrong) == ("Jalali", "yyyy/mm/dd", [2, 3])
    assert [str(one) for one in found.days] == ["2022-07-23", "NaT", "NaT", "NaT", "2022-07-24"]
    mixed = dates.read(["2022-07-23", "1401/05/02"])
    assert (mixed.calendar, mixed.wrong) == ("Jalali", [])


def test_the_share_of_days_is_that_of_up_to_400_cells() -> None:
    assert dates.share_of_days(["2022-01-03", "x"]) == 0.5
    assert dates.share_of_days(["2022-01-03", "", "x", "2022-01-04"]) == pytest.approx(2 / 3)
    assert dates.share_of_days(["", "-"]) == 0
    assert dates.share_of_days(["2022-01-03", "x"] * 400) == 1  # each second of 800
    assert dates.share_of_days((["2022-01-03", "x"] * 400)[:799]) == 400 / 799


STEADY = [str(44_564 + 3 * n) for n in range(11)]


@pytest.mark.parametrize(
    ("cells", "steady"),
    [
        (STEADY, True), (STEADY[::-1], True), (STEADY[:2], True), (STEADY[:1], False), ([*STEADY, STEADY[-1]], False),
        ([str(44_564 + 4 * n) for n in range(11)], True), ([str(44_564 + 5 * n) for n in range(11)], False),
        ([str(44_564 - 4 * n) for n in range(11)], True), ([str(44_564 - 5 * n) for n in range(11)], False),
        ([*STEADY[:10], "50000"], True), ([*STEADY[:9], "50000", "60000"], False),  # nine of ten steps, eight of ten
        ([*STEADY[:9], "x"], True), ([*STEADY[:8], "x", "y"], False),
    ],
)  # fmt: skip
def test_numbers_are_days_when_they_go_on_steadily(cells: list[str], steady: bool) -> None:
    assert dates.are_steady(cells) == steady


def test_a_question_shows_what_each_order_makes_of_the_first_day() -> None:
    (question,) = dates.read(["01/02/2020 12:00:00.000 Z", "05/06/2020", "07/03/2020"]).asked
    assert question.text == "In which order are day, month and year in 01/02/2020 12:00:00.?"
    assert question.assumed == "dmy"
    assert question.labels == (
        "day, month, year (01/02/2020 12:00:00. is 2020-02-01)",
        "month, day, year (01/02/2020 12:00:00. is 2020-01-02)",
    )


@pytest.mark.parametrize(
    ("cells", "choices", "first"),
    [
        (["05/01/2020", "05/05/2020"], (), "2020-05-01"),  # four days apart in one order, months in the other
        (["05/01/2020", "05/06/2020"], ("dmy", "mdy"), "2020-01-05"),
        (["220103"], ("dmy", "ymd"), "2003-01-22"),
        (["12/13/05", "12/14/05"], (), "2005-12-13"),
        (["01/01/2020", "02/02/2020"], (), "2020-01-01"),  # the same in both orders
        (["10/11/12", "09/07/11"], ("dmy", "mdy", "ymd"), "2012-11-10"),
        (["2020-05-06", "2020-07-03"], (), "2020-05-06"),
        (["13/05/12", "14/06/11"], ("dmy", "ymd"), "2012-05-13"),
        (["05/13/12", "06/14/11"], (), "2012-05-13"),
        (["99/01/02", "98/03/04"], ("gregorian", "jalali"), "1999-01-02"),
        (["۹۹/۰۱/۰۲", "۹۸/۰۳/۰۴"], ("gregorian", "jalali"), "2020-03-21"),
        (["98/02/31", "98/03/01"], (), "2019-05-21"),  # no Gregorian day
        (["60/06/29", "55/06/30"], (), "1960-06-29"),  # Jalali years would be too long ago
    ],
)
def test_orders_that_fit_are_asked_about(cells: list[str], choices: tuple[str, ...], first: str) -> None:
    found = dates.read(cells)
    assert (found.asked[0].choices if found.asked else ()) == choices
    assert str(found.days[0]) == first


def test_an_answer_that_the_column_rules_out_is_not_taken() -> None:
    cells = ["05/06/2020", "07/03/2020"]
    assert dates.read(cells, {"day_order": "ymd"}).asked[0].choices == ("dmy", "mdy")
    assert dates.read(cells, {"day_order": "nonsense"}).asked[0].choices == ("dmy", "mdy")
    assert str(dates.read(cells, {"day_order": "mdy"}).days[1]) == "2020-07-03"
