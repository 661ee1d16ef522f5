"""A job as pages see it: parts (one training each) that run side by side, and what is known of each.

All of it is a fold over the events that the parts log. Snapshots are frozen and replaced, never changed.
"""

import functools
import hashlib
import itertools
import json
import statistics
from dataclasses import dataclass, field, replace
from typing import Any

ENDED = ("done", "stopped", "failed")
RECENT = 15  # epochs whose median duration is the pace: one slow epoch on a busy machine does not change it


@dataclass(frozen=True)
class Part:
    """One training of a job, as last heard of."""

    name: str
    state: str = "waiting"  # waiting | running | done | stopped | failed
    epoch: int = 0
    epochs: int = 0
    history: dict[str, tuple[float, ...]] = field(default_factory=dict)
    seconds: float = 0.0
    result: Any = None
    message: str = ""
    worker: str = ""
    heard: float = 0.0  # time.time() of the last event
    mark: str = ""  # equal for parts that train the same
    shared: bool = False  # whether the result goes into the store, where everybody finds it
    clock: tuple[tuple[float, float], ...] = ()  # (epoch, seconds since the start), one pair for each event

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def pace(self) -> float | None:
        """Seconds of an epoch, the median of the last ones; None before two epochs are known.

        The first epoch is left out, because it holds the compilation.
        """
        steps = itertools.pairwise(self.clock[-RECENT - 1 :])
        paces = [(after[1] - before[1]) / (after[0] - before[0]) for before, after in steps]
        return statistics.median(paces) if paces else None

    @property
    def seconds_left(self) -> float | None:
        """Seconds to the last epoch at this pace; None before two epochs are known."""
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
    reason: str = ""  # why it stops, where nobody pressed Stop
    goes_on: bool = False  # also while no page shows it
    ahead: int = 0  # trainings of others that run or get a worker before the first part of this one
    link: str = ""  # the page that it belongs to with its query, such as "recurrent_cells?cells=LSTM"

    @property
    def person(self) -> str:
        """Whose job it is: an owner is a person, and perhaps what else of theirs may run beside a training."""
        return self.owner.partition("-")[0]

    @property
    def active(self) -> bool:
        return not all(part.ended for part in self.parts)

    @property
    def seconds_left(self) -> float | None:
        """Seconds until all parts have ended, those that wait included; None before any pace is known.

        A part that waits is taken to need as long as those of this job whose pace is known, and to begin on the worker
        that is free first.
        """
        running = [part for part in self.parts if part.state == "running"]
        lanes = [part.seconds_left for part in running if part.seconds_left is not None]
        if not lanes:
            return None
        known = [part.seconds + part.seconds_left for part in running if part.seconds_left is not None]
        known += [part.seconds for part in self.parts if part.state == "done" and part.seconds]
        each = statistics.fmean(known)
        lanes += [each] * (len(running) - len(lanes))  # began a moment ago
        for _ in range(sum(part.state == "waiting" for part in self.parts)):
            lanes[lanes.index(min(lanes))] += each
        return max(lanes)


UNMARKED = ("pause", "owner", "private")


@dataclass(frozen=True)
class Work:
    """What one part has to do: `target` is "module:function", called with payload, report and should_stop."""

    name: str
    target: str
    payload: dict[str, Any]

    @functools.cached_property
    def mark(self) -> str:
        """A hash of what is trained, on which data and to which store; not for whom, nor how fast it is shown."""
        told = {name: _told(value) for name, value in self.payload.items() if name not in UNMARKED}
        return hashlib.sha256(json.dumps([self.target, told], sort_keys=True).encode()).hexdigest()[:32]

    @property
    def shared(self) -> bool:
        return "store" in self.payload

    def of(self, owner: str) -> "Work":
        """The same work for a person, who may delete the run that it stores."""
        return replace(self, payload=self.payload | {"owner": owner}) if self.shared else self

    def part(self) -> Part:
        return Part(self.name, mark=self.mark, shared=self.shared)


def _told(value: Any) -> Any:
    """A value of a payload as JSON: bytes by their hash, data by their own stamp."""
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if hasattr(value, "stamp"):
        return value.stamp()["fingerprint"]
    try:
        json.dumps(value)
    except TypeError:
        return repr(value)
    return value


def fold(part: Part, event: dict[str, Any], heard: float = 0.0) -> Part:
    """Return the part after an event; repeated and late events change nothing."""
    if part.ended:
        return part
    if event["state"] == "waiting":  # its worker was restarted because of another part: it begins anew
        return Part(part.name, heard=max(heard, part.heard), mark=part.mark, shared=part.shared)
    part = replace(part, heard=max(heard, part.heard), worker=event.get("at", part.worker))
    if event["state"] in ENDED:
        return replace(part, state=event["state"], result=event.get("result"), message=event.get("message", ""))
    if (epoch := event.get("epoch", 0)) <= part.epoch:
        return replace(part, state="running")
    history = {k: (*part.history.get(k, ()), v) for k, v in event.get("logs", {}).items()}
    return replace(
        part, state="running", epoch=epoch, epochs=event["epochs"], seconds=event["seconds"], history=history,
        clock=(*part.clock, (epoch, event["seconds"])),
    )  # fmt: skip
