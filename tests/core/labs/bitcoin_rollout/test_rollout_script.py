"""The exported script runs on its own, with the split and the naive error of the project."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.files.writing import csv_text
from core.labs.bitcoin_rollout import export as rollout_export
from tests import ready
from tests.core.labs.bitcoin_rollout.test_rollout import TINY, prices


def test_the_exported_script_runs_and_agrees_on_the_test_part(tmp_path: Path) -> None:
    given = prices()
    (tmp_path / "prices.csv").write_text(csv_text(given.table()))
    (tmp_path / "rollout.py").write_text(rollout_export.script(TINY, days=8))
    done = ready.run(["rollout.py", "prices.csv", "1"], cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    truth = given.values[240:]
    naive = np.sqrt(np.mean((given.values[239:-1] - truth) ** 2))
    assert f"naive forecast {naive:.2f}" in done.stdout
    assert len(pd.read_csv(tmp_path / "rollout.csv")) == 8
