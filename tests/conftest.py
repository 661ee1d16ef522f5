"""Settings of all tests: a private home and temporary folder, quiet TensorFlow on one thread."""

import gc
import os
import re
import signal
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import threadpoolctl

from core import settings
from core.series import price_yahoo
from tests import temporary

os.environ.update(settings.TENSORFLOW)
os.environ["TAMRIN_WORKERS"] = "1"  # and one for short calls: fewer processes load the same networks
# For all that tests leave behind. The folders of xdist's processes lie inside that of the process that starts them.
os.environ["TMPDIR"] = tempfile.tempdir = str(temporary.make())  # first of all: what is registered first runs last
if "PYTEST_XDIST_WORKER" not in os.environ:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl+C, so that the folder is removed
os.environ["TAMRIN_HOME"] = tempfile.mkdtemp(prefix="home-")
os.environ.pop("TAMRIN_STORE", None)
os.environ.pop("DASK_SCHEDULER_ADDRESS", None)

price_yahoo.load_client()  # before a test module imports curl_cffi in a process where TensorFlow is loaded already

threadpoolctl.threadpool_limits(1)  # two files of tests run at a time: threads of one would wait for the other's core
gc.set_threshold(50_000, 20, 100)  # while Keras builds and traces, most objects stay: look at them less often

# Groups in the order in which they begin: what takes longest first, so that no core waits for the other's last file.
FIRST = ["workers", "poems", "programs", "test_networks", "test_scratch_models", "test_forecast", "test_browser"]


def group_of(path: Path) -> str:
    """Name the tests that one process of xdist runs one after the other: those of a file, or of several files.

    "workers" share one process that workers are forked from, and mostly the workers as well; "programs" share the one
    of `tests/ready.py`. Both have imported TensorFlow, which takes as long as hundreds of tests. "poems" compile what
    Numba then keeps for all.
    """
    if path.parent.name == "pages" or path.stem.startswith("test_engine"):
        return "workers"
    if path.parent.name == "poems":
        return "poems"
    return "programs" if re.search(r"^from tests import .*\bready\b", path.read_text(), re.M) else path.stem


def place_of(item: pytest.Item, group: str) -> tuple[int, bool]:
    """Sort by group; the page that writes poems comes when they have been compiled meanwhile."""
    return FIRST.index(group) if group in FIRST else len(FIRST), item.path.stem == "test_hafez_page"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    groups = {path: group_of(path) for path in {item.path for item in items}}
    items.sort(key=lambda item: place_of(item, groups[item.path]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Send tests to processes by group: xdist 3.8 writes its own groups where pytest 9.2 does not look for them."""
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _group_of_file(nodeid.partition("::")[0])

    return Groups(config, log) if config.getoption("dist") == "loadscope" else None


@cache
def _group_of_file(name: str) -> str:
    return group_of(settings.PROJECT / name)


def pytest_collection_finish() -> None:
    gc.freeze()  # TensorFlow and all modules of tests stay: the collector need not look at them again and again
