"""The sentences of transfer learning: its gain, the strongest baseline, whether they differ, and what to change."""

import re
from dataclasses import replace

import pytest

from core import settings
from core.labs.images import lesson
from core.labs.images.lesson import Plan
from core.labs.images.view import transfer_found
from core.labs.images.view.transfer_found import WAYS, Found
from core.learn import rivals
from core.learn.rivals import Beside
from core.runs import runs
from core.runs.store import Store

STORE = Store(str(settings.SHIPPED), shipped=None)
EDGES, MACHINE = "logistic regression on HOG", "support vector machine on HOG"


def found(plan: Plan) -> Found:
    """Return the included networks of a plan."""
    known = {
        (way, spec.per_class, spec.seed): STORE.find("images", runs.key("images", spec))
        for way, specs in zip(WAYS, (plan.transfers(), plan.scratches()), strict=True)
        for spec in specs
    }
    return Found({name: run for name, run in known.items() if run}, ())


@pytest.fixture(scope="module")
def report() -> Found:
    return found(lesson.plan())


def test_the_strongest_baseline_of_each_number_of_images_is_named(report: Found) -> None:
    told = transfer_found.honest(lesson.plan(), report)
    assert told.startswith("With 2 images per class transfer learning gains 25 points of test accuracy; with 50 it ")
    groups = f"({EDGES} with 2 and 5 images per class; {MACHINE} with 15 and 50 images per class)"
    assert f"{groups} is ahead of transfer learning everywhere; the difference is significant only with 50" in told
    assert told.endswith(rivals.hint())
    assert f"({EDGES} with 2 images per class; {MACHINE} with 50 images per class)" in transfer_found.glance(report)


def test_the_strongest_has_the_highest_mean_over_seeds(report: Found) -> None:
    points, strongest = transfer_found.points(report), transfer_found.beside(report)
    assert list(points) == [*WAYS, transfer_found.BEST]
    for amount, runs_ in report.finished(WAYS[0]).items():
        assert len(runs_) == lesson.SEEDS
        means = [sum(one.metrics[f"{key}_test_accuracy"] for one in runs_) / 3 for key in ("linear", "edges", "shapes")]
        assert strongest[amount].score == pytest.approx(max(means))
        assert points[transfer_found.BEST][amount] == strongest[amount].scores
    alone = Found({name: run for name, run in report.runs.items() if name[0] == WAYS[1]}, ())
    assert transfer_found.points(alone)[transfer_found.BEST] == points[transfer_found.BEST]
    assert transfer_found.compared(alone, transfer_found.beside(alone)) == ""


def test_the_settings_that_work_are_compared_with_training_from_scratch(report: Found) -> None:
    works = found(lesson.plan("works"))
    assert all(list(works.finished(way)) == list(lesson.INCLUDED) for way in WAYS)
    assert transfer_found.honest(lesson.plan("works"), works).startswith("One random seed: with 2 images per class ")
    told = transfer_found.compared(works, transfer_found.beside(works))
    assert re.match(f"The best baseline \\({re.escape(EDGES)} with 2.* is ahead of transfer learning ", told)


def test_without_networks_from_scratch_the_gain_is_not_known(report: Found) -> None:
    points = transfer_found.points(report)
    assert transfer_found.gains({WAYS[0]: points[WAYS[0]]}).startswith("Networks from scratch, to compare with, are ")
    assert transfer_found.gains({}).startswith("The gain of transfer learning is its accuracy minus")


def test_stopped_networks_are_not_compared(report: Found) -> None:
    first = next(name for name in report.runs if name[0] == WAYS[0])
    halted = Found(report.runs | {first: replace(report.runs[first], stopped=True)}, ())
    assert len(halted.finished(WAYS[0])[first[1]]) == lesson.SEEDS - 1
    assert transfer_found.honest(lesson.plan(), halted).startswith("1 of 24 networks was stopped ")


def test_where_a_baseline_is_ahead_and_significant_differences_are_named(report: Found) -> None:
    sure, unsure = Beside("SVM", [0.9], [-0.05], 0.0001), Beside("SVM", [0.9], [0.01], 0.4)
    begin, test = "The best baseline (SVM with 2 and 5 images per class) is", "(paired test over 107 images)."

    def told(*found: Beside) -> str:
        return transfer_found.compared(report, dict(zip((2, 5), found, strict=True)))

    ahead = f"{begin} ahead of transfer learning with 2 images per class"
    assert told(sure, unsure) == f"{ahead}; the difference is significant only with 2 {test}"
    assert told(unsure, unsure) == f"{begin} nowhere ahead; no difference is significant {test}"
    everywhere = f"{begin} ahead of transfer learning everywhere"
    assert told(sure, sure) == f"{everywhere}; the difference is significant with 2 and 5 {test}"
    old = replace(sure, p=None)
    assert told(old, old) == f"{everywhere}."


def test_where_a_baseline_is_ahead_the_advice_is_the_preset_or_a_reason() -> None:
    behind, ahead, sure = (Beside("", [0.9], [gain], p) for gain, p in ((-0.01, 0.4), (0.01, 0.4), (-0.1, 0.01)))
    report, works = lesson.plan(), lesson.plan("works")
    assert transfer_found.advice(report, {2: ahead, 5: behind}) == rivals.hint()
    assert transfer_found.advice(report, {2: ahead}) == ""
    told = transfer_found.advice(works, {2: ahead, 5: sure, 15: sure, 50: behind})
    assert told.startswith("With 5 and 15 images per class the baseline is ahead: ")
    assert transfer_found.advice(works, {5: behind}) == ""  # no reason for what may be chance
    own = replace(works, first=replace(works.first, start="0" * 16))
    assert transfer_found.advice(own, {5: behind}) == ""  # of other source models nothing is known
