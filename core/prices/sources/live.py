"""Fetch live prices from several sources, asked in a fixed order."""

from collections.abc import Callable

from core.errors import PricesError, SourceError, SymbolError
from core.prices.prices import Prices, check_symbol
from core.prices.sources import exchange as price_exchange, yahoo as price_yahoo

Source = Callable[[str], Prices]
SOURCES: tuple[Source, ...] = (price_yahoo.fetch, price_exchange.fetch)


def fetch(symbol: str, sources: tuple[Source, ...] | None = None) -> Prices:
    """Return prices from the first source that has them.

    Raises SymbolError if the first source says that there is no such symbol, SourceError with each source's reason
    if none delivers.
    """
    symbol, reasons = check_symbol(symbol), []
    for source in SOURCES if sources is None else sources:
        try:
            return source(symbol)
        except PricesError as error:
            if isinstance(error, SymbolError) and not reasons:  # the first source works: asking others wastes time
                raise
            reasons.append(str(error))
    raise SourceError(" ".join(reasons))
