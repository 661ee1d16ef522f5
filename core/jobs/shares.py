"""Share workers among users: whose part is next, how many trainings are ahead, how long one may take.

Runs in the web process; workers end a training that takes too long with the same sentences.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import TooLongError
from core.jobs import messages

FAR_BEYOND = 2.0  # a training whose measured pace predicts this multiple is ended at once


@dataclass(frozen=True)
class Claim:
    """A part that waits for a worker."""

    owner: str
    job: str
    part: str


def following(claims: Sequence[Claim], running: Mapping[str, int], served: Mapping[str, float]) -> Claim | None:
    """Return the claim that gets the next free worker, None if there is none.

    The user with the fewest running parts comes first, then the one served longest ago, then the first in the queue.

    Args:
        claims: in the order of submission.
        running: parts that run now, by owner.
        served: time at which an owner last got a worker.
    """
    rank = {owner: (running.get(owner, 0), served.get(owner, 0.0)) for owner in {claim.owner for claim in claims}}
    return min(claims, key=lambda claim: rank[claim.owner], default=None)


def ahead(
    job: str, owner: str, claims: Sequence[Claim], running: Sequence[tuple[str, str]], served: Mapping[str, float]
) -> int:
    """Count the trainings of other users that run, or get a worker before the first waiting part of `job`.

    Args:
        running: owner and job of each part that runs now.
    """
    before = {other for whose, other in running if whose != owner}
    counts, clock = Counter(whose for whose, _ in running), dict(served)
    waiting, now = list(claims), max(served.values(), default=0.0)
    while (claim := following(waiting, counts, clock)) and claim.job != job:
        waiting.remove(claim)
        before |= {claim.job} if claim.owner != owner else set()
        now += 1
        counts[claim.owner] += 1
        clock[claim.owner] = now
    return len(before)


def refusal(seconds: float | None, longest: float) -> str:
    """Return an error sentence for a training with an expected duration above the limit, else ""."""
    if seconds is None or seconds <= longest:
        return ""
    return messages.too_long.format(duration=spoken(seconds), limit=spoken(longest))


def refuse_beyond(seconds: float | None, longest: float) -> None:
    """Raise a TooLongError for a training with an expected duration above the limit."""
    if told := refusal(seconds, longest):
        raise TooLongError(told)


def too_slow(seconds: float, longest: float) -> str:
    """Return the sentence for a training that at its measured pace would take so many seconds."""
    return messages.too_slow.format(duration=spoken(seconds), limit=spoken(longest))


def ended_at_limit(seconds: float) -> str:
    """Return the sentence for a training that was ended by the limit, after so many seconds."""
    return messages.ended_at_limit.format(duration=spoken(seconds))


def spoken(seconds: float) -> str:
    """Format seconds for a sentence."""
    for size, unit, most in ((1, "s", 90), (60, "min", 90), (3600, "h", 48)):
        if seconds < most * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86400:,.0f} days"
