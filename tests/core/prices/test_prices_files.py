"""CSV files in the shapes that people have, and the sentence for each kind of wrong file."""

import numpy as np
import pandas as pd
import pytest

from core import settings
from core.errors import PriceFileError, TamrinError
from core.prices import files as price_files
from core.prices.prices import DOLLARS, Prices, Provenance, money, unit
from core.prices.sources import repair as price_repair

DATA = settings.PROJECT.parent / "shared" / "data" / "prices"
DAYS = pd.date_range("2020-03-01", periods=70)
CLOSES = np.linspace(1200.25, 9876.5, 70).round(2)


def rows(*columns: list[str], delimiter: str = ",") -> str:
    return "\n".join(delimiter.join(cells) for cells in zip(*columns, strict=True)) + "\n"


def yahoo() -> str:
    days, closes = [f"{day:%Y-%m-%d}" for day in DAYS], [f"{close:.6f}" for close in CLOSES]
    return "Date,Open,High,Low,Close,Adj Close,Volume\n" + rows(
        days, ["1.5"] * 70, ["2"] * 70, ["1"] * 70, closes, ["7.7"] * 70, ["1000"] * 70
    )


def investing() -> str:
    """Newest first, quoted, thousands commas, volumes in K and M, days as Americans write them."""
    days = [f'"{day:%m/%d/%Y}"' for day in DAYS[::-1]]
    closes = [f'"{close:,.2f}"' for close in CLOSES[::-1]]
    head = "\ufeff" + '"Date","Price","Open","High","Low","Vol.","Change %"\n'
    return head + rows(days, closes, closes, closes, closes, ['"1.23K"', '"4.5M"'] * 35, ['"-1.20%"'] * 70)


def investing_words() -> str:
    days = [f'"{day:%b %d, %Y}"' for day in DAYS[::-1]]
    return '"Date","Price"\n' + rows(days, [f'"{close:,.2f}"' for close in CLOSES[::-1]])


def investing_europe() -> str:
    days = [f'"{day:%d.%m.%Y}"' for day in DAYS[::-1]]
    closes = [f'"{close:,.2f}"'.translate(str.maketrans(",.", ".,")) for close in CLOSES[::-1]]
    return '"Date","Price"\n' + rows(days, closes)


def coinmarketcap_table() -> str:
    days = [f'"{day:%B %d, %Y}"' for day in DAYS[::-1]]
    closes = [f'"${close:,.2f}"' for close in CLOSES[::-1]]
    return "Date,Open*,High,Low,Close**,Volume,Market Cap\n" + rows(
        days, closes, closes, closes, closes, ['"1,000"'] * 70, ['"2,000"'] * 70
    )


def coinmarketcap_download() -> str:
    opened = [f'"{day:%Y-%m-%d}T00:00:00.000Z"' for day in DAYS[::-1]]
    closed = [f'"{day:%Y-%m-%d}T23:59:59.999Z"' for day in DAYS[::-1]]
    closes = [f"{close}" for close in CLOSES[::-1]]
    return "timeOpen;timeClose;timeHigh;timeLow;name;open;high;low;close;volume;marketCap;timestamp\n" + rows(
        opened, closed, opened, opened, ['"2781"'] * 70, ["1"] * 70, ["2"] * 70, ["1"] * 70, closes, ["1e9"] * 70,
        ["2e9"] * 70, closed, delimiter=";",
    )  # fmt: skip


def coingecko() -> str:
    days = [f"{day:%Y-%m-%d} 00:00:00 UTC" for day in DAYS]
    return "snapped_at,price,market_cap,total_volume\n" + rows(days, [str(c) for c in CLOSES], ["1"] * 70, ["2"] * 70)


def plain() -> str:
    return "date,close\r\n" + rows([f"{day:%Y-%m-%d}" for day in DAYS], [str(c) for c in CLOSES]).replace("\n", "\r\n")


def excel_europe() -> str:
    days = [f"{day.day}/{day.month}/{day.year}" for day in DAYS]
    return "Date;Close\n" + rows(days, [str(c).replace(".", ",") for c in CLOSES], delimiter=";")


def yfinance_frame() -> str:
    frame = pd.DataFrame({("Close", "X-USD"): CLOSES, ("Open", "X-USD"): 1.0}, index=DAYS.rename("Date"))
    frame.columns.names = ["Price", "Ticker"]
    return frame.to_csv()


SHAPES = [
    yahoo, investing, investing_words, investing_europe, coinmarketcap_table, coinmarketcap_download, coingecko, plain,
    excel_europe, yfinance_frame,
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_shape_gives_the_same_closes(shape) -> None:
    found = price_files.read(shape().encode(), "My coin.csv")
    np.testing.assert_allclose(found.values, CLOSES, atol=1e-6)
    assert found.days.tolist() == DAYS.tolist()
    assert (found.provenance.symbol, found.provenance.repairs()) == ("My coin", [])
    assert "uploaded file" in found.provenance.sentence()


def test_text_of_windows_in_utf_16() -> None:
    assert len(price_files.read(plain().encode("utf-16"), "x.csv")) == 70


@pytest.mark.parametrize("symbol", ["BTC-USD", "LTC-USD", "XMR-USD"])
@pytest.mark.skipif(not DATA.exists(), reason="shared/data/prices is not here")
def test_the_real_files_are_whole(symbol: str) -> None:
    content = (DATA / f"{symbol}.csv").read_bytes()
    found = price_files.read(content, f"{symbol}.csv")
    assert (len(found), found.provenance.symbol, found.provenance.repairs()) == (3156, symbol, [])
    assert (found.provenance.first, found.provenance.last) == ("2014-09-17", "2023-05-08")
    assert found.values[-1] == float(content.decode().splitlines()[-1].split(",")[4])


def changed(line: int, new: str, text: str = "") -> bytes:
    """The plain file with one line replaced; line 1 is the header."""
    lines = (text or plain()).splitlines()
    lines[line - 1] = new
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (changed(17, "2020-03-16,abc"), r"Line 17: 'abc' in column close is not a number"),
        (changed(17, "2020-03-16,1.2.3"), r"Line 17: '1.2.3' in column close"),
        (changed(17, "2020-03-16,-5"), r"Line 17: the price -5 in column close is not above zero"),
        (changed(17, "2020-03-16,0"), r"Line 17: the price 0 "),
        (changed(5, "Monday,1.5"), r"Line 5: 'Monday' in column date is not a date"),
        (changed(5, "2020-02-31,1.5"), r"Line 5: '2020-02-31' in column date"),
        (changed(5, "2903-03-04,1.5"), r"Line 5: 2903-03-04 lies in the future"),
        (("who,close\n" + "me,5\n" * 70).encode(), r"no column of dates in x.csv: the first line names 'who', 'close'"),
        (("date,who\n" + "2020-01-01,me\n" * 70).encode(), r"no column of closing prices, such as close or price"),
        (
            plain().replace(",", ",1,").replace("1,close", "close").encode(),
            r"The header row of x.csv has 2 columns, but its rows have 3. Are the decimals written with a comma",
        ),
        (b"", "is empty"),
        (b"date,close\n", "no rows"),
        (b"PK\x03\x04rest of a workbook", "not a zip file that can be read"),
        (plain().encode()[:40] + b"\xff\xfe\xff" + plain().encode()[40:], r"Line 3: .* is not a date"),
        (b"x" * 20_000_001, "at most 20 MB"),
        ("\n".join(plain().splitlines()[:40]).encode(), "only 39 days"),
    ],
)
def test_a_wrong_file_gets_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(TamrinError, match=sentence):
        price_files.read(content, "x.csv")


def test_weekly_prices_are_refused() -> None:
    days = pd.date_range("2015-01-04", periods=100, freq="7D")
    text = "date,close\n" + rows([f"{day:%Y-%m-%d}" for day in days], ["5"] * 100)
    with pytest.raises(PriceFileError, match="about 7 days apart"):
        price_files.read(text.encode(), "x.csv")


def test_empty_cells_and_absent_days_take_the_last_price_and_are_told() -> None:
    lines = plain().splitlines()
    lines[10] = f"{DAYS[9]:%Y-%m-%d},null"
    del lines[20:22]
    found = price_files.read("\n".join(lines).encode(), "x.csv")
    assert len(found) == 70
    assert found.values[9] == CLOSES[8]
    assert found.values[19:21].tolist() == [CLOSES[18]] * 2
    assert found.provenance.filled == tuple(f"{DAYS[i]:%Y-%m-%d}" for i in (9, 19, 20))
    assert found.provenance.repairs()[0].startswith("3 days (2020-03-10, 2020-03-20, 2020-03-21) without a price")


def test_of_repeated_days_the_last_row_counts_and_is_told() -> None:
    found = price_files.read((plain() + f"{DAYS[4]:%Y-%m-%d},77.5\n").encode(), "x.csv")
    assert found.values[4] == 77.5
    assert found.provenance.repeated == (f"{DAYS[4]:%Y-%m-%d}",)
    assert found.provenance.repairs()[0].startswith("1 day (2020-03-05) repeated")


def test_days_before_a_long_gap_are_left_out() -> None:
    early = "\n".join(f"2019-01-{day:02d},3" for day in range(1, 11))
    found = price_files.read(plain().replace("date,close\r\n", f"date,close\n{early}\n").encode(), "x.csv")
    assert (len(found), found.provenance.left_out) == (70, 10)
    assert "10 days lie before a gap" in found.provenance.repairs()[0]


@pytest.mark.parametrize(("gap", "days"), [(30, 100), (31, 70)])
def test_thirty_days_are_filled_and_one_more_is_not(gap: int, days: int) -> None:
    index = pd.date_range("2020-01-01", periods=70).append(
        pd.date_range("2020-01-01", periods=70) + pd.Timedelta(70 + gap, "D")
    )
    made = price_repair.make(
        pd.Series(np.arange(140.0) + 1, index=index), pd.Timestamp("2021-01-01"), source="t", symbol="t", downloaded=""
    )
    assert len(made) == (170 if gap == 30 else days)


def test_the_day_of_today_is_no_close() -> None:
    days = pd.date_range("2020-01-01", periods=80, tz="Asia/Tokyo")
    made = price_repair.make(
        pd.Series(np.arange(80.0) + 1, index=days), days[-1] + pd.Timedelta("9h"), source="t", symbol="t", downloaded=""
    )
    assert made.provenance.last == f"{days[-2]:%Y-%m-%d}"


def test_what_a_gap_takes_does_not_depend_on_what_comes_after() -> None:
    days = pd.date_range("2020-01-01", periods=80).delete([40, 41])
    closes = pd.Series(np.arange(78.0) + 1, index=days)
    poisoned = closes.copy()
    poisoned.iloc[40:] = 1e6
    first, second = (
        price_repair.make(s, pd.Timestamp("2021-01-01"), source="t", symbol="t", downloaded="")
        for s in (closes, poisoned)
    )
    np.testing.assert_array_equal(first.values[:42], second.values[:42])


def test_amounts_are_written_in_dollars_only_if_they_are_dollars() -> None:
    assert [money(value) for value in (1234.5, -1234.5, 6.6667, 70, -0.51234)] == [
        "$1,234",
        "-$1,234",
        "$6.67",
        "$70",
        "-$0.5123",
    ]
    assert money(1234.5, "currency of your file") == "1,234"
    assert unit(DOLLARS) == ""
    closes = pd.Series(CLOSES, DAYS)
    symbols = {"Yahoo": "ETH-USD", "an exchange": "SAP.DE", "the file mine.csv": "MINE"}
    told = [Prices(closes, Provenance(source, symbol, "", "", "")).currency for source, symbol in symbols.items()]
    assert told == [DOLLARS, "currency of SAP.DE", "currency of your file"]
    assert unit(told[1]) == " in the currency of SAP.DE"


def test_the_closes_after_a_day_begin_with_the_next_known_one() -> None:
    weekdays = pd.to_datetime(["2024-03-07", "2024-03-08", "2024-03-11"])
    prices = Prices(pd.Series([1.0, 2, 3], weekdays), Provenance("Yahoo", "SAP.DE", "", "", ""))
    assert [prices.after(f"2024-03-{day:02}") for day in (6, 7, 8, 9, 11)] == [0, 1, 2, 2, 3]
    assert [f"{prices.day(at):%d}" for at in (0, 1, -1)] == ["07", "08", "11"]
    assert prices.last_day == prices.day(2)
