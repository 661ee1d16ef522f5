"""Scripts that run on their own, rendered from the Jinja templates beside each lab's exporter.

Whatever a template prints, `{{ value }}`, is written as a Python literal, so that no value can become code.
"""

import re
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jinja2

CORE = Path(__file__).resolve().parent.parent  # names of templates are relative to it, wherever the program was started
OPTIMIZERS = {"adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "sgd": "SGD"}


class Code(str):
    """Text that is Python already and is printed as it stands."""


def render(template: str, chosen: Any, **more: Any) -> str:
    """Return the source of a script; its template knows the fields of the spec `chosen`, the spec itself, and `more`.

    Raises jinja2.UndefinedError for every other name.
    """
    return _templates().get_template(template).render(vars(chosen) | more, chosen=chosen)


def literal(value: Any) -> str:
    """Return a value as a Python literal, and `Code` as it is."""
    text = str(value)  # raises for an undefined name, which repr() does not
    return text if isinstance(value, Code) else repr(value)


def identifier(text: str) -> Code:
    """Return the name of a class or variable as code; ValueError for any other text."""
    if not text.isidentifier():
        raise ValueError(f"{text!r} is not a Python identifier.")
    return Code(text)


def optimizer(name: str) -> Code:
    """Return the name of the class in `keras.optimizers`."""
    return Code(OPTIMIZERS[name])


def prose(text: str) -> Code:
    """Return a text for a docstring or an import, without the characters that could end it."""
    return Code(re.sub(r'["\\\s\0]+', " ", str(text)))


@cache
def pinned(package: str) -> str:
    """Return a package with its version of this installation, as pip takes it."""
    return f"{package}=={version(package)}"


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(CORE),
        undefined=jinja2.StrictUndefined,
        finalize=literal,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters |= {"identifier": identifier, "optimizer": optimizer, "pinned": pinned, "prose": prose}
    return environment
