"""The pages by group, in the order of the learning path, with what the menu, Home and the search tell of each."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """A page in the menu and on Home."""

    path: str  # relative to the folder of app.py
    name: str
    icon: str
    about: str
    question: str = ""  # that the page answers
    before: str = ""  # what one needs to know before
    level: str = ""
    minutes: int = 0  # planned for a first visit
    uploads: bool = False  # whether it takes files

    @property
    def stem(self) -> str:
        return Path(self.path).stem


MENU: dict[str, tuple[Entry, ...]] = {
    group: tuple(Entry(f"pages/{stem}.py", **told) for stem, told in entries.items())
    for group, entries in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")).items()
}
HOME = Entry("app.py", "Home", ":material/home:", "")


@cache
def pages() -> dict[str, Entry]:
    """Return all pages but Home by the name of their file, in the order of the menu."""
    return {entry.stem: entry for group in MENU.values() for entry in group}


@cache
def path() -> tuple[Entry, ...]:
    """Return the labs in the order of the learning path."""
    return tuple(entry for entry in pages().values() if entry.level)


def neighbours(entry: Entry) -> tuple[Entry | None, Entry | None]:
    """Return the labs before and after one on the learning path; none beside a page that is not on it."""
    if entry not in path():
        return None, None
    place = path().index(entry)
    return (path()[place - 1] if place else None), (path()[place + 1] if place + 1 < len(path()) else None)


@dataclass(frozen=True)
class View:
    """A view of a lab."""

    entry: Entry
    name: str
    about: str


@cache
def views() -> tuple[View, ...]:
    """Return the views of all labs, in the order of the menu."""
    told = tomllib.loads(Path(__file__).with_name("views.toml").read_text(encoding="utf-8"))
    shared, found = told.pop("shared"), []
    for stem in [stem for stem in pages() if stem in told]:
        also = {name: shared[name] for name in told[stem].pop("also")}
        found += [View(pages()[stem], name, about) for name, about in (told[stem] | also).items()]
    return tuple(found)


@cache
def told() -> tuple[str, ...]:
    """Return all texts that the search reads of pages and views."""
    return (*map(_about, pages().values()), *(f"{view.name} {view.about}" for view in views()))


def search_views(text: str) -> list[View]:
    """Return the views whose name or description has all words of a text; the name of their lab may have some."""
    words = text.casefold().split()
    found = []
    for view in views():
        own, lab = f"{view.name} {view.about}".casefold(), view.entry.name.casefold()
        if all(word in own or word in lab for word in words) and any(word in own for word in words):
            found.append(view)
    return found


def search(text: str) -> list[Entry]:
    """Return the pages whose name, question or description contains all words of a text, in any order."""
    words = text.casefold().split()
    return [entry for entry in pages().values() if all(word in _about(entry).casefold() for word in words)]


def _about(entry: Entry) -> str:
    return f"{entry.name} {entry.question} {entry.about} {entry.stem}"
