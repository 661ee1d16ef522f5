"""Templates of exported scripts: values are literals, unknown names are errors, and no folder of work is asked for."""

import ast
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import jinja2
import pytest

from core import settings
from core.learn import scripts

TEMPLATES = sorted(path.relative_to(scripts.CORE).as_posix() for path in scripts.CORE.rglob("*.j2"))


@dataclass(frozen=True)
class Spec:
    name: str = "x'); print(\"ran\n"
    rate: float = 1e-05
    some: tuple = ("a", 2, None, True)


def rendered(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **more: object) -> str:
    (tmp_path / "one.py.j2").write_text(source)
    monkeypatch.setattr(scripts._templates(), "loader", jinja2.FileSystemLoader(tmp_path))
    return scripts.render("one.py.j2", Spec(), **more)


def test_what_a_template_prints_is_the_literal_of_the_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for form in ("{{ name }}", "{{ chosen.name }}", "{{ [name][0] }}", "{% for one in [name] %}{{ one }}{% endfor %}"):
        assert ast.literal_eval(rendered(form, tmp_path, monkeypatch)) == Spec.name
    assert rendered("{{ rate }}, {{ some }}, {{ none }}", tmp_path, monkeypatch) == "1e-05, ('a', 2, None, True), None"
    assert rendered("{{ name | upper }}", tmp_path, monkeypatch) == repr(Spec.name.upper())
    assert rendered("{{ more }}", tmp_path, monkeypatch, more=scripts.Code("a + b")) == "a + b"


@pytest.mark.parametrize(
    "source", ["{{ nmae }}", "{{ chosen.nmae }}", "{% if nmae %}{% endif %}", "{{ nmae | prose }}"]
)
def test_a_name_that_is_not_given_is_an_error(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(jinja2.UndefinedError, match="nmae"):
        rendered(source, tmp_path, monkeypatch)


def test_tags_on_lines_of_their_own_leave_no_line_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rendered("a = 1\n    {% if rate %}\nb = 2\n    {% endif %}\n", tmp_path, monkeypatch) == "a = 1\nb = 2\n"


@pytest.mark.parametrize("text", ["os.system", "a b", "", "print(1)", "1a", "x;y"])
def test_only_a_name_is_printed_as_a_name(text: str) -> None:
    with pytest.raises(ValueError, match="identifier"):
        scripts.identifier(text)


@pytest.mark.parametrize("text", ['"""\nran = 1\n"""', "\\", "a\rran = 1", "\\N{BULLET}", "a\0b", '"', "\x0cran = 1"])
def test_prose_stays_in_its_docstring_and_its_comment(text: str) -> None:
    kept = scripts.prose(text)
    for source in (f'"""{kept}"""', f'"""Of {kept}.\n"""', f"0  # {kept}\n"):
        (only,) = ast.parse(source).body
        assert isinstance(only, ast.Expr)
        assert isinstance(only.value, ast.Constant)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_is_valid_and_read_by_another_or_by_an_exporter(name: str) -> None:
    scripts._templates().get_template(name)
    sources = [path.read_text() for kind in ("*.j2", "*.py") for path in scripts.CORE.rglob(kind)]
    assert any(f'"{name}"' in source for source in sources)


def test_templates_are_found_from_another_folder(tmp_path: Path) -> None:
    lines = (
        "from core.labs.hafez.experiment import script\nfrom core.labs.hafez.spec import Spec\n"
        "print(script(Spec(seed=53)))"
    )
    environ = {"PYTHONPATH": str(settings.PROJECT)}
    done = subprocess.run([sys.executable, "-c", lines], cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert ast.parse(done.stdout)
    assert "SEED = 64, 32, 53" in done.stdout
