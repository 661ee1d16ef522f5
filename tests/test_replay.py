"""Test that shipped runs have the recorded metrics, and that short NumPy trainings give the recorded weights."""

import json

import pytest

from core import settings
from core.runs import runs
from core.runs.store import Store
from tests import replay

RECORD = json.loads(replay.RECORD.read_text())


def test_every_shipped_run_loads_and_shows_the_recorded_figures() -> None:
    """Record them again after `make ship`: `python -m tests.replay --write shipped`."""
    assert replay.shipped() == RECORD["shipped"]
    store = Store(str(settings.SHIPPED), shipped=None)
    for run in store.list()[0]:
        spec = runs.kind_module(run.kind).Spec(**run.spec)
        assert runs.kind_module(run.kind).label(spec)
        assert store.weights(run)
        assert store.arrays(run)


def test_every_kind_is_replayed() -> None:
    kinds = {name.split()[0] for name in replay.REPLAYS} - {"transfer"}
    assert kinds == set(runs.KINDS)


def test_processors_of_one_name_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    told = "model name\t: AMD EPYC\ncpu family\t: 25\nmodel\t\t: {model}\n\nmodel\t\t: 0"
    found = []
    for model in (1, 17):
        monkeypatch.setattr(replay, "_cpu", told.format(model=model).splitlines)
        found.append(replay.machine()["processor"])
    assert found == ["model name AMD EPYC, cpu family 25, model 1", "model name AMD EPYC, cpu family 25, model 17"]


@pytest.mark.parametrize("name", replay.NUMPY)
def test_a_short_training_with_numpy_gives_the_recorded_weights(name: str) -> None:
    found = [one["norm"] for one in replay.replay(name)]
    assert found == pytest.approx([one["norm"] for one in RECORD["replays"][name]], rel=replay.TOLERANCE)
