"""Change the code that measures, splits, scales and reads, one thing at a time, and see whether its tests notice.

    python -m tests.mutation                          every change of every module in TESTS
    python -m tests.mutation core.learn.errors core.files.tables.dates
    python -m tests.mutation --sample 200 --seed 1    as many, drawn at random from all of them

Each line tells whether a change was killed (a test failed, or ran too long) or survived, with file and line. A change
that leaves the meaning as it is survives always; every other survivor asks for a test.

The changed syntax tree is compiled in a fork of this process, which has the libraries loaded but nothing of the
project: a change costs what its tests cost. Needs an operating system with `fork`.
"""

import argparse
import ast
import gc
import importlib
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from tests import temporary
from tests.mutation.changes import Change, changes, path_of

ROOT = Path(__file__).resolve().parents[2]
PRICES, LABS, FILES = "tests/core/prices", "tests/core/labs", "tests/core/files"
FORECAST = (f"{PRICES}/test_forecast_data.py", f"{PRICES}/test_forecast_metrics.py", f"{PRICES}/test_conformal.py")
SCRATCH = tuple(f"{LABS}/from_scratch/test_scratch_{name}.py" for name in ("parts", "data"))
TESTS: dict[str, tuple[str, ...]] = {  # none of them loads TensorFlow
    "core.learn.errors": ("tests/core/test_metrics.py",),
    "core.learn.classification": ("tests/core/test_learn_metrics.py",),
    "core.learn.windows": ("tests/core/learn/test_windows.py",),
    "core.prices.conformal": (f"{PRICES}/test_conformal.py",),
    "core.prices.baselines": (f"{PRICES}/test_forecast_metrics.py",),
    "core.prices.metrics": (f"{PRICES}/test_forecast_metrics.py",),
    "core.prices.scaling": FORECAST,
    "core.prices.splits": FORECAST,
    "core.labs.bitcoin_rollout.bands": (f"{LABS}/bitcoin_rollout/test_rollout_bands.py",),
    "core.labs.video_violence.measures": (f"{LABS}/video_violence/test_measures.py",),
    "core.labs.video_violence.rivals": (f"{LABS}/video_violence/test_strength.py",),
    "core.labs.hafez.measure": (f"{LABS}/hafez/test_poems_measure.py",),
    "core.labs.emotion.measures": (f"{LABS}/emotion/test_text_measures.py",),
    "core.labs.from_scratch.data.data": SCRATCH,
    "core.labs.from_scratch.data.preprocessing": SCRATCH,
    "core.files.tables.numbers": (f"{FILES}/test_numbers.py", f"{FILES}/test_numbers_edges.py"),
    "core.files.tables.dates": (f"{FILES}/test_dates.py", f"{FILES}/test_dates_edges.py"),
}
MEMORY = 8 << 30  # bytes that a changed program may ask for
PROJECT = "core", "tests", "__main__"  # never loaded by the process that is forked


class Changed(SourceFileLoader, MetaPathFinder):
    """Import one module from its changed tree."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        super().__init__(module, str(ROOT / path_of(module)))
        self._tree = tree

    def find_spec(self, fullname: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        return spec_from_file_location(fullname, self.path, loader=self) if fullname == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        return compile(ast.fix_missing_locations(self._tree), self.path, "exec")


def outcome(module: str, tree: ast.Module, change: Change | None, seconds: int, loaded: Path | None = None) -> int:
    """Run the tests of a module in a fork; 0 if all passed. `loaded` gets the names of all modules that they import."""
    process = os.fork()
    if process:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    code = 1
    try:
        code = _in_fork(module, tree, change, seconds, loaded)
    finally:
        os._exit(code)


def _in_fork(module: str, tree: ast.Module, change: Change | None, seconds: int, loaded: Path | None) -> int:
    import pytest

    signal.alarm(seconds)  # ends the process
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    if change is not None:
        change.set(change.new)
    sys.meta_path.insert(0, Changed(module, tree))
    code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *TESTS[module]]))
    if loaded is not None:
        loaded.write_text("\n".join(sys.modules))
    return code


def load(names: list[str]) -> None:
    """Import libraries that tests have imported, so that no fork has to."""
    for name in names:
        if name.partition(".")[0] not in PROJECT and name not in sys.modules:
            try:
                importlib.import_module(name)
            except Exception:  # not made to be imported by this name
                continue
    gc.freeze()


def prepared(module: str, tree: ast.Module, folder: Path) -> int:
    """Run the tests of a module as it is and load what they need; return the seconds that a change may take."""
    loaded, start = folder / f"{module}.loaded", time.monotonic()
    if code := outcome(module, tree, None, 600, loaded):
        sys.exit(f"The tests of {module} fail without a change, too (pytest ended with {code}).")
    names, took = loaded.read_text().split("\n"), time.monotonic() - start
    if "tensorflow" in names:
        sys.exit(f"The tests of {module} load TensorFlow, which a fork cannot use: choose others in TESTS.")
    load(names)
    return 10 + int(3 * took)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="*", help=f"of {', '.join(TESTS)}; all of them if left out")
    parser.add_argument("--sample", type=int, metavar="N", help="try as many changes, drawn at random")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="seed of the draw")
    given = parser.parse_args(argv)
    if unknown := set(given.modules) - set(TESTS):
        parser.error(f"no tests are named for {', '.join(sorted(unknown))}; there are {', '.join(TESTS)}")
    folder = temporary.make()
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    os.chdir(ROOT)
    trees = {module: ast.parse(path_of(module).read_text(encoding="utf-8")) for module in given.modules or TESTS}
    found = [change for module, tree in trees.items() for change in changes(module, tree)]
    if given.sample is not None and given.sample < len(found):
        drawn = random.Random(given.seed).sample(range(len(found)), given.sample)
        found = [found[at] for at in sorted(drawn)]
    report(found, trees, folder)


def report(found: list[Change], trees: dict[str, ast.Module], folder: Path) -> None:
    """Try changes and print what became of each, then the share that was killed by module and in all."""
    killed, tried, seconds = Counter[str](), Counter[str](), 0
    for change in found:
        if not tried[change.module]:
            seconds = prepared(change.module, trees[change.module], folder)
        dead = outcome(change.module, trees[change.module], change, seconds) != 0
        tried[change.module] += 1
        killed[change.module] += dead
        print("killed  " if dead else "SURVIVED", change, flush=True)
    for module, count in tried.items():
        print(f"{module}: {killed[module]} of {count} killed")
    print(f"{killed.total()} of {tried.total()} killed: {killed.total() / max(tried.total(), 1):.1%}")


if __name__ == "__main__":
    main()
