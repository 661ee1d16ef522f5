"""Lazy imports for modules that the web process names but rarely needs."""

import importlib
from typing import Any


class Late:
    """Proxy of a module, which is imported when one of its names is first used."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(self._module), name)
