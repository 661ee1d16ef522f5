"""Measure the way from the report's settings to those that work: `python -m core.labs.from_scratch.study TASK [FACES]`.

It writes `STUDY`: accuracy on validation and test set after each change, over seeds, each of which has its own split.
"""

import sys
from dataclasses import replace

import numpy as np

from core.labs.from_scratch import baseline
from core.labs.from_scratch.baseline import NAMES
from core.labs.from_scratch.data import data
from core.labs.from_scratch.network.network import parameters
from core.labs.from_scratch.network.trainee import Trainee
from core.labs.from_scratch.presets import STUDY, steps
from core.labs.from_scratch.spec import Spec
from core.learn.rivals import Baselines
from core.learn.study import SETS, Step, Study, save
from core.runs import runs

SEEDS = 3


def measure(base: Spec) -> Study:
    """Train the networks of every step, and fit the baselines of the last one."""
    dataset, way = data.load(base), steps(base)
    trained = {name: [_trained(replace(one, seed=seed), dataset) for seed in range(SEEDS)] for name, one in way.items()}
    rival, score = _strongest([_baselines(one) for one in trained[list(way)[-1]]])
    return Study(
        data=f"{dataset.source}, {len(dataset.inputs):,} images",
        seeds=SEEDS,
        command=f"python -m core.labs.from_scratch.study {base.task}{' FACES' * bool(base.faces)}",
        versions={name: runs.versions()[name] for name in ("python", "numpy")},
        steps=[Step(name, *_scores(group), NAMES[rival], score) for name, group in trained.items()],
    )


def _trained(chosen: Spec, dataset: data.Dataset) -> Trainee:
    trainee = Trainee(chosen, dataset, data.prepare(dataset, chosen))
    trainee.fit(lambda event: None, lambda: False)
    print(chosen.seed, trainee.metrics(), file=sys.stderr, flush=True)
    return trainee


def _scores(group: list[Trainee]) -> tuple[int, dict[str, list[float]]]:
    measured = [one.metrics() for one in group]
    return parameters(group[0].network), {
        part: [round(one[f"{part}_accuracy"], 4) for one in measured] for part in SETS
    }


def _baselines(trainee: Trainee) -> Baselines:
    test = trainee.prepared.test
    return baseline.baselines(trainee.prepared, trainee.chosen, False, trainee.answer(test.inputs, test.flipped))


def _strongest(found: list[Baselines]) -> tuple[str, float]:
    """Return the baseline with the highest test accuracy, the mean over the splits of all seeds."""
    means = {name: float(np.mean([one.metrics[f"{name}_test_accuracy"] for one in found])) for name in NAMES}
    best = max(means, key=lambda name: means[name])
    return best, round(means[best], 4)


def main(task: str, faces: str = "") -> None:
    """Measure the study of a task and write it."""
    save(STUDY, {task: measure(Spec(task=task, faces=faces))})


if __name__ == "__main__":
    main(*sys.argv[1:])
