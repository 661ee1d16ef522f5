"""Draw controls and views of the recurrent step by hand; all numbers are kept in the link."""

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import SpecError
from core.labs.concepts.kit.cells import CELL_NAMES, CELLS, GATE_NAMES
from core.labs.concepts.recurrent_step import (
    bars as cell_bars,
    by_hand,
    exercises as step_exercises,
    messages,
    unrolled,
    working as cell_working,
)
from core.labs.concepts.recurrent_step.by_hand import PRESETS, Example, Shape
from core.labs.concepts.view import page as concepts
from core.labs.concepts.view.page import URL
from core.ui import form, literal

OWN = "random numbers"
DRAG, TABLES = "One number", "All numbers"
NUMBERS = "numbers"  # link parameter, set once a number was changed
BY_NAME = {preset.name: preset for preset in PRESETS}


def experiment() -> Example:
    """Return the cell of the controls with the numbers of the link; an unreadable link is reported and ignored."""
    name = st.selectbox(messages.example, (*BY_NAME, OWN), key="example", on_change=_forget, **URL)
    base = by_hand.drawn(_shape(), _seed()) if name == OWN else BY_NAME[name].example
    if name != OWN:
        st.caption(BY_NAME[name].about)
    example = base
    if text := st.query_params.get(NUMBERS):
        try:
            example = by_hand.from_text(base.shape, text)
        except SpecError as error:
            literal.warning(error)
            del st.query_params[NUMBERS]
    st.session_state["hand"] = example
    if example != base:
        st.button(messages.restore, key="reset", icon=":material/undo:", on_click=_forget)
    return example


def _shape() -> Shape:
    cell = form.segments(messages.cell, CELLS, key="cell", names=CELL_NAMES, on_change=_forget)
    after = True
    if cell == "gru":
        after = st.toggle(messages.reset_after, True, key="reset_after", on_change=_forget, **URL)
    sizes = {
        name: st.slider(messages.group("sizes")[name], 1, most, value, key=name, on_change=_forget, **URL)
        for name, most, value in (("features", 3, 2), ("units", 3, 2), ("steps", 8, 4))
    }
    return Shape(cell, after, **sizes)


def _seed() -> int:
    return int(st.number_input(messages.random_seed, 0, 9999, 0, key="seed", on_change=_forget, **URL))


def _forget() -> None:
    """Discard the changed numbers; the tables are redrawn."""
    if NUMBERS in st.query_params:
        del st.query_params[NUMBERS]
    concepts.restart("step")
    _renew()


def _renew() -> None:
    st.session_state["tables"] = st.session_state.get("tables", 0) + 1


def _keep(example: Example) -> None:
    st.session_state["hand"] = example
    st.query_params[NUMBERS] = by_hand.to_text(example)


def facts(example: Example) -> list[str]:
    """Return the text of the line of facts."""
    shape = example.shape
    inputs = messages.plural("inputs", shape.features).format(count=shape.features)
    units = messages.plural("units", shape.units).format(count=shape.units)
    reset = messages.after_product if shape.reset_after else messages.before_product
    resets = [reset] if shape.cell == "gru" else []
    steps = messages.plural("steps", shape.steps).format(count=shape.steps)
    return [CELL_NAMES[shape.cell], *resets, inputs, units, steps, messages.computed]


def worked(example: Example) -> None:
    """Draw one stage of the arithmetic after another, and its position in the unrolled graph."""
    stages = cell_working.stages(example)
    now = stages[concepts.steps("step", [stage.label for stage in stages])]
    concepts.drawing(*unrolled.drawing(example, now.step, now.what))
    concepts.working(now.lines)


def play(example: Example) -> None:
    """Drag one number or edit the tables; graph, bars and numbers follow."""
    how = form.segments(messages.change, (DRAG, TABLES), key="how")
    if how == DRAG:
        _drag(example)
    else:
        _tables(example)
    concepts.drawing(*unrolled.drawing(example, example.shape.steps - 1))
    concepts.drawing(*cell_bars.bars(example))
    _numbers(_columns(example), example.shape.steps)
    if example.shape.cell == "gru":
        _both_forms(example)


def _numbers(columns: dict[str, np.ndarray], steps: int) -> None:
    """Draw a plain table, step by step: it is redrawn with every change, a scrolling grid would take longer."""
    frame = pd.DataFrame(columns, index=pd.Index(range(1, steps + 1), dtype=str, name="step"))
    st.table(frame.map("{:.4f}".format))


def _columns(example: Example) -> dict[str, np.ndarray]:
    found = {}
    for name, values in cell_bars.series(example).items():
        for unit in range(values.shape[1]):
            found[f"{name[0]}{unit + 1}"] = values[:, unit]
    return found


def _drag(example: Example) -> None:
    places = _places(example)
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    first = next(name for name in places if name.startswith("x,"))
    name = left.selectbox(
        messages.number, list(places), index=list(places).index(first), key="number", help=messages.number_help, **URL
    )
    value = example.numbers[places[name]]
    reach = 3.0 if abs(value) <= 3 else 10.0 if abs(value) <= 10 else by_hand.LARGEST
    st.session_state["value"] = float(value)
    right.slider(name, -reach, reach, step=0.05, key="value", on_change=_dragged, args=(places[name],))


def _dragged(place: int) -> None:
    _keep(st.session_state["hand"].changed(place, round(st.session_state["value"], 4)))
    _renew()


def _places(example: Example) -> dict[str, int]:
    """Map a name for each number, as it can be found in the tables, to its index in the example."""
    shape, found = example.shape, {}
    for table, (rows, columns) in shape.tables.items():
        for row in range(rows):
            for column in range(columns):
                found[_called(shape, table, row, column)] = example.place(table, row, column)
    return found


def _called(shape: Shape, table: str, row: int, column: int) -> str:
    if table == "x":
        return f"x, step {row + 1}, input {column + 1}"
    if table == "start":
        return f"initial {shape.states[row]}, unit {column + 1}"
    return f"{TITLES[table]}, unit {row + 1}, {shape.columns[column]}"


TITLES = {gate: f"{gate}: {name}" for gate, name in GATE_NAMES.items()} | {"h": "weights"}


def _tables(example: Example) -> None:
    """Draw an editable table of all weights, one of the sequence, and one of the initial states."""
    version = st.session_state.setdefault("tables", 0)
    kept = st.session_state.get("tables_from")
    if not kept or kept[0] != (version, example.shape):  # an editor keeps its own edits while its data stays the same
        kept = st.session_state["tables_from"] = ((version, example.shape), example)
    shape, base = example.shape, kept[1]
    units = [messages.unit.format(number=n + 1) for n in range(shape.units)]
    rows = [(gate, row) for gate in shape.gates for row in range(shape.units)]
    weights = np.vstack([base.table(gate) for gate in shape.gates])
    names = [f"{TITLES[gate]}, {units[row]}" for gate, row in rows]
    _editor(messages.weights, pd.DataFrame(weights, names, list(shape.columns)), rows, version)
    left, right = st.columns(2, gap="medium")
    steps = [f"t = {n + 1}" for n in range(shape.steps)]
    with left:
        inputs = pd.DataFrame(base.table("x"), steps, [f"x{n + 1}" for n in range(shape.features)])
        _editor(messages.input_sequence, inputs, [("x", row) for row in range(shape.steps)], version)
    with right:
        start = pd.DataFrame(base.table("start"), list(shape.states), units)
        _editor(messages.initial_states, start, [("start", row) for row in range(len(shape.states))], version)
    st.caption(messages.tables_help)


def _editor(title: str, frame: pd.DataFrame, rows: list[tuple[str, int]], version: int) -> None:
    """Draw a table of numbers; each of its rows is a row of one of the example's tables."""
    number = st.column_config.NumberColumn(
        min_value=-by_hand.LARGEST, max_value=by_hand.LARGEST, step=0.01, format="%.4g"
    )
    key = f"{title}-{version}"
    st.markdown(f"**{title}**")
    st.data_editor(
        frame,
        key=key,
        column_config=dict.fromkeys(frame.columns, number),
        on_change=_edited,
        args=(key, rows, tuple(frame.columns)),
        height="content",
        alt=messages.table_alt.format(title=title),
    )


def _edited(key: str, rows: list[tuple[str, int]], columns: tuple[str, ...]) -> None:
    example = st.session_state["hand"]
    for number, cells in st.session_state[key]["edited_rows"].items():
        table, row = rows[int(number)]
        for column, value in cells.items():
            example = example.changed(example.place(table, row, columns.index(column)), float(value or 0))
    _keep(example)


def _both_forms(example: Example) -> None:
    st.markdown(messages.both_variants)
    names = (messages.variant_after, messages.variant_before)
    forms = (example, by_hand.other_form(example))
    values = {}
    for name, other in zip(names, forms if example.shape.reset_after else forms[::-1], strict=True):
        for unit in range(example.shape.units):
            values[f"h{unit + 1}, {name}"] = [moment.h[unit] for moment in other.moments]
    _numbers(values, example.shape.steps)
    st.caption(messages.variants_help)


def check() -> None:
    """Draw exercises on one step."""
    concepts.exercise_panel("step", step_exercises.MAKERS)


def honest(example: Example) -> str:
    """Return one sentence on how much of the state after the first step remains at the end."""
    first, last = example.moments[0].h, example.moments[-1].h
    return messages.honest.format(first=np.abs(first).max(), last=np.abs(last).max())
