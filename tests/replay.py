"""Replay one short training of every kind: `python -m tests.replay --write` records it, `--check` compares.

A refactoring must leave the weights as they are, bit by bit. Each replay trains with a fixed seed on data that come
with the project or that this file generates, and `tests/replay.json` keeps the SHA-256 of its weights and that of its
metrics and curves. Matrix products of oneDNN and OpenBLAS differ in the last bits from processor to processor, so the
digests hold only on the machine that recorded them: on another one, record them before the change and check after it.
The norm of the weights is kept too; within a tolerance it holds everywhere for the networks that are written in NumPy.

The same file lists the shipped runs with their metrics: after a move all of them must load and show the same.
"""

import argparse
import hashlib
import io
import json
import math
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from core import settings
from core.runs import runs
from core.runs.store import Store

RECORD = Path(__file__).with_name("replay.json")
PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn")
# A cloud calls processors of several families by one name.
PROCESSOR = ("model name", "cpu family", "model", "stepping")
NUMPY = ("scratch digits", "scratch diabetes")  # quick and without TensorFlow
TOLERANCE = 1e-6  # relative tolerance of a norm
Result = dict[str, Any]  # digests of the weights and of the figures, and the norm of the weights


def weather(folder: Path) -> Iterator[Result]:
    from core.labs.recurrent_cells.weather import Spec

    for cell in ("gru", "lstm"):
        yield _trained("weather", Spec(cell=cell, units=8, layers=2, epochs=2, scaling=cell == "gru"), folder)


def rollout(folder: Path) -> Iterator[Result]:
    from core.labs.bitcoin_rollout.rollout import Spec
    from tests.core.prices.walks import walk

    spec = Spec(window=10, horizon=2, units=6, epochs=1, batch_size=128, scaling="returns")
    yield _trained("rollout", spec, folder, walk(spec.symbol))


def forecast(folder: Path) -> Iterator[Result]:
    from core.labs.crypto_forecasting.spec import Spec, as_reported
    from tests.core.prices.walks import walk

    for model, protocol in (("hybrid", "report"), ("gru", "time-ordered")):
        spec = as_reported(Spec(window=10, horizon=3, units=6, epochs=1, batch_size=128, model=model), protocol)
        yield _trained("forecast", spec, folder, walk(spec.symbol))


def volatility(folder: Path) -> Iterator[Result]:
    from core.labs.volatility import bars
    from core.labs.volatility.spec import Spec

    for model, pooled in (("dense", True), ("gru", False)):
        spec = Spec(symbol="LTC-USD", model=model, pooled=pooled, units=4, members=2, epochs=2, patience=0)
        yield _trained("volatility", spec, folder, bars.of_included(spec.symbol))


def images(folder: Path) -> Iterator[Result]:
    from core.labs.images.spec import Spec

    for model in ("a", "dense"):
        yield _trained("images", Spec(model=model, width=0.25, growth=4, epochs=1, per_class=20), folder)


def transfer(folder: Path) -> Iterator[Result]:
    """Train a network on five digits; then replace its head and train on the other five."""
    from core.labs.images.spec import Spec

    base = Spec(classes="0,1,2,3,4", width=0.25, epochs=1, per_class=20, augment="shift")
    start = runs.train("images", base, Store(str(folder / "runs"), shipped=None))
    second = replace(base, classes="5,6,7,8,9", start=start.key, head_epochs=1, augment="mirror")
    yield _trained("images", second, folder)


def emotion(folder: Path) -> Iterator[Result]:
    from core.labs.emotion.spec import Spec

    file = folder / "texts.csv"
    file.write_text("text,label\n" + "\n".join(_sentences()))
    for cell in ("bigru", "bow"):
        spec = Spec(cell=cell, data=str(file), vocabulary=100, embedding=8, units=6, dense=6, epochs=2)
        yield _trained("emotion", spec, folder)


def _sentences() -> Iterator[str]:
    rng = np.random.default_rng(5)
    words = {label: [f"{label}{n}" for n in range(8)] + [f"common{n}" for n in range(20)] for label in ("joy", "fear")}
    for number in range(240):
        label = ("joy", "fear")[number % 2]
        yield f"{' '.join(rng.choice(words[label], rng.integers(3, 9)))} {number},{label}"


def scratch(task: str) -> Callable[[Path], Iterator[Result]]:
    def replay(folder: Path) -> Iterator[Result]:
        from core.labs.from_scratch.spec import Spec

        yield _trained("scratch", Spec(task=task, epochs=3, dropout=0.2, decay=0.01), folder)

    return replay


def poems(folder: Path) -> Iterator[Result]:
    from core.labs.hafez.spec import Spec

    common = {"units": 16, "embedding": 8, "epochs": 1, "steps": 32}
    file = folder / "lines.txt"
    file.write_text("\n".join(_lines()))
    more = {"grams": 256, "half": True, "average": 0.9, "tied": True}
    yield _trained("poems", Spec(**common, **more, corpus=str(file), batch_size=8), folder)
    yield _trained("poems", Spec(**common, cell="lstm", corpus=str(file), batch_size=8), folder)


def _lines() -> Iterator[str]:
    rng = np.random.default_rng(6)
    words = ["گل", "باغ", "بهار", "مهر", "دوست", "شب", "ماه", "باد", "صبا", "یار"]
    for line in range(240):
        yield " ".join(rng.choice(words, 5)) + ("\n" if line % 8 == 7 else "")


def violence(folder: Path) -> Iterator[Result]:
    from core.labs.video_violence.experiment import Spec

    rows = ["path,label,source"]
    for number in range(16):
        name, kind = f"{number}.mp4", ("noFight", "fight")[number % 2]
        _film(folder / name, number)
        rows.append(f"{name},{kind},{number}")
    (folder / "clips.csv").write_text("\n".join(rows))
    yield _trained("violence", Spec(clips=str(folder), pretrained=False, epochs=1, whole_epochs=1), folder)


def _film(path: Path, number: int) -> None:
    """Write a second of a bright square on grey that moves to the right, faster with each number."""
    import av

    with av.open(path, "w") as out:
        stream = out.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for time in range(12):
            picture = np.full((48, 64, 3), 90, np.uint8)
            left = (1 + number) * time % 52
            picture[18:30, left : left + 12] = 230
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))


REPLAYS: dict[str, Callable[[Path], Iterator[Result]]] = {
    "weather": weather,
    "rollout": rollout,
    "forecast": forecast,
    "volatility": volatility,
    "images": images,
    "transfer": transfer,
    "emotion": emotion,
    "scratch digits": scratch("digits"),
    "scratch diabetes": scratch("diabetes"),
    "poems": poems,
    "violence": violence,
}


def _trained(kind: str, spec: Any, folder: Path, data: Any = None) -> Result:
    """Train and describe the result: digests of the weights, and of metrics and curves."""
    store = Store(str(folder / "runs"), shipped=None)
    run, weights, _ = runs.build(kind, spec, lambda event: None, lambda: False, data, store)
    arrays = _arrays(weights)
    told = json.dumps([run.metrics, run.history, run.kept_epoch], sort_keys=True)
    return {
        "weights": _digest(*(part for array in arrays for part in (str((array.shape, array.dtype)), array.tobytes()))),
        "figures": _digest(told),
        "norm": math.sqrt(sum(float(np.square(a.astype(np.float64)).sum()) for a in arrays if a.dtype.kind == "f")),
    }


def _arrays(weights: bytes) -> list[np.ndarray]:
    """Return the arrays of a `.weights.h5` or `.npz` file in the order of their names."""
    if weights[:2] == b"PK":
        with np.load(io.BytesIO(weights), allow_pickle=False) as packed:
            return [packed[name] for name in sorted(packed.files)]
    import h5py

    found: dict[str, np.ndarray] = {}
    with h5py.File(io.BytesIO(weights)) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return [np.asarray(found[name]) for name in sorted(found)]


def _digest(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
    return digest.hexdigest()


def machine() -> dict[str, str]:
    """Return the versions and the processor, on which the last bits of a training depend."""
    told = dict(reversed([re.split(r"\s*:\s*", line, maxsplit=1) for line in _cpu() if ":" in line]))
    processor = ", ".join(f"{name} {told[name]}" for name in PROCESSOR if name in told) or platform.processor()
    packages = {name: version(name) for name in PACKAGES}
    return {"processor": processor, "python": platform.python_version(), **packages}


def _cpu() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def replay(name: str) -> list[Result]:
    """Run all short trainings of a name."""
    with tempfile.TemporaryDirectory(prefix="tamrin-replay-") as folder:
        os.environ["TAMRIN_HOME"] = folder
        return list(REPLAYS[name](Path(folder)))


def shipped() -> dict[str, dict[str, Any]]:
    """Return the metrics of every shipped run, and the digests of its files, by `kind/key`."""
    store = Store(str(settings.SHIPPED), shipped=None)
    return {
        f"{run.kind}/{run.key}": {"metrics": run.metrics, "blobs": run.blobs}
        for run in sorted(store.list()[0], key=lambda run: (run.kind, run.key))
    }


def main(arguments: list[str] | None = None) -> int:
    names = [*REPLAYS, "shipped"]
    parser = argparse.ArgumentParser(prog="python -m tests.replay", description=__doc__.split("\n")[0])
    todo = parser.add_mutually_exclusive_group(required=True)
    todo.add_argument("--write", action="store_true", help="record the digests of this machine")
    todo.add_argument("--check", action="store_true", help="compare with the recorded ones")
    parser.add_argument("--record", type=Path, default=RECORD, help="the file, by default %(default)s")
    told = f"only these: {', '.join(names)}"
    parser.add_argument("names", nargs="*", choices=[*names, []], metavar="NAME", help=told)
    chosen = parser.parse_args(arguments)
    os.environ.update(settings.TENSORFLOW)
    return (_write if chosen.write else _check)(chosen.names or names, chosen.record)


def _write(names: list[str], record: Path) -> int:
    known = json.loads(record.read_text()) if record.exists() else {}
    here = known.get("machine") == machine() or (known and names == ["shipped"])  # figures hold on every machine
    kept = known if here else {"machine": machine(), "replays": {}}
    for name in names:
        started = time.process_time()
        if name == "shipped":
            kept["shipped"] = shipped()
        else:
            kept["replays"][name] = replay(name)
        record.write_text(json.dumps(kept, indent=1) + "\n")
        print(f"{name}: recorded in {time.process_time() - started:.0f} s of the processor", flush=True)
    return 0


def _check(names: list[str], record: Path) -> int:
    known, failed = json.loads(record.read_text()), 0
    if known["machine"] != machine():
        print(f"Recorded on another machine ({known['machine']}); record anew with --write, before the change.")
        return 2
    for name in names:
        wanted = known["shipped"] if name == "shipped" else known["replays"].get(name)
        if wanted is None:
            print(f"{name}: not recorded yet; --write it before the change")
            failed += 1
            continue
        found = shipped() if name == "shipped" else replay(name)
        failed += wanted != found
        print(f"{name}: {'the same' if wanted == found else f'DIFFERS: {wanted} was, {found} is'}", flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
