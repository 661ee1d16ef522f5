"""Write the model card of the included price networks; every figure is taken from the runs themselves."""

from core.labs.crypto_forecasting import messages
from core.labs.crypto_forecasting.spec import MODELS, REPORT, Spec
from core.runs.cards import made_with, over_seeds, prices_of, table
from core.runs.store import Run

COLUMNS = (
    "coin",
    "horizon",
    "model",
    "parameters",
    "MSE",
    "MAE",
    "MAPE",
    "skill score",
    "naive MSE",
    "linear regression MSE",
)


def card(made: list[Run]) -> str:
    """Describe data and versions, with a table per split that lists the naive forecast beside each network."""
    first = made[0]
    varies = ("symbol", "horizon", "model", "protocol", "scaling", "patience", "seed")
    default, levels, honest, leaking = _groups(made)
    same = ", ".join(f"{name} {value}" for name, value in first.spec.items() if name not in varies)
    lines = [
        "# Model card: forecast",
        "",
        messages.about_card.strip(),
        "",
        *prices_of(made),
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
    return table((*COLUMNS, last), [(*_row(group), figure(group[0])) for group in groups.values()])


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
