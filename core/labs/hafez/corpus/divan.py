"""Load the divan: the 495 ghazals of the package `hafez`, and the held-out ones that no network may train on."""

import hashlib
import json
from functools import cache
from importlib.resources import files

from core.labs.hafez.corpus.letters import normalise

GHAZALS = 495
HELD_OUT_EVERY = 10


@cache
def ghazals() -> dict[int, tuple[str, ...]]:
    """Map the number of a ghazal to its normalised hemistichs in order; two make a beyt.

    The package's own reader builds a pandas frame at each call; its data file is read once instead.
    """
    entries = json.loads(files("hafez").joinpath("data/hafez.json").read_text(encoding="utf-8"))
    found = {entry["id"]: tuple(normalise(line) for line in entry["poem"]) for entry in entries}
    if sorted(found) != list(range(1, GHAZALS + 1)) or any(len(poem) % 2 for poem in found.values()):
        raise ValueError("the package hafez does not hold the ghazals that this version expects")
    return found


def held_out() -> dict[int, tuple[str, ...]]:
    """Return the ghazals whose number is divisible by ten: for validation, never trained on."""
    return {number: poem for number, poem in ghazals().items() if number % HELD_OUT_EVERY == 0}


def training() -> dict[int, tuple[str, ...]]:
    """Return the other ghazals."""
    return {number: poem for number, poem in ghazals().items() if number % HELD_OUT_EVERY}


@cache
def fingerprint() -> str:
    """Return 16 hexadecimal digits, the hash of the normalised divan."""
    text = "\n\n".join("\n".join(poem) for poem in ghazals().values())
    return hashlib.sha256(text.encode()).hexdigest()[:16]
