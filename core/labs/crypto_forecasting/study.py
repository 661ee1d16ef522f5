"""Print the report's table with our figures: `python -m core.labs.crypto_forecasting.study FOLDER [SEEDS]`.

FOLDER contains LTC-USD.csv and XMR-USD.csv. Twelve rows by both protocols, three seeds each; runs that are neither
shipped nor stored are trained and kept in the usual store. A row has as many seeds as were trained; a single one
has no spread.
"""

import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from core import settings
from core.labs.crypto_forecasting import forecast
from core.labs.crypto_forecasting.spec import MODELS, REPORT, SEEDS, Spec, as_reported
from core.learn import errors as metrics
from core.runs import runs, spec as specs
from core.runs.cards import over_seeds
from core.runs.store import Run, Store

HEAD = (
    "| horizon | model | coin | random split: MSE | the report's MSE | naive | chronological split: MSE | naive | "
    "skill score | coverage, 80% interval |"
)


def wanted(seeds: int) -> list[Spec]:
    """Return all experiments, one seed complete before the next."""
    return [replace(chosen, seed=seed) for seed in range(seeds) for chosen in forecast.of_report()]


def make(chosen: Spec, folder: str) -> Run:
    """Return one run from the store, or train it now in this process."""
    prices, _ = forecast.read_data(chosen, str(Path(folder) / f"{chosen.symbol}.csv"))
    return runs.train("forecast", chosen, Store(settings.read().store), data=prices)


def table(made: list[Run]) -> str:
    """Return mean and standard deviation over the seeds in `made`, a row for each row of the report."""
    lines = [HEAD, "|" + "---|" * HEAD.count(" |")]
    for (horizon, model, symbol), figures in REPORT.items():
        chosen = Spec(symbol=symbol, horizon=horizon, model=model)
        leaking, honest = (_same(made, as_reported(chosen, protocol)) for protocol in ("report", "time-ordered"))
        if leaking and honest:
            cells = (
                str(horizon),
                MODELS[model],
                symbol[:3],
                _spread(leaking, "test_mse"),
                f"{figures[0]:.1f}",
                _mean(leaking, "naive_test_mse", ".1f"),
                _spread(honest, "test_mse"),
                _mean(honest, "naive_test_mse", ".1f"),
                _mean(honest, "test_skill", "z.2f"),
                _mean(honest, "coverage", ".0%"),
            )
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _same(made: list[Run], chosen: Spec) -> list[Run]:
    aim = specs.to_dict(chosen)
    return [run for run in made if {**run.spec, "seed": 0} == aim]


def _mean(group: list[Run], name: str, form: str) -> str:
    return format(metrics.spread([run.metrics[name] for run in group])[0], form)


def _spread(group: list[Run], name: str) -> str:
    return over_seeds([run.metrics[name] for run in group], ".1f")


def main(folder: str, seeds: int = SEEDS) -> None:
    """Train in as many processes as trainings may run at once, then print the table."""
    settings.prepare_tensorflow()
    made: list[Run] = []
    with ProcessPoolExecutor(settings.read().workers, get_context("spawn")) as pool:
        for done in as_completed([pool.submit(make, chosen, folder) for chosen in wanted(seeds)]):
            made.append(done.result())
            print(f"{len(made)}: {forecast.label(Spec(**made[-1].spec))}", file=sys.stderr, flush=True)
    print(table(made))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
