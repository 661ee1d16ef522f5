"""Give 50 MB of hostile bytes as images, faces, clips, videos and photographs to the readers, as a page would.

    python -m tests.attacks.media [MEGABYTES]

For each file: seconds until the answer, growth of this process, which stands for the web server, and the memory
that the worker process took beyond its imports.
"""

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from core import settings
from core.errors import TamrinError
from core.files import kept
from core.jobs import engine as engine_module
from core.jobs.engine import Engine
from tests.attacks.hostile_media import ATTACKS

SECONDS, WEB, WORKER = 20.0, 50e6, 1e9  # limits for one file: seconds, bytes in the web process, bytes in a worker


def read(kind: str, path: str, name: str) -> dict[str, Any]:
    """Read a file in this process; return its answer, seconds, and the growth of its peak memory in bytes."""
    before = _peak(reset=True)
    started = time.monotonic()
    try:
        found = _photo(path) if kind == "photo" else kept.read(kind, path, name, {})
        answer = (
            str(found)
            if isinstance(found, TamrinError)
            else "; ".join((*found.told, *(question.text for question in found.asked))) or "read"
        )
    except TamrinError as error:
        answer = str(error)
    return {"answer": answer, "seconds": time.monotonic() - started, "memory": _peak() - before}


def warm() -> bool:
    """Import everything that the readers need, so that it is not counted."""
    from core.files import kinds
    from core.files.archives import pictures

    for target in kinds.READERS.values():
        __import__(target.split(":")[0])
    pictures._formats()
    return True


def _photo(path: str) -> Any:
    from core.files.archives import pictures
    from core.files.reading import Reading

    try:
        return Reading(pictures.decoded(Path(path).read_bytes(), 224))
    except pictures.PictureError as error:
        raise TamrinError(f"The picture {error}.") from error


def _peak(reset: bool = False) -> int:
    """Return the peak resident memory of this process in bytes; with `reset` measured from now on (Linux)."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def main(size: int) -> int:
    engine_module.PRELOADED = "tests.core.targets"
    engine, faults = Engine(replace(settings.read(), workers=1)), 0
    try:
        engine.call("tests.attacks.media:warm", timeout=300)
        with tempfile.TemporaryDirectory() as folder:
            for kind, what, name, make in ATTACKS:
                path = Path(folder) / name
                path.write_bytes(make(size))
                faults += _attack(engine, kind, what, path)
    finally:
        engine.close()
    print(
        f"{len(ATTACKS)} files, {faults} beyond {SECONDS:.0f} s, {WEB / 1e6:.0f} MB here or {WORKER / 1e9:.0f} GB there"
    )
    return int(bool(faults))


def _attack(engine: Engine, kind: str, what: str, path: Path) -> bool:
    own = psutil.Process()
    before, started = own.memory_info().rss, time.monotonic()
    try:
        found = engine.call("tests.attacks.media:read", kind, str(path), path.name, timeout=120)
    except (TamrinError, UnboundLocalError) as error:  # UnboundLocalError: a call that timed out within the cluster
        found = {"answer": str(error), "seconds": time.monotonic() - started, "memory": float("nan")}
    grown = own.memory_info().rss - before
    bad = not (found["seconds"] <= SECONDS and grown <= WEB and found["memory"] <= WORKER and found["answer"])
    print(
        f"{'FAULT ' if bad else ''}{kind}, {what} ({path.stat().st_size / 1e6:.1f} MB): {found['seconds']:.1f} s, here "
        f"{grown / 1e6:+.0f} MB, worker {found['memory'] / 1e6:+.0f} MB: {found['answer'][:160]}",
        flush=True,
    )
    return bad


if __name__ == "__main__":
    sys.exit(main(int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else 50_000_000))
