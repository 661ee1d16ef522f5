"""Sentences of the emotion page."""

from collections.abc import Mapping
from typing import Any

from core.labs.emotion.rivals import NAMES
from core.learn.rivals import verdict

LIMITS = (
    "It knows short English messages whose labels are hashtags that their writers chose. It names what such messages "
    "were tagged with, and judges nobody's state of mind."
)


def note(explained: Mapping[str, Any]) -> str:
    """Return a caution about a prediction; empty if there is none."""
    found = explained["words"]
    known = sum(word["known"] for word in found)
    if not found:
        return "There is no word in this (emoji and punctuation are not read): the answer is only a habit."
    if not known:
        return "None of these words is in the vocabulary, which is English: the answer means nothing."
    if explained["cut"]:
        return f"Only the first {len(found)} words were read."
    if known < len(found) / 2:
        return f"Only {known} of {len(found)} words are in the vocabulary: do not rely on this."
    return ""


def honest(metrics: Mapping[str, float], facts: Mapping[str, Any]) -> str:
    """State the test accuracy beside those of the rivals, and whether the strongest differs by more than chance."""
    own = metrics["test_accuracy"]
    found = {name: metrics[f"{name}_test_accuracy"] for name in reversed(NAMES) if f"{name}_test_accuracy" in metrics}
    told = ", ".join(f"{NAMES[name]} {accuracy:.1%}" for name, accuracy in found.items())
    said = f"On texts that it did not learn from, {own:.1%} of the answers are right; {told}."
    p_values = {one["name"]: one["p"] for one in facts.get("rivals", ())}
    best = max(found, key=lambda name: found[name])
    if best not in p_values:
        return said
    return f"{said} {verdict(NAMES[best], own - found[best], p_values[best], facts['rows'][2], 'texts')}"


HOW = r"""
Each word is a number, each number a row of an **embedding**: a vector that is learned with the rest. A **GRU** reads
the vectors one by one and keeps a state $h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde h_t$: the update gate $z_t$
says what to keep, so that a "not" at the beginning could still count at the end. Whether it does is for the data to
teach: try "I did not feel happy at all when she left." **Bidirectional**
(the report's choice, in *Reader*) means a second GRU
that reads from the last word back to the first; both last states stand side by side. Then: batch normalisation,
dropout, a dense layer with ReLU, dropout, and a softmax over the classes, trained with cross-entropy
$-\log p(\text{label})$. While training, a share of the words is hidden (counts as unknown), so that no answer hangs
on one word alone, and the learning rate falls to zero along half a cosine; the report's network does without both.

**Words.** Lower case, no punctuation, "didn't" is `didnt`. The vocabulary is built on the training part alone. A word
that is rare there, or new, counts as *unknown*, and that has a row of its own. Texts are padded to the longest; the
padding is never looked at.

**Influence of a word** is by occlusion: the probability of the answer with all words, minus the probability when this
one word is left out. It says what the network used, not what a person meant; and words that matter only together hide
from it.

**Protocol.** train.txt has 16,000 texts; repeated ones and those that also stand in val.txt are left out. Nine tenths
train, one tenth chooses the epoch, and val.txt, 2,000 texts, tests: no weight and no epoch depend
on it, though its figure was in view when the sizes were settled on. The bag of words (which words
stand in the text, logistic regression) learns from the same nine tenths.

**The report's figure**: test accuracy 0.9413, loss 0.0935, with 5 epochs on an edition of 416,809 texts. Its vocabulary
of 60,000 gives the embedding 6,000,000 of 6,194,502 parameters; 16,000 texts hold about 15,000 different words, so
three of four rows would never be used here. *The report's network* in the controls trains it all the same. Its fault:
no simple baseline. A bag of words reaches most of it.
"""
