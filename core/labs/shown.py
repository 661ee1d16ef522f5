"""Tell of a stored run which page shows it, its settings in words, its main metric, and the link with its settings."""

import dataclasses
import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from core.labs.crypto_forecasting import spec as forecast
from core.labs.emotion import spec as emotion
from core.labs.from_scratch import spec as scratch, words as scratch_words
from core.labs.images import lesson, spec as images
from core.labs.recurrent_cells import weather
from core.labs.volatility import spec as volatility
from core.prices import splits
from core.runs import fields, runs, spec as specs
from core.runs.fields import Field
from core.runs.spec import Values
from core.runs.store import Run

Link = dict[str, list[str]]
PAGES = {
    "weather": "recurrent_cells",
    "scratch": "from_scratch",
    "rollout": "bitcoin_rollout",
    "images": "images",
    "emotion": "emotion",
    "forecast": "crypto_forecasting",
    "poems": "hafez",
    "violence": "video_violence",
    "volatility": "volatility",
}
# The main metric of a kind is the first of these that its runs have.
MEASURES = {
    "held_out_bits": "bits per character",
    "test_accuracy": "test accuracy",
    "test_rmse": "test RMSE",
    "test_mse": "test MSE",
}
LABELLED = {  # fields that the label of a run tells
    "weather": ("cell", "seed"),
    "scratch": ("task", "layers", "seed"),
    "rollout": ("symbol", "window", "horizon", "seed"),
    "images": ("model", "start", "per_class", "seed"),
    "emotion": ("cell", "seed"),
    "forecast": ("symbol", "model", "horizon", "folds", "fold", "seed"),
    "poems": ("cell", "layers", "units", "reading", "corpus", "seed"),
    "violence": ("network", "clips", "seed"),
    "volatility": ("symbol", "model", "horizon", "folds", "fold", "seed"),
}
WORDS = {  # of fields without a control
    "batch_size": "batch size",
    "data": "dataset",
    "fold": "fold",
    "fold_seeds": "random seeds per fold",
    "label": "labels",
    "last_rate": "final learning rate",
    "learning_rate": "learning rate",
    "patience": "early-stopping patience",
    "protocol": "split",
    "seed": "random seed",
    "start": "source model",
    "target": "target column",
    "validation": "validation share",
    "whole_rate": "learning rate (fine-tuning)",
}
DATASETS = {  # as the controls name them
    "digits": "digits, coloured",
    "cifar10": "CIFAR-10",
    emotion.EMOTION: "Six emotions",
    emotion.BOTH: "Six emotions and Reddit",
}
LESSONS = {  # the included source models, as the page of transfer learning names them
    "report": "A pre-trained on digits 0 to 6 (included)",
    "works": "VGG-BN pre-trained on digits 0 to 6 (included)",
}
MOST_SEEDS = {"recurrent_cells": 10}  # of the control of a page
USUAL_SEEDS = 5
UNITS = ("days", "pixels", "epochs")


def page(run: Run) -> str:
    """Return the file of the page that shows a run, without its ending; of a kind without an entry here, the kind."""
    return "transfer" if run.kind == "images" and _is_lesson(run.spec) else PAGES.get(run.kind, run.kind)


def _is_lesson(spec: Values) -> bool:
    return spec["start"] != images.SCRATCH or bool(spec["classes"])


def measure(run: Run) -> tuple[str, float | None]:
    """Return the name, with its unit if it has one, and the value of a run's main metric."""
    found = next((name for name in MEASURES if name in run.metrics), "")
    unit = _unit(run) if found == "test_rmse" else ""
    return f"{MEASURES.get(found, '')}{', ' * bool(unit)}{unit}", run.metrics.get(found)


def _unit(run: Run) -> str:
    if run.kind == "weather":
        return "°C"
    return run.facts.get("unit") or run.spec.get("symbol", "").partition("-")[2]


def counts(found: Iterable[Run]) -> Counter:
    """Count the runs of each kind that share the value of a setting."""
    return Counter((run.kind, name, str(value)) for run in found for name, value in run.spec.items())


def settings(run: Run, counts: Mapping[tuple[str, str, str], int] = MappingProxyType({})) -> str:
    """Return the label of a run, and in words what else differs from the defaults of its kind, the rarest first."""
    module, usual = runs.kind_module(run.kind), _usual(run.kind, run.spec.get("task", ""))
    told = LABELLED.get(run.kind, ("seed",))
    changed = [name for name, value in run.spec.items() if value != usual[name] and name not in told]
    changed.sort(key=lambda name: counts.get((run.kind, name, str(run.spec[name])), 0))
    return " · ".join([module.label(_spec(run)), *(said(run, name) for name in changed)])


@functools.cache
def _usual(kind: str, task: str) -> Values:
    """Return the default values of a kind, or of its task."""
    return vars(scratch.Spec(task=task) if kind == "scratch" else runs.kind_module(kind).Spec())


def _spec(run: Run) -> Any:
    return specs.from_dict(runs.kind_module(run.kind).Spec, run.spec)


def said(run: Run, name: str) -> str:
    """Return one value of a run's spec in words."""
    about, value = fields.of(runs.kind_module(run.kind).Spec).get(name, Field()), run.spec[name]
    title = re.sub(r" [a-z]$", "", about.label) if about.label else WORDS.get(name, name)  # without its symbol
    title, _, unit = title.removesuffix(")").replace(" (", ", ").partition(", ")
    unit, title = (f" {unit}", title) if unit in UNITS else ("", f"{title} ({unit})" if unit else title)
    title = title[:1].lower() + title[1:] if title.split()[0][1:].islower() else title
    if isinstance(value, bool):
        return title if value else f"{title}: no"
    value = {**about.names, **DATASETS}.get(value, value) if isinstance(value, str) else value
    if isinstance(value, str) and title in value:  # a split is called a random split
        return value
    return f"{title} {value:g}{unit}" if isinstance(value, float) else f"{title} {value}{unit}"


def link(run: Run) -> Link | None:
    """Return the parameters with which its page shows a run; None if the page's controls cannot have its settings."""
    made = LINKS.get(run.kind, _nowhere)(run, _spec(run))
    return None if made is None else {name: [*map(_told, _listed(value))] for name, value in made.items()}


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _told(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _controls(spec: Any, apart: Iterable[str] = (), free: Iterable[str] = ()) -> Values | None:
    """Return the values of the controls of a spec's fields by name; None if a value has no place in them.

    `apart` are fields whose control has another name, `free` fields whose value needs no control.
    """
    described, values = fields.of(type(spec)), {}
    for one in dataclasses.fields(spec):
        value, about = getattr(spec, one.name), described.get(one.name, Field())
        if one.name in apart or one.name in free:
            continue
        if not about.label:
            if value != one.default:
                return None
            continue
        if not _offered(about, value):
            return None
        values[one.name] = about.names.get(value, value) if isinstance(value, str) else value
    return values


def _offered(about: Field, value: Any) -> bool:
    """Return whether a control offers a value."""
    if about.options:
        return value in about.options
    return about.low is None or about.low <= about.range[0] <= value <= about.range[1]


def _seeds(run: Run, values: Values | None, **more: Any) -> Values | None:
    """Add the number of seeds with which a page shows the run."""
    seeds = run.spec["seed"] + 1
    if values is None or seeds > MOST_SEEDS.get(page(run), USUAL_SEEDS):
        return None
    return values | more | {"seeds": seeds}


def _weather(run: Run, spec: weather.Spec) -> Values | None:
    made = _controls(spec, ("cell", "seed", *weather.INPUTS))
    return _seeds(run, made, cells=weather.CELL_NAMES[spec.cell], inputs=spec.more)


def _scratch(run: Run, spec: scratch.Spec) -> Values | None:
    apart = ("task", "layers", "power", "floor", "weights", "loss")
    if (made := _controls(spec, apart)) is None or spec.task not in ("digits", "diabetes"):
        return None
    layers = scratch.hidden(spec)
    made |= {"task": scratch.TASK_NAMES[spec.task], "hidden": len(layers)}
    for number, one in enumerate(layers, 1):
        made |= {f"neurons{number}": one.neurons, f"activation{number}": scratch_words.ACTIVATION_NAMES[one.activation]}
    falling = {"power": spec.power, "floor": spec.floor} if spec.power else {}
    made |= {"schedule": scratch_words.SCHEDULES["falling" if spec.power else "fixed"], **falling}
    return made | {"weights": scratch.WEIGHT_NAMES[str(spec.weights)], "loss": scratch.LOSS_NAMES[str(spec.loss)]}


def _rollout(run: Run, spec: Any) -> Values | None:
    made = _controls(spec, ("horizon", "seed", "symbol"))
    direct = {"direct": spec.horizon, "view": "Multi-step forecast"} if spec.horizon > 1 else {}
    return None if direct and spec.seed else _seeds(run, made, symbol=spec.symbol, **direct)


def _images(run: Run, spec: images.Spec) -> Values | None:
    if _is_lesson(run.spec):
        return next((_lesson(name, spec) for name in LESSONS if spec in _of_lesson(name)), None)
    made = _controls(spec, ("model", "data", "seed"), free=lesson.OF_TRANSFER)
    return _seeds(run, made, models=images.MODEL_NAMES[spec.model], data=DATASETS.get(spec.data, spec.data))


def _lesson(name: str, spec: images.Spec) -> Values:
    more = {"seeds": spec.seed + 1} if spec.seed >= lesson.plan(name).seeds else {}
    return {"start": LESSONS[name], **more}


@functools.cache
def _of_lesson(name: str) -> frozenset[images.Spec]:
    """Return the networks that a lesson compares, over as many seeds as any has."""
    chosen = dataclasses.replace(lesson.plan(name), seeds=lesson.SEEDS)
    return frozenset([*chosen.transfers(), *chosen.scratches()])


def _emotion(run: Run, spec: emotion.Spec) -> Values | None:
    made = _controls(spec, ("data",))
    return None if made is None or spec.data not in DATASETS else made | {"texts": DATASETS[spec.data]}


def _forecast(run: Run, spec: forecast.Spec) -> Values | None:
    made = _controls(spec, ("symbol", "model", "protocol", "folds", "fold", "seed"))
    models = forecast.MODELS[spec.model]
    return _seeds(
        run, made, symbol=spec.symbol, models=models, protocol=splits.PROTOCOLS[spec.protocol], **_backtest(spec)
    )


def _volatility(run: Run, spec: volatility.Spec) -> Values | None:
    made = _controls(spec, ("symbol", "model", "folds", "fold", "seed"))
    name = volatility.MODELS[spec.model]
    more = {"network": name, **_backtest(spec)} if spec.folds else {}
    return _seeds(run, made, symbol=spec.symbol, models=name, **more)


def _backtest(spec: Any) -> Values:
    return {"view": "Backtest", "folds": spec.folds} if spec.folds else {}


def _nowhere(run: Run, spec: Any) -> None:
    """Return None: no page is known for this kind."""


def _by_title(run: Run, spec: Any) -> Values | None:
    return None if run.stopped and run.kind == "violence" else {"network": runs.title(run)}


LINKS: dict[str, Callable[[Run, Any], Values | None]] = {
    "weather": _weather,
    "scratch": _scratch,
    "rollout": _rollout,
    "images": _images,
    "emotion": _emotion,
    "forecast": _forecast,
    "poems": _by_title,
    "violence": _by_title,
    "volatility": _volatility,
}
