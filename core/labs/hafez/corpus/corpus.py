"""Load the corpus, the divan or a user's own text, and report how a text was read; split it for validation."""

import hashlib
import html
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import PoemsError
from core.files import packed
from core.files.reading import Reading
from core.files.tables import persian, text
from core.labs.hafez import messages
from core.labs.hafez.corpus import divan, layout
from core.labs.hafez.corpus.divan import ALPHABET
from core.labs.hafez.corpus.layout import Poem
from core.labs.hafez.spec import HAFEZ, Spec
from core.runs.stored import Stamp

UPLOADED = re.compile(r"text-[0-9a-f]{16}")
READING = b"reading 4\n"  # version of the reader: changes the key of runs on a text that is read differently


@dataclass(frozen=True)
class Corpus:
    """Poems to train on and poems to measure on, with the alphabet that both are written in."""

    train: tuple[Poem, ...]
    held_out: tuple[Poem, ...]
    alphabet: str
    source: str
    fingerprint: str

    @property
    def letters(self) -> int:
        """Return the number of letters and line ends in the training set."""
        return sum(len(line) + 1 for poem in self.train for line in poem) + len(self.train)


def of(spec: Spec) -> Corpus:
    """Return the corpus of a spec; raise PoemsError for a text that cannot be learned from."""
    return hafez() if spec.corpus == HAFEZ else own(spec.corpus)


@lru_cache(maxsize=1)
def hafez() -> Corpus:
    """Return 446 ghazals to train on, without the beyts that contain a hemistich of the 49 held out."""
    train = divan.without_held_out(divan.training().values())
    return Corpus(
        tuple(train),
        tuple(divan.held_out().values()),
        ALPHABET,
        "495 ghazals of Hafez, package hafez",
        divan.fingerprint(divan.ghazals().values()),
    )


_lent: dict[str, Path] = {}  # name of an uploaded text -> its file, while a job of its owner runs in this process


@contextmanager
def lent(name: str, path: Path) -> Iterator[None]:
    """Read the corpus `name`, such as text-0123456789abcdef, from its owner's file while the context is open."""
    _lent[name] = path
    try:
        yield
    finally:
        del _lent[name]


def upload_name(digest: str) -> str:
    """Return the corpus name for the spec of a network trained on an upload: it does not reveal the owner."""
    return f"text-{digest[:16]}"


@lru_cache(maxsize=4)
def own(name: str) -> Corpus:
    """Read a user's own text file; every tenth piece is held out."""
    if UPLOADED.fullmatch(name):
        if name not in _lent:
            raise PoemsError(messages.text_not_kept)
        return replace(from_bytes(_lent[name].read_bytes(), messages.the_text), source="a text of one's own")
    path = Path(name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PoemsError(messages.unreadable_file.format(name=path.name, reason=error.strerror)) from error
    return from_bytes(content, path.name)


def read(path: Path, name: str, answers: Mapping[str, str]) -> Reading:
    """Read a text file as poems; `data` is `stamp` of its corpus. PoemsError says why it cannot be learned from."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    reading = poems_in(content, name)
    return replace(reading, data=stamp(_split(reading.data, content, name)))


def stamp(found: Corpus) -> Stamp:
    """Return source, size and fingerprint of a corpus as plain values."""
    return {
        "source": found.source,
        "rows": len(found.train) + len(found.held_out),
        "letters": found.letters,
        "held_out": len(found.held_out),
        "fingerprint": found.fingerprint,
    }


def from_bytes(content: bytes, name: str) -> Corpus:
    """Read the corpus in the bytes of a file."""
    return _split(poems_in(content, name).data, content, name)


def _split(found: tuple[tuple[Poem, ...], str], content: bytes, name: str) -> Corpus:
    """Hold out every tenth of the pieces found; no line of it is used for training."""
    kept, alphabet = found
    held = tuple(piece for i, piece in enumerate(kept, 1) if i % 10 == 0) or kept[-1:]
    barred = {line for piece in held for line in piece}
    train = tuple(
        lines for piece in kept if piece not in held and (lines := tuple(x for x in piece if x not in barred))
    )
    if not train:
        raise PoemsError(messages.no_validation_left.format(name=name))
    fingerprint = hashlib.sha256(READING + content).hexdigest()[:16]
    return Corpus(train, held, alphabet, name, fingerprint)


MOST_BYTES, MOST_SIGNS, FEWEST_LETTERS = 8_000_000, 120, 2_000
PREVIEW = 6  # lines
LOST = 0.2  # share of question marks or replacement characters among the letters
ENTITY = re.compile(r"&(?:zwnj|nbsp|#\d{2,6}|#x[0-9a-f]{2,6}|lrm|rlm|quot|amp);", re.IGNORECASE)
MARKUP = re.compile(
    r"</?[a-z][\w:-]*(?:\s[^<>]{0,300})?/?>|\{\{[^{}\n]{0,80}|\\(?:begin|end)\{[a-z]+\*?\}|\\\\[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
TAG = re.compile(r"</?(?:html|body|div|p|span|br|head|table|a|meta|script)\b[^<>]{0,300}>", re.IGNORECASE)


def poems_in(content: bytes, name: str) -> Reading:
    """Read the bytes of a text file as poems.

    Returns a Reading whose `data` is `(poems, alphabet)`: a tuple of poems, each a tuple of lines, and the characters
    of the text with line end and space first.
    """
    plain, told = _plain(content, name)
    folded = persian.fold(plain)
    poems, layout_told = layout.poems(folded.text)
    alphabet, rare, others = _alphabet(poems)
    kept = tuple(piece for poem in poems if (piece := _within(poem, others)))
    told = [*told, *_fold_told(folded), *layout_told]
    if rare:
        shown = " ".join(rare[:8]) + " …" * (len(rare) > 8)
        told.append(messages.plural("rare_left_out", len(rare)).format(count=len(rare), shown=shown))
    letters = sum(len(line) for poem in kept for line in poem)
    if letters < FEWEST_LETTERS or len(kept) < 2:
        raise PoemsError(
            messages.plural("too_little_text", len(kept)).format(
                name=name, letters=letters, pieces=len(kept), least=FEWEST_LETTERS
            )
        )
    lines = [line for poem in kept for line in poem]
    everything = "".join(lines)
    summary = {
        "pieces": len(kept),
        "lines": len(lines),
        "signs": len(alphabet) - 2,
        "letters": letters,
        "zwnj": everything.count(persian.ZWNJ),
        "digits": sum(character.isdigit() for character in everything),
        "tatweel": folded.tatweel,
        "marks": folded.marks,
    }
    told.insert(0, messages.text_read.format(pieces=len(kept), lines=len(lines), signs=len(alphabet) - 2))
    preview = tuple({"line": line} for line in lines[:PREVIEW])
    return Reading((kept, alphabet), summary, tuple(told), (), preview)


def _plain(content: bytes, name: str) -> tuple[str, list[str]]:
    """Decode a file, and repair text that was decoded with the wrong table before it was saved."""
    if len(content) > MOST_BYTES:
        raise PoemsError(messages.text_too_large.format(name=name, most=MOST_BYTES / 1e6))
    content, unpacked = packed.unpacked(content, name)
    plain, found = text.decode(content, name)
    plain, told = plain.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"), [*unpacked, *found]
    _require_plain(plain, name)
    if ENTITY.search(plain):
        plain = html.unescape(plain)
        told.append(messages.entities_replaced)
    plain, table = persian.unscramble(plain)
    if table:
        told.append(messages.decoded_again.format(table=table))
    elif persian.is_scrambled(plain):
        raise PoemsError(messages.garbled.format(name=name, sample=" ".join(plain.split())[:20]))
    plain = plain.replace("\u2029", "\n\n").replace("\x0b", "\n").replace("\x85", "\n")
    plain = plain.replace("\f", "\n" if "\n\n" in plain else "\n\n")
    _require_no_table(plain, name)
    visible = sum(not character.isspace() for character in plain)
    lost = plain.count("?") + plain.count("\ufffd")
    if visible and lost > LOST * visible:
        raise PoemsError(messages.letters_lost.format(name=name, lost=lost, visible=visible))
    return plain, told


def _require_plain(plain: str, name: str) -> None:
    """Raise PoemsError for markup and other formats that are not plain text."""
    if len(TAG.findall(plain[:200_000])) > 5:
        raise PoemsError(messages.is_web_page.format(name=name))
    if plain.lstrip()[:1] in ("{", "[") and (_is_json(plain) or _is_json(plain.lstrip().split("\n", 1)[0], dict)):
        raise PoemsError(messages.is_json.format(name=name))
    marks = MARKUP.findall(plain[:200_000])
    if len(marks) > max(5, plain[:200_000].count("\n") // 20):
        raise PoemsError(messages.is_markup.format(name=name, mark=marks[0]))


def _require_no_table(plain: str, name: str) -> None:
    """Raise PoemsError for lines that all have the same number of commas or semicolons, two or more."""
    lines = [line for line in plain[:200_000].split("\n") if line.strip()]
    for sign in ",;":
        count, often = Counter(line.count(sign) for line in lines).most_common(1)[0] if lines else (0, 0)
        if count > 1 and often >= 0.95 * len(lines) > 20:
            raise PoemsError(messages.is_table.format(name=name))


def _is_json(plain: str, kinds: Any = (dict, list)) -> bool:
    try:
        return isinstance(json.loads(plain), kinds)
    except (ValueError, RecursionError):
        return False


def _fold_told(folded: persian.Folded) -> list[str]:
    """Return one sentence for each change in the spelling."""
    changes = (
        (folded.letters, messages.plural("persian_letters", folded.letters).format(count=folded.letters)),
        (folded.forms, messages.plural("plain_forms", folded.forms).format(count=folded.forms)),
        (folded.tatweel, messages.plural("no_tatweel", folded.tatweel).format(count=folded.tatweel)),
        (folded.marks, messages.plural("no_vowel_marks", folded.marks).format(count=folded.marks)),
    )
    return [sentence for count, sentence in changes if count]


def _alphabet(found: list[Poem]) -> tuple[str, list[str], dict[int, str]]:
    """Return line end, space and the text's characters by code point; the rarest left out; a table to blank these."""
    counts = Counter[str]()
    for piece in found:
        counts.update("".join(piece))
    common = [sign for sign, _ in counts.most_common() if _counts(sign)]
    kept, rare = sorted(common[:MOST_SIGNS]), sorted(common[MOST_SIGNS:])
    return "\n " + "".join(kept), rare, {ord(sign): " " for sign in set(counts) - set(kept)}


def _counts(sign: str) -> bool:
    return sign == persian.ZWNJ or (sign.isprintable() and sign != " ")


def _within(piece: Poem, others: dict[int, str]) -> Poem:
    """Replace every character of `others` by a space; drop empty lines."""
    lines = (" ".join(line.translate(others).split()) for line in piece)
    return tuple(line for line in lines if line)
