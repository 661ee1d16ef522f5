"""Render a poem as HTML: two columns of hemistichs as in a divan, right to left, every letter escaped."""

import html
from collections.abc import Sequence

from core.plot import palette

escape = html.escape


def divan(lines: Sequence[str], prompt: str = "", writing: bool = False) -> str:
    """Render beyts of two hemistichs, in reading order for a screen reader. The user's first words are marked."""
    rows = [_beyt(lines[i : i + 2], prompt if i == 0 else "") for i in range(0, len(lines), 2)]
    busy = ' aria-busy="true"' if writing else ""
    return f'<div class="tamrin-poem" dir="rtl" lang="fa"{busy}>' + "".join(rows) + "</div>"


def _beyt(pair: Sequence[str], prompt: str) -> str:
    first = html.escape(pair[0])
    if prompt and pair[0].startswith(prompt):
        first = f"<mark>{html.escape(prompt)}</mark>{html.escape(pair[0][len(prompt) :])}"
    second = html.escape(pair[1]) if len(pair) > 1 else ""
    return f"<p><span>{first}</span> <span>{second}</span></p>"


def told_apart(lines: Sequence[str], real: int) -> str:
    """Render a poem whose first `real` hemistichs are Hafez's: marked, with a rule below."""
    beyts = [lines[i : i + 2] for i in range(0, len(lines), 2)]
    rows = [
        "<p>" + " ".join(f"<span><mark>{html.escape(x)}</mark></span>" for x in beyt) + "</p>"
        if 2 * i < real
        else _beyt(beyt, "")
        for i, beyt in enumerate(beyts)
    ]
    return '<div class="tamrin-poem tamrin-small" dir="rtl" lang="fa">' + "".join(rows) + "</div>"


def coloured(lines: Sequence[str], values: Sequence[float], titles: Sequence[str], diverging: bool = False) -> str:
    """Colour the background of each letter for values from 0 to 1 (or -1 to 1), with a title at each.

    Letters stay in one run of text, so that they join; a joiner on both sides of a border keeps their forms.
    """
    at, rows = 0, []
    for i in range(0, len(lines), 2):
        spans = []
        for line in lines[i : i + 2]:
            n = len(line) + 1
            spans.append(f"<span>{_letters(line, values[at : at + n], titles[at : at + n], diverging)}</span>")
            at += n
        rows.append("<p>" + " ".join(spans) + "</p>")
    return '<div class="tamrin-poem tamrin-shaded" dir="rtl" lang="fa">' + "".join(rows) + "</div>"


JOINS_BOTH = frozenset("بتثجحخسشصضطظعغفقلمنهپچکگیئ")
JOINER = "&zwj;"


def _letters(line: str, values: Sequence[float], titles: Sequence[str], diverging: bool) -> str:
    out = []
    for i, (letter, value, title) in enumerate(zip(line + "↵", values, titles, strict=False)):
        before = JOINER if i and line[i - 1] in JOINS_BOTH and letter not in " ↵" else ""
        after = JOINER if letter in JOINS_BOTH and i + 1 < len(line) and line[i + 1] != " " else ""
        shown = f"{before}{html.escape(letter)}{after}" if letter != "↵" else "<small>↵</small>"
        style = f"background:{shade(value, diverging)}"
        out.append(f'<i style="{style}" title="{html.escape(title)}">{shown}</i>')
    return "".join(out)


def shade(value: float, diverging: bool = False) -> str:
    """Return a translucent colour for light and dark background: saffron above zero, lapis below.

    The text on it keeps a contrast of 7 : 1.
    """
    if diverging:
        hue = palette.SAFFRON if value > 0 else palette.LAPIS
        return palette.translucent(hue, round(min(abs(value), 1) * 0.5, 2))
    return palette.translucent(palette.SAFFRON, round(min(max(value, 0), 1) * 0.5, 2))
