"""Generate random exercises on attention and the gate."""

import numpy as np

from core.labs.concepts.captioning import working as attention_working
from core.labs.concepts.kit import attention
from core.labs.concepts.kit.exercises import Exercise, Maker
from core.labs.concepts.kit.sums import plain


def _scores(rng: np.random.Generator, count: int) -> np.ndarray:
    return rng.integers(-4, 7, count) / 2


def one_weight(rng: np.random.Generator) -> Exercise:
    """Ask for a softmax weight."""
    scores = _scores(rng, int(rng.integers(2, 5)))
    weights, place = attention.softmax(scores), int(rng.integers(len(scores)))
    return Exercise(
        f"The regions of a frame have the scores {_listed(scores)}. What is the weight of region {place + 1}?",
        (float(weights[place]),), 0.005, hint="two decimals",
        explanation="Raise e to each score and divide by the sum of all.",
        working=tuple(attention_working.softmax(scores, weights)),
    )  # fmt: skip


def shifted(rng: np.random.Generator) -> Exercise:
    """Ask for the effect of adding a constant to all scores."""
    scores, shift = _scores(rng, 3), float(rng.integers(1, 9))
    moved = bool(rng.integers(2))
    after = scores + shift if moved else scores * 2
    what = f"{plain(shift)} is added to each score" if moved else "each score is doubled"
    top, before = int(scores.argmax()), attention.softmax(scores)
    choices = ("it stays as it is", "it becomes larger", "it becomes smaller")
    change = float(attention.softmax(after)[top] - before[top])
    right = choices[0] if abs(change) < 1e-12 else choices[1] if change > 0 else choices[2]
    return Exercise(
        f"Scores {_listed(scores)}: {what}. What happens to the largest weight?",
        choices=choices, right=right,
        explanation="Only differences of scores count: a constant cancels in the fraction, and a factor above 1 "
        "sharpens them (when all are equal there is nothing to sharpen).",
    )  # fmt: skip


def context(rng: np.random.Generator) -> Exercise:
    """Ask for a weighted sum."""
    weights = rng.permutation(np.array([(0.5, 0.3, 0.2), (0.6, 0.3, 0.1), (0.7, 0.2, 0.1)][int(rng.integers(3))]))
    features = rng.integers(-3, 6, (3, 2)).astype(float)
    found = weights @ features
    rows = "; ".join(f"({plain(a)}, {plain(b)})" for a, b in features)
    return Exercise(
        f"Three frames have the features {rows} and the weights {_listed(weights)}. What is the visual context?",
        tuple(map(float, found)), 0.05, hint="two numbers, one decimal",
        explanation="Each feature times its weight, added.",
        working=tuple(attention_working.mean("c_v", weights, features)),
    )  # fmt: skip


def gated(rng: np.random.Generator) -> Exercise:
    """Ask for the context fused by the gate."""
    raw = float(rng.choice([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0]))
    visual, textual = rng.integers(-3, 6, 2).astype(float)
    gate = attention.sigmoid(raw)
    return Exercise(
        f"The gate's score is {plain(raw)}; one number of the visual context is {plain(visual)}, of the textual "
        f"context {plain(textual)}. What is it after the gate?",
        (gate * visual + (1 - gate) * textual,), 0.05, hint="one decimal",
        explanation="The sigmoid gives the share of the eye, and memory has the rest.",
        working=tuple(attention_working.gate(raw, gate, np.array([visual]), np.array([textual]))),
    )  # fmt: skip


def one_frame(rng: np.random.Generator) -> Exercise:
    """Ask for the attention over a single frame."""
    score = float(_scores(rng, 1)[0])
    regions = int(rng.integers(2, 10))
    if rng.integers(2):
        return Exercise(
            f"The video has one frame, with the score {plain(score)}. What is the weight of that frame?",
            (1.0,), 0.0005, hint="a number",
            explanation="A softmax over one score is 1, whatever the score: to choose among one is no choice.",
            latex=(), working=(rf"e^{{{plain(score)}}} / e^{{{plain(score)}}} &= 1",),
        )  # fmt: skip
    return Exercise(
        f"One frame of {regions} regions and no phrase written yet: how many attention weights can still differ "
        "from 1?",
        (float(regions),),
        0,
        hint="a whole number",
        explanation="The frame's weight is 1 and there is no phrase to weigh: the regions' weights are what is left.",
    )


def _listed(values: np.ndarray) -> str:
    return ", ".join(plain(value) for value in values)


MAKERS: dict[str, Maker] = {
    "one weight": one_weight,
    "scores change": shifted,
    "a context": context,
    "the gate": gated,
    "one frame": one_frame,
}
