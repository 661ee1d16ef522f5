"""Draw the uploader for a user's file of prices, shared by both price labs, and how the file was read."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import PriceFileError
from core.learn.errors import spread
from core.prices import prices
from core.prices.prices import Prices, of_upload
from core.ui import tables
from core.ui.literal import literal
from core.ui.uploads import reading, uploads

MOST_MEGABYTES = 20
HELP = (
    "Daily closes with dates, as price sites, exchanges and spreadsheets export them; separators, date format and "
    "language are detected. The file is kept for this browser only; networks trained on it are saved, and listed for "
    "you alone."
)
CURRENCY = "Prices and their errors are in the currency of your file."


def field(label: str, types: Sequence[str], slot: str) -> tuple[Prices | None, PriceFileError | None]:
    """Return the prices of the uploaded file, if any; or the question to be answered before there are any.

    Raises PriceFileError for a file without prices.
    """
    with st.expander("Own prices", expanded=uploads.present(slot)):
        given = uploads.field(label, list(types), "prices_file", MOST_MEGABYTES, HELP, slot=slot)
    if not given:
        return None, None
    found = reading.understood(lambda answers: uploads.read("prices", given, answers), f"{slot}_prices", given.digest)
    if found.data is None:
        return None, PriceFileError(f"{given.name}: {found.asked[-1].text} Choose it in the controls.")
    st.caption(CURRENCY)
    return of_upload(found.data, given.name), None


def network_of(own: Prices | None, usual: str = "") -> str:
    """Draw the choice of a coin whose networks forecast prices of a file that is named after none; "" for none.

    It begins with the `usual` coin, if any.
    """
    if own is None or own.provenance.symbol in prices.COINS:
        return ""
    coins = list(prices.COINS)
    chosen = st.selectbox(
        "Apply the networks of", coins, coins.index(usual) if usual else None, key="donor", placeholder="no other coin",
        help="Your file is not named after a coin that pre-trained networks come with. Choose a coin to apply its "
        "networks to your prices, and see what is lost.",
    )  # fmt: skip
    return chosen or ""


Scores = Mapping[str, tuple[Sequence[float], Sequence[float]]]  # model -> skill scores at home and on the file


def beside_home(scores: Scores, data: Mapping[str, Any], skill: str) -> None:
    """Draw skill scores on the test days at home, those of `data`, beside the same on a user's file."""
    st.subheader("At home and on your prices", anchor=False)
    rows = [
        {
            "model": name,
            "home": _told(home),
            "your file": _told(there),
            "change": f"{spread(there)[0] - spread(home)[0]:+z.3f}",
        }
        for name, (home, there) in scores.items()
    ]
    alt = "Skill score of each model on the test days at home and on your prices, and the change."
    tables.dataframe(pd.DataFrame(rows), key="own_home", alt=alt)
    home = f"Home: the test set of {data['symbol']}, {data['source']}, {data['first']} to {data['last']}."
    st.caption(literal(f"{home} Nothing is trained on your file. {skill}"))


def _told(scores: Sequence[float]) -> str:
    mean, deviation = spread(scores)
    return f"{mean:z.3f}" + f" ± {deviation:.3f}" * (len(scores) > 1)
