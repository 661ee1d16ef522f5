"""Drawings and charts of the gradient through time: what is drawn stands where its numbers say."""

import re

import numpy as np
import pytest

from core.labs.concepts.gradient_through_time import charts as time_charts, cliff
from core.labs.concepts.kit.drawing import Drawing


def points(drawing: Drawing) -> list[np.ndarray]:
    """Each line `(steps, 2)` in pixels."""
    paths = re.findall(r'd="M ([^"]+)"', drawing.svg)
    return [np.array([[float(n) for n in pair.split(",")] for pair in path.split()]) for path in paths]


def levels(drawing: Drawing) -> list[float]:
    """Heights of the lines of the grid, the lowest value first."""
    return [float(y) for y in re.findall(r'<line x1="64" y1="([\d.]+)" x2="748"', drawing.svg)]


def test_states_stand_where_the_grid_says() -> None:
    trace = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, -1.0]])
    drawing = time_charts.states(trace, ["h₁", "h₂"])
    first, second = points(drawing)
    grid = levels(drawing)
    assert first[:, 1] == pytest.approx([np.interp(v, [-1, 1], [grid[0], grid[-1]]) for v in trace[:, 0]], abs=0.1)
    assert second[0, 1] == pytest.approx(grid[-1], abs=0.1)
    assert second[2, 1] == pytest.approx(grid[0], abs=0.1)
    assert np.all(np.diff(first[:, 0]) > 0)
    assert "h₁" in drawing.svg


def test_states_that_never_change_can_be_drawn() -> None:
    assert np.isfinite(np.concatenate(points(time_charts.states(np.zeros((5, 1)), ["h"])))).all()


def test_losses_stand_on_a_logarithmic_scale() -> None:
    paths = cliff.paths(cliff.Descent(steps=10))
    drawing = time_charts.losses(paths)
    grid, lines = levels(drawing), points(drawing)
    decade = (grid[0] - grid[-1]) / (len(grid) - 1)
    for path, line in zip(paths.values(), lines, strict=True):
        logs = np.log10(path.losses)
        assert (line[0, 1] - line[:, 1]) / decade == pytest.approx(logs - logs[0], abs=0.01)


def test_the_surface_is_a_picture_and_names_its_largest_loss() -> None:
    chart = time_charts.cliff(30, cliff.paths(cliff.Descent(steps=3)))
    assert chart.layout.images[0].source.startswith("data:image/png;base64,")
    assert f"{cliff.surface(30)[2].max():.2f}" in chart.layout.annotations[0].text
