"""Write the arithmetic of a convolution in LaTeX, with the numbers filled in."""

import numpy as np

from core.labs.concepts.convolution import messages
from core.labs.concepts.kit import convolution
from core.labs.concepts.kit.convolution import Geometry
from core.labs.concepts.kit.drawing import Place
from core.labs.concepts.kit.pooling import Pool
from core.labs.concepts.kit.sums import broken, factor, plain, products


def size(pixels: int, geometry: Geometry) -> str:
    """Write the number of outputs along `pixels`."""
    g = geometry
    return messages.outputs + (
        rf"\left\lfloor \frac{{{pixels} + 2 \cdot {g.padding} - {g.dilation}({g.kernel} - 1) - 1}}"
        rf"{{{g.stride}}} \right\rfloor + 1 = {g.outputs(pixels)}"
    )


def parameters(kernel: int, channels: int, filters: int) -> str:
    """Write the weights and biases of the layer."""
    total = filters * (kernel**2 * channels + 1)
    return messages.weights_and_biases.format(filters=filters, kernel=kernel, channels=channels, total=total)


def route(f: int, winner: Place, blame: float) -> list[str]:
    """Write the gradient's path through max pooling, and one cell that receives it; indices count from 0."""
    return [
        messages.gradient_of_max,
        rf"\frac{{\partial L}}{{\partial z^{{({f + 1})}}_{{{winner[0] + 1},{winner[1] + 1}}}}} &= {plain(blame)}",
    ]


def output(
    picture: np.ndarray, filters: np.ndarray, bias: np.ndarray, geometry: Geometry, cell: Place, f: int
) -> list[str]:
    """Write one number of a feature map, a line for each row of the filter."""
    terms = convolution.output_terms(picture, filters, geometry, cell, f)
    result = sum(term.product for term in terms) + float(bias[f])
    left = rf"z^{{({f + 1})}}_{{{cell[0] + 1},{cell[1] + 1}}}"
    return products(
        left, terms, float(bias[f]) if bias[f] else None, result, geometry.kernel if geometry.kernel > 1 else 9
    )


def pooled(values: np.ndarray, pool: Pool, cell: Place, f: int) -> list[str]:
    """Write one number after pooling: the maximum or mean of its window."""
    corner = cell[0] * pool.stride, cell[1] * pool.stride
    seen = values[corner[0] : corner[0] + pool.size, corner[1] : corner[1] + pool.size, f].ravel()
    left = rf"p^{{({f + 1})}}_{{{cell[0] + 1},{cell[1] + 1}}}"
    if pool.kind == "max":
        return [rf"{left} &= \max({', '.join(map(plain, seen))}) = {plain(seen.max())}"]
    return [rf"{left} &= \tfrac{{1}}{{{pool.size**2}}} ({' + '.join(map(factor, seen))}) = {plain(seen.mean())}"]


def loss(result: np.ndarray, target: np.ndarray, total: float) -> list[str]:
    """Write half the sum of squared differences."""
    squares = [rf"{factor(value)}^2" for value in (result - target).transpose(2, 0, 1).ravel()]
    return [r"L &= \tfrac{1}{2} \sum (p - t)^2", rf"&= \tfrac{{1}}{{2}} ({' + '.join(squares)}) = {plain(total)}"]


def weight(blame: np.ndarray, picture: np.ndarray, geometry: Geometry, place: Place, f: int) -> list[str]:
    """Write the gradient of one weight; products with a gradient of zero are left out."""
    terms = convolution.weight_terms(blame, picture, geometry, (*place, 0), f)
    result, heard = sum(term.product for term in terms), [term for term in terms if term.weight]
    left = rf"\frac{{\partial L}}{{\partial w^{{({f + 1})}}_{{{place[0] + 1},{place[1] + 1}}}}}"
    row, column = _index("i", place[0], geometry), _index("j", place[1], geometry)
    general = rf"\sum_{{i,j}} x_{{{row},\,{column}}} \, \delta^{{({f + 1})}}_{{i,j}}"
    first, *rest = products("", heard, None, result, 6)
    return [rf"{left} &= {general}", first, *rest]


def _index(name: str, tap: int, geometry: Geometry) -> str:
    """Write the index that a tap reads in the padded image, counted from 1."""
    walked = name if geometry.stride == 1 else f"{geometry.stride}({name}-1)+1"
    return walked + (f"+{tap * geometry.dilation}" if tap else "")


def bias(blame: np.ndarray, f: int) -> list[str]:
    """Write the gradient of a bias: the sum over its feature map's gradient."""
    heard = [factor(value) for value in blame[..., f].ravel() if value]
    left = rf"\frac{{\partial L}}{{\partial b^{{({f + 1})}}}}"
    return broken(left, heard, float(blame[..., f].sum()), 12)


def pixel(blame: np.ndarray, filters: np.ndarray, geometry: Geometry, place: Place) -> list[str]:
    """Write the gradient of one pixel; products with a gradient of zero are left out."""
    terms = [term for _, term in convolution.pixel_terms(blame, filters, geometry, (*place, 0))]
    result = sum(term.product for term in terms)
    left = rf"\frac{{\partial L}}{{\partial x_{{{place[0] + 1},{place[1] + 1}}}}}"
    general = (
        r"\sum_{f} \sum_{i,j} \delta^{(f)}_{i,j} \, w^{(f)}_{r+2-i,\,c+2-j}"
        if geometry == Geometry(3, 1)
        else messages.general_pixel
    )
    first, *rest = products("", [term for term in terms if term.value], None, result, 6)
    return [rf"{left} &= {general}", first, *rest]


def step(before: float, slope: float, rate: float, name: str) -> str:
    """Write one step of gradient descent for one number."""
    return (
        rf"{name} &\leftarrow {plain(before)} - {plain(rate, 4)} \cdot {factor(slope)} = {plain(before - rate * slope)}"
    )
