"""Distribution shift: what the conditions do to images, and what they leave of a stored network's accuracy."""

import numpy as np
import pytest

from core import settings
from core.labs.images import elsewhere
from core.labs.images.spec import Spec
from core.runs import runs
from core.runs.store import Store

PIXELS = np.random.default_rng(0).integers(0, 256, (3, 16, 16, 3)).astype("uint8")


@pytest.mark.parametrize("name", elsewhere.CONDITIONS)
def test_a_condition_keeps_shape_and_type_and_does_the_same_again(name: str) -> None:
    changed = elsewhere.CONDITIONS[name](PIXELS)
    assert (changed.shape, changed.dtype) == (PIXELS.shape, np.uint8)
    np.testing.assert_array_equal(changed, elsewhere.CONDITIONS[name](PIXELS))
    assert (changed == PIXELS).all() == (name == "as they are")


def test_half_the_size_is_in_the_middle_of_a_frame() -> None:
    small = elsewhere.CONDITIONS["half the size"](PIXELS)
    np.testing.assert_array_equal(small[:, 4:12, 4:12], PIXELS[:, ::2, ::2])
    np.testing.assert_array_equal(small[:, 0], np.repeat(PIXELS[:, :1, 0], 16, axis=1))


def test_look_is_brightness_and_contrast_as_shares_of_white() -> None:
    half = np.zeros((1, 2, 2, 3), np.uint8)
    half[0, 0] = 255
    assert elsewhere.look(half) == {"brightness": 0.5, "contrast": 0.5}


def test_a_stored_network_has_its_own_accuracy_on_images_as_they_are() -> None:
    store = Store(str(settings.SHIPPED), shipped=None)
    run = store.find("images", runs.key("images", Spec()))
    found = elsewhere.measure(run.key, store.url)
    rows = {row["test images"]: row for row in found["rows"]}
    assert rows["as they are"]["network"] == pytest.approx(run.metrics["test_accuracy"])
    assert rows["as they are"]["baseline"] == pytest.approx(run.metrics["edges_test_accuracy"])
    assert rows["inverted colours"]["baseline"] == pytest.approx(rows["as they are"]["baseline"])  # edges stay edges
    assert rows["inverted colours"]["network"] < 0.5
    assert found["pictures"].shape == (len(elsewhere.CONDITIONS), 16, 16, 3)
