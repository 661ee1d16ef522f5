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
        (float(weights[place]),),
        0.005,
        hint="two decimals",
        explanation="Exponentiate each score and divide by the sum.",
        working=tuple(attention_working.softmax(scores, weights)),
    )


def shifted(rng: np.random.Generator) -> Exercise:
    """Ask for the effect of adding a constant to all scores."""
    scores, shift = _scores(rng, 3), float(rng.integers(1, 9))
    ways = (scores * 2, "each score is doubled"), (scores + shift, f"{plain(shift)} is added to each score")
    after, what = ways[int(rng.integers(2))]
    top, before = int(scores.argmax()), attention.softmax(scores)
    choices = ("it does not change", "it increases", "it decreases")
    change = float(attention.softmax(after)[top] - before[top])
    right = choices[0] if abs(change) < 1e-12 else choices[1] if change > 0 else choices[2]
    return Exercise(
        f"Scores {_listed(scores)}: {what}. What happens to the largest weight?",
        choices=choices,
        right=right,
        explanation="Softmax depends only on the differences of the scores: a constant cancels, and a factor above "
        "1 sharpens the distribution (unless all scores are equal).",
    )


def context(rng: np.random.Generator) -> Exercise:
    """Ask for a weighted sum."""
    weights = rng.permutation(np.array([(0.5, 0.3, 0.2), (0.6, 0.3, 0.1), (0.7, 0.2, 0.1)][int(rng.integers(3))]))
    features = rng.integers(-3, 6, (3, 2)).astype(float)
    found = weights @ features
    rows = "; ".join(f"({plain(a)}, {plain(b)})" for a, b in features)
    return Exercise(
        f"Three frames have the features {rows} and the weights {_listed(weights)}. What is the visual context?",
        tuple(map(float, found)),
        0.05,
        hint="two numbers, one decimal",
        explanation="The sum of the features times their weights.",
        working=tuple(attention_working.mean("c_v", weights, features)),
    )


def gated(rng: np.random.Generator) -> Exercise:
    """Ask for the context fused by the gate."""
    raw = float(rng.choice([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0]))
    visual, textual = rng.integers(-3, 6, 2).astype(float)
    gate = attention.sigmoid(raw)
    return Exercise(
        f"The score of the β-gate is {plain(raw)}; one component of the visual context is {plain(visual)}, of the "
        f"textual context {plain(textual)}. What is it in the fused context?",
        (gate * visual + (1 - gate) * textual,),
        0.05,
        hint="one decimal",
        explanation="β is the sigmoid of the score: β times visual plus (1 − β) times textual context.",
        working=tuple(attention_working.gate(raw, gate, np.array([visual]), np.array([textual]))),
    )


def one_frame(rng: np.random.Generator) -> Exercise:
    """Ask for the attention over a single frame."""
    score = float(_scores(rng, 1)[0])
    regions = int(rng.integers(2, 10))
    if rng.integers(2):
        return Exercise(
            f"The video has one frame, with the score {plain(score)}. What is the weight of that frame?",
            (1.0,),
            0.0005,
            hint="a number",
            explanation="The softmax of a single score is 1, whatever the score.",
            latex=(),
            working=(rf"e^{{{plain(score)}}} / e^{{{plain(score)}}} &= 1",),
        )
    return Exercise(
        f"One frame of {regions} regions and no generated phrase: how many attention weights can still differ from 1?",
        (float(regions),),
        0,
        hint="a whole number",
        explanation="The weight of the frame is 1, and there are no phrases: only the weights of the regions differ.",
    )


def _listed(values: np.ndarray) -> str:
    return ", ".join(plain(value) for value in values)


MAKERS: dict[str, Maker] = {
    "attention weight": one_weight,
    "change of scores": shifted,
    "context": context,
    "gate": gated,
    "one frame": one_frame,
}
