"""A drawn digit: how it becomes an image of the data set, and what a network makes of it."""

import base64
import json

import numpy as np
import pytest

from core.jobs import engine
from core.labs.from_scratch import experiment
from core.labs.from_scratch.data import data, preprocessing
from core.labs.from_scratch.network.trainee import network_of
from core.labs.from_scratch.spec import Spec
from core.runs import spec as specs
from core.ui import sketch
from tests import walk
from tests.pages import person


@pytest.fixture(autouse=True)
def _workers_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "get", walk.Here)
    monkeypatch.setattr(engine, "warm_up", lambda: None)


def ink(pixels: np.ndarray) -> str:
    return "".join("1" if pixel else "0" for pixel in pixels.ravel())


def test_a_drawing_is_cut_out_and_enlarged_wherever_it_stands() -> None:
    small = np.zeros((32, 32), bool)
    small[20:28, 2:4] = True  # an upright stroke
    found = sketch.grey(ink(small))
    assert found.shape == (8, 8)
    assert found[:, 3:5].tolist() == [[1, 1]] * 8
    assert not found[:, :3].any()
    assert not found[:, 5:].any()
    flat = sketch.grey(ink(small.T))
    assert flat[:, [0, 7]].max() == 0  # a block is free on both sides
    assert flat[3:5, 1:7].min() > 0.5


@pytest.mark.parametrize("text", ["", "0" * 1024, "1" * 1023, "x" * 1024, "<script>"])
def test_what_is_no_drawing_is_none(text: str) -> None:
    assert sketch.grey(text) is None


@pytest.mark.parametrize("chosen", [Spec(), Spec(components=20, evenness=0.5)])
def test_an_image_gets_the_network_s_own_answer_whatever_prepares_the_inputs(chosen: Spec) -> None:
    dataset = data.load(chosen)
    prepared = preprocessing.prepare(dataset, chosen)
    network = network_of(chosen, prepared.test.inputs.shape[1], 10)
    logits = network.forward(prepared.test.inputs[:20]).astype(float)
    wanted = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    images = dataset.inputs[prepared.test_rows[:20]].reshape(-1, 8, 8)
    found = [experiment.probabilities(specs.to_dict(chosen), experiment.packed(network), image) for image in images]
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_the_page_asks_for_a_drawing_of_the_digits_only() -> None:
    asked = "Draw a digit from 0 to 9"
    assert asked in person.said(person.app("pages/from_scratch.py"))
    assert asked not in person.said(person.app("pages/from_scratch.py", task="Diabetes"))


@pytest.mark.parametrize("page", ["pages/from_scratch.py", "pages/images.py"])
def test_a_drawing_is_classified_on_the_page(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    image = data.digits().inputs[0].reshape(8, 8)  # a zero
    monkeypatch.setattr(sketch, "digit", lambda key: image)
    test = person.app(page, view="Inside the network" if "images" in page else "Result")
    assert not test.exception
    assert not test.error
    chart = next(one for one in test.get("plotly_chart") if one.key in ("sketch_said", "look-shares"))
    bars = json.loads(chart.proto.spec)["data"][0]
    classes, values = (bars["x"], bars["y"]) if "scratch" in page else (bars["y"], bars["x"])
    assert classes[int(np.argmax(numbers(values)))] == "0"


def numbers(values: list[float] | dict[str, str]) -> np.ndarray:
    """Values of a chart, which Plotly may have packed."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    return np.array(values)
