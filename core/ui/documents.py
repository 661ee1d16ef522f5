"""Show the documents of `docs` and the model cards as pages, with their links and pictures."""

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import streamlit as st

from core import settings

FIRST = ("guide", "figures", "command-line", "architecture", "adding-a-lab", "clusters", "testing", "decisions")
LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)([^)#]+)\)")
PICTURE = re.compile(r"^!\[([^\]]*)\]\(([^)]+)\)$")
CODE = re.compile(r"(^ {4}.*$|`[^`\n]+`)", re.M)  # left as it is


@functools.cache
def titles() -> dict[str, Path]:
    """Map the title of each document to its file: those of `docs` first, then the cards of models and data."""
    docs = [settings.PROJECT / "docs" / f"{name}.md" for name in FIRST]
    cards = sorted((settings.PROJECT / "assets").rglob("CARD.md"))
    return {_title(path): path for path in [*docs, *cards] if path.exists()}


def _title(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def pieces(path: Path) -> Iterator[str | tuple[str, Path]]:
    """Yield a document's text as Markdown, and its pictures, each as description and file, in their order."""
    text: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        if found := PICTURE.match(line):
            yield _markdown("\n".join(text), path)
            yield found[1], path.parent / found[2]
            text = []
        else:
            text.append(line)
    yield _markdown("\n".join(text), path)


def _markdown(text: str, path: Path) -> str:
    """Point links to the page of each document, and keep dollars from being read as formulas."""
    whole = CODE.split(text)
    whole[::2] = [LINK.sub(lambda link: _link(link, path), part).replace("$", r"\$") for part in whole[::2]]
    return "".join(whole)


def _link(found: re.Match[str], path: Path) -> str:
    target = (path.parent / found[2]).resolve()
    title = next((title for title, one in titles().items() if one == target), "")
    return f"[{found[1]}](?document={quote(title)})" if title else found[1]


def draw(title: str) -> None:
    """Draw a document."""
    st.header(title, anchor=False)
    with st.container(key="document_text"):
        for piece in pieces(titles()[title]):
            if isinstance(piece, str):
                st.markdown(piece)
            else:
                st.image(piece[1], alt=piece[0])
