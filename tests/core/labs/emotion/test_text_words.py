"""Words, vocabulary, data: what is read, what is left out, and that no text stands in two parts."""

import numpy as np
import pytest

from core.errors import FileError, TamrinError
from core.labs.emotion import words
from core.labs.emotion.spec import Spec
from core.labs.emotion.texts import data

needs_texts = pytest.mark.skipif(data.folder() is None, reason="needs ../shared/data/emotion")


def test_words_are_lower_case_without_punctuation_in_any_script() -> None:
    assert words.split("I DIDN'T cry; he didn’t_either!  😀 n0t") == [
        "i",
        "didnt",
        "cry",
        "he",
        "didnt",
        "either",
        "n0t",
    ]
    assert words.split("سلام دنیا, 你好") == ["سلام", "دنیا", "你好"]
    assert words.split(" 😀 … <>&") == []
    assert words.split("a b c d", 2) == ["a", "b"]


def test_pieces_are_where_the_words_stand() -> None:
    text = "Oh, I'm <b>fine</b>"
    assert [text[a:b] for a, b in words.pieces(text)] == ["Oh", "I'm", "b", "fine", "b"]


def test_the_vocabulary_is_the_commonest_words_and_rare_or_new_ones_are_unknown() -> None:
    vocabulary = words.build(["b a a", "a b c", "d c"], 5, 2)
    assert vocabulary.words == ("a", "b", "c")
    assert vocabulary.encode("c zebra A d", 3) == [4, words.UNKNOWN, 2]
    assert words.build(["b a a", "a b c", "d c"], 4, 1).words == ("a", "b")
    np.testing.assert_array_equal(words.table([[2, 3], [4]], 3), [[2, 3, 0], [4, 0, 0]])


@needs_texts
def test_the_known_edition_is_split_without_leaks() -> None:
    found = data.load(Spec())
    assert [len(part) for part in (found.train, found.validation, found.test)] == [14368, 1596, 2000]
    texts = [set(part.texts) for part in (found.train, found.validation, found.test)]
    assert not texts[0] & texts[1]
    assert not (texts[0] | texts[1]) & texts[2]
    first = found.test
    assert (first.texts[0][:24], found.classes[first.labels[0]]) == ("im feeling quite sad and", "sadness")


def lines(rows: int = 100) -> bytes:
    return "".join(f"word{n} {'good' if n % 2 else 'bad'};{'up' if n % 2 else 'down'}\n" for n in range(rows)).encode()


def test_own_lines_and_own_tables_are_read_alike() -> None:
    pairs = [line.rpartition(";") for line in lines().decode().splitlines()]
    table = "no,said,tag\n" + "".join(f'{n},"{text}",{label}\n' for n, (text, _, label) in enumerate(pairs))
    by_lines, by_table = data.own(lines(), "x.txt"), data.own(table.encode(), "x.csv")
    assert by_lines.classes == by_table.classes == ("down", "up")
    assert by_lines.train.texts == by_table.train.texts
    assert [len(part) for part in (by_lines.train, by_lines.validation, by_lines.test)] == [80, 10, 10]


def test_repeated_texts_and_texts_without_a_word_are_left_out_once() -> None:
    found = data.own(lines() + b"word1 GOOD!;up\n...;up\n", "x.txt")
    told = " ".join(found.notes)
    assert "1 row repeats a text" in told
    assert "Line 102 left out: no word in the text." in told
    assert sum(len(part) for part in (found.train, found.validation, found.test)) == 100


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00", "one column only"),
        (b"text,label\n" + b"hi there,one\n" * 70, "has 1 label"),
        (lines(20), "60 are the least"),
        (b"a,b\n1,2\n", "No column of mine.csv holds labels"),
        (b"text,label\n" + b"".join(b"w%d,l%d\n" % (n, n) for n in range(70)), "70 different labels"),
        (b"", "is empty"),
        (b"text\n" + b"hi there\n" * 70, "one column only"),
    ],
)
def test_what_cannot_be_learned_from_is_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(TamrinError, match=sentence):
        data.own(content, "mine.csv")


def test_none_and_na_are_labels_like_others_and_one_column_cannot_be_both() -> None:
    kinds = ("joy", "None", "NA", "anger")
    content = ("text,label\n" + "".join(f"word{n} said,{kinds[n % 4]}\n" for n in range(80))).encode()
    assert data.own(content, "x.csv").classes == ("NA", "None", "anger", "joy")
    with pytest.raises(FileError, match="cannot be the same column"):
        data.own(content, "x.csv", {"text": "label", "label": "label"})


@pytest.mark.parametrize("word", ["گُلِ", "مُحَمَّد", "می‌رَوَم"])
def test_vowel_marks_part_no_word(word: str) -> None:
    assert len(words.split(word)) == 1
    assert words.split("it's o''k, 'so'") == ["its", "o", "k", "so"]
