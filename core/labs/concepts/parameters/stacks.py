"""Describe a stack of layers as one line of text for a link, with shapes and counts, and the reports' networks."""

import re
from dataclasses import dataclass
from typing import Any

from core.errors import SpecError
from core.labs.concepts.parameters import messages
from core.labs.concepts.parameters.layers import (
    BIASED,
    KERNELED,
    KIND_NAMES,
    RECURRENT,
    SIZED,
    STEPPED,
    Layer,
    Part,
    Shape,
    count,
    fixed_count,
    output as output_of,
    parts as parts_of,
)
from core.messages import joined
from core.runs.spec import require

MOST_LAYERS = 24


@dataclass(frozen=True)
class Row:
    """A layer in its place, with its input and output shape."""

    layer: Layer
    takes: Shape
    gives: Shape

    @property
    def parts(self) -> list[Part]:
        """Return its matrices and vectors."""
        return parts_of(self.layer, self.takes)

    @property
    def count(self) -> int:
        """Count all its parameters."""
        return count(self.layer, self.takes)

    @property
    def fixed(self) -> int:
        """Count its non-trainable parameters."""
        return fixed_count(self.layer, self.takes)


@dataclass(frozen=True)
class Stack:
    """Layers on an input; SpecError if they do not fit on one another."""

    takes: Shape
    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        require(1 <= len(self.takes) <= 4, messages.wrong_dimensions)
        require(all(1 <= n <= 10_000_000 for n in self.takes), messages.wrong_size)
        require(1 <= len(self.layers) <= MOST_LAYERS, messages.too_many_layers.format(most=MOST_LAYERS))
        _ = self.rows

    @property
    def rows(self) -> list[Row]:
        """Return the layers in their places."""
        rows, shape = [], self.takes
        for layer in self.layers:
            rows.append(Row(layer, shape, output_of(layer, shape)))
            shape = rows[-1].gives
        return rows

    @property
    def count(self) -> int:
        """Count all parameters."""
        return sum(row.count for row in self.rows)

    @property
    def fixed(self) -> int:
        """Count the non-trainable parameters."""
        return sum(row.fixed for row in self.rows)

    def changed(self, place: int, layer: Layer) -> "Stack":
        """Return a copy with the layer at one place replaced."""
        return Stack(self.takes, (*self.layers[:place], layer, *self.layers[place + 1 :]))


# --- one line of text -----------------------------------------------------------------------------------------------

FLAGS = {
    "all": ("every_step", True),
    "bi": ("both_ways", True),
    "before": ("reset_after", False),
    "nobias": ("bias", False),
    "valid": ("same", False),
}
NUMBERS = {"of": "vocabulary", "k": "kernel", "s": "stride", "p": "parameters", "fixed": "fixed"}
USED = {
    "every_step": STEPPED,
    "both_ways": RECURRENT,
    "reset_after": ("gru",),
    "bias": BIASED,
    "same": KERNELED,
    "vocabulary": ("embedding",),
    "kernel": (*KERNELED, "maxpool"),
    "stride": (*KERNELED, "block"),
    "parameters": ("block",),
    "fixed": ("block",),
}


def read(text: str) -> Stack:
    """Parse `input 10x1; lstm 50 all; dense 1` to a stack, also with commas; SpecError names the unreadable part."""
    lines = re.split(r"[\n;,]", text.lower())
    first, *rest = [line.strip() for line in lines if line.strip()] or [""]
    words = first.split()
    require(len(words) == 2 and words[0] == "input", messages.no_input)
    return Stack(_shape(words[1]), tuple(_layer(part) for part in rest))


def _shape(text: str) -> Shape:
    sizes = text.replace("×", "x").split("x")
    require(all(size.isascii() and size.isdigit() for size in sizes), messages.no_shape.format(text=text))
    return tuple(_int(size) for size in sizes)


def _int(text: str) -> int:
    require(len(text) <= 13, messages.too_large.format(text=text))
    return int(text)


def _layer(text: str) -> Layer:
    kind, *words = text.split()
    require(kind in KIND_NAMES, messages.unknown_layer.format(kind=kind, kinds=joined(list(KIND_NAMES), "and")))
    try:
        return Layer(kind, **dict(_setting(word, kind) for word in words))
    except SpecError as error:
        raise SpecError(messages.in_layer.format(text=text, error=error)) from None


def _setting(word: str, kind: str) -> tuple[str, Any]:
    name, value = _read(word)
    known = name == "size" or kind in USED[name]
    require(known, messages.setting_of_another.format(word=word, kind=kind))
    return name, value


def _read(word: str) -> tuple[str, object]:
    if word in FLAGS:
        return FLAGS[word]
    letters = word.rstrip("0123456789")
    digits = word[len(letters) :]
    if digits and digits.isascii():
        if not letters:
            return "size", _int(digits)
        if letters in NUMBERS:
            return NUMBERS[letters], _int(digits)
    raise SpecError(messages.unknown_setting.format(word=word, settings=messages.settings))


def write(stack: Stack) -> str:
    """Format the stack as one line of text that `read` can parse."""
    return "; ".join([f"input {'x'.join(map(str, stack.takes))}", *map(_written, stack.layers)])


def _written(layer: Layer) -> str:
    words, usual = [layer.kind], Layer(layer.kind)
    if layer.kind in (*SIZED, "block"):
        words.append(str(layer.size))
    for word, (name, value) in FLAGS.items():
        if layer.kind in USED[name] and getattr(layer, name) == value:
            words.append(word)
    for word, name in NUMBERS.items():
        if layer.kind in USED[name] and getattr(layer, name) != getattr(usual, name):
            words.append(f"{word}{getattr(layer, name)}")
    return " ".join(words)


# --- the networks of the reports ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Preset:
    """A named network, with the report's own total if it gives one."""

    text: str
    about: str  # key of the message on it
    reported: int | None = None

    @property
    def stack(self) -> Stack:
        """Return the network itself."""
        return read(self.text)


def _four(cell: str) -> str:
    return f"input 10x1; {cell} 50 all; dropout; " + f"{cell} 50 all; dropout; " * 2 + f"{cell} 50; dropout; dense 1"


PRESETS: dict[str, Preset] = {
    "Weather, LSTM": Preset(_four("lstm"), "weather", 71_051),
    "Weather, GRU": Preset(_four("gru"), "weather", 53_901),
    "Weather, SimpleRNN": Preset(_four("rnn"), "weather", 17_801),
    "Violence": Preset(
        "input 10x256x256x3; block 2048 s32 p23587712 fixed53120; convlstm2d 256; batchnorm; flatten; dense 1000; "
        "dense 256; dense 10; dense 1",
        "violence",
        61_467_261,
    ),
    "Emotion": Preset(
        "input 79; embedding 100 of60000; gru 128 bi; batchnorm; dropout; dense 64; dropout; dense 6",
        "emotion",
        6_194_502,
    ),
    "128 → 64: SimpleRNN": Preset("input 10x128; rnn 64", "one_layer", 12_352),
    "128 → 64: LSTM": Preset("input 10x128; lstm 64", "one_layer", 49_408),
    "128 → 64: GRU, one bias": Preset("input 10x128; gru 64 before", "one_layer", 37_056),
    "128 → 64: GRU, Keras' default": Preset("input 10x128; gru 64", "one_layer", 37_248),
    "128 → 64: bidirectional LSTM": Preset("input 10x128; lstm 64 bi", "one_layer", 98_816),
    "Images, model A": Preset(
        "input 128x128x3; conv2d 16; maxpool k2; conv2d 32; maxpool k2; conv2d 64; maxpool k2; flatten; dense 64; "
        "dense 5",
        "images",
    ),
    "Faces, age": Preset("input 128; dense 35; dense 6; dense 1", "faces"),
}
