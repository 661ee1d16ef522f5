"""Say what a transfer gains, whether it differs from the strongest baseline, and what to change."""

from collections.abc import Mapping

import numpy as np

from core.labs.images import lesson
from core.labs.images.lesson import Plan
from core.labs.images.view import transfer_found
from core.labs.images.view.transfer_found import WAYS, Found, Points
from core.learn import rivals
from core.learn.rivals import Beside
from core.runs import runs

WHY = (
    "edge directions are a feature made for such images, the source model had to learn its own from 880 images of "
    "other digits."
)


def honest(plan: Plan, found: Found) -> str:
    """Return which networks were stopped early, the benefit of transfer for the others, and what to change."""
    strongest = transfer_found.beside(found)
    told = [gains(transfer_found.points(found)), compared(found, strongest), advice(plan, strongest)]
    return runs.halted(list(found.runs.values())) + " ".join(filter(None, told))


def glance(found: Found) -> str:
    """Return the benefit of transfer, and the strongest baseline, with the fewest and with the most images."""
    strongest = transfer_found.beside(found)
    ends = {amount: one for amount, one in strongest.items() if amount in (min(strongest), max(strongest))}
    return f"{gains(transfer_found.points(found))} {compared(found, ends)}".strip()


def gains(points: Points) -> str:
    """Return what a transfer gains over training from scratch with the fewest and with the most images."""
    both = sorted(set(points.get(WAYS[0], {})) & set(points.get(WAYS[1], {})))
    if not both and points.get(WAYS[0]):
        return "Networks from scratch, to compare with, are not trained yet."
    if not both:
        return "The gain of transfer learning is its accuracy minus that of the same network trained from scratch."
    of = {n: float(np.mean(points[WAYS[0]][n]) - np.mean(points[WAYS[1]][n])) for n in both}
    few, many = both[0], both[-1]
    words = f"With {few} images per class transfer learning {_points(of[few])} of test accuracy"
    return f"{words} over training from scratch." if few == many else f"{words}; with {many} it {_points(of[many])}."


def _points(gain: float) -> str:
    """Return a gain of accuracy in percentage points as the end of a sentence."""
    points_ = round(100 * gain)
    if points_ > 0:
        return f"gains {points_} point{'s' * (points_ > 1)}"
    return f"gains nothing ({points_:+} point{'s' * (points_ != -1)})".replace("-", "−").replace("+0", "±0")


def compared(found: Found, strongest: Mapping[int, Beside]) -> str:
    """Return the strongest baseline beside each transfer, with both accuracies, and which differences are significant.

    "" without a transfer.
    """
    if not strongest:
        return ""
    groups: dict[str, dict[int, Beside]] = {}
    for amount, one in strongest.items():
        groups.setdefault(one.name, {})[amount] = one
    listed = "; ".join(_listed(name, group) for name, group in groups.items())
    tested = {amount: one for amount, one in strongest.items() if one.p is not None}
    samples = next(iter(found.finished(WAYS[0]).values()))[0].facts["rows"][2]
    return f"Best baselines on the same images: {listed}. {_significant(tested, samples)}".strip()


def _listed(name: str, group: Mapping[int, Beside]) -> str:
    """Return a baseline with the numbers of images where it is the best, and both accuracies there."""
    amounts, scores = _and([str(amount) for amount in group]), _and([f"{one.score:.1%}" for one in group.values()])
    networks = _and([f"{one.score + one.gain:.1%}" for one in group.values()])
    return f"{name} with {amounts} images per class ({scores}; transfer learning {networks})"


def _significant(tested: Mapping[int, Beside], samples: int) -> str:
    """Return with how many images the difference is significant; the p-values stand in the table."""
    if not tested:
        return ""
    certain = [str(amount) for amount, one in tested.items() if one.significant]
    least = min(tested.values(), key=lambda one: one.averaged)
    of = f" {rivals.over_seeds(least)}" * (len(least.gains) > 1)
    test = f"(paired test over {samples:,} images, p-values{of} in the table)"
    if not certain:
        return f"No difference between the two is significant {test}."
    only = "only " * (len(certain) < len(tested))
    return f"The difference is significant {only}with {_and(certain)} images per class {test}."


def advice(plan: Plan, strongest: Mapping[int, Beside]) -> str:
    """Return what to change where a baseline has more than the transfer to the new digits; "" where it has not.

    If the settings work already, say why the baseline is ahead.
    """
    behind = [str(amount) for amount, one in strongest.items() if one.gain < 0]
    starts = {lesson.plan(name).first.start: name for name in lesson.LESSONS}
    if not behind or plan.first.start not in starts:
        return ""
    if starts[plan.first.start] == "report":
        return rivals.TRY
    return f"With {_and(behind)} images per class the baseline is ahead: {WHY}"


def _and(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
