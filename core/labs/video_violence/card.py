"""Model card of the shipped network, written from its run; the table of experiments is maintained by hand."""

from core.labs.video_violence import words
from core.runs.cards import made_with
from core.runs.store import Run

ABOUT = """
A network that says how much the motion in two seconds of video looks like a fight in a surveillance camera. MobileNetV2
0.35 reads eight pictures, each of three absolute differences of frames 0.16 s apart around the place with the most
motion; a ConvLSTM of 32 filters reads their maps in order. A logistic regression on sixteen numbers of how strong the
motion is, which standardising hides from the network, adds its log odds. It is for teaching.

- Limits: learned from 251 clips of about two seconds, most from fixed cameras above streets, shops and corridors. Other
  cameras, sports, dancing, crowds, a camera that shakes or pans, and cuts of a film are not what it has seen, and it is
  often wrong on them. Models of this kind fall from about 95 % inside one data set to about 70 % across data sets
  (arXiv 2111.08370). It sees motion, not intent. It is no verdict on people, and must never be used as one.
- First weights: ImageNet's. Every batch norm was learned anew from differences, then everything above `block_9_add` was
  trained, then every layer at a small rate: no kernel is as it came.
"""

# All on the same clips, five folds by source: means over the folds, and over two seeds (ridge: two draws of folds).
TRIED = (
    ("ridge on MobileNetV2 features of single differences two frames apart, 224 x 224", 0.740, 0.822),
    ("the same at 128 x 128", 0.686, 0.756),
    ("four frames apart, 128 x 128", 0.670, 0.732),
    ("three successive differences as channels, 128 x 128", 0.707, 0.773),
    ("and a square around the most motion, half of the side, 128 x 128", 0.706, 0.813),
    ("the square 0.625 of the side, 160 x 160", 0.739, 0.836),
    ("the same at 192 x 192", 0.742, 0.822),
    ("160 x 160, batch norms learned anew from differences", 0.772, 0.860),
    ("this network, only what is above `block_9_add` trained, 6 epochs", 0.802, 0.883),
    ("the same with twelve views of each clip, not four (batch norms from all clips, without labels)", 0.772, 0.874),
    ("and with a running average of the weights", 0.755, 0.876),
    ("this network, then all of it for 2 epochs", 0.793, 0.887),
    ("then for 6 epochs at twice the rate, on views drawn anew each time, clips mixed in pairs", 0.786, 0.891),
    ("and each fold's logits moved by what the other folds say", 0.774, 0.891),
    ("the one before those two, averaged with the mirror image of each clip; twice the work, not used", 0.799, 0.891),
    ("sixteen numbers of how strong the motion in the square is, alone", 0.740, 0.820),
    ("the network of 2 epochs and those numbers, log odds added", 0.821, 0.898),
    ("the same, of equal squares not the first but the one nearest to the motion's centre (shipped)", 0.821, 0.898),
    ("the network of 6 epochs and those numbers; three times the training, not used", 0.818, 0.906),
    ("the network of 2 epochs and thirty numbers of optical flow (Farneback), half the weight; slower", 0.805, 0.903),
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
        f"- Calibration: temperature {run.facts['temperature']:.2f}, set on the held-out folds.",
        f"- Spec: {', '.join(f'{name} {value}' for name, value in run.spec.items() if value != '')}.",
        made_with(run),
        "- Command: `TAMRIN_FIGHTS=FOLDER python -m core ship --kind violence`.",
        "",
        "| part | accuracy | AUC | precision | recall | F1 |",
        "|---|---|---|---|---|---|",
        *(_row(name, first, name) for name in ("train", "validation", "test")),
        _row(_folds_title(run), first, "folds"),
        _row("of these the network alone", first, "folds_network"),
        _row("and the strength of motion alone", first, "folds_strength"),
        "",
        f"The held-out folds are the figure to go by: the test part has {run.facts['clips']['test']} clips only. "
        + words.reached(run)
        + " What is shipped was chosen among the trials below by the same folds, so it flatters itself by a little.",
        "",
        "## What was tried",
        "",
        "| network | accuracy | AUC |",
        "|---|---|---|",
        *(f"| {what} | {accuracy:.3f} | {auc:.3f} |" for what, accuracy, auc in TRIED),
        "",
    ]
    return "\n".join(lines)


def _folds_title(run: Run) -> str:
    return f"mean of {run.spec['folds']} held-out folds, {words.seeds(run)}"


def _row(title: str, figures: dict[str, float], part: str) -> str:
    names = ("accuracy", "auc", "precision", "recall", "f1")
    return f"| {title} | " + " | ".join(f"{figures[f'{part}_{name}']:.3f}" for name in names) + " |"
