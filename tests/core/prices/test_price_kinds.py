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
    "Korean days": (table(*each("{d:%Y}년 {d:%m}월 {d:%d}일,{c}"), head="날짜,종가"), RIGHT),
    "digits and a clock": (table(*each("{d:%Y%m%d} 170000;{c}"), head="day;close"), RIGHT),
    "hours in a column": (
        table(*(f"{d},{h},{c + h % 23}" for d, c in zip(DAYS, CLOSES, strict=True) for h in (23, 5, 17)),
              head="Date,Hour,Close"), RIGHT),
    "Persian thousands": (table(*jalali("{d},{c} هزار تومان"), head="تاریخ,پایانی"),
                          {**LARGE, "last_close": 1000 * WHOLE[-1], "first_close": 1000 * WHOLE[0]}),
    "JSON": (json.dumps([{"date": str(d), "close": c} for d, c in zip(DAYS, CLOSES, strict=True)]), RIGHT),
    "JSON of candles without names": (
        json.dumps([[s * 1000, c, c + 1, c - 1, c, "12"] for s, c in zip(STAMPS, CLOSES, strict=True)]), RIGHT),
    "JSON of pairs": (
        json.dumps({"prices": [[s * 1000, c] for s, c in zip(STAMPS, CLOSES, strict=True)], "market_caps": [[1, 2]]}),
        RIGHT),
    "pairs above the table": (
        table(*each("{d:%m/%d/%Y},{c}"),
              head="Security,ABC\nStart Date,01/03/2022\nPeriod,D\nCurrency,USD\n\nDate,PX_LAST"), RIGHT),
    "cells of several lines": (table(*each('{d},{c},"a, b\nc"'), head="date,close,note"), RIGHT),
}  # fmt: skip
WORDS = ["lun", "mar", "mer", "jeu", "ven", "sam", "dim"], ["janv", "févr", "mars"]
KINDS["a weekday that is a month, too"] = (
    table(*(f"{WORDS[0][d.weekday()]}. {d:%d} {WORDS[1][d.month - 1]}. {d:%Y};{comma(c)}"
            for d, c in zip(DAYS, CLOSES, strict=True)), head="Date;Dernier"), RIGHT)  # fmt: skip


def pairs(pattern: str, *names: tuple[Any, ...]) -> list[str]:
    """Rows of several series, one after the other on each day; the n-th has (n + 1) times the closes."""
    return [
        pattern.format(d=d, c=round(c * (n + 1), 3), k=name)
        for d, c in zip(DAYS, CLOSES, strict=True)
        for n, name in enumerate(names)
    ]


SECOND = {**RIGHT, "first_close": round(2 * CLOSES[0], 3), "last_close": round(2 * CLOSES[-1], 3)}
LATER = [day + timedelta(days=400) for day in DAYS]
SHORT = [JalaliDate.to_jalali(d.year, d.month, d.day).strftime("%y/%m/%d") for d in LATER]
# A file that leaves something open: its text, the question, the right answer, and what comes of it.
ASKED: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "tickers of digits": (table(*pairs("{d},{k},{c}", "600519", "000001"), head="date,code,close"),
                          "ticker", "000001", SECOND),
    "coins in two currencies": (
        table(*pairs("{d},{k[0]},{k[1]},{c}", ("B", "USD"), ("B", "EUR"), ("E", "USD"), ("E", "EUR")),
              head="date,coin,currency,close"), "ticker", "B EUR", SECOND),
    "two tables abreast": (
        table(*(f"{d},{c},,{later},{2 * c:.3f}" for d, c, later in zip(DAYS, CLOSES, LATER, strict=True)),
              head="Date,Close,,Date,Close"), "ticker", "Close (column 4)",
        {**SECOND, "first": str(LATER[0]), "last": str(LATER[-1])}),
    "Jalali years of two digits": (
        table(*(f"{d},{c}" for d, c in zip(SHORT, CLOSES, strict=True)), head="date,close"), "calendar", "jalali",
        {**RIGHT, "first": str(LATER[0]), "last": str(LATER[-1])}),
    "no close but a measure": (table(*each("{d},{c},{c},{c},5{n}"), head="date,open,high,low,rsi"),
                               "close", "rsi", {"first_close": 50.0}),
}  # fmt: skip


@pytest.mark.parametrize("kind", ASKED)
def test_what_a_kind_leaves_open_is_asked(kind: str) -> None:
    content, name, chosen, right = ASKED[kind]
    (question,) = price_files.understood(content.encode(), "made.csv", {}).asked
    assert question.name == name
    found = price_files.understood(content.encode(), "made.csv", {name: chosen})
    assert {name: found.summary[name] for name in right} == right


ROWS = [[stamp, close, close + 1, close - 1, close] for stamp, close in zip(STAMPS, CLOSES, strict=True)]
NAMED = [{"timestamp": str(row[0]), "open": row[1], "high": row[2], "low": row[3], "close": row[4]} for row in ROWS]
BY_DAY = {str(day): {"4. close": str(close)} for day, close in zip(DAYS, CLOSES, strict=True)}
YAHOO = {"timestamp": STAMPS, "indicators": {"quote": [{"open": CLOSES, "close": CLOSES}]}, "meta": {"symbol": "X"}}
SPLIT = {"columns": ["close"], "index": list(BY_DAY), "data": [[close] for close in CLOSES]}
# JSON as servers of prices and pandas write it.
SHAPES: dict[str, Any] = {
    "letters": {"s": "ok", "t": STAMPS, "o": CLOSES, "h": CLOSES, "l": CLOSES, "c": CLOSES, "v": STAMPS},
    "tags around numbers": [
        {"price": f"{close * 1000:,.0f}", "change": '<span class="low">0.35%</span>', "date": day}
        for day, close in zip(BY_DAY, CLOSES, strict=True)],
    "rows within": {"data": {"ohlc": NAMED, "pair": "BTC/USD"}},
    "lists within": {"error": [], "result": {"XBTUSD": ROWS, "last": 1}},
    "days as names": {"Meta Data": {"1.": "x", "2.": "y"}, "Time Series (Daily)": BY_DAY},
    "lists at several depths": {"chart": {"result": [YAHOO], "error": None}},
    "pandas by row": BY_DAY,
    "pandas by column": {"Open": dict(zip(BY_DAY, CLOSES, strict=True)),
                         "Close": dict(zip(BY_DAY, CLOSES, strict=True))},
    "pandas split": SPLIT,
    "names in the first list": [["Date", "Price"], *([day, float(row["4. close"])] for day, row in BY_DAY.items())],
}  # fmt: skip


@pytest.mark.parametrize("close", ["الأخير", "Senaste", "Seneste", "Viimeisin", "ล่าสุด", "कीमत"])
def test_more_names_of_the_last_price(close: str) -> None:
    found = price_files.understood(table(*each("{d},{c},{c}"), head=f"Date,{close},X").encode(), "made.csv", {})
    assert {name: found.summary[name] for name in RIGHT} == RIGHT


def test_a_persian_comma_parts_thousands() -> None:
    rows = [f"{d}\t{format(c, ',').replace(',', '،').translate(PERSIAN)}" for d, c in zip(DAYS, WHOLE, strict=True)]
    found = price_files.understood(table(*rows, head="date\tclose").encode(), "made.csv", {})
    assert (found.summary["first_close"], found.asked) == (WHOLE[0], ())


def test_dates_that_a_spreadsheet_converted_in_part_are_asked_about() -> None:
    converted = [f"{d.day:02}.{d.month:02}.{d.year}" if d.day <= 12 else f"{d.month}/{d.day}/{d.year}" for d in DAYS]
    rows = [f"{day};{close}" for day, close in zip(converted, CLOSES, strict=True)]
    (question,) = price_files.understood(table(*rows, head="date;close").encode(), "made.csv", {}).asked
    assert (question.name, question.choices) == ("day_order", ("dmy", "mdy"))


@pytest.mark.parametrize("shape", SHAPES)
def test_json_of_servers_and_of_pandas_is_read(shape: str) -> None:
    found = price_files.understood(json.dumps(SHAPES[shape]).encode(), "made.json", {})
    right = (
        {**RIGHT, **{n: round(RIGHT[n] * 1000) for n in RIGHT if "close" in n}} if shape.startswith("tags") else RIGHT
    )
    assert {name: found.summary[name] for name in RIGHT} == right
    assert not found.asked


@pytest.mark.parametrize("head", ["date,prev close,open", "date,volume,change %"])
def test_what_is_no_close_is_not_taken_for_one(head: str) -> None:
    content = table(*each("{d},{c},0.5%" if "%" in head else "{d},{c},{c}"), head=head).encode()
    with pytest.raises(TamrinError, match="There is no column of closing prices"):
        price_files.understood(content, "made.csv", {})


def test_the_bar_of_a_day_is_that_of_all_its_rows_and_large_numbers_have_words() -> None:
    rows = [f"{d} {h}:00,{c},{c + 9 - h / 4},{c - 9 + h / 4},{c + 1},1.5万" for d, c in zip(DAYS, CLOSES, strict=True)
            for h in (12, 18)]  # fmt: skip
    found = price_files.understood(table(*rows, head="date,open,high,low,close,volume").encode(), "made.csv", {})
    first = found.data.bars.iloc[0].to_dict()
    assert first == {"open": CLOSES[0], "high": CLOSES[0] + 6, "low": CLOSES[0] - 6, "close": CLOSES[0] + 1,
                     "volume": 30_000.0}  # fmt: skip
    assert "those of all rows" in " ".join(found.told)


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
