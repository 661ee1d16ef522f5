"""Draw the controls of the transfer lab: widgets in, a plan out; every value is kept in the URL."""

from dataclasses import replace

import streamlit as st

from core.errors import SpecError
from core.labs.images import lesson, messages, presets
from core.labs.images.lesson import Plan
from core.labs.images.spec import IMAGENET, SIDES, Spec, label
from core.labs.images.view import inputs as images_inputs
from core.runs import spec as specs
from core.runs.store import Run
from core.ui import cached, form
from core.ui.visit import session

SHIPPED = {"lesson": "report", "works": "works"}  # included source model -> the preset that begins with it

PHASES = ("head_epochs", "epochs", "learning_rate", "fine_rate")
LEARNING = ("optimizer", "cosine_decay", "batch_size", "head_copies", "frozen_norm")
KEY_DIGITS = 6  # of a run's key in the names of older links
MOST_AMOUNTS = 6
USUAL = Spec(start=IMAGENET, model="mobilenet", side=32, head_epochs=20, epochs=15)


def plan() -> Plan:
    """Return a transfer with its amounts of data. Raise SpecError for one that cannot run."""
    form.presets(messages.group("transfer_presets"), _preset)
    bases = _bases()
    names = {**messages.group("source_models"), **_names(bases)}
    _rename_link(names)
    more = {"format_func": names.__getitem__, "on_change": _take_usual, **form.URL}
    start = st.selectbox(messages.source_model, list(names), key="start", **more)
    if start in SHIPPED:
        return _of_lesson(SHIPPED[start])
    pictures = images_inputs.data("digits")
    classes = st.text_input(messages.new_classes, "", key="classes", help=messages.new_classes_help, **form.URL)
    network = _network(start, bases, pictures)
    first = Spec(data=pictures, classes=classes, **network, **_phases(USUAL), **_learning(USUAL))
    return Plan(first, _amounts("0"), _seeds(1))


def _seeds(usual: int) -> int:
    return st.slider(messages.random_seeds, 1, 5, usual, key="seeds", **form.URL)


def _preset(name: str) -> None:
    """Choose the source model of a preset and set the controls; only in a callback, before they are drawn."""
    st.session_state["start"] = next(start for start, preset in SHIPPED.items() if preset == name)
    _take_usual()


def _take_usual() -> None:
    """Set the controls to those of a newly chosen included source model."""
    if (start := st.session_state["start"]) in SHIPPED:
        usual = lesson.plan(SHIPPED[start])
        values = {name: getattr(usual.first, name) for name in ("augment", *PHASES, *LEARNING)}
        st.session_state.update(values, amounts=_listed(usual), seeds=usual.seeds)


def _names(bases: dict[str, Run]) -> dict[str, str]:
    """Return a name for each stored network; equal ones add the settings in which they differ, or else their key."""
    plain = {key: _name(run) for key, run in bases.items()}
    names = {}
    for key, name in plain.items():
        alike = [bases[other].spec for other in plain if plain[other] == name]
        differ = [field for field in alike[0] if len({str(spec[field]) for spec in alike}) > 1]
        more = [f"{field.replace('_', ' ')} {bases[key].spec[field]}" for field in differ]
        names[key] = ", ".join([name, *more])
    told = list(names.values())
    return {key: name if told.count(name) == 1 else f"{name}, {key[:6]}" for key, name in names.items()}


def _name(run: Run) -> str:
    classes = f", classes {run.spec['classes'][:20]}" if run.spec["classes"] else ""
    return f"{label(specs.from_dict(Spec, run.spec))} on {run.data['source'].partition(',')[0][:40]}{classes}"


def _rename_link(names: dict[str, str]) -> None:
    """Replace the name of a stored network in an older link, which ends with the first digits of its key."""
    asked = st.query_params.get("start", "")
    if asked not in names.values() and len(digits := asked.rpartition(", ")[2]) == KEY_DIGITS:
        for key, name in names.items():
            if key.startswith(digits):
                session.ask("start", name)


def _bases() -> dict[str, Run]:
    """Return stored networks that a transfer may start from: completely trained from scratch."""
    found, _ = cached.store().list()
    return {
        run.key: run
        for run in found
        if run.kind == "images" and run.spec["start"] == "scratch" and not run.spec["per_class"]
    }


def _of_lesson(name: str) -> Plan:
    usual = lesson.plan(name)
    augment = form.control(Spec, "augment", default=usual.first)
    first = replace(usual.first, augment=augment, **_phases(usual.first), **_learning(usual.first))
    return Plan(first, _amounts(_listed(usual)), _seeds(usual.seeds))


def _listed(usual: Plan) -> str:
    return ", ".join(map(str, usual.amounts))


def _learning(usual: Spec) -> specs.Values:
    with st.expander(messages.training_settings):
        return form.controls(Spec, *LEARNING, default=usual)


def _phases(usual: Spec) -> specs.Values:
    return {
        "head_epochs": form.control(Spec, "head_epochs", default=usual),
        "epochs": form.control(Spec, "epochs", default=usual, label=messages.fine_tuning_epochs, shown=(0, 200)),
        "learning_rate": form.control(Spec, "learning_rate", default=usual, label=messages.head_rate),
        "fine_rate": form.control(Spec, "fine_rate", default=usual),
    }


def _network(start: str, bases: dict[str, Run], pictures: str) -> specs.Values:
    """Return the architecture: that of the stored network, or MobileNetV2 at a chosen image size."""
    shared = {"start": start, "augment": form.control(Spec, "augment")}
    if start in bases:
        old = bases[start].spec
        return shared | {name: old[name] for name in ("model", "side", "width", "growth")}
    default = Spec(side=max(32, presets.usual_side(pictures)))
    side = form.control(Spec, "side", default=default, options=tuple(side for side in SIDES if side >= 32))
    return shared | {"model": "mobilenet", "side": side, "dropout": 0.2}


def _amounts(usual: str) -> tuple[int, ...]:
    """Return numbers of training images per class, ascending; 0 is all."""
    text = st.text_input(messages.training_images, usual, key="amounts", help=messages.amounts_help, **form.URL)
    words = [word for word in text.replace(",", " ").split() if word]
    if not words or len(words) > MOST_AMOUNTS or not all(word.isascii() and word.isdigit() for word in words):
        raise SpecError(messages.wrong_amounts.format(text=text, most=MOST_AMOUNTS))
    return tuple(sorted({int(word) for word in words}))
