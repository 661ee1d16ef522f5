"""Generate random exercises on convolution and pooling, forward and back."""

import numpy as np

from core.labs.concepts.convolution import working
from core.labs.concepts.kit import convolution, pooling
from core.labs.concepts.kit.convolution import Geometry
from core.labs.concepts.kit.exercises import Exercise, Maker
from core.labs.concepts.kit.pooling import Pool
from core.labs.concepts.kit.sums import plain


def matrix(name: str, values: np.ndarray) -> str:
    """Write a matrix in LaTeX."""
    rows = r" \\ ".join(" & ".join(plain(value) for value in row) for row in values)
    return rf"{name} &= \begin{{bmatrix}} {rows} \end{{bmatrix}}"


def _whole(rng: np.random.Generator, low: int, high: int, *shape: int) -> np.ndarray:
    return rng.integers(low, high + 1, shape).astype(float)


def output_size(rng: np.random.Generator) -> Exercise:
    """Ask for the size of a feature map."""
    while True:
        pixels = int(rng.integers(5, 129))
        g = Geometry(
            int(rng.choice([2, 3, 5, 7])), int(rng.integers(0, 4)), int(rng.integers(1, 4)), int(rng.integers(1, 3))
        )
        if pixels + 2 * g.padding >= g.extent:
            break
    return Exercise(
        f"The input has **{pixels} × {pixels}** pixels. Convolution with a filter of {g.kernel} × {g.kernel}, padding "
        f"{g.padding}, stride {g.stride}, dilation {g.dilation}: what is the output height?",
        (float(g.outputs(pixels)),), 0, hint="a whole number",
        explanation=f"With its dilation the filter covers {g.extent} pixels. Count its positions and round down.",
        working=(working.size(pixels, g),),
    )  # fmt: skip


def one_output(rng: np.random.Generator) -> Exercise:
    """Ask for one number of a feature map."""
    g = Geometry(int(rng.integers(2, 4)), int(rng.integers(0, 2)), int(rng.integers(1, 3)))
    picture, filters = _whole(rng, 0, 3, 4, 4), _whole(rng, -2, 2, g.kernel, g.kernel, 1, 1)
    bias = _whole(rng, -2, 2, 1)
    maps = convolution.forward(picture[..., None], filters, bias, g)[..., 0]
    cell = (int(rng.integers(maps.shape[0])), int(rng.integers(maps.shape[1])))
    return Exercise(
        f"With padding {g.padding}, stride {g.stride} and bias {plain(bias[0])}: what is the output in row "
        f"{cell[0] + 1}, column {cell[1] + 1}? The filter is not flipped.",
        (float(maps[cell]),), 0, hint="a whole number",
        explanation="Place the filter on the window, multiply element by element, add the products and the bias.",
        latex=(matrix("x", picture), matrix("w", filters[:, :, 0, 0])),
        working=tuple(working.output(picture[..., None], filters, bias, g, cell, 0)),
    )  # fmt: skip


def _pool(rng: np.random.Generator, kind: str, sentence: str) -> Exercise:
    values, pool = _whole(rng, -5, 9, 4, 4), Pool(kind, 2, int(rng.integers(1, 3)))
    out = pooling.forward(values[..., None], pool)[..., 0]
    cell = (int(rng.integers(out.shape[0])), int(rng.integers(out.shape[1])))
    return Exercise(
        f"{kind.capitalize()} pooling, 2 × 2, stride {pool.stride}: what is the output in row {cell[0] + 1}, column "
        f"{cell[1] + 1}?",
        (float(out[cell]),),
        0 if kind == "max" else 0.005,
        hint="a number",
        explanation=sentence,
        latex=(matrix("z", values),),
        working=tuple(working.pooled(values[..., None], pool, cell, 0)),
    )


def max_pooling(rng: np.random.Generator) -> Exercise:
    """Ask for the maximum of a window."""
    return _pool(rng, "max", "The output is the maximum of the four.")


def average_pooling(rng: np.random.Generator) -> Exercise:
    """Ask for the mean of a window."""
    return _pool(rng, "average", "The output is the mean of the four.")


def weight_gradient(rng: np.random.Generator) -> Exercise:
    """Ask for the gradient of one weight, given the gradient of its feature map."""
    g = Geometry(2)
    picture, blame = _whole(rng, 0, 3, 3, 3), _whole(rng, -2, 2, 2, 2)
    filters, place = np.zeros((2, 2, 1, 1)), (int(rng.integers(2)), int(rng.integers(2)))
    found = convolution.backward(blame[..., None], picture[..., None], filters, g).filters[..., 0, 0]
    return Exercise(
        "A 2 × 2 filter slides over x (no padding, stride 1); $\\delta = \\partial L / \\partial z$ is the gradient "
        f"of its feature map. What is $\\partial L / \\partial w$ of the weight in row {place[0] + 1}, column "
        f"{place[1] + 1}?",
        (float(found[place]),), 0, hint="a whole number",
        explanation="Sum over the outputs: δ of the output times the input that the weight is multiplied with there.",
        latex=(matrix("x", picture), matrix(r"\delta", blame)),
        working=tuple(working.weight(blame[..., None], picture[..., None], g, place, 0)),
    )  # fmt: skip


def back_through_max(rng: np.random.Generator) -> Exercise:
    """Ask where the gradient of a pooled cell goes."""
    values = rng.permutation(np.arange(-4, 12))[:4].reshape(2, 2).astype(float)
    blame = float(rng.choice([-3, -2, -1, 1, 2, 3]))
    back = pooling.backward(np.array([[[blame]]]), values[..., None], Pool())[..., 0]
    return Exercise(
        f"Max pooling over the 2 × 2 window z; the gradient of its output is {plain(blame)}. What is the gradient of "
        "each of the four inputs, row by row?",
        tuple(float(value) for value in back.ravel()),
        0,
        hint="four numbers",
        explanation="Only the maximum affects the output, so it receives the whole gradient; the others receive 0.",
        latex=(matrix("z", values),),
        working=(matrix(r"\partial L / \partial z", back),),
    )


MAKERS: dict[str, Maker] = {
    "output size": output_size,
    "one output": one_output,
    "max pooling": max_pooling,
    "average pooling": average_pooling,
    "gradient of a weight": weight_gradient,
    "gradient of max pooling": back_through_max,
}
