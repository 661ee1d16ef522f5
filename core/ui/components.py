"""Mount components that run in the browser; script and style sheet lie beside the module that draws them."""

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component as declared


@st.cache_resource(max_entries=32, show_spinner=False)
def component(name: str, beside: str, html: str | None = None) -> Any:
    """Return the component of NAME.js and, if there is one, NAME.css in the folder of the file `beside`."""
    script = Path(beside).with_name(f"{name}.js")
    sheet = script.with_suffix(".css")
    css = sheet.read_text(encoding="utf-8") if sheet.exists() else None
    return declared(f"tamrin_{name}", html=html, css=css, js=script.read_text(encoding="utf-8"))
