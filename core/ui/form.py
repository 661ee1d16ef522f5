"""Draw the controls of a spec's fields from their descriptions; every value is kept in the page's link."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields as fields_of, replace
from typing import Any, Literal, TypedDict

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import glossary
from core.runs import fields
from core.runs.fields import Field
from core.runs.spec import Values
from core.ui import messages


class Bound(TypedDict):
    """Argument of a widget whose value is kept in the page's link."""

    bind: Literal["query-params"]


class Shared(Bound):
    """Arguments that the widgets of all fields have."""

    key: str
    disabled: bool
    help: str | None


URL: Bound = {"bind": "query-params"}


def controls(cls: type, *names: str, default: Any = None, where: DeltaGenerator | None = None) -> Values:
    """Draw the controls of several fields in this order; return their values by name.

    `default` is a spec whose values the controls begin with, instead of the defaults of the fields.
    """
    return {name: control(cls, name, default=default, where=where) for name in names}


def control(
    cls: type,
    name: str,
    *,
    default: Any = None,
    where: DeltaGenerator | None = None,
    key: str = "",
    disabled: bool = False,
    **changes: Any,
) -> Any:
    """Draw the control of one field; return its value. `changes` replace parts of its description on this page."""
    about = replace(fields.of(cls)[name], **changes)
    begin = _begin(cls, name) if default is None else getattr(default, name)
    shared: Shared = {"key": key or name, "disabled": disabled, "help": glossary.tip(about.label, about.help), **URL}
    place: Any = where or st
    if about.choices:
        return place.selectbox(
            about.label,
            about.choices,
            about.choices.index(begin),
            format_func=lambda one: about.names.get(one, one),
            **shared,
        )
    if about.low is None:
        return place.toggle(about.label, begin, **shared)
    return _number(place, about, begin, shared)


def several(cls: type, name: str, default: Sequence[str], *, key: str) -> list[str]:
    """Draw pills with the choices of a field, of which a user takes any number; return those taken."""
    about = fields.of(cls)[name]
    return st.pills(
        about.label,
        about.choices,
        selection_mode="multi",
        default=default,
        key=key,
        wrap=True,
        format_func=lambda one: about.names.get(one, one),
        help=glossary.tip(about.label, about.help),
        **URL,
    )


def segments(
    label: str,
    options: Sequence[Any] | Mapping[Any, str],
    *,
    key: str,
    default: Any = None,
    names: Mapping[Any, str] | None = None,
    where: DeltaGenerator | None = None,
    **more: Any,
) -> Any:
    """Draw a segmented control, of which one segment is always chosen, at first the first one; return that option.

    `names`, or `options` if they are a mapping, have the text of each option.
    """
    names = options if isinstance(options, Mapping) else names
    begin = next(iter(options)) if default is None else default
    if names is not None:
        more["format_func"] = names.get
    return (where or st).segmented_control(label, list(options), default=begin, required=True, key=key, **more, **URL)


def preset_names() -> dict[str, str]:
    """Return the usual names of presets."""
    return dict(messages.group("preset_names"))


def presets(
    helps: Mapping[str, str],
    choose: Callable[[str], None],
    names: Mapping[str, str] | None = None,
    where: Sequence[DeltaGenerator] = (),
) -> None:
    """Draw a button for each preset in `helps`, labelled by `names` or its usual name; a click calls `choose` with it.

    `where` are the places of the buttons, by default one below the other.
    """
    places: Sequence[Any] = where or [st] * len(helps)
    labels = preset_names() | dict(names or {})
    for place, (name, about) in zip(places, helps.items(), strict=True):
        place.button(labels[name], key=f"preset_{name}", width="stretch", on_click=choose, args=(name,), help=about)


def _begin(cls: type, name: str) -> Any:
    return next(one.default for one in fields_of(cls) if one.name == name)


def _number(place: Any, about: Field, begin: float, shared: Shared) -> float:
    if about.options:
        return place.select_slider(about.label, about.options, begin, **shared)
    low, high = about.range
    if about.slider:
        return place.slider(about.label, low, high, begin, about.step, format=about.format, **shared)
    shared["help"] = " ".join(filter(None, [shared["help"], _allowed(low, high)]))
    if about.whole:
        return int(place.number_input(about.label, low, high, begin, step=about.step, **shared))
    step, form = about.step or 1e-3, about.format or "%g"
    return place.number_input(about.label, low, high, begin, step=step, format=form, **shared)


def _allowed(low: float, high: float) -> str:
    """Return a sentence on the range of a number field, which itself tells it only of a number that is outside."""
    least, most = (np.format_float_positional(end, trim="-") for end in (low, high))
    return messages.number_range.format(low=least, high=most)
