"""Results that a worker computes never hold up the page's controls, and the last one stays, marked, until then."""

import threading
import time
from dataclasses import dataclass

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.errors import JobError
from core.jobs.calls import bytes_of
from core.ui import background


class Engine:
    """Computes what it is asked for when it is let."""

    def __init__(self) -> None:
        self.free, self.asked = threading.Event(), []

    def call(self, target: str, *arguments: object, timeout: float = 0) -> object:
        self.asked.append(arguments)
        self.free.wait(120)
        if arguments[0] == 13:
            raise JobError("Thirteen cannot be computed.")
        return f"result {arguments[0]}"


def page() -> None:
    import streamlit as st

    from core.errors import TamrinError
    from core.ui import background

    number = st.number_input("Number", 0, 20, 1)
    try:
        number, found = background.latest("slot", (number,), "module:function", number)
        st.markdown(f"{number}: {found}")
    except TamrinError as error:
        st.error(str(error))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    made = Engine()
    monkeypatch.setattr(background.engine, "get", lambda: made)
    monkeypatch.setattr(background, "WAIT", 0.05)
    monkeypatch.setattr(background, "WAIT_FIRST", 0.05)
    background.desk.clear()
    yield made
    made.free.set()
    background.desk.clear()


def shown(test: AppTest) -> list[str]:
    return [element.value for element in [*test.markdown, *test.error]]


def computed() -> None:
    """Wait until everything that was asked for is there."""
    for task in background.desk()._tasks.values():
        task.future.exception(timeout=120)


def test_a_first_result_is_waited_for_with_the_controls_in_place(engine: Engine) -> None:
    test = AppTest.from_function(page).run()
    assert shown(test) == []
    assert "Computing" in test.caption[0].value
    assert test.number_input[0].value == 1
    engine.free.set()
    computed()
    assert shown(test.run()) == ["1: result 1"]
    assert not test.caption


def test_a_redraw_does_not_wait_again_for_a_result_that_was_waited_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "WAIT_FIRST", 0.3)
    test = AppTest.from_function(page).run()
    waited = test.session_state[background.WAITED]
    assert waited >= 0.25
    test.run()
    assert "Computing" in test.caption[0].value
    assert test.session_state[background.WAITED] - waited < 0.1


def test_the_last_result_stays_with_what_it_was_about_until_the_next_is_there(engine: Engine) -> None:
    engine.free.set()
    test = AppTest.from_function(page).run()
    computed()
    assert shown(test.run()) == ["1: result 1"]
    engine.free.clear()
    test.number_input[0].set_value(2).run()
    assert shown(test) == ["1: result 1"]
    assert "previous result" in test.caption[0].value
    test.number_input[0].set_value(3).run()
    assert shown(test) == ["1: result 1"]
    engine.free.set()
    computed()
    assert shown(test.run()) == ["3: result 3"]


def test_what_is_known_is_asked_for_once_by_all_sessions(engine: Engine) -> None:
    engine.free.set()
    for _ in range(3):
        AppTest.from_function(page).run()
        computed()
    assert engine.asked == [(1,)]


def test_a_part_of_a_page_that_comes_soon_and_is_kept_by_its_session_alone(engine: Engine) -> None:
    def soon_page() -> None:
        import streamlit as st

        from core.ui import background

        own = st.session_state.setdefault("own", background.Desk())
        found = background.soon("module:function", 4, at=own)
        st.markdown("not there yet" if found is None else found[0])
        st.markdown("the rest of the page")

    test = AppTest.from_function(soon_page).run()
    assert shown(test) == ["not there yet", "the rest of the page"]
    engine.free.set()
    (task,) = test.session_state["own"]._tasks.values()
    assert task.future.result(120) == "result 4"
    assert shown(test.run()) == ["result 4", "the rest of the page"]
    assert not background.desk()._tasks


def test_an_error_is_a_sentence_and_is_tried_again(engine: Engine) -> None:
    engine.free.set()
    test = AppTest.from_function(page).run()
    computed()
    test.number_input[0].set_value(13).run()
    computed()
    assert shown(test.run())[-1] == "Thirteen cannot be computed."
    before = len(engine.asked)
    test.run()
    computed()
    assert len(engine.asked) > before


def test_the_desk_forgets_the_oldest_results() -> None:
    desk = background.Desk(most=3)
    for number in range(6):
        desk.ask(str(number), lambda tell, n=number: n).future.result(10)
    desk.ask("6", lambda tell: 6).future.result(10)
    assert [name for name in map(str, range(7)) if desk.find(name)] == ["3", "4", "5", "6"]


def test_the_desk_forgets_the_oldest_results_when_they_are_large() -> None:
    desk = background.Desk(most_bytes=2500)
    for number in range(5):
        desk.ask(str(number), lambda tell: np.zeros(1000, "uint8")).future.result(10)
    desk.ask("large", lambda tell: {"picture": np.zeros(9000, "uint8")}).future.result(10)
    assert [name for name in (*"01234", "large") if desk.find(name)] == ["3", "4", "large"]
    desk.ask("next", lambda tell: 0).future.result(10)
    assert [name for name in (*"34", "large", "next") if desk.find(name)] == ["large", "next"]


@dataclass
class Found:
    pictures: list[dict[str, np.ndarray]]


def test_a_result_counts_with_all_that_it_holds() -> None:
    large = np.zeros(9000, "uint8")
    for one in (large, [large], {"one": (large,)}, Found([{"one": large}]), [Found([{"one": large}])]):
        assert 9000 <= bytes_of(one) < 9900, one
    assert 20_000 < bytes_of(Found([0.5] * 1000)) < 40_000


def test_a_part_of_a_result_is_not_kept_beside_the_whole() -> None:
    task = background.Desk().ask("grown", lambda tell: tell("half") or "whole")
    assert task.future.result(10) == "whole"
    assert task.partial is None


def test_one_run_of_a_page_waits_so_long_in_all_however_much_it_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "WAIT_LONGEST", 0.3)
    background.begin()
    begun = time.monotonic()
    assert not any(background._ready(background.Task(), 0.2) for _ in range(5))
    assert 0.25 < time.monotonic() - begun < 0.6
    ended = background.Task()
    ended.future.set_result(1)
    assert background._ready(ended, 0.2)
    background.begin()
    begun = time.monotonic()
    assert not background._ready(background.Task(), 0.2)
    assert time.monotonic() - begun >= 0.2


def test_a_result_that_grows_is_drawn_piece_by_piece() -> None:
    go, told, seen = threading.Event(), threading.Event(), []

    def compute(tell) -> str:
        tell("half")
        told.set()
        go.wait(120)
        return "whole"

    task = background.desk().ask("key", compute)
    assert told.wait(120)
    background._grow("key", seen.append)
    assert seen == ["half"]
    go.set()
    assert task.future.result(120) == "whole"
    assert background.growing("key", compute, seen.append) == "whole"
