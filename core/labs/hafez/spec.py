"""Describe one network of poems as plain values."""

from dataclasses import dataclass

from core.runs import fields, spec

CELL_NAMES = {"rnn": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}
CELLS = tuple(CELL_NAMES)
HAFEZ = "hafez"


@dataclass(frozen=True)
class Spec:
    """A character-level network and its training. The defaults train in a few minutes on one core."""

    cell: str = fields.choice("gru", CELL_NAMES)
    units: int = fields.number(192, 8, 1024, "Units", shown=(8, 512), step=8, slider=True)
    layers: int = fields.number(1, 1, 3, "Layers", slider=True)
    embedding: int = fields.number(48, 4, 512, "Embedding dimension", shown=(4, 128), step=4, slider=True)
    dropout: float = fields.number(0.1, 0.0, 0.9, "Dropout", shown=(0.0, 0.8), step=0.05, slider=True)  # of each layer
    tied: bool = fields.switch(False, "Weight tying (embedding and softmax)")
    told: bool = False  # conditioned on the position in the form: core.labs.hafez.corpus.place
    grams: int = 0  # rows of each n-gram table, a power of two; 0: none
    half: bool = False  # products of the GRU in bfloat16, weights kept in float16
    steps: int = fields.number(64, 8, 512, "Truncated BPTT length (characters)", shown=(8, 256), step=8, slider=True)
    batch_size: int = fields.number(32, 1, 256)  # parallel lanes
    epochs: int = fields.number(8, 1, 200, "Epochs", shown=(1, 60), slider=True)
    learning_rate: float = fields.number(4e-3, 1e-5, 0.1, "Peak learning rate")  # linear warm-up, then cosine decay
    clip: float = fields.number(
        1.0, 0.0, 100.0, "Gradient clipping (norm)", step=0.01, format="%0.2f", help="0: no clipping."
    )
    average: float = fields.number(0.0, 0.0, 0.9999)  # decay of the exponential moving average of the weights; 0: none
    reading: int = fields.number(0, 0, 4)  # passes over the other poets before the corpus (pretraining)
    corpus: str = HAFEZ  # or a text file, one hemistich per line, an empty line between poems
    seed: int = fields.number(0, 0, 2**31 - 1, "Initialisation seed")

    def __post_init__(self) -> None:
        fields.check(self)
        spec.require(
            self.grams == 0 or (256 <= self.grams <= 65536 and self.grams & (self.grams - 1) == 0),
            f"grams is {self.grams}; choose 0 or a power of two from 256 to 65536.",
        )
        spec.require(not self.half or self.cell == "gru", "half is for the GRU; choose cell gru, or leave half out.")
        own = self.corpus != HAFEZ
        spec.require(
            not (own and (self.told or self.reading)), "told and reading are for Hafez's ghazals; leave them out."
        )
