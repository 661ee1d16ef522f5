"""Draw the controls of the transfer lab: widgets in, a plan out; every value is kept in the URL."""

from dataclasses import replace
from typing import Any

import streamlit as st

from core.errors import SpecError
from core.labs.images import lesson, presets
from core.labs.images.lesson import Plan
from core.labs.images.spec import IMAGENET, SIDES, Spec
from core.labs.images.view import inputs as images_inputs
from core.labs.images.words import label
from core.runs import spec as specs
from core.runs.store import Run
from core.ui import cached, form, session

CLASSES = "Names of the classes to learn, separated by commas; empty takes all."
SHIPPED = "lesson"
SOURCES = {SHIPPED: "A pre-trained on digits 0 to 6 (included)", IMAGENET: "MobileNetV2 from ImageNet"}
KEY_DIGITS = 6  # of a run's key in the names of older links
MOST_AMOUNTS = 6
USUAL = Spec(start=IMAGENET, model="mobilenet", side=32, head_epochs=20, epochs=15)


def plan() -> Plan:
    """Return a transfer with its amounts of data. Raise SpecError for one that cannot run."""
    bases = _bases()
    names = {**SOURCES, **_names(bases)}
    _rename_link(names)
    start = st.selectbox("Source model", list(names), key="start", format_func=names.get, **form.URL)
    if start == SHIPPED:
        return _of_lesson()
    pictures = images_inputs.data("digits")
    classes = st.text_input("New classes", "", key="classes", help=CLASSES, **form.URL)
    first = Spec(data=pictures, classes=classes, **_network(start, bases, pictures), **_phases(USUAL))
    return Plan(first, _amounts("0"), st.slider("Random seeds", 1, 5, 1, key="seeds", **form.URL))


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
    return {run.key: run for run in found
            if run.kind == "images" and run.spec["start"] == "scratch" and not run.spec["per_class"]}  # fmt: skip


def _of_lesson() -> Plan:
    usual = lesson.plan()
    first = replace(usual.first, **_phases(usual.first))
    amounts = _amounts(", ".join(map(str, usual.amounts)))
    return Plan(first, amounts, st.slider("Random seeds", 1, 5, usual.seeds, key="seeds", **form.URL))


def _phases(usual: Spec) -> dict[str, Any]:
    return {
        "head_epochs": form.control(Spec, "head_epochs", default=usual),
        "epochs": form.control(Spec, "epochs", default=usual, label="Epochs, fine-tuning", shown=(0, 200)),
        "learning_rate": form.control(Spec, "learning_rate", default=usual, label="Learning rate, head only"),
        "fine_rate": form.control(Spec, "fine_rate", default=usual),
    }


def _network(start: str, bases: dict[str, Run], pictures: str) -> dict[str, object]:
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
    text = st.text_input(
        "Training images per class", usual, key="amounts", help="Numbers separated by commas; 0 uses all images.",
        **form.URL,
    )  # fmt: skip
    words = [word for word in text.replace(",", " ").split() if word]
    if not words or len(words) > MOST_AMOUNTS or not all(word.isascii() and word.isdigit() for word in words):
        raise SpecError(f"Images per class are {text!r}; give one to {MOST_AMOUNTS} whole numbers such as 2, 5, 15.")
    return tuple(sorted({int(word) for word in words}))
