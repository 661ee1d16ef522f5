"""The one normalisation and the alphabet."""

import json
from importlib.resources import files

import pytest

from core.labs.hafez.corpus import divan
from core.labs.hafez.corpus.divan import ALPHABET, decode, encode, normalise


def raw() -> list[str]:
    entries = json.loads(files("hafez").joinpath("data/hafez.json").read_text(encoding="utf-8"))
    return [line for entry in entries for line in entry["poem"]]


def test_the_divan_loses_nothing_but_blanks() -> None:
    for line in raw():
        assert normalise(line).replace(" ", "") == "".join(line.split()).replace("\u200c", "")


def test_every_letter_of_the_alphabet_but_the_line_end_stays_and_all_stand_in_the_divan() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 37
    assert normalise(ALPHABET[2:]) == ALPHABET[2:]
    assert set("".join(line for poem in divan.ghazals().values() for line in poem)) == set(ALPHABET[1:])


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("يا كريم", "یا کریم"),  # Arabic ye and kaf
        ("می‌خانه", "می خانه"),  # a zero-width non-joiner
        ("  دل\u00a0 و\tجان ", "دل و جان"),
        ("دِلَم را", "دلم را"),  # vowel marks
        ("ســر", "سر"),  # kashida
        ("\u202bدل\u202c\u200f", "دل"),  # marks of direction
        ("ﻻله", "لاله"),  # presentation forms
        ("خانۀ أهل مؤمن", "خانه اهل مومن"),
        ("دل love 12 😀 <b>", "دل"),
        ("دل\nجان", "دل جان"),
        ("", ""),
    ],
)
def test_other_writings_of_the_same_words(given: str, wanted: str) -> None:
    assert normalise(given) == wanted
    assert normalise(wanted) == wanted


def test_numbers_go_there_and_back() -> None:
    text = "\n".join(divan.ghazals()[1])
    assert decode(encode(text)) == text
    assert encode("\n ء").tolist() == [0, 1, 2]
