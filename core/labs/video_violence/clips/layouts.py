"""Read the labels, parts and sources of clips from the folders and names of known data sets."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import ClipsError
from core.files.archives import layouts
from core.files.archives.labels import Labels
from core.files.reading import Question, answer
from core.files.tables import months
from core.labs.video_violence import messages

KINDS = ("noFight", "fight")
LEFT_OUT = "left out"
MOST_ASKED = 20  # folders offered to the user
NAMED = 6  # folders named in a sentence
ANSWERS = {"1": 1, "1.0": 1, "yes": 1, "true": 1, "0": 0, "0.0": 0, "no": 0, "false": 0, "none": 0}
# Prefixes of names in the usual data sets: fi1 and no1 (Hockey fights), V_1 and NV_1 (Real life violence), F_1 and N_1.
SHORT = {"fi": 1, "v": 1, "f": 1, "no": 0, "nofi": 0, "nv": 0, "n": 0, "nf": 0}
_FIGHT = re.compile(
    r"(no|non|not|without|sin|sem|keine?|ohne|pasde|sans|nessuna?)?(?:weaponized|physical|street|is)?"
    r"(fight|violen|pelea|assault|brawl|kavga|siddet|dovus|gewalt|schlagerei|prugelei|bagarre|rissa|briga)"
    r"(?:s?(yok|degil|siz|suz|sizlik)$)?"
)
_CALM = re.compile(r"(normal|peace|nonanomal|calm|sakin|ruhig)")
_OTHER_FIGHT = re.compile(r"خشونت|خشن|دعوا|درگیری|نزاع|زد.?و.?خورد|کتک|عنف|شجار|عراک|打架|暴力|斗殴|鬥毆|драк|насили")
_OTHER_NONE = re.compile(r"بدون|غیر|عدم|عادی|معمولی|آرام|طبیعی|لا(?=.?(?:عنف|شجار))|正常|[非无無]|без|не.?т |норм")
_XD = re.compile(r"__#\S+_label_([A-Z]\d?)(?:-|\.|_)|_label_([A-Z]\d?)[-._]")  # XD-Violence: A none, B1 fighting
_YOUTUBE = re.compile(r"^([\w-]{11})_\d{1,4}$")  # RWF-2000: the video's id and the number of the clip in it


@dataclass
class Layout:
    """Label (None: left out), part ("" for none) and source of each path, with sentences and questions."""

    labels: list[int | None]
    parts: list[str]
    sources: list[str]
    told: list[str] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)


def understood(
    paths: Sequence[str], answers: Mapping[str, str], beside: Callable[[], Labels | None] = lambda: None
) -> Layout:
    """Read labels from folders, else from name prefixes, else from a table (`beside` returns its labels).

    If all fail, a ClipsError names the folders that were found.
    """
    pieces = [path.split("/") for path in paths]
    places = layouts.placed([tuple(piece[:-1]) for piece in pieces])
    folders = _without_common([place.folders for place in places])
    names = [piece[-1] for piece in pieces]
    found = Layout([], [place.part for place in places], *_sources(paths))
    labels = _by_folder(folders, found, answers) or _by_name(names, found) or _by_table(beside(), found)
    found.labels = labels or _asked(folders, found, answers)
    _parts(found)
    return found


def kind_of(name: str, short: Mapping[str, int] | None = None) -> int | None:
    """Return the label of a name: 1 for Violence, Fights, Assault; 0 for NonViolence, no_fight, Normal; else None."""
    spelled = layouts.spelling(name)
    if _OTHER_NONE.search(spelled):
        return 0
    if _OTHER_FIGHT.search(spelled):
        return 1
    plain = re.sub(r"[^a-z]", "", months.folded(name))
    if short and plain in short:
        return short[plain]
    plain = re.sub(r"^(training|testing|train|test)(?=normal)", "", plain)
    if match := _FIGHT.match(plain):
        return 0 if match[1] or match[3] else 1
    return 0 if _CALM.match(plain) else None


def _without_common(folders: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Strip the folders common to all clips, which do not tell clips apart."""
    while folders and all(folders) and len({one[0] for one in folders}) == 1:
        folders = [one[1:] for one in folders]
    return folders


def _by_folder(folders: list[tuple[str, ...]], found: Layout, answers: Mapping[str, str]) -> list[int | None] | None:
    """Label by the innermost folder with a meaning; ask about clips outside of such folders, and leave them out."""
    saying = [next((name for name in reversed(one) if kind_of(name) is not None), "") for one in folders]
    labels = [kind_of(name) if name else None for name in saying]
    if set(labels) - {None} != {0, 1}:
        return None
    by_kind = [Counter(name for name, label in zip(saying, labels, strict=True) if label == kind) for kind in (1, 0)]
    found.told.append(messages.fight_folders.format(fights=_some(by_kind[0]), others=_some(by_kind[1])))
    return _others(folders, labels, found, answers)


def _others(
    folders: list[tuple[str, ...]], labels: list[int | None], found: Layout, answers: Mapping[str, str]
) -> list[int | None]:
    none = messages.no_folder
    silent = Counter("/".join(one) or none for one, label in zip(folders, labels, strict=True) if label is None)
    if not silent:
        return labels
    question = Question(
        "others",
        messages.ask_silent.format(folders=_some(silent)),
        (LEFT_OUT, *KINDS),
        (messages.they_are_left_out, messages.no_fight, messages.a_fight),
        LEFT_OUT,
    )
    found.asked.append(question)
    chosen = answer(question, answers)
    if chosen == LEFT_OUT:
        text = messages.plural("silent_folders", silent.total())
        found.told.append(text.format(clips=silent.total(), folders=_some(silent)))
        return labels
    return [KINDS.index(str(chosen)) if label is None else label for label in labels]


def _by_name(names: Sequence[str], found: Layout) -> list[int | None] | None:
    """Label by XD-Violence's marks, or by the words that names begin with."""
    marks = [(match[1] or match[2]) if (match := _XD.search(name)) else "" for name in names]
    if sum(map(bool, marks)) >= 0.8 * len(names) and {"A", "B1"} <= set(marks):
        found.told.append(messages.xd_labels.format(count=sum(mark not in ("A", "B1") for mark in marks)))
        return [{"A": 0, "B1": 1}.get(mark) for mark in marks]
    words = [re.split(r"[\d.]", name, maxsplit=1)[0].strip(" _-") for name in names]
    labels = [kind_of(word, SHORT) for word in words]
    if not _enough(labels):
        words = [
            (re.findall(r"(?<!\d)[_ -]?([^\W\d]{4,}(?:[_ -][^\W\d]+)*)", name.rsplit(".", 1)[0]) or [""])[-1]
            for name in names
        ]
        labels = [kind_of(word) for word in words]
    if not _enough(labels):
        return None
    begun = [{word for word, label in zip(words, labels, strict=True) if label == kind} for kind in (1, 0)]
    found.told.append(messages.by_names.format(fights=_some(begun[0]), others=_some(begun[1])))
    if apart := labels.count(None):
        found.told.append(messages.plural("named_otherwise", apart).format(count=apart))
    return labels


def _enough(labels: Sequence[int | None]) -> bool:
    """Return whether there are labels of both kinds, and for most names one."""
    return set(labels) - {None} == {0, 1} and labels.count(None) <= 0.2 * len(labels)


def label_of(word: str) -> int | None:
    """Return the label that a table cell means: fight, violent, 1, yes, true; noFight, normal, 0, no, false."""
    plain = word.strip().casefold()
    return ANSWERS[plain] if plain in ANSWERS else kind_of(plain)


def _by_table(table: Labels | None, found: Layout) -> list[int | None] | None:
    """Label by a table; 1 in a column called normal means no fight."""
    if table is None:
        return None
    turned: dict[int | None, int] = {0: 1, 1: 0} if kind_of(table.column) == 0 else {}
    labels = [
        turned.get(label, label) if word.strip().casefold() in ANSWERS else label
        for word, label in zip(table.labels, map(label_of, table.labels), strict=True)
    ]
    if set(labels) - {None} != {0, 1}:
        return None
    found.told += table.told
    found.asked += table.asked
    if apart := labels.count(None):
        found.told.append(messages.plural("no_label_in_table", apart).format(count=apart))
    return labels


def _asked(folders: list[tuple[str, ...]], found: Layout, answers: Mapping[str, str]) -> list[int | None]:
    """Ask which folder shows the fights. ClipsError if there are no folders to choose from."""
    outer = [one[0] if one else "" for one in folders]
    names = list(dict.fromkeys(name for name in outer if name))
    if not 2 <= len(names) <= MOST_ASKED:
        raise ClipsError(messages.one_kind.format(folders=_some(names)) if names else messages.no_folders)
    question = Question(
        "fights",
        messages.ask_fights.format(folders=_some(names)),
        tuple(names),
        (),
        "1" if set(names) == {"0", "1"} else None,
    )
    found.asked.append(question)
    chosen = answer(question, answers)
    if chosen is None:
        return [None] * len(folders)
    found.told.append(messages.fights_folder.format(folder=chosen))
    return [None if not name else int(name == chosen) for name in outer]


def _sources(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return a source per file: the file itself, unless names contain the id of the video that they were cut from."""
    stems = [path.rsplit("/", 1)[-1].rsplit(".", 1)[0] for path in paths]
    ids = [match[1] if (match := _YOUTUBE.match(stem)) else "" for stem in stems]
    if sum(map(bool, ids)) < 0.8 * len(paths) or len(set(ids)) < 0.05 * len(paths):
        return list(paths), []
    return [one or path for one, path in zip(ids, paths, strict=True)], [
        messages.videos_of_names.format(videos=len(set(ids)))
    ]


def _parts(found: Layout) -> None:
    """Keep given parts if each of them has both classes, and report it."""
    counts = Counter(part for part, label in zip(found.parts, found.labels, strict=True) if part and label is not None)
    if not counts:
        found.parts = [""] * len(found.parts)
        return
    shown = ", ".join(f"{counts[name]} {name}" for name in layouts.PARTS if counts[name])
    for part in counts:
        kinds = {label for label, one in zip(found.labels, found.parts, strict=True) if one == part}
        if not {0, 1} <= kinds:
            found.told.append(messages.sets_not_used.format(sets=shown))
            found.parts = [""] * len(found.parts)
            return
    found.told.append(messages.sets_used.format(sets=shown))


def _some(names: Mapping[str, int] | Sequence[str] | set[str]) -> str:
    shown = [str(name) for name in names]
    shown = sorted(shown) if isinstance(names, set) else shown
    more = messages.and_more.format(count=len(shown) - NAMED) if len(shown) > NAMED else ""
    if isinstance(names, Mapping):
        shown = [f"{name} ({names[name]:,})" for name in shown]
    return ", ".join(shown[:NAMED]) + more
