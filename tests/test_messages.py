"""Messages stand in the catalog of their package, under names that the code uses, and are filled with their fields."""

import ast
import copy
import re
import string
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from core import settings
from core.messages import Messages, joined
from tests.measure import tree as parsed

PAGES = [settings.PROJECT / "app.py", *(settings.PROJECT / "pages").glob("*.py")]
CATALOGS = sorted((settings.PROJECT / "core").rglob("messages.toml"))
SHOWN = {
    "caption", "markdown", "info", "warning", "error", "success", "subheader", "header", "title", "button", "toggle",
    "checkbox", "selectbox", "slider", "select_slider", "radio", "pills", "segmented_control", "number_input",
    "text_input", "text_area", "expander", "popover", "download_button", "file_uploader", "metric", "toast",
    "multiselect", "spinner", "link_button", "page_link",
}  # fmt: skip
EXPLAINED = {"help", "alt", "caption", "hint", "explanation", "placeholder"}  # keywords
# What is not said by a page: patterns, names of fields, programs, options of the command line.
SILENT = {"compile", "sub", "search", "match", "fullmatch", "findall", "finditer", "split", "code", "add_argument"}
SILENT |= {"FloatingPointError"}  # of From scratch: scripts contain the files that raise it
SILENT |= {"_ranked", "Style"}  # names that columns have in files, and models in charts
SILENT |= {"AttributeError", "KeyError", "RuntimeError", "TypeError", "ValueError"}  # that only a programmer sees
MARKUP = {"FONT", "HTML"}  # constants
OLD = {"LABELS"}  # constant of core.ui.visit.links: what older links say
RIVALS = {"INPUTS", "NAMES"}  # constants: what stored results call baselines, and tables of data their columns
DATA = {"DIGITS", "EXAMPLES", "FIGHTS", "LESSONS", "LOST", "ORIGINS", "REDDIT", "SOURCE", "STEPS"}  # that runs keep
DATA |= {"_JALALI", "_LABEL_NAMES", "_NAMES", "_TEXT_NAMES"}  # and files have
FIELDS = {"number", "choice", "switch", "text"}  # of core.runs.fields: label and help stand beside the range
PRINTED = {"HEAD"}  # constants that a command writes: the head of a table
ENGLISH = {"card.py", "export.py"}  # model cards and scripts, which are files of their own
# The markup of a drawing, an icon, a formula, a list of layers.
MARKED = re.compile(r"<[^<>]*>|:material/\w+:|\\[A-Za-z]+|[₀-₉]|^input \d.*")
TABLES = {"group", "plural"}  # methods of Messages
LONGEST = 5  # words of a name, such as that of a model, in code
SHORT = 3  # words of a label that several catalogs may have


@cache
def modules(catalog: Path) -> list[Path]:
    """Return the modules of a catalog's package, and the page that draws it."""
    if catalog.parent == settings.PROJECT / "core":
        return [settings.PROJECT / "core" / "messages.py"]
    inner = [path.parent for path in CATALOGS if path != catalog and catalog.parent in path.parents]
    found = [path for path in catalog.parent.rglob("*.py") if not any(one in path.parents for one in inner)]
    name = catalog.parent.relative_to(settings.PROJECT).as_posix().replace("/", ".")
    return found + [
        page for page in PAGES if re.search(rf"from {re.escape(name)} import .*\bmessages\b(?! as)", source(page))
    ]


@cache
def places(catalog: Path) -> list[tuple[Path, str]]:
    """Return the modules that read a catalog, each with the name that the catalog has there.

    It is `messages` in its own package; others import it as, for instance, `labs_messages`.
    """
    package = catalog.parent.relative_to(settings.PROJECT).as_posix().replace("/", ".")
    name = f"{catalog.parent.name}_messages"
    line = re.compile(rf"from {re.escape(package)} import (\([^)]*|.*)\bmessages as {name}\b")
    everywhere = [*PAGES, *(settings.PROJECT / "core").rglob("*.py")]
    borrowing = [path for path in everywhere if line.search(source(path))]
    return [(path, "messages") for path in modules(catalog)] + [(path, name) for path in borrowing]


@cache
def source(path: Path) -> str:
    return path.read_text()


@cache
def known(catalog: Path) -> dict[str, str | dict[str, str]]:
    return tomllib.loads(catalog.read_text())


@cache
def uses(path: Path, catalog: str) -> list[tuple[ast.expr, str]]:
    """Return each use of a message, a group or a plural of the catalog with its name."""
    found = []
    for node in ast.walk(parsed(path)):
        if _is_of(node, catalog) and node.attr not in TABLES:
            found.append((node, node.attr))
        if isinstance(node, ast.Call) and _is_of(node.func, catalog) and node.func.attr in TABLES:
            found.append((node, ast.literal_eval(node.args[0])))
    return found


def _is_of(node: ast.AST, catalog: str) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == catalog


def is_plural(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith("messages.plural")


def fields(text: str) -> set[str]:
    """Return the names of a message's fields, those within a format, too."""
    found = set()
    for _, name, form, _ in string.Formatter().parse(text):
        if name is not None:
            found |= {re.split(r"[.\[]", name)[0]} | fields(form or "")
    return found


ids = pytest.mark.parametrize(
    "catalog", CATALOGS, ids=lambda one: one.parent.relative_to(settings.PROJECT / "core").as_posix()
)


@ids
def test_code_uses_each_message_and_each_name_is_known(catalog: Path) -> None:
    used = {name for path, called in places(catalog) for _, name in uses(path, called)}
    assert used == set(known(catalog))


@ids
def test_a_message_is_filled_with_its_fields(catalog: Path) -> None:
    wrong = []
    for path, called in places(catalog):
        tree = parsed(path)
        filled = {
            id(node.func.value): {one.arg for one in node.keywords}
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
        }
        for node, name in uses(path, called):
            text = known(catalog).get(name)
            if isinstance(text, dict) and is_plural(node):
                given = filled.get(id(node), fields(text["other"]))
                fit = fields(text["one"]) <= given == fields(text["other"])  # "The only image ..." needs no number
            else:
                given = filled.get(id(node), set())
                fit = not isinstance(text, str) or id(node) not in filled or fields(text) == given
            if not fit:
                wrong.append(f"{path.name}:{node.lineno} {name}: {text} is filled with {given}")
    assert wrong == []


@ids
def test_a_plural_has_a_form_for_one_and_a_form_for_others(catalog: Path) -> None:
    found = [use for path, called in places(catalog) for use in uses(path, called)]
    plurals = {name for node, name in found if is_plural(node)}
    assert [name for name in sorted(plurals) if set(known(catalog)[name]) != {"one", "other"}] == []
    tables = {name for name, found in known(catalog).items() if set(found) == {"one", "other"}}
    assert tables <= plurals  # none is read as a group


@ids
def test_messages_are_looked_up_when_they_are_shown(catalog: Path) -> None:
    """A module that reads them while it is imported would keep one language for all."""
    early = []
    for path, called in places(catalog):
        if path in PAGES:
            continue  # a page is run for each visit
        tree = parsed(path)
        inside = {
            id(node)
            for one in ast.walk(tree)
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for body in (one.body if isinstance(one.body, list) else [one.body])
            for node in ast.walk(body)
        }
        early += [f"{path.name}:{node.lineno} {name}" for node, name in uses(path, called) if id(node) not in inside]
    assert early == []


@ids
def test_no_other_text_stands_in_the_code(catalog: Path) -> None:
    found = [
        f"{path.relative_to(settings.PROJECT)}:{line} {text!r}"
        for path in modules(catalog)
        if path.name not in ENGLISH
        for line, text in texts(parsed(path))
    ]
    assert found == []


def test_a_text_stands_once() -> None:
    """Packages that say the same read it in the catalog of a package below them; labels of few words may differ."""
    found = defaultdict(list)
    for catalog in CATALOGS:
        for name, told in known(catalog).items():
            for text in told.values() if isinstance(told, dict) else [told]:
                found[text].append(f"{catalog.parent.relative_to(settings.PROJECT)} {name}")
    assert {text: names for text, names in found.items() if len(text.split()) > SHORT and len(names) > 1} == {}


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module that a page shows: arguments that are always shown, and whole sentences."""
    silent = {id(one) for one in docstrings(tree)} | {id(one) for one in quiet(tree)}
    shown = {id(one) for one in arguments(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            silent |= {id(one) for value in node.values for one in ast.walk(value)}
    for node in ast.walk(tree):
        text = said(node)
        text = MARKED.sub(" ", text)
        words = [word for word in text.split() if re.search(r"[^\W\d_]{2}", word)]
        if id(node) not in silent and (len(words) > LONGEST or (words and id(node) in shown)):
            yield node.lineno, text  # type: ignore[attr-defined]


def said(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) for one in node.values if isinstance(one, ast.Constant))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    yield from (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))


def quiet(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what is no message: arguments of calls that show nothing, and what a field of a spec says of itself."""
    values = {ast.unparse(one.targets[0]): one.value for one in tree.body if isinstance(one, ast.Assign)}
    values |= {ast.unparse(one.target): one.value for one in tree.body if isinstance(one, ast.AnnAssign) and one.value}
    for name in values.keys() & (MARKUP | OLD | PRINTED | RIVALS | DATA):
        yield from ast.walk(values[name])
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            module, _, name = dotted(node.func).rpartition(".")
            if name in SILENT or module == "log" or (module == "fields" and name in FIELDS):
                yield from ast.walk(node)
                named = [values[one.id] for one in ast.walk(node) if isinstance(one, ast.Name) and one.id in values]
                yield from (one for value in named for one in ast.walk(value))


def dotted(node: ast.AST) -> str:
    """Return a function's name with the module or object that it belongs to, such as `fields.number`."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def arguments(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the first argument of what draws text, and keywords that explain."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from (one.value for one in node.keywords if one.arg in EXPLAINED)
            if isinstance(node.func, ast.Attribute) and node.func.attr in SHOWN and node.args:
                yield node.args[0]


def test_texts_are_found() -> None:
    code = """
'''The docstring of a module may have as many words as it likes.'''
st.caption("Data")
st.caption(messages.data)
st.slider(label, help=f"Of {n} days")
raise SpecError(f"The window of {n} days is longer than the training set.")
name = "linear regression on all inputs"
HEAD = "| horizon | model | error of the report | error here |"
NETWORKS = {"equal": "a network with as many parameters as the other"}
model = fields.choice("equal", NETWORKS)
re.compile("a pattern that has more than five words")
window = fields.number(10, 1, 365, "Window", help="The days that the network reads before a forecast.")
"""
    assert [text for _, text in texts(ast.parse(code))] == [
        "Data",
        "The window of  days is longer than the training set.",
        "Of  days",
    ]


def test_a_catalog_tells_its_messages(tmp_path: Path) -> None:
    (tmp_path / "messages.toml").write_text('large = "{name} is larger than {most:,} MB."\n[views]\na = "Result"\n')
    messages = Messages(str(tmp_path / "__init__.py"))
    assert messages.large.format(name="a.csv", most=2000) == "a.csv is larger than 2,000 MB."
    assert messages.group("views") == {"a": "Result"}
    assert copy.copy(messages).large == messages.large
    with pytest.raises(AttributeError, match="no message small"):
        _ = messages.small
    with pytest.raises(KeyError, match="not a table"):
        messages.group("large")


def test_a_plural_is_chosen_by_its_count(tmp_path: Path) -> None:
    (tmp_path / "messages.toml").write_text(
        'left_out.one = "{count:,} file was left out."\nleft_out.other = "{count:,} files were left out."\n'
        '[views]\none = "Result"\n'
    )
    messages = Messages(str(tmp_path / "__init__.py"))
    said = [messages.plural("left_out", count).format(count=count) for count in (0, 1, 2, 1000)]
    assert said == [
        "0 files were left out.",
        "1 file was left out.",
        "2 files were left out.",
        "1,000 files were left out.",
    ]
    with pytest.raises(KeyError, match="one and other"):
        messages.plural("views", 1)


def test_words_are_joined_to_a_list() -> None:
    assert [joined(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
    assert joined(["a", "b", "c"], "or") == "a, b or c"
