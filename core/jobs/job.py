"""State of a job as pages see it: its parts, one training each, and the progress of each.

The state is a fold over the events that the parts log, by the table `LIFE`. Snapshots are frozen: they are replaced,
never changed. Nothing here knows a process: the web process folds, and workers log the events.
"""

import functools
import hashlib
import itertools
import json
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Required, TypedDict

State = Literal["waiting", "running", "done", "stopped", "failed"]


class Event(TypedDict, total=False):
    """Log entry of a part: its state and, by state, its worker, an epoch, or how it ended."""

    state: Required[State]
    at: str  # address of the worker
    left: str  # address of a worker that was restarted
    epoch: int
    epochs: int
    seconds: float  # since the training began
    logs: dict[str, float]
    evaluating: bool
    result: Any
    message: str


EVALUATING = {"evaluating": True}  # event of a part whose training is over; its measurements do not hear a stop
RECENT = 15  # epochs in the median duration, which one slow epoch on a busy machine does not change


@dataclass(frozen=True)
class Part:
    """Snapshot of one training of a job."""

    name: str
    group: str = ""  # what it has in common with others, such as the network that they train from several seeds
    state: State = "waiting"
    epoch: int = 0
    epochs: int = 0
    history: dict[str, tuple[float, ...]] = field(default_factory=dict)
    seconds: float = 0.0
    result: Any = None
    message: str = ""
    worker: str = ""
    heard: float = 0.0  # time.time() of the last event
    mark: str = ""  # equal for parts of the same spec, data and store
    shared: bool = False  # whether the result is stored, where all users find it
    evaluating: bool = False  # whether its training is over and its result is measured
    clock: tuple[tuple[float, float], ...] = ()  # (epoch, seconds since the start), one pair for each event

    @property
    def ended(self) -> bool:
        return not LIFE[self.state]

    @property
    def compiling(self) -> bool:
        """Return whether a worker has begun the part and has not finished an epoch."""
        return self.state == "running" and not self.epoch

    @property
    def pace(self) -> float | None:
        """Return the seconds per epoch, the median of recent ones; None before two epochs are known.

        The first epoch is left out, because it includes the compilation.
        """
        steps = itertools.pairwise(self.clock[-RECENT - 1 :])
        paces = [(after[1] - before[1]) / (after[0] - before[0]) for before, after in steps]
        return statistics.median(paces) if paces else None

    @property
    def seconds_left(self) -> float | None:
        """Return the seconds to the last epoch at this pace; None before two epochs are known."""
        return None if self.pace is None else self.pace * (self.epochs - self.epoch)


@dataclass(frozen=True)
class Job:
    """A snapshot of a job."""

    id: str
    title: str
    owner: str
    parts: tuple[Part, ...]
    created: float
    stopping: bool = False
    reason: str = ""  # why it stops, if the user did not press Stop
    goes_on: bool = False  # whether it goes on while no page shows it
    ahead: int = 0  # trainings of other users ahead of its first part
    link: str = ""  # the page that it belongs to with its query, such as "recurrent_cells?cells=LSTM"

    @property
    def person(self) -> str:
        """Return the user of the job: `owner` without the suffix of jobs that may run beside a training."""
        return self.owner.partition("-")[0]

    @property
    def curves(self) -> dict[str, list[dict[str, tuple[float, ...]]]]:
        """Return the learning curves of the parts that have finished an epoch, by group."""
        found: dict[str, list[dict[str, tuple[float, ...]]]] = {}
        for part in self.parts:
            if part.history:
                found.setdefault(part.group, []).append(part.history)
        return found

    @property
    def active(self) -> bool:
        return not all(part.ended for part in self.parts)

    @property
    def seconds_left(self) -> float | None:
        """Return the seconds until all parts have ended, waiting ones included; None before any pace is known.

        A waiting part is assumed to take as long as the parts of this job with a known pace, and to start on the worker
        that is free first.
        """
        running = [part for part in self.parts if part.state == "running"]
        lanes = [part.seconds_left for part in running if part.seconds_left is not None]
        if not lanes:
            return None
        known = [part.seconds + part.seconds_left for part in running if part.seconds_left is not None]
        known += [part.seconds for part in self.parts if part.state == "done" and part.seconds]
        each = statistics.fmean(known)
        lanes += [each] * (len(running) - len(lanes))  # started a moment ago
        for _ in range(sum(part.state == "waiting" for part in self.parts)):
            lanes[lanes.index(min(lanes))] += each
        return max(lanes)


Change = Callable[[Part, Event, float], Part]
UNMARKED = ("pause", "owner", "private")


@dataclass(frozen=True)
class Work:
    """Task of one part: `target` is "module:function", called with payload, report and should_stop."""

    name: str
    target: str
    payload: Mapping[str, object]
    group: str = ""

    @functools.cached_property
    def mark(self) -> str:
        """Return a hash of target, spec, data and store; it does not depend on the user or on how progress is shown."""
        told = {name: _told(value) for name, value in self.payload.items() if name not in UNMARKED}
        return hashlib.sha256(json.dumps([self.target, told], sort_keys=True).encode()).hexdigest()[:32]

    @property
    def shared(self) -> bool:
        return "store" in self.payload

    def of(self, owner: str) -> "Work":
        """Return the same task for a user, who may delete the run that it stores."""
        return replace(self, payload={**self.payload, "owner": owner}) if self.shared else self

    def part(self) -> Part:
        return Part(self.name, self.group or self.name, mark=self.mark, shared=self.shared)


def _told(value: Any) -> Any:
    """Return a value of a payload as JSON: bytes by their hash, data by their fingerprint."""
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if hasattr(value, "stamp"):
        return value.stamp()["fingerprint"]
    try:
        json.dumps(value)
    except TypeError:
        return repr(value)
    return value


def _advanced(part: Part, event: Event, heard: float) -> Part:
    """Return a part that runs; an epoch that is known already changes nothing."""
    part = replace(_heard(part, event, heard), state="running", evaluating=event.get("evaluating", False))
    if (epoch := event.get("epoch", 0)) <= part.epoch:
        return part
    history = {k: (*part.history.get(k, ()), v) for k, v in event.get("logs", {}).items()}
    seconds = event.get("seconds", 0.0)
    return replace(
        part,
        epoch=epoch,
        epochs=event.get("epochs", 0),
        seconds=seconds,
        history=history,
        clock=(*part.clock, (epoch, seconds)),
    )


def _ended(part: Part, event: Event, heard: float) -> Part:
    part = _heard(part, event, heard)
    return replace(part, state=event["state"], result=event.get("result"), message=event.get("message", ""))


def _restarted(part: Part, event: Event, heard: float) -> Part:
    """Return the part as it was submitted: its worker was restarted because of another part, so it starts again."""
    return Part(part.name, part.group, heard=max(heard, part.heard), mark=part.mark, shared=part.shared)


def _heard(part: Part, event: Event, heard: float) -> Part:
    return replace(part, heard=max(heard, part.heard), worker=event.get("at", part.worker))


# The life of a part: by its state, the states of the events that change it, and how. All other events change nothing.
# A waiting part is queued, or was given to a worker that has not begun it: no event tells which, only its own server
# knows (`Engine._queued`). A part that is to stop runs on until its worker has noticed: the job knows (`Job.stopping`).
LIFE: dict[State, dict[State, Change]] = {
    "waiting": {
        "waiting": _restarted,  # its worker was restarted before it began
        "running": _advanced,  # its worker has begun it
        "done": _ended,  # its result came before the events of its worker
        "stopped": _ended,  # before it began, by its server or by its worker
        "failed": _ended,  # its server or its worker was lost
    },
    "running": {
        "waiting": _restarted,  # its worker was restarted because of another part
        "running": _advanced,  # it has finished an epoch, or the training
        "done": _ended,
        "stopped": _ended,
        "failed": _ended,
    },
    "done": {},
    "stopped": {},
    "failed": {},
}


def fold(part: Part, event: Event, heard: float = 0.0) -> Part:
    """Return the part after an event, heard at a time; repeated and late events change nothing."""
    change = LIFE[part.state].get(event["state"])
    return change(part, event, heard) if change else part
