"""Write the model card of the included volatility networks; its tables are taken from the runs themselves."""

from core.labs.volatility import messages
from core.labs.volatility.rivals import NAMES
from core.labs.volatility.spec import MODELS, PLAIN, Spec
from core.learn.errors import spread
from core.prices.intervals import THIRDS
from core.runs import spec as specs
from core.runs.cards import made_with, prices_of, table
from core.runs.store import Run

NETWORKS = MODELS | {"plain": "plain network"}
HEAD = ("forecast", "parameters", "MSE", "QLIKE", "skill score", "skill over HAR", "DM, HAR", "DM, linear")
INTERVAL = ("interval scaled by", "all days", *THIRDS, "pinball, %", "Winkler, %")


def card(made: list[Run]) -> str:
    """Describe data and settings, with a table of errors and one of intervals for each coin and horizon."""
    first = made[0]
    varies = ("symbol", "model", "horizon", "seed")
    plain = ", ".join(f"{name} {value}" for name, value in PLAIN.items())
    same = ", ".join(f"{name} {value}" for name, value in first.spec.items() if name not in varies)
    lines = [
        "# Model card: volatility",
        "",
        messages.about_card.strip(),
        "",
        *prices_of(made),
        f"- Spec: {same}; of the {NETWORKS['plain']}: {plain}.",
        made_with(first),
        "- Command: `python -m core ship --kind volatility`.",
        "",
    ]
    groups: dict[tuple[str, int], dict[str, list[Run]]] = {}
    for run in made:
        chosen = specs.from_dict(Spec, run.spec)
        groups.setdefault((chosen.symbol, chosen.horizon), {}).setdefault(
            chosen.model if chosen.residual else "plain", []
        ).append(run)
    for (symbol, horizon), networks in groups.items():
        lines += [f"## {symbol}, {'tomorrow' if horizon == 1 else f'the next {horizon} days'}", ""]
        rows = [_network(name, group) for name, group in networks.items()]
        lines += [*table(HEAD, [*rows, *_rivals(next(iter(networks.values()))[0])]), ""]
        if horizon == 1:
            lines += [*table(INTERVAL, _intervals(networks)), ""]
    return "\n".join([*lines, messages.card_tried.strip(), ""])


def _network(name: str, group: list[Run]) -> tuple[str, ...]:
    mse, deviation = spread([run.metrics["test_mse"] for run in group])
    over = 1 - mse / group[0].metrics["har_test_mse"]
    return (
        f"{NETWORKS[name]}, {len(group)} seeds",
        f"{group[0].facts['parameters']:,}",
        f"{mse:.3f} ± {deviation:.3f}",
        f"{_mean(group, 'test_qlike'):.3f}",
        f"{_mean(group, 'test_skill'):z.3f}",
        f"{over:.3f}",
        f"{_statistic(group, 'har'):.1f}",
        f"{_statistic(group, 'linear'):.1f}",
    )


def _rivals(run: Run) -> list[tuple[str, ...]]:
    told = run.metrics
    return [
        (
            label,
            str(run.facts["fitted"]["parameters"][name]),
            f"{told[f'{name}_test_mse']:.3f}",
            f"{told[f'{name}_test_qlike']:.3f}",
            f"{told[f'{name}_test_skill']:z.3f}",
            f"{1 - told[f'{name}_test_mse'] / told['har_test_mse']:.3f}",
            "",
            "",
        )
        for name, label in reversed(NAMES.items())
    ]


def _intervals(networks: dict[str, list[Run]]) -> list[tuple[str, ...]]:
    group = next(iter(networks.values()))
    rows = [("constant width", group, "constant_"), ("HAR", group, "har_"), ("linear regression", group, "linear_")]
    rows += [(f"the {NETWORKS[name]}", runs, "") for name, runs in networks.items()]
    names = ("coverage", *(f"coverage_{third}" for third in THIRDS))
    return [
        (
            label,
            *(f"{_mean(runs, f'{before}interval_{name}'):.1%}" for name in names),
            *(f"{_mean(runs, f'{before}interval_{name}'):.3f}" for name in ("pinball", "winkler")),
        )
        for label, runs, before in rows
    ]


def _mean(group: list[Run], name: str) -> float:
    return spread([run.metrics[name] for run in group])[0]


def _statistic(group: list[Run], rival: str) -> float:
    """Return the mean over seeds of the Diebold-Mariano statistic against a rival."""
    return spread([one["statistic"] for run in group for one in run.facts["rivals"] if one["name"] == rival])[0]
