"""Judge clips of other sources: eight videos whose figures are in `FILE`, and a user's own labelled clips.

`python -m core.labs.video_violence.elsewhere FOLDER` writes these figures. FOLDER has the clips of `CLIPS` as
`NAME.mp4`. They were filmed or drawn for other purposes and are under free licences (intel-iot-devkit/sample-videos,
CC BY 4.0; tensorflow/tfjs-models, Apache-2.0; Sintel, (c) Blender Foundation, CC BY 3.0).
"""

import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypedDict

import numpy as np
import pandas as pd

from core import settings
from core.files import kept
from core.labs.video_violence import measures, messages, rivals, scoring
from core.labs.video_violence.clips import clips as clips_, listing
from core.labs.video_violence.clips.listing import Clip, Found
from core.labs.video_violence.clips.video import Video
from core.labs.video_violence.spec import RECIPE_OF, Spec
from core.learn.elsewhere.classified import Classified, Predictions
from core.learn.elsewhere.property import Property
from core.messages import joined
from core.runs import runs, spec as specs
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
CLASSES = ("no fight", "fight")
# Medians of the surveillance fights, by `looks`; a test measures them again where the clips are.
HOME = {"width, pixels": 640.0, "height, pixels": 360.0, "frames per second": 29.97, "mean motion, grey levels": 3.91}


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
    verdicts = {True: messages.fight, False: messages.no_fight, None: messages.cannot_judge}
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


def of_run(run: Run, store: Store, path: Path, name: str = "") -> Classified:
    """Evaluate a stored network on labelled clips: an archive, a folder, or a table clips.csv with its clips."""
    if path.is_dir() or path.suffix.lower() == ".csv":
        return _compared(run, store, listing.of_place(str(path), {}))
    with listing.unpacked(path, name or path.name, {}) as found:
        return _compared(run, store, found)


def _compared(run: Run, store: Store, found: Found) -> Classified:
    chosen, arrays = specs.from_dict(Spec, run.spec), store.arrays(run)
    listing.check_counts(found)
    with kept.scratch() as cache:
        usable = clips_.usable(found, RECIPE_OF[chosen.network], cache)
        second = rivals.kept(run.facts.get("strength"))
        logit, truth = scoring.score(chosen, store.weights(run), second, usable)
        shown = looks(usable.clips, usable.raw)
    known = HOME if not chosen.clips else dict.fromkeys(shown, None)
    shift = tuple(Property(name, _number(known[name]), _number(value)) for name, value in shown.items())
    home, told = _home(arrays, run.facts["temperature"])
    there = _predictions(truth, logit / run.facts["temperature"])
    return Classified(CLASSES, home, there, "clips", shift, (*found.told, *usable.told, *told))


def _home(arrays: dict[str, np.ndarray], warmth: float) -> tuple[Predictions, list[str]]:
    """Return the predictions for the held-out folds by the first training seed, or for the test set without folds."""
    if "folds_logit" in arrays:
        return _predictions(arrays["folds_truth"], arrays["folds_logit"][0] / warmth), [spread(arrays)]
    return _predictions(arrays["test_truth"], arrays["test_logit"] / warmth), []


def spread(arrays: Mapping[str, np.ndarray]) -> str:
    """Return how much the accuracy on the held-out clips differs between random seeds and between folds."""
    right = (arrays["folds_logit"] > 0) == arrays["folds_truth"]
    seeds = [float(one.mean()) for one in right]
    folds = [float(right[:, arrays["folds_number"] == fold].mean()) for fold in np.unique(arrays["folds_number"])]
    told = messages.accuracy_range.format(low=min(seeds), high=max(seeds))
    if len(seeds) < 3:
        told = joined([f"{one:.1%}" for one in seeds])
    return messages.accuracy_at_home.format(seeds=told, low=min(folds), high=max(folds))


def _predictions(truth: np.ndarray, logit: np.ndarray) -> Predictions:
    fight = measures.sigmoid(logit)
    return Predictions(np.asarray(truth).astype(int), np.stack([1 - fight, fight], axis=1))


def looks(clips: Sequence[Clip], raw: Sequence[np.ndarray]) -> dict[str, float]:
    """Return medians over clips of size, rate (as the files state it) and mean absolute difference of frames."""
    rows = []
    for clip, differences in zip(clips, raw, strict=True):
        with Video(clip.path) as video:
            size = next(iter(video.frames())).size
            rate = video.stream.average_rate
        rows.append([*size, float(rate) if rate else np.nan, float(np.mean(differences[0]))])
    return dict(zip(HOME, np.nanmedian(rows, axis=0).tolist(), strict=True))


def _number(value: float | None) -> str:
    return "" if value is None or np.isnan(value) else f"{value:.4g}"


def main(folder: str) -> None:
    """Write the figures."""
    settings.prepare_tensorflow()
    store = Store(str(settings.SHIPPED), shipped=None)
    run = next(one for one in store.list()[0] if one.kind == "violence")
    FILE.write_text(json.dumps(measure(run, store, Path(folder)), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
