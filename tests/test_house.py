"""Test the rules of the code base: direction of imports, one place for Dask, documentation in step with the code."""

import ast
import json
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from core import runs, settings, shipping
from core.store import Store
from core.ui import chrome
from tests import measure

ROOT = settings.PROJECT
GROUND = {
    "charts",
    "checks",
    "diverged",
    "engine",
    "entries",
    "errors",
    "files",
    "jobs",
    "late",
    "learn",
    "metrics",
    "pace",
    "palette",
    "plain",
    "processes",
    "recurrent",
    "runs",
    "settings",
    "shipping",
    "spec",
    "store",
    "stored",
    "training",
}
TOPICS = {p.parent.name for p in ROOT.glob("core/*/__init__.py")} - {"ui", "files", "jobs", "learn"}
README = (ROOT / "README.md").read_text()


def imports(path: Path) -> set[str]:
    """Return the modules that a file imports anywhere, functions included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def imported_from_core(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("core.")}


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_topics_do_not_import_each_other_or_what_is_above(topic: str) -> None:
    for path in (ROOT / "core" / topic).glob("*.py"):
        assert imported_from_core(path) <= GROUND | {topic}, path


def test_the_ground_floor_imports_no_topic() -> None:
    for path in (ROOT / "core").glob("*.py"):
        assert not imported_from_core(path) & (TOPICS | {"ui"}), path


def test_only_ui_imports_streamlit_and_only_the_job_system_dask() -> None:
    for path in (ROOT / "core").rglob("*.py"):
        tops = {name.split(".")[0] for name in imports(path)}
        assert "streamlit" not in tops or path.parent.name == "ui", path
        assert not tops & {"distributed", "dask"} or path.name == "engine.py" or path.parent.name == "jobs", path


def test_pages_import_no_numbers_and_stay_short() -> None:
    for path in [ROOT / "app.py", *(ROOT / "pages").glob("*.py")]:
        assert not {name.split(".")[0] for name in imports(path)} & {"numpy", "tensorflow", "keras"}, path
        assert len(path.read_text().splitlines()) <= 110, path


def test_the_menu_is_every_page_and_the_readme_names_each() -> None:
    entries = [entry for group in chrome.MENU.values() for entry in group]
    assert sorted(entry.path for entry in entries) == sorted(f"pages/{p.name}" for p in (ROOT / "pages").glob("*.py"))
    for entry in entries:
        assert f"**{entry.name}**" in README, entry.name


def test_the_readme_has_every_setting() -> None:
    source = (ROOT / "core" / "settings.py").read_text()
    names = re.findall(r'env\.get\("([A-Z_]+)"\)', source)
    assert "TAMRIN_HOME" in names
    for name in names:
        assert f"`{name}`" in README, name


def test_the_readme_has_every_command_and_kind() -> None:
    names = re.findall(r"^def (\w+)\(", (ROOT / "core" / "__main__.py").read_text(), re.M)
    assert {"train", "evaluate"} <= set(names)
    for name in names:
        if not name.startswith("_") and name != "main":
            assert f"python -m core {'runs' if name == 'list_runs' else name.replace('_', '-')}" in README, name
    for kind in runs.KINDS:
        assert kind in README


@pytest.mark.parametrize("kind", runs.KINDS)
def test_shipped_models_are_complete_and_their_card_is_theirs(kind: str) -> None:
    store, module = Store(str(settings.SHIPPED), shipped=None), runs.kind_module(kind)
    listed = store.list()[0]
    found = [next(iter(runs.of_spec(kind, spec, listed)), None) for spec in module.shipped()]
    assert None not in found
    if not hasattr(module, "read_data"):  # this kind's data need no download, so its keys can be recomputed
        assert [run.key for run in found] == [runs.key(kind, spec) for spec in module.shipped()]
    assert len(found) == len(list((settings.SHIPPED / kind).glob("*/run.json")))
    assert (settings.SHIPPED / kind / "CARD.md").read_text() == shipping.card(kind, found)
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


@pytest.mark.parametrize("name", ["import circles", "functions above 45 lines", "files above 350 lines"])
def test_the_code_holds_its_bars(name: str) -> None:
    (found,) = (one for one in measure.measures(complexity=False) if one.name == name)
    assert found.holds, found.worst


def test_circles_are_found_also_through_names_in_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {"a": "from core import b", "b": "KINDS = {'x': 'core.c:run'}", "c": "import core.a"}
    for name, source in sources.items():
        (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.setattr(measure, "modules", lambda: {f"core.{name}": tmp_path / f"{name}.py" for name in sources})
    assert measure.circles(measure.imported(hidden=False)) == []
    assert measure.circles(measure.imported(hidden=True)) == [["core.a", "core.b", "core.c"]]
