"""Keep results on users' own files in the browser's session; nothing is stored."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from core.errors import TamrinError
from core.jobs import engine

KEPT = 4  # maximum results of one lab in a session


def results(kind: str) -> dict[str, Any]:
    """Return this session's results of a lab, by name, oldest first."""
    return st.session_state.setdefault(f"{kind}_results", {})


def keep(kind: str, name: str, result: Any) -> None:
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


def of(job_id: str) -> list[dict[str, Any]]:
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
