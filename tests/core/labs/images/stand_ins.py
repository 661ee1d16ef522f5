"""Small pictures in class folders, made here."""

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

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
