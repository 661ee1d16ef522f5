"""Read a user's own images of digits in class folders, in the form of scikit-learn's digits."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import FacesError, FileError
from core.files.archives import archives, bundled, classes
from core.files.archives.pictures import MOST_FILE_BYTES, Patience, PictureError, WorkError, decoded
from core.files.phrases import counted
from core.labs.from_scratch.data.tables import Table

LEAST = 5  # images of a known class
SIDE = 64  # pixels to which an image is decoded before its ink is counted
FAINT = 32  # grey levels between paper and ink, at least
MOST = 20_000  # images
NO_INK = "no ink stands out from the paper"


def read(path: Path, name: str, known: Sequence[str]) -> Table:
    """Read the images `(n, 64)` from 0 to 1 of the `known` classes. FacesError if there are too few."""
    left: Counter[str] = Counter()
    try:
        found = list(_images(path, name, known, left))
    except (FileError, WorkError) as error:
        raise FacesError(str(error)) from error
    told = tuple(f"Left out: {counted(count, 'file')}, because {why}." for why, count in left.most_common(6))
    if len(found) < LEAST:
        raise FacesError(
            f"{name} has {len(found)} images that can be used in folders named as the classes {', '.join(known)}; at "
            f"least {LEAST} are needed. {' '.join(told)}".strip()
        )
    images, labels = zip(*found, strict=True)
    inputs = np.stack(images).reshape(len(images), -1)
    return Table(name, inputs, np.array(labels), tuple(known), (), told)


def _images(path: Path, name: str, known: Sequence[str], left: Counter[str]) -> Iterator[tuple[NDArray, int]]:
    """Yield each image with the number of its class; count the reasons of those left out."""
    with archives.opened(path, name) as archive:
        found = classes.listed(archive, {})
        class_of = {id(entry): label.strip() for entry, label in zip(found.entries, found.classes, strict=True)}
        left.update(one.reason for one in found.left_out)
        left.update(f"the network knows no class {one}" for one in class_of.values() if one not in known)
        wanted = [entry for entry in found.entries if class_of[id(entry)] in known]
        if len(wanted) > MOST:
            raise FacesError(f"{name} has {len(wanted):,} images; give at most {MOST:,}.")
        patience = Patience(path.stat().st_size)
        for entry, content in archive.contents(wanted, MOST_FILE_BYTES):
            patience.check(archive.name)
            try:
                yield _digit(content), known.index(class_of[id(entry)])
            except PictureError as error:
                left[str(error) if str(error) == NO_INK else f"it {error}"] += 1


def _digit(content: bytes) -> NDArray[np.float32]:
    """Return an image `(8, 8)` from 0 to 1: one of that size as it is, others by their ink, whatever is darker."""
    one = decoded(content, SIDE)
    small = one.size == bundled.DIGIT
    grey = (decoded(content, bundled.DIGIT[0]) if small else one).pixels.mean(axis=-1)
    if np.ptp(grey) < FAINT:
        raise PictureError(NO_INK)
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink = grey if np.median(edge) < (grey.min() + grey.max()) / 2 else 255 - grey
    if small:
        return (ink / 255).astype(np.float32)
    return bundled.digit_of(ink > (ink.min() + ink.max()) / 2)
