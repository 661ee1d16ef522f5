"""The kinds of price file that were once read wrong, each as a small table of its own making."""

import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from persiantools.jdatetime import JalaliDate

from core.__main__ import main
from core.errors import TamrinError
from core.prices import files as price_files

COUNT = 80
DAYS = [date(2022, 1, 3) + timedelta(days=n) for n in range(COUNT)]
WORKDAYS = [day for day in (date(2022, 1, 3) + timedelta(days=n) for n in range(2 * COUNT)) if day.weekday() < 5][
    :COUNT
]
NO_THURSDAY = [d for d in (date(2022, 1, 1) + timedelta(days=n) for n in range(120)) if d.weekday() not in (3, 4)][
    :COUNT
]
CLOSES = [round(float(value), 3) for value in 200 * np.exp(np.random.default_rng(5).normal(0, 0.02, COUNT).cumsum())]
WHOLE = [int(300 * close) for close in CLOSES]
STAMPS = [(day - date(1970, 1, 1)).days * 86_400 for day in DAYS]
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def comma(value: float, decimals: int = 3) -> str:
    return f"{value:.{decimals}f}".replace(".", ",")


def points(value: float) -> str:
    return f"{value:,.0f}".replace(",", ".")


def table(*rows: str, head: str = "", end: str = "\n") -> str:
    return end.join([head, *rows] if head else rows) + end


def each(pattern: str, days: list[date] = DAYS, closes: list = CLOSES) -> list[str]:
    pairs = enumerate(zip(days, closes, strict=True))
    return [pattern.format(n=n, d=d, c=c, k=comma(c), k2=comma(c, 2), p=points(c), s=STAMPS[n]) for n, (d, c) in pairs]


def jalali(pattern: str) -> list[str]:
    written = [JalaliDate.to_jalali(d.year, d.month, d.day).strftime("%Y/%m/%d") for d in DAYS]
    return [pattern.format(d=day, c=close) for day, close in zip(written, WHOLE, strict=True)]


def candles(stamps: list[int]) -> list[str]:
    return [f"{s},{c},{c + 1:.3f},{c - 1:.3f},{c},12.5,3" for s, c in zip(stamps, CLOSES, strict=True)]


RIGHT = {
    "rows": COUNT,
    "first": "2022-01-03",
    "last": str(DAYS[-1]),
    "first_close": CLOSES[0],
    "last_close": CLOSES[-1],
    "filled": 0,
}
CENTS = {**RIGHT, "first_close": round(CLOSES[0], 2), "last_close": round(CLOSES[-1], 2)}
LARGE = {**RIGHT, "first_close": WHOLE[0], "last_close": WHOLE[-1]}
HALF = [s * (1_000 if n < 40 else 1_000_000) for n, s in enumerate(STAMPS)]

KINDS: dict[str, tuple[str | bytes, dict[str, Any]]] = {
    "three decimals, a comma": (
        table(*each("{d:%d.%m.%Y};{k};21,12K;-0,03%")[::-1], head="Date;Price;Vol.;Change %"), RIGHT),
    "three decimals in quotes": (
        table(*each('"{d:%d.%m.%Y}","{k}","21,12K","-0,03%"')[::-1], head='"Date","Price","Vol.","Change %"'), RIGHT),
    "points between thousands": (
        table(*each("{d:%d.%m.%Y};{p};46,88K;0,03%", closes=WHOLE), head="Date;Price;Vol.;Change %"), LARGE),
    "Jalali": (table(*jalali("{d},{c}"), head="date,close"), LARGE),
    "Jalali in Persian digits": (table(*jalali('{d},"{c:,}"'), head="تاریخ,پایانی").translate(PERSIAN), LARGE),
    "closed on Thursday and Friday": (
        table(*each("{d},{c}", NO_THURSDAY), head="Date,Close"),
        {**RIGHT, "first": str(NO_THURSDAY[0]), "last": str(NO_THURSDAY[-1])}),
    "closed at the weekend": (
        table(*each("{d},{c}", WORKDAYS), head="Date,Close"), {**RIGHT, "last": str(WORKDAYS[-1])}),
    "seconds": (table(*each("{s},{c},{c}"), head="time,open,close"), RIGHT),
    "seconds, no names": (table(*candles(STAMPS)), RIGHT),
    "milliseconds, then microseconds": (table(*candles(HALF)), RIGHT),
    "eight digits": (
        table(*each("Made.Up,{d:%Y%m%d},0,{c},{n}"), head="<TICKER>,<DTYYYYMMDD>,<FIRST>,<CLOSE>,<LAST>"), RIGHT),
    "sep=": (table(*each("{d:%d.%m.%Y};{k2}"), head="sep=;\nDate;Close"), CENTS),
    "an index without a name": (table(*each("{d},{c},{c}"), head=",Open,Close"), RIGHT),
    "an address above": (table(*each("{s}000,{d},{c}"), head="https://www.example.org\nUnix,Date,Close"), RIGHT),
    "German in cp1252": (
        table(*each("{d:%d.%m.%Y};{k2} €"), head="Datum;Schluss (€)", end="\r\n").encode("cp1252"), CENTS),
    "Portuguese": (table(*each('"{d:%d.%m.%Y}","{k2}","1,2K"'), head='"Data","Último","Vol."'), CENTS),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_read_exactly(kind: str) -> None:
    content, right = KINDS[kind]
    found = price_files.understood(content.encode() if isinstance(content, str) else content, "made.csv", {})
    assert {name: found.summary[name] for name in right} == right
    assert found.told[0].startswith("Read as: ")


def test_a_point_is_a_missing_price_and_its_lines_are_told() -> None:
    rows = each("{d},{c}")
    rows[30:32] = [row.split(",")[0] + ",." for row in rows[30:32]]
    found = price_files.understood(table(*rows, head="observation_date,MADEUP").encode(), "made.csv", {})
    assert (found.summary["rows"], found.summary["filled"]) == (COUNT, 2)
    assert found.summary["days"] == [str(DAYS[30]), str(DAYS[31])]
    assert "Lines 32, 33: no price." in found.told


def test_of_several_rows_a_day_the_latest_counts() -> None:
    rows = [f"{day} {hour:02}:00:00,{CLOSES[n] + hour}" for n, day in enumerate(DAYS) for hour in (0, 6, 12, 18)]
    for ordered in (rows, rows[::-1]):
        found = price_files.understood(table(*ordered, head="Date,Close").encode(), "made.csv", {})
        assert (found.summary["rows"], found.summary["last_close"]) == (COUNT, CLOSES[-1] + 18)


def test_several_tickers_are_asked_for_and_each_can_be_chosen(tmp_path) -> None:
    path = tmp_path / "two.csv"
    head = "Price,Close,Close\nTicker,AAA-USD,BBB-USD\nDate,,"
    path.write_text(table(*each("{d},{c},{n}.5"), head=head))
    done = CliRunner().invoke(main, ["read", str(path), "--as", "prices", "--json"])
    found = json.loads(done.output)
    assert found["closes"] == {"AAA-USD": CLOSES[-1], "BBB-USD": COUNT - 0.5}
    assert [(q["name"], q["choices"]) for q in found["asked"]] == [("ticker", ["AAA-USD", "BBB-USD"])]
    done = CliRunner().invoke(main, ["read", str(path), "--as", "prices", "--json", "--answer", "ticker=BBB-USD"])
    assert json.loads(done.output)["first_close"] == 0.5


@pytest.mark.parametrize("decimal", [",", "."])
def test_what_nothing_settles_is_asked_and_the_answer_counts(decimal: str) -> None:
    content = table(*each("{d:%d.%m.%Y};{k}"), head="Datum;Schluss").encode()
    (question,) = price_files.understood(content, "made.csv", {}).asked
    assert (question.name, question.choices) == ("decimal", (",", "."))
    found = price_files.understood(content, "made.csv", {"decimal": decimal})
    assert (found.asked, found.summary["first_close"]) == ((), CLOSES[0] if decimal == "," else 1000 * CLOSES[0])


def test_the_separator_and_the_names_can_be_answered() -> None:
    content = table(*each("{d};{c}"), head="Date;Close").encode()
    assert len(price_files.read(content, "made.csv", {"delimiter": ";", "header": "yes"})) == COUNT
    with pytest.raises(TamrinError, match="'colon' does not answer 'delimiter'"):
        price_files.read(content, "made.csv", {"delimiter": "colon"})
    with pytest.raises(TamrinError):
        price_files.read(content, "made.csv", {"delimiter": "tab"})


def test_open_and_close_of_candles_without_names_are_told_apart_by_the_day_before() -> None:
    opened = [CLOSES[0], *CLOSES[:-1]]
    rows = [
        f"{d},{c},{max(o, c) + 1:.3f},{min(o, c) - 1:.3f},{o}" for d, o, c in zip(DAYS, opened, CLOSES, strict=True)
    ]
    found = price_files.understood(table(*rows).encode(), "made.csv", {})
    assert found.summary["last_close"] == CLOSES[-1]
    assert "the close is 'column 2'" in " ".join(found.told)


def test_commas_that_part_columns_and_decimals_are_refused_by_name() -> None:
    with pytest.raises(TamrinError, match="but its rows have 3"):
        price_files.read(table(*each("{d},{k}"), head="Date,Close").encode(), "made.csv")
    with pytest.raises(TamrinError, match="looks like one number"):
        price_files.read(table(*each("{d},{k}")).encode(), "made.csv")
