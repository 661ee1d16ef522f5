"""Exported scripts run in a folder of their own, with the files that their page lets one download and nothing else.

Those on prices and weather: `series/test_forecast_show.py`, `test_rollout_script.py`, `test_export.py`.
"""

import ast
import re
import shlex
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.files.writing import csv_text
from core.labs.bitcoin_rollout import export as rollout_export, rollout
from core.labs.crypto_forecasting import export as forecast_export
from core.labs.crypto_forecasting.spec import Spec as ForecastSpec
from core.labs.emotion import experiment as emotion
from core.labs.emotion.spec import Spec as TextSpec
from core.labs.from_scratch import export as scratch
from core.labs.from_scratch.spec import Spec as ScratchSpec
from core.labs.hafez import experiment as poems
from core.labs.hafez.spec import Spec as PoemSpec
from core.labs.images import export as images, lesson, presets as images_presets
from core.labs.images.spec import Spec as ImageSpec
from core.labs.recurrent_cells import export as weather
from core.labs.recurrent_cells.weather import Spec as WeatherSpec
from tests import ready

SCRIPTS = {
    "weather": weather.script(WeatherSpec(scaling=True, layers=1, units=3)),
    "weather, degrees": weather.script(WeatherSpec(scaling=False)),
    **{
        f"crypto {scaling}": forecast_export.script(ForecastSpec(scaling=scaling))
        for scaling in ("train", "all", "window", "returns")
    },
    "crypto, report": forecast_export.script(ForecastSpec(protocol="report", patience=3)),
    "rollout": rollout_export.script(rollout.Spec()),
    "rollout, returns": rollout_export.script(rollout.Spec(scaling="returns")),
    "emotion": emotion.script(TextSpec()),
    "emotion, own": emotion.script(TextSpec(data="my.csv", length=9)),
    **{
        f"scratch {task}": scratch.script(ScratchSpec(task=task, loss=loss))
        for task, loss in (("digits", "cross_entropy"), ("diabetes", "l2"))
    },
    "scratch, PCA": scratch.script(ScratchSpec(components=5, mirror=True, patience=3)),
    "images": images.script(ImageSpec()),
    "images, works": images.script(images_presets.presets()["works"]),
    "images, own": images.script(ImageSpec(data="upload-0123456789abcdef", classes="a,b", per_class=3, dropout=0.2)),
    "images, ImageNet": images.script(ImageSpec(model="mobilenet", side=32, start="imagenet", head_epochs=1)),
    "transfer": images.script(ImageSpec(start="0" * 16, head_epochs=1), images.Base(ImageSpec(dropout=0.5), 7)),
    "transfer, works": images.script(lesson.plan("works").first, images.Base(lesson.WORKS_BASE, 7)),
    "poems": poems.script(PoemSpec()),
    "poems, own": poems.script(PoemSpec(corpus="text-0123456789abcdef", tied=True)),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_line_of_a_script_is_dead(name: str) -> None:
    """No branch hangs on a constant alone: `if False:`, `if 0.0:`, `if PROTOCOL == "report"` and the like."""
    tree = ast.parse(SCRIPTS[name])
    lines = [node for node in tree.body if isinstance(node, ast.Assign)]
    constants = {
        target.id
        for node in lines
        for one in node.targets
        for target, value in _pairs(one, node.value)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant)
    }
    for node in ast.walk(ast.Module([n for n in tree.body if not isinstance(n, ast.ClassDef | ast.FunctionDef)], [])):
        if isinstance(node, ast.If | ast.IfExp | ast.BoolOp):
            tests = node.values[:-1] if isinstance(node, ast.BoolOp) else [node.test]
            assert not any(_constant(test, constants) for test in tests), ast.unparse(node)[:200]


DISTRIBUTIONS = {"PIL": "pillow", "sklearn": "scikit-learn"}  # where the name for pip is another than for import


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_says_how_it_is_run_and_names_the_version_of_each_package(name: str) -> None:
    tree = ast.parse(SCRIPTS[name])
    lines = [line.split() for line in ast.get_docstring(tree).splitlines()]
    (named,) = (line[2:] for line in lines if line[:2] == ["pip", "install"])
    assert sum(line[:2] == ["python", "SCRIPT"] for line in lines) == 1
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    needed = {one.partition(".")[0] for one in imported} - sys.stdlib_module_names
    assert {f"{one}=={version(one)}" for one in (DISTRIBUTIONS.get(one, one) for one in needed)} <= set(named)


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_first_sentence_of_a_script_has_no_word_in_quotes(name: str) -> None:
    assert not re.search(r"(?<!\w)'\w+'", SCRIPTS[name].partition("\n")[0])


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


def _constant(test: ast.expr, constants: set[str]) -> bool:
    names = [node.id for node in ast.walk(test) if isinstance(node, ast.Name)]
    calls = any(isinstance(node, ast.Call | ast.Attribute) for node in ast.walk(test))
    return not calls and all(name in constants for name in names)


def run(folder: Path, source: str, *arguments: str) -> str:
    (folder / "script.py").write_text(source, encoding="utf-8")
    done = ready.run(["script.py", *arguments], cwd=folder)
    assert done.returncode == 0, done.stderr[-2500:]
    return done.stdout


def test_the_scratch_script_takes_a_number_of_epochs(tmp_path: Path) -> None:
    said = run(tmp_path, scratch.script(ScratchSpec(epochs=9)), "2")
    assert said.count("epoch ") == 2
    for changed in ({"components": 5, "mirror": True, "patience": 3}, {"task": "diabetes", "loss": "l2"}):
        assert "test " in run(tmp_path, scratch.script(ScratchSpec(**changed)), "1")


def test_emotion_runs_on_two_files_of_lines(tmp_path: Path) -> None:
    lines = "".join(f"i feel word{n} {('glad', 'low')[n % 2]};{('joy', 'sadness')[n % 2]}\n" for n in range(60))
    (tmp_path / "train.txt").write_text(lines)
    (tmp_path / "val.txt").write_text(lines.replace("word", "other"))
    small = {"cell": "rnn", "vocabulary": 50, "least": 1, "embedding": 4, "units": 3, "dense": 4}
    said = run(tmp_path, emotion.script(TextSpec(**small)), "train.txt", "val.txt", "1")
    assert "accuracy" in said.splitlines()[-1]


HOSTILE = (
    'x"""\nimport os\nos.mkdir("ran")\n"""',
    "'); import os; os.mkdir('ran'); ('",
    "=cmd|'/c calc'!A0",
    "{0}{seed}%s\\N{BULLET}\n",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_of_a_column_never_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"i feel word{n} {('glad', 'low')[n % 2]}" for n in range(120)]
    table = pd.DataFrame({name: texts, f"{name}2": ["-joy", "@low"] * 60})
    (tmp_path / "texts.csv").write_text(csv_text(table))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["script.py", "texts.csv"])
    source = emotion.script(TextSpec(data=f"{name}.csv", text=name, label=f"{name}2"))
    ast.parse(source)
    scope: dict[str, object] = {}
    exec(source.partition("\ndef split(")[0].replace("import keras\n", ""), scope)  # all that knows a name
    assert scope["read"]("texts.csv")[1] == (texts[1], "'@low")
    assert [path.name for path in tmp_path.iterdir()] == ["texts.csv"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_path_or_name_of_a_class_never_runs(name: str, tmp_path: Path) -> None:
    spec = ImageSpec(data=name, classes=name.replace(",", ""))
    tree = ast.parse(images.script(spec))
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    assert "os" not in imported
    words = shlex.split(images.command(spec))
    assert f"data={name}" in words
    assert f"classes={spec.classes}" in words


def test_pictures_of_ones_own_are_read_from_their_zip(tmp_path: Path) -> None:
    from zipfile import ZipFile

    from PIL import Image

    rng = np.random.default_rng(0)
    with ZipFile(tmp_path / "pictures.zip", "w") as packed:
        for n in range(24):
            path = tmp_path / f"{n}.png"
            Image.fromarray(rng.integers(0, 255, (16, 16, 3), np.uint8)).save(path)
            packed.write(path, f"{('a', 'b')[n % 2]}/{n}.png")
            path.unlink()
    spec = ImageSpec(data="upload-0123456789abcdef", width=0.125)
    assert "images 18 2 4" in run(tmp_path, images.script(spec), "1")


@pytest.mark.slow
def test_a_transfer_starts_from_the_downloaded_weights(tmp_path: Path) -> None:
    from core import settings
    from core.labs.images import lesson
    from core.runs import runs
    from core.runs.store import Store

    store = Store(settings.read().store)
    run_ = store.find("images", runs.key("images", lesson.BASE))
    (tmp_path / "base.weights.h5").write_bytes(store.weights(run_))
    chosen = lesson.plan().transfers()[0]
    source = images.script(chosen, images.Base(lesson.BASE, len(run_.facts["classes"])))
    assert "test accuracy" in run(tmp_path, source, "1")


@pytest.mark.slow
def test_poems_are_learned_from_a_text_of_ones_own(tmp_path: Path) -> None:
    small = {"cell": "rnn", "units": 8, "embedding": 4, "steps": 16, "batch_size": 8, "seed": 1}
    (tmp_path / "poems.txt").write_text("\n\n".join(f"یک خط {n}\nدو خط {n}" for n in range(30)), encoding="utf-8")
    own = poems.script(PoemSpec(corpus="text-0123456789abcdef", tied=True, **small))
    assert "validation" in run(tmp_path, own, "poems.txt", "1")
