"""Choose the columns of texts and labels of a table by names and contents, or ask."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import FileError
from core.files.phrases import shown
from core.files.reading import Question
from core.files.tables import dates, numbers
from core.labs.emotion import messages
from core.labs.emotion.texts import labels

SAMPLE = 20_000  # rows that are examined, spread over the whole file
_TEXT_NAMES = """
text texts sentence sentences tweet tweets comment comments review reviews content message messages body
utterance document documents post posts statement transcript phrase quote question input turn متن متنها نظر
نظرات جمله جملات توییت کامنت پیام دیدگاه النص نص التعليق تغريدة satz kommentar nachricht bewertungstext texte
commentaire message avis texto comentario comentarios frase mensaje opinion reseña testo commento metin yorum
cümle tekst текст отзыв комментарий сообщение 文本 评论 内容 句子 テキスト 文章 텍스트
"""
_LABEL_NAMES = """
label labels emotion emotions sentiment sentiments class classes category categories target tag tags feeling
mood polarity intent topic rating stars y gold annotation برچسب احساس احساسات دسته کلاس التصنيف المشاعر الفئة
kategorie klasse gefühl stimmung etikett emotionen classe étiquette etiquette émotion sentiments catégorie
etiqueta clase sentimiento emoción emocion categoria categoría etichetta sentimento emozione etiket duygu
sınıf kategori метка класс тональность эмоция категория 标签 情感 类别 情绪 ラベル 感情 라벨 감정
"""


def _names(words: str) -> dict[str, int]:
    return {name: place for place, name in reversed(list(enumerate(words.split())))}


TEXT_NAMES, LABEL_NAMES = _names(_TEXT_NAMES), _names(_LABEL_NAMES)
_ID = re.compile(r"(?:^|[\s_.-])(?:id|ids|idx|index|nr|no|number|uuid|url|date|time)$")
_TWICE = re.compile(r" \(column \d+\)$")  # suffix that makes repeated names unique
_INDEX = re.compile(r"(?:\w+[_.])?(?:id|idx|index|uuid)")


@dataclass(frozen=True)
class Column:
    """Properties of the cells of a column."""

    filled: float  # share of the rows whose cell is not empty
    distinct: int  # number of different labels; spellings of one count once
    repeats: float  # filled cells per label
    words: float  # mean number of words of the filled cells
    length: float
    values: float  # share of the filled cells that are numbers or dates

    @property
    def is_label(self) -> bool:
        few = 2 <= self.distinct <= labels.MOST_CLASSES and self.repeats >= 2
        return few and self.filled >= 0.3 and self.length <= 60

    @property
    def is_text(self) -> bool:
        return self.filled >= 0.3 and self.values < 0.5 and (self.words >= 1.5 or self.length >= 15)


@dataclass
class Chosen:
    """Indices of the two columns, None for one that the user must name first."""

    text: int | None = None
    label: int | None = None
    told: list[str] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)


def of(cells: Sequence[str]) -> Column:
    """Compute the properties of a column."""
    step = max(1, len(cells) // SAMPLE)
    sample = cells[::step]
    filled = [cell for cell in sample if cell and not cell.isspace()]
    if not filled:
        return Column(0.0, 0, 0.0, 0.0, 0.0, 0.0)
    some = filled[:: max(1, len(filled) // 300)]
    distinct = {labels.key(cell) for cell in set(filled) if len(cell) <= 200} if len(set(filled)) < 2000 else None
    number = len(distinct) if distinct is not None else len(set(filled))
    typed = sum(numbers.looks_number(cell) or dates.looks_day(cell) for cell in some) / len(some)
    return Column(
        len(filled) / len(sample),
        number,
        len(filled) / max(1, number),
        sum(len(cell.split()) for cell in some) / len(some),
        sum(map(len, some)) / len(some),
        typed,
    )


def folded(name: str) -> str:
    """Return a column's name in the form in which names are compared."""
    return re.sub(r"[\s_<>#\"'*]+", " ", unicodedata.normalize("NFKC", name).replace("\u200c", "")).strip().casefold()


def choose(names: Sequence[str], rows: Sequence[Sequence[str]], file: str, answers: Mapping[str, str]) -> Chosen:
    """Choose the columns of texts and labels. FileError if an answer names none, or the table cannot have both."""
    step = max(1, len(rows) // SAMPLE)
    looks = [of([row[at] for row in rows[::step]]) for at in range(len(names))]
    found = Chosen()
    given = {role: _given(role, names, answers, file) for role in ("text", "label")}
    if given["text"] is not None and given["text"] == given["label"]:
        raise FileError(messages.same_column.format(name=names[given["text"]]))
    if len(names) < 2:
        raise FileError(messages.one_column.format(file=file))
    found.text = given["text"]
    if found.text is None:
        found.text = _text(names, looks, given["label"], found)
    found.label = given["label"]
    if found.label is None:
        found.label = _label(names, looks, rows, found, file)
    if found.text is not None and found.text == found.label:
        raise FileError(messages.same_column.format(name=names[found.text]))
    return found


def _given(role: str, names: Sequence[str], answers: Mapping[str, str], file: str) -> int | None:
    """Return the column that an answer gives, by its name or by its number."""
    if role not in answers:
        return None
    if answers[role] in names:
        return names.index(answers[role])
    fitting = [at for at, name in enumerate(names) if folded(name) == folded(answers[role])]
    if len(fitting) == 1:
        return fitting[0]
    if answers[role].isdigit() and 1 <= int(answers[role]) <= len(names):
        return int(answers[role]) - 1
    listed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    raise FileError(messages.no_such_column.format(file=file, answer=answers[role], names=listed))


def _named(name: str, known: Mapping[str, int]) -> int | None:
    """Return the rank of a name among the known ones; the first or last word of a longer name ranks behind them."""
    plain = folded(_TWICE.sub("", name))
    if plain in known:
        return known[plain]
    parts = re.split(r"[\s.]+", plain)
    if _ID.search(plain) or len(parts) < 2:
        return None
    return next((1000 + known[part] for part in (parts[-1], parts[0]) if part in known), None)


def _settled(ranked: Sequence[tuple[int, int]]) -> bool:
    """Return whether one column has a usual name, or only one has it as its whole name."""
    return bool(ranked) and (len(ranked) == 1 or ranked[1][0] >= 1000 > ranked[0][0])


def _ask(role: str, names: Sequence[str], assumed: int | None, looks: Sequence[Column]) -> Question:
    what = {"text": messages.which_texts, "label": messages.which_labels}[role]
    kinds = tuple(
        (messages.column_values if look.distinct else messages.column_empty).format(name=name, values=look.distinct)
        for name, look in zip(names, looks, strict=True)
    )
    return Question(role, what, tuple(names), kinds, None if assumed is None else names[assumed])


def _text(names: Sequence[str], looks: Sequence[Column], label: int | None, found: Chosen) -> int | None:
    fitting = [at for at, look in enumerate(looks) if look.is_text and at != label]
    ranked = sorted((rank, at) for at in fitting if (rank := _named(names[at], TEXT_NAMES)) is not None)
    if not fitting:
        return _short_texts(names, looks, label, found)
    if len(fitting) == 1:
        return fitting[0]
    if _settled(ranked):
        return ranked[0][1]
    free = [at for at in fitting if not looks[at].is_label] or fitting
    longest = max(free, key=lambda at: looks[at].length)
    others = max((looks[at].length for at in free if at != longest), default=0.0)
    if not ranked and longest in free and looks[longest].length >= 4 * others:
        return longest
    assumed = ranked[0][1] if ranked else longest
    question = _ask("text", names, assumed, looks)
    found.asked.append(question)
    return assumed


def _short_texts(names: Sequence[str], looks: Sequence[Column], label: int | None, found: Chosen) -> int | None:
    """Find the column of single-word texts: the one with a usual name, or the only one left."""
    named = [at for at, name in enumerate(names) if at != label and _named(name, TEXT_NAMES) is not None]
    if len(named) == 1:
        return named[0]
    left = [at for at, look in enumerate(looks) if at != label and look.values < 0.5 and look.filled >= 0.3]
    free = [at for at in left if not looks[at].is_label] or left
    if len(free) == 1 or (free and len(names) == 2):
        return max(free, key=lambda at: (looks[at].distinct, looks[at].length))
    found.asked.append(_ask("text", names, None, looks))
    return None


def _label(
    names: Sequence[str], looks: Sequence[Column], rows: Sequence[Sequence[str]], found: Chosen, file: str
) -> int | None:
    others = [at for at in range(len(names)) if at != found.text]
    fitting = [at for at in others if looks[at].is_label]
    ranked = sorted((rank, at) for at in fitting if (rank := _named(names[at], LABEL_NAMES)) is not None)
    if not fitting:
        return _no_label(names, looks, others, file, found)
    if len(fitting) == 1:
        return fitting[0]
    twins = [at for _, at in ranked] or fitting
    if _same(twins, rows):
        best = max(twins, key=lambda at: (looks[at].values < 0.5, -looks[at].words, -at))
        if len(twins) == len(fitting) or ranked:
            same = shown([names[at] for at in twins])
            found.told.append(messages.twin_columns.format(columns=same, name=names[best]))
            return best
    if _settled(ranked):
        return ranked[0][1]
    assumed = ranked[0][1] if ranked else None
    found.asked.append(_ask("label", names, assumed, looks))
    return assumed


def _same(columns: Sequence[int], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether all columns hold the same labels under other names, such as 0 and negative."""
    if len(columns) < 2:
        return False
    pairs = Counter(tuple(row[at] for at in columns) for row in rows[:: max(1, len(rows) // SAMPLE)])
    return all(len({pair[at] for pair in pairs}) == len(pairs) for at in range(len(columns)))


def _no_label(
    names: Sequence[str], looks: Sequence[Column], others: Sequence[int], file: str, found: Chosen
) -> int | None:
    """Choose a column by its name, or the only one left, if none looks like labels; its labels are checked later."""
    named = sorted((rank, at) for at in others if (rank := _named(names[at], LABEL_NAMES)) is not None)
    left = [at for at in others if looks[at].filled > 0]
    if named:
        return named[0][1]
    if len(left) == 1:
        return left[0]
    if not left:
        raise FileError(messages.no_label_column.format(file=file))
    most = labels.MOST_CLASSES
    counts = ", ".join(messages.column_count.format(name=names[at], values=looks[at].distinct) for at in left[:5])
    raise FileError(messages.no_fitting_column.format(file=file, most=most, counts=counts))


def is_known(name: str) -> bool:
    """Return whether a cell is a usual name of a column of texts or labels, or of a column beside them."""
    plain = folded(name)
    return any(plain in known for known in (TEXT_NAMES, LABEL_NAMES)) or bool(_INDEX.fullmatch(name.strip().casefold()))


ONES, ZEROS = frozenset(("1", "1.0", "true", "True", "TRUE")), frozenset(("0", "0.0", "false", "False", "FALSE", ""))


def one_hot(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the columns of 0 and 1 of which nearly every row has a single 1; none if another is named as the label.

    Of two such columns every row must have a single 1.
    """
    if len(names) < 3 or any(_named(name, LABEL_NAMES) is not None for name in names):
        return []
    sample = rows[:: max(1, len(rows) // SAMPLE)]
    hot = [at for at in range(len(names)) if _binary({row[at].strip() for row in sample[:2000]})]
    hot = [at for at in hot if _binary({row[at].strip() for row in sample})]
    if len(hot) < 2:
        return []
    single = sum(sum(row[at].strip() in ONES for at in hot) == 1 for row in sample)
    return hot if single >= (0.6 if len(hot) > 2 else 1.0) * len(sample) else []


def _binary(values: set[str]) -> bool:
    return bool(values & ONES) and bool(values & ZEROS) and values <= ONES | ZEROS
