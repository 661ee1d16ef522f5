"""Read files of labelled texts as rows: tables with any separator, lines `text;label`, JSON, Parquet.

Texts contain commas, quotation marks and line ends, and few files quote them all. So the separator is the one that
separates a column of labels from the rest, a quotation mark that is never closed is part of a text, and a row with too
many separators is joined again if only one way gives a known label.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import FileError
from core.files import messages as files_messages, packed
from core.files.phrases import in_lines, shown
from core.files.reading import Question, answer
from core.files.tables import heads, parquet, records, rows, separators, text
from core.labs.emotion import messages
from core.labs.emotion.texts import columns, labels
from core.labs.emotion.texts.cutting import Cut, cut

MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 50_000_000, 500_000, 200
SEPARATORS = ("\t", ";", ",", "|", "؛", "،", "；", "，")
HEAD = 600  # lines from which the separator is detected
_FAST = re.compile(r"\s*((?:__label__\S+\s+)+)(.*)", re.S)


@dataclass
class Grid:
    """Rows of text cells, all as wide as `names`, and the lines of the file that are no rows."""

    names: list[str]
    rows: list[list[str]]
    lines: list[int]
    told: list[str] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    unit: str = "line"  # what `lines` count
    separator: str = ""
    apart: dict[int, list[str]] = field(default_factory=dict)  # line -> cells, for lines with another number of cells
    named: bool = True  # whether the names come from the file


def content_of(path: Path, name: str) -> bytes:
    """Read the bytes of a file. FileError if it is too large."""
    if (size := path.stat().st_size) > MOST_BYTES:
        raise FileError(messages.too_large.format(name=name, size=size / 1e6, most=MOST_BYTES // 1_000_000))
    return path.read_bytes()


def read(content: bytes, name: str, answers: Mapping[str, str]) -> Grid:
    """Read the rows of a file. FileError if it has none, or too many."""
    content, unpacked = packed.unpacked(content, name)
    if content.startswith(parquet.MAGIC):
        return of_records(parquet.read(content, name), unpacked)
    decoded, told = text.decode(content, name, answers.get("encoding", ""))
    told = (*unpacked, *told)
    del content
    text.refuse_web_page(decoded, name)
    if records.is_json(decoded, name):
        try:
            return of_records(records.of_json(decoded, name), told)
        except FileError:
            if name.lower().endswith(records.ENDINGS) or not decoded.lstrip().startswith("[["):
                raise
    return _of_text(decoded, name, answers, list(told))


def of_records(found: records.Records, told: Sequence[str] = ()) -> Grid:
    """Return the grid of rows that already have names."""
    names, doubled = heads.unique([name.strip() for name in found.names])
    read = messages.plural("read_as", len(found.rows)).format(kind=found.kind, rows=len(found.rows))
    said = [*told, read, *found.told, *doubled]
    return Grid(names, found.rows, found.lines, said, unit=found.unit)


def _of_text(decoded: str, name: str, answers: Mapping[str, str], told: list[str]) -> Grid:
    lines = rows.lines_of(decoded, name)
    first, given = separators.sep_line(lines)
    head = _sample(lines[first:])
    if not head:
        raise FileError(files_messages.empty.format(name=name))
    if sum(bool(_FAST.match(line)) for line in head) > 0.9 * len(head):
        return _fast(lines, told)
    quote = separators.quote_of(head)
    head = rows.sample(head, quote, lambda some: max(_score(some, sign, quote) for sign in SEPARATORS))
    if not given and _doubled(head):
        lines, head = ([line.replace("::", "\t") for line in some] for some in (lines, head))
        told.append(messages.two_colons)
    separator = given or _separator(head, quote)
    if columns.is_known(head[0]) and len(head) > 1 and separator not in head[0]:
        raise FileError(messages.one_named_column.format(name=name, column=head[0].strip()))
    rows.check_size(lines, separator, name)
    width = _width(head, separator, quote)
    if width > MOST_COLUMNS:
        raise FileError(messages.too_many_columns.format(name=name, width=width, most=MOST_COLUMNS))
    found = cut(lines[first:], separator, quote, width, first + 1)
    del lines, decoded
    if width == 1 and (inner := _unwrapped(found, name, answers, told)):
        return inner
    if len(found.cells) > MOST_ROWS:
        raise FileError(messages.too_many_rows.format(name=name, rows=len(found.cells), most=MOST_ROWS))
    return _Table(name, separator, width, found, told).grid(answers)


def _doubled(head: list[str]) -> bool:
    """Return whether :: separates the columns and can be replaced by a tab, which no text contains."""
    return sum("::" in line for line in head) > 0.95 * len(head) and not any("\t" in line for line in head)


def _sample(lines: list[str]) -> list[str]:
    """Return the first lines that are not blank, limited in number and length."""
    found, size = [], 0
    for line in lines:
        if line and not line.isspace():
            found.append(line)
            size += len(line)
        if len(found) >= HEAD or size > 2_000_000:
            break
    return found


def _fast(lines: list[str], told: list[str]) -> Grid:
    """Read lines in fastText's format: __label__joy and the text."""
    made = Grid(["text", "label"], [], [], [*told, messages.read_as_fasttext])
    for number, line in enumerate(lines, start=1):
        if match := _FAST.match(line):
            found = match[1].split()
            label = found[0].removeprefix("__label__") if len(found) == 1 else records.Several(", ".join(found))
            made.rows.append([match[2], label])
            made.lines.append(number)
        elif line.strip():
            made.apart[number] = [line]
    return made


def _cells(line: str, separator: str, quote: str) -> list[str]:
    return (rows.scan(line, separator, quote) if quote in line else None) or line.split(separator)


def _width(head: list[str], separator: str, quote: str) -> int:
    """Return the usual number of cells; 2 for lines of a text that contains separators and a label."""
    widths = Counter(len(_cells(line, separator, quote)) for line in head)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if count < 0.7 * len(head) and width != 2 and max(_share_of_labels(head, separator)) > 0.8:
        return 2
    return width


def _separator(head: list[str], quote: str) -> str:
    """Return the separator that splits a column of labels from the others in most lines."""
    scores = {separator: _score(head, separator, quote) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: scores[separator])
    return best if scores[best] > 0 else ","


def _score(head: list[str], separator: str, quote: str) -> float:
    with_it = sum(separator in line for line in head)
    if with_it < 0.5 * len(head):
        return 0.0
    rows_of = [_cells(line, separator, quote) for line in head]
    widths = Counter(map(len, rows_of))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    share = count / len(head)
    if width < 2 or width > MOST_COLUMNS:
        return 0.0
    regular = [cells for cells in rows_of if len(cells) == width]
    looks = [columns.of([cells[at] for cells in regular[1:]]) for at in range(width)]
    has_labels = any(look.is_label for look in looks) and any(look.is_text or look.distinct > 20 for look in looks)
    ends = max(_share_of_labels(head, separator))
    return max(share * (3.0 if has_labels else 1.0), 2.5 * ends if ends > 0.8 else 0.0)


def _share_of_labels(head: list[str], separator: str) -> tuple[float, float]:
    """Return the shares of lines whose part before the first, or after the last, separator repeats like a label."""
    shares = []
    for part in (lambda line: line.partition(separator), lambda line: line.rpartition(separator)[::-1]):
        ends = [labels.key(end[0]) for line in head if (end := part(line))[1] and len(end[0]) <= 60]
        counts = Counter(end for end in ends if end)
        again = sum(count for count in counts.values() if count > 1)
        few = 2 <= sum(count > 1 for count in counts.values()) <= 2 * labels.MOST_CLASSES
        shares.append(again / len(head) if few else 0.0)
    return shares[0], shares[1]


def _unwrapped(found: Cut, name: str, answers: Mapping[str, str], told: list[str]) -> Grid | None:
    """Read a table whose whole lines were quoted once more, as spreadsheets do with files that they did not split."""
    inner = [cells[0] for cells in found.cells]
    head = inner[:HEAD]
    if max(_score(head, separator, '"') for separator in SEPARATORS) < 2.0 or any("\n" in line for line in inner):
        return None
    made = _of_text("\n".join(inner), name, answers, told)
    made.lines = [found.lines[line - 1] for line in made.lines]
    made.apart = {found.lines[line - 1]: cells for line, cells in made.apart.items()}
    made.told.append(files_messages.quotes_taken_off)
    return made


class _Table:
    """Split lines on their way to a grid."""

    def __init__(self, name: str, separator: str, width: int, cut: Cut, told: list[str]) -> None:
        self.name, self.separator, self.width, self.cut, self.told = name, separator, width, cut, told
        self.asked: list[Question] = []

    def grid(self, answers: Mapping[str, str]) -> Grid:
        if not self.cut.cells:
            raise FileError(messages.no_rows.format(name=self.name))
        body, lines = self.cut.cells, self.cut.lines
        head = self._head(answers)
        names = heads.names_of([head], self.width) if head else [""] * self.width
        kept = [at for at in range(self.width) if names[at] or any(cells[at].strip() for cells in body)]
        if len(kept) < self.width:
            body = [[cells[at] for at in kept] for cells in body]
        named, doubled = heads.unique([names[at] for at in kept])
        self._notice()
        told = [*self.told, *doubled]
        return Grid(
            named, body, lines, told, self.asked, "line", self.separator, self.cut.apart, named=head is not None
        )

    def _notice(self) -> None:
        if self.cut.loose:
            self.told.append(files_messages.loose_quotes.format(lines=in_lines(self.cut.loose)))
        if self.cut.joined:
            sign = messages.group("separators").get(self.separator, self.separator)
            self.told.append(messages.loose_separators.format(lines=in_lines(self.cut.joined), sign=sign))

    def _head(self, answers: Mapping[str, str]) -> list[str] | None:
        """Take off the header line; None if the first line is a row. Ask if either is possible."""
        body, lines = self.cut.cells, self.cut.lines
        short = self._short_head()
        count, sure = (1, True) if short else _head_lines(body)
        first = short or body[0]
        question = Question(
            "header",
            messages.header_question,
            ("yes", "no"),
            (files_messages.header_yes.format(cells=shown(first)), files_messages.header_no.format(cells=shown(first))),
            "yes" if count else "no",
        )
        if "header" in answers:
            count, sure = int(answer(question, answers) == "yes"), True
        if not sure:
            self.asked.append(question)
        if not count:
            self.told.append(files_messages.no_header.format(line=lines[0], cells=shown(first)))
            return None
        if short:
            self.cut.apart.pop(min(self.cut.apart))
        else:
            body.pop(0)
            lines.pop(0)
        return first

    def _short_head(self) -> list[str] | None:
        """Return a header that is one name short because the index has none; "" is put in its place."""
        apart = self.cut.apart
        if apart and min(apart) < self.cut.lines[0] and len(apart[min(apart)]) == self.width - 1 > 1:
            cells = [cell.strip() for cell in apart[min(apart)]]
            if any(columns.is_known(cell) for cell in cells):
                return ["", *cells]
        return None


def _head_lines(body: list[list[str]]) -> tuple[int, bool]:
    """Return 1 for a header line, 0 for a first row of data, and whether it is certain."""
    first, rest = body[0], body[1:20_001]
    known = sum(columns.is_known(cell) for cell in first)
    filled = [cell.strip() for cell in first if cell.strip()]
    if not rest or not filled:
        return int(known > 0 or not filled), True
    looks = [columns.of([cells[at] for cells in rest]) for at in range(len(first))]
    if known < 2 and any(_again(first, rest, at, look) for at, look in enumerate(looks)):
        return 0, True
    if known >= 2 or (known and len(first) <= 2):
        return 1, True
    numbered = any(look.values > 0.9 and heads.typed(first[at]) for at, look in enumerate(looks) if first[at].strip())
    if numbered and not known:
        return 0, bool(len(first) == 2)
    values = any(look.values > 0.9 and not heads.typed(first[at]) for at, look in enumerate(looks) if first[at].strip())
    if values or known:
        return 1, True
    short = all(len(cell) <= 30 and len(cell.split()) <= 3 for cell in filled)
    return int(short), short and _unlike(first, looks)


def _unlike(first: list[str], looks: list[columns.Column]) -> bool:
    """Return whether the first cells differ from those below: one word above sentences, new words above labels."""
    pairs = list(zip(first, looks, strict=True))
    word = any(look.words >= 3 and len(cell.split()) == 1 for cell, look in pairs)
    return word or sum(look.is_label and bool(cell.strip()) for cell, look in pairs) > 1


def _again(first: list[str], rest: list[list[str]], at: int, look: columns.Column) -> bool:
    """Return whether the first cell of a column recurs below, as a column name does not."""
    if not first[at].strip():
        return False
    if look.is_label:
        return labels.key(first[at]) in {labels.key(cells[at]) for cells in rest[:5000]}
    return any(cells[at] == first[at] for cells in rest)
