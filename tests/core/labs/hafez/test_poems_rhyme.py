"""Rhyme, refrain, copying and metre against brute force and known ghazals."""

import numpy as np
import pytest

from core.labs.hafez import check, metre
from core.labs.hafez.check import METRE_NAMES, METRES, Rhyme
from core.labs.hafez.corpus import divan


def test_rhyme_and_refrain_of_known_ghazals() -> None:
    ghazals = divan.ghazals()
    assert check.opening(*ghazals[1][:2]) == Rhyme("ها")  # ناولها and مشکل ها: no refrain
    assert check.opening("صلاح کار کجا و من خراب کجا", "ببین تفاوت ره کز کجاست تا به کجا") is None
    assert check.opening("اگر آن ترک شیرازی به دست آرد دل ما را", "به خال هندویش بخشم سمرقند و بخارا را") == Rhyme(
        "ا", ("را",)
    )


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (("دل دیوانه ماست", "این کاشانه ماست", "هر کس", "می خانه ماست"), [True, True]),
        (("دل دیوانه ماست", "این کاشانه ماست", "هر کس", "می خانه تو"), [True, False]),
        (("دل دیوانه ماست", "چشم من کجاست", "هر کس", "یار آن خواست"), [True, True]),  # by letters, no refrain
        (("دل دیوانه ماست", "چشم من کجاست", "هر کس", "یار آن است"), [True, True]),
        (("دل دیوانه من", "چشم من کجاست", "هر کس", "یار آن است"), [False, False]),
        (("همان", "همان"), [False]),  # nothing but a refrain
        ((), []),
    ],
)
def test_beyts_that_keep_the_rhyme(lines: tuple[str, ...], kept: list[bool]) -> None:
    assert check.kept(lines) == kept


def test_most_of_the_divan_keeps_the_rule() -> None:
    kept = [beyt for poem in divan.ghazals().values() for beyt in check.kept(poem)]
    assert np.mean(kept) == pytest.approx(0.84, abs=0.01)  # what the page says


def brute(line: str) -> int:
    """The length of the longest run, over all runs."""
    runs = (line[i:j].strip() for i in range(len(line)) for j in range(i + 1, len(line) + 1))
    return max((len(run) for run in runs if run in check.divan_text()), default=0)


def test_the_longest_shared_run_by_brute_force() -> None:
    rng = np.random.default_rng(0)
    words = sorted(check.divan_words())
    for _ in range(25):
        line = " ".join(rng.choice(words, 6))
        found = check.longest_span(line)
        assert found in check.divan_text()
        assert found in line
        assert len(found) == brute(line)


def test_a_shared_run_by_tables_is_one_of_the_longest_span() -> None:
    rng, lines = np.random.default_rng(1), [line for poem in divan.ghazals().values() for line in poem]
    for _ in range(30):
        one, two = rng.choice(len(lines), 2)
        cut = int(rng.integers(4, 26))
        line = " ".join((lines[one][:cut] + lines[two][cut:]).split())
        found = len(check.longest_span(line))
        assert [check.shares_run(line, n) for n in (found - 1, found, found + 1)] == [True, True, False]


def test_a_ghazal_of_the_divan_is_told_as_copied() -> None:
    poem = divan.ghazals()[100]
    found = check.copied(poem)
    assert found.longest == max(poem, key=len)
    assert (found.sequences, found.new_words, found.equal_lines, found.nearest) == (1.0, 0.0, len(poem), 100)
    assert check.equals_a_line(poem[0].replace(" ", ""))


def test_nothing_is_copied_in_letters_that_the_divan_has_not() -> None:
    found = check.copied(["ژژژ ژژژ ژژژ ژژژ ژژژ"])
    assert (found.sequences, found.new_words, found.equal_lines) == (0.0, 1.0, 0)
    assert check.copied([]).longest == ""


@pytest.mark.parametrize(
    ("number", "name"),
    [  # as every school book has them
        (1, "hazaj salem, 8 feet"),
        (3, "hazaj salem, 8 feet"),
        (2, "mojtass makhbun mahzuf, 8 feet"),
        (5, "mozare akhrab, 8 feet"),
        (7, "mozare akhrab makfuf mahzuf, 8 feet"),
        (11, "mozare akhrab makfuf mahzuf, 8 feet"),
        (255, "ramal mahzuf, 8 feet"),
    ],
)
def test_metres_of_known_ghazals(number: int, name: str) -> None:
    assert METRE_NAMES[metre.of_poem(divan.ghazals()[number])[0]] == name


def test_the_guess_is_measured_on_the_divan() -> None:
    guess = metre.of_divan()
    assert len(guess.metres) == 495
    prices = np.concatenate([metre.of_poem(poem)[1] for poem in divan.ghazals().values()])
    assert np.mean(prices <= guess.limit) == pytest.approx(0.95, abs=0.01)
    assert 0 < guess.other < 0.3
    assert 0 < guess.alone < 0.33
    assert 0.25 < guess.shuffled < 0.5  # a metre is a weak check of a single line: the page says so


def test_a_price_by_hand() -> None:
    # da-ram: ا after د is long and n-less consonant r + a-m: two syllables, long long
    patterns = np.array([[1, 1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 1, 1, 0]])
    fitting, wrong = metre._cheapest(metre.kinds("دارم"), patterns, np.array([2, 7]))
    assert fitting < 0.2
    assert wrong > 1
    assert all(set(variant) <= set("u-") for variants in METRES.values() for variant in variants)
