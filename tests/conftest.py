"""Configure all tests: a private home and temporary folder, quiet TensorFlow on one thread."""

import faulthandler
import gc
import os
import re
import signal
import tempfile
from collections.abc import Generator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import threadpoolctl
from _pytest.faulthandler import fault_handler_stderr_fd_key

import core.labs  # noqa: F401 - tells which kinds there are
from core import settings
from core.prices.sources import yahoo as price_yahoo
from tests import temporary

os.environ.update(settings.TENSORFLOW)
os.environ["TAMRIN_WORKERS"] = "1"  # plus one for short calls: fewer processes load the same networks
# For all temporary files of tests. The folders of xdist's processes lie inside that of the process that starts them.
os.environ["TMPDIR"] = tempfile.tempdir = str(temporary.make())  # registered first, so it runs last
if "PYTEST_XDIST_WORKER" not in os.environ:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # like Ctrl+C, so that the folder is removed
os.environ["TAMRIN_HOME"] = tempfile.mkdtemp(prefix="home-")
os.environ.pop("TAMRIN_STORE", None)
os.environ.pop("DASK_SCHEDULER_ADDRESS", None)

price_yahoo.load_client()  # before a test module imports curl_cffi in a process where TensorFlow is loaded already

threadpoolctl.threadpool_limits(1)  # two test files run in parallel: more threads would wait for each other's core
gc.set_threshold(50_000, 20, 100)  # most objects survive while Keras builds and traces: collect less often

# Groups in starting order, the longest first, so that no core waits for another's last file.
FIRST = [
    "workers",
    "hafez",
    "programs",
    "test_networks",
    "test_scratch_models",
    "test_forecast",
    "test_layout",
    "test_browser",
]


def group_of(path: Path) -> str:
    """Name the group of tests that one process of xdist runs in sequence: those of one or several files.

    "workers" share one process that workers are forked from, and mostly the workers as well; "programs" share the one
    of `tests/ready.py`. Both have imported TensorFlow, which takes as long as hundreds of tests. "hafez" compile
    functions that Numba then caches for all.
    """
    if path.parent.name == "pages" or path.stem == "test_words" or path.stem.startswith("test_engine"):
        return "workers"
    if path.parent.name == "hafez":
        return "hafez"
    return "programs" if re.search(r"^from tests import .*\bready\b", path.read_text(), re.M) else path.stem


def place_of(item: pytest.Item, group: str) -> tuple[int, bool]:
    """Return the sort key: by group, and the page that writes poems after the tests that compile them."""
    return FIRST.index(group) if group in FIRST else len(FIRST), item.path.stem == "test_hafez_page"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    groups = {path: group_of(path) for path in {item.path for item in items}}
    items.sort(key=lambda item: place_of(item, groups[item.path]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Send tests to processes by group: xdist 3.8 writes its own groups where pytest 9.2 does not look for them."""
    from tests.groups import Groups

    return Groups(config, log, _group_of_file) if config.getoption("dist") == "loadscope" else None


@cache
def _group_of_file(name: str) -> str:
    return group_of(settings.PROJECT / name)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Limit the time of a teardown, too: pytest lifts its limit as soon as a test has failed."""
    limit = float(item.config.getini("faulthandler_timeout"))
    faulthandler.dump_traceback_later(limit, file=item.config.stash[fault_handler_stderr_fd_key], exit=True)
    return (yield)  # pytest cancels it


def pytest_collection_finish() -> None:
    gc.freeze()  # TensorFlow and all test modules stay: the collector need not traverse them
