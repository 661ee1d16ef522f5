"""Live prices: one function, behind it several sources in the order in which they are asked."""

from collections.abc import Callable

from core.errors import PricesError, SourceError, SymbolError
from core.series import price_exchange, price_yahoo
from core.series.prices import Prices, check_symbol

Source = Callable[[str], Prices]
SOURCES: tuple[Source, ...] = (price_yahoo.fetch, price_exchange.fetch)


def fetch(symbol: str, sources: tuple[Source, ...] | None = None) -> Prices:
    """Prices from the first source that has them.

    SymbolError when the first source says that there is no such symbol, SourceError with each source's reason when
    none delivers.
    """
    symbol, reasons = check_symbol(symbol), []
    for source in SOURCES if sources is None else sources:
        try:
            return source(symbol)
        except SymbolError as error:
            if not reasons:  # a source that works and does not know it: asking others would only cost time
                raise
            reasons.append(str(error))
        except PricesError as error:
            reasons.append(str(error))
    raise SourceError(" ".join(reasons))
