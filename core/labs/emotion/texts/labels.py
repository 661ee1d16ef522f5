"""Normalise labels: several spellings of one label become one class, which is reported.

Spellings differ by case, spaces, hyphens and underscores, quotation marks, final punctuation, Arabic and Persian
letters or digits, or 1 and 1.0. Every word may be a label: None, NA, null and NaN are labels like any other.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.files.reading import Question, answer
from core.files.tables import numbers, persian
from core.labs.emotion import messages
from core.messages import joined

MOST_CLASSES = 20
_BETWEEN = re.compile(r"(?<=\w)[\s_\-\u2010\u2011\u200c]+(?=\w)")
_PERSIAN_BLANK = re.compile(r"(?<=[\u0620-\u06ff]) (?=[\u0620-\u06ff])")  # for a joiner, or for nothing
_BLANKS = re.compile(r"\s+")
_WRAPPED = re.compile(r"([\"'«“„‘(\[])(.+)([\"'»”“’)\]])", re.S)
_PAIRS = {'"': '"', "'": "'", "«": "»", "“": "”", "„": "“", "‘": "’", "(": ")", "[": "]"}
_ENDS = " \t.,;:!،؛۔。"
_LISTED = re.compile(r"""\s*\[\s*(["'])([^"',\[\]]+)\1\s*\]\s*""")
_PARTS = re.compile(r"\s*[,;|/&+]\s*")
_NUMBERS = re.compile(r"\d+(?: \d+)+")
_LISTS = re.compile(
    rf"[,;|]|^\[.+\]$|^{_NUMBERS.pattern}$"
)  # signs between the labels of one row; the others stand within a label, too
_WHOLE = re.compile(r"([-+]?)0*(\d+?)(?:\.0+)?")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_MISSING_WORDS = frozenset(("none", "na", "n/a", "null", "nan", "nil", "missing", "-", "?"))


def clean(label: str) -> str:
    """Return a label on one line, stripped, without invisible characters; ['joy'] becomes joy."""
    if match := _LISTED.fullmatch(label):
        label = match[2]
    if label.isascii() and label.isprintable():
        return label.strip() if "  " not in label else _BLANKS.sub(" ", label).strip()
    return _BLANKS.sub(" ", label.translate(numbers.HIDDEN)).strip()


def key(label: str) -> str:
    """Return the key that all spellings of a label share."""
    return _key(label) if len(label) <= 100 else label  # longer ones are no labels and must not fill the cache


@lru_cache(maxsize=20_000)
def _key(label: str) -> str:
    text = unicodedata.normalize("NFKC", label).translate(numbers.HIDDEN).translate(numbers.DIGITS)
    text = persian.MARKS.sub("", text.translate(persian.LETTERS).replace(persian.TATWEEL, "")).strip()
    text = text.casefold().replace("i\u0307", "i")
    while (match := _WRAPPED.fullmatch(text)) and _PAIRS[match[1]] == match[3]:
        text = match[2].strip()
    text = text.rstrip(_ENDS) or text
    if match := _WHOLE.fullmatch(text):
        return ("-" if match[1] == "-" and match[2] != "0" else "") + match[2]
    return _PERSIAN_BLANK.sub("", _BETWEEN.sub(" ", _BLANKS.sub(" ", text)).strip())


@dataclass(frozen=True)
class Spellings:
    """Map of cleaned labels to classes, with sentences and questions about them."""

    classes: Mapping[str, str]
    told: tuple[str, ...] = ()
    asked: tuple[Question, ...] = ()


def spellings(counts: Mapping[str, int], answers: Mapping[str, str]) -> Spellings:
    """Join the spellings of each label; `counts` has cleaned labels in the order of the file."""
    groups: dict[str, list[str]] = defaultdict(list)
    for label in counts:
        groups[key(label)].append(label)
    several = [group for group in groups.values() if len(group) > 1]
    text, labels = messages.spellings_question, (messages.spellings_one, messages.spellings_apart)
    question = Question("spellings", text.format(labels=_either(several)), ("one", "apart"), labels, "one")
    if several and answer(question, answers) == "apart":
        return Spellings({label: label for label in counts}, (), ())
    classes = {label: _usual(group, counts) for group in groups.values() for label in group}
    unsure = any(len(label) == 1 and label.isalpha() for group in several for label in group)
    return Spellings(classes, _told(several, classes), (question,) if unsure and "spellings" not in answers else ())


def _usual(group: Sequence[str], counts: Mapping[str, int]) -> str:
    """Return the most frequent spelling; of equally frequent ones, one in lower case without final punctuation."""
    return max(group, key=lambda s: (counts[s], s == s.lower(), s == s.rstrip(_ENDS), -group.index(s)))


def _told(several: Sequence[Sequence[str]], classes: Mapping[str, str]) -> tuple[str, ...]:
    named = [
        messages.read_as_one_label.format(labels=_listed(sorted(group)), label=classes[group[0]])
        for group in several[:4]
    ]
    left = len(several) - 4
    more = messages.plural("more_spellings", left).format(more=left) if left > 0 else ""
    return ("; ".join(named) + more + ".",) if named else ()


def _either(several: Sequence[Sequence[str]]) -> str:
    return _listed(sorted(several[0])) if several else ""


def _listed(words: Iterable[str]) -> str:
    *first, last = (f"'{word}'" for word in words)
    return joined([*first[:5], last])


def several(counts: Mapping[str, int]) -> tuple[set[str], bool]:
    """Return labels such as "joy, fear" that may be several, and whether that is certain.

    It is if each of their parts is the label of another row; if only some are, or a part recurs beside others, it may
    be.
    """
    known = {key(label) for label in counts}
    parts = {label: found for label in counts if len(found := _parts(label)) > 1}
    sure = {label for label, found in parts.items() if all(part in known - {key(label)} for part in found)}
    uses = Counter(part for label in parts if _LISTS.search(label) for part in parts[label])
    maybe = {
        label
        for label, found in parts.items()
        if _LISTS.search(label) and any(part in known - {key(label)} or uses[part] > 1 for part in found)
    }
    return (sure | maybe, not maybe - sure)


def _parts(label: str) -> set[str]:
    bare = label.strip("[](){} ")
    blanks = _NUMBERS.fullmatch(label) or (label[:1] + label[-1:] == "[]" and not _PARTS.search(bare))
    between = _BLANKS if blanks else _PARTS
    return {key(part.strip("\"'")) for part in between.split(bare) if part}


def about(classes: Mapping[str, int]) -> list[str]:
    """Return sentences about labels that a user may not expect."""
    missing = [label for label in classes if label.casefold() in _MISSING_WORDS]
    text = messages.plural("like_any_other", len(missing))
    told = [text.format(labels=_listed(missing))] if missing else []
    if classes and all(_NUMBER.fullmatch(key(label)) for label in classes):
        told.append(messages.labels_are_numbers)
    return told
