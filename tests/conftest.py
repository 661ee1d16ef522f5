"""Settings of all tests: a private home, quiet TensorFlow on one thread."""

import os
import tempfile

from core import settings
from core.series import price_yahoo

os.environ.update(settings.TENSORFLOW)
os.environ["TAMRIN_HOME"] = tempfile.mkdtemp(prefix="tamrin-test-")
os.environ.pop("TAMRIN_STORE", None)
os.environ.pop("DASK_SCHEDULER_ADDRESS", None)

price_yahoo.load_client()  # before a test module imports curl_cffi in a process where TensorFlow is loaded already
