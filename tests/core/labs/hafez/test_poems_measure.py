"""What is measured of written poems, on poems whose figures are known; no network writes here."""

from types import SimpleNamespace

import numpy as np
import pytest

from core.labs.hafez import baseline, check, measure, metre, words
from core.labs.hafez.corpus.divan import text_of
from core.labs.hafez.network import compose
from core.labs.hafez.spec import Request, Spec, presets
from core.learn import contest
from core.learn.rivals import hint
from core.runs import spec as specs


def test_bits_are_the_mean_over_all_letters_not_over_poems(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = {"a\nb\n": np.array([1.0, 2.0, 3.0]), "c\nd\n": np.array([8.0])}
    monkeypatch.setattr(measure, "text_of", lambda poem: "\n".join(poem) + "\n")
    monkeypatch.setattr(measure, "surprise", lambda generator, text: pieces[text])
    bits = measure.bits(SimpleNamespace(), SimpleNamespace(held_out=[["a", "b"], ["c", "d"]]))
    assert np.concatenate(bits).mean() == 14 / 4


def test_fifty_ghazals_of_seven_beyts_are_written_one_a_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "poem", lambda generator, wanted: [wanted.seed, wanted.beyts])
    assert measure.written(SimpleNamespace()) == [[seed, 7] for seed in range(50)]
    assert measure.written(SimpleNamespace(), 2, Request(beyts=3, seed=9)) == [[0, 3], [1, 3]]


def test_figures_of_poems_that_were_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter(
        [
            check.Copied("abc", sequences=0.5, new_words=0.25, equal_lines=1, nearest=1),
            check.Copied("abcde", sequences=0.0, new_words=0.5, equal_lines=2, nearest=1),
        ]
    )
    monkeypatch.setattr(check, "copied", lambda poem: next(found))
    monkeypatch.setattr(metre, "of_divan", lambda: SimpleNamespace(limit=2.0))
    monkeypatch.setattr(metre, "of_poem", lambda poem: (7, np.arange(1.0, 1 + len(poem))))
    poems = [["x راز", "y ناز", "z", "w باز"], ["x راز", "y", "zz", "باز"]]  # the second has no rhyme to keep
    assert measure.form(poems) == {
        "beyts_in_rhyme": 0.5,
        "lines_of_the_divan": 3,
        "longest_copy_median": 4,
        "longest_copy_most": 5,
        "four_words_copied": 0.25,
        "new_words": 0.375,
        "letters_a_line": (5 + 5 + 1 + 5 + 5 + 1 + 2 + 3) / 8,
        "lines_that_scan": 0.5,
    }


def test_rivals_count_in_the_poems_of_the_network_and_in_those_it_read_before() -> None:
    train, others, held_out = [("ab", "ab")] * 3, [("ba", "ba")] * 3, [("ab", "ba"), ("ab", "ab")]
    bits = [np.full(len(text_of(poem)), 9.0) for poem in held_out]
    found = baseline.baselines(train, others, held_out, 4, bits)
    both = baseline.Counts([*train, *others], 4)
    assert found.metrics["poets_bits"] == pytest.approx(np.concatenate([both.bits(one) for one in held_out]).mean())
    assert found.metrics["poets_bits"] < found.metrics["naive_bits"]  # the second half of a held-out poem is theirs
    assert [one["parameters"] for one in found.rivals] == [baseline.Counts(train, 4).parameters, both.parameters]
    assert all(one["p"] < 0.05 for one in found.rivals)
    assert list(baseline.baselines(train, [], held_out, 4, bits).metrics) == ["naive_bits"]


def test_the_sentence_compares_with_the_strongest_rival() -> None:
    figures = {"held_out_bits": 2.24, "naive_bits": 2.71, "poets_bits": 2.53}
    rivals = [{"name": name, "parameters": 9, "p": 0.0001} for name in ("naive", "poets")]
    run = SimpleNamespace(metrics=figures, facts={"rivals": rivals}, spec={"told": True})
    assert words.honest(run).startswith(
        "The network needs 2.24 bits per character on validation poems; a 5-gram model with the other poets, which "
        "counts the characters that follow the last four, needs 2.53 (paired test poem by poem: p\xa0<\xa00.001). It"
    )
    behind = SimpleNamespace(metrics={"held_out_bits": 2.97, "naive_bits": 2.71}, facts={}, spec={"told": False})
    assert words.honest(behind).endswith(f"needs 2.71: the network predicts worse than these counts. {hint()}")
    unsure = {"rivals": [{"name": "naive", "parameters": 9, "p": 0.3}]}
    level = SimpleNamespace(metrics=behind.metrics, facts=unsure, spec={})
    assert "the network is not significantly better or worse than these counts." in words.honest(level)
    behind.spec = specs.to_dict(presets()["works"])
    assert words.honest(behind).endswith("the network predicts worse than these counts.")
    run.spec = specs.to_dict(presets(Spec(corpus="text-1"))["works"])
    assert "on validation poems; a 5-gram" in words.honest(run)  # which chose no settings


def test_networks_and_counts_stand_in_one_table() -> None:
    rivals = [{"name": "naive", "parameters": 9, "p": 0.01}]
    facts, spec = {"parameters": 7, "rivals": rivals}, specs.to_dict(presets()["report"])
    runs = {
        name: SimpleNamespace(metrics={"held_out_bits": bits, "naive_bits": 2.75}, facts=facts, spec=spec)
        for name, bits in (("GRU", 2.5), ("SimpleRNN", 3.0))
    }
    found = contest.table("model", baseline.rows(runs), {"held_out_bits": "bits per character"}).set_index("model")
    assert found["difference"].tolist()[:2] == [-0.25, 0.25]  # fewer bits are better
    assert found["p-value"].tolist()[:2] == [0.01, 0.01]
    assert found.loc["5-gram model", ["bits per character", "parameters"]].tolist() == [2.75, 9]
