"""Preprocessing on arrays whose answer is known by hand."""

import numpy as np
import pytest

from core.labs.video_violence.clips import recipes
from core.labs.video_violence.clips.recipes import FLOOR, LIGHT, REPORT


def test_the_report_takes_ten_adjacent_pairs_spread_over_the_clip() -> None:
    seconds = np.arange(50) / 25
    rows = recipes.positions(REPORT, seconds, 0.0, 2.0)
    assert rows.tolist() == [[4 * i + int(0.9 * i), 4 * i + int(0.9 * i) + 1] for i in range(10)]  # 49 ∕ 10 apart
    assert recipes.positions(REPORT, np.arange(41) / 25, 0, 9).tolist() == [[4 * i, 4 * i + 1] for i in range(10)]


@pytest.mark.parametrize("rate", [8, 25, 29.97, 120])
def test_light_looks_at_seconds_whatever_the_rate(rate: float) -> None:
    seconds = np.arange(round(2.2 * rate)) / rate
    at = seconds[recipes.positions(LIGHT, seconds, 0.0, 2.0)]
    assert at.shape == (8, 4)
    wanted = np.linspace(0, 2 - 3 * 0.16, 8)[:, None] + 0.16 * np.arange(4)
    assert np.all(at <= wanted + 1e-3)
    assert np.all(wanted - at < 1 / rate)


def test_a_difference_is_absolute_and_stacked_ones_follow_one_another() -> None:
    frames = np.stack([np.full((4, 5, 3), value, np.uint8) for value in (10, 30, 25, 255)])
    assert np.unique(recipes.difference(REPORT, frames[:2])) == [20]
    assert recipes.difference(LIGHT, frames)[2, 3].tolist() == [20, 5, 230]


def test_the_report_crops_fifteen_percent_and_resizes() -> None:
    picture = np.zeros((100, 200, 3), np.uint8)
    picture[15:85, 30:170] = 200
    inner = recipes.crop(REPORT, picture)
    assert inner.shape == (70, 140, 3)
    assert inner.min() == 200
    assert recipes.raw(REPORT, np.stack([np.zeros_like(picture), picture])).shape == (256, 256, 3)


def test_standardised_differences_have_mean_zero_and_deviation_one() -> None:
    clip = np.random.default_rng(0).integers(0, 256, (10, 32, 32, 3), dtype=np.uint8)
    out = recipes.standardise(REPORT, clip)
    assert out.dtype == np.float32
    assert out.mean(axis=(1, 2, 3)) == pytest.approx(np.zeros(10), abs=1e-5)
    assert out.std(axis=(1, 2, 3)) == pytest.approx(np.ones(10), abs=1e-5)


@pytest.mark.parametrize("recipe", [LIGHT, REPORT])
@pytest.mark.parametrize("value", [0, 128])
def test_black_and_frozen_clips_are_zeros(recipe: recipes.Recipe, value: int) -> None:
    frames = np.full((51, 48, 64, 3), value, np.uint8)
    rows = recipes.positions(recipe, np.arange(51) / 25, 0.0, 2.0)
    out = recipes.standardise(recipe, recipes.cut(recipe, np.stack([recipes.raw(recipe, frames[row]) for row in rows])))
    assert out.shape == (recipe.differences, recipe.side, recipe.side, 3)
    assert not out.any()


def test_faint_noise_is_not_blown_up() -> None:
    clip = np.random.default_rng(0).integers(0, 2, (8, 64, 64, 3), dtype=np.uint8)
    assert np.abs(recipes.standardise(LIGHT, clip)).max() <= 1 / FLOOR


def test_the_square_lies_around_the_motion() -> None:
    clip = np.zeros((8, 256, 256, 3), np.uint8)
    clip[:, 200:240, 10:50] = 90
    top, left, side = recipes.motion_box(LIGHT, clip)
    assert side == 160
    assert top <= 200 < 240 <= top + side
    assert left <= 10 < 50 <= left + side
    assert recipes.motion_box(LIGHT, np.zeros_like(clip)) == (48, 48, 160)
    assert recipes.cut(LIGHT, clip, (100, 0, 160))[0, 120, 30].tolist() == [90, 90, 90]


def test_a_small_motion_stands_in_the_middle_of_the_square() -> None:
    clip = np.zeros((8, 256, 256, 3), np.uint8)
    clip[:, 120:140, 100:150] = 90
    assert recipes.motion_box(LIGHT, clip) == (50, 45, 160)
    clip = np.roll(clip, (100, -90), axis=(1, 2))  # near a corner the square ends at the edge
    top, left, side = recipes.motion_box(LIGHT, clip)
    assert (top + side, left) == (256, 0)


def test_weak_motion_all_over_does_not_draw_the_square_away_from_the_strong() -> None:
    """The mean over differences and colours counts above the floor alone."""
    clip = np.zeros((10, 256, 256, 3), np.uint8)
    clip[:, :, 120:] = int(LIGHT.floor * 0.9)
    clip[:, 8:24, 8:24] = int(LIGHT.floor * 3)
    _, left, side = recipes.motion_box(LIGHT, clip)
    assert left <= 8 < 24 <= left + side
