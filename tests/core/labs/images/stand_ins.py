"""Small pictures in class folders, made here."""

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from core.files import kinds
from core.files.archives import bundled
from core.files.reading import Reading

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


def scene(kind: str, number: int, side: int = 40) -> Image.Image:
    """A drawn disc or box, no two alike."""
    rng = np.random.default_rng(1000 * ord(kind[0]) + number)
    picture = Image.fromarray(rng.integers(0, 90, (side // 4, side // 4, 3)).astype(np.uint8)).resize((side, side), 1)
    reach = int(rng.integers(side // 6, side // 3))
    x, y = (int(rng.integers(reach, side - reach)) for _ in range(2))
    draw = ImageDraw.Draw(picture)
    shape = draw.ellipse if kind == "disc" else draw.rectangle
    shape((x - reach, y - reach, x + reach, y + reach), fill=tuple(rng.integers(130, 255, 3).tolist()))
    return picture


def written(picture: Image.Image, form: str = "JPEG", **more) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **more)
    return buffer.getvalue()


def members(*folders_: str, each: int = 6, name: str = "{}.jpg") -> dict[str, bytes]:
    """Discs and boxes in turn, `each` in every folder."""
    return {
        f"{folder}/{name.format(10 * number + n)}": written(scene(("disc", "box")[number % 2], 100 * number + n))
        for number, folder in enumerate(folders_)
        for n in range(each)
    }


def read(tmp_path: Path, content: bytes, **answers: str) -> Reading:
    (tmp_path / "given.zip").write_bytes(content)
    return kinds.read("pictures", tmp_path / "given.zip", answers=answers)
