"""Define the metres most used by Hafez and his time, by their feet, and what is told of a poem's metre."""

import tomllib
from pathlib import Path
from typing import TypedDict

METRES: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
NAMES = tuple(METRES)


class Scansion(TypedDict):
    """The metre of a poem, the costs of its hemistichs, and what the estimate is worth, measured on the divan."""

    metre: int  # its place in `METRES`
    prices: list[float]
    limit: float  # cost up to which a hemistich scans
    alone: float  # share of single hemistichs to which another metre than their ghazal's is given
    other: float  # share that fits another metre
    shuffled: float  # share that still fits with its words in random order
