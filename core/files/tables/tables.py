"""Read a table from text: the separator, lines above and below the table, the header, and rows with line numbers.

The cells stay text; `core.files.tables.numbers` and `core.files.tables.dates` parse them for the labs.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from core.errors import FileError
from core.files import messages, packed
from core.files.phrases import in_lines, shown
from core.files.reading import Question, answer
from core.files.tables import dates, learners, numbers, records, rows, separators, text
from core.files.tables.heads import HEAD, commonest, header_lines, is_index, mostly_typed, names_of, typed, unique

MOST_BYTES = 50_000_000
KEPT_COLUMNS = 12
MOST_BLOCK = 20  # rows of pairs above a table
MAYBE_DECIMALS = {2, 3, 4, 5, 6, 7, 8}  # possible numbers of decimals, if all numbers have equally many
# The two halves of a number with a decimal comma or a thousands comma, perhaps with a currency.
_WHOLE = re.compile(r"[-+(]?[^\W\d]{0,3}[^\w.]{0,2}(?:\d{1,3}(?:['\s_٬.]\d{3})+|\d+)")
_DECIMALS = re.compile(r"(?:(\d{3})\.\d+|(\d+))[^\w.]{0,2}[^\W\d]{0,3}")
_RULE = re.compile(r"(?=.*(?:[-=]{3}|:-|-:))[-=|+:\s]+")
_COMMENT = re.compile(r"\s*(?:#|//|%|--\s)")


@dataclass
class Table:
    """Rows of text cells, all as wide as `names`, with the line of the file that each begins in."""

    name: str
    names: list[str]  # unique; such as "column 2" if the file gives none
    heads: list[list[str]]  # the header lines as written; none for a table without a header
    rows: list[list[str]]
    lines: list[int]
    separator: str
    told: list[str] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    loose: list[int] = field(default_factory=list)
    _taken: dict[int, list[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def column(self, at: int) -> list[str]:
        """Return the cells of a column, which must not be changed; columns of narrow tables are cached."""
        if at not in self._taken:
            cells = [row[at] for row in self.rows]
            if len(self.names) > KEPT_COLUMNS:
                return cells
            self._taken[at] = cells
        return self._taken[at]

    @cached_property
    def numeric(self) -> dict[int, numbers.Evidence]:
        """Return the numeric columns, and the evidence of each for the decimal separator."""
        found = {}
        for at in range(len(self.names)):
            cells = self.column(at)
            step = max(1, len(cells) // 300)
            if numbers.is_numeric(cells[::step], 0.8) and dates.share_of_days(cells, most=100) < 0.9:
                found[at] = numbers.evidence(cells)
        return found

    def decimal(self, answers: Mapping[str, str], writer: str = "") -> numbers.Decision:
        """Decide the decimal separator of this table; a question, if any, is added to `asked`.

        `writer` tells what else is known of the file, see `numbers.decide`.
        """
        found = numbers.decide(list(self.numeric.values()), writer, self._example)
        if found.question is None:
            return found
        if found.question.name in answers:
            return numbers.Decision(answer(found.question, answers) or ".", True)
        self.asked.append(found.question)
        return found

    def _example(self) -> str:
        """Return a number of the table that may be read in two ways."""
        for at in self.numeric:
            for cell in self.column(at):
                if match := re.search(r"(?<![\d.,])[1-9]\d{0,2}[.,]\d{3}(?![\d.,])", numbers.plain(cell)):
                    return match.group()
        return "1,234"

    def number_of(self, name: str) -> int:
        return self.names.index(name)


def read(content: bytes, name: str, answers: Mapping[str, str] | None = None) -> Table:
    """Read the table of a file. FileError if there is none."""
    if len(content) > MOST_BYTES:
        raise FileError(messages.too_large.format(name=name, size=len(content) / 1e6, most=MOST_BYTES // 1_000_000))
    content, unpacked = packed.unpacked(content, name)
    decoded, told = text.decode(content, name, (answers or {}).get("encoding", ""))
    told = (*unpacked, *told)
    text.refuse_web_page(decoded, name)
    if records.is_json(decoded, name):
        return _of_records(records.of_json(decoded, name), name, told)
    return of_text(learners.as_table(decoded, name), name, answers, told)


def _of_records(found: records.Records, name: str, told: Sequence[str]) -> Table:
    """Return the table of rows that already have names."""
    names, doubled = unique(found.names)
    heads = [] if all(re.fullmatch(r"column \d+", one) for one in names) else [names]
    return Table(name, names, heads, found.rows, found.lines, found.kind, [*told, *found.told, *doubled])


def of_text(decoded: str, name: str, answers: Mapping[str, str] | None = None, told: Sequence[str] = ()) -> Table:
    """Read the table of a decoded text."""
    lines = rows.lines_of(decoded, name)
    first, separator = separators.sep_line(lines)
    if not any(line.strip() for line in lines[first:]):
        raise FileError(messages.empty.format(name=name))
    head = [line for line in lines[first : first + 4 * HEAD] if line.strip()][:HEAD]
    quote = separators.quote_of(head)
    head = rows.sample(head, quote, lambda some: max(separators.score(some, s, quote) for s in separators.SEPARATORS))
    separator, question = separators.given(answers or {}) or separator, None
    if not separator:
        separator, question = separators.find(head, quote)
    rows.check_size(lines, separator, name)
    width = separators.width(head, separator, quote)
    cut = rows.cut(lines[first:], separator, quote, width, first + 1)
    if width == 1 and (inner := _unwrapped(cut, name, answers)):
        return inner
    found = _Grid(name, separator, width, cut, list(told), quoted=head[-1].startswith(quote))
    found.asked += [question] if question else []
    found.notice_loose()
    found.drop_above()
    return found.table(answers or {})


def _unwrapped(cut: rows.Rows, name: str, answers: Mapping[str, str] | None) -> Table | None:
    """Read a table whose whole lines were quoted once more, as spreadsheets do with files that they did not split."""
    inner = "\n".join(cells[0] for cells in cut.cells)
    if separators.given(answers or {}) not in inner:
        return None
    if not any('"' in cells[0] or separator in cells[0] for cells in cut.cells[:5] for separator in ",;\t|"):
        return None
    head = [line for line in inner.split("\n") if line.strip()][:HEAD]
    if separators.score(head, separators.find(head, '"')[0], '"') <= 2.0 or inner.count("\n") + 1 != len(cut.cells):
        return None
    table = of_text(inner, name, answers)
    table.lines = [cut.lines[line - 1] for line in table.lines]
    table.told.append(messages.quotes_taken_off)
    return table


class _Grid:
    """Rows on their way to a table."""

    def __init__(self, name: str, separator: str, width: int, cut: rows.Rows, told: list[str], quoted: bool) -> None:
        self.name, self.separator, self.width, self.told = name, separator, width, told
        self.cells, self.lines, self.loose, self.quoted = cut.cells, cut.lines, cut.loose, quoted
        self.asked: list[Question] = []

    def notice_loose(self) -> None:
        if self.loose:
            self.told.append(messages.loose_quotes.format(lines=in_lines(self.loose)))

    def drop_above(self) -> None:
        """Drop comments, titles and addresses above the header."""
        above = self._block()
        for cells in self.cells[above:40]:
            filled = sum(bool(cell.strip()) for cell in cells)
            title = len(cells) != self.width or (filled <= 1 and bool(cells[0].strip() or not filled))
            alone = self.width > 1 and title and filled <= max(1, self.width // 3)
            if not alone and not (_COMMENT.match(cells[0]) and self._comment_stands(cells)):
                break
            above += 1
        if 0 < above < len(self.cells):
            start = self.separator.join(self.cells[0]).strip()[:40]
            self.told.append(messages.above_skipped.format(lines=in_lines(self.lines[:above]), start=start))
            self.cells, self.lines = self.cells[above:], self.lines[above:]
        self._drop_rule()

    def _drop_rule(self) -> None:
        """Drop the line of dashes below the header, as Markdown and data bases have it."""
        if len(self.cells) > 1 and _RULE.fullmatch("|".join(self.cells[1])):
            self.told.append(messages.rule_left_out.format(line=self.lines[1]))
            self.cells, self.lines = self.cells[:1] + self.cells[2:], self.lines[:1] + self.lines[2:]

    def _block(self) -> int:
        """Return the number of rows above an empty line and a header: pairs such as Security and its name."""
        for at in range(1, min(MOST_BLOCK, len(self.cells) - 3)):
            head, body = self.cells[at], self.cells[at + 1 : at + 4]
            empty = self.lines[at] - self.lines[at - 1] > 1 or not any(map(str.strip, self.cells[at - 1]))
            if empty and all(cell.strip() and not typed(cell) for cell in head):
                values = all(map(mostly_typed, body)) and not any(map(mostly_typed, self.cells[:at]))
                return at if values and len(head) == self.width else 0
        return 0

    def _comment_stands(self, cells: list[str]) -> bool:
        """Return whether a line that begins with # is a comment, and not the header, as numpy.savetxt writes it."""
        return len(cells) != self.width

    def table(self, answers: Mapping[str, str]) -> Table:
        heads = self._heads(answers)
        body, lines = self.cells[len(heads) :], self.lines[len(heads) :]
        width = self._full_width(heads, body)
        named = names_of(heads, width)
        fitting = self._fitting(body, lines, width)
        kept = [
            at for at in range(width) if named[at] or any(len(body[n]) > at and body[n][at].strip() for n in fitting)
        ] or [0]
        padded = [body[at] if len(body[at]) == width else self._padded(body[at], width) for at in fitting]
        table_rows = padded if len(kept) == width else [[cells[at] for at in kept] for cells in padded]
        names, told = unique([named[at] for at in kept])
        heads = [[self._padded(cells, width)[at] for at in kept] for cells in heads]
        told, of_rows = self.told + told, [lines[at] for at in fitting]
        return Table(self.name, names, heads, table_rows, of_rows, self.separator, told, self.asked, self.loose)

    def _heads(self, answers: Mapping[str, str]) -> list[list[str]]:
        """Take the header lines from the top: none, one, or up to three, as yfinance writes them."""
        count, sure = header_lines(self.cells, self.width)
        start = shown(self.cells[0])
        labels = messages.header_yes.format(cells=start), messages.header_no.format(cells=start)
        question = Question("header", messages.header_question, ("yes", "no"), labels, "yes" if count else "no")
        given = answer(question, answers)
        count = max(count, 1) if given == "yes" else 0
        if not count:
            self.told.append(messages.no_header.format(line=self.lines[0], cells=start))
            self._settle_halves(answers)
        if not sure and "header" not in answers:
            self.asked.append(question)
        return self.cells[:count]

    def _settle_halves(self, answers: Mapping[str, str]) -> None:
        """Refuse or ask if the separating commas may also be decimal commas, and no header decides it."""
        halves = [at for at in range(1, self.width if self.separator == "," else 0) if self._may_be_halves(at)]
        if not halves:
            return
        before, after = (cell.strip() for cell in self.cells[0][halves[0] - 1 : halves[0] + 1])
        question = Question(
            "halves",
            messages.two_columns_or_one.format(line=self.lines[0], before=before, after=after),
            ("two", "one"),
            (messages.two_columns, messages.one_number),
            "two",
        )
        if "halves" not in answers:
            self.asked.append(question)
        if answer(question, answers) == "one":
            if any(at + 1 in halves for at in halves):  # three such columns: which two belong together is open
                raise FileError(self._halved((before, after)))
            for cells in self.cells:
                for at in reversed(halves):
                    cells[at - 1 : at + 1] = [",".join(cells[at - 1 : at + 1])]
            self.width -= len(halves)

    def _halved(self, both: tuple[str, str]) -> str:
        return messages.commas_part_too.format(line=self.lines[0], name=self.name, number=",".join(both))

    def _may_be_halves(self, at: int) -> bool:
        """Return whether a column may be the decimals of the one before it. FileError if it certainly is."""
        both = [(cells[at - 1].strip(), cells[at].strip()) for cells in self.cells[:HEAD] if len(cells) == self.width]
        tails = [_DECIMALS.fullmatch(cell) for _, cell in both]
        if not both or not all(tails) or not all(_WHOLE.fullmatch(cell) for cell, _ in both):
            return False
        after = [tail[1] or tail[2] for tail in tails if tail]
        size, several = {len(cell) for cell in after}, len(set(after))
        zeros = sum(cell.startswith("0") for cell in after) / len(after)
        if len(size) == 1 and size <= {2, 3, 4} and several > 10 and 0.02 < zeros < 0.5:
            raise FileError(self._halved(both[0]))
        if len(size) != 1 or zeros >= 0.5:
            return False
        if size == {1}:
            return several > 5
        return size <= MAYBE_DECIMALS and several > 10 and dates.share_of_days(after) < 0.9

    def _full_width(self, heads: list[list[str]], body: list[list[str]]) -> int:
        """Return the number of cells of a row; a header that is one short does not name the first column, as in R."""
        usual = commonest(body[:HEAD] or heads)[0]
        for cells in heads:
            sample = [row for row in body[:HEAD] if len(row) == usual]
            if (
                len(cells) == usual - 1
                and cells[0].strip()
                and is_index([row[0] for row in sample], cells, self.quoted)
                and not (self.separator == "," and any(map(self._may_be_halves, range(2, usual))))
            ):
                cells.insert(0, "")
            elif self._all_narrower(cells, body) or self._beyond_names(cells, sample):
                self._refuse_extra(cells, usual)
        return max(usual, *(len(cells) for cells in heads)) if heads else usual

    @staticmethod
    def _beyond_names(names: list[str], sample: list[list[str]]) -> bool:
        """Return whether rows that are longer than the header hold values behind its last name."""
        last = max((at for at, cell in enumerate(names) if cell.strip()), default=-1)
        return any(cell.strip() for row in sample if len(row) > len(names) for cell in row[last + 1 :])

    @staticmethod
    def _all_narrower(names: list[str], body: list[list[str]]) -> bool:
        """Return whether no row has a cell for the last of the names; then the names cannot be assigned to columns."""
        last = max((at for at, cell in enumerate(names) if cell.strip()), default=-1)
        return bool(body) and all(len(row) <= last for row in body)

    def _refuse_extra(self, names: list[str], usual: int) -> None:
        why = messages.quote_names * (self.separator == rows.SPACES)
        why += messages.decimal_commas_too * (self.separator == ",")
        text = messages.plural("header_too_narrow", len(names))
        raise FileError(text.format(name=self.name, columns=len(names), usual=usual, why=why))

    def _fitting(self, body: list[list[str]], lines: list[int], width: int) -> list[int]:
        """Return the places of rows with the right number of cells; others are reported."""
        usual = commonest(body[:HEAD])[0] if body else width
        fitting, apart = [], {}
        held = self._held(body, width)
        for at, cells in enumerate(body):
            longer = len(cells) > width and not any(cell.strip() for cell in cells[held:])
            if longer or len(cells) in (width, usual):
                fitting.append(at)
            else:
                apart[lines[at]] = cells
        if apart:
            self._notice_apart(apart, width, body, lines)
        return fitting

    @staticmethod
    def _held(body: list[list[str]], width: int) -> int:
        """Return how many cells of a row hold values: one fewer than its width if every line ends with a separator."""
        sample = [row for row in body[:HEAD] if len(row) == width]
        ends = sum(not row[-1].strip() for row in sample)
        return width - 1 if width > 1 and ends > 0.9 * len(sample) else width

    def _notice_apart(self, apart: dict[int, list[str]], width: int, body: list[list[str]], lines: list[int]) -> None:
        """Report lines of another width: a few at the end are a footer; others may be truncated or broken rows."""
        line, cells = next(iter(apart.items()))
        last = lines[-len(apart) :] == list(apart) and len(apart) <= 10
        filled = sum(bool(cell.strip()) for cell in next(iter(apart.values())))
        if last and (filled <= 1 or len(cells) < width):
            start = self.separator.join(cells).strip()[:40]
            self.told.append(messages.end_left_out.format(lines=in_lines(list(apart)), start=start, width=width))
            return
        if len(apart) > max(3, len(body) // 20):
            raise FileError(
                messages.plural("no_table", len(cells)).format(
                    line=line, name=self.name, columns=len(cells), usual=width, more=len(apart) - 1
                )
            )
        self.told.append(messages.cells_left_out.format(lines=in_lines(list(apart)), width=width))

    @staticmethod
    def _padded(cells: list[str], width: int) -> list[str]:
        return cells[:width] + [""] * (width - len(cells))
