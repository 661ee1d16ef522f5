"""A running job on a page: live curves, time left, Stop; found again by the id in the URL."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from core import engine
from core.errors import TamrinError
from core.job import Job, Part, Work
from core.ui import cached, literal, person

TICK = 0.6  # seconds between two drawings of an active job


def owner() -> str:
    """Return the person whose trainings this page starts and stops: one at a time for each person, not for each tab."""
    return person.id()


def start(title: str, works: list[Work]) -> None:
    """Submit a job, put its id into the URL and draw the page again."""
    try:
        st.query_params["job"] = engine.get().submit(title, owned(works), owner())
    except TamrinError as error:
        st.session_state["job_trouble"] = str(error)
    st.rerun()


def owned(works: list[Work]) -> list[Work]:
    """Mark what will be stored with its owner. StoreError where nothing can be stored: nobody trains for nothing."""
    if any(work.shared for work in works):
        cached.store().check_writable()
    return [work.of(owner()) for work in works]


def offer(title: str, whole: int, missing: list[Work], seconds: float | None) -> None:
    """How many of the `whole` networks of an experiment are trained, how long the rest takes, and the button for it."""
    if not missing:
        st.caption(":material/check: All networks of this experiment are stored.")
        return
    guess = f", about {duration(seconds)}" if seconds else ""
    st.caption(f"{len(missing)} of {whole} networks are not trained yet{guess}.")
    if st.button("Train", type="primary", key="train_now", icon=":material/play_arrow:", width="stretch"):
        start(title, missing)


def current() -> Job | None:
    """The job of the URL, if it still runs; what ended is told once and leaves the URL."""
    if trouble := st.session_state.pop("job_trouble", None):
        literal.warning(trouble)
    if not (job_id := st.query_params.get("job")):
        return None
    try:
        job = engine.get().job(job_id)
    except TamrinError as error:
        st.info(literal.literal(error))
        del st.query_params["job"]
        return None
    if job.active:
        return job
    del st.query_params["job"]
    _tell_end(job)
    return None


def panel(job: Job, curves: Callable[[Job], go.Figure]) -> None:
    """Draw the job until it ends, then draw the whole page again; `curves` makes the chart of a snapshot."""
    st.fragment(_draw, run_every=TICK)(job.id, curves)


def _draw(job_id: str, curves: Callable[[Job], go.Figure]) -> None:
    job = engine.get().job(job_id)
    if not job.active:
        st.rerun()
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.markdown(f"**{literal.literal(job.title)}** · {_headline(job)}")
    if right.button("Stop", key="stop", icon=":material/stop_circle:", disabled=job.stopping, width="stretch"):
        engine.get().cancel(job_id)
        st.rerun(scope="fragment")
    st.progress(_progress(job))
    st.caption(" · ".join(_of(part) for part in job.parts if part.state != "waiting") or "Waiting for a free worker.")
    if any(part.history for part in job.parts):
        st.plotly_chart(
            curves(job), key=f"live-{job_id}", alt="Loss of each network by epoch, growing while it trains."
        )


def _headline(job: Job) -> str:
    if job.stopping:
        return "stopping; the best weights so far are kept"
    waiting = sum(part.state == "waiting" for part in job.parts)
    if job.ahead and waiting == len(job.parts):
        return f"in the queue: {job.ahead} training{'s' if job.ahead > 1 else ''} of others ahead"
    done = sum(part.ended for part in job.parts)
    return f"{done} of {len(job.parts)} done" + (f", {waiting} waiting" if waiting else "") + _left(job)


def _left(job: Job) -> str:
    """Time left of the slowest running part, and at that pace of those that wait for a worker."""
    running = [part for part in job.parts if part.state == "running" and part.seconds_left is not None]
    if not running:
        return ""
    whole = max(part.seconds / part.epoch * part.epochs for part in running)
    waiting = sum(part.state == "waiting" for part in job.parts) * whole / len(running)
    return f", about {duration(max(part.seconds_left for part in running) + waiting)} left"


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _progress(job: Job) -> float:
    shares = [1.0 if part.ended else part.epoch / part.epochs if part.epochs else 0.0 for part in job.parts]
    return min(1.0, sum(shares) / len(shares))


def _of(part: Part) -> str:
    state = f"epoch {part.epoch} of {part.epochs}" if part.state == "running" and part.epochs else part.state
    return f"{literal.literal(part.name)}: {'compiling' if state == 'running' else state}"


def _tell_end(job: Job) -> None:
    """One line about a job that ended since the page was last drawn."""
    for message in dict.fromkeys(part.message for part in job.parts if part.state == "failed"):
        literal.error(message)
    if stopped := [part for part in job.parts if part.state == "stopped"]:
        kept = sum(part.result is not None for part in stopped)
        st.info(f"Stopped. The best weights so far of {kept} of {len(stopped)} stopped networks were kept.")
    elif all(part.state == "done" for part in job.parts):
        stored = all("key" in part.result for part in job.parts)
        st.toast("Trained and stored." if stored else "Trained.", icon=":material/check:")
