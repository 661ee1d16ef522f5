"""Write standard JSON: a number that is not finite, such as the AUC of a single class, is written as null."""

import json
import math
from typing import Any

Object = dict[str, Any]  # of JSON: its names and values are known only to who writes it and who reads it


def dumps(value: Any, **options: Any) -> str:
    """Return `value` as JSON text without NaN and Infinity; the options are those of `json.dumps`."""
    return json.dumps(finite(value), allow_nan=False, **options)


def finite(value: Any) -> Any:
    """Return the same plain value with None in place of NaN and infinity."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value
