"""Check an uploaded archive of images and report its counts, classes, parts, and all files left out."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from core.errors import FileError, PicturesError
from core.files.archives import archives
from core.files.archives.pictures import thumbnail
from core.files.reading import Reading
from core.labs.images import messages
from core.labs.images.data import folders, pictures
from core.labs.images.data.folders import Gathered
from core.labs.images.data.pictures import PARTS, Pictures
from core.plain import Object

SIDE = 64  # image size to which the check decodes
NAMED = 5  # files named in a sentence
PREVIEW = 8


def read(path: Path, name: str, answers: Mapping[str, str]) -> Reading:
    """Check every image of an archive or folder by decoding it. PicturesError if it cannot be used for training."""
    try:
        with archives.opened(path, name) as archive:
            found = folders.gathered(archive, SIDE, 2, answers, folders.total_size(path))
    except FileError as error:
        raise PicturesError(str(error)) from error
    groups, pairs = pictures.grouped(found.pictures)
    told = [_counts(found), *found.listing.told, *left_out(found), *_converted(found)]
    told += [*_absent(found.pictures), *_copies(found.pictures, groups, pairs)]
    return Reading(
        found.pictures.classes,
        _summary(found),
        tuple(told),
        tuple(found.listing.asked),
        tuple(_preview(found.pictures)),
        tuple(_thumbnails(found.pictures)),
    )


def _summary(found: Gathered) -> Object:
    made = found.pictures
    out: Object = {
        "files": found.listing.files,
        "pictures": len(made.labels),
        "classes": _by_class(made),
        "left_out": len(found.listing.left_out),
    }
    if made.given_parts is not None:
        out["parts"] = {name: int((made.given_parts == number).sum()) for number, name in enumerate(PARTS)}
    if found.means:
        out["means"] = {name: _mean(values) for name, values in found.means.items()}
    return out


def _by_class(made: Pictures) -> dict[str, int]:
    counts = np.bincount(made.labels, minlength=len(made.classes))
    return {name: int(count) for name, count in zip(made.classes, counts, strict=True)}


def _mean(values: list[list[float]]) -> float | list[float]:
    """Return the mean over images, of grey levels or of red, green and blue."""
    wide = max(map(len, values))
    channels = np.mean([one * wide if len(one) == 1 else one for one in values], axis=0).round(1).tolist()
    return channels[0] if wide == 1 else channels


def _counts(found: Gathered) -> str:
    counts = _by_class(found.pictures)
    shown = ", ".join(f"{name} {count:,}" for name, count in list(counts.items())[:8])
    images, files, more = len(found.pictures.labels), found.listing.files, ", …" if len(counts) > 8 else ""
    return messages.image_counts.format(images=images, files=files, classes=len(counts), shown=shown, more=more)


def left_out(found: Gathered) -> list[str]:
    """Return a sentence for each reason, with the first files that it concerns."""
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for one in found.listing.left_out:
        by_reason[one.reason].append(one.path)
    return [_left_out(reason, paths) for reason, paths in by_reason.items()]


def _left_out(reason: str, paths: list[str]) -> str:
    words = messages.plural("left_out_files", len(paths))
    more = ", …" if len(paths) > NAMED else ""
    return words.format(count=len(paths), paths=", ".join(paths[:NAMED]), more=more, reason=reason)


def _converted(found: Gathered) -> list[str]:
    forms = [(found.forms[form], words) for form, words in messages.group("forms").items() if found.forms[form]]
    told = [messages.plural("converted", images).format(images=images, words=words) for images, words in forms]
    if found.forms["16 bits"] and found.highest <= 4095:
        told.append(messages.nearly_black.format(highest=found.highest))
    return told


def _absent(made: Pictures) -> list[str]:
    """Report classes without an image in a given set of the split; those that training lacks cannot be learned."""
    told = []
    for number, part in enumerate(PARTS):
        rows = () if made.given_parts is None else np.flatnonzero(made.given_parts == number)
        absent = sorted(set(made.labels.tolist()) - set(made.labels[rows].tolist())) if len(rows) else []
        if absent:
            classes = ", ".join(made.classes[one] for one in absent[:NAMED])
            if part == "train":
                told.append(messages.plural("not_in_training", len(absent)).format(classes=classes))
            else:
                told.append(messages.plural("not_in_set", len(absent)).format(classes=classes, set=part))
    return told


def _copies(made: Pictures, groups: np.ndarray, pairs: np.ndarray) -> list[str]:
    """Report how copies affect the split. PicturesError if no class has enough different images."""
    exact = len(made.digests) - len(set(made.digests))
    told = []
    if exact or len(pairs):
        near = messages.plural("exact_copies", exact).format(copies=exact) if exact else messages.no_exact_copies
        repeats = len(groups) - len(np.unique(groups))
        told.append(messages.plural("repeated", repeats).format(images=repeats, copies=near))
    classes: defaultdict[str, set[int]] = defaultdict(set)
    for one, label in zip(made.digests, made.labels, strict=True):
        classes[one].add(int(label))
    if contrary := [row for row, one in enumerate(made.digests) if len(classes[one]) > 1]:
        count, first = len({made.digests[row] for row in contrary}), made.names[contrary[0]].split("/", 1)[1]
        told.append(messages.plural("contrary", count).format(images=count, first=first))
    few = pictures.too_few(made, groups)
    if not few:
        return told
    label = made.classes.index(few[0])
    rows = groups[made.labels == label]
    sentence = messages.too_few_different.format(name=few[0], pictures=len(rows), different=len(np.unique(rows)))
    if len(few) == len(made.classes):
        raise PicturesError(sentence)
    more = messages.others_too_few.format(others=len(few) - 1) if len(few) > 1 else ""
    return [*told, sentence + more]


def _thumbnails(made: Pictures) -> list[tuple[str, bytes]]:
    return [(made.classes[made.labels[row]], thumbnail(made.pixels[row])) for row in _shown(made)]


def _shown(made: Pictures) -> list[int]:
    """Choose a few images to show, taking the classes in turn."""
    order = sorted(range(len(made.labels)), key=lambda row: (_rank(made.labels, row), made.labels[row]))[:PREVIEW]
    return sorted(order, key=lambda row: (made.labels[row], row))


def _preview(made: Pictures) -> list[dict[str, str]]:
    """Return names, classes and given parts of the images that are shown."""
    rows = []
    for row in _shown(made):
        cells = {"image": made.names[row].split("/", 1)[1], "class": made.classes[made.labels[row]]}
        if made.given_parts is not None:
            part = made.given_parts[row]
            cells["set"] = PARTS[part] if part >= 0 else ""
        rows.append(cells)
    return rows


def _rank(labels: np.ndarray, row: int) -> int:
    return int((labels[:row] == labels[row]).sum()) if row < 2_000 else 2_000
