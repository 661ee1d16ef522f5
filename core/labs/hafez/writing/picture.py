"""Draw a poem to share as PNG, letters joined by Raqm, in the font Amiri (OFL, package fontpkg-amiri)."""

import io
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont, features

from core.errors import PoemsError
from core.plot import palette

WIDTH, MARGIN, GAP = 1400, 90, 60  # pixels
COLUMN = (WIDTH - 2 * MARGIN - GAP) // 2
SIZE, SMALL = 46, 24  # of letters
RIGHT_TO_LEFT = {"direction": "rtl", "language": "fa"}


def png(lines: Sequence[str], note: str, night: bool = False) -> bytes:
    """Draw two columns of hemistichs below a star, `note` under them; PoemsError if Pillow cannot shape Persian."""
    if not features.check("raqm"):
        raise PoemsError("This Pillow cannot join Persian letters; install its official wheel, which holds Raqm.")
    colours = palette.NIGHT if night else palette.PAPER
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
            draw.text((x, y), line, colours["text"], font, anchor="mm", **RIGHT_TO_LEFT)
    draw.text((WIDTH // 2, height - 75), note, colours["text"], _font("Amiri-Regular", SMALL), anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _fitting(draw: ImageDraw.ImageDraw, lines: Sequence[str]) -> ImageFont.FreeTypeFont:
    """Return the largest font size in which every hemistich fits its column."""
    longest = max(draw.textlength(line, _font("Amiri-Regular", SIZE), **RIGHT_TO_LEFT) for line in lines)
    return _font("Amiri-Regular", int(SIZE * min(1.0, COLUMN / max(longest, 1))))


def _star(draw: ImageDraw.ImageDraw, centre: tuple[int, int], radius: int, colour: str) -> None:
    """Draw the logo of Tamrin: two superimposed squares, one rotated."""
    x, y = centre
    side = int(radius * 0.72)
    draw.rectangle((x - side, y - side, x + side, y + side), outline=colour, width=3)
    draw.polygon([(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)], outline=colour, width=3)


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    path = files("fontpkg_amiri").joinpath(f"files/{name}.ttf")
    return ImageFont.truetype(io.BytesIO(path.read_bytes()), size, layout_engine=ImageFont.Layout.RAQM)
