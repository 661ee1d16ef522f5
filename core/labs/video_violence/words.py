"""Sentences of the violence check: the method, the result, and its reliability."""

from collections.abc import Mapping, Sequence

from core.learn.rivals import verdict
from core.runs.store import Run

PRIVACY = (
    "Videos stay in this browser session: they are decoded in a worker's memory, written to no disk and no store, "
    "and gone when you close the page or remove them."
)
DRAWING = "This clip is a drawing made by a script: two figures meet, scuffle from 5.0 to 8.5 s, and part. No people."
SNAPSHOTS = (
    "Photographs are seconds apart, and the network is made for frames 0.16 s apart. Here each is taken as 0.16 s "
    "after the one before: good for seeing what differences are, not for judging anything."
)

HOW = """
**What it reads.** A video is read once, in order, each frame with its own time stamp. Every second a window of two
seconds is judged. Eight moments of the window become eight pictures: each has three absolute differences of frames
0.16 s apart as its channels, so that what stands still is black. The part with the most motion, 62.5 % of the width
and of the height, is cut out (of equal places the one that has the motion nearest to its centre), resized to 160 x 160
and standardised. MobileNetV2 0.35 turns each picture into maps, a ConvLSTM reads the eight maps in order, and one
number comes out: how much this motion resembles the fights that it was trained on.

**What standardising takes away.** A standardised difference looks alike for a nod and a blow. Sixteen numbers say how
strong the motion in that part is (percentiles of its grey levels over the window), a logistic regression reads them,
and its log odds are added to the network's. On scenes that neither has seen this plain baseline comes close to the
network, and both together are better than each: the figures are under *Training*.

**What the course report does.** Ten differences of *adjacent* frames spread over a clip, 15 % cut off every side,
256 x 256, then ResNet50 in every step, a ConvLSTM2D of 256 filters, and dense layers: 61,467,261 parameters. It can be
trained here too (*Training*, network `report`), on your clips and with ImageNet weights; its layers are below.

**The report's fault.** It states precision, recall and F1 of 0.73, 0.74 and 0.73 beside the confusion matrix
[[72, 3], [5, 70]] of the same test clips. That matrix gives 0.96, 0.93 and 0.95: the first three are averages over
batches, and an average over batches is not the measure. Here every figure is computed once over the whole set. Clips
of one scene on both sides of a split flatter any network, so here clips are split by their source video.

**What it cannot do.** It sees motion, not intent. A camera that shakes, a cut, a dance or a football match moves as
much as a fight does. Networks of this kind fall from about 95 % inside one data set to about 70 % across data sets
(arXiv 2111.08370). Try your own clips, and turn up the gain under *What the network saw*.
"""

REPORT_LAYERS = (
    ("TimeDistributed(ResNet50)", "10 × 8 × 8 × 2048", 23_587_712),
    ("ConvLSTM2D, 256 filters 3 × 3", "8 × 8 × 256", 21_234_688),
    ("BatchNormalization", "8 × 8 × 256", 1_024),
    ("Flatten", "16384", 0),
    ("Dense 1000", "1000", 16_385_000),
    ("Dense 256", "256", 256_256),
    ("Dense 10", "10", 2_570),
    ("Dense 1", "1", 11),
)


def honest(run: Run) -> str:
    """Return the sentence on reliability below every result."""
    if "folds_accuracy" in run.metrics:
        known = f"it is right on {run.metrics['folds_accuracy']:.0%} of clips from scenes it has not seen"
    else:
        known = f"it is right on {run.metrics['test_accuracy']:.0%} of its {run.facts['clips']['test']} test clips"
    return (
        f"This says how much the motion looks like the fights it learned from; {known}, and less on other cameras. "
        "It is no verdict on people."
    )


def stamps(run: Run) -> list[str]:
    """Return data, folds and origin for the line on provenance."""
    facts = [run.data["source"], f"{run.facts['parameters']:,} parameters"]
    if "folds_accuracy" in run.metrics:
        facts.append(
            f"{run.spec['folds']} folds by scene, {seeds(run)}: accuracy {run.metrics['folds_accuracy']:.3f}, "
            f"AUC {run.metrics['folds_auc']:.3f}"
        )
    return [*facts, {"shipped": "shipped network", "store": "trained here"}[run.origin]]


def seeds(run: Run) -> str:
    """Return the number of trainings per fold as words."""
    return "one seed" if run.spec["fold_seeds"] == 1 else f"{run.spec['fold_seeds']} seeds"


def reached(run: Run) -> str:
    """Compare the targets of the shipped network with its results."""
    return (
        "Aimed at: accuracy 0.85 and AUC 0.92 over held-out scenes, and no less than 0.80 and 0.89. Reached: "
        f"{run.metrics['folds_accuracy']:.3f} and {run.metrics['folds_auc']:.3f} ({seeds(run)})."
    )


def opinions(network: float, strength: float, probability: float) -> str:
    """Explain how the log odds of network and motion features of one window combine."""
    return (
        f"Log odds of a fight: the network {network:+.2f}, how strong the motion is {strength:+.2f}; together "
        f"{network + strength:+.2f}, which is {probability:.2f}. Turn the gain to see which of the two it moves, and "
        "where clipped frames move both."
    )


def baseline(run: Run) -> str:
    """Return the accuracy of each of the two parts alone over the held-out folds; empty without folds."""
    if "folds_strength_accuracy" not in run.metrics:
        return ""
    alone = {
        name: f"{run.metrics[f'{part}_accuracy']:.3f} (AUC {run.metrics[f'{part}_auc']:.3f})"
        for name, part in (("network", "folds_network"), ("strength", "folds_strength"), ("both", "folds"))
    }
    told = (
        f"Over the folds the network alone is right on {alone['network']}, logistic regression on sixteen numbers of "
        f"how strong the motion is on {alone['strength']}, both together on {alone['both']}."
    )
    gain = run.metrics["folds_accuracy"] - run.metrics["folds_strength_accuracy"]
    p_values = [one["p"] for one in run.facts.get("rivals", ()) if "p" in one]
    tested = [verdict("the regression", gain, p, run.facts["sources"], "scenes") for p in p_values]
    return " ".join([told, *tested])


BLIND = "Too few frames a second to judge: no probability is given here."


def found(spans: Sequence[Mapping[str, float]], threshold: float, seconds: float) -> str:
    """Summarise a timeline in one sentence."""
    if not spans:
        return f"Nothing in {seconds:.0f} s reaches {threshold:.2f}."
    total = sum(span["end"] - span["start"] for span in spans)
    noun = "span reaches" if len(spans) == 1 else "spans reach"
    return f"{len(spans)} {noun} {threshold:.2f}: {total:.0f} of {seconds:.0f} s."


def clock(seconds: float) -> str:
    """Format seconds: `75.5` as `1:15.5`."""
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"
