"""Every lab has a rival that learns, measured as its networks are, two presets, and a study of the way between them."""

from dataclasses import replace

import numpy as np
import pytest

from core import labs, settings
from core.labs import shown as pages
from core.labs.images import lesson
from core.labs.recurrent_cells import weather
from core.learn.rivals import Rival
from core.learn.study import load
from core.runs import runs, spec as specs
from core.runs.store import Run, Store

NOT_INCLUDED = ("emotion", "violence", "poems", "volatility")  # their network by the report's settings
STUDIES = settings.PROJECT / "assets" / "studies"
WITH_PRESETS = [kind for kind in labs.RIVALS if hasattr(runs.kind_module(kind), "presets")]


def shipped(kind: str) -> list[Run]:
    """Return the shipped runs of a kind; of one with presets, a run of each."""
    found = [run for run in Store(str(settings.SHIPPED), shipped=None).list()[0] if run.kind == kind]
    if kind not in WITH_PRESETS:
        return found
    wanted = [specs.to_dict(chosen) for chosen in runs.kind_module(kind).presets().values()]
    return [run for run in found if run.spec in wanted]


def learned(found: list[Rival]) -> list[Rival]:
    """Return the rivals with the networks' inputs that have learned something: none is a constant by another name."""
    rules = [one.metrics for one in found if not one.parameters]
    return [
        one
        for one in found
        if one.parameters
        and not one.reads_more
        and one.metrics not in rules
        and not (one.forecasts and np.ptp(one.forecasts["test"]) == 0)
    ]


def test_a_constant_has_learned_nothing() -> None:
    constant = Rival("majority class", "nothing", 0, {"test_accuracy": 0.4}, {})
    dressed = replace(constant, name="a regression", parameters=7)
    mean = replace(dressed, metrics={"test_rmse": 2.0}, forecasts={"test": np.full(9, 3.0)})
    assert learned([constant]) == learned([constant, dressed]) == learned([mean]) == []
    better = replace(dressed, metrics={"test_accuracy": 0.6})
    assert learned([constant, better, replace(better, reads_more=True)]) == [better]


@pytest.mark.parametrize("kind", labs.RIVALS)
def test_a_rival_learns_and_has_the_networks_metrics(kind: str) -> None:
    assert labs.RIVALS[kind].split(".")[2] == labs.KINDS[kind].split(".")[2]  # the lab's own
    assert shipped(kind)
    for run in shipped(kind):
        found = labs.rivals(run)
        assert learned(found)
        assert len({one.name for one in found}) == len(found)
        for one in found:
            assert set(one.described()) == {"name", "inputs", "parameters", "metrics"}
            assert one.inputs
            assert one.metrics
            assert set(one.metrics) <= set(run.metrics)
            assert all(np.isfinite(value) for value in one.metrics.values())


def test_a_kind_without_rivals_has_none() -> None:
    assert labs.rivals(replace(shipped("scratch")[0], kind="a new lab")) == []


def test_every_kind_has_rivals() -> None:
    assert set(labs.RIVALS) == set(labs.KINDS)


@pytest.mark.parametrize("kind", labs.KINDS)
def test_every_kind_has_both_presets_and_a_study_of_the_way_between_them(kind: str) -> None:
    module = runs.kind_module(kind)
    assert list(module.presets()) == ["report", "works"]
    assert module.presets()["report"] != module.presets()["works"]
    if kind == "weather":  # all networks of its study are included, and the page reads them
        assert {one for step in weather.steps().values() for one in step} <= set(module.shipped())
    else:
        assert all(len(one.steps) > 1 and one.command for one in load(STUDIES / f"{kind}.json").values())


@pytest.mark.parametrize("page", [*pages.PAGES.values(), "transfer"])
def test_every_lab_s_page_shows_its_study_and_sets_its_presets(page: str) -> None:
    source = (settings.PROJECT / "pages" / f"{page}.py").read_text()
    assert "lab_page.STUDY" in source or '"Ablation study"' in source
    lab = settings.PROJECT / "core" / "labs" / ("images" if page == "transfer" else page) / "view"
    controls = {"transfer": "transfer_inputs.py", "video_violence": "training.py"}.get(page, "inputs.py")
    assert "form.presets(" in (lab / controls).read_text()


def test_transfer_learning_has_them_too_and_its_sources_never_saw_the_new_digits() -> None:
    module = runs.kind_module("images")
    both = module.presets(module.Spec(classes=lesson.NEW, per_class=5, seed=2))
    assert list(both) == list(lesson.LESSONS) == ["report", "works"]
    for name, chosen in both.items():
        base, _ = lesson.LESSONS[name]
        assert (chosen.start, chosen.per_class, chosen.seed) == (runs.key("images", base), 5, 2)
        assert not set(base.classes.split(",")) & set(chosen.classes.split(","))
        assert base in module.shipped()
    for amount, found in load(STUDIES / "transfer.json").items():
        way = lesson.steps(int(amount))
        assert [step.name for step in found.steps] == list(way)
        assert all(len(scores) == found.seeds == 3 for step in found.steps for scores in step.scores.values())
        assert found.sets[0] == 3 * int(amount)
        assert way["report"][2].start == both["report"].start
        assert list(way.values())[-1][2] == replace(both["works"], per_class=int(amount))
    assert {int(amount) for amount in load(STUDIES / "transfer.json")} <= set(lesson.AMOUNTS)


@pytest.mark.parametrize("kind", WITH_PRESETS)
def test_presets_are_shipped(kind: str) -> None:
    """Of a lab with a study on file, the networks of the settings that work are too large to come along."""
    module = runs.kind_module(kind)
    both = module.presets()
    assert list(both) == ["report", "works"]
    assert both["report"] in module.shipped() or kind in NOT_INCLUDED
    assert both["works"] in module.shipped() or (STUDIES / f"{kind}.json").exists()
