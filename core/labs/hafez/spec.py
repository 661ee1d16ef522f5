"""Describe one network of poems as plain values."""

from dataclasses import dataclass

from core.runs import spec

CELLS = ("rnn", "gru", "lstm")
CELL_NAMES = {"rnn": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}
HAFEZ = "hafez"

LIMITS = (
    ("units", 8, 1024), ("layers", 1, 3), ("embedding", 4, 512), ("dropout", 0.0, 0.9), ("steps", 8, 512),
    ("batch_size", 1, 256), ("epochs", 1, 200), ("learning_rate", 1e-5, 0.1), ("clip", 0.0, 100.0),
    ("average", 0.0, 0.9999), ("reading", 0, 4), ("seed", 0, 2**31 - 1),
)  # fmt: skip


@dataclass(frozen=True)
class Spec:
    """A character-level network and its training. The defaults train in a few minutes on one core."""

    cell: str = "gru"
    units: int = 192
    layers: int = 1
    embedding: int = 48
    dropout: float = 0.1  # on the outputs of each layer
    tied: bool = False  # the letter embedding is also the softmax matrix
    told: bool = False  # conditioned on the position in the form: core.labs.hafez.corpus.place
    grams: int = 0  # rows of each n-gram table, a power of two; 0: none
    half: bool = False  # products of the GRU in bfloat16, weights kept in float16
    steps: int = 64  # length of truncated back-propagation, in letters
    batch_size: int = 32  # parallel lanes
    epochs: int = 8  # passes over the corpus
    learning_rate: float = 4e-3  # peak; linear warm-up, then cosine decay
    clip: float = 1.0  # maximum norm of the gradient; 0: no clipping
    average: float = 0.0  # decay of the exponential moving average of the weights; 0: none
    reading: int = 0  # passes over the other poets before the corpus (pretraining)
    corpus: str = HAFEZ  # or a text file, one hemistich per line, an empty line between poems
    seed: int = 0

    def __post_init__(self) -> None:
        spec.one_of(self, "cell", CELLS)
        for name, low, high in LIMITS:
            spec.within(self, name, low, high)
        spec.require(
            self.grams == 0 or (256 <= self.grams <= 65536 and self.grams & (self.grams - 1) == 0),
            f"grams is {self.grams}; choose 0 or a power of two from 256 to 65536.",
        )
        spec.require(not self.half or self.cell == "gru", "half is for the GRU; choose cell gru, or leave half out.")
        own = self.corpus != HAFEZ
        spec.require(
            not (own and (self.told or self.reading)), "told and reading are for Hafez' ghazals; leave them out."
        )
