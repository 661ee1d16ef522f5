"""Phrases shared by sentences: counts, days, lines of files."""

import datetime
import re
from collections.abc import Sequence

from core.files import messages

MOST_LINES = 5  # line numbers that are listed


def in_lines(lines: Sequence[int]) -> str:
    """Return `Line 3`, or `Lines 3, 5 and 9 more`, as the start of a sentence."""
    if len(lines) == 1:
        return messages.one_line.format(line=lines[0])
    text = messages.more_lines if len(lines) > MOST_LINES else messages.lines
    return text.format(lines=", ".join(map(str, lines[:MOST_LINES])), more=len(lines) - MOST_LINES)


def day(when: datetime.date | str, month: str = "%B") -> str:
    """Return `6 July 2021` of a day or its ISO form, or with another format of the month `6 Jul 2021`.

    `%-d` is unknown on Windows.
    """
    when = datetime.date.fromisoformat(when) if isinstance(when, str) else when
    return f"{when.day} {when:{month} %Y}"


def minus(text: str) -> str:
    """Return a sentence with minus signs before its negative numbers; hyphens within dates and words stay."""
    return re.sub(r"(?<![\w.-])-(?=[$\d])", "−", text)


def shown(cells: list[str]) -> str:
    return ", ".join(repr(cell.strip()[:20]) for cell in cells[:3]) + (", ..." if len(cells) > 3 else "")
