"""Run jobs on worker processes: submit, watch, cancel, re-attach, and short calls. Runs in the web process.

Only `core/jobs/` uses Dask. The parts of a job log their events on the scheduler, so every server of one scheduler
sees the same job (`core.jobs.job`), and a page that lost its session finds it again by its id.
"""

import atexit
import contextlib
import logging
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import distributed

from core import settings
from core.errors import BusyError, JobError
from core.jobs import compat, events, messages, shares
from core.jobs.calls import Calls
from core.jobs.job import Event, Job, Part, Work
from core.jobs.known import Entry, Known, announcement
from core.jobs.pool import Pool
from core.jobs.worker import LOST, perform

GRACE_SECONDS = 10.0  # after a stop, to evaluate and store what is kept; then an unresponsive worker is restarted
EVALUATION_GRACE_SECONDS = 60.0  # the same after the training: the fit of a baseline does not hear a stop
EMPTY_GRACE_SECONDS = 1.5  # grace period before the first epoch, when no result can be lost
WATCH_SECONDS = 1.0  # interval between checks of workers, queue and unwatched jobs
PRELOADED = "core.learn.training"  # imported by workers when they start, and TensorFlow with it

log = logging.getLogger(__name__)


class Engine(Known):
    """The engine of a server process. All methods may be called from any thread.

    The lock guards only the tables: its holder must not wait for Dask, whose own thread takes it to deliver events.
    """

    def __init__(self, config: settings.Settings) -> None:
        self._config, self._pool = config, Pool(config, PRELOADED)
        super().__init__(self._pool.client, alone=self._pool.local is not None)
        self._futures: dict[tuple[str, str], distributed.Future] = {}
        self._began: dict[tuple[str, str], float] = {}  # when a part was given to a worker
        self._served: dict[str, float] = {}  # when an owner's part was last given to a worker
        self._closed, self._calls = self._pool.closed, Calls(self._pool)
        self._watch = threading.Thread(target=self._look_after, daemon=True)
        self._watch.start()

    # -- jobs

    def submit(self, title: str, works: list[Work], owner: str, link: str = "", seconds: float | None = None) -> str:
        """Queue a job and return its id.

        Args:
            owner: the user who submits it; a user has one training at a time.
            link: address of the page that it belongs to, with its query.
            seconds: estimated duration, if known.

        Raises:
            TooLongError: this server allows no training of that duration.
            BusyError: a job of this owner is still running.
        """
        shares.refuse_beyond(seconds, self._longest)
        parts = tuple(work.part() for work in works)  # hashes their payloads, hence outside the lock
        with self._lock:
            self._forget_old()
            if any(e.job.owner == owner and e.job.active for e in self._entries.values()):
                raise BusyError(messages.already_running)
            job = Job(secrets.token_hex(6), title, owner, parts, time.time(), link=link)
            entry = self._entries[job.id] = Entry(job, {}, self._client.id)
        self._client.log_event(events.job_topic(job.id), announcement(job, self._client.id))
        self._client.log_event(events.JOBS, {"job": job.id})
        self._listen(job)
        entry.works.update({work.name: work for work in works})  # after the subscription to its events
        self._pump()
        return job.id

    def job(self, job_id: str) -> Job:
        """Return the latest snapshot and count it as viewed. JobError for an unknown id."""
        self.seen(job_id)
        entry = self._entries[job_id]
        if entry.server != self._client.id and entry.job.active:
            self._check_foreign(entry)
        with self._lock:
            return replace(entry.job, ahead=self._ahead(entry.job))

    def active(self) -> list[Job]:
        """Return snapshots of all waiting or running jobs of all servers on this scheduler, oldest first."""
        self._hear_of_others()
        with self._lock:
            known = [entry for entry in self._entries.values() if entry.job.active]
        for entry in known:
            if entry.server != self._client.id:
                self._check_foreign(entry)
        with self._lock:
            found = [replace(e.job, ahead=self._ahead(e.job)) for e in known if e.job.active]
        return sorted(found, key=lambda job: job.created)

    def seen(self, job_id: str) -> None:
        """Note that a page shows this job. JobError for an id that no server of this scheduler knows."""
        entry = self._entries.get(job_id) or self._attach(job_id)
        entry.seen = time.time()

    def go_on(self, job_id: str, wanted: bool = True) -> None:
        """Let a job run to its end even if no page shows it, or take that back (`wanted=False`)."""
        self.seen(job_id)
        self._client.log_event(events.job_topic(job_id), {"goes_on": wanted})
        with self._lock:
            entry = self._entries[job_id]
            entry.job = replace(entry.job, goes_on=wanted)

    def cancel(self, job_id: str, reason: str = "") -> None:
        """Ask a job to stop and return at once; a part that does not stop within the grace period loses its worker."""
        entry = self._entries.get(job_id) or self._attach(job_id)
        distributed.Event(events.stop_name(job_id), client=self._client).set()
        with self._lock:
            entry.stopped_at = entry.stopped_at or time.time()
            entry.job = replace(entry.job, stopping=True, reason=entry.job.reason or reason)
            queued = self._queued(entry.job)
        for part in queued:
            self._tell(job_id, part.name, {"state": "stopped", "message": messages.stopped_before_began})
        threading.Thread(target=self._enforce_stop, args=(job_id,), daemon=True).start()

    # -- short calls

    def call(self, target: str, *arguments: Any, timeout: float = 60.0, memory: int | None = None) -> Any:
        """Run `module:function` on a worker and return its result.

        Args:
            timeout: seconds to wait; a worker that is still busy some seconds later is restarted.
            memory: bytes that the call may allocate above the worker's present use; MemoryLimitError beyond.

        Named errors are raised here as in the worker; a lost worker raises a JobError.
        """
        return self._calls.call(target, arguments, timeout, memory)

    def close(self) -> None:
        """Stop the workers and the scheduler that this process started."""
        self._pool.close()

    # -- workers

    def workers(self) -> int:
        """Count the workers that accept tasks."""
        return self._pool.workers()

    def trouble(self) -> str:
        """Return an error sentence for pages if no worker runs, else ""."""
        return self._pool.trouble()

    def lanes(self) -> int:
        """Return how many parts may run at once: all workers but one, which stays free for short calls."""
        return max(1, self.workers() - 1)

    @property
    def _longest(self) -> float:
        return self._config.longest_minutes * 60.0

    def _look_after(self) -> None:
        while not self._closed.wait(WATCH_SECONDS):
            try:
                self._tend()
            except Exception:  # the watching thread must go on
                if not self._closed.is_set():
                    log.exception("Looking after workers and jobs failed")

    def _tend(self) -> None:
        """Restart missing workers, start waiting parts, stop jobs that are unwatched or have run far too long."""
        self._pool.bring_back()
        with self._lock:
            own = [e for e in self._entries.values() if e.server == self._client.id and e.job.active]
            late = {job for (job, _), at in self._began.items() if time.time() - at > shares.FAR_BEYOND * self._longest}
        if any(entry.works for entry in own):
            self._pump()
        for entry in own:
            if entry.job.id in late and not entry.job.stopping:
                self.cancel(entry.job.id, shares.ended_at_limit(self._longest))
            elif self._unwatched(entry):
                self.cancel(entry.job.id, messages.unwatched.format(minutes=self._config.unwatched_minutes))

    def _unwatched(self, entry: Entry) -> bool:
        """Return whether no page of any server has shown a job within the time limit."""
        limit = time.time() - 60.0 * self._config.unwatched_minutes
        if entry.job.goes_on or entry.job.stopping or entry.seen > limit:
            return False
        # Pages of other servers log their views there.
        told = events.stamped(self._client, events.job_topic(entry.job.id))
        going = [event["goes_on"] for _, event in told if "goes_on" in event]
        return not any(going[-1:]) and not any("seen" in event and at > limit for at, event in told)

    # -- inside: running parts

    def _pump(self) -> None:
        """Start waiting parts on free workers, taking the users in turn."""
        if self._closed.is_set():
            return
        lanes = self.lanes()
        with self._lock:
            while len(self._futures) < lanes and (claim := shares.following(self._claims(), *self._standing())):
                self._served[claim.owner] = time.monotonic()
                self._start(claim.job, self._entries[claim.job].works.pop(claim.part))  # popped: an upload may be large

    def _queued(self, job: Job) -> list[Part]:
        """Return the waiting parts of a job that this server has not given to a worker."""
        return [part for part in job.parts if part.state == "waiting" and (job.id, part.name) not in self._futures]

    def _claims(self) -> list[shares.Claim]:
        """List the queued parts of this server's jobs in the order of submission."""
        return [
            shares.Claim(entry.job.person, entry.job.id, part.name)
            for entry in self._entries.values()
            for part in self._queued(entry.job)
            if part.name in entry.works and not entry.job.stopping
        ]

    def _standing(self) -> tuple[Counter[str], dict[str, float]]:
        """Return the number of running parts of each owner, and the time at which each owner last got a worker."""
        return Counter(self._entries[job].job.person for job, _ in self._futures), self._served

    def _start(self, job: str, work: Work) -> None:
        key = events.task_key(job, work.name)
        arguments = (job, work.name, work.target, work.payload, self._longest)
        future = self._client.submit(perform, *arguments, key=key, pure=False, retries=0)
        distributed.fire_and_forget(future)  # on a shared scheduler the part outlives this server
        self._futures[job, work.name], self._began[job, work.name] = future, time.time()
        future.add_done_callback(lambda done: self._unless_closed(self._ended, job, work.name, done))

    def _unless_closed(self, act: Callable, *arguments: Any) -> None:
        """Run a callback of Dask; ignore its errors while the engine closes, when they no longer matter."""
        try:
            act(*arguments)
        except Exception:
            if not self._closed.is_set():
                raise

    def _ended(self, job: str, name: str, future: distributed.Future) -> None:
        """Take the result, release the future (a kept one would run again after a restart), start the next part."""
        final: Event = _outcome(future)
        if final.get("message") == LOST and self._entries[job].job.stopping:
            final = {"state": "stopped", "message": messages.kept_nothing}
        self._tell(job, name, final)
        future.release()
        with self._lock:
            part = next((p for p in self._entries[job].job.parts if p.name == name), None)
        if part and part.worker:
            self._pool.renew_used(part.worker)  # before another part is sent to it
        with self._lock:
            self._futures.pop((job, name), None)
            self._began.pop((job, name), None)
        self._pump()

    def _enforce_stop(self, job_id: str) -> None:
        """After a stop, restart the worker of each running part that does not respond, then release the part."""
        entry = self._entries[job_id]
        while any(not part.ended for part in entry.job.parts):
            time.sleep(0.2)
            for part in entry.job.parts:
                if part.ended or time.time() - max(part.heard, entry.stopped_at) < _grace(part):
                    continue
                key = events.task_key(job_id, part.name)
                self._tell(job_id, part.name, {"state": "stopped", "message": messages.kept_nothing})
                if part.worker:  # before its slot is free, else the next part would be sent to this worker
                    self._pool.replace(part.worker, key)
                future = self._futures.get((job_id, part.name))
                (future or distributed.Future(key, self._client)).cancel(force=True)

    def _ahead(self, job: Job) -> int:
        """Count the trainings of other users ahead of the first part of a job; 0 once the job has started."""
        claims = self._claims()
        busy = [self._entries[other].job for other, _ in self._futures]
        running = [(other.person, other.id) for other in busy if other.active]  # a job that has just ended is not ahead
        begun = any(other == job.id for _, other in running) or any(part.state != "waiting" for part in job.parts)
        if begun or not any(claim.job == job.id for claim in claims):
            return 0
        return shares.ahead(job.id, job.person, claims, running, self._served)


def _grace(part: Part) -> float:
    """Return the seconds that a running part has after a stop to evaluate and store what it keeps."""
    if part.evaluating:
        return EVALUATION_GRACE_SECONDS
    return GRACE_SECONDS if part.epoch else EMPTY_GRACE_SECONDS


def _outcome(future: distributed.Future) -> Event:
    """Return the last event of a part from its future; LOST if the worker died before it could be fetched."""
    if future.status == "finished":
        with contextlib.suppress(OSError, compat.FutureCancelledError):
            outcome: Any = future.result()
            return cast(Event, {"message": "", **outcome})
    return {"state": "failed", "message": LOST}


_engine: Engine | None = None
_starting = threading.Lock()


def get() -> Engine:
    """Return the engine of this process, started on first use and closed when the process ends."""
    global _engine
    with _starting:
        if _engine is None:
            config = settings.read()
            try:
                _engine = Engine(config)
            except (OSError, RuntimeError) as error:
                sentence = messages.no_scheduler if config.scheduler else messages.no_workers
                raise JobError(sentence.format(error=error)) from error
            atexit.register(_engine.close)
        return _engine


def refusal(seconds: float | None) -> str:
    """Return an error sentence for a training longer than this server allows, else "". Starts no workers."""
    return shares.refusal(seconds, settings.read().longest_minutes * 60.0)


def running() -> Engine | None:
    """Return the engine of this process, or None if it has not been started; never starts one."""
    return _engine


def warm_up() -> None:
    """Start the engine in the background, so that workers are ready for the first user."""
    if _engine is None and not _starting.locked():
        threading.Thread(target=_start_quietly, daemon=True).start()


def _start_quietly() -> None:
    try:
        get()
    except JobError as error:  # reported by `trouble` when a worker is needed
        if threading.main_thread().is_alive():  # not at the end of the process, which closes what was being started
            log.warning("%s", error)
