"""Compare a network on its own held-out clips with the same network on a user's own labelled clips."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from core.files import kept
from core.labs.video_violence import experiment, measures, rivals
from core.labs.video_violence.clips import clips as clips_
from core.labs.video_violence.clips import listing
from core.labs.video_violence.clips.listing import Clip, Found
from core.labs.video_violence.clips.video import Video
from core.labs.video_violence.spec import RECIPE_OF, Spec
from core.learn.elsewhere.classified import Classified, Predictions
from core.learn.elsewhere.property import Property
from core.runs import spec as specs
from core.runs.store import Run, Store

CLASSES = ("no fight", "fight")
# Medians of the surveillance fights, by `looks`; a test measures them again where the clips are.
HOME = {"width, pixels": 640.0, "height, pixels": 360.0, "frames per second": 29.97, "mean motion, grey levels": 3.91}
FOLDS = (
    "The clips at home are judged by networks of the same training that have not seen their source: cross-validation "
    "folds. Their accuracy is {seeds} by random seed, of which the first stands below, and {low:.1%} to {high:.1%} by "
    "fold."
)


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
        logit, truth = experiment.score(chosen, store.weights(run), second, usable)
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
    told = " and ".join(f"{one:.1%}" for one in seeds) if len(seeds) < 3 else f"{min(seeds):.1%} to {max(seeds):.1%}"
    return FOLDS.format(seeds=told, low=min(folds), high=max(folds))


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
