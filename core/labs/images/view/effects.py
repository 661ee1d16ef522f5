"""Draw what changes the accuracy: settings (ablation studies), and other test images (distribution shift)."""

import pandas as pd
import streamlit as st

from core.labs.images import baseline, charts, elsewhere, messages, presets
from core.labs.images.data import sources
from core.labs.images.spec import BUILT_IN
from core.labs.images.study import STUDY, TRANSFER
from core.labs.images.view.inputs import ARCHIVES
from core.labs.images.view.views import pick
from core.learn.study import Study, load
from core.runs.compared import Comparison
from core.runs.store import Run
from core.ui import background, cached, form, messages as ui_messages, tables
from core.ui.literal import literal
from core.ui.uploads import elsewhere as comparison


def ablation(found: Comparison) -> None:
    """Draw the study on the chosen images, or on the most similar ones that were measured."""
    st.subheader(ui_messages.study, anchor=False)
    data = found.first.data
    kind = presets.of(data)
    one = load(STUDY)[kind]
    if data not in BUILT_IN[:1]:
        st.caption(messages.measured_on.format(data=literal(one.data), images=sum(one.sets)) + presets.unmeasured(data))
    train, validation, test = one.sets
    sets = messages.photographs_sets if kind == "photographs" else messages.study_sets
    sets, chosen = sets.format(train=train, validation=validation, test=test), messages.group("chosen_settings")[kind]
    tables.study(one, "accuracy, %", 1, f"{sets} {chosen}")


def transfer_ablation() -> None:
    """Draw the study of transfer learning with the number of training images that a user chooses."""
    st.subheader(ui_messages.study, anchor=False)
    found = load(TRANSFER)
    amount = form.segments(messages.training_images, list(found), key="study_amount")
    one = found[amount]
    train, validation, test = one.sets
    sets = messages.transfer_study_sets.format(train=train, validation=validation, test=test)
    tables.study(one, "accuracy, %", 1, f"{sets} {messages.transfer_chosen_settings} {_ahead(one)}")


def _ahead(one: Study) -> str:
    """Return whether the best baseline or the settings that work have the higher mean test accuracy."""
    last = one.steps[-1]
    gain = round(100 * (last.spread("test")[0] - last.rival_score), 1)
    if not gain:
        return messages.level_with_baseline
    words = messages.ahead_of_baseline if gain > 0 else messages.behind_baseline
    return words.format(points=abs(gain))


def conditions(found: Comparison) -> None:
    """Draw one of the trained networks on its test images under all conditions, and on a user's own images."""
    st.subheader(messages.other_conditions, anchor=False)
    shifted(pick(found, "shift_network"), messages.shift_exercise)


def shifted(run: Run, exercise: str) -> None:
    """Draw one test image, accuracy and look under all conditions, and a user's own images."""
    measured = background.call("core.labs.images.elsewhere:measure", run.key, cached.store().url, timeout=300)
    rows, rival = pd.DataFrame(measured["rows"]), baseline.NAMES[elsewhere.RIVAL]
    shown = measured["pictures"], list(rows["test images"])
    cached.plot("shift_images", messages.conditions_alt, charts.wall, *shown, 3, height=150)
    looks = {"accuracy": "percent", "baseline": "percent", "brightness": "%.2f", "contrast": "%.2f"}
    rows = rows.rename(columns={"network": "accuracy"})
    tables.dataframe(rows, looks, key="shift_table", alt=messages.conditions_table_alt)
    st.caption(messages.conditions_help.format(rival=rival))
    st.markdown(messages.exercise.format(exercise=exercise))
    _own(run)


def _own(run: Run) -> None:
    """Draw the network on a user's own images beside its test images."""
    st.subheader(messages.own_images, anchor=False)
    about = messages.own_images_help.format(classes=literal(", ".join(run.facts["classes"])))
    comparison.own_file_of(run, "shift_file", messages.own_images_label, ARCHIVES, about, sources.MOST_MEGABYTES)
    st.markdown(messages.own_images_exercise)
    st.code(f"python -m core evaluate images {run.key} --zip FILE --json", language="bash")
