"""Judge clips of other sources: `python -m core.labs.video_violence.elsewhere FOLDER` writes `FILE`.

FOLDER has the clips of `CLIPS` as `NAME.mp4`. They were filmed or drawn for other purposes and are under free licences
(intel-iot-devkit/sample-videos, CC BY 4.0; tensorflow/tfjs-models, Apache-2.0; Sintel, (c) Blender Foundation, CC BY
3.0).
"""

import json
import os
import sys
from functools import cache
from pathlib import Path
from typing import TypedDict

import pandas as pd

from core import settings
from core.runs import runs
from core.runs.store import Run, Store

FILE = settings.PROJECT / "assets" / "studies" / "violence_elsewhere.json"
CLIPS = {  # file -> what is seen; the first is the only fight
    "sintel_fight": "animated film, a fight",
    "walk_in": "people walk in",
    "walk_out": "people walk out",
    "store_aisle": "a store aisle",
    "worker_walk": "a worker walks",
    "asl_walk": "sign language",
    "dance": "dance",
    "squats": "squats",
}
FIGHT = next(iter(CLIPS))


class Row(TypedDict):
    """A clip: what is seen, whether it is a fight, its highest probability, and how it was recorded."""

    what: str
    fight: bool
    peak: float | None  # None if no window of it could be judged
    size: list[int]
    fps: float


class Study(TypedDict):
    """The clips, judged by the network of a key."""

    model: str
    command: str
    clips: list[Row]


@cache
def load() -> Study:
    """Read the figures that come with the project."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def of(run: Run) -> list[Row]:
    """Return the rows of a run, none if another network was measured."""
    return load()["clips"] if run.key == load()["model"] else []


def flagged(rows: list[Row], threshold: float) -> tuple[int, int, int]:
    """Return the number of fights found, of other clips taken for fights, and of other clips that were judged."""
    judged = [(row["fight"], row["peak"] >= threshold) for row in rows if row["peak"] is not None]
    others = [found for fight, found in judged if not fight]
    return sum(found for fight, found in judged if fight), sum(others), len(others)


def table(rows: list[Row], threshold: float) -> pd.DataFrame:
    """Return a row for each clip: what is seen, its highest probability, how it is judged, and how it was recorded."""
    verdicts = {True: "fight", False: "no fight", None: "cannot judge"}
    return pd.DataFrame(
        {
            "video": row["what"],
            "label": verdicts[row["fight"]],
            "peak P(fight)": row["peak"],
            "prediction": verdicts[None if row["peak"] is None else row["peak"] >= threshold],
            "size, pixels": "{} × {}".format(*row["size"]),
            "frames per second": row["fps"],
        }
        for row in rows
    )


def measure(run: Run, store: Store, folder: Path) -> Study:
    """Judge all clips; raise OSError if one is missing."""
    check_file, weights, rows = runs.kind_module(run.kind).check_file, store.weights(run), []
    for name, what in CLIPS.items():
        found = check_file(run, weights, str(folder / f"{name}.mp4"))
        chances = [window["probability"] for window in found["windows"] if window["probability"] is not None]
        peak, size = round(max(chances), 3) if chances else None, list(found["size"])
        rows.append(Row(what=what, fight=name == FIGHT, peak=peak, size=size, fps=round(found["fps"], 1)))
    return {"model": run.key, "command": "python -m core.labs.video_violence.elsewhere FOLDER", "clips": rows}


def main(folder: str) -> None:
    """Write the figures."""
    for name, value in settings.TENSORFLOW.items():
        os.environ.setdefault(name, value)
    store = Store(str(settings.SHIPPED), shipped=None)
    run = next(one for one in store.list()[0] if one.kind == "violence")
    FILE.write_text(json.dumps(measure(run, store, Path(folder)), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
