"""Draw the uploader for a user's file of prices, shared by both price labs, and how the file was read."""

from collections.abc import Sequence

import streamlit as st

from core.errors import PriceFileError
from core.prices.prices import Prices, of_upload
from core.ui.uploads import reading, uploads

MOST_MEGABYTES = 20
HELP = (
    "Daily closes with dates, as price sites, exchanges and spreadsheets export them; separators, date format and "
    "language are detected. The file is kept for this browser only; networks trained on it are saved, and listed for "
    "you alone."
)
CURRENCY = "Charts show the prices in the currency of the file; where a text or a table has a $, read its currency."


def field(label: str, types: Sequence[str], slot: str) -> tuple[Prices | None, PriceFileError | None]:
    """Return the prices of the uploaded file, if any; or the question to be answered before there are any.

    Raises PriceFileError for a file without prices.
    """
    with st.expander("Own prices"):
        given = uploads.field(label, list(types), "prices_file", MOST_MEGABYTES, HELP, slot=slot)
    if not given:
        return None, None
    found = reading.understood(lambda answers: uploads.read("prices", given, answers), f"{slot}_prices", given.digest)
    if found.data is None:
        return None, PriceFileError(f"{given.name}: {found.asked[-1].text} Choose it in the controls.")
    st.caption(CURRENCY)
    return of_upload(found.data, given.name), None
