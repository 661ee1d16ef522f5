"""Truncated back-propagation through time: poems as parallel lanes read in windows, and the loop over these."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from core.labs.hafez.corpus import inputs
from core.labs.hafez.corpus.inputs import NEWLINE
from core.labs.hafez.corpus.letters import ALPHABET, encode, text_of
from core.labs.hafez.measures.rhyme import shared_ending
from core.labs.hafez.network.network import Network

TOLD_RHYME = 7  # one poem in this many


@dataclass(frozen=True)
class Stream:
    """Lanes `(batch, length)`: letters read, letters to come, facts about those, table rows of the letters read."""

    read: np.ndarray
    next: np.ndarray
    facts: np.ndarray
    grams: np.ndarray

    @property
    def letters(self) -> int:
        return self.next.size

    def window(self, start: int, steps: int) -> tuple[np.ndarray, ...]:
        """Return arrays of `steps` letters from `start`, time first."""
        parts = (self.read, self.next, self.facts, self.grams)
        return tuple(np.ascontiguousarray(part[:, start : start + steps].swapaxes(0, 1)) for part in parts)


def of_poem(lines: tuple[str, ...], rows: int, alphabet: str = ALPHABET) -> Stream:
    """Return one poem as one lane that begins after an empty line."""
    text = encode(text_of(lines), alphabet)
    read = np.concatenate([[np.int8(NEWLINE)], text[:-1]]).astype(np.int8)
    facts = _facts(text, "", alphabet)
    return Stream(read[None], text[None], facts[None], inputs.rows_of(read, max(rows, 1))[None])


def _facts(text: np.ndarray, given: str, alphabet: str) -> np.ndarray:
    """Return facts of the form; a text in another alphabet has none."""
    if alphabet != ALPHABET:
        return np.zeros((len(text), len(inputs.SIZES)), np.int8)
    return inputs.facts_of(text, encode(given))


def lanes(
    poems: Sequence[tuple[str, ...]], batch: int, rows: int, alphabet: str = ALPHABET, hints: bool = False
) -> Stream:
    """Deal poems to `batch` lanes in turn, so that every lane follows the same order; longer ends are cut.

    With `hints`, one poem in seven is read with its rhyme given from the first letter, as for a requested refrain.
    """
    hands: list[list[np.ndarray]] = [[] for _ in range(batch)]
    sizes = np.zeros(batch, int)
    for number, lines in enumerate(poems):
        text, hand = encode(text_of(lines), alphabet), int(np.argmin(sizes))
        given = _rhyme(lines) if hints and number % TOLD_RHYME == 0 else ""
        hands[hand].append(np.concatenate([text[:, None], _facts(text, given, alphabet)], axis=1))
        sizes[hand] += len(text)
    table = np.stack([np.concatenate(hand)[: sizes.min()] for hand in hands])
    letters = table[..., 0]
    read = np.concatenate([np.full((batch, 1), NEWLINE, np.int8), letters[:, :-1]], axis=1)
    return Stream(read, letters, table[..., 1:], np.stack([inputs.rows_of(lane, max(rows, 1)) for lane in read]))


def _rhyme(lines: tuple[str, ...]) -> str:
    return shared_ending(lines[0], lines[1])[-inputs.TAIL :] if len(lines) > 1 else ""


def adam(clip: float) -> keras.optimizers.Optimizer:
    """Return Adam with the gradient's norm clipped, which keeps its direction."""
    return keras.optimizers.Adam(1e-3, beta_2=0.99, global_clipnorm=clip or None)


class Reader:
    """A network, its optimizer and the compiled step that trains on one window."""

    def __init__(self, network: Network, clip: float) -> None:
        self.network, self.optimizer = network, adam(clip)
        self.optimizer.build(network.trainable_variables)
        self._compiled = tf.function(self._step)

    def over(self, stream: Stream, steps: int, dropout: float) -> Iterator[Callable[[float], float]]:
        """Yield each window in order as a function that takes a learning rate, trains, and returns bits per letter."""
        if dropout != self.network.drop.rate:
            self.network.drop.rate, self._compiled = dropout, tf.function(self._step)
        states, start = self.network.zero_states(len(stream.read)), 0

        def read(rate: float) -> float:
            nonlocal states, start
            self.optimizer.learning_rate = rate
            loss, states = self._compiled(*map(tf.constant, stream.window(start, steps)), states)
            start += steps
            return float(loss) / np.log(2)

        for _ in range(stream.read.shape[1] // steps):
            yield read

    def _step(self, letters, after, facts, rows, states):
        with tf.GradientTape() as tape:
            letters, after, facts = (tf.cast(x, tf.int32) for x in (letters, after, facts))
            logits, states, _ = self.network.run(letters, facts, rows, states, training=True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(after, logits))
        variables = self.network.trainable_variables
        gradients = [tf.convert_to_tensor(g) for g in tape.gradient(loss, variables)]
        self.optimizer.apply(gradients, variables)
        return loss, [tf.stop_gradient(state) for state in states]


class Average:
    """Exponential moving average of the weights."""

    def __init__(self, network: Network, decay: float) -> None:
        self.network, self.decay = network, decay
        self.weights, self.seen = [np.zeros_like(w) for w in network.get_weights()], 0

    def take(self) -> None:
        """Update the average with the present weights; corrects the bias of early steps."""
        self.seen += 1
        part = (1 - self.decay) / (1 - self.decay**self.seen)
        for mean, now in zip(self.weights, self.network.get_weights(), strict=True):
            mean += part * (now - mean)


def bits(network: Network, streams: list[Stream]) -> np.ndarray:
    """Return bits per letter of each poem, `(poems, longest)` with NaN after the end; zero states, no dropout."""
    longest = -(-max(stream.read.shape[1] for stream in streams) // 64) * 64
    batch = [_padded(stream, longest) for stream in streams]
    states, out = network.zero_states(len(streams)), []
    for start in range(0, longest, 64):
        letters, after, facts, rows = (np.stack([b[i][start : start + 64] for b in batch], 1) for i in range(4))
        logits, states, _ = network.run(letters, facts, rows, states, training=False)
        out.append(tf.nn.sparse_softmax_cross_entropy_with_logits(after, logits).numpy() / np.log(2))
    found = np.concatenate(out).T.astype("float64")
    for line, stream in zip(found, streams, strict=True):
        line[stream.read.shape[1] :] = np.nan
    return found


def _padded(stream: Stream, length: int) -> list[np.ndarray]:
    parts = (stream.read, stream.next, stream.facts, stream.grams)
    return [np.pad(p[0].astype(np.int32), [(0, length - p.shape[1])] + [(0, 0)] * (p.ndim - 2)) for p in parts]
