"""Networks on another source: how digits are changed, and what the figures that come along say."""

import numpy as np
import pytest

from core.labs.from_scratch import study
from core.labs.from_scratch.spec import presets
from core.labs.from_scratch.study import HOME


def dot() -> np.ndarray:
    image = np.zeros((1, 4, 5), np.float32)
    image[0, 1, 2] = 1
    return image


@pytest.mark.parametrize(("down", "right"), [(1, 0), (-1, 0), (0, 2), (0, -2), (1, -1), (0, 0)])
def test_a_dot_moves_by_whole_pixels(down: int, right: int) -> None:
    moved = study.moved(dot(), down, right)
    assert moved.shape == (1, 4, 5)
    assert moved.sum() == 1
    assert moved[0, 1 + down, 2 + right] == 1


def test_what_leaves_the_image_is_gone_and_what_comes_in_is_empty() -> None:
    full = np.ones((2, 4, 4), np.float32)
    assert study.moved(full, 0, 1)[:, :, 0].sum() == 0
    assert study.moved(dot(), 3, 0).sum() == 0


def test_a_thicker_pen_reaches_the_neighbours() -> None:
    thick = study.thicker(dot())[0]
    assert thick[1, 2] == 1
    assert [thick[0, 2], thick[2, 2], thick[1, 1], thick[1, 3]] == [0.5] * 4
    assert thick.sum() == 3


@pytest.mark.parametrize("task", ["digits", "gender"])
def test_every_source_has_all_seeds_and_the_home_set_comes_first(task: str) -> None:
    rows = study.figures_elsewhere()[task]
    assert rows[0]["source"] == HOME
    assert [row["source"] for row in rows] == list(study.CHANGES if task == "digits" else [HOME, *study.GROUPS])
    for row in rows:
        for name in ("report", "works"):
            assert len(row[name]) == study.SEEDS
            assert np.mean(row[name]) <= np.mean(rows[0][name])


def test_the_digits_are_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = {row["source"]: row["report"][0] for row in study.figures_elsewhere()["digits"]}
    monkeypatch.setattr(study, "SEEDS", 1)
    monkeypatch.setattr(study, "presets", lambda base: {"report": presets(base)["report"]})
    assert {row["source"]: row["report"][0] for row in study.digits()} == pytest.approx(measured, abs=0.01)
