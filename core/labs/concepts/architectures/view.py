"""Draw controls and views of the lab on sequence architectures."""

import streamlit as st

from core.labs.concepts.architectures import (
    architectures,
    exercises as architecture_exercises,
    messages,
    pictures as wiring_pictures,
    wirings,
    working as wiring_working,
)
from core.labs.concepts.architectures.architectures import NINE, Task
from core.labs.concepts.architectures.wirings import WIRINGS, Cell, Step, unroll
from core.labs.concepts.kit import filters
from core.labs.concepts.view import page as concepts
from core.labs.concepts.view.page import URL
from core.ui import form

INPUTS, OUTPUTS = (1.0, -0.5, 2.0), 3
GAME, OWN = "The nine tasks", "Your own sequence"


def worked() -> None:
    """Draw each type of unrolled cell, step by step."""
    wiring = form.segments(messages.type, WIRINGS, key="wiring", wrap=True)
    cell, made = Cell(), unroll(wiring, INPUTS, OUTPUTS, Cell())
    at = concepts.steps("step", [_label(one) for one in made])
    concepts.drawing(*wiring_pictures.unrolled(made, wiring, at))
    concepts.working(wiring_working.step(made[at], at + 1, cell))
    st.markdown(messages.group("about")[wiring])


def _label(one: Step) -> str:
    reads = "own" if one.own else "no" if one.x is None else "read"
    return messages.group("steps")[f"{reads}_{'silent' if one.y is None else 'output'}"]


def play() -> None:
    """Draw the game of the nine tasks, and a user's own sequence through every type."""
    what = form.segments(messages.topic, (GAME, OWN), key="what")
    {GAME: _game, OWN: _own}[what]()


def _game() -> None:
    """Ask for the architecture of each of the nine tasks; the reason is shown at once."""
    for column, wiring in zip(st.columns(4, gap="medium"), WIRINGS, strict=True):
        with column:
            st.markdown(f"**{wiring}**")
            concepts.drawing(*wiring_pictures.sketch(unroll(wiring, INPUTS, 2, Cell()), wiring))
            st.caption(messages.group("short")[wiring])
    said = {place: _place(place, task) for place, task in enumerate(NINE)}
    done = [verdict for verdict in said.values() if verdict]
    if done:
        fits = sum(verdict != "wrong" for verdict in done)
        st.markdown(messages.score.format(fits=fits, asked=len(done), left=len(NINE) - len(done)))


def _place(number: int, task: Task) -> str:
    """Draw one task of the game; return the verdict on its answer, or an empty string before there is one."""
    st.markdown(f"**{number + 1}. {task.name}**: {task.goes_in} → {task.comes_out}")
    chosen = st.segmented_control(
        task.name, WIRINGS, key=f"task{number + 1}", label_visibility="collapsed", wrap=True, **URL
    )
    if not chosen:
        return ""
    kind, why = architectures.verdict(task, chosen)
    {"right": st.success, "possible": st.info, "wrong": st.warning}[kind](why)
    return kind


def _own() -> None:
    controls, result = concepts.beside(2.8)
    with controls:
        typed = st.text_input(messages.input_sequence, "1 -0.5 2", key="inputs", **URL)
        outputs = st.slider(messages.free_length, 1, 6, OUTPUTS, key="outputs", **URL)
        weights = [
            st.slider(label, -3.0, 3.0, value, 0.05, key=name, **URL)
            for label, name, value in (
                (messages.input_weight, "w_x", Cell.w),
                (messages.recurrent_weight, "w_h", Cell.u),
                (messages.output_weight, "w_y", Cell.v),
            )
        ]
    inputs = filters.matrix(typed, messages.input_sequence, 8)[0].tolist()
    with result:
        for wiring in wirings.WIRINGS:
            st.markdown(f"**{wiring}**: {messages.group('short')[wiring]}")
            concepts.drawing(*wiring_pictures.unrolled(unroll(wiring, inputs, outputs, Cell(*weights)), wiring))


def check() -> None:
    """Draw exercises on choosing an architecture, its steps and its numbers."""
    concepts.exercise_panel("architectures", architecture_exercises.MAKERS)
