"""Specs: one experiment as a frozen dataclass of plain values, from and to text."""

import dataclasses
import types
from typing import Any, TypeVar, get_args, get_type_hints

from core.errors import SpecError

S = TypeVar("S")


def from_dict(cls: type[S], values: dict[str, Any]) -> S:
    """A spec from plain values, text included (`"0.2"`, `"true"`); unknown names and wrong types are a SpecError."""
    known = get_type_hints(cls)
    fields = {f.name for f in dataclasses.fields(cls)}
    if unknown := sorted(set(values) - fields):
        raise SpecError(f"There is no setting called {unknown[0]!r}; choose from {', '.join(sorted(fields))}.")
    return cls(**{name: _read(name, value, known[name]) for name, value in values.items()})


def to_dict(spec: Any) -> dict[str, Any]:
    """The plain values of a spec, in the order of its fields."""
    return dataclasses.asdict(spec)


def parse_assignments(pairs: tuple[str, ...]) -> dict[str, str]:
    """`("epochs=5", "cell=gru")` as a dictionary."""
    if bad := [pair for pair in pairs if "=" not in pair]:
        raise SpecError(f"{bad[0]!r} is not of the form name=value.")
    return dict(pair.split("=", 1) for pair in pairs)


def require(condition: bool, sentence: str) -> None:
    """Raise a SpecError with a sentence that says what to change, unless the condition holds."""
    if not condition:
        raise SpecError(sentence)


def within(spec: Any, name: str, low: float, high: float) -> None:
    """Require `low <= spec.name <= high`."""
    value = getattr(spec, name)
    require(low <= value <= high, f"{name.replace('_', ' ')} is {value}; choose a value from {low} to {high}.")


def one_of(spec: Any, name: str, allowed: tuple[str, ...]) -> None:
    """Require that a text field has one of the allowed values."""
    value = getattr(spec, name)
    require(value in allowed, f"{name.replace('_', ' ')} is {value!r}; choose one of {', '.join(allowed)}.")


def _read(name: str, value: Any, kind: Any) -> Any:
    if isinstance(kind, types.UnionType):
        kind = next(k for k in get_args(kind) if k is not type(None))
        if value is None or value == "":
            return None
    if kind is bool and isinstance(value, str):
        return _truth(name, value)
    try:
        return int(_whole(value)) if kind is int else kind(value)
    except (TypeError, ValueError, OverflowError):
        raise SpecError(f"{name.replace('_', ' ')} is {value!r}, which is not {_NOUNS.get(kind, 'text')}.") from None


_NOUNS = {int: "a whole number", float: "a number", bool: "true or false"}


def _whole(value: Any) -> float:
    if (number := float(value)) != int(number):
        raise ValueError(value)
    return number


def _truth(name: str, value: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    require(value.lower() in words, f"{name.replace('_', ' ')} is {value!r}, which is not true or false.")
    return words[value.lower()]
