"""First the chart that a person came for, then its controls, then all that lies below it.

On the first page of a visit a browser reads its library of charts, and it draws everything that it has before it paints
any of it: the menu, the controls and each further chart keep the first one waiting. So a page that begins with a chart
draws heading and chart alone; the browser says when that is painted, and what was held back follows in two steps.
"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

DRAWN = "paint_drawn"  # in a session: how much of a page is drawn
CHART, CONTROLS, WHOLE = range(3)
JS = """
const PATIENCE = 3000;  // ms, for a page whose first chart does not come
const drawing = () => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState !== "notRunning";
export default function({ setTriggerValue }) {
  const begun = performance.now();
  const timer = setInterval(() => {
    const chart = document.querySelector(".js-plotly-plot .main-svg");
    const coming = chart || drawing() || document.querySelector('.stPlotlyChart, [data-testid="stSkeleton"]');
    const painted = chart?.checkVisibility({ visibilityProperty: true });
    if (coming && !painted && performance.now() - begun < PATIENCE) return;
    clearInterval(timer);
    setTriggerValue("painted", true);
  }, 20);
  return () => clearInterval(timer);
}
"""


@st.cache_resource(max_entries=1, show_spinner=False)
def _sign():
    return st.components.v2.component("tamrin_painted", js=JS)


def begin(chart_first: bool) -> None:
    """Begin a page; whether it holds back all but its first chart is settled by the first page of a visit.

    A link to a training shows that: nothing is held back.
    """
    st.session_state.setdefault(DRAWN, CHART if chart_first and "job" not in st.query_params else WHOLE)


def controls() -> bool:
    """Whether menu and controls are to be drawn."""
    return st.session_state.get(DRAWN, WHOLE) >= CONTROLS


def whole() -> bool:
    """Whether all of the page is to be drawn."""
    return st.session_state.get(DRAWN, WHOLE) >= WHOLE


def unseen() -> DeltaGenerator:
    """A place for controls that have their values, those of the link too, and are not drawn yet."""
    return DeltaGenerator(root_container=None)


def done() -> None:
    """The page is complete, or goes on when the browser says that it has painted what it has."""
    if not whole():
        _sign()(key=f"painted-{st.session_state[DRAWN]}", on_painted_change=_painted)


def _painted() -> None:
    st.session_state[DRAWN] += 1
