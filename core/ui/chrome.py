"""Draw the frame that all pages share: title, menu, line of facts, summary sentence, footer."""

import functools
import html
import platform
from dataclasses import dataclass
from importlib.metadata import version

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import settings
from core.jobs import engine
from core.ui import background, paint, running, session
from core.ui.literal import literal


@dataclass(frozen=True)
class Entry:
    """A page in the menu and on the home page."""

    path: str  # relative to the folder of app.py
    name: str
    icon: str
    about: str


MENU: dict[str, tuple[Entry, ...]] = {
    "Forecasting": (
        Entry(
            "pages/recurrent_cells.py",
            "RNN, LSTM, GRU",
            ":material/device_thermostat:",
            "Three recurrent cells forecast tomorrow's temperature. Train them, compare them over seeds, look inside.",
        ),
        Entry(
            "pages/crypto_forecasting.py",
            "Crypto forecasting",
            ":material/query_stats:",
            "LSTM against a hybrid on daily prices, beside “same as yesterday”; what a leak in the split is worth.",
        ),
        Entry(
            "pages/bitcoin_rollout.py",
            "Live Bitcoin rollout",
            ":material/currency_bitcoin:",
            "A stacked LSTM on live prices, then fed with its own forecasts: a line, its fan, and what they are worth.",
        ),
        Entry(
            "pages/volatility.py",
            "Volatility",
            ":material/show_chart:",
            "How much will a price move tomorrow? Networks against HAR and GARCH, and the interval that it gives.",
        ),
    ),
    "Pictures": (
        Entry(
            "pages/images.py",
            "Images",
            ":material/image:",
            "Convolutions, residual and dense connections on pictures: train them side by side, look into every layer.",
        ),
        Entry(
            "pages/transfer.py",
            "Transfer",
            ":material/move_up:",
            "What a network keeps when its classes are exchanged: two phases, and how few pictures are then enough.",
        ),
        Entry(
            "pages/video_violence.py",
            "Video violence",
            ":material/videocam:",
            "How much the motion in a video looks like a fight, second by second, with the reasons and their limits.",
        ),
    ),
    "Text": (
        Entry(
            "pages/emotion.py",
            "Emotion in text",
            ":material/mood:",
            "A GRU reads a sentence and names its emotion. See which words it used; set it beside four other readers.",
        ),
        Entry(
            "pages/hafez.py",
            "Hafez",
            ":material/history_edu:",
            "A network writes ghazals letter by letter, keeps rhyme and refrain, and shows what it copied.",
        ),
    ),
    "Concepts": (
        Entry(
            "pages/recurrent_step.py",
            "Recurrent step",
            ":material/conversion_path:",
            "SimpleRNN, LSTM and GRU number by number: step through a sequence, turn a weight, watch the gates.",
        ),
        Entry(
            "pages/parameters.py",
            "Parameters",
            ":material/calculate:",
            "How many numbers a network learns, and where they are: any layer, any stack, the sum worked out.",
        ),
        Entry(
            "pages/gradient_through_time.py",
            "Gradient through time",
            ":material/trending_down:",
            "Why gradients vanish or explode over many steps, what an LSTM does about it, and what clipping costs.",
        ),
        Entry(
            "pages/convolution.py",
            "Convolution by hand",
            ":material/grid_on:",
            "Filters, padding, stride, dilation and pooling, number by number, forward and back to every weight.",
        ),
        Entry(
            "pages/architectures.py",
            "Which architecture?",
            ":material/account_tree:",
            "One-to-many, many-to-one, many-to-many: one cell wired four ways, and nine tasks to place.",
        ),
        Entry(
            "pages/captioning.py",
            "Captioning",
            ":material/closed_caption:",
            "Co-attention as a diagram: scores become weights over regions, frames and phrases, a gate balances them.",
        ),
        Entry(
            "pages/depth.py",
            "Residuals and depth",
            ":material/layers:",
            "Paths through residual blocks, networks with a block cut out, pooling an edge, fields of view.",
        ),
        Entry(
            "pages/from_scratch.py",
            "From scratch",
            ":material/construction:",
            "A neural network in NumPy alone: build it, watch weights and gradients change, see why zeros never learn.",
        ),
    ),
    "Workbench": (
        Entry(
            "pages/runs.py",
            "Runs",
            ":material/list_alt:",
            "Every stored training in one table: overlay curves, download, delete.",
        ),
        Entry(
            "pages/glossary.py",
            "Glossary",
            ":material/menu_book:",
            "The terms of all labs, a sentence each, with the page that explains it.",
        ),
    ),
}
HOME = Entry("app.py", "Home", ":material/home:", "")
MENU_WIDTH = 240  # px; kept small so that the result has more room on a projector
NOTES = "page_place"  # session key: container for the messages about the page's link


def page(title: str, lead: str = "", *, chart_first: bool = False) -> None:
    """Begin a page: browser title, style, menu, heading and the sentence below it.

    With `chart_first` a visit that begins here shows heading and chart before menu and controls.
    """
    session.enter()
    background.begin()
    paint.begin(chart_first)
    st.set_page_config(
        page_title=f"{title} · Tamrin",
        page_icon=str(settings.PROJECT / "assets/star.svg"),
        layout="wide",
        initial_sidebar_state=MENU_WIDTH,
    )
    st.html(settings.PROJECT / "assets" / "style.css")
    st.logo(
        str(settings.PROJECT / "assets/logo.svg"), icon_image=str(settings.PROJECT / "assets/star.svg"), size="large"
    )
    with st.sidebar:
        _menu() if paint.controls() else st.empty()
    with st.container(key="heading", horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False)
        if paint.controls() and session.has_controls():
            st.button(
                "Reset", key="page_reset", icon=":material/restart_alt:", type="tertiary", on_click=session.reset,
                help="Resets all controls of this page to their defaults.",
            )  # fmt: skip
    engine.warm_up()
    if lead:
        st.html(f'<p class="tamrin-lead">{html.escape(lead)}</p>')
    st.session_state[NOTES] = st.empty()


def _menu() -> None:
    with st.container(key="chips"):
        running.chip()
    link_to(HOME)
    for group, entries in MENU.items():
        st.caption(group)
        for entry in entries:
            link_to(entry)


def link_to(entry: Entry, label: str = "") -> None:
    """Draw a link to a page as it was left."""
    st.page_link(
        entry.path, label=label or entry.name, icon=entry.icon, query_params=session.link_of(entry.path) or None
    )


def stamps(*facts: str) -> None:
    """Draw one muted line: data and its days, the origin of the model, seeds."""
    st.html('<div class="tamrin-stamps">' + " ".join(f"<span>{html.escape(f)}</span>" for f in facts) + "</div>")


def honest(sentence: str) -> None:
    """Draw the summary sentence of a result, below all of it."""
    if paint.whole():
        st.html(f'<div class="tamrin-honest" role="note">{html.escape(sentence)}</div>')


def views(*names: str) -> str:
    """Draw the segmented control that chooses a view of the result; only that view is computed."""
    return st.segmented_control(
        "View", names, default=names[0], required=True, key="view", bind="query-params", label_visibility="collapsed"
    )


def lab() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return the two columns of a lab: controls, and the result beside them (below them on a narrow screen)."""
    left, right = st.columns([1, 3.3], gap="medium")
    if paint.controls():
        return left.container(key="controls"), right
    left.html('<div class="tamrin-kept"></div>')
    return paint.unseen(), right


def footer() -> None:
    """Draw the versions of the libraries used; the page ends here."""
    session.leave()
    if notes := session.notes():
        st.session_state[NOTES].caption(":material/link_off: " + literal(" ".join(notes)))
    if paint.whole():
        st.html(f'<div class="tamrin-foot">Tamrin · {_versions()}</div>')
    paint.done()


@functools.cache
def _versions() -> str:
    names = ("streamlit", "tensorflow", "keras", "plotly")
    return " · ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in names)])
