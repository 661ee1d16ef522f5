"""The experiment as one Keras script that runs by itself, with the texts beside it."""

from core.text.spec import EMOTION, Spec

HEAD = '''\
"""{title}

    pip install keras tensorflow numpy pandas
    python {name} {arguments} [EPOCHS]
"""

import re
import sys
from collections import Counter

import keras
import numpy as np

SEED, VOCABULARY, LEAST = {seed}, {vocabulary}, {least}
EPOCHS = int(sys.argv[{place}]) if len(sys.argv) > {place} else {epochs}


def words(text):
    return [w.lower().replace("'", "").replace("’", "") for w in re.findall(r"[^\\W_]+(?:['’][^\\W_]+)*", text)]


{reading}

def cut(rows, *shares):
    order = np.random.default_rng(0).permutation(len(rows))
    return [[rows[i] for i in part] for part in np.split(order, np.round(np.cumsum(shares) * len(rows)).astype(int))]


keras.utils.set_random_seed(SEED)
{parts}
classes = sorted({{label for _, label in train}})
counts = Counter(word for text, _ in train for word in words(text))
known = sorted((w for w, n in counts.items() if n >= LEAST), key=lambda w: (-counts[w], w))[: VOCABULARY - 2]
number = {{word: n for n, word in enumerate(known, start=2)}}  # 0 is padding, 1 is "unknown"
length = {length}


def arrays(rows):
    inputs = np.zeros((len(rows), length), "int32")
    for row, (text, _) in zip(inputs, rows):
        found = [number.get(word, 1) for word in words(text)[:length]]
        row[: len(found)] = found
    return inputs, np.array([classes.index(label) for _, label in rows])


'''

LINES = '''
def read(path):
    """Lines `text;label`, each text once."""
    with open(path, encoding="utf-8") as file:
        rows = [line.rstrip("\\n").rpartition(";") for line in file if line.strip()]
    return list({text: (text, label) for text, _, label in reversed(rows)}.values())[::-1]

'''

TABLE = '''
TEXT, LABEL = {text!r}, {label!r}  # names of the columns


def read(path):
    """A CSV with a column of texts and one of labels, each text once."""
    import pandas

    frame = pandas.read_csv(path, dtype=str, keep_default_na=False)
    # In a downloaded table an apostrophe stands before what a spreadsheet would take for a formula.
    text, label = (name if name in frame else "'" + name for name in (TEXT, LABEL))
    return list(frame[[text, label]].drop_duplicates(text).itertuples(index=False, name=None))

'''

HIDDEN = '''\
class HiddenWords(keras.layers.Layer):
    """Makes a share of the words "unknown" (1) while training."""

    def __init__(self, share):
        super().__init__()
        self.share, self.seeds = share, keras.random.SeedGenerator()

    def call(self, tokens, training=False):
        if not training:
            return tokens
        hidden = keras.random.uniform(keras.ops.shape(tokens), seed=self.seeds) < self.share
        return keras.ops.where(keras.ops.logical_and(hidden, tokens > 0), 1, tokens)


'''

MODEL = """\
model = keras.Sequential(
    [
        keras.Input((length,), dtype="int32"),{hiding}
        keras.layers.Embedding(VOCABULARY, {embedding}, mask_zero=True),
        {cell},
        keras.layers.BatchNormalization(),
        keras.layers.Dropout({dropout}),
        keras.layers.Dense({dense}, "relu"),
        keras.layers.Dropout({dropout}),
        keras.layers.Dense(len(classes), "softmax"),
    ]
)
model.compile(
    keras.optimizers.Adam({rate}), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
model.summary()
{fitting}
print(dict(zip(("loss", "accuracy"), model.evaluate(*arrays(test), verbose=0))))
"""

CELLS = {
    "bigru": "keras.layers.Bidirectional(keras.layers.GRU({units}))",
    "gru": "keras.layers.GRU({units})",
    "lstm": "keras.layers.LSTM({units})",
    "rnn": "keras.layers.SimpleRNN({units})",
}


def script(chosen: Spec) -> str:
    """Python source that trains the same network on the same split with Keras alone (not for the bag of words)."""
    values = vars(chosen)
    known = chosen.data == EMOTION
    if known:
        parts = (
            "test = read(sys.argv[2])\ntexts = {text for text, _ in test}\n"
            "train, validation = cut([row for row in read(sys.argv[1]) if row[0] not in texts], 0.9)"
        )
    else:
        parts = "train, validation, test = cut(read(sys.argv[1]), 0.8, 0.1)"
    head = HEAD.format(
        title=f"Emotion in text: {chosen.cell}, {chosen.units} units, embedding {chosen.embedding}.",
        length=chosen.length or "max(len(words(text)) for text, _ in train)", place=3 if known else 2,
        name=f"emotion_{chosen.cell}.py", arguments="train.txt val.txt" if known else "texts.csv", parts=parts,
        reading=(LINES if known else TABLE.format(text=chosen.text, label=chosen.label)).strip("\n") + "\n", **{
            name: values[name] for name in ("seed", "vocabulary", "least", "epochs")
        },
    )  # fmt: skip
    body = {name: values[name] for name in ("embedding", "dropout", "dense")}
    hiding = f"\n        HiddenWords({chosen.hidden_words})," if chosen.hidden_words else ""
    cell = CELLS[chosen.cell].format(units=chosen.units)
    model = MODEL.format(hiding=hiding, cell=cell, rate=_rate(chosen), fitting=_fitting(chosen), **body)
    return head + (HIDDEN if hiding else "") + model


def _rate(chosen: Spec) -> str:
    if not chosen.falling:
        return str(chosen.learning_rate)
    steps = f"EPOCHS * -(-len(train) // {chosen.batch_size})"
    return f"keras.optimizers.schedules.CosineDecay({chosen.learning_rate}, {steps})"


def _fitting(chosen: Spec) -> str:
    call = [
        f"validation_data=arrays(validation), epochs=EPOCHS, batch_size={chosen.batch_size}",
        f"callbacks=[keras.callbacks.EarlyStopping(patience={chosen.patience}, restore_best_weights=True)]",
        "class_weight={n: len(train) / len(classes) / max(1, sum(label == c for _, label in train)) "
        "for n, c in enumerate(classes)}",
    ]
    used = [call[0], *([call[1]] if chosen.patience else []), *([call[2]] if chosen.weighted else [])]
    return "model.fit(\n    *arrays(train),\n    " + ",\n    ".join(used) + ",\n)"
