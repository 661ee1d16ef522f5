"""Pages, errors and documents use the terms of the textbooks, and the glossary explains each control and column."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from click import Command, Group
from streamlit.testing.v1 import AppTest

from core import __main__ as command_line, glossary, settings
from core.jobs import engine
from core.ui import compat  # noqa: F401  streamlit before TensorFlow
from tests import drawn, measure, walk
from tests.drawn import Text
from tests.pages.conftest import _patient, own_store  # noqa: F401  fixtures

OLD_LINKS = "core/ui/visit/links.py"  # has the words of old links

# Never in a sentence: the old phrases as regular expressions, by the lab that had them.
SENTENCES = (
    # all labs
    r"\berrs? (by|least|most)\b", r"\berred by\b", r"same as (yesterday|today)", r"\bby lot\b", r"\bparted by\b",
    r"\breport's faults?\b", r"\btake home\b", r"check yourself", r"\bhow it works\b", r"\bown store\b",
    r"\b(training|test|validation) part\b", r"\bin time order\b", r"\bis chance\b", r"\bmay well be chance\b",
    r"\bshipped\b", r"\bstored\b", r"network's mind", r"\bno certain difference\b", r"\bA LSTM\b",
    r"\bto go by\b", r"\bsomebody else\b", r"connect to a network", r"\bcomes? along\b", r"\bby the person\b",
    # Home
    r"set it beside", r"other readers", r"what a leak in the split", r"a line, its fan", r"tells .{0,40}right\b",
    # RNN, prices
    r"forecast listen", r"until something is trained", r"\bdays tested\b", r"no like for like", r"\btwins\b",
    r"MAPE is a fraction", r"\bunits of the network\b", r"\bnetwork units\b", r"\bthe days ahead\b",
    r"\blives on its\b",
    r"does the 80% band", r"what the leak is worth", r"\bledger\b", r"\brunning score\b", r"has met its day",
    r"\bdays at once\b", r"put .today.", r"so many days back", r"what trains and what tests", r"standing still",
    r"days that came", r"errors flatter",
    # images, transfer, video
    r"takes? for what", r"taken? for what", r"confident mistakes", r"\btold right\b",
    r"\bspeaks for\b", r"\bneeded for \d",
    r"follows (edges|the object)", r"excites a channel", r"\bmirrored\b", r"phase [12]\b", r"\bwhiskers\b",
    r"stand(s|ing)? still", r"blind gradients", r"looks? like a fight", r"\bstated\b", r"share that was a fight",
    r"maps of the last layer", r"mirror images", r"sixteen numbers", r"\bglow\b", r"bring a video", r"\bheld[ -]out\b",
    # emotion, Hafez
    r"tagged what", r"what it got wrong", r"rows of the embedding", r"known word stands", r"words read of a text",
    r"words hidden while", r"rate falls to zero", r"classes weigh more", r"the commonest", r"a CSV out\b",
    r"\bbits a letter\b", r"counting four letters", r"keep the form", r"gradient goes back", r"does a unit follow",
    r"best by chance", r"price a mark", r"that scan\b", r"not in the divan", r"the same dice", r"\bHafez'(?!s)",
    r"beyts keep", r"looks after the sense",
    # concepts
    r"could be written", r"candidate .{0,10}hears", r"memory fades", r"numbers can be read", r"GRU's forms",
    r"the same three for", r"times as large", r"\bmet a wall\b", r"\bblame\b", r"frame of zeros", r"\bwanted t\b",
    r"lay the filter", r"pixels it met", r"step downhill", r"(upright|level) edge", r"minus neighbours", r"walks over",
    r"read then write", r"reads and writes", r"numbers that come out", r"letters goes\b", r"where they fit",
    r"what the eye sees", r"\bheeded\b", r"falls away", r"named rightly", r"field of view", r"fields of view",
    r"filters by depth", r"forgives a missing", r"a head can follow", r"lived through every step", r"sees far already",
    # from scratch, runs
    r"against overfitting, and", r"evenness of inputs", r"beside the baselines", r"answer against truth",
    r"decides what", r"(first|second) direction", r"dropped onto", r"slow motion", r"width of activations",
    r"neurons look for", r"bare outputs", r"\bholds back\b", r"falling rate", r"too large a rate",
    r"laid over one another",
)  # fmt: skip
# Never the whole text of a label, an option, a column, a heading, a legend or an axis.
NAMES = {
    "truth", "said", "answer", "right", "skill", "rate", "size", "shares", "sureness", "s / epoch", "s per epoch",
    "kind", "scene", "way", "what", "ended", "from", "part", "take home", "how it works", "inside", "worked", "play",
    "check yourself", "to beat", "largest class", "commonest",
    "cells", "loss, last epoch", "scale to 0…1", "early stopping, patience", "hybrid",
    "hybrid of equal size", "protocol",
    "in time order", "as in the report", "of the protocol", "scaling fitted on", "steps and band", "band", "origins",
    "learning", "rollout", "fan", "draw", "speed, a tick", "epochs of each",
    "it was", "the network said", "pictures", "picture", "picture side", "filters, × report",
    "growth of the dense model", "residual a", "depth", "activity", "silent", "digest", "start from", "phases",
    "everything", "time line", "span", "highest", "moment", "confusion", "curves", "said = true", "mean gap",
    "naive accuracy", "reader", "this reader is trained", "texts", "figures", "it was tagged", "tagged", "each class",
    "line", "report's network", "default network", "embedding", "influence", "letter", "surprise", "refrain",
    "refrain (radif)", "first words", "highest learning rate", "norm of the gradient at most", "seed of the weights",
    "tie embedding and softmax", "different words", "cold", "hot", "the stack", "gives", "every step", "both ways",
    "not trained", "fate", "turned by", "limit c", "map", "winner", "wiring", "in step", "phrases written", "cut out",
    "plain", "sees", "products", "an edge", "learn", "first weights", "rate over the epochs", "pca to", "kinds",
}  # fmt: skip
# Never a column, the label of a control, one of its options.
ONLY = {"column": {"n", "s", "test", "train"}, "label": {"seeds"}, "content": {"dense"}}
OLD_PAGES = {
    "workbench", "recurrent step", "transfer", "captioning", "gradient through time", "which architecture?",
    "residuals and depth", "images", "runs",
}  # fmt: skip
ONLY |= {"page_link.label": OLD_PAGES, "title.body": OLD_PAGES}
# Page and name in another sense: points inside an interval, the highest of several values.
RIGHT = {
    "volatility": {"inside", "highest"},
    "crypto_forecasting": {"highest"},
    "bitcoin_rollout": {"highest"},
    "parameters": {"dense", "embedding"},  # kinds of layers
}
NAMED = ("label", "options", "content", "column", "name", "title", "ticktext", "body")


CONTROLS = {
    "slider", "number_input", "selectbox", "select_slider", "button_group", "toggle", "checkbox", "radio",
    "text_input", "text_area", "file_uploader",
}  # fmt: skip
# Ordinary words, which need no term: what a control chooses to look at, and what a column lists.
ORDINARY = {
    "view", "step", "example", "exercise", "kind of exercise", "topic", "your answer", "search", "curve", "lesson",
    "task", "dataset",
    "image", "test image", "video", "sort by", "coin", "day", "or an image of your own", "date", "experiment",
    "forecast", "key", "lab", "lowest", "highest", "mean", "seconds", "seconds per epoch", "after the change", "text",
    "row", "time", "start", "end", "peak", "from", "to", "source file", "pixels", "output, row by row", "change",
    "drag one number", "couplets", "ghazal", "hemistich", "pen name in the last couplet", "longest copy, characters",
    "longest copy (characters)",
    "document", "couplets (beyts)", "home", "reddit", "property", "source", "settings", "value", "link",
    "test images", "brightness", "contrast", "label", "prediction", "method", "size, pixels", "frames per second",
}  # fmt: skip
# The tasks to place, and the regions, frames and phrases of the example image.
ORDINARY |= {
    "translation", "code translation", "paraphrasing", "question answering", "sentiment", "speech recognition",
    "summarisation", "text to speech", "video captioning", "region", "frame", "frame 1", "frame 2", "frame 3",
    "phrases written so far", "a knife, top right", "a loaf, bottom right", "a window, top right", "her arm, top left",
    "her face, top left", "her hand, bottom left", "slices, bottom left", "“a woman”", "“is cutting”",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _workers_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "get", walk.Here)
    monkeypatch.setattr(engine, "warm_up", lambda: None)


def faults(texts: Iterator[Text], page: str = "") -> list[str]:
    found, right = [], RIGHT.get(Path(page).stem, set())
    for kind, text in texts:
        if kind == "page_link.label" and page:
            continue  # a name of the menu, which Home's test reads
        part = kind.split(".")[-1]
        name = text.strip().strip("*").casefold()
        if part in NAMED and name in (NAMES | ONLY.get(part, set()) | ONLY.get(kind, set())) - right:
            found.append(f"{kind}: {text}")
        found += [f"{kind}: {text} ({match[0]})" for match in in_sentence(text)]
    return found


@cache
def in_sentence(text: str) -> list[re.Match]:
    return [match for phrase in SENTENCES if (match := re.search(phrase, text, re.IGNORECASE))]


@pytest.mark.parametrize("page", walk.PAGES)
def test_a_page_speaks_the_language_of_textbooks_and_explains_its_controls(page: str, own_store: Path) -> None:  # noqa: F811
    for view, shown in drawn.views(page):
        assert not shown.exception
        assert faults(drawn.texts(shown), page) == [], view
        assert unexplained(shown) == [], view
        assert page or faults(drawn.texts(shown, menu=True)) == []


def unexplained(shown: AppTest) -> list[str]:
    """Return the controls and columns that have neither a tooltip nor a term of the glossary as their name."""
    found = []
    for one in drawn.elements(shown.main):
        if one.type in CONTROLS and not one.label.startswith("**") and not getattr(one.proto, "help", ""):
            found.append(one.label)
        if one.type == "dataframe":
            found += [str(name) for name in one.value.columns]
    return [name for name in found if name.casefold() not in ORDINARY and not glossary.find(name)]


def test_the_test_finds_private_words() -> None:
    assert faults(iter([Text("slider.label", "Seeds"), Text("caption.body", "The network errs by 2 °C.")])) == [
        "slider.label: Seeds",
        "caption.body: The network errs by 2 °C. (errs by)",
    ]
    assert faults(iter([Text("dataframe.column", "seeds"), Text("caption.body", "It has an RMSE of 2 °C.")])) == []


def strings(path: Path) -> Iterator[str]:
    """Yield all strings of a module but docstrings, or of a TOML file; an f-string's values are left out."""
    if path.suffix == ".toml":
        yield from _leaves(tomllib.loads(path.read_text()))
        return
    tree = measure.tree(path)
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [one.value if isinstance(one, ast.Constant) else "…" for one in node.values]
            told |= {id(one) for one in node.values}
            yield "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def _leaves(table: object) -> Iterator[str]:
    """Yield all texts of a TOML file, the names of its tables, too."""
    if isinstance(table, str):
        yield table
    elif isinstance(table, dict | list):
        for one in [*table, *(table.values() if isinstance(table, dict) else ())]:
            yield from _leaves(one)


CODE = [path for folder in ("core", "pages") for path in sorted((settings.PROJECT / folder).rglob("*.py"))]
CODE += [path for name in ("menu", "messages", "tasks") for path in (settings.PROJECT / "core").rglob(f"{name}.toml")]


def test_no_string_of_the_program_has_private_words() -> None:
    found = [
        f"{name}: {match[0]} in {text[:80]!r}"
        for path in CODE
        if (name := path.relative_to(settings.PROJECT).as_posix()) != OLD_LINKS
        for text in strings(path)
        if " " in text and text != "by the person"  # a value of stored runs, which no page shows
        for match in in_sentence(text)
    ]
    assert found == []


def documents() -> list[Path]:
    texts = [settings.PROJECT / "README.md", *(settings.PROJECT / "docs").rglob("*.md")]
    return [*settings.SHIPPED.rglob("*.md"), *(settings.PROJECT / "core").rglob("*.j2"), *texts]


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.relative_to(settings.PROJECT).as_posix())
def test_no_document_has_private_words(path: Path) -> None:
    text = path.read_text()
    if path.suffix == ".md":
        text = re.sub(r"^```.*?^```$", " ", text, flags=re.M | re.S)  # code has the names of the code
        text = re.sub(r"`[^`]+`", " ", text)
    text = re.sub(r"\s+", " ", text)
    assert [match[0] for match in in_sentence(text)] == []


def helps(command: Command) -> Iterator[str]:
    yield command.help or ""
    yield from (option.help for option in command.params if getattr(option, "help", None))
    if isinstance(command, Group):
        for one in command.commands.values():
            yield from helps(one)


def test_no_help_of_the_command_line_has_private_words() -> None:
    assert [match[0] for text in helps(command_line.main) for match in in_sentence(text)] == []
