"""Compute co-attention for captions: region, frame and phrase weights from scores, and the gate between contexts.

Zhao, Li, Lu: CAM-RNN, Co-Attention Model Based RNN for Video Captioning, IEEE Transactions on Image Processing, 2019.
"""

from dataclasses import dataclass

import numpy as np

from core.labs.concepts.kit import messages
from core.runs.spec import require


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return weights along the last axis that are positive and sum to 1; the largest score is subtracted first."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def sigmoid(x: float) -> float:
    """Return `1 / (1 + exp(-x))`, written so that no exponent overflows."""
    return float(np.exp(-np.logaddexp(0.0, -x)))


def score(state: np.ndarray, features: np.ndarray, weights: tuple[np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray:
    """Return additive scores `w . tanh(W v + U h)` of features `(..., size)` for a state `(units,)` (Bahdanau, 2015).

    `weights` are U `(units, inner)` of the state, W `(size, inner)` of the features, and w `(inner,)`.
    """
    from_state, from_feature, out = weights
    return np.tanh(state @ from_state + features @ from_feature) @ out


@dataclass(frozen=True)
class Looked:
    """All intermediate values of one co-attention step before a word is generated."""

    region_weights: np.ndarray  # (frames, regions), each row sums to 1
    frame_features: np.ndarray  # (frames, size)
    frame_weights: np.ndarray  # (frames,)
    visual: np.ndarray  # (size,)
    phrase_weights: np.ndarray  # (phrases,)
    textual: np.ndarray  # (size,)
    gate: float  # share of the visual context
    mixed: np.ndarray  # (size,)


def look(
    regions: np.ndarray,
    phrases: np.ndarray,
    region_scores: np.ndarray,
    frame_scores: np.ndarray,
    phrase_scores: np.ndarray,
    gate_score: float,
) -> Looked:
    """Compute one co-attention step, from features and scores to the context of the next word.

    `regions` is `(frames, regions, size)`, `phrases` `(phrases, size)`, scores have the shapes of their weights; with
    no phrase yet the textual context is zero. Raises SpecError if shapes do not fit.
    """
    require(region_scores.shape == regions.shape[:2], messages.region_scores)
    require(frame_scores.shape == regions.shape[:1], messages.frame_scores)
    require(phrase_scores.shape == phrases.shape[:1], messages.phrase_scores)
    region_weights = softmax(region_scores)
    frame_features = np.einsum("fr,frs->fs", region_weights, regions)
    frame_weights = softmax(frame_scores)
    visual = frame_weights @ frame_features
    phrase_weights = softmax(phrase_scores) if len(phrases) else phrase_scores
    textual = phrase_weights @ phrases if len(phrases) else np.zeros(regions.shape[2])
    gate = sigmoid(gate_score)
    return Looked(
        region_weights,
        frame_features,
        frame_weights,
        visual,
        phrase_weights,
        textual,
        gate,
        gate * visual + (1 - gate) * textual,
    )


def next_word(mixed: np.ndarray, words: np.ndarray) -> np.ndarray:
    """Return the probability of each word from its vector `(words, size)`: softmax of the inner products."""
    return softmax(words @ mixed)
