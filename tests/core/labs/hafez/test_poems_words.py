"""What a person may type, and what becomes of it: requests, markup, picture, specs."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from core.errors import PoemsError, SpecError
from core.labs.hafez import charts, spec
from core.labs.hafez.corpus import divan
from core.labs.hafez.corpus.divan import ALPHABET
from core.labs.hafez.spec import BEST, Spec, presets

LINES = divan.ghazals()[3]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  اگر آن  ", "اگر آن"),
        ("اگر\u200f\u202e آن\u2066", "اگر آن"),
        ("<b>اگر</b> <script>alert(1)</script>آن", "اگر آن"),
        ("اگر آن <img src=x onerror=alert(1)>", "اگر آن"),
        ("اگر 😀 آن abc 123 ۱۲۳", "اگر آن"),
        ("اگر\nآن\x00", "اگر آن"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_first_words_are_cleaned(typed: str, kept: str) -> None:
    assert spec.first_words(typed) == kept
    assert set(kept) <= set(ALPHABET)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("roses are red", "no Persian letter"),
        ("😀😀", "no Persian letter"),
        ("<script>", "no Persian letter"),
        ("د" * 10_000, "10,000 characters"),
        ("دل " * 30, r"\d+ letters"),
        ("<b>" * 500 + "دل", "no|characters|letters"),
    ],
)
def test_what_cannot_be_used_gets_a_sentence(typed: str, words: str) -> None:
    if typed.endswith("دل"):
        assert spec.first_words(typed) == "دل"
    else:
        with pytest.raises(PoemsError, match=words):
            spec.first_words(typed)


def test_a_refrain_has_at_most_four_words() -> None:
    assert spec.refrain("ما را") == "ما را"
    with pytest.raises(PoemsError, match="5 words"):
        spec.refrain("تو و من و ما")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"grams": 1000}, "grams"),
        ({"half": True, "cell": "lstm"}, "half"),
        ({"corpus": "x", "told": True}, "told"),
    ],
)
def test_a_spec_that_makes_no_sense_is_a_sentence(wrong: dict, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        Spec(**wrong)


def text_of(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html.replace("&zwj;", "")).replace("↵", "")


def test_a_poem_in_html_keeps_its_order_and_letters() -> None:
    html = charts.poem(LINES[:4], prompt=LINES[0][:7])
    assert text_of(html).replace(" ", "") == "".join(LINES[:4]).replace(" ", "")
    assert 'dir="rtl" lang="fa"' in html
    assert f"<mark>{LINES[0][:7]}</mark>" in html
    assert html.count("<p>") == 2


def test_markup_in_a_poem_is_shown_and_not_obeyed() -> None:
    bad = ["<script>alert(1)</script>", '"><img src=x>', "a & b", "<b>"]
    for html in (
        charts.poem(bad, prompt="<script>"),
        charts.told_apart(bad, 2),
        charts.coloured(bad, [0.5] * 99, ['"><b>'] * 99),
    ):
        assert "<script" not in html
        assert "<img" not in html
        assert "<b>" not in html


def test_coloured_letters_stay_joined_and_in_order() -> None:
    letters = sum(len(line) + 1 for line in LINES)
    html = charts.coloured(LINES, np.linspace(0, 1, letters).tolist(), [f"{n}" for n in range(letters)])
    assert text_of(html).replace(" ", "") == "".join(LINES).replace(" ", "")
    assert re.findall(r'title="(\d+)"', html) == [str(n) for n in range(letters)]
    assert charts.shade(2.0) == charts.shade(1.0) != charts.shade(0.1)
    assert charts.shade(-1.0, diverging=True) != charts.shade(1.0, diverging=True)


def test_the_picture_grows_with_the_poem_and_joins_its_letters() -> None:
    small, large = (Image.open(io.BytesIO(charts.png(LINES[:n], "Tamrin"))) for n in (2, 8))
    assert small.size[0] == large.size[0] == charts.WIDTH
    assert large.size[1] > small.size[1]
    joined, apart = (np.asarray(Image.open(io.BytesIO(charts.png([t, t], "")))) for t in ("بببب", "ب ب ب ب"))
    assert (joined != apart).any()
    ink = (np.asarray(small.convert("L")) < 128).mean(axis=0)
    columns = ink[: charts.WIDTH // 2 - 30].sum(), ink[charts.WIDTH // 2 + 30 :].sum()
    assert min(columns) > 0.3 * max(columns)  # a hemistich on either side
    assert charts.png(["د" * 200, "د"], "")  # a line that must shrink


def test_charts_show_the_numbers_they_are_given() -> None:
    values = np.array([0.05, 0.5, 0.3, 0.15])
    bars = charts.odds(values, "\n اب", "ا", top=3).data[0]
    assert list(bars.x) == ["space ␣", "ا", "ب"]
    assert list(bars.y) == [0.5, 0.3, 0.15]
    assert bars.marker.color[1] != bars.marker.color[0] == bars.marker.color[2]
    rare = charts.odds(values, "\n اب", "\n", top=2).data[0]
    assert list(rare.x) == ["space ␣", "line end ↵"]  # what came is always shown
    curve = charts.learning(
        {"GRU": {"bits": [3, 2], "held_out_bits": [3.1, 2.5]}}, {"GRU": "gru"}, {"5-gram model": 2.7}
    )
    assert [list(trace.y) for trace in curve.data] == [[3.1, 2.5], [3, 2]]
    assert curve.layout.shapes[0].y0 == 2.7
    spread = charts.lengths([30, 30, 31, 32], [31, 33]).data
    assert list(spread[0].y) == [0.5, 0.25, 0.25]
    assert list(spread[1].x) == [31, 33]
    follow = charts.followers({"place": [(4, -0.6), (1, 0.2)], "by chance": [(9, 0.1)]})
    assert list(follow.data[0].x) == [0.6]
    assert follow.layout.shapes[0].x0 == 0.1
    state = charts.unit(np.array([0.5, -0.5, 0.1]), "د\nل", 3)
    assert list(state.data[0].y) == [0.5, -0.5, 0.1]
    assert len(state.layout.shapes) == 1  # a line end


def test_presets_on_a_text_of_ones_own_need_neither_its_form_nor_other_poets() -> None:
    assert presets()["works"] == BEST
    both = presets(Spec(corpus="text-0123456789abcdef", seed=4))
    assert {(one.corpus, one.seed, one.told, one.reading) for one in both.values()} == {
        ("text-0123456789abcdef", 4, False, 0)
    }
    assert both["works"].grams == BEST.grams
    assert (both["report"].cell, both["report"].clip, both["report"].dropout) == ("rnn", 0.0, 0.0)
