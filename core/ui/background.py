"""Compute results in a worker: the page waits briefly, then shows the last result and updates when the new one arrives.

    run, lines = background.latest("inside", (run, lines), "core.labs.hafez.network.worker:inside", run.key, url, lines)

A script that waited longer would block its own controls, and thirty users would queue. Results are shared: sessions
that ask for the same result get the same one.
"""

import hashlib
import pickle
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NoReturn

import streamlit as st

from core.jobs import calls, engine
from core.ui import messages
from core.ui.frame import paint

WAIT = 0.4  # seconds from its request that a script waits for a new result if it has an old one to show
WAIT_FIRST = 1.0  # seconds from its request if there is nothing to show
WAIT_LONGEST = 1.0  # seconds that one run of a page waits in all, however many results it asks for
WAITED = "background_waited"  # session key: seconds that this run has waited
TICK = 0.4  # seconds between two polls for a pending result
MOST_KEPT, MOST_BYTES = 96, 8_000_000  # results and their bytes; one may have a few megabytes
AT_ONCE = 16  # maximum calls that wait for a worker at the same time

Compute = Callable[[Callable[[Any], None]], Any]


class Task:
    """A result being computed: `partial` is the part available so far."""

    def __init__(self) -> None:
        self.partial: Any = None
        self.future: Future[Any] = Future()
        self.asked = time.monotonic()
        self.size = 0  # bytes of the result

    def tell(self, partial: Any) -> None:
        """Replace the partial result."""
        self.partial = partial


class Desk:
    """Tasks of this server; the one requested longest ago is dropped first."""

    def __init__(self, most: int = MOST_KEPT, most_bytes: float = MOST_BYTES) -> None:
        self._most, self._most_bytes, self._lock = most, most_bytes, threading.Lock()
        self._tasks: OrderedDict[str, Task] = OrderedDict()
        self._pool = ThreadPoolExecutor(AT_ONCE, "tamrin-background")

    def ask(self, key: str, compute: Compute) -> Task:
        """Return the task of this key, started if there is none; a failed one is restarted."""
        with self._lock:
            task = self._tasks.get(key)
            if task is None or (task.future.done() and task.future.exception() is not None):
                task = self._tasks[key] = Task()
                self._pool.submit(self._work, task, compute)
            self._tasks.move_to_end(key)
            self._forget()
            return task

    def _forget(self) -> None:
        """Drop the oldest finished tasks until the others fit; the newest one stays."""
        done = [name for name, task in self._tasks.items() if task.future.done()]
        for place, key in enumerate(done[:-1]):
            kept = done[place:]
            if len(kept) <= self._most and sum(self._tasks[name].size for name in kept) <= self._most_bytes:
                return
            del self._tasks[key]

    def find(self, key: str) -> Task | None:
        """Return the task of this key, if it is known."""
        with self._lock:
            return self._tasks.get(key)

    @staticmethod
    def _work(task: Task, compute: Compute) -> None:
        try:
            result = compute(task.tell)
            task.size, task.partial = calls.bytes_of(result), None
            task.future.set_result(result)
        except Exception as error:
            task.future.set_exception(error)


@st.cache_resource(max_entries=1, show_spinner=False)
def desk() -> Desk:
    """Return the desk shared by the whole server."""
    return Desk()


def call(target: str, *arguments: Any, timeout: float = 60.0, at: Desk | None = None) -> Any:
    """Return the result of `module:function` on a worker; the rest of the page is left out until it is computed.

    `at` is the desk that keeps it, by default the server's. A session passes one of its own for private results.
    """
    return each(target, [arguments], timeout, at)[0]


def each(target: str, many: Iterable[tuple], timeout: float = 60.0, at: Desk | None = None) -> list[Any]:
    """Return the results of several calls, which are computed at the same time; otherwise as `call`."""
    at = at or desk()
    keyed = [(key_of(target, arguments), arguments) for arguments in many]
    tasks = {key: _asked(at, key, target, arguments, timeout) for key, arguments in keyed}
    for key, task in tasks.items():
        if not _ready(task, WAIT_FIRST):
            _stop(key, at)
    return [tasks[key].future.result() for key, _ in keyed]


def soon(target: str | Callable, *arguments: Any, timeout: float = 60.0, at: Desk | None = None) -> tuple[Any] | None:
    """Return `(result,)` as `call` does, or None while it is computed: the page is redrawn when it is available.

    A function in place of its name is called in a thread of this process: for what takes milliseconds and only now and
    then a second.
    """
    at, key = at or desk(), key_of(target, arguments)
    task = _asked(at, key, target, arguments, timeout)
    if _ready(task, WAIT):
        return (task.future.result(),)
    _follow(key, at)
    return None


def latest(
    slot: str, about: tuple, target: str, *arguments: Any, timeout: float = 60.0, at: Desk | None = None
) -> tuple[Any, ...]:
    """Return `about` and the result of `module:function` on a worker: `(*about, result)`.

    While a new result is computed, this is the last one of this `slot` with its own `about`, marked as such on the
    page. Draw from the returned values, not from the controls: they may be newer.
    """
    at, key, kept = at or desk(), key_of(target, arguments), f"latest_{slot}"
    task = _asked(at, key, target, arguments, timeout)
    before, was_about = st.session_state.get(kept, ("", ()))
    last = at.find(before)
    if _ready(task, WAIT if last else WAIT_FIRST):
        found = task.future.result()
        st.session_state[kept] = (key, about)
        return (*about, found)
    if last is None:
        _stop(key, at)
    _follow(key, at)
    st.caption(messages.computing_with_previous)
    return (*was_about, last.future.result())


def growing(key: str, compute: Compute, draw: Callable[[Any], object]) -> Any:
    """Return a result, drawing its parts as they arrive; the rest of the page follows once it is complete."""
    task = desk().ask(key, compute)
    if not _ready(task, WAIT):
        st.fragment(_grow, run_every=TICK)(key, draw)
        paint.done()
        st.stop()
    return task.future.result()


def key_of(*parts: Any) -> str:
    """Return a digest of plain values and arrays."""
    return hashlib.sha256(pickle.dumps(parts)).hexdigest()


def _asked(at: Desk, key: str, target: str | Callable, arguments: tuple, timeout: float) -> Task:
    if callable(target):
        return at.ask(key, lambda tell: target(*arguments))
    return at.ask(key, lambda tell: engine.get().call(target, *arguments, timeout=timeout))


def begin() -> None:
    """Begin a run of a page, which has waited for nothing yet."""
    st.session_state[WAITED] = 0.0


def _ready(task: Task, seconds: float) -> bool:
    """Return whether a task has ended, waiting until it is some seconds old: a redraw does not wait for it again."""
    waited, begun = st.session_state.get(WAITED, 0.0), time.monotonic()
    try:
        task.future.exception(timeout=max(0.0, min(task.asked + seconds - begun, WAIT_LONGEST - waited)))
    except TimeoutError:
        return False
    finally:
        st.session_state[WAITED] = waited + time.monotonic() - begun
    return True


def _stop(key: str, at: Desk) -> NoReturn:
    """Leave out the rest of the page until the result is available."""
    _follow(key, at)
    st.caption(messages.computing)
    paint.done()
    st.stop()


def _follow(key: str, at: Desk) -> None:
    st.fragment(_look, run_every=TICK)(key, at)


def _look(key: str, at: Desk) -> None:
    task = at.find(key)
    if task is None or task.future.done():
        paint.again()
        st.rerun()


def _grow(key: str, draw: Callable[[Any], object]) -> None:
    _look(key, desk())
    if (task := desk().find(key)) is not None and task.partial is not None:
        draw(task.partial)
    else:
        st.caption(messages.computing)
