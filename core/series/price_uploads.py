"""Prices of an uploaded file, for a page: read in a worker."""

import re
from dataclasses import replace
from pathlib import PurePath

from core.files import kept
from core.series import price_files
from core.series.prices import Prices


def read(source: str | bytes, name: str) -> Prices:
    """Prices of a file as a symbol of its own name; the engine's target. PriceFileError says what is wrong with it."""
    found = price_files.read(kept.content(source, name), name)
    symbol = re.sub(r"[^A-Z0-9.^=&-]+", "-", PurePath(name).stem.upper()).strip("-.")[:20] or "FILE"
    return Prices(found.closes, replace(found.provenance, symbol=symbol, source=f"the file {name}"))
