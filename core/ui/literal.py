"""Show text from users as it is, never read as Markdown, whatever names, cells and errors contain."""

import re

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

SIGNS = re.compile(r"[\\`*\[\]<>$~|#]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w)|:(?=//|\w)")
BEGIN = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")
CODE = re.compile(r":(?=[\w+/-]+:)")  # an icon or emoji, which Streamlit replaces after parsing the Markdown
ADDRESS = re.compile(r"https?:(?=//)|www(?=\.)|@(?=[-\w])", re.IGNORECASE)  # linked after escapes are resolved
JOINER = "\u2060"  # zero width


def literal(text: object) -> str:
    """Return Markdown that shows a text verbatim in one line: no image, link, formula, icon, colour, HTML or list."""
    line = ADDRESS.sub(rf"\g<0>{JOINER}", " ".join(str(text).split()))
    line = CODE.sub(f":{JOINER}", line)
    line = SIGNS.sub(r"\\\g<0>", line).replace(f":{JOINER}", rf"\:{JOINER}")
    return BEGIN.sub(_begun, line)


def _begun(found: re.Match[str]) -> str:
    """Escape the sign of a list or heading, or the number of a list, at the start of a text."""
    space, sign = found.groups()
    return f"{space}{sign}{JOINER}" if sign.isdigit() else rf"{space}\{sign}"


def error(problem: object, where: DeltaGenerator | None = None) -> None:
    """Show an error verbatim; it may quote what a user entered."""
    (where or st).error(literal(problem))


def warning(problem: object) -> None:
    """Show a warning verbatim; it may quote what a user entered."""
    st.warning(literal(problem))
