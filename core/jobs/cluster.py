"""Boot the embedded cluster: worker processes on loopback, forked from a preloaded one. Runs in the web process."""

import contextlib
import logging
import os
import sys
import time
from typing import Any

import dask.config
import distributed

from core import settings
from core.jobs import compat, scratch

MISSING_SECONDS = 15.0  # absence after which a worker is started again; doubled after each failed try
MOST_TRIES = 4  # tries that double the wait

log = logging.getLogger(__name__)


class Local:
    """Worker processes on loopback: one per simultaneous training, and one that is kept free for short calls.

    Only this process and its workers have the key to the connections; otherwise another user of the machine, who can
    reach the ports, could run code in these processes.
    """

    def __init__(self, config: settings.Settings, preloaded: str) -> None:
        _configure(preloaded)
        self.scratch = scratch.Scratch(config.home)
        folder = str(self.scratch.folder)
        dask.config.set({"temporary-directory": folder})
        environ = os.environ | settings.WORKER | {"TMPDIR": folder}
        try:
            self.dask = distributed.LocalCluster(
                host="127.0.0.1",
                n_workers=config.workers + 1,
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False, "extensions": compat.extensions()},
                extensions={},  # of workers: they would report to the scheduler's spans
                protocol="tls",
                security=distributed.Security.temporary(),
                local_directory=folder,
                memory_limit=config.worker_memory,
                silence_logs=logging.ERROR,
                env=environ,
            )
        except BaseException:
            self.scratch.close()
            raise
        scratch.not_imported_from(self.scratch.folder)
        self._missed: dict[Any, float] = {}  # name of a worker -> time at which it was first missing
        self._tries = 0  # restarts tried since all workers were present

    def running(self) -> int:
        """Return the number of workers that accept tasks."""
        return compat.running(self.dask)

    def bring_back(self) -> None:
        """Start replacements for workers that have been missing for `MISSING_SECONDS`.

        A nanny normally restarts its process within two seconds; if it cannot, the worker is lost for good. On a busy
        machine a start may take longer; the doubled wait keeps half-started workers from being ended again and again.
        """
        scratch.not_imported_from(self.scratch.folder)
        gone, now = compat.missing(self.dask), time.monotonic()
        self._missed = {name: self._missed.get(name, now) for name in gone}
        self._tries = self._tries if gone else 0
        limit = MISSING_SECONDS * 2**self._tries
        late = [name for name, since in self._missed.items() if now - since > limit]
        if late:
            self._tries = min(self._tries + 1, MOST_TRIES)
            log.warning("Starting %d worker(s) in the place of missing ones.", len(late))
            self._missed = {}
            compat.start_again(self.dask, late)

    def close(self) -> None:
        """Stop workers and scheduler, and remove their temporary files."""
        with contextlib.suppress(Exception):
            self.dask.close(timeout=5)
        self.scratch.close()


def _configure(preloaded: str) -> None:
    # A lost task is reported, not retried: a training killed half-way must not start again silently.
    dask.config.set({"distributed.scheduler.allowed-failures": 0})
    # Dask keeps 10,000 messages of each logger in memory, with what they speak of.
    dask.config.set({"distributed.admin.log-length": 100, "distributed.admin.low-level-log-length": 200})
    dask.config.set({"distributed.diagnostics.computations.max-history": 0})
    dask.config.set({"distributed.scheduler.http.routes": [], "distributed.worker.http.routes": []})
    # No data stay in workers that could be moved to disk, so one that Dask pauses for its memory would never go on.
    dask.config.set({f"distributed.worker.memory.{name}": False for name in ("target", "spill", "pause")})
    # Dask's profiles and ticks are not used here, and at 100 and 50 times a second they keep an idle machine busy.
    dask.config.set({"distributed.worker.profile.enabled": False, "distributed.admin.tick.interval": "500ms"})
    # When this timeout ends, an absent worker loses its nanny for good, even if it was away for a moment only.
    dask.config.set({"distributed.deploy.lost-worker-timeout": "1 day"})
    compat.spawn_without_main()
    if sys.platform == "linux":
        _fork_from_one_that_is_ready(preloaded)


def _fork_from_one_that_is_ready(preloaded: str) -> None:
    """Fork workers from a server process that has imported TensorFlow and has not used it.

    New and replaced workers can then train at once, and share the memory of the import.
    """
    dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"})
    dask.config.update(dask.config.config, {"distributed": {"nanny": {"pre-spawn-environ": settings.WORKER}}})
    compat.preload(["core.jobs.yielding", "distributed", preloaded])
