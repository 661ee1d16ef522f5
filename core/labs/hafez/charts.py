"""Draw poems, as HTML and as an image to share, and the charts of the poetry lab."""

import html
import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np
import plotly.graph_objects as go
from PIL import Image, ImageDraw, ImageFont, features

from core.errors import PoemsError
from core.labs.hafez import messages
from core.plot import palette
from core.plot.charts import by_epoch, figure

SIGNS = {"\n": "↵", " ": "␣"}


def name(letter: str) -> str:
    """Return a letter as an axis label."""
    return messages.group("spaces").get(letter, letter)


def odds(values: np.ndarray, alphabet: str, chosen: str, top: int = 12) -> go.Figure:
    """Plot the most probable next letters, the chosen one in the accent colour."""
    order = list(np.argsort(-values)[:top])
    if (number := alphabet.index(chosen)) not in order:
        order[-1] = number
    colours = [palette.SAFFRON if i == number else palette.LAPIS for i in order]
    chart = figure(messages.next_character, messages.probability, height=300, showlegend=False)
    chart.add_bar(
        x=[name(alphabet[i]) for i in order],
        y=[float(values[i]) for i in order],
        marker_color=colours,
        hovertemplate="%{x}: %{y:.1%}<extra></extra>",
    )
    chart.update_yaxes(tickformat=".0%", rangemode="tozero")
    return chart


def learning(
    histories: Mapping[str, Mapping[str, Sequence[float]]], cells: Mapping[str, str], rivals: Mapping[str, float]
) -> go.Figure:
    """Plot bits per character by epoch: validation as a line, training dotted, each rival as a dashed level."""
    chart = figure(messages.epoch, messages.bits_axis, hovermode="x unified")
    for label, history in histories.items():
        colour = palette.CELLS[cells[label]]
        epochs = list(range(1, 1 + len(history["held_out_bits"])))
        own, line = list(history["held_out_bits"]), {"color": colour}
        held_out, train = (one.format(label=label) for one in (messages.validation_curve, messages.training_curve))
        chart.add_scatter(x=epochs, y=own, name=held_out, mode="lines", line=line)
        line = {"color": colour, "dash": "dot", "width": 1.5}
        chart.add_scatter(x=epochs, y=list(history["bits"]), name=train, mode="lines", line=line)
    by_epoch(chart)
    for name, bits in rivals.items():
        chart.add_hline(
            bits, line={"color": palette.naive, "dash": "dash"}, annotation_text=name, annotation_position="bottom left"
        )
    return chart


def lengths(divan: Sequence[int], written: Sequence[int]) -> go.Figure:
    """Plot letters per hemistich: the divan's distribution, and this poem's lines as ticks."""
    chart = figure(messages.length_axis, messages.share_axis, height=260)
    values, counts = np.unique(divan, return_counts=True)
    chart.add_bar(x=values, y=counts / counts.sum(), name=messages.divan, marker_color=palette.truth)
    marker = {"color": palette.model, "size": 11, "symbol": "diamond", "line": {"color": "#FFFFFF", "width": 1.4}}
    chart.add_scatter(x=list(written), y=[0.004] * len(written), mode="markers", name=messages.this_poem, marker=marker)
    chart.update_yaxes(tickformat=".0%")
    return chart


def unit(values: np.ndarray, text: str, number: int) -> go.Figure:
    """Plot one unit's activation over the letters of a text."""
    chart = figure(messages.character_axis, messages.unit_axis.format(number=number), height=240, showlegend=False)
    chart.add_scatter(
        x=list(range(len(values))),
        y=[float(v) for v in values],
        mode="lines",
        line={"color": palette.model, "width": 1.5},
        customdata=[name(letter) for letter in text],
        hovertemplate="%{customdata}: %{y:.2f}<extra></extra>",
    )
    for at in (i for i, letter in enumerate(text) if letter == "\n"):
        chart.add_vline(at, line={"color": palette.truth, "width": 1, "dash": "dot"})
    return chart


def followers(found: Mapping[str, Sequence[tuple[int, float]]]) -> go.Figure:
    """Plot the strongest correlation of a unit with each feature, beside chance level."""
    chart = figure(messages.correlation_axis, "", height=260, showlegend=False)
    names = messages.group("features")
    chance = found["by chance"][0][1]
    kinds = [kind for kind in found if kind != "by chance"]
    chart.add_bar(
        y=[messages.feature_of_unit.format(feature=names.get(kind, kind), unit=found[kind][0][0]) for kind in kinds],
        x=[abs(found[kind][0][1]) for kind in kinds],
        orientation="h",
        marker_color=palette.TURQUOISE,
    )
    chart.add_vline(chance, line={"color": palette.naive, "dash": "dash"})
    chart.add_annotation(x=chance, y=1, yref="paper", yanchor="bottom", text=messages.chance_level, showarrow=False)
    chart.update_xaxes(range=[0, 1])
    return chart


def poem(lines: Sequence[str], prompt: str = "", writing: bool = False) -> str:
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


WIDTH, MARGIN, GAP = 1400, 90, 60  # pixels
COLUMN = (WIDTH - 2 * MARGIN - GAP) // 2
SIZE, SMALL = 46, 24  # of letters


def png(lines: Sequence[str], note: str) -> bytes:
    """Draw two columns of hemistichs below a star, `note` under them; PoemsError if Pillow cannot shape Persian."""
    if not features.check("raqm"):
        raise PoemsError(messages.cannot_join_letters)
    colours = palette.PAPER
    beyts = [lines[i : i + 2] for i in range(0, len(lines), 2)]
    step = int(SIZE * 1.9)
    height = 2 * MARGIN + 70 + step * len(beyts) + 70
    image = Image.new("RGB", (WIDTH, height), colours["background"])
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((30, 30, WIDTH - 30, height - 30), 18, outline=colours["primary"], width=2)
    _star(draw, (WIDTH // 2, MARGIN + 10), 22, colours["primary"])
    font = _fitting(draw, lines)
    for row, beyt in enumerate(beyts):
        y = MARGIN + 70 + row * step + SIZE // 2
        for side, line in enumerate(beyt):
            x = WIDTH - MARGIN - COLUMN // 2 if side == 0 else MARGIN + COLUMN // 2
            draw.text((x, y), line, colours["text"], font, anchor="mm", direction="rtl", language="fa")
    draw.text((WIDTH // 2, height - 75), note, colours["text"], _font("Amiri-Regular", SMALL), anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _fitting(draw: ImageDraw.ImageDraw, lines: Sequence[str]) -> ImageFont.FreeTypeFont:
    """Return the largest font size in which every hemistich fits its column."""
    longest = max(draw.textlength(line, _font("Amiri-Regular", SIZE), direction="rtl", language="fa") for line in lines)
    return _font("Amiri-Regular", int(SIZE * min(1.0, COLUMN / max(longest, 1))))


def _star(draw: ImageDraw.ImageDraw, centre: tuple[int, int], radius: int, colour: str) -> None:
    """Draw the logo of Tamrin: two superimposed squares, one rotated."""
    x, y = centre
    side = int(radius * 0.72)
    draw.rectangle((x - side, y - side, x + side, y + side), outline=colour, width=3)
    draw.polygon([(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)], outline=colour, width=3)


@lru_cache(maxsize=4)  # each size holds a font of its own, and poems need some twenty sizes
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    path = files("fontpkg_amiri").joinpath(f"files/{name}.ttf")
    return ImageFont.truetype(io.BytesIO(path.read_bytes()), size, layout_engine=ImageFont.Layout.RAQM)
