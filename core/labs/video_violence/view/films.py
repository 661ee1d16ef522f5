"""Manage the videos of a session and their results: kept privately, checked by workers, removed with the session."""

import hashlib
import math
import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.errors import TamrinError
from core.files.kept import Upload
from core.jobs import engine
from core.jobs.job import Job, Part, Work
from core.labs.video_violence import messages
from core.labs.video_violence.check import Timed, Timeline
from core.labs.video_violence.clips import drawing
from core.labs.video_violence.look import Explained
from core.labs.video_violence.view import camera
from core.runs.store import Run
from core.ui import background, cached, jobs, running
from core.ui.literal import literal
from core.ui.uploads import uploads

TICK = 0.4  # seconds between two redraws of a running check
FAMILIES = [
    "mp4", "mov", "avi", "mkv", "webm", "m4v", "mpg", "mpeg", "3gp", "3g2", "ogv", "wmv", "asf", "mts", "m2ts", "ts",
    "flv", "f4v", "vob", "gif", "dv", "mxf", "ogg", "divx", "mj2",
]  # fmt: skip
MOST_MEGABYTES = 200
MOMENT, LOOK = "core.labs.video_violence.look:moment", "core.labs.video_violence.look:look"
PLAIN = (0, 1.0)  # brightness and gain that change nothing
KEPT = 8  # maximum cached results of a video: a copy to play, frames and images of a moment


@dataclass(frozen=True)
class Film:
    """One video of this session."""

    id: str
    name: str
    content: bytes | str  # bytes, or the path of an uploaded file for workers on this machine


@dataclass(frozen=True)
class Checked:
    """Answer of a worker: a timeline, or a sentence about why there is none."""

    found: Timeline | None
    trouble: str = ""


@st.cache_data(max_entries=1, show_spinner=False)
def _drawn() -> bytes:
    return drawing.PATH.read_bytes()


def sample() -> Film:
    """Return the drawn clip that comes with the project."""
    return Film("sample", messages.a_drawing, _drawn())


def chosen(source: str) -> list[Film]:
    """Return the videos of the chosen source, and draw the widgets that supply them."""
    if source == "Upload":
        given = uploads.fields(messages.videos, FAMILIES, "uploads", MOST_MEGABYTES, messages.upload_help)
        films = [Film(digest[:24], file.name, uploads.source(file)) for digest, file in _by_digest(given).items()]
    elif source == "Record":
        films = [Film(_digest(content), name, content) for name, content in camera.recordings()]
    else:
        films = [sample()]
    if source != "Upload":
        uploads.retain("uploads", [])
    _forget_others(films)
    return films


def _by_digest(given: list[Upload]) -> dict[str, Upload]:
    """Return each file once, however often it was given."""
    return {upload.digest: upload for upload in given}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:24]


def _forget_others(films: list[Film]) -> None:
    """Drop the results of videos that are gone."""
    here = {film.id for film in films}
    for key in [key for key in _results() if key[0] not in here]:
        del _results()[key]
    for film in _desks().keys() - here:
        del _desks()[film]


def _results() -> MutableMapping[tuple, Checked]:
    return st.session_state.setdefault("violence_results", {})


def _desks() -> dict[str, background.Desk]:
    """Return this session's own desks, which keep workers' results on each video private."""
    return st.session_state.setdefault("violence_desks", {})


def _desk(film: Film) -> background.Desk:
    """Return the desk of a video: the server's for the shared sample, else one of this session."""
    return background.desk() if film.id == "sample" else _desks().setdefault(film.id, background.Desk(KEPT, math.inf))


def checked(films: list[Film], run: Run) -> list[Checked | None]:
    """Return the known answer for each video; submit the others to the workers, with None until they answer."""
    _collect()
    results = _results()
    for film in films:
        if film.id == "sample" and "sample_start" in (arrays := cached.arrays(run)):
            results[film.id, run.key] = Checked(stored(arrays, run))
    if missing := [film for film in films if (film.id, run.key) not in results]:
        _submit(missing, run)
    return [results.get((film.id, run.key)) for film in films]


def stored(arrays: dict[str, np.ndarray], run: Run) -> Timeline:
    """Return the timeline of the drawn clip, as stored by the training of this network."""
    columns = [arrays[f"sample_{name}"].tolist() for name in ("start", "end", "probability")]
    rows = zip(*columns, strict=True)
    return {
        "windows": [Timed(start=start, end=end, probability=chance) for start, end, chance in rows],
        "seconds": drawing.SECONDS,
        "fps": drawing.RATE,
        "size": (drawing.WIDTH, drawing.HEIGHT),
        "frames": int(drawing.SECONDS * drawing.RATE),
        "codec": "h264",
        "model": run.key,
    }


def _submit(missing: list[Film], run: Run) -> None:
    if "violence_job" in st.session_state:
        return
    works = [
        Work(
            f"{number}",
            "core.labs.video_violence.check:check_part",
            {"content": film.content, "store": cached.store().url, "key": run.key},
        )
        for number, film in enumerate(missing)
    ]
    owner = f"{jobs.owner()}-{secrets.token_hex(4)}{running.CHECK}"  # one per tab: a check is not a training
    job = engine.get().submit(messages.reading_videos, works, owner, link=running.link_here())
    st.session_state["violence_job"] = (job, run.key, {str(n): (film.id, film.name) for n, film in enumerate(missing)})


def _collect() -> None:
    """Take the answers of the running check; when all are there, forget it."""
    if "violence_job" not in st.session_state:
        return
    job_id, key, films = st.session_state["violence_job"]
    try:
        job = engine.get().job(job_id)
    except TamrinError as error:
        del st.session_state["violence_job"]
        for film, _ in films.values():
            _results()[film, key] = Checked(None, str(error))
        return
    for part in job.parts:
        if part.ended:
            _results()[films[part.name][0], key] = _answer(part)
    if not job.active:
        del st.session_state["violence_job"]


def _answer(part: Part) -> Checked:
    if part.state == "done":
        return Checked(part.result)
    return Checked(None, part.message or messages.stopped_before)


def progress() -> None:
    """Draw the running check until it ends, then redraw the page."""
    if "violence_job" in st.session_state:
        st.fragment(_draw, run_every=TICK)()


def _draw() -> None:
    if "violence_job" not in st.session_state:
        st.rerun()
    job_id, _, films = st.session_state["violence_job"]
    job = engine.get().job(job_id)
    if not job.active:
        st.rerun()
    for part in job.parts:
        share = 1.0 if part.ended else part.epoch / 100
        st.progress(share, text=f"{literal(films[part.name][1])}: {_state(job, part)}")
    if st.button(messages.stop, key="stop_check", icon=":material/stop_circle:", disabled=job.stopping):
        engine.get().cancel(job_id)


def _state(job: Job, part: Part) -> str:
    if part.ended:
        return part.message or messages.read
    if part.state == "waiting":
        return messages.waiting
    return messages.share_read.format(percent=part.epoch) if part.epoch else messages.beginning


def playable(film: Film) -> bytes | str | None:
    """Return bytes or a path that a browser plays: the video's own, or an H.264 copy; None while a worker makes it."""
    if film.id == "sample":  # H.264 already; the first paint need not wait for a worker
        return film.content
    made = background.soon(
        "core.labs.video_violence.clips.encode:for_browsers", film.content, timeout=600, at=_desk(film)
    )
    return made and (made[0] or film.content)


def look(film: Film, run: Run, start: float, brightness: float, gain: float) -> tuple[Explained, Explained | None]:
    """Return what the network saw at a moment, and what it saw before an adjustment: None without one, or not yet.

    The frames are fetched once, the rest is asked anew for each adjustment. While one of them is computed the last one
    is returned, and the page says so.
    """
    at, network = _desk(film), (cached.store().url, run.key)
    asked = (MOMENT, film.content, *network, start)
    (frames,) = background.latest(f"moment-{film.id}", (), *asked, timeout=180, at=at)
    (seen,) = background.latest(f"look-{film.id}", (), LOOK, frames, *network, brightness, gain, timeout=180, at=at)
    if (brightness, gain) == PLAIN:
        return seen, None
    before = background.soon(LOOK, frames, *network, *PLAIN, timeout=180, at=at)
    return seen, before[0] if before and before[0] is not seen else None
