"""Manage a training on a page: start or join it, find it again, draw its live curves, report its end."""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import settings
from core.errors import BusyError, TamrinError
from core.jobs import engine
from core.jobs.job import Job, Part, Work
from core.runs import spec as specs
from core.ui import cached, literal, messages, running
from core.ui.components import component
from core.ui.visit import person, session

TICK = 0.6  # seconds between two redraws of an active job
SHOWN = "job_shown"  # session key: the active job of the current page, or None
ENDED = "job_ended"  # key of the page's passing reports: the job that ended
STARTED = "job_started"  # session key: Train was pressed and the panel has not been drawn since
TALLEST = 330  # px of a live chart, so that Stop and the whole chart fit on a projector's screen


def owner() -> str:
    """Return the user whose trainings this page starts and stops: one at a time for each user, not for each tab."""
    return person.id()


def start(title: str, works: list[Work], seconds: float | None = None) -> None:
    """Submit a job or join one that trains the same, put its id into the link and redraw the page.

    `seconds` is the estimated duration, if known: more than the server allows is refused. A job that another user runs
    already is watched, not trained twice: a class that presses Train on one experiment waits for one training. Only the
    user who started it may stop it; after that everybody can train the rest.
    """
    try:
        job = running.same(works)
        st.query_params["job"] = job.id if job else _submit(title, works, seconds)
        st.session_state[STARTED] = True
    except TamrinError as error:
        st.session_state["job_trouble"] = str(error)
    st.rerun()


def _submit(title: str, works: list[Work], seconds: float | None) -> str:
    if other := running.training():
        raise BusyError(messages.still_running.format(title=other.title))
    return engine.get().submit(title, owned(works), owner(), link=running.link_here(), seconds=seconds)


def owned(works: list[Work]) -> list[Work]:
    """Mark results to be stored with their owner. Raise StoreError before training if nothing can be stored."""
    if any(work.shared for work in works):
        cached.store().check_writable()
    return [work.of(owner()) for work in works]


def training(kind: str, chosen: Any, name: str, group: str = "", **more: Any) -> Work:
    """Return the part of a job that trains a spec and stores the run; `more` is sent with it."""
    payload = {"kind": kind, "spec": specs.to_dict(chosen), "store": cached.store().url} | more
    return Work(name, "core.labs:train_part", payload, group)


def offer(title: str, whole: int, missing: list[Work], seconds: float | None, stopped: int = 0) -> None:
    """Draw how many of the `whole` networks of an experiment are left to train, and the button for it.

    `stopped` of the missing ones are stored, but were stopped before their end.
    """
    if not missing:
        st.caption(messages.all_trained)
        return
    st.caption(f"{untrained(whole, len(missing), stopped)}{about(seconds)}.")
    button(title, lambda: missing, seconds)


def button(
    title: str, works: Callable[[], list[Work]], seconds: float | None, label: str = "Train", key: str = "train_now"
) -> None:
    """Draw the button that trains; if the training would be refused as too long, say so with what to reduce."""
    if st.button(label, type="primary", key=key, icon=":material/play_arrow:", width="stretch"):
        start(title, works(), seconds)
    if refused := engine.refusal(seconds):
        literal.warning(refused)


def offer_one(title: str, works: list[Work], seconds: float | None) -> None:
    """Draw the button for the one network of a lab, and below it the duration of its training."""
    button(title, lambda: works, seconds)
    if told := about(seconds, messages.takes_about):
        st.caption(told)


def about(seconds: float | None, text: str = "") -> str:
    """Return the duration of a training, by default as the end of a sentence; empty if it is unknown or too long."""
    if not seconds or engine.refusal(seconds):
        return ""
    return (text or messages.about).format(duration=duration(seconds))


def untrained(whole: int, missing: int, stopped: int, what: str = "trained") -> str:
    """Return how many networks are not trained yet, and how many were stopped early."""
    never = missing - stopped
    told = []
    if never:
        text = messages.plural("not_yet", never)
        told.append(text.format(never=never, whole=whole, what=what))
    if stopped:
        text = messages.plural("stopped_early", stopped)
        told.append(text.format(stopped=stopped, whole=whole))
    return ", ".join(told)


def current(
    collect: Callable[[str], None] | None = None, curves: Callable[[Job], go.Figure] | None = None
) -> Job | None:
    """Return the training of this page if it still runs: that of the link, or this user's own, wherever they were.

    The end of a job is reported until the user changes a control: a page may be drawn twice when a job ends, by its own
    panel and by the menu's. `collect` takes its results once if they are kept in the session, and `curves` draws the
    chart of a failed one, up to its last whole epoch.
    """
    if trouble := st.session_state.pop("job_trouble", None):
        literal.warning(trouble)
    st.session_state[SHOWN] = None
    followed = st.session_state.setdefault(running.FOLLOWED, {})
    job = _known(st.query_params.get("job") or followed.get(running.here())) or _own()
    if job is not None and not _belongs(job):
        return None
    if job is not None and job.active:
        st.session_state[SHOWN] = followed[running.here()] = st.query_params["job"] = job.id
        session.passing().pop(ENDED, None)
        return job
    if job is not None:
        session.passing()[ENDED] = job
        _leave()
        if collect and job.person == person.id():  # results on another user's own file are private
            collect(job.id)
        _celebrate(job)
    if ended := session.passing().get(ENDED):
        _tell_end(ended, curves)
    return None


def _tell_end(job: Job, curves: Callable[[Job], go.Figure] | None) -> None:
    """Draw why networks failed or were stopped, and the curves of the failed ones."""
    for message in dict.fromkeys(part.message for part in job.parts if part.state == "failed"):
        literal.error(message)
    if stopped := [part for part in job.parts if part.state == "stopped"]:
        kept = sum(part.result is not None for part in stopped)
        why = job.reason or messages.stopped
        st.info(messages.best_weights_saved.format(why=why, kept=kept, stopped=len(stopped)))
    if curves and any(part.state == "failed" and part.history for part in job.parts):
        st.plotly_chart(curves(job), key=f"failed-{job.id}", alt=messages.failed_alt)


def _celebrate(job: Job) -> None:
    """Announce a job that trained all it was to train."""
    if all(part.state == "done" for part in job.parts):
        stored = all("key" in part.result for part in job.parts)
        st.toast(messages.trained_and_saved if stored else messages.trained, icon=":material/check:")


def _known(job_id: str | None) -> Job | None:
    """Return the job of an id; report once if it is no longer known."""
    try:
        return engine.get().job(job_id) if job_id else None
    except TamrinError as error:
        st.info(literal.literal(error))
        _leave()
        return None


def _own() -> Job | None:
    job = running.training()
    return job if job and running.page_of(job) == running.here() else None


def _belongs(job: Job) -> bool:
    """Return whether the page can draw the job; else link to the page that can."""
    if not job.link or running.page_of(job) == running.here():
        return True
    _leave()
    running.link_to(job, messages.belongs_elsewhere.format(title=literal.literal(job.title)))
    return False


def _leave() -> None:
    """Forget the page's job and remove it from the link."""
    st.session_state[running.FOLLOWED].pop(running.here(), None)
    st.query_params.pop("job", None)


def busy() -> bool:
    """Return whether the current page shows a running training."""
    return st.session_state.get(SHOWN) is not None


def occupied() -> bool:
    """Return whether a training of this page or of this user runs, so that none can begin."""
    return busy() or running.training() is not None


def waiting_for() -> str:
    """Return the text for the line of facts when there is no result."""
    return messages.in_training if busy() else messages.not_trained


def none_yet() -> str:
    """Return the text for the line of facts when none of several networks has a result."""
    job = st.session_state.get(SHOWN)
    if not job:
        return messages.no_network_trained
    return messages.what_in_training.format(what=running.what(engine.get().job(job)))


def nothing_yet(sentence: str = "") -> None:
    """Tell the user how to get a result; during training, that the result will come."""
    if busy():
        st.caption(messages.result_follows)
    else:
        st.info(sentence or messages.nothing_trained)


def panel(job: Job, curves: Callable[[Job], go.Figure], below: Callable[[Job], None] = lambda job: None) -> None:
    """Draw the job until it ends, then redraw the whole page.

    `curves` makes the chart of a snapshot; `below` draws a lab's own additions under it.
    """
    with st.container(key="job_panel"):
        if st.session_state.pop(STARTED, False):
            component("job_view", __file__)(key=f"job_view-{job.id}")
        st.fragment(_draw, run_every=TICK)(job.id, curves, below)


def _draw(job_id: str, curves: Callable[[Job], go.Figure], below: Callable[[Job], None]) -> None:
    job = engine.get().job(job_id)
    if not job.active:
        st.rerun()
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.markdown(f"**{literal.literal(job.title)}** · {_headline(job)}")
    if not running.may_stop(job):
        right.caption(messages.started_by_another)
    elif right.button(messages.stop, key="stop", icon=":material/stop_circle:", disabled=job.stopping, width="stretch"):
        engine.get().cancel(job_id)
        st.rerun(scope="fragment")
    st.progress(running.share(job))
    left, right = st.columns(2, vertical_alignment="center")
    if running.may_stop(job):
        _go_on(right, job)
    left.caption(" · ".join(_of(part) for part in job.parts if part.state != "waiting") or _waits())
    if any(part.history for part in job.parts):
        chart: Any = curves(job)
        chart.update_layout(height=min(chart.layout.height or TALLEST, TALLEST))  # Stop and chart fit on one screen
        st.plotly_chart(chart, key=f"live-{job_id}", alt=messages.live_alt)
        below(job)


def _go_on(where: DeltaGenerator, job: Job) -> None:
    """Draw the switch that lets a training finish even if nobody watches it."""
    key = f"go_on-{job.id}"
    st.session_state.setdefault(key, job.goes_on)
    where.toggle(
        messages.continue_closed,
        key=key,
        disabled=job.stopping,
        help=_without_it(),
        on_change=lambda: engine.get().go_on(job.id, st.session_state[key]),
    )


def _without_it() -> str:
    minutes = settings.read().unwatched_minutes
    return messages.continue_help.format(minutes=minutes)


def _waits() -> str:
    return engine.get().trouble() or messages.waiting_for_worker


def _headline(job: Job) -> str:
    if job.stopping:
        return messages.stopping_saves
    waiting = sum(part.state == "waiting" for part in job.parts)
    if job.ahead and waiting == len(job.parts):
        return messages.plural("in_the_queue", job.ahead).format(ahead=job.ahead)
    done = sum(part.ended for part in job.parts)
    left = "" if job.seconds_left is None else messages.time_left.format(duration=duration(job.seconds_left))
    waits = messages.waiting.format(waiting=waiting) if waiting else ""
    return messages.done.format(done=done, whole=len(job.parts)) + waits + left


def duration(seconds: float) -> str:
    """Format seconds in words."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _of(part: Part) -> str:
    state = "evaluating" if part.evaluating and not part.ended else "compiling" if part.compiling else part.state
    texts = messages.group("states")
    return f"{literal.literal(part.name)}: {texts[state].format(epoch=part.epoch, epochs=part.epochs)}"
