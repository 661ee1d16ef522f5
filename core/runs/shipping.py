"""Rebuild the shipped models, each kind with a model card whose metrics are taken from the runs."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.errors import StoreError
from core.learn import errors as metrics
from core.learn.rivals import Baselines
from core.runs import messages, runs, spec, stored
from core.runs.cards import made_with
from core.runs.store import Run, Store
from core.runs.stored import span

RULES = ("naive", "drift", "average")  # baselines without fitted values


def rebuild(kind: str, folder: Path, bar: Callable) -> list[Run]:
    """Train every shipped spec of a kind into `folder`, replacing what is there, and write `CARD.md` beside it."""
    store, module, made = Store(str(folder), shipped=None), runs.kind_module(kind), []
    data = [module.shipped_data(chosen) if hasattr(module, "shipped_data") else None for chosen in module.shipped()]
    shutil.rmtree(folder / kind, ignore_errors=True)  # after loading: without the data the old models stay
    for chosen, along in zip(module.shipped(), data, strict=True):
        with bar() as report:
            made.append(runs.train(kind, chosen, store, report, data=along))
    (folder / kind / "CARD.md").write_text(card(kind, made), encoding="utf-8")
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
    (folder / kind / "CARD.md").write_text(card(kind, made), encoding="utf-8")
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


def card(kind: str, made: list[Run]) -> str:
    """Return the model card: data, split, metrics over seeds, versions, command."""
    module, first = runs.kind_module(kind), made[0]
    if hasattr(module, "card"):  # kinds whose runs differ in more than one value write their own card
        return module.card(made)
    spec = ", ".join(f"{name} {value}" for name, value in first.spec.items() if name not in ("seed", module.VARIES))
    lines = [
        f"# Model card: {kind}",
        "",
        module.CARD.strip(),
        "",
        f"- Data: {first.data['source']}, {span(first.data)}, {first.data['rows']} rows, "
        f"fingerprint `{first.data['fingerprint']}`.",
        f"- Spec: {spec}.",
        f"- Seeds: {', '.join(str(seed) for seed in sorted({run.spec['seed'] for run in made}))}.",
        made_with(first),
        f"- Command: `python -m core ship --kind {kind}`.",
        "",
        *_table(module.VARIES, made),
        "",
    ]
    return "\n".join(lines)


def _table(varies: str, made: list[Run]) -> list[str]:
    """Return a table of mean ± standard deviation over seeds of each metric, a row per value of the varied setting."""
    names = list(made[0].metrics)
    rows = [f"| {varies} | parameters | " + " | ".join(names) + " |", "|" + "---|" * (len(names) + 2)]
    for value in dict.fromkeys(run.spec[varies] for run in made):
        group = [run for run in made if run.spec[varies] == value]
        cells = [_mean_and_spread([run.metrics[name] for run in group]) for name in names]
        rows.append(f"| {value} | {group[0].facts['parameters']:,} | " + " | ".join(cells) + " |")
    return rows


def _mean_and_spread(values: list[float]) -> str:
    mean, deviation = metrics.spread(values)
    return f"{mean:.3f} ± {deviation:.3f}"
