"""Check the report's three networks on real faces: the mean of three splits against the report's bounds.

python -m tests.bench.faces

About a minute on one core; the faces are read from ../shared/data/faces.
"""

import numpy as np

from core import settings
from core.labs.from_scratch import experiment
from core.labs.from_scratch.data import data
from core.labs.from_scratch.spec import Spec

FACES = settings.PROJECT.parent / "shared" / "data" / "faces" / "utkface_part1_48.npz"
BOUNDS = (("age", "rmse", 14.9), ("gender", "accuracy", 0.79), ("ethnicity", "accuracy", 0.72))
SPLITS = 3


def measured(task: str, metric: str, seed: int) -> float:
    """Train one network as the page does and return its metric on the test set."""
    chosen = Spec(task=task, faces=str(FACES), seed=seed)
    trainee = experiment.Trainee(chosen, data.load(chosen))
    trainee.fit(lambda event: None, lambda: False)
    assert len(trainee.prepared.test.targets) == round(0.3 * 7735)
    return trainee.metrics()[f"test_{metric}"]


def main() -> bool:
    """Print a line for each task; return True if all bounds hold."""
    if not FACES.exists():
        print(f"The faces are not at {FACES}.")
        return False
    held = True
    for task, metric, bound in BOUNDS:
        found = [measured(task, metric, seed) for seed in range(SPLITS)]
        mean, least = float(np.mean(found)), metric == "accuracy"
        held &= mean >= bound if least else mean <= bound
        each = ", ".join(f"{one:.3f}" for one in found)
        print(f"{task}: test {metric} {mean:.3f}, {'at least' if least else 'at most'} {bound} ({each})", flush=True)
    return held


if __name__ == "__main__":
    raise SystemExit(not main())
