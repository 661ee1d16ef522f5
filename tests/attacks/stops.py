"""Press Stop repeatedly while networks compile: check that no worker and no other user's training is lost.

python -m tests.attacks.stops [ROUNDS]
"""

import sys
import time
from dataclasses import replace

from core import settings
from core.jobs import engine as engine_module
from core.jobs.engine import Engine
from core.jobs.job import Work

SILENT = "tests.core.targets:silent"
COUNT = "tests.core.targets:count"


def rounds(engine: Engine, number: int) -> list[str]:
    """Stop unresponsive jobs while another user's training waits; return the failures."""
    wrong: list[str] = []
    for turn in range(1, number + 1):
        wrong += [f"round {turn}: {fault}" for fault in _round(engine)]
    return wrong


def _round(engine: Engine) -> list[str]:
    names = [str(i) for i in range(engine.lanes())]
    stopped = engine.submit("compiling", [Work(name, SILENT, {"pause": 600}) for name in names], "who stops")
    until(lambda: all(part.state == "running" for part in engine.job(stopped).parts))
    waiting = engine.submit("waiting", [Work("a", COUNT, {"epochs": 5, "pause": 0.02})], "who waits")
    engine.cancel(stopped)
    faults = []
    if not until(lambda: not engine.job(stopped).active, 10):
        faults.append("it was not stopped")
    if not until(lambda: not engine.job(waiting).active):
        faults.append("the other training has not ended")
        engine.cancel(waiting)
    elif (part := engine.job(waiting).parts[0]).state != "done":
        faults.append(f"the other training {part.state}: {part.message}")
    return faults


def all_back(engine: Engine) -> bool:
    """Return whether all workers are back within 30 s and answer."""
    back = until(lambda: engine.workers() == engine._config.workers + 1)
    return back and bool(engine.call("tests.core.targets:pid", timeout=10))


def until(what, seconds: float = 30.0) -> bool:
    """Poll a condition until it is true; return False after `seconds`."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def main(number: int) -> int:
    engine_module.PRELOADED = "tests.core.targets"
    engine, started = Engine(replace(settings.read(), workers=2)), time.monotonic()
    try:
        wrong = rounds(engine, number)
        back = all_back(engine)
    finally:
        engine.close()
    print("\n".join(wrong) or "nothing went wrong")
    print(f"{number} rounds in {time.monotonic() - started:.0f} s; all workers {'are' if back else 'are NOT'} there")
    return int(bool(wrong) or not back)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30))
