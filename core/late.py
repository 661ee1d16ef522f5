"""Modules that are imported when they are first used: the web process names them and has no use for most."""

import importlib
from typing import Any


class Late:
    """Stand for a module. Its names are looked up in the module itself, which is imported for the first of them."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(self._module), name)
