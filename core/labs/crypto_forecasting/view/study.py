"""Draw the ablation study: the way from the report's settings to those that work, on the included prices."""

import pandas as pd
import streamlit as st

from core.labs.crypto_forecasting import ablation as measured
from core.labs.crypto_forecasting import elsewhere
from core.labs.crypto_forecasting.view.inputs import Wanted
from core.learn.study import load
from core.prices.prices import COINS
from core.ui import tables


def study(wanted: Wanted) -> None:
    """Draw the study of the coin chosen, or of Litecoin if there is none."""
    found = load(measured.STUDY)
    about = found.get(wanted.symbol) or next(iter(found.values()))
    st.subheader("From the report's settings to settings that work", anchor=False)
    tables.study(
        about,
        "skill score",
        3,
        "LSTM, one day ahead. Above 0 a forecast is better than repeating yesterday's price. "
        "With the random split the test days lie between training days and there is no validation set: its score is "
        "not comparable with the others. Baselines read the same window.",
    )
    _elsewhere()


def _elsewhere() -> None:
    """Draw how the included networks do on other coins, and an exercise on it."""
    st.subheader("On another coin", anchor=False)
    frame = pd.DataFrame(
        {"network": f"LSTM on {row['target']} of {COINS[row['trained on']]}"}
        | {f"skill score, {symbol}": row[symbol] for symbol in COINS}
        for row in elsewhere.load()
    )
    number = st.column_config.NumberColumn(format="%.3f")
    tables.dataframe(
        frame,
        key="elsewhere",
        column_config=dict.fromkeys(frame.columns[1:], number),
        alt="Skill scores of networks trained on one coin, on the later days of each coin.",
    )
    st.caption(
        "The included networks, trained on one coin, on the days after their training and validation days, of that "
        "coin and of the others. **Exercise:** why can a network that forecasts prices of Litecoin not forecast those "
        "of Bitcoin, while one that forecasts returns is as good, or as useless, there as at home?"
    )
