"""Load data sets by name: the built-in digits and CIFAR-10, those in Tamrin's own folder, or those at a path."""

import datetime
import hashlib
import re
import urllib.parse
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core import settings
from core.errors import PicturesError
from core.files.archives import bundled
from core.labs.images import messages
from core.labs.images.data import folders
from core.labs.images.data.pictures import Pictures, Split, digest, split
from core.labs.images.spec import Spec
from core.runs.stored import Stamp

UPLOAD = re.compile(r"upload-([0-9a-f]{16})(?:\?([\w.%=&+*-]{1,500}))?")
MOST_MEGABYTES = 100  # of an uploaded archive
CHUNK = 16  # images whose floats fit into the processor's cache
DIGITS = "digits of scikit-learn, coloured and enlarged"
CIFAR = "CIFAR-10 (keras.datasets)"
CIFAR_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
CIFAR_ROWS = 60_000


class BuiltIn(NamedTuple):
    """A data set of a library: its source, a function that loads it at an image size, its fingerprint and rows."""

    source: str
    load: Callable[[int], Pictures]
    fingerprint: Callable[[], tuple[str, int]]


def _digits(side: int) -> Pictures:
    """Load 1,797 handwritten digits of 8 x 8 grey levels, each drawn in one random colour on paper of another.

    The colours are independent of the digit, so a network must learn to ignore them. Images are enlarged by linear
    interpolation, with a margin of a sixteenth of the side.
    """
    images, target = bundled.digits()
    paper, pen = (each[:, None, None] for each in _colours(len(images), np.random.default_rng(1797)))
    pixels = np.empty((len(paper), side, side, 3), np.uint8)
    for start in range(0, len(pixels), CHUNK):
        part = slice(start, start + CHUNK)
        ink = enlarged(images[part].astype(np.float32) / 16, side)[..., None]
        np.rint(255 * (paper[part] * (1 - ink) + pen[part] * ink), out=pixels[part], casting="unsafe")
    return Pictures(
        DIGITS,
        pixels,
        target.astype(int),
        tuple(str(n) for n in range(10)),
        tuple(f"{label}/{row}" for row, label in enumerate(target)),
        tuple(digest(row.tobytes() + bytes([n % 256, n // 256])) for n, row in enumerate(images.astype(np.uint8))),
        photographs=False,
    )


@cache
def _digits_fingerprint() -> tuple[str, int]:
    """Return the hash of the grey images and the version of their colouring, and the number of images."""
    raw = bundled.digits()[0].astype(np.uint8)
    return digest(raw.tobytes() + b"coloured 1")[:16], len(raw)


def enlarged(grey: np.ndarray, side: int) -> np.ndarray:
    """Enlarge `(n, 8, 8)` to `(n, side, side)` by linear interpolation, inside a margin of zeros."""
    margin = side // 16
    inner = side - 2 * margin
    matrix = interpolation(grey.shape[1], inner)
    return np.pad(matrix @ grey @ matrix.T, ((0, 0), (margin, margin), (margin, margin)))


def interpolation(size: int, side: int) -> np.ndarray:
    """Return the matrix `(side, size)` that resamples a line of pixels; each row sums to 1."""
    places = np.clip((np.arange(side) + 0.5) * size / side - 0.5, 0, size - 1)
    low = np.minimum(places.astype(int), size - 2)
    matrix = np.zeros((side, size), np.float32)
    matrix[np.arange(side), low] = 1 - (places - low)
    matrix[np.arange(side), low + 1] += places - low
    return matrix


def _colours(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw a dark paper colour and a light pen colour for each image, `(n, 3)` each in 0..1."""
    return rng.uniform(0.0, 0.45, (n, 3)).astype(np.float32), rng.uniform(0.55, 1.0, (n, 3)).astype(np.float32)


def _cifar(side: int) -> Pictures:
    """Load all photographs with their own test set of 10,000. PicturesError if they are not available."""
    import keras

    try:
        (train, train_labels), (test, test_labels) = keras.datasets.cifar10.load_data()
    except Exception as error:  # errors of urllib, SSL, tarfile and Keras all mean that there is no complete copy here
        raise PicturesError(messages.unreachable.format(error=type(error).__name__)) from error
    pixels = _resized(np.concatenate([train, test]), side)
    labels = np.concatenate([train_labels, test_labels])[:, 0].astype(int)
    names, digests = tuple(map(str, range(len(pixels)))), tuple(digest(one.tobytes()) for one in pixels)
    return Pictures(CIFAR, pixels, labels, CIFAR_CLASSES, names, digests, np.arange(len(pixels)) >= len(train))


def _resized(pixels: np.ndarray, side: int) -> np.ndarray:
    """Resize images to `(n, side, side, 3)` by linear interpolation."""
    from PIL import Image

    if pixels.shape[1] == side:
        return pixels
    size, way = (side, side), Image.Resampling.BILINEAR
    return np.stack([np.asarray(Image.fromarray(one).resize(size, way)) for one in pixels])


LOADERS = {
    "digits": BuiltIn(DIGITS, _digits, _digits_fingerprint),
    "cifar10": BuiltIn(CIFAR, _cifar, lambda: (digest(CIFAR.encode())[:16], CIFAR_ROWS)),  # keras.datasets checks it
}


def home() -> Path:
    """Return the folder of image sets that a page may offer."""
    return Path(settings.read().home) / "pictures"


def own(data: str) -> bool:
    """Return whether the name is that of an uploaded archive."""
    return bool(UPLOAD.fullmatch(data))


def offered() -> list[str]:
    """List the folders and zips in that folder."""
    if not home().is_dir():
        return []
    found = [path for path in home().iterdir() if not path.name.startswith(".")]
    return sorted(path.name for path in found if path.is_dir() or (path.is_file() and path.suffix == ".zip"))


def path_of(data: str) -> str:
    """Return the path of a data set; a name that is not known is taken as a path.

    An uploaded zip is found by its hash for any user: pages reveal the hash to the owner only.
    """
    if own(data):
        found = home().parent.glob(f"uploads/*/*/{data[len('upload-') :].split('?')[0]}*")
        return str(next(found, home() / data))
    return str(home() / data) if data in offered() else data


@lru_cache(maxsize=2)
def _load(data: str, side: int, mark: str) -> Pictures:
    return LOADERS[data].load(side) if data in LOADERS else folders.read(path_of(data), side, answers=answers(data))


def name_of(digest: str, chosen: Mapping[str, str] | None = None) -> str:
    """Return the name of an uploaded archive in a spec, including the user's answers about its layout."""
    told = urllib.parse.urlencode(sorted((chosen or {}).items()))
    return f"upload-{digest[:16]}" + (f"?{told}" if told else "")


def answers(data: str) -> dict[str, str]:
    """Return the user's answers about the layout of an uploaded archive; see `name_of`."""
    match = UPLOAD.fullmatch(data)
    return dict(urllib.parse.parse_qsl(match[2] or "")) if match else {}


def load(chosen: Spec) -> Pictures:
    """Load the images of a spec, restricted to its classes; the last two data sets stay in memory."""
    return _load(chosen.data, chosen.side, stamp(chosen)["fingerprint"]).of_classes(chosen.classes)


@lru_cache(maxsize=4)
def _split(data: str, classes: str, side: int, validation: float, test: float, mark: str) -> Split:
    return split(_load(data, side, mark).of_classes(classes), validation, test)


def parts(chosen: Spec) -> Split:
    """Return the split of a spec; it does not depend on the seed or on the number of images per class."""
    mark = stamp(chosen)["fingerprint"]
    return _split(chosen.data, chosen.classes, chosen.side, chosen.validation, chosen.test, mark)


counted: dict[str, int] = {}  # number of images of uploaded zips, as reported by workers


def _uploaded(data: str) -> tuple[str, int]:
    """Return fingerprint and number of images; both are known without unpacking, which pages must not do."""
    rows = counted[data] if data in counted else folders.fingerprint(path_of(data))[1]
    mark = hashlib.sha256(folders.READING + data.removeprefix("upload-").encode())
    return mark.hexdigest()[:16], rows


def stamp(chosen: Spec) -> Stamp:
    """Return the source of the images, their number and their fingerprint."""
    if built_in := LOADERS.get(chosen.data):
        mark, rows = built_in.fingerprint()
        return {"source": built_in.source, "rows": rows, "fingerprint": mark, "first": "", "last": ""}
    place = path_of(chosen.data)
    mark, rows = _uploaded(chosen.data) if own(chosen.data) else folders.fingerprint(place)
    source = "your own images (zip)" if own(chosen.data) else Path(chosen.data).name
    day = _day(place)
    return {"source": source, "rows": rows, "fingerprint": mark, "first": day, "last": day}


def _day(place: str) -> str:
    return datetime.datetime.fromtimestamp(Path(place).stat().st_mtime, datetime.UTC).strftime("%Y-%m-%d")
