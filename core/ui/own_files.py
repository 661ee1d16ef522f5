"""Labs whose data may be a person's own file: their results live in the browser's session, and nothing is stored."""

import io
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import engine
from core.errors import TamrinError
from core.ui import chrome, jobs

KEPT = 4  # results of one lab in a session


def results(kind: str) -> dict[str, Any]:
    """What this session has of a lab, by name, oldest first."""
    return st.session_state.setdefault(f"{kind}_results", {})


def keep(kind: str, name: str, result: Any) -> None:
    """Add a result; the oldest one goes when there are too many."""
    found = results(kind)
    found[name] = result
    while len(found) > KEPT:
        del found[next(iter(found))]


def size(content: str | bytes | None) -> int:
    """Bytes of a person's own file, which may have gone; 0 for none."""
    if isinstance(content, str):
        path = Path(content)
        return path.stat().st_size if path.is_file() else 0
    return len(content or b"")


def of(job_id: str) -> list[dict[str, Any]]:
    """What the parts of an ended job have brought back that is not stored; empty for a job nobody knows any more."""
    try:
        parts = engine.get().job(job_id).parts
    except TamrinError:
        return []  # the page has said so already
    return [part.result for part in parts if part.result and "digest" in part.result]


def unpacked(content: bytes) -> dict[str, np.ndarray]:
    """Arrays of an `.npz`."""
    with np.load(io.BytesIO(content), allow_pickle=False) as packed:
        return {name: packed[name] for name in packed.files}


def current(views: ModuleType, wanted: Any, button: DeltaGenerator) -> Any:
    """The head of a result: collect what has ended, find what is wanted, offer to train, draw what runs.

    `views` has the lab's `collect(job_id)`, `find(wanted)`, `train_button(wanted, shown)`, `stamps(wanted, shown)` and
    `live(job)`; `button` is the place of the button. Gives what `find` gave.
    """
    job = jobs.current(views.collect, views.live)
    shown = views.find(wanted)
    if job is None:
        with button:
            views.train_button(wanted, shown)
    chrome.stamps(*views.stamps(wanted, shown))
    if job is not None:
        jobs.panel(job, views.live)
    return shown
