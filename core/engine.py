"""Jobs on worker processes: submit, watch, cancel, re-attach, and short calls.

With `core/jobs/` this is the only code that knows Dask. The parts of a job log their events on the scheduler, so every
server of one scheduler sees the same job (`core.job`), and a page that lost its session finds it again by its id.
"""

import atexit
import contextlib
import logging
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import distributed

from core import settings
from core.errors import BusyError, JobError
from core.job import Job, Part, Work, fold
from core.jobs import cluster, events
from core.jobs import worker as worker_side
from core.jobs.worker import LOST

GRACE_SECONDS = 5.0  # what is silent so long after a stop loses its worker
EMPTY_GRACE_SECONDS = 1.5  # the same before a first epoch: there is nothing to keep
FORGET_SECONDS = 3600.0  # finished jobs stay known to this process for an hour
CENSUS_SECONDS = 3.0  # how often a server asks what other servers of its scheduler do
PRELOADED = "core.training"  # what workers import before anybody asks: with it TensorFlow
KEPT_NOTHING = "Stopped; its worker did not answer in time, so nothing was kept."
ORPHANED = "The server that had queued this is gone. Start it again."

log = logging.getLogger(__name__)


@dataclass
class _Entry:
    job: Job
    works: dict[str, Work]  # empty for a job of another server
    server: str
    checked: float = 0.0
    stopped_at: float = 0.0


class Engine:
    """One per server process. All methods may be called from any thread.

    The lock guards the tables only: who holds it must not wait for Dask, whose own thread needs it to deliver events.
    """

    def __init__(self, config: settings.Settings) -> None:
        self._config, self._lock = config, threading.RLock()
        self._entries: dict[str, _Entry] = {}
        self._futures: dict[tuple[str, str], distributed.Future] = {}
        self._fits: Counter[str] = Counter()
        self._closed, self._heard = False, 0.0
        self._cluster = None if config.scheduler else cluster.local(config, PRELOADED)
        self._client = distributed.Client(config.scheduler or self._cluster, set_as_default=False, timeout=15)
        self._client.register_plugin(worker_side.Warm(PRELOADED, polite=self._cluster is not None))

    # -- jobs

    def submit(self, title: str, works: list[Work], owner: str, link: str = "") -> str:
        """Queue a job and return its id. BusyError when this owner has one that still runs."""
        parts = tuple(work.part() for work in works)  # hashes what the works bring along: not while others wait
        with self._lock:
            self._forget_old()
            if any(e.job.owner == owner and e.job.active for e in self._entries.values()):
                raise BusyError("You have a training running already; stop it or wait for its end.")
            job = Job(secrets.token_hex(6), title, owner, parts, time.time(), link=link)
            self._entries[job.id] = _Entry(job, {w.name: w for w in works}, self._client.id)
        self._client.log_event(events.job_topic(job.id), _announcement(job, self._client.id))
        self._client.log_event(events.JOBS, {"job": job.id})
        self._listen(job)
        self._pump()
        return job.id

    def job(self, job_id: str) -> Job:
        """The latest snapshot. JobError for an id that no server of this scheduler knows."""
        entry = self._entries.get(job_id) or self._attach(job_id)
        if entry.server != self._client.id and entry.job.active:
            self._check_foreign(entry)
        with self._lock:
            return replace(entry.job, ahead=self._ahead(entry.job))

    def active(self) -> list[Job]:
        """Snapshots of all jobs that wait or run, those of other servers of this scheduler included, oldest first."""
        self._hear_of_others()
        with self._lock:
            known = [entry for entry in self._entries.values() if entry.job.active]
        for entry in known:
            if entry.server != self._client.id:
                self._check_foreign(entry)
        with self._lock:
            found = [replace(e.job, ahead=self._ahead(e.job)) for e in known if e.job.active]
        return sorted(found, key=lambda job: job.created)

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop; whoever does not answer within the grace loses the worker. Returns at once."""
        entry = self._entries.get(job_id) or self._attach(job_id)
        distributed.Event(events.stop_name(job_id), client=self._client).set()
        with self._lock:
            entry.stopped_at = entry.stopped_at or time.time()
            entry.job = replace(entry.job, stopping=True)
            queued = [p for p in entry.job.parts if p.state == "waiting" and (job_id, p.name) not in self._futures]
        for part in queued:
            self._tell(job_id, part.name, {"state": "stopped", "message": "Stopped before it began."})
        threading.Thread(target=self._enforce_stop, args=(job_id,), daemon=True).start()

    # -- short calls

    def call(self, target: str, *arguments: Any, timeout: float = 60.0) -> Any:
        """Run `module:function` on a worker and wait; named errors come through, lost workers are a JobError."""
        future = self._client.submit(worker_side.call, target, arguments, pure=False, priority=10)
        try:
            return future.result(timeout=timeout)
        except (TimeoutError, distributed.TimeoutError):
            raise JobError(f"This took longer than {timeout:.0f} seconds and was given up.") from None
        except (distributed.KilledWorker, distributed.client.FutureCancelledError):
            raise JobError(LOST) from None
        finally:
            with contextlib.suppress(distributed.client.ClosedClientError):  # this engine was closed meanwhile
                future.cancel(force=True)

    def close(self) -> None:
        """End workers and scheduler that this process started."""
        self._closed = True
        with contextlib.suppress(Exception):
            self._client.close(timeout=2)
        if self._cluster:
            with contextlib.suppress(Exception):
                self._cluster.close(timeout=5)

    # -- inside: workers

    def lanes(self) -> int:
        """How many parts may run at once: one worker fewer than there are, so that short calls find one free."""
        return max(1, len(self._client.scheduler_info(n_workers=-1)["workers"]) - 1)

    # -- inside: running parts

    def _pump(self) -> None:
        """Give waiting parts, oldest job first, to free workers."""
        if self._closed:
            return
        lanes = self.lanes()
        with self._lock:
            for entry in list(self._entries.values()):
                for part in entry.job.parts:
                    ready = part.state == "waiting" and part.name in entry.works and not entry.job.stopping
                    if ready and (entry.job.id, part.name) not in self._futures and len(self._futures) < lanes:
                        self._start(entry.job.id, entry.works.pop(part.name))  # an upload may be large

    def _start(self, job: str, work: Work) -> None:
        key = events.task_key(job, work.name)
        future = self._client.submit(
            worker_side.perform, job, work.name, work.target, work.payload, key=key, pure=False, retries=0
        )
        distributed.fire_and_forget(future)  # it outlives this server on a shared scheduler
        self._futures[job, work.name] = future
        future.add_done_callback(lambda done: self._unless_closed(self._ended, job, work.name, done))

    def _unless_closed(self, act: Callable, *arguments: Any) -> None:
        """Dask's callbacks may come while we close; what fails then is of no interest to anybody."""
        try:
            act(*arguments)
        except Exception:
            if not self._closed:
                raise

    def _ended(self, job: str, name: str, future: distributed.Future) -> None:
        """Take the result, drop the future (a kept one would run again after a restart), start the next part."""
        final = _outcome(future)
        if final["message"] == LOST and self._entries[job].job.stopping:
            final = {"state": "stopped", "message": KEPT_NOTHING}
        self._tell(job, name, final)
        future.release()
        with self._lock:
            part = next((p for p in self._entries[job].job.parts if p.name == name), None)
        if part and part.worker:
            self._recycle(part.worker)  # before another part may be sent to it
        with self._lock:
            self._futures.pop((job, name), None)
        self._pump()

    def _recycle(self, worker: str) -> None:
        """Renew a worker of our own after many trainings: each leaves some memory behind."""
        self._fits[worker] += 1
        if self._cluster and self._fits[worker] >= self._config.fits_per_worker:
            del self._fits[worker]
            self._client.run_on_scheduler(cluster.renewal(), worker, wait=False)

    def _restart(self, worker: str) -> None:
        with contextlib.suppress(Exception):  # it may be gone already, which is what was wanted
            self._client.restart_workers([worker], timeout=20, raise_for_error=False)

    def _enforce_stop(self, job_id: str) -> None:
        """Release, then restart the worker of, each running part that stays silent after a stop."""
        entry = self._entries[job_id]
        while any(not part.ended for part in entry.job.parts):
            time.sleep(0.2)
            for part in entry.job.parts:
                grace = GRACE_SECONDS if part.epoch else EMPTY_GRACE_SECONDS
                if part.ended or time.time() - max(part.heard, entry.stopped_at) < grace:
                    continue
                future = self._futures.get((job_id, part.name))
                (future or distributed.Future(events.task_key(job_id, part.name), self._client)).cancel(force=True)
                self._tell(job_id, part.name, {"state": "stopped", "message": KEPT_NOTHING})
                if part.worker:
                    self._restart(part.worker)

    # -- inside: what is known of jobs

    def _listen(self, job: Job) -> None:
        for part in job.parts:
            self._client.subscribe_topic(
                events.part_topic(job.id, part.name), lambda event, name=part.name: self._hear(job.id, name, event)
            )

    def _hear(self, job: str, name: str, stamped: tuple[float, dict[str, Any]]) -> None:
        """Replace the snapshot; runs in Dask's own thread, so nothing here may wait."""
        heard, event = stamped
        with self._lock:
            if entry := self._entries.get(job):
                parts = tuple(fold(p, event, heard) if p.name == name else p for p in entry.job.parts)
                entry.job = replace(entry.job, parts=parts)

    def _tell(self, job: str, name: str, event: dict[str, Any]) -> None:
        """An event that the web process itself knows of: heard here at once, logged for other servers."""
        self._hear(job, name, (time.time(), event))
        self._client.log_event(events.part_topic(job, name), event)

    def _attach(self, job_id: str) -> _Entry:
        """Find a job of another server, or of an earlier life of this one, by its events."""
        if not re.fullmatch(r"[0-9a-f]{12}", job_id) or not (
            told := events.of_topic(self._client, events.job_topic(job_id))
        ):
            raise JobError("This training is not known here any more. Finished ones are on the page of runs.")
        with self._lock:
            about = {k: told[0][k] for k in ("title", "owner", "created", "link")}
            parts = tuple(Part(**described) for described in told[0]["parts"])
            entry = _Entry(Job(job_id, parts=parts, **about), {}, told[0]["server"])
            entry = self._entries.setdefault(job_id, entry)
        self._listen(entry.job)
        for part in parts:
            for stamped in self._client.get_events(events.part_topic(job_id, part.name)):
                self._hear(job_id, part.name, stamped)
        return entry

    def _hear_of_others(self) -> None:
        """Every few seconds: take in the jobs that other servers of a shared scheduler have announced."""
        with self._lock:
            if self._cluster or time.time() - self._heard < CENSUS_SECONDS:
                return
            self._heard = time.time()
        told = self._client.get_events(events.JOBS)
        recent = [event["job"] for at, event in told if time.time() - at < FORGET_SECONDS]
        for job_id in set(recent) - set(self._entries):
            self._attach(job_id)

    def _check_foreign(self, entry: _Entry) -> None:
        """Every few seconds: is a job of another server still looked after by somebody?"""
        with self._lock:
            if time.time() - entry.checked < CENSUS_SECONDS:
                return
            entry.checked = time.time()
        clients, keys = self._client.run_on_scheduler(cluster.census())
        for part in entry.job.parts:
            if part.state == "running" and events.task_key(entry.job.id, part.name) not in keys:
                time.sleep(0.5)  # its last event may be on the way
                self._tell(entry.job.id, part.name, {"state": "failed", "message": LOST})
            elif part.state == "waiting" and entry.server not in clients:
                self._tell(entry.job.id, part.name, {"state": "failed", "message": ORPHANED})

    def _ahead(self, job: Job) -> int:
        """Active jobs that other people asked for before this one, if a part of this one waits."""
        if not any(part.state == "waiting" for part in job.parts):
            return 0
        others = [entry.job for entry in self._entries.values() if entry.job.person != job.person]
        return sum(other.active and other.created < job.created for other in others)

    def _forget_old(self) -> None:
        limit = time.time() - FORGET_SECONDS
        for job_id in [i for i, e in self._entries.items() if not e.job.active and e.job.created < limit]:
            for part in self._entries.pop(job_id).job.parts:
                self._client.unsubscribe_topic(events.part_topic(job_id, part.name))


def _outcome(future: distributed.Future) -> dict[str, Any]:
    """The last event of a part from its future; LOST when the worker went before it could be fetched."""
    if future.status == "finished":
        with contextlib.suppress(OSError, distributed.client.FutureCancelledError):
            return {"message": "", **future.result()}
    return {"state": "failed", "message": LOST}


def _announcement(job: Job, server: str) -> dict[str, Any]:
    about = {"title": job.title, "owner": job.owner, "created": job.created, "link": job.link}
    parts = [{"name": part.name, "mark": part.mark, "shared": part.shared} for part in job.parts]
    return {**about, "parts": parts, "server": server}


_engine: Engine | None = None
_starting = threading.Lock()


def get() -> Engine:
    """The engine of this process, started on first use and ended with the process."""
    global _engine
    with _starting:
        if _engine is None:
            try:
                _engine = Engine(settings.read())
            except (OSError, RuntimeError) as error:
                raise JobError(f"No workers: {error}. Is the scheduler at DASK_SCHEDULER_ADDRESS running?") from error
            atexit.register(_engine.close)
        return _engine


def running() -> Engine | None:
    """The engine of this process if it has been started: a page that only wants to know what runs starts none."""
    return _engine


def warm_up() -> None:
    """Start the engine in the background, so that workers are ready when the first person wants one."""
    if _engine is None and not _starting.locked():
        threading.Thread(target=_start_quietly, daemon=True).start()


def _start_quietly() -> None:
    try:
        get()
    except JobError as error:  # who needs a worker is told by then
        log.warning("%s", error)
