"""Settings of all tests: a private home and temporary folder, quiet TensorFlow on one thread."""

import gc
import os
import signal
import tempfile

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
FIRST = ["workers", "poems", "programs", "test_networks", "test_scratch_models", "test_forecast"]


def group_of(item: pytest.Item) -> str:
    """Name the tests that one process of xdist runs one after the other: those of a file, or of several files.

    "workers" share one process that workers are forked from, and mostly the workers as well; "programs" share the one
    of `tests/ready.py`. Both have imported TensorFlow, which takes as long as hundreds of tests. "poems" compile what
    Numba then keeps for all.
    """
    if item.path.parent.name == "pages" or item.path.stem.startswith("test_engine"):
        return "workers"
    if item.path.parent.name == "poems":
        return "poems"
    return "programs" if hasattr(item.module, "ready") else item.path.stem


def place_of(item: pytest.Item, group: str) -> tuple[int, bool]:
    """Sort by group; the page that writes poems comes when they have been compiled meanwhile."""
    return FIRST.index(group) if group in FIRST else len(FIRST), item.path.stem == "test_hafez_page"


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    groups = {item: group_of(item) for item in items}
    items.sort(key=lambda item: place_of(item, groups[item]))
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            item.add_marker(pytest.mark.xdist_group(groups[item]))


def pytest_collection_finish() -> None:
    gc.freeze()  # TensorFlow and all modules of tests stay: the collector need not look at them again and again
