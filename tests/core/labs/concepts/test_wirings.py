"""The four wirings against Keras' SimpleRNN and a loop written out, and the tasks of the game."""

import itertools
import math

import numpy as np
import pytest

from core.errors import SpecError
from core.labs.concepts.architectures import architectures, messages, wirings
from core.labs.concepts.architectures.architectures import TASKS
from core.labs.concepts.architectures.wirings import WIRINGS, Cell, unroll

CELL, INPUTS = Cell(0.5, 0.8, 2.0), [1.0, -0.5, 2.0]


@pytest.mark.parametrize("wiring", [WIRINGS[1], WIRINGS[2]])
def test_reading_is_keras_simple_rnn(wiring: str) -> None:
    import keras

    sequences = wiring == WIRINGS[2]
    layer = keras.layers.SimpleRNN(1, use_bias=False, return_sequences=sequences)
    layer.build((1, 3, 1))
    layer.set_weights([np.array([[CELL.w]]), np.array([[CELL.u]])])
    theirs = CELL.v * np.asarray(layer(np.array(INPUTS, "float32")[None, :, None])).ravel()
    ours = [step.y for step in unroll(wiring, INPUTS, 1, CELL) if step.y is not None]
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_one_to_many_feeds_on_itself() -> None:
    steps = unroll(WIRINGS[0], INPUTS, 4, CELL)
    x, h = INPUTS[0], 0.0
    for place, step in enumerate(steps):
        h = math.tanh(0.5 * x + 0.8 * h)
        assert (step.x, step.h, step.y) == (x, pytest.approx(h), pytest.approx(2 * h))
        assert step.own is (place > 0)
        x = step.y
    assert len(steps) == 4


def test_read_then_write_starts_from_the_state_alone() -> None:
    steps = unroll(WIRINGS[3], INPUTS, 2, CELL)
    read, write = steps[:3], steps[3:]
    assert [step.y for step in read] == [None, None, None]
    assert write[0].x is None
    assert write[0].h == pytest.approx(math.tanh(0.8 * read[-1].h))
    assert write[1].x == write[0].y
    assert [step.own for step in write] == [False, True]


@pytest.mark.parametrize("wiring", wirings.WIRINGS)
def test_the_number_of_outputs_is_what_the_name_says(wiring: str) -> None:
    steps = unroll(wiring, INPUTS, 2, CELL)
    outputs = sum(step.y is not None for step in steps)
    assert outputs == {WIRINGS[0]: 2, WIRINGS[1]: 1, WIRINGS[2]: 3}.get(wiring, 2)
    assert all(step.before == before.h for before, step in itertools.pairwise(steps))


@pytest.mark.parametrize(
    ("wiring", "inputs", "outputs"), [("many", [1.0], 1), (WIRINGS[1], [], 1), (WIRINGS[0], [1.0], 0)]
)
def test_what_cannot_be_unrolled_is_a_sentence(wiring: str, inputs: list[float], outputs: int) -> None:
    with pytest.raises(SpecError):
        unroll(wiring, inputs, outputs, CELL)


def test_the_game_has_the_nine_tasks_of_the_report_and_every_architecture_is_an_answer() -> None:
    assert [task.name for task in architectures.NINE] == [
        "Summarisation", "Translation", "Video captioning", "Sentiment", "Speech recognition", "Question answering",
        "Text to speech", "Paraphrasing", "Code translation",
    ]  # fmt: skip
    assert {task.fits[0] for task in TASKS} == set(wirings.WIRINGS) == set(messages.group("about"))


def test_every_answer_of_the_game_has_its_reason() -> None:
    for task in TASKS:
        for chosen in wirings.WIRINGS:
            kind, sentence = architectures.verdict(task, chosen)
            assert kind == ("right" if chosen == task.fits[0] else "possible" if chosen in task.fits else "wrong")
            assert task.why in sentence


def test_what_speaks_against_an_architecture_speaks_of_that_one() -> None:
    for task in TASKS:
        for chosen in set(wirings.WIRINGS) - set(task.fits):
            sentence = architectures.objection(task, chosen)
            general = chosen not in task.against
            named = task.comes_out if chosen == wirings.WIRINGS[1] else task.goes_in
            assert named in sentence if general else sentence == task.against[chosen]
            if chosen == wirings.WIRINGS[3] and general:
                assert task.fits[0] == wirings.WIRINGS[0]
            if chosen == wirings.WIRINGS[2] and general:
                assert task.fits[0] == wirings.WIRINGS[0]
