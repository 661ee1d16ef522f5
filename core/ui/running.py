"""Track running trainings: their owner, their page, and the chip in the menu that links there."""

from urllib.parse import parse_qsl, urlencode

import streamlit as st

from core.jobs import engine
from core.jobs.job import Job, Work
from core.ui import compat, messages
from core.ui.literal import literal
from core.ui.visit import person

TICK = 2.0  # seconds between two redraws of the chip, and of the list on the page of runs
CHECK = "-check"  # suffix of the owner of a file check, which may run beside the user's training
FOLLOWED = "jobs_followed"  # session key: the job that each page has shown, so that its end is reported on return
ENDED = "jobs_watched"  # session key: titles of the jobs that the chip has shown


def here() -> str:
    """Return the name of the current page as it stands in its link, "" for the home page."""
    return compat.page_name()


def link_here() -> str:
    """Return page and query of the present link, without a job."""
    query = {name: st.query_params.get_all(name) for name in st.query_params if name != "job"}
    return f"{here()}?{urlencode(query, doseq=True)}"


def active() -> list[Job]:
    """Return all jobs that wait or run, oldest first; does not start workers."""
    started = engine.running()
    return started.active() if started else []


def mine() -> list[Job]:
    """Return this user's jobs that wait or run."""
    started = engine.running()
    who = person.id() if started else ""
    return [job for job in started.active() if job.person == who] if started else []


def training() -> Job | None:
    """Return this user's training; there is at most one."""
    return next((job for job in mine() if not job.owner.endswith(CHECK)), None)


def same(works: list[Work]) -> Job | None:
    """Return a job that trains all of this already.

    The user's own job comes first. Another user's job counts only if its results go to the store: results on uploaded
    files are private, even if both users have uploaded the same file.
    """
    wanted, others = {work.mark for work in works}, all(_for_all(work) for work in works)
    found = [job for job in active() if wanted <= {part.mark for part in job.parts} and not job.stopping]
    own = [job for job in found if job.owner == person.id()]
    return next(iter([*own, *(found if others else [])]), None)


def _for_all(work: Work) -> bool:
    return work.shared and not work.payload.get("private")


def may_stop(job: Job) -> bool:
    """Return whether the current user may stop this job: their own, or any from the server's own machine."""
    return job.person == person.id() or person.at_server()


def page_of(job: Job) -> str:
    """Return the name of the page that a job belongs to."""
    return job.link.partition("?")[0]


def link_to(job: Job, label: str) -> None:
    """Draw a link to the job's page, with its settings if the job is the user's own: a link's query may be private."""
    query = dict(parse_qsl(job.link.partition("?")[2])) if job.person == person.id() else {}
    page = page_of(job)
    st.page_link(
        f"pages/{page}.py" if page else "app.py",
        label=label,
        icon=":material/model_training:",
        query_params=query if job.owner.endswith(CHECK) else query | {"job": job.id},
    )


def share(job: Job) -> float:
    """Return how much of a job is done, from 0 to 1."""
    shares = [1.0 if part.ended else part.epoch / part.epochs if part.epochs else 0.0 for part in job.parts]
    return min(1.0, sum(shares) / len(shares))


def what(job: Job) -> str:
    """Return a few words for a job: the network that it trains, or their number."""
    if job.owner.endswith(CHECK):
        return messages.video
    groups = list(dict.fromkeys(part.group for part in job.parts))
    return groups[0] if len(groups) == 1 else messages.networks.format(count=len(job.parts))


def state(job: Job) -> str:
    """Return the progress of a job in a word or two."""
    if job.stopping:
        return messages.stopping
    if all(part.state == "waiting" for part in job.parts):
        return messages.waits
    return f"{100 * share(job):.0f}%"


def chip() -> None:
    """Draw each of the user's jobs in the menu: name, progress, Stop; polls only while one runs."""
    running = mine()
    _tell_ended({job.id for job in running})
    if running:
        st.fragment(_chip, run_every=TICK)([job.id for job in running])


def _tell_ended(running: set[str]) -> None:
    """Report once when a job has ended while another page was shown; its own page reports more itself."""
    watched: dict[str, tuple[str, str]] = st.session_state.get(ENDED, {})
    for job_id in [job_id for job_id in watched if job_id not in running]:
        title, page = watched.pop(job_id)
        if page != here():
            st.toast(messages.job_ended.format(title=literal(title)), icon=":material/check:")


def _chip(shown: list[str]) -> None:
    running = mine()
    if [job.id for job in running] != shown:
        st.rerun()
    for job in running:
        engine.get().seen(job.id)  # a user on another page still counts as watching
        st.session_state.setdefault(ENDED, {})[job.id] = job.title, page_of(job)
        with st.container(key=f"chip-{job.id}", horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            link_to(job, f"{literal(what(job))} · {state(job)}")
            stop_button(job, "chip_stop")


def stop_button(job: Job, key: str) -> None:
    """Draw Stop for users who may stop the job."""
    if not may_stop(job):
        return
    if st.button(
        messages.stop, key=f"{key}-{job.id}", icon=":material/stop_circle:", type="tertiary", disabled=job.stopping
    ):
        engine.get().cancel(job.id)
        st.rerun(scope="fragment")


def listed() -> None:
    """Draw the trainings of all users that wait or run, on the page of runs; polls only while one runs."""
    if running := _trainings():
        st.fragment(_list, run_every=TICK)([job.id for job in running])


def _trainings() -> list[Job]:
    return [job for job in active() if not job.owner.endswith(CHECK)]


def _list(shown: list[str]) -> None:
    running = _trainings()
    if [job.id for job in running] != shown:
        st.rerun()
    st.subheader(messages.running, anchor=False)
    for job in running:
        with st.container(key=f"running-{job.id}", horizontal=True, vertical_alignment="center"):
            link_to(job, literal(job.title))
            st.progress(share(job), text=f"{_whose(job)} · {state(job)}")
            stop_button(job, "run_stop")


def _whose(job: Job) -> str:
    return messages.yours if job.person == person.id() else messages.another_users
