"""Scroll to the top: a page that switches to another view keeps its scroll position otherwise."""

import streamlit as st
from streamlit.components.v2 import component

ASKED = "scroll_to_top"  # session key
JS = """
export default function() {
  const page = document.querySelector('[data-testid="stMain"]');
  page?.scrollTo({ top: 0 });
}
"""


@st.cache_resource(max_entries=1, show_spinner=False)
def _top():
    return component("tamrin_top", js=JS)


def ask() -> None:
    """Have the next drawing of the page begin at its top; call in a callback."""
    st.session_state[ASKED] = True


def settle() -> None:
    """Scroll to the top if requested; call below all else of a view."""
    if st.session_state.pop(ASKED, False):
        _top()(key="scroll-top")
