"""Labelled texts, from the known edition or a user's file, cleaned and split so that no text occurs in two parts."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import settings
from core.errors import TextError
from core.files import kept
from core.files.reading import Reading
from core.files.tables.rows import lines_of
from core.files.tables.text import decode
from core.files.writing import csv_text
from core.labs.emotion import messages, words
from core.labs.emotion.spec import BOTH, EMOTION, Spec
from core.labs.emotion.texts import grid, labels, own_texts
from core.labs.emotion.texts.own_texts import Labelled
from core.plain import Object
from core.runs.stored import Stamp

SOURCE = "dair-ai/emotion, 20,000-row edition: train.txt and val.txt"
FINGERPRINT = "eb3132ba6831b6b0"  # of both files, so that shipped networks are found without the texts
REDDIT = "GoEmotions, Reddit comments with one of the six labels: train.txt and dev.txt"
REDDIT_FINGERPRINT = "e5e4edabb45792ec"  # of both files
EMOTIONS = ("sadness", "joy", "love", "anger", "fear", "surprise")
HELD_BACK = 0.1  # share of the training file for validation; in a user's file also the share for the test

LEAST_ROWS = 60


@dataclass(frozen=True)
class Part:
    """Texts, their classes as numbers, and the line of the file that each comes from (0 is the first)."""

    texts: tuple[str, ...]
    labels: NDArray[np.int32]
    lines: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: NDArray) -> "Part":
        return Part(tuple(self.texts[row] for row in rows), self.labels[rows], self.lines[rows])


@dataclass(frozen=True)
class Dataset:
    """Three parts without common texts; validation chooses the epoch, nothing is chosen on the test set."""

    classes: tuple[str, ...]
    train: Part
    validation: Part
    test: Part
    notes: tuple[str, ...] = ()
    reddit: Part | None = None  # test set of the second source
    sources: Mapping[str, NDArray[np.int8]] = field(default_factory=dict)  # set -> source of each text, 0 or 1


def load(chosen: Spec, content: bytes | None = None, answers: Mapping[str, str] | None = None) -> Dataset:
    """Load the data of a spec; `content` replaces the bytes of its file, `answers` settle questions about it.

    Raises:
        FileError, TextError: the data cannot be used.
    """
    if content is None and chosen.data in (EMOTION, BOTH):
        return known() if chosen.data == EMOTION else both()
    name = Path(chosen.data).name
    return own(content if content is not None else content_of(chosen.data), name, answers_of(chosen, answers))


def answers_of(chosen: Spec, answers: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return answers for a file: the columns of a spec, unless they have their default names, and further answers."""
    columns = {role: name for role in ("text", "label") if (name := getattr(chosen, role)) != getattr(Spec, role)}
    return columns | dict(answers or {})


def stamp(chosen: Spec) -> Stamp:
    """Return source, rows and fingerprint. Those of the known edition do not require its texts."""
    if chosen.data in (EMOTION, BOTH):
        rows, fingerprint = (18_000, FINGERPRINT) if chosen.data == EMOTION else (23_897, REDDIT_FINGERPRINT)
        return {"source": source(chosen), "rows": rows, "fingerprint": fingerprint}
    content = content_of(chosen.data)
    name = Path(chosen.data).name
    return {"source": name, "rows": content.count(b"\n"), "fingerprint": hashlib.sha256(content).hexdigest()[:16]}


def source(chosen: Spec) -> str:
    """Return the name of the known edition, of both, or of a user's file."""
    return {EMOTION: SOURCE, BOTH: f"{SOURCE}; {REDDIT}"}.get(chosen.data, chosen.data)


def folder() -> Path | None:
    """Return the folder of the known edition, None if it is not on this machine."""
    place = Path(settings.read().emotion)
    return place if all((place / name).is_file() for name in ("train.txt", "val.txt")) else None


def absent(chosen: Spec) -> str:
    """Return a sentence if the texts of a spec without a file are not on this machine, else ""."""
    if chosen.data in (EMOTION, BOTH) and folder() is None:
        return messages.texts_absent
    return messages.reddit_absent if chosen.data == BOTH and not _reddit_files() else ""


def _reddit_files() -> list[Path]:
    """Return the two files of Reddit comments, none if one is absent."""
    files = [Path(settings.read().emotion_reddit) / name for name in ("train.txt", "dev.txt")]
    return files if all(file.is_file() for file in files) else []


def known() -> Dataset:
    """Load the edition of 20,000 rows without its test file: train.txt is split in two, val.txt is the test set."""
    place = folder()
    if place is None:
        raise TextError(messages.texts_absent)
    return _known(str(place))


@lru_cache(maxsize=2)
def _known(place: str) -> Dataset:
    contents = [(Path(place) / name).read_bytes() for name in ("train.txt", "val.txt")]
    if hashlib.sha256(b"".join(contents)).hexdigest()[:16] != FINGERPRINT:
        raise TextError(messages.unknown_edition.format(place=place))
    train, test = (_part(*_lines(content.decode()), EMOTIONS) for content in contents)
    whole = len(train)
    train = _without(_first_of_each(train), set(test.texts))
    note = messages.texts_removed.format(gone=whole - len(train), whole=whole, removed=messages.removed)
    rest, validation = _cut(train, [1 - HELD_BACK, HELD_BACK])
    return Dataset(EMOTIONS, rest, validation, test, (note,))


def reddit() -> tuple[Part, Part]:
    """Load training and test set of the Reddit comments; texts of the other source's test set are left out.

    Raises:
        TextError: the files are absent, or of another edition.
    """
    files = _reddit_files()
    if not files:
        raise TextError(messages.reddit_absent)
    contents = [file.read_bytes() for file in files]
    if hashlib.sha256(b"".join(contents)).hexdigest()[:16] != REDDIT_FINGERPRINT:
        raise TextError(messages.unknown_reddit_edition.format(place=files[0].parent))
    train, test = (_part(*_lines(content.decode()), EMOTIONS) for content in contents)
    return _without(_first_of_each(train), {*test.texts, *known().test.texts}), test


def both(most: int | None = None, seed: int = 0) -> Dataset:
    """Load both sources: training and validation sets are joined, each source has its own test set.

    With `most`, so many random Reddit comments are used, a tenth of them for validation.
    """
    home, (train, test) = known(), reddit()
    if most is not None:
        train = train.take(np.random.default_rng(seed).permutation(len(train))[:most])
    rest, validation = _cut(train, [1 - HELD_BACK, HELD_BACK])
    pairs = {"train": (home.train, rest), "validation": (home.validation, validation)}
    sources = {name: np.repeat([0, 1], [len(one) for one in pair]).astype(np.int8) for name, pair in pairs.items()}
    joined = {name: _joined(*pair) for name, pair in pairs.items()}
    return Dataset(EMOTIONS, joined["train"], joined["validation"], home.test, home.notes, test, sources)


def _joined(first: Part, second: Part) -> Part:
    pairs = ((first.labels, second.labels), (first.lines, second.lines))
    return Part(first.texts + second.texts, *(np.concatenate(pair) for pair in pairs))


def own(content: bytes, name: str, answers: Mapping[str, str] | None = None) -> Dataset:
    """Load a user's labelled texts: 80% train, 10% validation, 10% test, at random; each text once."""
    return split(own_texts.of_bytes(content, name, answers or {}))


def split(found: Labelled) -> Dataset:
    """Split labelled texts into parts without common texts. TextError for too few texts or labels.

    A label that would be absent from the training set is left out with its texts.
    """
    if not found.complete:
        raise TextError(open_question(found))
    left, told = _once(found), list[str]()
    while True:
        classes = _classes(found, left) if left else ()
        if len(left) < LEAST_ROWS:
            text = messages.plural("too_few_texts", len(left))
            raise TextError(text.format(name=found.name, found=len(left), least=LEAST_ROWS))
        part = _part([found.texts[row] for row in left], list(left.values()), classes)
        part = Part(part.texts, part.labels, np.array([found.lines[row] - 1 for row in left], np.int32))
        parts = _cut(part, [1 - 2 * HELD_BACK, HELD_BACK, HELD_BACK])
        lacking = {name for n, name in enumerate(classes) if n not in parts[0].labels}
        if not lacking:
            train, validation, test = parts
            return Dataset(classes, train, validation, test, (*found.told, *told, *_rare(classes, parts)))
        told += [_lacks(name, list(left.values()).count(name)) for name in sorted(lacking)]
        left = {row: label for row, label in left.items() if label not in lacking}


def _classes(found: Labelled, left: Mapping[int, str]) -> tuple[str, ...]:
    classes = tuple(sorted(set(left.values())))
    if not 2 <= len(classes) <= labels.MOST_CLASSES:
        named = messages.in_column.format(name=found.label) if found.label else ""
        count, most = len(classes), labels.MOST_CLASSES
        text = messages.plural("wrong_label_count", count)
        raise TextError(text.format(name=found.name, count=count, named=named, most=most))
    return classes


def _once(found: Labelled) -> dict[int, str]:
    """Return row and label of each different text: its first row, and its most frequent label."""
    of_text: dict[str, list[int]] = {}
    for row, key in enumerate(found.keys):
        if key:
            of_text.setdefault(key, []).append(row)
    return {rows[0]: Counter(found.labels[row] for row in rows).most_common(1)[0][0] for rows in of_text.values()}


def _lacks(name: str, count: int) -> str:
    texts = messages.plural("all_texts", count).format(count=count)
    return messages.label_left_out.format(name=name, texts=texts)


def _rare(classes: tuple[str, ...], parts: list[Part]) -> list[str]:
    """Return a sentence about labels without a test text."""
    absent = [name for n, name in enumerate(classes) if n not in parts[2].labels]
    if not absent:
        return []
    said = ", ".join(map(repr, absent[:5])) + (", ..." if len(absent) > 5 else "")
    return [messages.plural("absent_from_test", len(absent)).format(names=said)]


def reading(path: Path, name: str, answers: Mapping[str, str]) -> Reading:
    """Return how a file of labelled texts is read, without the texts; `data` is None while a question is open."""
    found = own_texts.read(path, name, answers)
    if not found.complete:
        return Reading(None, {"columns": found.names}, tuple(found.told), tuple(found.asked))
    parts = split(found)
    summary: Object = {
        "rows": found.rows,
        "labels": dict(found.counts),
        "different": found.different,
        "contradicting": found.contradicting,
        "without_label": len(found.without_label),
        "line_of_last": max(found.lines, default=0),
        "words_of_a_long_text": found.longest,
        "text": found.text,
        "label": found.label,
        "columns": found.names,
    }
    if found.without_label:
        summary["line_without_label"] = found.without_label[0]
    sizes = [len(part) for part in (parts.train, parts.validation, parts.test)]
    chosen = {"text": found.text, "label": found.label, "classes": list(parts.classes), "parts": sizes}
    return Reading(chosen, summary, parts.notes, tuple(found.asked), found.preview())


def table(source: str | bytes, name: str, answers: Mapping[str, str]) -> bytes:
    """Return the texts used for training as a CSV for the exported script; called by the engine."""
    with kept.local(source, name) as path:
        found = own_texts.read(path, name, answers)
    known = set(split(found).classes)
    rows = [(found.texts[row], label) for row, label in _once(found).items() if label in known]
    return csv_text(pd.DataFrame(rows, columns=[found.text, found.label])).encode()


def lines(source: str | bytes, name: str, most_bytes: int, most: int) -> list[str]:
    """Return the lines of an uploaded text file that are not empty; called by the engine."""
    with kept.local(source, name) as path:
        if path.stat().st_size > most_bytes:
            raise TextError(messages.file_too_large.format(name=name, most=most_bytes // 1_000_000))
        decoded, _ = decode(path.read_bytes(), name)
    found = [line.strip() for line in lines_of(decoded, name) if line.strip()]
    if not 0 < len(found) <= most:
        raise TextError(messages.wrong_line_count.format(name=name, lines=len(found), most=most))
    return found


def open_question(found: Labelled) -> str:
    """Return the sentence for a file that cannot be used before a question is answered."""
    question = found.asked[0]
    return messages.open_question.format(
        name=found.name, question=question.text, choices=_listed(question.choices), role=question.name
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")


def content_of(path: str) -> bytes:
    """Read the bytes of a user's file, of limited size."""
    if not Path(path).is_file():
        raise TextError(messages.no_file.format(path=path))
    return grid.content_of(Path(path), Path(path).name)


def _lines(decoded: str) -> tuple[list[str], list[str]]:
    pairs = [line.rpartition(";") for line in decoded.splitlines() if line.strip()]
    return [text for text, _, _ in pairs], [label.strip() for _, _, label in pairs]


def _part(texts: list[str], labels: list[str], classes: tuple[str, ...]) -> Part:
    numbers = {name: number for number, name in enumerate(classes)}
    known_labels = np.array([numbers[label] for label in labels], np.int32)
    return Part(tuple(texts), known_labels, np.arange(len(texts), dtype=np.int32))


def _first_of_each(part: Part) -> Part:
    """Keep the first of equal texts and drop those without words: repeats may differ in label or lie in two parts."""
    seen: dict[str, int] = {}
    for row, text in enumerate(part.texts):
        if key := " ".join(words.split(text)):
            seen.setdefault(key, row)
    return part.take(np.array(list(seen.values()), int))


def _without(part: Part, texts: set[str]) -> Part:
    return part.take(np.array([row for row, text in enumerate(part.texts) if text not in texts], int))


def _cut(part: Part, shares: list[float]) -> list[Part]:
    """Split a part by these shares, at random with a fixed seed, so that a network's seed does not change its data."""
    order = np.random.default_rng(0).permutation(len(part))
    edges = np.round(np.cumsum(shares)[:-1] * len(part)).astype(int)
    return [part.take(rows) for rows in np.split(order, edges)]
