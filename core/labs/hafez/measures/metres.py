"""Define the metres most used by Hafez and his time, by their feet."""

import tomllib
from pathlib import Path

METRES: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
NAMES = tuple(METRES)
