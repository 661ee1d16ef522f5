"""Draw the ablation study: the way from a plain network to settings that work, on the included bars."""

import streamlit as st

from core.labs.volatility import ablation as measured, bars, messages
from core.labs.volatility.spec import Spec
from core.labs.volatility.view.inputs import Wanted
from core.learn.study import load
from core.runs import runs
from core.ui import cached, tables


def study(wanted: Wanted) -> None:
    """Draw the study of the symbol chosen, or of Bitcoin for one that has none."""
    found, symbol = load(measured.STUDY), wanted.specs[0].symbol
    symbol = symbol if symbol in found else Spec.symbol
    st.subheader(messages.study, anchor=False)
    tables.study(found[symbol], "MSE", 3, messages.study_help + _har(symbol))


def _har(symbol: str) -> str:
    """Return the test error of HAR on the same days; "" without the included network."""
    run = cached.store().find("volatility", runs.key("volatility", Spec(symbol=symbol), bars.of_included(symbol)))
    return messages.har_mse.format(mse=run.metrics["har_test_mse"]) if run else ""
