"""Learning curves of few epochs and of one random seed."""

from typing import Any

import numpy as np
import pytest

from core.labs.emotion import charts as emotion
from core.labs.from_scratch import charts as scratch
from core.labs.hafez import charts as hafez
from core.labs.images import charts as images
from core.labs.video_violence import charts as violence
from core.plot import charts, forecasts


def history(epochs: int) -> dict[str, list[float]]:
    """Return a history with every metric that a lab draws."""
    names = ("loss", "val_loss", "accuracy", "val_accuracy", "bits", "held_out_bits")
    return {name: [0.5 + 0.01 * epoch for epoch in range(epochs)] for name in names}


DRAWN = {
    "forecasts": lambda past: forecasts.losses({"lstm": [past]}),
    "saved runs": lambda past: charts.overlay({"one": past["loss"]}, "loss"),
    "from scratch": lambda past: scratch.curves(past, ""),
    "lesson": lambda past: scratch.lesson({"He": past}, "loss"),
    "images": lambda past: images.curves({"a": [past]}, "accuracy"),
    "transfer": lambda past: images.phases(past, 0, None, "accuracy"),
    "both methods": lambda past: images.ways({"transfer": [past["val_accuracy"]]}),
    "hafez": lambda past: hafez.learning({"LSTM": past}, {"LSTM": "lstm"}, {}),
    "emotion": lambda past: emotion.curves(past, 0),
    "video": lambda past: violence.curves(past, "loss"),
}


@pytest.mark.parametrize("lab", DRAWN)
def test_a_curve_of_one_epoch_is_visible_and_few_epochs_have_whole_ticks(lab: str) -> None:
    one: Any = DRAWN[lab](history(1))
    drawn = [trace for trace in one.data if trace.x is not None and trace.x[0] is not None]
    assert drawn
    assert all("markers" in trace.mode for trace in drawn)
    assert all(axis.dtick == 1 for axis in DRAWN[lab](history(2)).select_xaxes())
    assert all(axis.dtick is None for axis in DRAWN[lab](history(40)).select_xaxes())


@pytest.mark.parametrize(
    ("seeds", "names", "told"),
    [
        (1, ("loss", "val_loss"), "One random seed."),
        (2, ("loss",), "Mean over random seeds."),
        (2, ("loss", "val_loss"), "shaded: range"),
    ],
)
def test_the_caption_speaks_of_a_mean_and_a_band_only_where_there_are_some(seeds, names, told) -> None:
    past = {name: [1.0, 0.5] for name in names}
    said = forecasts.over_seeds({"lstm": [past] * seeds, "gru": [past]})
    assert told in said
    assert ("Mean" in said) == (seeds > 1)
    assert ("shaded" in said) == any(
        trace.fill == "toself" for trace in forecasts.losses({"lstm": [past] * seeds}).data
    )


def test_the_caption_says_that_a_mean_ends_with_the_seed_that_stopped_first() -> None:
    long, short = {"loss": [1.0, 0.5, 0.4]}, {"loss": [1.0, 0.5]}
    assert len(forecasts.losses({"lstm": [long, short]}).data[0].x) == 2
    told = "ends where the first of its seeds stopped"
    assert told in forecasts.over_seeds({"lstm": [long, short]})
    assert told not in forecasts.over_seeds({"lstm": [long, long], "gru": [short, short]})


def test_each_bar_of_probabilities_has_its_number_and_a_small_one_is_no_zero() -> None:
    values = [0.004, 0.006, 0.99]
    for chart in (emotion.probabilities(values, ["a", "b", "c"]), images.shares(np.array(values), ["a", "b", "c"])):
        assert list(chart.data[0].text) == ["<1%", "1%", "99%"]
