"""Compare a network on its validation poems with the same network on a user's own text."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.errors import PoemsError
from core.labs.hafez import baseline, messages
from core.labs.hafez.corpus import corpus
from core.labs.hafez.corpus.corpus import Corpus
from core.labs.hafez.corpus.divan import ALPHABET, normalise, text_of
from core.labs.hafez.corpus.layout import Poem
from core.labs.hafez.spec import Spec
from core.learn.elsewhere import measured
from core.learn.elsewhere.measured import Losses, Measured, Model
from core.learn.elsewhere.property import Property
from core.runs import spec as specs
from core.runs.store import Run, Store

MOST = 100_000  # characters that are read of a text
LEAST_KNOWN = 0.5  # share of characters that the alphabet must have
METRIC, UNIT = "surprisal", "bits per character"


def of_run(run: Run, store: Store, path: Path, name: str = "") -> Measured:
    """Evaluate a stored network on a text: lines, with an empty line between pieces."""
    from core.labs.hafez.network import models
    from core.labs.hafez.network.candidates import surprise

    chosen, alphabet, name = specs.from_dict(Spec, run.spec), run.facts["alphabet"], name or path.name
    with path.open("rb") as file:
        found = corpus.poems_in(file.read(corpus.MOST_BYTES + 1), name)
    poems, lost = _within(found.data[0], alphabet, name)
    short, told = _first(poems), list(found.told)
    if len(short) < len(poems):
        text = messages.plural("first_pieces", len(short))
        told.append(text.format(pieces=len(short), found=len(poems), most=MOST))
    generator = models.restored(chosen, alphabet, store.weights(run))

    def bits(texts: Sequence[Poem]) -> Losses:
        return measured.in_units([surprise(generator, text_of(one)) for one in texts])

    own = _corpus(chosen)
    models_ = [Model("this network", None if own is None else bits(own.held_out), bits(short))]
    if own is not None:
        models_.append(_counted(own, short))
        told += [messages.has_read_others] * bool(chosen.reading)
    return Measured(
        tuple(models_), METRIC, UNIT, "characters", "pieces", shift=_shift(own, short, lost), told=tuple(told)
    )


def _within(poems: Sequence[Poem], alphabet: str, name: str) -> tuple[list[Poem], float]:
    """Return the poems in the network's alphabet, and the share of characters that it lacks, which become spaces.

    PoemsError if it lacks most of them.
    """
    before = sum(not sign.isspace() for poem in poems for line in poem for sign in line)
    kept_ = [tuple(made for line in poem if (made := _line(line, alphabet))) for poem in poems]
    after = sum(sign != " " for poem in kept_ for line in poem for sign in line)
    if after < LEAST_KNOWN * before:
        raise PoemsError(
            messages.unknown_alphabet.format(known=after / before, name=name, alphabet=" ".join(alphabet.split()))
        )
    return [poem for poem in kept_ if poem], 1 - after / before


def _line(line: str, alphabet: str) -> str:
    if alphabet == ALPHABET:
        return normalise(line)
    return " ".join("".join(sign if sign in alphabet else " " for sign in line).split())


def _first(poems: Sequence[Poem]) -> list[Poem]:
    """Return the first poems that have at most so many characters together, one at least, cut where it is longer."""
    total, found = 0, []
    for poem in poems:
        total += len(text_of(poem))
        if total > MOST and found:
            break
        found.append(poem)
    if total > MOST and len(found) == 1:
        found = [tuple(line for line, end in zip(found[0], _ends(found[0]), strict=True) if end <= MOST)]
    return found


def _ends(poem: Poem) -> list[int]:
    return np.cumsum([len(line) + 1 for line in poem]).tolist()


def _corpus(chosen: Spec) -> Corpus | None:
    """Return the corpus of a network; None for a text that its owner has taken away."""
    try:
        return corpus.of(chosen)
    except PoemsError:
        return None


def _counted(own: Corpus, there: Sequence[Poem]) -> Model:
    """Return the 5-gram model of the network's training poems."""
    counts = baseline.Counts(own.train, len(own.alphabet))
    home, other = (measured.in_units([counts.bits(one) for one in poems]) for poems in (own.held_out, there))
    return Model(baseline.NAMES["naive"], home, other)


def _shift(own: Corpus | None, there: Sequence[Poem], lost: float) -> tuple[Property, ...]:
    known = {word for poem in own.train for line in poem for word in line.split()} if own else set()
    both = [(*_looks(poems, known),) if poems else ("", "") for poems in (own.held_out if own else (), there)]
    return (
        Property(messages.unknown_words, both[0][0], both[1][0] if own else ""),
        Property(messages.line_length, both[0][1], both[1][1]),
        Property(messages.outside_alphabet, "0.0%" if own else "", f"{lost:.1%}"),
    )


def _looks(poems: Sequence[Poem], known: set[str]) -> tuple[str, str]:
    words = [word for poem in poems for line in poem for word in line.split()]
    unknown = np.mean([word not in known for word in words])
    return f"{unknown:.1%}", f"{np.median([len(line) for poem in poems for line in poem]):.0f}"
