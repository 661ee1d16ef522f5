"""Write the arithmetic of co-attention in LaTeX, with the numbers filled in."""

from collections.abc import Sequence

import numpy as np

from core.labs.concepts.kit.sums import factor, plain


def score(state: np.ndarray, feature: np.ndarray, weights: tuple[np.ndarray, np.ndarray, np.ndarray]) -> list[str]:
    """Write one additive score, from the matrices to the number."""
    from_state, from_feature, out = weights
    inner = feature @ from_feature + state @ from_state
    bent = np.tanh(inner)
    terms = " + ".join(rf"{factor(w)} \cdot {factor(b)}" for w, b in zip(out, bent, strict=True))
    return [
        r"e &= w^\top \tanh(W^\top v + U^\top h)",
        rf"&= {_row(out)} \tanh\left({_column(feature @ from_feature)} + {_column(state @ from_state)}\right)",
        rf"&= {terms} = {plain(float(out @ bent))}",
    ]


def _column(values: np.ndarray) -> str:
    return r"\begin{bmatrix}" + r"\\".join(plain(value) for value in values) + r"\end{bmatrix}"


def _row(values: np.ndarray) -> str:
    return r"\begin{bmatrix}" + "&".join(plain(value) for value in values) + r"\end{bmatrix}"


def softmax(scores: np.ndarray, weights: np.ndarray, name: str = r"\alpha") -> list[str]:
    """Write each weight as its exponential over the sum of all."""
    powers = np.exp(scores)
    bottom = " + ".join(f"e^{{{plain(score)}}}" for score in scores)
    first = rf"{bottom} &= {' + '.join(map(plain, powers))} = {plain(powers.sum())}"
    return [
        first,
        *(
            rf"{name}_{{{place}}} &= {plain(power)} / {plain(powers.sum())} = {plain(weight)}"
            for place, (power, weight) in enumerate(zip(powers, weights, strict=True), start=1)
        ),
    ]


def mean(left: str, weights: np.ndarray, features: np.ndarray) -> list[str]:
    """Write a weighted sum of feature vectors."""
    terms = " + ".join(rf"{plain(w)} {_column(f)}" for w, f in zip(weights, features, strict=True))
    return [rf"{left} &= {terms} = {_column(weights @ features)}"]


def gate(raw: float, value: float, visual: np.ndarray, textual: np.ndarray) -> list[str]:
    """Write the gate, and the fused context that it produces."""
    return [
        rf"\beta &= \sigma({plain(raw)}) = \frac{{1}}{{1 + e^{{{plain(-raw)}}}}} = {plain(value)}",
        rf"\beta\, c_v + (1 - \beta)\, c_t &= {plain(value)} {_column(visual)} + {plain(1 - value)} {_column(textual)}"
        rf" = {_column(value * visual + (1 - value) * textual)}",
    ]


def words(names: Sequence[str], logits: np.ndarray, chances: np.ndarray) -> list[str]:
    """Write the probability of each word from its inner product with the fused context."""
    total = np.exp(logits).sum()
    return [
        rf"P(\text{{{name}}}) &= e^{{{plain(logit)}}} / {plain(total)} = {plain(chance)}"
        for name, logit, chance in zip(names, logits, chances, strict=True)
    ]
