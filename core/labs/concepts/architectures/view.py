"""Draw controls and views of the lab on sequence architectures."""

import streamlit as st

from core.labs.concepts.architectures import architectures, wirings
from core.labs.concepts.architectures import exercises as architecture_exercises
from core.labs.concepts.architectures import pictures as wiring_pictures
from core.labs.concepts.architectures import working as wiring_working
from core.labs.concepts.architectures.architectures import NINE, Task
from core.labs.concepts.architectures.wirings import WIRINGS, Cell, unroll
from core.labs.concepts.kit import filters
from core.labs.concepts.view import page as concepts
from core.labs.concepts.view.page import URL
from core.ui import form

INPUTS, OUTPUTS = (1.0, -0.5, 2.0), 3
GAME, OWN = "The nine tasks", "Your own sequence"


def worked() -> None:
    """Draw each type of unrolled cell, step by step."""
    wiring = form.segments("Type", WIRINGS, key="wiring", wrap=True)
    cell, made = Cell(), unroll(wiring, INPUTS, OUTPUTS, Cell())
    labels = [
        ("Input: its own previous output" if one.own else "Input" if one.x is not None else "No input")
        + ("; output." if one.y is not None else "; no output.")
        for one in made
    ]
    at = concepts.steps("step", labels)
    concepts.drawing(*wiring_pictures.unrolled(made, wiring, at))
    concepts.working(wiring_working.step(made[at], at + 1, cell))
    st.markdown(architectures.ABOUT[wiring])


def play() -> None:
    """Draw the game of the nine tasks, and a user's own sequence through every type."""
    what = form.segments("Topic", (GAME, OWN), key="what")
    {GAME: _game, OWN: _own}[what]()


def _game() -> None:
    """Ask for the architecture of each of the nine tasks; the reason is shown at once."""
    for column, wiring in zip(st.columns(4, gap="medium"), WIRINGS, strict=True):
        with column:
            st.markdown(f"**{wiring}**")
            concepts.drawing(*wiring_pictures.sketch(unroll(wiring, INPUTS, 2, Cell()), wiring))
            st.caption(architectures.SHORT[wiring])
    said = {place: _place(place, task) for place, task in enumerate(NINE)}
    done = [verdict for verdict in said.values() if verdict]
    if done:
        fits = sum(verdict != "wrong" for verdict in done)
        st.markdown(f"**{fits} of {len(done)} correct**, {len(NINE) - len(done)} left.")


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
        typed = st.text_input("Input sequence", "1 -0.5 2", key="inputs", **URL)
        outputs = st.slider("Outputs of the two types with free length", 1, 6, OUTPUTS, key="outputs", **URL)
        weights = [
            st.slider(label, -3.0, 3.0, value, 0.05, key=name, **URL)
            for label, name, value in (
                ("$W$ (input weight)", "w_x", Cell.w),
                ("$U$ (recurrent weight)", "w_h", Cell.u),
                ("$V$ (output weight)", "w_y", Cell.v),
            )
        ]
    inputs = filters.matrix(typed, "Input sequence", 8)[0].tolist()
    with result:
        for wiring in wirings.WIRINGS:
            st.markdown(f"**{wiring}**: {architectures.SHORT[wiring]}")
            concepts.drawing(*wiring_pictures.unrolled(unroll(wiring, inputs, outputs, Cell(*weights)), wiring))


def check() -> None:
    """Draw exercises on choosing an architecture, its steps and its numbers."""
    concepts.exercise_panel("architectures", architecture_exercises.MAKERS)


HONEST = (
    "Today most of these tasks are solved by Transformers, which process all time steps in parallel. The types by "
    "input and output are the same."
)
