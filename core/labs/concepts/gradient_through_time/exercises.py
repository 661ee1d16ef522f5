"""Generate exercises on the gradient through time and on clipping."""

import numpy as np

from core.labs.concepts import messages as concepts_messages
from core.labs.concepts.gradient_through_time import clipping, messages
from core.labs.concepts.gradient_through_time.slopes import ACTIVATIONS
from core.labs.concepts.gradient_through_time.through_time import Recurrence, sizes, spectral_radius
from core.labs.concepts.kit.cells import sigmoid
from core.labs.concepts.kit.exercises import Exercise, Maker
from core.labs.concepts.kit.latex import bracketed, matrix, number, short, significant


def factor(rng: np.random.Generator) -> Exercise:
    """Ask for sigma'(a) U of one unit."""
    activation = str(rng.choice(("sigmoid", "tanh")))
    a, u = round(float(rng.uniform(-2, 2)), 1), round(float(rng.uniform(-4, 4)), 1) or 1.5
    slope = float(ACTIVATIONS[activation][1](np.array(a)))
    value = float(ACTIVATIONS[activation][0](np.array(a)))
    rule = r"\sigma(a)(1-\sigma(a))" if activation == "sigmoid" else r"1-\tanh^2 a"
    return Exercise(
        messages.factor_question.format(activation=activation),
        (slope * u,),
        hint=concepts_messages.two_decimals,
        latex=(rf"a_{{t+1}} = {a:g}, \quad U = {u:g}",),
        explanation=messages.factor_rule.format(rule=rule),
        working=(
            messages.factor_slope.format(value=short(value), slope=short(slope)),
            messages.factor_product.format(slope=short(slope), u=bracketed(f"{u:g}"), product=number(slope * u, 3)),
        ),
    )


def product(rng: np.random.Generator) -> Exercise:
    """Ask for the gradient after several steps with a constant factor."""
    steps, u = int(rng.integers(3, 9)), round(float(rng.uniform(0.4, 1.6)), 1)
    u = 1.2 if u == 1 else u
    left = float(sizes(Recurrence("linear", steps, 1, u).trace.products)[-1])
    return Exercise(
        messages.product_question.format(u=u, steps=steps),
        (left,),
        tolerance=0.01 * left,
        hint=messages.three_digits,
        digits=3,
        explanation=messages.product_rule,
        working=(rf"U^{{{steps}}} &= {u:g}^{{{steps}}} = {significant(left, 3)}",),
    )


def best_case(rng: np.random.Generator) -> Exercise:
    """Ask for the upper bound of the gradient through a sigmoid."""
    steps, u = int(rng.integers(2, 6)), float(rng.choice((1.0, 2.0, 3.0, 5.0, 6.0, 8.0)))
    most = (u / 4) ** steps
    return Exercise(
        messages.bound_question.format(u=u, steps=steps),
        (most,),
        tolerance=0.01 * most,
        hint=messages.digits_or_fraction,
        digits=3,
        explanation=messages.bound_rule,
        working=(rf"\left(\tfrac14 \cdot {u:g}\right)^{{{steps}}} &= {u / 4:g}^{{{steps}}} = {significant(most, 3)}",),
    )


def radius(rng: np.random.Generator) -> Exercise:
    """Ask for the spectral radius of a triangular or a symmetric matrix."""
    a, b, d = (round(float(v), 1) for v in rng.uniform(-2, 2, 3))
    U = np.array([[a, b], [b if rng.integers(2) else 0.0, d]])
    eigen = np.linalg.eigvals(U).real
    return Exercise(
        messages.radius_question,
        (spectral_radius(U),),
        hint=concepts_messages.two_decimals,
        latex=(rf"U = {matrix(U, lambda v: f'{v:g}')}",),
        explanation=messages.radius_rule,
        working=(
            rf"\lambda &= {number(eigen[0], 3)},\; {number(eigen[1], 3)}",
            rf"\rho &= {number(max(abs(eigen)), 3)}",
        ),
    )


def forget(rng: np.random.Generator) -> Exercise:
    """Ask for the product of the forget gates along the cell state."""
    bias, steps = int(rng.integers(0, 5)), int(rng.integers(3, 12))
    gate = float(sigmoid(np.array(float(bias))))
    left = gate**steps
    return Exercise(
        messages.forget_question.format(bias=bias, steps=steps),
        (left,),
        tolerance=max(0.005, 0.01 * left),
        hint=concepts_messages.two_decimals,
        explanation=messages.forget_rule,
        working=(rf"f &= \sigma({bias}) = {number(gate, 4)}", rf"f^{{{steps}}} &= {number(left, 3)}"),
    )


def _gradient(rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Draw a gradient of which at least one component is beyond the limit."""
    gradient = np.array([float(rng.choice((-1, 1)) * rng.integers(3, 9)), float(rng.integers(-6, 7) or 1)])
    return gradient, float(rng.integers(1, 4))


def by_norm(rng: np.random.Generator) -> Exercise:
    """Ask for a gradient clipped by norm."""
    gradient, limit = _gradient(rng)
    clipped, length = clipping.by_norm(gradient, limit), float(np.linalg.norm(gradient))
    return Exercise(
        messages.norm_question.format(limit=limit),
        tuple(map(float, clipped)),
        hint=concepts_messages.two_numbers,
        latex=(rf"g = {matrix(gradient, lambda v: f'{v:g}')}",),
        explanation=messages.norm_rule,
        working=(
            rf"\lVert g \rVert &= {number(length, 3)}",
            rf"g \cdot \frac{{{limit:g}}}{{{number(length, 3)}}} &= {matrix(clipped)}",
        ),
    )


def by_value(rng: np.random.Generator) -> Exercise:
    """Ask for the change of direction caused by clipping by value."""
    gradient, limit = _gradient(rng)
    clipped = clipping.by_value(gradient, limit)
    turned = clipping.angle(gradient, clipped)
    return Exercise(
        messages.value_question.format(limit=limit),
        (turned,),
        tolerance=0.5,
        hint=messages.whole_degrees,
        latex=(rf"g = {matrix(gradient, lambda v: f'{v:g}')}",),
        explanation=messages.value_rule,
        working=(rf"g_\text{{value}} &= {matrix(clipped)}", rf"\varphi &= {number(turned, 1)}^\circ"),
    )


def fate(rng: np.random.Generator) -> Exercise:
    """Ask whether the gradient vanishes, explodes, or stays."""
    activation, u = (
        ("linear", 1.0),
        ("linear", 1.3),
        ("linear", -1.5),
        ("linear", 0.8),
        ("linear", -1.0),
        ("sigmoid", 1.0),
        ("sigmoid", 3.5),
        ("tanh", 0.9),
    )[int(rng.integers(8))]
    left = float(sizes(Recurrence(activation, 100, 1, u, start=0.0).trace.products)[-1])
    fates = messages.group("fates")
    right = fates["vanishes" if left < 0.1 else "explodes" if left > 10 else "stays"]
    return Exercise(
        messages.fate_question.format(activation=activation, u=u),
        choices=tuple(fates.values()),
        right=right,
        explanation=messages.fate_rule.format(size=short(left)),
    )


MAKERS: dict[str, Maker] = {
    "local derivative": factor,
    "product": product,
    "upper bound": best_case,
    "spectral radius": radius,
    "forget gate": forget,
    "clip by norm": by_norm,
    "clip by value": by_value,
    "vanish or explode": fate,
}
