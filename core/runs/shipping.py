"""Rebuild the shipped models, each kind with a model card whose metrics are taken from the runs."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.errors import StoreError
from core.learn.rivals import Baselines
from core.runs import messages, runs, spec, stored
from core.runs.store import Run, Store

RULES = ("naive", "drift", "average")  # baselines without fitted values


def rebuild(kind: str, folder: Path, bar: Callable) -> list[Run]:
    """Train every shipped spec of a kind into `folder`, replacing what is there, and write `CARD.md` beside it."""
    store, module, made = Store(str(folder), shipped=None), runs.kind_module(kind), []
    data = [module.shipped_data(chosen) if hasattr(module, "shipped_data") else None for chosen in module.shipped()]
    shutil.rmtree(folder / kind, ignore_errors=True)  # after loading: without the data the old models stay
    for chosen, along in zip(module.shipped(), data, strict=True):
        with bar() as report:
            made.append(runs.train(kind, chosen, store, report, data=along))
    (folder / kind / "CARD.md").write_text(module.card(made), encoding="utf-8")
    return made


def measure_rivals(kind: str, folder: Path) -> list[Run]:
    """Measure the baselines beside every shipped run of a kind again, without training; write run and card.

    SpecError for a kind whose runs keep none, StoreError if a run is missing.
    """
    module, store, before, made = runs.kind_module(kind), Store(str(folder), shipped=None), [], []
    spec.require(hasattr(module, "rivals_again"), messages.no_baselines.format(kind=kind))
    for chosen in module.shipped():
        data = module.shipped_data(chosen) if hasattr(module, "shipped_data") else None
        along = () if data is None else (data,)
        if (run := store.find(kind, runs.key(kind, chosen, *along))) is None:
            raise StoreError(messages.model_missing.format(kind=kind))
        before.append(run)
        made.append(beside_of(run, module.rivals_again(run, store.weights(run), store.arrays(run), *along)))
    for run in (now for now, old in zip(made, before, strict=True) if now != old):
        (folder / kind / run.key / "run.json").write_bytes(stored.written(run, run.blobs))
    (folder / kind / "CARD.md").write_text(module.card(made), encoding="utf-8")
    return made


def beside_of(run: Run, beside: Baselines) -> Run:
    """Return a run with other baselines in place of its own; those without fitted values are known by their metrics.

    A run that keeps no baselines stays as it is.
    """
    if not beside.rivals and "rivals" not in run.facts:
        return run
    names = {*RULES, *(one["name"] for one in [*run.facts["rivals"], *beside.rivals])}
    of_rivals = tuple(f"{name}_" for name in names)
    own = {name: value for name, value in run.metrics.items() if not name.startswith(of_rivals)}
    theirs = {name: value for name, value in beside.metrics.items() if name.startswith(of_rivals)}
    return replace(run, metrics=own | theirs, facts=run.facts | {"rivals": beside.rivals} | beside.facts)
