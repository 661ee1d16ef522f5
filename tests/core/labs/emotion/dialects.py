"""Files of labelled texts in every way that people write them, made by a seed, with what each holds.

python -m tests.core.labs.emotion.dialects 2000       # reads so many and prints those that are read wrong in silence
"""

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.errors import TamrinError
from core.labs.emotion.texts import own_texts

DELIMITERS = (",", ";", "\t", "|")
QUOTINGS = ("as needed", "all", "none", "lone")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp1256")
HEADERS = ("text,label", "none", "Comment,Emotion", "index", "متن,برچسب", "unknown names", "sep", "more columns")
LABELS = ("words", "numbers", "missing words", "signed", "spellings", "Persian", "sentences")
ENDS = ("\n", "\r\n", "\r")
WORDS = ("cat", "bus", "old", "car", "garden", "town", "teacher", "brother", "song", "river", "letter", "went", "home")
OTHER = {"utf-8": "پرنده چراغ naïve 雨 😀", "cp1252": "naïve café déjà über", "cp1256": "پرنده چراغ گلدان ژاله کوه"}
CHOICES = {
    "words": ("joy", "anger", "fear"),
    "numbers": ("0", "4"),
    "missing words": ("None", "NA", "null", "NaN", "joy"),
    "signed": ("-1", "0", "1"),
    "spellings": ("joy", "Joy ", "JOY.", "fear", "Fear", "FEAR"),
    "Persian": ("شاد", "غم", "بد‌خو"),
    "sentences": ("very happy", "very sad", "so so"),
}


@dataclass
class Dialect:
    """One file, how it is written, and the rows that it holds."""

    style: dict[str, str]
    content: bytes = b""
    name: str = "own.csv"
    rows: list[tuple[str, str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def made(seed: int) -> Dialect:
    """The file of a seed."""
    rng = np.random.default_rng(seed)
    style = {
        "delimiter": str(rng.choice(DELIMITERS)),
        "quoting": str(rng.choice(QUOTINGS)),
        "encoding": str(rng.choice(ENCODINGS)),
        "header": str(rng.choice(HEADERS)),
        "labels": str(rng.choice(list(CHOICES))),
        "end": str(rng.choice(ENDS)),
        "order": str(rng.choice(["text first", "label first"])),
    }
    if style["encoding"] == "cp1252":
        style["labels"] = "words" if style["labels"] == "Persian" else style["labels"]
        style["header"] = "text,label" if style["header"] == "متن,برچسب" else style["header"]
    found = Dialect(style)
    found.rows = [(_text(rng, style, n), str(rng.choice(CHOICES[style["labels"]]))) for n in range(90)]
    _write(found, rng)
    return found


def _text(rng: np.random.Generator, style: dict[str, str], n: int) -> str:
    words = [str(word) for word in rng.choice(WORDS, rng.integers(3, 9))]
    more = OTHER.get(style["encoding"], OTHER["utf-8"]).split()
    words.insert(int(rng.integers(len(words))), str(rng.choice(more)))
    words.append(f"n{n}")
    kind, at = rng.integers(12), int(rng.integers(1, len(words)))
    if kind == 0 and style["quoting"] != "lone":
        words[at] += style["delimiter"]
    elif kind == 1:
        words[at] += str(rng.choice([",", ";", "!", "?", ":", " -", "'s"])) if style["quoting"] != "lone" else "!"
    elif kind == 2 and style["quoting"] in ("as needed", "all"):
        words[at] = f'"{words[at]}"'
    elif kind == 3 and style["quoting"] in ("as needed", "all"):
        words[at] += "\n"
    elif kind == 4 and style["quoting"] == "lone":
        words[0] = '"' + words[0]
    elif kind == 5 and style["quoting"] == "lone":
        words[at] += '"'
    return " ".join(words)


def _write(found: Dialect, rng: np.random.Generator) -> None:
    style = found.style
    names = _names(style)
    table = [_ordered(style, n, text, label) for n, (text, label) in enumerate(found.rows)]
    out = io.StringIO()
    if style["header"] == "sep":
        out.write(f"sep={style['delimiter']}{style['end']}")
    line = 1 + (style["header"] == "sep")
    for number, cells in enumerate(([names] if names else []) + table):
        if number or not names:
            found.lines.append(line)
        written = _line(cells, style)
        line += 1 + written.count("\n")
        out.write(written.replace("\n", style["end"]) + style["end"])
    found.content = out.getvalue().encode(style["encoding"])


def _names(style: dict[str, str]) -> list[str]:
    pair = {
        "text,label": ["text", "label"],
        "Comment,Emotion": ["Comment", "Emotion"],
        "متن,برچسب": ["متن", "برچسب"],
        "unknown names": ["aaa", "bbb"],
        "sep": ["text", "label"],
        "index": ["text", "label"],
        "more columns": ["text", "label"],
        "none": [],
    }[style["header"]]
    if not pair:
        return []
    pair = pair if style["order"] == "text first" else pair[::-1]
    if style["header"] == "index":
        return ["", *pair]
    return ["id", *pair, "source"] if style["header"] == "more columns" else pair


def _ordered(style: dict[str, str], n: int, text: str, label: str) -> list[str]:
    pair = [text, label] if style["order"] == "text first" else [label, text]
    if style["header"] == "index":
        return [str(n), *pair]
    return [f"u{n}", *pair, f"site{n % 40}"] if style["header"] == "more columns" else pair


def _line(cells: list[str], style: dict[str, str]) -> str:
    if style["quoting"] in ("none", "lone"):
        return style["delimiter"].join(cells)
    how = csv.QUOTE_ALL if style["quoting"] == "all" else csv.QUOTE_MINIMAL
    out = io.StringIO()
    csv.writer(out, delimiter=style["delimiter"], quoting=how, lineterminator="\n").writerow(cells)
    return out.getvalue().removesuffix("\n")


def right(found: Dialect) -> dict[str, Any]:
    """What the reader has to say of a file."""
    group = {"joy": "joy", "Joy ": "joy", "JOY.": "joy", "fear": "fear", "Fear": "fear", "FEAR": "fear"}
    spelled = found.style["labels"] == "spellings"
    labels = Counter(group[label] if spelled else label for _, label in found.rows)
    texts = [" ".join(text.split()) for text, _ in found.rows]
    return {"rows": len(found.rows), "labels": dict(labels), "texts": texts, "lines": found.lines}


def read(found: Dialect) -> dict[str, Any] | str:
    """What the reader makes of it; a sentence where it refuses, or asks first."""
    try:
        got = own_texts.of_bytes(found.content, found.name, {})
    except TamrinError as error:
        return f"refused: {error}"
    if not got.complete:
        return f"asked: {got.asked[0].text}"
    labels = got.counts
    if found.style["labels"] == "spellings":
        labels = Counter({label.strip(" .").lower(): count for label, count in labels.items()})
    texts = [" ".join(text.split()) for text in got.texts]
    asked = f"asked: {got.asked[0].text}" if got.asked else ""
    return {"rows": got.rows, "labels": dict(labels), "texts": texts, "lines": got.lines, "asked": asked}


def judged(found: Dialect) -> str:
    """ "right", "asked", "refused", or what is wrong in silence."""
    wanted, got = right(found), read(found)
    if isinstance(got, str):
        return got
    asked = got.pop("asked")
    wrong = [name for name in wanted if wanted[name] != got[name]]
    if not wrong:
        return "right"
    if asked:
        return asked
    differing = next(
        (
            f"{a!r} != {b!r}"
            for name in wrong
            if name in ("texts", "lines")
            for a, b in zip(wanted[name], got[name], strict=False)
            if a != b
        ),
        f"{got['labels']}",
    )
    return f"wrong {wrong}: {differing}"


def all_of(count: int, first: int = 0) -> Iterator[tuple[Dialect, str]]:
    for seed in range(first, first + count):
        found = made(seed)
        yield found, judged(found)


if __name__ == "__main__":
    counts: Counter[str] = Counter()
    for seed, (one, verdict) in enumerate(all_of(int(sys.argv[1]))):
        counts[verdict.split(":")[0].split(" [")[0]] += 1
        if verdict != "right":
            print(seed, json.dumps(one.style, ensure_ascii=False), verdict)
    print(dict(counts))
