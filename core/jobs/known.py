"""Table of the jobs that a server knows: its own, and those announced by others. Runs in the web process."""

import re
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict

import distributed

from core.errors import JobError
from core.jobs import events, messages, scheduler
from core.jobs.job import Event, Job, Part, Work, fold
from core.jobs.worker import LOST

FORGET_SECONDS = 3600.0  # how long finished jobs stay in the table
CENSUS_SECONDS = 3.0  # interval between queries for jobs of other servers


class Announced(TypedDict):
    """A part of an announced job."""

    name: str
    group: str
    mark: str
    shared: bool


class Announcement(TypedDict):
    """First event of a job: the fields of `Job` that other servers show, and the server that began it."""

    title: str
    owner: str
    created: float
    link: str
    parts: list[Announced]
    server: str


@dataclass
class Entry:
    """A job and this server's data about it."""

    job: Job
    works: dict[str, Work]  # empty for a job of another server
    server: str
    checked: float = 0.0
    stopped_at: float = 0.0
    seen: float = field(default_factory=time.time)  # time at which a page last showed it


class Known:
    """The table of jobs, updated by the events that their parts log on the scheduler.

    Args:
        client: connection to the scheduler.
        alone: whether no other server can use this scheduler.
    """

    def __init__(self, client: distributed.Client, alone: bool) -> None:
        self._client, self._alone, self._lock = client, alone, threading.RLock()
        self._entries: dict[str, Entry] = {}
        self._heard = 0.0  # time of the last query for jobs of other servers

    def _listen(self, job: Job) -> None:
        for part in job.parts:
            self._client.subscribe_topic(
                events.part_topic(job.id, part.name), lambda event, name=part.name: self._hear(job.id, name, event)
            )

    def _hear(self, job: str, name: str, stamped: tuple[float, Event]) -> None:
        """Replace the snapshot of a job; runs in Dask's own thread, so nothing here may wait."""
        heard, event = stamped
        with self._lock:
            if entry := self._entries.get(job):
                parts = tuple(fold(p, event, heard) if p.name == name else p for p in entry.job.parts)
                entry.job = replace(entry.job, parts=parts)

    def _tell(self, job: str, name: str, event: Event) -> None:
        """Record an event of the web process itself: applied here at once, logged for other servers."""
        self._hear(job, name, (time.time(), event))
        self._client.log_event(events.part_topic(job, name), event)

    def _attach(self, job_id: str) -> Entry:
        """Find a job of another server, or of an earlier process of this one, by its events."""
        if not re.fullmatch(r"[0-9a-f]{12}", job_id) or not (
            told := events.of_topic(self._client, events.job_topic(job_id))
        ):
            raise JobError(messages.unknown_job)
        with self._lock:
            about = {k: told[0][k] for k in ("title", "owner", "created", "link")}
            parts = tuple(Part(**described) for described in told[0]["parts"])
            entry = Entry(Job(job_id, parts=parts, **about), {}, told[0]["server"], seen=0.0)
            entry = self._entries.setdefault(job_id, entry)
        self._listen(entry.job)
        for part in parts:
            for stamped in events.stamped(self._client, events.part_topic(job_id, part.name)):
                self._hear(job_id, part.name, stamped)
        return entry

    def _hear_of_others(self) -> None:
        """Add the jobs that other servers of a shared scheduler have announced, at most every few seconds."""
        with self._lock:
            if self._alone or time.time() - self._heard < CENSUS_SECONDS:
                return
            self._heard = time.time()
        told = events.stamped(self._client, events.JOBS)
        recent = [event["job"] for at, event in told if time.time() - at < FORGET_SECONDS]
        for job_id in set(recent) - set(self._entries):
            self._attach(job_id)

    def _check_foreign(self, entry: Entry) -> None:
        """Every few seconds, tell the server of a job that it is viewed here, and check that the server is alive."""
        with self._lock:
            if time.time() - entry.checked < CENSUS_SECONDS:
                return
            before, entry.checked = entry.checked, time.time()
        if entry.seen > before:
            self._client.log_event(events.job_topic(entry.job.id), {"seen": True})
        census: Any = self._client.run_on_scheduler(scheduler.census())
        clients, keys = census
        for part in entry.job.parts:
            if part.state == "running" and events.task_key(entry.job.id, part.name) not in keys:
                time.sleep(0.5)  # its last event may still be on the way
                self._tell(entry.job.id, part.name, {"state": "failed", "message": LOST})
            elif part.state == "waiting" and entry.server not in clients:
                self._tell(entry.job.id, part.name, {"state": "failed", "message": messages.orphaned})

    def _forget_old(self) -> None:
        limit = time.time() - FORGET_SECONDS
        for job_id in [i for i, e in self._entries.items() if not e.job.active and e.job.created < limit]:
            for part in self._entries.pop(job_id).job.parts:
                self._client.unsubscribe_topic(events.part_topic(job_id, part.name))


def announcement(job: Job, server: str) -> Announcement:
    """Return the first event of a job, from which other servers learn of it."""
    parts = [Announced(name=part.name, group=part.group, mark=part.mark, shared=part.shared) for part in job.parts]
    return {
        "title": job.title,
        "owner": job.owner,
        "created": job.created,
        "link": job.link,
        "parts": parts,
        "server": server,
    }
