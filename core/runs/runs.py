"""Train a spec and store the run, unless it is already stored."""

import datetime
import importlib
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any, NotRequired, TypedDict

import numpy as np

from core.errors import JobError, SpecError
from core.learn.fit import Fit
from core.runs import messages, pace, spec as specs, stored
from core.runs.store import Run, Store, key_of, packed
from core.runs.stored import Facts

KINDS: dict[str, str] = {}  # kind of experiment -> its module, filled by `core.labs`


@dataclass
class Outcome:
    """Result of a kind's `train`."""

    fit: Fit
    history: dict[str, list[float]]
    metrics: dict[str, float]
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    model: Any = None  # keras.Model, weights as bytes, or None
    facts: Facts = field(default_factory=dict)


def kind_module(kind: str) -> Any:
    """Return the module of a kind. SpecError for an unknown kind."""
    if kind not in KINDS:
        raise SpecError(messages.no_experiment.format(kind=kind, kinds=", ".join(KINDS)))
    return importlib.import_module(KINDS[kind])


stored.find_classes_with(lambda kind: kind_module(kind).Spec if kind in KINDS else None)


def key(kind: str, chosen: Any, data: Any = None) -> str:
    """Return the store key of a spec on its present data, or on the data given."""
    return key_on(kind, chosen, kind_module(kind).data_stamp(chosen, *_along(data))["fingerprint"])


def key_on(kind: str, chosen: Any, fingerprint: str) -> str:
    """Return the store key of a spec on the data with this fingerprint."""
    cls = type(chosen)
    return key_of(kind, specs.in_key(cls, specs.to_dict(chosen)), fingerprint, specs.version(cls))


def of_spec(kind: str, chosen: Any, found: list[Run]) -> list[Run]:
    """Return the runs that have this spec, whatever their data, in the same order."""
    wanted = kind, specs.to_dict(chosen), specs.version(type(chosen))
    return [run for run in found if (run.kind, run.spec, run.spec_version) == wanted]


def title(run: Run) -> str:
    """Return the label of a run where a user chooses one: runs trained here have the first digits of their key."""
    module = kind_module(run.kind)
    name = module.label(specs.from_dict(module.Spec, run.spec))
    return name if run.origin == "shipped" else f"{name} · {run.key[:6]}"


def halted(found: Sequence[Any]) -> str:
    """Name the networks that were stopped before their end, with their epochs; "" if there are none.

    Such networks are shown, but not ranked. `found` are runs or other objects with `stopped`, `history` and `spec`.
    """
    early = [one for one in found if one.stopped]
    if not early:
        return ""
    reached = sorted({len(next(iter(one.history.values()), [])) for one in early})
    spec = early[0].spec
    whole = pace.planned(spec if isinstance(spec, dict) else vars(spec))
    epoch = str(reached[0]) if len(reached) == 1 else messages.epochs.format(first=reached[0], last=reached[-1])
    planned = messages.planned.format(epochs=whole) if whole and whole >= reached[-1] else ""
    several = messages.plural("halted", len(early))
    text = messages.alone_halted if len(found) == 1 else several
    return text.format(early=len(early), whole=len(found), epoch=epoch, planned=planned)


def finished(groups: dict[Any, list[Any]]) -> dict[Any, list[Any]]:
    """Return the groups without runs that were stopped early; groups that are then empty are dropped."""
    kept = {name: [run for run in group if not run.stopped] for name, group in groups.items()}
    return {name: group for name, group in kept.items() if group}


def train(
    kind: str,
    chosen: Any,
    store: Store,
    report: Callable = lambda e: None,
    should_stop: Callable = lambda: False,
    data: Any = None,
    owner: str = "",
    private: bool = False,
) -> Run:
    """Train and store a run, unless the same spec on the same data is already stored.

    A training that was stopped keeps its best weights and is stored as stopped; a later call trains it again. JobError
    if it was stopped before the first epoch ended, StoreError if nothing could be stored. `owner` is the user who may
    delete it; a `private` run was trained on that user's own files.
    """
    if (found := store.find(kind, key(kind, chosen, data))) and not found.stopped:
        return found
    store.check_writable()
    run, weights, arrays = build(kind, chosen, report, should_stop, data, store)
    store.put(replace(run, owner=owner, private=private), weights, arrays)
    return store.find(kind, run.key) or run


class Payload(TypedDict):
    """Payload of a part of a job that trains a spec and stores the run."""

    kind: str
    spec: specs.Values
    store: str  # its URL
    owner: NotRequired[str]
    private: NotRequired[bool]
    data: NotRequired[Any]


class Trained(TypedDict):
    """Result of a part of a job that has stored a run."""

    key: str


def train_part(payload: Payload, report: Callable, should_stop: Callable) -> Trained:
    """Train one part of a job; called by the engine."""
    chosen = specs.from_dict(kind_module(payload["kind"]).Spec, payload["spec"])
    store, data = Store(payload["store"]), payload.get("data")
    whose = {"owner": payload.get("owner", ""), "private": payload.get("private", False)}
    return {"key": train(payload["kind"], chosen, store, report, should_stop, data, **whose).key}


def build(
    kind: str, chosen: Any, report: Callable, should_stop: Callable, data: Any = None, store: Store | None = None
) -> tuple[Run, bytes, dict[str, np.ndarray]]:
    """Train in this process and return the run, its weights and arrays, without storing them.

    A kind that sets `BUILDS_ON_STORED` gets the store, to start from another run.
    """
    module = kind_module(kind)
    more = {"store": store} if getattr(module, "BUILDS_ON_STORED", False) else {}
    outcome = module.train(chosen, report, should_stop, *_along(data), **more)
    _check_kept(outcome)
    run = Run(
        kind=kind,
        key=key(kind, chosen, data),
        spec=specs.to_dict(chosen),
        data=kind_module(kind).data_stamp(chosen, *_along(data)),
        metrics=outcome.metrics,
        history=outcome.history,
        seconds=outcome.fit.seconds,
        seconds_per_epoch=per_epoch(outcome),
        kept_epoch=outcome.fit.kept_epoch,
        stopped=outcome.fit.stopped == "by the person",
        facts=_facts(outcome),
        versions=versions(),
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        spec_version=specs.version(type(chosen)),
    )
    return run, _weights(outcome.model), outcome.arrays


class OwnFile(TypedDict):
    """Payload of a part of a job that trains a spec on a user's own file."""

    spec: specs.Values
    content: str | bytes  # path of the file, or its bytes
    digest: str
    answers: NotRequired[dict[str, str]]  # to the questions about the file


class Unstored(TypedDict):
    """Result of a training on a user's own file, as plain values for the page."""

    spec: specs.Values
    digest: str  # hash of the file
    metrics: dict[str, float]
    history: dict[str, list[float]]
    facts: Facts
    arrays: bytes  # an `.npz`
    weights: bytes
    kept_epoch: int
    seconds_per_epoch: float


def unstored(chosen: Any, outcome: Outcome, digest: str) -> Unstored:
    """Return the result of a training on a user's own file; nothing is stored.

    JobError if it was stopped before the first epoch ended.
    """
    _check_kept(outcome)
    return {
        "spec": specs.to_dict(chosen),
        "digest": digest,
        "metrics": outcome.metrics,
        "history": outcome.history,
        "facts": _facts(outcome),
        "arrays": packed(outcome.arrays),
        "weights": _weights(outcome.model),
        "kept_epoch": outcome.fit.kept_epoch,
        "seconds_per_epoch": per_epoch(outcome),
    }


def _check_kept(outcome: Outcome) -> None:
    if not outcome.fit.kept_epoch:
        raise JobError(messages.no_epoch)


def _facts(outcome: Outcome) -> Facts:
    return {**outcome.facts, "ended": outcome.fit.stopped or "after the last epoch"}


def versions() -> dict[str, str]:
    """Return the versions of Python, the machine and the libraries that affect the results."""
    names = ("tensorflow", "keras", "numpy")
    return {"python": platform.python_version(), "machine": platform.machine()} | {n: version(n) for n in names}


def _along(data: Any) -> tuple:
    return () if data is None else (data,)


def _weights(model: Any) -> bytes:
    """Return the weights of a Keras model; a kind without Keras returns bytes itself."""
    if model is None or isinstance(model, bytes):
        return model or b""
    from core.learn import training

    return training.weights_of(model)


def per_epoch(outcome: Outcome) -> float:
    """Return the seconds per epoch without the first, which includes the compilation."""
    fit, epochs = outcome.fit, len(next(iter(outcome.history.values()), []))
    return (fit.seconds - fit.first_epoch_seconds) / (epochs - 1) if epochs > 1 else fit.seconds
