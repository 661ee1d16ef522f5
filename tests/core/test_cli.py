"""`python -m core` as a person calls it: clean stdout, sentences on stderr, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core import settings
from core.labs.recurrent_cells import rivals, weather
from core.prices.sources import included as price_included
from core.runs import runs, spec as specs
from tests import ready

SMALL = ("--set", "cell=rnn", "--set", "units=4", "--set", "layers=1", "--set", "epochs=3")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def core(home: Path, *arguments: str) -> ready.Done:
    return ready.run(["-m", "core", *arguments], settings.PROJECT, {**os.environ, "TAMRIN_HOME": str(home)})


def core_from_nothing(home: Path, *arguments: str) -> subprocess.CompletedProcess:
    """In a process that has imported nothing yet, as a person starts it; stderr lists each import."""
    command = [sys.executable, "-X", "importtime", "-m", "core", *arguments]
    environ = {**os.environ, "TAMRIN_HOME": str(home)}
    return subprocess.run(command, cwd=settings.PROJECT, env=environ, capture_output=True, text=True, timeout=300)


def test_train_prints_one_json_object_and_the_second_time_loads_it(home: Path) -> None:
    first = core(home, "train", "weather", *SMALL, "--json")
    made = json.loads(first.stdout)
    assert made["spec"]["epochs"] == 3
    assert len(made["history"]["val_loss"]) == 3
    assert made["metrics"]["test_rmse"] > 0
    assert made["seconds"] > 0
    assert "epochs" in first.stderr  # the progress bar
    again = core_from_nothing(home, "train", "weather", *SMALL, "--json")
    assert json.loads(again.stdout) == made
    assert "core.runs.store" in again.stderr
    assert "tensorflow" not in again.stderr  # nothing was trained, so it was not even imported


def test_a_pipe_gets_utf_8_whatever_its_encoding_is_by_default(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("الف,ب\n1,2\n3,4\n", encoding="utf-8")
    command = [sys.executable, "-m", "core", "read", str(table), "--as", "prices", "--json"]
    environ = {**os.environ, "TAMRIN_HOME": str(home), "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run(command, cwd=settings.PROJECT, env=environ, capture_output=True, timeout=300)
    assert "الف" in json.loads(done.stdout.decode("utf-8"))["refused"], done.stderr


@pytest.mark.parametrize("name", ["report", "works"])
def test_a_preset_is_loaded_with_its_rivals(home: Path, name: str) -> None:
    made = json.loads(core(home, "train", "weather", "--preset", name, "--json").stdout)
    chosen = weather.presets()[name]
    assert made["spec"] == specs.to_dict(chosen)
    assert made["origin"] == "shipped"
    expected = rivals.of(chosen)
    assert [(one["name"], one["parameters"]) for one in made["rivals"]] == [(r.name, r.parameters) for r in expected]
    for one, rival in zip(made["rivals"], expected, strict=True):
        assert one["metrics"].keys() == made["metrics"].keys()
        assert one["metrics"] == pytest.approx(rival.metrics)


def test_assignments_override_a_preset(home: Path) -> None:
    changed = ("--set", "season=false", "--set", "window=12", "--set", "seed=77")
    made = json.loads(core(home, "train", "weather", "--preset", "works", *changed, *SMALL, "--json").stdout)
    works = weather.presets()["works"]
    small = {"cell": "rnn", "units": 4, "layers": 1, "epochs": 3, "season": False, "window": 12, "seed": 77}
    assert made["spec"] == specs.to_dict(works) | small
    assert [one["parameters"] for one in made["rivals"]][:2] == [0, 13]
    listed = core(home, "train", "weather", "--preset", "works", *changed, *SMALL).stdout
    assert "linear regression, 13 weights" in listed


def test_runs_show_and_evaluate_agree(home: Path) -> None:
    key = json.loads(core(home, "train", "weather", *SMALL, "--json").stdout)["key"]
    listed = {run["key"]: run["origin"] for run in json.loads(core(home, "runs", "--json").stdout)}
    assert listed[key] == "store"
    assert list(listed.values()).count("shipped") == len(list(settings.SHIPPED.glob("*/*/run.json")))
    shown = json.loads(core(home, "show", key[:8], "--json").stdout)
    again = json.loads(core(home, "evaluate", "weather", key, "--json").stdout)
    assert again["metrics"] == pytest.approx(shown["metrics"], rel=1e-4)
    assert "test_rmse" in core(home, "show", key).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("train", "wether"), "no experiment called 'wether'"),
        (("train", "weather", "--set", "epochs"), "name=value"),
        (("train", "weather", "--set", "epochs=many"), "not a whole number"),
        (("train", "weather", "--set", "layers=0"), "from 1 to 6"),
        (("train", "weather", "--preset", "best"), "choose one of report, works"),
        (("show", "zzzz"), "0 saved runs"),
        (("evaluate", "weather", "zzzz"), "0 saved runs"),
    ],
)
def test_mistakes_are_a_sentence_and_exit_code_1(home: Path, arguments: tuple[str, ...], words: str) -> None:
    done = core(home, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_labelled_file_stands_beside_home_for_every_kind_that_reads_one(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    weather.table().iloc[:120].rename_axis("date").to_csv(path)
    key = runs.key("weather", weather.presets()["works"])
    found = json.loads(core(home, "evaluate", "weather", key, "--csv", str(path), "--json").stdout)
    assert (found["key"], found["metric"], found["values"]) == (key, "RMSE", 115)
    assert [one["name"] for one in found["models"]][1:] == ["linear regression", "naive forecast"]
    assert found["models"][0]["home"]["score"] < 3
    told = core(home, "evaluate", "weather", key, "--csv", str(path)).stdout
    assert "RMSE" in told
    assert "mean maximum, °C" in told
    for arguments, sentence in (
        (("weather", key, "--csv", "nowhere.csv"), "There is no file"),
        (("forecast", "--file", str(path)), "takes no labelled file"),
    ):
        done = core(home, "evaluate", *arguments)
        assert done.returncode == 1
        assert sentence in done.stderr


def test_prices_of_a_file_have_those_of_the_run_beside_them(home: Path, tmp_path: Path) -> None:
    prices, path = price_included.included("BTC-USD"), tmp_path / "mine.csv"
    rows = [f"{day:%Y-%m-%d},{value:.2f}" for day, value in zip(prices.days, prices.values, strict=True)]
    path.write_text("\n".join(["date,close", *rows]))
    found = json.loads(core(home, "evaluate", "rollout", "--csv", str(path), "--json").stdout)
    assert found["home"].keys() & found["metrics"].keys()
