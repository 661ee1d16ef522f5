"""What can be taken home: a file behind a button, the weights of a stored run."""

from streamlit.delta_generator import DeltaGenerator

from core.errors import TamrinError
from core.store import Run
from core.ui import cached


def save(column: DeltaGenerator, label: str, content: str | bytes, name: str, mime: str) -> None:
    """A button that downloads `content` under a name, without drawing the page again."""
    column.download_button(
        label, content, name, mime, key=f"save-{name}", on_click="ignore", icon=":material/download:", width="stretch"
    )


def save_weights(column: DeltaGenerator, run: Run) -> None:
    """The same for the weights of a stored run; a damaged entry is a sentence in its place."""
    try:
        weights = cached.store().weights(run)
    except TamrinError as error:
        column.error(str(error))
        return
    save(column, "Weights (.weights.h5)", weights, f"{run.key}.weights.h5", "application/x-hdf5")
