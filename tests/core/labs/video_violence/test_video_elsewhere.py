"""Videos of other sources: the figures that come along, and how they are told."""

from dataclasses import replace
from pathlib import Path

import pytest

from core import settings
from core.labs.video_violence import elsewhere, words
from core.learn.rivals import hint
from core.runs.store import Run, Store

CLIPS = settings.PROJECT.parent / "shared" / "data" / "clips_free"
ROWS = [
    {"what": "a", "fight": True, "peak": 0.6, "size": [4, 3], "fps": 25.0},
    {"what": "b", "fight": False, "peak": 0.7, "size": [4, 3], "fps": 25.0},
    {"what": "c", "fight": False, "peak": 0.1, "size": [4, 3], "fps": 25.0},
    {"what": "d", "fight": False, "peak": None, "size": [4, 3], "fps": 5.0},
]


@pytest.fixture(scope="module")
def shipped() -> tuple[Run, Store]:
    store = Store(str(settings.SHIPPED), shipped=None)
    return next(run for run in store.list()[0] if run.kind == "violence"), store


def test_what_cannot_be_judged_is_neither_right_nor_wrong() -> None:
    assert elsewhere.flagged(ROWS, 0.5) == (1, 1, 2)
    assert elsewhere.flagged(ROWS, 0.65) == (0, 1, 2)
    assert elsewhere.flagged(ROWS, 0.8) == (0, 0, 2)
    said = elsewhere.table(ROWS, 0.65)["prediction"].tolist()
    assert said == ["no fight", "fight", "no fight", "cannot judge"]


def test_the_sentence_is_of_the_network_that_was_measured(shipped: tuple[Run, Store]) -> None:
    run, _ = shipped
    strongest = "(logistic regression on frozen features, the strongest baseline: 78%; "
    assert f"{strongest}the difference is not significant, paired test scene by scene: p\xa0=\xa0" in words.honest(run)
    assert "it mistakes 2 of 6 peaceful videos from other sources for fights" in words.honest(run)
    assert "not measured on videos from other sources" in words.honest(replace(run, key="another"))


def test_a_network_behind_its_best_baseline_is_told_what_to_change(shipped: tuple[Run, Store]) -> None:
    run, _ = shipped
    behind = replace(run, facts=run.facts | {"accuracies": [0.7, 0.7]})
    assert hint() not in words.honest(run)
    assert hint() not in words.honest(behind)  # these are the settings that work
    assert hint() not in words.honest(replace(behind, spec=run.spec | {"folds": 0, "fold_seeds": 1}))
    assert words.honest(replace(behind, spec=run.spec | {"strength": False})).endswith(hint())


@pytest.mark.skipif(not CLIPS.exists(), reason="the clips are not here")
def test_the_figures_are_those_of_the_clips(shipped: tuple[Run, Store], monkeypatch: pytest.MonkeyPatch) -> None:
    kept, few = elsewhere.load(), dict(list(elsewhere.CLIPS.items())[:2])  # each takes seconds
    assert list(elsewhere.CLIPS.values()) == [row["what"] for row in kept["clips"]]
    monkeypatch.setattr(elsewhere, "CLIPS", few)
    made = elsewhere.measure(*shipped, Path(CLIPS))
    assert made["model"] == kept["model"]
    for one, other in zip(made["clips"], kept["clips"][:2], strict=True):
        assert one["what"] == other["what"]
        assert one["peak"] == pytest.approx(other["peak"], abs=0.02)  # processors differ in the last digits
        assert one["size"] == other["size"]
