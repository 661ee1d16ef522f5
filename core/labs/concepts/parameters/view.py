"""Draw controls and views of the parameter lab; the whole stack is kept in the link as one line of text."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.errors import SpecError
from core.labs.concepts.parameters import (
    exercises as count_exercises,
    layers,
    messages,
    pictures as count_pictures,
    stacks,
    working as count_working,
)
from core.labs.concepts.parameters.layers import KIND_NAMES, Layer
from core.labs.concepts.parameters.stacks import PRESETS, Row, Stack
from core.labs.concepts.view import page as concepts
from core.labs.concepts.view.page import URL
from core.ui.literal import literal


def experiment() -> tuple[Stack, str]:
    """Return the stack of the controls and the name of its preset. Raise SpecError for an invalid stack."""
    name = st.selectbox(messages.example, list(PRESETS), key="network", on_change=_to_preset, **URL)
    st.caption(messages.group("presets")[PRESETS[name].about])
    text, about = PRESETS[name].text, messages.grammar
    text = st.text_area(messages.layer_list, text, key="stack", height=170, max_chars=2000, help=about, **URL)
    return stacks.read(text), name


def _to_preset() -> None:
    st.session_state["stack"] = PRESETS[st.session_state["network"]].text
    st.session_state["layer"] = 1


def facts(stack: Stack, name: str) -> list[str]:
    """Return the text of the line of facts."""
    preset = PRESETS[name]
    found = [messages.input.format(shape=layers.written(stack.takes)), messages.count.format(count=stack.count)]
    if preset.reported and stack == preset.stack:
        found.append(messages.reported.format(reported=preset.reported))
    return [*found, messages.as_keras]


def worked(stack: Stack) -> None:
    """Draw layer by layer the formula, the numbers filled in and the matrices; at the end the sum."""
    rows = [row for row in stack.rows if row.count]
    place = concepts.steps("step", [*(count_working.label(row) for row in rows), messages.sum_step])
    if place == len(rows):
        concepts.working(count_working.total(stack))
        _table(stack)
        return
    row = rows[place]
    concepts.working(count_working.working(row))
    _picture(row)
    if row.layer.kind == "gru":
        two_forms()


def _picture(row: Row) -> None:
    concepts.drawing(*count_pictures.to_scale(row))
    st.caption(messages.areas.format(sizes=_sizes(row)))


def _sizes(row: Row) -> str:
    """List each kind of matrix with its shape, its count, and its share."""
    found: dict[tuple[str, layers.Shape], int] = {}
    for part in row.parts:
        found[part.role, part.shape] = found.get((part.role, part.shape), 0) + 1
    each = []
    for (role, shape), copies in found.items():
        count = sum(part.count for part in row.parts if (part.role, part.shape) == (role, shape))
        size = layers.written(shape)
        if copies > 1:
            size = f"{copies} × ({size})" if len(shape) > 1 else f"{copies} × {size}"
        each.append(f"{_symbol(role)}: {size} = {count:,}, {count / row.count:.1%}")
    return "; ".join(each) + "."


def _symbol(role: str) -> str:
    """Return a matrix's name as the formulas write it; a part without a symbol in bold."""
    return f"**{role}**" if role.isalpha() and len(role) > 1 else f"*{role}*"  # no line ends before its colon


def two_forms() -> None:
    """Explain why a GRU has two parameter counts."""
    with st.expander(messages.variants, icon=":material/call_split:"):
        st.markdown(messages.both_variants)


def play(stack: Stack) -> None:
    """Change one layer after another; counts, shares and matrices follow."""
    with st.container():
        with st.container(key=concepts.BELOW):
            place = _choose(stack)
            _controls(stack, place)
            if refused := st.session_state.pop("refused", None):
                st.warning(literal(refused))
        row = stack.rows[place]
        left, middle, right = st.columns(3)
        left.metric(messages.this_layer, f"{row.count:,}")
        middle.metric(messages.all_layers, f"{stack.count:,}")
        right.metric(messages.non_trainable, f"{stack.fixed:,}")
        if row.count:
            _picture(row)
    if stack.count:
        concepts.drawing(*count_pictures.shares(stack))
    _table(stack)
    two_forms()


def _table(stack: Stack) -> None:
    """Draw every layer in a plain table, since a grid redraws too slowly for a slider."""
    rows = [
        {
            "layer": rf"{number}\. {row.layer.name}",
            "output shape": layers.written(row.gives),
            "parameters": f"{row.count:,}",
            "non-trainable": f"{row.fixed:,}",
            "% of all": f"{row.count / max(stack.count, 1):.2%}",
        }
        for number, row in enumerate(stack.rows, start=1)
    ]
    st.table(pd.DataFrame(rows))


def _choose(stack: Stack) -> int:
    count = len(stack.layers)
    chosen = st.session_state.get("layer", 1)
    if isinstance(chosen, str):  # the browser sends a label, which is no option any more if its layer has changed
        chosen = int(head) if (head := chosen.partition(".")[0]).isdecimal() else 1
        st.session_state["layer"] = max(chosen, 1)
    if chosen > count:
        st.session_state["layer"] = count
    names = {number: f"{number}. {layer.name}" for number, layer in enumerate(stack.layers, start=1)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = (
            st.selectbox(messages.layer, list(names), key="layer", format_func=names.__getitem__, width=260, **URL) - 1
        )
        st.button(messages.add_layer, key="add", icon=":material/add:", on_click=_add, args=(stack, place))
        st.button(
            messages.remove_layer,
            key="remove",
            icon=":material/delete:",
            on_click=_remove,
            args=(stack, place),
            disabled=count == 1,
        )
    return place


def _keep(stack: Stack) -> None:
    st.session_state["stack"] = stacks.write(stack)


def _add(stack: Stack, place: int) -> None:
    """Insert a copy below a layer; the upper one then returns sequences if it is recurrent."""
    own = stack.layers[place]
    first = replace(own, every_step=True) if own.kind in layers.STEPPED else own
    _try(stack, (*stack.layers[:place], first, own, *stack.layers[place + 1 :]))
    if "refused" not in st.session_state:
        st.session_state["layer"] = place + 2


def _remove(stack: Stack, place: int) -> None:
    _try(stack, (*stack.layers[:place], *stack.layers[place + 1 :]))


def _try(stack: Stack, wanted: tuple[Layer, ...]) -> None:
    """Apply the change, or say why it does not fit and leave the stack as it is."""
    try:
        _keep(Stack(stack.takes, wanted))
    except SpecError as error:
        st.session_state["refused"] = messages.refused.format(error=error)


def _controls(stack: Stack, place: int) -> None:
    """Draw the settings of this kind of layer; the stack holds the state, these widgets only show it."""
    own = stack.layers[place]
    _show("kind", own.kind)
    columns = st.columns([1, 2])
    change = {"on_change": _set, "args": (stack, place, "kind")}
    names = KIND_NAMES.__getitem__
    columns[0].selectbox(messages.layer_type, list(KIND_NAMES), key="set-kind", format_func=names, **change)
    if own.kind in (*layers.SIZED, "block"):
        _show("size", own.size)
        columns[1].slider(
            messages.group("sizes").get(own.kind, messages.units),
            1,
            max(512, own.size),
            key="set-size",
            on_change=_set,
            args=(stack, place, "size"),
        )
    fields = [name for name, kinds in stacks.USED.items() if own.kind in kinds]
    for column, name in zip(st.columns(max(2, len(fields))), fields, strict=False):
        with column:
            _field(stack, place, name)


MOST = {"vocabulary": 10_000_000, "kernel": 31, "stride": 64, "parameters": 10**12, "fixed": 10**12}


def _field(stack: Stack, place: int, name: str) -> None:
    value, label = getattr(stack.layers[place], name), messages.group("labels")[name]
    _show(name, value)
    settings = {"key": f"set-{name}", "on_change": _set, "args": (stack, place, name)}
    if isinstance(value, bool):
        st.toggle(label, **settings)
    else:
        st.number_input(label, 0 if name in ("parameters", "fixed") else 1, MOST[name], **settings)


def _show(name: str, value: object) -> None:
    st.session_state[f"set-{name}"] = value


def _set(stack: Stack, place: int, name: str) -> None:
    value, own = st.session_state[f"set-{name}"], stack.layers[place]
    try:
        wanted = Layer(value, own.size) if name == "kind" else replace(own, **{name: value})
    except SpecError as error:
        st.session_state["refused"] = messages.refused.format(error=error)
        return
    _try(stack, (*stack.layers[:place], wanted, *stack.layers[place + 1 :]))


def check() -> None:
    """Draw exercises on counting."""
    concepts.exercise_panel("parameters", count_exercises.MAKERS)


def honest(stack: Stack) -> str:
    """Return one sentence on where most of the parameters are."""
    number, most = max(enumerate(stack.rows, start=1), key=lambda row: row[1].count)
    if not stack.count:
        return messages.nothing_to_learn
    kind, name, share = KIND_NAMES[most.layer.kind], most.layer.name, most.count / stack.count
    same = [row.count for row in stack.rows if row.layer.kind == most.layer.kind]
    if len(same) > 1:
        total = sum(same) / stack.count
        return messages.most_in_kind.format(share=total, kind=kind, most=share, number=number, name=name)
    return messages.most_in_layer.format(share=share, number=number, name=name)
