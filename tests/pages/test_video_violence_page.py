"""The page "Video violence" by AppTest: first paint, uploads, hostile files, knobs, webcam, and what is left behind."""

import io
import json
import os
import sys
import tempfile
import time
import types
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import av
import dask
import numpy as np
import psutil
import pytest
from streamlit.testing.v1 import AppTest

from core import settings
from core.jobs import engine
from core.jobs.job import Work
from core.labs.video_violence import experiment, messages, rivals
from core.labs.video_violence.clips import drawing
from core.labs.video_violence.clips.encode import h264
from core.labs.video_violence.clips.video import Video
from core.labs.video_violence.live import Answer, Snapshot
from core.labs.video_violence.view.training import KEYS
from core.runs import runs, store
from core.runs.store import Store
from core.ui import cached
from core.ui.visit import person as who
from tests.core.labs.images.stand_ins import zipped
from tests.pages import person
from tests.pages.person import said

PAGE = "pages/video_violence.py"


app = partial(person.app, PAGE)


@pytest.fixture(scope="module", autouse=True)
def temporary() -> Iterator[Path]:
    """A folder for temporary files of our own, for this process and its workers, so that leftovers are seen.

    These workers train a small network; those that are stored are the real ones.
    """
    person.end_engine()  # workers have the folder that stood in their environment when they began
    before, folder = os.environ.get("TMPDIR"), Path(tempfile.mkdtemp(prefix="t"))  # short: it holds sockets
    os.environ["TMPDIR"], tempfile.tempdir = str(folder), None
    os.environ["TAMRIN_FITS_PER_WORKER"] = "1000"  # a new worker would have to load the network again
    with dask.config.set({"distributed.worker.preload": ["tests.small_video_network"]}):
        yield folder
    person.end_engine()
    del os.environ["TMPDIR"], os.environ["TAMRIN_FITS_PER_WORKER"]
    if before is not None:
        os.environ["TMPDIR"] = before
    tempfile.tempdir = None


def shipped():
    return Store(str(settings.SHIPPED), shipped=None).find("violence", runs.key("violence", experiment.shipped()[0]))


def clip(seconds: float = 5.0, shift: int = 0) -> bytes:
    """A small film with a trembling square, unlike any other for another shift."""
    rng = np.random.default_rng(shift)

    def frames() -> Iterator[tuple[float, np.ndarray]]:
        for number in range(int(seconds * 12)):
            picture = np.full((96, 128, 3), 90 + shift, np.uint8)
            left, top = rng.integers(0, 90), rng.integers(0, 60)
            picture[top : top + 26, left : left + 22] = 230
            yield number / 12, picture

    return h264(frames())


def read(test: AppTest) -> AppTest:
    """Wait until all films that were given are read, and draw again, as the page's own fragment does."""
    while "violence_job" in test.session_state:
        job, *_ = test.session_state["violence_job"]
        person.wait(job)
        assert not engine.get().job(job).active
        test.run()
    return test


def test_first_paint_is_the_drawing_already_analysed() -> None:
    began = time.monotonic()
    test = app()
    assert not test.exception
    assert not test.error
    assert messages.drawing in said(test)
    assert len(test.get("video")) == 1
    assert messages.privacy in said(test)
    found = Store(str(settings.SHIPPED), shipped=None).arrays(shipped())["sample_probability"]
    assert test.slider(key="moment").value == pytest.approx(np.floor(2 * np.argmax(found)) / 2)
    assert "violence_job" not in test.session_state  # no worker was waited for
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("view", ["Training", "Theory"])
def test_views_draw_from_their_link(view: str) -> None:
    test = app(view=view)
    assert not test.exception
    assert not test.error
    assert test.session_state["view"] == view


def test_training_shows_the_figures_of_the_stored_run_and_follows_the_threshold() -> None:
    run, (compared, table, *_) = shipped(), (one.value for one in app(view="Training").dataframe)
    table = table.set_index("set")
    for part, name in (("training", "train"), ("test", "test")):
        assert table.loc[part, "accuracy"] == pytest.approx(run.metrics[f"{name}_accuracy"])
        assert table.loc[part, "AUC"] == pytest.approx(run.metrics[f"{name}_auc"])
    assert table.loc["cross-validation folds", "clips"] == 251  # not once for each seed
    for name, column in (("accuracy", "accuracy"), ("auc", "AUC"), ("f1", "F1")):  # as the stamps say
        assert table.loc["cross-validation folds", column] == pytest.approx(run.metrics[f"folds_{name}"], abs=1e-3)
    first = compared.iloc[0]
    assert first["accuracy"] == pytest.approx(run.metrics["folds_accuracy"], abs=5e-4)  # rounded for the table
    assert first["difference"] == pytest.approx(100 * (first["accuracy"] - compared["accuracy"][2]), abs=0.1)
    assert first[["p-value", "± accuracy"]].notna().all()
    assert compared["model"].tolist()[2:] == [*reversed(rivals.NAMES.values())]
    assert compared["accuracy"].is_monotonic_decreasing  # both, the network, the regressions, the majority class
    strict = app(view="Training", threshold="0.9").dataframe[1].value.set_index("set")
    assert strict.loc["cross-validation folds", "recall"] < table.loc["cross-validation folds", "recall"]


def test_the_curves_stand_below_their_heading_and_the_kept_epoch_has_its_reason() -> None:
    test = app(view="Training")
    order = [element.proto.id if kind == "plotly_chart" else element.value for element, kind in flat(test)]
    heading = order.index("Learning curves")
    curves = [n for n, text in enumerate(order) if "curve-" in text]
    assert len(curves) == 5
    assert min(curves) > heading
    assert "the last: without early stopping" in said(test)


def flat(test: AppTest) -> list[tuple]:
    """Headings and charts of the page with their kind, from top to bottom, columns one after the other."""
    found, waiting = [], [test.main]
    while waiting:
        node = waiting.pop(0)
        waiting = [*getattr(node, "children", {}).values(), *waiting]
        if node.type in ("subheader", "plotly_chart"):
            found.append((node, node.type))
    return found


def test_the_chart_marks_the_window_of_the_moment_at_the_height_of_its_probability() -> None:
    arrays = Store(str(settings.SHIPPED), shipped=None).arrays(shipped())
    at = float(arrays["sample_start"][3])
    chart = json.loads(app(moment=str(at)).get("plotly_chart")[0].proto.spec)
    marked = [shape for shape in chart["layout"]["shapes"] if shape.get("x0") == shape.get("x1")][-1]["x0"]
    assert marked == at + 1.0


def test_the_threshold_marks_and_lists_spans() -> None:
    everything = app(threshold="0.05")
    assert "1 segment reaches P(fight) = 0.05" in said(everything)
    highest = Store(str(settings.SHIPPED), shipped=None).arrays(shipped())["sample_probability"].max()
    strict = app(threshold="0.95")
    assert ("No window in 12 s reaches P(fight) = 0.95" in said(strict)) == (highest < 0.95)


def test_reset_forgets_the_uploads() -> None:
    test = app(source="Upload")
    test.file_uploader(key="uploads").set_value([("no.mp4", b"text", "video/mp4")]).run()
    assert "not a video file" in read(test).run().warning[0].value
    test.button(key="page_reset").click().run()
    test.segmented_control(key="source").set_value("Upload").run()
    assert "Upload or record a video" in said(test)
    assert not test.warning


@pytest.mark.slow
def test_several_uploads_are_read_by_workers_and_forgotten_with_the_upload(temporary: Path) -> None:
    test = app(source="Upload")
    assert "Upload or record a video" in said(test)
    files = [
        ("one.mp4", clip(5, 1), "video/mp4"),
        ("two.mp4", clip(3, 2), "video/mp4"),
        ("![x](a.png) no.mp4", b"text", "video/mp4"),
    ]
    test.file_uploader(key="uploads").set_value(files).run()
    test = read(test).run()
    table = next(d.value for d in test.dataframe if "video" in d.value).set_index("video")
    assert len(test.warning) == 1, [box.value for box in test.warning]
    assert table.loc["one.mp4", "seconds"] == pytest.approx(4.92, abs=0.02)
    assert table.loc["two.mp4", "seconds"] == pytest.approx(2.92, abs=0.02)
    assert table.loc["![x](a.png) no.mp4", "note"] == "not read"
    assert "!\\[x\\](a.png) no.mp4" in test.warning[0].value  # in full, where a table would cut it
    assert "not a video file" in test.warning[0].value
    assert 0 <= table.loc["one.mp4", "peak P(fight)"] <= 1
    assert len(test.session_state["violence_results"]) == 3
    test.button_group(key="source").set_value("Sample").run()
    assert {key[0] for key in test.session_state["violence_results"]} == {"sample"}
    assert leftovers(temporary) == []


def leftovers(temporary: Path) -> list[Path]:
    """Files that hold a stretch of an uploaded video, in the folders that this project or Python write to."""
    marks = [clip(5, 1)[200:264], clip(3, 2)[200:264]]
    files = [p for place in (temporary, Path(settings.read().home)) for p in place.rglob("*") if p.is_file()]
    return [path for path in files if any(mark in path.read_bytes() for mark in marks)]


def test_what_the_network_saw_follows_brightness_and_gain() -> None:
    test = app(view="Inside the network", moment="6.0")
    assert not test.exception
    plain = {metric.label: metric.value for metric in test.metric}
    stored = Store(str(settings.SHIPPED), shipped=None).arrays(shipped())["sample_probability"]
    assert float(plain["P(fight)"]) == pytest.approx(stored[6], abs=0.006)
    assert len(test.image) == 16
    test.slider(key="gain").set_value(3.0).run()
    loud = {metric.label: metric.value for metric in test.metric}
    assert float(loud["Motion magnitude, grey levels"]) > 1.5 * float(plain["Motion magnitude, grey levels"])


def hostile() -> dict[str, bytes]:
    good, out = clip(1, 7), {"empty": b"", "text": b"hello " * 500, "zeros": bytes(9000), "half": clip(1, 7)[:2000]}
    rng = np.random.default_rng(0)
    for number in range(96):
        content = bytearray(good)
        for _ in range(int(rng.integers(1, 5))):
            at, size = int(rng.integers(0, len(content))), int(rng.integers(1, 300))
            if rng.random() < 0.5:
                content[at : at + size] = rng.bytes(len(content[at : at + size]))
            else:
                del content[at : at + size]
        out[f"mutation {number}"] = bytes(content)
    return out


def test_a_hundred_hostile_files_cost_no_worker_and_each_has_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    workers, files = engine.get(), hostile()
    monkeypatch.setattr(workers._pool, "_fits_per_worker", 10_000)  # none is renewed meanwhile
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    payload = {"store": cached.store().url, "key": shipped().key}
    works = [Work(f"{n}", "core.labs.video_violence.check:check_part", payload | {"content": content})
             for n, content in enumerate(files.values())]  # fmt: skip
    job = workers.submit("hostile", works, "a person with 100 files")
    person.wait(job)
    parts = workers.job(job).parts
    assert all(part.state == "done" or part.message.endswith(".") for part in parts)
    assert {part.state for part in parts} <= {"done", "failed"}
    assert not [part.message for part in parts if "worker process" in part.message or "failed inside" in part.message]
    assert sum(part.state == "failed" for part in parts) > 25
    assert before <= {process.pid for process in psutil.Process().children(recursive=True)}
    assert workers.call("core.labs.video_violence.clips.encode:playable", clip(2, 7)) is True


def test_training_without_clips_is_a_sentence(at_server: None) -> None:
    test = app(view="Training").button(key="train_now").click().run()
    assert "Upload a zip with clips first" in test.error[0].value
    test = app(view="Training", form="folder").button(key="train_now").click().run()
    assert "Enter the folder" in test.error[0].value


@pytest.mark.parametrize("place", ["/nowhere", "/etc", "/dev/zero", "../..", "link"])
def test_a_folder_outside_of_what_pages_may_read_is_a_sentence(
    at_server: None, place: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if place == "link":
        link = Path(settings.read().home) / f"link-{tmp_path.name}"
        link.symlink_to("/etc")
        place = str(link)
    test = app(view="Training", form="folder")
    test.text_input(key="folder").set_value(place).run()
    test.button(key="train_now").click().run()
    assert "TAMRIN_FOLDERS" in " ".join(error.value for error in test.error)
    assert not test.exception


def test_who_is_not_at_the_server_names_no_folder_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(who, "at_server", lambda: False)
    test = app(view="Training", form="folder")
    assert not test.exception
    assert "folder" not in [element.key for element in test.text_input]


@pytest.fixture
def at_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The person at the server's own machine."""
    monkeypatch.setattr(who, "at_server", lambda: True)


def packed(count: int) -> bytes:
    """A zip of `fight/` and `noFight/` with so many small clips of each."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(count):
            archive.writestr(f"fight/{number}.mp4", clip(2, number))
            archive.writestr(f"noFight/{number}.mp4", clip(2, 100 + number))
    return target.getvalue()


SHORT = {"view": "Training", "train_epochs": "1", "train_whole": "0", "train_pretrained": "false"}


def test_a_zip_of_clips_trains_for_this_session_alone(own_store: Path, temporary: Path) -> None:
    test = app(**SHORT)
    test.file_uploader(key="clips_zip").set_value([("clips.zip", packed(6), "application/zip")]).run()
    test = person.train(test)
    assert not test.exception
    assert [error.value for error in test.error] == []
    compared, clips = test.dataframe[0].value, test.dataframe[1].value.set_index("set")["clips"]
    assert clips[["training", "validation", "test"]].sum() == 12
    assert "my clips" in test.session_state["of"]
    assert compared["model"].tolist() == ["network with motion features", *reversed(rivals.NAMES.values())]
    assert f"On the test set of {clips['test']} clips" in said(test)
    assert not list(own_store.rglob("run.json"))
    assert not list(temporary.rglob("*.mp4"))


def test_the_summary_is_of_the_network_that_is_shown() -> None:
    run = shipped()
    arrays = store.packed(Store(str(settings.SHIPPED), shipped=None).arrays(run))
    mine = {name: getattr(run, name) for name in ("metrics", "facts", "spec", "history", "kept_epoch")}
    test = app(view="Training")
    assert "The network compares the motion" in person.html(test)
    test.session_state["violence_trained"] = mine | {"arrays": arrays}
    test.run()
    assert not test.exception
    assert "The network compares the motion" not in person.html(test)
    test.session_state["of"] = messages.saved_network
    assert "The network compares the motion" in person.html(test.run())


@pytest.mark.parametrize("name", ["report", "works"])
def test_presets_set_every_control_say_what_they_need_and_train(name: str, own_store: Path) -> None:
    wanted = experiment.presets()[name]
    test = app(view="Training", train_seed="3").button(key=f"preset_{name}").click().run()
    values = {field: test.session_state[key] for field, key in KEYS.items()}
    assert values == {field: getattr(replace(wanted, seed=3), field) for field in KEYS}
    needs = {"report": "ImageNet weights of ResNet50 (95 MB) are not part", "works": "ImageNet weights of MobileNetV2"}
    assert needs[name] in said(test)
    test.number_input(key="train_epochs").set_value(1)
    test.number_input(key="train_whole").set_value(0)
    test.file_uploader(key="clips_zip").set_value([("clips.zip", packed(6), "application/zip")]).run()
    test = person.train(test)
    assert not test.exception
    assert [error.value for error in test.error] == []
    assert f"of the {wanted.network} network" in test.session_state["violence_trained"]["facts"]["start"]
    test.toggle(key="train_pretrained").set_value(False).run()
    assert "are not part of the project" not in said(test)


@pytest.mark.slow
def test_a_folder_on_the_server_trains_a_network_that_is_stored(
    own_store: Path, tmp_path: Path, at_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAMRIN_FOLDERS", str(tmp_path))
    with zipfile.ZipFile(io.BytesIO(packed(6))) as archive:
        archive.extractall(tmp_path)
    test = app(**SHORT, form="folder")
    test.text_input(key="folder").set_value(str(tmp_path)).run()
    test = person.train(test)
    assert not test.exception
    (run,) = [run for run in Store(str(own_store)).list()[0] if run.origin == "store"]
    assert (run.kind, sum(run.facts["clips"].values())) == ("violence", 12)
    assert (run.spec["epochs"], run.spec["whole_epochs"], run.spec["pretrained"]) == (1, 0, False)


class Camera:
    """Stands in for streamlit-webrtc, which needs a browser: what it was asked for, and a processor to look at."""

    def __init__(self, playing: bool, signalling: bool) -> None:
        self.asked: dict = {}
        self.context = SimpleNamespace(
            state=SimpleNamespace(playing=playing, signalling=signalling),
            video_processor=SimpleNamespace(snapshot=lambda: Snapshot((Answer(2.5, 0.62, 0.21),), 24.6, "")),
        )

    def streamer(self, **asked: object) -> SimpleNamespace:
        self.asked = asked
        return self.context


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Camera]:
    def installed(playing: bool = True, signalling: bool = True) -> Camera:
        made = Camera(playing, signalling)
        monkeypatch.setitem(sys.modules, "streamlit_webrtc", types.SimpleNamespace(webrtc_streamer=made.streamer))
        return made

    return installed


def started(test: AppTest | None = None) -> AppTest:
    """The page after Start of the webcam is pressed."""
    return (test or app(source="Webcam")).button(key="webcam_switch").click().run()


def test_the_webcam_shows_probability_rate_and_delay(camera: Callable[..., Camera]) -> None:
    made = camera()
    test = started()
    assert not test.exception
    assert made.asked["desired_playing_state"] is False  # its frame loads
    test.session_state["webcam:frame"] = {"playing": False}
    test.run()
    assert made.asked["desired_playing_state"] is True
    assert [metric.value for metric in test.metric] == ["0.62", "25", "210 ms"]
    assert made.asked["frontend_rtc_configuration"] == {"iceServers": []}
    live = made.asked["video_processor_factory"]()
    picture = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
    frame.pts, frame.time_base = 0, Fraction(1, 90_000)
    assert live.recv(frame).width == 64
    live.on_ended()


def test_no_connection_in_eight_seconds_offers_a_way_out(camera, monkeypatch: pytest.MonkeyPatch) -> None:
    camera(playing=False)
    test = started()
    assert "Connecting" in said(test)
    test.session_state["webcam_since"] = time.monotonic() - 9
    assert "No connection after 8 s" in test.run().warning[0].value
    camera(playing=False, signalling=False)
    assert "Allow the camera in the browser" in said(test.run())


def test_the_camera_runs_only_between_start_and_stop_of_one_visit(camera: Callable[..., Camera]) -> None:
    made = camera()
    test = app(source="Webcam")
    assert "Press Start and allow the camera" in said(test)
    assert made.asked == {}  # the library is not even loaded
    test = started(test)
    test.button(key="webcam_switch").click().run()
    assert made.asked["desired_playing_state"] is False
    assert "Press Start" in said(test)
    assert not test.metric
    started(test)
    made.asked.clear()
    test.switch_page("pages/help.py").run()
    test.switch_page("pages/video_violence.py").run()
    test.segmented_control(key="source").set_value("Webcam").run()
    assert made.asked == {}
    started(test)
    test.segmented_control(key="source").set_value("Record").run()
    made.asked.clear()
    test.segmented_control(key="source").set_value("Webcam").run()
    assert made.asked == {}


def test_servers_of_the_setting_are_used_and_nonsense_is_a_sentence(camera, monkeypatch: pytest.MonkeyPatch) -> None:
    made = camera()
    monkeypatch.setenv("TAMRIN_ICE_SERVERS", '[{"urls": "stun:192.0.2.1:3478"}]')
    started()
    assert made.asked["server_rtc_configuration"] == {"iceServers": [{"urls": "stun:192.0.2.1:3478"}]}
    monkeypatch.setenv("TAMRIN_ICE_SERVERS", "stun:192.0.2.1")
    assert "TAMRIN_ICE_SERVERS is not a JSON list" in started().error[0].value


def test_a_recording_is_a_film_of_this_session() -> None:
    test = app(source="Record")
    assert "Upload or record a video" in said(test)
    test.session_state["violence_recordings"] = [("recording 1", clip(3, 3))]
    test = read(test.run()).run()
    assert "recording 1 · 0:02.9" in said(test)
    test.button(key="forget").click().run()
    assert "Upload or record a video" in said(test)
    assert test.session_state["violence_results"] == {}


def test_the_drawing_is_what_its_script_draws() -> None:
    with Video(drawing.PATH) as video:
        shown = [frame.pixels(drawing.WIDTH, drawing.HEIGHT) for frame in islice(video.frames(), 26)]
    (_, first), *_, (_, last) = islice(drawing.frames(), 26)
    assert np.abs(shown[0].astype(int) - first).mean() < 4
    assert np.abs(shown[25].astype(int) - last).mean() < 4
    assert np.abs(shown[25].astype(int) - first).mean() > np.abs(shown[25].astype(int) - last).mean()


def test_ones_own_labelled_clips_stand_beside_the_folds() -> None:
    files = {f"{kind}/{n}.mp4": clip(1, n) for kind in ("fight", "noFight") for n in range(6)}
    test = app(view="Training")
    test.file_uploader(key="judged_zip").set_value(("c.zip", zipped(files), "application/zip")).run()
    assert not test.exception
    assert not test.error
    (table,) = [one.value for one in test.dataframe if "metric" in one.value]
    assert table.set_index("metric").loc["clips", ["home", "your file"]].tolist() == ["251", "12"]
    assert test.button(key="train_now")
    test.file_uploader(key="judged_zip").set_value(("d.zip", zipped({"a.mp4": b"x"}), "application/zip")).run()
    assert "no two kinds of clips" in test.error[0].value


def test_a_zip_of_clips_is_shown_as_it_was_understood(temporary: Path) -> None:
    files = {f"set/{kind}/{n}.mp4": clip(1, n) for kind in ("Violence", "NonViolence") for n in range(6)}
    files["set/Violence/broken.mp4"] = b"no clip"
    test = app(view="Training")
    test.file_uploader(key="clips_zip").set_value(("c.zip", zipped(files), "application/zip")).run()
    assert "12 of 13 clips: 6 show a fight, 6 do not" in said(test)
    assert "broken.mp4" in said(test)
    assert len(test.image) == 8
    assert not test.error
    test.file_uploader(key="clips_zip").set_value(("d.zip", zipped({"a.mp4": b"x"}), "application/zip")).run()
    assert "no two kinds of clips" in test.error[0].value
    assert test.button(key="train_now")
