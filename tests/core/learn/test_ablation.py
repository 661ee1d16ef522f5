"""Ablation studies of any lab: the way between two specs, its table and its chart."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from core.learn import study
from core.learn.study import Step, Study, load, save, table
from core.plot import studies


@dataclass(frozen=True)
class Spec:
    side: int = 16
    model: str = "a"
    dropout: float = 0.0
    scaling: bool = False


REPORT, WORKS = Spec(), Spec(side=32, dropout=0.5, scaling=True)
STEPS = [
    Step("report", 100, {"validation": (0.8, 0.9), "test": (0.70, 0.72)}, "a machine", 0.9),
    Step("image size 32", 200, {"validation": (0.9, 0.9), "test": (0.80, 0.86)}, "a machine", 0.95),
]


def test_the_way_keeps_what_was_changed_and_leaves_out_what_changes_nothing() -> None:
    changes = {"image size {side}": ("side",), "network {model}": ("model",), "dropout": ("dropout", "scaling")}
    assert study.way(REPORT, WORKS, changes) == {"report": REPORT, "image size 32": Spec(side=32), "dropout": WORKS}


def test_the_table_has_means_deviations_and_changes() -> None:
    table = study.table(STEPS, "accuracy, %", digits=1)
    assert table["test accuracy, %"].tolist() == ["71.0 ± 1.4", "83.0 ± 4.2 (+12.0)"]
    assert table["best baseline"].tolist() == ["90.0, a machine", "95.0, a machine"]
    assert list(table)[1:] == [
        "validation accuracy, %",
        "test accuracy, %",
        "best baseline",
        "parameters",
    ]  # on a phone
    assert study.table(STEPS[::-1], "RMSE")["test RMSE"][1].endswith(" (−0.12)")
    assert study.table(STEPS, "RMSE")["validation RMSE"].tolist() == ["0.85 ± 0.07", "0.90 ± 0.00 (+0.05)"]


def test_the_chart_shows_both_sets_with_their_deviation_and_the_rival() -> None:
    chart = studies.steps(STEPS, "accuracy, %")
    validation, test, rival = chart.data
    assert list(test.y) == pytest.approx([0.71, 0.83])
    assert test.error_y.array[1] == pytest.approx(0.0424, abs=1e-4)
    assert list(rival.y) == [0.9, 0.95]
    assert not rival.error_y.visible
    assert (validation.name, chart.layout.yaxis.tickformat) == ("validation", ".0%")
    assert studies.steps(STEPS, "RMSE, °C").data[0].hovertemplate == "%{y:.2f}"


def test_a_study_is_read_as_it_was_written_and_others_in_the_file_stay(tmp_path: Path) -> None:
    steps = [
        Step("report", 10, {"validation": [], "test": [0.5, 0.7]}, "a rival", 0.9),
        Step("more", 20, {"validation": [0.6, 0.8], "test": [0.7, 0.9]}, "a rival", 0.9),
    ]
    made = Study("data", 2, "a command", {"numpy": "2"}, steps)
    path = tmp_path / "study.json"
    save(path, {"one": made})
    save(path, {"two": made})
    assert load(path) == {"one": made, "two": made}
    found = table(steps, "accuracy, %", digits=1).iloc[0]
    assert (found["validation accuracy, %"], found["test accuracy, %"]) == ("–", "60.0 ± 14.1")
    assert table(steps, "accuracy, %").iloc[1]["validation accuracy, %"] == "70.00 ± 14.14"


def test_a_score_that_rounds_to_zero_has_no_minus() -> None:
    steps = [Step("report", 10, {"validation": [], "test": [-0.0001]}, "a rival", -0.0002)]
    found = table(steps, "skill score", digits=3).iloc[0]
    assert found["test skill score"] == "0.000"  # one value has no spread
    assert found["best baseline"] == "0.000, a rival"
