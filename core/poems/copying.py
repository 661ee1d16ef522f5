"""Did it copy? What a text shares with the divan, letter by letter and word by word."""

from dataclasses import dataclass
from functools import cache

from core.poems import divan

WORDS = 4  # a sequence of so many words that stands in the divan is called copied


@dataclass(frozen=True)
class Copied:
    """What a poem shares with the divan."""

    longest: str  # the longest run of letters, spaces included, that stands in a hemistich of the divan
    sequences: float  # share of its four-word sequences that stand in the divan
    new_words: float  # share of its words that do not
    equal_lines: int  # hemistichs that equal one of the divan, spaces aside
    nearest: int  # number of the ghazal that shares the most


@cache
def text() -> str:
    """All hemistichs, a line end between them: a run that crosses it stands in none."""
    return "\n".join(line for poem in divan.ghazals().values() for line in poem)


@cache
def words() -> frozenset[str]:
    """Every word of the divan."""
    return frozenset(text().split())


@cache
def _bare_lines() -> frozenset[str]:
    return frozenset(bare(line) for poem in divan.ghazals().values() for line in poem)


@cache
def _sequences() -> frozenset[tuple[str, ...]]:
    return frozenset(piece for poem in divan.ghazals().values() for line in poem for piece in sequences(line))


def bare(line: str) -> str:
    """Letters without spaces, since editions differ in them."""
    return line.replace(" ", "")


def sequences(line: str) -> list[tuple[str, ...]]:
    """Every run of four words of a hemistich."""
    found = line.split()
    return [tuple(found[i : i + WORDS]) for i in range(len(found) - WORDS + 1)]


def equals_a_line(line: str) -> bool:
    """Whether a hemistich is one of the divan's, spaces aside."""
    return bare(line) in _bare_lines()


@cache
def _runs(length: int) -> frozenset[str]:
    lines = text().split("\n")
    return frozenset(line[i : i + length] for line in lines for i in range(len(line) - length + 1))


def shares_run(line: str, length: int) -> bool:
    """Whether `longest_span` has at least `length` letters; by tables, quickly.

    A span begins and ends with no blank: where its first `length` letters end with one, the letter after them does not.
    """
    return any(
        line[i : i + size] in _runs(size) and " " not in (line[i], line[i + size - 1])
        for size in (length, length + 1)
        for i in range(len(line) - size + 1)
    )


def longest_span(line: str) -> str:
    """The longest run of a hemistich's letters that stands in the divan."""
    best = ""
    for start in range(len(line)):
        stop = start + len(best) + 1
        while stop <= len(line) and line[start:stop] in text():
            best = max(best, line[start:stop].strip(), key=len)
            stop += 1
    return best


def nearest(lines: list[str] | tuple[str, ...]) -> int:
    """The ghazal that shares most pairs of neighbouring words with a poem, for its length."""
    wanted = _pairs(lines)
    return max(_ghazal_pairs(), key=lambda n: len(wanted & _ghazal_pairs()[n]) / len(_ghazal_pairs()[n]) ** 0.5)


@cache
def _ghazal_pairs() -> dict[int, frozenset[tuple[str, str]]]:
    return {number: _pairs(poem) for number, poem in divan.ghazals().items()}


def _pairs(lines: list[str] | tuple[str, ...]) -> frozenset[tuple[str, str]]:
    return frozenset(pair for line in lines for pair in zip(line.split(), line.split()[1:], strict=False))


def check(lines: list[str] | tuple[str, ...]) -> Copied:
    """All of it for one poem."""
    found = [word for line in lines for word in line.split()]
    runs = [piece for line in lines for piece in sequences(line)]
    return Copied(
        longest=max((longest_span(line) for line in lines), key=len, default=""),
        sequences=sum(piece in _sequences() for piece in runs) / max(len(runs), 1),
        new_words=sum(word not in words() for word in found) / max(len(found), 1),
        equal_lines=sum(equals_a_line(line) for line in lines),
        nearest=nearest(lines),
    )
