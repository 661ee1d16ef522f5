"""Settings of all tests: a private home and temporary folder, quiet TensorFlow on one thread."""

import atexit
import gc
import os
import shutil
import tempfile

import pytest
import threadpoolctl

from core import settings
from core.series import price_yahoo

os.environ.update(settings.TENSORFLOW)
os.environ["TAMRIN_WORKERS"] = "1"  # and one for short calls: fewer processes load the same networks
# For all that tests leave behind. The folders of xdist's processes lie inside that of the process that starts them.
os.environ["TMPDIR"] = tempfile.tempdir = tempfile.mkdtemp(prefix="tamrin-test-")
atexit.register(shutil.rmtree, tempfile.tempdir, ignore_errors=True)  # registered first: runs last
os.environ["TAMRIN_HOME"] = tempfile.mkdtemp(prefix="home-")
os.environ.pop("TAMRIN_STORE", None)
os.environ.pop("DASK_SCHEDULER_ADDRESS", None)

price_yahoo.load_client()  # before a test module imports curl_cffi in a process where TensorFlow is loaded already

threadpoolctl.threadpool_limits(1)  # two files of tests run at a time: threads of one would wait for the other's core
gc.set_threshold(50_000, 20, 100)  # while Keras builds and traces, most objects stay: look at them less often

# What takes longest begins first, so that no core waits at the end for the other one's last file.
LONG = [
    "test_video_violence_page",
    "test_engine",
    "test_networks",
    "test_scratch_models",
    "test_forecast",
    "test_pages",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


def pytest_collection_finish() -> None:
    gc.freeze()  # TensorFlow and all modules of tests stay: the collector need not look at them again and again
