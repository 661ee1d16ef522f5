"""The page of runs and the store as pages see it: odd entries, whose runs are whose, and a large store."""

import dataclasses
import json
import re
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from core import settings
from core.errors import StoreError
from core.jobs.job import Work
from core.labs import shown
from core.labs.bitcoin_rollout import rollout
from core.labs.bitcoin_rollout.view import views as rollout_views
from core.labs.crypto_forecasting import spec as forecast_spec
from core.labs.crypto_forecasting.view import views as forecast_views
from core.labs.images import lesson, spec
from core.labs.images.view import views as images_views
from core.plot import charts, palette
from core.prices import files as price_files, prices
from core.runs import runs, spec as specs
from core.runs.store import Run, Store
from core.ui import cached, jobs, runs_views
from core.ui.visit import person as who
from tests import odd_runs
from tests.pages import person

PRICES = "Date,Close\n" + "".join(
    f"2020-{month:02d}-{day:02d},{100 + day}\n" for month in (1, 2, 3) for day in range(1, 29)
)
LISTING = [
    "",
    "pages/runs.py",
    "pages/recurrent_cells.py",
    "pages/crypto_forecasting.py",
    "pages/bitcoin_rollout.py",
    "pages/images.py",
    "pages/transfer.py",
    "pages/hafez.py",
    "pages/from_scratch.py",
    "pages/emotion.py",
    "pages/video_violence.py",
]


def put(folder: Path, number: int = 0, **changes: object) -> Run:
    """A run in the store of the pages: a shipped one on other data."""
    shipped = [run for run in Store("nowhere").list()[0] if run.kind == "weather"][number]
    values = odd_runs.rekeyed(
        {"kind": shipped.kind, "spec": shipped.spec, "data": {**shipped.data, "fingerprint": f"{number:016x}"}}
    )
    run = dataclasses.replace(shipped, key=values["key"], data=values["data"], origin="", **changes)
    Store(str(folder)).put(run, b"weights", {})
    return Store(str(folder)).find(run.kind, run.key)


@pytest.fixture
def ann(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(who, "id", lambda: "ann")
    monkeypatch.setattr(who, "at_server", lambda: False)


@pytest.mark.parametrize("page", LISTING)
def test_odd_entries_change_no_page(page: str, own_store: Path) -> None:
    odd_runs.write(own_store)
    test = person.app(page)
    assert not test.exception
    assert not test.error
    told = [warning.value for warning in test.warning if "saved run" in warning.value]
    assert bool(told) == (page == "pages/runs.py")


def test_odd_entries_are_told_on_the_page_of_runs(own_store: Path) -> None:
    count = odd_runs.write(own_store)
    test = person.app("pages/runs.py")
    assert len(test.warning) == runs_views.MOST_FAULTS
    assert len(test.text[0].value.splitlines()) == count - runs_views.MOST_FAULTS


def test_only_who_trained_a_run_deletes_it(own_store: Path, ann: None, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other, nobodys = put(own_store, 0, owner="ann"), put(own_store, 1, owner="bob"), put(own_store, 2)
    cached.store().delete(mine)
    for run in (other, nobodys):
        with pytest.raises(StoreError, match="Another user"):
            cached.store().delete(run)
    monkeypatch.setattr(who, "at_server", lambda: True)
    cached.store().delete(other)
    cached.store().delete(nobodys)
    assert all(run.origin == "shipped" for run in cached.store().list()[0])


def test_a_run_on_somebodys_own_file_is_listed_for_them_alone(
    own_store: Path, ann: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(own_store, 0, owner="ann", private=True)
    assert "store" in {run.origin for run in cached.store().list()[0]}
    monkeypatch.setattr(who, "id", lambda: "bob")
    assert "store" not in {run.origin for run in cached.store().list()[0]}


def test_a_training_on_own_prices_or_pictures_is_marked_so() -> None:
    own = price_files.read(PRICES.encode(), "my salary.csv")
    sample = prices.Prices(own.closes, dataclasses.replace(own.provenance, source="Yahoo"))
    for used, private in ((own, True), (sample, False)):
        assert forecast_views.works([forecast_spec.Spec()], used)[0].payload["private"] is private
        assert rollout_views.works((rollout.Spec(),), used)[0].payload["private"] is private
    for data, private in (("digits", False), ("upload-0123456789abcdef", True)):
        assert images_views.works((spec.Spec(data=data),))[0].payload["private"] is private
    first, second = (Work("a", "x", {"store": "s"} | more) for more in ({}, {"owner": "ann", "private": True}))
    assert first.mark == second.mark
    assert jobs.owned([first])[0].payload["owner"] == who.id()


def test_a_deletion_that_came_too_late_is_a_sentence(own_store: Path, ann: None) -> None:
    run = put(own_store, 0, owner="ann")
    assert runs_views._deleted([run, run]) == ["This run no longer exists: another user has deleted it."]


def link_columns() -> dict[str, Run]:
    """One included run for each page and form of link."""
    found = {}
    for run in Store("nowhere").list()[0]:
        link = shown.link(run)
        if link is not None:
            found.setdefault(f"{shown.page(run)} {','.join(sorted(link))}", run)
    return found


LINKED = link_columns()


def test_every_lab_with_runs_is_linked() -> None:
    assert {name.split()[0] for name in LINKED} == {*shown.PAGES.values(), "transfer"}
    assert all(
        shown.link(run) is not None for run in Store("nowhere").list()[0] if run.spec.get("classes") != lesson.OLD
    )


@pytest.mark.parametrize("name", LINKED)
def test_the_link_of_a_run_opens_its_lab_with_its_settings(
    name: str, own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, looked_up, found = LINKED[name], [], []
    key_on, find = runs.key_on, Store.find
    monkeypatch.setattr(runs, "key_on", lambda kind, chosen, on: looked_up.append(chosen) or key_on(kind, chosen, on))
    monkeypatch.setattr(Store, "find", lambda store, kind, key: found.append(key) or find(store, kind, key))
    test = person.app(f"pages/{shown.page(run)}.py", **shown.link(run))
    assert not test.exception
    assert "The link" not in person.said(test)  # asks for a value that no control has
    if run.kind in ("poems", "violence"):
        assert run.kind == "violence" or test.selectbox(key="network").value == run.key
    else:
        assert run.key in found or run.spec in [specs.to_dict(one) for one in looked_up]


def test_a_run_beyond_the_controls_of_its_lab_has_no_link() -> None:
    known = Store("nowhere").list()[0]
    weather = next(run for run in known if run.kind == "weather")
    # A network on HOG cannot be one of a table.
    digits = next(run for run in known if run.kind == "scratch" and run.spec["features"] == "pixels")
    for run, change in ((weather, {"seed": 10}), (digits, {"test": 0.2}), (digits, {"task": "csv", "csv": "own.csv"})):
        assert shown.link(run) is not None
        assert shown.link(dataclasses.replace(run, spec=run.spec | change)) is None


def test_a_further_seed_of_a_transfer_that_works_is_linked_with_its_seeds() -> None:
    known, works = Store("nowhere").list()[0], lesson.plan("works").transfers()[0]
    (run,) = runs.of_spec("images", works, known)
    link = shown.link(run)
    assert "seeds" not in link
    again = dataclasses.replace(run, spec=run.spec | {"seed": 2})
    assert shown.link(again) == link | {"seeds": ["3"]}


def test_no_included_run_is_told_in_internal_names() -> None:
    for run in Store("nowhere").list()[0]:
        told = shown.settings(run)
        assert not re.search(
            r"_|True|False|None|\btold\b|per_class|\bgrams \d|\(epochs\)|without |split random", told
        ), told
        assert shown.measure(run)[0]
        assert shown.measure(run)[1] is not None


def test_an_error_has_its_unit() -> None:
    names = {kind: set() for kind in ("weather", "forecast", "scratch", "rollout", "volatility")}
    for run in Store("nowhere").list()[0]:
        names.get(run.kind, set()).add(shown.measure(run)[0])
    assert names["weather"] == {"test RMSE, °C"}
    assert names["forecast"] == names["rollout"] == {"test RMSE, USD"}
    assert names["scratch"] == {"test accuracy", "test RMSE, points"}
    assert names["volatility"] == {"test MSE"}


def test_the_setting_that_fewest_runs_share_is_told_first() -> None:
    found = [run for run in Store("nowhere").list()[0] if run.kind == "scratch"][:1]
    runs = [dataclasses.replace(found[0], spec=found[0].spec | {"dropout": 0.3, "momentum": m}) for m in (0.1, 0.2)]
    told = shown.settings(runs[0], shown.counts(runs))
    assert told.index("momentum 0.1") < told.index("dropout 0.3")


def keys(test: AppTest) -> set[str]:
    return set(test.dataframe[0].value["key"])


def test_the_filter_takes_lab_source_and_words(own_store: Path, ann: None) -> None:
    mine, other = put(own_store, 0, owner="ann"), put(own_store, 1, owner="bob")
    everything = person.app("pages/runs.py")
    assert {mine.key[:6], other.key[:6]} < keys(everything)
    assert set(everything.dataframe[0].value["source"]) == {"included", "trained here"}
    assert keys(person.app("pages/runs.py", origin="trained here")) == {mine.key[:6], other.key[:6]}
    assert keys(person.app("pages/runs.py", origin="trained by me")) == {mine.key[:6]}
    hafez = person.app("pages/runs.py", lab="Hafez")
    assert set(hafez.dataframe[0].value["lab"]) == {"Hafez"}
    assert len(hafez.dataframe[0].value) == 4
    lstm = person.app("pages/runs.py", lab="Hafez", text="lstm INCLUDED")
    assert list(lstm.dataframe[0].value["settings"]) == ["LSTM 1×192 · seed 0"]
    assert "No run matches" in person.app("pages/runs.py", text="no such words").info[0].value


def test_curves_of_runs_have_the_colours_of_the_project() -> None:
    chart = charts.overlay({"one": [1.0, 0.5], "two": [2.0, 0.7]}, "loss")
    assert [line.line.color for line in chart.data] == [*palette.SERIES[:2]]


def dialog() -> None:
    from core.ui import cached, runs_views

    own = [run for run in cached.store().list()[0] if run.origin == "store"]
    if own:
        runs_views.actions(own)


def test_deleting_asks_and_cancel_deletes_nothing(own_store: Path, ann: None) -> None:
    put(own_store, 0, owner="ann")
    test = AppTest.from_function(dialog, default_timeout=300).run()
    button(test, "Delete").click().run()
    assert [test.button(key=key).label for key in ("delete_no", "delete_yes")] == ["Cancel", "Delete"]
    test.button(key="delete_no").click().run()
    assert [run.owner for run in cached.store().list()[0] if run.origin == "store"] == ["ann"]


def test_the_runs_of_others_have_no_button_that_deletes_them(own_store: Path, ann: None) -> None:
    put(own_store, 0, owner="bob")
    test = AppTest.from_function(dialog, default_timeout=300).run()
    assert button(test, "Delete").disabled
    assert "Runs of another user" in test.caption[0].value


def button(test: AppTest, label: str) -> Button:
    return next(one for one in test.button if one.label == label)


def test_a_store_that_cannot_be_written_is_told_before_a_job_is_queued(
    own_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_store.parent.mkdir(exist_ok=True)
    own_store.write_text("a file in the place of the folder")
    with pytest.raises(StoreError, match="Nothing can be saved"):
        jobs.owned([Work("a", "x", {"store": str(own_store)})])
    own_store.unlink()


def test_home_with_two_thousand_runs_is_quick(own_store: Path) -> None:
    """Each draw lists the store several times: without an index of what was parsed it took 4 to 9 s."""
    values = odd_runs.shipped("weather")
    for number in range(2000):
        values["data"]["fingerprint"] = f"{number:016x}"
        again = odd_runs.rekeyed(values)
        path = own_store / "weather" / again["key"] / "run.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(again))
    test = person.app("")
    started = time.process_time()
    test.run()
    assert time.process_time() - started < 1.5
    assert test.metric[1].value == "2000"
    assert settings.read().store == str(own_store)
