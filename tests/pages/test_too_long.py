"""How long a training takes is said before it begins, by every lab, and what takes too long is refused."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core import settings
from core.jobs import engine
from core.labs.from_scratch import experiment as scratch
from core.labs.from_scratch.spec import Spec as Scratch
from core.labs.video_violence import experiment as violence
from core.runs.store import Store
from core.ui.uploads import own_files
from tests.pages.jobs_by_hand import Engine
from tests.pages.person import app, said

TOO_LONG = "the limit here is 30 min. Choose fewer epochs, fewer networks or seeds, less data or a smaller network."
QUICK = {"view": "Theory"}
LARGE = {"epochs": "60", "units": "512"}
# Page, kind, and a query for one small network that is not stored; another with as many epochs as the page allows.
LABS = {
    "recurrent_cells": ("weather", {"cells": "LSTM", "seeds": "1", "units": "8", "epochs": "3"}, {"epochs": "1000"}),
    "crypto_forecasting": ("forecast", {"models": "LSTM", "units": "8", "epochs": "3"}, {"epochs": "1000"}),
    "bitcoin_rollout": ("rollout", {"seeds": "1", "units": "8", "window": "60", "epochs": "1"}, {"epochs": "1000"}),
    "images": ("images", {"models": "A", "epochs": "3"}, {"epochs": "1000"}),
    "transfer": ("images", {"amounts": "50", "seeds": "1", "head_epochs": "1", "epochs": "1"}, {"epochs": "200"}),
    "emotion": ("emotion", {"texts": "Your own", "units": "64", "epochs": "1"}, {"epochs": "200"}),
    "from_scratch": ("scratch", {"hidden": "1", "epochs": "3"}, {"epochs": "1000"}),
    "volatility": (
        "volatility",
        {"models": "dense network", "seeds": "1", "units": "8", "epochs": "3"},
        {"epochs": "500"},
    ),
    "hafez": ("poems", {"view": "Train", "cell": "GRU", "units": "16", "epochs": "1"}, LARGE),
}
TEXTS = "\n".join(f"I am {word} number {n};{word}" for n in range(300) for word in ("glad", "sad")).encode()


@pytest.fixture(autouse=True)
def workers(monkeypatch: pytest.MonkeyPatch) -> Engine:
    made = Engine()
    monkeypatch.setattr(engine, "_engine", made)
    monkeypatch.setattr(engine, "warm_up", lambda: None)
    return made


def slow_machine(own_store: Any, kind: str, seconds: float = 60.0) -> None:
    """Runs like the shipped ones, made here at so many seconds an epoch."""
    shipped = Store(str(settings.SHIPPED), shipped=None)
    here = Store(str(own_store), shipped=None)
    seen: list[Any] = []
    for run in shipped.list()[0]:
        like = [run.spec.get(name) for name in ("cell", "units", "model")] + [bool(run.spec.get("per_class"))]
        if run.kind == kind and like not in seen:
            seen.append(like)
            here.put(replace(run, seconds_per_epoch=seconds, origin=""), shipped.weights(run), shipped.arrays(run))


def drawn(lab: str, query: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The page with this query, and where it needs one with a file."""
    if lab == "emotion":
        from core.labs.emotion.view import inputs as emotion_inputs

        spec = emotion_inputs.Spec(data="mine.txt", units=int(query["units"]), epochs=int(query["epochs"]))
        wanted = emotion_inputs.Wanted(spec, TEXTS * 60, "digest")
        monkeypatch.setattr(emotion_inputs, "experiment_", lambda: wanted)
    return app(f"pages/{lab}.py", **QUICK | query)


@pytest.mark.parametrize("lab", LABS)
def test_a_page_says_how_long_it_takes_and_refuses_what_is_too_long(
    lab: str, workers: Engine, own_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, small, more = LABS[lab]
    slow_machine(own_store, kind)
    test = drawn(lab, small | more, monkeypatch)
    assert not test.exception
    assert TOO_LONG in said(test)
    assert TOO_LONG in said(test.button(key="train_now").click().run())
    assert not workers.jobs
    test = drawn(lab, small, monkeypatch)
    assert TOO_LONG not in said(test)
    assert re.search(r"[Aa]bout \d+ (s|min)", said(test))
    test.button(key="train_now").click().run()
    assert len(workers.jobs) == 1
    assert 0 < workers.seconds[-1] < 1800


def test_further_trainings_of_a_page_are_bounded_too(workers: Engine, own_store: Any) -> None:
    slow_machine(own_store, "forecast")
    slow_machine(own_store, "rollout")
    for page, query, key in (
        ("crypto_forecasting", {"view": "Backtest"}, "train_backtest"),
        ("crypto_forecasting", {"view": "Data leakage"}, "train_leak"),
        ("bitcoin_rollout", {"view": "Window study", "study_epochs": "900"}, "train_study"),
    ):
        test = app(f"pages/{page}.py", epochs="900", **query)
        assert TOO_LONG in said(test.button(key=key).click().run())
    assert not workers.jobs


def test_clips_are_counted_by_their_bytes() -> None:
    known = [run for run in Store(str(settings.SHIPPED), shipped=None).list()[0] if run.kind == "violence"]
    few, many = (violence.seconds(violence.Spec(), size, known) for size in (10_000_000, 200_000_000))
    assert 0 < few < 1800
    assert many > 10 * few
    report = replace(violence.Spec(), network="report")
    assert violence.seconds(report, 10_000_000, known) > 5 * few
    assert violence.seconds(report, 10_000_000, []) is None


def test_slow_motion_takes_its_time(own_store: Any) -> None:
    known = Store(str(settings.SHIPPED), shipped=None).list()[0]
    chosen = Scratch(epochs=1000)
    slow, quick = (scratch.seconds(chosen, 0, pause, known) for pause in (0.25, 0.0))
    assert slow - quick == pytest.approx(250)
    assert own_files.size(None) == 0
    assert own_files.size(b"abc") == 3
    assert own_files.size("/no/such/file") == 0


KINDS = ("weather", "forecast", "rollout", "images", "emotion", "scratch", "poems", "violence", "volatility")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shipped_would_be_offered_and_takes_about_as_long_as_it_took(kind: str) -> None:
    from core.labs.bitcoin_rollout import study as rollout_study
    from core.labs.crypto_forecasting import pace as forecast_pace
    from core.labs.emotion import experiment as text
    from core.labs.hafez import experiment as poems
    from core.labs.images import compare as images
    from core.labs.recurrent_cells import compare
    from core.labs.volatility import pace as volatility
    from core.runs import pace

    costs = [compare.COST, forecast_pace.COST, rollout_study.COST, images.COST, text.COST, scratch.COST, poems.COST,
             violence.COST, volatility.COST]  # fmt: skip
    (cost,) = [one for one in costs if one.kind == kind]
    known = Store(str(settings.SHIPPED), shipped=None).list()[0]
    ratios = []
    for run in known:
        if run.kind == kind:
            others = [other for other in known if other.key != run.key] if kind != "violence" else known
            found = pace.seconds(cost, [(run.spec, run.data)], others, 1)
            assert found is not None
            assert found < 1800
            ratios.append(found / max(run.seconds, 1.0))
    assert 0.1 < np.median(ratios) < 4
