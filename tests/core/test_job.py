"""What pages are told of a job: the life of its parts, which experiment it trains, how long it will still take."""

import ast
from collections.abc import Iterator
from itertools import product
from typing import get_args

import pytest

from core import settings
from core.jobs import worker
from core.jobs.job import EVALUATING, LIFE, Job, Part, State, Work, fold
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


def test_curves_are_grouped_by_what_trains_and_not_by_names() -> None:
    chosen = [weather.Spec(cell=cell, seed=seed) for cell in ("lstm", "gru") for seed in range(2)]
    parts = [work.part() for work in works(tuple(chosen))]
    assert [one.group for one in parts] == ["LSTM", "LSTM", "GRU", "GRU"]
    event = {"state": "running", "epoch": 1, "epochs": 2, "seconds": 1.0}
    begun = [fold(one, event | {"logs": {"loss": float(n)}}) for n, one in enumerate(parts[:3])]
    found = job(*begun, parts[3]).curves
    assert found == {"LSTM": [{"loss": (0.0,)}, {"loss": (1.0,)}], "GRU": [{"loss": (2.0,)}]}
    assert Work("alone", "m:f", {}).part().group == "alone"


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


class Stop:
    """Stop flag of a part that is told to stop once it has looked at it for the second time."""

    reason = ""

    def __init__(self, told: bool) -> None:
        self.told, self.looks = told, 0

    def __call__(self) -> bool:
        self.looks += 1
        return self.told and self.looks > 1


def logged(target: str, stop: bool = False) -> tuple[dict, dict]:
    """Return the first event of an epoch, {} if there is none, and the last event that a worker logs of a part."""
    epochs: list[dict] = []
    last = worker._guarded(f"tests.core.targets:{target}", {"epochs": 3, "pause": 0}, epochs.append, Stop(stop))
    return {"state": "running", **epochs[0]} if epochs else {}, last


@pytest.fixture(scope="module")
def events() -> dict[str, dict]:
    """One event of each state, as workers and `core.jobs.scheduler` log them."""
    running, done = logged("count")
    _, stopped = logged("count", stop=True)
    _, failed = logged("refuse")
    found = [{"state": "waiting", "left": "tcp://x"}, running, done, stopped, failed]
    return {event["state"]: event for event in found}


def paths() -> dict[str, list[str]]:
    """Return the shortest way to each state from that of a new part, as the states of the events."""
    found = {Part("a").state: []}
    for state in (queue := list(found)):
        new = [after for after in LIFE[state] if after not in found]
        found |= {after: [*found[state], after] for after in new}
        queue.extend(new)
    return found


def test_every_state_is_reached_and_only_the_ended_ones_have_no_exit() -> None:
    assert set(paths()) == set(LIFE) == set(get_args(State))
    ended = {state for state, exits in LIFE.items() if not exits}
    assert ended == {"done", "stopped", "failed"}
    assert all(ended <= set(LIFE[state]) for state in set(LIFE) - ended)


@pytest.mark.parametrize(("before", "told"), product(LIFE, LIFE))
def test_an_event_changes_a_part_as_the_table_says(before: str, told: str, events: dict[str, dict]) -> None:
    one = Part("a", "g", mark="m", shared=True)
    for state in paths()[before]:
        one = fold(one, events[state], heard=1.0)
    assert (one.state, one.ended) == (before, not LIFE[before])
    after = fold(one, events[told], heard=2.0)
    if told in LIFE[before]:
        assert (after.state, after.group, after.heard, after.mark, after.shared) == (told, "g", 2.0, "m", True)
    else:
        assert after is one


def test_events_bring_the_epochs_and_the_result_and_a_restart_forgets_them(events: dict[str, dict]) -> None:
    begun = fold(Part("a"), {"state": "running", "at": "tcp://x"})
    assert (begun.worker, begun.compiling) == ("tcp://x", True)
    one = fold(begun, events["running"])
    assert (one.epoch, one.epochs, one.compiling) == (1, 3, False)
    assert (one.history, one.clock) == ({"loss": (1.0,)}, ((1, 1.0),))
    assert fold(one, {"state": "running", **EVALUATING}).evaluating
    assert not fold(fold(one, {"state": "running", **EVALUATING}), events["running"]).evaluating
    assert fold(one, events["waiting"], heard=2.0) == Part("a", heard=2.0)
    assert fold(one, events["done"]).result["reached"] == 3
    assert fold(one, events["stopped"]).result == {"reached": 0}
    assert (fold(one, events["failed"]).result, fold(one, events["failed"]).message) == (None, "Choose another window.")


def test_an_event_of_an_unknown_state_changes_nothing() -> None:
    assert fold(Part("a"), {"state": "paused"}, heard=2.0) == Part("a")


def told_states() -> Iterator[str]:
    """Yield the states of all events that the code of the job system logs."""
    for path in (settings.PROJECT / "core" / "jobs").glob("*.py"):
        displays = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Dict)]
        for key, value in (pair for one in displays for pair in zip(one.keys, one.values, strict=True)):
            if isinstance(key, ast.Constant) and key.value == "state":
                yield from (node.value for node in ast.walk(value) if isinstance(node, ast.Constant))


def test_the_code_logs_events_of_all_these_states_and_of_no_others() -> None:
    assert set(told_states()) == set(LIFE)
