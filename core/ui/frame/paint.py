"""Draw the first chart of a page first, then its controls, then everything below.

On the first page of a visit a browser reads the chart library, and it processes everything it has received before
painting any of it: the menu, the controls and each further chart delay the first one. So a page that begins with a
chart draws heading and chart alone; the browser reports when that is painted, and the rest follows in two steps.
After that, when a control has changed, the server pauses behind the first chart, which the browser draws meanwhile.
"""

import time

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.ui import compat
from core.ui.components import component

DRAWN = "paint_drawn"  # session key: how much of a page is drawn
BEFORE = "paint_before"  # session key: the same of the run before
SEEN = "paint_seen"  # session key: the browser has painted the first chart of this run already
CHART, CONTROLS, WHOLE = range(3)
PAUSE = 0.05  # seconds; without it the browser draws two charts or three before it paints any of them


def begin(chart_first: bool) -> None:
    """Begin a page; the first page of a visit decides whether all but its first chart is deferred.

    A link to a training shows that training: nothing is deferred. A run that the browser's report has not asked for
    draws the whole page: a person has pressed something already, and the report may be lost over it.
    """
    state = st.session_state
    state.setdefault(DRAWN, CHART if chart_first and "job" not in st.query_params else WHOLE)
    if state.get(BEFORE) == state[DRAWN]:
        state[DRAWN] = WHOLE
    state[SEEN] = state.get(BEFORE, WHOLE) < WHOLE
    state[BEFORE] = state[DRAWN]


def again() -> None:
    """Let the next run draw as much as this one, as the page requests it and not a person."""
    st.session_state.pop(BEFORE, None)


def controls() -> bool:
    """Return whether menu and controls are to be drawn."""
    return st.session_state.get(DRAWN, WHOLE) >= CONTROLS


def whole() -> bool:
    """Return whether the whole page is to be drawn."""
    return st.session_state.get(DRAWN, WHOLE) >= WHOLE


def goes_on() -> bool:
    """Return whether more than the first chart is to be drawn; pause before, so that the browser paints that one."""
    if whole() and not st.session_state.get(SEEN):
        time.sleep(PAUSE)
    return whole()


def unseen() -> DeltaGenerator:
    """Return a container for controls that have their values, including the link's, but are not drawn yet."""
    return compat.unseen()


def done() -> None:
    """Finish the page, or continue when the browser reports that it has painted what it has."""
    if not whole():
        component("painted", __file__)(key=f"{compat.PAINTED}-{st.session_state[DRAWN]}", on_painted_change=_painted)


def _painted() -> None:
    st.session_state[DRAWN] += 1
