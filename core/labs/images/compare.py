"""Compare stored runs: which exist, which are missing, metrics over seeds, and the concluding sentence."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.labs.images.spec import MODEL_NAMES, REPORT, Spec
from core.learn import errors as metrics
from core.runs import pace, runs
from core.runs.store import Run, Store

Groups = dict[str, list[Run]]


@dataclass(frozen=True)
class Comparison:
    """Runs found for the wanted specs, by model, and the specs without a finished run."""

    wanted: tuple[Spec, ...]
    groups: Groups
    missing: tuple[Spec, ...]

    @property
    def first(self) -> Spec:
        return self.wanted[0]

    @property
    def runs(self) -> list[Run]:
        return [run for group in self.groups.values() for run in group]

    def origin(self) -> str:
        """Return where the runs are from, for the line on provenance; "" if there are none."""
        if not self.runs:
            return ""
        names = {"shipped": "shipped models", "store": "own store"}
        where = " and ".join(names[o] for o in ("shipped", "store") if o in {run.origin for run in self.runs})
        halted = sum(run.stopped for run in self.runs)
        early = f", {halted} stopped early" * bool(halted)
        return f"{len(self.runs)} of {len(self.wanted)} networks, from {where}{early}"


def collect(store: Store, wanted: list[Spec], key: Callable[[Spec], str]) -> Comparison:
    """Look up every spec by its `key`. Stopped runs are shown, but count as missing."""
    found = [(spec, store.find("images", key(spec))) for spec in wanted]
    groups: Groups = {}
    for spec, run in found:
        if run:
            groups.setdefault(spec.model, []).append(run)
    missing = tuple(spec for spec, run in found if run is None or run.stopped)
    return Comparison(tuple(wanted), groups, missing)


def table(groups: Groups) -> pd.DataFrame:
    """Return one row per model (mean over seeds), then the baselines on the same images, and the report's accuracy."""
    rows = [_row(model, runs) for model, runs in groups.items()]
    first = next(iter(groups.values()))[0].metrics
    for name, who in (("linear model", "linear"), ("largest class", "naive")):
        rows.append({"network": name, "test accuracy": first[f"{who}_test_accuracy"],
                     "macro F1": first[f"{who}_test_macro_f1"]})  # fmt: skip
    return pd.DataFrame(rows)


def _row(model: str, runs: list[Run]) -> dict[str, object]:
    def mean(name: str) -> float:
        return float(np.mean([run.metrics[name] for run in runs]))

    return {
        "network": MODEL_NAMES[model],
        "test accuracy": mean("test_accuracy"),
        "± seeds": metrics.spread([run.metrics["test_accuracy"] for run in runs])[1] if len(runs) > 1 else None,
        "macro F1": mean("test_macro_f1"),
        "train accuracy": mean("train_accuracy"),
        "parameters": runs[0].facts["parameters"],
        "seconds": float(np.mean([run.seconds for run in runs])),
        "s per epoch": float(np.mean([run.seconds_per_epoch for run in runs])),
        "report": REPORT.get(model),
    }


def layers(groups: Groups) -> pd.DataFrame:
    """Return the parameters layer by layer, one row per layer."""
    return pd.DataFrame(
        [
            {"network": MODEL_NAMES[model], **layer}
            for model, runs in groups.items()
            for layer in runs[0].facts["layers"]
        ]
    )


def honest_sentence(groups: Groups) -> str:
    """Compare the best network with the linear model in a sentence that states the spread over seeds."""
    early = runs.halted([run for group in groups.values() for run in group])
    return early + _verdict(runs.finished(groups))


def _verdict(groups: Groups) -> str:
    if not groups:
        return "To beat: a linear model on 8 × 8 pixels. A network that does not beat it has learned nothing of shapes."

    def mean(model: str, name: str) -> float:
        return float(np.mean([run.metrics[name] for run in groups[model]]))

    best = max(groups, key=lambda model: mean(model, "validation_accuracy"))  # not chosen on the test set
    run, score = groups[best][0], mean(best, "test_accuracy")
    linear, tested = run.metrics["linear_test_accuracy"], run.facts["rows"][2]
    chance = float(np.sqrt(max(score * (1 - score), 1e-9) / tested))
    gain = score - linear
    words = f"{MODEL_NAMES[best]} tells {score:.1%} of {tested:,} test pictures right; a linear model on 8 × 8 "
    words += f"pixels {linear:.1%}. "
    top = max(groups, key=lambda model: mean(model, "test_accuracy"))
    if top != best:
        words += f"{MODEL_NAMES[best]} is named because it leads on the validation part, and the test part chooses "
        words += f"nothing; on the test part {MODEL_NAMES[top]} has {mean(top, 'test_accuracy'):.1%}. "
    if gain <= 2 * chance:
        return words + "That is no gain: here the convolutions bought nothing."
    return words + f"Differences below {2 * chance:.1%} are chance: that is twice the error of so small a test part."


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
    "images", _work, lambda spec: spec["epochs"] + HEAD * spec["head_epochs"], COMPILE_SECONDS,
    lambda spec: spec["model"],
)  # fmt: skip
