"""Write the model card of the shipped runs."""

from collections.abc import Mapping

from core.labs.images import baseline, messages
from core.labs.images.spec import MODEL_NAMES, SCRATCH, Spec
from core.learn import errors as metrics
from core.runs import spec as specs
from core.runs.cards import made_with
from core.runs.store import Run


def card(made: list[Run]) -> str:
    """Return the model card of the shipped runs."""
    report = [run for run in made if not run.spec["classes"] and run.spec["model"] != "vgg"]
    works = [run for run in made if run.spec["model"] == "vgg" and not run.spec["classes"]]
    first, name = made[0], f"{_name(works[0])}, 32 x 32, {len(works)} seeds"
    lines = [
        "# Model card: images",
        "",
        messages.about_card.strip(),
        "",
        f"- Data: {first.data['source']}, {first.data['rows']:,} images, fingerprint `{first.data['fingerprint']}`.",
        made_with(first),
        "- Command: `python -m core ship --kind images`.",
        "",
        "| network | parameters | test accuracy | macro F1 |",
        "|---|---|---|---|",
        *(_row(_name(run), run.facts["parameters"], run.metrics) for run in report),
        *_baselines(report[0]),
        _row(name, works[0].facts["parameters"], *(run.metrics for run in works)),
        *_baselines(works[0], ", 32 x 32"),
        "",
        *_curve([run for run in made if run.spec["per_class"]]),
        "",
    ]
    return "\n".join(lines)


def _row(name: str, parameters: int, *found: Mapping[str, float]) -> str:
    """Return a row of the table: the metrics of one network, or their mean and spread over several."""
    scores = [metrics.spread([one[f"test_{metric}"] for one in found]) for metric in ("accuracy", "macro_f1")]
    cells = [f"{mean:.3f}" + f" ± {deviation:.3f}" * (len(found) > 1) for mean, deviation in scores]
    return f"| {name} | {parameters:,} | {cells[0]} | {cells[1]} |"


def _baselines(run: Run, size: str = "") -> list[str]:
    return [_row(one.name + size, one.parameters, one.metrics) for one in reversed(baseline.rivals(run))]


def _name(run: Run) -> str:
    return MODEL_NAMES[specs.from_dict(Spec, run.spec).model]


def _curve(found: list[Run]) -> list[str]:
    """Return the table of the transfers and of the trainings from scratch by images per class."""
    curve, works = ([run for run in found if (run.spec["model"] == "vgg") == wanted] for wanted in (False, True))
    edges, shapes = (f"{name}_test_accuracy" for name in ("edges", "shapes"))
    head = ("training images per class", "transfer, test accuracy", "from scratch", "settings that work: transfer")
    head += ("the same network from scratch", baseline.NAMES["edges"], baseline.NAMES["shapes"])
    rows = [
        (
            str(amount),
            *(_over_seeds(group, amount, way) for group in (curve, works) for way in (True, False)),
            *(_over_seeds(curve, amount, False, metric) for metric in (edges, shapes)),
        )
        for amount in sorted({run.spec["per_class"] for run in curve})
    ]
    return ["| " + " | ".join(cells) + " |" for cells in (head, ("---",) * len(head), *rows)]


def _over_seeds(found: list[Run], amount: int, transfers: bool, metric: str = "test_accuracy") -> str:
    same = [r for r in found if r.spec["per_class"] == amount and (r.spec["start"] != SCRATCH) == transfers]
    if not same:
        return "–"
    mean, deviation = metrics.spread([run.metrics[metric] for run in same])
    return f"{mean:.3f} ± {deviation:.3f} ({len(same)} seeds)" if len(same) > 1 else f"{mean:.3f} (one seed)"
