"""Charts that are kept: the same arguments give the same chart, and what is kept is bounded."""

import ast

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from core import settings
from core.ui import cached

CHANGES = ("update_", "add_", "for_each_")


class Pen:
    """A chart function that counts how often it draws."""

    def __init__(self) -> None:
        self.drawn = 0

        def draw(values: np.ndarray, name: str = "") -> go.Figure:
            self.drawn += 1
            return go.Figure(go.Scatter(y=values, name=name))

        self.draw = draw


def test_the_same_arguments_are_drawn_once_and_others_are_drawn_anew() -> None:
    pen, charts = Pen(), cached.Charts()
    first = charts.get(pen.draw, np.array([1.0, 2.0]), name="a")
    assert charts.get(pen.draw, np.array([1.0, 2.0]), name="a") is first
    assert pen.drawn == 1
    assert charts.get(pen.draw, np.array([1.0, 3.0]), name="a").data[0].y[1] == 3.0
    assert charts.get(pen.draw, np.array([1.0, 2.0]), name="b").data[0].name == "b"
    assert pen.drawn == 3


def test_frames_that_differ_in_one_cell_are_different_arguments() -> None:
    charts, frame = cached.Charts(), pd.DataFrame({"x": [1.0, 2.0]})
    other = frame.assign(x=[1.0, 2.5])
    assert charts.get(draw_frame, frame).data[0].y[1] == 2.0
    assert charts.get(draw_frame, other).data[0].y[1] == 2.5


def draw_frame(frame: pd.DataFrame) -> go.Figure:
    return go.Figure(go.Scatter(y=frame["x"]))


def test_the_oldest_charts_are_dropped_beyond_a_number() -> None:
    pen, charts = Pen(), cached.Charts(most=2)
    for value in (1.0, 2.0, 1.0, 3.0, 1.0, 2.0):  # 1.0 is always requested again before it is the oldest
        charts.get(pen.draw, np.array([value]))
    assert pen.drawn == 4


def test_a_server_keeps_few_charts_however_small_they_are() -> None:
    """Each takes up to half a megabyte in small objects; 256 of them made the web process grow from class to class."""
    pen, charts = Pen(), cached.Charts()
    for value in [*range(65), 0]:
        charts.get(pen.draw, np.array([value]))
    assert pen.drawn == 66


def test_the_oldest_charts_are_dropped_beyond_a_size() -> None:
    pen, charts = Pen(), cached.Charts(most_bytes=20_000)
    large = [np.full(1_000, value) for value in (1.0, 2.0, 3.0)]  # 8,000 bytes each
    for values in large:
        charts.get(pen.draw, values)
    charts.get(pen.draw, large[2])
    assert pen.drawn == 3
    charts.get(pen.draw, large[0])
    assert pen.drawn == 4


def test_days_without_a_gap_are_sent_as_the_first_and_the_step() -> None:
    days = pd.date_range("2024-02-27", periods=4)
    traces = cached.Charts().get(draw_days, days, days[[0, 1, 3]]).data
    assert (traces[0].x, traces[0].x0, traces[0].dx) == (None, "2024-02-27", 86_400_000)
    assert traces[1].x.tolist() == days[[0, 1, 3]].to_numpy().tolist()
    assert (traces[1].x0, traces[2].x) == (None, ("a", "b"))


def draw_days(days: pd.DatetimeIndex, some: pd.DatetimeIndex) -> go.Figure:
    return go.Figure([go.Scatter(x=days, y=[1, 2, 3, 4]), go.Scatter(x=some, y=[1, 2, 3]), go.Bar(x=["a", "b"])])


def test_a_chart_that_fails_is_not_kept() -> None:
    charts = cached.Charts()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            charts.get(fail, 0)


def fail(number: int) -> go.Figure:
    return go.Figure(go.Scatter(y=[1 / number]))


def test_views_do_not_change_kept_charts() -> None:
    """A kept chart belongs to all pages: what one page changed in it, others would show."""
    views = [*(settings.PROJECT / "core/labs").glob("*/view/*.py"), settings.PROJECT / "core/labs/home.py"]
    assert len(views) > 30
    assert not [f"{path.name}:{line}" for path in views for line in changed(path.read_text())]


def test_a_changed_chart_is_found() -> None:
    assert changed("chart = cached.chart(draw, 1)\nchart.update_layout(height=3)") == [2]
    assert changed("cached.chart(draw, 1).update_layout(height=3)") == [1]
    assert changed("chart = draw(1)\nchart.update_layout(height=3)") == []


def changed(text: str) -> list[int]:
    """Return the lines that call a method that changes a kept chart, directly or by the name that it was given."""
    nodes = list(ast.walk(ast.parse(text)))
    names = {t.id for n in nodes if isinstance(n, ast.Assign) and kept(n.value) for t in n.targets if named(t)}
    calls = [n.func for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    return [
        call.lineno
        for call in calls
        if call.attr.startswith(CHANGES) and (kept(call.value) or (named(call.value) and call.value.id in names))
    ]


def named(node: ast.AST) -> bool:
    return isinstance(node, ast.Name)


def kept(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "cached.chart"
