"""Radifs in Latin letters: those of the divan from the table, others by rule."""

import re

from core.labs.hafez import check, words
from core.labs.hafez.corpus import divan


def test_every_radif_of_the_divan_has_a_reading_and_a_meaning() -> None:
    found = [check.opening(ghazal[0], ghazal[1]) for ghazal in divan.ghazals().values()]
    radifs = {" ".join(one.radif) for one in found if one and one.radif}
    assert len(radifs) > 150
    assert radifs <= set(words.USUAL)
    for read, meaning in words.USUAL.values():
        assert re.fullmatch(r"[a-zāīū' -]+", read), read
        assert meaning


def test_another_radif_is_spelled_by_rule_and_said_to_be_a_guess() -> None:
    assert words.of("کتاب") == ("katāb", "", True)
    assert words.of("دوست است") == ("dūst ast", "", False)  # words of the table keep their reading
    assert [words.spelled(word) for word in ("دل", "خانه", "ایران", "یار", "والا")] == [
        "dal",
        "khāne",
        "īrān",
        "yār",
        "vālā",
    ]
    assert "approximately" in words.radif("کتاب")
    assert words.radif("کجاست") == "\u2067کجاست\u2069 (*kojāst*, “where is it?”)"
    assert words.spelled("") == ""
