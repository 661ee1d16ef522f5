"""Text from people on a page: shown as it is, never read as Markdown, whatever names, cells and errors hold."""

import re

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

SIGNS = re.compile(r"[\\`*\[\]<>$~|#]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w)|:(?=//|\w)")
BEGIN = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")
CODE = re.compile(r":(?=[\w+/-]+:)")  # of an icon or emoji, which Streamlit looks for after it has read the Markdown
ADDRESS = re.compile(r"https?:(?=//)|www(?=\.)|@(?=[-\w])", re.IGNORECASE)  # becomes a link after all escapes are read
JOINER = "\u2060"  # without width


def literal(text: object) -> str:
    """Markdown that shows a text as it is, in one line: no picture, link, formula, icon, colour, HTML or list."""
    line = ADDRESS.sub(rf"\g<0>{JOINER}", " ".join(str(text).split()))
    line = CODE.sub(f":{JOINER}", line)
    line = SIGNS.sub(r"\\\g<0>", line).replace(f":{JOINER}", rf"\:{JOINER}")
    return BEGIN.sub(_begun, line)


def _begun(found: re.Match[str]) -> str:
    """The first sign of a list or heading, or the number of a list, so that neither comes of it."""
    space, sign = found.groups()
    return f"{space}{sign}{JOINER}" if sign.isdigit() else rf"{space}\{sign}"


def error(problem: object, where: DeltaGenerator | None = None) -> None:
    """Show an error in its own words; they may quote what a person gave."""
    (where or st).error(literal(problem))


def warning(problem: object, where: DeltaGenerator | None = None) -> None:
    """Show a warning in its own words; they may quote what a person gave."""
    (where or st).warning(literal(problem))
