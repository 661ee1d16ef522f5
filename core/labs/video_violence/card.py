"""Model card of the shipped network, written from its run; the table of experiments is maintained by hand."""

from core.labs.video_violence import words
from core.runs.cards import made_with
from core.runs.store import Run

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
        + words.reached(run)
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
    return f"{run.spec['folds']}-fold cross-validation, {words.seeds(run)}"


def _row(title: str, figures: dict[str, float], part: str) -> str:
    names = ("accuracy", "auc", "precision", "recall", "f1")
    return f"| {title} | " + " | ".join(f"{figures[f'{part}_{name}']:.3f}" for name in names) + " |"
