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

    @property
    def stem(self) -> str:
        return Path(self.path).stem


BEGINNER, INTERMEDIATE, ADVANCED = "beginner", "intermediate", "advanced"
MENU: dict[str, tuple[Entry, ...]] = {
    "Foundations": (
        Entry(
            "pages/from_scratch.py", "From scratch", ":material/construction:",
            "A neural network in NumPy alone: build it, watch weights and gradients change, see why zeros never learn.",
            "How does a network learn?", "derivatives, matrix products", BEGINNER, 20,
        ),
        Entry(
            "pages/parameters.py", "Parameters", ":material/calculate:",
            "How many parameters a network has, and where they are: any layer, any stack, the sum worked out.",
            "How many numbers does a network learn?", "matrix products", BEGINNER, 10,
        ),
    ),
    "Images and video": (
        Entry(
            "pages/convolution.py", "Convolution by hand", ":material/grid_on:",
            "Filters, padding, stride, dilation and pooling, number by number, forward and back to every weight.",
            "What does a convolution compute?", "From scratch", BEGINNER, 20,
        ),
        Entry(
            "pages/images.py", "Image classification", ":material/image:",
            "Convolutional, residual and densely connected networks: train them side by side, look into every layer.",
            "What does a CNN see in an image?", "Convolution by hand", INTERMEDIATE, 25,
        ),
        Entry(
            "pages/depth.py", "Residual connections", ":material/layers:",
            "Paths through residual blocks, networks with a block removed, pooling of an edge, receptive fields.",
            "Why can networks be deep?", "Convolution by hand", INTERMEDIATE, 15,
        ),
        Entry(
            "pages/transfer.py", "Transfer learning", ":material/move_up:",
            "A trained network gets new classes: feature extraction, fine-tuning, and how few images are then enough.",
            "What can be kept for a new task?", "Image classification", INTERMEDIATE, 15,
        ),
        Entry(
            "pages/video_violence.py", "Video violence", ":material/videocam:",
            "How much the motion in a video resembles a fight, second by second, with the reasons and their limits.",
            "Can motion alone tell a fight?", "Image classification", INTERMEDIATE, 20,
        ),
    ),
    "Sequences": (
        Entry(
            "pages/recurrent_step.py", "Recurrent step by step", ":material/conversion_path:",
            "SimpleRNN, LSTM and GRU number by number: step through a sequence, change a weight, watch the gates.",
            "What does a recurrent cell compute?", "From scratch", BEGINNER, 15,
        ),
        Entry(
            "pages/gradient_through_time.py", "Vanishing gradients", ":material/trending_down:",
            "Why gradients vanish or explode over many steps, what an LSTM does about it, and what clipping costs.",
            "Why do recurrent networks forget?", "Recurrent step by step", INTERMEDIATE, 15,
        ),
        Entry(
            "pages/architectures.py", "Sequence architectures", ":material/account_tree:",
            "One-to-many, many-to-one, many-to-many: one cell wired four ways, and nine tasks to place.",
            "Which architecture fits a task?", "Recurrent step by step", BEGINNER, 10,
        ),
        Entry(
            "pages/recurrent_cells.py", "RNN, LSTM, GRU", ":material/device_thermostat:",
            "Three recurrent cells forecast tomorrow's temperature. Train them, compare them over seeds, look inside.",
            "Which recurrent cell forecasts best?", "Recurrent step by step", INTERMEDIATE, 25,
        ),
    ),
    "Text": (
        Entry(
            "pages/emotion.py", "Emotion in text", ":material/mood:",
            "A GRU classifies the emotion of a sentence. See which words it used, and compare it with other models.",
            "Which words decide a class?", "RNN, LSTM, GRU", INTERMEDIATE, 20,
        ),
        Entry(
            "pages/hafez.py", "Hafez", ":material/history_edu:",
            "A character-level model writes ghazals, keeps rhyme and radif, and shows what it copied.",
            "Can a network write a poem?", "RNN, LSTM, GRU", ADVANCED, 25,
        ),
        Entry(
            "pages/captioning.py", "Attention (captioning)", ":material/closed_caption:",
            "Co-attention as a diagram: scores become weights over regions, frames and phrases, a gate balances them.",
            "Where does a model look for a word?", "Sequence architectures", ADVANCED, 10,
        ),
    ),
    "Prices": (
        Entry(
            "pages/crypto_forecasting.py", "Crypto forecasting", ":material/query_stats:",
            "LSTM and hybrid on daily prices beside the naive forecast; how much data leakage flatters the result.",
            "Can a network forecast a price?", "RNN, LSTM, GRU", INTERMEDIATE, 25,
        ),
        Entry(
            "pages/bitcoin_rollout.py", "Live Bitcoin rollout", ":material/currency_bitcoin:",
            "A stacked LSTM on live prices, then fed its own forecasts, with a prediction interval and a score.",
            "How far ahead can one forecast?", "Crypto forecasting", ADVANCED, 20,
        ),
        Entry(
            "pages/volatility.py", "Volatility", ":material/show_chart:",
            "How much will a price move tomorrow? Networks against HAR and GARCH, and the interval that it gives.",
            "What about a price can be forecast?", "Crypto forecasting", ADVANCED, 20,
        ),
    ),
    "Reference": (
        Entry(
            "pages/runs.py", "Saved runs", ":material/list_alt:",
            "Every saved training in one table: open it in its lab, overlay curves, download, delete.",
        ),
        Entry(
            "pages/glossary.py", "Glossary", ":material/menu_book:",
            "The terms of all labs, a sentence each, with the page that explains it.",
        ),
        Entry(
            "pages/help.py", "Help", ":material/help:",
            "A guide to each lab, all figures with their commands, and how Tamrin is built.",
        ),
    ),
}  # fmt: skip
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
    told = {entry: f"{entry.name} {entry.question} {entry.about} {entry.stem}".casefold() for entry in pages().values()}
    return [entry for entry, about in told.items() if all(word in about for word in words)]
