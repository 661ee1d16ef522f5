"""Small pictures in class folders, made here."""

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from core.files.archives import bundled

COLOURS = {"blue": (20, 40, 200), "red": (200, 30, 30)}


def png(colour: tuple[int, int, int], seed: int, side: int = 24) -> bytes:
    """A noisy picture of one colour; no two seeds are alike."""
    noise = np.random.default_rng(seed).integers(-40, 40, (side, side, 3))
    buffer = io.BytesIO()
    Image.fromarray(np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)).save(buffer, format="PNG")
    return buffer.getvalue()


def files(each: int = 12) -> dict[str, bytes]:
    """Path and content of pictures of two classes."""
    return {
        f"{name}/{number}.png": png(colour, 100 * len(name) + number)
        for name, colour in COLOURS.items()
        for number in range(each)
    }


def folder(root: Path, each: int = 12) -> Path:
    for path, content in files(each).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in members.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def grey_png(pixels: np.ndarray) -> bytes:
    made = io.BytesIO()
    Image.fromarray(pixels).save(made, "PNG")
    return made.getvalue()


def digit(row: int) -> bytes:
    """A grey digit of 48 x 64 pixels, white on black."""
    small = (bundled.digits()[0][row] * 15).astype(np.uint8)
    wide = np.pad(np.kron(small, np.ones((6, 6), np.uint8)), ((0, 0), (8, 8)))
    return grey_png(wide)


def digits(each: int, folder: str = "{}") -> dict[str, bytes]:
    labels = bundled.digits()[1]
    rows = [row for number in range(10) for row in np.flatnonzero(labels == number)[:each]]
    return {f"mine/{folder.format(labels[row])}/{row}.png": digit(row) for row in rows}
