"""Labelled clips: decode once and cache the differences, find and join copies, split by source or as given."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.errors import ClipsError, VideoError
from core.files.archives import layouts, twins
from core.files.archives.archives import LeftOut
from core.labs.video_violence import messages
from core.labs.video_violence.clips import listing as clip_listing, recipes
from core.labs.video_violence.clips.listing import Clip, Found
from core.labs.video_violence.clips.recipes import Recipe
from core.labs.video_violence.clips.video import Frame, Video

PHASES = 2  # sets of differences per clip, shifted by half a distance, for training to choose from


@dataclass(frozen=True)
class Usable:
    """Clips that can be read, their differences as `differences` returns them, and sentences about the others."""

    clips: list[Clip]
    raw: list[np.ndarray]
    told: tuple[str, ...] = ()


def fingerprint(clips: list[Clip]) -> str:
    """Return 16 hexadecimal digits that hash labels, sources and contents, in order."""
    digest = hashlib.sha256()
    for clip in clips:
        digest.update(f"{clip.label},{clip.source},{_digest(clip.path)}\n".encode())
    return digest.hexdigest()[:16]


def _digest(path: Path) -> str:
    if not path.is_file():  # reading a pipe or a device would never end
        raise ClipsError(messages.clip_missing.format(name=path.name))
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ClipsError(messages.clip_unreadable.format(name=path.name)) from error


def parts(clips: list[Clip], seed: int, shares: tuple[float, float] = (0.05, 0.15)) -> dict[str, np.ndarray]:
    """Split rows into train, validation and test, such that no source is in two of them.

    Parts given by folders are kept; training clips that share a source with validation or test are dropped. Of 500
    random orders of the sources, the one whose parts come closest to the shares in both classes is taken.
    """
    if any(clip.part for clip in clips):
        return _as_given(clips, seed, shares)
    return _drawn(clips, seed, shares)


def _as_given(clips: list[Clip], seed: int, shares: tuple[float, float]) -> dict[str, np.ndarray]:
    """Return the parts given by folders; a missing one is drawn from training, by source."""
    named = np.array([clip.part or "train" for clip in clips])
    sources, measured = np.array([clip.source for clip in clips]), np.empty(0, str)
    out = {}
    for part in reversed(layouts.PARTS):  # a source stays in its last part
        out[part] = np.flatnonzero((named == part) & ~np.isin(sources, measured))
        measured = np.append(measured, sources[out[part]])
    missing = [part for part in ("validation", "test") if not len(out[part])]
    if missing:
        train = out["train"]
        inner = _drawn([replace(clips[row], part="") for row in train], seed, shares)
        if len(missing) == 1:  # only one part is missing: the other draw stays in training
            other = "test" if missing[0] == "validation" else "validation"
            inner["train"] = np.sort(np.concatenate([inner["train"], inner[other]]))
        out |= {part: train[inner[part]] for part in ("train", *missing)}
    for part, rows in out.items():
        if len({clips[row].label for row in rows}) < 2:
            raise ClipsError(messages.one_class.format(part=part))
    return out


def _drawn(clips: list[Clip], seed: int, shares: tuple[float, float]) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels, sources = np.array([c.label for c in clips]), np.array([c.source for c in clips])
    names = np.unique(sources)
    counts = np.array([[np.sum((sources == s) & (labels == kind)) for kind in (0, 1)] for s in names])
    total, best, least = counts.sum(axis=0), None, np.inf
    for _ in range(500):
        order = rng.permutation(len(names))
        running = counts[order].cumsum(axis=0).min(axis=1, initial=10**9, where=total > 0) / total.min()
        validation, test = np.searchsorted(running, shares[0]) + 1, np.searchsorted(running, sum(shares)) + 1
        groups = order[:validation], order[validation:test]
        gap = sum(np.abs(counts[g].sum(axis=0) / total - share).sum() for g, share in zip(groups, shares, strict=True))
        if gap < least and len(groups[1]) and all(counts[g].sum(axis=0).all() for g in (*groups, order[test:])):
            least, best = gap, groups
    if best is None:
        raise ClipsError(messages.too_few_sources)
    where = {name: np.isin(sources, names[g]) for name, g in zip(("validation", "test"), best, strict=True)}
    train = ~(where["validation"] | where["test"])
    return {"train": np.flatnonzero(train)} | {name: np.flatnonzero(mask) for name, mask in where.items()}


def folds(clips: list[Clip], count: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return `count` pairs of training and held-out rows, split by source and stratified by class."""
    from sklearn.model_selection import StratifiedGroupKFold

    labels, sources = [c.label for c in clips], [c.source for c in clips]
    if len(set(sources)) < count:
        text = messages.plural("too_few_for_folds", len(set(sources)))
        raise ClipsError(text.format(sources=len(set(sources)), folds=count))
    return list(StratifiedGroupKFold(count, shuffle=True, random_state=seed).split(labels, labels, sources))


def usable(found: Found, recipe: Recipe, cache: Path) -> Usable:
    """Decode the clips, report those that cannot be decoded, and give copies of a clip one source.

    Near-duplicates are searched unless a table names the sources. ClipsError if too few clips of a class remain.
    """
    kept, raw, left = [], [], list(found.left_out)
    for clip in found.clips:
        try:
            raw.append(differences(clip, recipe, cache))
            kept.append(clip)
        except ClipsError as error:
            left.append(LeftOut(clip.title, str(error)))
    rest = Found(kept, left)
    clip_listing.check_counts(rest)
    digests = [_digest(clip.path) for clip in kept]
    sources, told = joined([clip.source for clip in kept], digests, None if found.sourced else raw)
    clips = [replace(clip, source=source) for clip, source in zip(kept, sources, strict=True)]
    return Usable(clips, raw, (*clip_listing.left_out(rest), *told))


def differences(clip: Clip, recipe: Recipe, cache: Path) -> np.ndarray:
    """Return raw differences of a clip, `(phases, differences, pixels, pixels, 3)` uint8, mapped from `cache`.

    ClipsError for a clip that cannot be read.
    """
    cache.mkdir(parents=True, exist_ok=True)
    kept = cache / f"{_digest(clip.path)[:20]}-{recipe.name}-{_mark(recipe)}.npy"
    if not kept.is_file():
        _write(kept, _computed(clip, recipe))
    return np.load(kept, mmap_mode="r")


def _mark(recipe: Recipe) -> str:
    return hashlib.sha256(repr(recipe).encode()).hexdigest()[:8]


def _write(path: Path, array: np.ndarray) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".partial", delete=False) as file:
        np.save(file, array)
    Path(file.name).replace(path)


def _computed(clip: Clip, recipe: Recipe) -> np.ndarray:
    try:
        with Video(clip.path) as video:
            seconds, frames = read_all(video.frames(), recipe)
    except VideoError as error:
        raise ClipsError(messages.clip_unusable.format(clip=clip.title, error=error)) from error
    end = float(seconds[-1])
    spare = (end - recipe.step * (recipe.frames - 1)) / recipe.differences / PHASES if recipe.step else 0.0
    starts = [max(spare, 0.0) * phase for phase in range(PHASES if recipe.step else 1)]
    ends = [end - max(spare, 0.0) * (len(starts) - 1 - phase) for phase in range(len(starts))]
    rows = [recipes.positions(recipe, seconds, a, b) for a, b in zip(starts, ends, strict=True)]
    return np.stack([[recipes.raw(recipe, frames[row]) for row in phase] for phase in rows])


def read_all(frames: Iterator[Frame], recipe: Recipe) -> tuple[np.ndarray, np.ndarray]:
    """Return times and frames of a short clip, at the recipe's reading size or, for the report's, at their own."""
    seconds, pictures, size = [], [], None
    for frame in frames:
        size = size or recipes.reading_size(recipe, *frame.size)
        seconds.append(frame.seconds)
        pictures.append(frame.pixels(*size))
    return np.array(seconds), np.stack(pictures)


GRID = 12  # cells per side of a difference image
ALIKE = 0.93  # correlation of motion from which two clips are copies; between 251 real clips it reaches 0.85
MOST = 5_000  # clips above which the search for near-duplicates is skipped
LEAST_MOTION = 0.2  # mean grey level of differences; below it there is only noise to compare


def joined(
    sources: Sequence[str], digests: Sequence[str], raw: Sequence[np.ndarray] | None
) -> tuple[list[str], list[str]]:
    """Give sources that share a copied clip one common name; also return a sentence that counts the copies.

    `raw` are differences `(phases, differences, height, width, 3)` uint8 of each clip; None: find only exact copies.
    """
    groups = twins.with_copies(np.arange(len(sources)), digests)
    exact = len(digests) - len(set(digests))
    if raw is not None and len(sources) <= MOST:
        motion = np.stack([signature(one) for one in raw])
        flat = motion.reshape(len(motion), -1)
        for turned in (flat, motion[..., ::-1].reshape(len(motion), -1)):
            for row, later, _ in twins.near(flat, turned, ALIKE):
                groups = twins.together(groups, np.stack([np.full(len(later), row), later], axis=1))
    copies = len(groups) - len(np.unique(groups))
    if not copies:
        return list(sources), []
    first: dict[str, int] = {}
    for row, source in enumerate(sources):  # clips of one source stay together, hence also their copies
        groups = twins.together(groups, np.array([[first.setdefault(source, row), row]]))
    if exact:
        told = messages.plural("copies_and_exact", copies).format(copies=copies, exact=exact)
    else:
        told = messages.plural("near_copies", copies).format(copies=copies)
    return [sources[int(group)] for group in groups], [told]


def signature(raw: np.ndarray) -> np.ndarray:
    """Return the motion of a clip as a vector of mean 0 and norm 1; zeros if hardly anything moves."""
    import cv2

    small = np.stack([cv2.resize(one, (GRID, GRID), interpolation=cv2.INTER_AREA) for one in raw[0]])
    small = small.astype(np.float32).mean(axis=-1)
    if small.mean() < LEAST_MOTION:
        return np.zeros_like(small)
    small -= small.mean()
    return small / max(float(np.linalg.norm(small)), 1e-6)
