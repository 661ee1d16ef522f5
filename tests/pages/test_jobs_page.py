"""A running training is found again: on its page, in the menu, among the runs; and whose it is."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.jobs import engine, messages
from core.jobs.job import Job, Work
from core.labs.recurrent_cells import weather
from core.labs.recurrent_cells.view import views as weather_views
from core.runs import spec as specs
from core.ui import cached, jobs, running
from tests.pages.jobs_by_hand import ANN, BOB, Engine, id_of
from tests.pages.person import app, html, job_of, said, visitor

CELLS, RUNS, STEP = "pages/recurrent_cells.py", "pages/runs.py", "pages/recurrent_step.py"
SCRATCH = "pages/from_scratch.py"
CRYPTO = "pages/crypto_forecasting.py"
VIDEO = "pages/video_violence.py"
QUICK = {"view": "Theory"}  # a view without charts
SMALL = {"cells": "LSTM", "seeds": "1", "units": "8", "layers": "1", "epochs": "10", **QUICK}
SPEC = weather.Spec(cell="lstm", units=8, layers=1, epochs=10)


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Engine:
    made = Engine()
    monkeypatch.setattr(engine, "_engine", made)
    monkeypatch.setattr(engine, "warm_up", lambda: None)
    return made


def seen_by(secret: str, page: str, **query: str) -> AppTest:
    return app(page, seen_as=visitor(secret=secret), **query)


def keys(test: AppTest) -> set[str]:
    return {button.key.partition("-")[0] for button in test.button}


def links(test: AppTest) -> list[str]:
    """Labels of the links of the menu and of the page, without those of the menu's pages."""
    return [link.proto.label for link in test.get("page_link") if "·" in link.proto.label]


def start(test: AppTest, workers: Engine) -> str:
    """Press Train; gives the id of the one job that there is."""
    test.button(key="train_now").click().run()
    (job,) = workers.jobs
    return job


def test_who_comes_back_through_the_menu_finds_the_training(workers: Engine, own_store) -> None:
    test = seen_by(ANN, CELLS, **SMALL)
    job = start(test, workers)
    workers.at_epoch(job, 4)
    test.switch_page(STEP).run()
    test.switch_page(CELLS)
    test.query_params.clear()
    test.run()
    assert not test.exception
    assert "stop" in keys(test)
    assert "train_now" not in keys(test)
    assert "epoch 4 of 10" in said(test)
    assert job_of(test) == job
    assert len(test.get("plotly_chart")) == 1


def test_a_queue_without_any_worker_says_so(workers: Engine, own_store) -> None:
    start(seen_by(ANN, CELLS, **SMALL), workers)
    assert "Waiting for a free worker." in said(seen_by(ANN, CELLS, **QUICK))
    workers.lacking = messages.no_worker
    assert "No worker is running; one is being started." in said(seen_by(ANN, CELLS, **QUICK))


def test_why_a_training_was_stopped_is_told(workers: Engine, own_store) -> None:
    test = seen_by(ANN, CELLS, **SMALL)
    job = start(test, workers)
    workers.at_epoch(job, 4)
    workers.jobs[job] = replace(workers.jobs[job], reason="Nobody looked.")
    workers.tell(job, state="stopped", result={"key": "k"})
    assert "Nobody looked. The best weights so far of 1 of 1 stopped networks were saved." in said(test.run())


def test_the_end_is_told_until_a_control_is_moved(workers: Engine, own_store) -> None:
    """The panel and the menu both redraw the page when a job ends; the second run must not take the sentence away."""
    test = seen_by(ANN, CELLS, **SMALL)
    job = start(test, workers)
    workers.at_epoch(job, 4)
    workers.tell(job, state="stopped", result={"key": "k"})
    told = "Stopped. The best weights so far of 1 of 1 stopped networks were saved."
    assert told in said(test.run())
    assert told in said(test.run())
    test.number_input(key="epochs").set_value(11).run()
    assert told not in said(test)


def test_the_end_is_not_told_on_another_page_or_beside_the_next_training(workers: Engine, own_store) -> None:
    test = seen_by(ANN, CELLS, **SMALL)
    workers.tell(start(test, workers), state="failed", message="It broke.")
    assert "It broke." in said(test.run())
    test.switch_page(SCRATCH).run()
    assert "It broke." not in said(test)
    test.switch_page(CELLS).run()
    assert "It broke." not in said(test)
    workers.jobs.clear()
    workers.tell(start(test, workers), state="failed", message="It broke again.")
    assert "It broke again." in said(test.run())
    workers.jobs.clear()
    start(test, workers)
    assert "It broke again." not in said(test.run())


def test_another_tab_of_the_person_finds_it_by_its_page_alone(workers: Engine, own_store) -> None:
    job = start(seen_by(ANN, CELLS, **SMALL), workers)
    workers.at_epoch(job, 4)
    assert "stop" in keys(seen_by(ANN, CELLS, **QUICK))
    assert "stop" not in keys(seen_by(BOB, CELLS, **QUICK))
    assert "stop" not in keys(seen_by(ANN, SCRATCH, **QUICK))


@pytest.mark.parametrize("page", [STEP, RUNS, CELLS])
def test_a_chip_in_the_menu_of_every_page_tells_how_far_it_is_and_leads_there(
    page: str, workers: Engine, own_store
) -> None:
    job = start(seen_by(ANN, CELLS, **SMALL), workers)
    workers.at_epoch(job, 4)
    test = seen_by(ANN, page)
    (chip,) = [link.proto for link in test.sidebar.get("page_link") if "·" in link.proto.label]
    assert chip.label == "LSTM · 40%"
    assert set(workers.shown) == {job}  # looked at, although on another page
    assert chip.page == "recurrent_cells"
    assert f"job={job}" in chip.query_string
    assert "units=8" in chip.query_string
    test.button(key=f"chip_stop-{job}").click().run()
    assert workers.job(job).stopping


def test_a_chip_is_for_one_s_own_training_and_only_while_it_runs(workers: Engine, own_store) -> None:
    assert links(seen_by(ANN, STEP)) == []
    job = start(seen_by(ANN, CELLS, **SMALL), workers)
    assert links(seen_by(ANN, STEP)) == ["LSTM · waiting"]
    assert links(seen_by(BOB, STEP)) == []
    workers.tell(job, state="done", result={"key": "k"})
    assert links(seen_by(ANN, STEP)) == []


def test_a_page_that_only_looks_for_trainings_starts_no_workers(monkeypatch: pytest.MonkeyPatch, own_store) -> None:
    monkeypatch.setattr(engine, "_engine", None)
    monkeypatch.setattr(engine, "warm_up", lambda: None)
    assert not seen_by(ANN, RUNS).exception
    assert not seen_by(ANN, CELLS, **QUICK).exception
    assert engine._engine is None


def test_the_page_of_runs_lists_what_runs_above_what_is_stored(workers: Engine, own_store) -> None:
    job = start(seen_by(ANN, CELLS, **SMALL), workers)
    workers.at_epoch(job, 4)
    mine, other = seen_by(ANN, RUNS), seen_by(BOB, RUNS)
    for test in (mine, other):
        assert "Running" in [heading.value for heading in test.subheader]
        (link,) = [link.proto for link in test.main.get("page_link")]
        assert link.label == "Training on Seattle's weather"
        assert f"job={job}" in link.query_string
    assert ("units=8" in mine.main.get("page_link")[0].proto.query_string) is True
    assert ("units=8" in other.main.get("page_link")[0].proto.query_string) is False  # a link may hold private words
    assert "run_stop" in keys(mine)
    assert "run_stop" not in keys(other)
    assert "Running" not in [heading.value for heading in seen_by(ANN, STEP).subheader]


def test_train_for_what_runs_already_joins_it(workers: Engine, own_store) -> None:
    first, second = seen_by(ANN, CELLS, **SMALL), seen_by(ANN, CELLS, **SMALL)
    job = start(first, workers)
    second.button(key="train_now").click().run()
    assert list(workers.jobs) == [job]
    assert job_of(second) == job
    assert "stop" in keys(second)


def test_another_person_who_asks_for_the_same_watches_it_without_stop(workers: Engine, own_store) -> None:
    ann, bob = seen_by(ANN, CELLS, **SMALL), seen_by(BOB, CELLS, **SMALL)
    job = start(ann, workers)
    bob.button(key="train_now").click().run()
    workers.at_epoch(job, 4)
    bob.run()
    assert list(workers.jobs) == [job]
    assert "stop" not in keys(bob)
    assert "epoch 4 of 10" in said(bob)
    assert "started by another user" in said(bob)
    workers.cancel(job)  # what stops is of no use to another person, who starts anew
    again = seen_by(BOB, CELLS, **SMALL)
    again.button(key="train_now").click().run()
    assert len(workers.jobs) == 2


def test_who_asks_for_more_than_what_runs_has_a_training_of_their_own(workers: Engine, own_store) -> None:
    bob = seen_by(BOB, CELLS, **SMALL | {"seeds": "2"})
    job = start(seen_by(ANN, CELLS, **SMALL), workers)
    bob.button(key="train_now").click().run()
    assert len(workers.jobs) == 2
    assert job_of(bob) != job


def test_what_another_makes_of_a_file_is_never_joined(workers: Engine) -> None:
    works = [
        Work("network", "core.labs.from_scratch.experiment:train_upload", {"spec": {}, "content": b"a", "digest": "d"})
    ]
    job = workers.submit("own file", works, id_of(ANN), link="from_scratch?")
    assert _same_for(ANN, works).id == job
    assert _same_for(BOB, works) is None


def _same_for(secret: str, works: list[Work]) -> Job | None:
    def script() -> None:
        import streamlit as st

        from core.ui import running

        st.session_state["found"] = running.same(st.session_state["works"])

    from tests.pages.person import VISITOR

    test = AppTest.from_function(script, default_timeout=300)
    test.session_state["works"], test.session_state[VISITOR] = works, visitor(secret=secret)
    return test.run().session_state["found"]


def test_a_link_to_another_s_training_shows_its_curve_without_stop_except_at_the_server(
    workers: Engine, own_store
) -> None:
    job = start(seen_by(ANN, CELLS, **SMALL), workers)
    workers.at_epoch(job, 4)
    watching, lecturer = seen_by(BOB, CELLS, job=job, **QUICK), app(CELLS, job=job, **QUICK)
    for test in (watching, lecturer):
        assert "epoch 4 of 10" in said(test)
    assert "stop" not in keys(watching)
    assert "stop" in keys(lecturer)


def test_a_link_to_a_training_of_another_page_leads_there(workers: Engine, own_store) -> None:
    job = start(seen_by(ANN, CELLS, **SMALL), workers)
    test = seen_by(ANN, SCRATCH, job=job, **QUICK)
    assert not test.exception
    assert "“Training on Seattle's weather” belongs to another page" in [
        link.proto.label for link in test.main.get("page_link")
    ]
    assert "job" not in test.query_params


def test_one_training_a_person_is_told_by_its_name(workers: Engine, own_store) -> None:
    start(seen_by(ANN, CELLS, **SMALL), workers)
    other = seen_by(ANN, SCRATCH, hidden="7", **QUICK)
    other.button(key="train_now").click().run()
    assert "“Training on Seattle's weather” is still running" in said(other)
    assert len(workers.jobs) == 1


def test_an_end_that_was_not_seen_is_told_on_return(workers: Engine, own_store) -> None:
    test = seen_by(ANN, CELLS, **SMALL)
    job = start(test, workers)
    test.switch_page(STEP).run()
    workers.tell(job, state="failed", message="The worker process that ran this ended before it was done.")
    test.run()
    assert "Training on Seattle's weather: ended." in [toast.value for toast in test.toast]
    test.switch_page(CELLS)
    test.query_params.clear()
    test.run()
    assert "The worker process that ran this ended" in said(test)
    assert "The worker process that ran this ended" in said(test.run())


def test_a_network_of_one_s_own_file_is_there_although_another_page_was_shown_when_it_was_done(
    workers: Engine, own_store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.labs.from_scratch.view import shown

    collected: list[str] = []
    monkeypatch.setattr(shown, "collect", collected.append)
    test = seen_by(ANN, SCRATCH, hidden="7", **QUICK)
    job = start(test, workers)
    test.switch_page(STEP).run()
    workers.tell(job, state="stopped", message="")
    test.switch_page(SCRATCH)
    test.query_params.clear()
    test.run()
    assert collected == [job]


def test_one_s_own_reading_of_a_video_is_no_training_of_others(workers: Engine, own_store) -> None:
    workers.submit("Reading videos", [Work("0", "m:f", {})], id_of(ANN) + running.CHECK, link="video_violence?")
    job = start_beside(seen_by(ANN, CELLS, **SMALL), workers)
    assert links(seen_by(ANN, STEP)) == ["Video · waiting", "LSTM · waiting"]
    assert workers.job(job).person == id_of(ANN)


def start_beside(test: AppTest, workers: Engine) -> str:
    before = set(workers.jobs)
    test.button(key="train_now").click().run()
    (job,) = set(workers.jobs) - before
    return job


def test_a_job_knows_the_experiment_of_the_controls(workers: Engine, own_store) -> None:
    job = start(seen_by(ANN, CELLS, **SMALL), workers)
    assert workers.job(job).link.startswith("recurrent_cells?")
    (part,) = workers.job(job).parts
    assert part.mark == weather_views.works((SPEC,))[0].mark
    assert specs.to_dict(SPEC)["epochs"] == 10
    assert cached.store().url


@pytest.mark.parametrize(("page", "query"), [(CELLS, {}), (SCRATCH, {"hidden": "7"}), ("pages/transfer.py", {})])
def test_while_it_trains_nothing_asks_to_press_train(page: str, query: dict, workers: Engine, own_store) -> None:
    name = page.removeprefix("pages/").removesuffix(".py")
    work = Work("LSTM-0" if page == CELLS else "network", "m:f", {})
    workers.submit("A training", [work], id_of(ANN), link=f"{name}?")
    odd = {"seed": "77"} if page == SCRATCH else {"epochs": "9"}
    test = seen_by(ANN, page, **query | odd)
    assert "stop" in keys(test)
    told = (said(test) + html(test)).lower()
    assert "press train" not in told
    assert "not trained yet" not in told
    assert "no network trained yet" not in told


@pytest.mark.parametrize(
    ("page", "query"), [(CELLS, {"epochs": "9"}), ("pages/images.py", {"epochs": "9"}), (CRYPTO, {"epochs": "9"})]
)
def test_the_stamps_say_what_is_in_training(page: str, query: dict, workers: Engine, own_store) -> None:
    assert "no network trained yet" in html(seen_by(ANN, page, **query | QUICK))
    name = page.removeprefix("pages/").removesuffix(".py")
    workers.submit(
        "A training", [Work(f"Some-{seed}", "m:f", {}, "Some") for seed in range(2)], id_of(ANN), link=f"{name}?"
    )
    told = html(seen_by(ANN, page, **query | QUICK))
    assert "Some in training" in told
    assert "no network trained yet" not in told


@pytest.mark.parametrize(("view", "key"), [("Backtest", "train_backtest"), ("Data leakage", "train_leak")])
def test_further_networks_of_prices_wait_for_the_running_training(
    view: str, key: str, workers: Engine, own_store
) -> None:
    query = {"view": view, "epochs": "9"}
    assert key in keys(seen_by(ANN, CRYPTO, **query))
    workers.submit("A training", [Work("LSTM-0", "m:f", {})], id_of(ANN), link="crypto_forecasting?")
    test = seen_by(ANN, CRYPTO, **query)
    assert key not in keys(test)
    assert "when the running training has ended" in said(test)
    assert key in keys(seen_by(BOB, CRYPTO, **query))


def test_networks_that_were_stopped_early_are_not_counted_as_untrained() -> None:
    assert jobs.untrained(3, 3, 2) == "1 of 3 networks is not trained yet, 2 of 3 were stopped early"
    assert jobs.untrained(3, 2, 0) == "2 of 3 networks are not trained yet"
    assert jobs.untrained(1, 1, 1) == "1 of 1 was stopped early"


def test_two_tabs_of_a_person_check_a_video_each_and_both_lead_to_their_page(workers: Engine, own_store) -> None:
    start(seen_by(ANN, CELLS, **SMALL), workers)
    for name in ("one.mp4", "two.mp4"):
        test = seen_by(ANN, VIDEO, source="Upload")
        test.file_uploader(key="uploads").set_value([(name, name.encode(), "video/mp4")]).run()
        assert not test.exception
        assert not test.error
    training, *checks = workers.active()
    assert len(checks) == 2
    assert {job.person for job in checks} == {training.person}
    assert {running.page_of(job) for job in checks} == {"video_violence"}
    elsewhere = links(seen_by(ANN, STEP))
    assert [label.split(" ·")[0] for label in elsewhere] == ["LSTM", "Video", "Video"]
