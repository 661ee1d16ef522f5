"""The glossary: complete and well-formed, on its page and in tables; `tests/test_words.py` reads the labs by it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import glossary, settings
from core.ui import tables
from tests.pages import person

PAGE = "pages/glossary.py"


def test_every_term_is_a_sentence_with_a_page() -> None:
    pages = {path.stem for path in (settings.PROJECT / "pages").glob("*.py")}
    names = [name.casefold() for one in glossary.terms() for name in (one.name, *one.also)]
    assert len(names) == len(set(names)), "a name of two terms"
    for one in glossary.terms():
        assert one.sentence.endswith("."), one
        assert len(one.sentence) < 160, one
        assert one.page in pages, one


@pytest.mark.parametrize(
    ("label", "name"),
    [("Batch size", "batch size"), ("Window, days", "window"), ("test RMSE", "RMSE"), ("± RMSE", "RMSE"),
     ("Early-stopping patience (epochs)", "early stopping"), ("Layer 1, neurons", "units"),
     ("MAPE, random split (report)", "MAPE"), ("final validation loss", "loss")],
)  # fmt: skip
def test_a_label_names_its_term(label: str, name: str) -> None:
    assert glossary.find(label).name == name
    assert glossary.tip(label, "own") == "own"


def test_a_name_of_no_term_has_no_tooltip() -> None:
    assert glossary.find("no such thing") is None
    assert glossary.tip("no such thing") is None


def test_a_table_explains_its_columns_and_keeps_what_it_has() -> None:
    number = st.column_config.NumberColumn
    made = tables.explained(["RMSE", "MAE", "day"], {"RMSE": number(format="%.2f"), "MAE": number(help="mine")})
    assert made["RMSE"]["help"] == glossary.find("RMSE").sentence
    assert made["RMSE"]["type_config"]["format"] == "%.2f"
    assert made["MAE"]["help"] == "mine"
    assert "day" not in made


def test_the_look_of_a_column_is_a_format_a_width_or_both() -> None:
    def page() -> None:
        import pandas as pd

        from core.ui import tables

        looks: dict[str, tables.Look] = {"a": "percent", "b": 52, "c": ("%.2f", 70), "d": None}
        tables.dataframe(pd.DataFrame({name: [0.5] for name in looks}), looks)

    made = json.loads(AppTest.from_function(page).run().dataframe[0].proto.columns)
    assert made["a"]["type_config"] == {"type": "number", "format": "percent", "step": 0.01}
    assert made["b"] == {"width": 52}
    assert (made["c"]["width"], made["c"]["type_config"]["format"]) == (70, "%.2f")
    assert made["d"] == {"hidden": True}


def test_a_table_writes_no_minus_before_a_zero() -> None:
    number = st.column_config.NumberColumn
    frame = pd.DataFrame(
        {"skill": [-0.0002, 0.0002, -0.0007], "share": [-0.00001, None, 0.51234], "name": ["a", "b", "c"]}
    )
    columns = {"skill": number(format="%.3f"), "share": number(format="percent"), "name": None}
    made = tables.tidied(frame, columns)
    assert made["skill"].tolist() == [0.0, 0.0002, -0.0007]
    assert made["share"].dropna().tolist() == [0.0, 0.512]  # a browser would cut it off
    assert not np.signbit(made["share"].iloc[0])
    assert frame["skill"].iloc[0] == -0.0002


def test_a_share_is_rounded_as_sentences_write_it() -> None:
    made = tables.tidied(pd.DataFrame({"share": [0.9145]}), {"share": st.column_config.NumberColumn(format="percent")})
    assert f"{100 * made['share'][0]:.1f}%" == f"{0.9145:.1%}" == "91.5%"


def test_a_table_writes_small_p_values_as_a_bound() -> None:
    frame = pd.DataFrame({"p-value": [4e-6, 0.0042, 0.474, None]})
    assert tables.tidied(frame, {})["p-value"].tolist()[:3] == ["<\xa00.001", "0.004", "0.47"]
    assert tables.tidied(frame, {})["p-value"].isna().tolist() == [False, False, False, True]
    assert tables.explained(["p-value"], {})["p-value"]["help"] == glossary.find("p-value").sentence


@pytest.mark.parametrize(
    ("shares", "step"), [([0.8, 0.813], 0.001), ([0.8, 0.81, None], 0.01), ([0.0213, 0.06], 0.0001), ([None], 0.001)]
)
def test_a_column_of_percentages_has_one_number_of_decimals(shares: list[float | None], step: float) -> None:
    frame = pd.DataFrame({"share": shares, "name": "a"}).astype({"share": float})
    made = tables.even(frame, {"share": st.column_config.NumberColumn(format="percent"), "name": None})
    assert made["share"]["type_config"]["step"] == pytest.approx(step)
    assert made["name"] is None


def test_the_page_lists_all_terms_and_finds_one(own_store: Path) -> None:
    test = person.app(PAGE)
    assert not test.exception
    shown = [one.value.split("**")[1] for one in test.markdown if one.value.startswith("**")]
    assert len(shown) == len(glossary.terms())
    assert shown == sorted(shown, key=str.casefold)
    found = person.app(PAGE, search="Winkler")
    assert [one.value.split("**")[1] for one in found.markdown if one.value.startswith("**")] == ["Winkler score"]
    assert "No term" in person.app(PAGE, search="xyzzy").info[0].value
