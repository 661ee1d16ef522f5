"""Split the lines of a table of texts into rows, using the known labels.

Most files of texts lack quotes. A quotation mark that is never closed, or that would span whole rows, is part of the
text; separators inside a text are restored if that leaves a known label in its column.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.files.tables import rows
from core.labs.emotion.texts import columns, labels

PATIENCE = 30_000_000  # characters that are searched for closing quotes


@dataclass
class Cut:
    """Rows of the usual number of cells with the line each begins in, and the lines that could not be split."""

    cells: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    loose: list[int] = field(default_factory=list)  # lines with quotation marks that are part of their text
    joined: list[int] = field(default_factory=list)  # lines with separators that are part of their text
    apart: dict[int, list[str]] = field(default_factory=dict)  # line -> cells

    def add(self, line: int, cells: list[str]) -> None:
        self.cells.append(cells)
        self.lines.append(line)


@dataclass(frozen=True)
class Shape:
    """Usual number of cells of a row, its longest column, and the labels of its other columns."""

    width: int
    separator: str
    text: int | None = None
    known: dict[int, frozenset[str]] = field(default_factory=dict)

    def fits(self, cells: Sequence[str] | None) -> bool:
        """Return whether cells form a row with known labels."""
        if cells is None or len(cells) != self.width:
            return False
        return all(labels.key(cells[at]) in known for at, known in self.known.items())

    def whole(self, cells: list[str]) -> list[str] | None:
        """Fit cells to the row's width: surplus ones belong to the text or are empty at the end; None for too few."""
        surplus = len(cells) - self.width
        if surplus < 0 or self.width < 2:
            return None
        if surplus == 0:
            return [_bare(cell) for cell in cells]
        if self.text is not None and self.known:
            joined = self.separator.join(cells[self.text : self.text + surplus + 1])
            made = [*cells[: self.text], _bare(joined), *cells[self.text + surplus + 1 :]]
            if self.fits(made):
                return made
        return cells[: self.width] if not any(cell.strip() for cell in cells[self.width :]) else None


def cut(lines: list[str], separator: str, quote: str, width: int, first: int) -> Cut:
    """Split all lines that are not blank into rows; `first` is the number of lines[0]."""
    regular = [_cells(line, separator, quote) for line in lines]
    whole = [cells for cells in regular if cells and len(cells) == width]
    shape = _shape(whole, width, separator)
    if width == 2 and len(whole) < 0.3 * len(lines):
        shape = _shape_of_ends(lines, separator) or shape
    made, at, patience = Cut(), 0, PATIENCE
    while at < len(lines):
        cells, step = regular[at], 1
        if cells is None:
            cells, step, looked = _irregular(lines, at, shape, quote, patience)
            patience -= looked
            if step == 1:
                made.loose.append(first + at)
        if cells and len(cells) != width and (whole := shape.whole(cells)):
            if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                made.joined.append(first + at)
            cells = whole
        if cells and len(cells) == width:
            made.add(first + at, cells)
        elif cells:
            made.apart[first + at] = cells
        at += step
    return made


def _cells(line: str, separator: str, quote: str) -> list[str] | None:
    """Split a line into cells; a blank one has none. Return None if a quotation is not closed."""
    if not line or line.isspace():
        return []
    return rows.scan(line, separator, quote) if quote in line else line.split(separator)


def _shape(regular: list[list[str]], width: int, separator: str) -> Shape:
    """Find the columns of labels with their usual labels, and the column of the longest texts, from regular rows."""
    if width < 2 or len(regular) < 3:
        return Shape(width, separator)
    step = max(1, len(regular) // columns.SAMPLE)
    sample = regular[1::step]
    looks = [columns.of([cells[at] for cells in sample]) for at in range(width)]
    known = {}
    for at, look in enumerate(looks):
        if look.is_label and look.filled > 0.9:
            counts = Counter(labels.key(cells[at]) for cells in sample)
            known[at] = frozenset(label for label, count in counts.items() if count > 1 and label)
    texts = [at for at, look in enumerate(looks) if at not in known and look.values < 0.5]
    text = max(texts, key=lambda at: looks[at].length) if texts else None
    return Shape(width, separator, text, known)


def _shape_of_ends(lines: list[str], separator: str) -> Shape | None:
    """Find the shape of lines with separators in nearly every text by the parts before the first or after the last."""
    some = [line for line in lines[:: max(1, len(lines) // columns.SAMPLE)] if separator in line]
    last = _shape([list(line.rpartition(separator)[::2]) for line in some], 2, separator)
    first = _shape([list(line.partition(separator)[::2]) for line in some], 2, separator)
    found = [shape for shape, at in ((last, 1), (first, 0)) if set(shape.known) == {at} and shape.text == 1 - at]
    return min(found, key=lambda shape: sum(map(len, shape.known.values())), default=None)


def _irregular(lines: list[str], at: int, shape: Shape, quote: str, patience: int) -> tuple[list[str], int, int]:
    """Return the cells of a row whose quotes its line leaves open, the lines it takes, and the characters searched."""
    plain = lines[at].split(shape.separator)
    alone = shape.whole(plain)
    spanning, step, looked = rows.over_lines(lines, at, shape.separator, quote, patience)
    if spanning is not None and len(spanning) == shape.width:
        own_rows = shape.fits(alone) and all(shape.fits(_alone(line, shape)) for line in lines[at : at + step])
        if not own_rows and (shape.fits(spanning) or not shape.fits(alone)):
            size = sum(len(line) for line in lines[at : at + step])
            return spanning, step, max(0, looked - 2 * size)  # a quotation found does not count against the limit
    return alone or plain, 1, looked


def _alone(line: str, shape: Shape) -> list[str] | None:
    return shape.whole(line.split(shape.separator)) if line.strip() else None


def _bare(cell: str) -> str:
    """Strip the quotation marks around a cell."""
    bare = cell.strip()
    return bare[1:-1].replace('""', '"') if len(bare) > 1 and bare[0] == bare[-1] == '"' else cell
