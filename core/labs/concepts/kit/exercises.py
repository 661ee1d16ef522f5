"""Define an exercise, and a checker that tells right from rounded, wrong and unreadable answers."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Literal

import numpy as np

from core.files.phrases import minus
from core.labs.concepts import messages as concepts_messages
from core.labs.concepts.kit import messages
from core.labs.concepts.kit.latex import significant
from core.runs.spec import require

LONGEST = 200  # maximum characters of an answer


@dataclass(frozen=True)
class Exercise:
    """A question with numbers or one of several choices as its answer; SpecError if it has neither or both.

    `expected` are the numbers, in the order asked for; each may be off by `tolerance` (0 demands exact numbers). With
    `choices` the answer is the one called `right`. `latex` is set below the question, `working` below the explanation.
    """

    question: str  # Markdown
    expected: tuple[float, ...] = ()
    tolerance: float = 0.005
    choices: tuple[str, ...] = ()
    right: str = ""
    explanation: str = ""  # Markdown
    latex: tuple[str, ...] = ()
    working: tuple[str, ...] = ()
    hint: str = ""  # format of the answer, such as "two decimals"
    digits: int = 0  # significant digits to give and show; 0: the tolerance determines the decimals

    def __post_init__(self) -> None:
        require(bool(self.expected) != bool(self.choices), messages.numbers_or_choices)
        require(not self.choices or self.right in self.choices, messages.right_is_a_choice)
        require(all(map(math.isfinite, self.expected)), messages.finite_numbers)
        require(self.tolerance >= 0, messages.no_tolerance)


Maker = Callable[[np.random.Generator], Exercise]


@dataclass(frozen=True)
class Verdict:
    """The result of checking an answer, in one sentence.

    `coarse` is right, but rounded further than was asked for; `again` is a wrong number that gets a hint and one more
    try, `wrong` comes with the solution.
    """

    kind: Literal["right", "coarse", "again", "wrong", "nonsense"]
    sentence: str

    @property
    def settled(self) -> bool:
        """Return True if the solution may be shown; all other answers are asked again."""
        return self.kind in ("right", "wrong")

    @property
    def counts(self) -> bool:
        """Return True if this was an answer, right or wrong, and not only a typing error."""
        return self.settled or self.kind == "again"


def draw(makers: Mapping[str, Maker], kind: str, number: int) -> Exercise:
    """Return exercise `number` of a kind, or of any kind if `kind` is unknown; equal numbers give equal exercises."""
    rng = np.random.default_rng(number)
    name = kind if kind in makers else list(makers)[int(rng.integers(len(makers)))]
    made = makers[name](rng)
    return replace(made, question=minus(made.question))


def check(exercise: Exercise, answer_text: str, last: bool = True) -> Verdict:
    """Check a typed or chosen answer; unless it is the `last` try, a wrong number gets a hint and no solution."""
    if exercise.choices:
        return _check_choice(exercise, answer_text)
    readings = readings_of(answer_text, len(exercise.expected))
    if not readings:
        return Verdict("nonsense", _unreadable(answer_text, len(exercise.expected)))
    nearest = sorted(readings, key=lambda numbers: _distance(exercise, numbers))
    return min((_compare(exercise, numbers, last) for numbers in nearest), key=lambda v: ORDER.index(v.kind))


ORDER = ("right", "coarse", "again", "wrong", "nonsense")


def _check_choice(exercise: Exercise, answer_text: str) -> Verdict:
    said = " ".join(answer_text.split()).casefold()
    if said not in {" ".join(choice.split()).casefold() for choice in exercise.choices}:
        return Verdict("nonsense", messages.choose_an_answer)
    if said == " ".join(exercise.right.split()).casefold():
        return Verdict("right", messages.correct)
    return Verdict("wrong", messages.not_correct.format(right=exercise.right))


@dataclass(frozen=True)
class Number:
    """A typed number: its value, and the step of its last digit (0 for a fraction, which is exact)."""

    value: float
    step: float


def _distance(exercise: Exercise, numbers: tuple[Number, ...]) -> float:
    return sum(abs(number.value - e) for number, e in zip(numbers, exercise.expected, strict=True))


def _compare(exercise: Exercise, numbers: tuple[Number, ...], last: bool) -> Verdict:
    kinds = [_judge(n, e, exercise.tolerance) for n, e in zip(numbers, exercise.expected, strict=True)]
    if "wrong" in kinds:
        fault = _what_is_wrong(exercise, numbers, kinds)
        if last:
            return Verdict("wrong", minus(messages.solution.format(fault=fault, answer="; ".join(shown(exercise)))))
        return Verdict("again", " ".join(filter(None, (fault, _clue(exercise), messages.try_again))))
    if "coarse" in kinds:
        return Verdict("coarse", messages.coarse.format(precision=_precision(exercise)))
    return Verdict("right", messages.correct)


def _judge(number: Number, expected: float, tolerance: float) -> str:
    off = abs(number.value - expected)
    slack = 1e-9 * max(1.0, abs(expected))  # rounding error of binary fractions
    if off <= tolerance + slack:
        return "right"
    if not tolerance:  # a rounded number is wrong if the exact one is required
        return "wrong"
    rounded = off <= number.step / 2 + slack and number.value != 0 and off <= abs(expected) / 4
    return "coarse" if rounded else "wrong"


def _what_is_wrong(exercise: Exercise, numbers: tuple[Number, ...], kinds: list[str]) -> str:
    """Say where the answer is off: too large, too small, the sign, or the right numbers in the wrong order."""
    values = [number.value for number in numbers]
    if len(values) == 1:
        if _judge(Number(-values[0], 0), exercise.expected[0], exercise.tolerance) == "right":
            return messages.wrong_sign
        return messages.too_large if values[0] > exercise.expected[0] else messages.too_small
    pairs = zip(sorted(values), sorted(exercise.expected), strict=True)
    if all(abs(a - b) <= exercise.tolerance + 1e-9 for a, b in pairs):
        return messages.wrong_order
    places = [str(place) for place, kind in enumerate(kinds, start=1) if kind == "wrong"]
    if len(places) == 1:
        return messages.one_wrong.format(place=places[0])
    return messages.some_wrong.format(places=", ".join(places))


def _clue(exercise: Exercise) -> str:
    """Return the rule behind the solution, unless the sentence gives the answer away."""
    said = {n.replace(",", "").replace("{}", "") for n in re.findall(r"\d[\d,{}.]*\d|\d", exercise.explanation)}
    given_away = {one.replace(",", "") for one in shown(exercise)} | {f"{value:g}" for value in exercise.expected}
    return "" if said & given_away else exercise.explanation


def shown(exercise: Exercise) -> list[str]:
    """Format the numbers of the answer, each with the required digits."""
    if exercise.digits:
        return [significant(value, exercise.digits) for value in exercise.expected]
    return [written(value, exercise.tolerance) for value in exercise.expected]


def written(value: float, tolerance: float) -> str:
    """Format a number with as many digits as its tolerance requires: 0.29 for 0.2913 within 0.005, 71,051 if exact."""
    return f"{value:,.0f}" if not tolerance and value == int(value) else f"{value:.{_decimals(tolerance)}f}"


def _decimals(tolerance: float) -> int:
    """Return the number of decimals whose rounding error stays within a tolerance."""
    return 6 if not tolerance else max(0, math.ceil(-math.log10(2 * tolerance) - 1e-9))


def _precision(exercise: Exercise) -> str:
    if exercise.digits:
        return messages.significant_digits.format(count=exercise.digits)
    decimals = _decimals(exercise.tolerance)
    if decimals == 0:
        return concepts_messages.whole_number
    return messages.plural("decimals", decimals).format(count=decimals)


def _unreadable(text: str, count: int) -> str:
    if not text.strip():
        return messages.no_answer
    if count == 1:
        if re.search(r"\d", text) and re.search(r"[^\W\d_]{2}", text):
            return messages.number_alone
        return messages.no_number
    return messages.numbers_needed.format(count=count)


# --- parsing typed answers ------------------------------------------------------------------------------------------

PERSIAN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫−–،؛\u00a0\u202f", "01234567890123456789.--,;  ")
NOISE = re.compile(r"[\[\](){}|≈=°٬_'’\u200c-\u200f]")
ONE = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?")


def readings_of(text: str, count: int) -> list[tuple[Number, ...]]:
    """List every way to read a text as `count` numbers; a comma may be a decimal, a list or a thousands comma.

    Digits may be Persian or Arabic, numbers fractions such as 3/4, powers such as 2e-3; brackets and spaces are
    ignored.
    """
    if len(text) > LONGEST:
        return []
    text = NOISE.sub(" ", text.translate(PERSIAN).lower().replace("٪", "%"))
    text = re.sub(r"\s*/\s*", "/", re.sub(r"[×x·*]\s*10\s*\^\s*", "e", text))
    text = re.sub(r"(?<=\d)\s+(?=e[+-]?\d)", "", text)
    text = re.sub(r"(?<![\d.])([+-])\s+(?=[\d.])", r"\1", text)
    splits = [_words(text, r"[;\s]+"), _words(text, r"[;,\s]+")]
    if count == 1:
        splits.append(["".join(text.split())] if re.fullmatch(r"\s*-?\d{1,3}(\s\d{3})+\s*", text) else [])
    found = [_all(words, comma) for words in splits if len(words) == count for comma in (".", "")]
    return list(dict.fromkeys(one for one in found if one is not None))


def _words(text: str, separator: str) -> list[str]:
    return [word for part in re.split(separator, text) if (word := part.strip(","))]


def _all(words: list[str], comma: str) -> tuple[Number, ...] | None:
    """Parse all words, with a comma as a decimal point or left out; None if one of them is no number."""
    numbers = [number for word in words if (number := _number(word, comma)) is not None]
    return tuple(numbers) if len(numbers) == len(words) else None


def _number(word: str, comma: str) -> Number | None:
    if not comma and "," in word and not re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", word):
        return None  # thousands have groups of three
    word, percent = word.replace(",", comma).removesuffix("%"), word.endswith("%")
    parts = word.split("/")
    if not 1 <= len(parts) <= 2 or not all(ONE.fullmatch(part) for part in parts):
        return None
    try:
        value, step = _value(parts)
    except (InvalidOperation, ZeroDivisionError, OverflowError):
        return None
    scale = 0.01 if percent else 1.0
    return Number(value * scale, step * scale) if math.isfinite(value) else None


def _value(parts: list[str]) -> tuple[float, float]:
    if len(parts) == 2:
        return float(Fraction(parts[0]) / Fraction(parts[1])), 0.0
    number = Decimal(parts[0])
    exponent = _exponent(number)
    if exponent >= 0 and number:  # the trailing zeros of 71000 may come from rounding
        exponent = _exponent(number.normalize())
    return float(number), float(Decimal(10) ** exponent)


def _exponent(number: Decimal) -> int:
    return int(number.as_tuple().exponent)  # a number by `ONE` is finite
