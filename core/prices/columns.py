"""Find days, closes, tickers and times of day among the columns of a price file, by name and by content."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.errors import PriceFileError
from core.files.phrases import shown
from core.files.reading import Question, answer
from core.files.tables import dates, numbers
from core.files.tables.tables import Table
from core.prices import messages, names as price_names

MOST_TICKERS = 500
MOST_KEYS = 3  # columns that name a series, such as exchange, coin and currency
MOST_ROWS_SEEN = 2000
CLEARLY = 0.7  # the smaller of two distances is at most this share of the larger one


@dataclass(frozen=True)
class Close:
    """Columns that may be the close: by ticker if there are several, else one; or a question."""

    columns: dict[str, int]  # ticker or name of the column -> its index
    told: tuple[str, ...] = ()
    question: Question | None = None


def spell_out(table: Table) -> None:
    """Name columns that are called o, h, l and c, as chart services send them, open, high, low and close."""
    given = [name.casefold() for name in table.names]
    if {"o", "h", "l", "c"} <= set(given) and len(table.heads) == 1:
        table.names[:] = [price_names.LETTERS.get(one, name) for one, name in zip(given, table.names, strict=True)]
        table.heads[:] = [list(table.names)]
        table.told.append(messages.letters_read)


def day_column(table: Table) -> int:
    """Return the index of the column of days. Raise PriceFileError if there is none."""
    named = _ranked(table, price_names.DAY)
    for at in named:
        if dates.share_of_days(table.column(at), named=True) >= 0.5:
            return at
    others = [at for at in range(len(table.names)) if at not in named]
    for at in others:
        if dates.share_of_days(table.column(at)) >= 0.9:
            return at
    if (steady := next((at for at in others if dates.are_steady(table.column(at))), None)) is not None:
        return steady
    if named:
        return named[0]  # the error will name its first cell that is no day
    where = messages.first_row.format(line=table.lines[0])
    if table.heads:
        where = messages.first_line_names.format(cells=shown(table.heads[0]))
    raise PriceFileError(messages.no_dates.format(name=table.name, where=where))


def day_of(table: Table, close: int, day: int) -> int:
    """Return the column of days of a close: the nearest on its left, if the tables of several symbols lie abreast."""
    left = [at for at in _ranked(table, price_names.DAY) if at < close]
    return max((at for at in left if dates.share_of_days(table.column(at), named=True) >= 0.5), default=day)


def by_time(days: dates.Days) -> np.ndarray:
    """Order rows from oldest to newest; of a day without times the row nearer to the newer end comes last."""
    count = len(days.days)
    newest_first = count > 1 and days.days[0] > days.days[-1]
    place = np.arange(count)[::-1] if newest_first else np.arange(count)
    return np.lexsort((place, days.seconds, days.days))


def clock(table: Table, day: int) -> np.ndarray | None:
    """Return seconds of the day from a separate column of times, as trading programs write it; None without one."""
    for at in _ranked(table, price_names.CLOCK):
        if at != day and (found := dates.read_clock(table.column(at))) is not None:
            return found
    return None


def closes(table: Table, day: int, answers: Mapping[str, str]) -> Close:
    """Return the column or columns of closing prices."""
    ranks = _heads_in(table, price_names.CLOSE, skip=day)
    adjusted = [at for at, _ in _heads_in(table, price_names.ADJUSTED, skip=day)]
    ranks = [(at, rank) for at, rank in ranks if at not in adjusted]
    if not ranks and adjusted:
        ranks, adjusted = [(at, 0) for at in adjusted], []
    if not ranks:
        return _without_name(table, day, answers)
    best = min(rank for _, rank in ranks)
    found = [at for at, rank in ranks if rank == best]
    used = table.names[found[0]]
    told = tuple(messages.column_used.format(used=used, other=table.names[at]) for at in adjusted[:1])
    if len(found) == 1:
        return Close({used: found[0]}, told)
    names = {_ticker_of(table, at): at for at in found}
    return Close(names if len(names) == len(found) else {table.names[at]: at for at in found}, told)


def bars(table: Table, day: int, close: int) -> dict[str, int]:
    """Return the columns of open, high, low and, if there is one, volume that belong to a close; empty without them."""
    if any(at == close for at, _ in _heads_in(table, price_names.ADJUSTED)):
        return {}  # the other prices of such a file are not adjusted
    found = {name: _beside(table, day, close, names) for name, names in price_names.BARS.items()}
    known = {name: at for name, at in found.items() if at is not None}
    return known if {"open", "high", "low"} <= set(known) else {}


def _beside(table: Table, day: int, close: int, names: dict[str, int]) -> int | None:
    """Return the column with the best of these names, of the close's ticker if there are several; None if unclear."""
    found = [(rank, at) for at, rank in _heads_in(table, names, skip=day) if at != close]
    if len(found) > 1 and (of := _ticker_of(table, close)) != table.names[close]:
        found = [(rank, at) for rank, at in found if of in _ticker_of(table, at)]
    best = [at for rank, at in found if rank == min(found)[0]]
    return best[0] if len(best) == 1 else None


def ticker_columns(table: Table, day: int, days: np.ndarray, seconds: np.ndarray) -> list[int]:
    """Return the columns that together distinguish several symbols in one file; none if there is only one symbol."""
    moments = (days.astype("int64") * 86_400 + seconds).tolist()
    few = [at for at in range(len(table.names)) if at != day and 1 < len(set(table.column(at))) <= MOST_TICKERS]
    named = [at for at in _ranked(table, price_names.TICKER) if at in few]
    first = [at for at in named if at not in table.numeric][:1]
    chosen = list(first)
    if _different(table, moments, chosen) > 0.8 * len(moments):
        return first
    others = [at for at in few if at not in (*named, *table.numeric) and not _is_time(table.column(at))]
    while _different(table, moments, chosen) <= 0.8 * len(moments):
        left = [at for at in (*named, *others) if at not in chosen]
        if not left or len(chosen) == MOST_KEYS:
            return first
        chosen.append(max(left, key=lambda at: _different(table, moments, [*chosen, at])))
    enough = chosen == first or _different(table, moments, chosen) > 0.95 * len(moments)
    return chosen if enough else first


def _different(table: Table, moments: list[int], columns: list[int]) -> int:
    return len(set(zip(moments, *(table.column(at) for at in columns), strict=True)))


def _is_time(cells: list[str]) -> bool:
    return dates.share_of_days(cells) >= 0.5 or dates.read_clock(sorted(set(cells))) is not None


def _ranked(table: Table, names: dict[str, int]) -> list[int]:
    return [at for at, _ in sorted(_heads_in(table, names), key=lambda found: found[1])]


def _heads_in(table: Table, names: dict[str, int], skip: int = -1) -> list[tuple[int, int]]:
    """Return index and rank of each column with one of these names in a header row or among the words of its name."""
    found = []
    for at in range(len(table.names)):
        heads = [price_names.plain(cells[at]) for cells in table.heads if cells[at].strip()]
        ranks = [names[head] for head in heads if head in names]
        if at != skip and ranks:
            found.append((at, min(ranks)))
    return found or _by_words(table, names, skip)


def _by_words(table: Table, names: dict[str, int], skip: int) -> list[tuple[int, int]]:
    """Return index and rank of columns whose name contains one of these words, such as `BTC close`."""
    found = []
    for at, name in enumerate(table.names if table.heads else []):
        words = [price_names.plain(word) for word in name.replace("_", " ").replace(".", " ").split()]
        ranks = [names[word] for word in words if word in names and (len(word) > 3 or names is price_names.LOW)]
        others = {w for w in words if any(w in known for known in (price_names.OTHER, price_names.ADJUSTED))}
        others |= set(words) & set(price_names.PREVIOUS)
        if at != skip and ranks and not (others and names is price_names.CLOSE):
            found.append((at, min(ranks)))
    return found


def _ticker_of(table: Table, at: int) -> str:
    """Return the words in a column's header other than those for the close: the ticker."""
    others = [cells[at].strip() for cells in table.heads if price_names.plain(cells[at]) not in price_names.CLOSE]
    if len(table.heads) == 1:
        words = table.names[at].replace("_", " ").split()
        others = [word for word in words if price_names.plain(word) not in price_names.CLOSE]
    found = " ".join(other for other in others if other)
    return table.names[at] if not found or found.startswith("(") else found


def _without_name(table: Table, day: int, answers: Mapping[str, str]) -> Close:
    """Find the close without a header: the only numeric column, the fourth of open-high-low-close, or ask."""
    known = [at for at, _ in _heads_in(table, price_names.OTHER)] + [
        at for at, _ in _by_words(table, price_names.PREVIOUS, day)
    ]
    found = [at for at in table.numeric if at not in (day, *known) and _may_be_price(table.column(at))]
    if not found:
        text = messages.no_closes if table.heads else messages.no_numbers
        raise PriceFileError(text.format(name=table.name, cells=shown(table.heads[0]) if table.heads else ""))
    if len(found) == 1 and (len(table.numeric) == 1 or _within(table, found[0])):
        return Close({table.names[found[0]]: found[0]})
    _refuse_tenths(table, found)
    if not table.heads and (candle := _candle(table, day, found)):
        at, block = candle
        names = ", ".join(repr(table.names[other]) for other in block)
        told = messages.looks_like_candle.format(names=names, close=table.names[at])
        return Close({table.names[at]: at}, (told,))
    labels = tuple(f"{table.names[at]}: {shown(table.column(at)[:3])}" for at in found)
    names = tuple(table.names[at] for at in found)
    question = Question("close", messages.which_closes, names, labels)
    given = answer(question, answers)
    return Close({given: table.number_of(given)} if given else {}, (), None if given else question)


def _may_be_price(cells: list[str]) -> bool:
    """Return whether numbers may be prices: neither times nor, for the most part, per cents."""
    step = max(1, len(cells) // 100)
    shares = sum("%" in numbers.plain(cell) for cell in cells[::step]) > 0.5 * len(cells[::step])
    return not shares and dates.share_of_days(cells, most=100) <= 0.9


def _within(table: Table, at: int) -> bool:
    """Return whether a column is the only one that may be the close and lies between high and low, as closes do."""
    edges = [_heads_in(table, names, skip=at) for names in (price_names.HIGH, price_names.LOW)]
    if not all(edges):
        return False
    decimal = numbers.decide(list(table.numeric.values())).decimal
    columns = (edges[0][0][0], at, edges[1][0][0])
    high, close, low = (numbers.column(table.column(one)[:MOST_ROWS_SEEN], decimal)[0] for one in columns)
    inside = (close <= high) & (close >= low)
    return bool(inside.sum() >= 0.9 * np.isfinite(close + high + low).sum())


def _refuse_tenths(table: Table, found: list[int]) -> None:
    """Raise PriceFileError if a comma-separated file without header seems to use decimal commas too."""
    for at in found if table.separator == "," and not table.heads else []:
        cells = {cell.strip() for cell in table.column(at)[:MOST_ROWS_SEEN]}
        if at - 1 in found and (any(cell[:1] == "0" and cell[1:].isdecimal() for cell in cells) or _are_tenths(cells)):
            before, after = table.rows[0][at - 1 : at + 1]
            raise PriceFileError(messages.one_number.format(line=table.lines[0], before=before, after=after))


def _are_tenths(cells: set[str]) -> bool:
    return len(cells) > 7 and all(len(cell) == 1 and cell.isdecimal() for cell in cells)


def _candle(table: Table, day: int, found: list[int]) -> tuple[int, list[int]] | None:
    """Return the close among four adjacent columns that look like open, high, low and close, and the four.

    One of the four is never below and one never above the others. Of the other two the open is nearer to the close of
    the day before; None if that does not tell them apart.
    """
    decimal = numbers.decide([table.numeric[at] for at in found]).decimal
    order = by_time(dates.read(table.column(day)[:MOST_ROWS_SEEN]))
    for first in found:
        block = list(range(first, first + 4))
        if not set(block) <= set(found):
            continue
        values = np.stack([numbers.column(table.column(at)[:MOST_ROWS_SEEN], decimal)[0][order] for at in block])
        values = values[:, ~np.isnan(values).any(axis=0)]
        if values.shape[1] > 2 and (inner := _inside(values)) and (close := _closing(values, *inner)) is not None:
            return block[close], block
    return None


def _inside(values: np.ndarray) -> tuple[int, int] | None:
    """Return the two of four series that always lie between the other two, which are close to them."""
    high = next((n for n in range(4) if (values[n] >= values.max(axis=0)).all()), None)
    low = next((n for n in range(4) if n != high and (values[n] <= values.min(axis=0)).all()), None)
    if high is None or low is None or np.median(values[high]) > 1.5 * np.median(values[low]):
        return None
    first, last = (n for n in range(4) if n not in (high, low))
    return first, last


def _closing(values: np.ndarray, first: int, last: int) -> int | None:
    """Return which of two series is the close: each day the other one starts near its previous value."""
    if np.array_equal(values[first], values[last]):
        return last
    if_last = np.abs(values[first, 1:] - values[last, :-1]).mean()
    if_first = np.abs(values[last, 1:] - values[first, :-1]).mean()
    if min(if_last, if_first) > CLEARLY * max(if_last, if_first):
        return None
    return last if if_last < if_first else first
