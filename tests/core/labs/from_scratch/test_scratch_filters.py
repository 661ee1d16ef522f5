"""The convolution whose filters k-means learns: what it finds in patches, and that it equals a convolution by loops."""

import numpy as np
import pytest

from core.labs.from_scratch.data import data, filters, preprocessing
from core.labs.from_scratch.data.filters import Filters
from core.labs.from_scratch.spec import Spec


@pytest.fixture(autouse=True)
def _few_patches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "SAMPLES", 3000)
    monkeypatch.setattr(filters, "FILTERS", 12)


def by_loops(found: Filters, image: np.ndarray) -> np.ndarray:
    """Compute the features of one image patch by patch, cell by cell."""
    size, count = found.patch, len(image) - found.patch + 1
    sums = np.zeros((found.grid, found.grid, len(found.centres)))
    edges = np.linspace(0, count, found.grid + 1).astype(int)
    for row in range(count):
        for column in range(count):
            patch = image[row : row + size, column : column + size].ravel().astype(float)
            patch = (patch - patch.mean()) / np.sqrt(patch.var() + filters.CONTRAST)
            white = (patch - found.mean) @ found.whitening
            distances = np.linalg.norm(white - found.centres, axis=1)
            cell = np.searchsorted(edges, [row, column], side="right") - 1
            sums[tuple(cell)] += np.maximum(0, distances.mean() - distances)
    return np.sqrt(sums / (count / found.grid) ** 2).ravel()


@pytest.mark.parametrize("side", [8, 24, 48])
def test_it_is_the_convolution_that_loops_compute(side: int) -> None:
    images = np.random.default_rng(0).random((5, side, side), dtype=np.float32)
    found = filters.learned(images, np.random.default_rng(1))
    made = found(images)
    assert made.shape == (5, found.grid**2 * 12)
    np.testing.assert_allclose(made[3], by_loops(found, images[3]), atol=2e-3)


def test_k_means_finds_the_groups_of_patches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "FILTERS", 3)
    rng = np.random.default_rng(2)
    groups = np.array([[0.0, 8.0], [8.0, 0.0], [-8.0, -8.0]], np.float32)
    patches = (groups.repeat(200, axis=0) + rng.normal(0, 0.1, (600, 2))).astype(np.float32)
    found = filters._centres(patches, np.random.default_rng(0))
    distances = np.linalg.norm(groups[:, None] - found, axis=2).min(axis=1)
    assert sorted(distances)[0] < 0.1
    spread = np.square(patches - patches.mean(axis=0)).sum(axis=1).mean()
    assert filters._squares(patches, found).min(axis=1).mean() < spread


def test_brightness_and_contrast_of_an_image_hardly_count() -> None:
    images = np.random.default_rng(3).random((4, 24, 24), dtype=np.float32)
    found = filters.learned(images, np.random.default_rng(0))
    np.testing.assert_allclose(found(images), found(images / 2 + 0.3), atol=0.02)


def test_the_filters_are_those_of_the_training_set_and_of_the_seed() -> None:
    known, chosen = data.digits(), Spec(features="filters", components=20)
    first, again = preprocessing.prepare(known, chosen), preprocessing.prepare(known, chosen)
    np.testing.assert_array_equal(first.test.inputs, again.test.inputs)
    poisoned = known.inputs.copy()
    poisoned[first.test_rows[:100]] = 1 - poisoned[first.test_rows[:100]]
    other = preprocessing.prepare(data.Dataset("", poisoned, known.targets, known.classes, "", (8, 8)), chosen)
    np.testing.assert_array_equal(first.train.inputs, other.train.inputs)
    np.testing.assert_array_equal(first.test.inputs[100:], other.test.inputs[100:])
    assert np.abs(first.test.inputs[:100] - other.test.inputs[:100]).max() > 0.01
