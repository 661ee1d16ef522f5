"""Names under which the parts of a job log events on the scheduler, and a function that reads them back.

Used by the web process and by workers, which have to agree on them.
"""

from typing import Any

import distributed

JOBS = "tamrin-jobs"  # topic in which every job of a scheduler is announced by its id


def of_topic(client: distributed.Client, topic: str) -> list[dict[str, Any]]:
    return [event for _, event in client.get_events(topic)]


def job_topic(job: str) -> str:
    return f"tamrin-{job}"


def part_topic(job: str, name: str) -> str:
    return f"tamrin-{job}-{name}"


def task_key(job: str, name: str) -> str:
    return f"tamrin-{job}-{name}"


def stop_name(job: str) -> str:
    return f"tamrin-stop-{job}"
