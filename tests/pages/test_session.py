"""What belongs to a page stays with it: its controls, its link; and what a link asks for in vain is told."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from core.jobs import engine
from core.labs.bitcoin_rollout import rollout
from core.ui.visit import links, session
from tests import walk
from tests.pages.person import app

CELLS, CRYPTO, ROLLOUT, IMAGES = (
    f"pages/{name}.py" for name in ("recurrent_cells", "crypto_forecasting", "bitcoin_rollout", "images")
)
EMOTION, HAFEZ, DEPTH, STEP = (f"pages/{name}.py" for name in ("emotion", "hafez", "depth", "recurrent_step"))
WITH_CONTROLS = [page for page in walk.PAGES if page not in ("", "pages/runs.py", "pages/glossary.py", "pages/help.py")]


@pytest.fixture(autouse=True)
def _without_workers(own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "get", walk.NoWorkers)
    monkeypatch.setattr(engine, "warm_up", lambda: None)


def opened(page: str) -> walk.Walk:
    one = walk.Walk(0, [page])
    assert one.page == page
    return one


def set_(one: walk.Walk, key: str, value: object) -> None:
    one.set(next(control for control in walk.movable(one.test) if control.key == key), value)
    one.check()


# A page, one control moved there, and a page that has a control of that name with other values.
MET = [
    (CELLS, "view", "Inside the network", CRYPTO),
    (CELLS, "view", "Inside the network", IMAGES),
    (CELLS, "view", "Inside the network", ROLLOUT),
    (CELLS, "seeds", 8, CRYPTO),
    (CELLS, "seeds", 8, ROLLOUT),
    (CRYPTO, "view", "Backtest", CELLS),
    (CRYPTO, "view", "Backtest", IMAGES),
    (CRYPTO, "units", 250, ROLLOUT),
    (IMAGES, "view", "Inside the network", CRYPTO),
    (IMAGES, "view", "Inside the network", CELLS),
    (HAFEZ, "view", "Check", EMOTION),
    (HAFEZ, "view", "Check", DEPTH),
]


@pytest.mark.parametrize(("page", "key", "value", "other"), MET)
def test_a_page_finds_nothing_of_the_one_before_and_all_of_its_own(
    page: str, key: str, value: object, other: str
) -> None:
    fresh = walk.controls(app(other))
    one = opened(page)
    set_(one, key, value)
    for take_along in (True, False):  # whether the browser takes names of the link along
        one.go(other, take_along)
        one.check()
        assert one.link == {}
        assert walk.controls(one.test) == fresh
        one.go(page, take_along)  # it raises a fault if the page is not as it was left
        one.check()
        assert one.link == {key: str(value)}


def test_a_page_that_is_left_before_its_link_is_known_leaves_nothing_to_the_next() -> None:
    """The browser has the new link of a control that was moved before the page is drawn with it."""
    one = opened(CELLS)
    set_(one, "view", "Inside the network")
    set_(one, "seeds", 3)
    one.test.session_state[session.PAGES]["recurrent_cells"].link.clear()
    one.go(IMAGES, take_along=True)
    one.check()
    assert one.link == {}
    assert one.test.segmented_control(key="view").value == "Result"
    one.go(CELLS)
    assert one.link == {"view": "Inside the network", "seeds": "3"}


@pytest.mark.parametrize(
    ("page", "key", "value"),
    [("pages/parameters.py", "network", "Weather, GRU"), ("pages/from_scratch.py", "task", "diabetes")],
)
def test_a_control_that_is_moved_while_the_next_page_comes_is_not_heard_there(page: str, key: str, value: str) -> None:
    """The page that is left stands there until the next one is drawn, and its controls call functions of its own."""
    one = opened(page)
    box, before = one.test.selectbox(key=key), walk.controls(one.test)
    late = box.set_value(value).root.get_widget_states()
    one.go("pages/convolution.py")
    fresh = walk.controls(one.test)
    one.test._run(late)
    one.check()
    assert walk.controls(one.test) == fresh
    one.left.clear()
    one.go(page)
    assert walk.controls(one.test) == before


def test_hidden_controls_come_back_with_their_view() -> None:
    one = opened(CELLS)
    set_(one, "view", "Inside the network")
    set_(one, "sample", 17)
    set_(one, "view", "Random seeds")
    one.go(CRYPTO)
    one.go(CELLS)
    set_(one, "view", "Inside the network")
    assert one.test.slider(key="sample").value == 17
    assert one.link == {"view": "Inside the network", "sample": "17"}


def test_a_value_that_another_control_has_taken_away_leaves_the_link() -> None:
    one = opened(STEP)
    for key, value in (
        ("view", "Experiment"),
        ("example", "GRU, Keras' default"),
        ("number", "g: candidate, unit 1, b"),
    ):
        set_(one, key, value)
    assert one.link["number"] == "g: candidate, unit 1, b"
    set_(one, "example", "random numbers")
    assert one.link == {"view": "Experiment", "example": "random numbers"}
    assert one.test.session_state[session.NOTES] == []


def test_a_value_that_has_become_the_default_leaves_the_link() -> None:
    one = opened("pages/transfer.py")
    set_(one, "head_epochs", 20)
    assert one.link == {"head_epochs": "20"}
    start = next(control for control in walk.movable(one.test) if control.key == "start")
    pretrained = next(
        value
        for value, name in zip(
            walk.metadata(one.test, start.id).deserializer.__self__.options, start.options, strict=True
        )
        if name.startswith("DenseNet")
    )
    set_(one, "start", pretrained)
    assert list(one.link) == ["start"]


def test_an_example_that_begins_anew_does_not_begin_the_steps_of_another_page_anew() -> None:
    """The stepper that the example resets is hidden; both pages call theirs `step`."""
    one = opened("pages/captioning.py")
    set_(one, "step", 8)
    one.go("pages/recurrent_step.py")
    set_(one, "view", "Experiment")
    set_(one, "example", "RNN, two units")
    one.go("pages/captioning.py")
    assert one.link == {"step": "8"}
    assert one.test.slider(key="step").value == 8


def test_a_link_wins_over_what_is_remembered() -> None:
    one = opened(CELLS)
    set_(one, "seeds", 8)
    set_(one, "units", 33)
    one.go(CRYPTO)
    one._load(CELLS, {"seeds": "2"})
    assert (one.test.slider(key="seeds").value, one.test.slider(key="units").value) == (
        2,
        app(CELLS).slider(key="units").value,
    )
    assert one.link == {"seeds": "2"}


def test_history_brings_the_values_of_its_entry() -> None:
    one = opened(CELLS)
    one.go(CRYPTO)
    set_(one, "seeds", 4)
    one.go(CELLS)
    set_(one, "seeds", 9)
    one.back()
    one.check()
    assert (one.page, one.test.slider(key="seeds").value) == (CRYPTO, 4)
    one.back()
    one.check()
    assert (one.page, one.link, one.test.slider(key="seeds").value) == (CELLS, {}, 5)
    one.forward()
    one.forward()
    assert (one.page, one.test.slider(key="seeds").value) == (CELLS, 9)


SAYS = [
    ("window=9999", "The link asks for window = 9999; allowed are 1 to 365, so 10 is used."),
    ("epochs=0", "The link asks for epochs = 0; allowed are 1 to 1000, so "),
    ("cells=GRU&cells=foo", "The link asks for cells = GRU, foo; allowed are SimpleRNN, GRU, LSTM, so GRU is used."),
    ("scaling=perhaps", "The link asks for scaling = perhaps; allowed are true and false, so "),
    (
        "view=foo",
        "The link asks for view = foo; allowed are Result, Inside the network, Random seeds, Ablation study, "
        "Downloads, Theory, so Result is used.",
    ),
    ("units=many", "The link asks for units = many; allowed are 1 to 256, so "),
    ("colour=red&taste=1", "The link's colour, taste are unknown here and left out."),
]


@pytest.mark.parametrize(("query", "sentence"), SAYS, ids=[query for query, _ in SAYS])
def test_what_a_link_asks_for_in_vain_is_told(query: str, sentence: str) -> None:
    test = visit(CELLS, query)
    assert sentence in note(test)
    assert not test.exception
    test.run()
    assert sentence in note(test), "the browser asks again for the rest of a page"
    test.slider(key="seeds").set_value(4)
    test.query_params["seeds"] = "4"
    assert note(test.run()) == ""


def test_a_concept_lab_tells_it_when_it_draws_the_control() -> None:
    test = visit("pages/parameters.py", "layer=foo&taste=1")
    assert note(test) == ":material/link_off: The link's taste is unknown here and left out."
    test.segmented_control(key="view").set_value("Experiment")
    test.query_params["view"] = "Experiment"
    assert "The link asks for layer = foo; allowed are " in note(test.run())


def visit(page: str, query: str) -> AppTest:
    names = parse_qs(query, keep_blank_values=True)
    return app(page, **{name: values if len(values) > 1 else values[0] for name, values in names.items()})


def note(test: AppTest) -> str:
    return " ".join(caption.value for caption in test.caption if ":material/link_off:" in caption.value)


def test_a_link_with_the_old_name_of_a_control_opens_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(links.ALIASES, "parameters", {"sight": "view"})
    test = app("pages/parameters.py", sight="Experiment")
    assert test.segmented_control(key="view").value == "Experiment"
    assert note(test) == ""
    assert "sight" not in test.query_params


OLD = [(page, value) for page, names in links.VALUES.items() for value in names.get("view", {})]
HAD = {"Check yourself": "parameters", "Play": "depth", "Worked": "captioning", "Intervals": "volatility"}  # else: RNN


@pytest.mark.parametrize(("page", "old"), OLD, ids=[f"{page} {old}" for page, old in OLD])
def test_a_link_with_the_old_name_of_a_view_opens_the_same(page: str, old: str) -> None:
    test = app(f"pages/{page or HAD.get(old, 'recurrent_cells')}.py", view=old)
    today = links.VALUES[page]["view"][old]
    assert test.segmented_control(key="view").value == today
    assert note(test) == ""
    assert test.query_params.get("view", today) in (today, [today])  # the default is in no link


def test_no_alias_of_a_link_is_a_name_of_today() -> None:
    for page, names in links.ALIASES.items():
        assert not set(names) & links.NAMES[page]
        assert set(names.values()) <= links.NAMES[page]


def test_a_link_that_is_kept_says_nothing() -> None:
    test = visit(
        CELLS,
        "window=14&units=8&cells=GRU&cells=LSTM&seeds=1&view=Random+seeds&measure=test+MAE&sample=7&scaling=false",
    )
    assert note(test) == ""
    assert note(visit(CELLS, "cells=&seeds=5&dropout=0.00&learning_rate=1e-3")) == ""
    assert note(visit(CELLS, "job=0123456789ab")) == ""


@pytest.mark.parametrize("page", WITH_CONTROLS, ids=lambda page: Path(page).stem)
def test_every_page_tells_a_wrong_link_and_can_be_reset(page: str) -> None:
    test = visit(page, "colour=red&view=nonsense")
    assert "colour is unknown here and left out" in note(test)
    assert "view = nonsense; allowed are" in note(test)
    assert "colour" not in test.query_params
    one = opened(page)
    for _ in range(3):
        one.move()
    one.reset()
    assert one.link == {}


def test_what_a_reset_puts_back_and_hides_does_not_reach_another_page() -> None:
    """The units of a random example are back at 2, and hidden, since the first example has no sliders."""
    one = opened(STEP)
    set_(one, "example", "random numbers")
    set_(one, "units", 3)
    one.reset()
    one.go(ROLLOUT)
    assert not one.test.exception
    assert one.test.slider(key="units").value == rollout.Spec().units


def test_home_has_nothing_to_reset() -> None:
    assert "page_reset" not in {button.key for button in app("").button}


def test_the_names_of_links_are_those_of_pages() -> None:
    assert set(links.NAMES) == {Path(page or "app.py").stem for page in walk.PAGES}


def test_a_tour_of_all_pages_with_all_kinds_of_controls() -> None:
    one = walk.Walk(1)
    try:
        one.tour()
    except walk.Fault as fault:
        pytest.fail(f"{fault}\n" + "\n".join(one.trail))
    assert set(one.left) == set(walk.PAGES)


def test_a_random_walk() -> None:
    assert walk.walk(11, 12) == ""


OLD_CHOICES = [
    ("crypto_forecasting", {"protocol": "as in the report", "models": "hybrid of equal size"},
     {"protocol": "report", "models": ["equal"]}),
    ("crypto_forecasting", {"scaling": "all data, as in the report"}, {"scaling": "all"}),
    ("bitcoin_rollout", {"scaling": "prices, training part to 0…1"}, {"scaling": "train"}),
    ("images", {"models": ["Residual A", "Dense"], "augment": "shifted and mirrored"},
     {"models": ["residual", "dense"], "augment": "mirror"}),
    ("emotion", {"view": "Figures", "texts": "Your own"}, {"view": "Metrics", "texts": "own"}),
    ("video_violence", {"view": "Time line"}, {"view": "Timeline"}),
    ("video_violence", {"view": "What the network saw"}, {"view": "Inside the network"}),
    ("images", {"view": "Pictures"}, {"view": "Dataset"}),
    ("transfer", {"view": "Phases", "start": "A that learned 0 to 6 (shipped)"},
     {"view": "Learning curves", "start": "lesson"}),
]  # fmt: skip


@pytest.mark.parametrize(("page", "asked", "values"), OLD_CHOICES)
def test_a_link_with_the_old_name_of_a_choice_sets_the_same(page: str, asked: dict, values: dict) -> None:
    test = app(f"pages/{page}.py", **asked)
    assert note(test) == ""
    assert {name: test.session_state[name] for name in values} == values
