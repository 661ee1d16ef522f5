"""Draw the controls of the transfer lab: widgets in, a plan out; every value is kept in the URL."""

from dataclasses import replace

import streamlit as st

from core.errors import SpecError
from core.labs.images import lesson
from core.labs.images.lesson import Plan
from core.labs.images.spec import AUGMENTATIONS, IMAGENET, Spec
from core.labs.images.view import inputs as images_inputs
from core.labs.images.view.inputs import URL
from core.labs.images.words import label
from core.runs import spec as specs
from core.runs.store import Run
from core.ui import cached

SHIPPED = "lesson"
MOST_AMOUNTS = 6
USUAL = {"head_epochs": 20, "epochs": 15, "learning_rate": Spec.learning_rate, "fine_rate": Spec.fine_rate}


def plan() -> Plan:
    """Return a transfer with its amounts of data. Raise SpecError for one that cannot run."""
    bases = _bases()
    options = [SHIPPED, IMAGENET, *bases]
    start = st.selectbox("Start from", options, key="start", format_func=lambda s: _start_name(s, bases), **URL)
    if start == SHIPPED:
        return _of_lesson()
    pictures = images_inputs.data("digits")
    classes = st.text_input("New classes", "", key="classes", help="Names joined by commas; empty is all.", **URL)
    first = Spec(data=pictures, classes=classes, **_network(start, bases, pictures), **_phases(USUAL))
    return Plan(first, _amounts("0"), st.slider("Seeds", 1, 5, 1, key="seeds", **URL))


def _start_name(start: str, bases: dict[str, Run]) -> str:
    if start in bases:
        run = bases[start]
        classes = f" ({run.spec['classes'][:20]})" if run.spec["classes"] else ""
        return f"{label(specs.from_dict(Spec, run.spec))} on {run.data['source'][:30]}{classes}, {start[:6]}"
    return {SHIPPED: "A that learned 0 to 6 (shipped)", IMAGENET: "MobileNetV2 from ImageNet"}[start]


def _bases() -> dict[str, Run]:
    """Return stored networks that a transfer may start from: completely trained from scratch."""
    found, _ = cached.store().list()
    return {run.key: run for run in found
            if run.kind == "images" and run.spec["start"] == "scratch" and not run.spec["per_class"]}  # fmt: skip


def _of_lesson() -> Plan:
    usual = lesson.plan()
    first = replace(usual.first, **_phases(lesson.PHASES))
    amounts = _amounts(", ".join(map(str, usual.amounts)))
    return Plan(first, amounts, st.slider("Seeds", 1, 5, usual.seeds, key="seeds", **URL))


def _phases(usual: dict[str, float]) -> dict[str, object]:
    number = st.number_input
    return {
        "head_epochs": int(number("Phase 1: epochs of the head", 1, 200, usual["head_epochs"], key="head_epochs",
                                  **URL)),
        "epochs": int(number("Phase 2: epochs of everything", 0, 200, usual["epochs"], key="epochs", **URL)),
        "learning_rate": number("Rate of phase 1", 1e-6, 1.0, usual["learning_rate"], format="%g", step=1e-3,
                                key="learning_rate", **URL),
        "fine_rate": number("Rate of phase 2", 1e-7, 1.0, usual["fine_rate"], format="%g", step=1e-4, key="fine_rate",
                            **URL),
    }  # fmt: skip


def _network(start: str, bases: dict[str, Run], pictures: str) -> dict[str, object]:
    """Return the architecture: that of the stored network, or MobileNetV2 at a chosen image size."""
    augment = st.selectbox(
        "Augmentation", AUGMENTATIONS, key="augment", format_func=images_inputs.AUGMENT_NAMES.get, **URL
    )
    shared = {"start": start, "augment": augment}
    if start in bases:
        old = bases[start].spec
        return shared | {name: old[name] for name in ("model", "side", "width", "growth")}
    sides = [side for side in images_inputs.SIDES if side >= 32]
    side = st.select_slider(
        "Picture side, pixels", sides, max(32, images_inputs.usual_side(pictures)), key="side", **URL
    )
    return shared | {"model": "mobilenet", "side": side, "dropout": 0.2}


def _amounts(usual: str) -> tuple[int, ...]:
    """Return numbers of training images per class, ascending; 0 is all."""
    text = st.text_input(
        "Training pictures of each class", usual, key="amounts", help="Numbers joined by commas; 0 is all there are.",
        **URL,
    )  # fmt: skip
    words = [word for word in text.replace(",", " ").split() if word]
    if not words or len(words) > MOST_AMOUNTS or not all(word.isascii() and word.isdigit() for word in words):
        raise SpecError(f"Training pictures are {text!r}; give one to {MOST_AMOUNTS} whole numbers such as 2, 5, 15.")
    return tuple(sorted({int(word) for word in words}))
