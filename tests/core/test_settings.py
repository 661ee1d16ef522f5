"""Settings from the environment."""

from pathlib import Path

import pytest

from core import settings
from core.errors import SettingError


def test_defaults_are_one_persons_laptop() -> None:
    read = settings.read({})
    assert read.scheduler is None
    assert 1 <= read.workers <= 4
    assert Path(read.store) == Path(read.home) / "runs"


def test_everything_can_be_set() -> None:
    read = settings.read(
        {
            "TAMRIN_HOME": "/h",
            "TAMRIN_STORE": "memory://x",
            "DASK_SCHEDULER_ADDRESS": "tls://s:1",
            "TAMRIN_WORKERS": "7",
            "TAMRIN_WORKER_MEMORY": "1GiB",
            "TAMRIN_FITS_PER_WORKER": "3",
        }
    )
    assert read == settings.Settings("/h", "memory://x", "tls://s:1", 7, "1GiB", 3)


@pytest.mark.parametrize("text", ["zero", "0", "-1", "1.5"])
def test_a_count_that_is_none_is_a_sentence(text: str) -> None:
    with pytest.raises(SettingError, match="TAMRIN_WORKERS"):
        settings.read({"TAMRIN_WORKERS": text})


def test_a_switch_is_on_until_it_is_0_and_anything_else_is_a_sentence() -> None:
    read = [settings.read({"TAMRIN_COMPRESS": text}).compress for text in ("", "1", "0")]
    assert read == [True, True, False]
    assert settings.read({}).compress
    with pytest.raises(SettingError, match="TAMRIN_COMPRESS is 'no'"):
        settings.read({"TAMRIN_COMPRESS": "no"})
