"""Give hostile bytes to the readers of prices, tables, texts and poems as a page does, and measure what they cost.

python -m tests.attacks.files [--megabytes 50] [--as prices|table|texts|poems]

The web process may grow by less than 50 MB, a worker by less than 1 GB, and each answer has to come within 20 s.
"""

import argparse
import gc
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from core import settings
from core.errors import TamrinError
from core.jobs.engine import Engine
from tests.attacks import hostile

MOST_WEB, MOST_WORKER, MOST_SECONDS = 50e6, 1e9, 20.0
MOST_PRICES = 20  # MB accepted by the uploader of prices; larger files are refused
KINDS = ("prices", "table", "texts", "poems")


class Watch:
    """Peak resident memory of this process and of its workers while it is open, above the initial values."""

    def __enter__(self) -> "Watch":
        self._own, self._stop = psutil.Process(), threading.Event()
        self._before = self._sizes()
        self.web = self.worker = 0
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def _sizes(self) -> dict[int, int]:
        found = {}
        for process in (self._own, *self._own.children(recursive=True)):
            try:
                found[process.pid] = process.memory_info().rss
            except psutil.Error:
                continue
        return found

    def _look(self) -> None:
        while not self._stop.wait(0.02):
            for pid, size in self._sizes().items():
                more = size - self._before.get(pid, size)
                if pid == self._own.pid:
                    self.web = max(self.web, more)
                else:
                    self.worker = max(self.worker, more)

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def attack(engine: Engine, kind: str, name: str, path: Path) -> list[str]:
    """Read one file; print its cost, and return which limits it exceeded."""
    start = time.monotonic()
    with Watch() as watch:
        try:
            answer = engine.call("core.labs:read", kind, str(path), f"{name}.csv", {}, timeout=60.0)
        except Exception as error:
            answer = error
    seconds = time.monotonic() - start
    said = str(answer) if isinstance(answer, Exception) else f"read: {answer.told[:1]}"
    print(
        f"{kind:7} {name:30} {seconds:5.1f} s  web {watch.web / 1e6:4.0f} MB  worker {watch.worker / 1e6:5.0f} MB  "
        f"{said[:110]}",
        flush=True,
    )
    faults = [f"{seconds:.0f} s"] if seconds > MOST_SECONDS else []
    faults += ["the web process grew"] if watch.web > MOST_WEB else []
    faults += ["a worker grew"] if watch.worker > MOST_WORKER else []
    faults += (
        [f"no sentence: {answer!r}"] if isinstance(answer, Exception) and not isinstance(answer, TamrinError) else []
    )
    return [f"{kind}, {name}: {fault}" for fault in faults]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--as", dest="kind", choices=KINDS, default=None)
    chosen = parser.parse_args()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(settings.read())
        for kind in [chosen.kind] if chosen.kind else KINDS:
            most = min(chosen.megabytes, MOST_PRICES) if kind == "prices" else chosen.megabytes
            for name, make in hostile.MADE.items():
                path = Path(folder) / "hostile.csv"
                path.write_bytes(make(most * 1_000_000))
                gc.collect()
                wrong += attack(engine, kind, name, path)
        engine.close()
    print("\n".join(wrong) or "All within their limits.")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
