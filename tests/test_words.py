"""Pages, errors and documents use the terms of the textbooks: none of the private words that once stood there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import Command, Group

from core import __main__ as command_line
from core import settings
from core.jobs import engine
from core.ui import compat  # noqa: F401  streamlit before TensorFlow
from tests import drawn, walk
from tests.drawn import Text
from tests.pages import person
from tests.pages.conftest import _patient, own_store  # noqa: F401  fixtures

# Pages and folders whose words are still being replaced; nothing is to be left here.
NOT_YET = {"": ".", "architectures": "concepts", "captioning": "concepts", "convolution": "concepts",
           "depth": "concepts", "emotion": "emotion", "from_scratch": "from_scratch",
           "gradient_through_time": "concepts", "hafez": "hafez", "images": "images", "parameters": "concepts",
           "recurrent_step": "concepts", "transfer": "images", "video_violence": "video_violence"}  # fmt: skip
MODELS = {"emotion": "emotion", "from_scratch": "scratch", "hafez": "poems", "images": "images", "video_violence":
          "violence"}  # fmt: skip
DOCUMENTS_NOT_YET = {"README.md"}
MENU = ("core/ui/chrome.py", "core/labs/home.py", "core/ui/links.py")  # Home, and the words of old links

# Never in a sentence: the old phrase as a regular expression.
SENTENCES = (
    r"\berrs? (by|least|most)\b", r"\berred by\b", r"same as (yesterday|today)", r"\bby lot\b", r"\bparted by\b",
    r"\breport's faults?\b", r"no like for like", r"\btake.home\b", r"check yourself", r"\bhow it works\b",
    r"\b(training|test|validation) part\b", r"\bin time order\b", r"\bown store\b", r"\bhonest\b",
    r"\btold right\b", r"% of .{0,30}pictures right", r"\bnear twins\b", r"\bheld[ -]out\b", r"\bbits a letter\b",
    r"stand(s|ing)? still", r"looks? like a fight", r"\bunits of the network\b", r"\bnetwork units\b",
    r"\bthe days ahead\b", r"\blives on\b", r"\bledger\b", r"\brunning score\b", r"\btaken? for what\b",
    r"what it got wrong", r"by the same dice", r"what could be written", r"\bfields? of view\b",
    r"days tested\b", r"has met its day", r"put .today.", r"what trains and what tests", r"\bstandard?ises? away\b",
    r"does the 80 % band", r"what the leak is worth", r"set it beside", r"\bis chance\b", r"\bmay well be chance\b",
    r"blind gradients", r"\bwhiskers\b", r"listens?\?", r"needed for 0", r"speaks for 0", r"told from true",
    r"how a gradient's? fate", r"named rightly", r"forgives a missing", r"what excites a channel", r"\bglow\b",
    r"bring a video", r"what a person's reading", r"come with a network", r"connect to a network", r"\bHafez'(?!s)",
    r"\bA LSTM\b", r"mind …", r"to go by\b", r"so many days back", r"blame goes?", r"lay the filter", r"frame of zeros",
    r"letters goes\b", r"a head can follow", r"by somebody else", r"\bcome(s)? along\b",
)  # fmt: skip
# Never the whole text of a label, an option, a column, a heading, a legend or an axis.
NAMES = {
    "truth", "it was", "the network said", "said", "answer", "tagged", "it was tagged", "right", "skill", "ended",
    "from", "way", "scene", "kind", "what", "wiring", "rate", "size", "shares", "sureness", "fan", "band", "rollout",
    "draw", "reader", "texts", "figures", "pictures", "picture", "picture side", "origins", "hybrid", "protocol",
    "hybrid of equal size", "in time order", "as in the report", "loss, last epoch", "s / epoch", "s per epoch",
    "play", "report's network", "worked", "take home", "how it works", "check yourself", "cells", "learning",
    "first weights", "learn", "the stack", "gives", "both ways", "every step", "not trained", "moment", "confusion",
    "curves", "time line", "span", "said = true", "activity", "silent",
    "largest class", "commonest", "always the commonest", "steps and band", "what the leak is worth", "phases",
    "early stopping, patience", "embedding", "words read of a text", "words hidden while training", "letter",
    "surprise", "refrain", "first words", "speed, a tick", "filters, × report", "to beat", "the days ahead",
    "epochs of each", "cut out", "products", "sees", "plain", "blame", "winner", "map", "wanted t",
}  # fmt: skip
# Never a column, the label of a control, one of its options.
ONLY = {"column": {"n", "s", "test", "train"}, "label": {"seeds"}, "content": {"inside"}}
NAMED = ("label", "options", "content", "column", "name", "title", "ticktext", "body")


@pytest.fixture(autouse=True)
def _workers_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "get", walk.Here)
    monkeypatch.setattr(engine, "warm_up", lambda: None)


def faults(texts: Iterator[Text]) -> list[str]:
    found = []
    for kind, text in texts:
        part = kind.split(".")[-1]
        name = text.strip().strip("*").casefold()
        if part in NAMED and name in NAMES | ONLY.get(part, set()):
            found.append(f"{kind}: {text}")
        found += [f"{kind}: {text} ({match[0]})" for match in in_sentence(text)]
    return found


def in_sentence(text: str) -> list[re.Match]:
    return [match for phrase in SENTENCES if (match := re.search(phrase, text, re.IGNORECASE))]


@pytest.mark.parametrize("page", walk.PAGES)
def test_a_page_speaks_the_language_of_textbooks(page: str, own_store: Path) -> None:  # noqa: F811
    if Path(page).stem in NOT_YET:
        pytest.skip("its words are still being replaced")
    for view in drawn.views(page) or [""]:
        shown = person.app(page, **({"view": view} if view else {}))
        assert not shown.exception
        assert faults(drawn.texts(shown)) == [], view
        assert page or faults(drawn.texts(shown, menu=True)) == []


def test_the_test_finds_private_words() -> None:
    assert faults(iter([Text("slider.label", "Seeds"), Text("caption.body", "The network errs by 2 °C.")])) == [
        "slider.label: Seeds", "caption.body: The network errs by 2 °C. (errs by)",
    ]  # fmt: skip
    assert faults(iter([Text("dataframe.column", "seeds"), Text("caption.body", "It has an RMSE of 2 °C.")])) == []


def strings(path: Path) -> Iterator[str]:
    """Yield the text of all strings of a module but docstrings; an f-string's values are left out."""
    tree = ast.parse(path.read_text())
    told = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef |
            ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [one.value if isinstance(one, ast.Constant) else "…" for one in node.values]
            told |= {id(one) for one in node.values}
            yield "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


CODE = [path for folder in ("core", "pages") for path in sorted((settings.PROJECT / folder).rglob("*.py"))]


def test_no_string_of_the_program_has_private_words() -> None:
    later = tuple(f"core/labs/{lab}/" for lab in NOT_YET.values()) + MENU
    later += tuple(f"pages/{page}.py" for page in NOT_YET if page)
    found = [
        f"{name}: {match[0]} in {text[:80]!r}"
        for path in CODE
        if not (name := path.relative_to(settings.PROJECT).as_posix()).startswith(later)
        for text in strings(path)
        if " " in text
        for match in in_sentence(text)
    ]
    assert found == []


def documents() -> list[Path]:
    later = {MODELS[lab] for lab in NOT_YET.values() if lab in MODELS}
    cards = [path for path in settings.SHIPPED.rglob("*.md") if path.parent.name not in later]
    scripts = [path for path in (settings.PROJECT / "core").rglob("*.j2") if path.parts[-3] not in NOT_YET.values()]
    texts = [settings.PROJECT / "README.md", *(settings.PROJECT / "docs").rglob("*.md")]
    return cards + scripts + [path for path in texts if path.name not in DOCUMENTS_NOT_YET]


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.relative_to(settings.PROJECT).as_posix())
def test_no_document_has_private_words(path: Path) -> None:
    text = re.sub(r"\s+", " ", path.read_text())
    assert [match[0] for match in in_sentence(text)] == []


def helps(command: Command) -> Iterator[str]:
    yield command.help or ""
    yield from (option.help for option in command.params if getattr(option, "help", None))
    if isinstance(command, Group):
        for one in command.commands.values():
            yield from helps(one)


def test_no_help_of_the_command_line_has_private_words() -> None:
    assert [match[0] for text in helps(command_line.main) for match in in_sentence(text)] == []
