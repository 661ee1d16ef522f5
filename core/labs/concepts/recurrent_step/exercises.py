"""Generate exercises on one step of a recurrent cell."""

import numpy as np

from core.labs.concepts import messages as concepts_messages
from core.labs.concepts.kit.cells import Array, Block, gru_step, lstm_step, rnn_step, sigmoid
from core.labs.concepts.kit.exercises import Exercise, Maker
from core.labs.concepts.kit.latex import given, matrix, number
from core.labs.concepts.recurrent_step import messages


def _tenths(rng: np.random.Generator, low: float, high: float, size: int) -> Array:
    """Draw non-zero numbers with one decimal."""
    numbers = np.round(rng.uniform(low, high, size), 1)
    return np.where(numbers == 0, 0.1, numbers)


def one_unit(rng: np.random.Generator) -> Exercise:
    """Ask for h_t = tanh(W x + U h) of one unit."""
    w, u, x, h = _tenths(rng, -1, 1, 4)
    moment = rnn_step({"h": Block(np.array([[w]]), np.array([[u]]), np.zeros(1))}, np.array([x]), np.array([h]))
    total, after = moment.sums["h"][0], moment.h[0]
    return Exercise(
        messages.one_unit_question,
        (float(after),),
        hint=concepts_messages.two_decimals,
        latex=(rf"W = {w:g},\quad U = {u:g},\quad x_t = {x:g},\quad h_{{t-1}} = {h:g}",),
        explanation=messages.one_unit_rule,
        working=(
            rf"a &= W x_t + U h_{{t-1}} = {matrix(w, given)}\cdot{matrix(x, given)}+{matrix(u, given)}\cdot"
            rf"{matrix(h, given)} = {number(total, 3)}",
            rf"h_t &= \tanh({number(total, 3)}) = {number(after)}",
        ),
    )


def two_units(rng: np.random.Generator) -> Exercise:
    """Ask for the pre-activations of two units."""
    W, U = _tenths(rng, -1, 1, 4).reshape(2, 2), _tenths(rng, -1, 1, 4).reshape(2, 2)
    x, h = rng.integers(-2, 3, 2).astype(float), _tenths(rng, -1, 1, 2)
    total = rnn_step({"h": Block(W, U, np.zeros(2))}, x, h).sums["h"]
    return Exercise(
        messages.two_units_question,
        tuple(map(float, total)),
        hint=concepts_messages.two_numbers,
        latex=(
            rf"W = {matrix(W, given)},\quad U = {matrix(U, given)},\quad x_t = {matrix(x, given)},\quad "
            rf"h_{{t-1}} = {matrix(h, given)}",
        ),
        explanation=messages.two_units_rule,
        working=(
            rf"W x_t &= {matrix(W @ x)},\qquad U h_{{t-1}} = {matrix(U @ h)}",
            rf"a &= {matrix(W @ x)}+{matrix(U @ h)} = {matrix(total)}",
        ),
    )


def lstm_states(rng: np.random.Generator) -> Exercise:
    """Ask for c_t and h_t, given the gates."""
    f, i, o = (float(v) for v in _tenths(rng, 0.1, 0.9, 3))
    g, c = (float(v) for v in _tenths(rng, -1, 1, 2))
    logits = {"f": np.log(f / (1 - f)), "i": np.log(i / (1 - i)), "o": np.log(o / (1 - o)), "g": np.arctanh(0.999 * g)}
    g = float(np.tanh(logits["g"]))
    blocks = {gate: Block(np.zeros((1, 1)), np.zeros((1, 1)), np.array([value])) for gate, value in logits.items()}
    moment = lstm_step(blocks, np.zeros(1), np.zeros(1), np.array([c]))
    after, shown = float(moment.cell_states[1][0]), float(moment.h[0])
    return Exercise(
        messages.lstm_question,
        (after, shown),
        hint=concepts_messages.two_numbers,
        latex=(rf"f = {f:g},\quad i = {i:g},\quad g = {g:.3g},\quad o = {o:g},\quad c_{{t-1}} = {c:g}",),
        explanation=messages.lstm_rule,
        working=(
            rf"c_t &= f c_{{t-1}} + i g = {f:g}\cdot{matrix(c, given)}+{i:g}\cdot{matrix(g, given)}",
            rf"&= {number(after, 3)}",
            rf"h_t &= o\tanh(c_t) = {o:g}\cdot\tanh({number(after, 3)}) = {number(shown, 3)}",
        ),
    )


def gru_blend(rng: np.random.Generator) -> Exercise:
    """Ask for h_t of a GRU, given its update gate and candidate."""
    z = float(_tenths(rng, 0.1, 0.9, 1)[0])
    g, h = (float(v) for v in _tenths(rng, -0.9, 0.9, 2))
    zero = np.zeros((1, 1))
    blocks = {
        "z": Block(zero, zero, np.array([np.log(z / (1 - z))])),
        "r": Block(zero, zero, np.zeros(1)),
        "g": Block(zero, zero, np.array([np.arctanh(g)])),
    }
    after = float(gru_step(blocks, np.zeros(1), np.array([h])).h[0])
    return Exercise(
        messages.gru_question,
        (after,),
        hint=concepts_messages.two_decimals,
        latex=(rf"z = {z:g},\quad g = {g:g},\quad h_{{t-1}} = {h:g}",),
        explanation=messages.gru_rule,
        working=(
            rf"h_t &= z h_{{t-1}} + (1 - z) g = {z:g}\cdot{matrix(h, given)}+{1 - z:.2g}\cdot{matrix(g, given)} = "
            rf"{number(after, 3)}",
        ),
    )


def sigmoid_gate(rng: np.random.Generator) -> Exercise:
    """Ask for a gate, given its inputs."""
    w, u, x, h = _tenths(rng, -2, 2, 4)
    b = float(rng.integers(-2, 3))
    total = w * x + u * h + b
    opened = number(float(sigmoid(total)))
    return Exercise(
        messages.gate_question,
        (float(sigmoid(total)),),
        hint=concepts_messages.two_decimals,
        latex=(rf"W = {w:g},\quad U = {u:g},\quad b = {b:g},\quad x_t = {x:g},\quad h_{{t-1}} = {h:g}",),
        explanation=messages.gate_rule,
        working=(rf"\sigma({number(total, 3)}) &= \frac{{1}}{{1+e^{{{number(-total, 3)}}}}} = {opened}",),
    )


CASES = ("lstm_keeps", "lstm_replaces", "gru_keeps", "gru_replaces", "lstm_closed")


def memory(rng: np.random.Generator) -> Exercise:
    """Ask for the effect of a setting of the gates on the cell state."""
    case, effects = CASES[int(rng.integers(len(CASES)))], messages.group("memory_effects")
    setting = messages.group("memory_settings")[case]
    others = [effects[name] for name in CASES if name != case]
    choices = [effects[case], *(others[n] for n in rng.permutation(len(others))[:3])]
    return Exercise(
        messages.memory_question.format(setting=setting),
        choices=tuple(choices[n] for n in rng.permutation(4)),
        right=effects[case],
        explanation=messages.group("memory_reasons")[case],
    )


MAKERS: dict[str, Maker] = {
    "one unit": one_unit,
    "two units": two_units,
    "gate": sigmoid_gate,
    "LSTM": lstm_states,
    "GRU": gru_blend,
    "memory": memory,
}
