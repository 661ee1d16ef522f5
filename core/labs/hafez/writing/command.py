"""Run `python -m core poem`: write one poem and report its form and copying."""

import dataclasses
import time
from typing import Any

from core.errors import StoreError
from core.labs.hafez.measures import copying, rhyme
from core.labs.hafez.spec import HAFEZ
from core.labs.hafez.writing import request
from core.labs.hafez.writing.request import Request
from core.runs.store import Run, Store


def write(store: Store, run: Run | None, wanted: dict[str, Any]) -> dict[str, Any]:
    """Write a poem with a stored network: lines, request, seconds, form and copying; StoreError if the run is None."""
    from core.labs.hafez.writing import compose, live

    if run is None:
        raise StoreError("There is no trained network of poems; train one first.")
    asked = cleaned(run, wanted)
    hand = live.hand(run.key, store.url)
    started = time.perf_counter()
    lines = compose.poem(hand, asked)
    told = {"lines": lines, "request": dataclasses.asdict(asked), "network": run.key}
    return told | {"seconds": time.perf_counter() - started} | (_checked(lines) if run.spec["corpus"] == HAFEZ else {})


def cleaned(run: Run, wanted: dict[str, Any]) -> Request:
    """Return the request with its words cleaned; a network trained on another text writes without form."""
    words: dict[str, Any]
    if run.spec["corpus"] == HAFEZ:
        words = {"prompt": request.first_words(wanted["prompt"]), "radif": request.refrain(wanted["radif"])}
    else:
        words = {"form": False, "radif": "", "prompt": wanted["prompt"].strip()[: request.LINE]}
    return Request(**wanted | words)


def _checked(lines: list[str]) -> dict[str, Any]:
    found = copying.check(lines)
    return {"beyts_in_rhyme": sum(rhyme.kept(lines)), "copied": dataclasses.asdict(found)}


def shown(lines: list[str]) -> str:
    """Format one beyt per line, hemistichs separated by a rule."""
    return "\n".join(" | ".join(lines[i : i + 2]) for i in range(0, len(lines), 2))
