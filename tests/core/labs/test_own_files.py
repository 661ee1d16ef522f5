"""Every lab compares a run with a labelled file by a function of one signature."""

import importlib
import inspect

import pytest

from core import labs
from core.errors import StoreError


@pytest.mark.parametrize("kind", labs.OWN_FILES)
def test_a_kind_takes_run_store_path_and_name(kind: str, tmp_path) -> None:
    module, name = labs.OWN_FILES[kind].split(":")
    taken = inspect.signature(getattr(importlib.import_module(module), name)).parameters
    assert [*taken] == ["run", "store", "path", "name"]
    with pytest.raises(StoreError, match="no longer saved"):
        labs.own_upload(kind, "0" * 16, str(tmp_path), b"", "mine")
