"""Find the model that a page shows; those on users' own files are kept in the browser's session and nowhere else."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import numpy as np
import streamlit as st

from core.errors import TamrinError
from core.jobs import engine
from core.jobs.job import Work
from core.runs import spec as specs
from core.runs.runs import Unstored
from core.runs.store import Run
from core.runs.stored import Facts
from core.ui import cached

KEPT = 4  # maximum results of one lab in a session
SAME = ("metrics", "history", "facts", "kept_epoch", "seconds_per_epoch")  # in a run and in a result outside the store
S = TypeVar("S")  # of a spec
M = TypeVar("M", bound="Shown")


@dataclass(frozen=True)
class Wanted(Generic[S]):
    """Values of the controls; `content` is a user's own file, as its path or bytes.

    `digest` is the fingerprint of the file and of the `answers` to its questions.
    """

    spec: S
    content: str | bytes | None = None
    digest: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    needs_file: bool = False  # whether training has to wait for a file


@dataclass(frozen=True)
class Shown(Generic[S]):
    """A trained model as a page draws it, from the store or from this session."""

    spec: S
    metrics: dict[str, float]
    history: dict[str, list[float]]
    facts: Facts
    arrays: dict[str, np.ndarray]
    kept_epoch: int
    seconds_per_epoch: float
    origin: str  # "shipped", "store" or "session"

    @property
    def stopped(self) -> bool:
        """Return whether it was stopped by the user, so that it may be trained again."""
        return self.facts.get("ended") == "by the person"

    @property
    def classes(self) -> list[str]:
        return self.facts["classes"]


def of_run(made: Callable[..., M], chosen: Any, run: Run, weights: Any, **more: Any) -> M:
    """Return the model of a stored run; `made` is the lab's `Shown`, which also takes `weights` and `more`."""
    values = {name: getattr(run, name) for name in (*SAME, "origin")}
    return made(chosen, **values, arrays=cached.arrays(run), weights=weights, **more)


def find(kind: str, wanted: Wanted[S], stored: Callable[[S], M | None]) -> M | None:
    """Return the trained model of the controls, if there is one: of this session for a user's own file."""
    if wanted.content is not None:
        return cast("M | None", results(kind).get(_name(wanted.spec, wanted.digest)))
    return None if wanted.needs_file else stored(wanted.spec)


def collect(kind: str, made: Callable[..., Shown], spec: type, job_id: str) -> None:
    """Keep the results of a finished job on a user's own file, see `core.runs.runs.unstored`, in this session."""
    for result in of(job_id):
        chosen, values = specs.from_dict(spec, result["spec"]), {name: result[name] for name in (*SAME, "weights")}
        shown = made(chosen, **values, arrays=unpacked(result["arrays"]), origin="session")
        keep(kind, _name(chosen, result["digest"]), shown)


def _name(chosen: Any, digest: str) -> str:
    return f"{specs.to_dict(chosen)} {digest}"


def work(name: str, kind: str, wanted: Wanted, train: str, train_upload: str, **more: Any) -> Work:
    """Return the work that trains a spec: `train` stores the run, `train_upload` reads a user's own file instead."""
    payload = {"spec": specs.to_dict(wanted.spec), **more}
    if wanted.content is None:
        return Work(name, train, payload | {"kind": kind, "store": cached.store().url})
    own = {"content": wanted.content, "digest": wanted.digest, "answers": dict(wanted.answers)}
    return Work(name, train_upload, payload | own)


def results(kind: str) -> dict[str, Shown]:
    """Return this session's results of a lab, by name, oldest first."""
    return st.session_state.setdefault(f"{kind}_results", {})


def keep(kind: str, name: str, result: Shown) -> None:
    """Add a result; the oldest one is dropped if there are too many."""
    found = results(kind)
    found[name] = result
    while len(found) > KEPT:
        del found[next(iter(found))]


def size(content: str | bytes | None) -> int:
    """Return the bytes of a user's own file, which may have been removed; 0 for none."""
    if isinstance(content, str):
        path = Path(content)
        return path.stat().st_size if path.is_file() else 0
    return len(content or b"")


def of(job_id: str) -> list[Unstored]:
    """Return results of a finished job that are kept out of the store; empty if the job is no longer known."""
    try:
        parts = engine.get().job(job_id).parts
    except TamrinError:
        return []  # the page has already reported it
    return [part.result for part in parts if part.result and "digest" in part.result]


def unpacked(content: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of an `.npz`."""
    with np.load(io.BytesIO(content), allow_pickle=False) as packed:
        return {name: packed[name] for name in packed.files}
