"""Generate files of daily prices in random dialects, each with its only correct reading."""

import calendar
import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from persiantools.jdatetime import JalaliDate

from core.files.tables import separators
from tests.dialects import writing
from tests.dialects.writing import Style

MAGNITUDES = (0.0005, 0.05, 0.9, 1.2, 9.9, 61.0, 99.0, 480.0, 995.0, 1234.0, 9870.0, 61_349.0, 500_000.0, 12_345_678.0)
HEADERS = {  # date, close, open, high, low, volume, change
    "English": ("Date", "Close", "Open", "High", "Low", "Volume", "Change %"),
    "English, prices": ("Date", "Price", "Open", "High", "Low", "Vol.", "Change %"),
    "program": ("timestamp", "close", "open", "high", "low", "volume", "change_pct"),
    "German": ("Datum", "Schlusskurs", "Eröffnung", "Hoch", "Tief", "Volumen", "Veränderung"),
    "German, Zuletzt": ("Datum", "Zuletzt", "Eröffn.", "Hoch", "Tief", "Vol.", "+/- %"),
    "French": ("Date", "Dernier", "Ouv.", "Plus Haut", "Plus Bas", "Vol.", "Variation %"),
    "French, clôture": ("Date", "Clôture", "Ouverture", "Plus haut", "Plus bas", "Volume", "Variation"),
    "Spanish": ("Fecha", "Último", "Apertura", "Máximo", "Mínimo", "Vol.", "% var."),
    "Spanish, cierre": ("Fecha", "Cierre", "Apertura", "Máximo", "Mínimo", "Volumen", "Variación"),
    "Portuguese": ("Data", "Último", "Abertura", "Máxima", "Mínima", "Vol.", "Var%"),
    "Italian": ("Data", "Ultimo", "Apertura", "Massimo", "Minimo", "Vol.", "Var. %"),
    "Turkish": ("Tarih", "Şimdi", "Açılış", "Yüksek", "Düşük", "Hac.", "Fark %"),
    "Russian": ("Дата", "Цена", "Откр.", "Макс.", "Мин.", "Объём", "Изм. %"),
    "Polish": ("Data", "Zamknięcie", "Otwarcie", "Najwyższy", "Najniższy", "Wolumen", "Zmiana"),
    "Dutch": ("Datum", "Slotkoers", "Open", "Hoog", "Laag", "Volume", "Verschil"),
    "Persian": ("تاریخ", "پایانی", "اولین", "بیشترین", "کمترین", "حجم", "تغییر"),
    "Chinese": ("日期", "收盘价", "开盘", "高", "低", "交易量", "涨跌幅"),
    "Hungarian": ("Dátum", "Záró", "Nyitó", "Csúcs", "Mélypont", "Forgalom", "Változás"),  # unknown to the reader
}
LAYOUTS = {  # indices of date, close, open, high, low, volume, change in the order of the file
    "two": (0, 1),
    "candle": (0, 2, 3, 4, 1),
    "candle and volume": (0, 2, 3, 4, 1, 5),
    "price first": (0, 1, 2, 3, 4, 5, 6),
    "close first": (0, 1, 3, 4, 2),
    "high low close": (0, 3, 4, 1),
    "close and volume": (0, 1, 5),
    "volume and close": (0, 5, 1),
    "close and change": (0, 1, 6),
    "close, then date": (1, 0),
}
MISSING = ("", "-", "N/A", "null", "NaN", ".", "n/a", "—")
DAY_FORMS = (
    "iso", "iso", "iso T", "iso time", "d.m.y", "d.m.y", "d.m.y short", "m/d/y", "m/d/y", "d/m/y", "d/m/y",
    "m/d/y short", "d-m-y", "y/m/d", "eight", "eight dmy", "unix s", "unix ms", "unix us", "Jan 5, 2024",
    "5 Jan 2024", "5-Jan-24", "January 5, 2024", "d.m.y time", "m/d/y am", "serial", "jalali", "jalali digits",
    "six-hourly", "jalali short", "y/m/d short",
)  # fmt: skip
ORDER = {"d": "dmy", "m": "mdy", "y": "ymd"}
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
LONG = calendar.month_name[1:]
SHORT = [name[:3] for name in LONG]


@dataclass(frozen=True)
class Made:
    """The bytes of a file, its expected values, and the right answer to each question it may raise."""

    content: bytes
    right: dict[str, Any]
    answers: dict[str, str]
    dialect: dict[str, Any]
    unknowable: bool = False


@dataclass
class Series:
    """Moments and closes, oldest first; None is a day without a price."""

    moments: list[datetime]
    closes: list[float | None]
    others: list[list[float]]  # open, high, low, volume, change
    decimals: int
    every_day: bool

    def right(self) -> dict[str, Any]:
        """Return rows, first and last after repair: gaps are filled if every day of the week counts."""
        last = {
            moment.date(): close for moment, close in zip(self.moments, self.closes, strict=True) if close is not None
        }
        days = sorted(last)
        rows = (days[-1] - days[0]).days + 1 if self.every_day else len(days)
        return {
            "rows": rows,
            "first": str(days[0]),
            "last": str(days[-1]),
            "first_close": last[days[0]],
            "last_close": last[days[-1]],
        }


def make(seed: str) -> Made:
    """Generate the file of a seed."""
    rng = random.Random(seed)
    style = writing.style(rng)
    form, layout, header = rng.choice(DAY_FORMS), rng.choice(list(LAYOUTS)), rng.choice([*HEADERS, "none", "none"])
    header, style = _fitting(header, form, style)
    series = _series(rng, form)
    newest_first = rng.random() < 0.5
    names = HEADERS.get(header)
    columns = LAYOUTS[layout]
    if form == "six-hourly" and layout == "close, then date":
        columns = (0, 1)
    cells = _cells(rng, series, form, style)
    rows = [[row[at] for at in columns] for row in (cells[::-1] if newest_first else cells)]
    extras = _extras(rng, header)
    shown = [names[at] for at in columns] if names else []
    lines = ([style.line(shown)] if names else []) + [style.line(row) for row in rows]
    lines = _above(extras, style, lines)
    spaced = style.delimiter == " " and style.quoting == "none"
    before = rows[0][: columns.index(1)]  # an unquoted blank in a cell also separates columns
    close = sum(len(cell.split(" ")) for cell in before) if spaced else len(before)
    answers = {
        "decimal": style.decimal,
        "day_order": _order(form),
        "header": "yes" if names else "no",
        "close": names[1] if names else f"column {close + 1}",
        "delimiter": separators.CHOICES[style.delimiter],
        "halves": "one" if style.decimal == style.delimiter == "," and style.quoting == "none" else "two",
        "calendar": "jalali" if form == "jalali short" else "gregorian",
    }
    told = {
        "form": form,
        "layout": layout,
        "header": header,
        "decimals": series.decimals,
        "first_close": series.closes[0],
        "newest_first": newest_first,
        "extras": extras,
        **vars(style),
    }
    hidden = spaced and any(" " in cell or not cell for row in (*rows, shown) for cell in row)
    return Made(style.content(lines), series.right(), answers, told, style.unknowable or hidden or _commas(style, form))


def _commas(style: Style, form: str) -> bool:
    return style.quoting == "none" and style.delimiter == "," and form in ("Jan 5, 2024", "January 5, 2024")


def _fitting(header: str, form: str, style: Style) -> tuple[str, Style]:
    """Return the style with an encoding that has all letters of the file."""
    text = "".join(HEADERS.get(header, ())) + style.thousands + ("۱" if form == "jalali digits" else "") + "—"
    return header, style if writing.fits(text, style.encoding) else replace(style, encoding="utf-8")


def _series(rng: random.Random, form: str) -> Series:
    magnitude, decimals = rng.choice(MAGNITUDES), rng.choice((0, 1, 2, 2, 3, 3, 4, 6, 8))
    if magnitude < 5:
        decimals = max(decimals, 2 if magnitude > 0.5 else 6)
    days = rng.choice((63, 75, 90, 120, 150, 260))
    every_day, start = rng.random() < 0.5, date(2001, 1, 1) + timedelta(days=rng.randrange(8700))
    found = [start + timedelta(days=n) for n in range(days * 2)]
    found = [day for day in found if every_day or day.weekday() < 5][:days]
    moments = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in found]
    if form == "six-hourly":
        moments = [moment + timedelta(hours=hour) for moment in moments for hour in (0, 6, 12, 18)]
    closes, others, before = [], [], magnitude
    for _ in moments:
        close = max(round(before * (1 + rng.gauss(0, 0.03)), decimals), 10**-decimals)
        opened = round(before * (1 + rng.gauss(0, 0.002)), decimals)
        high, low = (
            round(edge(opened, close) * (1 + sign * abs(rng.gauss(0, 0.01))), decimals)
            for edge, sign in ((max, 1), (min, -1))
        )
        others.append([opened, max(high, opened, close), min(low, opened, close), rng.lognormvariate(12, 2),
                       100 * (close / before - 1)])  # fmt: skip
        closes.append(close)
        before = close
    if rng.random() < 0.3 and form != "six-hourly":
        for _ in range(rng.randrange(1, 5)):
            closes[rng.randrange(5, len(closes) - 5)] = None
        if sum(close is not None for close in closes) < 61:
            closes = [close if close is not None else 1.0 for close in closes]
    return Series(moments, closes, others, decimals, every_day)


def _cells(rng: random.Random, series: Series, form: str, style: Style) -> list[list[str]]:
    """Return the cells of all seven columns, oldest first."""
    spaced = style.delimiter == " " and style.quoting == "none"
    missing, volume = rng.choice(MISSING[spaced:]), rng.choice(("plain", "grouped", "suffix", "decimals"))
    money = rng.choice(("{}", "{}", "{}", "{}", "${}", "{} €")) if style.delimiter != " " else "{}"
    if "€" in money and not writing.fits("€", style.encoding):
        money = "{}"
    rows = []
    for moment, close, (*ohl, volumes, change) in zip(series.moments, series.closes, series.others, strict=True):
        numbers = [
            missing if value is None else money.format(style.number(value, series.decimals)) for value in (close, *ohl)
        ]
        percent = style.number(change, 2) + "%"
        rows.append([day(moment, form), *numbers, _volume(volumes, volume, style), percent])
    return rows


def _volume(value: float, kind: str, style: Style) -> str:
    if kind == "plain":
        return str(int(value))
    if kind == "suffix":
        scale, sign = (1e6, "M") if value > 1e6 else (1e3, "K")
        return style.number(value / scale, 2) + sign
    return style.number(value, 0 if kind == "grouped" else 2)


def day(moment: datetime, form: str) -> str:
    """Format a moment in one of the forms of `DAY_FORMS`."""
    stamp = int(moment.timestamp())
    plain = {
        "iso": "%Y-%m-%d", "iso T": "%Y-%m-%dT00:00:00.000Z", "iso time": "%Y-%m-%d 00:00:00",
        "six-hourly": "%Y-%m-%d %H:%M:%S",
        "d.m.y": "%d.%m.%Y", "d.m.y short": "%d.%m.%y", "m/d/y": "%m/%d/%Y", "d/m/y": "%d/%m/%Y",
        "m/d/y short": "%m/%d/%y",
        "d-m-y": "%d-%m-%Y", "y/m/d": "%Y/%m/%d", "y/m/d short": "%y/%m/%d", "eight": "%Y%m%d", "eight dmy": "%d%m%Y",
        "d.m.y time": "%d.%m.%Y 17:30",
        "m/d/y am": "%m/%d/%Y 12:00:00 AM",
    }  # fmt: skip
    if form in plain:
        return moment.strftime(plain[form])
    short, full = SHORT[moment.month - 1], LONG[moment.month - 1]
    jalali = JalaliDate.to_jalali(moment.year, moment.month, moment.day).strftime("%Y/%m/%d")
    return {
        "unix s": str(stamp),
        "unix ms": f"{stamp}000",
        "unix us": f"{stamp}000000",
        "Jan 5, 2024": f"{short} {moment:%d}, {moment.year}",
        "5 Jan 2024": f"{moment.day} {short} {moment.year}",
        "5-Jan-24": f"{moment.day}-{short}-{moment:%y}",
        "January 5, 2024": f"{full} {moment.day}, {moment.year}",
        "serial": str((moment.date() - date(1899, 12, 30)).days),
        "jalali": jalali,
        "jalali short": jalali[2:],
        "jalali digits": jalali.translate(PERSIAN),
    }[form]


def _order(form: str) -> str:
    if form == "jalali short":
        return "ymd"
    return "dmy" if form == "eight dmy" else ORDER.get(form[0], "ymd")


def _extras(rng: random.Random, header: str) -> tuple[str, ...]:
    """Return lines above the table."""
    return rng.choice(((), (), (), (), (), ("address",), ("sep",), ("title",), ("blank",), ("sep", "blank")))


def _above(extras: tuple[str, ...], style: Style, lines: list[str]) -> list[str]:
    kinds = {
        "address": "https://www.example.org",
        "sep": f"sep={style.delimiter}",
        "title": "Daily prices",
        "blank": "",
    }
    if style.delimiter == " " and "title" in extras:
        extras = ()
    return [kinds[extra] for extra in extras] + lines
