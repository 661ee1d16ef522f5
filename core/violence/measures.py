"""Figures of a classifier of two kinds, each computed once over the whole set, never averaged over batches."""

import numpy as np

from core.learn import metrics

SAME = 1e-7  # scores that differ by less are equal: batches of another size round differently


def confusion(truth: np.ndarray, probability: np.ndarray, threshold: float = 0.5) -> np.ndarray:
    """`[[noFight right, noFight called fight], [fight missed, fight right]]` counts; truth is 0 or 1."""
    said = np.asarray(probability) >= threshold
    return metrics.confusion(np.asarray(truth).astype(int), said.astype(int), 2)


def figures(truth: np.ndarray, probability: np.ndarray, threshold: float = 0.5) -> dict[str, float]:
    """Accuracy, precision, recall, F1, AUC and cross-entropy loss of `(clips,)` probabilities of a fight."""
    return from_confusion(confusion(truth, probability, threshold)) | {
        "auc": auc(truth, probability),
        "loss": cross_entropy(truth, probability),
    }


def from_confusion(table: np.ndarray) -> dict[str, float]:
    """Accuracy, precision, recall and F1; 0 where nothing was said or nothing was there."""
    fight = {name: float(values[1]) for name, values in metrics.per_class(table).items()}
    return {"accuracy": metrics.accuracy(table), **fight}


def auc(truth: np.ndarray, score: np.ndarray) -> float:
    """Area under the ROC curve: how often a fight scores above what is none, ties half; 0.5 when one kind is absent."""
    truth, score = np.asarray(truth).astype(bool), np.asarray(score, dtype=float)
    if truth.all() or not truth.any():
        return 0.5
    ahead = score[truth][:, None] - score[~truth][None, :]
    return float(np.mean((ahead > SAME) + 0.5 * (np.abs(ahead) <= SAME)))


def cross_entropy(truth: np.ndarray, probability: np.ndarray) -> float:
    """Mean binary cross-entropy in nats."""
    p = np.clip(np.asarray(probability, dtype=float), 1e-7, 1 - 1e-7)
    truth = np.asarray(truth, dtype=float)
    return float(-np.mean(truth * np.log(p) + (1 - truth) * np.log(1 - p)))


def sigmoid(logit: np.ndarray) -> np.ndarray:
    """Logits to probabilities, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(logit, dtype=float)))


def temperature(truth: np.ndarray, logit: np.ndarray) -> float:
    """The T for which `sigmoid(logit / T)` has the least cross-entropy (Guo et al. 2017); from 0.25 to 8.

    It changes no decision at 0.5, only how sure the network says it is.
    """
    grid = np.geomspace(0.25, 8.0, 241)
    losses = [cross_entropy(truth, sigmoid(np.asarray(logit) / t)) for t in grid]
    return float(grid[int(np.argmin(losses))])


def calibration(truth: np.ndarray, probability: np.ndarray, bins: int = 8) -> dict[str, np.ndarray]:
    """Of each bin of stated probability: the mean stated, the share that came true, how many; empty bins left out."""
    truth, probability = np.asarray(truth, dtype=float), np.asarray(probability, dtype=float)
    which = np.minimum((probability * bins).astype(int), bins - 1)
    used = [b for b in range(bins) if np.any(which == b)]
    return {
        "stated": np.array([probability[which == b].mean() for b in used]),
        "true": np.array([truth[which == b].mean() for b in used]),
        "clips": np.array([np.sum(which == b) for b in used]),
    }


def calibration_error(truth: np.ndarray, probability: np.ndarray, bins: int = 8) -> float:
    """Expected calibration error: mean gap between stated and true over the bins, weighted by clips."""
    bars = calibration(truth, probability, bins)
    return float(np.sum(bars["clips"] * np.abs(bars["stated"] - bars["true"])) / bars["clips"].sum())
