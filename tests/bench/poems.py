"""Measure letters per second of the shipped network, one poem and many, beside PyTorch and Keras loops.

python -m tests.bench poems
"""

import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from core import settings
from core.labs.hafez import experiment
from core.labs.hafez.corpus.divan import encode
from core.labs.hafez.network import candidates, compose, models, worker
from core.labs.hafez.network.generate import write
from core.labs.hafez.network.models import Generator
from core.labs.hafez.spec import LINE, Request
from core.runs import runs

LETTERS, ROUNDS, MANY = 6000, 5, 64
LIMIT, GHAZAL_SECONDS, FIRST_SECONDS = 10_000, 3.0, 0.5


def one_poem(generator: Generator, seed: int) -> None:
    """Sample letters one after the other with the compiled loop."""
    text, chances = np.zeros(LETTERS, np.int8), np.random.default_rng(seed).random(LETTERS)
    states, nothing = np.zeros((2, *generator.weights.inner.shape[:2]), np.float32), encode("")
    write(generator.weights, generator.rows, text, 2 * LINE, nothing, nothing, 0.7, 0, 1.0, chances, states, LETTERS)


def many_poems(generator: Generator, seed: int) -> int:
    """Write a hemistich of each of many poems in parallel; return the number of letters kept."""
    rng, nothing = np.random.default_rng(seed), encode("")
    params = candidates.SamplingParams(0.7)
    found = candidates.hemistichs(generator, nothing, nothing, params, MANY, LINE, rng)
    return sum(len(candidate.line) + 1 for candidate in found)


def fastest(what: Callable[[int], object]) -> float:
    """Return the seconds of the fastest of several rounds: other load on the machine only adds time."""
    times = []
    for n in range(ROUNDS):
        started = time.perf_counter()
        what(n)
        times.append(time.perf_counter() - started)
    return min(times)


def peer(name: str, *arguments: int) -> float:
    """Return the letters per second of a peer in a process of its own."""
    command = [sys.executable, "-m", f"tests.bench.poems_{name}_peer", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    return float(done.stdout.split()[-1])


def main() -> bool:
    """Print the rates and waiting times; return True if the limits hold."""
    key, spec = runs.key("poems", experiment.BEST), experiment.BEST
    generator = models.stored(key, str(settings.SHIPPED))
    worker.warm(key, str(settings.SHIPPED))
    size = (spec.units, spec.embedding, len(generator.alphabet))
    with threadpool_limits(1):
        ours = LETTERS / fastest(lambda n: one_poem(generator, n))
        side_by_side = many_poems(generator, 0) / fastest(lambda n: many_poems(generator, 0))
        lines: list[str] = []
        first = fastest(lambda n: lines.append(compose.next_line(generator, Request(seed=n), [])))
        whole = fastest(lambda n: lines.extend(compose.poem(generator, Request(seed=100 + n))))
    theirs, keras = peer("torch", *size, LETTERS), peer("keras", *size, 60)
    print(
        f"poems, GRU {spec.units}, one core: {ours:,.0f} letters a second for one poem (limit {LIMIT:,}); PyTorch "
        f"{theirs:,.0f}, ratio {ours / theirs:.2f}; Keras predict {keras:,.0f}, ratio {ours / keras:.0f}\n"
        f"poems: {MANY} side by side, {side_by_side:,.0f} letters a second\n"
        f"poems: ghazal of 7 beyts with form {whole:.2f} s (limit {GHAZAL_SECONDS:.0f}), first hemistich {first:.2f} s "
        f"(limit {FIRST_SECONDS})"
    )
    return ours > max(LIMIT, theirs) and whole < GHAZAL_SECONDS and first < FIRST_SECONDS


if __name__ == "__main__":
    raise SystemExit(not main())
