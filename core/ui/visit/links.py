"""Define the parameters allowed in each page's link, and explain links that ask for unavailable values."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.ui import messages
from core.ui.compat import Control, Link

_KNOWN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
NAMES = {page: set(names.split()) for page, names in _KNOWN["names"].items()}
ALIASES: dict[str, dict[str, str]] = {}  # file of each page -> a control's name in older links -> its current name
# File of each page ("" for all pages) -> name of a control -> a value in older links -> its current value.
VALUES: dict[str, dict[str, dict[str, str]]] = _KNOWN["values"]
VALUES["architectures"] |= {f"task{number}": VALUES["architectures"]["wiring"] for number in range(1, 10)}
LABELS = (  # parts of the names of stored networks in older links, as regular expressions -> their names today
    (r"^Residual A(?= ·| from )", "ResNet A"),
    (r"^Dense(?= ·| from )", "DenseNet"),
    (r" a class(?= · seed)", " per class"),
)
MOST = 8  # maximum choices named in a sentence


def renamed(page: str, link: Link) -> Link:
    """Replace the old names and values in a page's link by those of today; today's name wins if both are given."""
    names = ALIASES.get(page, {})
    today = {names[name]: values for name, values in link.items() if name in names} | {
        name: values for name, values in link.items() if name not in names
    }
    return {name: [_current(page, name, value) for value in values] for name, values in today.items()}


def _current(page: str, name: str, value: str) -> str:
    if today := VALUES.get(page, {}).get(name, {}).get(value) or VALUES[""].get(name, {}).get(value):
        return today
    for old, new in LABELS:
        value = re.sub(old, new, value)
    return value


def says(control: Control, asked: Sequence[str], value: Any) -> bool:
    """Return whether a link's values for a control are the ones it has."""
    try:
        wanted = _listed(control.from_link(asked))
    except ValueError:
        return False
    return wanted == _listed(control.in_link(value)) or (wanted == [] and value is None)


def replaced(control: Control, asked: Sequence[str], value: Any) -> str | None:
    """Return a sentence if the link's values for a control are not the ones it has; None if they are."""
    if says(control, asked, value):
        return None
    used = _listed(control.in_link(value))
    given = ", ".join(asked) or messages.nothing_given
    return messages.link_replaced.format(key=control.key, given=given, allowed=_allowed(control), used=_said(used))


def unknown(names: Sequence[str]) -> str:
    """Return a sentence about names that a page does not know."""
    return messages.plural("link_unknowns", len(names)).format(names=", ".join(names))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _said(values: Sequence[Any]) -> str:
    return ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values) or messages.none


def _allowed(control: Control) -> str:
    if options := control.options:
        more = ", …" if len(options) > MOST else ""
        return messages.allowed_options.format(options=", ".join(options[:MOST]), more=more)
    if limits := control.limits:
        low, high = limits
        return messages.allowed_range.format(low=low, high=high)
    return messages.allowed_switch if control.switch else ""
