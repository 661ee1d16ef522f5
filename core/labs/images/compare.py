"""Compare stored runs by model: metrics over seeds, baselines, and the concluding sentence."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.labs.images import baseline, messages, presets
from core.labs.images.spec import MODEL_NAMES, REPORT, Spec
from core.learn import contest, rivals
from core.learn.contest import Row
from core.learn.rivals import Rival
from core.runs import pace, runs, spec as specs
from core.runs.compared import Groups
from core.runs.store import Run

TITLES = {
    "test_accuracy": "test accuracy",
    "test_macro_f1": "macro F1",
    "train_accuracy": "train accuracy",
    "seconds": "training time (s)",
    "pace": "seconds per epoch",
    "report": "report",
}


def table(groups: Groups, beside: Sequence[Rival] = ()) -> pd.DataFrame:
    """Return one row per model (mean over seeds) with the report's accuracy, then the baselines on the same images.

    The baselines are those that the first network's training has measured, unless `beside` is given.
    """
    sides = {found[0].spec["side"] for found in groups.values()}
    rows = [_row(model, found, len(sides) > 1) for model, found in groups.items()]
    return contest.table("network", rows + _rows(beside or baseline.rivals(next(iter(groups.values()))[0])), TITLES)


def baselines(beside: Sequence[Rival]) -> pd.DataFrame:
    """Return one row per baseline, the most complex first."""
    return contest.table("baseline", _rows(beside), TITLES)


def _rows(beside: Sequence[Rival]) -> list[Row]:
    return [Row(one.name, one.parameters, [one.metrics]) for one in reversed(beside)]


def _measured(model: str, run: Run) -> dict[str, float | None]:
    return {**run.metrics, "seconds": run.seconds, "pace": run.seconds_per_epoch, "report": REPORT.get(model)}


def _row(model: str, found: list[Run], sized: bool) -> Row:
    """Return a model over its seeds, compared with its strongest baseline unless all its networks were stopped.

    If models have images of different sizes (`sized`), its name tells that of its own.
    """
    size = ", {0} × {0} pixels".format(found[0].spec["side"]) * sized
    about = MODEL_NAMES[model] + size, found[0].facts["parameters"], [_measured(model, run) for run in found]
    finished = [run for run in found if not run.stopped]
    return Row.beside(*about, baseline.strongest(finished)) if finished else Row(*about)


def layers(groups: Groups) -> pd.DataFrame:
    """Return the parameters layer by layer, one row per layer."""
    return pd.DataFrame(
        [
            {"network": MODEL_NAMES[model], **layer}
            for model, runs in groups.items()
            for layer in runs[0].facts["layers"]
        ]
    ).rename(columns={"output": "output shape"})


def honest_sentence(groups: Groups) -> str:
    """Compare the best network with the linear model in a sentence that states the spread over seeds."""
    early = runs.halted([run for group in groups.values() for run in group])
    return early + _verdict(runs.finished(groups))


def advice(groups: Groups) -> str:
    """Return what to change where a baseline has more than the best network; "" where none has.

    If the settings work already, say why the baseline is ahead unless that may be chance.
    """
    groups = runs.finished(groups)
    if not groups:
        return ""
    best = _best(groups)
    run, chosen, rival = groups[best][0], specs.from_dict(Spec, groups[best][0].spec), baseline.strongest(groups[best])
    if rival.gain > 0:
        return ""
    if presets.changes(chosen):
        return rivals.hint()
    return messages.baseline_ahead.format(images=run.facts["rows"][0]) if rival.significant else ""


def _best(groups: Groups) -> str:
    """Return the model with the highest validation accuracy: it is not chosen on the test set."""
    return max(groups, key=lambda model: _mean(groups[model], "validation_accuracy"))


def _mean(found: list[Run], name: str) -> float:
    return float(np.mean([run.metrics[name] for run in found]))


def _verdict(groups: Groups) -> str:
    if not groups:
        return messages.baselines_alone
    best, right = _best(groups), {model: _mean(found, "test_accuracy") for model, found in groups.items()}
    tested, rival = groups[best][0].facts["rows"][2], baseline.strongest(groups[best])
    chosen = messages.highest_validation * (len(groups) > 1)
    words = messages.best_network.format(
        model=MODEL_NAMES[best], chosen=chosen, accuracy=right[best], tested=tested, rival=rival.name, score=rival.score
    )
    words += rivals.verdict(messages.the_best_baseline, rival, tested, "images")
    top = max(right, key=right.__getitem__)
    if top != best:
        words += messages.test_set_leader.format(model=MODEL_NAMES[top], accuracy=right[top])
    return words.strip()


COMPILE_SECONDS = 4.0
HEAD = 0.1  # cost of an epoch of the head alone, relative to one of all layers: features are computed once
USUAL_CLASSES = 10


def estimate_seconds(missing: tuple[Spec, ...], known: list[Run], workers: int, pictures: int) -> float | None:
    """Estimate the seconds to train `missing` on so many images from the pace of stored runs; None without any."""
    return pace.seconds(COST, [(vars(spec), {"rows": pictures}) for spec in missing], known, workers)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Return the relative cost of an epoch from pixels and filters; small batches cost more per image."""
    classes = len(spec["classes"].split(",")) if spec["classes"] else USUAL_CLASSES
    trained = data["rows"] * (1 - spec["validation"] - spec["test"])
    trained = min(trained, spec["per_class"] * classes) if spec["per_class"] else trained
    return trained * (1 + 16 / spec["batch_size"]) * spec["side"] ** 2 * spec["width"]


COST = pace.Cost(
    "images",
    _work,
    lambda spec: spec["epochs"] + HEAD * spec["head_epochs"],
    COMPILE_SECONDS,
    lambda spec: spec["model"],
)
