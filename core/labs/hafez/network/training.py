"""Train a network from a spec: poems as parallel lanes, truncated back-propagation through time, epoch by epoch."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from core.labs.hafez.corpus import divan, inputs
from core.labs.hafez.corpus.corpus import Corpus, Poem
from core.labs.hafez.corpus.divan import ALPHABET, encode, others, poets_folder, shared_ending, text_of
from core.labs.hafez.corpus.inputs import NEWLINE
from core.labs.hafez.network import models
from core.labs.hafez.network.network import Network
from core.labs.hafez.spec import Spec
from core.learn.fit import Fit, check_finite

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


WARM_UP = 0.05  # share of all steps, at most
MOST_WARM_UP = 150  # steps
FALL = 0.35  # share of steps with a decaying learning rate in a training after pretraining
LOWEST = 0.02  # fraction of the peak learning rate
READING_PARTS = 8  # reports per pass over the other poets
NEAREST = 5  # one part in this many, the most similar, is read again together with Hafez

AVERAGE_EVERY = 5  # steps

Report = Callable[[dict], None]


def train(spec: Spec, corpus: Corpus, report: Report, should_stop: Callable[[], bool], sample: Callable):
    """Train a network; return it with its curves and its plan.

    Each report holds bits per character in training and validation, and `sample(network)`: a few lines it wrote.
    """
    network = models.build(spec, corpus.alphabet)
    plan = Plan(spec, corpus)
    run = _Run(spec, network, plan, [of_poem(p, spec.grams, corpus.alphabet) for p in corpus.held_out])
    for part in plan.parts():
        if not run.read(part, should_stop):
            run.fit.stopped = "by the person"
            break
        run.close(report, sample)
    if run.kept is not None:
        network.set_weights(run.kept)
    return network, run.fit, plan


class Plan:
    """The order in which poems are read, and the learning-rate schedule over it."""

    def __init__(self, spec: Spec, corpus: Corpus) -> None:
        self.spec, self.corpus, self.facts = spec, corpus, {}
        self.rng = np.random.default_rng(spec.seed)
        self.others = self._others() if spec.reading else []
        self.letters = self._reading_letters() + self._corpus_letters()
        self.total = max(1, self.letters // (spec.batch_size * spec.steps))
        self.epochs = spec.epochs + spec.reading * READING_PARTS

    def _others(self) -> list[Poem]:
        """Return the poems of the other poets from far to near, without held-out lines."""
        found = others(poets_folder(), self.corpus.train, self.rng)
        self.facts = {"others": divan.fingerprint(found), "others_poems": len(found), "others_letters": _letters(found)}
        return found

    def _nearest(self) -> list[Poem]:
        return self.others[len(self.others) - len(self.others) // NEAREST :]

    def _reading_letters(self) -> int:
        return _letters(self.others) * self.spec.reading

    def _corpus_letters(self) -> int:
        return self.corpus.letters * self.spec.epochs + _letters(self._nearest())

    def parts(self) -> Iterator[tuple[Stream, float]]:
        """Yield streams with the dropout to use for them; each is one epoch of the curves."""
        spec, alphabet = self.spec, self.corpus.alphabet
        for _ in range(spec.reading):
            for part in range(READING_PARTS):
                cuts = [len(self.others) * i // READING_PARTS for i in (part, part + 1)]
                yield lanes(self.others[cuts[0] : cuts[1]], spec.batch_size, spec.grams, hints=spec.told), 0.0
        beside = self._shuffled(self._nearest())
        for epoch in range(spec.epochs):
            share = beside[len(beside) * epoch // spec.epochs : len(beside) * (epoch + 1) // spec.epochs]
            poems = self._shuffled([*self.corpus.train, *share])
            yield lanes(poems, spec.batch_size, spec.grams, alphabet, hints=spec.told), spec.dropout

    def _shuffled(self, poems: Sequence[Poem]) -> list[Poem]:
        return [poems[i] for i in self.rng.permutation(len(poems))]

    def rate(self, step: int) -> float:
        """Return the learning rate of a step: warm-up, constant during pretraining, then cosine decay."""
        warm = max(1, min(MOST_WARM_UP, int(WARM_UP * self.total)))
        level = self.total * (1 - FALL) if self.spec.reading else warm
        done = min(max((step - level) / max(self.total - level, 1), 0), 1)
        return self.spec.learning_rate * min(step / warm, LOWEST + (1 - LOWEST) * (1 + np.cos(np.pi * done)) / 2)


class _Run:
    """State of a training between two reports."""

    def __init__(self, spec: Spec, network, plan: Plan, held: list[Stream]) -> None:
        self.spec, self.network, self.plan, self.held = spec, network, plan, held
        self.reader, self.fit, self.kept = Reader(network, spec.clip), Fit(), None
        self.average = Average(network, spec.average) if spec.average else None
        self.started, self.step, self.bits = time.perf_counter(), 0, []

    def read(self, part: tuple[Stream, float], should_stop: Callable[[], bool]) -> bool:
        """Train on one stream; return False when asked to stop before its end."""
        self.bits, (lanes, dropout) = [], part
        for window in self.reader.over(lanes, self.spec.steps, dropout):
            if should_stop():
                return False
            self.step += 1
            self.bits.append(window(self.plan.rate(self.step)))
            self._check(self.bits[-1])
            if self.average and self.step % AVERAGE_EVERY == 0:
                self.average.take()
        return not should_stop()

    def _check(self, bits: float, weights: Sequence[np.ndarray] = ()) -> None:
        """Raise DivergedError if these are not finite."""
        check_finite(self.fit.kept_epoch + 1, self.spec.learning_rate, [bits], weights)

    def close(self, report: Report, sample: Callable) -> None:
        """Measure, keep the weights, report."""
        own = self.network.get_weights()
        if self.average and self.average.seen:
            self.network.set_weights(self.average.weights)
        held = float(np.nanmean(bits(self.network, self.held)))
        self._check(held, own)  # before sampling, which needs finite probabilities
        written = sample(self.network)
        self.kept = self.network.get_weights()
        self.network.set_weights(own)
        logs = {"bits": float(np.mean(self.bits)), "held_out_bits": held}
        self._record(logs)
        epoch = {"epoch": self.fit.kept_epoch, "epochs": self.plan.epochs, "seconds": self.fit.seconds}
        report({**epoch, "logs": {**logs, "sample": written}})

    def _record(self, logs: dict[str, float]) -> None:
        for name, value in logs.items():
            self.fit.history.setdefault(name, []).append(value)
        self.fit.seconds = time.perf_counter() - self.started
        self.fit.first_epoch_seconds = self.fit.first_epoch_seconds or self.fit.seconds
        self.fit.kept_epoch += 1


def _letters(poems: Sequence[Poem]) -> int:
    return sum(len(line) + 1 for poem in poems for line in poem) + len(poems)
