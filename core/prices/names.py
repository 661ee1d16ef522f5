"""List how sites name the columns of their price files, in their languages; best names first."""

import re

from core.files.tables.months import folded


def plain(name: str) -> str:
    """Strip case, accents, units in brackets, blanks and signs from a name: `Schluss (€)` becomes `schluss`."""
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]", "", name)
    return re.sub(r"[\W_]", "", folded(bare if re.search(r"\w", bare) else name))


def _ranked(text: str) -> dict[str, int]:
    return {plain(name): rank for rank, name in reversed(list(enumerate(text.split())))}


DAY = _ranked(
    """
    date Datum Fecha Data Tarih Дата تاریخ التاريخ ημερομηνία dato päivämäärä datum 日期 日付 날짜 वर्ष
    observation_date trade_date trading_date tradingday date_time datetime DTYYYYMMDD YYYYMMDD day tag
    jour día giorno gün день روز time_open timeopen open_time opentime snapped_at time timestamp zeit
    zeitpunkt zeitstempel heure hora zaman время زمان unix unixtime unix_timestamp epoch ts period
    """
)
CLOSE = _ranked(
    """
    close closing close_price closing_price closeprice close_last closelast schluss schlusskurs
    schlusspreis clôture cours_de_clôture fermeture cierre precio_de_cierre fechamento fecho chiusura
    prezzo_chiusura kapanış kapaniş kapanis закрытие цена_закрытия پایانی قیمت_پایانی پاياني بسته_شدن
    قیمت_بسته_شدن الإغلاق إغلاق slotkoers slot zamknięcie stängning stängningskurs slutkurs lukk
    sluttkurs 收盘 收盘价 收盤 收盤價 終値 종가 price prices último ultimo dernier zuletzt letzter şimdi simdi цена kurs
    cours prix precio preço prezzo fiyat قیمت السعر آخر laatste senast siste last last_price lastprice
    آخرین آخرین_معامله آخرین_قیمت prijs cena pris value wert valeur valor valore değer значение
    الأخير senaste seneste viimeisin lần_cuối ล่าสุด कीमत
    ostatnio terakhir τελευταία מחיר שער price_usd priceusd close_usd rate settle settlement nav
    """
)
ADJUSTED = _ranked(
    """
    adj_close adjclose adjusted_close adj_close_price adjustedclose close_adj adj
    """
)
TICKER = _ranked(
    """
    ticker symbol TICKER name coin asset pair instrument isin currency stock security market نماد نام
    crypto slug code kürzel wertpapier tic 代码 股票代码 证券代码 コード 銘柄コード 종목코드
    """
)
CLOCK = _ranked(
    """
    time zeit uhrzeit heure hora ora saat время ساعت زمان tid hour hours stunde uur час godzina
    """
)
OPEN = _ranked(
    """
    first open opening open_price price_open eröffnung eroeffnung eröffnungskurs ouv ouverture apertura abertura açılış
    откр اولین öppning åbning åpning avaus 开盘 开盘价 开 始値 시가
    """
)
HIGH = _ranked(
    """
    high high_price price_high max hoch hoechst plus_haut máximo maximo máxima yüksek макс
    بیشترین högst højeste høyest ylin massimo 最高 最高价 高 高値 고가
    """
)
LOW = _ranked(
    """
    low low_price price_low min tief tiefst lägst laveste lavest alin
    plus_bas mínimo minimo mínima düşük мин کمترین 最低 最低价 低 安値 저가
    """
)
VOLUME = _ranked(
    """
    volume vol volume_usd usd_volume volumen volumes hac объем حجم 成交量 交易量 出来高 거래량
    """
)
# Words that make a close that of another day.
PREVIOUS = _ranked(
    """
    prev previous prior yesterday yesterdays vortag vortages vorheriger veille précédent précédente anterior ayer
    precedente önceki предыдущее пред دیروز قبل قبلی
    """
)
# Letters of the columns that chart services send; they count only together.
LETTERS = {"t": "time", "o": "open", "h": "high", "l": "low", "c": "close", "v": "volume"}
BARS = {"open": OPEN, "high": HIGH, "low": LOW, "volume": VOLUME}
# Names of columns that are not closes; columns with an unknown name are offered before these.
OTHER = {
    **OPEN,
    **HIGH,
    **LOW,
    **VOLUME,
    **_ranked("change changepct fark изм market_cap market trades count dividends stock_splits turnover"),
}
