"""A job as pages see it: parts (one training each) that run side by side, and what is known of each.

All of it is a fold over the events that the parts log. Snapshots are frozen and replaced, never changed.
"""

from dataclasses import dataclass, field, replace
from typing import Any

ENDED = ("done", "stopped", "failed")


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

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def seconds_left(self) -> float | None:
        """From the pace so far; None before two epochs are known."""
        return self.seconds / self.epoch * (self.epochs - self.epoch) if self.epoch > 1 else None


@dataclass(frozen=True)
class Job:
    """A snapshot of a job."""

    id: str
    title: str
    owner: str
    parts: tuple[Part, ...]
    created: float
    stopping: bool = False
    ahead: int = 0  # jobs of others that were asked for earlier and still run while a part of this one waits

    @property
    def active(self) -> bool:
        return not all(part.ended for part in self.parts)


@dataclass(frozen=True)
class Work:
    """What one part has to do: `target` is "module:function", called with payload, report and should_stop."""

    name: str
    target: str
    payload: dict[str, Any]


def fold(part: Part, event: dict[str, Any], heard: float = 0.0) -> Part:
    """The part after an event; repeated and late events change nothing."""
    if part.ended:
        return part
    part = replace(part, heard=max(heard, part.heard), worker=event.get("at", part.worker))
    if event["state"] in ENDED:
        return replace(part, state=event["state"], result=event.get("result"), message=event.get("message", ""))
    if (epoch := event.get("epoch", 0)) <= part.epoch:
        return replace(part, state="running")
    history = {k: (*part.history.get(k, ()), v) for k, v in event.get("logs", {}).items()}
    return replace(
        part, state="running", epoch=epoch, epochs=event["epochs"], seconds=event["seconds"], history=history
    )
