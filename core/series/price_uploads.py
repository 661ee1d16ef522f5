"""Prices of an uploaded file, for a page: read in a worker."""

import re
from dataclasses import replace
from pathlib import PurePath

from core.files import kept
from core.files.reading import Reading
from core.series import price_files
from core.series.prices import Prices


def read(source: str | bytes, name: str) -> Prices:
    """Prices of a file as a symbol of its own name; the engine's target. PriceFileError says what is wrong with it."""
    understood = price_files.understood(kept.content(source, name), name, {})
    found = price_files.chosen(understood)
    symbol = re.sub(r"[^A-Z0-9.^=&-]+", "-", PurePath(name).stem.upper()).strip("-.")[:20] or "FILE"
    return Prices(
        found.closes, replace(found.provenance, symbol=symbol, source=f"the file {name}", notes=_notes(understood))
    )


def _notes(understood: Reading) -> tuple[str, ...]:
    """How the file was read, and what was assumed where it leaves something open."""
    mended = understood.data.provenance.repairs()
    assumed = [
        f"{question.text} Assumed: {dict(zip(question.choices, question.labels, strict=False)).get(question.assumed)}."
        for question in understood.asked
    ]
    return (*assumed, *(sentence for sentence in understood.told if sentence not in mended))
