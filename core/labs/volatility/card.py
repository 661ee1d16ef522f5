"""Write the model card of the included volatility networks; its tables are taken from the runs themselves."""

from core.labs.volatility.rivals import NAMES
from core.labs.volatility.spec import MODELS, PLAIN, Spec
from core.learn.errors import spread
from core.prices.intervals import THIRDS
from core.runs import spec as specs
from core.runs.cards import made_with
from core.runs.store import Run
from core.runs.stored import span

ABOUT = """
Networks that forecast the log variance of tomorrow, or its mean over the next seven days, of Bitcoin, Litecoin and
Monero. They are for teaching: volatility can be forecast where a price cannot, most of it by linear models. None is
advice to trade.

- Target: log of the Garman-Klass variance from open, high, low and close; a day without a range gets 1e-6.
- Chronological split: the first 65% of the days train, the next 15% validate, the last 20% test. No target lies
  across a boundary. Networks, linear models, GARCH, scaling and the power of the intervals are fitted before the test.
- Networks learn the residuals of a linear model on the same inputs, on all three coins up to the same days. The dense
  network is the mean of five. The plain network is a GRU that learns the log variance itself, on one coin.
- Early stopping on the validation days, then anew on training and validation days.
- Errors: MSE of the log variance and QLIKE, mean over seeds (± standard deviation). Skill score: 1 - MSE / MSE of the
  naive forecast (today's value). DM is the Diebold-Mariano statistic (Newey-West variance), mean over seeds: above 1.96
  the network is better.
- Intervals: 80%, for tomorrow's return, calibrated on the 365 days before; calm, middle and rough are thirds of the
  test days by HAR's forecast, of about 200 days each: a coverage is uncertain by 2.8 points (one standard error).
- EWMA and GARCH are shifted to the mean log variance of the days before the test; the others need no shift.
- Another coin or file gets the linear model, scaling and networks of the coin that the run was trained on.
"""
TRIED = """
## On other prices, and what was tried

Yahoo's prices from 17 September 2014 to 8 May 2023 (not part of the project), of which the last 632 days test:
`python -m core train volatility --set symbol=BTC-USD --set seed=0 --csv BTC-USD.csv`, dense network, seeds 0 to 2.

| coin | MSE | skill score | skill over HAR | DM, HAR | linear model's MSE | DM, linear | calm | middle | rough |
|---|---|---|---|---|---|---|---|---|---|
| BTC | 0.864 ± 0.002 | 0.421 | 0.122 | 5.7 to 5.9 | 0.866 | 0.3 to 2.3 | 77.4% | 80.0% | 84.4% |
| LTC | 0.708 ± 0.002 | 0.407 | 0.113 | 4.8 to 5.0 | 0.710 | 1.0 to 2.8 | 78.7% | 79.8% | 81.2% |
| XMR | 0.621 ± 0.002 | 0.359 | 0.079 | 3.6 to 3.8 | 0.621 | -0.6 to 0.5 | 85.0% | 79.5% | 78.0% |

- On these days the MSE of the naive forecast is 1.493 / 1.194 / 0.968 (BTC / LTC / XMR), of HAR 0.984 / 0.798 /
  0.674. Most of the gain over HAR is the linear model's. A network is better than it on some seeds of BTC and LTC only.
- Coverage of rough days of BTC (84.4%) and calm days of XMR (85.0%) lies outside 77 to 83%. Widths that grow with
  the full forecast deviation (power 1) held 72.5% of calm and 83.9% of rough days of BTC; calibration on the third of
  the past days with the most similar forecast held 76.3% and 84.8%. The fitted power has the lower pinball loss. A
  share of 80% of 210 days has a standard error of 2.8 points; both lie within two of them.
- Adaptive levels (Gibbs and Candes 2021), linear in the forecast, around the linear model's: on the validation days of
  both sources the thirds are 1.7 to 2.4 points from 80% with steps of 0.005 to 0.1, and 2.0 without. The pinball loss
  is higher with each. On these test days a step of 0.05 would hold all nine thirds between 77 and 83% at a pinball
  loss higher by 5%, smaller ones hold 83.9 to 85.3% of BTC's rough days: no step is better by what was known before.
  A memory of 730 days or of all instead of 365 held 85.3% of these days, and 83.9 to 85.3% of calm days of XMR.
- Inputs and units were chosen by the validation loss of trials on these prices (the test errors of the trials were
  seen, too). The linear model's is 0.706 with these inputs, 0.710 without ranges, longer means and the same weekday.
- Networks that learn the log variance itself instead of residuals had 0.893 / 0.725 / 0.723; trained on one coin
  0.880 / 0.722 / 0.632, where those trained on all had 0.877 / 0.718 / 0.632.
- Means over the other coins as more inputs gave the linear model 0.878 / 0.719 / 0.614 instead of 0.871 / 0.714 /
  0.631: better on XMR, worse on the others. They are left out, since a file brings one coin.
- A GRU trained with five members on these prices had 0.883 / 0.717 / 0.616; five took five times as long as one.
"""
NETWORKS = MODELS | {"plain": "plain network"}
HEAD = ("forecast", "parameters", "MSE", "QLIKE", "skill score", "skill over HAR", "DM, HAR", "DM, linear")
INTERVAL = ("interval scaled by", "all days", *THIRDS, "pinball, %", "Winkler, %")


def card(made: list[Run]) -> str:
    """Describe data and settings, with a table of errors and one of intervals for each coin and horizon."""
    first = made[0]
    stamps = {run.data["fingerprint"]: run.data for run in made}.values()
    varies = ("symbol", "model", "horizon", "seed")
    plain = ", ".join(f"{name} {value}" for name, value in PLAIN.items())
    same = ", ".join(f"{name} {value}" for name, value in first.spec.items() if name not in varies)
    lines = ["# Model card: volatility", "", ABOUT.strip(), ""]
    lines += [
        f"- Data: {d.get('symbol')}, {d['source']}, {span(d)}, {d['rows']} days, fingerprint `{d['fingerprint']}`."
        for d in stamps
    ]
    lines += [
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
        lines += _table(HEAD, [*_networks(networks), *_rivals(next(iter(networks.values()))[0])])
        if horizon == 1:
            lines += _table(INTERVAL, _intervals(networks))
    return "\n".join([*lines, TRIED.strip(), ""])


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


def _networks(networks: dict[str, list[Run]]) -> list[tuple[str, ...]]:
    return [_network(name, group) for name, group in networks.items()]


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
