"""Specs: one experiment as a frozen dataclass of plain values, conversion from and to text, and rules for changes.

A run is found by a key that includes its spec. To keep runs of earlier versions accessible, a new field is declared
with `added`: it does not enter the key while it has its default. A renamed field leaves its old name in `ALIASES` of
its class, `{"old": "new"}`: links, `--set` and stored runs may use it, and the key keeps using it. If the same values
come to mean another training, the class increments `VERSION`, which enters the key.
"""

import dataclasses
import types
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from core.errors import SpecError
from core.plain import Object
from core.runs import messages

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

S = TypeVar("S", bound="DataclassInstance")
Values = Object  # of the fields of a spec, by name
ADDED = "added"  # in the metadata of a field


def added(default: Any) -> Any:
    """Declare a field that was added later: it does not enter keys while it has this default."""
    return dataclasses.field(default=default, metadata={ADDED: True})


def from_dict(cls: type[S], values: Values) -> S:
    """Create a spec from plain values or text (`"0.2"`, `"true"`). SpecError for unknown names and wrong types."""
    known = get_type_hints(cls)
    fields = {f.name for f in dataclasses.fields(cls)}
    values = renamed(cls, values)
    if unknown := sorted(set(values) - fields):
        raise SpecError(messages.no_setting.format(name=unknown[0], names=", ".join(sorted(fields))))
    return cls(**{name: _read(name, value, known[name]) for name, value in values.items()})


def to_dict(spec: Any) -> Values:
    """Return the plain values of a spec, in the order of its fields."""
    return dataclasses.asdict(spec)


def aliases(cls: type) -> dict[str, str]:
    """Return the former names of a spec's fields, each with its present name."""
    return getattr(cls, "ALIASES", {})


def version(cls: type) -> int:
    """Return the version of the meaning of a spec's values, 1 by default."""
    return getattr(cls, "VERSION", 1)


def renamed(cls: type, values: Values) -> Values:
    """Replace former names of fields by present ones. SpecError if a field is given under two names."""
    today = {name: aliases(cls).get(name, name) for name in values}
    for name, new in today.items():
        if new != name and new in values:
            raise SpecError(messages.old_name.format(name=name, new=new))
    return {today[name]: value for name, value in values.items()}


def in_key(cls: type, values: Values) -> Values:
    """Return the values of a spec as they enter its key and are stored.

    Fields appear under their original names; fields that were added later are left out at their defaults.
    """
    first: dict[str, str] = {}
    for old, new in aliases(cls).items():
        first.setdefault(new, old)
    later = _later(cls)
    return {first.get(n, n): value for n, value in values.items() if n not in later or value != later[n]}


def of_stored(cls: type, values: Values) -> Values:
    """Convert stored values to those of a present spec: the inverse of `in_key`."""
    return _later(cls) | renamed(cls, values)


def _later(cls: type) -> Values:
    """Return the fields that were added later, with their defaults."""
    return {f.name: f.default for f in dataclasses.fields(cls) if f.metadata.get(ADDED)}


def parse_assignments(pairs: tuple[str, ...]) -> dict[str, str]:
    """Parse `("epochs=5", "cell=gru")` as a dictionary."""
    if bad := [pair for pair in pairs if "=" not in pair]:
        raise SpecError(messages.no_assignment.format(text=bad[0]))
    return dict(pair.split("=", 1) for pair in pairs)


def require(condition: bool, sentence: str) -> None:
    """Raise a SpecError with a sentence that says what to change, unless the condition holds."""
    if not condition:
        raise SpecError(sentence)


def within(spec: Any, name: str, low: float, high: float) -> None:
    """Require `low <= spec.name <= high`."""
    value = getattr(spec, name)
    if not low <= value <= high:
        raise SpecError(messages.out_of_range.format(name=name.replace("_", " "), value=value, low=low, high=high))


def one_of(spec: Any, name: str, allowed: tuple[str, ...]) -> None:
    """Require that a text field has one of the allowed values."""
    value = getattr(spec, name)
    if value not in allowed:
        told = ", ".join(allowed)
        raise SpecError(messages.not_one_of.format(name=name.replace("_", " "), value=value, allowed=told))


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
        text = messages.group("not_a").get(kind.__name__, messages.no_text)
        raise SpecError(text.format(name=name.replace("_", " "), value=value)) from None


def _whole(value: Any) -> float:
    if (number := float(value)) != int(number):
        raise ValueError(value)
    return number


def _truth(name: str, value: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if value.lower() not in words:
        raise SpecError(messages.group("not_a")["bool"].format(name=name.replace("_", " "), value=value))
    return words[value.lower()]
