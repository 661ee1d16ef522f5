"""What a network reads, what it is measured on, and that the two do not meet."""

from pathlib import Path

import pytest

from core import settings
from core.errors import PoemsError
from core.labs.hafez.check import bare
from core.labs.hafez.corpus import corpus, divan
from core.labs.hafez.corpus.divan import ALPHABET
from core.labs.hafez.spec import Spec


def test_every_tenth_ghazal_is_held_out() -> None:
    assert list(divan.held_out()) == list(range(10, 500, 10))
    assert len(divan.training()) == 495 - 49
    assert not set(divan.held_out()) & set(divan.training())


def test_no_line_that_is_trained_on_stands_in_a_held_out_ghazal() -> None:
    found = corpus.hafez()
    held = [bare(line) for poem in found.held_out for line in poem]
    pieces = {line[i : i + 16] for line in held for i in range(len(line) - 15)}
    trained = [bare(line) for poem in found.train for line in poem]
    assert not set(held) & set(trained)
    assert not any(line[i : i + 16] in pieces for line in trained for i in range(len(line) - 15))
    assert len(trained) > 7000
    assert found.alphabet == ALPHABET
    assert found.letters == sum(len("\n".join(poem)) + 2 for poem in found.train)


def test_a_beyt_of_another_poet_that_quotes_a_held_out_ghazal_is_left_out_whole() -> None:
    quoted = divan.held_out()[10][2]
    own = ("یک مصراع که از حافظ نیست", "یک مصراع دیگر که از او نیست")
    poem = (*own, quoted.replace(" ", ""), "باقی بیت شاعر دیگر")
    assert divan.without_held_out([poem]) == [own]
    assert divan.without_held_out([poem[2:]]) == []


def test_poems_begin_where_both_hemistichs_rhyme_and_the_next_beyt_goes_on() -> None:
    ghazals = [divan.ghazals()[n] for n in (2, 3, 5)]
    assert divan.poems_of([line for ghazal in ghazals for line in ghazal]) == ghazals


def test_other_poets_are_read_from_far_to_near_without_what_is_held_out() -> None:
    folder = settings.PROJECT.parent / "shared" / "data" / "poets"
    if not (folder / "hatef.txt").exists():
        pytest.skip("needs the poets beside the project")
    import numpy as np

    lines = divan.hemistichs(folder / "hatef.txt")
    assert len(lines) % 2 == 0
    assert set("".join(lines)) <= set(ALPHABET)
    assert [line for poem in divan.poems_of(lines) for line in poem] == lines
    assert np.isclose(sum(map(len, divan.poems_of(lines))), len(lines))


def test_the_others_are_sorted_by_shared_pairs_and_the_far_ones_are_left_out(tmp_path: Path) -> None:
    import numpy as np

    near, far = divan.training()[2], tuple(f"{line[::-1]}" for line in divan.training()[3])
    book = [*(line for _ in range(8) for line in far), *(line for _ in range(8) for line in near)]
    (tmp_path / "poet.txt").write_text("\n".join(book), encoding="utf-8")
    found = divan.others(tmp_path, corpus.hafez().train, np.random.default_rng(0))
    assert found[-1] == near
    whole = divan.poems_of(divan.hemistichs(tmp_path / "poet.txt"))
    kept = [poem for poem in whole if 8 <= len(poem) <= 40]
    assert len(found) == len(kept) - round(0.7 * len(kept))


def test_without_the_others_the_setting_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMRIN_POETS", str(tmp_path))
    with pytest.raises(PoemsError, match="TAMRIN_POETS"):
        divan.poets_folder()


ENGLISH = "\n\n".join(
    f"the {a} fox jumps over piece {a}\nand sleeps by the {a} river" * 3 for a in "abcdefghijklmnopqrst"
)


def test_a_text_of_ones_own_is_split_by_pieces(tmp_path: Path) -> None:
    path = tmp_path / "english.txt"
    path.write_text(ENGLISH, encoding="utf-8-sig")
    found = corpus.of(Spec(corpus=str(path)))
    assert len(found.held_out) == 2
    assert len(found.train) == 18
    assert not {x for p in found.held_out for x in p} & {x for p in found.train for x in p}
    assert found.alphabet[0] == "\n"
    assert set("".join(x for p in found.train + found.held_out for x in p)) <= set(found.alphabet)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"short", "too little text"),
        (b"the same line again and again\n" * 4000, "repeats itself"),
    ],
)
def test_a_text_that_cannot_be_learned_from_gets_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(PoemsError, match=words):
        corpus.from_bytes(content, "own.txt")


def test_a_missing_file_gets_a_sentence_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(PoemsError, match=r"^none\.txt cannot be read"):
        corpus.own(str(tmp_path / "none.txt"))
