"""Write the model card of the included classifiers; every figure is taken from the runs."""

from core.labs.emotion import messages, rivals
from core.labs.emotion.spec import BOTH, CELL_NAMES
from core.runs.cards import made_with, over_seeds, table
from core.runs.store import Run


def card(made: list[Run]) -> str:
    """Return the card: use, limits, split, spec, versions, command, and a row of metrics for each model."""
    first = made[0]
    left_out = ("cell", "seed", "data", "text", "label")
    spec = ", ".join(f"{name} {value}" for name, value in first.spec.items() if name not in left_out)
    train, validation, test = first.facts["rows"]
    lines = [
        "# Model card: emotion",
        "",
        messages.about_card.strip(),
        "",
        f"- Data: {first.data['source']}; {train:,} texts for training, {validation:,} for validation, {test:,} for "
        f"testing; fingerprint `{first.data['fingerprint']}`.",
        *_second_source(made),
        f"- Spec: {spec}.",
        made_with(first),
        "- Command: `python -m core ship --kind emotion`, with the texts in the folder of `TAMRIN_EMOTION`.",
        "",
        *_table(made),
        "",
    ]
    return "\n".join(lines)


FIGURES = ("validation_accuracy", "test_accuracy", "test_macro_f1", "test_loss")


def _table(made: list[Run]) -> list[str]:
    rows: list[list[str]] = []
    for name in dict.fromkeys(_name(run) for run in made):
        group = [run for run in made if _name(run) == name]
        cells = [over_seeds([run.metrics[name] for run in group], ".4f") for name in FIGURES]
        seeds, parameters = ", ".join(str(run.spec["seed"]) for run in group), group[0].facts["parameters"]
        rows.append([name, seeds, f"{parameters:,}", *cells])
    trained = {_name(run) for run in made}
    for one in reversed([rival for rival in rivals.rivals(made[0]) if rival.name not in trained]):
        rows.append([one.name, "–", f"{one.parameters:,}", "–", *(f"{one.metrics[name]:.4f}" for name in FIGURES[1:])])
    names = [name.replace("_", " ").replace("f1", "F1") for name in FIGURES]
    return table(("model", "random seeds", "parameters", *names), rows)


def _name(run: Run) -> str:
    name = CELL_NAMES[run.spec["cell"]]
    return f"{name} and n-grams, two sources" if run.spec["data"] == BOTH else name


def _second_source(made: list[Run]) -> list[str]:
    """Describe the network that is trained on two sources, with its metrics on the test set of the second one."""
    found = next((run for run in made if run.spec["data"] == BOTH), None)
    if found is None:
        return []
    (train, validation, _), figures = found.facts["rows"], found.metrics
    return [
        f"- Two sources: {found.data['source']}; {train:,} texts train, {validation:,} validate. Tests: accuracy "
        f"{figures['test_accuracy']:.4f} on val.txt; {figures['reddit_accuracy']:.4f}, macro F1 "
        f"{figures['reddit_macro_f1']:.4f}, on dev.txt (Reddit, Apache-2.0). The linear path is logistic regression on "
        "n-grams; its weight is the one with the best accuracy on the worse of both validation sets. The metrics of "
        "both test sets were known when size, seed and weights of the sources were chosen, so they are slightly "
        "optimistic."
    ]
