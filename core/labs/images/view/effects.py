"""Draw what changes the accuracy: settings (ablation studies), and other test images (distribution shift)."""

import pandas as pd
import streamlit as st

from core.labs.images import baseline, charts, elsewhere, presets
from core.labs.images.data import sources
from core.labs.images.spec import BUILT_IN
from core.labs.images.study import STUDY, TRANSFER
from core.labs.images.view.inputs import ARCHIVES
from core.labs.images.view.views import pick
from core.learn.study import Study, load
from core.runs.compared import Comparison
from core.runs.store import Run
from core.ui import background, cached, form, tables
from core.ui.literal import literal
from core.ui.uploads import elsewhere as comparison

CHOSEN = {
    "digits": "VGG-BN with its optimizer was chosen on a larger validation set, 40% of the images, where it had an "
    "accuracy of 99.4%, network A with the same augmentation 97.8%; on 179 images they do not differ.",
    "photographs": "Two settings of VGG-BN were tried, and judged on the validation set alone. The last step also "
    "trains for 30 epochs in place of at most 20 with early stopping.",
}
SAMPLED = (
    "Each seed samples its own training images; the source model, which never saw these digits, is the same for all. "
    "The settings were chosen on another, larger validation set (40% of the images)."
)
HELP = (
    "A zip or tar with one folder of images per class, named as the classes of this network: {classes}. Other folders "
    "are left out. Nothing is trained on it; it is kept on this server, for this browser only."
)
REPAIRED = (
    "Which row costs the network most, and why does the baseline keep its accuracy there or lose it, too? Predict what "
    "*Settings that work* repairs, train it and compare: augmentation helps where it shows the network what changes."
)


def ablation(found: Comparison) -> None:
    """Draw the study on the chosen images, or on the most similar ones that were measured."""
    st.subheader("From the report's settings to settings that work", anchor=False)
    data = found.first.data
    one = load(STUDY)[presets.of(data)]
    if data not in BUILT_IN[:1]:
        st.caption(
            f"Measured on {literal(one.data)}: {sum(one.sets):,} photographs; other images may need other settings. "
            + presets.unmeasured(data)
        )
    train, validation, test = one.sets
    sets = f"{train:,} training, {validation:,} validation and {test:,} test images, near-duplicates in one set."
    tables.study(one, "accuracy, %", 1, f"{sets} {CHOSEN[presets.of(data)]}")


def transfer_ablation() -> None:
    """Draw the study of transfer learning with the number of training images that a user chooses."""
    st.subheader("From the report's settings to settings that work", anchor=False)
    found = load(TRANSFER)
    amount = form.segments("Training images per class", list(found), key="study_amount")
    one = found[amount]
    train, validation, test = one.sets
    sets = f"Digits 7 to 9: {train} training, {validation} validation and {test} test images."
    tables.study(one, "accuracy, %", 1, f"{sets} {SAMPLED} {_ahead(one)}")


def _ahead(one: Study) -> str:
    """Return whether the best baseline or the settings that work have the higher mean test accuracy."""
    last = one.steps[-1]
    gain = round(100 * (last.spread("test")[0] - last.rival_score), 1)
    if not gain:
        return "On the test set the settings that work and the best baseline are level."
    place = "ahead of" if gain > 0 else "behind"
    return f"On the test set the settings that work are {abs(gain)} points {place} the best baseline."


def conditions(found: Comparison) -> None:
    """Draw one of the trained networks on its test images under all conditions, and on a user's own images."""
    st.subheader("The same test images under other conditions", anchor=False)
    shifted(pick(found, "shift_network"), REPAIRED)


def shifted(run: Run, exercise: str) -> None:
    """Draw one test image, accuracy and look under all conditions, and a user's own images."""
    measured = background.call("core.labs.images.elsewhere:measure", run.key, cached.store().url, timeout=300)
    rows, rival = pd.DataFrame(measured["rows"]), baseline.NAMES[elsewhere.RIVAL]
    alt = "One test image under each condition."
    cached.plot("shift_images", alt, charts.wall, measured["pictures"], list(rows["test images"]), 3, height=150)
    percent, number = (st.column_config.NumberColumn(format=one) for one in ("percent", "%.2f"))
    tables.dataframe(
        rows.rename(columns={"network": "accuracy"}),
        key="shift_table",
        alt="Accuracy of the network and of a baseline, brightness and contrast by condition.",
        column_config={"accuracy": percent, "baseline": percent, "brightness": number, "contrast": number},
    )
    st.caption(
        f"Accuracy of the network and of a baseline ({rival}); neither is trained again. Brightness is the mean of the "
        "pixels, contrast their standard deviation within an image; 0 is black and 1 is white."
    )
    st.markdown(f"**Exercise.** {exercise}")
    _own(run)


def _own(run: Run) -> None:
    """Draw the network on a user's own images beside its test images."""
    st.subheader("Your own labelled images", anchor=False)
    about = HELP.format(classes=literal(", ".join(run.facts["classes"])))
    comparison.own_file_of(run, "shift_file", "Images in class folders", ARCHIVES, about, sources.MOST_MEGABYTES)
    st.markdown(
        "**Exercise.** Photograph or draw ten images of each of three classes. Which classes suffer most, and what "
        "does the reliability diagram say: does the network know that it is wrong? Without a browser:"
    )
    st.code(f"python -m core evaluate images {run.key} --zip FILE --json", language="bash")
