"""Export as Python: the same character network as one Keras script that needs nothing of this project."""

from core.poems.spec import CELL_NAMES, HAFEZ, Spec

EXTRAS = {  # fields that a plain network does without, and what they add
    "told": "the place in the form",
    "grams": "tables of letter sequences",
    "reading": "other poets before the corpus",
    "half": "products in bfloat16",
    "average": "the average of the weights",
}
FIELDS = ("units", "layers", "embedding", "dropout", "steps", "batch_size", "epochs", "learning_rate", "seed")


def left_out(chosen: Spec) -> list[str]:
    """What a network has besides and its script leaves out."""
    return [words for name, words in EXTRAS.items() if getattr(chosen, name)]


def script(chosen: Spec) -> str:
    """Source of a runnable script; needs keras, tensorflow, numpy, and the package hafez or a text file of poems."""
    own = chosen.corpus != HAFEZ
    values = {name: getattr(chosen, name) for name in FIELDS}
    missing = left_out(chosen)
    return TEMPLATE.format(
        cell=CELL_NAMES[chosen.cell],
        packages="keras tensorflow numpy" if own else "keras tensorflow numpy hafez",
        arguments="poems.txt [EPOCHS]" if own else "[EPOCHS]",
        about="\n\nThe network of the page has besides:\n- " + "\n- ".join(missing) if missing else "",
        place=2 if own else 1,
        reading=OWN if own else DIVAN,
        clip=chosen.clip or None,
        tied=TIED if chosen.tied else "",
        table="UNITS" if chosen.tied else "EMBEDDING",
        out="Tied(table)" if chosen.tied else "keras.layers.Dense(len(alphabet))",
        **values,
    )


DIVAN = """# 495 ghazals; those whose number is divisible by ten are held out.
import json
from importlib.resources import files

ghazals = json.loads(files("hafez").joinpath("data/hafez.json").read_text(encoding="utf-8"))
train = [ghazal["poem"] for ghazal in ghazals if ghazal["id"] % 10]
held_out = [ghazal["poem"] for ghazal in ghazals if ghazal["id"] % 10 == 0]"""
OWN = """# One line of verse a line, an empty line between poems, UTF-8; every tenth poem is held out.
with open(sys.argv[1], encoding="utf-8-sig") as file:
    poems = [poem.strip().split("\\n") for poem in file.read().split("\\n\\n") if poem.strip()]
held_out = poems[9::10] or poems[-1:]
train = [poem for poem in poems if poem not in held_out]"""
TIED = '''

class Tied(keras.layers.Layer):
    """Logits from the embedding of the characters themselves."""

    def __init__(self, table):
        super().__init__()
        self.table = table

    def build(self, shape):
        self.bias = self.add_weight(shape=(len(alphabet),), initializer="zeros")

    def call(self, x):
        return keras.ops.matmul(x, keras.ops.transpose(self.table.embeddings)) + self.bias
'''

TEMPLATE = '''"""A character-level {cell} that learns to write poems.{about}

    pip install {packages}
    python SCRIPT {arguments}
"""

import sys

import keras
import numpy as np

UNITS, LAYERS, EMBEDDING, STEPS, LANES, SEED = {units}, {layers}, {embedding}, {steps}, {batch_size}, {seed}
EPOCHS = int(sys.argv[{place}]) if len(sys.argv) > {place} else {epochs}

keras.utils.set_random_seed(SEED)
rng = np.random.default_rng(SEED)

{reading}
lines = {{line for poem in held_out for line in poem}}  # none of them is trained on, wherever it stands
train = [[line for line in poem if line not in lines] for poem in train]
alphabet = sorted({{letter for poem in [*train, *held_out] for line in poem for letter in line}} - {{"\\n"}})
alphabet.insert(0, "\\n")
number = {{letter: n for n, letter in enumerate(alphabet)}}


def encode(poem):
    return np.array([number[letter] for line in poem for letter in line + "\\n"] + [0], "int32")


def windows():
    """Lanes of poems in random order, cut into windows: the rows of batch k continue those of batch k - 1."""
    text = np.concatenate([encode(train[n]) for n in rng.permutation(len(train))])
    lanes = text[: len(text) // LANES * LANES].reshape(LANES, -1)
    count = (lanes.shape[1] - 1) // STEPS
    starts = STEPS * np.arange(count)
    return tuple(np.concatenate([lanes[:, start + by : start + by + STEPS] for start in starts]) for by in (0, 1))

{tied}
def network(lanes):
    """A network that reads `lanes` texts side by side and keeps its states from one call to the next."""
    letters = keras.Input(batch_shape=(lanes, None), dtype="int32")
    table = keras.layers.Embedding(len(alphabet), {table})
    x = table(letters)
    for _ in range(LAYERS):
        x = keras.layers.{cell}(UNITS, return_sequences=True, stateful=True)(x)
        x = keras.layers.Dropout({dropout})(x)
    return keras.Model(letters, {out}(x))


def reset(model):
    for layer in model.layers:
        if isinstance(layer, keras.layers.{cell}):
            layer.reset_states()


LANES = min(LANES, max(1, sum(len(encode(poem)) for poem in train) // (2 * STEPS)))
lengths = np.array([len(encode(poem)) for poem in held_out])
unseen = np.zeros((len(held_out), lengths.max()), "int32")
for row, poem in zip(unseen, held_out):
    row[: len(encode(poem))] = encode(poem)
model, reader, judge = network(LANES), network(1), network(len(held_out))
batches = len(windows()[0]) // LANES
steps = max(1, batches * EPOCHS)
warm = max(1, min(150, steps // 20))
rate = keras.optimizers.schedules.CosineDecay(
    0.0, max(1, steps - warm), alpha=0.02, warmup_target={learning_rate}, warmup_steps=warm
)
model.compile(
    keras.optimizers.Adam(rate, beta_2=0.99, global_clipnorm={clip}),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
print("parameters", model.count_params())


def bits():
    """Mean surprise of the held-out poems in bits a character, each read from an empty line on."""
    reset(judge)
    logits = judge.predict(np.pad(unseen[:, :-1], ((0, 0), (1, 0))), batch_size=len(unseen), verbose=0)
    logits -= logits.max(axis=-1, keepdims=True)
    own = np.take_along_axis(logits, unseen[..., None], axis=-1)[..., 0]
    surprise = np.log2(np.exp(logits).sum(axis=-1)) - own / np.log(2)
    return float(surprise[np.arange(unseen.shape[1]) < lengths[:, None]].mean())


def write(count, temperature=0.7):
    """Lines that the network writes, character by character."""
    reset(reader)
    made, letter = [""], 0
    while len(made) <= count and len(made[-1]) < 200:
        logits = np.asarray(reader(np.array([[letter]], "int32")))[0, -1].astype("float64") / temperature
        odds = np.exp(logits - logits.max())
        letter = int(rng.choice(len(odds), p=odds / odds.sum()))
        made += [""] if letter == 0 else []
        made[-1] += alphabet[letter] if letter else ""
    return made[:count]


for epoch in range(1, EPOCHS + 1):
    reset(model)
    inputs, targets = windows()
    loss = model.fit(inputs, targets, batch_size=LANES, shuffle=False, verbose=0).history["loss"][0]
    for other in (reader, judge):
        other.set_weights(model.get_weights())
    print(f"epoch {{epoch}}: {{loss / np.log(2):.3f}} bits a character in training, {{bits():.3f}} held out")
    print("\\n".join(write(4)))
model.save_weights("poems.weights.h5")
'''
