"""Cells by hand against Keras with the same weights, in both forms of the GRU, and the report's own number."""

import re

import keras
import numpy as np
import pytest

from core.errors import SpecError
from core.labs.concepts.recurrent_step.bars import HUES, bars, series
from core.labs.concepts.recurrent_step.by_hand import PRESETS, Example, Shape, drawn, from_text, other_form, to_text
from core.labs.concepts.recurrent_step.unrolled import drawing
from core.labs.concepts.recurrent_step.working import stages

KERAS_ORDER = {"rnn": ("h",), "lstm": ("i", "f", "g", "o"), "gru": ("z", "r", "g")}
SHAPES = [
    Shape(cell, reset_after, features, units, 5)
    for cell, reset_after in (("rnn", True), ("lstm", True), ("gru", True), ("gru", False))
    for features, units in ((1, 1), (2, 3), (3, 2))
]


def keras_layer(shape: Shape) -> keras.layers.Layer:
    if shape.cell == "gru":
        return keras.layers.GRU(shape.units, reset_after=shape.reset_after, return_sequences=True, return_state=True)
    kind = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM}[shape.cell]
    return kind(shape.units, return_sequences=True, return_state=True)


def in_keras(example: Example) -> list[np.ndarray]:
    """States of all steps and at the end, from Keras' own layer."""
    shape, layer = example.shape, keras_layer(example.shape)
    blocks = [example.block(gate) for gate in KERAS_ORDER[shape.cell]]
    bias = np.concatenate([block.b for block in blocks])
    if shape.two_biases:
        bias = np.stack([bias, np.concatenate([block.b_h for block in blocks])])
    layer.build((1, shape.steps, shape.features))
    layer.set_weights([np.hstack([b.W.T for b in blocks]), np.hstack([b.U.T for b in blocks]), bias])
    start = [row[None].astype("float32") for row in example.table("start")]
    outputs = layer(example.table("x")[None].astype("float32"), initial_state=start)
    return [np.asarray(output)[0] for output in outputs]


def with_start(example: Example, seed: int) -> Example:
    rng = np.random.default_rng(seed)
    free = len(example.shape.states) * example.shape.units
    return Example(example.shape, (*example.numbers[:-free], *np.round(rng.normal(0, 0.5, free), 2).tolist()))


def assert_is_keras(example: Example) -> None:
    hidden, *last = in_keras(example)
    np.testing.assert_allclose([moment.h for moment in example.moments], hidden, atol=2e-6)
    if example.shape.cell == "lstm":
        np.testing.assert_allclose(example.moments[-1].c, last[1], atol=4e-6)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_step_is_that_of_keras(shape: Shape) -> None:
    for seed in range(3):
        assert_is_keras(with_start(drawn(shape, seed), seed))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.name)
def test_every_preset_is_keras_too(preset) -> None:
    assert_is_keras(preset.example)


def test_the_reports_number_is_the_first_preset() -> None:
    first = PRESETS[0].example.moments[0]
    assert first.sums["h"] == pytest.approx([0.3])
    assert first.h == pytest.approx([np.tanh(0.3)])
    assert stages(PRESETS[0].example)[0].lines[-1] == r"h_t &= \tanh(a_t) = \tanh(0.30) = 0.29"


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.name)
def test_two_numbers_never_stand_side_by_side_without_a_sign(preset) -> None:
    """`[8 0][0;0] + 00.66` stood where 0 · 0.66 was meant."""
    for stage in stages(preset.example):
        for line in stage.lines:
            outside = re.sub(r"\\begin\{bmatrix\}.*?\\end\{bmatrix\}", "M", line)
            assert not re.search(r"(?<![\d.])0\d|\d\.\d+\.|\d\(|\)\(|\)\d|\d\\left|[\d)]M|M[\d(]", outside), line


def test_the_memory_presets_do_what_they_say() -> None:
    kept, forgot = (next(p for p in PRESETS if p.name == name).example for name in ("LSTM keeps", "LSTM forgets"))
    assert kept.moments[-1].c[0] > 0.85
    assert [moment.c[0] > 0.9 for moment in forgot.moments] == [True, True, True, False, False, False]
    assert abs(forgot.moments[3].c[0]) < 0.02


@pytest.mark.parametrize("reset_after", [True, False])
def test_both_forms_agree_where_the_reset_gate_is_open_and_part_elsewhere(reset_after: bool) -> None:
    closed = drawn(Shape("gru", reset_after, 2, 2, 5), 4)
    opened = closed
    for unit in range(2):
        opened = opened.changed(closed.place("r", unit, 4), 60.0)
    hidden = [np.array([m.h for m in e.moments]) for e in (opened, other_form(opened), closed, other_form(closed))]
    np.testing.assert_allclose(hidden[0], hidden[1], atol=1e-12)
    assert np.abs(hidden[2] - hidden[3]).max() > 1e-3
    with pytest.raises(SpecError):
        other_form(drawn(Shape(), 0))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_numbers_go_into_the_link_and_come_back(shape: Shape) -> None:
    example = drawn(shape, 7)
    assert from_text(shape, to_text(example)) == example
    place = example.place("x", 2, 0)
    other = example.changed(place, -1.5)
    assert other.table("x")[2, 0] == -1.5
    assert [n for n, (a, b) in enumerate(zip(example.numbers, other.numbers, strict=True)) if a != b] in ([place], [])
    assert other.changed(place, float("nan")).table("x")[2, 0] == 0
    assert other.changed(place, 1e9).table("x")[2, 0] == 100


@pytest.mark.parametrize("text", ["", "1", "a_b", "1_2_3_4_5_6_7_nan", "1_" * 300, "1e999_0_0_0_0_0_0_0"])
def test_a_broken_link_is_a_sentence(text: str) -> None:
    with pytest.raises(SpecError):
        from_text(Shape(), text)


@pytest.mark.parametrize("broken", [{"cell": "cnn"}, {"units": 4}, {"steps": 0}, {"features": 9}])
def test_what_does_not_fit_on_a_board_is_refused(broken: dict) -> None:
    with pytest.raises(SpecError):
        Shape(**broken)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_working_drawing_and_chart_show_the_computed_numbers(shape: Shape) -> None:
    example = drawn(shape, 1)
    shown = stages(example)
    assert {stage.step for stage in shown} == set(range(5))
    for stage in shown:
        text = "".join(stage.lines)
        assert text.count("{") == text.count("}")
        if stage.what == "h":
            assert all(f"{abs(v):.2f}" in stage.lines[-1] for v in example.moments[stage.step].h)
    svg, alt, _ = drawing(example, 2, "f")
    assert "step 3" in alt
    assert svg.count("<rect") >= 5
    assert f"{abs(example.moments[0].h[0]):.2f}" in svg
    picture = bars(example).svg
    for unit in range(example.shape.units):
        heights = re.findall(rf'height="([\d.]+)" fill="{HUES[unit]}"', picture)[example.shape.units > 1 :]
        values = np.concatenate([v[:, unit] for v in series(example).values()])
        assert len(heights) == len(values)
        assert all((float(h) > 0.1) == (abs(v) > 0.002) for h, v in zip(heights, values, strict=True))
    top = next(iter(series(example).values()))[0, 0]
    assert f">{top:.2f}<".replace("-", "−") in picture or example.shape.units * example.shape.steps > 16
