"""Look up the networks of a transfer's learning curve and the strongest baseline beside each; compare them in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.labs.images import baseline, lesson, messages
from core.labs.images.lesson import Plan
from core.labs.images.spec import Spec
from core.labs.images.view import views as images_views
from core.learn import rivals
from core.learn.rivals import Beside
from core.messages import joined
from core.runs import runs
from core.runs.store import Run
from core.ui import cached

Points = dict[str, dict[int, list[float]]]
WAYS = ("transfer", "from scratch")
BEST = "best baseline"  # the third line of the learning curve


@dataclass(frozen=True)
class Found:
    """Runs of a plan by method, amount and seed, and the specs that have none yet."""

    runs: dict[tuple[str, int, int], Run]
    missing: tuple[Spec, ...]

    def finished(self, way: str) -> dict[int, list[Run]]:
        """Return the complete trainings of a method by images per class, ascending; "all" stands at their number."""
        groups: dict[int, list[Run]] = {}
        for (method, amount, _), run in self.runs.items():
            if method == way and not run.stopped:
                shown = amount or round(run.facts["rows"][0] / len(run.facts["classes"]))
                groups.setdefault(shown, []).append(run)
        return dict(sorted(groups.items()))


def collect(plan: Plan) -> Found:
    """Look up the networks of a plan in the store."""
    found, missing = {}, []
    for way, specs in zip(WAYS, (plan.transfers(), plan.scratches()), strict=True):
        for spec in specs:
            run = cached.store().find("images", images_views.key(spec))
            if run:
                found[way, spec.per_class, spec.seed] = run
            if run is None or run.stopped:
                missing.append(spec)
    return Found(found, tuple(missing))


def points(found: Found) -> Points:
    """Return test accuracies of complete trainings, and of the strongest baseline, by method and images per class."""
    made = {
        way: {amount: [run.metrics["test_accuracy"] for run in runs] for amount, runs in groups.items()}
        for way in WAYS
        if (groups := found.finished(way))
    }
    strongest = {amount: list(one.scores) for way in reversed(WAYS) for amount, one in beside(found, way).items()}
    return made | ({BEST: dict(sorted(strongest.items()))} if strongest else {})


def beside(found: Found, way: str = WAYS[0]) -> dict[int, Beside]:
    """Return the strongest baseline beside the networks of a method, by images per class."""
    return {amount: baseline.strongest(runs) for amount, runs in found.finished(way).items()}


def honest(plan: Plan, found: Found) -> str:
    """Return which networks were stopped early, the benefit of transfer for the others, and what to change."""
    strongest = beside(found)
    told = [gains(points(found)), compared(found, strongest), advice(plan, strongest)]
    return runs.halted(list(found.runs.values())) + " ".join(filter(None, told))


def glance(found: Found) -> str:
    """Return the benefit of transfer, and the strongest baseline, with the fewest and with the most images."""
    strongest = beside(found)
    ends = {amount: one for amount, one in strongest.items() if amount in (min(strongest), max(strongest))}
    return f"{gains(points(found))} {compared(found, ends)}".strip()


def gains(points: Points) -> str:
    """Return what a transfer gains over training from scratch with the fewest and with the most images."""
    both = sorted(set(points.get(WAYS[0], {})) & set(points.get(WAYS[1], {})))
    if not both and points.get(WAYS[0]):
        return messages.no_scratch
    if not both:
        return messages.gain_explained
    of = {n: float(np.mean(points[WAYS[0]][n]) - np.mean(points[WAYS[1]][n])) for n in both}
    few, many = both[0], both[-1]
    single = all(len(points[way][n]) == 1 for way in WAYS for n in both)
    begin, gain = messages.with_one_seed if single else messages.with_seeds, _points(of[few])
    if few == many:
        return messages.gain_with_few.format(begin=begin, few=few, gain=gain)
    return messages.gain_with_few_and_many.format(begin=begin, few=few, gain=gain, many=many, last=_points(of[many]))


def _points(gain: float) -> str:
    """Return a gain of accuracy in percentage points as the end of a sentence."""
    points_ = round(100 * gain)
    if points_ > 0:
        return messages.gains_points.format(points=points_) if points_ > 1 else messages.gains_point
    if points_ == -1:
        return messages.loses_point
    return messages.gains_nothing.format(points=f"−{-points_}" if points_ else "±0")


def compared(found: Found, strongest: Mapping[int, Beside]) -> str:
    """Return the strongest baseline beside each transfer, where it is ahead, and which differences are significant.

    "" without a transfer.
    """
    if not strongest:
        return ""
    amounts: dict[str, list[str]] = {}
    for amount, one in strongest.items():
        amounts.setdefault(one.name, []).append(str(amount))
    listed = "; ".join(
        messages.baseline_with.format(name=name, amounts=joined(group)) for name, group in amounts.items()
    )
    ahead = [str(amount) for amount, one in strongest.items() if one.gain < 0]
    where = messages.ahead_with.format(amounts=joined(ahead)) if ahead else messages.nowhere_ahead
    if len(ahead) == len(strongest) > 1:
        where = messages.ahead_everywhere
    tested = [(str(amount), one.significant) for amount, one in strongest.items() if one.p is not None]
    samples = next(iter(found.finished(WAYS[0]).values()))[0].facts["rows"][2]
    return messages.best_baseline.format(names=listed, where=where, significant=_significant(tested, samples))


def _significant(tested: Sequence[tuple[str, bool]], samples: int) -> str:
    """Return with how many images the difference is significant; the p-values stand in the table."""
    if not tested:
        return ""
    certain, test = [amount for amount, sure in tested if sure], messages.paired_test.format(images=samples)
    if not certain:
        return messages.none_significant.format(test=test)
    words = messages.significant_only_with if len(certain) < len(tested) else messages.significant_with
    return words.format(amounts=joined(certain), test=test)


def advice(plan: Plan, strongest: Mapping[int, Beside]) -> str:
    """Return what to change where a baseline has more than the transfer to the new digits; "" where it has not.

    If the settings work already, say why the baseline is ahead where that is not chance.
    """
    behind = [amount for amount, one in strongest.items() if one.gain < 0]
    starts = {lesson.plan(name).first.start: name for name in lesson.LESSONS}
    if not behind or plan.first.start not in starts:
        return ""
    if starts[plan.first.start] == "report":
        return rivals.hint()
    certain = [str(amount) for amount in behind if strongest[amount].significant]
    return messages.baseline_ahead_of_transfer.format(amounts=joined(certain)) if certain else ""
