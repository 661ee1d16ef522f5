"""Command line of the labs: `python -m core train weather --set cell=gru --json`."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from core import labs, plain, settings
from core.errors import SpecError, StoreError, TamrinError
from core.files import kinds as file_kinds
from core.learn.rivals import Rival
from core.runs import checks, runs, shipping, spec as specs, stored
from core.runs.store import Run, Store

CSV = click.option("--csv", "csv", metavar="FILE", help="Daily prices to use, for kinds that read prices.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")


class _Sentences(click.Group):
    """Print errors that a user can cause as one sentence and exit with code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TamrinError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Sentences)
def main() -> None:
    """Train, list, show and evaluate the labs' models."""
    settings.prepare_tensorflow()


@main.command()
@click.argument("kind")
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a field of the spec to another value than its default; repeatable.",
)
@click.option("--preset", metavar="NAME", help="Start from these settings, report or works, instead of the default.")
@CSV
@AS_JSON
def train(kind: str, assignments: tuple[str, ...], preset: str | None, csv: str | None, as_json: bool) -> None:
    """Train one experiment of KIND, or load it if it is saved; print its metrics and those of the baselines."""
    chosen = _spec(kind, preset, specs.parse_assignments(assignments))
    data = _data(kind, chosen, csv)
    with _Bar() as report:
        run = runs.train(kind, chosen, _store(), report, data=data)
    _show(run, as_json, labs.rivals(run))


def _spec(kind: str, preset: str | None, assignments: dict[str, str]) -> Any:
    """Return the spec of a preset, or the default one, changed by the assignments."""
    module = runs.kind_module(kind)
    if preset is None:
        return specs.from_dict(module.Spec, assignments)
    known = module.presets(specs.from_dict(module.Spec, assignments)) if hasattr(module, "presets") else {}
    among = f"choose one of {', '.join(known)}" if known else "it has none"
    specs.require(preset in known, f"There is no preset {preset!r} of {kind}; {among}.")
    return specs.from_dict(module.Spec, specs.to_dict(known[preset]) | specs.renamed(module.Spec, assignments))


@main.command(name="runs")
@AS_JSON
def list_runs(as_json: bool) -> None:
    """List the saved runs, newest first."""
    found, faults = _store().list()
    for fault in faults:
        click.echo(fault, err=True)
    if as_json:
        click.echo(plain.dumps([stored.described(run) for run in found]))
        return
    for run in found:
        click.echo(f"{run.kind}  {run.key}  {run.origin:8}  {run.created[:10]}  {_title(run)}")


@main.command()
@click.argument("key")
@AS_JSON
def show(key: str, as_json: bool) -> None:
    """Show the saved run of KEY (its first characters are enough)."""
    _show(_named(key), as_json)


@main.command()
@click.argument("kind")
@click.argument("key", required=False)
@CSV
@click.option("--folder", help="Images in class folders, or a zip of them, instead of the run's own data (images).")
@click.option("--file", "path", metavar="FILE", help="Your own labelled file: test set and file, one beside the other.")
@click.option("--zip", "archive", metavar="FILE", help="The same, an archive of labelled images or clips.")
@click.option("--clips", help="A folder or CSV file of labelled video clips as test set (violence).")
@click.option("--threshold", default=0.5, show_default=True, help="With --clips: decision threshold of P(fight).")
@AS_JSON
def evaluate(
    kind: str,
    key: str | None,
    csv: str | None,
    folder: str | None,
    path: str | None,
    archive: str | None,
    clips: str | None,
    threshold: float,
    as_json: bool,
) -> None:
    """Evaluate the saved weights of a run of KIND and print its metrics (default: the pre-trained model)."""
    module, store, run = runs.kind_module(kind), _store(), _run_or_shipped(kind, key)
    if folder:
        _show_folder(module, run, store.weights(run), folder, as_json)
        return
    chosen, stamp = specs.from_dict(module.Spec, run.spec), run.data
    if own := path or archive or ("" if hasattr(module, "read_data") else csv):
        _show_own_file(module, run, store, own, as_json)
        return
    if clips:
        specs.require(hasattr(module, "evaluate_clips"), f"The kind {kind} takes no --clips.")
        metrics = module.evaluate_clips(run, store.weights(run), clips, threshold)
    elif (data := _data(kind, chosen, csv)) is None:
        metrics = module.evaluate(chosen, store.weights(run))
    else:
        metrics, stamp = module.evaluate(run, store.weights(run), data)
    if as_json:
        home = {"home": run.metrics} if csv else {}  # a file of prices: the run's own test days beside it
        click.echo(plain.dumps({"key": run.key, "spec": run.spec, "metrics": metrics, "data": stamp, **home}))
    else:
        click.echo(_title(run) + "\n" + _table({k: v for k, v in metrics.items() if isinstance(v, int | float)}))


@main.command()
@click.argument("file")
@click.option("--key", help="A saved run of violence; default: the pre-trained model.")
@AS_JSON
def check_video(file: str, key: str | None, as_json: bool) -> None:
    """Print P(fight) for each two seconds of the video FILE."""
    run = _run_or_shipped("violence", key)
    found = runs.kind_module("violence").check_file(run, _store().weights(run), file)
    if as_json:
        click.echo(plain.dumps(found))
        return
    for window in found["windows"]:
        click.echo(f"{window['start']:8.1f} s to {window['end']:8.1f} s  {_chance(window['probability'])}")
    for sentence in found["told"]:
        click.echo(sentence, err=True)
    click.echo(f"{found['seconds']:.1f} s of video in {found['spent']:.1f} s; not a judgement of people.", err=True)


def _chance(probability: float | None) -> str:
    return "cannot judge" if probability is None else f"{probability:.3f}"


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE ...")
@click.option("--as", "kind", type=click.Choice(tuple(labs.READERS)), required=True, help="Content of the files.")
@click.option("--answer", "answers", multiple=True, metavar="NAME=VALUE", help="Answer a question; repeatable.")
@AS_JSON
def read(files: tuple[str, ...], kind: str, answers: tuple[str, ...], as_json: bool) -> None:
    """Read each FILE as a page does and print how it is interpreted; with --json one object per line."""
    given = specs.parse_assignments(answers)
    for file in files:
        try:
            told = file_kinds.read(kind, Path(file), answers=given).as_json()
        except TamrinError as error:
            told = {"refused": str(error)}
        click.echo(plain.dumps({"file": file, **told}, ensure_ascii=False) if as_json else _read_out(file, told))


def _read_out(file: str, told: plain.Object) -> str:
    """Format the reading of a file as lines of text."""
    lines = [file, *(f"  {name}: {value}" for name, value in told.items() if name not in ("told", "asked"))]
    lines += [f"  {sentence}" for sentence in told.get("told", [])]
    for question in told.get("asked", []):
        lines.append(f"  {question['question']} (--answer {question['name']}={'|'.join(question['choices'])})")
    return "\n".join(lines)


def _show_own_file(module: Any, run: Run, store: Store, file: str, as_json: bool) -> None:
    """Print the metrics of a run on its own test set and on a labelled file."""
    specs.require(Path(file).exists(), f"There is no file {file!r}.")
    found = labs.own_file(run, store, Path(file))
    if as_json:
        more = {}
        if hasattr(module, "evaluate_file"):  # for scripts that read its names
            more = module.evaluate_file(specs.from_dict(module.Spec, run.spec), store.weights(run), file)
        click.echo(plain.dumps({"key": run.key, "spec": run.spec, "file": file, **more, **found.plain()}))
        return
    for sentence in found.told:
        click.echo(sentence, err=True)
    click.echo(f"{_title(run)}\n{found.sentence()}")
    for row in [*found.rows(), *(one.row() for one in found.shift)]:
        click.echo("  " + "  ".join(f"{value:32}" for value in row.values()).rstrip())


def _show_folder(module: Any, run: Run, weights: bytes, folder: str, as_json: bool) -> None:
    """Print the metrics of a saved classifier on a folder of class folders, with its confusion matrix."""
    if not hasattr(module, "evaluate_folder"):
        raise StoreError(f"--folder is for images; a run of {run.kind} is evaluated on its own data.")
    found = module.evaluate_folder(run, weights, folder)
    if as_json:
        click.echo(plain.dumps({"key": run.key, "spec": run.spec, **found}))
        return
    click.echo(f"{_title(run)}\n  accuracy {found['accuracy']:.4f}  macro F1 {found['macro_f1']:.4f}  ", nl=False)
    click.echo(f"of {found['pictures']} images; confusion matrix, rows: true class")
    for name, row in zip(found["classes"], found["confusion"], strict=True):
        click.echo(f"  {name:20} " + " ".join(f"{count:6}" for count in row))


@main.command()
@click.argument("key", required=False)
@CSV
@click.option("--days", default=365, show_default=True, help="Days ahead, 1 to 365.")
@click.option("--paths", default=200, show_default=True, help="Simulated paths of the prediction interval.")
@click.option(
    "--from", "start", metavar="DAY", help="Forecast origin: a past day such as 2022-11-30 instead of the last one."
)
@click.option("--seed", default=0, show_default=True, help="Random seed of the paths.")
@AS_JSON
def rollout(key: str | None, csv: str | None, as_json: bool, **chosen: Any) -> None:
    """Forecast many days recursively with a network of the kind rollout (default: the newest default one)."""
    module, store = runs.kind_module("rollout"), _store()
    run = _named(key, "rollout") if key else next(iter(runs.of_spec("rollout", module.shipped()[0], store.list()[0])))
    prices = _data("rollout", specs.from_dict(module.Spec, run.spec), csv)
    told = module.unrolled(run, store.weights(run), prices, **chosen)
    if as_json:
        click.echo(plain.dumps(told))
        return
    click.echo(f"{_title(run)}\n  from {told['from']}, last close {told['last_close']:,.2f}")
    for day, path, low, high in zip(told["days"], told["path"], *told["fan"]["80%"], strict=True):
        click.echo(f"  {day}  {path:12,.2f}   80% from {low:,.2f} to {high:,.2f}")


@main.command()
@click.option("--beyts", default=7, show_default=True, help="Number of couplets (beyts).")
@click.option("--seed", default=7, show_default=True, help="Random seed of the sampling.")
@click.option("--temperature", default=0.7, show_default=True)
@click.option("--top-k", default=0, show_default=True, help="Sample from the K most probable characters; 0: from all.")
@click.option("--top-p", default=1.0, show_default=True)
@click.option("--prompt", default="", help="First words of the poem.")
@click.option("--radif", default="", help="Radif (refrain) of the rhyming hemistichs.")
@click.option("--form/--no-form", default=True, help="Enforce rhyme and radif, or sample characters freely.")
@click.option("--pen-name/--no-pen-name", default=True, help="Hafez's pen name in the last couplet.")
@click.option("--network", default="", metavar="KEY", help="A saved run of poems; default: the pre-trained model.")
@AS_JSON
def poem(network: str, as_json: bool, **wanted: Any) -> None:
    """Write a ghazal, or sample characters without enforcing its form."""
    module, store = runs.kind_module("poems"), _store()
    found = runs.of_spec("poems", module.shipped()[0], store.list()[0])
    told = module.write(store, _named(network, "poems") if network else next(iter(found), None), wanted)
    click.echo(plain.dumps(told, ensure_ascii=False) if as_json else module.shown(told["lines"]))


@main.command()
@click.option("--kind", "kinds", multiple=True, help="Only this kind; repeatable. Default: all.")
@click.option("--rivals", is_flag=True, help="Measure the baselines beside the models again, and train nothing.")
def ship(kinds: tuple[str, ...], rivals: bool) -> None:
    """Train every pre-trained model of the project anew, and write its model card."""
    for kind in kinds or tuple(labs.KINDS):
        if rivals:
            shipping.measure_rivals(kind, settings.SHIPPED)
        else:
            shipping.rebuild(kind, settings.SHIPPED, _Bar)


class _Bar:
    """A progress bar on stderr, advanced by the events of a training."""

    def __enter__(self) -> "_Bar":
        self._bar: Any = None
        return self

    def __call__(self, event: Mapping[str, Any]) -> None:
        if "epoch" not in event:
            return
        if self._bar is None:
            self._bar = click.progressbar(length=event["epochs"], label="epochs", file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(1)

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(*exception)


def _data(kind: str, chosen: Any, csv: str | None) -> Any:
    """Load the input data of a kind; warn on stderr if they are old. Return None for kinds without input data."""
    module = runs.kind_module(kind)
    if not hasattr(module, "read_data"):
        if csv:
            raise SpecError(f"The kind {kind} reads no prices; leave --csv out.")
        return None
    data, note = module.read_data(chosen, csv)
    if note:
        click.echo(note, err=True)
    return data


def _store() -> Store:
    return Store(settings.read().store, judge=checks.check)


def _run_or_shipped(kind: str, key: str | None) -> Run:
    """Return the run of a key, or without a key the stored run of the first shipped spec of the kind."""
    if key:
        return _named(key, kind)
    first, known = runs.kind_module(kind).shipped()[:1], _store().list()[0]
    run = next((run for spec in first for run in runs.of_spec(kind, spec, known)), None)
    if run is None:
        raise StoreError(f"No run of {kind} is saved; train one first.")
    return run


def _named(key: str, kind: str | None = None) -> Run:
    """Return the only stored run whose key begins with `key`. StoreError if there is none, or more than one."""
    found = [run for run in _store().list()[0] if run.key.startswith(key) and kind in (None, run.kind)]
    if len(found) != 1:
        raise StoreError(f"{len(found)} saved runs have a key that begins with {key!r}; `runs` lists them.")
    return found[0]


def _show(run: Run, as_json: bool, rivals: Sequence[Rival] = ()) -> None:
    if as_json:
        told = [one.described() for one in rivals]
        click.echo(plain.dumps(stored.described(run) | ({"rivals": told} if told else {})))
        return
    click.echo(_title(run) + "\n" + _table(run.metrics))
    for rival in rivals:
        click.echo(f"{rival.name}, {rival.parameters:,} weights\n{_table(rival.metrics)}")


def _title(run: Run) -> str:
    return f"{run.key}  " + "  ".join(f"{name}={value}" for name, value in run.spec.items())


def _table(metrics: dict[str, float]) -> str:
    return "\n".join(f"  {name:20} {value:12.4f}" for name, value in metrics.items())


if __name__ == "__main__":
    # A file or pipe may have another encoding by default, without Persian letters.
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
    main(prog_name="python -m core")
