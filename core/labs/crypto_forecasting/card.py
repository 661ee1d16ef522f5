"""Write the model card of the included price networks; every figure is taken from the runs themselves."""

from core.labs.crypto_forecasting.spec import MODELS, REPORT, Spec
from core.runs.cards import made_with, over_seeds
from core.runs.store import Run
from core.runs.stored import span

ABOUT = """
Networks that forecast the next daily closes of Bitcoin, Litecoin and Monero from the last 30. They are for teaching:
on these prices the naive forecast (yesterday's price) is hard to beat, and none of them is advice to buy or sell.

- Chronological split: the first 65% of the days train, the next 15% validate, the last 20% test; no window spans a
  boundary, and the scaler is fitted on the training set alone. The 80% prediction interval is split conformal on the
  validation set.
- Returns (the default) and prices, on the included prices: training ends after the validation loss has not improved
  for the epochs of patience, and the weights are those of its best epoch.
- Random split (report): all days scaled at once, overlapping windows split at random, 80 to 20, the last ten all in the
  test set. That is data leakage, and is here only to show its effect.
- Errors are in dollars on the test set (MSE: squared), computed once over all samples and steps, dropout off. Skill
  score: 1 - RMSE / RMSE of the naive forecast. Mean ± standard deviation over three random seeds where one is given;
  else there is one seed (0), and two networks may differ by chance alone.
- Linear (ridge) regression reads the same window and is fitted on the training days of the network beside it.
- Of the report's runs, with either split, weights are those of the last epoch.
"""
COLUMNS = (
    "coin", "horizon", "model", "parameters", "MSE", "MAE", "MAPE", "skill score", "naive MSE",
    "linear regression MSE",
)  # fmt: skip


def card(made: list[Run]) -> str:
    """Describe data and versions, with a table per split that lists the naive forecast beside each network."""
    first = made[0]
    stamps = {run.data["fingerprint"]: run.data for run in made}.values()
    varies = ("symbol", "horizon", "model", "protocol", "scaling", "patience", "seed")
    default, levels, honest, leaking = _groups(made)
    same = ", ".join(f"{name} {value}" for name, value in first.spec.items() if name not in varies)
    lines = [
        "# Model card: forecast",
        "",
        ABOUT.strip(),
        "",
        *(
            f"- Data: {d.get('symbol')}, {d['source']}, {span(d)}, {d['rows']} days, fingerprint `{d['fingerprint']}`."
            for d in stamps
        ),
        f"- Spec: {same}; patience {default[0].spec['patience']}, of the report's runs 0.",
        made_with(first),
        "- Command: `python -m core ship --kind forecast`.",
        "",
        *_section("Returns, chronological split: the default", default, "coverage, 80% interval", _coverage),
        *_section("Prices, chronological split", levels, "coverage, 80% interval", _coverage),
        *_section("The report's networks, chronological split", honest, "coverage, 80% interval", _coverage),
        *_section("Random split (report)", leaking, "the report's MSE", _report),
    ]
    return "\n".join(lines)


def _groups(made: list[Run]) -> tuple[list[Run], ...]:
    """Return the runs by default, those on prices with early stopping, and the report's with both splits."""
    early, every = ([run for run in made if bool(run.spec["patience"]) == stops] for stops in (True, False))
    return (
        *([run for run in early if run.spec["scaling"] == scaling] for scaling in ("returns", "train")),
        *([run for run in every if run.spec["protocol"] == protocol] for protocol in ("time-ordered", "report")),
    )


def _section(title: str, made: list[Run], last: str, figure) -> list[str]:
    return [f"## {title}", "", *_table(made, last, figure), ""]


def _table(made: list[Run], last: str, figure) -> list[str]:
    groups: dict[tuple, list[Run]] = {}
    for run in made:
        groups.setdefault(tuple(run.spec[name] for name in ("symbol", "horizon", "model")), []).append(run)
    return [
        "| " + " | ".join((*COLUMNS, last)) + " |",
        "|" + "---|" * (len(COLUMNS) + 1),
        *("| " + " | ".join((*_row(group), figure(group[0]))) + " |" for group in groups.values()),
    ]


def _row(group: list[Run]) -> tuple[str, ...]:
    """Return the cells of a network over its random seeds."""
    run, forms = group[0], {"mse": ".1f", "mae": ".2f", "mape": ".3f", "skill": "z.3f"}
    return (
        run.spec["symbol"],
        str(run.spec["horizon"]),
        MODELS[run.spec["model"]],
        f"{run.facts['parameters']:,}",
        *(over_seeds([one.metrics[f"test_{name}"] for one in group], form) for name, form in forms.items()),
        f"{run.metrics['naive_test_mse']:.1f}",
        f"{run.metrics['linear_test_mse']:.1f}",
    )


def _coverage(run: Run) -> str:
    return f"{run.metrics['coverage']:.1%}"


def _report(run: Run) -> str:
    chosen = Spec(**run.spec)
    return f"{REPORT[chosen.horizon, chosen.model, chosen.symbol][0]:.1f}"
