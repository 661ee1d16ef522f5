"""Generate random exercises on attention and the gate."""

import numpy as np

from core.labs.concepts import messages as concepts_messages
from core.labs.concepts.captioning import messages, working as attention_working
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
        messages.weight_question.format(scores=_listed(scores), region=place + 1),
        (float(weights[place]),),
        0.005,
        hint=concepts_messages.two_decimals,
        explanation=messages.weight_rule,
        working=tuple(attention_working.softmax(scores, weights)),
    )


def shifted(rng: np.random.Generator) -> Exercise:
    """Ask for the effect of adding a constant to all scores."""
    scores, shift = _scores(rng, 3), float(rng.integers(1, 9))
    ways = (scores * 2, messages.doubled), (scores + shift, messages.added.format(shift=plain(shift)))
    after, what = ways[int(rng.integers(2))]
    top, before = int(scores.argmax()), attention.softmax(scores)
    choices = messages.group("changes")
    change = float(attention.softmax(after)[top] - before[top])
    right = choices["none" if abs(change) < 1e-12 else "up" if change > 0 else "down"]
    return Exercise(
        messages.shift_question.format(scores=_listed(scores), change=what),
        choices=tuple(choices.values()),
        right=right,
        explanation=messages.shift_rule,
    )


def context(rng: np.random.Generator) -> Exercise:
    """Ask for a weighted sum."""
    weights = rng.permutation(np.array([(0.5, 0.3, 0.2), (0.6, 0.3, 0.1), (0.7, 0.2, 0.1)][int(rng.integers(3))]))
    features = rng.integers(-3, 6, (3, 2)).astype(float)
    found = weights @ features
    rows = "; ".join(f"({plain(a)}, {plain(b)})" for a, b in features)
    return Exercise(
        messages.context_question.format(features=rows, weights=_listed(weights)),
        tuple(map(float, found)),
        0.05,
        hint=messages.two_numbers,
        explanation=messages.context_rule,
        working=tuple(attention_working.mean("c_v", weights, features)),
    )


def gated(rng: np.random.Generator) -> Exercise:
    """Ask for the context fused by the gate."""
    raw = float(rng.choice([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0]))
    visual, textual = rng.integers(-3, 6, 2).astype(float)
    gate = attention.sigmoid(raw)
    return Exercise(
        messages.gate_question.format(score=plain(raw), visual=plain(visual), textual=plain(textual)),
        (gate * visual + (1 - gate) * textual,),
        0.05,
        hint=messages.one_decimal,
        explanation=messages.gate_rule,
        working=tuple(attention_working.gate(raw, gate, np.array([visual]), np.array([textual]))),
    )


def one_frame(rng: np.random.Generator) -> Exercise:
    """Ask for the attention over a single frame."""
    score = float(_scores(rng, 1)[0])
    regions = int(rng.integers(2, 10))
    if rng.integers(2):
        return Exercise(
            messages.one_frame_question.format(score=plain(score)),
            (1.0,),
            0.0005,
            hint=messages.a_number,
            explanation=messages.one_frame_rule,
            latex=(),
            working=(rf"e^{{{plain(score)}}} / e^{{{plain(score)}}} &= 1",),
        )
    return Exercise(
        messages.free_weights_question.format(regions=regions),
        (float(regions),),
        0,
        hint=concepts_messages.whole_number,
        explanation=messages.free_weights_rule,
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
