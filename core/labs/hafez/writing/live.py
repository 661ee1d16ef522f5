"""Answer pages from a warm worker: a hemistich, activations, figures; plain values but for requests."""

import numpy as np

from core.labs.hafez.measures import look, metre
from core.labs.hafez.measures.metres import Scansion
from core.labs.hafez.writing import compose
from core.labs.hafez.writing.batch import surprise
from core.labs.hafez.writing.compose import Hand
from core.labs.hafez.writing.request import Request

KIND = "poems"


def hand(key: str, url: str) -> Hand:
    """Return a stored network ready to generate; cached in the worker."""
    from core.labs.hafez.network import models

    return Hand.of(*models.stored(KIND, key, url))


def line(key: str, url: str, wanted: Request, lines: list[str]) -> str:
    """Return the hemistich that follows `lines`."""
    return compose.next_line(hand(key, url), wanted, lines)


def lines(key: str, url: str, wanted: Request, count: int) -> list[str]:
    """Return `count` lines at once, with form off."""
    found: list[str] = []
    while len(found) < count:
        found.append(compose.next_line(hand(key, url), wanted, found))
    return found


def poems(key: str, url: str, wanted: list[Request], count: int) -> list[list[str]]:
    """Return `count` lines for each of several requests."""
    return [lines(key, url, one, count) for one in wanted]


def warm(key: str, url: str) -> str:
    """Load a network and run every compiled function once."""
    poem = compose.poem(hand(key, url), Request(beyts=1))
    compose.free_line(hand(key, url), Request(form=False), poem)
    inside(key, url, poem)
    scansion(poem)
    return key


def inside(key: str, url: str, poem: list[str]) -> dict[str, np.ndarray]:
    """Return probabilities `(letters, alphabet)`, bits `(letters,)` and states `(letters, units)` over a poem."""
    chosen = hand(key, url)
    text = "".join(part + "\n" for part in poem)
    seen = look.trace(chosen, text)
    bits = surprise(chosen.pen, chosen.rows, text, chosen.alphabet)
    return {"odds": seen.odds.astype("float32"), "bits": bits, "states": seen.states.astype("float16")}


def units(key: str, url: str) -> dict[str, list[tuple[int, float]]]:
    """Find the units that follow position, word ends, rhyme and the two hemistichs."""
    return look.search(hand(key, url))


def bits(key: str, url: str, poem: list[str]) -> float:
    """Return the mean surprisal of a poem in bits per character."""
    chosen = hand(key, url)
    return float(surprise(chosen.pen, chosen.rows, "".join(part + "\n" for part in poem), chosen.alphabet).mean())


def scansion(poem: list[str]) -> Scansion:
    """Return a poem's metre, the cost of each hemistich, the limit below which one scans, and the error rates."""
    return metre.scansion(poem)
