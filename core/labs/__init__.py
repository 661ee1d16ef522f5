"""The labs, one folder each: data, networks, charts, and in `view` its page. No lab imports another.

Importing this package tells `core.runs` the kinds of experiment and `core.files` the kinds of file: they lie below and
do not know the labs. Work for the engine names its functions here, so that a worker knows the labs, too.
"""

import importlib
from pathlib import Path
from typing import Any

from core.errors import StoreError
from core.files import kept, kinds
from core.files.kept import read
from core.learn.rivals import Rival
from core.messages import Messages
from core.runs import messages as runs_messages, runs, spec
from core.runs.runs import train_part
from core.runs.store import Run, Store

__all__ = ["KINDS", "OWN_FILES", "READERS", "RIVALS", "own_file", "read", "rivals", "train_part"]

messages = Messages(__file__)

# Kind of experiment -> module with Spec, train, data_stamp, evaluate, shipped and label. A module that also has
# `read_data` learns from data that come along: its train, data_stamp and evaluate take them as a last argument. One
# with `presets(base)` has the report's settings and settings that work for the data (or task) of the spec `base`.
KINDS = {
    "weather": "core.labs.recurrent_cells.experiment",
    "scratch": "core.labs.from_scratch.experiment",
    "rollout": "core.labs.bitcoin_rollout.rollout",
    "images": "core.labs.images.experiment",
    "emotion": "core.labs.emotion.experiment",
    "forecast": "core.labs.crypto_forecasting.forecast",
    "poems": "core.labs.hafez.experiment",
    "violence": "core.labs.video_violence.experiment",
    "volatility": "core.labs.volatility.volatility",
}
# Kind of file -> "module:function" that reads it.
READERS = {
    "poems": "core.labs.hafez.corpus.corpus:read",
    "video": "core.labs.video_violence.clips.own_files:read_video",
    "clips": "core.labs.video_violence.clips.own_files:read_clips",
    "faces": "core.labs.from_scratch.data.faces:read_file",
    "pictures": "core.labs.images.data.own_pictures:read",
    "table": "core.labs.from_scratch.data.tables:reading",
    "prices": "core.prices.files:reading",
    "texts": "core.labs.emotion.texts.data:reading",
}
# Kind of experiment -> "module:function" that returns the rivals of a run: simple methods on the same split.
RIVALS = {
    "weather": "core.labs.recurrent_cells.rivals:of_run",
    "scratch": "core.labs.from_scratch.baseline:rivals",
    "images": "core.labs.images.baseline:rivals",
    "emotion": "core.labs.emotion.rivals:rivals",
    "poems": "core.labs.hafez.baseline:rivals",
    "violence": "core.labs.video_violence.rivals:rivals",
    "volatility": "core.labs.volatility.rivals:of_run",
    "forecast": "core.labs.crypto_forecasting.rivals:of_run",
    "rollout": "core.labs.bitcoin_rollout.rivals:of_run",
}
# Kind of experiment -> "module:function" that compares a stored run, given with its store, on its own test set with the
# same run on a user's labelled file at a path; it returns a `Classified` or a `Measured` of `core.learn.elsewhere`.
OWN_FILES = {
    "emotion": "core.labs.emotion.own_file:of_run",
    "images": "core.labs.images.elsewhere:of_run",
    "poems": "core.labs.hafez.own_file:of_run",
    "scratch": "core.labs.from_scratch.own_file:of_run",
    "violence": "core.labs.video_violence.elsewhere:of_run",
    "weather": "core.labs.recurrent_cells.own_file:of_run",
}


def own_upload(kind: str, key: str, store: str, content: str | bytes, name: str) -> Any:
    """Compare a stored run on its own test set with the same run on an uploaded file; called by the engine."""
    place = Store(store)
    if (run := place.find(kind, key)) is None:
        raise StoreError(runs_messages.no_longer_saved)
    with kept.local(content, name) as path:
        return own_file(run, place, path, name)


def own_file(run: Run, store: Store, path: Path, name: str = "") -> Any:
    """Compare a run on its own test set with the same run on a labelled file, which errors call `name`.

    SpecError for a kind that cannot.
    """
    spec.require(run.kind in OWN_FILES, messages.no_labelled_file.format(kind=run.kind, kinds=", ".join(OWN_FILES)))
    module, function = OWN_FILES[run.kind].split(":")
    return getattr(importlib.import_module(module), function)(run, store, path, name or path.name)


def rivals(run: Run) -> list[Rival]:
    """Return the rivals of a run, fitted in this process or measured by its training; none for a kind without."""
    if run.kind not in RIVALS:
        return []
    module, name = RIVALS[run.kind].split(":")
    return getattr(importlib.import_module(module), name)(run)


runs.KINDS.update(KINDS)
kinds.READERS.update(READERS)
