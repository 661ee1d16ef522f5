"""Offer the link of a page in its present state, as text and as a QR code for phones in the room."""

import io
from urllib.parse import urlencode, urlsplit

import streamlit as st

from core.ui import compat, messages

PLACE = "page_share_place"  # session key: container that the open popover fills


def button() -> None:
    """Draw the button; its content follows by `fill`, when all controls have their values."""
    opened = st.popover(
        messages.link, icon=":material/qr_code_2:", type="tertiary", key="page_share", on_change="rerun"
    )
    st.session_state[PLACE] = opened if opened.open else None


def fill() -> None:
    """Draw link and QR code into the popover, if it is open."""
    if (place := st.session_state.pop(PLACE, None)) is None:
        return
    address = link(st.context.url or "", compat.link())
    with place:
        st.image(qr_code(address), width=260, alt=messages.qr_alt.format(address=address))
        st.code(address, language=None, wrap_lines=True)
        if urlsplit(address).hostname in ("localhost", "127.0.0.1", "::1"):
            st.caption(messages.this_computer_only)


def link(url: str, query: compat.Link) -> str:
    """Return the address of a page with the names and values of its link."""
    page = url.partition("#")[0].partition("?")[0]
    return f"{page}?{urlencode(query, doseq=True)}" if query else page


def qr_code(text: str) -> str:
    """Return the QR code of a text as SVG, black on white in both themes."""
    import segno

    buffer = io.BytesIO()
    segno.make(text, error="m").save(buffer, kind="svg", scale=6, border=3, dark="#000", light="#fff", xmldecl=False)
    return buffer.getvalue().decode()
