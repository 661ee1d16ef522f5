"""What people bring is shown as it is: no picture, link, formula or icon comes of a name, a cell or an error."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.files.writing import csv_text, defused, defused_cells
from core.labs.images.spec import Spec as ImageSpec
from core.plot.charts import named, overlay, standalone
from core.runs import runs
from core.runs.store import Store
from core.ui import cached
from core.ui.literal import literal
from tests.pages import person

# What GitHub's Markdown makes links of in plain text (mdast-util-gfm-autolink-literal), when escapes are gone.
AUTOLINK = re.compile(r"(https?://|www(?=\.))[-.\w]+|[-.\w+]+@[-\w]+(?:\.[-\w]+)+", re.IGNORECASE)
ATTACKS = (
    "![x](http://127.0.0.1:1/x.png)",
    "<img src=x onerror=alert(1)>",
    r"$\frac{1}{2}$",
    ":material/star:",
    "[a](javascript:alert(1))",
    ":red[x]",
)
RAW = ("![", "](", "<img", "<a ", "$\\", ":material/star", ":red[")
SAID = ("markdown", "caption", "info", "warning", "error", "success", "subheader", "header", "title", "exception")
NAMED = ("button", "checkbox", "radio", "selectbox", "slider", "expander", "metric", "tabs", "toggle")


def markdown_of(test: AppTest) -> list[str]:
    """Everything on a page that Streamlit reads as Markdown: texts, labels of controls, options of button groups."""
    texts = [element.value for kind in SAID[:-1] for element in test.get(kind)]
    labels = [element.label for kind in NAMED for element in test.get(kind) if getattr(element, "label", "")]
    options = [str(one) for kind in ("radio", "button_group") for group in test.get(kind) for one in group.options]
    return [str(text) for text in (*texts, *labels, *options)]


def shown_raw(test: AppTest) -> list[str]:
    """Texts in which an attack stands unescaped."""
    escaped = {sign: f"\\{sign}" for sign in RAW}
    return [t for t in markdown_of(test) if any(sign in t.replace(escaped[sign], "") for sign in RAW) and _own(t)]


def _own(text: str) -> bool:
    """Not one of the project's own texts with formulas and links: an attack names `x` or `a`."""
    return any(mark in text for mark in ("127.0.0.1", "onerror", "{1}{2}", "material/star", "javascript", "red[x"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_has_no_sign_of_its_own_left(attack: str) -> None:
    text = literal(f"The column {attack!r} is not there.")
    assert not any(sign in text.replace(f"\\{sign}", "") for sign in RAW)
    assert literal("- a\n# b\n\n1. c") == "\\- a \\# b 1. c"
    assert literal("1. c").replace("\u2060", "") == "1. c" != literal("1. c")
    for address in ("http://e.org/x?a=1", "HTTPS://e.org", "www.e.org", "ann@e.org"):
        shown = literal(f"see {address} now").replace("\\", "")
        assert not AUTOLINK.search(shown)
        assert shown.replace("\u2060", "") == f"see {address} now"
        assert AUTOLINK.search(f"see {address} now")
    assert literal("my_file-2.csv, 12%: 3 < 4 (x)") == "my_file-2.csv, 12%: 3 \\< 4 (x)"


PLACES = [
    ("crypto_forecasting", "symbol"),
    ("bitcoin_rollout", "symbol"),
    ("parameters", "stack"),
    ("convolution", "pixels"),
    ("architectures", "inputs"),
    ("transfer", "amounts"),
    ("depth", "stages"),
    ("recurrent_step", "numbers"),
]


@pytest.mark.parametrize(("page", "name"), PLACES)
def test_an_error_that_quotes_a_link_shows_it_as_it_is(page: str, name: str) -> None:
    more = {"architectures": {"what": "Your own sequence"}, "depth": {"what": "Filters by depth"}}.get(page, {})
    view = (
        {"view": "Experiment"}
        if page in ("architectures", "convolution", "depth", "parameters", "recurrent_step")
        else {}
    )
    test = person.app(f"pages/{page}.py", **{name: " ".join(ATTACKS)[:180]}, **view, **more)
    assert not test.exception
    assert shown_raw(test) == []


def test_names_of_classes_and_notes_of_a_stored_network_are_shown_as_they_are(own_store: Path) -> None:
    found = Store(str(own_store)).find("images", runs.key("images", ImageSpec()))
    store = Store(str(own_store))
    classes = [f"{attack} {n}" for n, attack in enumerate(ATTACKS + ATTACKS[:4])]
    facts = found.facts | {"classes": classes, "notes": list(ATTACKS)}
    changed = replace(found, facts=facts, blobs={}, origin="")
    store.put(changed, store.weights(found), store.arrays(found))
    cached.store.clear()
    for view in ("Result", "Downloads"):
        test = person.app("pages/images.py", view=view, models="A", seeds="1")
        assert not test.exception
        assert shown_raw(test) == []
        for chart in test.get("plotly_chart"):
            drawn = json.dumps(json.loads(chart.proto.spec))
            assert "<img" not in drawn
            assert "<a " not in drawn


def test_a_chart_shows_names_as_they_are() -> None:
    assert named("""a'b "c" <d> & e""") == """a'b "c" &lt;d&gt; &amp; e"""
    name = '<a href="javascript:alert(1)">x</a>'
    assert "<a" not in overlay({name: [1.0, 2.0]}, "loss").to_json().replace("\\u003c", "<")
    page = standalone(overlay({name: [1.0]}, "loss"), name)
    assert "alert(1)" in page
    assert "<a href" not in page[page.index("Plotly.newPlot(") :].replace("\\u003c", "<")


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_a_cell_is_never_a_formula(cell: str) -> None:
    assert defused(cell) == f"'{cell}"
    text = csv_text(pd.DataFrame({cell: [cell, "b"], "n": [-1.5, 2.0]}, index=[cell, "row"]), cell)
    assert text.splitlines()[-1] == "row,b,2.0"
    assert "-1.5" in text
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [len(row) for row in rows] == [3, 3, 3]
    assert {one[0] for row in rows for one in row if one != "-1.5"} <= set("'nrb2")


def test_numbers_stay_numbers() -> None:
    assert [defused(value) for value in ("-1.5", "+2", "-1e-3", -1.5, None, "a-b", "1=1")] == [
        "-1.5",
        "+2",
        "-1e-3",
        -1.5,
        None,
        "a-b",
        "1=1",
    ]


def test_a_table_on_a_page_holds_no_formula_either() -> None:
    """Its toolbar writes the cells into a CSV as they are."""
    frame = pd.DataFrame({"=class": ["=1+1", "@x", "b"], "n": [-1, 2, 3]}, index=[5, 6, 7])
    safe = defused_cells(frame)
    assert safe["'=class"].tolist() == ["'=1+1", "'@x", "b"]
    assert safe["n"].tolist() == [-1, 2, 3]
    assert frame.columns[0] == "=class"


def test_tables_that_show_what_people_bring_hold_no_formula(own_store: Path) -> None:
    shipped = Store(str(own_store)).find("images", runs.key("images", ImageSpec()))
    facts = shipped.facts | {"classes": [f"=cmd{n}" for n in range(10)]}
    store = Store(str(own_store))
    store.put(replace(shipped, facts=facts, blobs={}, origin=""), store.weights(shipped), store.arrays(shipped))
    cached.store.clear()
    test = person.app("pages/images.py", models="A", seeds="1")
    shown = [str(cell) for table in test.dataframe for column in table.value for cell in table.value[column]]
    assert any(cell == "'=cmd1" for cell in shown)
    assert not any(cell.startswith("=") for cell in shown)


def test_labels_and_notes_of_texts_are_shown_as_they_are(own_store: Path) -> None:
    from core.labs.emotion.spec import Spec as TextSpec

    shipped = Store(str(own_store)).find("emotion", runs.key("emotion", TextSpec()))
    facts = shipped.facts | {"classes": list(ATTACKS), "notes": list(ATTACKS)}
    store = Store(str(own_store))
    store.put(replace(shipped, facts=facts, blobs={}, origin=""), store.weights(shipped), store.arrays(shipped))
    cached.store.clear()
    for view in ("Result", "Figures", "Downloads"):
        test = person.app("pages/emotion.py", view=view)
        assert not test.exception, view
        assert shown_raw(test) == [], view
        drawn = json.dumps([json.loads(chart.proto.spec) for chart in test.get("plotly_chart")])
        assert "<img" not in drawn
