"""Find the sign that parts the columns of a table, and the sign around its cells, from its first lines."""

import re
from collections.abc import Mapping, Sequence

from core.errors import FileError
from core.files import rows
from core.files.heads import commonest, typed
from core.files.phrases import shown
from core.files.reading import Question

SEPARATORS = (",", ";", "\t", "|", rows.SPACES)
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", rows.SPACES: "spaces"}
CHOICES = {",": ",", ";": ";", "\t": "tab", "|": "|", rows.SPACES: "space"}  # as questions offer them
LINES_SCORED = 120
RARE = 0.3  # in favour of a sign that stands equally often in all lines and is not also one of numbers
MOST_TITLES = 3  # lines above the names
RIVAL = 0.3  # a separator that is worse by less than this might be meant, too
_SEP_LINE = re.compile(r'"?sep=(.)"?[,;\t]*\s*', re.I)


def sep_line(lines: list[str]) -> tuple[int, str]:
    """How many lines go before, and the separator, where a first line such as sep=; names it for Excel."""
    at = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if match := _SEP_LINE.fullmatch(lines[at].strip("\ufeff")):
        return at + 1, match[1]
    return 0, ""


def quote_of(head: list[str]) -> str:
    """The sign around cells: the double quote, or the single one where nearly every line begins and ends with it."""
    single = sum(line.startswith("'") and line.rstrip().endswith("'") and line.count("'") > 3 for line in head)
    return "'" if single > 0.8 * len(head) and not any('"' in line for line in head) else '"'


def given(answers: Mapping[str, str]) -> str:
    """The separator that somebody named, by sign or name; empty where nobody did. FileError for another word."""
    if "delimiter" not in answers:
        return ""
    word = answers["delimiter"]
    for sign in SEPARATORS:
        if word in (sign, NAMES[sign], CHOICES[sign]):
            return sign
    raise FileError(f"{word!r} does not answer 'delimiter'; choose one of {', '.join(CHOICES.values())}.")


def find(head: list[str], quote: str) -> tuple[str, Question | None]:
    """The separator by which most lines have equally many cells and most cells are values; a question on a near tie."""
    scores = {separator: score(head, separator, quote) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: scores[separator])
    if scores[best] <= 0:
        return ",", None
    least = max(0.0, scores[best] - RIVAL)
    rivals = [
        sign for sign in SEPARATORS if scores[sign] > least and (sign == best or _differ(head, sign, best, quote))
    ]
    return best, _question(head, quote, best, rivals) if len(rivals) > 1 else None


def _differ(head: list[str], one: str, other: str, quote: str) -> bool:
    """Whether two separators give other cells in most lines."""
    sample = head[-20:]
    return sum(cells(line, one, quote) != cells(line, other, quote) for line in sample) * 2 > len(sample)


def _question(head: list[str], quote: str, best: str, rivals: Sequence[str]) -> Question:
    line = head[-1]
    labels = tuple(f"{NAMES[sign]}: {shown(cells(line, sign, quote))}" for sign in rivals)
    text = "Which sign parts the columns?"
    return Question("delimiter", text, tuple(CHOICES[sign] for sign in rivals), labels, CHOICES[best])


def score(head: list[str], separator: str, quote: str) -> float:
    """How well a separator fits: up to 3 for lines of equally many cells that all are values."""
    if separator != rows.SPACES and not any(separator in line for line in head):
        return 0.0
    head = head[:LINES_SCORED]
    scanned = [rows.scan(line, separator, quote) for line in head]
    broken = sum(found is None for found in scanned) / len(head)  # cells that begin with a quote and do not end with it
    cut = [found or rows.splitter(separator)(line) for found, line in zip(scanned, head, strict=True)]
    width, share = commonest(cut)
    if width < 2:
        return 0.0
    sample = [cell for found in cut if len(found) == width for cell in found[:30]][:1800]
    values = sum(typed(cell) or not cell.strip() for cell in sample) / len(sample)
    found = share * 2 + values + 0.01 * min(width, 10) - 2 * broken
    titles = next((at for at, line in enumerate(head) if any(sign in line for sign in ",;\t|")), 0)
    steady = share == 1.0 or (0 < titles <= MOST_TITLES and commonest(_below(cut, titles, width)) == (width, 1.0))
    if separator != rows.SPACES:
        return found + RARE * (separator != "," and steady)
    commas = [cell for line in cut for cell in line if "," in cell]
    decimal = sum(map(typed, commas)) >= 0.95 * len(commas)  # all commas stand in numbers, if there are any
    if decimal and steady and (values > 0.3 or width > 2 or sum('"' in line for line in head) > 0.5 * len(head)):
        return found - 0.1 + RARE * bool(commas)
    return found - 0.1 if share > 0.9 and values > 0.75 else 0.0  # blanks part words in most texts


def _below(cut: list[list[str]], titles: int, width: int) -> list[list[str]]:
    """Lines without those at the top that are narrower or wider: titles and addresses, in which no sign stands."""
    return [line for at, line in enumerate(cut) if at >= titles or len(line) == width]


def cells(line: str, separator: str, quote: str) -> list[str]:
    """The cells of one line."""
    return rows.scan(line, separator, quote) or rows.splitter(separator)(line)


def width(head: list[str], separator: str, quote: str) -> int:
    """The usual number of cells."""
    return commonest([cells(line, separator, quote) for line in head])[0]
