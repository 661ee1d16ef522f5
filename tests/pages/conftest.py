"""For all tests of pages: a store of their own above the shipped models, and no engine left behind."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import settings
from core.ui import background, cached
from tests.pages import person


@pytest.fixture(autouse=True)
def own_store() -> Iterator[Path]:
    """The folder of an empty store."""
    folder = Path(settings.read().store)
    shutil.rmtree(folder, ignore_errors=True)
    cached.store.clear()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A script waits for its results here, because fragments do not tick in AppTest."""
    monkeypatch.setattr(background, "WAIT", person.PATIENCE)
    monkeypatch.setattr(background, "WAIT_FIRST", person.PATIENCE)
    monkeypatch.setattr(background, "WAIT_LONGEST", person.PATIENCE)


@pytest.fixture(scope="session", autouse=True)
def _end_engine() -> Iterator[None]:
    yield
    person.end_engine()
