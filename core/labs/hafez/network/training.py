"""Train a network from a spec: optionally pretrain on other poets, then train on the corpus, epoch by epoch."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from core import settings
from core.errors import PoemsError
from core.labs.hafez.corpus import poets
from core.labs.hafez.corpus.corpus import Corpus, Poem
from core.labs.hafez.network import loop, models
from core.labs.hafez.spec import Spec
from core.learn.fit import Fit, check_finite

WARM_UP = 0.05  # share of all steps, at most
MOST_WARM_UP = 150  # steps
FALL = 0.35  # share of steps with a decaying learning rate in a training after pretraining
LOWEST = 0.02  # fraction of the peak learning rate
READING_PARTS = 8  # reports per pass over the other poets
GHAZAL = (8, 40)  # minimum and maximum hemistichs of a poem used for pretraining
READ = 0.3  # share of the others used, the most similar to Hafez: the rest costs time and helps little
NEAREST = 5  # one part in this many, the most similar, is read again together with Hafez

AVERAGE_EVERY = 5  # steps

Report = Callable[[dict], None]


def train(spec: Spec, corpus: Corpus, report: Report, should_stop: Callable[[], bool], sample: Callable):
    """Train a network; return it with its curves and its plan.

    Each report holds bits per character in training and validation, and `sample(network)`: a few lines it wrote.
    """
    network = models.build(spec, corpus.alphabet)
    plan = Plan(spec, corpus)
    run = _Run(spec, network, plan, [loop.of_poem(p, spec.grams, corpus.alphabet) for p in corpus.held_out])
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
        self.facts = {"others": poets.fingerprint(found), "others_poems": len(found), "others_letters": _letters(found)}
        return found

    def _nearest(self) -> list[Poem]:
        return self.others[len(self.others) - len(self.others) // NEAREST :]

    def _reading_letters(self) -> int:
        return _letters(self.others) * self.spec.reading

    def _corpus_letters(self) -> int:
        return self.corpus.letters * self.spec.epochs + _letters(self._nearest())

    def parts(self) -> Iterator[tuple[loop.Stream, float]]:
        """Yield streams with the dropout to use for them; each is one epoch of the curves."""
        spec, alphabet = self.spec, self.corpus.alphabet
        for _ in range(spec.reading):
            for part in range(READING_PARTS):
                cuts = [len(self.others) * i // READING_PARTS for i in (part, part + 1)]
                yield loop.lanes(self.others[cuts[0] : cuts[1]], spec.batch_size, spec.grams, hints=spec.told), 0.0
        beside = self._shuffled(self._nearest())
        for epoch in range(spec.epochs):
            share = beside[len(beside) * epoch // spec.epochs : len(beside) * (epoch + 1) // spec.epochs]
            poems = self._shuffled([*self.corpus.train, *share])
            yield loop.lanes(poems, spec.batch_size, spec.grams, alphabet, hints=spec.told), spec.dropout

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

    def __init__(self, spec: Spec, network, plan: Plan, held: list[loop.Stream]) -> None:
        self.spec, self.network, self.plan, self.held = spec, network, plan, held
        self.reader, self.fit, self.kept = loop.Reader(network, spec.clip), Fit(), None
        self.average = loop.Average(network, spec.average) if spec.average else None
        self.started, self.step, self.bits = time.perf_counter(), 0, []

    def read(self, part: tuple[loop.Stream, float], should_stop: Callable[[], bool]) -> bool:
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
        held = float(np.nanmean(loop.bits(self.network, self.held)))
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


def poets_folder() -> Path:
    """Return the folder of the other poets; raise PoemsError that names the setting if it is missing."""
    folder = Path(settings.read().poets)
    if not list(folder.glob("*.txt")):
        raise PoemsError("The texts of the other poets are missing; set TAMRIN_POETS to their folder, or reading to 0.")
    return folder


def others(folder: Path, near_to: Sequence[Poem], rng: np.random.Generator) -> list[Poem]:
    """Return ghazals of all poets of a folder, those most similar to `near_to` last, the least similar left out.

    Similarity counts shared pairs of neighbouring words; half a standard deviation of noise mixes the order.
    """
    known = {pair for poem in near_to for pair in _pairs(poem)}
    found = [
        poem
        for path in sorted(folder.glob("*.txt"))
        for poem in poets.without_held_out(poets.poems(poets.read(path)))
        if GHAZAL[0] <= len(poem) <= GHAZAL[1]
    ]
    score = np.array([np.mean([pair in known for pair in _pairs(poem)] or [0]) for poem in found])
    order = np.argsort(score + rng.normal(0, 0.5 * score.std(), len(score)))
    return [found[i] for i in order[round(len(order) * (1 - READ)) :]]


def _pairs(poem: Poem) -> list[tuple[str, str]]:
    return [pair for line in poem for pair in zip(line.split(), line.split()[1:], strict=False)]


def _letters(poems: Sequence[Poem]) -> int:
    return sum(len(line) + 1 for poem in poems for line in poem) + len(poems)
