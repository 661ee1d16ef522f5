"""Say what a transfer gains, whether it differs from the strongest baseline, and what to change."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.labs.images import lesson
from core.labs.images.lesson import Plan
from core.labs.images.view import transfer_found
from core.labs.images.view.transfer_found import WAYS, Found, Points
from core.learn import rivals
from core.learn.rivals import Beside
from core.runs import runs

WHY = (
    "edge directions are a feature made for such images; the source model had to learn its own from 880 images of "
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
    begin = "One random seed: with" if all(len(points[way][n]) == 1 for way in WAYS for n in both) else "With"
    words = f"{begin} {few} images per class transfer learning {_points(of[few])} of test accuracy"
    return f"{words} over training from scratch." if few == many else f"{words}; with {many} it {_points(of[many])}."


def _points(gain: float) -> str:
    """Return a gain of accuracy in percentage points as the end of a sentence."""
    points_ = round(100 * gain)
    if points_ > 0:
        return f"gains {points_} point{'s' * (points_ > 1)}"
    return f"gains nothing ({points_:+} point{'s' * (points_ != -1)})".replace("-", "−").replace("+0", "±0")


def compared(found: Found, strongest: Mapping[int, Beside]) -> str:
    """Return the strongest baseline beside each transfer, where it is ahead, and which differences are significant.

    "" without a transfer.
    """
    if not strongest:
        return ""
    amounts: dict[str, list[str]] = {}
    for amount, one in strongest.items():
        amounts.setdefault(one.name, []).append(str(amount))
    listed = "; ".join(f"{name} with {_and(group)} images per class" for name, group in amounts.items())
    ahead = [str(amount) for amount, one in strongest.items() if one.gain < 0]
    where = f"is ahead of transfer learning with {_and(ahead)} images per class" if ahead else "is nowhere ahead"
    if len(ahead) == len(strongest) > 1:
        where = "is ahead of transfer learning everywhere"
    tested = [(str(amount), one.significant) for amount, one in strongest.items() if one.p is not None]
    samples = next(iter(found.finished(WAYS[0]).values()))[0].facts["rows"][2]
    return f"The best baseline ({listed}) {where}{_significant(tested, samples)}."


def _significant(tested: Sequence[tuple[str, bool]], samples: int) -> str:
    """Return with how many images the difference is significant; the p-values stand in the table."""
    if not tested:
        return ""
    certain, test = [amount for amount, sure in tested if sure], f"(paired test over {samples:,} images)"
    if not certain:
        return f"; no difference is significant {test}"
    only = "only " * (len(certain) < len(tested))
    return f"; the difference is significant {only}with {_and(certain)} {test}"


def advice(plan: Plan, strongest: Mapping[int, Beside]) -> str:
    """Return what to change where a baseline has more than the transfer to the new digits; "" where it has not.

    If the settings work already, say why the baseline is ahead where that is not chance.
    """
    behind = [amount for amount, one in strongest.items() if one.gain < 0]
    starts = {lesson.plan(name).first.start: name for name in lesson.LESSONS}
    if not behind or plan.first.start not in starts:
        return ""
    if starts[plan.first.start] == "report":
        return rivals.TRY
    certain = [str(amount) for amount in behind if strongest[amount].significant]
    return f"With {_and(certain)} images per class the baseline is ahead: {WHY}" if certain else ""


def _and(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
