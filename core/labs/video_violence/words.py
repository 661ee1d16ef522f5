"""Sentences of the violence check: the method, the result, and its reliability; and the model card."""

from collections.abc import Mapping, Sequence
from typing import Any

from core import settings
from core.files.phrases import minus
from core.labs.video_violence import elsewhere, messages, rivals
from core.labs.video_violence.spec import Spec, works
from core.learn.rivals import hint, p_text, significance, verdict
from core.runs import spec
from core.runs.cards import made_with
from core.runs.store import Run

THRESHOLD = 0.5

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
    """Return the sentence on reliability below every result; of a network behind its baseline, what to change."""
    if "folds_accuracy" in run.metrics:
        known = messages.accuracy_on_scenes.format(accuracy=run.metrics["folds_accuracy"])
    else:
        known = messages.accuracy_on_test.format(
            accuracy=run.metrics["test_accuracy"], clips=run.facts["clips"]["test"]
        )
    told = messages.reliability.format(known=known, beside=_beside(run), elsewhere=_elsewhere(run))
    return f"{told} {change(run.metrics, run.facts, spec.from_dict(Spec, run.spec))}".rstrip()


def change(metrics: Mapping[str, float], facts: Mapping[str, Any], chosen: Spec) -> str:
    """Return what to change of a network behind its strongest baseline; "" if the settings work already."""
    found = rivals.beside(metrics, facts)
    return hint() if found is not None and found.gain < 0 and not works(chosen) else ""


def _beside(run: Run) -> str:
    """Return the accuracy of the strongest baseline, and whether it differs, in brackets; "" where it is unknown."""
    if (found := rivals.beside(run.metrics, run.facts)) is None:
        return ""
    tested = ""
    if found.p is not None:
        tested = messages.paired_test.format(significance=significance(found), p=p_text(found.p))
    return messages.strongest_baseline.format(name=found.name, score=found.score, tested=tested)


def _elsewhere(run: Run) -> str:
    """Return what is known about videos of other sources."""
    if not (rows := elsewhere.of(run)):
        return messages.not_elsewhere
    _, wrong, others = elsewhere.flagged(rows, THRESHOLD)
    return messages.mistakes_elsewhere.format(wrong=wrong, others=others, threshold=THRESHOLD)


def stamps(run: Run) -> list[str]:
    """Return data, folds and origin for the line on provenance."""
    facts = [run.data["source"], messages.parameters.format(count=run.facts["parameters"])]
    if "folds_accuracy" in run.metrics:
        facts.append(
            messages.folds_reached.format(
                folds=run.spec["folds"],
                seeds=seeds(run),
                accuracy=run.metrics["folds_accuracy"],
                auc=run.metrics["folds_auc"],
            )
        )
    return [*facts, messages.group("origins")[run.origin]]


def seeds(run: Run) -> str:
    """Return the number of trainings per fold as words."""
    count = run.spec["fold_seeds"]
    return messages.plural("seeds", count).format(count=count)


def reached(run: Run) -> str:
    """Compare the targets of the shipped network with its results."""
    return messages.targets.format(
        accuracy=run.metrics["folds_accuracy"], auc=run.metrics["folds_auc"], seeds=seeds(run)
    )


BACKBONES = {"light": ("MobileNetV2", "TAMRIN_BACKBONE"), "report": ("ResNet50 (95 MB)", "TAMRIN_RESNET")}


def needs(chosen: Spec) -> str:
    """Say what a training needs that is not part of the project; "" if it is all there."""
    name, variable = BACKBONES[chosen.network]
    config = settings.read()
    if not chosen.pretrained or (config.backbone if chosen.network == "light" else config.resnet):
        return ""
    return messages.needs_imagenet.format(network=name, variable=variable)


def opinions(network: float, strength: float, probability: float) -> str:
    """Explain how the log odds of network and motion features of one window combine."""
    network, strength = round(network, 2), round(strength, 2)  # the sum that is shown is that of the numbers shown
    return minus(
        messages.log_odds.format(network=network, strength=strength, sum=network + strength, probability=probability)
    )


def baseline(metrics: Mapping[str, float], facts: Mapping[str, Any]) -> str:
    """Say whether a network differs from its strongest baseline, or why that is not tested; "" if it is unknown."""
    found, scenes = rivals.beside(metrics, facts), facts.get("scenes", facts.get("sources", 0))
    if found and found.p is None and 0 < scenes < rivals.LEAST_SCENES:
        return messages.plural("too_few_scenes", scenes).format(scenes=scenes, least=rivals.LEAST_SCENES)
    return verdict(found.name, found, scenes, messages.scenes) if found else ""


def found(spans: Sequence[Mapping[str, Any]], threshold: float, seconds: float) -> str:
    """Summarise a timeline in one sentence."""
    if not spans:
        return messages.none_reaches.format(seconds=seconds, threshold=threshold)
    total = sum(span["end"] - span["start"] for span in spans)
    told = messages.plural("some_reach", len(spans))
    return told.format(count=len(spans), threshold=threshold, total=total, seconds=seconds)


def clock(seconds: float) -> str:
    """Format seconds: `75.5` as `1:15.5`."""
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"


# All on the same clips, five folds by source: means over the folds, and over two seeds (ridge: two draws of folds).
TRIED = {
    "ridge_224": (0.740, 0.822),
    "ridge_128": (0.686, 0.756),
    "four_apart": (0.670, 0.732),
    "successive": (0.707, 0.773),
    "half_crop": (0.706, 0.813),
    "crop_160": (0.739, 0.836),
    "crop_192": (0.742, 0.822),
    "adapted": (0.772, 0.860),
    "upper_layers": (0.802, 0.883),
    "twelve_views": (0.772, 0.874),
    "averaged": (0.755, 0.876),
    "tuned": (0.793, 0.887),
    "mixup": (0.786, 0.891),
    "offset": (0.774, 0.891),
    "flipped": (0.799, 0.891),
    "strength": (0.740, 0.820),
    "both": (0.821, 0.898),
    "centred": (0.821, 0.898),
    "both_longer": (0.818, 0.906),
    "flow": (0.805, 0.903),
}


def written(run: Run) -> str:
    """Return the card; every number comes from the run."""
    first = run.metrics
    lines = [
        messages.card_title,
        messages.about_card.rstrip(),
        messages.card_data.format(
            source=run.data["source"], sources=run.facts["sources"], fingerprint=run.data["fingerprint"]
        ),
        messages.card_split.format(clips=", ".join(f"{name} {count}" for name, count in run.facts["clips"].items())),
        messages.card_calibration.format(temperature=run.facts["temperature"]),
        f"- Spec: {', '.join(f'{name} {value}' for name, value in run.spec.items() if value != '')}.",
        made_with(run),
        messages.card_command,
        "",
        messages.card_head,
        "|---|---|---|---|---|---|",
        *(_row(name, first, name) for name in ("train", "validation", "test")),
        _row(_folds_title(run), first, "folds"),
        _row(messages.card_network, first, "folds_network"),
        _row(messages.card_strength, first, "strength_folds"),
        _row(messages.card_frozen, first, "frozen_folds"),
        "",
        messages.card_folds.format(clips=run.facts["clips"]["test"]) + reached(run) + messages.card_chosen,
        "",
        messages.card_tried,
        "",
        messages.card_tried_head,
        "|---|---|---|",
        *(
            f"| {messages.group('tried')[name]} | {accuracy:.3f} | {auc:.3f} |"
            for name, (accuracy, auc) in TRIED.items()
        ),
        "",
    ]
    return "\n".join(lines)


def _folds_title(run: Run) -> str:
    return messages.folds_title.format(folds=run.spec["folds"], seeds=seeds(run))


def _row(title: str, figures: dict[str, float], part: str) -> str:
    names = ("accuracy", "auc", "precision", "recall", "f1")
    return f"| {title} | " + " | ".join(f"{figures[f'{part}_{name}']:.3f}" for name in names) + " |"
