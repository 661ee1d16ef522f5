"""Generate text letter by letter: the whole loop compiled, from the network's step to the sampling."""

import numpy as np
from numba import njit

from core.labs.hafez.corpus.inputs import LONGEST, NEWLINE, ORDERS, copy, ending_after, facts_before, rows_at


@njit(fastmath=True, cache=True)
def _tanh(x):
    """Approximate tanh by a rational function, to about 1e-7, which the compiler can vectorise."""
    x = min(max(x, np.float32(-7.9)), np.float32(7.9))
    s = x * x
    top = np.float32(-2.76076847742355e-16)
    for c in _TOP:
        top = top * s + c
    bottom = np.float32(1.19825839466702e-06)
    for c in _BOTTOM:
        bottom = bottom * s + c
    return x * top / bottom


# Coefficients of Eigen's rational approximation of tanh (Eigen/src/Core/MathFunctionsImpl.h, MPL 2.0), highest first.
_TOP = tuple(
    np.float32(c)
    for c in (
        2.00018790482477e-13,
        -8.60467152213735e-11,
        5.12229709037114e-08,
        1.48572235717979e-05,
        6.37261928875436e-04,
        4.89352455891786e-03,
    )
)
_BOTTOM = tuple(np.float32(c) for c in (1.18534705686654e-04, 2.26843463243900e-03, 4.89352518554385e-03))


@njit(fastmath=True, cache=True)
def _sigmoid(x):
    return np.float32(0.5) + np.float32(0.5) * _tanh(np.float32(0.5) * x)


@njit(fastmath=True, cache=True)
def _product(h, kernel, scale, out):
    """Compute `out = (h @ kernel) * scale` for an integer kernel, four rows at a time."""
    units, gates = kernel.shape
    out[:] = 0
    whole = units - units % 4
    for j in range(0, whole, 4):
        a, b, c, d = h[j], h[j + 1], h[j + 2], h[j + 3]
        for i in range(gates):
            out[i] += (
                a * np.float32(kernel[j, i])
                + b * np.float32(kernel[j + 1, i])
                + c * np.float32(kernel[j + 2, i])
                + d * np.float32(kernel[j + 3, i])
            )
    for j in range(whole, units):
        for i in range(gates):
            out[i] += h[j] * np.float32(kernel[j, i])
    for i in range(gates):
        out[i] *= scale[i]


@njit(fastmath=True, cache=True)
def _cell(kind, x, inner, h, c):
    """Compute one step of a cell in place: `x` is the projected input with bias, `inner` the projected state."""
    n = len(h)
    if kind == 0:
        for i in range(n):
            h[i] = _tanh(x[i] + inner[i])
    elif kind == 1:
        for i in range(n):
            z, r = _sigmoid(x[i] + inner[i]), _sigmoid(x[n + i] + inner[n + i])
            g = _tanh(x[2 * n + i] + r * inner[2 * n + i])
            h[i] = g + z * (h[i] - g)
    else:
        for i in range(n):
            keep = _sigmoid(x[n + i] + inner[n + i]) * c[i]
            c[i] = keep + _sigmoid(x[i] + inner[i]) * _tanh(x[2 * n + i] + inner[2 * n + i])
            h[i] = _sigmoid(x[3 * n + i] + inner[3 * n + i]) * _tanh(c[i])


@njit(fastmath=True, cache=True)
def _row(weights, letter, facts, x):
    """Write the sum of a letter's row and the rows of the next letter's facts to `x`, the first layer's gates."""
    for i in range(len(x)):
        x[i] = weights.letters[letter, i]
    if len(weights.facts):
        for k in range(len(facts)):
            row = weights.facts[weights.offsets[k] + facts[k]]
            for i in range(len(x)):
                x[i] += row[i]


@njit(fastmath=True, cache=True)
def step(weights, letter, facts, rows, states, x, inner, logits):
    """Read one letter: `states` `(2, layers, units)` change in place, `logits` of the next letter are written."""
    _row(weights, letter, facts, x)
    for depth in range(len(weights.inner)):
        h = states[0, depth]
        if depth:
            _product(states[0, depth - 1], weights.down[depth - 1], weights.down_scale[depth - 1], x)
            for i in range(len(x)):
                x[i] += weights.bias[depth, i]
        _product(h, weights.inner[depth], weights.inner_scale[depth], inner)
        for i in range(len(inner)):
            inner[i] += weights.inner_bias[depth, i]
        _cell(weights.kind, x, inner, h, states[1, depth])
    _odds(weights, states[0, len(weights.inner) - 1], rows, logits)


@njit(fastmath=True, cache=True)
def _odds(weights, h, rows, logits):
    for i in range(len(logits)):
        logits[i] = weights.out_bias[i]
    for j in range(len(h)):
        for i in range(len(logits)):
            logits[i] += h[j] * weights.out[j, i]
    if weights.grams.shape[1]:
        for k in range(len(rows)):
            for i in range(len(logits)):
                logits[i] += weights.grams[k, rows[k], i]


@njit(cache=True)
def sample(logits, temperature, top_k, top_p, chance, odds):
    """Sample a letter at a temperature, among the `top_k` most probable (0: all) that make up `top_p`.

    `odds` receives the probabilities used; temperature 0 takes the most probable letter.
    """
    best = np.argmax(logits)
    if temperature <= 0:
        odds[:] = 0
        odds[best] = 1
        return best
    for i in range(len(logits)):
        odds[i] = np.exp((logits[i] - logits[best]) / temperature)
    odds /= odds.sum()
    if 0 < top_k < len(odds) or top_p < 1:
        _cut(odds, top_k, top_p)
    total = 0.0
    for i in range(len(odds)):
        total += odds[i]
        if chance < total and odds[i] > 0:
            return i
    return best


@njit(cache=True)
def _cut(odds, top_k, top_p):
    order = np.argsort(-odds)
    total, kept = 0.0, 0
    for i in order:
        if (top_k and kept >= top_k) or total >= top_p:
            odds[i] = 0
        else:
            total += odds[i]
            kept += 1
    odds /= odds.sum()


@njit(cache=True)
def own_bits(logits, letter):
    """Return the surprisal of a letter in bits by the network's own probabilities (temperature 1)."""
    best, total = logits.max(), 0.0
    for i in range(len(logits)):
        total += np.exp(logits[i] - best)
    return (best + np.log(total) - logits[letter]) / np.log(2.0)


@njit(cache=True)
def write(weights, rows, text, stop, prompt, given, temperature, top_k, top_p, chances, states, lines):
    """Write into `text` from its start: first the prompt, then letters sampled with `chances`, until `lines` stand.

    `text` int8 `(most,)`, `states` float32 `(2, layers, units)` in zeros. Returns the length; text after an empty
    line (the end of a poem) is a new poem. A line end is forced at `stop` letters.
    """
    width = weights.inner.shape[2]
    x, inner = np.zeros(width, np.float32), np.zeros(width, np.float32)
    logits, odds = np.zeros(len(weights.out_bias), np.float32), np.zeros(len(weights.out_bias), np.float64)
    facts, grams = np.zeros(6, np.int8), np.zeros(len(ORDERS), np.int32)
    read = np.zeros(len(text) + 1, np.int8)
    ending = np.zeros(LONGEST, np.int8)
    length = copy(given, 0, len(given), ending, 0)
    start = number = np.int64(0)  # a literal would compile all functions below once more
    done, last = 0, NEWLINE
    for position in range(len(text)):
        facts_before(text, start, position, number, ending, length, facts)
        read[position] = last
        if weights.grams.shape[1]:
            rows_at(read, position, rows, grams)
        step(weights, last, facts, grams, states, x, inner, logits)
        if position < len(prompt):
            last = prompt[position]
        elif position - start >= stop:
            last = NEWLINE
        else:
            if position == start and not number:
                logits[NEWLINE] = -1e30  # no poem begins with an empty line
            last = sample(logits, temperature, top_k, top_p, chances[position], odds)
        text[position] = last
        if last == NEWLINE:
            if start == position:
                number, length = -1, len(given)
            else:
                length = ending_after(text, start, position, number, ending, length)
                done += 1
            start, number = position + 1, number + 1
            if done >= lines and number:
                return position + 1
    return len(text)
