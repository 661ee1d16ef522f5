"""Draw the ablation study of a task: the way from its usual settings to those that work."""

import streamlit as st

from core.labs.from_scratch.presets import STUDY
from core.labs.from_scratch.spec import TASK_NAMES
from core.labs.from_scratch.view.inputs import Wanted
from core.learn.study import load, table
from core.plot import studies
from core.ui import tables

METRIC = "accuracy, %"


def study(wanted: Wanted) -> None:
    """Draw the study of the task, or the first one if the task has none."""
    found = load(STUDY)
    task = wanted.spec.task if wanted.spec.task in found else next(iter(found))
    about = found[task]
    st.subheader(f"{TASK_NAMES[task]}: from the usual settings to settings that work", anchor=False)
    tables.study(studies.steps(about.steps, METRIC), table(about.steps, METRIC, 1), METRIC)
    st.caption(
        f"{about.data}. Mean ± standard deviation over {about.seeds} random seeds, each with its own split. Each step "
        "keeps the changes before it; settings were chosen on validation sets. The best baseline has the same splits "
        "and the inputs of the last step. A change smaller than the standard deviations may be chance. Computed by "
        f"`{about.command}`."
    )
