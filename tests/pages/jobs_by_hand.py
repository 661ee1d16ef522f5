"""An engine without workers: a test says what each part of a job has done so far."""

import secrets
import time
from dataclasses import replace
from typing import Any

from core.errors import BusyError, JobError, TooLongError
from core.jobs import engine
from core.jobs.job import Job, Work, fold
from core.ui.visit import person as at_browser

ANN, BOB = "a" * 32, "b" * 32  # secrets of two people's cookies


class Engine:
    """Keeps jobs like the real one; nothing runs but what `tell` says."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.called: list[str] = []
        self.shown: list[str] = []
        self.seconds: list[float | None] = []  # what pages said of how long each job takes
        self.lacking = ""

    def submit(self, title: str, works: list[Work], owner: str, link: str = "", seconds: float | None = None) -> str:
        self.seconds.append(seconds)
        if told := engine.refusal(seconds):
            raise TooLongError(told)
        if any(job.owner == owner for job in self.active()):
            raise BusyError("You have a training running already.")
        job = Job(secrets.token_hex(6), title, owner, tuple(work.part() for work in works), time.time(), link=link)
        self.jobs[job.id] = job
        return job.id

    def job(self, job_id: str) -> Job:
        if job_id not in self.jobs:
            raise JobError("This training is no longer known here.")
        return self.jobs[job_id]

    def active(self) -> list[Job]:
        return [job for job in self.jobs.values() if job.active]

    def seen(self, job_id: str) -> None:
        self.shown.append(job_id)

    def go_on(self, job_id: str, wanted: bool = True) -> None:
        self.jobs[job_id] = replace(self.jobs[job_id], goes_on=wanted)

    def cancel(self, job_id: str) -> None:
        self.jobs[job_id] = replace(self.jobs[job_id], stopping=True)

    def call(self, target: str, *_: Any, **__: Any) -> Any:
        self.called.append(target)
        raise JobError("There is no worker in this test.")

    def trouble(self) -> str:
        return self.lacking

    def close(self) -> None:
        self.jobs.clear()

    def tell(self, job_id: str, **event: Any) -> None:
        """An event of every part."""
        parts = tuple(fold(part, event) for part in self.jobs[job_id].parts)
        self.jobs[job_id] = replace(self.jobs[job_id], parts=parts)

    def at_epoch(self, job_id: str, epoch: int, epochs: int = 10) -> None:
        for reached in range(1, epoch + 1):
            logs = {"loss": 1 / reached, "val_loss": 1 / reached}
            self.tell(job_id, state="running", epoch=reached, epochs=epochs, logs=logs, seconds=float(reached))


def id_of(secret: str) -> str:
    """What a person with this cookie is called in a job."""
    return at_browser._hashed(secret)
