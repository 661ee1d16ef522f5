"""Draw the frame that all pages share: title, menu, line of facts, summary sentence, footer."""

import functools
import html
import platform
import re
from importlib.metadata import version

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import settings
from core.files.phrases import minus
from core.jobs import engine
from core.ui import background, messages, running
from core.ui.compat import Link
from core.ui.frame import menu, paint, share
from core.ui.literal import literal
from core.ui.uploads import uploads
from core.ui.visit import session

MENU_WIDTH = 240  # px; kept small so that the result has more room on a projector
DAY = re.compile(r"\d{4}-\d\d-\d\d")
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
                messages.reset,
                key="page_reset",
                icon=":material/restart_alt:",
                type="tertiary",
                on_click=_reset,
                help=messages.reset_help_uploads if menu.pages()[session.page()].uploads else messages.reset_help,
            )
            share.button()
    engine.warm_up()
    if lead:
        st.html(f'<p class="tamrin-lead">{html.escape(lead)}</p>')
    st.session_state[NOTES] = st.empty()


def _reset() -> None:
    uploads.reset()
    session.reset()


def _menu() -> None:
    with st.container(key="chips"):
        running.chip()
    link_to(menu.HOME)
    for group, entries in menu.MENU.items():
        st.caption(group)
        for entry in entries:
            link_to(entry)


def link_to(entry: menu.Entry, label: str = "", link: Link | None = None) -> None:
    """Draw a link to a page as it was left, or with the given parameters."""
    query = session.link_of(entry.path) if link is None else link
    st.page_link(entry.path, label=label or entry.name, icon=entry.icon, query_params=query or None)


def is_dark() -> bool:
    """Return whether the browser shows the page in the dark theme."""
    return st.context.theme.type == "dark"


def stamps(*facts: str) -> None:
    """Draw one muted line: data and its days, the origin of the model, seeds. No line ends within a day."""
    told = (DAY.sub(r"<time>\g<0></time>", html.escape(fact)) for fact in facts)
    st.html('<div class="tamrin-stamps">' + " ".join(f"<span>{fact}</span>" for fact in told) + "</div>")


def honest(sentence: str) -> None:
    """Draw the summary sentence of a result, below all of it."""
    if paint.whole():
        st.html(f'<div class="tamrin-honest" role="note">{html.escape(minus(sentence))}</div>')


def views(*names: str) -> str:
    """Draw the segmented control that chooses a view of the result; only that view is computed."""
    return st.segmented_control(
        messages.view,
        names,
        default=names[0],
        required=True,
        key="view",
        bind="query-params",
        label_visibility="collapsed",
    )


def lab() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return the two columns of a lab: controls, and the result beside them (below them on a narrow screen)."""
    left, right = st.columns([1, 3.3], gap="medium")
    if paint.controls():
        return left.container(key="controls"), right
    left.html('<div class="tamrin-kept"></div>')
    return paint.unseen(), right


def footer() -> None:
    """Draw the links to the neighbours on the learning path and the versions of the libraries; the page ends here."""
    share.fill()
    session.leave()
    if notes := session.notes():
        st.session_state[NOTES].caption(":material/link_off: " + literal(" ".join(notes)))
    if paint.whole():
        _neighbours()
        st.html(f'<div class="tamrin-foot">Tamrin · {_versions()}</div>')
    paint.done()


def _neighbours() -> None:
    """Draw links to the labs before and after this one on the learning path."""
    entry = menu.pages().get(session.page())
    found = menu.neighbours(entry) if entry else (None, None)
    if any(found):
        with st.container(key="neighbours", horizontal=True, horizontal_alignment="distribute"):
            for text, one in zip((messages.previous, messages.next), found, strict=True):
                if one:
                    link_to(one, text.format(name=one.name))


@functools.cache
def _versions() -> str:
    names = ("streamlit", "tensorflow", "keras", "plotly")
    return " · ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in names)])
