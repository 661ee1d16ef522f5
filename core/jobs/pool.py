"""Workers of one server: its own, or those of a Dask cluster. Runs in the web process."""

import contextlib
import threading
from collections import Counter

import distributed

from core import settings
from core.jobs import cluster, compat, messages, scheduler
from core.jobs.worker import Warm


class Pool:
    """Workers and the client that connects to them."""

    def __init__(self, config: settings.Settings, preloaded: str) -> None:
        self._fits: Counter[str] = Counter()
        self._fits_per_worker = config.fits_per_worker
        self.closed = threading.Event()
        compat.keep_no_messages()
        self.local = None if config.scheduler else cluster.Local(config, preloaded)
        address = self.local.dask if self.local else config.scheduler
        self.client = distributed.Client(address, set_as_default=False, timeout=15)
        self.client.register_plugin(Warm(preloaded, str(self.local.scratch.folder) if self.local else None))

    def workers(self) -> int:
        """Count the workers that accept tasks."""
        if self.local:
            return self.local.running()
        known = self.client.scheduler_info(n_workers=-1)["workers"].values()
        return sum(worker["status"] == "running" for worker in known)

    def trouble(self) -> str:
        """Return an error sentence for pages if no worker runs, else ""."""
        if self.workers():
            return ""
        return messages.no_worker if self.local else messages.no_cluster_worker

    def bring_back(self) -> None:
        """Start replacements for own workers that have been missing for some time."""
        if self.local:
            self.local.bring_back()

    def renew_used(self, worker: str) -> None:
        """Count a training of a worker; renew an own worker after many, because each leaves some memory behind."""
        self._fits[worker] += 1
        if self._fits[worker] >= self._fits_per_worker:
            del self._fits[worker]
            self.renew(worker)

    def renew(self, worker: str) -> None:
        """Restart an own worker as soon as it has finished its tasks."""
        if self.local:
            self.client.run_on_scheduler(scheduler.renewal(), worker, wait=False)

    def replace(self, worker: str, key: str) -> None:
        """Kill the worker of an unresponsive task; its other tasks are reassigned."""
        with contextlib.suppress(Exception):  # the worker may already be gone
            self.client.run_on_scheduler(scheduler.replacement(), worker, key)

    def close(self) -> None:
        """Close the client, and stop workers and scheduler that this process started."""
        self.closed.set()
        with contextlib.suppress(Exception):
            self.client.close(timeout=2)
        if self.local:
            self.local.close()
