"""Controls that are drawn from the description of a field."""

from streamlit.testing.v1 import AppTest


def page() -> None:
    """A page of its own: AppTest runs the text of this function."""
    from dataclasses import dataclass

    import streamlit as st

    from core.runs import fields
    from core.ui import form

    @dataclass(frozen=True)
    class Toy:
        units: int = fields.number(8, 1, 256, "Units", shown=(4, 64), slider=True, help="Of each layer.")
        epochs: int = fields.number(5, 1, 100, "Epochs")
        rate: float = fields.number(0.01, 1e-6, 1.0, "Learning rate")
        cell: str = fields.choice("lstm", {"gru": "GRU", "lstm": "LSTM"}, "Cell")
        scaled: bool = fields.switch(False, "Scale the inputs")
        width: float = fields.number(1.0, 0.1, 4.0, "Width", options=(0.5, 1.0, 2.0))

    drawn = form.controls(Toy, "units", "epochs", "rate", "cell", "scaled", "width")
    drawn["more"] = form.control(Toy, "epochs", default=Toy(epochs=9), key="more_epochs", label="More epochs", high=10)
    drawn["cells"] = form.several(Toy, "cell", ["gru"], key="cells")
    st.json({name: [value, type(value).__name__] for name, value in drawn.items()})


def values(test: AppTest) -> dict[str, list[object]]:
    import json

    assert not test.exception
    return json.loads(test.json[0].value)


def test_controls_begin_with_the_defaults_and_have_the_type_of_the_field() -> None:
    assert values(AppTest.from_function(page).run()) == {
        "units": [8, "int"],
        "epochs": [5, "int"],
        "rate": [0.01, "float"],
        "cell": ["lstm", "str"],
        "scaled": [False, "bool"],
        "width": [1.0, "float"],
        "more": [9, "int"],
        "cells": [["gru"], "list"],
    }


def test_a_control_has_the_range_the_names_and_the_help_of_its_field() -> None:
    test = AppTest.from_function(page).run()
    slider = test.slider(key="units")
    assert (slider.label, slider.min, slider.max, slider.help) == ("Units", 4, 64, "Of each layer.")
    assert test.selectbox(key="cell").options == ["GRU", "LSTM"]
    assert test.select_slider(key="width").options == ["0.5", "1.0", "2.0"]
    assert (test.number_input(key="more_epochs").label, test.number_input(key="more_epochs").max) == ("More epochs", 10)


def test_a_number_field_tells_its_range_before_a_value_is_refused() -> None:
    test = AppTest.from_function(page).run()
    assert test.number_input(key="rate").help.endswith("From 0.000001 to 1.")
    assert test.number_input(key="more_epochs").help.endswith("From 1 to 10.")
    assert "From" not in test.slider(key="units").help, "a slider shows it"


def test_a_value_goes_into_the_link_and_comes_from_it() -> None:
    test = AppTest.from_function(page).run()
    assert test.slider(key="units").proto.query_param_key == "units"
    test.slider(key="units").set_value(20).run()
    assert values(test)["units"] == [20, "int"]
    test = AppTest.from_function(page)
    test.query_params.update({"units": "30", "cell": "GRU", "scaled": "true", "rate": "0.5"})
    test.query_params.update({"width": "2.0", "cells": ["LSTM"]})
    found = values(test.run())
    names = ("units", "cell", "scaled", "rate", "width", "cells")
    assert [found[name][0] for name in names] == [30, "gru", True, 0.5, 2.0, ["lstm"]]
