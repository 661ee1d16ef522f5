"""Write the model card of the included classifiers; every figure is taken from the runs."""

from core.labs.emotion import rivals
from core.labs.emotion.spec import BOTH, CELL_NAMES
from core.learn import errors as metrics
from core.runs.cards import made_with
from core.runs.store import Run

USE = """\
Classifiers of short English texts with six emotions as classes, for teaching: a GRU, and the models it is compared
with, among them a bidirectional GRU; one random seed each, so differences of about one point between networks mean
little.

- Use: education and research only, as the terms of the data set ask. The texts are not included.
- Limits: English; short first-person messages; labels are hashtags that the writers set themselves, so they are noisy,
  and the six classes are not all there is. It predicts the hashtag of such messages. It does not judge a
  person's state of mind and must not be used to do so.
- Split: train.txt without duplicates and without texts that also occur in val.txt; nine tenths are the training set,
  one tenth is the validation set, which chooses the epoch of each network and the C of the logistic regression. val.txt
  is the test set: no weight and no epoch was chosen by it, but its metrics were known when sizes, learning rate and
  word dropout were chosen, so they are slightly optimistic.
- Vocabulary: built on the training set. Words that occur there less than twice count as unknown.
- Metrics: computed once over the whole set with the kept weights (half precision). Macro F1 is the mean over classes.
"""


def card(made: list[Run]) -> str:
    """Return the card: use, limits, split, spec, versions, command, and a row of metrics for each model."""
    first = made[0]
    left_out = ("cell", "seed", "data", "text", "label")
    spec = ", ".join(f"{name} {value}" for name, value in first.spec.items() if name not in left_out)
    train, validation, test = first.facts["rows"]
    lines = [
        "# Model card: emotion",
        "",
        USE,
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
HEADS = " | ".join(name.replace("_", " ").replace("f1", "F1") for name in FIGURES)


def _table(made: list[Run]) -> list[str]:
    rows = ["| model | random seeds | parameters | " + HEADS + " |", "|" + "---|" * (len(FIGURES) + 3)]
    for name in dict.fromkeys(_name(run) for run in made):
        group = [run for run in made if _name(run) == name]
        cells = [_spread([run.metrics[name] for run in group]) for name in FIGURES]
        seeds, parameters = ", ".join(str(run.spec["seed"]) for run in group), group[0].facts["parameters"]
        rows.append(f"| {name} | {seeds} | {parameters:,} | " + " | ".join(cells) + " |")
    trained = {_name(run) for run in made}
    for one in reversed([rival for rival in rivals.rivals(made[0]) if rival.name not in trained]):
        cells = " | ".join(f"{one.metrics[name]:.4f}" for name in FIGURES[1:])
        rows.append(f"| {one.name} | – | {one.parameters:,} | – | {cells} |")
    return rows


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


def _spread(values: list[float]) -> str:
    mean, deviation = metrics.spread(values)
    return f"{mean:.4f}" + (f" ± {deviation:.4f}" if len(values) > 1 else "")
