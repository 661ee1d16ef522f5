"""The kind "violence": train a network on labelled clips and evaluate it, with cross-validation by source."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, NotRequired

import numpy as np

from core import settings
from core.errors import SpecError
from core.files import kept
from core.jobs.job import EVALUATING
from core.labs.video_violence import check, measures, messages, rivals, scoring, words as cards
from core.labs.video_violence.clips import clips as clips_, drawing, listing as clip_listing
from core.labs.video_violence.clips.listing import Found
from core.labs.video_violence.rivals import Strength
from core.labs.video_violence.spec import INCLUDED, RECIPE_OF, Spec, presets
from core.learn.rivals import Baselines
from core.plain import Object
from core.runs import pace, runs, spec
from core.runs.runs import Outcome
from core.runs.store import Run
from core.runs.stored import Stamp

__all__ = ["Spec", "card", "data_stamp", "evaluate", "label", "presets", "rivals_again", "shipped", "train"]

# Provenance of the shipped network's clips, which are not part of the project; the hash is by `clips.fingerprint`.
FIGHTS: Stamp = {
    "source": "Surveillance Camera Fight Dataset (Akti, Tataroglu, Ekenel 2019), 251 clips",
    "rows": 251,
    "fingerprint": "ff8363de9764005d",
}


def place_of(chosen: Spec) -> str:
    """Return the path of a spec's clips. SpecError for the surveillance fights if no setting names their folder."""
    place = chosen.clips or settings.read().fights
    if not place:
        raise SpecError(messages.no_fights_here)
    return place


def data_stamp(chosen: Spec) -> Stamp:
    """Return source and number of the clips, and the fingerprint of labels, sources and contents."""
    if not chosen.clips:
        return FIGHTS
    found = clip_listing.listed(chosen.clips)
    return {"source": Path(chosen.clips).name, "rows": len(found), "fingerprint": clips_.fingerprint(found)}


def train(chosen: Spec, report: Callable[[dict], None], should_stop: Callable[[], bool]) -> Outcome:
    """Decode, split by source, train and evaluate each part; with folds also cross-validate and fit a temperature."""
    found = clip_listing.of_place(place_of(chosen), {})
    return train_on(found, chosen, _cache(), report, should_stop)


def _cache() -> Path:
    return Path(settings.read().home) / "differences"


def _usable(chosen: Spec, place: str = "") -> clips_.Usable:
    """Return the usable clips of a place, by default those of the spec, as its network reads them."""
    found = clip_listing.of_place(place or place_of(chosen), {})
    return clips_.usable(found, RECIPE_OF[chosen.network], _cache())


def train_on(
    found: Found, chosen: Spec, cache: Path, report: Callable[[dict], None], should_stop: Callable[[], bool]
) -> Outcome:
    """Train on listed clips, with decoded differences cached in `cache`; clips that cannot be read are left out."""
    from core.labs.video_violence import networks, training

    recipe = RECIPE_OF[chosen.network]
    usable = clips_.usable(found, recipe, cache)
    clips, raw, labels = usable.clips, usable.raw, np.array([clip.label for clip in usable.clips])
    parts = clips_.parts(clips, chosen.seed)
    model, start = training.fresh(chosen.network, chosen.pretrained, chosen.seed)
    with training.graphs_as_traced():
        if chosen.network == "light":
            training.adapt_batch_norms(model, recipe, raw, parts["train"], chosen.seed)
        halves = training.halves(model, chosen.network, recipe, raw, chosen.seed)
        phases = scoring.phases(chosen, halves, raw, chosen.seed)
        fit = training.in_phases(phases, labels, parts["train"], parts["validation"], report, should_stop)
        report(EVALUATING)
        numbers, added = rivals.table(recipe, raw), judges_strength(chosen)
        second = rivals.fit(numbers[parts["train"]], labels[parts["train"]]) if added else None
        arrays = _arrays(phases[-1][0], labels, parts, second, numbers)
        if chosen.folds:  # trains separate models
            arrays |= scoring.folds(clips, raw, chosen, cache, numbers if added else None, should_stop)
        beside = scoring.baselines(chosen, usable, arrays, numbers, should_stop)
    if should_stop():  # a baseline was left out: the best of the others is no reference
        fit.stopped = "by the person"
    warmth = _temperature(arrays)
    arrays |= _on_the_drawing(chosen, model, warmth, second)
    facts = {
        "parameters": model.count_params(),
        "layers": networks.parameters(model),
        "start": start,
        "temperature": warmth,
        "clips": {name: len(rows) for name, rows in parts.items()},
        "sources": len({clip.source for clip in clips}),
        "strength": second.plain() if second else None,
        "told": [*found.told, *usable.told],
        "rivals": beside.rivals,
    } | beside.facts
    return Outcome(fit, fit.history, figures(arrays, warmth) | beside.metrics, arrays, model, facts)


def judges_strength(chosen: Spec) -> bool:
    """Return whether a spec adds the features of motion; the report's network has no square to measure them in."""
    return chosen.network == "light" and chosen.strength


def _on_the_drawing(chosen: Spec, model: Any, warmth: float, second: Strength | None) -> dict[str, np.ndarray]:
    """Return the timeline of the drawn sample clip, which a page can show before any worker is ready."""
    if chosen.network != "light":
        return {}
    from core.labs.video_violence import networks

    network = networks.Network("", RECIPE_OF["light"], model, warmth, second)
    found = check.analyse(str(drawing.PATH), network)["windows"]
    return {f"sample_{name}": np.array([window[name] for window in found]) for name in found[0]}


def _arrays(
    halves: Any, labels: np.ndarray, parts: dict[str, np.ndarray], second: Strength | None, numbers: np.ndarray
) -> dict[str, np.ndarray]:
    from core.labs.video_violence import training

    out = {}
    for name, rows in parts.items():
        logit = training.logits(halves, rows)
        if second:
            logit = logit + second.logit(numbers[rows, 0])
        out |= {f"{name}_truth": labels[rows], f"{name}_logit": logit}
    return out


def _temperature(arrays: dict[str, np.ndarray]) -> float:
    """Fit the temperature on the held-out folds, or on the validation set if it has a dozen clips or more; else 1."""
    for part in ("folds", "validation"):
        if f"{part}_logit" in arrays and arrays[f"{part}_logit"].size >= 12:
            truth, logit = arrays[f"{part}_truth"], arrays[f"{part}_logit"]
            return measures.temperature(np.broadcast_to(truth, logit.shape).ravel(), logit.ravel())
    return 1.0


PARTS = ("train", "validation", "test")


def figures(arrays: dict[str, np.ndarray], warmth: float = 1.0) -> dict[str, float]:
    """Return accuracy, precision, recall, F1, AUC and loss of each part, and their means over the held-out folds."""
    out: dict[str, float] = {}
    for name in PARTS:
        probability = measures.sigmoid(arrays[f"{name}_logit"] / warmth)
        out |= {f"{name}_{k}": v for k, v in measures.figures(arrays[f"{name}_truth"], probability).items()}
    if "folds_logit" in arrays:
        out |= measures.over_folds(arrays, arrays["folds_logit"] / warmth, "folds")
    if "folds_strength" in arrays:
        out |= measures.over_folds(arrays, arrays["folds_logit"] - arrays["folds_strength"], "folds_network")
    return out


def rivals_again(run: Run, weights: bytes, arrays: dict[str, np.ndarray]) -> Baselines:
    """Measure the baselines beside a stored run again, without training the network."""
    chosen = spec.from_dict(Spec, run.spec)
    usable = _usable(chosen)
    return scoring.baselines(chosen, usable, arrays, rivals.table(RECIPE_OF[chosen.network], usable.raw))


def evaluate(chosen: Spec, weights: bytes) -> dict[str, float]:
    """Apply stored weights to the parts of the spec's own clips again, in this process."""
    usable = _usable(chosen)
    parts = clips_.parts(usable.clips, chosen.seed)
    second = None
    if judges_strength(chosen):  # refitted quickly: only the network's weights are given here
        numbers = rivals.table(RECIPE_OF[chosen.network], [usable.raw[row] for row in parts["train"]])
        second = rivals.fit(numbers, np.array([usable.clips[row].label for row in parts["train"]]))
    logit, truth = scoring.score(chosen, weights, second, usable)
    arrays = {f"{n}_logit": logit[rows] for n, rows in parts.items()}
    return figures(arrays | {f"{n}_truth": truth[rows] for n, rows in parts.items()})


def evaluate_clips(run: Run, weights: bytes, place: str, threshold: float) -> Object:
    """Evaluate a stored network on other clips: metrics, confusion matrix, threshold, clips."""
    chosen = spec.from_dict(Spec, run.spec)
    second = rivals.kept(run.facts.get("strength"))
    usable = _usable(chosen, place)
    logit, truth = scoring.score(chosen, weights, second, usable)
    probability = measures.sigmoid(logit / run.facts["temperature"])
    return measures.figures(truth, probability, threshold) | {
        "confusion": measures.confusion(truth, probability, threshold).tolist(),
        "threshold": threshold,
        "clips": len(truth),
        "calibration_error": measures.calibration_error(truth, probability),
        "told": list(usable.told),
    }


def check_file(run: Run, weights: bytes, path: str) -> check.Timeline:
    """Return the timeline of one file, see `check.analyse`."""
    from core.labs.video_violence import networks

    return check.analyse(path, networks.loaded(run, weights))


def shipped() -> list[Spec]:
    """Return the spec of the light network on the surveillance fights, with five folds by source, trained twice."""
    return [INCLUDED]


def shipped_data(chosen: Spec) -> None:
    """Raise an error if the clips are absent, before any shipped file is removed; a spec needs no further data."""
    clip_listing.listed(place_of(chosen))


def label(chosen: Spec) -> str:
    """Return the short name of a run in tables and legends."""
    names = {"light": "MobileNetV2 + ConvLSTM", "report": "ResNet50 + ConvLSTM"}
    where = Path(chosen.clips).name if chosen.clips else messages.surveillance_fights
    return messages.run_label.format(network=names[chosen.network], clips=where, seed=chosen.seed)


def card(made: list[Run]) -> str:
    """Return the model card of the shipped network."""
    return cards.written(made[0])


class OwnClips(runs.OwnFile):
    """Payload of a part of a job that trains on an uploaded zip."""

    name: NotRequired[str]  # of the zip


def train_upload(payload: OwnClips, report: Callable, should_stop: Callable) -> runs.Unstored:
    """Train on an uploaded zip in a private folder; clips and weights are not kept. Called by the engine."""
    chosen = spec.from_dict(Spec, payload["spec"])
    name, answers = payload.get("name", messages.the_zip), payload.get("answers", {})
    chosen = dataclasses.replace(chosen, clips="upload")
    with (
        kept.local(payload["content"]) as archive,
        clip_listing.unpacked(archive, name, answers) as found,
        kept.scratch() as cache,
    ):
        outcome = train_on(found, chosen, cache, report, should_stop)
    return runs.unstored(chosen, dataclasses.replace(outcome, model=None), payload["digest"])


BYTES = 150_000  # size of a clip of about two seconds
REPORT = 10  # approximate cost of an epoch of the report's network relative to the light one
WHOLE = 4  # approximate cost of an epoch of all layers relative to the upper ones


def seconds(chosen: Spec, size: int, known: list[Run]) -> float | None:
    """Return the seconds of a training on so many bytes of clips; None if no run was measured yet."""
    return pace.seconds(COST, [(vars(chosen), {"rows": max(1, size // BYTES)})], known, 1)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Return the relative cost of an epoch from the number of clips and the network."""
    return data["rows"] * (1 if spec["network"] == "light" else REPORT)


COST = pace.Cost(
    "violence", _work, lambda spec: spec["epochs"] + WHOLE * spec["whole_epochs"], family=lambda spec: spec["network"]
)
