"""Sentences of the emotion page."""

from collections.abc import Mapping
from typing import Any

from core.labs.emotion.rivals import NAMES
from core.labs.emotion.spec import Spec, presets
from core.learn.rivals import TRY, beside, verdict

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
