"""What pages are told of a job: which experiment it trains, and how long it will still take."""

import pytest

from core.jobs.job import Job, Part, Work, fold
from core.labs.recurrent_cells import weather
from core.labs.recurrent_cells.view.views import works


def part(times: list[float], epochs: int = 10, **known: object) -> Part:
    """A running part whose epochs ended at these seconds."""
    made = Part("a", **known)
    for number, seconds in enumerate(times, start=1):
        made = fold(made, {"state": "running", "epoch": number, "epochs": epochs, "logs": {}, "seconds": seconds})
    return made


def job(*parts: Part) -> Job:
    return Job("0" * 12, "title", "ann", parts, 0.0)


def test_the_first_epoch_with_its_compilation_is_no_pace() -> None:
    assert part([30.0]).seconds_left is None
    assert part([30.0, 31.0, 32.0]).seconds_left == pytest.approx(7.0)


def test_one_slow_epoch_does_not_change_the_time_left() -> None:
    steady = part([30.0, 31.0, 32.0, 33.0, 34.0]).seconds_left
    assert part([30.0, 31.0, 32.0, 42.0, 43.0]).seconds_left == pytest.approx(steady)


def test_fractional_epochs_have_the_pace_of_whole_ones() -> None:
    halves = Part("a")
    for step in range(1, 9):
        event = {"state": "running", "epoch": step / 2, "epochs": 10, "logs": {}, "seconds": float(step)}
        halves = fold(halves, event)
    assert halves.seconds_left == pytest.approx(12.0)


def test_parts_that_wait_are_in_the_time_left_and_lanes_that_are_free_first_take_them() -> None:
    running, waiting = part([30.0, 31.0, 32.0]), Part("b")
    assert job(running).seconds_left == pytest.approx(7.0)
    assert job(running, waiting).seconds_left == pytest.approx(7.0 + 39.0)
    assert job(running, running, waiting, waiting).seconds_left == pytest.approx(7.0 + 39.0)
    assert job(waiting).seconds_left is None


def test_a_part_that_ended_early_says_how_long_the_next_one_takes() -> None:
    early = fold(part([2.0, 3.0, 4.0]), {"state": "done", "result": {}})
    assert job(early, part([2.0, 3.0, 4.0]), Part("b")).seconds_left == pytest.approx(7.0 + (4.0 + 11.0) / 2)


def test_a_mark_tells_experiments_apart_and_nothing_else() -> None:
    spec = weather.Spec()
    one, same = works((spec,))[0], works((spec,))[0]
    other = works((weather.Spec(epochs=7),))[0]
    assert one.mark == same.mark != other.mark
    payload = {"spec": {"epochs": 1}, "content": b"a", "pause": 0.0}
    quick, slow = (Work("n", "m:f", payload | {"pause": pause}) for pause in (0.0, 0.25))
    assert quick.mark == slow.mark != Work("n", "m:f", payload | {"content": b"b"}).mark
    assert (one.shared, quick.shared) == (True, False)
    assert one.part().mark == one.mark
