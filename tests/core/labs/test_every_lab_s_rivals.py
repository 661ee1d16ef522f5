"""Every lab that lists rivals has one that learns, measured as its networks are."""

from dataclasses import replace

import numpy as np
import pytest

from core import labs, settings
from core.runs import runs
from core.runs import spec as specs
from core.runs.store import Run, Store

NOT_INCLUDED = ("emotion", "violence", "volatility")  # their network by the report's settings
STUDIES = settings.PROJECT / "assets" / "studies"
WITH_PRESETS = [kind for kind in labs.RIVALS if hasattr(runs.kind_module(kind), "presets")]


def shipped(kind: str) -> list[Run]:
    """Return the shipped runs of a kind; of one with presets, a run of each."""
    found = [run for run in Store(str(settings.SHIPPED), shipped=None).list()[0] if run.kind == kind]
    if kind not in WITH_PRESETS:
        return found
    wanted = [specs.to_dict(chosen) for chosen in runs.kind_module(kind).presets().values()]
    return [run for run in found if run.spec in wanted]


@pytest.mark.parametrize("kind", labs.RIVALS)
def test_a_rival_learns_and_has_the_networks_metrics(kind: str) -> None:
    assert shipped(kind)
    for run in shipped(kind):
        found = labs.rivals(run)
        learned = [one for one in found if one.parameters and not one.reads_more]
        assert learned
        assert all(np.ptp(one.forecasts["test"]) > 0 for one in learned if one.forecasts)
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


def test_these_have_presets() -> None:
    """The poems' report gives no settings."""
    assert set(WITH_PRESETS) == set(labs.KINDS) - {"poems"}


@pytest.mark.parametrize("kind", WITH_PRESETS)
def test_presets_are_shipped(kind: str) -> None:
    """Of a lab with a study on file, the networks of the settings that work are too large to come along."""
    module = runs.kind_module(kind)
    both = module.presets()
    assert list(both) == ["report", "works"]
    assert both["report"] in module.shipped() or kind in NOT_INCLUDED
    assert both["works"] in module.shipped() or (STUDIES / f"{kind}.json").exists()
