"""Every page by AppTest: it draws without a click and without a stack trace, and says what it shows."""

import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core import settings
from core.errors import SourceError, StoreError
from core.labs.recurrent_cells import weather
from core.prices.prices import Prices
from core.prices.sources.cache import PriceBook
from core.runs import runs
from core.runs.store import Run, Store
from core.ui import background, cached, prices as price_views
from core.ui.frame import paint
from core.ui.serving import splash, warm
from tests.pages.person import PATIENCE, app, html, said, train

ROOT = settings.PROJECT
HOME, CELLS, RUNS = "", "pages/recurrent_cells.py", "pages/runs.py"
PAGES = [HOME, *sorted(f"pages/{p.name}" for p in (ROOT / "pages").glob("*.py"))]


@pytest.fixture(scope="module")
def visit() -> dict:
    """All pages one after the other in a web process of their own: what each one shows, and what was imported."""
    script = """
import json, sys
from core.jobs import engine
from tests.pages.person import app
from tests.walk import NoWorkers
engine.get, engine.warm_up = NoWorkers, lambda: None  # workers are processes of their own
shown = {}
for path in sys.argv[1:]:
    test = app(path)
    faults = [box.message for box in test.exception] + [box.value for box in test.error]
    shown[path] = {"title": [title.value for title in test.title], "faults": faults}
print(json.dumps({"shown": shown, "imported": list(sys.modules)}))
"""
    done = subprocess.run([sys.executable, "-c", script, *PAGES], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("path", PAGES, ids=lambda p: Path(p).stem or "home")
def test_every_page_draws_at_once(path: str, visit: dict) -> None:
    assert visit["shown"][path]["faults"] == []
    assert visit["shown"][path]["title"]


HEAVY = {"tensorflow", "keras", "torch", "ccxt", "yfinance", "curl_cffi", "cv2", "av", "scipy", "sklearn", "numba"}


def test_the_web_process_never_imports_what_only_workers_need(visit: dict) -> None:
    assert "streamlit" in visit["imported"]
    assert HEAVY.isdisjoint(visit["imported"])


def test_first_paint_is_the_shipped_comparison(own_store: Path) -> None:
    test = app(CELLS)
    table = test.dataframe[0].value.set_index("network")
    assert list(table.index[:4]) == ["SimpleRNN", "GRU", "LSTM", "naive forecast"]
    stored = Store(str(settings.SHIPPED), shipped=None)
    rmse = [
        stored.find("weather", runs.key("weather", s)).metrics["test_rmse"]
        for s in weather.preset("report")
        if s.cell == "lstm"
    ]
    assert table.loc["LSTM", "test RMSE"] == pytest.approx(sum(rmse) / len(rmse))
    assert not [button for button in test.button if button.key == "train_now"]


def first_page(path: str, /, **query: str) -> AppTest:
    """A visit that begins with this page, in a browser that has not painted anything yet."""
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    test.switch_page(path)
    test.query_params.update(query)
    return test.run()


def painted(test: AppTest) -> AppTest:
    """The browser says that what it has is painted."""
    test.session_state[paint.DRAWN] += 1
    return test.run()


def test_a_visit_that_waits_for_a_worker_asks_for_its_controls_meanwhile(
    own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "WAIT_LONGEST", 0.0)
    never = background.Task()
    monkeypatch.setattr(background.Desk, "ask", lambda *_: never)
    monkeypatch.setattr(background.Desk, "find", lambda self, key: never if key else None)
    test = first_page("pages/bitcoin_rollout.py", view="Prediction interval")
    assert "Computing" in said(test)
    signs = [element for element in test.main if "painted-0" in getattr(element.proto, "id", "")]
    assert signs


CHART_FIRST = [Path(path).stem for path in PAGES if path and "chart_first=True" in (ROOT / path).read_text()]


@pytest.mark.parametrize("page", CHART_FIRST)
def test_a_visit_begins_with_the_first_chart_then_has_controls_and_then_all(page: str, own_store: Path) -> None:
    path = f"pages/{page}.py"
    test, whole = first_page(path), app(path)
    first, before = [chart.proto.id for chart in test.get("plotly_chart")], html(test)
    assert first
    assert len(test.slider) + len(test.number_input) <= 1  # a stepper stands beside the chart
    assert not test.get("page_link")
    painted(test)
    assert len(test.slider) + len(test.number_input) >= 3
    assert {link.proto.page for link in test.get("page_link")} >= {Path(path).stem for path in PAGES if path}
    assert [chart.proto.id for chart in test.get("plotly_chart")] == first
    painted(test)
    charts = [chart.proto.id for chart in whole.get("plotly_chart")]
    assert [chart.proto.id for chart in test.get("plotly_chart")] == charts
    assert html(test) == html(whole) != before


def test_the_server_pauses_behind_the_first_chart_once_a_control_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(paint, "PAUSE", 0.125)
    monkeypatch.setattr(paint, "time", SimpleNamespace(sleep=pauses.append))
    test = first_page(CELLS)
    painted(test)
    painted(test)  # the browser has the first chart: what follows need not wait
    assert pauses == []
    test.slider(key="seeds").set_value(3).run()
    assert pauses == [0.125]


@pytest.mark.parametrize("page", ["bitcoin_rollout", "crypto_forecasting"])
def test_prices_are_not_downloaded_before_the_first_chart_is_painted(
    page: str, own_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetch(symbol: str) -> Prices:
        asked.append(symbol)
        raise SourceError("down")

    book = PriceBook(tmp_path / "prices", fetch)
    monkeypatch.setattr(price_views, "book", lambda: book)
    test = first_page(f"pages/{page}.py")
    painted(test)
    assert test.get("plotly_chart")
    assert asked == []
    painted(test)
    assert asked


def test_home_downloads_nothing(own_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    book = PriceBook(tmp_path / "prices", asked.append)
    monkeypatch.setattr(price_views, "book", lambda: book)
    assert any("closes to 6 July 2021" in caption.value for caption in app(HOME).caption)
    assert asked == []


@pytest.mark.parametrize("page", CHART_FIRST)
def test_a_page_is_whole_once_something_is_pressed_although_the_browser_never_reports(page: str) -> None:
    """The report is lost if a click comes at the same moment."""
    path = f"pages/{page}.py"
    test = first_page(path)
    view = test.segmented_control(key="view")
    view.set_value(view.options[-1]).run()
    assert {link.proto.page for link in test.get("page_link")} >= {Path(path).stem for path in PAGES if path}
    assert "tamrin-foot" in html(test)


@pytest.mark.parametrize("path", PAGES[1:])
def test_a_page_without_charts_does_not_load_their_library(path: str, own_store: Path) -> None:
    assert app(path).get("plotly_chart") or Path(path).stem in splash.PLAIN


def test_a_visit_of_home_begins_with_the_first_card_then_has_the_menu_and_then_all_cards(own_store: Path) -> None:
    test, whole = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE).run(), app(HOME)
    assert len(test.get("plotly_chart")) == 1
    assert len(test.get("page_link")) == 1  # that of the card
    painted(test)
    assert len(test.get("plotly_chart")) == 1
    assert len(test.get("page_link")) == 1 + len(PAGES)
    painted(test)
    assert [chart.proto.id for chart in test.get("plotly_chart")] == [
        chart.proto.id for chart in whole.get("plotly_chart")
    ]
    assert len(test.get("plotly_chart")) > 6
    assert html(test) == html(whole)


def test_a_link_holds_for_controls_that_are_not_drawn_yet(own_store: Path) -> None:
    test = first_page(CELLS, cells="GRU", units="33", epochs="7", optimizer="sgd")
    assert "no network trained yet" in html(test)
    assert not test.slider
    painted(test)
    assert test.slider(key="units").value == 33
    assert test.slider(key="units").proto.set_value
    assert (test.number_input(key="epochs").value, test.selectbox(key="optimizer").value) == (7, "sgd")
    assert test.button_group(key="cells").value == ["gru"]
    assert test.query_params["units"] == "33"


NONE_CHOSEN = {
    "recurrent_cells": {"cells": ""},
    "crypto_forecasting": {"models": ""},
    "bitcoin_rollout": {"symbol": "no such thing"},
    "volatility": {"models": ""},
    "images": {"models": ""},
}  # no control of the others can be empty


@pytest.mark.parametrize("page", NONE_CHOSEN)
def test_a_page_without_a_chart_gets_its_controls_all_the_same(page: str, own_store: Path) -> None:
    test = first_page(f"pages/{page}.py", **NONE_CHOSEN[page])
    assert test.error
    assert test.get("bidi_component"), "the browser is asked to say when it is through"
    painted(painted(test))
    assert {link.proto.page for link in test.get("page_link")} >= {Path(path).stem for path in PAGES if path}


def test_a_link_to_a_training_is_drawn_whole(own_store: Path) -> None:
    test = first_page(CELLS, job="0123456789ab")
    assert "no longer known here" in test.info[0].value
    assert test.slider


def test_a_fault_below_the_first_chart_is_a_sentence(own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(run: Run) -> None:
        raise StoreError("The arrays are not what was saved; train it again.")

    monkeypatch.setattr(cached, "arrays", damaged)
    test = painted(painted(first_page(CELLS)))
    assert [error.value for error in test.error] == ["The arrays are not what was saved; train it again."]
    assert "Tamrin ·" in html(test)


def test_who_comes_from_another_page_waits_for_nothing(own_store: Path) -> None:
    home = painted(painted(AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE).run()))
    for test in (home, first_page(f"pages/{warm.FIRST}.py")):  # the latter as the server's own visitor does
        test.switch_page(CELLS).run()
        assert len(test.get("plotly_chart")) == 3


@pytest.mark.parametrize("view", ["Result", "Random seeds", "Ablation study", "Downloads", "Theory"])
def test_every_view_draws_from_its_link(view: str, own_store: Path) -> None:
    test = app(CELLS, view=view)
    assert not test.exception
    assert test.session_state["view"] == view


def test_a_link_restores_the_experiment(own_store: Path) -> None:
    test = app(CELLS, window="14", units="8", cells="GRU", seeds="1")
    assert (test.session_state["window"], test.session_state["units"]) == (14, 8)
    assert "1 of 1 networks is not trained yet" in " ".join(c.value for c in test.caption)
    assert [button for button in test.button if button.key == "train_now"]


def test_impossible_input_is_a_sentence(own_store: Path) -> None:
    test = app(CELLS, train="100", window="200")
    assert "shorten the window" in test.error[0].value
    assert not test.exception


def test_no_cell_is_a_sentence(own_store: Path) -> None:
    test = app(CELLS).button_group(key="cells").set_value([]).run()
    assert "Choose at least one model" in test.error[0].value


def test_an_unknown_job_in_the_link_is_a_sentence(own_store: Path) -> None:
    test = app(CELLS, job="0123456789ab")
    assert "no longer known here" in test.info[0].value
    assert not test.exception


def test_trains_from_the_button_and_shows_the_stored_result(own_store: Path) -> None:
    test = train(app(CELLS, cells="SimpleRNN", seeds="1", units="4", layers="1", epochs="3"))
    assert "job" not in test.query_params
    assert test.dataframe[0].value["network"][:3].tolist() == ["SimpleRNN", "naive forecast", "linear regression"]
    (run,) = [r for r in Store(str(own_store)).list()[0] if r.origin == "store"]
    assert (run.spec["units"], len(run.history["loss"])) == (4, 3)
    assert run.owner == test.session_state["person_id"]
    assert not run.private


def test_inside_looks_at_the_stored_networks(own_store: Path) -> None:
    test = app(CELLS, view="Inside the network", sample="10")
    assert not test.exception
    parts, series, stored = weather.data(weather.Spec()), weather.temperatures(), Store(str(settings.SHIPPED))
    day = parts.test.days[9]
    (told,) = [line.value for line in test.markdown if " · observed " in line.value]
    assert told.startswith(f"**{series.index[day]:%d %B %Y}** · observed {series.iloc[day]:.1f} °C · ")
    for cell, name in weather.CELL_NAMES.items():
        run = stored.find("weather", runs.key("weather", weather.Spec(cell=cell)))
        forecast = float(re.search(rf"{name} ([-\d.]+) °C", told)[1])
        assert forecast == pytest.approx(stored.arrays(run)["test"][9], abs=0.051), cell  # one decimal is shown


def test_runs_survive_a_damaged_entry(own_store: Path) -> None:
    broken = own_store / "weather" / "0123456789abcdef"
    broken.mkdir(parents=True)
    (broken / "run.json").write_text("{")
    test = app(RUNS)
    assert "damaged or not ours" in test.warning[0].value
    shipped = len(list(settings.SHIPPED.glob("*/*/run.json")))
    assert len(test.dataframe[0].value) == shipped
    assert not app(CELLS).exception
