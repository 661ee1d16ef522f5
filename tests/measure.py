"""Measure the product's code against its bars: `make measure`, or `python -m tests.measure`."""

import ast
import json
import re
import statistics
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = re.compile(r"core(\.\w+)+(:\w+)?")  # a module or one of its functions as a string: "core.runs.runs:train_part"
SCRIPTS = ("app.py", "serve.py", "start.py")
JSON = ROOT / "core" / "plain.py"  # the boundary of what is known: it names an object of JSON, `plain.Object`
PRIVATE_PROSE = ("What ", "The same")
Graph = dict[str, set[str]]


@dataclass(frozen=True)
class Measure:
    """One number and its bar; `worst` names the places above it."""

    name: str
    value: float
    bar: float
    worst: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return self.value <= self.bar


def product() -> list[Path]:
    """Return the files of the product, without tests."""
    return [*(ROOT / name for name in SCRIPTS), *sorted((ROOT / "pages").glob("*.py")), *modules().values()]


@cache
def modules() -> dict[str, Path]:
    """Map the dotted names of the modules of `core` to their files."""
    found = {}
    for path in sorted((ROOT / "core").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions() -> Iterator[tuple[str, int]]:
    """Yield the location and the number of lines of each function and method."""
    for path in product():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def imported(hidden: bool) -> Graph:
    """Map each module of `core` to those it imports anywhere; with `hidden` also those named in strings."""
    return {name: set(_imported(name, path, hidden)) - {name} for name, path in modules().items()}


def _imported(name: str, path: Path, hidden: bool) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield from (one for one in (whole if whole in modules() else node.module,) if one in modules())
        elif hidden and isinstance(node, ast.Constant) and isinstance(node.value, str) and TARGET.fullmatch(node.value):
            yield from (one for one in (node.value.partition(":")[0],) if one in modules())


def circles(graph: Graph) -> list[list[str]]:
    """Return the strongly connected components of more than one module (Tarjan 1972), the largest first."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        order[name] = low[name] = len(order)
        stack.append(name)
        for other in sorted(graph[name]):
            if other not in order:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == order[name]:
            at = stack.index(name)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for name in graph:
        if name not in order:
            visit(name)
    return sorted(found, key=len, reverse=True)


def complexities(above: int = 1) -> list[tuple[int, str]]:
    """Return the cyclomatic complexity (ruff's mccabe) of each function above a bar, the greatest first."""
    command = [sys.executable, "-m", "ruff", "check", "--select", "C901", "--exit-zero", "--output-format", "json"]
    command += ["--config", f"lint.mccabe.max-complexity={above}", *SCRIPTS, "pages", "core"]
    told = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    found = []
    for one in told:
        name, number = re.search(r"`(\w+)` is too complex \((\d+)", one["message"]).groups()
        place = Path(one["filename"]).relative_to(ROOT)
        found.append((int(number), f"{place}:{one['location']['row']} {name}"))
    return sorted(found, reverse=True)


def _texts(pattern: str, but: Path | None = None) -> Counter[str]:
    """Count how often a pattern occurs, by file, without the file `but`."""
    files = [path for path in product() if path != but]
    return Counter({str(p.relative_to(ROOT)): len(re.findall(pattern, p.read_text(encoding="utf-8"))) for p in files})


def unformatted() -> list[str]:
    """Return the locations of `# fmt: skip` behind a statement that does not define a table as a constant."""
    found = []
    for path in product():
        skipped = {
            at for at, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "# fmt: skip" in line
        }
        tables = {node.end_lineno for node in tree(path).body if _is_table(node)}
        found += [f"{path.relative_to(ROOT)}:{at}" for at in sorted(skipped - tables)]
    return found


def _is_table(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    while isinstance(value, ast.BinOp):
        value = value.right
    return isinstance(value, ast.Dict | ast.Tuple | ast.List | ast.Set)


def docstrings() -> list[str]:
    """Return the locations of docstrings that begin with a private phrase instead of a verb."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"
        for path in product()
        for node in ast.walk(tree(path))
        if isinstance(node, kinds) and (ast.get_docstring(node) or "").startswith(PRIVATE_PROSE)
    ]


def sizes() -> list[tuple[int, str]]:
    """Return the number of lines of each file, templates of scripts included, the longest first."""
    files = [*product(), *(ROOT / "core").rglob("*.j2")]
    counted = [(len(path.read_text(encoding="utf-8").splitlines()), str(path.relative_to(ROOT))) for path in files]
    return sorted(counted, reverse=True)


def shelves() -> list[tuple[int, str]]:
    """Return the number of files in each folder of `core`, the fullest first."""
    counts = Counter(str(path.parent.relative_to(ROOT)) for path in modules().values())
    return [(count, folder) for folder, count in counts.most_common()]


def labs() -> list[tuple[int, str]]:
    """Return the number of files of each lab, its folders included, the largest first; each concept is one."""
    places = (path.relative_to(ROOT).parts for path in modules().values())
    inside = [parts[2:-1] for parts in places if parts[:2] == ("core", "labs") and len(parts) > 3]
    counts = Counter("/".join(parts[: 2 if parts[0] == "concepts" else 1]) for parts in inside)
    return [(count, lab) for lab, count in counts.most_common()]


def untyped() -> list[str]:
    """Return the labs whose types are not checked yet."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["basedpyright"].get("exclude", [])


def above(bar: float, found: list[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(f"{number} {place}" for number, place in found if number > bar)


@cache
def measures(complexity: bool = True) -> list[Measure]:
    """Return all numbers with their bars; without the linter's if `complexity` is False."""
    lengths = sorted(((lines, place) for place, lines in functions()), reverse=True)
    numbers = [lines for lines, _ in lengths]
    files, folders, complex_ = sizes(), shelves(), complexities() if complexity else []
    visible, hidden = circles(imported(hidden=False)), circles(imported(hidden=True))
    plain, odd = _texts(r"dict\[str, Any\]", but=JSON), unformatted()
    told = docstrings()
    return [
        Measure("lines of product code", sum(lines for lines, _ in files), 30_000),
        Measure("import circles", len(visible), 0, tuple(" ".join(one) for one in visible)),
        Measure("import circles, names in texts included", len(hidden), 0, tuple(" ".join(one) for one in hidden)),
        Measure("functions above 45 lines", sum(n > 45 for n in numbers), 0, above(45, lengths)),
        Measure("functions of a complexity above 12", sum(n > 12 for n, _ in complex_), 0, above(12, complex_)),
        Measure("files above 350 lines", sum(n > 350 for n, _ in files), 0, above(350, files)),
        Measure("files above 200 lines", sum(n > 200 for n, _ in files), 30),
        Measure("folders of core with more than 15 files", sum(n > 15 for n, _ in folders), 0, above(15, folders)),
        Measure("labs of 30 files and more", sum(n >= 30 for n, _ in labs()), 0, above(29, labs())),
        Measure("lines of a function, median", statistics.median(numbers), 6),
        Measure("lines of a function, 90% have at most", statistics.quantiles(numbers, n=10)[-1], 16),
        Measure("dict[str, Any] outside core/plain.py", plain.total(), 0, _most(plain)),
        Measure("# fmt: skip on what is no table", len(odd), 0, tuple(odd)),
        Measure("labs without a check of types", len(untyped()), 0, tuple(untyped())),
        Measure(f"docstrings that begin with {' or '.join(map(repr, PRIVATE_PROSE))}", len(told), 0, tuple(told)),
    ]


def _most(counts: Counter[str]) -> tuple[str, ...]:
    return tuple(f"{count} {path}" for path, count in counts.most_common() if count)


def main(most: int = 5) -> None:
    """Print each number with its bar, and the first places above it."""
    for one in measures():
        mark = " " if one.holds else "!"
        print(f"{mark} {one.name:56} {one.value:10,.10g}   at most {one.bar:,}")
        for place in one.worst[:most]:
            print(f"      {place if len(place) < 150 else place[:150] + ' …'}")
        if len(one.worst) > most:
            print(f"      and {len(one.worst) - most} more")


if __name__ == "__main__":
    main()
