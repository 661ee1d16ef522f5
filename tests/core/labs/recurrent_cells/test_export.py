"""The exported script is this experiment: it runs alone, with the same split and the same number of parameters."""

import re
from pathlib import Path

import pytest

from core.labs.recurrent_cells import export, rivals, weather
from core.learn.networks import stacked as models
from tests import ready


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(weather.Spec(cell="gru"), marks=pytest.mark.slow),
        pytest.param(
            weather.Spec(
                cell="lstm", layers=1, units=7, window=20, scaling=True, optimizer="rmsprop", patience=3, train=600
            ),
            marks=pytest.mark.slow,
        ),
        weather.Spec(cell="rnn", layers=1, units=3, scaling=True, season=True, minimum=True, rain=True, wind=True),
    ],
)
def test_runs_alone_for_an_epoch(spec: weather.Spec, tmp_path: Path) -> None:
    script = tmp_path / "experiment.py"
    script.write_text(export.script(spec))
    done = ready.run([script, "1"], cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"parameters {models.recurrent(spec).count_params()}" in done.stdout
    parts = weather.data(spec)
    assert f"samples {len(parts.train)} {len(parts.validation)} {len(parts.test)}" in done.stdout
    naive = float(re.search(r"naive forecast ([\d.]+)", done.stdout)[1])
    assert naive == pytest.approx(rivals.yesterday(spec).metrics["test_rmse"], abs=1e-3)


def test_says_every_value_of_the_spec() -> None:
    spec = weather.Spec(units=37, layers=3, dropout=0.35, learning_rate=0.007, batch_size=19, epochs=41, seed=77)
    text = export.script(spec)
    for value in ("(37,", "range(3)", "Dropout(0.35)", "Adam(0.007)", "batch_size=19", "else 41", "77"):
        assert value in text
