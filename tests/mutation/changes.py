"""All changes that can be made to a module: each puts another node in one place of its syntax tree."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OPERATORS: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,), ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,), ast.Mod: (ast.Mult,), ast.Pow: (ast.Mult,), ast.And: (ast.Or,), ast.Or: (ast.And,),
    ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
}  # fmt: skip
PAIRS = (("min", "max"), ("minimum", "maximum"), ("argmin", "argmax"), ("floor", "ceil"), ("any", "all"))
EXCHANGED = {**dict(PAIRS), **{other: one for one, other in PAIRS}}
SKIPPED = {"decorator_list", "annotation", "returns", "type_params"}
SHOWN = ast.expr | ast.keyword | ast.Slice | ast.AugAssign  # parents that make a change easier to read
MOST = 70  # characters that are printed of each side of a change


@dataclass(frozen=True, eq=False)
class Change:
    """Another node in the place of one; `index` where the field of the parent is a list."""

    module: str
    line: int
    parent: ast.AST
    field: str
    index: int | None
    old: ast.AST
    new: ast.AST

    def set(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node

    def __str__(self) -> str:
        shown = self.parent if isinstance(self.parent, SHOWN) else None
        before = ast.unparse(shown or self.old)
        self.set(self.new)
        after = ast.unparse(shown or self.new)
        self.set(self.old)
        same = next((at for at, pair in enumerate(zip(before, after, strict=False)) if len(set(pair)) > 1), 0)
        start = max(0, same - MOST // 2)
        return f"{path_of(self.module)}:{self.line}  {before[start:][:MOST]}  ->  {after[start:][:MOST]}"


def path_of(module: str) -> Path:
    return Path(*module.split(".")).with_suffix(".py")


def changes(module: str, tree: ast.Module) -> list[Change]:
    """Return all changes of a module, in the order of its lines."""
    found = [
        Change(module, line, parent, field, index, old, ast.copy_location(new, old))
        for line, parent, field, index, old, names in _places(tree, 1, [])
        for new in _others(parent, field, old, names)
    ]
    return sorted(found, key=lambda one: one.line)


def _places(node: ast.AST, line: int, names: list[str]) -> Iterator[tuple[int, ast.AST, str, int | None, Any, list]]:
    """Yield every node below another with its line, its place and the arguments of the function that it stands in."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        names = [one.arg for one in (*node.args.args, *node.args.kwonlyargs) if one.arg not in ("self", "cls")]
    for field, value in ast.iter_fields(node):
        if field in SKIPPED:
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):  # sentences
                below = getattr(child, "lineno", line)
                yield below, node, field, index, child, names
                yield from _places(child, below, names)


def _others(parent: ast.AST, field: str, old: Any, names: list[str]) -> Iterator[ast.AST]:
    """Yield what may stand in the place of a node."""
    yield from (other() for other in OPERATORS.get(type(old), ()))
    match old:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert()):
            yield old.operand
        case ast.Name(id=name) if name in EXCHANGED:
            yield ast.Name(EXCHANGED[name], old.ctx)
        case ast.Attribute(attr=name) if name in EXCHANGED:
            yield ast.Attribute(old.value, EXCHANGED[name], old.ctx)
    if field in ("test", "ifs") and not isinstance(old, ast.Compare | ast.UnaryOp):
        yield ast.UnaryOp(ast.Not(), old)
    if isinstance(parent, ast.Return):
        yield from (ast.Name(name, ast.Load()) for name in [n for n in names if n != getattr(old, "id", "")][:1])
