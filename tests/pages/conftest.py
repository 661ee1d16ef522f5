"""For all tests of pages: a store of their own above the shipped models, and no engine left behind."""

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner

from core import settings
from core.ui import cached
from tests.pages import person

# What every run of AppTest would do and takes most of its time: look for components in all installed packages, and
# clear a Keras that other tests have loaded here.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
script_runner._clean_problem_modules = lambda: None


@pytest.fixture(autouse=True)
def own_store() -> Iterator[Path]:
    """The folder of an empty store."""
    folder = Path(settings.read().store)
    shutil.rmtree(folder, ignore_errors=True)
    cached.store.clear()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _end_engine() -> Iterator[None]:
    yield
    person.end_engine()
