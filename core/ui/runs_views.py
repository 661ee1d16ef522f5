"""Draw the table of saved runs, its filter, and the actions on a selection."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from core import plain
from core.errors import TamrinError
from core.files.writing import defused_cells
from core.plot import charts
from core.runs import messages as runs_messages, runs, stored
from core.runs.store import Run
from core.ui import cached, form, literal, messages, tables
from core.ui.compat import Link
from core.ui.form import URL
from core.ui.frame import chrome, menu
from core.ui.visit import person

MOST_FAULTS = 3  # errors shown outside the expander
MOST_ROWS = 500  # of the table; more make a page slow
SOURCES = {"shipped": "included", "store": "trained here"}
ALL, MINE = "all", "trained by me"
ALL_LABS = "all labs"
METRICS = {"rmse": "RMSE", "mae": "MAE", "f1": "F1"}


@dataclass(frozen=True)
class About:
    """Describes runs by functions that the labs provide, see `core.labs.shown`."""

    page: Callable[[Run], str]
    settings: Callable[..., str]  # of a run, and of the counts that order them
    counts: Callable[[list[Run]], Counter]  # how many of the runs share a setting
    said: Callable[[Run, str], str]
    measure: Callable[[Run], tuple[str, float | None]]
    link: Callable[[Run], Link | None]

    def lab(self, run: Run) -> str:
        """Return the title of the page that shows a run."""
        return _name(self.page(run))

    def address(self, run: Run) -> str | None:
        """Return the address, relative to any page, that shows a run."""
        link = self.link(run)
        return None if link is None else f"{self.page(run)}?{urlencode(link, doseq=True)}"


def faults(sentences: list[str]) -> None:
    """Draw the errors of unreadable entries; many of them in an expander."""
    for sentence in sentences[:MOST_FAULTS]:
        literal.warning(sentence)
    if (more := len(sentences) - MOST_FAULTS) > 0:
        with st.expander(messages.plural("more_unreadable", more).format(more=more)):
            st.text("\n".join(sentences[MOST_FAULTS:]))


def chosen_by(found: list[Run], about: About) -> list[Run]:
    """Draw the filter; return the runs that it lets pass."""
    labs = sorted({about.page(run) for run in found}, key=_place)
    one, two, three = st.columns([1.2, 1.2, 1.7], vertical_alignment="bottom")  # on a phone the third has its own row
    lab = one.selectbox(messages.lab, [ALL_LABS, *labs], format_func=_name, key="lab", **URL)
    text = two.text_input(
        messages.search, key="text", placeholder=messages.runs_example, help=messages.runs_search_help, **URL
    )
    origin = form.segments(
        messages.source, [ALL, *SOURCES.values(), MINE], key="origin", where=three, help=messages.source_help
    )
    kept = [run for run in found if lab in (ALL_LABS, about.page(run)) and _is_from(run, origin)]
    words = (text or "").casefold().split()
    return [run for run in kept if not words or all(word in _text(run, about) for word in words)]


def _name(page: str) -> str:
    return menu.pages()[page].name if page in menu.pages() else page


def _place(page: str) -> int:
    """Return the place of a page in the menu; pages that are not in it follow."""
    return [*menu.pages(), page].index(page)


def _is_from(run: Run, origin: str) -> bool:
    mine = bool(run.owner) and run.owner == person.id()
    return origin == ALL or origin == SOURCES[run.origin] or (origin == MINE and mine)


def _text(run: Run, about: About) -> str:
    parts = (about.lab(run), about.settings(run), SOURCES[run.origin], run.created[:10], run.key)
    return " ".join(parts).casefold()


def frame(found: list[Run], about: About) -> pd.DataFrame:
    """Return one row per run: settings in words, lab, link, main metric, epochs, source, day, key."""
    counts = about.counts(found)
    return pd.DataFrame(
        {
            "settings": about.settings(run, counts),
            "lab": about.lab(run),
            "link": about.address(run),
            "metric": about.measure(run)[0],
            "value": about.measure(run)[1],
            "epochs": _epochs(run),
            "source": SOURCES[run.origin],
            "date": run.created[:10],
            "key": run.key[:6],
        }
        for run in found
    )


@st.cache_data(max_entries=32, show_spinner=False)
def _rows(names: list[tuple[str, ...]], _found: list[Run], _about: About) -> pd.DataFrame:
    """Return the rows of runs with these names: describing hundreds of them takes a tenth of a second."""
    return defused_cells(frame(_found, _about))


def _epochs(run: Run) -> int:
    return len(next(iter(run.history.values()), []))


def table(found: list[Run], about: About) -> list[Run]:
    """Draw the table with selectable rows; return the selected runs."""
    if len(found) > MOST_ROWS:
        st.caption(messages.newest_runs.format(most=MOST_ROWS, found=len(found)))
    shown = found[:MOST_ROWS]
    looks: dict[str, tables.Look] = {"settings": tables.PHONE, "lab": 140, "metric": 126, "value": ("%.4g", 68)}
    looks |= {"epochs": 62, "source": 80, "date": 88, "key": None}
    looks["link"] = st.column_config.LinkColumn(display_text=messages.open, width=55, help=messages.link_help)
    # With the keys in that of the table, a selection never passes to other runs when rows come or go.
    names = [(run.kind, run.key, run.origin, run.created) for run in shown]
    event = tables.dataframe(
        _rows(names, shown, about),
        looks,
        on_select="rerun",
        selection_mode="multi-row",
        row_height=tables.TALL,
        height=480,
        key=f"runs_table-{hash(tuple(run.key for run in shown))}",
        alt=messages.runs_alt,
    )
    return [shown[row] for row in event.selection.rows if row < len(shown)]


def one(run: Run, about: About) -> None:
    """Draw all about one run, and the link to its lab."""
    ended = messages.group("endings").get(run.facts.get("ended", ""), run.facts.get("ended", ""))
    told = [messages.epochs.format(epochs=_epochs(run)), f"{run.seconds:,.1f} s", ended]
    told += [messages.key.format(key=run.key)]
    st.caption(literal.literal(f"{about.settings(run)}: {', '.join(filter(None, told))}."))
    if (link := about.link(run)) is None:
        st.caption(messages.no_link)
        return
    chrome.link_to(menu.pages()[about.page(run)], messages.open_in.format(lab=about.lab(run)), link)


def overlay(chosen: list[Run], about: About) -> None:
    """Overlay curves of the selected runs, one metric at a time."""
    shared = [name for name in chosen[0].history if all(name in run.history for run in chosen)]
    if not shared or len({run.kind for run in chosen}) > 1:
        st.info(messages.different_labs)
        return
    first = next((name for name in ("val_loss", "held_out_bits") if name in shared), shared[0])
    metric = st.segmented_control(messages.curve, shared, default=first, required=True, key="curve", format_func=curve)
    curves = {name: run.history[metric] for name, run in zip(names(chosen, about), chosen, strict=True)}
    cached.plot("overlay", messages.curves_alt.format(curve=curve(metric)), charts.overlay, curves, curve(metric))


def curve(name: str) -> str:
    """Return the name of a curve in the history of a run in words."""
    metric = name.removeprefix("val_")
    if told := messages.group("curves").get(name):
        return told
    text = messages.training_curve if metric == name else messages.validation_curve
    return text.format(metric=METRICS.get(metric, metric))


def names(chosen: list[Run], about: About) -> list[str]:
    """Return for each run the values in which the chosen ones differ, and the first digits of its key."""
    differ = [name for name in chosen[0].spec if len({str(run.spec.get(name)) for run in chosen}) > 1]
    return [", ".join([*(about.said(run, name) for name in differ), run.key[:6]]) for run in chosen]


def actions(chosen: list[Run]) -> None:
    """Draw the buttons to download and delete."""
    left, middle, right = st.columns(3)
    text = plain.dumps([stored.described(run) for run in chosen], indent=1)
    left.download_button(messages.download_json, text, "runs.json", on_click="ignore", width="stretch")
    if len(chosen) == 1:
        middle.download_button(
            messages.download_weights,
            lambda: cached.store().weights(chosen[0]),
            f"{chosen[0].key}.{_form(chosen[0])}",
            on_click="ignore",
            width="stretch",
        )
    trained = [run for run in chosen if run.origin == "store"]
    own = [run for run in trained if cached.may_delete(run)]
    if right.button(messages.delete, disabled=not own, icon=":material/delete:", width="stretch"):
        st.dialog(messages.delete_permanently)(_ask)(own)
    if len(trained) < len(chosen):
        st.caption(runs_messages.pre_trained_stay)
    if len(own) < len(trained):
        st.caption(messages.others_runs_stay)


def _form(run: Run) -> str:
    """Return the format of a run's weights: Keras' own, unless its kind says otherwise."""
    return getattr(runs.kind_module(run.kind), "WEIGHTS", "weights.h5")


def _ask(chosen: list[Run]) -> None:
    st.write(messages.plural("will_be_deleted", len(chosen)).format(count=len(chosen)))
    no, yes = st.columns(2)
    if no.button(messages.cancel, key="delete_no", width="stretch"):
        st.rerun()
    if yes.button(messages.delete, key="delete_yes", type="primary", width="stretch"):
        st.session_state["runs_trouble"] = _deleted(chosen)
        st.rerun()


def _deleted(chosen: list[Run]) -> list[str]:
    """Delete the runs and return the sentences about those that could not be deleted."""
    trouble = []
    for run in chosen:
        try:
            cached.store().delete(run)
        except TamrinError as error:
            trouble.append(str(error))
    return list(dict.fromkeys(trouble))


def told() -> None:
    """Draw the messages of the last deletion, once."""
    for sentence in st.session_state.pop("runs_trouble", []):
        literal.warning(sentence)
