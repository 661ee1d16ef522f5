"""Draw the controls of the network in NumPy alone: widgets in, a spec out; all but a file is kept in the URL."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from core.errors import TamrinError
from core.files import kinds
from core.files.kept import Upload
from core.files.reading import Reading
from core.labs.from_scratch import messages, words
from core.labs.from_scratch.network.layers import ACTIVATIONS
from core.labs.from_scratch.network.network import Hidden
from core.labs.from_scratch.spec import (
    FACE_TASKS,
    IMAGE_TASKS,
    MOST_LAYERS,
    MOST_NEURONS,
    TASK_NAMES,
    Spec,
    hidden,
    losses,
    presets,
    written,
)
from core.runs import fields, spec as specs
from core.ui import form, literal
from core.ui.form import URL, control, controls
from core.ui.uploads import own_files, reading, uploads

READ_SECONDS = 180.0  # for a file of faces
TABLE = "csv_file"  # the uploader of a table


Wanted = own_files.Wanted[Spec]


def experiment() -> Wanted:
    """Draw all controls. Raise SpecError for an invalid combination, TableError for an unreadable table."""
    task = st.selectbox(
        messages.task, list(TASK_NAMES), key="task", format_func=TASK_NAMES.__getitem__, on_change=_to_recipe, **URL
    )
    usual = Spec(task=task)
    if task in IMAGE_TASKS:
        form.presets(messages.group("presets"), _to_preset)
    given, source = _file(task)
    values = source | _features(usual) | _layers(usual) | _learning(usual) | _more(usual)
    if not given:
        return Wanted(Spec(task=task, **values), needs_file=task in (*FACE_TASKS, "csv"))
    answers = reading.answers(TABLE, given.digest) if task == "csv" else {}
    digest = given.digest[:16] + "".join(f" {name}={value}" for name, value in sorted(answers.items()))
    return Wanted(Spec(task=task, **values), uploads.source(given), digest, answers)


def _to_recipe() -> None:
    set_controls(Spec(task=st.session_state["task"]))


def _to_preset(name: str) -> None:
    set_controls(presets(Spec(task=st.session_state["task"]))[name])


def set_controls(chosen: Spec) -> None:
    """Set the controls to a spec; only in a callback, before they are drawn."""
    st.session_state.update(state_of(chosen))


def state_of(chosen: Spec) -> specs.Values:
    """Return the value of each control for a spec."""
    layers = {"hidden": len(hidden(chosen))}
    for number, one in enumerate(hidden(chosen), start=1):
        layers |= {f"neurons{number}": one.neurons, f"activation{number}": one.activation}
    schedule, absent = ("falling", ()) if chosen.power else ("fixed", ("power", "floor"))
    drawn = ["task", *(name for name, about in fields.of(Spec).items() if about.label and name not in absent)]
    return layers | {"schedule": schedule} | {name: getattr(chosen, name) for name in drawn}


def _file(task: str) -> tuple[Upload | None, specs.Values]:
    """Return a user's own file and the spec values that depend on it."""
    if task in FACE_TASKS:
        return _faces()
    if task != "csv":
        return None, {}
    given = uploads.field(messages.your_table, kinds.TABLES, TABLE, MOST_TABLE, _help(messages.upload_table_help))
    if not given:
        return None, {}
    columns, usual, problem = _understood(given)
    target = st.selectbox(messages.target_column, columns, columns.index(usual), key="target")
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
        target = st.session_state.get("target", "")
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


def _faces() -> tuple[Upload | None, specs.Values]:
    about = _help(messages.faces_help)
    form = st.segmented_control(messages.faces_form, ("file", "folder"), default="file", required=True, key="form")
    if form == "file":
        given = uploads.field("UTKFace", FACES_TYPES, "faces_file", MOST_FACES, about)
    else:
        given = uploads.folder("UTKFace", ["jpg", "jpeg", "png"], "faces_folder", MOST_FACES, about)
    return (given, {"faces": given.name}) if given and _faces_understood(given) else (None, {})


def _help(about: str) -> str:
    return f"{about} {messages.kept_on_server}"


def _faces_understood(given: Upload) -> bool:
    """Show how the file was read, or why it was not: then nothing is trained, and the controls stay."""
    try:
        reading.understood(lambda answers: uploads.read("faces", given, answers, READ_SECONDS), "faces", given.digest)
    except TamrinError as error:
        literal.error(error)
        return False
    return True


def _features(usual: Spec) -> specs.Values:
    return {"features": control(Spec, "features", default=usual)} if usual.task in IMAGE_TASKS else {}


def _layers(usual: Spec) -> specs.Values:
    """Draw number of hidden layers, neurons and activation of each, weight initialisation, and loss."""
    built, default = [], hidden(usual)
    count = int(st.number_input(messages.hidden_layers, 0, MOST_LAYERS, len(default), key="hidden", **URL))
    for number in range(1, count + 1):
        one = (
            default[number - 1] if number <= len(default) else Hidden(16, default[-1].activation if default else "relu")
        )
        built.append(_layer(number, one))
    loss = losses(usual.task)
    return {
        "layers": written(built),
        "weights": control(Spec, "weights", default=usual),
        "loss": control(Spec, "loss", default=usual, choices=loss, disabled=len(loss) == 1),
    }


def _layer(number: int, usual: Hidden) -> Hidden:
    label = messages.layer_neurons.format(number=number)
    neurons = st.number_input(label, 1, MOST_NEURONS, usual.neurons, key=f"neurons{number}", **URL)
    names = list(ACTIVATIONS)
    activation = st.selectbox(
        messages.layer_activation.format(number=number),
        names,
        names.index(usual.activation),
        key=f"activation{number}",
        format_func=words.ACTIVATION_NAMES.__getitem__,
        **URL,
    )
    return Hidden(int(neurons), activation)


def _learning(usual: Spec) -> specs.Values:
    """Draw learning rate, constant or decaying, momentum, batch size and epochs."""
    values = controls(Spec, "rate", default=usual) | {"power": 0.0, "floor": 0.0}
    begin = "falling" if usual.power else "fixed"
    schedule = form.segments(messages.schedule, words.SCHEDULES, key="schedule", default=begin)
    if schedule == "falling":
        values |= controls(Spec, "power", "floor", default=replace(usual, power=usual.power or 0.5))
    return values | controls(Spec, "momentum", "batch_size", "epochs", default=usual)


def _more(usual: Spec) -> specs.Values:
    names = ("patience", "dropout", "decay", "components", "evenness", "seed")
    flips = ("mirror", "flips") if usual.task in IMAGE_TASKS else ()
    with st.expander(messages.more_controls):
        return controls(Spec, *names, *flips, default=usual)


MOST_TABLE, MOST_FACES = 50, 200  # megabytes
FACES_TYPES = ("npz", "zip", "gz", "tgz", "tar", "bz2", "xz")
