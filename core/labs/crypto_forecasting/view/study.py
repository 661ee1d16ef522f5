"""Draw the ablation study: the way from the report's settings to those that work, on the included prices."""

import pandas as pd
import streamlit as st

from core.labs.crypto_forecasting import ablation as measured, elsewhere, messages
from core.labs.crypto_forecasting.view.inputs import Wanted
from core.learn.study import load
from core.prices.prices import COINS
from core.ui import messages as ui_messages, tables


def study(wanted: Wanted) -> None:
    """Draw the study of the coin chosen, or of Litecoin if there is none."""
    found = load(measured.STUDY)
    about = found.get(wanted.symbol) or next(iter(found.values()))
    st.subheader(ui_messages.study, anchor=False)
    tables.study(about, "skill score", 3, messages.study_help)
    _elsewhere()


def _elsewhere() -> None:
    """Draw how the included networks do on other coins, and an exercise on it."""
    st.subheader(messages.another_coin, anchor=False)
    frame = pd.DataFrame(
        {"network": messages.elsewhere_network.format(target=row["target"], coin=COINS[row["trained on"]])}
        | {f"skill score, {symbol}": row[symbol] for symbol in COINS}
        for row in elsewhere.load()
    )
    tables.dataframe(frame, dict.fromkeys(frame.columns[1:], "%.3f"), key="elsewhere", alt=messages.elsewhere_alt)
    st.caption(messages.elsewhere_exercise)
