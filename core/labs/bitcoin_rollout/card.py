"""Write the model card of the included networks; every figure is taken from the runs themselves."""

from core.labs.bitcoin_rollout import messages
from core.runs.cards import made_with, over_seeds, table
from core.runs.store import Run
from core.runs.stored import span


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
        messages.about_card.strip(),
        "",
        _data(first),
        f"- Spec: {same}.",
        made_with(first),
        "- Command: `python -m core ship --kind rollout`.",
        "",
        *table(_HEADS, [_row(group) for group in groups.values()]),
        "",
    ]
    return "\n".join(lines)


def _data(run: Run) -> str:
    data, naive = run.data, run.metrics
    return (
        f"- Data: {data.get('symbol')}, {data['source']}, {span(data)}, {data['rows']} rows, "
        f"fingerprint `{data['fingerprint']}`. Naive forecast on its test days, one day ahead: RMSE "
        f"{naive['naive_test_rmse']:.0f}, MAE {naive['naive_test_mae']:.0f}, MAPE {naive['naive_test_mape']:.4f}."
    )


_VARYING = ("window", "horizon", "scaling", "epochs")
_ERRORS = ("test RMSE", "MAE", "MAPE", "MASE", "skill score", "linear regression RMSE")
_HEADS = (*_VARYING, "seeds", "parameters", *_ERRORS)


def _row(group: list[Run]) -> list[str]:
    first = group[0]
    cells = [str(first.spec[name]) for name in _VARYING]
    cells += [str(len(group)), f"{first.facts['parameters']:,}"]
    for name, form in (("rmse", ".0f"), ("mae", ".0f"), ("mape", ".4f"), ("mase", ".2f"), ("skill", "z.3f")):
        cells.append(over_seeds([run.metrics[f"test_{name}"] for run in group], form))
    cells.append(f"{first.metrics['linear_test_rmse']:.0f}")
    return cells
