"""Write the model card of the included weather networks; every figure is taken from the runs or fitted again."""

from core.labs.recurrent_cells import messages, rivals, weather
from core.labs.recurrent_cells.weather import Spec
from core.learn import errors as metrics
from core.runs import spec as specs
from core.runs.cards import made_with
from core.runs.store import Run
from core.runs.stored import span

NAMES = [f"{part}_{name}" for part in weather.PARTS for name in ("mse", "rmse", "mae")] + ["test_skill"]
HEAD = ["| " + " | ".join(["network", "parameters", *NAMES]) + " |", "|" + "---|" * (len(NAMES) + 2)]


def card(made: list[Run]) -> str:
    """Describe data, split and settings, with a table for each preset and for the way between them."""
    first = made[0]
    lines = ["# Model card: weather", "", messages.about_card.strip(), "", *_stamps(made)]
    lines += [f"- Seeds: {', '.join(str(seed) for seed in sorted({run.spec['seed'] for run in made}))}."]
    lines += [made_with(first), "- Command: `python -m core ship --kind weather`.", ""]
    found = {specs.from_dict(Spec, run.spec): run for run in made}
    for name, chosen in weather.presets().items():
        lines += [f"## Preset {name}", "", f"Spec: {_settings(chosen)}.", "", *HEAD]
        groups = {cell: [found[one] for one in weather.preset(name) if one.cell == cell] for cell in weather.CELLS}
        lines += [_row(weather.CELL_NAMES[cell], group) for cell, group in groups.items()]
        lines += [
            _line(f"{one.name} ({one.inputs})", one.parameters, [f"{one.metrics[n]:.3f}" for n in NAMES])
            for one in rivals.of(chosen)
        ]
        lines += [""]
    lines += [f"## From one to the other, {weather.CELL_NAMES[weather.presets()['works'].cell]}", "", *HEAD]
    return "\n".join([*lines, *(_row(name, [found[one] for one in way]) for name, way in weather.steps().items()), ""])


def _stamps(made: list[Run]) -> list[str]:
    """Return a line on each set of columns that runs read."""
    stamps = {run.data["fingerprint"]: run for run in made}.values()
    return [
        f"- Data: {run.data['source']}, {span(run.data)}, {run.data['rows']} rows, columns "
        f"{', '.join([weather.MAXIMUM, *weather.columns(Spec(**run.spec))])}, "
        f"fingerprint `{run.data['fingerprint']}`."
        for run in stamps
    ]


def _settings(chosen: Spec) -> str:
    return ", ".join(f"{name} {value}" for name, value in specs.to_dict(chosen).items() if name not in ("seed", "cell"))


def _row(name: str, group: list[Run]) -> str:
    spreads = [metrics.spread([run.metrics[metric] for run in group]) for metric in NAMES]
    return _line(name, group[0].facts["parameters"], [f"{mean:.3f} ± {deviation:.3f}" for mean, deviation in spreads])


def _line(name: str, parameters: int, cells: list[str]) -> str:
    return "| " + " | ".join([name, f"{parameters:,}", *cells]) + " |"
