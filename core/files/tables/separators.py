"""Detect the separator and the quote character of a table from its first lines."""

import re
from collections.abc import Mapping, Sequence

from core.errors import FileError
from core.files import messages
from core.files.phrases import shown
from core.files.reading import Question
from core.files.tables import rows
from core.files.tables.heads import commonest, typed

SEPARATORS = (",", ";", "\t", "|", rows.SPACES)
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", rows.SPACES: "spaces"}
CHOICES = {",": ",", ";": ";", "\t": "tab", "|": "|", rows.SPACES: "space"}  # names shown in questions
LINES_SCORED = 120
RARE = 0.3  # bonus for a separator that occurs equally often in all lines and never in numbers
MOST_TITLES = 3  # lines above the header
RIVAL = 0.3  # a separator whose score is lower by less than this may also be meant
_SEP_LINE = re.compile(r'"?sep=(.)"?[,;\t]*\s*', re.I)


def sep_line(lines: list[str]) -> tuple[int, str]:
    """Return the number of lines to skip and the separator, if the first line names it for Excel, such as sep=;"""
    at = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if match := _SEP_LINE.fullmatch(lines[at].strip("\ufeff")):
        return at + 1, match[1]
    return 0, ""


def quote_of(head: list[str]) -> str:
    """Return the quote character: the double quote, or the single one if nearly all lines begin and end with it."""
    single = sum(line.startswith("'") and line.rstrip().endswith("'") and line.count("'") > 3 for line in head)
    return "'" if single > 0.8 * len(head) and not any('"' in line for line in head) else '"'


def given(answers: Mapping[str, str]) -> str:
    """Return the separator given by the user, as a character or by name; "" without one. FileError for other words."""
    if "delimiter" not in answers:
        return ""
    word = answers["delimiter"]
    for sign in SEPARATORS:
        if word in (sign, NAMES[sign], CHOICES[sign]):
            return sign
    raise FileError(messages.no_delimiter.format(answer=word, choices=", ".join(CHOICES.values())))


def find(head: list[str], quote: str) -> tuple[str, Question | None]:
    """Return the separator with the best score, and a question if another one is nearly as good."""
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
    """Return whether two separators give different cells in most lines."""
    sample = head[-20:]
    return sum(cells(line, one, quote) != cells(line, other, quote) for line in sample) * 2 > len(sample)


def _question(head: list[str], quote: str, best: str, rivals: Sequence[str]) -> Question:
    line = head[-1]
    labels = tuple(f"{NAMES[sign]}: {shown(cells(line, sign, quote))}" for sign in rivals)
    return Question(
        "delimiter", messages.which_delimiter, tuple(CHOICES[sign] for sign in rivals), labels, CHOICES[best]
    )


def score(head: list[str], separator: str, quote: str) -> float:
    """Score how well a separator fits: up to 3 for lines of equally many cells that are all values."""
    if separator != rows.SPACES and not any(separator in line for line in head):
        return 0.0
    head = head[:LINES_SCORED]
    scanned = [rows.scan(line, separator, quote) for line in head]
    broken = sum(found is None for found in scanned) / len(head)  # a quote opens and never closes
    cut = [found or rows.splitter(separator)(line) for found, line in zip(scanned, head, strict=True)]
    width, share = commonest(cut)
    if width < 2:
        return 0.0
    sample = [cell for found in cut if len(found) == width for cell in found[:30]][:1800]
    values = sum(typed(cell) or not cell.strip() for cell in sample) / len(sample)
    found = share * 2 + values + 0.01 * min(width, 10) - 2 * broken
    titles = next((at for at, line in enumerate(head) if any(sign in line for sign in ",;\t|")), 0)
    steady = share == 1.0 or (0 < titles <= MOST_TITLES and commonest(_below(cut, titles, width)) == (width, 1.0))
    steady |= len(cut[0]) == width - 1 and commonest(cut[1:]) == (width, 1.0)  # as R writes a table with row names
    if separator != rows.SPACES:
        return found + RARE * (separator != "," and steady)
    if sum(cell in SEPARATORS for cell in sample) > 0.1 * len(sample):
        return 0.0  # 170.1 , 70.2: the blanks are around separators
    commas = [cell for line in cut for cell in line if "," in cell]
    decimal = sum(map(typed, commas)) >= 0.95 * len(commas)  # nearly all commas, if any, are in numbers
    if decimal and steady and (values > 0.3 or width > 2 or sum('"' in line for line in head) > 0.5 * len(head)):
        return found - 0.1 + RARE * bool(commas)
    return found - 0.1 if share > 0.9 and values > 0.75 else 0.0  # in most texts blanks separate words


def _below(cut: list[list[str]], titles: int, width: int) -> list[list[str]]:
    """Return the lines without titles and addresses at the top, which are narrower or wider."""
    return [line for at, line in enumerate(cut) if at >= titles or len(line) == width]


def cells(line: str, separator: str, quote: str) -> list[str]:
    """Split one line into cells."""
    return rows.scan(line, separator, quote) or rows.splitter(separator)(line)


def width(head: list[str], separator: str, quote: str) -> int:
    """Return the usual number of cells of a line."""
    return commonest([cells(line, separator, quote) for line in head])[0]
