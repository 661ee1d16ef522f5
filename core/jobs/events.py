"""Names under which the parts of a job log events on the scheduler, and a function that reads them back.

Used by the web process and by workers, which have to agree on them.
"""

from typing import Any

import distributed

JOBS = "tamrin-jobs"  # topic in which every job of a scheduler is announced by its id


def stamped(client: distributed.Client, topic: str) -> list[tuple[float, Any]]:
    """Return the events of a topic, each with the time at which it was logged."""
    told: Any = client.get_events(topic)  # a coroutine for asynchronous clients alone
    return list(told)


def of_topic(client: distributed.Client, topic: str) -> list[Any]:
    return [event for _, event in stamped(client, topic)]


def job_topic(job: str) -> str:
    return f"tamrin-{job}"


def part_topic(job: str, name: str) -> str:
    return f"tamrin-{job}-{name}"


def task_key(job: str, name: str) -> str:
    return f"tamrin-{job}-{name}"


def stop_name(job: str) -> str:
    return f"tamrin-stop-{job}"
