"""Phrases shared by sentences about files."""

from collections.abc import Sequence

MOST_LINES = 5  # line numbers that are listed


def in_lines(lines: Sequence[int]) -> str:
    """Return `Line 3`, or `Lines 3, 5 and 9 more`, as the start of a sentence."""
    if len(lines) == 1:
        return f"Line {lines[0]}"
    shown = ", ".join(map(str, lines[:MOST_LINES]))
    more = f" and {len(lines) - MOST_LINES:,} more" if len(lines) > MOST_LINES else ""
    return f"Lines {shown}{more}"


def counted(count: int, noun: str) -> str:
    """Return `1 image` or `2,000 images`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def shown(cells: list[str]) -> str:
    return ", ".join(repr(cell.strip()[:20]) for cell in cells[:3]) + (", ..." if len(cells) > 3 else "")
