"""First the chart that a person came for, then what lies below it.

A browser prepares all charts that it has before it paints any of them, a tenth of a second and more for each. So on the
first page of a visit the first chart comes alone, and the rest follows once it is on the screen.
"""

from collections.abc import Callable

import streamlit as st

from core.errors import TamrinError

WHOLE = "paint_whole"  # in a session: nothing is held back any more
JS = """
const PATIENCE = 3000;  // ms, for a page whose first chart does not come
export default function({ setTriggerValue }) {
  const begun = performance.now();
  const timer = setInterval(() => {
    const chart = document.querySelector(".js-plotly-plot .main-svg");
    const painted = chart && chart.checkVisibility({ visibilityProperty: true });
    if (!painted && performance.now() - begun < PATIENCE) return;
    clearInterval(timer);
    setTriggerValue("painted", true);
  }, 20);
  return () => clearInterval(timer);
}
"""


@st.cache_resource(max_entries=1, show_spinner=False)
def _sign():
    return st.components.v2.component("tamrin_painted", js=JS)


def below(draw: Callable[[], None]) -> None:
    """Draw what lies below a page's first chart: at once, or on a visit's first page when that chart is painted.

    It may have controls of its own, for itself alone: until the page is drawn again they draw this part and no other.
    """
    draw() if st.session_state.setdefault(WHOLE, False) else _when_painted(draw)


@st.fragment
def _when_painted(draw: Callable[[], None]) -> None:
    with st.container(key="below"):
        place = st.container()
        if not st.session_state[WHOLE]:
            st.session_state[WHOLE] = bool(_sign()(key="painted", on_painted_change=lambda: None).painted)
        if st.session_state[WHOLE]:
            with place:
                try:
                    draw()
                except TamrinError as error:  # the page is drawn by then, so its own sentence for it does not come
                    st.error(str(error))


def done() -> None:
    """The page is complete: whoever goes on to another one has the library of charts already."""
    st.session_state.setdefault(WHOLE, True)
