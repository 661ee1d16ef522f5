"""What pages read more than once, each cache with a bound."""

import numpy as np
import streamlit as st

from core import settings
from core.store import Run, Store


@st.cache_resource
def store() -> Store:
    """The store of this server, shipped models below it."""
    return Store(settings.read().store)


@st.cache_data(max_entries=128, show_spinner=False)
def _arrays(origin: str, digest: str, _run: Run) -> dict[str, np.ndarray]:
    return store().arrays(_run)


def arrays(run: Run) -> dict[str, np.ndarray]:
    """Arrays of a run; they are named by their hash, so a cached copy is never stale."""
    return _arrays(run.origin, run.blobs["arrays"], run)
