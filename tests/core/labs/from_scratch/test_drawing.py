"""The network as a diagram: which nodes are drawn, and what its lines tell."""

import numpy as np

from core.labs.from_scratch import drawing
from core.labs.from_scratch.spec import Spec
from core.runs import runs
from core.runs.store import Store


def lines(chart: object) -> dict[tuple[str, float], int]:
    """Number of lines by their colour without opacity, and width."""
    return {
        (line.line.color.rpartition(",")[0], line.line.width): len(line.x) // 3
        for line in chart.data
        if line.mode == "lines"
    }


def test_colour_tells_the_sign_and_width_the_size_of_a_weight() -> None:
    matrix = np.array([[1.0, -1.0], [0.5, 0.0]])
    found = lines(drawing.network([matrix], Spec(task="diabetes", layers="none")))
    blue, orange = "rgba(63, 116, 209", "rgba(199, 119, 0"
    widest = max(width for _, width in found)
    assert found == {(blue, widest): 1, (orange, widest): 1, (blue, widest / 2): 1}  # none for zero


def test_of_a_large_layer_the_nodes_with_the_largest_weights_are_drawn() -> None:
    matrix = np.full((40, 3), 0.01)
    matrix[[7, 30]] = 1.0
    chart = drawing.network([matrix], Spec(task="diabetes", layers="none"))
    inputs, outputs = (one for one in chart.data if one.mode == "markers+text")
    assert len(inputs.x) == drawing.MOST
    assert {8, 31} <= set(inputs.customdata)
    assert len(outputs.x) == 3
    assert chart.layout.xaxis.ticktext == ("inputs<br>40<br>16 drawn", "outputs<br>3")


def test_the_initial_weights_are_those_that_a_training_begins_with() -> None:
    chosen = Spec()
    run = Store("nowhere").find("scratch", runs.key("scratch", chosen))
    trained = drawing.trained(Store("nowhere").weights(run))
    begun = drawing.initial(chosen)
    assert [one.shape for one in begun] == [one.shape for one in trained]
    assert 0 < np.abs(begun[0] - trained[0]).mean() < np.abs(begun[0]).mean()
    assert [one.shape for one in drawing.initial(Spec(components=20))] == [(20, 32), (32, 16), (16, 10)]
    assert not drawing.initial(Spec(task="csv"))
    assert not any(np.any(one) for one in drawing.initial(Spec(weights="zeros")))


def test_class_names_of_a_person_are_escaped() -> None:
    chart = drawing.network([np.ones((2, 2))], Spec(task="diabetes", layers="none"), ["<b>", "two"])
    assert chart.data[-1].text == ("&lt;b&gt;", "two")
