"""Describe a layer by its matrices: which there are, how large each is, and the output shape."""

import math
from dataclasses import dataclass

from core.errors import SpecError
from core.labs.concepts.parameters import messages
from core.messages import joined
from core.runs.spec import one_of, require, within

Shape = tuple[int, ...]  # without the batch

KIND_NAMES = {
    "dense": "Dense", "rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU", "embedding": "Embedding", "conv2d": "Conv2D",
    "convlstm2d": "ConvLSTM2D", "batchnorm": "BatchNormalization", "maxpool": "MaxPooling2D", "flatten": "Flatten",
    "dropout": "Dropout", "block": "block with a known parameter count",
}  # fmt: skip
RECURRENT = ("rnn", "lstm", "gru")
SIZED = ("dense", *RECURRENT, "embedding", "conv2d", "convlstm2d")
KERNELED = ("conv2d", "convlstm2d")
BIASED = ("dense", *RECURRENT, *KERNELED)
STEPPED = (*RECURRENT, "convlstm2d")  # may return every step or only the last one
GATES = {"rnn": ("h",), "lstm": ("i", "f", "g", "o"), "gru": ("z", "r", "g"), "convlstm2d": ("i", "f", "g", "o")}


@dataclass(frozen=True)
class Layer:
    """One layer by its settings; SpecError for invalid settings. Settings that a kind does not use are ignored."""

    kind: str
    size: int = 1  # units, filters, or dimensions of an embedding; output channels of a block
    bias: bool = True
    every_step: bool = False  # return_sequences
    both_ways: bool = False  # Bidirectional
    reset_after: bool = True  # the variant of the GRU
    vocabulary: int = 1000
    kernel: int = 3
    stride: int = 1
    same: bool = True  # padding
    parameters: int = 0  # of a block with a known parameter count
    fixed: int = 0  # non-trainable ones among these

    def __post_init__(self) -> None:
        one_of(self, "kind", tuple(KIND_NAMES))
        within(self, "size", 1, 100_000)
        within(self, "vocabulary", 1, 10_000_000)
        within(self, "kernel", 1, 31)
        within(self, "stride", 1, 64)
        within(self, "parameters", 0, 10**12)
        within(self, "fixed", 0, self.parameters)

    @property
    def name(self) -> str:
        """Return the name as in Keras' summary, with its size."""
        size = f" {self.size:,}" if self.kind in SIZED else ""
        both = "Bidirectional " if self.kind in RECURRENT and self.both_ways else ""
        return f"{both}{KIND_NAMES[self.kind]}{size}"


@dataclass(frozen=True)
class Part:
    """One matrix or vector of a layer: its role (W, U, b, ...), gate, direction, and shape."""

    role: str
    shape: Shape
    gate: str = ""
    direction: str = ""
    trainable: bool = True

    @property
    def count(self) -> int:
        """Return the number of its elements."""
        return math.prod(self.shape)

    @property
    def name(self) -> str:
        """Return role and gate: `W_f`."""
        return f"{self.role}{f'_{self.gate}' if self.gate and self.gate != 'h' else ''}"


def parts(layer: Layer, shape: Shape) -> list[Part]:
    """Return all matrices and vectors of a layer with an input of `shape`; SpecError if the input does not fit."""
    output(layer, shape)
    channels = shape[-1]
    match layer.kind:
        case "dense":
            return [Part("W", (channels, layer.size)), *_bias(layer)]
        case "embedding":
            return [Part("E", (layer.vocabulary, layer.size))]
        case "conv2d":
            return [Part("W", (layer.kernel, layer.kernel, channels, layer.size)), *_bias(layer)]
        case "batchnorm":
            moving = [Part(role, (channels,), trainable=False) for role in ("μ", "σ²")]
            return [Part("γ", (channels,)), Part("β", (channels,)), *moving]
        case "block":
            own = [Part("trained", (layer.parameters - layer.fixed,)), Part("fixed", (layer.fixed,), trainable=False)]
            return [part for part in own if part.count]
        case "rnn" | "lstm" | "gru":
            ways = ("forward", "backward") if layer.both_ways else ("",)
            return [part for way in ways for part in _gated(layer, channels, way)]
        case "convlstm2d":
            return _gated(layer, channels, "")
    return []


def _bias(layer: Layer) -> list[Part]:
    return [Part("b", (layer.size,))] if layer.bias else []


def _gated(layer: Layer, channels: int, way: str) -> list[Part]:
    """Return W, U and b of each gate; GRU has a second bias if it resets after the product."""
    field = (layer.kernel, layer.kernel) if layer.kind == "convlstm2d" else ()
    found = []
    for gate in GATES[layer.kind]:
        found.append(Part("W", (*field, channels, layer.size), gate, way))
        found.append(Part("U", (*field, layer.size, layer.size), gate, way))
        biases = ("b", "b_h") if layer.kind == "gru" and layer.reset_after else ("b",)
        found.extend(Part(role, (layer.size,), gate, way) for role in biases if layer.bias)
    return found


def count(layer: Layer, shape: Shape) -> int:
    """Count all parameters, trainable or not, like Keras' `count_params`."""
    return sum(part.count for part in parts(layer, shape))


def fixed_count(layer: Layer, shape: Shape) -> int:
    """Count the non-trainable parameters."""
    return sum(part.count for part in parts(layer, shape) if not part.trainable)


RANKS = {
    "rnn": (2,),
    "lstm": (2,),
    "gru": (2,),
    "embedding": (1,),
    "conv2d": (3, 4),
    "maxpool": (3, 4),
    "block": (3, 4),
    "convlstm2d": (4,),
}


def output(layer: Layer, shape: Shape) -> Shape:
    """Return the output shape; SpecError if the input does not fit."""
    ranks = RANKS.get(layer.kind, (1, 2, 3, 4))
    if len(shape) not in ranks:
        needs = joined([messages.group("inputs")[str(rank)] for rank in ranks], "or")
        raise SpecError(messages.wrong_input.format(name=layer.name, needs=needs, shape=written(shape)))
    match layer.kind:
        case "dense":
            return (*shape[:-1], layer.size)
        case "rnn" | "lstm" | "gru":
            size = layer.size * (2 if layer.both_ways else 1)
            return (shape[0], size) if layer.every_step else (size,)
        case "embedding":
            return (*shape, layer.size)
        case "flatten":
            return (math.prod(shape),)
        case "conv2d":
            return (*shape[:-3], *_slid(layer, shape), layer.size)
        case "maxpool" | "block":
            return (*shape[:-3], *_slid(layer, shape), shape[-1] if layer.kind == "maxpool" else layer.size)
        case "convlstm2d":
            return (*shape[: 1 if layer.every_step else 0], *_slid(layer, shape), layer.size)
    return shape


def _slid(layer: Layer, shape: Shape) -> Shape:
    """Return height and width after a sliding kernel; pooling uses its kernel as stride and no padding."""
    kernel, stride, same = layer.kernel, layer.stride, layer.same
    if layer.kind == "maxpool":
        stride, same = kernel, False
    if layer.kind == "block":
        kernel, same = 1, True
    sizes = tuple(-(-n // stride) if same else (n - kernel) // stride + 1 for n in shape[-3:-1])
    require(min(sizes) > 0, messages.kernel_too_large.format(name=layer.name, shape=written(shape)))
    return sizes


def written(shape: Shape) -> str:
    """Format a shape for display: `10 × 50`."""
    return " × ".join(f"{n:,}" for n in shape)
