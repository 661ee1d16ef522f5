"""What is seen inside: maps, Grad-CAM, occlusion and excitement against hand-made cases."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import PicturesError, StoreError
from core.labs.images import charts, compare, inside, models, presets
from core.labs.images.baseline import NAMES
from core.labs.images.data import sources
from core.labs.images.spec import Spec
from core.runs import runs, spec as specs
from core.runs.store import Store
from tests.core.labs.images.stand_ins import png

CHOSEN = Spec(width=0.25, epochs=1, per_class=4)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, str]:
    store = Store(str(tmp_path_factory.mktemp("runs")), shipped=None)
    return store, runs.train("images", CHOSEN, store).key


def test_grad_cam_weighs_channels_by_their_mean_gradient() -> None:
    maps, gradient = np.zeros((2, 2, 2)), np.zeros((2, 2, 2))
    maps[0, 0, 0], maps[1, 1, 1] = 4.0, 4.0
    gradient[..., 0], gradient[..., 1] = 0.5, -1.0
    np.testing.assert_allclose(inside.grad_cam(maps, gradient), [[1, 0], [0, 0]])


def test_likeness_is_the_correlation_and_flat_channels_have_none() -> None:
    rng = np.random.default_rng(0)
    maps, other = rng.normal(size=(5, 6, 3)), rng.normal(size=(5, 6))
    maps[..., 2] = 1.0
    for channel in (0, 1):
        expected = np.corrcoef(maps[..., channel].ravel(), other.ravel())[0, 1]
        assert inside.likeness(maps, other)[channel] == pytest.approx(expected)
    assert inside.likeness(maps, other)[2] == 0


def test_a_look_shows_what_the_layer_itself_computes(stored) -> None:
    store, key = stored
    run = store.find("images", key)
    row = int(store.arrays(run)["test_rows"][3])
    seen = inside.look(key, store.url, {"row": row}, 1)
    pixels = sources.load(CHOSEN).pixels[row]
    np.testing.assert_array_equal(seen["picture"], pixels)
    model = models.load(CHOSEN, 10, store.weights(run))
    maps = models.keras.Model(model.input, model.get_layer("conv2").output)(pixels[None])[0].numpy()
    np.testing.assert_allclose(seen["maps"], maps[..., seen["channels"]], atol=2e-3)
    assert (np.diff(seen["activity"]) <= 1e-6).all()
    np.testing.assert_allclose(seen["shares"], store.arrays(run)["test_shares"][3], atol=1e-5)
    assert [name for name, _ in seen["layers"]] == ["conv1", "conv2", "conv3"] == inside.layer_names(key, store.url)
    assert inside.filters(key, store.url).shape == (4, 3, 3, 3)


def test_a_picture_of_ones_own_is_decoded_and_a_broken_one_is_a_sentence(stored) -> None:
    store, key = stored
    seen = inside.look(key, store.url, {"content": png((200, 10, 10), 1), "name": "mine.png"}, 99)
    assert seen["picture"].shape == (16, 16, 3)
    assert seen["layer"] == 2
    with pytest.raises(PicturesError, match=r"mine\.png is damaged, or not an image"):
        inside.look(key, store.url, {"content": b"no", "name": "mine.png"}, 0)
    with pytest.raises(StoreError, match="no longer saved"):
        inside.look("0" * 16, store.url, {"row": 0}, 0)


def test_the_most_exciting_pictures_have_the_highest_peaks(stored) -> None:
    store, key = stored
    found = inside.exciting(key, store.url, 0, [2, 0])
    rows = sources.parts(CHOSEN).test
    model = models.load(CHOSEN, 10, store.weights(store.find("images", key)))
    maps = models.keras.Model(model.input, model.get_layer("conv1").output)(sources.load(CHOSEN).pixels[rows]).numpy()
    peaks = maps.max(axis=(1, 2))[:, [2, 0]]
    np.testing.assert_allclose(found["height"][:, 0], peaks.max(axis=0), rtol=1e-5)
    assert found["rows"][1, 0] == rows[peaks[:, 1].argmax()]


def test_occlusion_covers_every_place_once_in_order(stored) -> None:
    pixels = np.full((32, 32, 3), 7, np.uint8)
    covered = inside.occluded(pixels, 0.25)
    assert (covered != 7).all(axis=3).sum(axis=(1, 2)).tolist() == [64] * inside.GRID**2
    assert (covered[0, :8, :8] == inside.GREY).all()
    assert (covered[-1, -8:, -8:] == inside.GREY).all()
    assert (covered.min(axis=0) == 7).any()
    store, key = stored
    found = inside.occlusion(key, store.url, {"row": 0})
    assert found["drop"].shape == (inside.GRID, inside.GRID)
    assert found["drop"].max() <= found["share"] + 1e-6


def test_edges_are_where_brightness_changes() -> None:
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[:, 4:] = 200
    found = inside.edges(pixels)
    assert (found[:, 3:5] == 100).all()
    assert found[:, [0, 1, 6, 7]].max() == 0


def test_a_summary_counts_and_shows_one_of_each_class() -> None:
    about = inside.summary("digits", 16)
    assert sum(about["counts"]) == 1797
    assert about["pictures"].shape == (10, 16, 16, 3)
    assert not about["searched"]


def test_every_cell_of_the_confusion_can_be_clicked_and_names_are_escaped() -> None:
    chart = charts.confusion(np.array([[3, 1], [0, 2]]), ["<b>", "cat"], shares=True)
    cells = list(zip(chart.data[1].y, chart.data[1].x, strict=True))
    names = ("&lt;b&gt;", "cat")
    assert cells == [(true, predicted) for true in names for predicted in names]
    assert chart.data[0].text.tolist() == [["75%", "25%"], ["", "100%"]]
    assert chart.data[1].customdata.tolist() == [3, 1, 0, 2]


def test_the_border_of_two_phases_stands_between_their_epochs() -> None:
    history = {name: [1.0, 0.8, 0.5] for name in ("loss", "val_loss", "accuracy", "val_accuracy")}
    chart = charts.phases(history, 2, history, "accuracy")
    assert chart.layout.shapes[0].x0 == 2.5
    assert len(chart.data) == 4
    assert not charts.phases(history, 3, None, "loss").layout.shapes


def test_a_stretched_map_keeps_its_corners() -> None:
    grown = charts.stretched(np.array([[0.0, 1.0], [2.0, 3.0]]), 5)
    assert [grown[0, 0], grown[0, -1], grown[-1, 0], grown[-1, -1], grown[2, 2]] == [0, 1, 2, 3, 1.5]


def test_the_sentence_names_the_strongest_rival_and_whether_it_differs(stored) -> None:
    store, key = stored
    run = store.find("images", key)
    beside = {"naive": 0.1, "linear": 0.9, "edges": 0.93, "shapes": 0.92}
    run.metrics.update({f"{name}_test_accuracy": value for name, value in beside.items()}, test_accuracy=0.5)

    def said(own: float, p: float) -> str:
        facts = run.facts | {"rivals": [{"name": name, "parameters": 7, "p": p} for name in beside], "missed": {}}
        one = replace(run, facts=facts, metrics=run.metrics | {"test_accuracy": own})
        return compare.honest_sentence({"a": [one]})

    assert "the best baseline (logistic regression on HOG) 93.0%" in said(0.5, 0.0001)
    assert " is better, and the difference is significant (paired test" in said(0.5, 0.0001)
    assert compare.advice({"a": [run]}).startswith("Try the preset “Settings that work”; ")
    works = replace(run, spec=specs.to_dict(presets.presets()["works"]))
    told = [
        compare.advice({"vgg": [replace(works, facts=run.facts | {"missed": {}, "rivals": rivals})]})
        for rivals in ([{"name": name, "parameters": 7, "p": p} for name in beside] for p in (0.4, 0.001))
    ]
    assert told[0] == ""  # no reason for what may be chance
    assert "has to learn its own from" in told[1]
    better = replace(run, metrics=run.metrics | {"test_accuracy": 0.99})
    assert (compare.advice({"a": [better]}), compare.advice({})) == ("", "")
    assert " is significant (paired test over" in said(0.99, 0.003)
    assert "p\xa0=\xa00.003" in said(0.99, 0.003)
    assert " is not significant" in said(0.94, 0.4)
    untested = replace(run, facts={k: v for k, v in run.facts.items() if k not in ("rivals", "missed")})
    assert "significant" not in compare.honest_sentence({"a": [untested]})  # a run that was stored before the tests
    other = replace(run, metrics=run.metrics | {"test_accuracy": 0.995, "validation_accuracy": 0.1})
    told = compare.honest_sentence({"a": [run], "residual": [other]})
    assert told.startswith("A (highest validation accuracy) classifies ")
    assert told.endswith(" On the test set, which does not choose a model, ResNet A has 99.5%.")
    frame = compare.table({"a": [run]})
    network, strongest, *others = frame["network"].tolist()
    assert (network, others) == ("A", [*reversed(NAMES.values())][1:])
    assert strongest == f"{NAMES['shapes']} on HOG"


def test_the_least_sure_of_several_seeds_decides_for_runs_without_their_errors(stored) -> None:
    store, key = stored
    run = store.find("images", key)
    run.metrics.update(edges_test_accuracy=0.999, test_accuracy=0.5)
    facts = run.facts | {"missed": {}}
    runs_ = [replace(run, facts=facts | {"rivals": [{"name": "edges", "parameters": 7, "p": p}]}) for p in (0.001, 0.2)]
    assert "p\xa0=\xa00.20" in compare.honest_sentence({"a": runs_})
    assert "p\xa0=\xa00.001" in compare.honest_sentence({"a": runs_[:1]})


def test_twins_and_thumbnails_travel_as_plain_arrays(tmp_path: Path) -> None:
    from core.runs import spec

    assert inside.thumbnails(spec.to_dict(CHOSEN), [5, 1]).shape == (2, 16, 16, 3)
