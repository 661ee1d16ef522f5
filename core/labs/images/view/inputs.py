"""Draw the controls of the image labs: widgets in, specs out; all but a user's own zip is kept in the URL."""

from collections.abc import Mapping
from itertools import product

import streamlit as st

from core.errors import SpecError
from core.files.reading import Reading
from core.labs import messages as labs_messages
from core.labs.images import messages, presets
from core.labs.images.data import sources
from core.labs.images.spec import MODEL_NAMES, MODELS, Spec, least_side
from core.runs import spec as specs
from core.ui import form
from core.ui.uploads import reading, uploads

OWN = "own"
SHOWN = ("epochs", "side", "width")
LEARNING = (
    "augment",
    "per_class",
    "growth",
    "optimizer",
    "learning_rate",
    "cosine_decay",
    "batch_size",
    "dropout",
    "patience",
)
MOST_COUNTED = 1000
CHECK_SECONDS = 300.0
ARCHIVES = ["zip", "tar", "gz", "tgz", "bz2", "xz"]


def experiment() -> list[Spec]:
    """Return one spec for each chosen model and seed. Raise SpecError for no model or an invalid combination."""
    form.presets(messages.group("presets"), _set)
    models = form.several(Spec, "model", MODELS[:4], key="models")
    pictures = data("digits")
    if note := presets.unmeasured(pictures):
        st.caption(note)
    shared = form.controls(Spec, *SHOWN, default=Spec(side=presets.usual_side(pictures)))
    wanted = shared.pop("side")
    sides = {model: max(least_side(model), wanted) for model in models}
    for model, side in sides.items():
        if side > wanted:
            st.caption(messages.enlarged.format(model=MODEL_NAMES[model], side=side))
    shared |= _learning()
    seeds = st.slider(messages.random_seeds, 1, 5, 1, key="seeds", help=messages.random_seeds_help, **form.URL)
    if not models:  # checked at the end: a control that is not drawn would lose its value
        raise SpecError(labs_messages.choose_a_network)
    each = product((model for model in MODELS if model in models), range(seeds))
    return [Spec(data=pictures, model=model, side=sides[model], seed=seed, **shared) for model, seed in each]


def _set(name: str) -> None:
    """Set the controls to a preset for the chosen images; only in a callback, before they are drawn."""
    wanted = presets.networks(name, Spec(data=st.session_state["data"]))
    values = specs.to_dict(wanted[0])
    st.session_state.update({field: values[field] for field in (*SHOWN, *LEARNING)})
    seeds = presets.SEEDS if wanted[0] in presets.working() else 1  # as many as come trained
    st.session_state.update(models=[one.model for one in wanted], seeds=seeds)


def data(default: str) -> str:
    """Return the name of the data set; a user's own zip is checked by a worker when it is uploaded."""
    known = messages.group("data_names")
    options = ["digits", "cifar10", *(name for name in sources.offered() if name not in known), OWN]
    names = {**dict(zip(options, options, strict=True)), **known}
    chosen = st.selectbox(
        messages.dataset,
        options,
        options.index(default),
        key="data",
        format_func=names.__getitem__,
        on_change=_take_usual_side,
        **form.URL,
    )
    return _own() if chosen == OWN else chosen


def _take_usual_side() -> None:
    """Reset the image size to the default of a newly chosen data set."""
    if "side" in st.session_state:
        st.session_state["side"] = presets.usual_side(st.session_state["data"])


def _own() -> str:
    given = uploads.field(messages.own_zip, ARCHIVES, key="zip", most=sources.MOST_MEGABYTES, help=messages.zip_help)
    if given is None:
        raise SpecError(messages.upload_images)
    answered: dict[str, str] = {}

    def read(answers: Mapping[str, str]) -> Reading:
        answered.update(answers)
        return uploads.read("pictures", given, answers, CHECK_SECONDS)

    found = reading.understood(read, "zip", given.digest)
    name = sources.name_of(given.digest, answered)
    sources.counted[name] = found.summary["pictures"]
    while len(sources.counted) > MOST_COUNTED:
        del sources.counted[next(iter(sources.counted))]
    return name


def _learning() -> specs.Values:
    with st.expander(messages.training_settings):
        return form.controls(Spec, *LEARNING)
