"""Provide the texts that the three trainings of the benchmark read, as word indices."""

import numpy as np
from numpy.typing import NDArray

from core.labs.emotion import messages, words
from core.labs.emotion.texts import data, own_texts

CLASSES, LONGEST = len(data.EMOTIONS), 66
VOCABULARY = 60_000


def texts(rows: int, front: bool) -> tuple[NDArray, NDArray]:
    """Return word indices `(rows, 66)` and labels; padded in front, as Keras' `pad_sequences`, or at the end."""
    place = data.folder()
    if place is None:
        raise SystemExit(messages.texts_absent)
    read = own_texts.read(place / "train.txt", "train.txt", {})
    found, labels = read.texts[:rows], read.labels[:rows]
    vocabulary = words.build(found, VOCABULARY, 1)
    table = words.table([vocabulary.encode(text, LONGEST) for text in found], LONGEST)
    if front:
        table = np.stack([np.roll(row, LONGEST - np.count_nonzero(row)) for row in table])
    return table, np.array([data.EMOTIONS.index(label) for label in labels], np.int32)
