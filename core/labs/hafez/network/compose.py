"""Write in form: search over candidates that the network samples and scores, hemistich by hemistich.

Nothing is remembered between two calls: a hemistich follows from the request and the lines before it, so a page
can request them one by one and show each as it arrives.
"""

from collections import Counter
from functools import cache

import numpy as np

from core.errors import PoemsError
from core.labs.hafez import check, messages, metre
from core.labs.hafez.check import FEWEST, Rhyme, opening
from core.labs.hafez.corpus.divan import encode
from core.labs.hafez.network.candidates import Candidate, SamplingParams, hemistichs
from core.labs.hafez.network.generate import write
from core.labs.hafez.network.models import Generator
from core.labs.hafez.spec import LINE, PEN_NAME, Request

CANDIDATES = 24  # sampled in parallel in each round
ROUNDS = 8
LOGIT_BIASES = (0.0, 1.5, 3.0, 4.5, 6.0, 6.0, 8.0, 8.0)  # logit bias of the rhyme in each round
LONGEST_COPY = 20  # maximum letters that a hemistich may share with one of the divan
CHOICE = 3  # the hemistich is drawn from this many best candidates
STRETCH = 0.02  # penalty in bits per letter for each letter too long or too short
NEW_WORD = 0.06  # penalty in bits per letter for each word not in the divan
METRE = 3.0  # penalty in bits per letter for a metre cost of 1 per mark (core.labs.hafez.metre)
QAFIYES = ("ان", "ار", "ام", "اد", "ین", "ید", "یم", "وش", "ند", "ست")  # common rhymes, used with a requested refrain
RHYMABLE = 12  # minimum number of words in the divan that rhyme with the first rhyming word


def next_line(generator: Generator, wanted: Request, lines: list[str]) -> str:
    """Return the hemistich that follows `lines`; with form enabled, the one that the search found."""
    if not wanted.form:
        return free_line(generator, wanted, lines)
    return _Search(generator, wanted, lines).found()


def poem(generator: Generator, wanted: Request) -> list[str]:
    """Write a whole poem of `2 * beyts` hemistichs."""
    lines: list[str] = []
    while len(lines) < 2 * wanted.beyts:
        lines.append(next_line(generator, wanted, lines))
    return lines


def free_line(generator: Generator, wanted: Request, lines: list[str]) -> str:
    """Sample one more line with the compiled loop alone, without any search."""
    before = "".join(line + "\n" for line in lines) or "".join(x for x in wanted.prompt if x in generator.alphabet)
    most = sum(map(len, lines)) + (3 * LINE + 1) * (len(lines) + 1)
    text, chances = np.zeros(most, np.int8), np.random.default_rng(wanted.seed).random(LINES_AHEAD * LINE)
    states = np.zeros((2, *generator.weights.inner.shape[:2]), np.float32)
    told = encode(f" {wanted.radif}" if wanted.radif else "", generator.alphabet)
    length = write(
        generator.weights,
        generator.rows,
        text,
        2 * LINE,
        encode(before, generator.alphabet),
        told,
        wanted.temperature,
        wanted.top_k,
        wanted.top_p,
        chances,
        states,
        len(lines) + 1,
    )
    written = "".join(generator.alphabet[n] for n in text[:length]).split("\n")
    return [line for line in written if line][len(lines)].strip()


LINES_AHEAD = 400


class _Search:
    """Search for one hemistich."""

    def __init__(self, generator: Generator, wanted: Request, lines: list[str]) -> None:
        self.generator, self.wanted, self.lines, self.number = generator, wanted, lines, len(lines)
        self.rhyme = opening(*lines[:2]) if self.number > 1 else None
        self.radif = tuple(wanted.radif.split())
        self.metre = metre.of_poem(lines)[0] if lines else None

    def found(self) -> str:
        """Return the best candidate that fits; after the last round, otherwise the one that comes nearest."""
        spare: list[tuple[float, str]] = []
        for turn in range(ROUNDS):
            candidates = self._candidates(turn)
            fitting = sorted((self._cost(c), c.line) for c in candidates if self._fits(c))
            if fitting:
                return self._drawn(fitting, turn)
            sound = [c for c in candidates if self._sound(c)]
            spare += [(self._cost(c) + 3 * (not self._rhymes(c.line)), c.line) for c in sound]
        if not spare and not self.lines:
            raise PoemsError(messages.no_line_begins)
        return min(spare)[1] if spare else self.lines[-1]

    def _drawn(self, fitting: list[tuple[float, str]], turn: int) -> str:
        best = list(dict.fromkeys(line for _, line in fitting))[:CHOICE]
        return best[int(self._rng(turn, 1).integers(len(best)))]

    def _rng(self, turn: int, use: int) -> np.random.Generator:
        return np.random.default_rng([self.wanted.seed, self.number, turn, use])

    def _candidates(self, turn: int) -> list[Candidate]:
        wanted, generator = self.wanted, self.generator
        text = encode("".join(line + "\n" for line in self.lines) + self._beginning(turn), generator.alphabet)
        params = SamplingParams(wanted.temperature, wanted.top_k, wanted.top_p, LOGIT_BIASES[turn])
        given = encode(self._given(turn), generator.alphabet)
        return hemistichs(generator, text, given, params, CANDIDATES, LINE, self._rng(turn, 0))

    def _given(self, turn: int) -> str:
        """Return the rhyme to condition on: the requested refrain, with a qafiye of the first line or a trial one."""
        if not self.radif or self.number > 1:
            return ""
        word = Rhyme("", self.radif).word(self.lines[0]) if self.lines else None
        qafiye = word[-FEWEST:] if word else QAFIYES[int(self._rng(turn, 2).integers(len(QAFIYES)))]
        return " ".join((qafiye, *self.radif))

    def _beginning(self, turn: int) -> str:
        """Return the requested first words, or the pen name if the network has not produced it itself."""
        if self.number == 0 and self.wanted.prompt:
            return self.wanted.prompt + " "
        if self._signs() and turn >= ROUNDS // 2:
            return PEN_NAME + " "
        return ""

    def _signs(self) -> bool:
        """Return whether the pen name belongs in this hemistich: the first of the last beyt of three or more."""
        wanted = self.wanted
        return wanted.pen_name and wanted.beyts > 2 and self.number == 2 * wanted.beyts - 2

    def _sound(self, candidate: Candidate) -> bool:
        """Return whether a hemistich is complete, of plausible length, new in the poem and not from the divan."""
        line = candidate.line
        usual = len(self.lines[0]) if self.lines else 32
        return (
            candidate.whole
            and abs(len(line) - usual) <= 8
            and line not in self.lines
            and len(set(line.split())) > 2
            and not check.equals_a_line(line)
            and (not check.shares_run(line, LONGEST_COPY + 1) or line.startswith(self.wanted.prompt or "\n"))
        )

    def _fits(self, candidate: Candidate) -> bool:
        pen_name = not self._signs() or PEN_NAME in candidate.line.split()
        early = PEN_NAME in candidate.line.split() and self.wanted.pen_name and not self._signs()
        return pen_name and not early and self._rhymes(candidate.line) and self._sound(candidate)

    def _rhymes(self, line: str) -> bool:
        """Return whether the line meets the rhyme required at its position."""
        if self.number == 0:
            return self._can_be_rhymed_with(line)
        if self.number == 1:
            return self._opens(line)
        if self.number % 2 == 0:
            return self.rhyme is None or not self.rhyme.kept_by(line)
        return self.rhyme is not None and self.rhyme.kept_by(line) and self._fresh(self.rhyme, line)

    def _can_be_rhymed_with(self, line: str) -> bool:
        word = Rhyme("", self.radif).word(line)
        return word is not None and len(word) > FEWEST and rhymable(word)

    def _opens(self, line: str) -> bool:
        found = opening(self.lines[0], line)
        return found is not None and (not self.radif or found.radif == self.radif)

    def _fresh(self, rhyme: Rhyme, line: str) -> bool:
        """Return whether the line's rhyming word has not been used before."""
        word = rhyme.word(line)
        return all(word != rhyme.word(other) for other in [self.lines[0], *self.lines[1::2]])

    def _cost(self, candidate: Candidate) -> float:
        line = candidate.line
        usual = len(self.lines[0]) if self.lines else 32
        new = sum(word not in check.divan_words() for word in line.split())
        prices = metre.costs(line)
        price = prices.min() if self.metre is None else prices[self.metre]
        return candidate.bits + STRETCH * abs(len(line) - usual) + NEW_WORD * new + METRE * min(price, 1.0)


@cache
def _endings() -> Counter[str]:
    return Counter(word[-FEWEST:] for word in check.divan_words() if len(word) > FEWEST)


def rhymable(word: str) -> bool:
    """Return whether enough words of the divan end in the same two letters."""
    return _endings()[word[-FEWEST:]] >= RHYMABLE
