"""Draw the home page: every lab with a live result."""

import streamlit as st

from core.labs import home
from core.ui import chrome, paint


def cards() -> None:
    """Draw the cards of all labs by group; the first one alone until the browser has painted its chart."""
    for group, entries in chrome.MENU.items():
        st.subheader(group, anchor=False)
        for row in home.rows(entries):
            for column, entry in zip(st.columns(2, gap="medium"), row, strict=False):
                with column.container(border=True):
                    home.card(entry)
                if not paint.whole():
                    return


chrome.page(
    "Tamrin",
    "Course work on deep learning as a live lab: see a trained network at work, change it, train it, take it home.",
    chart_first=True,
)
cards()
chrome.footer()
