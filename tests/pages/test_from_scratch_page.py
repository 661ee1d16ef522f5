"""The page "From scratch" by AppTest: first paint, lessons, links, training, and a person's own files."""

import hashlib
import io
import json
import re
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import settings
from core.files.archives import bundled
from core.labs.from_scratch.baseline import NAMES
from core.labs.from_scratch.spec import LESSONS, Spec, hidden, presets, steps
from core.labs.from_scratch.view import inputs as scratch_inputs
from core.runs import runs
from core.runs.store import Store
from core.ui.uploads import uploads
from tests.core.labs.images.stand_ins import digits, zipped
from tests.pages import person
from tests.pages.person import said, train

PAGE = "pages/from_scratch.py"
VIEWS = ("Result", "Inside the network", "Lessons", "Ablation study", "Downloads", "Theory")


app = partial(person.app, PAGE)
SHORT = {key: name.replace("support vector machine", "SVM") for key, name in NAMES.items()}  # in a table


def can_train(test: AppTest) -> bool:
    return any(button.key == "train_now" for button in test.button)


def test_first_paint_is_the_shipped_network_beside_its_baselines() -> None:
    test = app()
    store = Store(str(settings.SHIPPED), shipped=None)
    seeds = [store.find("scratch", runs.key("scratch", Spec(seed=seed))) for seed in range(3)]
    table = test.dataframe[0].value.set_index("model")

    def mean(metric: str) -> float:
        return round(float(np.mean([run.metrics[metric] for run in seeds])), 3)

    assert list(table.index) == ["this network", *list(SHORT.values())[:-1], "majority class"]
    assert table.loc["this network", "test accuracy"] == mean("test_accuracy")
    assert table["± test accuracy"].between(0, 0.02).all()
    assert table["p-value"].drop(["this network", "majority class"]).str.fullmatch(r"(< )?\d\.\d+").all()
    assert "over 3 random seeds, each with its own split; all charts but the comparison are those of seed 0" in said(
        test
    )
    assert table.loc["scikit-learn's MLP", "train accuracy"] == mean("sklearn_train_accuracy")
    assert table.loc["SVM", "test accuracy"] == mean("svm_test_accuracy")
    assert table.loc["linear model", "parameters"] == 64 * 10 + 10
    assert "the best baseline, a support vector machine, 98.7%." in person.html(test)
    assert "the largest of 3 random seeds; mean difference −2.0\xa0±\xa00.4 points)" in person.html(test)
    assert not can_train(test)
    assert not test.exception


def test_presets_set_every_control_and_the_network_of_each_is_there() -> None:
    works = presets()["works"]
    test = app(neurons1="7", epochs="3").button(key="preset_works").click().run()
    assert not test.exception
    state = test.session_state
    assert (state["features"], state["components"], state["epochs"]) == (works.features, works.components, works.epochs)
    assert state["neurons1"] == hidden(works)[0].neurons
    assert "pre-trained (included)" in person.html(test)
    better = test.dataframe[0].value.set_index("model").loc["this network", "test accuracy"]
    assert "*Settings that work* change" not in said(test)
    test.button(key="preset_report").click().run()
    assert (state["features"], state["neurons1"]) == ("pixels", hidden(Spec())[0].neurons)
    assert better > test.dataframe[0].value.set_index("model").loc["this network", "test accuracy"]
    assert "*Settings that work* change: " in said(test)
    assert "input features pixels → convolution, filters by k-means" in said(test)


@pytest.mark.parametrize("task", ["Digits", "Diabetes"])
def test_the_baselines_need_no_training(task: str) -> None:
    test = app(task=task, neurons1="5")
    while "Computing the baselines" in said(test):
        test.run()
    assert not test.exception
    frame = next(one.value for one in test.dataframe if "model" in one.value).set_index("model")
    run = Store(str(settings.SHIPPED), shipped=None).find("scratch", runs.key("scratch", Spec(task=task.lower())))
    kind = "accuracy" if task == "Digits" else "rmse"
    known = {
        SHORT[key]: run.metrics[f"{key}_test_{kind}"]
        for key in NAMES
        if key not in ("sklearn", "naive") and f"{key}_test_{kind}" in run.metrics
    }
    assert len(known) == (5 if task == "Digits" else 3)
    column = "test accuracy" if task == "Digits" else "test RMSE"
    assert {name: frame[column][name] for name in known} == pytest.approx(known, abs=5e-4)
    assert "this network" not in frame.index


def measured(test: AppTest, name: str, content: bytes) -> pd.DataFrame:
    """Give a labelled file in the study's view; return the table of home and file."""
    test.file_uploader(key="judged_file").set_value((name, content, "")).run()
    assert not test.exception
    assert not test.error
    (table,) = [one.value for one in test.dataframe if "your file" in one.value and "change" in one.value]
    return table


def test_ones_own_digits_and_tables_stand_beside_the_test_set() -> None:
    table = measured(app(view="Ablation study"), "mine.zip", zipped(digits(2)))
    assert table.set_index("metric").loc["images", ["home", "your file"]].tolist() == ["539", "20"]
    test = app(view="Ablation study", task="Diabetes")
    inputs, goal = bundled.diabetes()
    rows = [",".join(map(str, (*row, at))) for row, at in zip(inputs, goal, strict=True)]
    table = measured(test, "mine.csv", "\n".join([",".join((*bundled.DIABETES_COLUMNS, "target")), *rows]).encode())
    assert table["model"].tolist() == ["this network", "linear model", "mean of the target"]
    test.file_uploader(key="judged_file").set_value(("mine.csv", b"a,b\n" + b"1,2\n" * 40, "text/csv")).run()
    assert "mine.csv has no column" in test.error[0].value


def test_tables_have_neither_presets_nor_features_of_images() -> None:
    test = app(task="Diabetes")
    assert not {"preset_works", "preset_report"} & {button.key for button in test.button}
    assert "features" not in {box.key for box in test.selectbox}


@pytest.mark.parametrize("task", ["Digits", "Gender of faces"])
def test_the_study_is_that_of_the_task(task: str) -> None:
    test = app(view="Ablation study", task=task)
    assert not test.exception
    chosen = Spec(task={"Digits": "digits", "Gender of faces": "gender"}[task])
    table = test.dataframe[0].value
    assert table["after the change"].tolist() == list(steps(chosen))
    assert f"{task}: from the usual settings" in " ".join(one.value for one in test.subheader)
    first, last = (float(table["test accuracy, %"].iloc[at].split()[0]) for at in (0, -1))
    assert last > first + 1


@pytest.mark.parametrize("task", ["Digits", "Diabetes"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_draws_from_its_link(view: str, task: str) -> None:
    test = app(view=view, task=task)
    assert not test.exception
    assert not test.error
    assert test.session_state["view"] == view
    assert test.session_state["task"] == task.lower()


@pytest.mark.parametrize("title", LESSONS)
def test_every_lesson_has_its_networks_and_each_can_be_loaded(title: str) -> None:
    test = app(view="Lessons", lesson=title)
    assert test.dataframe[0].value["network"].tolist() == list(LESSONS[title].variants)
    for name, spec in LESSONS[title].variants.items():
        loaded = app(view="Lessons", lesson=title).button(key=f"load-{name}").click().run()
        assert not loaded.exception
        assert loaded.session_state["task"] == spec.task
        for key, value in scratch_inputs.state_of(spec).items():
            assert loaded.session_state[key] == value, (name, key)
        assert loaded.session_state["view"] == "Result"
        assert not can_train(loaded), name  # it is the shipped network


def test_all_zero_weights_show_that_their_gradients_are_zero() -> None:
    lesson = app(view="Lessons").dataframe[0].value.set_index("network")
    assert lesson.loc["zeros", "|∂L/∂W| before training"] == "0, 0, 0"
    assert lesson.loc["He", "|∂L/∂W| before training"] != "0, 0, 0"
    inside = app(view="Inside the network", weights="zeros")
    assert "Every gradient of every W is exactly zero" in inside.warning[0].value
    assert not app(view="Inside the network").warning


def test_the_network_is_drawn_before_and_after_its_training() -> None:
    before, after = app(neurons1="5", view="Result"), app(view="Inside the network")
    for test, state in ((before, "before the first update"), (after, "after the training")):
        assert not test.exception
        assert [one for one in test.get("plotly_chart") if "as a diagram" in one.proto.alt]
        assert f"Weights {state}" in said(test)


def test_another_task_brings_its_own_recipe() -> None:
    test = app(rate="0.7", epochs="3").selectbox(key="task").set_value("age").run()
    for key, value in scratch_inputs.state_of(Spec(task="age")).items():
        assert test.session_state[key] == value, key
    assert not test.exception


def test_layers_are_added_and_trained_and_stored(own_store: Path) -> None:
    test = app(epochs="3")
    test.number_input(key="hidden").set_value(3).run()
    test.number_input(key="neurons3").set_value(7).run()
    test.selectbox(key="activation3").set_value("tanh").run()
    assert can_train(test)
    assert "not trained yet" in said(test)
    test = train(test)
    (run,) = [run for run in Store(str(own_store)).list()[0] if run.origin == "store"]
    assert (run.spec["layers"], len(run.history["loss"])) == ("32 relu, 16 relu, 7 tanh", 3)
    shown = test.dataframe[0].value.set_index("model").loc["this network", "test accuracy"]
    assert shown == round(run.metrics["test_accuracy"], 3)
    assert not can_train(test)
    assert "job" not in test.query_params


def test_what_cannot_run_is_a_sentence() -> None:
    test = train(app(components="1000", epochs="1"))
    assert "at most 64 are possible" in " ".join(error.value for error in test.error)
    assert not test.exception


def test_too_large_a_rate_is_a_sentence_beside_the_curve_up_to_there_and_nothing_is_stored(own_store: Path) -> None:
    test = app(task="Diabetes", rate="0.1", schedule="fixed", batch_size="8192")
    test.selectbox(key="activation1").set_value("linear").run()
    assert {one.key for one in test.get("plotly_chart")} <= {"diagram", "comparison"}
    test = train(test)
    (sentence,) = [error.value for error in test.error]
    found = re.search(r"became infinite in epoch (\d+): the learning rate 0\.1 is too high", sentence)
    (chart,) = (one for one in test.get("plotly_chart") if one.key not in ("diagram", "comparison"))
    loss = json.loads(chart.proto.spec)["data"][0]
    assert len(loss["y"]) == int(found[1]) - 1 > 1
    assert not Store(str(own_store), shipped=None).list()[0]
    assert can_train(test)
    assert not test.exception


def faces(seed: int = 0) -> bytes:
    rng, buffer = np.random.default_rng(seed), io.BytesIO()
    labels = {"age": rng.integers(1, 90, 260), "gender": rng.integers(0, 2, 260), "ethnicity": rng.integers(0, 5, 260)}
    np.savez(buffer, pixels=rng.integers(0, 256, (260, 12, 12), dtype=np.uint8), **labels)
    return buffer.getvalue()


def test_faces_are_the_data_set_only_and_are_not_kept(own_store: Path) -> None:
    test = app(task="Gender of faces", epochs="2", components="10")
    assert "no judgement of a single photograph" in test.info[0].value
    assert not can_train(test)
    test.file_uploader(key="faces_file").set_value(("mine.npz", faces(), "application/zip")).run()
    test = train(test)
    assert not test.exception
    assert test.dataframe[0].value.filter(like="test").notna().all().all()
    assert "no judgement of a single photograph" in test.info[0].value
    assert not list(own_store.rglob("run.json"))
    home = Path(settings.read().home)
    holding = [p for p in home.rglob("*") if p.is_file() and faces()[1000:1200] in p.read_bytes()]
    assert all(path.is_relative_to(home / "uploads") for path in holding)
    taken = test.button_group(key="view").set_value("Downloads").run()
    assert "weights.npz" not in str([button.key for button in taken.get("download_button")])
    assert "Neither weights nor single predictions" in said(taken)
    test = taken.button_group(key="view").set_value("Ablation study").run()
    figures = measured(test, "theirs.npz", faces(1)).set_index("metric")
    assert figures.loc["images", ["home", "your file"]].tolist() == ["78", "260"]
    assert not list(own_store.rglob("run.json"))
    uploads.keeper().remove(test.session_state["person_id"], hashlib.sha256(faces()).hexdigest())
    assert not [path for path in holding if path.exists()]


def test_a_folder_of_faces_is_taken_and_another_folder_refused() -> None:
    rng, test = np.random.default_rng(0), app(task="Age of faces", epochs="1", components="10")
    test.button_group(key="form").set_value("folder").run()
    pictures = []
    for number in range(205):
        buffer = io.BytesIO()
        Image.fromarray(rng.integers(0, 256, (12, 12), dtype=np.uint8)).save(buffer, "PNG")
        pictures.append((f"{1 + number % 80}_{number % 2}_{number % 5}_{number}.png", buffer.getvalue(), "image/png"))
    test.file_uploader(key="faces_folder").set_value(pictures).run()
    trained = train(test)
    assert trained.dataframe[0].value.filter(like="test").notna().all().all()
    holiday = [(f"holiday {number}.png", content, kind) for number, (_, content, kind) in enumerate(pictures)]
    test.file_uploader(key="faces_folder").set_value(holiday).run()
    assert "are not named age_gender_ethnicity" in " ".join(error.value for error in test.error)
    assert not can_train(test)


def test_a_file_that_is_not_the_data_set_is_refused_with_a_sentence() -> None:
    test = app(task="Age of faces")
    test.file_uploader(key="faces_file").set_value(("holiday.npz", b"no archive", "application/zip")).run()
    assert "holiday.npz is not an .npz file of plain numbers" in " ".join(error.value for error in test.error)
    assert not test.exception


def table() -> bytes:
    rng = np.random.default_rng(0)
    rows = [f"{a:.3f},{b:.3f},{'<b>in</b>' if a * a + b * b < 1.2 else 'out'}" for a, b in rng.normal(size=(200, 2))]
    return "\n".join(["a,b,circle", *rows]).encode()


def test_a_table_of_ones_own_is_learned_and_its_target_can_be_changed() -> None:
    test = app(task="Your own table", epochs="3")
    assert "Upload a CSV file" in said(test)
    test.file_uploader(key="csv_file").set_value(("shop.csv", table(), "text/csv")).run()
    assert test.selectbox(key="target").options == ["a", "b", "circle"]
    test = train(test)
    assert not test.exception
    (figures,) = [frame.value for frame in test.dataframe if "test accuracy" in frame.value]
    assert figures["test accuracy"].notna().all()
    test.session_state["view"] = "Ablation study"
    test.run()
    assert measured(test, "other.csv", table()).set_index("metric").loc["rows", "your file"] == "200"
    test.selectbox(key="target").set_value("a").run()
    assert can_train(test)


def test_what_a_table_leaves_open_is_asked_and_the_answer_is_learned() -> None:
    rows = [f"{1 + n % 9},{n % 7}25;{'yes' if n % 2 else 'no'}" for n in range(60)]
    content = "\n".join(["size;sold", ";", *rows]).encode()
    test = app(task="Your own table", epochs="2")
    test.file_uploader(key="csv_file").set_value(("open.csv", content, "text/csv")).run()
    assert not test.exception
    assert "61 rows, 60 used" in said(test)
    (box,) = [box for box in test.selectbox if box.label == "Which character is the decimal separator?"]
    preview = next(frame.value for frame in test.dataframe if "line" in frame.value)
    assert preview["size"].tolist()[1] == "1.025"
    box.select(".").run()
    preview = next(frame.value for frame in test.dataframe if "line" in frame.value)
    assert preview["size"].tolist()[1] == "1,025"
    assert not train(test).exception


def test_another_target_is_judged_before_training_and_can_be_taken_back() -> None:
    rows = [f"{n},name {n},{'yes' if n % 2 else 'no'}" for n in range(60)]
    test = app(task="Your own table")
    test.file_uploader(key="csv_file").set_value(("t.csv", "\n".join(["a,b,c", *rows]).encode(), "text/csv")).run()
    test.selectbox(key="target").set_value("b").run()
    assert "'b' has 60 different words" in test.error[0].value
    test.selectbox(key="target").set_value("a").run()
    assert not test.error
    assert can_train(test)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"x" + b",x" * 999_999 + b"\n" + b"1" + b",1" * 999_999, "has 1,999,999 characters"),
        (b"a,b\n" + b"1,2\n" * 40 + b"1" + b",1" * 50_000, "has 50,001 columns"),
    ],
)
def test_a_table_with_a_million_columns_is_refused_by_a_worker(content: bytes, sentence: str) -> None:
    test = app(task="Your own table")
    test.file_uploader(key="csv_file").set_value(("wide.csv", content, "text/csv")).run()
    assert sentence in test.error[0].value
    assert "pandas" not in test.error[0].value


def test_a_broken_table_is_a_sentence() -> None:
    test = app(task="Your own table")
    test.file_uploader(key="csv_file").set_value(("shop.csv", b"one line", "text/csv")).run()
    assert "at least a target, one more column and 30 rows are needed" in test.error[0].value
    assert not test.exception
