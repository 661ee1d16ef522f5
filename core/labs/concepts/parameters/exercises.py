"""Generate exercises on counting parameters."""

import numpy as np

from core.labs.concepts import messages as concepts_messages
from core.labs.concepts.kit.exercises import Exercise, Maker
from core.labs.concepts.parameters import messages
from core.labs.concepts.parameters.layers import KIND_NAMES, RECURRENT, Layer
from core.labs.concepts.parameters.stacks import Row, Stack
from core.labs.concepts.parameters.working import working

ROUND = (8, 10, 16, 20, 32, 50, 64, 100, 128)


def _one(rng: np.random.Generator) -> int:
    return int(rng.choice(ROUND))


def _row(takes: tuple[int, ...], layer: Layer) -> Row:
    return Stack(takes, (layer,)).rows[0]


def _exercise(question: str, row: Row, explanation: str) -> Exercise:
    hint = concepts_messages.whole_number
    return Exercise(
        question, (float(row.count),), tolerance=0, hint=hint, explanation=explanation, working=working(row)
    )


def dense(rng: np.random.Generator) -> Exercise:
    """Ask for the parameters of a dense layer."""
    row = _row((_one(rng),), Layer("dense", _one(rng)))
    question = messages.dense_question.format(inputs=row.takes[0], units=row.layer.size)
    return _exercise(question, row, messages.dense_rule)


def recurrent(rng: np.random.Generator) -> Exercise:
    """Ask for the parameters of a recurrent layer, perhaps bidirectional."""
    cell = RECURRENT[int(rng.integers(3))]
    row = _row((int(rng.integers(5, 60)), _one(rng)), Layer(cell, _one(rng), both_ways=bool(rng.integers(2))))
    form = messages.gru_default if cell == "gru" else ""
    asked = messages.bidirectional_question if row.layer.both_ways else messages.recurrent_question
    steps, features = row.takes
    question = asked.format(cell=KIND_NAMES[cell], units=row.layer.size, steps=steps, features=features, form=form)
    return _exercise(question, row, messages.recurrent_rule)


def gru_forms(rng: np.random.Generator) -> Exercise:
    """Ask for the difference between the two GRU variants."""
    features, units = _one(rng), _one(rng)
    after, before = (_row((10, features), Layer("gru", units, reset_after=form)) for form in (True, False))
    return Exercise(
        messages.gru_question.format(features=features, units=units),
        (float(after.count - before.count),),
        tolerance=0,
        hint=concepts_messages.whole_number,
        explanation=messages.gru_rule,
        working=(rf"3\,n_h &= 3 \cdot {units} = {after.count - before.count}",),
    )


def convolution(rng: np.random.Generator) -> Exercise:
    """Ask for the parameters of a convolution."""
    side, channels = int(rng.choice((28, 32, 64, 128))), int(rng.choice((1, 3, 16, 32)))
    layer = Layer("conv2d", int(rng.choice((8, 16, 32, 64))), kernel=int(rng.choice((1, 3, 5, 7))))
    row = _row((side, side, channels), layer)
    seen = messages.channels.format(count=channels) if channels > 1 else messages.one_channel
    question = messages.convolution_question.format(filters=layer.size, kernel=layer.kernel, side=side, channels=seen)
    return _exercise(question, row, messages.convolution_rule)


def words(rng: np.random.Generator) -> Exercise:
    """Ask for the parameters of an embedding."""
    layer = Layer("embedding", _one(rng), vocabulary=int(rng.choice((1000, 5000, 10_000, 60_000))))
    row = _row((int(rng.integers(10, 80)),), layer)
    question = messages.embedding_question.format(vocabulary=layer.vocabulary, dimension=layer.size, words=row.takes[0])
    return _exercise(question, row, messages.embedding_rule)


def kept(rng: np.random.Generator) -> Exercise:
    """Ask for the non-trainable parameters of batch normalisation."""
    row = _row((_one(rng),), Layer("batchnorm"))
    return Exercise(
        messages.normalisation_question.format(channels=row.takes[0]),
        (float(row.count), float(row.fixed)),
        tolerance=0,
        hint=messages.two_whole_numbers,
        explanation=messages.normalisation_rule,
        working=working(row),
    )


def larger(rng: np.random.Generator) -> Exercise:
    """Ask which of two layers is larger."""
    features, units = _one(rng), _one(rng)
    pair = [Layer(kind, units) for kind in rng.permutation(("rnn", "lstm", "gru", "dense"))[:2].tolist()]
    counts = [_row((10, features), layer).count for layer in pair]
    names = tuple(KIND_NAMES[layer.kind] for layer in pair)
    return Exercise(
        messages.larger_question.format(features=features, units=units),
        choices=names,
        right=names[counts.index(max(counts))],
        explanation=messages.larger_rule.format(first=names[0], count=counts[0], second=names[1], other=counts[1]),
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
