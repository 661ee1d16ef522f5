"""The sentences of transfer learning: its gain, the strongest baseline, whether they differ, and what to change."""

import re
from dataclasses import replace

import pytest

from core import settings
from core.labs.images import lesson
from core.labs.images.lesson import Plan
from core.labs.images.view import transfer_found, transfer_words
from core.labs.images.view.transfer_found import WAYS, Found
from core.learn import rivals
from core.learn.rivals import Beside
from core.runs import runs
from core.runs.store import Store

STORE = Store(str(settings.SHIPPED), shipped=None)
EDGES, MACHINE = "logistic regression on edge directions", "support vector machine on edge directions"


def found(plan: Plan) -> Found:
    """Return the included networks of a plan."""
    known = {
        (way, spec.per_class, spec.seed): STORE.find("images", runs.key("images", spec))
        for way, specs in zip(WAYS, (plan.transfers(), plan.scratches()), strict=True) for spec in specs
    }  # fmt: skip
    return Found({name: run for name, run in known.items() if run}, ())


@pytest.fixture(scope="module")
def report() -> Found:
    return found(lesson.plan())


def test_the_strongest_baseline_of_each_number_of_images_is_named_with_both_accuracies(report: Found) -> None:
    told = transfer_words.honest(lesson.plan(), report)
    assert told.startswith("With 2 images per class transfer learning gains 25 points of test accuracy; with 50 it ")
    few = "with 2 and 5 images per class (86.0% and 90.0%; transfer learning 85.7% and 89.1%)"
    many = "with 15 and 50 images per class (97.5% and 98.4%; transfer learning 94.4% and 94.4%)"
    assert f"{EDGES} {few}; {MACHINE} {many}. The difference is significant only with 50 images" in told
    assert told.endswith(rivals.TRY)
    glance = transfer_words.glance(report)
    assert f": {EDGES} with 2 images per class (86.0%; transfer learning 85.7%); {MACHINE} with 50 images" in glance


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
    assert transfer_words.compared(alone, transfer_found.beside(alone)) == ""


def test_without_networks_from_scratch_the_gain_is_not_known(report: Found) -> None:
    works = found(lesson.plan("works"))
    assert list(works.finished(WAYS[0])) == list(lesson.INCLUDED)
    assert transfer_words.honest(lesson.plan("works"), works).startswith("Networks from scratch, to compare with, are ")
    assert transfer_words.gains({}).startswith("The gain of transfer learning is its accuracy minus")
    told = transfer_words.compared(works, transfer_found.beside(works))
    assert re.search(f"{re.escape(EDGES)} with 2.* \\(84.1%.*; transfer learning 79.4%", told)


def test_stopped_networks_are_not_compared(report: Found) -> None:
    first = next(name for name in report.runs if name[0] == WAYS[0])
    halted = Found(report.runs | {first: replace(report.runs[first], stopped=True)}, ())
    assert len(halted.finished(WAYS[0])[first[1]]) == lesson.SEEDS - 1
    assert transfer_words.honest(lesson.plan(), halted).startswith("1 of 24 networks was stopped ")


def significant(*found: Beside) -> str:
    return transfer_words._significant(dict(enumerate(found, 1)), 107)


def test_significant_differences_are_named() -> None:
    sure, unsure = Beside("", [0.9], [-0.05], 0.0001), Beside("", [0.9], [-0.01], 0.4)
    test = "(paired test over 107 images, p-values in the table)."
    assert significant(sure, unsure) == f"The difference is significant only with 1 images per class {test}"
    assert significant(unsure, unsure) == f"No difference between the two is significant {test}"
    assert significant(sure, sure) == f"The difference is significant with 1 and 2 images per class {test}"
    several = Beside("", [0.9, 0.8], [-0.01, 0.01], 0.4, averaged=True)
    assert significant(several).endswith("images, p-values of errors averaged over 2 random seeds in the table).")
    assert significant() == ""


def test_where_a_baseline_is_ahead_the_advice_is_the_preset_or_a_reason() -> None:
    behind, ahead = Beside("", [0.9], [-0.01], 0.4), Beside("", [0.8], [0.01], 0.4)
    report, works = lesson.plan(), lesson.plan("works")
    assert transfer_words.advice(report, {2: ahead, 5: behind}) == rivals.TRY
    assert transfer_words.advice(report, {2: ahead}) == ""
    told = transfer_words.advice(works, {2: ahead, 5: behind, 15: behind})
    assert told.startswith("With 5 and 15 images per class the baseline is ahead: ")
    own = replace(works, first=replace(works.first, start="0" * 16))
    assert transfer_words.advice(own, {5: behind}) == ""  # of other source models nothing is known
