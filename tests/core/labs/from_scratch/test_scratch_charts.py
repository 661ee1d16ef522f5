"""Charts carry the numbers they were given."""

import numpy as np
import pytest

from core.labs.from_scratch import charts, drawing
from core.plot import charts as plot

HISTORY = {
    "loss": [1.0, 0.5],
    "val_loss": [1.1, 0.7],
    "accuracy": [0.5, 0.8],
    "val_accuracy": [0.4, 0.6],
    "rate": [1, 1],
}
NUMBERS = {"loss": [1.0, 0.5], "val_loss": [1.1, 0.7], "rmse": [9.0, 7.0], "val_rmse": [9.5, 8.0]}


def values(chart, name: str) -> list[list[float]]:
    return [list(trace.y) for trace in chart.data if trace.name == name]


def test_curves_show_both_parts_and_the_kept_epoch() -> None:
    chart = charts.curves(HISTORY, "", kept_epoch=1)
    assert values(chart, "train") == [[1.0, 0.5], [0.5, 0.8]]
    assert values(chart, "validation") == [[1.1, 0.7], [0.4, 0.6]]
    assert {shape.x0 for shape in chart.layout.shapes} == {1}
    assert not charts.curves(HISTORY, "", kept_epoch=2).layout.shapes  # the last epoch needs no mark
    assert [note.text for note in charts.curves(NUMBERS, "years").layout.annotations] == ["loss", "RMSE (years)"]


def test_live_shows_each_layer_in_order() -> None:
    inside = {f"{what} {n}": [n, n / 2] for n in (1, 2, 10) for what in ("activations", "gradient", "weights")}
    chart = charts.live(HISTORY | inside, "")
    assert values(chart, "layer 3") == [[10, 5.0], [10, 5.0]]
    assert charts.live({"loss": [1.0], "val_loss": [1.0]}, "").data


def test_confusion_writes_counts_and_colours_shares() -> None:
    (heat,) = plot.confusion(np.array([[3, 1], [0, 0]]), ["a", "b"]).data
    assert np.array(heat.z).tolist() == [[0.75, 0.25], [0, 0]]
    assert np.array(heat.text).tolist() == [["3", "1"], ["", ""]]


@pytest.mark.parametrize("classes", [["a", "b", "c"], []])
def test_the_plane_colours_answers_and_points_on_one_scale(classes: list[str]) -> None:
    answers = np.arange(9).reshape(3, 3) % 3
    edges = np.array([0.0, 1.0, 2.0])
    arrays = {
        "plane": answers,
        "plane_x": edges,
        "plane_y": edges,
        "plane_points": np.array([[0.5, 0.5], [1.0, 2.0]]),
        "plane_truth": np.array([2, 0]),
    }
    heat, points = charts.plane(arrays, classes, "years").data
    assert (heat.zmin, heat.zmax) == (points.marker.cmin, points.marker.cmax)
    assert heat.colorscale == points.marker.colorscale
    assert list(points.text) == (["c", "a"] if classes else [2, 0])


def test_class_names_of_a_person_are_escaped() -> None:
    chart = plot.confusion(np.eye(2, dtype=int), ["<b>a</b>", "b"])
    assert list(chart.data[0].x) == ["&lt;b&gt;a&lt;/b&gt;", "b"]


def test_lessons_draw_one_curve_a_variant() -> None:
    chart = charts.lesson({"zeros": HISTORY, "he": HISTORY}, "loss")
    assert [trace.name for trace in chart.data] == ["zeros", "he"]
    assert chart.layout.yaxis.type == "log"
    assert charts.lesson({"zeros": HISTORY}, "val_accuracy").layout.yaxis.type != "log"


def test_errors_draw_truth_against_answer() -> None:
    line, points = charts.errors(np.array([1.0, 5.0]), np.array([2.0, 9.0]), "years").data
    assert (list(line.x), list(points.x), list(points.y)) == ([1, 9], [1, 5], [2, 9])


def test_tiles_are_a_wall_of_all_pictures_each_at_its_own_scale() -> None:
    pictures = np.stack([np.full((4, 4), n + 1.0) for n in range(10)])
    chart = drawing.tiles(pictures, [str(n) for n in range(10)], signed=False)
    wall = np.array(chart.data[0].z, float)
    assert np.nansum(wall) == 10 * 16
    assert len(chart.layout.annotations) == 10
    assert drawing.tiles(np.zeros((1, 3, 3)), ["only"], signed=True).data[0].zmin == -1


def test_spreads_have_two_bands_and_a_median_a_layer() -> None:
    chart = drawing.spreads(np.random.default_rng(0).normal(size=(6, 3, 5)), "weights")
    assert len(chart.data) == 9


def test_zero_gradients_are_drawn_and_named_as_zero() -> None:
    chart = drawing.gradients(np.zeros((5, 2)))
    assert [trace.name for trace in chart.data] == ["layer 1: exactly 0", "layer 2: exactly 0"]
    assert list(chart.data[0].y) == [0] * 5
    some = drawing.gradients(np.array([[0.1, 0.0], [0.2, 0.0]]))
    assert some.layout.yaxis.type == "log"
    assert [trace.name for trace in some.data] == ["layer 1", "layer 2: exactly 0"]


def test_matrices_are_drawn_around_zero() -> None:
    first, second = drawing.matrices([np.array([[1.0, -2.0]]), np.zeros((2, 2))]).data
    assert (first.zmin, first.zmax, second.zmin) == (-2, 2, -1)
