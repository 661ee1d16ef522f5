"""Draw the controls of the network in NumPy alone: widgets in, a spec out; all but a file is kept in the URL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.errors import TamrinError
from core.files.kept import Upload
from core.files.reading import Reading
from core.labs.from_scratch import words
from core.labs.from_scratch.network.activations import ACTIVATIONS
from core.labs.from_scratch.network.initialisers import INITIALISERS
from core.labs.from_scratch.network.network import Hidden
from core.labs.from_scratch.spec import FACE_TASKS, MOST_LAYERS, TASKS, Spec, hidden, losses, recipe, written
from core.ui import literal
from core.ui.uploads import reading, uploads

URL = {"bind": "query-params"}
READ_SECONDS = 180.0  # for a file of faces
TABLE = "csv_file"  # the uploader of a table


@dataclass(frozen=True)
class Wanted:
    """Values of the controls; `content` is a user's own file, as its path or bytes.

    `digest` identifies the file and the answers to its questions.
    """

    spec: Spec
    content: str | bytes | None = None
    digest: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def needs_file(self) -> bool:
        """Return whether training has to wait for a file."""
        return self.spec.task in (*FACE_TASKS, "csv") and self.content is None


def experiment() -> Wanted:
    """Draw all controls. Raise SpecError for an invalid combination, TableError for an unreadable table."""
    task = st.selectbox("Learn", TASKS, key="task", format_func=words.TASK_NAMES.get, on_change=_to_recipe, **URL)
    usual = recipe(task)
    given, source = _file(task)
    values = source | _layers(usual) | _learning(usual) | _more(usual)
    if not given:
        return Wanted(Spec(task=task, **values))
    answers = reading.answers(TABLE, given.digest) if task == "csv" else {}
    digest = given.digest[:16] + "".join(f" {name}={value}" for name, value in sorted(answers.items()))
    return Wanted(Spec(task=task, **values), uploads.source(given), digest, answers)


def _to_recipe() -> None:
    set_controls(recipe(st.session_state["task"]))


def set_controls(chosen: Spec) -> None:
    """Set the controls to a spec; only in a callback, before they are drawn."""
    st.session_state.update(state_of(chosen))


def state_of(chosen: Spec) -> dict[str, Any]:
    """Return the value of each control for a spec."""
    layers = {"hidden": len(hidden(chosen))}
    for number, one in enumerate(hidden(chosen), start=1):
        layers |= {f"neurons{number}": one.neurons, f"activation{number}": one.activation}
    same = ("task", "loss", "weights", "rate", "momentum", "batch_size", "epochs", "patience", "dropout", "decay",
            "components", "evenness", "mirror", "seed")  # fmt: skip
    falls = {"power": chosen.power, "floor": chosen.floor} if chosen.power else {}
    schedule = {"schedule": "falling" if chosen.power else "fixed"}
    return layers | schedule | falls | {name: getattr(chosen, name) for name in same}


def _file(task: str) -> tuple[Upload | None, dict[str, Any]]:
    """Return a user's own file and the spec values that depend on it."""
    if task in FACE_TASKS:
        return _faces()
    if task != "csv":
        return None, {}
    given = uploads.field("Your table", ["csv", "tsv", "txt"], TABLE, MOST_TABLE, TABLE_HELP)
    if not given:
        return None, {}
    columns, usual, problem = _understood(given)
    target = st.selectbox("Column to learn", columns, columns.index(usual), key="target")
    if problem:
        raise problem
    return given, {"csv": given.name, "target": target}


def _understood(given: Upload) -> tuple[list[str], str, TamrinError | None]:
    """Return the columns of a table, the suggested target, and why the chosen one cannot be learned.

    Raises TableError for a file that is no table.
    """
    problems: list[TamrinError] = []

    def read(answers: Mapping[str, str]) -> Reading:
        first = uploads.read("table", given, answers)
        target = st.session_state.get("target")
        if target not in first.data or target == first.summary["target"]:
            return first
        try:
            return uploads.read("table", given, {**answers, "target": target})
        except TamrinError as error:
            problems.append(error)
            return first

    found = reading.understood(read, TABLE, given.digest)
    usual = uploads.read("table", given, reading.answers(TABLE, given.digest)).summary["target"]
    return list(found.data), usual, problems[0] if problems else None


def _faces() -> tuple[Upload | None, dict[str, Any]]:
    form = st.segmented_control("UTKFace as", ("file", "folder"), default="file", required=True, key="form")
    if form == "file":
        types = ["npz", "zip", "gz", "tgz", "tar", "bz2", "xz"]
        given = uploads.field("UTKFace", types, "faces_file", MOST_FACES, FACES_HELP)
    else:
        given = uploads.folder("UTKFace", ["jpg", "jpeg", "png"], "faces_folder", MOST_FACES, FACES_HELP)
    return (given, {"faces": given.name}) if given and _faces_understood(given) else (None, {})


def _faces_understood(given: Upload) -> bool:
    """Show how the file was read, or why it was not: then nothing is trained, and the controls stay."""
    try:
        reading.understood(lambda answers: uploads.read("faces", given, answers, READ_SECONDS), "faces", given.digest)
    except TamrinError as error:
        literal.error(error)
        return False
    return True


def _layers(usual: Spec) -> dict[str, Any]:
    """Draw number of hidden layers, neurons and activation of each, weight initialisation, and loss."""
    built, default = [], hidden(usual)
    count = int(st.number_input("Hidden layers", 0, MOST_LAYERS, len(default), key="hidden", **URL))
    for number in range(1, count + 1):
        one = (
            default[number - 1] if number <= len(default) else Hidden(16, default[-1].activation if default else "relu")
        )
        built.append(_layer(number, one))
    loss = losses(usual.task)
    return {
        "layers": written(built),
        "weights": st.selectbox(
            "First weights", list(INITIALISERS), list(INITIALISERS).index(usual.weights), key="weights",
            format_func=words.WEIGHT_NAMES.get, **URL,
        ),
        "loss": st.selectbox("Loss", loss, loss.index(usual.loss), key="loss", format_func=words.LOSS_NAMES.get,
                             disabled=len(loss) == 1, **URL),
    }  # fmt: skip


def _layer(number: int, usual: Hidden) -> Hidden:
    neurons = st.number_input(f"Layer {number}, neurons", 1, 512, usual.neurons, key=f"neurons{number}", **URL)
    names = list(ACTIVATIONS)
    activation = st.selectbox(
        f"Layer {number}, activation", names, names.index(usual.activation), key=f"activation{number}",
        format_func=words.ACTIVATION_NAMES.get, **URL,
    )  # fmt: skip
    return Hidden(int(neurons), activation)


def _learning(usual: Spec) -> dict[str, Any]:
    """Draw learning rate, constant or decaying, momentum, batch size and epochs."""
    rate = st.number_input("Learning rate a", 0.0, 100.0, usual.rate, step=0.01, format="%g", key="rate", **URL)
    schedule = st.segmented_control(
        "Rate over the epochs", ("fixed", "falling"), default="falling" if usual.power else "fixed", required=True,
        key="schedule", **URL,
    )  # fmt: skip
    power = floor = 0.0
    if schedule == "falling":
        shown = usual.power or 0.5
        power = st.number_input("n in a / epochⁿ + b", 0.05, 3.0, shown, step=0.05, format="%g", key="power", **URL)
        floor = st.number_input(
            "b in a / epochⁿ + b", 0.0, 10.0, usual.floor, step=0.01, format="%g", key="floor", **URL
        )
    return {
        "rate": rate, "power": power, "floor": floor,
        "momentum": st.slider("Momentum", 0.0, 0.99, usual.momentum, 0.01, key="momentum", **URL),
        "batch_size": int(st.number_input("Batch size", 1, 8192, usual.batch_size, key="batch_size", **URL)),
        "epochs": int(st.number_input("Epochs", 1, 1000, usual.epochs, key="epochs", **URL)),
    }  # fmt: skip


def _more(usual: Spec) -> dict[str, Any]:
    with st.expander("Against overfitting, and the data"):
        values = {
            "patience": int(st.number_input("Early stopping, patience", 0, 1000, usual.patience, key="patience",
                                            help="Epochs without a lower validation loss; 0 is off.", **URL)),
            "dropout": st.slider("Dropout", 0.0, 0.9, usual.dropout, 0.05, key="dropout", **URL),
            "decay": st.number_input("Weight decay", 0.0, 1.0, usual.decay, step=0.001, format="%g", key="decay",
                                     **URL),
            "components": int(st.number_input("PCA to", 0, 1024, usual.components, key="components",
                                              help="How many numbers a row is reduced to; 0 is no PCA.", **URL)),
            "evenness": st.slider("Evenness of inputs", 0.0, 1.0, usual.evenness, 0.25, key="evenness", help=EVENNESS,
                                  **URL),
            "seed": int(st.number_input("Seed", 0, 2**31 - 1, usual.seed, key="seed", help=SEED, **URL)),
        }  # fmt: skip
        if usual.task not in ("csv", "diabetes"):
            values["mirror"] = st.toggle("Train on mirrored pictures too", usual.mirror, key="mirror", **URL)
    return values


MOST_TABLE, MOST_FACES = 50, 200  # megabytes
KEPT = (
    "It is kept on this server for this browser only, until you take it back or have not looked at it for some hours."
)
FACES_HELP = (
    "The data set UTKFace: a .npz with the arrays pixels, age, gender and ethnicity, or its pictures as a .zip, "
    "a .tar.gz or a folder; their names carry age_gender_ethnicity. " + KEPT
)
TABLE_HELP = (
    "A CSV or another text table: any separator, decimal sign and encoding; the column to learn is chosen below. "
    + KEPT
)
EVENNESS = "0 leaves the inputs their proportions, 1 gives each the same spread; 0.5 is between."
SEED = "Of the split, the first weights and the order of the batches."
