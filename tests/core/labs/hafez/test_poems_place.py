"""Facts of the form and rows of the tables: worked by hand, and never from what comes."""

import numpy as np
import pytest

from core.labs.hafez.corpus import divan, inputs
from core.labs.hafez.corpus.divan import ALPHABET, encode, text_of

LINES = ("دل ما", "جان ما", "ای یار", "آن ما")


def test_facts_of_a_small_poem_by_hand() -> None:
    text = text_of(LINES)
    facts = inputs.facts_of(encode(text), encode(""))
    assert facts.shape == (len(text), 6)
    assert facts[:7, 0].tolist() == [0] * 6 + [1]  # number of the hemistich
    assert facts[:7, 1].tolist() == [0, 1, 2, 3, 4, 5, 0]  # letters since its start
    assert (facts[:6, 2] == inputs.LEFT - 1).all()  # the first has no line before
    assert facts[6:13, 2].tolist() == [15 + 5 - n for n in range(7)]  # left until as long as the line before
    assert (facts[:6, 3] == inputs.NONE).all()
    # In the second the ending of the first is due: after "جان م" comes its alef, one letter is left.
    at = text.index("جان ما") + 5
    assert ALPHABET[facts[at, 3]] == "ا"
    assert facts[at, 4:].tolist() == [2, 1]
    third = text.index("ای یار")
    assert (facts[third : third + 6, 3] == inputs.NONE).all()  # no rhyme in the first half of a beyt
    fourth = text.index("آن ما")
    assert ALPHABET[facts[fourth + 5, 3]] == "\n"  # the whole rhyme stands
    assert facts[fourth + 5, 5] == 0


def test_the_rhyme_is_what_the_rhyming_hemistichs_share() -> None:
    text, ending, length = encode(text_of(LINES)), np.zeros(inputs.LONGEST, np.int8), 0
    start = 0
    for number, line in enumerate(LINES):
        length = inputs.ending_after(text, start, start + len(line), number, ending, length)
        start += len(line) + 1
        if number == 1:
            assert ending[:length].tolist() == encode(" ما").tolist()
    assert ending[:length].tolist() == encode(" ما").tolist()


@pytest.mark.parametrize("number", [1, 10, 250])
def test_a_fact_never_follows_from_what_comes(number: int) -> None:
    text = encode(text_of(divan.ghazals()[number]))
    whole = inputs.facts_of(text, encode(""))
    rng = np.random.default_rng(number)
    for cut in rng.integers(1, len(text) - 1, 12):
        other = text.copy()
        other[cut:] = rng.integers(0, len(ALPHABET), len(text) - cut)
        assert (inputs.facts_of(other, encode(""))[: cut + 1] == whole[: cut + 1]).all()


def test_every_fact_fits_its_table() -> None:
    for poem in divan.ghazals().values():
        facts = inputs.facts_of(encode(text_of(poem)), encode(""))
        assert (facts >= 0).all()
        assert (facts < np.array(inputs.SIZES)).all()


def test_rows_by_the_formula_written_out() -> None:
    text, rows = encode("\nالا یا ایها الساقی"), 1024
    found = inputs.rows_of(text, rows)
    for position in range(len(text)):
        for i, order in enumerate(inputs.ORDERS):
            code = sum(int(text[position - b]) << (6 * b) for b in range(order) if position - b >= 0)
            mixed = ((code * 2654435761) & 0xFFFFFFFF) ^ (order * 40503)
            mixed = ((mixed ^ (mixed >> 15)) * 2246822519) & 0xFFFFFFFF
            assert found[position, i] == (mixed ^ (mixed >> 13)) & (rows - 1)


def test_rows_spread_over_the_tables() -> None:
    text = encode(text_of([line for n in range(1, 200) for line in divan.ghazals()[n]]))
    found = inputs.rows_of(text, 32768)
    for i, order in enumerate(inputs.ORDERS):
        kinds = len({tuple(text[p - order + 1 : p + 1]) for p in range(order, len(text))})
        expected = 32768 * (1 - np.exp(-kinds / 32768))  # of balls thrown into boxes
        assert len(set(found[:, i])) == pytest.approx(expected, rel=0.05)
