"""Whose part is next, how many trainings are ahead, how long one may take."""

from collections import Counter

import pytest

from core.errors import TooLongError
from core.jobs.shares import Claim, ahead, following, refuse_beyond, spoken
from core.jobs.worker import Pace


def claims(*who: str) -> list[Claim]:
    """A claim for each name such as "ann1": the owner, and a job of that name."""
    return [Claim(name.rstrip("0123456789"), name, f"part {i}") for i, name in enumerate(who)]


def order(waiting: list[Claim], lanes: int = 1) -> list[str]:
    """Owners in the order in which they get a worker when each part ends before the next begins."""
    served: dict[str, float] = {}
    out, running = [], []
    while claim := following(waiting, Counter(running), served):
        waiting.remove(claim)
        served[claim.owner] = len(out) + 1.0
        running = [*running, claim.owner][-lanes + 1 :] if lanes > 1 else []
        out.append(claim.owner)
    return out


def test_people_take_turns_part_by_part() -> None:
    assert order(claims("ann1", "ann1", "ann1", "bob2", "bob2", "eve3")) == ["ann", "bob", "eve", "ann", "bob", "ann"]
    assert order(claims("ann1", "ann1", "ann1", "bob2"), lanes=2) == ["ann", "bob", "ann", "ann"]


def test_who_has_fewest_parts_running_is_next() -> None:
    waiting = claims("ann1", "bob2")
    assert following(waiting, {"ann": 1}, {"bob": 9.0}).owner == "bob"
    assert following(waiting, {}, {"ann": 9.0}).owner == "bob"
    assert following([], {}, {}) is None


def test_ahead_counts_trainings_of_others_that_come_first() -> None:
    waiting = claims("ann1", "ann1", "bob2", "eve3")
    running = [("ann", "ann1"), ("ann", "ann1")]
    assert ahead("bob2", "bob", waiting, running, {"ann": 1.0}) == 1
    assert ahead("eve3", "eve", waiting, running, {"ann": 1.0}) == 2
    assert ahead("ann4", "ann", claims("ann1", "ann4"), [("ann", "ann1")], {}) == 0


def test_what_would_take_longer_than_the_limit_is_refused_with_what_to_reduce() -> None:
    with pytest.raises(TooLongError, match=r"about 1,615 days; the limit here is 30 min\. Choose fewer epochs"):
        refuse_beyond(2_325_442 * 60, 1800)
    refuse_beyond(1800, 1800)
    refuse_beyond(None, 1800)


def test_the_pace_leaves_the_first_epoch_with_its_compilation_out() -> None:
    pace = Pace(longest=100)
    for epoch in range(1, 6):
        pace.check({"epoch": epoch, "epochs": 300, "seconds": 50 + 0.3 * epoch})
    with pytest.raises(TooLongError, match="about 7 min; the limit here is 2 min"):
        pace.check({"epoch": 6, "epochs": 300, "seconds": 50 + 0.3 * 5 + 5})


def test_a_few_slow_epochs_end_no_training() -> None:
    pace = Pace(longest=1800)
    for epoch, seconds in ((1, 8.0), (2, 18.0), (9, 88.0), (10, 88.6), (1000, 600.0)):
        pace.check({"epoch": epoch, "epochs": 1000, "seconds": seconds})


def test_durations_are_said_as_people_say_them() -> None:
    assert [spoken(s) for s in (12, 1800, 4 * 3600, 3e6)] == ["12 s", "30 min", "4 h", "35 days"]
