"""Presets of the image lab, the way between them, and the study that comes with the project."""

import dataclasses
import itertools

import numpy as np
import pytest

from core.labs.images import export, models, presets, study
from core.labs.images.spec import Spec
from core.learn.study import load

CLASSES = {"digits": 10, "photographs": 5}
GOALS = {"digits": 0.985, "photographs": 0.70}  # test accuracy that the settings that work reach


@pytest.mark.parametrize("data", ["digits", "cifar10", "some folder"])
def test_presets_follow_the_images_and_keep_their_classes(data: str) -> None:
    both = presets.presets(Spec(data=data, classes="a,b", seed=3))
    assert list(both) == ["report", "works"]
    for chosen in both.values():
        assert (chosen.data, chosen.classes, chosen.seed) == (data, "a,b", 0)
    side = {"digits": 16, "cifar10": 32}.get(data, 128)
    assert dataclasses.replace(both["report"], epochs=30, patience=0) == Spec(data=data, classes="a,b", side=side)
    assert both["works"].model == "vgg"
    assert presets.presets()["report"] == Spec()


def test_settings_that_were_chosen_on_other_images_are_said_to_be_unmeasured() -> None:
    assert presets.unmeasured("cifar10").endswith("not been measured on CIFAR-10.")
    assert presets.unmeasured("upload-0123456789abcdef").endswith("not been measured on your images.")
    assert presets.unmeasured("digits") == presets.unmeasured("flowers") == ""


def test_only_photographs_are_flipped() -> None:
    """A mirrored 2 or 5 is no digit."""
    assert not presets.presets()["works"].flips
    assert presets.presets(Spec(data="folder"))["works"].flips


@pytest.mark.parametrize("base", [Spec(), Spec(data="folder")])
def test_each_step_of_the_way_keeps_the_changes_before_it(base: Spec) -> None:
    way = list(presets.steps(base).values())
    assert (way[0][0], way[-1][0]) == tuple(presets.presets(base).values())
    for before, after in itertools.pairwise(way):
        changed = [f.name for f in dataclasses.fields(Spec) if getattr(before[0], f.name) != getattr(after[0], f.name)]
        assert changed
        assert all(getattr(after[0], name) == getattr(way[-1][0], name) for name in changed)
    assert all([one.seed for one in step] == list(range(presets.SEEDS)) for step in way)


@pytest.mark.parametrize("name", presets.WORKS)
def test_the_study_is_of_today_s_way_and_reaches_its_goal(name: str) -> None:
    found = load(study.STUDY)[name]
    way = presets.steps(Spec(data=name))
    assert [step.name for step in found.steps] == list(way)
    assert all(len(scores) == presets.SEEDS == found.seeds for step in found.steps for scores in step.scores.values())
    assert len(found.seconds) == len(found.steps)
    assert found.steps[-1].spread("test")[0] >= GOALS[name]
    assert found.steps[-1].parameters == models.network(list(way.values())[-1][0], CLASSES[name]).count_params()


def test_the_sentence_names_what_to_change_where_a_baseline_is_better() -> None:
    assert "image size 16 → 32" in presets.changes(Spec())
    assert "network A → VGG-BN; image size 16 → 32; " in presets.changes(Spec())
    assert presets.changes(presets.presets()["works"]) == ""
    assert presets.changes(dataclasses.replace(presets.presets()["works"], seed=2, per_class=5)) == ""


def test_a_decaying_rate_is_at_zero_after_the_last_step() -> None:
    chosen = Spec(cosine_decay=True, width=0.25)
    model = models.compiled(models.network(chosen, 3), chosen, 0.01, 10)
    rate = model.optimizer._learning_rate
    assert [float(rate(step)) for step in (0, 5, 10)] == pytest.approx([0.01, 0.005, 0.0], abs=1e-6)
    plain = models.compiled(models.network(Spec(width=0.25), 3), Spec(width=0.25), 0.01, 10)
    assert float(plain.optimizer.learning_rate) == pytest.approx(0.01)


@pytest.mark.parametrize("augment", ["affine", "strong"])
def test_every_image_is_changed_in_training_alone_and_stays_in_its_range(augment: str) -> None:
    made = models.network(Spec(augment=augment, side=16, width=0.25), 2)
    last = list(Spec(augment=augment).augmentation)[-1]
    moved = models.keras.Model(made.input, made.get_layer(last).output)
    pictures = np.random.default_rng(0).integers(0, 256, (8, 16, 16, 3)).astype("uint8")
    np.testing.assert_array_equal(moved(pictures, training=False), pictures)
    changed = np.asarray(moved(pictures, training=True))
    assert (np.abs(changed - pictures).mean(axis=(1, 2, 3)) > 1).all()
    assert changed.min() >= 0
    assert changed.max() <= 255


def test_the_command_of_the_settings_that_work_names_them() -> None:
    told = export.command(presets.presets()["works"])
    assert "--set model=vgg" in told
    assert "--set cosine_decay=True" in told
