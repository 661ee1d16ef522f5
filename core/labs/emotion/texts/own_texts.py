"""Read labelled texts of users, for the page, the command line and the training alike.

Certain facts are used, conclusions are reported, open questions are asked: which columns hold the texts and labels,
whether the first line is a header, whether spellings belong to one label. Rows are counted with the lines of the file,
even if a cell spans several lines.
"""

import contextlib
import gc
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import FileError
from core.files import messages as files_messages
from core.files.phrases import in_lines
from core.files.reading import Question, answer
from core.files.tables.records import Several
from core.labs.emotion import messages, words
from core.labs.emotion.texts import columns, grid, labels
from core.labs.emotion.texts.grid import Grid

MOST_CHARACTERS = 10_000  # of a text
SHOWN_ROWS, SHOWN_CHARACTERS = 6, 160  # rows and characters of the preview


@dataclass
class Labelled:
    """Texts with labels and lines, for each row of the file that has both, and how the file was read."""

    name: str
    texts: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)  # the words of each text, for finding repeats
    rows: int = 0  # rows of the file, including those without a label or text
    without_label: list[int] = field(default_factory=list)
    different: int = 0  # texts that differ in their words, including those without a label
    contradicting: int = 0  # of these, texts with more than one label in the file
    longest: int = 0  # words of the longest text
    over: int = 0  # number of texts with more words than can be read
    unit: str = "line"
    names: list[str] = field(default_factory=list)
    text: str = ""
    label: str = ""
    told: list[str] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    complete: bool = True  # False while a question must be answered first

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.labels)

    def preview(self) -> tuple[dict[str, str], ...]:
        """Return the first rows as they were read."""
        return tuple(
            {self.unit: str(line), "text": _short(text), "label": label}
            for line, text, label in list(zip(self.lines, self.texts, self.labels, strict=True))[:SHOWN_ROWS]
        )


def read(path: Path, name: str, answers: Mapping[str, str]) -> Labelled:
    """Read the labelled texts of a file. FileError if it cannot be read, or an answer fits no question."""
    return of_bytes(grid.content_of(path, name), name, answers)


def of_bytes(content: bytes, name: str, answers: Mapping[str, str]) -> Labelled:
    """Read the labelled texts from the bytes of a file."""
    if len(content) > grid.MOST_BYTES:
        raise FileError(messages.fewer_texts.format(name=name, most=grid.MOST_BYTES // 1_000_000))
    with _uncollected():
        return of_grid(grid.read(content, name, answers), name, answers)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Disable the garbage collector: hundreds of thousands of rows form no cycles, but would be scanned repeatedly."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def of_grid(table: Grid, name: str, answers: Mapping[str, str]) -> Labelled:
    """Extract texts and labels from rows of cells."""
    if len(table.names) == 1 and table.apart:
        _refuse_apart(table, name)
    _one_hot(table, answers)
    chosen = columns.choose(table.names, table.rows, name, answers)
    made = Labelled(name, unit=table.unit, names=table.names)
    made.told, made.asked = [*table.told, *chosen.told], [*table.asked, *chosen.asked]
    if chosen.text is None or chosen.label is None:
        made.complete = False
        return made
    made.text, made.label = table.names[chosen.text], table.names[chosen.label]
    if table.separator:
        where = messages.chosen_columns_too.format(text=made.text, label=made.label)
        separator = messages.group("separators").get(table.separator, repr(table.separator))
        made.told.insert(0, messages.read_between.format(separator=separator, columns=where))
    elif len(table.names) > 2 or (made.text, made.label) != ("text", "label"):
        made.told.insert(0, messages.chosen_columns.format(text=made.text, label=made.label))
    found = _rows(table, chosen.text, chosen.label, made)
    _settle(found, made, answers)
    _notice(made)
    return made


def _one_hot(table: Grid, answers: Mapping[str, str]) -> None:
    """Convert one-hot columns, which hold 1 where their name is the label, to one column of labels."""
    hot = [] if answers.get("label") in table.names else columns.one_hot(table.names, table.rows)
    if not hot:
        return
    names = [table.names[at] for at in hot]
    for cells in table.rows:
        marked = [name for name, at in zip(names, hot, strict=True) if cells[at].strip() in columns.ONES]
        label = marked[0] if len(marked) == 1 else Several(", ".join(marked))
        cells[:] = [cell for at, cell in enumerate(cells) if at not in hot] + [label]
    table.names[:] = [name for at, name in enumerate(table.names) if at not in hot] + ["label"]
    table.told.append(messages.labels_in_columns.format(names=", ".join(names)))


Row = tuple[int, str, str]  # line, text, label


def _refuse_apart(table: Grid, name: str) -> None:
    raise FileError(messages.one_column_in_lines.format(name=name, lines=in_lines(list(table.apart))))


def _rows(table: Grid, text: int, label: int, made: Labelled) -> list[Row]:
    """Return rows with a text and a label, in the order of the file; other lines are counted and reported."""
    made.rows = len(table.rows)
    if table.apart:
        _leave_out(table, made)
    found = [(line, cells[text], cells[label]) for line, cells in zip(table.lines, table.rows, strict=True)]
    return _without_heads(found, table, text, label, made) if table.named else found


def _leave_out(table: Grid, made: Labelled) -> None:
    """Report lines with another number of cells. FileError if they are so many that the table was misread."""
    alone = [line for line, cells in table.apart.items() if len(cells) == 1]
    strange = [line for line, cells in table.apart.items() if len(cells) > 1]
    if len(table.apart) > max(5, (made.rows + len(table.apart)) // 5):
        separator = messages.group("separators").get(table.separator, table.separator)
        lines, width = in_lines(list(table.apart)), len(table.names)
        text = messages.other_cell_counts
        raise FileError(text.format(lines=lines, name=made.name, width=width, separator=separator))
    made.without_label += alone
    if strange:
        made.told.append(files_messages.cells_left_out.format(lines=in_lines(strange), width=len(table.names)))


def _without_heads(found: list[Row], table: Grid, text: int, label: int, made: Labelled) -> list[Row]:
    """Drop header lines in the middle, which concatenated files have."""
    again = [line for line, t, c in found if t.strip() == table.names[text] and c.strip() == table.names[label]]
    if not again:
        return found
    made.told.append(messages.heads_left_out.format(lines=in_lines(again)))
    made.rows -= len(again)
    lines = set(again)
    return [row for row in found if row[0] not in lines]


def _settle(found: list[Row], made: Labelled, answers: Mapping[str, str]) -> None:
    """Choose one spelling per label and one key per text; rows without either are left out."""
    named, several, empty = _sorted_out(found, made, answers)
    spelled = labels.spellings(Counter(label for *_, label in named if label), answers)
    made.told += spelled.told
    made.asked += spelled.asked
    by_key: dict[str, set[str]] = defaultdict(set)
    cut = 0
    for line, text, label in named:
        key, count = words.key(text[:MOST_CHARACTERS])
        if key:
            by_key[key].add(spelled.classes.get(label, ""))
        made.longest, made.over = max(made.longest, count), made.over + (count > words.MOST)
        if not label:
            continue
        if not key:
            empty.append(line)
        cut += len(text) > MOST_CHARACTERS
        made.texts.append(text[:MOST_CHARACTERS])
        made.labels.append(spelled.classes[label])
        made.lines.append(line)
        made.keys.append(key)
    made.different = len(by_key)
    made.contradicting = sum(len(classes - {""}) > 1 for classes in by_key.values())
    _told_left_out(made, several, sorted(empty), cut)


def _sorted_out(found: list[Row], made: Labelled, answers: Mapping[str, str]) -> tuple[list[Row], list[int], list[int]]:
    """Return rows with a text and a clean label ("" for none), lines with several labels, and lines without a text."""
    cleaned = {label: labels.clean(label) for label in dict.fromkeys(label for *_, label in found)}
    combined, certain = labels.several(Counter(cleaned[one] for one in cleaned if not isinstance(one, Several)))
    example = min(combined, default="")
    question = Question(
        "several",
        messages.several_question.format(label=example),
        ("leave out", "label"),
        (messages.several_left_out, messages.several_kept),
        "leave out" if certain else "label",
    )
    if combined:
        made.asked += [question] * ("several" not in answers)
        combined = set() if answer(question, answers) == "label" else combined
    named, several, empty = [], [], []
    for line, text, label in found:
        if isinstance(label, Several) or cleaned[label] in combined:
            several.append(line)
            continue
        if not cleaned[label]:
            made.without_label.append(line)
        if text and not text.isspace():
            named.append((line, text, cleaned[label]))
        elif cleaned[label]:
            empty.append(line)
    return named, several, empty


def _told_left_out(made: Labelled, several: list[int], empty: list[int], cut: int) -> None:
    made.without_label.sort()
    if made.without_label:
        text = messages.plural("without_label", len(made.without_label))
        lines = _in(made.without_label, made.unit)
        made.told.append(text.format(count=len(made.without_label), lines=lines))
    if several:
        made.told.append(messages.several_labels.format(lines=_at(several, made.unit)))
    if empty:
        made.told.append(messages.without_words.format(lines=_at(empty, made.unit)))
    if cut:
        made.told.append(messages.plural("cut_texts", cut).format(count=cut, most=MOST_CHARACTERS))


def _notice(made: Labelled) -> None:
    """Report what may surprise: numbers as labels, repeats, contradictions, long texts."""
    made.told += labels.about(made.counts)
    used = sum(map(bool, made.keys))
    left = messages.used_rows.format(used=used) if used < made.rows else ""
    text = messages.plural("rows_and_labels", len(made.counts))
    made.told.append(text.format(rows=made.rows, left=left, labels=len(made.counts)))
    if repeats := used - len(set(made.keys) - {""}):
        made.told.append(messages.plural("repeated_texts", repeats).format(count=repeats))
    if made.contradicting:
        text = messages.plural("contradicting", made.contradicting)
        made.told.append(text.format(count=made.contradicting))
    if made.over:
        text = messages.plural("long_texts", made.over)
        made.told.append(text.format(count=made.over, most=words.MOST, longest=made.longest))


def _at(lines: Sequence[int], unit: str) -> str:
    """Return `Line 3` or `Lines 3, 5`, or rows if the file has no lines."""
    return in_lines(lines).replace("Line", unit.capitalize())


def _in(lines: Sequence[int], unit: str) -> str:
    """Return `line 3` or `lines 3, 5` for use inside a sentence."""
    return _at(lines, unit).lower()


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + " …"
