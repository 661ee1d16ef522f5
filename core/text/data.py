"""Labelled texts: the known edition or a person's own file, cleaned and split so that no text stands in two parts."""

import csv
import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import settings
from core.errors import TextError
from core.files import kept
from core.text import words
from core.text.spec import EMOTION, Spec

SOURCE = "dair-ai/emotion, 20,000-row edition: train.txt and val.txt"
FINGERPRINT = "eb3132ba6831b6b0"  # of both files, so that the shipped networks are found where the texts are not
EMOTIONS = ("sadness", "joy", "love", "anger", "fear", "surprise")
HELD_BACK = 0.1  # share of the training file that chooses the epoch; of one's own file as much again for the test

MOST_BYTES, MOST_ROWS, MOST_CLASSES, LEAST_ROWS, MOST_CHARACTERS = 50_000_000, 500_000, 20, 60, 10_000
MOST_COLUMNS = 200
ABSENT = (
    "The texts of dair-ai/emotion are not on this machine. Put train.txt and val.txt (lines `text;label`) into a "
    "folder and name it in TAMRIN_EMOTION, or train on a file of your own."
)


@dataclass(frozen=True)
class Part:
    """Texts, their classes as numbers, and the line of its file that each comes from (0 is the first)."""

    texts: tuple[str, ...]
    labels: NDArray[np.int32]
    lines: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: NDArray) -> "Part":
        return Part(tuple(self.texts[row] for row in rows), self.labels[rows], self.lines[rows])


@dataclass(frozen=True)
class Dataset:
    """Three parts that share no text; validation chooses the epoch, nothing is chosen by the test part."""

    classes: tuple[str, ...]
    train: Part
    validation: Part
    test: Part
    notes: tuple[str, ...] = ()


def load(chosen: Spec, content: bytes | None = None) -> Dataset:
    """The data of a spec; `content` stands for the bytes of its file. TextError says what is wrong with them."""
    if chosen.data == EMOTION and content is None:
        return known()
    return own(content if content is not None else content_of(chosen.data), chosen.data, chosen.text, chosen.label)


def stamp(chosen: Spec) -> dict[str, Any]:
    """Source, rows and fingerprint. The known edition has its own even where its texts are absent."""
    if chosen.data == EMOTION:
        return {"source": SOURCE, "rows": 18_000, "fingerprint": FINGERPRINT}
    content = content_of(chosen.data)
    name = Path(chosen.data).name
    return {"source": name, "rows": content.count(b"\n"), "fingerprint": hashlib.sha256(content).hexdigest()[:16]}


def folder() -> Path | None:
    """Where the known edition lies, None if it is not on this machine."""
    place = Path(settings.read().emotion)
    return place if all((place / name).is_file() for name in ("train.txt", "val.txt")) else None


def known() -> Dataset:
    """The edition of 20,000 rows without its test file: train.txt in two parts, val.txt as the test part."""
    place = folder()
    if place is None:
        raise TextError(ABSENT)
    return _known(str(place))


@lru_cache(maxsize=2)
def _known(place: str) -> Dataset:
    contents = [(Path(place) / name).read_bytes() for name in ("train.txt", "val.txt")]
    if hashlib.sha256(b"".join(contents)).hexdigest()[:16] != FINGERPRINT:
        raise TextError(f"train.txt and val.txt in {place} are not the known edition; train on them as your own file.")
    train, test = (_part(*_lines(content.decode()), EMOTIONS) for content in contents)
    whole = len(train)
    train = _without(_first_of_each(train), set(test.texts))
    note = f"{whole - len(train)} of {whole:,} training texts repeat another or stand in the test part; left out."
    rest, validation = _cut(train, [1 - HELD_BACK, HELD_BACK])
    return Dataset(EMOTIONS, rest, validation, test, (note,))


def own(content: bytes, name: str, text: str, label: str) -> Dataset:
    """A person's own labelled texts: 80 % train, 10 % validate, 10 % test, at random; each text once."""
    texts, labels = read(content, name, text, label)
    counts = pd.Series(labels).value_counts()
    classes = tuple(sorted(counts.index))
    if not 2 <= len(classes) <= MOST_CLASSES:
        raise TextError(f"{name} has {len(classes)} different labels; 2 to {MOST_CLASSES} can be learned.")
    whole = _part(texts, labels, classes)
    part = _first_of_each(whole)
    if len(part) < LEAST_ROWS:
        raise TextError(f"{name} has {len(part)} different texts with a label; {LEAST_ROWS} are the least.")
    notes = [f"{len(whole) - len(part)} repeated or empty texts were left out."] if len(part) < len(whole) else []
    parts = _cut(part, [1 - 2 * HELD_BACK, HELD_BACK, HELD_BACK])
    if missing := [c for n, c in enumerate(classes) if n not in parts[0].labels]:
        raise TextError(f"{name} has too few texts with the label {missing[0]!r}; give more, or leave it out.")
    return Dataset(classes, *parts, tuple(notes))


def read(content: bytes, name: str, text: str, label: str) -> tuple[list[str], list[str]]:
    """Texts and labels of a CSV with these columns, or of lines `text;label`."""
    decoded = decode(content, name)
    if is_lines(decoded):
        return _lines(decoded)
    frame = frame_of(decoded, name)
    if len(frame.columns) < 2:
        raise TextError(f"{name} has one column only; a column of texts and one of labels are needed.")
    if text == label:
        raise TextError(f"The texts and the labels cannot be the same column ({text!r}); choose two.")
    for column in (text, label):
        if column not in frame.columns:
            raise TextError(f"{name} has no column {column!r}; its columns are {', '.join(frame.columns[:12])}.")
    frame = frame[[text, label]].dropna()
    labels = frame[label].astype(str).str.strip()
    return list(frame[text].astype(str).str.slice(0, MOST_CHARACTERS)), list(labels)


def columns(source: str | bytes, name: str) -> list[str]:
    """Names of the columns of an uploaded CSV; none for lines `text;label`. The engine's target."""
    decoded = decode(kept.content(source, name), name)
    return [] if is_lines(decoded) else list(frame_of(decoded, name).columns)


def rows(source: str | bytes, name: str, text: str, label: str) -> tuple[list[str], list[str]]:
    """Texts and labels of an uploaded file; the engine's target."""
    return read(kept.content(source, name), name, text, label)


def decode(content: bytes, name: str) -> str:
    """UTF-8 text of bounded size."""
    if len(content) > MOST_BYTES:
        raise TextError(f"{name} is larger than {MOST_BYTES // 1_000_000} MB; give fewer texts.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TextError(f"{name} is not UTF-8 text; save it as text or CSV in UTF-8.") from None


def is_lines(decoded: str) -> bool:
    """Whether this is lines `text;label` with no line of column names: every line has a semicolon, few ends differ."""
    first = [line for line in decoded[:100_000].splitlines() if line.strip()][:200]
    ends = [line.rpartition(";") for line in first]
    return bool(first) and all(mark for _, mark, _ in ends) and ends[0][2] in {end for _, _, end in ends[1:]}


def frame_of(decoded: str, name: str) -> pd.DataFrame:
    """A CSV as a frame of text, separator found by looking."""
    head = decoded.partition("\n")[0]
    separator = max(",;\t|", key=head.count)
    if head.count(separator) >= MOST_COLUMNS:
        raise TextError(f"{name} has {head.count(separator) + 1:,} columns; at most {MOST_COLUMNS:,} are read.")
    try:
        frame = pd.read_csv(  # "None" and "NA" are labels
            io.StringIO(decoded), sep=separator, dtype=str, nrows=MOST_ROWS + 1, index_col=False,
            keep_default_na=False, na_values=[""],
        )  # fmt: skip
    except (ValueError, csv.Error) as error:  # pandas' ParserError and EmptyDataError are ValueErrors
        raise TextError(f"{name} is not a CSV that can be read ({str(error).strip()}).") from None
    if len(frame) > MOST_ROWS:
        raise TextError(f"{name} has more than {MOST_ROWS:,} rows; give fewer.")
    frame.columns = [str(column).strip() for column in frame.columns]
    return frame


def content_of(path: str) -> bytes:
    """The bytes of a person's file."""
    if not Path(path).is_file():
        raise TextError(f"There is no file {path!r}; give a CSV with a column of texts and one of labels.")
    return Path(path).read_bytes()


def _lines(decoded: str) -> tuple[list[str], list[str]]:
    pairs = [line.rpartition(";") for line in decoded.splitlines() if line.strip()]
    return [text[:MOST_CHARACTERS] for text, _, _ in pairs], [label.strip() for _, _, label in pairs]


def _part(texts: list[str], labels: list[str], classes: tuple[str, ...]) -> Part:
    numbers = {name: number for number, name in enumerate(classes)}
    known_labels = np.array([numbers[label] for label in labels], np.int32)
    return Part(tuple(texts), known_labels, np.arange(len(texts), dtype=np.int32))


def _first_of_each(part: Part) -> Part:
    """Each text once, and none without a word: a text that stands twice may have two labels and lie in two parts."""
    seen: dict[str, int] = {}
    for row, text in enumerate(part.texts):
        if key := " ".join(words.split(text)):
            seen.setdefault(key, row)
    return part.take(np.array(list(seen.values()), int))


def _without(part: Part, texts: set[str]) -> Part:
    return part.take(np.array([row for row, text in enumerate(part.texts) if text not in texts], int))


def _cut(part: Part, shares: list[float]) -> list[Part]:
    """Parts of these shares, at random but always the same, so that the seed of a network does not move its data."""
    order = np.random.default_rng(0).permutation(len(part))
    edges = np.round(np.cumsum(shares)[:-1] * len(part)).astype(int)
    return [part.take(rows) for rows in np.split(order, edges)]
