"""Month names in the languages of web sites that publish tables: full names and the usual abbreviations."""

import re
import unicodedata

_NAMES = """
january jan | february feb | march mar | april apr | may | june jun | july jul | august aug | september sep sept | october oct | november nov | december dec
januar jan jänner jän | februar feb | märz mär mrz maerz | april apr | mai | juni jun | juli jul | august aug | september sep sept | oktober okt | november nov | dezember dez
janvier janv jan | février févr fév | mars mar | avril avr | mai | juin | juillet juil | août | septembre sept | octobre oct | novembre nov | décembre déc
enero ene | febrero feb | marzo mar | abril abr | mayo may | junio jun | julio jul | agosto ago | septiembre setiembre sep sept set | octubre oct | noviembre nov | diciembre dic
janeiro jan | fevereiro fev | março mar | abril abr | maio mai | junho jun | julho jul | agosto ago | setembro set | outubro out | novembro nov | dezembro dez
gennaio gen | febbraio feb | marzo mar | aprile apr | maggio mag | giugno giu | luglio lug | agosto ago | settembre set sett | ottobre ott | novembre nov | dicembre dic
ocak oca | şubat şub | mart mar | nisan nis | mayıs may | haziran haz | temmuz tem | ağustos ağu | eylül eyl | ekim eki | kasım kas | aralık ara
январь января янв | февраль февраля фев февр | март марта мар | апрель апреля апр | май мая | июнь июня июн | июль июля июл | август августа авг | сентябрь сентября сен сент | октябрь октября окт | ноябрь ноября ноя нояб | декабрь декабря дек
januari jan | februari feb | maart mrt | april apr | mei | juni jun | juli jul | augustus aug | september sep | oktober okt | november nov | december dec
januari jan | februari feb | mars mar | april apr | maj | juni jun | juli jul | augusti aug | september sep | oktober okt | november nov | december dec
styczeń stycznia sty | luty lutego lut | marzec marca mar | kwiecień kwietnia kwi | maj maja | czerwiec czerwca cze | lipiec lipca lip | sierpień sierpnia sie | wrzesień września wrz | październik października paź | listopad listopada lis | grudzień grudnia gru
يناير | فبراير | مارس | أبريل ابريل | مايو | يونيو | يوليو | أغسطس اغسطس | سبتمبر | أكتوبر اكتوبر | نوفمبر | ديسمبر
ژانویه | فوریه | مارس | آوریل | مه می | ژوئن | ژوئیه جولای | اوت آگوست | سپتامبر | اکتبر | نوامبر | دسامبر
"""  # noqa: E501
_JALALI = """
فروردین farvardin far | اردیبهشت ordibehesht ord | خرداد khordad kho | تیر tir | مرداد امرداد mordad mor | شهریور shahrivar sha | مهر mehr meh | آبان aban aba | آذر azar aza | دی dey | بهمن bahman bah | اسفند esfand esf
"""  # noqa: E501


def folded(name: str) -> str:
    """Return a word without case, accents and points, with Persian letters in one form."""
    name = name.replace("ي", "ی").replace("ك", "ک").replace("İ", "i").replace("ı", "i").lower()
    apart = unicodedata.normalize("NFD", name)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).strip(". ‌")


def _table(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for language in text.strip().splitlines():
        for number, names in enumerate(language.split("|"), start=1):
            for name in names.split():
                found.setdefault(folded(name), number)
    return found


GREGORIAN = _table(_NAMES)
JALALI = _table(_JALALI)
WORD = re.compile(r"[^\W\d_]+(?:[\u064b-\u0652\u200c][^\W\d_]+)*")
