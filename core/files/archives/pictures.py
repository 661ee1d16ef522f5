"""Decode images of all usual formats to small squares of 8 bits; limits on pixels apply before decoding."""

import io
import re
import struct
import time
import zlib
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core.errors import TamrinError
from core.files import messages

MOST_FILE_BYTES = 60_000_000
MOST_PIXELS = 50_000_000  # of an image that is decoded at full size
MOST_SHRUNK = 250_000_000  # of a JPEG, which is downscaled while it is decoded
MOST_KEPT = 600_000_000  # bytes of coefficients that a progressive JPEG holds in memory
MOST_SCANS = 50  # of a progressive JPEG
MOST_WORK = 400_000_000  # pixels times scans
ENDING = re.compile(
    r"\.(jpe?g|jpe|jfif|pjpeg|pjp|png|apng|gif|bmp|dib|webp|tiff?|heic|heif|hif|avif|pgm|ppm|pnm|tga|jp2|j2k|jpx|jxl|"
    r"svg|psd|ico|exr|hdr|dng|cr2|cr3|nef|arw|orf|rw2|raf|dcm|eps)$",
    re.IGNORECASE,
)
FORMATS = ("JPEG", "MPO", "PNG", "GIF", "BMP", "DIB", "WEBP", "TIFF", "HEIF", "AVIF", "PPM", "TGA")
# Formats that are counted and named, but not read.
NOT_READ = re.compile(
    r"\.(jp2|j2k|jpx|jxl|svg|psd|ico|exr|hdr|dng|cr2|cr3|nef|arw|orf|rw2|raf|dcm|eps)$", re.IGNORECASE
)
FAULTS = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError, RuntimeError, EOFError,
          AttributeError, struct.error, zlib.error, Image.DecompressionBombError)  # fmt: skip
WIDE = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")


class PictureError(TamrinError):
    """An image that cannot be used; the text ends a sentence that begins with its name."""


class WorkError(TamrinError):
    """Images that take longer to decode than their size allows."""


@dataclass(frozen=True)
class Decoded:
    """A decoded image: `(side, side, 3)` or, in grey, `(side, side)`, uint8."""

    pixels: NDArray[np.uint8]
    form: str = ""  # what was converted: "16 bits", "float", "alpha", "palette", "CMYK"; "" for nothing
    grey: bool = False  # whether the source has no colours
    highest: float = 255.0  # highest value of a 16-bit source
    size: tuple[int, int] = (0, 0)  # width and height of the source in pixels
    several: bool = False  # whether the source has more frames or pages, of which this is the first


def decoded(content: bytes, side: int, mode: str = "RGB") -> Decoded:
    """Rotate an image by its EXIF orientation, crop the central square, resize it to `side` and convert it to `mode`.

    Images with an alpha channel are composited on white; 16 bits become 8 by one factor for all images; values of 0 to
    1 become 0 to 255. PictureError says why an image cannot be used.
    """
    formats = _formats()
    if not content:
        raise PictureError(messages.picture_empty)
    _check_webp(content)
    try:
        with Image.open(io.BytesIO(content), formats=formats) as picture:
            size = picture.size  # before a JPEG is downscaled while it is decoded
            _check_size(picture, content)
            several = picture.format != "MPO" and bool(getattr(picture, "is_animated", False))
            return replace(_squared(picture, side, mode), size=size, several=several)
    except PictureError:
        raise
    except MemoryError as error:
        raise PictureError(messages.picture_too_heavy) from error
    except FAULTS as error:
        raise PictureError(messages.picture_damaged) from error


@cache
def _formats() -> tuple[str, ...]:
    """Register HEIC with Pillow, and lift its limit on pixels: this module's own limit allows for downscaling."""
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False)
    Image.init()
    Image.MAX_IMAGE_PIXELS = MOST_SHRUNK
    return tuple(name for name in FORMATS if name in Image.OPEN)


def _squared(picture: Image.Image, side: int, mode: str) -> Decoded:
    if mode == "L" and picture.mode in ("L", "RGB", "YCbCr"):
        picture.draft("L", (2 * side, 2 * side))  # lets the JPEG decoder do most of the downscaling
    else:
        picture.draft("RGB", (2 * side, 2 * side))
    grey, form = picture.mode in ("1", "L", "LA", *WIDE), _form(picture)
    upright = _upright(picture)
    if upright.mode in WIDE:
        values, highest = _eight_bits(upright)
        upright, form = Image.fromarray(values), "float" if upright.mode == "F" else "16 bits"
    else:
        highest = 255.0
    if form == "alpha":
        small = _on_white(_fitted(upright.convert("RGBA"), side))
    elif mode == "L":
        small = upright.convert("L").resize((side, side), Image.Resampling.BILINEAR)
    else:
        small = _fitted(upright if upright.mode == "RGB" else upright.convert("RGB"), side)
    return Decoded(np.asarray(small if small.mode == mode else small.convert(mode)), form, grey, highest)


def _upright(picture: Image.Image) -> Image.Image:
    try:
        turned = picture.getexif().get(0x0112, 1) != 1
    except FAULTS:
        turned = False  # unreadable EXIF data do not make an image unusable
    picture.load()
    return ImageOps.exif_transpose(picture) if turned else picture


def _form(picture: Image.Image) -> str:
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        return "alpha"
    return {"P": "palette", "CMYK": "CMYK"}.get(picture.mode, "")


def _fitted(picture: Image.Image, side: int) -> Image.Image:
    return ImageOps.fit(picture, (side, side), Image.Resampling.BILINEAR)


def _on_white(small: Image.Image) -> Image.Image:
    """Composite an image with alpha on white; resizing has weighted colours by alpha, so hidden ones do not show."""
    white = Image.new("RGBA", small.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, small).convert("RGB")


def _eight_bits(picture: Image.Image) -> tuple[NDArray[np.uint8], float]:
    """Return grey levels of 0 to 255 from 16 bits or floating point, and the highest original value."""
    values = np.asarray(picture).astype(np.float32)
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)) or low < 0 or high > 65_535:
        raise PictureError(messages.picture_values.format(low=low, high=high))
    if picture.mode == "F":
        factor = 255.0 if high <= 1 else 1.0 if high <= 255 else 255 / 65_535
    else:
        factor = 1.0 if picture.mode == "I" and high <= 255 else 255 / 65_535
    values *= factor
    values += 0.5
    return values.astype(np.uint8), high


def _check_size(picture: Image.Image, content: bytes) -> None:
    """Refuse images that would take too much memory or time, before a pixel is decoded."""
    pixels = picture.width * picture.height
    if picture.format not in ("JPEG", "MPO"):
        if pixels > MOST_PIXELS:
            raise PictureError(_too_large(picture, MOST_PIXELS))
        return
    scans = content.count(b"\xff\xda")
    kept = 2 * pixels * len(picture.getbands()) if picture.info.get("progressive") or scans > 1 else 0
    most = min(MOST_SHRUNK, MOST_KEPT // (2 * len(picture.getbands()))) if kept else MOST_SHRUNK
    if pixels > most:
        raise PictureError(_too_large(picture, most))
    if scans > MOST_SCANS or (pixels * scans > MOST_WORK and scans > 14):
        raise PictureError(messages.too_many_scans.format(scans=scans))


def _too_large(picture: Image.Image, most: int) -> str:
    return messages.too_many_pixels.format(width=picture.width, height=picture.height, most=most / 1e6)


def thumbnail(pixels: NDArray[np.uint8]) -> bytes:
    """Return an image `(height, width, 3)` as a small JPEG."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _check_webp(content: bytes) -> None:
    """Check the size of a WebP before it is opened: its decoder allocates the whole canvas at once."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return
    if content[12:16] == b"VP8X":
        width, height = (1 + int.from_bytes(content[at : at + 3], "little") for at in (24, 27))
    elif content[12:16] == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    else:
        width, height = (int.from_bytes(content[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    if width * height > MOST_PIXELS:
        raise PictureError(messages.too_many_pixels.format(width=width, height=height, most=MOST_PIXELS / 1e6))


class Patience:
    """Limit of the processor time for decoding: ample for regular images of that size, finite for all others."""

    def __init__(self, size: int) -> None:
        self.seconds = 15.0 + max(0, size - 50_000_000) / 3e6
        self._started = time.thread_time()

    def check(self, name: str) -> None:
        """Raise a WorkError once the time is over."""
        if time.thread_time() - self._started > self.seconds:
            raise WorkError(messages.pictures_take_long.format(name=name, seconds=self.seconds))
