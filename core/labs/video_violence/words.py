"""Sentences of the violence check: the method, the result, and its reliability; and the model card."""

from collections.abc import Mapping, Sequence
from typing import Any

from core import settings
from core.files.phrases import minus
from core.labs.video_violence import elsewhere, rivals
from core.labs.video_violence.spec import Spec
from core.learn.rivals import p_text, verdict
from core.runs.cards import made_with
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
    network, strength = round(network, 2), round(strength, 2)  # the sum that is shown is that of the numbers shown
    return minus(
        f"Log odds of a fight: network {network:+z.2f}, motion-magnitude features {strength:+z.2f}; their sum "
        f"{network + strength:+z.2f} is P(fight) = {probability:.2f}. Change the gain to see which of the two it "
        "affects, and when clipped grey levels affect both."
    )


def baseline(run: Run) -> str:
    """Say whether a network with motion features differs from these alone; "" if that was not tested."""
    found = rivals.beside(run)
    return verdict(found.name, found, run.facts.get("sources", 0), "scenes") if found else ""


BLIND = "Too few frames per second: no probability is computed here."


def found(spans: Sequence[Mapping[str, Any]], threshold: float, seconds: float) -> str:
    """Summarise a timeline in one sentence."""
    if not spans:
        return f"No window in {seconds:.0f} s reaches P(fight) = {threshold:.2f}."
    total = sum(span["end"] - span["start"] for span in spans)
    noun = "segment reaches" if len(spans) == 1 else "segments reach"
    return f"{len(spans)} {noun} P(fight) = {threshold:.2f}, {total:.0f} s of {seconds:.0f} s in all."


def clock(seconds: float) -> str:
    """Format seconds: `75.5` as `1:15.5`."""
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"


ABOUT = """
A network that estimates the probability of a fight from the motion in two seconds of surveillance video. MobileNetV2
0.35 computes feature maps of eight images, each of three absolute differences of frames 0.16 s apart around the region
with the most motion; a ConvLSTM of 32 filters reads them in order. A logistic regression on 16 motion-magnitude
features, which normalisation hides from the network, adds its log odds. It is for teaching.

- Limits: trained on 251 clips of about two seconds, most from fixed cameras above streets, shops and corridors. Other
  cameras, sports, dancing, crowds, a camera that shakes or pans, and film cuts are not in the training set, and it is
  often wrong on them. Models of this kind fall from about 95% accuracy within one dataset to about 70% across
  datasets (arXiv 2111.08370). It sees motion, not intent. It does not judge people and must never be used to do so.
- Initial weights: ImageNet. All batch-normalisation layers were trained anew on differences, then all layers above
  `block_9_add` were trained, then all layers at a small learning rate.
"""

# All on the same clips, five folds by source: means over the folds, and over two seeds (ridge: two draws of folds).
TRIED = (
    ("ridge on MobileNetV2 features of single differences two frames apart, 224 x 224", 0.740, 0.822),
    ("the same at 128 x 128", 0.686, 0.756),
    ("four frames apart, 128 x 128", 0.670, 0.732),
    ("three successive differences as channels, 128 x 128", 0.707, 0.773),
    ("and a crop around the most motion, half of the side, 128 x 128", 0.706, 0.813),
    ("the crop 0.625 of the side, 160 x 160", 0.739, 0.836),
    ("the same at 192 x 192", 0.742, 0.822),
    ("160 x 160, batch normalisation trained anew on differences", 0.772, 0.860),
    ("this network, only what is above `block_9_add` trained, 6 epochs", 0.802, 0.883),
    ("the same with twelve augmented views per clip, not four (batch statistics from all clips)", 0.772, 0.874),
    ("and with a moving average of the weights", 0.755, 0.876),
    ("this network, then fine-tuning of all layers for 2 epochs", 0.793, 0.887),
    ("then for 6 epochs at twice the learning rate, with new augmentation each time and mixup", 0.786, 0.891),
    ("and each fold's logits shifted by an offset from the other folds", 0.774, 0.891),
    ("the one before those two, averaged with the flip of each clip; twice the cost, not used", 0.799, 0.891),
    ("16 motion-magnitude features alone", 0.740, 0.820),
    ("the network of 2 epochs and these features, log odds added", 0.821, 0.898),
    ("the same, of equal crops the one nearest to the centre of the motion (included)", 0.821, 0.898),
    ("the network of 6 epochs and these features; three times the training, not used", 0.818, 0.906),
    ("the network of 2 epochs and 30 features of optical flow (Farneback), half the weight; slower", 0.805, 0.903),
)


def written(run: Run) -> str:
    """Return the card; every number comes from the run."""
    first = run.metrics
    lines = [
        "# Model card: violence",
        ABOUT.rstrip(),
        f"- Data: {run.data['source']}, {run.facts['sources']} sources, fingerprint `{run.data['fingerprint']}`; the "
        "clips are not part of this project.",
        "- Split: by source. " + ", ".join(f"{name} {count}" for name, count in run.facts["clips"].items()) + " clips.",
        f"- Calibration: temperature {run.facts['temperature']:.2f}, fitted on the cross-validation folds.",
        f"- Spec: {', '.join(f'{name} {value}' for name, value in run.spec.items() if value != '')}.",
        made_with(run),
        "- Command: `TAMRIN_FIGHTS=FOLDER python -m core ship --kind violence`.",
        "",
        "| set | accuracy | AUC | precision | recall | F1 |",
        "|---|---|---|---|---|---|",
        *(_row(name, first, name) for name in ("train", "validation", "test")),
        _row(_folds_title(run), first, "folds"),
        _row("of these: network alone", first, "folds_network"),
        _row("motion-magnitude features alone", first, "folds_strength"),
        "",
        f"Cross-validation is the most reliable estimate: the test set has only {run.facts['clips']['test']} clips. "
        + reached(run)
        + " The included model was chosen among the trials below on the same folds, so its result is slightly "
        "optimistic.",
        "",
        "## Models compared",
        "",
        "| network | accuracy | AUC |",
        "|---|---|---|",
        *(f"| {what} | {accuracy:.3f} | {auc:.3f} |" for what, accuracy, auc in TRIED),
        "",
    ]
    return "\n".join(lines)


def _folds_title(run: Run) -> str:
    return f"{run.spec['folds']}-fold cross-validation, {seeds(run)}"


def _row(title: str, figures: dict[str, float], part: str) -> str:
    names = ("accuracy", "auc", "precision", "recall", "f1")
    return f"| {title} | " + " | ".join(f"{figures[f'{part}_{name}']:.3f}" for name in names) + " |"
