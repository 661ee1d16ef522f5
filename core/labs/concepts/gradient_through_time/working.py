"""Write out the gradient through time, clipping and a descent, step by step."""

import numpy as np

from core.labs.concepts.gradient_through_time import clipping, messages
from core.labs.concepts.gradient_through_time.cliff import Descent, Path
from core.labs.concepts.gradient_through_time.through_time import (
    Memory,
    MemoryTrace,
    Recurrence,
    Trace,
    sizes,
    spectral_radius,
)
from core.labs.concepts.kit.latex import bracketed, matrix, number, short

SYMBOL = {"sigmoid": r"\sigma", "tanh": r"\tanh", "relu": r"\mathrm{ReLU}", "linear": r"\mathrm{id}"}
JACOBIAN = (
    r"\begin{bmatrix} \partial h'/\partial h & \partial h'/\partial c \\ "
    r"\partial c'/\partial h & \partial c'/\partial c \end{bmatrix}"
)
WRITTEN_OUT = 3  # largest matrix that is written out
SHOWN = 4  # factors of a product that are written out before it is cut


def one_unit(case: Recurrence, trace: Trace, t: int) -> tuple[str, ...]:
    """Write pre-activation, factor and product of step `t` (from 0) of one unit."""
    u, wx = bracketed(short(case.u)), f"{bracketed(short(case.w))} \\cdot {bracketed(short(case.x))}"
    h, a = bracketed(short(trace.states[t, 0])), short(trace.sums[t, 0])
    slope, factor = short(trace.slopes[t, 0]), short(trace.factors[t, 0, 0])
    sigma = SYMBOL[case.activation]
    return (
        rf"a_{{{t + 1}}} &= W x + U h_{{{t}}} = {wx} + {u} \cdot {h} = {a}",
        rf"\frac{{\partial h_{{{t + 1}}}}}{{\partial h_{{{t}}}}} &= {sigma}'(a_{{{t + 1}}})\, U = {slope} \cdot {u} "
        f"= {factor}",
        rf"\frac{{\partial h_{{{t + 1}}}}}{{\partial h_0}} &= {_product(trace.factors[: t + 1, 0, 0])}"
        f"= {short(trace.products[t, 0, 0])}",
    )[: 3 if t else 2]  # the product of one factor is that factor


def _product(factors: np.ndarray) -> str:
    """Write the last factors of a product first, as in the chain rule; a long product is cut in the middle."""
    words = [bracketed(short(factor)) for factor in factors[::-1]]
    if len(words) > SHOWN + 1:
        words = [*words[:SHOWN], r"\cdots", words[-1]]
    return r" \cdot ".join(words)


def many_units(case: Recurrence, trace: Trace, t: int) -> tuple[str, ...]:
    """Write factor and product of step `t` (from 0) as matrices, or only their sizes if they are large."""
    size, radius = short(sizes(trace.products[t : t + 1])[0]), short(spectral_radius(case.matrix))
    last = (
        rf"\left\lVert \frac{{\partial h_{{{t + 1}}}}}{{\partial h_0}} \right\rVert &= {size}"
        rf"\qquad \rho(U) = {radius}, \quad \rho(U)^{{{t + 1}}} = {short(spectral_radius(case.matrix) ** (t + 1))}",
    )
    factor = rf"J_{{{t + 1}}} &= \mathrm{{diag}}\left({SYMBOL[case.activation]}'(a_{{{t + 1}}})\right) U"
    product = rf"\frac{{\partial h_{{{t + 1}}}}}{{\partial h_0}} &= J_{{{t + 1}}} \cdots J_1"
    if len(case.matrix) > WRITTEN_OUT:
        return (factor, product, *last)
    diagonal, small = np.diag(trace.slopes[t]), lambda value: short(value, 2)
    return (
        factor,
        rf"&= {matrix(diagonal, small)} {matrix(case.matrix, small)} = {matrix(trace.factors[t], small)}",
        rf"{product} = {matrix(trace.products[t], small)}",
        *last,
    )


def lstm(memory: Memory, trace: MemoryTrace, t: int) -> tuple[str, ...]:
    """Write the forget gate, the product so far, and the whole gradient of the cell state at step `t` (from 0)."""
    h, c = trace.states[t]
    u, b = bracketed(short(memory.weight)), bracketed(short(memory.forget_bias))
    factor = trace.factors[t]
    return (
        rf"f_{{{t + 1}}} &= \sigma(U\, h_{{{t}}} + b_f) = \sigma({u} \cdot {bracketed(short(h))} + {b}) "
        f"= {short(trace.forget[t])}",
        rf"f_{{{t + 1}}} \cdots f_1 &= {_product(trace.forget[: t + 1])} = {short(trace.highway[t])}",
        rf"J_{{{t + 1}}} &= {JACOBIAN} = {matrix(factor, lambda value: short(value, 2))}"
        rf"\qquad c_{{{t}}} = {short(c)}",
        rf"\frac{{\partial c_{{{t + 1}}}}}{{\partial c_0}} &= (J_{{{t + 1}}} \cdots J_1)_{{cc}} "
        f"= {short(trace.cell_gradient[t])}",
    )


def clip_by_value(gradient: np.ndarray, limit: float) -> tuple[str, ...]:
    """Write each clipped component, and the change of direction."""
    clipped = clipping.by_value(gradient, limit)
    c = number(limit)
    return (
        rf"g &= {matrix(gradient)}, \qquad c = {c}",
        rf"g_\text{{value}} &= \begin{{bmatrix}} \min(\max({number(gradient[0])}, -{c}), {c}) \\ "
        rf"\min(\max({number(gradient[1])}, -{c}), {c}) \end{{bmatrix}} = {matrix(clipped)}",
        *_angle(gradient, clipped, r"\text{value}"),
    )


def clip_by_norm(gradient: np.ndarray, limit: float) -> tuple[str, ...]:
    """Write the norm, the scale factor, and that the direction stays."""
    clipped, length = clipping.by_norm(gradient, limit), float(np.linalg.norm(gradient))
    short_enough = rf"\le {number(limit)} \quad\Rightarrow\quad g_\text{{norm}} = g"
    lines = (
        rf"\lVert g \rVert &= \sqrt{{{bracketed(number(gradient[0]))}^2 + {bracketed(number(gradient[1]))}^2}} "
        rf"= {number(length)} {short_enough if length <= limit else f'> {number(limit)}'}",
    )
    if length > limit:
        lines += (
            rf"g_\text{{norm}} &= g \cdot \frac{{c}}{{\lVert g \rVert}} = {matrix(gradient)} \cdot "
            rf"\frac{{{number(limit)}}}{{{number(length)}}} = {matrix(clipped)}",
        )
    return (*lines, *_angle(gradient, clipped, r"\text{norm}"))


def _angle(gradient: np.ndarray, clipped: np.ndarray, name: str) -> tuple[str, ...]:
    product = float(gradient @ clipped)
    lengths = float(np.linalg.norm(gradient)), float(np.linalg.norm(clipped))
    if not all(lengths):
        return (messages.no_direction,)
    return (
        rf"\cos\varphi &= \frac{{g \cdot g_{name}}}{{\lVert g \rVert\, \lVert g_{name} \rVert}} = "
        rf"\frac{{{number(product)}}}{{{number(lengths[0])} \cdot {number(lengths[1])}}} = "
        rf"{number(product / lengths[0] / lengths[1], 4)}, \qquad \varphi = "
        rf"{number(clipping.angle(gradient, clipped), 1)}^\circ",
    )


def descent(settings: Descent, path: Path, step: int, clip: str) -> tuple[str, ...]:
    """Write one step of a descent: the point, the gradient, the clipped gradient, and the next point."""
    gradient, used = path.gradients[step], path.used[step]
    length = rf"\qquad \lVert g \rVert = {short(float(np.linalg.norm(gradient)))}"
    clipped = () if clip == "none" else (rf"g_\text{{{clip.split()[1]}}} &= {_row(used)}",)
    name = "g" if clip == "none" else rf"g_\text{{{clip.split()[1]}}}"
    return (
        rf"(u, b) &= {_row(path.points[step])} \qquad L = {short(path.losses[step])}",
        rf"g &= {_row(gradient)}{length}",
        *clipped,
        rf"(u, b) &\leftarrow (u, b) - {short(settings.rate)} \cdot {name} = {_row(path.points[step + 1])}",
    )


def _row(values: np.ndarray) -> str:
    return rf"({', '.join(short(value) for value in values)})".replace(", ", r",\; ")
