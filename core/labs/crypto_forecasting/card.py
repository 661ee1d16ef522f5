"""Write the model card of the included price networks; every figure is taken from the runs themselves."""

from core.labs.crypto_forecasting.spec import MODELS, REPORT, Spec
from core.prices.sources import included
from core.runs.cards import made_with
from core.runs.store import Run

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
  score: 1 - RMSE / RMSE of the naive forecast. One random seed (0) each: two networks may differ by chance alone.
- Linear (ridge) regression reads the same window and is fitted on the training days of the network beside it.
- Of the report's runs, with either split, weights are those of the last epoch; they are trained on longer prices.
"""
COLUMNS = (
    "data", "coin", "horizon", "model", "parameters", "MSE", "MAE", "MAPE", "skill score", "naive MSE",
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
        *(f"- Data: {d['symbol']}, {d['source']}, {d['first']} to {d['last']}, {d['rows']} days, fingerprint "
          f"`{d['fingerprint']}`.{_lacking(d)}" for d in stamps),
        f"- Spec: {same}; patience {default[0].spec['patience']}, of the report's runs 0.",
        made_with(first),
        "- Command: `python -m core ship --kind forecast`.",
        "",
        *_section("Returns, chronological split: the default", default, "coverage, 80% interval", _coverage),
        *_section("Prices, chronological split", levels, "coverage, 80% interval", _coverage),
        *_section("The report's networks, chronological split", honest, "coverage, 80% interval", _coverage),
        *_section("Random split (report)", leaking, "the report's MSE", _report),
    ]  # fmt: skip
    return "\n".join(lines)


def _groups(made: list[Run]) -> tuple[list[Run], ...]:
    """Return the runs by default, those on prices with early stopping, and the report's with both splits."""
    early, every = ([run for run in made if bool(run.spec["patience"]) == stops] for stops in (True, False))
    return (
        *([run for run in early if run.spec["scaling"] == scaling] for scaling in ("returns", "train")),
        *([run for run in every if run.spec["protocol"] == protocol] for protocol in ("time-ordered", "report")),
    )


def _lacking(data: dict) -> str:
    return "" if data["source"] == included.SOURCE else " These prices are not part of the project."


def _section(title: str, made: list[Run], last: str, figure) -> list[str]:
    return [f"## {title}", "", *_table(made, last, figure), ""]


def _table(made: list[Run], last: str, figure) -> list[str]:
    return ["| " + " | ".join((*COLUMNS, last)) + " |", "|" + "---|" * (len(COLUMNS) + 1), *(
        "| " + " | ".join((*_row(run), figure(run))) + " |" for run in made
    )]  # fmt: skip


def _row(run: Run) -> tuple[str, ...]:
    said = run.metrics
    return (
        f"to {run.data['last']}", run.spec["symbol"], str(run.spec["horizon"]), MODELS[run.spec["model"]],
        f"{run.facts['parameters']:,}",
        f"{said['test_mse']:.1f}", f"{said['test_mae']:.2f}", f"{said['test_mape']:.3f}", f"{said['test_skill']:z.2f}",
        f"{said['naive_test_mse']:.1f}", f"{said['linear_test_mse']:.1f}",
    )  # fmt: skip


def _coverage(run: Run) -> str:
    return f"{run.metrics['coverage']:.1%}"


def _report(run: Run) -> str:
    chosen = Spec(**run.spec)
    return f"{REPORT[chosen.horizon, chosen.model, chosen.symbol][0]:.1f}"
