"""Find uses of Streamlit, Keras, TensorFlow and Dask beyond their documented API in a module's source."""

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path


def _modules(library: str) -> set[str]:
    return {path.stem for path in Path(find_spec(library).origin).parent.iterdir()}


# Modules of each library that it keeps for itself. Dask and Streamlit offer what is public at the top.
CLOSED = {
    "streamlit": _modules("streamlit") - {"column_config", "components", "dataframe", "navigation"},
    "distributed": _modules("distributed"),
    "dask": _modules("dask") - {"config"},
    "keras": {"src"},
    "tensorflow": {"compiler", "core", "python"},
}
NAMED = {  # documented where they stand
    ("streamlit.delta_generator", "DeltaGenerator"),
    ("streamlit.components.v2", "component"),
    ("dask.sizeof", "sizeof"),
}
OPEN = {"dask.config"}  # a module that is documented by its dotted name
PYTHONS = {"_exit"}  # names with an underscore that Python documents: os._exit
READERS = {"getattr", "setattr", "hasattr", "delattr"}
WATCHED = ast.Import | ast.ImportFrom | ast.Attribute | ast.Call | ast.ClassDef


def found(tree: ast.Module) -> list[str]:
    """Return line and name of each private module, and of each name with an underscore that is not the object's own.

    The type of an object is unknown here, so a name with an underscore is refused on all but `self` and `cls`; in a
    class derived from one of a library, also on these unless the class defines it.
    """
    return [f"{node.lineno} {name}" for node, name in _uses(tree)]


def _uses(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    nodes = [node for node in ast.walk(tree) if isinstance(node, WATCHED)]
    libraries = _imported(nodes)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (
                (node, one.name)
                for one in node.names
                if "." in one.name and _library(one.name) and one.name not in OPEN
            )
        elif isinstance(node, ast.ImportFrom) and node.module and _library(node.module):
            yield from ((node, one.name) for one in node.names if (node.module, one.name) not in NAMED)
        elif isinstance(node, ast.Attribute) and _is_private(node, libraries):
            yield node, node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in READERS:
            yield from ((node, one.value) for one in node.args if isinstance(one, ast.Constant) and _hidden(one.value))
        elif isinstance(node, ast.ClassDef) and any(_root(base) in libraries for base in node.bases):
            yield from ((one, one.attr) for one in _inherited(node))


def _imported(nodes: list[ast.AST]) -> dict[str, str]:
    """Map the names under which a module knows libraries, and what it imports from them, to the libraries."""
    names = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {one.asname or one.name.partition(".")[0]: _library(one.name) for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {one.asname or one.name: _library(node.module or "") for one in node.names}
    return {name: library for name, library in names.items() if library}


def _library(module: str) -> str:
    top = module.partition(".")[0]
    return top if top in CLOSED else ""


def _is_private(node: ast.Attribute, libraries: dict[str, str]) -> bool:
    owner = node.value.id if isinstance(node.value, ast.Name) else ""
    if owner in libraries and node.attr in CLOSED[libraries[owner]]:
        return True
    return _hidden(node.attr) and owner not in ("self", "cls")


def _hidden(name: object) -> bool:
    return isinstance(name, str) and name.startswith("_") and not name.startswith("__") and name not in PYTHONS


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _inherited(kind: ast.ClassDef) -> Iterator[ast.Attribute]:
    """Yield the uses of names with an underscore on `self` or `cls` that the class itself does not define."""
    inside = list(ast.walk(kind))
    own = {node.name for node in inside if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    own |= {node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    uses = [node for node in inside if isinstance(node, ast.Attribute) and _root(node.value) in ("self", "cls")]
    own |= {node.attr for node in uses if isinstance(node.ctx, ast.Store)}
    yield from (node for node in uses if _hidden(node.attr) and node.attr not in own)
