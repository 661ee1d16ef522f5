"""Describe each field of a spec once: its range or choices, and the label and help of its control.

The check of a spec, the control of a page and the errors of `--set` read the same description, so that a range cannot
differ between them.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.runs import spec

FIELD = "field"  # in the metadata of a field


@dataclass(frozen=True)
class Field:
    """Allowed values of a field, and how a page lets a user choose one."""

    label: str = ""
    low: float | None = None  # None: not a number
    high: float | None = None
    shown: tuple[float, float] | None = None  # range of the control, if it is narrower than the allowed one
    options: tuple[float, ...] = ()  # all numbers that the control offers, if these are few
    step: float | None = None
    slider: bool = False
    format: str | None = None
    choices: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # what pages call the choices
    help: str | None = None

    @property
    def whole(self) -> bool:
        """Return whether the values are whole numbers."""
        return isinstance(self.low, int)

    @property
    def range(self) -> tuple[float, float]:
        """Return the limits of the control."""
        if self.shown:
            return self.shown
        if self.low is None or self.high is None:
            raise TypeError(f"{self.label} is not a number.")
        return self.low, self.high


def number(
    default: float | None, low: float, high: float, label: str = "", *, added: bool = False, **about: Any
) -> Any:
    """Declare a number from `low` to `high`; whole if these are."""
    return _declared(default, added, Field(label, low, high, **about))


def choice(default: str | None, choices: Iterable[str], label: str = "", *, added: bool = False, **about: Any) -> Any:
    """Declare a text that is one of the choices; if these are a mapping, its values are what pages call them."""
    if isinstance(choices, Mapping):
        about = {"names": choices} | about
    return _declared(default, added, Field(label, choices=tuple(choices), **about))


def switch(default: bool | None, label: str, *, added: bool = False, **about: Any) -> Any:
    """Declare a truth value with a control."""
    return _declared(default, added, Field(label, **about))


def _declared(default: Any, added: bool, about: Field) -> Any:
    return dataclasses.field(default=default, metadata={FIELD: about} | ({spec.ADDED: True} if added else {}))


def of(cls: type) -> dict[str, Field]:
    """Return the described fields of a spec, by name."""
    return {one.name: one.metadata[FIELD] for one in dataclasses.fields(cls) if FIELD in one.metadata}


def check(chosen: Any) -> None:
    """Raise SpecError for the first value outside its field's choices or range."""
    described = of(type(chosen))
    for name, about in described.items():
        if about.choices:
            spec.one_of(chosen, name, about.choices)
    for name, about in described.items():
        if about.low is not None and about.high is not None:
            spec.within(chosen, name, about.low, about.high)


def differences(chosen: Any, wanted: Any, names: Iterable[str]) -> list[str]:
    """Say of each of these fields in which two specs differ how `wanted` changes it, as in `layers 4 → 1`."""
    described, pairs = of(type(chosen)), {name: (getattr(chosen, name), getattr(wanted, name)) for name in names}
    return [_change(described[name], *pair) for name, pair in pairs.items() if pair[0] != pair[1]]


def _change(about: Field, now: Any, then: Any) -> str:
    label = about.label.split(", ")[0]
    label = label[0].lower() + label[1:] if label.split()[0][1:].islower() else label
    if isinstance(then, bool):
        return f"{label} {'on' if then else 'off'}"
    if about.choices:
        return f"{label} {about.names.get(now, now)} → {about.names.get(then, then)}"
    return f"{label} {now:g} → {then:g}"
