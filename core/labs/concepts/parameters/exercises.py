"""Generate exercises on counting parameters."""

import numpy as np

from core.labs.concepts.kit.exercises import Exercise, Maker
from core.labs.concepts.parameters.layers import KIND_NAMES, RECURRENT, Layer
from core.labs.concepts.parameters.stacks import Row, Stack
from core.labs.concepts.parameters.working import working

ROUND = (8, 10, 16, 20, 32, 50, 64, 100, 128)
EXACT = "a whole number"


def _one(rng: np.random.Generator) -> int:
    return int(rng.choice(ROUND))


def _row(takes: tuple[int, ...], layer: Layer) -> Row:
    return Stack(takes, (layer,)).rows[0]


def _exercise(question: str, row: Row, explanation: str) -> Exercise:
    return Exercise(
        question, (float(row.count),), tolerance=0, hint=EXACT, explanation=explanation, working=working(row)
    )


def dense(rng: np.random.Generator) -> Exercise:
    """Ask for the parameters of a dense layer."""
    row = _row((_one(rng),), Layer("dense", _one(rng)))
    question = f"A dense layer with bias has {row.takes[0]} inputs and {row.layer.size} units. How many parameters?"
    return _exercise(question, row, "One weight per input and unit, one bias per unit.")


def recurrent(rng: np.random.Generator) -> Exercise:
    """Ask for the parameters of a recurrent layer, perhaps bidirectional."""
    cell = RECURRENT[int(rng.integers(3))]
    row = _row((int(rng.integers(5, 60)), _one(rng)), Layer(cell, _one(rng), both_ways=bool(rng.integers(2))))
    form = " (Keras' default, with two biases per gate)" if cell == "gru" else ""
    both = "bidirectional " if row.layer.both_ways else ""
    question = (
        f"A {both}{KIND_NAMES[cell]} with {row.layer.size} units{' in each direction' if both else ''} reads "
        f"{row.takes[0]} time steps of {row.takes[1]} features{form}. How many parameters does it have?"
    )
    return _exercise(question, row, "The number of time steps does not matter: all steps share the weights.")


def gru_forms(rng: np.random.Generator) -> Exercise:
    """Ask for the difference between the two GRU variants."""
    features, units = _one(rng), _one(rng)
    after, before = (_row((10, features), Layer("gru", units, reset_after=form)) for form in (True, False))
    return Exercise(
        f"A GRU with {features} inputs and {units} units: how many more parameters does Keras' default "
        "(`reset_after=True`) have than the other variant?",
        (float(after.count - before.count),),
        tolerance=0,
        hint=EXACT,
        explanation="One more bias vector for each of the two gates and the candidate.",
        working=(rf"3\,n_h &= 3 \cdot {units} = {after.count - before.count}",),
    )


def convolution(rng: np.random.Generator) -> Exercise:
    """Ask for the parameters of a convolution."""
    side, channels = int(rng.choice((28, 32, 64, 128))), int(rng.choice((1, 3, 16, 32)))
    layer = Layer("conv2d", int(rng.choice((8, 16, 32, 64))), kernel=int(rng.choice((1, 3, 5, 7))))
    row = _row((side, side, channels), layer)
    question = (
        f"Conv2D with {layer.size} filters of {layer.kernel} × {layer.kernel} and a bias, on images of "
        f"{side} × {side} with {channels} channel{'s' * (channels > 1)}. How many parameters?"
    )
    return _exercise(question, row, "A filter covers all input channels; the size of the image does not matter.")


def words(rng: np.random.Generator) -> Exercise:
    """Ask for the parameters of an embedding."""
    layer = Layer("embedding", _one(rng), vocabulary=int(rng.choice((1000, 5000, 10_000, 60_000))))
    row = _row((int(rng.integers(10, 80)),), layer)
    question = (
        f"An embedding with a vocabulary of {layer.vocabulary:,} words and dimension {layer.size}, for texts of "
        f"{row.takes[0]} words. How many parameters does it have?"
    )
    return _exercise(question, row, "One vector per word of the vocabulary; the length of the text does not matter.")


def kept(rng: np.random.Generator) -> Exercise:
    """Ask for the non-trainable parameters of batch normalisation."""
    row = _row((_one(rng),), Layer("batchnorm"))
    return Exercise(
        f"Batch normalisation over {row.takes[0]} channels: how many parameters in total, and how many non-trainable?",
        (float(row.count), float(row.fixed)),
        tolerance=0,
        hint="two whole numbers",
        explanation="Scale and shift are trainable; moving mean and moving variance are not.",
        working=working(row),
    )


def larger(rng: np.random.Generator) -> Exercise:
    """Ask which of two layers is larger."""
    features, units = _one(rng), _one(rng)
    pair = [Layer(kind, units) for kind in rng.permutation(("rnn", "lstm", "gru", "dense"))[:2].tolist()]
    rows = [_row((10, features), layer) for layer in pair]
    most = max(rows, key=lambda row: row.count)
    return Exercise(
        f"With {features} inputs and {units} units each: which of the two has more parameters?",
        choices=tuple(KIND_NAMES[layer.kind] for layer in pair),
        right=KIND_NAMES[most.layer.kind],
        explanation=" and ".join(f"{KIND_NAMES[row.layer.kind]} has {row.count:,}" for row in rows) + ".",
    )


MAKERS: dict[str, Maker] = {
    "dense": dense,
    "recurrent": recurrent,
    "GRU variants": gru_forms,
    "convolution": convolution,
    "embedding": words,
    "normalisation": kept,
    "which is larger": larger,
}
