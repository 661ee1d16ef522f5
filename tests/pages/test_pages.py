"""Every page by AppTest: it draws without a click and without a stack trace, and says what it shows."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import engine, runs, settings
from core.series import weather
from core.store import Store
from core.ui import cached

ROOT = settings.PROJECT
HOME, CELLS, RUNS = str(ROOT / "app.py"), "pages/recurrent_cells.py", "pages/runs.py"
PAGES = [HOME, *sorted(f"pages/{p.name}" for p in (ROOT / "pages").glob("*.py"))]


def app(path: str, **query: str) -> AppTest:
    test = AppTest.from_file(HOME, default_timeout=60)
    if path != HOME:
        test.switch_page(path)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


@pytest.fixture
def own_store() -> Iterator[Path]:
    """An empty store of one's own above the shipped models."""
    folder = Path(settings.read().store)
    shutil.rmtree(folder, ignore_errors=True)
    cached.store.clear()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module", autouse=True)
def _end_engine() -> Iterator[None]:
    yield
    if engine._engine is not None:
        engine._engine.close()
        engine._engine = None


@pytest.mark.parametrize("path", PAGES, ids=lambda p: Path(p).name)
def test_every_page_draws_at_once(path: str) -> None:
    test = app(path)
    assert not test.exception
    assert not test.error
    assert test.title


def test_the_web_process_never_imports_tensorflow() -> None:
    script = """
import json, sys
from streamlit.testing.v1 import AppTest
for path in sys.argv[2:]:
    test = AppTest.from_file(sys.argv[1], default_timeout=60).switch_page(path).run()
    assert test.title and not test.exception, path
print(json.dumps([name for name in ("tensorflow", "keras", "torch") if name in sys.modules]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, *PAGES],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_first_paint_is_the_shipped_comparison(own_store: Path) -> None:
    test = app(CELLS)
    table = test.dataframe[0].value.set_index("network")
    assert list(table.index[:4]) == ["SimpleRNN", "GRU", "LSTM", "same as yesterday"]
    stored = Store(str(settings.SHIPPED), shipped=None)
    rmse = [
        stored.find("weather", runs.key("weather", s)).metrics["test_rmse"]
        for s in weather.shipped()
        if s.cell == "lstm"
    ]
    assert table.loc["LSTM", "test RMSE"] == pytest.approx(sum(rmse) / len(rmse))
    assert not [button for button in test.button if button.key == "train_now"]


@pytest.mark.parametrize("view", ["Result", "Seeds", "Take home", "How it works"])
def test_every_view_draws_from_its_link(view: str, own_store: Path) -> None:
    test = app(CELLS, view=view)
    assert not test.exception
    assert test.session_state["view"] == view


def test_a_link_restores_the_experiment(own_store: Path) -> None:
    test = app(CELLS, window="14", units="8", cells="GRU", seeds="1")
    assert (test.session_state["window"], test.session_state["units"]) == (14, 8)
    assert "1 of 1 networks are not trained yet" in " ".join(c.value for c in test.caption)
    assert [button for button in test.button if button.key == "train_now"]


def test_impossible_input_is_a_sentence(own_store: Path) -> None:
    test = app(CELLS, train="100", window="200")
    assert "shorten the window" in test.error[0].value
    assert not test.exception


def test_no_cell_is_a_sentence(own_store: Path) -> None:
    test = app(CELLS).button_group(key="cells").set_value([]).run()
    assert "Choose at least one cell" in test.info[0].value


def test_an_unknown_job_in_the_link_is_a_sentence(own_store: Path) -> None:
    test = app(CELLS, job="0123456789ab")
    assert "not known here any more" in test.info[0].value
    assert not test.exception


def test_trains_from_the_button_and_shows_the_stored_result(own_store: Path) -> None:
    test = app(CELLS, cells="SimpleRNN", seeds="1", units="4", layers="1", epochs="3")
    test.button(key="train_now").click().run()
    job_id = test.query_params["job"][0] if isinstance(test.query_params["job"], list) else test.query_params["job"]
    end = time.monotonic() + 60
    while engine.get().job(job_id).active and time.monotonic() < end:
        time.sleep(0.1)
    test.run()
    assert "job" not in test.query_params
    assert test.dataframe[0].value["network"].tolist() == ["SimpleRNN", "same as yesterday"]
    (run,) = [r for r in Store(str(own_store)).list()[0] if r.origin == "store"]
    assert (run.spec["units"], len(run.history["loss"])) == (4, 3)


def test_inside_looks_at_the_stored_networks(own_store: Path) -> None:
    test = app(CELLS, view="Inside", sample="10")
    assert not test.exception
    assert "truth" in " ".join(m.value for m in test.markdown)


def test_runs_survive_a_damaged_entry(own_store: Path) -> None:
    broken = own_store / "weather" / "0123456789abcdef"
    broken.mkdir(parents=True)
    (broken / "run.json").write_text("{")
    test = app(RUNS)
    assert "damaged or not ours" in test.warning[0].value
    shipped = len(list(settings.SHIPPED.glob("*/*/run.json")))
    assert len(test.dataframe[0].value) == shipped
    assert not app(CELLS).exception
