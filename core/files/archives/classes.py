"""Assign the images of an archive or folder to classes by their folders or names, without decoding any."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import PicturesError
from core.files import messages
from core.files.archives import labels, layouts
from core.files.archives.archives import Archive, Entry, LeftOut
from core.files.archives.pictures import ENDING, NOT_READ
from core.files.reading import Question, answer

LEAST_OF_A_CLASS = 5
MOST_CLASSES = 100
SHOWN = 6  # classes in a sentence
UTK = re.compile(r"^\d{1,3}_([01])_([0-4])_.*\.(jpe?g|png)$", re.IGNORECASE)
UNLABELLED = re.compile(r"(?:un|not |no )label?led|unsup|unsupervised|no label|بدون برچسب|etiketsiz")
UTK_CLASSES = {"gender": ("male", "female"), "ethnicity": ("White", "Black", "Asian", "Indian", "other")}


@dataclass
class Listing:
    """Entries with their classes, the files left out, and sentences and questions for the user."""

    files: int = 0  # images that were found, including those left out
    entries: list[Entry] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)  # class of each entry
    parts: list[str] = field(default_factory=list)  # part of each entry: train, validation, test or ""
    left_out: list[LeftOut] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    once: bool = False  # whether exact copies under one name are left out

    def add(self, entry: Entry, label: str, part: str) -> None:
        self.entries.append(entry)
        self.classes.append(label)
        self.parts.append(part)


def listed(archive: Archive, answers: Mapping[str, str]) -> Listing:
    """Find the images and their classes. PicturesError if there are no two classes."""
    found = Listing(told=list(archive.told), left_out=[one for one in archive.left_out if ENDING.search(one.path)])
    pictures = every = [entry for entry in archive.entries if ENDING.search(entry.name)]
    found.files = len(pictures) + len(found.left_out)
    masks = layouts.masks([entry.parts for entry in pictures])
    found.left_out += [LeftOut(pictures[at].path, messages.is_a_mask) for at in sorted(masks)]
    pictures = [entry for at, entry in enumerate(pictures) if at not in masks]
    readable = [entry for entry in pictures if not NOT_READ.search(entry.name)]
    found.left_out += [
        LeftOut(one.path, messages.format_not_read.format(format=one.name.rsplit(".", 1)[-1].upper()))
        for one in pictures
        if NOT_READ.search(one.name)
    ]
    _none(archive, readable, found)
    places = layouts.placed([entry.parts[:-1] for entry in readable])
    _classes(archive, readable, places, found, answers)
    _others(archive, every, found)
    return found


def _none(archive: Archive, pictures: list[Entry], found: Listing) -> None:
    if pictures:
        return
    if archive.nested:
        raise PicturesError(messages.archives_within.format(name=archive.name, inner=archive.nested[0]))
    if found.left_out:
        count, first = found.files, found.left_out[0]
        text = messages.plural("none_usable", count)
        raise PicturesError(text.format(count=count, name=archive.name, file=first.path, reason=first.reason))
    raise PicturesError(messages.no_class_folders.format(name=archive.name))


def _classes(
    archive: Archive, pictures: list[Entry], places: list[layouts.Placed], found: Listing, answers: Mapping[str, str]
) -> None:
    """Assign classes by names like UTKFace's, by folders, by a table beside the images, or by the file names."""
    parts = Counter(place.part for place in places if place.part)
    if parts:
        counts = ", ".join(f"{parts[name]} {name}" for name in layouts.PARTS if parts[name])
        found.told.append(messages.split_folders.format(counts=counts))
    levels = layouts.levels(places)
    if _by_utk(pictures, places, levels, found, answers):
        return
    if levels:
        _by_folder(pictures, places, levels, found, answers)
        return
    if _by_table(archive, pictures, places, found, answers) or _by_name(pictures, places, found):
        return
    if parts:
        raise PicturesError(messages.split_without_classes.format(name=archive.name, parts=", ".join(parts)))
    _by_folder(pictures, places, [], found, answers)


def _by_folder(
    pictures: list[Entry], places: list[layouts.Placed], levels: list[int], found: Listing, answers: Mapping[str, str]
) -> None:
    level = levels[0] if levels else 0
    if not any(place.folders for place in places):
        return  # all are reported in one sentence
    if len(levels) > 1:
        level = _chosen_level(places, levels, found, answers)
    inner = [place.folders[level] for place in places if len(place.folders) > level]
    names, told = layouts.joined(inner)
    found.told += told
    silent = {name for name in names.values() if UNLABELLED.fullmatch(layouts.spelling(name))}
    silent = silent if len(set(names.values()) - silent) > 1 else set[str]()
    for entry, place in zip(pictures, places, strict=True):
        if len(place.folders) <= level:
            found.left_out.append(LeftOut(entry.path, messages.in_no_class_folder))
        elif (name := names[place.folders[level]]) in silent:
            found.left_out.append(LeftOut(entry.path, messages.in_unlabelled))
        else:
            found.add(entry, name, place.part)


def _chosen_level(places: list[layouts.Placed], levels: list[int], found: Listing, answers: Mapping[str, str]) -> int:
    """Choose the folder level of the classes; ask if another would do as well."""
    names = {level: sorted({p.folders[level].strip() for p in places if len(p.folders) > level}) for level in levels}
    shown = {level: ", ".join(names[level][:4]) + (", …" if len(names[level]) > 4 else "") for level in levels}
    question = Question(
        "class_level",
        messages.which_folders,
        tuple(str(level + 1) for level in levels),
        tuple(f"{shown[level]} ({len(names[level])})" for level in levels),
        str(levels[0] + 1),
    )
    level = int(answer(question, answers) or levels[0] + 1) - 1
    found.asked.append(question)
    others = "; ".join(shown[other] for other in levels if other != level)
    found.told.append(messages.class_folders.format(classes=shown[level], others=others))
    return level


def _by_table(
    archive: Archive, pictures: list[Entry], places: list[layouts.Placed], found: Listing, answers: Mapping[str, str]
) -> bool:
    """Assign classes from a CSV beside the images that names them."""
    table = labels.beside(archive, [entry.path for entry in pictures], answers)
    if table is None:
        return False
    found.asked += table.asked
    names, told = layouts.joined(label for label in table.labels if label)
    found.told += table.told + told
    for entry, place, label in zip(pictures, places, table.labels, strict=True):
        if label:
            found.add(entry, names[label], place.part)
        else:
            found.left_out.append(LeftOut(entry.path, messages.without_label.format(name=table.name)))
    return True


def _by_name(pictures: list[Entry], places: list[layouts.Placed], found: Listing) -> bool:
    """Assign classes from file names such as cat.1.jpg."""
    words = layouts.leading([entry.name for entry in pictures])
    names, told = layouts.joined(word for word in words if word)
    named = [names.get(word, "") for word in words]
    counts = Counter(label for label in named if label)
    enough = counts.total() >= 0.8 * len(named) and min(counts.values(), default=0) >= LEAST_OF_A_CLASS
    if not (enough and 2 <= len(counts) <= MOST_CLASSES):
        return False
    found.told += told
    found.told.append(messages.classes_from_names.format(classes=_few(counts)))
    _named(pictures, places, named, found)
    return True


def _named(pictures: list[Entry], places: list[layouts.Placed], named: list[str], found: Listing) -> None:
    for entry, place, label in zip(pictures, places, named, strict=True):
        if label:
            found.add(entry, label, place.part)
        else:
            found.left_out.append(LeftOut(entry.path, messages.name_without_class))


def _by_utk(
    pictures: list[Entry], places: list[layouts.Placed], levels: list[int], found: Listing, answers: Mapping[str, str]
) -> bool:
    """Assign classes from names like UTKFace's, unless most images are named otherwise or folders are wanted."""
    matches = [UTK.match(entry.name) for entry in pictures]
    if sum(map(bool, matches)) < 0.9 * len(pictures):
        return False
    question = Question("label", messages.which_of_utk, (*UTK_CLASSES, *(["folder"] if levels else [])), (), "gender")
    chosen = answer(question, answers) or "gender"
    found.asked.append(question)
    if chosen == "folder":
        return False
    found.told.append(messages.utk_classes.format(word=chosen))
    group, found.once = 1 if chosen == "gender" else 2, True
    named = [UTK_CLASSES[chosen][int(match[group])] if match else "" for match in matches]
    _named(pictures, places, named, found)
    return True


def _few(counts: Mapping[str, int]) -> str:
    shown = [f"{name} {count:,}" for name, count in list(counts.items())[:SHOWN]]
    return ", ".join(shown) + (", …" if len(counts) > SHOWN else "")


def _others(archive: Archive, pictures: Sequence[Entry], found: Listing) -> None:
    known = {id(entry) for entry in pictures}
    others = Counter(
        "." + one.name.rsplit(".", 1)[-1].lower() if "." in one.name else messages.no_ending
        for one in archive.entries
        if id(one) not in known
    )
    if others:
        text = messages.plural("other_files", others.total())
        found.told.append(text.format(count=others.total(), endings=", ".join(list(others)[:5])))
    if archive.skipped:
        found.told.append(messages.plural("system_files", archive.skipped).format(count=archive.skipped))
