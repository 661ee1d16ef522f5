"""Provide the prices of an uploaded file to a page."""

import re
from dataclasses import replace
from pathlib import PurePath

from core.files.reading import Reading
from core.prices.prices import Prices


def named(found: Reading, name: str) -> Prices:
    """Return the prices of a reading, with the file's own name as their symbol."""
    symbol = re.sub(r"[^A-Z0-9.^=&-]+", "-", PurePath(name).stem.upper()).strip("-.")[:20] or "FILE"
    return replace(found.data, provenance=replace(found.data.provenance, symbol=symbol, source=f"the file {name}"))
