"""Cache data and charts that pages need repeatedly; each cache has a bound."""

import hashlib
import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core import settings
from core.errors import StoreError
from core.runs import checks
from core.runs.store import Run, Store
from core.ui import messages
from core.ui.visit import person

DAY = 86_400_000  # ms


class PageStore(Store):
    """The store as pages show it: runs trained on a user's own files are listed for that user only."""

    def list(self) -> tuple[list[Run], list[str]]:
        found, faults = super().list()
        return [run for run in found if not _is_private(run) or may_delete(run)], faults

    def delete(self, run: Run) -> None:
        """Remove a run of this user. Raise StoreError for one of another user."""
        if run.origin == "store" and not may_delete(run):
            raise StoreError(messages.not_your_run)
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


class Charts:
    """Charts by their function and its arguments; the one requested longest ago is dropped first.

    Plotly needs milliseconds to build a chart. The opening of a page draws its first one three times, and a class
    opens the same page: those of all pages as they open are some forty. One takes up to half a megabyte in thousands
    of small objects, many times the size of its arguments, which `most_bytes` bounds.
    """

    def __init__(self, most: int = 64, most_bytes: float = 4_000_000) -> None:
        self._most, self._most_bytes, self._bytes = most, most_bytes, 0
        self._charts: OrderedDict[bytes, tuple[go.Figure, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, draw: Callable[..., go.Figure], *arguments: Any, **named: Any) -> go.Figure:
        """Return `draw(*arguments, **named)`, drawn now unless it is kept."""
        content = pickle.dumps((draw.__module__, draw.__qualname__, arguments, named))
        key = hashlib.sha256(content).digest()
        with self._lock:
            if key in self._charts:
                self._charts.move_to_end(key)
                return self._charts[key][0]
        chart = with_short_days(draw(*arguments, **named))
        with self._lock:
            if key not in self._charts:
                self._charts[key] = chart, len(content)
                self._bytes += len(content)
            while len(self._charts) > self._most or (self._bytes > self._most_bytes and len(self._charts) > 1):
                self._bytes -= self._charts.popitem(last=False)[1][1]
        return chart


def with_short_days(chart: go.Figure) -> go.Figure:
    """Replace days without a gap by the first and the step: as one text each they are most of what is sent."""
    for trace in cast(Any, chart.data):
        given = trace.x if "x0" in trace else None
        if not isinstance(given, np.ndarray) or given.dtype.kind != "M" or len(given) < 2:
            continue
        days = given.astype("datetime64[D]")
        if (days == given).all() and (np.diff(days) == np.timedelta64(1, "D")).all():
            trace.update(x=None, x0=str(days[0]), dx=DAY)
    return chart


@st.cache_resource(max_entries=1, show_spinner=False)
def _charts() -> Charts:
    return Charts()


def chart(draw: Callable[..., go.Figure], *arguments: Any, **named: Any) -> go.Figure:
    """Return the chart that `draw` makes of these arguments. It is shared by all pages: do not change it."""
    return _charts().get(draw, *arguments, **named)


def plot(key: str, alt: str, draw: Callable[..., go.Figure], *arguments: Any, where: Any = None, **named: Any) -> None:
    """Draw the chart that `draw` makes of these arguments, described by `alt` for those who do not see it."""
    (where or st).plotly_chart(chart(draw, *arguments, **named), key=key, alt=alt)
