"""Settings of the report, settings that work, and the way from one to the other."""

from typing import Any

from core import settings
from core.labs.from_scratch.spec import Spec
from core.learn import study

STUDY = settings.PROJECT / "assets" / "studies" / "scratch.json"

# What differs from the task's recipe.
FACES = {"features": "filters", "components": 256}
WORKS: dict[str, dict[str, Any]] = {
    "age": FACES,
    "gender": FACES,
    "ethnicity": FACES,
    "digits": {"features": "filters", "components": 60, "evenness": 0.5, "layers": "128 relu", "dropout": 0.3},
}
KEPT = ("task", "faces", "csv", "target", "test", "validation", "side", "seed")  # of the base


def presets(base: Spec | None = None) -> dict[str, Spec]:
    """Return the report's settings and settings that work, for the task, data and seed of `base`.

    The report has faces only; for other tasks its settings are the recipe of the task.
    """
    base = base or Spec()
    same = {name: getattr(base, name) for name in KEPT}
    return {"report": Spec(**same), "works": Spec(**same, **WORKS.get(base.task, {}))}


# The way from the recipe to the settings that work: what is changed -> its fields.
STEPS = {
    "filters by k-means": ("features",),
    "{components} components": ("components",),
    "scaling {evenness:g}": ("evenness",),
    "{layers}": ("layers",),
    "dropout {dropout:g}": ("dropout",),
}


def steps(base: Spec) -> dict[str, Spec]:
    """Return the way from one preset to the other: the name of each change, and the network after it."""
    both = presets(base)
    return study.way(both["report"], both["works"], STEPS)
