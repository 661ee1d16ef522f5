"""Every lab alike: Train for what runs joins it, nothing says "Press *Train*" meanwhile, and a training may go on."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.jobs import engine
from core.labs.emotion.view import inputs as emotion_inputs
from core.labs.video_violence.view import training as violence_training
from core.ui import cached
from tests.pages.jobs_by_hand import ANN, BOB, Engine
from tests.pages.person import app, html, job_of, said, visitor

DIVERGED = "The loss became infinite in epoch 2: the learning rate 1 is too high. Choose a lower one."
TEXTS = b"so glad;joy\nso sad;sadness\n" * 40
LABS: dict[str, dict[str, str]] = {
    "recurrent_cells": {"cells": "LSTM", "seeds": "1", "units": "8"},
    "crypto_forecasting": {"models": "LSTM", "units": "8", "epochs": "9"},
    "volatility": {"view": "Theory", "models": "dense network", "seeds": "1", "units": "8"},
    "bitcoin_rollout": {"seeds": "1", "units": "8", "epochs": "9"},
    "images": {"models": "A", "epochs": "9"},
    "transfer": {"amounts": "3", "seeds": "1"},
    "emotion": {},
    "from_scratch": {"hidden": "1", "epochs": "9"},
    "hafez": {"view": "Train", "units": "16"},
    "video_violence": {"view": "Training"},
}
EVERY = {"loss": 1.0, "val_loss": 1.0, "mae": 1.0, "val_mae": 1.0, "accuracy": 0.5, "val_accuracy": 0.5, "bits": 2.0,
         "held_out_bits": 2.0, "sample": "a\nb\nc\nd"}  # fmt: skip


@pytest.fixture(autouse=True)
def workers(monkeypatch: pytest.MonkeyPatch) -> Engine:
    made = Engine()
    monkeypatch.setattr(engine, "_engine", made)
    monkeypatch.setattr(engine, "warm_up", lambda: None)
    wanted = emotion_inputs.Wanted(emotion_inputs.Spec(data="mine.txt"), TEXTS, "digest")
    monkeypatch.setattr(emotion_inputs, "experiment_", lambda: wanted)
    monkeypatch.setattr(violence_training, "_understood", lambda given: True)  # a worker would read it
    return made


def seen_by(secret: str, lab: str) -> AppTest:
    test = app(f"pages/{lab}.py", seen_as=visitor(secret=secret), **{"view": "Theory"} | LABS[lab])
    if lab == "video_violence":
        test.file_uploader(key="clips_zip").set_value([("clips.zip", b"PK\5\6" + bytes(18), "application/zip")]).run()
    assert not test.exception
    return test


@pytest.mark.parametrize("lab", LABS)
def test_a_training_is_joined_told_and_may_go_on(lab: str, workers: Engine, own_store: Any) -> None:
    shipped = cached.store().list()[0]
    first, second = seen_by(ANN, lab), seen_by(ANN, lab)
    first.button(key="train_now").click().run()
    (job,) = workers.jobs
    second.button(key="train_now").click().run()
    assert list(workers.jobs) == [job]
    assert job_of(second) == job
    workers.tell(job, state="running", epoch=1, epochs=9, logs=EVERY, seconds=1.0)
    for test in (first.run(), second.run()):
        assert not test.exception
        told = said(test) + html(test)
        assert "epoch 1 of 9" in told
        assert "Press *Train*" not in told
        assert "of other users" not in told
        assert not [one for one in test.button if one.key == "train_now"]
        assert test.get("plotly_chart")
    first.toggle(key=f"go_on-{job}").set_value(True).run()
    assert workers.job(job).goes_on
    first.toggle(key=f"go_on-{job}").set_value(False).run()
    assert not workers.job(job).goes_on
    workers.tell(job, state="failed", message=DIVERGED)
    test = first.run()
    assert [error.value for error in test.error] == [DIVERGED]
    assert [chart.key for chart in test.get("plotly_chart")].count(f"failed-{job}") == 1  # up to the last whole epoch
    assert not [link for link in test.sidebar.get("page_link") if "·" in link.proto.label]
    assert cached.store().list()[0] == shipped
    assert "Press *Train*" in said(test) + html(test) or [one for one in test.button if one.key == "train_now"]


def test_only_whose_training_it_is_may_let_it_go_on(workers: Engine, own_store: Any) -> None:
    test = seen_by(ANN, "recurrent_cells")
    test.button(key="train_now").click().run()
    (job,) = workers.jobs
    other = app("pages/recurrent_cells.py", seen_as=visitor(secret=BOB), job=job, view="Theory")
    assert "started by another user" in said(other)
    assert f"go_on-{job}" not in {one.key for one in other.toggle}
    assert "stops when no page has shown it for 10 min" in test.toggle(key=f"go_on-{job}").help
