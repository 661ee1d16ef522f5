"""Describe as plain values one network of poems and its training, and one poem that a user asks for."""

import re
from dataclasses import dataclass, replace

from core.errors import PoemsError
from core.labs.hafez import messages
from core.labs.hafez.corpus.divan import normalise
from core.runs import fields, spec

CELL_NAMES = {"rnn": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}
CELLS = tuple(CELL_NAMES)
HAFEZ = "hafez"
PLACE = (
    "The network also reads the number of the hemistich, the characters since its start and to its expected end, and "
    "how the rhyme continues. Hafez's ghazals only."
)
GRAMS = "The last 3, 4 and 5 characters look up rows of tables that are added to the logits; 0: no tables."
HALF = "Products in bfloat16, weights saved as float16: half the memory."
AVERAGE = "The network keeps an exponential moving average of its weights; 0: those of the last step."
READING = "Passes over ghazals of other poets before Hafez; their texts must lie on the server."


@dataclass(frozen=True)
class Spec:
    """A character-level network and its training. The defaults train in a few minutes on one core."""

    cell: str = fields.choice("gru", CELL_NAMES)
    units: int = fields.number(192, 8, 1024, "Units", shown=(8, 512), step=8, slider=True)
    layers: int = fields.number(1, 1, 3, "Layers", slider=True)
    embedding: int = fields.number(48, 4, 512, "Embedding dimension", shown=(4, 128), step=4, slider=True)
    dropout: float = fields.number(0.1, 0.0, 0.9, "Dropout", shown=(0.0, 0.8), step=0.05, slider=True)  # of each layer
    tied: bool = fields.switch(False, "Weight tying (embedding and softmax)")
    told: bool = fields.switch(False, "Position in the form as input", help=PLACE)  # core.labs.hafez.corpus.inputs
    grams: int = fields.number(0, 0, 65536, "Rows of each n-gram table", options=(0, 4096, 32768), help=GRAMS)
    half: bool = fields.switch(False, "Half precision (GRU)", help=HALF)
    steps: int = fields.number(64, 8, 512, "Truncated BPTT length (characters)", shown=(8, 256), step=8, slider=True)
    batch_size: int = fields.number(32, 1, 256)  # parallel lanes
    epochs: int = fields.number(8, 1, 200, "Epochs", shown=(1, 60), slider=True)
    learning_rate: float = fields.number(4e-3, 1e-5, 0.1, "Peak learning rate")  # linear warm-up, then cosine decay
    clip: float = fields.number(
        1.0, 0.0, 100.0, "Gradient clipping (norm)", step=0.01, format="%0.2f", help="0: no clipping."
    )
    average: float = fields.number(
        0.0, 0.0, 0.9999, "Decay of weight averaging", options=(0.0, 0.9, 0.98, 0.99), help=AVERAGE
    )
    reading: int = fields.number(0, 0, 4, "Pretraining passes", options=(0, 1), help=READING)
    corpus: str = HAFEZ  # or a text file, one hemistich per line, an empty line between poems
    seed: int = fields.number(0, 0, 2**31 - 1, "Initialisation seed")

    def __post_init__(self) -> None:
        fields.check(self)
        spec.require(
            self.grams == 0 or (256 <= self.grams <= 65536 and self.grams & (self.grams - 1) == 0),
            messages.bad_table_rows.format(grams=self.grams),
        )
        spec.require(not self.half or self.cell == "gru", messages.half_for_gru)
        own = self.corpus != HAFEZ
        spec.require(not (own and (self.told or self.reading)), messages.only_for_hafez)


# The report names no settings: one layer of the simplest cell, Keras' defaults for Adam and no protection beside it.
# The rest is this lab's, with as many epochs as the settings that work, so that the two can be compared.
REPORT: spec.Values = {"cell": "rnn", "units": 128, "dropout": 0.0, "epochs": 4, "learning_rate": 0.001, "clip": 0.0}
BEST = Spec(
    units=512,
    embedding=96,
    dropout=0.2,
    told=True,
    grams=32768,
    half=True,
    steps=80,
    batch_size=32,
    epochs=4,
    learning_rate=2.2e-3,
    average=0.98,
    reading=1,
)


def presets(base: Spec | None = None) -> dict[str, Spec]:
    """Return a network such as the report describes, and settings that work, those of the included network.

    On a text of one's own, the corpus of `base`, the latter do without what needs Hafez's ghazals.
    """
    base = base or Spec()
    own = {"corpus": base.corpus, "seed": base.seed}
    works = replace(BEST, told=False, reading=0) if base.corpus != HAFEZ else BEST
    return {"report": Spec(**REPORT, **own), "works": replace(works, **own)}


MOST_WORDS, MOST_RADIF = 4, 24  # words of a refrain; letters
LINE = 48  # letters of a hemistich at most, of the first words too
PEN_NAME = "حافظ"
FORM = "A search over the network's samples keeps rhyme (qafiye) and refrain (radif)."


@dataclass(frozen=True)
class Request:
    """One poem. `prompt` and `radif` are cleaned: letters of the alphabet and single spaces."""

    beyts: int = fields.number(7, 1, 20, "Couplets (beyts)", shown=(1, 15), slider=True)
    seed: int = fields.number(7, 0, 2**31 - 1, "Random seed")
    temperature: float = fields.number(0.7, 0.05, 3.0, "Temperature", shown=(0.1, 1.5), step=0.05, slider=True)
    top_k: int = fields.number(
        0, 0, 200, "Top k", shown=(0, 37), slider=True, help="Sample among the k most probable characters; 0: all."
    )
    top_p: float = fields.number(1.0, 0.01, 1.0, "Top p", shown=(0.1, 1.0), step=0.05, slider=True)
    form: bool = fields.switch(True, "Enforce rhyme and radif", help=FORM)
    pen_name: bool = fields.switch(True, "Pen name in the last couplet")
    prompt: str = ""
    radif: str = ""

    def __post_init__(self) -> None:
        fields.check(self)


def cleaned(text: str, what: str, most: int) -> str:
    """Return first words or refrain in the alphabet's letters; raise PoemsError if nothing or too much is left.

    Letters of other scripts, digits, signs, markup and marks of direction are removed.
    """
    if len(text) > 40 * most:
        raise PoemsError(messages.too_many_characters.format(what=what, length=len(text), most=most))
    letters = normalise(re.sub(r"<[^<>]*>", " ", text))
    if text.strip() and not letters:
        raise PoemsError(messages.no_persian_letters.format(what=what))
    if len(letters) > most:
        raise PoemsError(messages.too_many_letters.format(what=what, length=len(letters), most=most))
    return letters


def first_words(text: str) -> str:
    """Clean the words that a poem begins with."""
    return cleaned(text, messages.the_prompt, LINE - 6)


def refrain(text: str) -> str:
    """Clean the words that rhyming hemistichs end with."""
    letters = cleaned(text, messages.the_radif, MOST_RADIF)
    if len(letters.split()) > MOST_WORDS:
        raise PoemsError(messages.too_many_words.format(words=len(letters.split()), most=MOST_WORDS))
    return letters
