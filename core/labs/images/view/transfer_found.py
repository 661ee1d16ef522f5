"""Look up the networks of a transfer's learning curve, and the strongest baseline on the images of each."""

from dataclasses import dataclass

from core.labs.images import baseline
from core.labs.images.lesson import Plan
from core.labs.images.spec import Spec
from core.labs.images.view import views as images_views
from core.learn.rivals import Beside
from core.runs.store import Run
from core.ui import cached

Points = dict[str, dict[int, list[float]]]
WAYS = ("transfer", "from scratch")
BEST = "best baseline"  # the third line of the learning curve


@dataclass(frozen=True)
class Found:
    """Runs of a plan by method, amount and seed, and the specs that have none yet."""

    runs: dict[tuple[str, int, int], Run]
    missing: tuple[Spec, ...]

    def finished(self, way: str) -> dict[int, list[Run]]:
        """Return the complete trainings of a method by images per class, ascending; "all" stands at their number."""
        groups: dict[int, list[Run]] = {}
        for (method, amount, _), run in self.runs.items():
            if method == way and not run.stopped:
                shown = amount or round(run.facts["rows"][0] / len(run.facts["classes"]))
                groups.setdefault(shown, []).append(run)
        return dict(sorted(groups.items()))


def collect(plan: Plan) -> Found:
    """Look up the networks of a plan in the store."""
    found, missing = {}, []
    for way, specs in zip(WAYS, (plan.transfers(), plan.scratches()), strict=True):
        for spec in specs:
            run = cached.store().find("images", images_views.key(spec))
            if run:
                found[way, spec.per_class, spec.seed] = run
            if run is None or run.stopped:
                missing.append(spec)
    return Found(found, tuple(missing))


def points(found: Found) -> Points:
    """Return test accuracies of complete trainings, and of the strongest baseline, by method and images per class."""
    made = {
        way: {amount: [run.metrics["test_accuracy"] for run in runs] for amount, runs in groups.items()}
        for way in WAYS
        if (groups := found.finished(way))
    }
    strongest = {amount: list(one.scores) for way in reversed(WAYS) for amount, one in beside(found, way).items()}
    return made | ({BEST: dict(sorted(strongest.items()))} if strongest else {})


def beside(found: Found, way: str = WAYS[0]) -> dict[int, Beside]:
    """Return the strongest baseline beside the networks of a method, by images per class."""
    return {amount: baseline.strongest(runs) for amount, runs in found.finished(way).items()}
