"""Measure a network that writes Hafez: surprisal on validation ghazals, form, copying, metre."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.labs.hafez import check, metre
from core.labs.hafez.corpus.corpus import Corpus
from core.labs.hafez.corpus.divan import text_of
from core.labs.hafez.network import compose
from core.labs.hafez.network.candidates import surprise
from core.labs.hafez.network.models import Generator
from core.labs.hafez.spec import Request

POEMS, BEYTS = 50, 7


def bits(generator: Generator, corpus: Corpus) -> list[NDArray]:
    """Return the bits of each character, `(characters,)` for each validation poem, ends of lines and poems included."""
    return [surprise(generator, text_of(poem)) for poem in corpus.held_out]


def written(generator: Generator, count: int = POEMS, wanted: Request | None = None) -> list[list[str]]:
    """Write ghazals of seeds 0, 1, 2 ... with form enabled, at the default temperature."""
    wanted = wanted or Request(beyts=BEYTS)
    return [compose.poem(generator, replace(wanted, seed=seed)) for seed in range(count)]


def form(poems: Sequence[Sequence[str]]) -> dict[str, float]:
    """Measure form and copying over poems; shares from 0 to 1, spans in letters."""
    kept = [beyt for poem in poems for beyt in check.kept(poem)]
    limit = metre.of_divan().limit
    scans = [price <= limit for poem in poems for price in metre.of_poem(poem)[1]]
    found = [check.copied(poem) for poem in poems]
    return {
        "beyts_in_rhyme": float(np.mean(kept)),
        "lines_of_the_divan": float(sum(c.equal_lines for c in found)),
        "longest_copy_median": float(np.median([len(c.longest) for c in found])),
        "longest_copy_most": float(max(len(c.longest) for c in found)),
        "four_words_copied": float(np.mean([c.sequences for c in found])),
        "new_words": float(np.mean([c.new_words for c in found])),
        "letters_a_line": float(np.mean([len(line) for poem in poems for line in poem])),
        "lines_that_scan": float(np.mean(scans)),
    }
