"""Score clips: by a stored network, by its rivals, or in cross-validation by networks that saw no clip of the scene."""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import JobError
from core.labs.video_violence import measures, messages, rivals
from core.labs.video_violence.clips import clips as clips_
from core.labs.video_violence.clips.clips import Usable
from core.labs.video_violence.clips.listing import Clip
from core.labs.video_violence.rivals import Strength
from core.labs.video_violence.spec import RECIPE_OF, Spec
from core.learn import paired
from core.learn.rivals import Baselines, RivalFacts
from core.runs import spec as specs

STRENGTH = 3e-4  # scikit-learn's C; chosen, as the included network was, in view of the folds of its clips


def score(chosen: Spec, weights: bytes, second: Strength | None, usable: Usable) -> tuple[np.ndarray, np.ndarray]:
    """Return logit and truth of each clip without mirror images; the logit of motion is added if there is one."""
    from core.labs.video_violence import networks, training
    from core.learn import training as keras_training

    model = networks.build(chosen.network)
    keras_training.load_weights(model, weights)
    recipe, raw = RECIPE_OF[chosen.network], usable.raw
    logit = training.logits(training.whole(model, recipe, raw, chosen.seed), np.arange(len(raw)))
    if second:
        logit = logit + second.logit(rivals.table(recipe, [clip[:1] for clip in raw])[:, 0])
    return logit, np.array([clip.label for clip in usable.clips])


def folds(
    clips: list[Clip],
    raw: list[np.ndarray],
    chosen: Spec,
    cache: Path,
    numbers: np.ndarray | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, np.ndarray]:
    """Return the logits of every clip from the fold that held it out, for each training seed.

    Each fold starts from the initial weights and adapts batch norms on its own training rows only. A finished fold is
    stored in `cache`, so that an interrupted cross-validation can resume.

    Args:
        numbers: `(clips, phases, 16)` features of the motion; their logit is fitted in each fold and added.

    Returns:
        `folds_truth`, `folds_number` `(clips,)`, `folds_logit` `(seeds, clips)`, and with `numbers` their logit,
        `folds_strength` `(clips,)`.
    """
    labels = np.array([clip.label for clip in clips])
    logit, number = np.zeros((chosen.fold_seeds, len(clips)), np.float32), np.zeros(len(clips), np.int64)
    second = np.zeros(len(clips), np.float32)
    for fold, (train, held_out) in enumerate(clips_.folds(clips, chosen.folds, chosen.seed)):
        if should_stop():
            raise JobError(messages.folds_stopped)
        kept = cache / f"fold-{_name(chosen, clips)}-{fold}.npy"
        if not kept.is_file():
            np.save(kept, one_fold(chosen, raw, labels, train, held_out))
        logit[:, held_out], number[held_out] = np.load(kept), fold
        if numbers is not None:
            second[held_out] = rivals.fit(numbers[train], labels[train]).logit(numbers[held_out, 0])
    out = {"folds_truth": labels, "folds_logit": logit + second, "folds_number": number}
    return out if numbers is None else out | {"folds_strength": second}


def _name(chosen: Spec, clips: list[Clip]) -> str:
    """Return a hash of everything that the result of a fold depends on."""
    values = {k: v for k, v in specs.to_dict(chosen).items() if k not in ("clips", "patience", "strength")}
    return hashlib.sha256(f"{values} {clips_.fingerprint(clips)}".encode()).hexdigest()[:16]


def one_fold(
    chosen: Spec, raw: list[np.ndarray], labels: np.ndarray, train: np.ndarray, held_out: np.ndarray
) -> np.ndarray:
    """Return logits `(seeds, held-out clips)`. The maps of the lower part, equal for all seeds, are computed once."""
    from core.labs.video_violence import training

    recipe, out = RECIPE_OF[chosen.network], []
    model, _ = training.fresh(chosen.network, chosen.pretrained, chosen.seed)
    if chosen.network == "light":
        training.adapt_batch_norms(model, recipe, raw, train, chosen.seed)
    halves = training.halves(model, chosen.network, recipe, raw, chosen.seed, held_out)
    first = model.get_weights()
    for seed in range(chosen.fold_seeds):
        model.set_weights(first)
        halves.begin(seed)
        steps = phases(chosen, halves, raw, seed)
        training.in_phases(steps, labels, train, None)
        out.append(training.logits(steps[-1][0], held_out))
    return np.array(out)


def phases(chosen: Spec, halves: Any, raw: list[np.ndarray], seed: int) -> list[tuple[Any, Any]]:
    """Return the training phases in order: the upper part, then all layers at a small learning rate."""
    from core.labs.video_violence import training

    share = chosen.last_rate / chosen.learning_rate
    same = (chosen.batch_size, chosen.patience, chosen.smoothing, seed)
    out = [(halves, training.Lesson(chosen.epochs, chosen.learning_rate, share, *same))]
    if chosen.network == "light" and chosen.whole_epochs:
        parts = training.whole(halves.model, RECIPE_OF["light"], raw, seed)
        out.append((parts, training.Lesson(chosen.whole_epochs, chosen.whole_rate, share, *same)))
    return out


Judge = Callable[[NDArray, NDArray], tuple[NDArray, int]]  # rows to fit on, others -> their logits, fitted values


def baselines(
    chosen: Spec, usable: Usable, arrays: measures.Arrays, numbers: NDArray, stopped: Callable[[], bool] = lambda: False
) -> Baselines:
    """Measure all rivals on the test clips and, if there are folds, over these.

    `arrays` are those of the classifier, `numbers` the features of motion of all clips. The regression on frozen
    features takes seconds: it is left out if `stopped`.
    """
    clips = usable.clips
    parts, labels = clips_.parts(clips, chosen.seed), np.array([clip.label for clip in clips])
    folds = clips_.folds(clips, chosen.folds, chosen.seed) if "folds_logit" in arrays else []
    part, rows = ("folds", np.arange(len(clips))) if folds else ("test", parts["test"])
    scenes = np.unique([clips[row].source for row in rows], return_inverse=True)[1]
    figures: dict[str, float] = {}
    told: list[RivalFacts] = []
    for name, judge in _judges(chosen, usable.raw, labels, numbers).items():
        if name == "frozen" and stopped():
            break
        said, parameters = judge(parts["train"], parts["test"])
        found = measures.figures(arrays["test_truth"], measures.sigmoid(said))
        figures |= {f"{name}_test_{metric}": value for metric, value in found.items()}
        if folds:
            said = np.zeros(len(clips))
            for train, held_out in folds:
                said[held_out] = judge(train, held_out)[0]
            figures |= measures.over_folds(arrays, said[None], f"{name}_folds")
        one: RivalFacts = {"name": name, "parameters": parameters}
        if scenes.max() + 1 >= rivals.LEAST_SCENES:
            one["p"] = _p_value(arrays[f"{part}_truth"], arrays[f"{part}_logit"], said, scenes)
        told.append(one)
    own = [_accuracy(arrays, one) for one in arrays["folds_logit"]] if folds else []
    return Baselines(figures, told, {"scenes": int(scenes.max()) + 1, "accuracies": own})


def _accuracy(arrays: measures.Arrays, logit: NDArray) -> float:
    """Return the mean accuracy over the folds of one random seed, `(clips,)`."""
    return measures.over_folds(arrays, logit[None], "folds")["folds_accuracy"]


def _judges(chosen: Spec, raw: list[NDArray], labels: NDArray, numbers: NDArray) -> dict[str, Judge]:
    """Return what fits each rival on some rows and judges others."""

    def constant(train: NDArray, rows: NDArray) -> tuple[NDArray, int]:
        share = labels[train].mean()
        return np.full(len(rows), np.log(share / (1 - share))), 0

    def on_motion(train: NDArray, rows: NDArray) -> tuple[NDArray, int]:
        learned = rivals.fit(numbers[train], labels[train])
        return learned.logit(numbers[rows, 0]), learned.weights.size + 1

    return {"naive": constant, "strength": on_motion, "frozen": partial(frozen, chosen, raw, labels)}


def _p_value(truth: NDArray, logit: NDArray, other: NDArray, scenes: NDArray) -> float:
    """Compare two classifiers scene by scene: clips of one scene are no independent samples.

    `logit` is `(clips,)` or, of several random seeds, `(seeds, clips)`.
    """
    wrong = [((one > 0) != truth).reshape(-1, len(truth)).mean(axis=0) for one in (logit, other)]
    return paired.p_value(*(np.bincount(scenes, one) / np.bincount(scenes) for one in wrong), lags=0)


def frozen(chosen: Spec, raw: list[NDArray], labels: NDArray, train: NDArray, held_out: NDArray) -> tuple[NDArray, int]:
    """Fit on the rows `train`; return the logits of the rows `held_out` and the number of fitted values.

    The image network starts as in a training: its batch norms adapt to the same rows.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from core.labs.video_violence import training

    recipe = RECIPE_OF[chosen.network]
    model, _ = training.fresh(chosen.network, chosen.pretrained, chosen.seed)
    if chosen.network == "light":
        training.adapt_batch_norms(model, recipe, raw, train, chosen.seed)
    inputs = training.described(model, recipe, raw, chosen.seed)
    learned = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=4000))
    learned.fit(inputs[train], labels[train])
    return learned.decision_function(inputs[held_out]), inputs.shape[1] + 1
