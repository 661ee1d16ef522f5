"""Draw the home page: every lab with a live result."""

import streamlit as st

from core.labs import home
from core.ui import chrome

chrome.page(
    "Tamrin",
    "Course work on deep learning as a live lab: see a trained network at work, change it, train it, take it home.",
)
for group, entries in chrome.MENU.items():
    st.subheader(group, anchor=False)
    for row in home.rows(entries):
        for column, entry in zip(st.columns(2, gap="medium"), row, strict=False):
            with column.container(border=True):
                home.card(entry)
chrome.footer()
