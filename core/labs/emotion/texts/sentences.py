"""Sentences of the emotion page, and the model card of the included classifiers."""

from collections.abc import Mapping
from typing import Any

from core.labs.emotion import rivals
from core.labs.emotion.rivals import NAMES
from core.labs.emotion.spec import BOTH, CELL_NAMES, Spec, presets
from core.learn import errors as metrics
from core.learn.rivals import TRY, beside, verdict
from core.runs.cards import made_with
from core.runs.store import Run

LIMITS = (
    "The network was trained on short English messages whose labels are hashtags that their writers chose. It predicts "
    "such hashtags; it does not judge anybody's state of mind."
)


def note(explained: Mapping[str, Any]) -> str:
    """Return a caution about a prediction; empty if there is none."""
    found = explained["words"]
    known = sum(word["known"] for word in found)
    if not found:
        return "There is no word in this (emoji and punctuation are not read): the prediction is meaningless."
    if not known:
        return "None of these words is in the vocabulary, which is English: the prediction is meaningless."
    if explained["cut"]:
        return f"Only the first {len(found)} words were read."
    if known < len(found) / 2:
        return f"Only {known} of {len(found)} words are in the vocabulary: do not rely on this."
    return ""


def honest(metrics: Mapping[str, float], facts: Mapping[str, Any], chosen: Spec | None = None) -> str:
    """State the test accuracy beside those of the rivals, and whether the strongest differs by more than chance.

    Where the settings `chosen` are behind it, say what to change.
    """
    own = metrics["test_accuracy"]
    found = {name: metrics[f"{name}_test_accuracy"] for name in reversed(NAMES) if f"{name}_test_accuracy" in metrics}
    told = ", ".join(f"{NAMES[name]} {accuracy:.1%}" for name, accuracy in found.items())
    said = f"The test accuracy is {own:.1%}; {told}."
    if "reddit_accuracy" in metrics:
        said += f" On comments from Reddit it is {metrics['reddit_accuracy']:.1%}."
    best = beside(NAMES, [(metrics, facts)])
    told = f"{said} {verdict(best.name, best, facts['rows'][2], 'texts')}".strip()
    behind = best.gain < 0 and chosen is not None and chosen != presets(chosen)["works"]
    return told + f" {TRY}" * behind


HOW = r"""
Each word is an integer, and each integer selects a row of the **embedding** matrix: a vector that is trained with the
rest of the network.

A **GRU** reads the vectors one by one and updates its state
$h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde h_t$: the update gate $z_t$ sets how much is kept, so that a "not" at
the beginning can still matter at the end. Whether it does is learned from the data: try "I did not feel happy at all
when she left."

A **bidirectional** GRU (in *Model*; the choice of the student report that this lab re-examines) has a
second GRU that reads from the last word to the first; the two final states are concatenated. Then follow batch
normalisation, dropout, a dense layer with ReLU, dropout, and a softmax over the classes, trained with the
cross-entropy $-\log p(\text{label})$.

**Word dropout** replaces a fraction of the words by *unknown* during training,
so that no prediction rests on a single word, and the learning rate decays to zero along half a cosine; the report's
network uses neither.

**Preprocessing.** Lower case, no punctuation, "didn't" becomes `didnt`. The vocabulary is built on the training set
alone. Words that are rare there, or new, become *unknown*, which has a row of its own in the embedding. Texts are
padded to the longest one; the padding is masked.

**Occlusion importance of a word**: the probability of the predicted class with all words, minus its probability when
this one word is left out. It tells what the network used, not what a person meant; and it misses words that matter only
together.

**Split.** train.txt has 16,000 texts; duplicates, and texts that also occur in val.txt, are removed. Nine tenths are
the training set, one tenth is the validation set, which chooses the epoch, and the 2,000 texts of val.txt are the test
set: no weight and no epoch depends on it, though its accuracy was known when the sizes of the network were chosen. The
bag of words (which words occur in the text, logistic regression) is trained on the same training set.

**What the report got wrong.** It has a test accuracy of 0.9413 and a loss of 0.0935 after 5 epochs, on an edition of
416,809 texts, and no simple baseline: a bag of words reaches most of it. Its vocabulary of 60,000 words gives the
embedding 6,000,000 of 6,194,502 parameters; 16,000 texts have about 15,000 different words, so three of four rows would
never be used here. *The report's settings* in the controls trains this network all the same.
"""


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
    for one in reversed(rivals.rivals(made[0])):
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
        "n-grams; its weight is the one with the best mean accuracy on both validation sets. The metrics of both test "
        "sets were known when size, seed and weights of the sources were chosen, so they are slightly optimistic."
    ]


def _spread(values: list[float]) -> str:
    mean, deviation = metrics.spread(values)
    return f"{mean:.4f}" + (f" ± {deviation:.4f}" if len(values) > 1 else "")
