"""Generate random exercises on convolution and pooling, forward and back."""

import numpy as np

from core.labs.concepts import messages as concepts_messages
from core.labs.concepts.convolution import messages, working
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
        messages.size_question.format(
            pixels=pixels, kernel=g.kernel, padding=g.padding, stride=g.stride, dilation=g.dilation
        ),
        (float(g.outputs(pixels)),),
        0,
        hint=concepts_messages.whole_number,
        explanation=messages.size_rule.format(extent=g.extent),
        working=(working.size(pixels, g),),
    )


def one_output(rng: np.random.Generator) -> Exercise:
    """Ask for one number of a feature map."""
    g = Geometry(int(rng.integers(2, 4)), int(rng.integers(0, 2)), int(rng.integers(1, 3)))
    picture, filters = _whole(rng, 0, 3, 4, 4), _whole(rng, -2, 2, g.kernel, g.kernel, 1, 1)
    bias = _whole(rng, -2, 2, 1)
    maps = convolution.forward(picture[..., None], filters, bias, g)[..., 0]
    cell = (int(rng.integers(maps.shape[0])), int(rng.integers(maps.shape[1])))
    shift, (row, column) = plain(bias[0]), cell
    return Exercise(
        messages.output_question.format(padding=g.padding, stride=g.stride, bias=shift, row=row + 1, column=column + 1),
        (float(maps[cell]),),
        0,
        hint=concepts_messages.whole_number,
        explanation=messages.output_rule,
        latex=(matrix("x", picture), matrix("w", filters[:, :, 0, 0])),
        working=tuple(working.output(picture[..., None], filters, bias, g, cell, 0)),
    )


def _pool(rng: np.random.Generator, kind: str) -> Exercise:
    values, pool = _whole(rng, -5, 9, 4, 4), Pool(kind, 2, int(rng.integers(1, 3)))
    out = pooling.forward(values[..., None], pool)[..., 0]
    cell = (int(rng.integers(out.shape[0])), int(rng.integers(out.shape[1])))
    question, (row, column) = messages.group("pool_question")[kind], cell
    return Exercise(
        question.format(stride=pool.stride, row=row + 1, column=column + 1),
        (float(out[cell]),),
        0 if kind == "max" else 0.005,
        hint=messages.a_number,
        explanation=messages.group("pool_rule")[kind],
        latex=(matrix("z", values),),
        working=tuple(working.pooled(values[..., None], pool, cell, 0)),
    )


def max_pooling(rng: np.random.Generator) -> Exercise:
    """Ask for the maximum of a window."""
    return _pool(rng, "max")


def average_pooling(rng: np.random.Generator) -> Exercise:
    """Ask for the mean of a window."""
    return _pool(rng, "average")


def weight_gradient(rng: np.random.Generator) -> Exercise:
    """Ask for the gradient of one weight, given the gradient of its feature map."""
    g = Geometry(2)
    picture, blame = _whole(rng, 0, 3, 3, 3), _whole(rng, -2, 2, 2, 2)
    filters, place = np.zeros((2, 2, 1, 1)), (int(rng.integers(2)), int(rng.integers(2)))
    found = convolution.backward(blame[..., None], picture[..., None], filters, g).filters[..., 0, 0]
    return Exercise(
        messages.weight_question.format(row=place[0] + 1, column=place[1] + 1),
        (float(found[place]),),
        0,
        hint=concepts_messages.whole_number,
        explanation=messages.weight_rule,
        latex=(matrix("x", picture), matrix(r"\delta", blame)),
        working=tuple(working.weight(blame[..., None], picture[..., None], g, place, 0)),
    )


def back_through_max(rng: np.random.Generator) -> Exercise:
    """Ask where the gradient of a pooled cell goes."""
    values = rng.permutation(np.arange(-4, 12))[:4].reshape(2, 2).astype(float)
    blame = float(rng.choice([-3, -2, -1, 1, 2, 3]))
    back = pooling.backward(np.array([[[blame]]]), values[..., None], Pool())[..., 0]
    return Exercise(
        messages.back_question.format(gradient=plain(blame)),
        tuple(float(value) for value in back.ravel()),
        0,
        hint=messages.four_numbers,
        explanation=messages.back_rule,
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
