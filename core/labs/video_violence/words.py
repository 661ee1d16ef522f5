"""Sentences of the violence check: the method, the result, and its reliability."""

from collections.abc import Mapping, Sequence

from core import settings
from core.labs.video_violence import elsewhere, rivals
from core.labs.video_violence.spec import Spec
from core.learn.rivals import p_text, verdict
from core.runs.store import Run

THRESHOLD = 0.5
PRIVACY = (
    "Videos stay in this browser session: they are decoded in memory, never saved, "
    "and gone when you close the page or remove them."
)
DRAWING = (
    "A script has drawn this clip: two figures meet, scuffle from 5.0 to 8.5 s, and part. The network was trained on "
    "surveillance videos, not on drawings: does it find the scuffle?"
)
SNAPSHOTS = (
    "Photographs are seconds apart, but the network is made for frames 0.16 s apart. Here each is treated as 0.16 s "
    "after the one before: this shows what differences are, and the probability means nothing."
)

HOW = """
**Input.** Every second, a window of two seconds is classified. Eight times in the window give eight images: the three
channels of each are absolute differences of frames 0.16 s apart, so that whatever does not move is black. The region
with the most motion, 62.5% of width and height, is cropped (of equal regions the one whose centre is nearest to the
motion), resized to 160 × 160 and normalised.

**Network.** MobileNetV2 0.35 computes feature maps of each image, a ConvLSTM reads the eight sets of maps in order, and
a sigmoid unit gives the probability of a fight: how much this motion resembles the fights in the training set.

**Motion-magnitude features.** Normalised differences are alike for a nod and a blow. So 16 motion-magnitude features
(percentiles of the grey levels in the region over the window) go into a logistic regression, whose log odds are added
to those of the network. On scenes that neither was trained on, this simple baseline comes close to the network, and the
sum is better than each: see *Training*.

**The network of the student report** that this lab re-examines: ten differences of *adjacent* frames spread over a
clip, 15% cropped on every side, 256 × 256, then ResNet50 in every time step, a ConvLSTM2D of 256 filters, and dense
layers: 61,467,261 parameters. It can be trained here too (*Training*, network `report`), on your clips and with
ImageNet weights; its layers are below.

**What the report got wrong.** It gives precision, recall and F1 as 0.73, 0.74 and 0.73, and the confusion matrix
[[72, 3], [5, 70]] of the same test clips, from which follow 0.96, 0.93 and 0.95: the first three are averages over
batches, and the average of a batch metric is not the metric of the set. Here every metric is computed once over the
whole set. Clips of one scene in both training and test set make the result of any network too optimistic, so here clips
are split by their source video.

**Limits.** The network sees motion, not intent. A shaking camera, a cut, a dance or a football match has as much motion
as a fight. Networks of this kind fall from about 95% accuracy within one dataset to about 70% across datasets
(arXiv 2111.08370). Try your own clips, and change the gain under *Inside the network*.
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
        known = f"its accuracy is {run.metrics['folds_accuracy']:.0%} on clips of scenes it was not trained on"
    else:
        known = f"its accuracy is {run.metrics['test_accuracy']:.0%} on its {run.facts['clips']['test']} test clips"
    return (
        f"The network compares the motion with the fights it was trained on; {known}{_beside(run)}{_elsewhere(run)}. "
        "It does not judge people."
    )


def _beside(run: Run) -> str:
    """Return the accuracy of the motion features alone, in brackets; "" where it is unknown."""
    if (found := rivals.beside(run)) is None:
        return ""
    tested = "" if found.p is None else f"; paired test scene by scene: {p_text(found.p)}"
    return f" ({found.name} alone: {found.score:.0%}{tested})"


def _elsewhere(run: Run) -> str:
    """Return what is known about videos of other sources."""
    if not (rows := elsewhere.of(run)):
        return ", and not measured on videos from other sources"
    _, wrong, others = elsewhere.flagged(rows, THRESHOLD)
    peaceful = f"{wrong} of {others} peaceful videos from other sources"
    return f", and it mistakes {peaceful} for fights (threshold {THRESHOLD})"


def stamps(run: Run) -> list[str]:
    """Return data, folds and origin for the line on provenance."""
    facts = [run.data["source"], f"{run.facts['parameters']:,} parameters"]
    if "folds_accuracy" in run.metrics:
        facts.append(
            f"{run.spec['folds']}-fold cross-validation by scene, {seeds(run)}: accuracy "
            f"{run.metrics['folds_accuracy']:.3f}, AUC {run.metrics['folds_auc']:.3f}"
        )
    return [*facts, {"shipped": "pre-trained", "store": "trained here"}[run.origin]]


def seeds(run: Run) -> str:
    """Return the number of trainings per fold as words."""
    return "one random seed" if run.spec["fold_seeds"] == 1 else f"{run.spec['fold_seeds']} random seeds"


def reached(run: Run) -> str:
    """Compare the targets of the shipped network with its results."""
    return (
        "Target in cross-validation by scene: accuracy 0.85 and AUC 0.92, at least 0.80 and 0.89. Reached: "
        f"{run.metrics['folds_accuracy']:.3f} and {run.metrics['folds_auc']:.3f} ({seeds(run)})."
    )


BACKBONES = {"light": ("MobileNetV2", "TAMRIN_BACKBONE"), "report": ("ResNet50 (95 MB)", "TAMRIN_RESNET")}


def needs(chosen: Spec) -> str:
    """Say what a training needs that is not part of the project; "" if it is all there."""
    name, variable = BACKBONES[chosen.network]
    config = settings.read()
    if not chosen.pretrained or (config.backbone if chosen.network == "light" else config.resnet):
        return ""
    return (
        f"ImageNet weights of {name} are not part of the project: Keras downloads them when the training begins, and "
        f"without internet access it ends with a sentence that says so, unless {variable} names a file with them. "
        "Without *ImageNet weights* the network learns little from few clips."
    )


def opinions(network: float, strength: float, probability: float) -> str:
    """Explain how the log odds of network and motion features of one window combine."""
    return (
        f"Log odds of a fight: network {network:+z.2f}, motion-magnitude features {strength:+z.2f}; their sum "
        f"{network + strength:+z.2f} is P(fight) = {probability:.2f}. Change the gain to see which of the two it "
        "affects, and when clipped grey levels affect both."
    )


def baseline(run: Run) -> str:
    """Say whether a network with motion features differs from these alone; "" if that was not tested."""
    found = rivals.beside(run)
    return verdict(found.name, found, run.facts.get("sources", 0), "scenes") if found else ""


BLIND = "Too few frames per second: no probability is computed here."


def found(spans: Sequence[Mapping[str, float]], threshold: float, seconds: float) -> str:
    """Summarise a timeline in one sentence."""
    if not spans:
        return f"No window in {seconds:.0f} s reaches P(fight) = {threshold:.2f}."
    total = sum(span["end"] - span["start"] for span in spans)
    noun = "segment reaches" if len(spans) == 1 else "segments reach"
    return f"{len(spans)} {noun} P(fight) = {threshold:.2f}, {total:.0f} s of {seconds:.0f} s in all."


def clock(seconds: float) -> str:
    """Format seconds: `75.5` as `1:15.5`."""
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"
