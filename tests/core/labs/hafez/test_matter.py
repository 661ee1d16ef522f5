"""What sites, books and chats put between poems is left out and told; refrains stay."""

import pytest

from core.errors import TamrinError
from core.labs.hafez.corpus import corpus
from tests.core.labs.hafez.test_own_text import COUPLETS, LINES, POEMS, verses

GHAZALS = verses()


def poems(pattern: str, join: str = "\n\n") -> str:
    """Each poem within a pattern: {n} its number, {poem} its lines, {first} the first of them."""
    parts = enumerate(GHAZALS, 1)
    return join.join(pattern.format(n=n, poem="\n".join(p), first=p[0], letter="ابجدهوزحط"[n % 9]) for n, p in parts)


COUNTED = ["الف", *"بجدهوزحطی", "یا", "یب"]
# Text, and a word of what is told.
MATTER = {
    "a page of a site": (
        poems("غزل {n}\nحافظ\n»\nغزلیات\n»\nغزل {n}\n\n{poem}\n\n"
              "قالب شعری: غزل\nارسال به دوستان\nاین را چه کسی خوانده است؟"),
        "lines that recur with the poems",
    ),
    "a site's address": (poems("{poem}") + "\n\nگردآوری از madeup.ir", "header line"),
    "abjad numbers": (
        "\n".join("\n".join([letter, *poem]) for letter, poem in zip(COUNTED, GHAZALS, strict=True)), "12 lines with a",
    ),
    "page and title of the book": (poems("{poem}\n\nدیوان ساخته — صفحه {n}"), "12 header lines"),
    "an interpretation with titles": (
        poems("غزل {n}\n{poem}\n\nتعبیر فال: نیت شما نیک است\nصبر کنید و کار را آغاز کنید."), "24 lines of commentary",
    ),
    "a heading and a paragraph": (poems("{poem}\n\nتعبیر غزل\nنیت شما نیک است\nصبر کنید."), "36 lines of commentary"),
    "the first verse as a title": (poems("{n}. {first}\n{poem}"), "12 single lines"),
    "a chat": (poems("[{n}/02/23, 10:15:00] Ali: {poem}", "\n"), "12 heads of messages"),
    "a channel": (poems("Hafez, [1{n}.02.23 10:15]\n{poem}\n\n@madeup_channel"), "12 heads of messages"),
    "contents": (
        "فهرست\n" + poems("{first} ...... {n}", "\n") + "\n\n" + poems("غزل {n}\n{poem}"),
        "12 header lines",
    ),
    "a preface": (
        "مقدمه\n" + "این کتاب را دوستان گرد آورده‌اند. " * 9 + "\n\n" + poems("غزل {n}\n{poem}"), "line of prose",
    ),
    "metres": (poems("غزل {n}\nبحر رمل {letter}\n{poem}"), "12 header lines"),
    "numbered couplets by name": (
        "\n\n".join("\n".join(f"بیت {n}: {a} / {b}" for n, (a, b) in enumerate(zip(p[::2], p[1::2], strict=True), 1))
                    for p in GHAZALS), "numbers at the beginning",
    ),
    "a poem on a line": (
        "\n\n".join(" // ".join(f"{a} / {b}" for a, b in zip(p[::2], p[1::2], strict=True)) for p in GHAZALS),
        "cut at '/'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", MATTER)
def test_what_is_no_verse_is_left_out_and_told(kind: str) -> None:
    text, told = MATTER[kind]
    found = corpus.poems_in(text.encode(), "own.txt")
    assert [line for poem in found.data[0] for line in poem] == LINES
    assert [len(poem) for poem in found.data[0]] == [2 * COUPLETS] * POEMS
    assert told in " ".join(found.told)


@pytest.mark.parametrize("pattern", ["{poem}\n{refrain}", "بند {n}:\n{poem}\n{refrain}"])
def test_a_refrain_stays(pattern: str) -> None:
    refrain = "باد باران پرنده چراغ گلدان است\nژاله کوه یاس دریا ستاره است"
    text = "\n\n".join(pattern.format(n=n, poem="\n".join(p), refrain=refrain) for n, p in enumerate(GHAZALS, 1))
    assert corpus.poems_in(text.encode(), "own.txt").summary["lines"] == len(LINES) + 2 * POEMS


def test_latex_is_refused() -> None:
    text = "\\begin{verse}\n" + "\n".join(
        f"{a} & {b} \\\\" for p in GHAZALS for a, b in zip(p[::2], p[1::2], strict=True)
    )
    with pytest.raises(TamrinError, match="holds markup"):
        corpus.poems_in(text.encode(), "own.txt")
