"""Every lab that lists rivals has one that learns, measured as its networks are."""

import numpy as np
import pytest

from core import labs
from core.runs import runs


@pytest.mark.parametrize("kind", labs.RIVALS)
def test_a_rival_learns_and_has_the_networks_metrics(kind: str) -> None:
    module = runs.kind_module(kind)
    for chosen in module.presets().values():
        found = labs.rivals(kind, chosen)
        learned = [one for one in found if one.parameters and not one.reads_more]
        assert learned
        assert all(np.ptp(one.forecasts["test"]) > 0 for one in learned)
        assert len({one.name for one in found}) == len(found)
        for one in found:
            assert set(one.described()) == {"name", "inputs", "parameters", "metrics"}
            assert one.inputs
            assert all(np.isfinite(value) for value in one.metrics.values())


def test_a_kind_without_rivals_has_none() -> None:
    assert labs.rivals("poems", None) == []


@pytest.mark.parametrize("kind", labs.RIVALS)
def test_presets_are_shipped(kind: str) -> None:
    module = runs.kind_module(kind)
    assert list(module.presets()) == ["report", "works"]
    assert set(module.presets().values()) <= set(module.shipped())
