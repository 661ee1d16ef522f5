"""Check whether this version of the program can show a stored run: its spec, and the metrics and facts that pages read.

The shipped runs define what a run of each kind must hold: the values that all shipped runs of a kind share, with their
types, are required of every other run of that kind.
"""

import datetime
import functools
from dataclasses import dataclass, field, replace
from typing import Any

from core import settings
from core.errors import SpecError, StoreError
from core.runs import messages, runs, spec as specs, stored
from core.runs.store import Store
from core.runs.stored import Run

DAYS = ("first", "last", "downloaded", "trained_to", "learned_until")
PARTS = ("data", "metrics", "history", "facts")
# Prefixes of names that all shipped runs of a kind have, but that are optional in other runs.
OPTIONAL = {
    "emotion": ("rivals", "bayes_", "words_"),
    "violence": (
        "folds_",
        "naive_",
        "strength",
        "frozen_",
        "sources",
        "scenes",
        "accuracies",
        "start",
        "told",
        "rivals",
    ),
    "images": ("linear_", "rivals", "edges_", "shapes_", "missed"),
    "poems": ("scansion", "rivals"),  # the former of networks trained on Hafez
    "rollout": ("drift_", "linear_", "rivals"),
    "scratch": ("rivals", "svm_", "neighbours_", "hog_"),
    "forecast": ("drift_", "average_", "linear_", "rivals"),
}


PARTIAL = {"images": {"missed": "network"}}  # a value of each baseline: a stopped training has fewer; one is in all


@dataclass(frozen=True)
class Shape:
    """Common shape of the values of one name: their types, the keys of an object, the items of a list."""

    types: frozenset[str]
    names: dict[str, "Shape"] = field(default_factory=dict)
    items: "Shape | None" = None


def check(run: Run) -> None:
    """Raise a StoreError if the spec is of another version or the run lacks a value that pages of its kind read."""
    name = stored.title(run.kind, run.key)
    try:
        module = runs.kind_module(run.kind)
        same = specs.to_dict(specs.from_dict(module.Spec, run.spec)) == run.spec
    except (SpecError, TypeError, ValueError) as error:
        raise StoreError(messages.another_version.format(name=name)) from error
    if not same:
        raise StoreError(messages.another_version.format(name=name))
    for part, shape in _shapes(run.kind).items():
        held = getattr(run, part)
        for wanted, of in shape.names.items():
            if held.get(wanted) is None and wanted.startswith(OPTIONAL.get(run.kind, ("\0",))):
                continue
            if (always := PARTIAL.get(run.kind, {}).get(wanted)) and isinstance(held.get(wanted), dict):
                of = replace(of, names={n: one for n, one in of.names.items() if n == always or n in held[wanted]})
            if wanted not in held or not _fits(held[wanted], of) or not _usable(wanted, held[wanted]):
                raise StoreError(messages.not_usable.format(name=name, part=part, wanted=wanted))


@functools.cache
def _shapes(kind: str) -> dict[str, Shape]:
    """Return the common shape of all shipped runs of a kind, by part of the run."""
    shipped = [run for run in Store(str(settings.SHIPPED), shipped=None).list()[0] if run.kind == kind]
    return {part: _shape([getattr(run, part) for run in shipped]) for part in PARTS}


def _shape(values: list[Any]) -> Shape:
    objects = [value for value in values if isinstance(value, dict)]
    items = [item for value in values if isinstance(value, list) for item in value]
    shared = set.intersection(*(set(value) for value in objects)) if objects else set()
    return Shape(
        frozenset(_type(value) for value in values),
        {name: _shape([value[name] for value in objects]) for name in sorted(shared)},
        _shape(items)
        if items
        else Shape(frozenset({"str"})),  # lists that are empty in all shipped runs hold sentences
    )


def _fits(value: Any, shape: Shape) -> bool:
    if _type(value) not in shape.types:
        return False
    if isinstance(value, dict):
        return all(name in value and _fits(value[name], of) for name, of in shape.names.items())
    if not isinstance(value, list) or shape.items is None:
        return True
    if shape.items.names or "list" in shape.items.types:
        return all(_fits(item, shape.items) for item in value)
    return {_type(item) for item in value} <= shape.items.types


def _usable(name: str, value: Any) -> bool:
    """Return whether a value of the right type is also well formed: an ISO date, or row counts of the three parts."""
    if name == "rows" and isinstance(value, list):
        return len(value) == 3
    if name in DAYS and value:
        try:
            datetime.date.fromisoformat(value[:10])
        except ValueError:
            return False
    return True


def _type(value: Any) -> str:
    """Return the type of a plain value; integers and floats are both "number"."""
    return "number" if type(value) in (int, float) else type(value).__name__
