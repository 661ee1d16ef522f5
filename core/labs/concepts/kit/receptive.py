"""Compute the receptive field of one neuron, layer by layer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.labs.concepts.kit import messages
from core.labs.concepts.kit.convolution import Geometry
from core.runs.spec import require

LARGEST = 4096  # pixels along a side


@dataclass(frozen=True)
class Layer:
    """A convolution or pooling of `kernel` x `kernel`; both use windows, so both count alike."""

    kernel: int = 3
    stride: int = 1
    dilation: int = 1
    kind: str = "convolution"

    @property
    def geometry(self) -> Geometry:
        return Geometry(self.kernel, 0, self.stride, self.dilation)


@dataclass(frozen=True)
class Field:
    """After a layer: the receptive field per side, and the distance between neighbouring centres, in pixels."""

    size: int
    jump: int


def fields(layers: Sequence[Layer]) -> list[Field]:
    """`size_l = size_{l-1} + (kernel - 1) dilation jump_{l-1}` and `jump_l = jump_{l-1} stride`, from one pixel on."""
    found, size, jump = [], 1, 1
    for layer in layers:
        size += (layer.kernel - 1) * layer.dilation * jump
        jump *= layer.stride
        found.append(Field(size, jump))
    return found


def stack(layers: int, kernel: int, stride: int = 1, every: int = 0, dilated: bool = False) -> list[Layer]:
    """Return `layers` equal convolutions, 2 x 2 pooling after every `every` (0: never); `dilated` doubles dilation."""
    found = []
    for place in range(1, layers + 1):
        found.append(Layer(kernel, stride, 2 ** min(place - 1, 4) if dilated else 1))
        if every and place % every == 0:
            found.append(Layer(2, 2, kind="pooling"))
    return found


def influence(layers: Sequence[Layer]) -> np.ndarray:
    """Return each pixel's influence on one output with equal weights: `(field,)`, summing to 1.

    This is the effective receptive field without training: it tends to a Gaussian for many layers (Luo et al., 2016).
    Raises SpecError for a field that is larger than any image.
    """
    size = fields(layers)[-1].size
    require(size <= LARGEST, messages.field_too_large.format(size=size))
    weights = np.ones(1)  # weights of the positions the output depends on, from the last layer to the pixels
    for layer in reversed(layers):
        spread = np.zeros((len(weights) - 1) * layer.stride + layer.geometry.extent)
        for tap in range(layer.kernel):
            first = tap * layer.dilation
            spread[first : first + (len(weights) - 1) * layer.stride + 1 : layer.stride] += weights / layer.kernel
        weights = spread
    return weights
