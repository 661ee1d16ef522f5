"""Interpret the folders of a data set: parts of a split, classes, and folders that only group files."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.files import messages
from core.files.tables import months

PARTS = ("train", "validation", "test")
_NAMES = {
    "train": "train training trn entrenamiento entraînement apprentissage eğitim treino treinamento addestramento "
             "обучение тренировка آموزش آموزشی تدریب 训练 训练集 訓練 学習 학습 훈련",
    "validation": "val valid validation validate dev validierung validación validação validazione doğrulama валидация "
                  "اعتبارسنجی 验证 验证集 検証 검증",
    "test": "test testing tst holdout eval evaluation prueba pruebas teste sınama тест آزمون آزمایش تست ارزیابی اختبار "
            "测试 测试集 テスト 테스트",
}  # fmt: skip
_WORDS = {months.folded(word): part for part, words in _NAMES.items() for word in words.split()}
_FILLERS = {"set", "sets", "data", "dataset", "image", "images", "img", "imgs", "picture", "pictures", "pics", "photos",
            "seg", "folder", "split", "clips", "videos", "video", "part", "the", "my", "new", "daten", "datos", "veri",
            "bilder", "داده", "های", "ها", "مجموعه", "تصاویر"}  # fmt: skip
# Folders that only group files, if a number or a date follows.
_GROUPS = re.compile(
    r"^((session|day|batch|part|fold|set|group|camera|cam|kamera|seq|sequence|scene|take|subject|person|user|img|images?|"
    r"photos?|pictures?|album|roll|series|run|trip|week|month|year|round|capture|burst|folder|untitled|frames?|video|clip|"
    r"shoot|lot|chunk|split|page|block|site|room|location|patient|participant|p|s|d)?[ _.-]*\(?\d+\)?|"
    r"\d{2,4}[-_. ]\d{1,2}([-_. ]\d{1,4})?|\d+(apple|canon|nikon|_pana|msdcf|media)|dcim|camera( roll)?|raw|images?|"
    r"photos?|pictures?|all|data)$",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^([^\W\d_]+(?:[ _-]+[^\W\d_]+)*)[ _.-]*\(?\d")
# File names that cameras and programs generate.
_OF_CAMERAS = re.compile(
    r"^(img|image|images|dsc|dscn|dscf|dcim|pict|picture|photo|pxl|mvimg|vid|video|mov|screenshot|screen shot|scan|"
    r"frame|untitled|file|whatsapp image|whatsapp video|signal|fb img|received|p|im|pic|sample|clip|gopr|gx|dji|"
    r"unnamed)$",
    re.IGNORECASE,
)
_MASK = re.compile(r"[_ -](?:mask|seg|segmentation|gt)s?(?:[_ -]?\d+)?$", re.IGNORECASE)
_MASKS = re.compile(r"(?:seg(?:mentation)?[_ -]?)?masks?|segmentations?|ground[_ -]?truths?", re.IGNORECASE)
_IMAGES = re.compile(r"images?|imgs?|photos?|pictures?|originals?", re.IGNORECASE)
_ARABIC = str.maketrans("يكى", "یکی")


@dataclass(frozen=True)
class Placed:
    """Place of a file: its part of a given split ("" for none), and the folders below it."""

    part: str
    folders: tuple[str, ...]


def part_of(name: str) -> str:
    """Return the part of a split that a folder's name means: train, validation, test, or "" for none."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = [word for word in re.split(r"[\W\d_]+", months.folded(spaced)) if word and word not in _FILLERS]
    whole = re.sub(r"(set|data|images|imgs?)$", "", words[0]) if len(words) == 1 else ""
    return _WORDS.get(words[0], _WORDS.get(whole, "")) if len(words) == 1 else ""


def placed(paths: Sequence[tuple[str, ...]]) -> list[Placed]:
    """Strip the folders around everything and the levels that name parts of a split.

    `paths` are the folders of each file. Files beside the parts, or in no folder, have no folders left.
    """
    found = [Placed("", path) for path in paths]
    for _ in range(12):
        heads = Counter(one.folders[0] for one in found if one.folders)
        parts = {name: part_of(name) for name in heads}
        if (
            len(set(parts.values()) - {""}) > 1
            and sum(n for name, n in heads.items() if parts[name]) >= 0.8 * heads.total()
        ):
            found = [_into(one, parts) for one in found]
        elif len(heads) == 1 and any(len(one.folders) > 1 for one in found):
            found = [Placed(one.part, one.folders[1:]) for one in found]
        else:
            return _parts_below(found)
    return found


def _into(one: Placed, parts: dict[str, str]) -> Placed:
    if not one.folders or not parts[one.folders[0]]:
        return Placed(one.part, ())
    return Placed(one.part or parts[one.folders[0]], one.folders[1:])


def _parts_below(found: list[Placed]) -> list[Placed]:
    """Find parts of a split inside the classes: cats/train, cats/test, dogs/train, ..."""
    for level in range(1, 4):
        deep = [one for one in found if len(one.folders) > level]
        parts = {one.folders[level]: part_of(one.folders[level]) for one in deep}
        if len(set(parts.values())) > 1 and all(parts.values()) and not any(one.part for one in found):
            return [
                Placed(parts[one.folders[level]], (*one.folders[:level], *one.folders[level + 1 :]))
                if one in deep
                else one
                for one in found
            ]
    return found


def masks(paths: Sequence[tuple[str, ...]]) -> set[int]:
    """Return the places of masks: files named as another one with _mask, or in a folder masks beside one of images."""
    stems = {(*path[:-1], path[-1].rsplit(".", 1)[0]) for path in paths}
    images = {path[:at] for path in paths for at, folder in enumerate(path[:-1]) if _IMAGES.fullmatch(folder)}
    found = set()
    for place, path in enumerate(paths):
        bare = _MASK.sub("", path[-1].rsplit(".", 1)[0])
        named = bare != path[-1].rsplit(".", 1)[0] and (*path[:-1], bare) in stems
        beside = any(_MASKS.fullmatch(folder) and path[:at] in images for at, folder in enumerate(path[:-1]))
        found |= {place} if named or beside else set()
    return found


def levels(found: Iterable[Placed]) -> list[int]:
    """Return the levels at which files lie in two folders or more, the most likely classes first.

    The outermost level comes first, unless its folders only group files (session_1, 2024-05-01).
    """
    deepest, names = 0, [one.folders for one in found]
    deepest = max((len(folders) for folders in names), default=0)
    parting = [level for level in range(deepest) if len({spelling(f[level]) for f in names if len(f) > level}) > 1]
    return sorted(parting, key=lambda level: (_grouping({f[level] for f in names if len(f) > level}), level))


def _grouping(names: set[str]) -> bool:
    """Return whether most of these folders only group files."""
    return sum(bool(_GROUPS.match(name.strip())) for name in names) > 0.6 * len(names)


def spelling(name: str) -> str:
    """Return a key that is equal for spellings of one name: case, spaces and forms of letters are ignored."""
    folded = unicodedata.normalize("NFKC", name).translate(_ARABIC).casefold()
    return " ".join(re.sub(r"[_\s\u200b\u200e\u200f\ufeff]+", " ", folded).split())


def joined(names: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return one name for each spelling, and sentences about the names that were joined.

    The name is the most frequent spelling; of two equally frequent ones, the one with a capital letter.
    """
    counts = Counter(names)
    groups: dict[str, list[str]] = {}
    for name in counts:
        groups.setdefault(spelling(name), []).append(name)
    out, told = {}, []
    for group in groups.values():
        shown: Counter[str] = Counter()
        for name in group:
            shown[_tidy(name)] += counts[name]
        best = max(shown, key=lambda name: (shown[name], name[:1].isupper() and not name.isupper(), name.isupper()))
        out |= dict.fromkeys(group, best)
        if len(group) > 1:
            spellings = ", ".join(map(repr, sorted(group)))
            told.append(messages.spellings_joined.format(spellings=spellings, name=best))
    return out, told


def _tidy(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())


def leading(names: Sequence[str]) -> list[str]:
    """Return the words that file names such as cat.1.jpg begin with, "" for names without a class."""
    found = [_LEADING.match(name) for name in names]
    words = [match[1].replace("_", " ").strip(" -") if match else "" for match in found]
    return ["" if _OF_CAMERAS.match(word) else word for word in words]
