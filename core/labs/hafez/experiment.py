"""Define the kind "poems" for the store, the command line and jobs; its export as Python, and the time it takes."""

import dataclasses
import time

import numpy as np
from numpy.typing import NDArray

from core.errors import PoemsError, StoreError
from core.files import kept
from core.jobs.job import EVALUATING
from core.labs.hafez import check, messages
from core.labs.hafez.corpus import corpus
from core.labs.hafez.corpus.divan import ALPHABET
from core.labs.hafez.spec import BEST, CELL_NAMES, HAFEZ, LINE, Request, Spec, first_words, presets, refrain
from core.learn import scripts
from core.learn.rivals import Baselines
from core.plain import Object
from core.runs import pace, runs, spec
from core.runs.runs import Outcome
from core.runs.store import Run, Store
from core.runs.stored import Stamp

__all__ = ["Spec", "card", "data_stamp", "evaluate", "label", "presets", "shipped", "shown", "train", "write"]

SMALL = tuple(Spec(cell=cell) for cell in ("rnn", "lstm", "gru"))
SAMPLE_LINES = 4  # lines of the sample after each epoch


def data_stamp(chosen: Spec) -> Stamp:
    """Return source, size and fingerprint of the corpus of a spec."""
    return corpus.stamp(corpus.of(chosen))


class OwnText(runs.Payload):
    """Payload of a training on a user's own text."""

    source: str | bytes  # path of the file, or its bytes
    name: str  # of the file


def train_text(payload: OwnText, report, should_stop) -> runs.Trained:
    """Train on an uploaded text in a worker and store the run."""
    with kept.local(payload["source"], payload["name"]) as path, corpus.lent(payload["spec"]["corpus"], path):
        return runs.train_part(payload, report, should_stop)


def train(chosen: Spec, report, should_stop) -> Outcome:
    """Train in this process; metrics are bits per character and, with form conditioning, those of poems it writes."""
    from core.labs.hafez import baseline, metre
    from core.labs.hafez.network import compose, models, training

    found = corpus.of(chosen)
    network, fit, plan = training.train(chosen, found, report, should_stop, lambda n: _sample(n, found.alphabet))
    report(EVALUATING)
    kept = models.packed(network)
    generator = models.generator(network, found.alphabet)
    figures, bits = _measured(generator, found, chosen.told)
    stopped = fit.stopped == "by the person"
    beside = baseline.baselines(found.train, [] if stopped else plan.others, found.held_out, len(found.alphabet), bits)
    first = compose.poem(generator, Request(form=chosen.told))  # the default request: shown before a worker is ready
    scanned = {"scansion": metre.scansion(first)} if chosen.corpus == HAFEZ else {}
    return Outcome(
        fit=fit,
        history=fit.history,
        metrics=figures | beside.metrics,
        arrays={"poem": np.frombuffer("\n".join(first).encode(), np.uint8)},
        model=kept,
        facts={
            "parameters": network.count_params(),
            "alphabet": found.alphabet,
            "rivals": beside.rivals,
            **plan.facts,
            **scanned,
        },
    )


def _measured(generator, found: corpus.Corpus, told: bool) -> tuple[dict[str, float], list[NDArray]]:
    """Return the metrics, those of the form too if it was `told`, and the bits of each validation character."""
    from core.labs.hafez import measure

    bits = measure.bits(generator, found)
    figures = {"held_out_bits": float(np.concatenate(bits).mean())}
    return figures | (measure.form(measure.written(generator)) if told else {}), bits


def _sample(network, alphabet: str) -> str:
    """Sample a few lines from the current network, always with the same random seed."""
    from core.labs.hafez.network import compose, models

    generator = models.generator(network, alphabet)
    wanted, lines = Request(form=False, seed=network.spec.seed), []
    while len(lines) < SAMPLE_LINES:
        lines.append(compose.free_line(generator, wanted, lines))
    return "\n".join(lines)


def evaluate(chosen: Spec, weights: bytes) -> dict[str, float]:
    """Apply stored weights to the validation set again, and measure form and copying again, in this process."""
    from core.labs.hafez.network import models

    found = corpus.of(chosen)
    try:
        generator = models.restored(chosen, found.alphabet, weights)
    except ValueError as error:  # the file was changed, or was read by an earlier version
        raise PoemsError(messages.weights_do_not_fit.format(source=found.source)) from error
    return _measured(generator, found, chosen.told)[0]


def rivals_again(run: Run, weights: bytes, arrays: dict[str, NDArray]) -> Baselines:
    """Count again for the n-gram models beside a stored run, without training."""
    from core.labs.hafez import baseline, measure
    from core.labs.hafez.network import models, training

    chosen = spec.from_dict(Spec, run.spec)
    found = corpus.of(chosen)
    bits = measure.bits(models.restored(chosen, found.alphabet, weights), found)
    others = training.Plan(chosen, found).others
    return baseline.baselines(found.train, others, found.held_out, len(found.alphabet), bits)


def shipped() -> list[Spec]:
    """Return the specs of the network pretrained on other poets, and of the three cells on Hafez alone."""
    return [BEST, *SMALL]


def label(chosen: Spec) -> str:
    """Return a short name of a run for tables and legends."""
    extra = messages.pretrained if chosen.reading else "" if chosen.corpus == HAFEZ else messages.own_text
    return f"{CELL_NAMES[chosen.cell]} {chosen.layers}×{chosen.units}{extra} · seed {chosen.seed}"


def card(made: list[Run]) -> str:
    """Write the model card, with every figure from the runs themselves."""
    from core.labs.hafez import words

    return words.card(made, ALPHABET)


def seconds(chosen: Spec, letters: int, known: list[Run]) -> float | None:
    """Return the seconds of a training on that many letters; None without measurements."""
    return pace.seconds(COST, [(vars(chosen), {"letters": letters})], known, 1)


def _work(spec: pace.Values, data: pace.Values) -> float:
    """Return the relative cost of an epoch: letters, and the products of a step; small ones cost about the same."""
    return data["letters"] * (1 + spec["layers"] * (spec["units"] / 100) ** 2)


COST = pace.Cost(
    "poems", _work, lambda spec: spec["epochs"], family=lambda spec: spec["cell"], planned=lambda spec: spec["epochs"]
)


def left_out(chosen: Spec) -> list[str]:
    """Return what a network has besides and its script leaves out."""
    return [words for name, words in messages.group("extras").items() if getattr(chosen, name)]


def script(chosen: Spec) -> str:
    """Return the source of a script that reads the package hafez, or a text file of poems."""
    return scripts.render(
        "labs/hafez/templates/poems.py.j2",
        chosen,
        own=chosen.corpus != HAFEZ,
        layer=scripts.identifier(CELL_NAMES[chosen.cell]),
        missing=left_out(chosen),
    )


def write(store: Store, run: Run | None, wanted: spec.Values) -> Object:
    """Write a poem with a stored network: lines, request, seconds, form and copying; StoreError if the run is None."""
    from core.labs.hafez.network import compose, models

    if run is None:
        raise StoreError(messages.no_network)
    asked = _request(run, wanted)
    generator = models.stored(run.key, store.url)
    started = time.perf_counter()
    lines = compose.poem(generator, asked)
    told = {"lines": lines, "request": dataclasses.asdict(asked), "network": run.key}
    return told | {"seconds": time.perf_counter() - started} | (_checked(lines) if run.spec["corpus"] == HAFEZ else {})


def _request(run: Run, wanted: spec.Values) -> Request:
    """Return the request with its words cleaned; a network trained on another text writes without form."""
    words: spec.Values
    if run.spec["corpus"] == HAFEZ:
        words = {"prompt": first_words(wanted["prompt"]), "radif": refrain(wanted["radif"])}
    else:
        words = {"form": False, "radif": "", "prompt": wanted["prompt"].strip()[:LINE]}
    return Request(**wanted | words)


def _checked(lines: list[str]) -> Object:
    found = check.copied(lines)
    return {"beyts_in_rhyme": sum(check.kept(lines)), "copied": dataclasses.asdict(found)}


def shown(lines: list[str]) -> str:
    """Format one beyt per line, hemistichs separated by a rule."""
    return "\n".join(" | ".join(lines[i : i + 2]) for i in range(0, len(lines), 2))
