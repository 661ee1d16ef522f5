"""Compute a convolution layer forward and backward, and each of its numbers as a sum of products.

Images are `(rows, columns, channels)` and filters `(kernel rows, kernel columns, channels, filters)`, as in Keras;
like all networks' layers it correlates: the filter is not flipped (Goodfellow et al., Deep Learning, 2016, 9.1).
"""

from dataclasses import dataclass

import numpy as np

from core.labs.concepts.kit import messages
from core.runs.spec import require


@dataclass(frozen=True)
class Geometry:
    """Size, stride and dilation of a window of `kernel` x `kernel` pixels on an image with zero `padding`."""

    kernel: int = 3
    padding: int = 0
    stride: int = 1
    dilation: int = 1

    def __post_init__(self) -> None:
        require(self.kernel >= 1, messages.no_kernel)
        require(self.padding >= 0, messages.no_padding)
        require(self.stride >= 1, messages.no_stride)
        require(self.dilation >= 1, messages.no_dilation)

    @property
    def extent(self) -> int:
        """Return the pixels from the first tap of the window to its last, both included."""
        return self.dilation * (self.kernel - 1) + 1

    def outputs(self, pixels: int) -> int:
        """Return the number of window positions along `pixels`; SpecError if it does not fit once."""
        room = pixels + 2 * self.padding - self.extent
        require(room >= 0, messages.window_too_large.format(extent=self.extent, pixels=pixels + 2 * self.padding))
        return room // self.stride + 1


@dataclass(frozen=True)
class Term:
    """One product of a sum: a pixel or output gradient at `(row, column, channel)` times a weight."""

    row: int  # in the padded image for sums over pixels
    column: int
    channel: int
    value: float
    weight: float

    @property
    def product(self) -> float:
        return self.value * self.weight


def pad(picture: np.ndarray, padding: int) -> np.ndarray:
    """Pad an image `(rows, columns, channels)` with zeros."""
    return np.pad(picture, ((padding, padding), (padding, padding), (0, 0)))


def windows(picture: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Return all windows of an image: `(output rows, output columns, kernel, kernel, channels)`."""
    framed, g = pad(picture, geometry.padding), geometry
    rows = _taps(g, g.outputs(picture.shape[0]))
    columns = _taps(g, g.outputs(picture.shape[1]))
    return framed[rows[:, None, :, None], columns[None, :, None, :]]


def _taps(geometry: Geometry, outputs: int) -> np.ndarray:
    """Return indices into the padded image, `(outputs, kernel)`."""
    return geometry.stride * np.arange(outputs)[:, None] + geometry.dilation * np.arange(geometry.kernel)


def forward(picture: np.ndarray, filters: np.ndarray, bias: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Compute `y[i, j, f] = b[f] + sum over u, v, c of x[i s + u d, j s + v d, c] w[u, v, c, f]`."""
    return np.einsum("ijuvc,uvcf->ijf", windows(picture, geometry), filters) + bias


@dataclass(frozen=True)
class Gradients:
    """Gradients of the loss with respect to filters, bias and image, each of the same shape."""

    picture: np.ndarray
    filters: np.ndarray
    bias: np.ndarray


def backward(blame: np.ndarray, picture: np.ndarray, filters: np.ndarray, geometry: Geometry) -> Gradients:
    """From `blame`, dL/dy, compute `dw[u, v, c, f] = sum of blame[i, j, f] x[i s + u d, j s + v d, c]`, and so on."""
    to_filters = np.einsum("ijf,ijuvc->uvcf", blame, windows(picture, geometry))
    framed, g = np.zeros_like(pad(picture, geometry.padding), dtype=float), geometry
    rows, columns = _taps(g, blame.shape[0]), _taps(g, blame.shape[1])
    spread = np.einsum("ijf,uvcf->ijuvc", blame, filters)
    np.add.at(framed, (rows[:, None, :, None], columns[None, :, None, :]), spread)
    inner = slice(g.padding, -g.padding or None)
    return Gradients(framed[inner, inner], to_filters, blame.sum((0, 1)))


def output_terms(
    picture: np.ndarray, filters: np.ndarray, geometry: Geometry, cell: tuple[int, int], chosen: int
) -> list[Term]:
    """Return the products whose sum, with the bias, is output `cell` of filter `chosen`."""
    framed, g, (i, j) = pad(picture, geometry.padding), geometry, cell
    return [
        Term(r, c, channel, float(framed[r, c, channel]), float(filters[u, v, channel, chosen]))
        for channel in range(framed.shape[2])
        for u in range(g.kernel)
        for v in range(g.kernel)
        for r, c in [(i * g.stride + u * g.dilation, j * g.stride + v * g.dilation)]
    ]


def weight_terms(
    blame: np.ndarray, picture: np.ndarray, geometry: Geometry, weight: tuple[int, int, int], chosen: int
) -> list[Term]:
    """Return the products whose sum is the gradient of weight `(u, v, channel)` of filter `chosen`.

    A term's value is the pixel multiplied by the weight, its weight the gradient of the resulting output.
    """
    framed, g, (u, v, channel) = pad(picture, geometry.padding), geometry, weight
    return [
        Term(r, c, channel, float(framed[r, c, channel]), float(blame[i, j, chosen]))
        for i in range(blame.shape[0])
        for j in range(blame.shape[1])
        for r, c in [(i * g.stride + u * g.dilation, j * g.stride + v * g.dilation)]
    ]


def pixel_terms(
    blame: np.ndarray, filters: np.ndarray, geometry: Geometry, pixel: tuple[int, int, int]
) -> list[tuple[int, Term]]:
    """Return for each filter the products whose sum is the gradient of a pixel `(row, column, channel)`.

    A term's place is the output that depends on the pixel, its value the gradient of that output.
    """
    g, (row, column, channel) = geometry, pixel
    found = []
    for f in range(filters.shape[3]):
        for i in range(blame.shape[0]):
            for j in range(blame.shape[1]):
                u, odd_row = divmod(row + g.padding - i * g.stride, g.dilation)
                v, odd_column = divmod(column + g.padding - j * g.stride, g.dilation)
                if not odd_row and not odd_column and 0 <= u < g.kernel and 0 <= v < g.kernel:
                    found.append((f, Term(i, j, f, float(blame[i, j, f]), float(filters[u, v, channel, f]))))
    return found
