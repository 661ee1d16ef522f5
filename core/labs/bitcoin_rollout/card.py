"""Write the model card of the included networks; every figure is taken from the runs themselves."""

from core.runs.cards import made_with, over_seeds
from core.runs.store import Run
from core.runs.stored import span

CARD = """
Stacked LSTM networks that forecast the next daily close of Bitcoin, and, fed their own forecasts, a year of them.

- Use: teaching. They show what a chart of observed and predicted prices hides: no network beats the naive forecast.
- A network forecasts returns by default; in the rows "train" it forecasts prices, as in the report.
- Chronological split: the first 80% of the days train, the last 20% test; the scaler is fitted on the training set
  alone. There is no validation set, as in the report: weights are those of the last epoch.
- Metrics: US dollars (mse: squared; mape: a fraction), once over the whole test set; skill score: 1 - RMSE / RMSE of
  the naive forecast (yesterday's price). The rows of the window study have fewer epochs. Linear (ridge) regression
  reads the same window and is fitted on the same days.
- Limits: one coin, one decade, one variable. Not for decisions about money.
"""


def card(made: list[Run]) -> str:
    """Write the model card: data, spec, and a row for each experiment with its spread over seeds."""
    first = made[0]
    groups: dict[tuple, list[Run]] = {}
    for run in made:
        groups.setdefault(tuple(run.spec[name] for name in _VARYING), []).append(run)
    same = ", ".join(f"{n} {v}" for n, v in first.spec.items() if n not in (*_VARYING, "seed"))
    lines = [
        "# Model card: rollout",
        "",
        CARD.strip(),
        "",
        _data(first),
        f"- Spec: {same}.",
        made_with(first),
        "- Command: `python -m core ship --kind rollout`.",
        "",
        "| " + " | ".join(_HEADS) + " |",
        "|" + "---|" * len(_HEADS),
    ]
    return "\n".join([*lines, *(_row(group) for group in groups.values()), ""])


def _data(run: Run) -> str:
    data, naive = run.data, run.metrics
    return (
        f"- Data: {data.get('symbol')}, {data['source']}, {span(data)}, {data['rows']} rows, "
        f"fingerprint `{data['fingerprint']}`. Naive forecast on its test days, one day ahead: RMSE "
        f"{naive['naive_test_rmse']:.0f}, MAE {naive['naive_test_mae']:.0f}, MAPE {naive['naive_test_mape']:.4f}."
    )


_VARYING = ("window", "horizon", "scaling", "epochs")
_HEADS = (
    "window", "horizon", "scaling", "epochs", "seeds", "parameters",
    "test RMSE", "MAE", "MAPE", "MASE", "skill score", "linear regression RMSE",
)  # fmt: skip


def _row(group: list[Run]) -> str:
    first = group[0]
    cells = [str(first.spec[name]) for name in _VARYING]
    cells += [str(len(group)), f"{first.facts['parameters']:,}"]
    for name, form in (("rmse", ".0f"), ("mae", ".0f"), ("mape", ".4f"), ("mase", ".2f"), ("skill", "z.3f")):
        cells.append(over_seeds([run.metrics[f"test_{name}"] for run in group], form))
    cells.append(f"{first.metrics['linear_test_rmse']:.0f}")
    return "| " + " | ".join(cells) + " |"
