"""Cache data that pages read repeatedly; each cache has a bound."""

import numpy as np
import streamlit as st

from core import settings
from core.errors import StoreError
from core.runs import checks
from core.runs.store import Run, Store
from core.ui import person


class PageStore(Store):
    """The store as pages show it: runs trained on a user's own files are listed for that user only."""

    def list(self) -> tuple[list[Run], list[str]]:
        found, faults = super().list()
        return [run for run in found if not _is_private(run) or may_delete(run)], faults

    def delete(self, run: Run) -> None:
        """Remove a run of this user. Raise StoreError for one of another user."""
        if run.origin == "store" and not may_delete(run):
            raise StoreError("Somebody else has trained this run; only they, or who sits at the server, may delete it.")
        super().delete(run)


def _is_private(run: Run) -> bool:
    """Return whether a run was trained on a user's own files; runs on uploaded images may predate owners."""
    return run.private or str(run.spec.get("data", "")).startswith("upload-")


def may_delete(run: Run) -> bool:
    """Return whether the run belongs to this user; every run does for a user at the server's own machine."""
    return bool(run.owner and run.owner == person.id()) or person.at_server()


@st.cache_resource
def store() -> Store:
    """Return the store of this server, with the shipped models below it."""
    return PageStore(settings.read().store, judge=checks.check)


@st.cache_data(max_entries=128, show_spinner=False)
def _arrays(origin: str, digest: str, _run: Run) -> dict[str, np.ndarray]:
    return store().arrays(_run)


def arrays(run: Run) -> dict[str, np.ndarray]:
    """Return the arrays of a run; they are named by their hash, so a cached copy is never stale."""
    return _arrays(run.origin, run.blobs["arrays"], run)
