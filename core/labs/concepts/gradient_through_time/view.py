"""Draw controls and views of the gradient through time, one topic at a time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.files.phrases import counted
from core.labs.concepts.gradient_through_time import charts as time_charts
from core.labs.concepts.gradient_through_time import cliff as cliffs
from core.labs.concepts.gradient_through_time import clipping, words
from core.labs.concepts.gradient_through_time import exercises as time_exercises
from core.labs.concepts.gradient_through_time import working as time_working
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
    scene = st.selectbox("Topic", SCENES, key="scene", format_func=words.SCENE_NAMES.__getitem__, **URL)
    return scene, {ONE: _one, MANY: _many, LSTM: _lstm, CLIP: _clip, CLIFF: _cliff}[scene]()


def _activation(usual: str) -> str:
    names = list(ACTIVATIONS)
    return st.selectbox("Activation", names, names.index(usual), key="activation", **URL)


def _steps(usual: int) -> int:
    return st.slider("Time steps", 1, 100, usual, key="length", help="Number of factors in the product.", **URL)


def _one() -> Recurrence:
    return Recurrence(
        _activation("sigmoid"),
        u=st.slider("U (recurrent weight)", -8.0, 8.0, 1.0, 0.1, key="recurrent", help="Multiplies the state.", **URL),
        w=st.slider("W (input weight)", -4.0, 4.0, 1.0, 0.1, key="input", help="Multiplies the input.", **URL),
        x=st.slider("x (input at each step)", -4.0, 4.0, 0.0, 0.1, key="x", **URL),
        start=st.slider("h₀ (initial state)", -1.0, 1.0, 0.5, 0.05, key="start", **URL),
        steps=_steps(20),
    )


KIND_NAMES = {"random": "random", "rotation": "rotation", "shear": "shear", "own": "your own, 2 × 2"}


def _many() -> Recurrence:
    kind = st.selectbox(
        "Type of U", KINDS, key="kind_of_u", format_func=KIND_NAMES.__getitem__, help=words.KINDS_HELP, **URL
    )
    values = _own() if kind == "own" else _drawn(kind)
    return Recurrence(
        _activation("tanh"),
        kind=kind,
        start=st.slider("h₀ (initial state)", -1.0, 1.0, 0.1, 0.05, key="start", **URL),
        steps=_steps(30),
        **values,
    )


def _drawn(kind: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "n": st.slider("Units", 2, 16, 2, key="n", **URL),
        "u": st.slider("Spectral radius", 0.1, 3.0, 1.0, 0.05, key="radius", help="Largest |λ| of U.", **URL),
    }
    if kind != "shear":
        values["seed"] = int(st.number_input("Random seed", 0, 9999, 0, key="seed", **URL))
    return values


def _own() -> dict[str, Any]:
    usual, numbers = Recurrence().own, []
    for row in range(2):
        for place, column in enumerate(st.columns(2)):
            name = f"u{row + 1}{place + 1}"
            numbers.append(
                column.number_input(name, -20.0, 20.0, usual[2 * row + place], 0.1, key=name, format="%g", **URL)
            )
    return {"n": 2, "own": tuple(numbers)}


def _lstm() -> Memory:
    return Memory(
        forget_bias=st.slider("Forget-gate bias", -6.0, 8.0, 3.0, 0.1, key="forget_bias", **URL),
        weight=st.slider("U (recurrent weight of all gates)", -4.0, 4.0, 0.5, 0.1, key="gates_recurrent", **URL),
        input_bias=st.slider("Input-gate bias", -6.0, 6.0, 0.0, 0.1, key="input_bias", **URL),
        output_bias=st.slider("Output-gate bias", -6.0, 6.0, 0.0, 0.1, key="output_bias", **URL),
        cell=st.slider("c₀ (initial cell state)", -3.0, 3.0, 1.0, 0.1, key="c0", **URL),
        steps=_steps(40),
    )


def _component(name: str, value: float, key: str) -> float:
    return st.slider(name, -6.0, 6.0, value, 0.1, key=key, help="Component of the gradient.", **URL)


def _clip() -> Clip:
    return Clip(
        (_component("g₁", 5.0, "g1"), _component("g₂", 1.5, "g2")),
        st.slider("Clipping threshold c", 0.1, 6.0, 2.0, 0.1, key="limit", help=words.MOST, **URL),
    )


def _cliff() -> Descent:
    usual = Descent()
    return Descent(
        u=st.slider("Initial u (recurrent weight)", *cliffs.U_RANGE, usual.u, 0.05, key="u0", help=words.START, **URL),
        b=st.slider("Initial b (bias)", *cliffs.B_RANGE, usual.b, 0.05, key="b0", help=words.START, **URL),
        rate=st.slider("Learning rate", 0.1, 5.0, usual.rate, 0.1, key="rate", **URL),
        limit=st.slider(
            "Clipping threshold c", 0.05, 2.0, usual.limit, 0.05, key="cliff_limit", help=words.MOST, **URL
        ),
        steps=st.slider("Gradient-descent steps", 1, 200, usual.steps, key="descent", help="Weight updates.", **URL),
        length=st.slider("Time steps T", 1, 60, usual.length, key="length", help="Loss: (h_T − 0.7)².", **URL),
    )


def facts(scene: str) -> list[str]:
    """Return the text of the line of facts."""
    return [
        words.FACTS[scene].replace("_{t+1}", "ₜ₊₁").replace("_t", "ₜ").replace("_T", "ₜ"),
        "tested against finite differences",
    ]


# --- worked ---------------------------------------------------------------------------------------------------------


def worked(scene: str, setting) -> None:
    """Draw the arithmetic of one step after another, beside the chart."""
    {ONE: _worked_product, MANY: _worked_product, LSTM: _worked_lstm, CLIP: _worked_clip, CLIFF: _worked_cliff}[scene](
        setting
    )


def _worked_product(case: Recurrence) -> None:
    trace = case.trace
    step = concepts.steps("step", [f"From h{_low(t)} to h{_low(t + 1)}" for t in range(case.steps)])
    lines = time_working.one_unit if len(case.matrix) == 1 else time_working.many_units
    concepts.working(lines(case, trace, step))
    _product_chart(case, step)


def _low(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _product_chart(case: Recurrence, step: int | None = None) -> None:
    steepest = STEEPEST[case.activation]
    if len(case.matrix) == 1:
        reference, name = abs(case.u) * steepest, f"upper bound (|U| · {steepest:g})ᵗ"
    else:
        reference, name = spectral_radius(case.matrix), "ρ(U)ᵗ"
    alt = "Norm of each Jacobian and of their product over the time steps, on a logarithmic axis."
    cached.plot("product", alt, time_charts.product, case.trace, reference, name, step)
    if not sizes(case.trace.products)[-1]:
        st.caption("From some step on the product is exactly 0, which a logarithmic axis cannot show.")


def _rnn_beside(memory: Memory) -> np.ndarray:
    """Return dh_t/dh_0 of a SimpleRNN with the same recurrent weight, from h_0 = 0.1 and without input."""
    trace = run(np.array([[memory.weight]]), np.zeros((memory.steps, 1)), np.array([0.1]), "tanh")
    return trace.products[:, 0, 0]


def _worked_lstm(memory: Memory) -> None:
    trace = remember(memory)
    step = concepts.steps("step", [f"From c{_low(t)} to c{_low(t + 1)}" for t in range(memory.steps)])
    concepts.working(time_working.lstm(memory, trace, step))
    _memory_chart(memory, step)


def _memory_chart(memory: Memory, step: int | None = None) -> None:
    alt = "Gradient of the cell state over the time steps, compared with a SimpleRNN, on a logarithmic axis."
    cached.plot("memory", alt, time_charts.memory, remember(memory), _rnn_beside(memory), step)


def _worked_clip(clip: Clip) -> None:
    gradient = np.array(clip.gradient)
    step = concepts.steps(
        "step", ["Clipping by value: each component separately", "Clipping by norm: the whole vector is scaled"]
    )
    working = (time_working.clip_by_value, time_working.clip_by_norm)[step]
    concepts.working(working(gradient, clip.limit))
    _clip_chart(clip)


def _clip_chart(clip: Clip) -> None:
    alt = "The gradient before and after clipping by value and by norm, as arrows, with the thresholds."
    cached.plot("clip", alt, time_charts.clipped, np.array(clip.gradient), clip.limit)


def _worked_cliff(descent: Descent) -> None:
    clip = form.segments("Clipping", list(clipping.CLIPS), key="clip", default="by norm", help=words.CLIPS)
    path = cliffs.paths(descent)[clip]
    step = concepts.steps("step", ["One gradient-descent step with the clipped gradient"] * descent.steps)
    concepts.working(time_working.descent(descent, path, step, clip))
    _cliff_chart(descent, {clip: path}, step)


def _cliff_chart(descent: Descent, paths: dict, step: int | None = None) -> None:
    alt = "The loss over u and b as colours, with a cliff, and the paths of gradient descent."
    cached.plot("cliff", alt, time_charts.cliff, descent.length, paths, step)


# --- play -----------------------------------------------------------------------------------------------------------


def play(scene: str, setting) -> None:
    """Draw the charts for the current settings."""
    {ONE: _play_one, MANY: _play_many, LSTM: _play_lstm, CLIP: _play_clip, CLIFF: _play_cliff}[scene](setting)


def _size(value: float) -> str:
    return latex.plain(value)


def _play_one(case: Recurrence) -> None:
    trace = case.trace
    left, middle, right = st.columns(3)
    left.metric("First derivative ∂h₁/∂h₀", _size(trace.factors[0, 0, 0]))
    middle.metric(f"Last derivative ∂h{_low(case.steps)}/∂h{_low(case.steps - 1)}", _size(trace.factors[-1, 0, 0]))
    right.metric(f"Product ∂h{_low(case.steps)}/∂h₀", _size(trace.products[-1, 0, 0]))
    _product_chart(case)
    concepts.drawing(*time_charts.states(trace.states, ["h"]))


def _play_many(case: Recurrence) -> None:
    grown = sizes(case.trace.products)
    left, middle, right = st.columns(3)
    left.metric("Spectral radius of U", _size(spectral_radius(case.matrix)))
    middle.metric("Largest singular value of U", _size(float(np.linalg.norm(case.matrix, 2))))
    right.metric(f"‖∂h{_low(case.steps)}/∂h₀‖", _size(grown[-1]))
    _product_chart(case)
    concepts.drawing(*time_charts.states(case.trace.states, [f"h{_low(n + 1)}" for n in range(len(case.matrix))]))
    chart = cached.chart(time_charts.eigenvalues, case.matrix)
    st.plotly_chart(chart, key="eigen", alt="Eigenvalues of U and the unit circle.")


def _play_lstm(memory: Memory) -> None:
    trace = remember(memory)
    left, middle, right = st.columns(3)
    left.metric("Forget gate, last step", f"{trace.forget[-1]:.3f}")
    middle.metric(f"∂c{_low(memory.steps)}/∂c₀", _size(trace.cell_gradient[-1]))
    right.metric("∂h/∂h₀ of a SimpleRNN, same U", _size(_rnn_beside(memory)[-1]))
    _memory_chart(memory)
    concepts.drawing(*time_charts.states(trace.states, ["h", "c"]))


def _play_clip(clip: Clip) -> None:
    gradient = np.array(clip.gradient)
    columns = st.columns(3)
    columns[0].metric("Norm of the gradient", f"{np.linalg.norm(gradient):.2f}")
    for column, name in zip(columns[1:], ("by value", "by norm"), strict=True):
        clipped = clipping.CLIPS[name](gradient, clip.limit)
        column.metric(f"Change of direction, {name}", f"{clipping.angle(gradient, clipped):.1f}°")
    _clip_chart(clip)


def _play_cliff(descent: Descent) -> None:
    paths = cliffs.paths(descent)
    columns = st.columns(3)
    for column, (clip, path) in zip(columns, paths.items(), strict=True):
        column.metric(f"Loss, {time_charts.CLIP_NAMES[clip]}", f"{path.losses[-1]:.4f}")
    _cliff_chart(descent, paths)
    concepts.drawing(*time_charts.losses(paths))
    steepest = float(np.linalg.norm(paths["none"].gradients, axis=1).max())
    st.caption(f"Largest gradient norm without clipping: {latex.plain(steepest)}.")
    if st.toggle("Repeat from 100 random starting points", key="many_starts", wrap=True, help=words.MANY, **URL):
        _arrivals(descent)


def _arrivals(descent: Descent) -> None:
    shares = _arrived(descent)
    lines = "\n".join(f"- {time_charts.CLIP_NAMES[clip]}: **{share:.0%}**" for clip, share in shares.items())
    st.markdown(f"Starting points that reach a loss below {cliffs.ARRIVED:g}:\n{lines}")


_arrived = st.cache_data(max_entries=32, show_spinner=False)(cliffs.arrivals)


# --- exercises, and the summary sentence ----------------------------------------------------------------------------


def check() -> None:
    """Draw exercises on gradients through time and clipping."""
    concepts.exercise_panel("time", time_exercises.MAKERS)


def _fate(size: float) -> str:
    return f"the gradient {'has vanished' if size < 1e-4 else 'has exploded' if size > 1e4 else 'is of usable size'}"


def honest(scene: str, setting) -> str:
    """Return the summary sentence of a topic, with its own numbers."""
    if scene in (ONE, MANY):
        size = sizes(setting.trace.products)[-1]
        return (
            f"After {counted(setting.steps, 'step')} a change in h₀ is scaled by {latex.plain(size, 2)}: {_fate(size)}"
            ". A trained network has other inputs at each step and learns U, so this is a tendency, not a law."
        )
    if scene == LSTM:
        left = abs(remember(setting).cell_gradient[-1])
        return (
            f"After {counted(setting.steps, 'step')} the gradient of the cell state is {latex.plain(left, 2)}: it "
            "decays with the product of the forget gates, so it vanishes in an LSTM, too, if the forget gate closes."
        )
    if scene == CLIP:
        gradient = np.array(setting.gradient)
        turned = clipping.angle(gradient, clipping.by_value(gradient, setting.limit))
        return (
            f"Clipping by value changes the direction of this gradient by {turned:.1f}°, clipping by norm never does. "
            "Both limit exploding gradients; neither helps against vanishing ones."
        )
    return (
        "One starting point proves little: from others, gradient descent without clipping does not hit the cliff and "
        "converges as well. Compare 100 starting points."
    )
