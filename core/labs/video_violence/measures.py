"""Metrics of a binary classifier, each computed once over the whole set, never averaged over batches."""

import numpy as np

from core.learn import classification as metrics

Arrays = dict[str, np.ndarray]  # of a run, by name
SAME = 1e-7  # scores that differ by less are ties: rounding depends on the batch size


def confusion(truth: np.ndarray, probability: np.ndarray, threshold: float = 0.5) -> np.ndarray:
    """Count `[[true negatives, false positives], [false negatives, true positives]]`; truth is 0 or 1 (fight)."""
    said = np.asarray(probability) >= threshold
    return metrics.confusion(np.asarray(truth).astype(int), said.astype(int), 2)


def figures(truth: np.ndarray, probability: np.ndarray, threshold: float = 0.5) -> dict[str, float]:
    """Return accuracy, precision, recall, F1, AUC and cross-entropy loss of `(clips,)` probabilities of a fight."""
    return from_confusion(confusion(truth, probability, threshold)) | {
        "auc": auc(truth, probability),
        "loss": cross_entropy(truth, probability),
    }


def over_folds(arrays: Arrays, logit: np.ndarray, name: str) -> dict[str, float]:
    """Return means over folds and seeds of the metrics of `(seeds, clips)` logits, named `NAME_METRIC`."""
    every = fold_figures(arrays | {"folds_logit": logit})
    return {f"{name}_{figure}": float(np.mean([one[figure] for one in every])) for figure in every[0]}


def fold_figures(arrays: Arrays, warmth: float = 1.0, threshold: float = 0.5) -> list[dict[str, float]]:
    """Return the metrics of each held-out fold for each seed, in the order of seeds."""
    truth, numbers = arrays["folds_truth"], arrays["folds_number"]
    return [
        figures(truth[numbers == fold], sigmoid(logit[numbers == fold] / warmth), threshold)
        for logit in arrays["folds_logit"]
        for fold in np.unique(numbers)
    ]


def from_confusion(table: np.ndarray) -> dict[str, float]:
    """Return accuracy, precision, recall and F1; 0 where a class was never predicted or never true."""
    fight = {name: float(values[1]) for name, values in metrics.per_class(table).items()}
    return {"accuracy": metrics.accuracy(table), **fight}


def auc(truth: np.ndarray, score: np.ndarray) -> float:
    """Return the area under the ROC curve: how often a fight scores above a non-fight, ties half; 0.5 for one class."""
    truth, score = np.asarray(truth).astype(bool), np.asarray(score, dtype=float)
    if truth.all() or not truth.any():
        return 0.5
    ahead = score[truth][:, None] - score[~truth][None, :]
    return float(np.mean((ahead > SAME) + 0.5 * (np.abs(ahead) <= SAME)))


def thresholds(truth: np.ndarray, probability: np.ndarray) -> dict[str, np.ndarray]:
    """Return threshold, false positive rate, recall and precision at each distinct probability, the highest first.

    The first threshold is above all of them, so that no clip counts as a fight; its precision is 1 by convention. A
    rate of a class without clips is 0.
    """
    truth, probability = np.asarray(truth).astype(bool), np.asarray(probability, dtype=float)
    limits = np.concatenate([[np.inf], np.unique(probability)[::-1]])
    said = probability[None, :] >= limits[:, None]
    right, wrong = (said & truth).sum(axis=1), (said & ~truth).sum(axis=1)
    return {
        "threshold": limits,
        "false positive rate": wrong / max(1, (~truth).sum()),
        "recall": right / max(1, truth.sum()),
        "precision": np.where(right + wrong, right / np.maximum(1, right + wrong), 1.0),
    }


def cross_entropy(truth: np.ndarray, probability: np.ndarray) -> float:
    """Return the mean binary cross-entropy in nats."""
    p = np.clip(np.asarray(probability, dtype=float), 1e-7, 1 - 1e-7)
    truth = np.asarray(truth, dtype=float)
    return float(-np.mean(truth * np.log(p) + (1 - truth) * np.log(1 - p)))


def sigmoid(logit: np.ndarray | float) -> np.ndarray:
    """Convert logits to probabilities, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(logit, dtype=float)))


def temperature(truth: np.ndarray, logit: np.ndarray) -> float:
    """Return the T in 0.25..8 that minimises the cross-entropy of `sigmoid(logit / T)` (Guo et al. 2017).

    It does not change decisions at 0.5, only the confidence.
    """
    grid = np.geomspace(0.25, 8.0, 241)
    losses = [cross_entropy(truth, sigmoid(np.asarray(logit) / t)) for t in grid]
    return float(grid[int(np.argmin(losses))])


def calibration(truth: np.ndarray, probability: np.ndarray, bins: int = 8) -> dict[str, np.ndarray]:
    """Return mean predicted probability, observed frequency and count of each bin; empty bins are left out."""
    truth, probability = np.asarray(truth, dtype=float), np.asarray(probability, dtype=float)
    which = np.minimum((probability * bins).astype(int), bins - 1)
    used = [b for b in range(bins) if np.any(which == b)]
    return {
        "stated": np.array([probability[which == b].mean() for b in used]),
        "true": np.array([truth[which == b].mean() for b in used]),
        "clips": np.array([np.sum(which == b) for b in used]),
    }


def calibration_error(truth: np.ndarray, probability: np.ndarray, bins: int = 8) -> float:
    """Return the expected calibration error: mean gap of predicted and observed over the bins, weighted by clips."""
    bars = calibration(truth, probability, bins)
    return float(np.sum(bars["clips"] * np.abs(bars["stated"] - bars["true"])) / bars["clips"].sum())
