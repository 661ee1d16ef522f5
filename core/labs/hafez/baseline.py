"""Measure the rivals of a character network: count what follows the last four characters, in Hafez and in others."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.labs.hafez.corpus.divan import text_of
from core.learn import paired, rivals as shared
from core.learn.contest import Row
from core.learn.rivals import Baselines, Beside, Rival, RivalFacts, by_name
from core.runs.store import Run

ORDER = 4  # letters of context
BITS = "held_out_bits"  # metric of the networks
INPUTS = "the last four characters"
# Name in metrics and facts -> name for users, the simplest first.
NAMES = {"naive": "5-gram model", "poets": "5-gram model with the other poets"}

Poems = Sequence[tuple[str, ...]]


class Counts:
    """An n-gram model interpolated by Witten and Bell's rule (1991), orders 0 to 4."""

    def __init__(self, poems: Poems, letters: int) -> None:
        self.letters = letters
        self.follows: list[dict[str, Counter]] = [{} for _ in range(ORDER + 1)]
        for text in map(text_of, poems):
            padded = "\n" * ORDER + text
            for i in range(ORDER, len(padded)):
                for order in range(ORDER + 1):
                    self.follows[order].setdefault(padded[i - order : i], Counter())[padded[i]] += 1
        self.totals = [{context: sum(c.values()) for context, c in level.items()} for level in self.follows]

    @property
    def parameters(self) -> int:
        """Return the number of counts that the model keeps."""
        return sum(len(counts) for level in self.follows for counts in level.values())

    def bits(self, poem: tuple[str, ...]) -> NDArray[np.float64]:
        """Return the bits of each character of a poem, `(characters,)`."""
        text = "\n" * ORDER + text_of(poem)
        return np.array([-np.log2(self._odds(text[:i], text[i])) for i in range(ORDER, len(text))])

    def _odds(self, before: str, letter: str) -> float:
        odds = 1 / self.letters
        for order in range(ORDER + 1):
            context = before[len(before) - order :]
            if seen := self.follows[order].get(context):
                total, kinds = self.totals[order][context], len(seen)
                odds = (seen[letter] + kinds * odds) / (total + kinds)
        return odds


def baselines(train: Poems, others: Poems, held_out: Poems, letters: int, bits: Sequence[NDArray]) -> Baselines:
    """Count in the training poems and, if the network has read `others` first, in both; measure bits per character.

    `bits` are those of the network, `(characters,)` for each poem of `held_out`: the rivals are compared with them poem
    by poem.
    """
    corpora = {"naive": train} | ({"poets": [*train, *others]} if others else {})
    figures: dict[str, float] = {}
    rivals: list[RivalFacts] = []
    for name, poems in corpora.items():
        counts = Counts(poems, letters)
        found = [counts.bits(poem) for poem in held_out]
        figures[f"{name}_bits"] = float(np.mean(np.concatenate(found)))
        own, theirs = (np.array([poem.mean() for poem in each]) for each in (bits, found))
        rivals.append({"name": name, "parameters": counts.parameters, "p": paired.p_value(own, theirs, lags=0)})
    return Baselines(figures, rivals)


def rivals(run: Run) -> list[Rival]:
    """Return the n-gram models of a run: of the corpus, and of the other poets too if the network has read them."""
    known = by_name(run.facts)
    return [
        Rival(name, INPUTS, known[key]["parameters"] if key in known else 0, {BITS: run.metrics[f"{key}_bits"]}, {})
        for key, name in NAMES.items()
        if f"{key}_bits" in run.metrics
    ]


def strongest(run: Run) -> Beside:
    """Return the n-gram model that needs the fewest bits beside a network; a gain is bits that the network saves."""
    tests = {NAMES[name]: one.get("p") for name, one in by_name(run.facts).items()}
    best = shared.strongest(rivals(run), BITS)
    bits = best.metrics[BITS]
    return Beside(best.name, [bits], [bits - run.metrics[BITS]], tests.get(best.name), parameters=best.parameters)


def rows(networks: Mapping[str, Run]) -> list[Row]:
    """Return networks by name, then the n-gram models beside the first one, as rows of a table."""
    made = [
        Row.beside(name, run.facts["parameters"], [run.metrics], strongest(run), -1) for name, run in networks.items()
    ]
    beside = rivals(next(iter(networks.values())))
    return made + [Row(one.name, one.parameters, [one.metrics]) for one in reversed(beside)]
