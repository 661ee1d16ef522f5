"""What a page draws, element by element, as a reader sees it: labels, help, options, columns, charts, sentences.

    python -m tests.drawn [PAGE ...]

prints all of it, page by page and view by view, each text once.
"""

import html
import json
import re
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from streamlit.testing.v1 import AppTest

from core.jobs import engine
from core.ui import background
from tests import walk
from tests.pages import person

HIDDEN = {"id", "url", "page", "icon", "form_id", "color", "page_script_hash", "format", "group_id", "type", "link",
          "tag", "config", "theme", "component_name", "query_param_key"}  # fmt: skip
SHOWN = {
    "text",
    "name",
    "ticktext",
    "title",
    "hovertemplate",
    "labels",
    "label",
    "texttemplate",
}  # in the JSON of a chart


class Text(NamedTuple):
    kind: str  # "slider.label", "dataframe.column", "plotly_chart.title", ...
    text: str


def views(page: str) -> Iterator[tuple[str, AppTest]]:
    """Draw each view of a page; yield its name, "" for the one that the page opens with, and what it shows."""
    first = person.app(page)
    yield "", first
    yield from ((name, person.app(page, view=name)) for name in view_names(first)[1:])


def view_names(shown: AppTest) -> list[str]:
    """Return the names of a page's views, none if it has no choice of views."""
    return next((list(one.options) for one in shown.get("button_group") if one.key == "view"), [])


def texts(test: AppTest, menu: bool = False) -> Iterator[Text]:
    """Yield all that the page shows to a reader, or its menu, but no Python scripts."""
    for one in elements(test.sidebar if menu else test.main):
        kind = one.type
        if kind in ("dataframe", "arrow_data_frame", "table", "arrow_table"):
            yield from (Text(f"{kind}.column", str(name)) for name in one.value.columns)
            yield from (
                Text(f"{kind}.cell", cell) for cell in one.value.astype(object).values.ravel() if isinstance(cell, str)
            )
            yield from _columns(kind, getattr(one.proto, "columns", ""))
        elif kind == "plotly_chart":
            yield Text(f"{kind}.alt", one.proto.alt)
            yield from (Text(f"{kind}.{name}", text) for name, text in _chart(json.loads(one.proto.spec)))
        elif kind == "code":
            continue
        else:
            yield from (Text(f"{kind}.{name}", text) for name, text in _strings(one.proto))


def elements(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        if not hasattr(child, "children"):
            yield child
            continue
        if child.proto is not None:
            yield child
        yield from elements(child)


def _columns(kind: str, config: str) -> Iterator[Text]:
    for one in json.loads(config or "{}").values():
        if one:
            yield from (Text(f"{kind}.column", one[key]) for key in ("label",) if one.get(key))
            yield from (Text(f"{kind}.help", one[key]) for key in ("help",) if one.get(key))


def _chart(part: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key != "template":
                yield from _chart(value, name if key == "text" and name else key)
    elif isinstance(part, list):
        for value in part:
            yield from _chart(value, name)
    elif isinstance(part, str) and name in SHOWN:
        yield name, _plain(part)


def _strings(proto: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(proto, str):
        if name not in HIDDEN and proto:
            yield name, _plain(proto)
    elif hasattr(proto, "ListFields"):
        for field, value in proto.ListFields():
            yield from _strings(value, field.name)
    elif hasattr(proto, "extend"):  # a repeated field
        for value in list(proto):
            yield from _strings(value, name)


def _plain(text: str) -> str:
    text = re.sub(r"<style.*?</style>|<script.*?</script>", " ", text, flags=re.S)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))).strip()


def main() -> None:
    background.WAIT = background.WAIT_FIRST = background.WAIT_LONGEST = person.PATIENCE
    engine.get, engine.warm_up = walk.Here, lambda: None
    for page in [f"pages/{name}.py" for name in sys.argv[1:]] or walk.PAGES:
        seen = set()
        for view in views(page) or [""]:
            print(f"\n##### {page or 'home'} {view}")
            for one in texts(person.app(page, **{"view": view} if view else {})):
                if one not in seen and re.search("[A-Za-z]", one.text):
                    seen.add(one)
                    print(f"{one.kind}: {one.text}")


if __name__ == "__main__":
    main()
