"""The pages of pictures and of transfer by AppTest: first paint, every view from its link, a training, errors."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core import settings
from core.jobs import engine
from core.labs.images import lesson, presets
from core.labs.images.baseline import NAMES
from core.labs.images.spec import Spec
from core.labs.images.study import TRANSFER as TRANSFER_STUDY
from core.labs.images.view import transfer_found, transfer_inputs
from core.labs.images.view.transfer_found import BEST, WAYS
from core.labs.images.view.transfer_views import AMOUNT
from core.learn.study import load
from core.runs import runs
from core.runs.store import Store
from core.ui.uploads import uploads
from core.ui.visit import person as who
from tests.core.labs.images.stand_ins import digits, files, folder, zipped
from tests.pages.person import app, files_lacking, html, said, train

IMAGES, TRANSFER = "pages/images.py", "pages/transfer.py"
CALLED = NAMES | {"shapes": f"{NAMES['shapes']} on HOG"}  # the features are chosen on validation
SHORT = ["majority class", "linear, 8 × 8 pixels", "log. reg. on HOG", "SVM on HOG"]  # in a table
SMALL = {"models": "A", "width": "0.25", "epochs": "1", "per_class": "3"}


@pytest.fixture(scope="module", autouse=True)
def _warm_engine() -> None:
    """The worker for short calls loads TensorFlow before the first page asks it something."""
    key = runs.key("images", Spec())
    engine.get().call("core.labs.images.inside:layer_names", key, settings.read().store, timeout=600)


def test_first_paint_compares_the_four_networks_with_the_baselines(own_store: Path) -> None:
    test = app(IMAGES)
    assert not test.exception
    table = test.dataframe[0].value.set_index("network")
    assert list(table.index) == ["A", "B", "ResNet A", "DenseNet", *reversed(SHORT)]
    stored = Store(str(settings.SHIPPED), shipped=None).find("images", runs.key("images", Spec(model="b")))
    assert table.loc["B", "test accuracy"] == round(stored.metrics["test_accuracy"], 3)
    assert table.loc["B", "parameters"] == stored.facts["parameters"] == 550_826
    assert not [button for button in test.button if button.key == "train_now"]


VIEWS = ("Inside the network", "Dataset", "Ablation study", "Distribution shift", "Downloads", "Theory")


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_the_images_draws_from_its_link(view: str, own_store: Path) -> None:
    test = app(IMAGES, view=view)
    assert not test.exception
    assert not test.error
    assert test.session_state["view"] == view


def test_ones_own_labelled_images_stand_beside_the_test_images(own_store: Path) -> None:
    test = app(IMAGES, view="Distribution shift")
    test.file_uploader(key="shift_file").set_value(("mine.zip", zipped(digits(2)), "application/zip")).run()
    assert not test.exception
    assert not test.error
    (table,) = [frame.value for frame in test.dataframe if "metric" in frame.value]
    assert table.set_index("metric").loc["images", ["home", "your file"]].tolist() == ["359", "20"]
    assert "Accuracy" in said(test)
    assert "test images at home" in said(test)
    test.file_uploader(key="shift_file").set_value(("mine.zip", b"PK\x03\x04", "application/zip")).run()
    assert not test.exception
    assert "mine.zip" in test.error[0].value
    assert test.dataframe  # the rest of the view stays


def test_a_transfer_is_taken_home_with_the_weights_that_it_starts_from(own_store: Path) -> None:
    test = app(TRANSFER, view="Downloads")
    assert not test.exception
    assert not test.error
    assert 'load_weights("base.weights.h5")' in test.code[-1].value
    assert files_lacking(test) == set()
    scratch = next(one for one in test.selectbox(key="home_network").options if one.startswith("from scratch"))
    test.selectbox(key="home_network").set_value(scratch).run()
    assert not test.exception
    assert "load_weights" not in test.code[-1].value


def test_the_inside_follows_depth_and_order(own_store: Path) -> None:
    test = app(IMAGES, view="Inside the network", depth="3: conv3", sort="correlation with edges", picture="7")
    assert not test.exception
    assert "Feature maps of conv3" in [header.value for header in test.subheader]
    assert test.session_state["sort"] == "edges"
    old = app(IMAGES, view="Inside", depth="3: conv3", sort="follows edges", inside_network="Residual A · seed 0")
    assert old.session_state["sort"] == "edges"
    assert old.selectbox(key="inside_network").value == runs.key("images", Spec(model="residual"))


def test_test_images_are_chosen_by_class_or_among_the_misclassified(own_store: Path) -> None:
    test = app(IMAGES, view="Inside the network", picture="300")
    assert test.slider(key="picture").value == 300
    stored = Store(str(settings.SHIPPED), shipped=None)
    arrays = stored.arrays(stored.find("images", runs.key("images", Spec())))
    wrong = arrays["test_shares"].argmax(axis=1) != arrays["test_truth"]
    for name, count in (("misclassified", wrong.sum()), ("class 3", (arrays["test_truth"] == 3).sum())):
        test.selectbox(key="subset").set_value(name).run()
        assert not test.exception
        assert test.slider(key="picture").max == count
        assert test.slider(key="picture").value <= count


def test_a_link_restores_the_experiment_and_names_what_is_not_trained(own_store: Path) -> None:
    test = app(IMAGES, **SMALL)
    assert test.session_state["width"] == 0.25
    assert "1 of 1 networks is not trained yet" in " ".join(c.value for c in test.caption)
    assert "Press *Train*" in test.info[0].value


def test_the_baselines_need_no_training_and_follow_the_images(own_store: Path) -> None:
    test = app(IMAGES, **SMALL)
    while "Computing the baselines" in said(test):
        test.run()
    (frame,) = [one.value for one in test.dataframe if "baseline" in one.value]
    strongest, *others = frame["baseline"].tolist()
    assert strongest.startswith(f"{NAMES['shapes']} on HOG")
    assert others == list(reversed(NAMES.values()))[1:]
    few = frame.set_index("baseline")["test accuracy"]
    assert few[NAMES["edges"]] > few[NAMES["naive"]] + 0.4  # three images of each class
    whole = app(IMAGES, models="A", width="0.25", epochs="1")
    while "Computing the baselines" in said(whole):
        whole.run()
    (frame,) = [one.value for one in whole.dataframe if "baseline" in one.value]
    stored = Store(str(settings.SHIPPED), shipped=None).find("images", runs.key("images", Spec()))
    for name, told in CALLED.items():
        shown = frame.set_index("baseline")["test accuracy"][told]
        assert shown == round(stored.metrics[f"{name}_test_accuracy"], 3)


def test_a_preset_sets_the_controls_for_the_chosen_images(own_store: Path) -> None:
    test = app(IMAGES)
    test.button(key="preset_works").click().run()
    assert not test.exception
    works = presets.presets()["works"]
    for name in ("side", "width", "augment", "cosine_decay", "epochs", "optimizer", "learning_rate"):
        assert test.session_state[name] == getattr(works, name), name
    assert test.session_state["models"] == ["vgg"]
    told = " ".join(line.proto.body for line in test.get("html"))
    assert "3 of 3 networks, pre-trained" in told
    assert "VGG-BN classifies 99.5% of 359 test images correctly, the best baseline" in told
    test.button(key="preset_report").click().run()
    assert test.dataframe[0].value["network"].tolist()[:4] == ["A", "B", "ResNet A", "DenseNet"]
    told = " ".join(line.proto.body for line in test.get("html"))
    assert "Try the preset “Settings that work”; " in told
    assert "*Settings that work* change: network A → VGG-BN" in said(test)


def test_the_study_is_of_the_chosen_images(own_store: Path) -> None:
    test = app(IMAGES, view="Ablation study")
    assert test.dataframe[0].value["after the change"].tolist() == list(presets.steps())
    assert "Computed by `python -m core.labs.images.study`" in said(test)
    other = app(IMAGES, view="Ablation study", data="CIFAR-10")
    assert other.dataframe[0].value["after the change"].tolist() == list(presets.steps(Spec(data="folder")))
    assert "other images may need other settings. “Settings that work” were chosen" in said(other)


def test_trains_from_the_button_and_shows_the_stored_network(own_store: Path) -> None:
    test = train(app(IMAGES, **SMALL))
    assert not test.exception
    assert test.dataframe[0].value["network"].tolist()[0] == "A"
    (run,) = [r for r in Store(str(own_store)).list()[0] if r.origin == "store"]
    assert run.facts["rows"][0] == 30


def test_a_network_that_needs_larger_images_gets_them_and_the_others_keep_their_results(own_store: Path) -> None:
    test = app(IMAGES)
    shown = test.dataframe[0].value["network"].tolist()
    test.button_group(key="models").set_value(["a", "b", "residual", "dense", "mobilenet"]).run()
    assert not test.error
    assert test.select_slider(key="side").value == 16
    assert test.dataframe[0].value["network"].tolist() == shown
    assert "1 of 5 networks is not trained yet" in said(test)
    assert "MobileNetV2 needs images of at least 32 pixels and gets them at that size." in said(test)
    few = {"per_class": "3"}  # the baselines are fitted anew for each size
    assert not app(IMAGES, models="MobileNetV2", **few).error
    assert app(IMAGES, models="MobileNetV2", side="64", **few).select_slider(key="side").value == 64
    assert app(IMAGES).select_slider(key="side").value == 16


def test_impossible_choices_are_sentences(own_store: Path) -> None:
    assert "Choose at least one network" in app(IMAGES).button_group(key="models").set_value([]).run().error[0].value
    assert "Upload a zip" in app(IMAGES, data="your own images (zip)").error[0].value
    assert "whole numbers" in app(TRANSFER, amounts="2, many").error[0].value


def test_a_given_zip_is_seen_by_its_browser_alone(own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(who, "id", lambda: "ann")
    monkeypatch.setattr(who, "at_server", lambda: False)
    uploads._keeper.cache_clear()  # that of an earlier test may lie in another home
    test = app(IMAGES, data="your own images (zip)", view="Dataset", side="16")
    test.file_uploader(key="zip").set_value(("mine.zip", zipped(files()), "application/zip")).run()
    assert not test.error
    assert test.dataframe[0].value["class"].tolist() == ["blue", "red"]
    assert not test.query_params.get("given")
    assert "24 of 24 images in 2 classes: blue 12, red 12" in said(test)
    assert len(test.image) >= 8  # the thumbnails
    (name,) = {upload.digest for upload in uploads.keeper().in_slot("ann", "zip")}
    monkeypatch.setattr(who, "id", lambda: "eve")
    other = app(IMAGES, data="your own images (zip)", given=f"upload-{name[:16]}", view="Dataset", side="16")
    assert "Upload a zip" in other.error[0].value
    assert "mine.zip" not in said(other) + " ".join(button.label for button in other.button)
    monkeypatch.setattr(who, "id", lambda: "ann")
    again = app(IMAGES, data="your own images (zip)", view="Dataset", side="16")
    again.button(key="zip_remove").click().run()
    assert uploads.keeper().in_slot("ann", "zip") == []


def test_a_set_in_the_home_folder_is_offered(own_store: Path) -> None:
    place = folder(Path(settings.read().home) / "pictures" / "two colours")
    test = app(IMAGES, data="two colours")
    assert not test.error
    assert "two colours, 24 images" in " ".join(line.proto.body for line in test.get("html"))
    shutil.rmtree(place)


def test_the_transfer_opens_with_its_learning_curve(own_store: Path) -> None:
    test = app(TRANSFER)
    assert not test.exception
    assert not [button for button in test.button if button.key == "train_now"]
    table = test.dataframe[0].value
    assert table[AMOUNT].tolist() == [amount for amount in lesson.AMOUNTS for _ in (*WAYS, BEST)]
    assert table["method"].str.startswith("SVM on HOG").tolist() == [False] * 6 + [False, False, True] * 2
    transfers = table[table["method"] == WAYS[0]]
    assert (transfers["difference"] < 0).all()
    assert transfers[["p-value", "± test accuracy", "parameters"]].notna().all(axis=None)
    assert "error bars are one standard deviation" in said(test)
    assert f"{CALLED['shapes']} with 15 and 50 images per class)" in html(test)
    points = transfer_found.points(transfer_found.collect(lesson.plan()))
    assert {len(values) for amounts in points.values() for values in amounts.values()} == {lesson.SEEDS}


def test_the_baselines_of_a_transfer_follow_the_numbers_of_images_before_any_training(own_store: Path) -> None:
    first = app(TRANSFER).dataframe[0].value
    rows = first[~first["method"].isin(WAYS)].iterrows()
    known = {
        row[AMOUNT]: f"{row['test accuracy']:.1%} ± {100 * row['± test accuracy']:.1f}, "
        + row["method"].replace("SVM", NAMES["shapes"]).replace("log. reg.", "logistic regression")
        for _, row in rows
    }
    for epochs in ("7", "40"):  # of untrained networks, and of those that are included
        test = app(TRANSFER, amounts="2, 5", epochs=epochs)
        while "Computing the baselines" in said(test):
            test.run()
        assert not test.exception
        found = [one.value for one in test.dataframe if list(one.value) == [AMOUNT, BEST]]
        shown = [table.set_index(AMOUNT)[BEST].to_dict() for table in found]
        assert shown == ([{"2": known[2], "5": known[5]}] if epochs == "7" else [])


def test_a_preset_sets_source_model_and_controls_of_the_transfer(own_store: Path) -> None:
    test = app(TRANSFER, amounts="3", epochs="7").button(key="preset_works").click().run()
    works = lesson.plan("works")
    assert not test.exception
    assert test.session_state["start"] == "works"
    assert {name: test.session_state[name] for name in lesson.WORKS_PHASES} == lesson.WORKS_PHASES
    assert (test.session_state["seeds"], test.session_state["amounts"]) == (works.seeds, "2, 5, 15, 50")
    table = test.dataframe[0].value
    assert all(table.loc[table["method"] == way, AMOUNT].tolist() == list(lesson.INCLUDED) for way in WAYS)
    assert "6 of 8 networks trained" in html(test)
    assert "2 of 8 networks are not trained yet" in said(test)
    assert "One random seed: there are no error bars" in said(test)
    assert f"The best baseline ({NAMES['edges']} with 2 " in html(test)
    test.button(key="preset_report").click().run()
    assert not [button for button in test.button if button.key == "train_now"]
    assert test.session_state["start"] == "lesson"
    assert {name: test.session_state[name] for name in lesson.PHASES} == lesson.PHASES
    assert test.session_state["augment"] == "none"
    assert "Try the preset “Settings that work”; " in html(test)


@pytest.mark.parametrize("amount", load(TRANSFER_STUDY))
def test_the_study_of_the_transfer_follows_the_number_of_images(amount: str, own_store: Path) -> None:
    test = app(TRANSFER, view="Ablation study", study_amount=amount)
    assert not test.exception
    assert test.dataframe[0].value["after the change"].tolist() == list(lesson.way())
    assert f"{3 * int(amount)} training" in said(test)
    last = load(TRANSFER_STUDY)[amount].steps[-1]
    gain = last.spread("test")[0] - last.rival_score
    place = "ahead of" if gain > 0.0005 else "behind" if gain < -0.0005 else "are level"
    assert f" {place}" in said(test).partition("On the test set the settings that work")[2]


@pytest.mark.parametrize("view", ["Learning curves", "Distribution shift", "Theory"])
def test_every_view_of_the_transfer_draws_from_its_link(view: str, own_store: Path) -> None:
    test = app(TRANSFER, view=view)
    assert not test.exception
    assert not test.error


def test_a_transfer_is_shown_on_ones_own_labelled_images_of_its_classes(own_store: Path) -> None:
    test = app(TRANSFER, view="Distribution shift")
    network = test.selectbox(key="shift_network")
    assert network.value == "transfer, 50 training images per class, seed 0"
    test.file_uploader(key="shift_file").set_value(("mine.zip", zipped(digits(2)), "application/zip")).run()
    network.select("from scratch, 2 training images per class, seed 1").run()
    assert not test.exception
    assert not test.error
    (table,) = [frame.value for frame in test.dataframe if "metric" in frame.value]
    assert table.set_index("metric").loc["images", ["home", "your file"]].tolist() == ["107", "6"]
    assert "this network does not know the classes 0, 1, 2, 3, 4, 5, …" in said(test)


@pytest.mark.parametrize("start", ["MobileNetV2 from ImageNet", "ResNet A"])
def test_a_transfer_starts_from_imagenet_or_from_a_stored_network(start: str, own_store: Path) -> None:
    options = app(TRANSFER).selectbox(key="start").options
    test = app(TRANSFER, start=next(name for name in options if name.startswith(start)))
    assert not test.exception
    assert not test.error
    assert "2 of 2 networks are not trained yet" in " ".join(caption.value for caption in test.caption)


def test_source_models_are_named_in_words_and_older_links_find_them(own_store: Path) -> None:
    names = app(TRANSFER).selectbox(key="start").options
    known = {run.key: run for run in Store(str(own_store)).list()[0] if run.kind == "images"}
    assert not [name for name in names if any(key[:6] in name for key in known)]
    key = next(key for key, run in known.items() if run.spec["model"] == "residual" and run.spec["start"] == "scratch")
    test = app(TRANSFER, start=f"ResNet A · seed 0 on digits of scikit-learn, colour, {key[:6]}")
    assert test.selectbox(key="start").value == key
    assert "The link" not in " ".join(caption.value for caption in test.caption)


def test_equal_names_of_source_models_tell_what_differs(own_store: Path) -> None:
    store = Store(str(own_store))
    run = next(run for run in store.list()[0] if run.spec.get("model") == "residual")
    twins = {f"{digit}" * 16: replace(run, spec=run.spec | {"epochs": digit}) for digit in (1, 2)}
    assert [name.rpartition(", ")[2] for name in transfer_inputs._names(twins).values()] == ["epochs 1", "epochs 2"]
    same = {"a" * 16: run, "b" * 16: run}
    assert [name.rpartition(", ")[2] for name in transfer_inputs._names(same).values()] == ["aaaaaa", "bbbbbb"]


@pytest.mark.slow
def test_a_transfer_trains_from_the_button(own_store: Path) -> None:
    test = train(app(TRANSFER, amounts="3", seeds="1", head_epochs="2", epochs="1"))
    assert not test.exception
    assert test.dataframe[0].value["method"].tolist()[:2] == list(WAYS)
    assert len([r for r in Store(str(own_store)).list()[0] if r.origin == "store"]) == 2
