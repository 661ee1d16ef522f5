"""Export as Python: the same experiment as one Keras script that needs nothing of this project; and as a command."""

import dataclasses
import shlex
import textwrap

from core.images.sources import UPLOAD
from core.images.spec import BUILT_IN, IMAGENET, SCRATCH, Spec

OPTIMIZER_CLASSES = {"adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "sgd": "SGD"}


def command(chosen: Spec) -> str:
    """The line that trains the same without a browser."""
    default = Spec()
    changed = {f.name: getattr(chosen, f.name) for f in dataclasses.fields(chosen)}
    words = [
        f"--set {shlex.quote(f'{name}={value}')}" for name, value in changed.items() if value != getattr(default, name)
    ]
    return " ".join(["python -m core train images", *words, "--json"])


@dataclasses.dataclass(frozen=True)
class Base:
    """The stored network that a transfer starts from."""

    spec: Spec
    classes: int


def exportable(chosen: Spec, base: Base | None = None) -> bool:
    """A transfer from a stored run needs that run's weights beside its script, and not in MobileNetV2's many layers."""
    return chosen.start in (SCRATCH, IMAGENET) or (base is not None and base.spec.model != "mobilenet")


def script(chosen: Spec, base: Base | None = None) -> str:
    """Source of a runnable script; needs keras, tensorflow, numpy, pillow, and scikit-learn for the digits.

    A transfer from a stored run is told its `base`, whose weights lie beside the script as base.weights.h5.
    """
    values = dataclasses.asdict(chosen) | {
        "optimizer_class": OPTIMIZER_CLASSES[chosen.optimizer],
        "numbers": (chosen.width, chosen.growth),
        "early": EARLY.format(patience=chosen.patience) if chosen.patience else "[]",
        "title": chosen.data if chosen.data in BUILT_IN else "pictures of one's own",
        "given": "" if chosen.data in BUILT_IN else " [pictures.zip or its folder]",
        "place": "pictures.zip" if UPLOAD.fullmatch(chosen.data) else chosen.data,
        "phases": HEAD_EPOCHS.format(chosen.head_epochs) if chosen.transfers else "",
        "wanted": [name for name in chosen.classes.split(",") if name],
        "frozen": FROZEN if chosen.start == IMAGENET else "",
        "weights": '"imagenet"' if chosen.start == IMAGENET else "None",
    }
    parts = [HEAD, DATA.get(chosen.data, FOLDER), WANTED if chosen.classes else "", SPLIT]
    parts += [FEW if chosen.per_class else "", COUNTS]
    values["network"] = NETWORKS[chosen.model].format(**values)
    if base is not None and chosen.start not in (SCRATCH, IMAGENET):
        values |= {
            "trunk": textwrap.indent(values["network"], "    "),
            "base": _base(base),
            "features": "x = trunk(x)\n",
        }
        parts += [TRUNK, INPUT, AUGMENT[chosen.augment], "{features}", DROPOUT * bool(chosen.dropout), LAST, FROM_BASE]
    else:
        parts += [INPUT, AUGMENT[chosen.augment], "{network}", DROPOUT * bool(chosen.dropout), LAST]
        parts += [TWO_PHASES if chosen.start == IMAGENET else ONE_PHASE]
    return "".join([*parts, END]).format(**values)


def _base(base: Base) -> str:
    """The lines that build the network which a transfer starts from, and load its weights."""
    dropout = DROPOUT.format(dropout=base.spec.dropout) * bool(base.spec.dropout)
    return "".join([
        "old = keras.Input((SIDE, SIDE, 3), dtype=\"uint8\")\nx = old\n", AUGMENT[base.spec.augment], "x = trunk(x)\n",
        dropout, f"base = keras.Model(old, L.Dense({base.classes})(x))\n", 'base.load_weights("base.weights.h5")\n',
    ])  # fmt: skip


EARLY = "[keras.callbacks.EarlyStopping(patience={patience}, restore_best_weights=True)]"

HEAD_EPOCHS = "HEAD_EPOCHS = EPOCHS if len(sys.argv) > 1 else {}  # of the first phase\n"
HEAD = '''"""A convolutional network ({model}) on {title}.

    python SCRIPT [EPOCHS]{given}
"""

import hashlib
import sys
from pathlib import Path

import keras
import numpy as np

SIDE, SEED = {side}, {seed}
WIDTH, GROWTH = {numbers}
EPOCHS = int(sys.argv[1]) if len(sys.argv) > 1 else {epochs}
{phases}keras.utils.set_random_seed(SEED)
L = keras.layers

'''

DIGITS = """
# Data: scikit-learn's digits, light ink of a random colour on dark paper of another, enlarged.
from sklearn.datasets import load_digits

raw = load_digits()
rng = np.random.default_rng(1797)
margin = SIDE // 16
inner = SIDE - 2 * margin
places = np.clip((np.arange(inner) + 0.5) * 8 / inner - 0.5, 0, 7)
low = np.minimum(places.astype(int), 6)
stretch = np.zeros((inner, 8), "float32")
stretch[np.arange(inner), low] = 1 - (places - low)
stretch[np.arange(inner), low + 1] += places - low
ink = np.pad(stretch @ (raw.images.astype("float32") / 16) @ stretch.T, ((0, 0), (margin, margin), (margin, margin)))
paper = rng.uniform(0.0, 0.45, (len(ink), 3)).astype("float32")
pen = rng.uniform(0.55, 1.0, (len(ink), 3)).astype("float32")
pixels = np.round(255 * (paper[:, None, None] * (1 - ink[..., None]) + pen[:, None, None] * ink[..., None]))
pixels, labels, classes = pixels.astype("uint8"), raw.target, [str(n) for n in range(10)]
digests = [
    hashlib.sha256(row.tobytes() + bytes([n % 256, n // 256])).hexdigest()
    for n, row in enumerate(raw.images.astype("uint8"))
]
"""

CIFAR = """
# Data: CIFAR-10; its own test part is mixed in and split off again by digest.
(one, one_labels), (other, other_labels) = keras.datasets.cifar10.load_data()
pixels, labels = np.concatenate([one, other]), np.concatenate([one_labels, other_labels])[:, 0]
if SIDE != 32:
    from PIL import Image

    pixels = np.stack([np.asarray(Image.fromarray(p).resize((SIDE, SIDE))) for p in pixels])
classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
digests = [hashlib.sha256(p.tobytes()).hexdigest() for p in pixels]
"""

FOLDER = """
# Data: one folder of pictures for each class, perhaps in a zip.
import shutil
import tempfile

from PIL import Image, ImageOps

folder = Path(sys.argv[2] if len(sys.argv) > 2 else {place!r})
if folder.is_file():
    unpacked = tempfile.TemporaryDirectory()
    shutil.unpack_archive(folder, unpacked.name, "zip")
    folder = Path(unpacked.name)
files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp"))
classes = sorted(set(p.parent.name for p in files), key=str.casefold)
labels = np.array([classes.index(p.parent.name) for p in files])
pixels = np.stack([
    np.asarray(ImageOps.fit(upright.convert("RGB"), (SIDE, SIDE), Image.Resampling.BILINEAR))
    for upright in (ImageOps.exif_transpose(Image.open(p)) for p in files)
])
digests = [hashlib.sha256(p.read_bytes()).hexdigest() for p in files]
"""

DATA = {"digits": DIGITS, "cifar10": CIFAR}

WANTED = """
wanted = {wanted}
kept = [n for n, name in enumerate(classes) if name in wanted]
rows = np.flatnonzero(np.isin(labels, kept))
pixels, digests = pixels[rows], [digests[row] for row in rows]
labels, classes = np.searchsorted(kept, labels[rows]), [classes[n] for n in kept]
"""

SPLIT = """
# Split: in each class by the order of the digests (twins are not looked for here).
train, validation, test = [], [], []
for label in range(len(classes)):
    rows = sorted(np.flatnonzero(labels == label), key=lambda row: digests[row])
    first, second = max(1, round({test} * len(rows))), max(1, round({validation} * len(rows)))
    test += rows[:first]
    validation += rows[first : first + second]
    train += rows[first + second :]
"""

FEW = """rng = np.random.default_rng([SEED, 7])
members = [[row for row in train if labels[row] == label] for label in range(len(classes))]
train = [row for rows in members for row in rng.permutation(rows)[:{per_class}]]
"""

COUNTS = """print("pictures", len(train), len(validation), len(test))
"""

INPUT = """
picture = keras.Input((SIDE, SIDE, 3), dtype="uint8")
x = picture
"""

SHIFT = 'x = L.RandomTranslation(0.1, 0.1, fill_mode="nearest", interpolation="nearest")(x)\n'
AUGMENT = {"none": "", "shift": SHIFT, "mirror": SHIFT + 'x = L.RandomFlip("horizontal")(x)\n'}

SCALE = """

def wide(number):
    return max(1, round(number * WIDTH))


x = L.Rescaling(1 / 255)(x)
"""

NETWORKS = {
    "a": SCALE + '''for filters in (16, 32, 64):
    x = L.MaxPooling2D(2)(L.Conv2D(wide(filters), 3, padding="same", activation="relu")(x))
x = L.Dense(wide(64), activation="relu")(L.Flatten()(x))
''',
    "b": SCALE + '''for filters, extent in ((16, 3), (32, 5), (64, 7), (128, 7)):
    x = L.AveragePooling2D(2)(L.Conv2D(wide(filters), extent, padding="same", activation="relu")(x))
x = L.Dense(wide(256), activation="relu")(L.Flatten()(x))
''',
    "residual": SCALE + '''for filters in (16, 32, 64):
    short = L.Conv2D(wide(filters), 1, 2, padding="same")(x)
    x = L.Conv2D(wide(filters), 3, 2, padding="same", activation="relu")(x)
    x = L.Conv2D(wide(filters), 3, padding="same")(x)
    x = L.ReLU()(L.Add()([x, short]))
x = L.Dense(wide(64), activation="relu")(L.Flatten()(x))
''',
    "dense": SCALE + '''x = L.AveragePooling2D(2)(L.Conv2D(wide(16), 3, padding="same", activation="relu")(x))
for _ in range(3):
    for _ in range(3):
        x = L.Concatenate()([x, L.Conv2D(GROWTH, 3, padding="same", activation="relu")(x)])
    x = L.AveragePooling2D(2)(L.Conv2D(x.shape[-1] // 2, 1, activation="relu")(x))
x = L.Dense(wide(64), activation="relu")(L.Flatten()(x))
''',
    "mobilenet": '''x = L.Rescaling(1 / 127.5, offset=-1.0)(x)
trunk = keras.applications.MobileNetV2(input_shape=(SIDE, SIDE, 3), alpha=0.35, include_top=False, weights={weights})
{frozen}x = L.GlobalAveragePooling2D()(trunk(x))
''',
}  # fmt: skip

FROZEN = """for layer in trunk.layers:
    if isinstance(layer, L.BatchNormalization):
        layer.trainable = False
"""
TRUNK = """

def trunk(x):
{trunk}    return x


{base}"""
DROPOUT = "x = L.Dropout({dropout})(x)\n"
LAST = """model = keras.Model(picture, L.Dense(len(classes))(x))
print("parameters", model.count_params())


def learn(rate, epochs):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.{optimizer_class}(rate), loss, metrics=["accuracy"])
    model.fit(
        pixels[train], labels[train], validation_data=(pixels[validation], labels[validation]), epochs=epochs,
        batch_size={batch_size}, callbacks={early}, verbose=2,
    )


"""

ONE_PHASE = """learn({learning_rate}, EPOCHS)
"""

FROM_BASE = """# All layers but the head take over what the stored network has learned.
CHANCE = (L.RandomTranslation, L.RandomFlip, L.Dropout)  # have a seed, and nothing learned
learned, own = (
    [layer for layer in net.layers[:-1] if layer.weights and not isinstance(layer, CHANCE)] for net in (base, model)
)
for layer, before in zip(own, learned, strict=True):
    layer.set_weights(before.get_weights())

# Phase 1: the new head alone. Phase 2: everything, at a smaller rate.
for layer in own:
    layer.trainable = False
learn({learning_rate}, HEAD_EPOCHS)
for layer in own:
    layer.trainable = True
learn({fine_rate}, EPOCHS)
"""

TWO_PHASES = """# Phase 1: the new head alone. Phase 2: everything, at a smaller rate; statistics of ImageNet stay.
trunk.trainable = False
learn({learning_rate}, HEAD_EPOCHS)
trunk.trainable = True
for layer in trunk.layers:
    if isinstance(layer, L.BatchNormalization):
        layer.trainable = False
learn({fine_rate}, EPOCHS)
"""

END = """
said = model.predict(pixels[test], verbose=0).argmax(axis=1)
largest = np.mean(labels[test] == np.bincount(labels[train]).argmax())
print(f"test accuracy {{np.mean(said == labels[test]):.4f}}, largest class {{largest:.4f}}")
"""
