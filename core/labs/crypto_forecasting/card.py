"""Write the model card of the included price networks; every figure is taken from the runs themselves."""

from core.labs.crypto_forecasting.spec import MODELS, REPORT, Spec
from core.prices.sources import included
from core.runs.cards import made_with
from core.runs.store import Run

ABOUT = """
Networks that forecast the next daily closes of Bitcoin, Litecoin and Monero from the last 30. They are for teaching:
on these prices "same as yesterday" is hard to beat, and none of them is advice to buy or sell.

- Time-ordered: the first 65 % of the days train, the next 15 % validate, the last 20 % test; no window lies across a
  cut, and the scaling is fitted on the training part alone. The 80 % band is split conformal on the validation part.
- Returns (the default) and prices, on the included prices: training ends after the validation loss has not improved
  for the epochs of patience, and the weights are those of its best epoch.
- As in the report: all days scaled at once, overlapping windows parted by lot, 80 to 20, the last ten all in the test
  part. It leaks, and is here only so that the leak can be seen.
- Errors are in dollars on the test part (MSE: squared), computed once over all samples and steps, dropout off. Skill is
  1 - RMSE / RMSE of "same as yesterday". One seed (0) each: two networks may differ by chance alone.
- Of the report's runs, by either protocol, weights are those of the last epoch; they are trained on longer prices.
"""
COLUMNS = ("data", "coin", "horizon", "model", "parameters", "MSE", "MAE", "MAPE", "skill", "naive MSE")


def card(made: list[Run]) -> str:
    """Describe data and versions, with a table per protocol that lists the naive forecast beside each network."""
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
        *_section("Returns, time-ordered: the default", default, "80 % band holds", _coverage),
        *_section("Prices, time-ordered", levels, "80 % band holds", _coverage),
        *_section("The report's networks, time-ordered", honest, "80 % band holds", _coverage),
        *_section("As in the report", leaking, "the report's MSE", _report),
    ]  # fmt: skip
    return "\n".join(lines)


def _groups(made: list[Run]) -> tuple[list[Run], ...]:
    """Return the runs by default, those on prices with early stopping, and the report's by its two protocols."""
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
        f"{said['test_mse']:.1f}", f"{said['test_mae']:.2f}", f"{said['test_mape']:.3f}", f"{said['test_skill']:.2f}",
        f"{said['naive_test_mse']:.1f}",
    )  # fmt: skip


def _coverage(run: Run) -> str:
    return f"{run.metrics['coverage']:.1%}"


def _report(run: Run) -> str:
    chosen = Spec(**run.spec)
    return f"{REPORT[chosen.horizon, chosen.model, chosen.symbol][0]:.1f}"
