"""Spec of the training of a text classifier, as plain values."""

from dataclasses import dataclass, replace

from core.labs.emotion import words
from core.runs import fields

LINEAR = "logistic regression on words"  # the same method as a model and as the baseline of the networks
CELL_NAMES = {"gru": "GRU", "bigru": "BiGRU", "lstm": "LSTM", "rnn": "SimpleRNN", "bow": LINEAR}
CELLS = tuple(CELL_NAMES)
EMOTION = "emotion"  # name of the known edition; any other `data` is a file
BOTH = "emotion+reddit"  # that edition together with comments from Reddit
LEAST = "Words that occur less often in the training set count as unknown."
LENGTH = f"Words of a text that are read; 0 takes the longest text, at most {words.MOST} words."
HIDDEN = "Fraction of the words that count as unknown in each training step: no prediction can rest on a single word."
WEIGHTED = "Each class has the same total weight in the loss, however rare it is."
DECAY = "Decays the learning rate to zero along half a cosine; off: a constant learning rate."
PATIENCE = "Stop after this many epochs without improvement on the validation set; 0 turns early stopping off."
NGRAMS = "Adds logistic regression on n-grams of words and characters, which also reads out-of-vocabulary words."


@dataclass(frozen=True)
class Spec:
    """Settings of a text classifier; by default the shipped network, unidirectional and smaller than the report's.

    With 14,000 texts a bidirectional network is no better on the validation set.

    For `bow` (presence of words, logistic regression) only data, vocabulary, least, weighted and seed have an effect.
    """

    cell: str = fields.choice("gru", CELL_NAMES, "Model")
    data: str = EMOTION  # or a file: CSV, or lines "text;label"
    text: str = "text"  # columns of the file
    label: str = "label"
    vocabulary: int = fields.number(7000, 10, 200_000, "Vocabulary size")  # the first two: padding and "unknown"
    least: int = fields.number(2, 1, 1000, "Minimum word frequency", help=LEAST)
    length: int = fields.number(0, 0, words.MOST, "Maximum sequence length", help=LENGTH)
    embedding: int = fields.number(64, 1, 512, "Embedding dimension")
    units: int = fields.number(64, 1, 512, "Units (per direction)")
    dense: int = fields.number(64, 1, 1024, "Dense units")
    dropout: float = fields.number(0.5, 0.0, 0.9, "Dropout", step=0.05, slider=True)
    hidden_words: float = fields.number(0.15, 0.0, 0.9, "Word dropout", step=0.05, slider=True, help=HIDDEN)
    weighted: bool = fields.switch(False, "Class weights", help=WEIGHTED)
    learning_rate: float = fields.number(0.003, 1e-6, 1.0, "Learning rate")
    falling: bool = fields.switch(True, "Cosine learning-rate decay", help=DECAY)
    batch_size: int = fields.number(64, 1, 1024, "Batch size")
    epochs: int = fields.number(7, 1, 200, "Epochs")
    patience: int = fields.number(3, 0, 200, "Early-stopping patience (epochs)", help=PATIENCE)
    ngrams: bool = fields.switch(False, "Linear path on n-grams", added=True, help=NGRAMS)
    seed: int = fields.number(0, 0, 2**31 - 1, "Random seed")

    def __post_init__(self) -> None:
        fields.check(self)


# The report's network to the last parameter: 6,000,000 / 176,640 / 1,024 / 16,448 / 390.
REPORT = Spec(
    cell="bigru",
    vocabulary=60_000,
    least=1,
    embedding=100,
    units=128,
    dense=64,
    dropout=0.5,
    hidden_words=0.0,
    learning_rate=0.001,
    falling=False,
    batch_size=32,
    epochs=5,
    patience=0,
)
TWO_SOURCES = Spec(data=BOTH, ngrams=True, vocabulary=5000, embedding=48)  # n-grams read the rarer words
KEPT = ("data", "text", "label", "length", "weighted", "seed")  # fields that presets take from their base
REPORT_TEST = {"accuracy": 0.9413, "loss": 0.0935}  # on its own edition of 416,809 rows


def presets(base: Spec | None = None) -> dict[str, Spec]:
    """Return the report's settings and settings that work, on the data of `base`."""
    base = base or Spec()
    same = {name: getattr(base, name) for name in KEPT}
    works = TWO_SOURCES if base.data == BOTH else Spec()
    return {"report": replace(REPORT, **same), "works": replace(works, **same)}


def label_of(chosen: Spec) -> str:
    """Return the short name of a run in tables and legends."""
    return CELL_NAMES[chosen.cell] + ("" if chosen.cell == "bow" else f" · seed {chosen.seed}")
