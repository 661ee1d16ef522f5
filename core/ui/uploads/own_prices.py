"""Draw the uploader for a user's file of prices, shared by both price labs, and how the file was read."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import PriceFileError
from core.files import kinds
from core.files.phrases import minus
from core.learn.errors import spread
from core.prices import prices
from core.prices.prices import Prices, of_upload
from core.ui import messages, tables
from core.ui.literal import literal
from core.ui.uploads import reading, uploads

MOST_MEGABYTES = 20


def field(label: str, slot: str) -> tuple[Prices | None, PriceFileError | None]:
    """Return the prices of the uploaded file, if any; or the question to be answered before there are any.

    Raises PriceFileError for a file without prices.
    """
    with st.expander(messages.own_prices, expanded=uploads.present(slot)):
        given = uploads.field(label, kinds.TABLES, "prices_file", MOST_MEGABYTES, messages.own_prices_help, slot=slot)
    if not given:
        return None, None
    found = reading.understood(lambda answers: uploads.read("prices", given, answers), f"{slot}_prices", given.digest)
    if found.data is None:
        question = found.asked[-1].text
        return None, PriceFileError(messages.question_in_controls.format(name=given.name, question=question))
    st.caption(messages.own_currency)
    return of_upload(found.data, given.name), None


def network_of(own: Prices | None, usual: str = "") -> str:
    """Draw the choice of a coin whose networks forecast prices of a file that is named after none; "" for none.

    It begins with the `usual` coin, if any.
    """
    if own is None or own.provenance.symbol in prices.COINS:
        return ""
    coins = list(prices.COINS)
    begin, none = coins.index(usual) if usual else None, messages.no_other_coin
    chosen = st.selectbox(
        messages.networks_of, coins, begin, key="donor", placeholder=none, help=messages.networks_of_help
    )
    return chosen or ""


Scores = Mapping[str, tuple[Sequence[float], Sequence[float]]]  # model -> skill scores at home and on the file


def beside_home(scores: Scores, data: Mapping[str, Any], skill: str) -> None:
    """Draw skill scores on the test days at home, those of `data`, beside the same on a user's file."""
    st.subheader(messages.at_home_and_here, anchor=False)
    rows = [
        {
            "model": name,
            "home": _told(home),
            "your file": _told(there),
            "change": f"{spread(there)[0] - spread(home)[0]:+z.3f}",
        }
        for name, (home, there) in scores.items()
    ]
    tables.dataframe(pd.DataFrame(rows).map(minus), key="own_home", alt=messages.own_prices_alt)
    st.caption(literal(messages.own_prices_notes.format(data=data, skill=skill)))


def _told(scores: Sequence[float]) -> str:
    mean, deviation = spread(scores)
    return f"{mean:z.3f}" + f" ± {deviation:.3f}" * (len(set(scores)) > 1)  # a baseline has one score for all seeds
