"""Export as Python: the network's own files and the experiment in one script that needs nothing of this project."""

import ast
import re
import shlex
from importlib import resources

from core.scratch.data import PACKAGED
from core.scratch.spec import Spec, changed, hidden

MODULES = (
    "layers", "activations", "losses", "initialisers", "optimizers", "schedules", "stopping", "network", "training",
)  # fmt: skip


def exportable(chosen: Spec) -> bool:
    """Scripts exist for the data that come along; for a person's own file there is the command line."""
    return chosen.task in PACKAGED


def command(chosen: Spec) -> str:
    """The same experiment without a browser; a file's place is for the person to fill in."""
    values = {"task": chosen.task} | changed(chosen)
    words = [f"--set {shlex.quote(f'{name}={value}')}" for name, value in values.items()]
    return " \\\n    ".join(["python -m core train scratch", *words, "--json"])


def source(module: str) -> str:
    """The text of one of the network's files."""
    return resources.files("core.scratch").joinpath(f"{module}.py").read_text(encoding="utf-8")


def script(chosen: Spec) -> str:
    """Source of a runnable script; needs numpy and scikit-learn (for its data, and for PCA)."""
    bodies = [f"# ---- {module} ----\n\n{_without_imports(source(module))}" for module in MODULES]
    return "\n\n".join([HEAD, *bodies, _experiment(chosen)])


def _without_imports(text: str) -> str:
    """A file's text with its imports taken out and its docstring made a comment."""
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            lines[node.lineno - 1 : node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
    about, rest = lines[0].strip('"'), "\n".join(lines[1:]).strip()
    return f"# {about}\n\n\n" + re.sub(r"\n{4,}", "\n\n\n", rest) + "\n"


def _experiment(chosen: Spec) -> str:
    digits = chosen.task == "digits"
    values = {f.upper(): getattr(chosen, f) for f in FIELDS} | {"EPOCHS": EPOCHS.format(chosen.epochs)}
    constants = "\n".join(f"{name} = {value if name == 'EPOCHS' else repr(value)}" for name, value in values.items())
    layers = ", ".join(f"Hidden({one.neurons}, {one.activation!r})" for one in hidden(chosen))
    return TEMPLATE.format(
        constants=constants, layers=layers, loss=chosen.loss, outputs=10 if digits else 1,
        load=DIGITS if digits else DIABETES, answer="targets[rows]" if digits else SCALED,
        centring=PROJECTED.format(chosen.components) if chosen.components else CENTRED,
        mirrored=MIRRORED if chosen.mirror and digits else "", unit="" if digits else UNIT,
        restore=RESTORE if chosen.patience else "", figure=ACCURACY if digits else RMSE,
    )  # fmt: skip


EPOCHS = "int(sys.argv[1]) if len(sys.argv) > 1 else {}"
CENTRED = """

def centred(rows):
    return rows - mean

"""
PROJECTED = """
from sklearn.decomposition import PCA

axes = PCA({}, random_state=0).fit(raw - mean).components_.astype(np.float32)


def centred(rows):
    return (rows - mean) @ axes.T

"""
MIRRORED = """
x = np.concatenate([x, centred(raw.reshape(-1, 8, 8)[:, :, ::-1].reshape(len(raw), -1)) / divisor])
train_rows = np.concatenate([train_rows, train_rows])"""
UNIT = """
known = targets[train_rows]
offset, scale = float(known.mean()), float(known.std())
"""
SCALED = "((targets[rows] - offset) / scale)[:, None].astype(np.float32)"
RESTORE = "\nstopping.restore(network.weights)"
ACCURACY = 'print("test accuracy", round(float(np.mean(outputs.argmax(axis=1) == targets[test])), 4))'
RMSE = (
    "errors = outputs[:, 0] * scale + offset - targets[test]\n"
    'print("test RMSE", round(float(np.sqrt(np.mean(errors**2))), 4))'
)
FIELDS = (
    "weights", "rate", "power", "floor", "momentum", "batch_size", "epochs", "patience", "dropout", "decay",
    "evenness", "test", "validation", "seed",
)  # fmt: skip

HEAD = '''"""A neural network in NumPy alone, and one experiment with it.

    python SCRIPT [EPOCHS]
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
'''

DIGITS = """from sklearn.datasets import load_digits

loaded = load_digits()
inputs, targets = (loaded.data / 16).astype(np.float32), loaded.target.astype(np.int64)"""

DIABETES = """from sklearn.datasets import load_diabetes

loaded = load_diabetes(scaled=False)
inputs, targets = loaded.data.astype(np.float32), loaded.target.astype(np.float32)"""

TEMPLATE = """# ---- the experiment ----

{constants}

{load}

# Three parts at random; everything below is fitted on the training part alone.
order = np.random.default_rng(SEED).permutation(len(inputs))
tests = max(1, round(len(order) * TEST))
validations = max(1, round((len(order) - tests) * VALIDATION))
test, validation, train_rows = np.split(order, [tests, tests + validations])

raw, mean = inputs[train_rows], inputs[train_rows].mean(axis=0, dtype=np.float64).astype(np.float32)
{centring}
spread = centred(raw).std(axis=0)
own = np.where(spread > 1e-6 * spread.max(), spread, spread.max())
divisor = (own**EVENNESS * spread.max() ** (1 - EVENNESS)).astype(np.float32)
x = centred(raw) / divisor{mirrored}
{unit}

def truth(rows):
    return {answer}


network = build(
    x.shape[1], [{layers}], {outputs}, INITIALISERS[WEIGHTS], np.random.default_rng([SEED, 1]), DROPOUT
)
stopping = EarlyStopping(PATIENCE)
held_out = centred(inputs[validation]) / divisor, truth(validation)
for now in train(
    network,
    LOSSES[{loss!r}](),
    Momentum(network.weights, MOMENTUM, DECAY),
    lambda epoch: falling(epoch, RATE, POWER, FLOOR),
    ((x, truth(train_rows)), held_out),
    epochs=EPOCHS,
    batch=BATCH_SIZE,
    rng=np.random.default_rng([SEED, 2]),
    stopping=stopping,
):
    print(f"epoch {{now.epoch:3}}  loss {{now.train_loss:.4f}}  validation {{now.validation_loss:.4f}}"){restore}

outputs = network.forward(centred(inputs[test]) / divisor)
{figure}
"""
