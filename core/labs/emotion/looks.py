"""Render a text as HTML with words coloured by their influence; user content is escaped."""

import html
from collections.abc import Mapping
from typing import Any

from core.plot import palette

FULL = 0.6  # influence that is drawn in full colour


def coloured(explained: Mapping[str, Any], hue: str) -> str:
    """Colour words that support the prediction in its hue, words against it in slate; dot-underline unknown words."""
    text, at, out = explained["text"], 0, []
    for word in explained["words"]:
        out.append(html.escape(text[at : word["begin"]]))
        out.append(_word(text[word["begin"] : word["end"]], word, hue))
        at = word["end"]
    rest = html.escape(text[at:]) + (" …" if explained["cut"] else "")
    return f'<p class="tamrin-words" dir="auto">{"".join(out)}{rest}</p>'


def _word(text: str, word: Mapping[str, Any], hue: str) -> str:
    influence = word["influence"]
    strength = min(1.0, abs(influence) / FULL) ** 0.7
    colour = palette.translucent(hue if influence > 0 else palette.SLATE, round(0.5 * strength, 3))
    title = f"{influence:+z.1%}" + ("" if word["known"] else ", not in the vocabulary")
    unknown = "" if word["known"] else "border-bottom:2px dotted currentColor;"
    return f'<span title="{title}" style="background:{colour};{unknown}">{html.escape(text)}</span>'
