"""Test the rules of the code base: direction of imports, one place for Dask, documentation in step with the code."""

import ast
import json
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from core import settings
from core.runs import runs
from core.runs.store import Store
from core.ui.frame import menu
from tests import measure, private_use

ROOT = settings.PROJECT
# What each folder of core may import beside itself and the modules that lie in core itself.
SHARED = {
    "jobs": set(),
    "learn": set(),
    "files": {"jobs"},
    "plot": {"learn"},
    "runs": {"jobs", "learn"},
    "prices": {"files", "jobs", "learn", "plot", "runs"},
    "ui": {"files", "jobs", "learn", "plot", "prices", "runs"},
}
LABS = {path.parent.name for path in ROOT.glob("core/labs/*/__init__.py")}
HOME = ROOT / "core" / "labs" / "home.py"  # a card for each lab
README = (ROOT / "README.md").read_text()
COMMANDS = (ROOT / "docs" / "command-line.md").read_text()


def imports(path: Path) -> set[str]:
    """Return the modules that a file imports anywhere, functions included."""
    found: set[str] = set()
    for node in ast.walk(measure.tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def from_core(path: Path) -> set[str]:
    """The folders of core that a file imports from, and the modules that lie in core itself."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("core.")}


def is_view(path: Path) -> bool:
    return "view" in path.parts or path.stem == "view" or path == HOME


@pytest.mark.parametrize("folder", SHARED)
def test_shared_folders_import_only_what_lies_below_them(folder: str) -> None:
    files = [*(ROOT / "core" / folder).rglob("*.py")]
    assert files
    ground = {path.stem for path in (ROOT / "core").glob("*.py")}
    for path in files:
        assert from_core(path) <= SHARED[folder] | {folder} | ground, path


def test_what_lies_in_core_itself_imports_no_lab_and_draws_nothing() -> None:
    for path in (ROOT / "core").glob("*.py"):
        assert path.name == "__main__.py" or not from_core(path) & {"labs", "ui"}, path  # it is the command line


@pytest.mark.parametrize("lab", sorted(LABS))
def test_no_lab_imports_another_and_only_its_view_imports_ui(lab: str) -> None:
    for path in (ROOT / "core" / "labs" / lab).rglob("*.py"):
        others = {name.split(".")[2] for name in imports(path) if name.startswith("core.labs.")}
        assert others <= {lab, "messages"}, path  # texts of several labs
        assert is_view(path) or "ui" not in from_core(path), path


def test_only_ui_and_views_import_streamlit_and_only_the_job_system_dask() -> None:
    for path in (ROOT / "core").rglob("*.py"):
        tops = {name.split(".")[0] for name in imports(path)}
        assert "streamlit" not in tops or is_view(path) or "ui" in path.parts, path
        assert not tops & {"distributed", "dask"} or path.parent.name == "jobs", path


def test_text_files_are_read_and_written_as_utf_8() -> None:
    """Elsewhere the default is another encoding: on Windows the server could not read its own script of the browser."""
    for path in measure.product():
        for node in ast.walk(measure.tree(path)):
            if isinstance(node, ast.Call) and _is_text(node):
                assert any(one.arg == "encoding" for one in node.keywords), f"{path}:{node.lineno}"


def _is_text(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in ("read_text", "write_text")
    mode = call.args[1] if len(call.args) > 1 else None
    return isinstance(call.func, ast.Name) and call.func.id == "open" and "b" not in getattr(mode, "value", "")


def test_only_compat_uses_what_libraries_do_not_document() -> None:
    apart = {path for path in measure.product() if path.name == "compat.py"}
    assert apart == {ROOT / "core" / folder / "compat.py" for folder in ("jobs", "learn", "ui")}
    for path in measure.product():
        assert bool(private_use.found(measure.tree(path))) == (path in apart), path


@pytest.mark.parametrize(
    "source",
    [
        "from streamlit.runtime.scriptrunner import get_script_run_ctx",
        "from streamlit import file_util",
        "from streamlit.delta_generator import DeltaGenerator, Cursor",
        "import streamlit.runtime",
        "import streamlit as st\nst.runtime.exists()",
        "import distributed\nexcept_ = distributed.client.ClosedClientError",
        "def send(dask_scheduler):\n    from distributed.core import rpc",
        "import keras\nkeras.src.backend.backend()",
        "import tensorflow as tf\ntf.python.eager.context",
        "state()._key_id_mapper",
        "scheduler._reschedule(key)",
        "getattr(state, '_key_id_mapper')",
        "import keras\nclass Lazy(keras.optimizers.Adam):\n    def step(self):\n        return self._momentums[0]",
    ],
)
def test_a_private_use_is_found(source: str) -> None:
    assert len(private_use.found(ast.parse(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "import streamlit as st\nst.column_config.Column\nst.components.v2.component('a')",
        "from streamlit.delta_generator import DeltaGenerator",
        "import dask, distributed\ndask.config.set({})\ndistributed.Client()",
        "import os\nos._exit(0)",
        "import keras\nclass Own(keras.layers.Layer):\n    def __init__(self):\n        self._own = 1\n"
        "    def call(self, x):\n        return self._twice(x) + self._own\n    def _twice(self, x):\n        return x",
        "class Plain:\n    def go(self):\n        return self._inherited_from_a_class_of_ours",
    ],
)
def test_a_documented_use_is_none(source: str) -> None:
    assert private_use.found(ast.parse(source)) == []


def test_pages_import_no_numbers_and_stay_short() -> None:
    for path in [ROOT / "app.py", *(ROOT / "pages").glob("*.py")]:
        assert not {name.split(".")[0] for name in imports(path)} & {"numpy", "tensorflow", "keras"}, path
        assert len(path.read_text().splitlines()) <= 110, path


def test_the_menu_is_every_page() -> None:
    entries = list(menu.pages().values())
    assert sorted(entry.path for entry in entries) == sorted(f"pages/{p.name}" for p in (ROOT / "pages").glob("*.py"))


def test_the_readme_has_every_setting() -> None:
    source = (ROOT / "core" / "settings.py").read_text()
    names = re.findall(r'env\.get\("([A-Z_]+)"\)', source)
    assert "TAMRIN_HOME" in names
    for name in names:
        assert f"`{name}`" in README, name


def test_the_documents_have_every_command_and_kind() -> None:
    names = re.findall(r"^def (\w+)\(", (ROOT / "core" / "__main__.py").read_text(), re.M)
    assert {"train", "evaluate"} <= set(names)
    for name in names:
        if not name.startswith("_") and name != "main":
            assert f"python -m core {'runs' if name == 'list_runs' else name.replace('_', '-')}" in COMMANDS, name
    for kind in runs.KINDS:
        assert f"`{kind}`" in COMMANDS


@pytest.mark.parametrize("kind", runs.KINDS)
def test_shipped_models_are_complete_and_their_card_is_theirs(kind: str) -> None:
    store, module = Store(str(settings.SHIPPED), shipped=None), runs.kind_module(kind)
    listed = store.list()[0]
    found = [next(iter(runs.of_spec(kind, spec, listed)), None) for spec in module.shipped()]
    assert None not in found
    if not hasattr(module, "read_data"):  # this kind's data need no download, so its keys can be recomputed
        assert [run.key for run in found] == [runs.key(kind, spec) for spec in module.shipped()]
    assert len(found) == len(list((settings.SHIPPED / kind).glob("*/run.json")))
    assert (settings.SHIPPED / kind / "CARD.md").read_text() == module.card(found)
    assert all(store.weights(run) and store.arrays(run) for run in found)


def test_shipped_models_stay_small() -> None:
    assert sum(p.stat().st_size for p in settings.SHIPPED.rglob("*") if p.is_file()) < 40e6


def test_every_colour_and_size_of_the_config_is_valid_toml_and_the_server_stays_on_loopback() -> None:
    import tomllib

    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["address"] == "127.0.0.1"
    assert config["client"]["showSidebarNavigation"] is False
    assert json.dumps(config)


def test_every_requirement_has_a_lower_and_an_upper_bound() -> None:
    for path in ROOT.glob("requirements*.txt"):
        for line in path.read_text().splitlines():
            if line and not line.startswith(("#", "-r ")):
                bounds = {spec.operator for spec in Requirement(line).specifier}
                assert {">=", "<"} <= bounds, f"{path.name}: {line}"


RANGED = {"slider", "number_input", "select_slider"}  # widgets that are given a range or numbers to choose from


def described(lab: str) -> set[str]:
    """Return the names of all fields that the specs of a lab describe."""
    sources = [path.read_text() for path in (ROOT / "core" / "labs" / lab).rglob("*.py")]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.AnnAssign)]
    return {ast.unparse(node.target) for node in nodes if node.value and ast.unparse(node.value).startswith("fields.")}


def second_ranges(source: str, names: set[str]) -> list[str]:
    """Return the code that gives a described field a range once more: a check, a widget, or a control with limits."""
    nodes = list(ast.walk(ast.parse(source)))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    called = [call.func for call in calls]  # any other mention could be called under another name
    others = [node for node in nodes if isinstance(node, ast.Attribute) and node.attr in RANGED and node not in called]
    return [ast.unparse(node) for node in [call for call in calls if _is_second(call, names)] + others]


def _is_second(call: ast.Call, names: set[str]) -> bool:
    function = getattr(call.func, "attr", getattr(call.func, "id", ""))
    given = {one.arg: one.value for one in call.keywords}
    if function in ("control", "controls"):
        return bool(given.keys() & {"low", "high"})
    if function not in RANGED | {"within"}:
        return False
    name = call.args[1] if function == "within" else given.get("key")
    return name.value in names if isinstance(name, ast.Constant) else not isinstance(name, ast.JoinedStr)


@pytest.mark.parametrize("lab", sorted({module.split(".")[2] for module in runs.KINDS.values()}))
def test_the_range_of_a_field_stands_in_its_description_alone(lab: str) -> None:
    names = described(lab)
    assert "epochs" in names
    for path in (ROOT / "core" / "labs" / lab).rglob("*.py"):
        assert second_ranges(path.read_text(), names) == [], path


@pytest.mark.parametrize(
    "source",
    [
        "for name, low, high in LIMITS:\n    spec.within(self, name, low, high)",
        "spec.within(self, 'epochs', 1, 9)",
        "st.slider('Epochs', 1, 9, key='epochs')",
        "left.number_input('Epochs', 1, 9, key=name)",
        "st.select_slider('Epochs', (1, 9), key='epochs')",
        "draw = st.number_input",
        "form.control(Spec, 'epochs', high=9)",
    ],
)
def test_a_second_range_is_found(source: str) -> None:
    assert second_ranges(source, {"epochs"})


def test_ranges_of_other_values_are_no_second_ones() -> None:
    source = "st.slider('Day', 1, 9, key='day')\nspec.within(self, 'fold', 0, 3)\nform.control(Spec, 'epochs')"
    assert second_ranges(source, {"epochs"}) == []


TOO_LONG = {"lines of product code", "files above 200 lines"}  # `make measure` shows what is still above its bar


def test_the_code_holds_all_bars_but_those_of_its_length() -> None:
    found = {one.name: one for one in measure.measures(complexity=False)}
    assert found.keys() > TOO_LONG
    assert {name: one.worst for name, one in found.items() if not one.holds and name not in TOO_LONG} == {}


def named_files(text: str) -> list[str]:
    """Return the files of the project that a text names, without those whose path it makes up while it runs."""
    return re.findall(
        r"(?<![\w./{}])((?:assets|core|docs|pages|tests)/[\w./-]+\.(?:css|j2|js|json|md|py|toml))\b", text
    )


def test_files_that_the_code_names_exist() -> None:
    sources = [*measure.product(), *ROOT.glob("assets/*.css"), *ROOT.glob("assets/*.js"), *ROOT.glob("core/**/*.toml")]
    found = [(path.name, name) for path in sources for name in named_files(path.read_text(encoding="utf-8"))]
    assert found
    assert [pair for pair in found if not (ROOT / pair[1]).exists()] == []


def test_circles_are_found_also_through_names_in_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {"a": "from core import b", "b": "KINDS = {'x': 'core.c:run'}", "c": "import core.a"}
    for name, source in sources.items():
        (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.setattr(measure, "modules", lambda: {f"core.{name}": tmp_path / f"{name}.py" for name in sources})
    assert measure.circles(measure.imported(hidden=False)) == []
    assert measure.circles(measure.imported(hidden=True)) == [["core.a", "core.b", "core.c"]]


def subjects(sheet: str) -> dict[str, str]:
    """Return the last part, without `:has`, of each selector of a style sheet that asks for contents."""
    rules = re.findall(r"(?:^|[{}])([^{}@;]+)(?={)", re.sub(r"/\*.*?\*/", "", sheet, flags=re.S))
    found = {}
    for selector in (one.strip() for rule in rules for one in re.split(r",(?![^()]*\))", rule) if ":has(" in one):
        bare = selector
        while bare != (bare := re.sub(r":[\w-]+\([^()]*\)", "", bare)):
            pass
        found[selector] = re.split(r"[\s>+~]", bare)[-1]
    return found


def test_no_element_is_selected_by_its_contents_alone() -> None:
    """Each text that Plotly measures would restyle the whole page: charts took a browser up to eight times as long."""
    found = subjects((ROOT / "assets/style.css").read_text())
    assert len(found) > 10
    assert [selector for selector, subject in found.items() if subject in ("", "*")] == []


def test_selectors_of_everything_are_found() -> None:
    sheet = (
        "a { color: red; }\n@media (x) { .b:has(i) > * { order: 1; } :has(> .c), .d:has(:is(i, u)) p { order: 2; } }"
    )
    assert subjects(sheet) == {".b:has(i) > *": "*", ":has(> .c)": "", ".d:has(:is(i, u)) p": "p"}
