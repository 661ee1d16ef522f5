"""Load the corpus: the divan or a user's own text, split into training and validation poems."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from core.errors import PoemsError
from core.files.reading import Reading
from core.labs.hafez.corpus import divan, own_text, poets
from core.labs.hafez.corpus.layout import Poem
from core.labs.hafez.corpus.letters import ALPHABET
from core.labs.hafez.spec import HAFEZ, Spec
from core.runs.stored import Stamp

UPLOADED = re.compile(r"text-[0-9a-f]{16}")
READING = b"reading 2\n"  # version of the reader: changes the key of runs on a text that is read differently


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
    train = poets.without_held_out(divan.training().values())
    return Corpus(
        tuple(train),
        tuple(divan.held_out().values()),
        ALPHABET,
        "495 ghazals of Hafez, package hafez",
        divan.fingerprint(),
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
    """Read a user's own text file with `core.labs.hafez.corpus.own_text`; every tenth piece is held out."""
    if UPLOADED.fullmatch(name):
        if name not in _lent:
            raise PoemsError("The text of this network belongs to the user who uploaded it and was not kept.")
        return replace(from_bytes(_lent[name].read_bytes(), "The text"), source="a text of one's own")
    path = Path(name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PoemsError(f"{path.name} cannot be read ({error.strerror}); give the path of a text file.") from error
    return from_bytes(content, path.name)


def read(path: Path, name: str, answers: Mapping[str, str]) -> Reading:
    """Read a text file as poems; `data` is `stamp` of its corpus. PoemsError says why it cannot be learned from."""
    with path.open("rb") as file:
        content = file.read(own_text.MOST_BYTES + 1)
    reading = own_text.of_bytes(content, name)
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
    return _split(own_text.of_bytes(content, name).data, content, name)


def _split(found: tuple[tuple[Poem, ...], str], content: bytes, name: str) -> Corpus:
    """Hold out every tenth of the pieces found; no line of it is used for training."""
    kept, alphabet = found
    held = tuple(piece for i, piece in enumerate(kept, 1) if i % 10 == 0) or kept[-1:]
    barred = {line for piece in held for line in piece}
    train = tuple(
        lines for piece in kept if piece not in held and (lines := tuple(x for x in piece if x not in barred))
    )
    if not train:
        raise PoemsError(f"{name} repeats itself so much that no validation set is left; use a longer text.")
    fingerprint = hashlib.sha256(READING + content).hexdigest()[:16]
    return Corpus(train, held, alphabet, name, fingerprint)
