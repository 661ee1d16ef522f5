"""Draw controls and views of the gradient through time, one topic at a time."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from core.labs.concepts.gradient_through_time import (
    charts as time_charts,
    cliff as cliffs,
    clipping,
    exercises as time_exercises,
    messages,
    working as time_working,
)
from core.labs.concepts.gradient_through_time.cliff import Descent
from core.labs.concepts.gradient_through_time.slopes import ACTIVATIONS, STEEPEST
from core.labs.concepts.gradient_through_time.through_time import (
    KINDS,
    Memory,
    Recurrence,
    remember,
    run,
    sizes,
    spectral_radius,
)
from core.labs.concepts.kit import latex
from core.labs.concepts.view import page as concepts
from core.labs.concepts.view.page import URL
from core.ui import cached, form

ONE, MANY, LSTM, CLIP, CLIFF = SCENES = ("one unit", "matrix", "LSTM", "clipping", "cliff")


# Older links call the state's weight W and the input's U; they still mean the same experiment.
OLD_NAMES = {"w": "recurrent", "kind_of_w": "kind_of_u", "w0": "u0"} | {f"w{n}": f"u{n}" for n in (11, 12, 21, 22)}
OLD_U_OF_ONE, OLD_U_OF_LSTM = {"u": "input"}, {"u": "gates_recurrent"}


@dataclass(frozen=True)
class Clip:
    """A gradient of two numbers and its clipping threshold."""

    gradient: tuple[float, float]
    limit: float


def experiment() -> tuple[str, Recurrence | Memory | Clip | Descent]:
    """Draw the controls; return the topic and its settings."""
    concepts.renamed(OLD_NAMES | (OLD_U_OF_LSTM if st.query_params.get("scene") == LSTM else OLD_U_OF_ONE))
    scene = st.selectbox(messages.topic, SCENES, key="scene", format_func=messages.group("scenes").__getitem__, **URL)
    return scene, {ONE: _one, MANY: _many, LSTM: _lstm, CLIP: _clip, CLIFF: _cliff}[scene]()


def _activation(usual: str) -> str:
    names = list(ACTIVATIONS)
    return st.selectbox(messages.activation, names, names.index(usual), key="activation", **URL)


def _steps(usual: int) -> int:
    return st.slider(messages.time_steps, 1, 100, usual, key="length", help=messages.time_steps_help, **URL)


def _one() -> Recurrence:
    return Recurrence(
        _activation("sigmoid"),
        u=st.slider(messages.recurrent, -8.0, 8.0, 1.0, 0.1, key="recurrent", help=messages.recurrent_help, **URL),
        w=st.slider(messages.input, -4.0, 4.0, 1.0, 0.1, key="input", help=messages.input_help, **URL),
        x=st.slider(messages.x, -4.0, 4.0, 0.0, 0.1, key="x", **URL),
        start=st.slider(messages.start, -1.0, 1.0, 0.5, 0.05, key="start", **URL),
        steps=_steps(20),
    )


def _many() -> Recurrence:
    names = messages.group("kinds").__getitem__
    kind = st.selectbox(messages.kind_of_u, KINDS, key="kind_of_u", format_func=names, help=messages.kinds_help, **URL)
    made = Recurrence(kind=kind, n=2, own=_own()) if kind == "own" else _drawn(kind)
    activation, start = _activation("tanh"), st.slider(messages.start, -1.0, 1.0, 0.1, 0.05, key="start", **URL)
    return replace(made, activation=activation, start=start, steps=_steps(30))


def _drawn(kind: str) -> Recurrence:
    n, help_ = st.slider(messages.units, 2, 16, 2, key="n", **URL), messages.spectral_radius_help
    radius = st.slider(messages.spectral_radius, 0.1, 3.0, 1.0, 0.05, key="radius", help=help_, **URL)
    seed = 0 if kind == "shear" else int(st.number_input(messages.random_seed, 0, 9999, 0, key="seed", **URL))
    return Recurrence(kind=kind, n=n, u=radius, seed=seed)


def _own() -> tuple[float, float, float, float]:
    usual, numbers = Recurrence().own, []
    for row in range(2):
        for place, column in enumerate(st.columns(2)):
            name = f"u{row + 1}{place + 1}"
            numbers.append(
                column.number_input(name, -20.0, 20.0, usual[2 * row + place], 0.1, key=name, format="%g", **URL)
            )
    first, second, third, fourth = numbers
    return first, second, third, fourth


def _lstm() -> Memory:
    return Memory(
        forget_bias=st.slider(messages.forget_bias, -6.0, 8.0, 3.0, 0.1, key="forget_bias", **URL),
        weight=st.slider(messages.gates_recurrent, -4.0, 4.0, 0.5, 0.1, key="gates_recurrent", **URL),
        input_bias=st.slider(messages.input_bias, -6.0, 6.0, 0.0, 0.1, key="input_bias", **URL),
        output_bias=st.slider(messages.output_bias, -6.0, 6.0, 0.0, 0.1, key="output_bias", **URL),
        cell=st.slider(messages.initial_cell, -3.0, 3.0, 1.0, 0.1, key="c0", **URL),
        steps=_steps(40),
    )


def _component(name: str, value: float, key: str) -> float:
    return st.slider(name, -6.0, 6.0, value, 0.1, key=key, help=messages.component_help, **URL)


def _clip() -> Clip:
    return Clip(
        (_component("g₁", 5.0, "g1"), _component("g₂", 1.5, "g2")),
        st.slider(messages.limit, 0.1, 6.0, 2.0, 0.1, key="limit", help=messages.limit_help, **URL),
    )


def _cliff() -> Descent:
    usual = Descent()
    return Descent(
        u=st.slider(messages.initial_u, *cliffs.U_RANGE, usual.u, 0.05, key="u0", help=messages.start_help, **URL),
        b=st.slider(messages.initial_b, *cliffs.B_RANGE, usual.b, 0.05, key="b0", help=messages.start_help, **URL),
        rate=st.slider(messages.rate, 0.1, 5.0, usual.rate, 0.1, key="rate", **URL),
        limit=st.slider(
            messages.limit, 0.05, 2.0, usual.limit, 0.05, key="cliff_limit", help=messages.limit_help, **URL
        ),
        steps=st.slider(
            messages.descent_steps, 1, 200, usual.steps, key="descent", help=messages.descent_steps_help, **URL
        ),
        length=st.slider(messages.length, 1, 60, usual.length, key="length", help=messages.length_help, **URL),
    )


def facts(scene: str) -> list[str]:
    """Return the text of the line of facts."""
    return [
        messages.group("facts")[scene].replace("_{t+1}", "ₜ₊₁").replace("_t", "ₜ").replace("_T", "ₜ"),
        messages.tested,
    ]


# --- worked ---------------------------------------------------------------------------------------------------------


def worked(scene: str, setting) -> None:
    """Draw the arithmetic of one step after another, beside the chart."""
    {ONE: _worked_product, MANY: _worked_product, LSTM: _worked_lstm, CLIP: _worked_clip, CLIFF: _worked_cliff}[scene](
        setting
    )


def _worked_product(case: Recurrence) -> None:
    trace = case.trace
    step = concepts.steps("step", _each(messages.from_h_to_h, case.steps))
    lines = time_working.one_unit if len(case.matrix) == 1 else time_working.many_units
    concepts.working(lines(case, trace, step))
    _product_chart(case, step)


def _low(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _each(label: str, steps: int) -> list[str]:
    return [label.format(before=_low(t), after=_low(t + 1)) for t in range(steps)]


def _product_chart(case: Recurrence, step: int | None = None) -> None:
    steepest = STEEPEST[case.activation]
    if len(case.matrix) == 1:
        reference, name = abs(case.u) * steepest, messages.upper_bound.format(steepest=steepest)
    else:
        reference, name = spectral_radius(case.matrix), "ρ(U)ᵗ"
    cached.plot("product", messages.product_alt, time_charts.product, case.trace, reference, name, step)
    if not sizes(case.trace.products)[-1]:
        st.caption(messages.product_is_zero)


def _rnn_beside(memory: Memory) -> np.ndarray:
    """Return dh_t/dh_0 of a SimpleRNN with the same recurrent weight, from h_0 = 0.1 and without input."""
    trace = run(np.array([[memory.weight]]), np.zeros((memory.steps, 1)), np.array([0.1]), "tanh")
    return trace.products[:, 0, 0]


def _worked_lstm(memory: Memory) -> None:
    trace = remember(memory)
    step = concepts.steps("step", _each(messages.from_c_to_c, memory.steps))
    concepts.working(time_working.lstm(memory, trace, step))
    _memory_chart(memory, step)


def _memory_chart(memory: Memory, step: int | None = None) -> None:
    cached.plot("memory", messages.memory_alt, time_charts.memory, remember(memory), _rnn_beside(memory), step)


def _worked_clip(clip: Clip) -> None:
    gradient = np.array(clip.gradient)
    step = concepts.steps("step", [messages.value_step, messages.norm_step])
    working = (time_working.clip_by_value, time_working.clip_by_norm)[step]
    concepts.working(working(gradient, clip.limit))
    _clip_chart(clip)


def _clip_chart(clip: Clip) -> None:
    cached.plot("clip", messages.clip_alt, time_charts.clipped, np.array(clip.gradient), clip.limit)


def _worked_cliff(descent: Descent) -> None:
    clips, about = list(clipping.CLIPS), messages.clips_help
    clip = form.segments(messages.clipping, clips, key="clip", default="by norm", help=about)
    path = cliffs.paths(descent)[clip]
    step = concepts.steps("step", [messages.cliff_step] * descent.steps)
    concepts.working(time_working.descent(descent, path, step, clip))
    _cliff_chart(descent, {clip: path}, step)


def _cliff_chart(descent: Descent, paths: dict, step: int | None = None) -> None:
    cached.plot("cliff", messages.cliff_alt, time_charts.cliff, descent.length, paths, step)


# --- play -----------------------------------------------------------------------------------------------------------


def play(scene: str, setting) -> None:
    """Draw the charts for the current settings."""
    {ONE: _play_one, MANY: _play_many, LSTM: _play_lstm, CLIP: _play_clip, CLIFF: _play_cliff}[scene](setting)


def _play_one(case: Recurrence) -> None:
    trace = case.trace
    left, middle, right = st.columns(3)
    left.metric(messages.first_derivative, latex.plain(trace.factors[0, 0, 0]))
    last, before = _low(case.steps), _low(case.steps - 1)
    middle.metric(messages.last_derivative.format(last=last, before=before), latex.plain(trace.factors[-1, 0, 0]))
    right.metric(messages.product.format(last=last), latex.plain(trace.products[-1, 0, 0]))
    _product_chart(case)
    concepts.drawing(*time_charts.states(trace.states, ["h"]))


def _play_many(case: Recurrence) -> None:
    grown = sizes(case.trace.products)
    left, middle, right = st.columns(3)
    left.metric(messages.radius_of_u, latex.plain(spectral_radius(case.matrix)))
    middle.metric(messages.singular_value, latex.plain(float(np.linalg.norm(case.matrix, 2))))
    right.metric(f"‖∂h{_low(case.steps)}/∂h₀‖", latex.plain(grown[-1]))
    _product_chart(case)
    concepts.drawing(*time_charts.states(case.trace.states, [f"h{_low(n + 1)}" for n in range(len(case.matrix))]))
    cached.plot("eigen", messages.eigenvalues_alt, time_charts.eigenvalues, case.matrix)


def _play_lstm(memory: Memory) -> None:
    trace = remember(memory)
    left, middle, right = st.columns(3)
    left.metric(messages.last_forget_gate, f"{trace.forget[-1]:.3f}")
    middle.metric(f"∂c{_low(memory.steps)}/∂c₀", latex.plain(trace.cell_gradient[-1]))
    right.metric(messages.rnn_beside, latex.plain(_rnn_beside(memory)[-1]))
    _memory_chart(memory)
    concepts.drawing(*time_charts.states(trace.states, ["h", "c"]))


def _play_clip(clip: Clip) -> None:
    gradient = np.array(clip.gradient)
    columns = st.columns(3)
    columns[0].metric(messages.gradient_norm, f"{np.linalg.norm(gradient):.2f}")
    for column, name in zip(columns[1:], ("by value", "by norm"), strict=True):
        clipped = clipping.CLIPS[name](gradient, clip.limit)
        column.metric(messages.group("turned")[name], f"{clipping.angle(gradient, clipped):.1f}°")
    _clip_chart(clip)


def _play_cliff(descent: Descent) -> None:
    paths, names = cliffs.paths(descent), messages.group("clips")
    columns = st.columns(3)
    for column, (clip, path) in zip(columns, paths.items(), strict=True):
        column.metric(messages.clip_loss.format(clip=names[clip]), f"{path.losses[-1]:.4f}")
    _cliff_chart(descent, paths)
    concepts.drawing(*time_charts.losses(paths))
    steepest = float(np.linalg.norm(paths["none"].gradients, axis=1).max())
    st.caption(messages.steepest.format(norm=latex.plain(steepest)))
    if st.toggle(messages.many_starts, key="many_starts", wrap=True, help=messages.many_help, **URL):
        _arrivals(descent)


def _arrivals(descent: Descent) -> None:
    shares, names = _arrived(descent), messages.group("clips")
    lines = "\n".join(f"- {names[clip]}: **{share:.0%}**" for clip, share in shares.items())
    st.markdown(messages.arrivals.format(most=cliffs.ARRIVED, lines=lines))


_arrived = st.cache_data(max_entries=32, show_spinner=False)(cliffs.arrivals)


# --- exercises, and the summary sentence ----------------------------------------------------------------------------


def check() -> None:
    """Draw exercises on gradients through time and clipping."""
    concepts.exercise_panel("time", time_exercises.MAKERS)


def _fate(size: float) -> str:
    if size < 1e-4:
        return messages.gradient_vanished
    return messages.gradient_exploded if size > 1e4 else messages.gradient_usable


def _counted(steps: int) -> str:
    return messages.plural("steps", steps).format(count=steps)


def honest(scene: str, setting) -> str:
    """Return the summary sentence of a topic, with its own numbers."""
    if scene in (ONE, MANY):
        size, steps = sizes(setting.trace.products)[-1], _counted(setting.steps)
        return messages.product_honest.format(steps=steps, size=latex.plain(size, 2), fate=_fate(size))
    if scene == LSTM:
        left = abs(remember(setting).cell_gradient[-1])
        return messages.memory_honest.format(steps=_counted(setting.steps), size=latex.plain(left, 2))
    if scene == CLIP:
        gradient = np.array(setting.gradient)
        turned = clipping.angle(gradient, clipping.by_value(gradient, setting.limit))
        return messages.clip_honest.format(turned=turned)
    return messages.cliff_honest
