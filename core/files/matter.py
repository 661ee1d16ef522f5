"""Recognise what stands between the poems of a text and is no verse: commentary, lines of a site, abjad numbers."""

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

Lines = Sequence[tuple[int, str]]  # number in the file, text; "" for an empty line

LEAST = 3  # times that a mark occurs before it counts as one
LONG = 150  # characters from which a line may be prose
OFTEN = 5  # times that a line of a site recurs
_OF_NOTES = (
    "تعبیر|تفسیر|شرح|معنی|معانی|معنا|توضیح|توضیحات|نتیجه|فال|پی.?نوشت|حاشیه|لغت|لغات|واژگان|واژه.?نامه|"
    "interpretation|commentary|translation|meaning|notes?"
)
_REST_OF_NOTES = r"فال|غزل|ابیات|بیت|لغات|لغت|شعر|کلمات|واژه\S*|و|این|حافظ|شماره|های|of|the|poem|[0-9۰-۹]+"
NOTE = re.compile(
    rf"\W*(?:{_OF_NOTES})(?:\s+[^\s:：]+){{0,4}}\s*[:：].*|\W*(?:{_OF_NOTES})(?:\W+(?:{_REST_OF_NOTES}))*\W*",
    re.IGNORECASE,
)
LINKED = re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|net|org|ir|io|me)\b|(?<!\w)@\w{3,}", re.IGNORECASE)
_STAMP = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}:\d{2}(?::\d{2})?"
MESSAGE = (
    re.compile(  # heads of messages: Hafez, [12.03.23 10:15], [12/03/23, 10:15:00] Hafez: or 12/3/23, 10:15 - Hafez:
        rf"[^\[\]]{{0,40}},\s*\[{_STAMP}\]\s*$|\[{_STAMP}\]\s[^:]{{1,40}}:\s*|{_STAMP} - [^:]{{1,40}}:\s*"
    )
)
CONTENTS = re.compile(r".*(?:[.…·_]\s?){4,}\s*[0-9۰-۹]+\s*")  # a line of a table of contents
METRE = re.compile(r"\W*(?:بحر|وزن)\s+(?:رمل|هزج|مضارع|مجتث|رجز|متقارب|خفیف|منسرح|سریع|بسیط|کامل|مقتضب|طویل)\b.*")
FRONT = re.compile(r"\W*(?:فهرست|مقدمه|پیشگفتار|دیباچه|سرآغاز)(?:\W+\S+){0,3}\W*")
_ONES, _TENS, _HUNDREDS = "ابجدهوزحط", "یکلمنسعفص", "قرشت"
ABJAD = {
    (hundred + ten + one) or "": 100 * h + 10 * t + o
    for h, hundred in enumerate(["", *_HUNDREDS])
    for t, ten in enumerate(["", *_TENS])
    for o, one in enumerate(["", *_ONES])
    if h + t + o
} | {"الف": 1}


def surrounds(line: str, script: bool) -> bool:
    """Return whether a line is of a table of contents, names a metre or, in a text in Arabic script, has an address."""
    if CONTENTS.fullmatch(line) or METRE.fullmatch(line):
        return True
    return script and LINKED.search(line) is not None


def messages_apart(lines: Lines, end: str) -> tuple[list[tuple[int, str]], int]:
    """Replace the heads of messages by ends of poems, and count them; nothing if there are few."""
    sent = {number: match.end() for number, line in lines if (match := MESSAGE.match(line))}
    if len(sent) < LEAST:
        return list(lines), 0
    out: list[tuple[int, str]] = []
    for number, line in lines:
        out += [(number, end)] if number in sent else []
        out.append((number, line[sent.get(number, 0) :].strip()))
    return out, len(sent)


def prose(lines: Lines, end: str) -> set[str]:
    """Return the few lines that are far longer than verses: a preface, a remark."""
    filled = [line for _, line in lines if line not in ("", end)]
    most = max(LONG, 4 * statistics.median(map(len, filled))) if filled else LONG
    found = [line for line in filled if len(line) > most]
    return set(found) if len(found) <= 0.05 * len(filled) else set()


def abjad(lines: Lines) -> set[int]:
    """Return the numbers of lines that count the poems in letters (الف, ب, ج); none unless they mostly go up by one."""
    found = [(number, ABJAD[bare]) for number, line in lines if (bare := re.sub(r"\W", "", line)) in ABJAD]
    steps = [later - value for (_, value), (_, later) in pairwise(found)]
    return (
        {number for number, _ in found}
        if len(found) >= LEAST and sum(s == 1 for s in steps) > len(steps) / 2
        else set()
    )


def commentary(lines: Lines, end: str) -> set[int]:
    """Return the numbers of lines of commentary: from a heading to the next title or empty line."""
    heads = [place for place, (_, line) in enumerate(lines) if NOTE.fullmatch(line[:200])]
    if len(heads) < LEAST:
        return set()
    titled = sum(any(line == end for _, line in lines[a:b]) for a, b in pairwise(heads)) > len(heads) / 2
    out: set[int] = set()
    for head in heads:
        bare = len(lines[head][1]) < 30
        for number, line in lines[head:]:
            if line == end or (not titled and not line and not bare):
                break
            bare &= bool(line) and number == lines[head][0]
            out |= {number} if line else set()
    return out


def recurring(lines: Lines, end: str) -> dict[int, str]:
    """Return the lines that a site repeats with each poem: those of a block of their own, or of another length.

    The refrain of a poem, which is as long as its other verses and adjoins them, is none of these.
    """
    titled = sum(line == end for _, line in lines) >= OFTEN
    segment, of = 0, [0] * len(lines)
    for place, (_, line) in enumerate(lines):
        segment += line == end or (not titled and not line)
        of[place] = segment
    filled = [(of[place], line) for place, (_, line) in enumerate(lines) if line not in ("", end)]
    whole = sum(count >= 4 for count in Counter(at for at, _ in filled).values())
    counts = Counter(line for _, line in set(filled))
    often = {line for line, count in counts.items() if count >= max(OFTEN, 0.5 * whole)} if whole >= OFTEN else set()
    verse = [len(line) for _, line in filled if line not in often]
    if not verse or len(verse) < 0.5 * len(filled):
        return {}
    usual = statistics.median(verse)
    found: dict[int, str] = {}
    place = 0
    while place < len(lines):
        stop = place
        while stop < len(lines) and lines[stop][1] in often:
            stop += 1
        run = lines[place:stop]
        apart = all(not 0 <= at < len(lines) or lines[at][1] in ("", end) for at in (place - 1, stop))
        if run and (apart or any(not 0.6 * usual <= len(line) <= 1.6 * usual for _, line in run)):
            found |= dict(run)
        place = max(stop, place + 1)
    return found
