"""Counts, shapes and formulas of layers against Keras over many random configurations, and the reports' networks."""

import keras
import numpy as np
import pytest

from core.errors import SpecError
from core.labs.concepts.parameters import layers, pictures as count_pictures, stacks, working as count_working
from core.labs.concepts.parameters.layers import KERNELED, KIND_NAMES, RECURRENT, Layer
from core.labs.concepts.parameters.stacks import PRESETS, Stack, read, write

RANDOM = 25  # configurations of each kind


def in_keras(layer: Layer, takes: tuple[int, ...]) -> keras.layers.Layer:
    """Keras' own layer of the same settings."""
    many, bias = layer.every_step, layer.bias
    field = {"kernel_size": layer.kernel, "strides": layer.stride, "padding": "same" if layer.same else "valid"}
    match layer.kind:
        case "dense":
            return keras.layers.Dense(layer.size, use_bias=bias)
        case "rnn":
            own = keras.layers.SimpleRNN(layer.size, use_bias=bias, return_sequences=many)
        case "lstm":
            own = keras.layers.LSTM(layer.size, use_bias=bias, return_sequences=many)
        case "gru":
            own = keras.layers.GRU(layer.size, use_bias=bias, return_sequences=many, reset_after=layer.reset_after)
        case "embedding":
            return keras.layers.Embedding(layer.vocabulary, layer.size)
        case "conv2d":
            conv = keras.layers.Conv2D(layer.size, use_bias=bias, **field)
            return keras.layers.TimeDistributed(conv) if len(takes) == 4 else conv
        case "convlstm2d":
            return keras.layers.ConvLSTM2D(layer.size, use_bias=bias, return_sequences=many, **field)
        case "batchnorm":
            return keras.layers.BatchNormalization()
        case "maxpool":
            pool = keras.layers.MaxPooling2D(layer.kernel)
            return keras.layers.TimeDistributed(pool) if len(takes) == 4 else pool
        case "flatten":
            return keras.layers.Flatten()
        case _:
            return keras.layers.Dropout(0.5)
    return keras.layers.Bidirectional(own) if layer.both_ways else own


def random_layer(kind: str, rng: np.random.Generator, rank: int) -> Layer:
    """Any settings that Keras takes too."""
    flags = {name: bool(rng.integers(2)) for name in ("bias", "every_step", "both_ways", "reset_after", "same")}
    if kind not in RECURRENT:
        flags["both_ways"] = False
    stride = int(rng.integers(1, 3)) if kind in KERNELED else 1
    return Layer(
        kind,
        int(rng.integers(1, 40)),
        vocabulary=int(rng.integers(2, 500)),
        stride=stride,
        kernel=int(rng.integers(1, 5)),
        **flags,
    )


RANKS = {"rnn": (2,), "lstm": (2,), "gru": (2,), "embedding": (1,), "conv2d": (3, 4), "maxpool": (3, 4),
         "convlstm2d": (4,), "dense": (1, 2, 3), "batchnorm": (1, 2, 3)}  # fmt: skip


def random_input(kind: str, rng: np.random.Generator) -> tuple[int, ...]:
    rank = int(rng.choice(RANKS.get(kind, (1, 2, 3, 4))))
    return tuple(int(n) for n in rng.integers(4, 12, rank))


@pytest.mark.parametrize("kind", [kind for kind in KIND_NAMES if kind != "block"])
def test_counts_and_shapes_are_those_of_keras(kind: str) -> None:
    rng = np.random.default_rng(list(KIND_NAMES).index(kind))
    for _ in range(RANDOM):
        takes = random_input(kind, rng)
        layer = random_layer(kind, rng, len(takes))
        peer = in_keras(layer, takes)
        peer.build((None, *takes))
        assert layers.count(layer, takes) == peer.count_params(), (layer, takes)
        fixed = sum(int(np.prod(weight.shape)) for weight in peer.non_trainable_weights)
        assert layers.fixed_count(layer, takes) == fixed, (layer, takes)
        assert layers.output(layer, takes) == tuple(peer.compute_output_shape((None, *takes)))[1:], (layer, takes)
        assert evaluated(Stack(takes, (layer,)).rows[0]) == peer.count_params(), (layer, takes)


def evaluated(row: stacks.Row) -> int:
    """The value of the line in which the numbers are put in."""
    line = count_working.working(row)[-2]
    line = line.split("&= ")[1].replace("{,}", "").replace(r"\cdot", "*").replace(r"\,", "*").replace("^", "**")
    return eval(line, {"__builtins__": {}})


def random_stack(rng: np.random.Generator) -> Stack:
    """Layers that fit on one another: from pictures, sequences or words down to a dense layer."""
    start = str(rng.choice(["video", "picture", "sequence", "words"]))
    takes = {"video": (4, 40, 40, 3), "picture": (40, 40, 3), "sequence": (9, 5), "words": (12,)}[start]
    body = {
        "video": ["conv2d", "maxpool", "convlstm2d"],
        "picture": ["conv2d", "maxpool", "batchnorm", "conv2d"],
        "sequence": [],
        "words": ["embedding"],
    }[start]
    chosen = [random_layer(kind, rng, 0) for kind in body]
    if start in ("sequence", "words"):
        more = [random_layer(str(rng.choice(RECURRENT)), rng, 2) for _ in range(int(rng.integers(1, 4)))]
        chosen += [Layer(**{**vars(one), "every_step": True}) for one in more]
    chosen += [Layer(kind, int(rng.integers(1, 20))) for kind in ("flatten", "batchnorm", "dropout", "dense")]
    return Stack(takes, tuple(chosen))


@pytest.mark.parametrize("seed", range(12))
def test_whole_stacks_are_those_of_keras(seed: int) -> None:
    stack = random_stack(np.random.default_rng(seed))
    model = keras.Sequential([keras.Input(stack.takes, dtype="float32")])
    for row in stack.rows:
        model.add(in_keras(row.layer, row.takes))
    assert stack.count == model.count_params()
    assert stack.fixed == sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights)
    assert stack.rows[-1].gives == model.output_shape[1:]
    assert read(write(stack)).rows[-1].gives == stack.rows[-1].gives
    assert read(write(stack)).count == stack.count


REPORTED = {
    "Weather, LSTM": [10_400, 20_200, 20_200, 20_200, 51],
    "Weather, GRU": [7_950, 15_300, 15_300, 15_300, 51],
    "Weather, SimpleRNN": [2_600, 5_050, 5_050, 5_050, 51],
    "Violence": [23_587_712, 21_234_688, 1_024, 16_385_000, 256_256, 2_570, 11],
    "Emotion": [6_000_000, 176_640, 1_024, 16_448, 390],
}


@pytest.mark.parametrize("name", PRESETS)
def test_the_reports_networks_have_the_reports_counts(name: str) -> None:
    preset = PRESETS[name]
    counts = [row.count for row in preset.stack.rows if row.count]
    assert preset.reported in (None, preset.stack.count)
    assert counts == REPORTED.get(name, counts)
    assert [evaluated(row) for row in preset.stack.rows if row.count] == counts
    assert read(write(preset.stack)) == preset.stack


def test_what_the_violence_network_does_not_train() -> None:
    assert PRESETS["Violence"].stack.fixed == 53_632


def test_pictures_have_the_area_of_what_they_show() -> None:
    for preset in PRESETS.values():
        for row in preset.stack.rows:
            if not row.count:
                continue
            found = count_pictures.layer_rectangles(row.parts)
            whole = sum(one.width * one.height for one in found)
            assert [one.width * one.height / whole for one in found] == pytest.approx(
                [part.count / row.count for _, part in _by_column(row.parts)]
            )
        area = count_pictures.WIDTH * count_pictures.STACK
        for number, _, _, found in count_pictures.columns(preset.stack):
            shares = {one.role: one.width * one.height / area * preset.stack.count for one in found}
            parts = preset.stack.rows[number - 1].parts
            assert shares == pytest.approx({r: sum(p.count for p in parts if p.role == r) for r in shares})
            assert {part.role for part in parts} == set(shares)


def _by_column(parts: list[layers.Part]) -> list[tuple[int, layers.Part]]:
    """Parts in the order of the picture: by gate and direction as these first appear."""
    order = list(dict.fromkeys((part.direction, part.gate) for part in parts))
    return sorted(((order.index((part.direction, part.gate)), part) for part in parts), key=lambda pair: pair[0])


def test_commas_part_layers_too() -> None:
    assert read("input 10x1, lstm 5 all, dense 1") == read("input 10x1; lstm 5 all; dense 1")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "begins with its input"),
        ("input 28x28x1; conv2d 32 3x3", "for filters k3"),
        ("dense 1", "begins with its input"),
        ("input 10x1", "from 1 to"),
        ("input axb; dense 1", "is not a shape"),
        ("input 0x1; dense 1", "from 1 to"),
        ("input 10x1x1x1x1; dense 1", "one to four"),
        ("input 10; lstm 5", "takes steps × features"),
        ("input 10x1; lstm 5; lstm 5", "takes steps × features"),
        ("input 4x4x1; conv2d 3 k9 valid", "larger than its input"),
        ("input 10x1; cnn 5", "no layer called 'cnn'"),
        ("input 10; dense 5 bi", "not a setting of 'dense'"),
        ("input 10; dense five", "not a setting of a layer"),
        ("input 10; dense 0", "In the layer `dense 0`: size is 0"),
        ("input 10; dense 5²", "not a setting of a layer"),
        ("input 10; dense 99999999999999999999", "too large"),
        ("input 10; block 5 s1 p10 fixed11", "fixed is 11"),
        ("input 10; block 5 s1 p10 fixed1", "takes height"),
        ("input 10" + "; dense 1" * 40, "from 1 to 24 layers"),
    ],
)
def test_what_cannot_be_a_stack_is_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SpecError, match=sentence):
        read(text)
