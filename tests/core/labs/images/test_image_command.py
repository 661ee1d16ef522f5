"""The picture lab without a browser."""

import json
import os
from pathlib import Path

import pytest

from core import settings
from core.labs.images import baseline, presets
from core.labs.images.spec import Spec
from tests import ready
from tests.core.labs.images.stand_ins import folder


def command(home: Path, *words: str) -> ready.Done:
    return ready.run(["-m", "core", *words], settings.PROJECT, {**os.environ, "TAMRIN_HOME": str(home)})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["report", "works"])
def test_a_preset_is_trained_on_a_folder_beside_its_rivals(tmp_path: Path, name: str) -> None:
    pictures = str(folder(tmp_path / "set"))
    small = ("--set", "epochs=1", "--set", "width=0.25", "--set", "side=16")
    done = command(tmp_path, "train", "images", "--preset", name, "--set", f"data={pictures}", *small, "--json")
    made = json.loads(done.stdout)
    wanted = presets.presets(Spec(data=pictures))[name]
    assert made["spec"]["augment"] == wanted.augment
    assert made["spec"]["model"] == wanted.model
    *names, strongest = [one["name"] for one in made["rivals"]]
    assert names == list(baseline.NAMES.values())[:-1]
    assert strongest.startswith("support vector machine on HOG")
    assert all(set(one["metrics"]) <= set(made["metrics"]) for one in made["rivals"])


@pytest.mark.slow
def test_trains_stores_and_judges_a_folder_of_ones_own(tmp_path: Path) -> None:
    pictures = str(folder(tmp_path / "set"))
    done = command(
        tmp_path, "train", "images", "--set", f"data={pictures}", "--set", "width=0.25", "--set", "epochs=1", "--json"
    )
    run = json.loads(done.stdout)
    assert run["facts"]["classes"] == ["blue", "red"]
    judged = json.loads(command(tmp_path, "evaluate", "images", run["key"], "--folder", pictures, "--json").stdout)
    assert judged["key"] == run["key"]
    assert judged["pictures"] == 24
    assert {"accuracy", "macro_f1", "confusion", "per_class"} <= set(judged)
    wrong = command(tmp_path, "evaluate", "images", run["key"], "--folder", str(tmp_path / "none"), "--json")
    assert wrong.returncode == 1
    assert "There is no folder or zip" in wrong.stderr
