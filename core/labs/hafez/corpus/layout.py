"""Detect the layout of a text of poems: verse lines, the beginnings of poems, and surrounding matter.

Every rule is decided from the whole text, never from one line, and everything removed is reported.
"""

import math
import re
import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from core.errors import PoemsError
from core.files import matter
from core.files.tables import persian
from core.labs.hafez import messages

Poem = tuple[str, ...]

END = "\f"  # marks a title, a number or an ornament that separated poems
CLOSE = 4  # verses: numbers closer than this count couplets, not poems
BLOCK = 20  # lines per piece if a text has no separator between poems
MOST_TOLD = 3  # examples in a sentence
SHORT_LINE = 120  # characters of a title or header at most
MOST_LINES = 300_000
LONG_LINE = 600  # characters: a line of verse or a sentence is shorter
NUMBER = r"[0-9۰-۹٠-٩]"
BARE_NUMBER = re.compile(rf"\W*{NUMBER}{{1,5}}\W*")
RULE = re.compile(r"[\W_]+")
KINDS = (
    "شعر|غزل|غزلیات|قصیده|قصاید|رباعی|رباعیات|قطعه|قطعات|دوبیتی|مثنوی|مثنویات|بخش|باب|حکایت|فصل|شماره|بند|ترجیع.بند|ترکیب.بند|"
    "poem|ghazal|sonnet|canto|chapter|book|song|ode|psalm"
)
_ONES = (
    "اول|نخست|یکم|دوم|سوم|چهارم|پنجم|ششم|هفتم|هشتم|نهم|دهم|یازدهم|دوازدهم|سیزدهم|چهاردهم|پانزدهم|شانزدهم|هفدهم|هجدهم|"
    "نوزدهم|بیستم|سی.?ام|چهلم|پنجاهم|شصتم|هفتادم|هشتادم|نودم|صدم|دویستم|سیصدم|چهارصدم"
)
ORDINALS = rf"(?:(?:بیست|سی|چهل|پنجاه|شصت|هفتاد|هشتاد|نود|صد|یکصد|دویست|سیصد|چهارصد)\s+و\s+)*(?:{_ONES})"
TITLE = re.compile(
    rf"\W{{0,9}}(?:{KINDS})\W{{0,5}}(?:شماره|number|no\.?)?\W{{0,5}}"
    rf"(?:{NUMBER}+|[ivxlcdm]+|{ORDINALS})\b(?:\s*[-–—:.،].{{0,60}})?\W{{0,9}}",
    re.IGNORECASE,
)
CRUMB = re.compile("[»›]")  # "Hafez » Ghazals » Ghazal 3": the last one is the title
FIELDS = (
    "شاعر|سراینده|عنوان|تعداد ابیات|تعداد|منبع|وزن|وزن عروضی|بحر|قالب|نام کتاب|نام شاعر|کتاب|ناشر|مصحح|"
    "author|poet|title|source|translator|number of (?:beyts|lines|verses|couplets|poems)|metre|meter|url|date|"
    "editor|language|قالب شعری|منبع اولیه|نوع شعر|دسته.?بندی"
)
FIELD = re.compile(rf"\s*(?:{FIELDS})\s*[:=].*", re.IGNORECASE)
PAGE = rf"(?:[^\W\d]+\W{{1,5}}){{0,4}}(?:صفحه|صفحهٔ|ص|برگ|page|p)\W{{0,5}}{NUMBER}{{1,5}}"
CLOCK = r"(?:\d+:)?\d+:\d+[.,]?\d*"  # of subtitles: 00:00:01,000 --> 00:00:02,900
TIMED = re.compile(rf"\W*(?:{PAGE}|{CLOCK}\s*-+>\s*{CLOCK})\W*", re.IGNORECASE)
SIGNS = re.compile(rf"^\[{CLOCK}\]\s*|^\s*(?:[-*•–—>·+]|#{{1,6}})\s+")  # marks of lists, quotations, lyrics
NOTE_MARK = re.compile(rf"\[{NUMBER}{{1,3}}\]|[¹²³⁴⁵⁶⁷⁸⁹⁰]+|\s*\({NUMBER}{{1,3}}\)$")
HEADING = re.compile(r"#{1,6}\s+\S.*")
ADDRESS = re.compile(r"\s*(?:https?://|www\.)\S+\s*", re.IGNORECASE)
LEADING_NUMBER = re.compile(rf"^\s*(?:بیت|مصرع|مصراع)?\s*[(\[]?{NUMBER}{{1,5}}[)\]]?\s*[-–—.):،/]?\s*(?=\D)")
TRAILING_NUMBER = re.compile(rf"\s*(?:[(\[]{NUMBER}{{1,5}}[)\]]|\s{NUMBER}{{1,5}})\s*$")
SEPARATORS = (  # signs between the two hemistichs of a line
    *(r"\t+", r"\s*\*+\s*", r"\s*//+\s*", r"\s+/\s+", r"\s*\|+\s*", r"\s+[-–—]+\s+", r"\s*\.{3,}\s*", r"\s*…+\s*"),
    *(r"\s*#+\s*", r" {3,}", r"\s+[^\w\s.,،؛:!?؟«»()\[\]\"'’‘“”\-\u200c]+\s+"),
)
WEAK = (r"\s*[;؛]\s*", r"\s*,\s*", r" {2,}")  # signs that separate hemistichs if each line has exactly one
WIDE_SPACE = re.compile("[\u2001\u2003\u3000]")
SPACE = re.compile(r"[^\S\n\t]")
WIDE_GAP = re.compile(r"[ \t]{5,}")  # longer ones add no information, but cost time
GUTENBERG = re.compile(r"\*\*\* ?(START|END) OF TH(?:E|IS) PROJECT GUTENBERG EBOOK[^\n]*", re.IGNORECASE)


@dataclass
class Verse:
    """Lines of a text while they are classified; `None` marks the end of a poem."""

    lines: list[tuple[int, str]]  # number in the file, text; an empty text is an empty line
    told: list[str] = field(default_factory=list)

    def tell(self, sentence: str, numbers: list[int] | None = None) -> None:
        numbers = numbers or []
        shown = ", ".join(str(number) for number in numbers[:MOST_TOLD]) + ", …" * (len(numbers) > MOST_TOLD)
        whole = messages.plural("in_lines", len(numbers)) if numbers else messages.sentence
        self.told.append(whole.format(sentence=sentence, numbers=shown))

    def drop(self, said: Callable[[int], str], wanted: Callable[[str], bool]) -> None:
        """Remove the lines that `wanted` accepts, and report them with what `said` returns for their count."""
        gone = [number for number, line in self.lines if line and wanted(line)]
        if gone:
            left = set(gone)
            self.lines = [(number, line) for number, line in self.lines if number not in left]
            self.tell(said(len(gone)).format(count=len(gone)), gone)


def poems(text: str) -> tuple[list[Poem], list[str]]:
    """Return the poems of a text, one hemistich or sentence per line, and notes on the changes made.

    Raises PoemsError for a text of a single line that cannot be split.
    """
    if text.count("\n") >= MOST_LINES:
        raise PoemsError(messages.too_many_lines.format(most=MOST_LINES))
    spaced = SPACE.sub(" ", WIDE_SPACE.sub("   ", _book(text)))
    even = WIDE_GAP.sub(lambda gap: "\t" if "\t" in gap[0] else "    ", spaced)
    verse = Verse([(number, line.strip()) for number, line in enumerate(even.split("\n"), 1)])
    _without_headers(verse)
    _without_numbers(verse)
    if _halves(verse):
        _halves(verse)  # couplets, then their hemistichs
    found = [tuple(" ".join(line.split()) for line in piece) for piece in _pieces(verse)]
    return [piece for piece in found if piece], verse.told


def _book(text: str) -> str:
    """Return the book in a Project Gutenberg file without the notes around it; any other text unchanged."""
    marks = list(GUTENBERG.finditer(text))
    if not marks or marks[0][1].upper() != "START":
        return text
    end = marks[1].start() if len(marks) > 1 else len(text)
    return "\n" * text[: marks[0].end()].count("\n") + text[marks[0].end() : end]


def _without_headers(verse: Verse) -> None:
    """Turn titles, poem numbers and ornaments into ends of poems; drop fields, addresses and foreign lines."""
    share = _share(verse)
    script = share > 0.8
    if 0.2 < share < 0.8:
        verse.tell(messages.two_scripts)
    verse.lines, sent = matter.messages_apart(verse.lines, END)
    if sent:
        verse.tell(messages.plural("message_heads", sent).format(count=sent))
    verse.drop(
        lambda count: messages.plural("header_lines", count),
        lambda line: (
            any(p.fullmatch(line) for p in (FIELD, TIMED, ADDRESS))
            or (script and _foreign(line))
            or matter.surrounds(line[:LONG_LINE], script)
        ),
    )
    for pattern, said in (
        (BARE_NUMBER, lambda count: messages.plural("number_lines", count)),
        (RULE, lambda count: messages.plural("ornament_lines", count)),
    ):
        if _apart(verse.lines, pattern) < CLOSE:
            verse.drop(said, lambda line, pattern=pattern: bool(pattern.fullmatch(line)))
    letters = matter.abjad(verse.lines)
    kinds = TITLE, BARE_NUMBER, RULE, HEADING, matter.FRONT
    marks = [number for number, line in verse.lines if number in letters or _matches(line, *kinds)]
    if marks:
        verse.tell(messages.plural("title_lines", len(marks)).format(count=len(marks)), marks)
    starts = set(marks)
    verse.lines = [(number, END if number in starts else line) for number, line in verse.lines]
    _without_matter(verse)


def _without_matter(verse: Verse) -> None:
    """Remove and report commentary between the poems, and lines that a site repeats with each of them."""
    notes = matter.commentary(verse.lines, END)
    if notes:
        text = messages.plural("commentary_lines", len(notes))
        verse.tell(text.format(count=len(notes)), sorted(notes))
        verse.lines = [(number, "" if number in notes else line) for number, line in verse.lines]
    prose = matter.prose(verse.lines, END)
    verse.drop(lambda count: messages.plural("prose_lines", count), prose.__contains__)
    again = matter.recurring(verse.lines, END)
    if again:
        shown = ", ".join(repr(line[:40]) for line in list(dict.fromkeys(again.values()))[:MOST_TOLD])
        verse.tell(messages.plural("recurring_lines", len(again)).format(count=len(again), lines=shown))
        verse.lines = [(number, line) for number, line in verse.lines if number not in again]


def _share(verse: Verse) -> float:
    return persian.share(" ".join(line for _, line in verse.lines[:5000]))


def _apart(lines: list[tuple[int, str]], pattern: re.Pattern[str]) -> float:
    """Return the median count of verses between matching lines; infinite for fewer than three of them."""
    filled = [line for _, line in lines if line]
    places = [place for place, line in enumerate(filled) if pattern.fullmatch(line)]
    return statistics.median(b - a for a, b in pairwise(places)) if len(places) > 2 else math.inf


def _matches(line: str, *patterns: re.Pattern[str]) -> bool:
    """Return whether a line is short, as headers are, and matches one of the patterns entirely."""
    return len(line) <= SHORT_LINE and any(pattern.fullmatch(CRUMB.split(line)[-1].strip()) for pattern in patterns)


def _foreign(line: str) -> bool:
    """Return whether a line of an otherwise Persian or Arabic text has Latin letters alone."""
    return bool(re.search("[A-Za-z]", line)) and not persian.ARABIC.search(line)


def _without_numbers(verse: Verse) -> None:
    """Strip verse numbers and marks if most lines begin or end with one, or no other line has a digit."""
    script = _share(verse) > 0.8
    notes = sum(len(NOTE_MARK.findall(line)) for _, line in verse.lines) if script else 0
    if notes:
        verse.lines = [(number, NOTE_MARK.sub("", line)) for number, line in verse.lines]
        verse.tell(messages.plural("note_marks", notes).format(count=notes))
    filled = [line for _, line in verse.lines if line and line != END]
    digits = sum(any(map(str.isdecimal, line)) for line in filled) if script else math.inf
    for pattern, told, rest in (
        (SIGNS, messages.leading_marks, math.inf),
        (LEADING_NUMBER, messages.leading_numbers, digits),
        (TRAILING_NUMBER, messages.trailing_numbers, digits),
    ):
        count = sum(bool(pattern.search(line)) for line in filled)
        if count > 2 and count >= min(0.4 * len(filled), 0.95 * rest):
            verse.lines = [(number, pattern.sub("", line)) for number, line in verse.lines]
            verse.tell(told.format(count=count))


def _halves(verse: Verse) -> bool:
    """Put the hemistichs of a line that a sign or a wide gap separates on lines of their own; return if there are."""
    filled, cut = [line for _, line in verse.lines if line and line != END], False
    for pattern, weak in [
        *((re.compile(one), False) for one in SEPARATORS),
        *((re.compile(one), True) for one in WEAK),
    ]:
        signs = [
            found[0].strip()
            for line in filled
            if (found := pattern.search(line))
            and 0 < found.start() < len(line) - 1
            and not (weak and pattern.search(line, found.end()))
        ]
        if not signs or len(signs) < (0.95 if weak else 0.6) * len(filled):
            continue
        verse.lines = [(number, part) for number, line in verse.lines for part in _parts(pattern, line)]
        sign = repr(signs[0]) if signs[0] else messages.wide_gap
        verse.tell(messages.plural("cut_lines", len(signs)).format(count=len(signs), sign=sign))
        cut = True
        break
    if len(verse.lines) > MOST_LINES:
        raise PoemsError(messages.too_many_hemistichs.format(most=MOST_LINES))
    if len(filled) == 1 and all(len(line) > LONG_LINE for _, line in verse.lines if line and line != END):
        raise PoemsError(messages.single_line.format(length=len(filled[0])))
    return cut


def _parts(pattern: re.Pattern[str], line: str) -> list[str]:
    """Return the hemistichs of a line; an empty line and the end of a poem stay as they are."""
    return [line] if line in ("", END) else [part for part in pattern.split(line) if part.strip()]


def _pieces(verse: Verse) -> list[list[str]]:
    """Group lines into poems by the separators that the text uses."""
    groups = _without_titles(verse, _without_heads(verse, _without_twins(verse, _groups(verse.lines))))
    sizes = [len(lines) for lines, _ in groups]
    if len(groups) > 2 and statistics.quantiles(sizes, n=10)[8] <= 2:
        return _joined(verse, groups)
    if len(groups) == 1 and len(groups[0][0]) > BLOCK:
        lines = groups[0][0]
        verse.tell(messages.no_separator.format(block=BLOCK))
        return [lines[i : i + BLOCK] for i in range(0, len(lines), BLOCK)]
    return [lines for lines, _ in groups]


def _without_twins(verse: Verse, groups: list[tuple[list[str], int]]) -> list[tuple[list[str], int]]:
    """Remove the title of pieces that have their first verse as a title."""
    twins = [len(lines) > 2 and lines[0] == lines[1] for lines, _ in groups]
    if sum(twins) < matter.LEAST:
        return groups
    verse.tell(messages.titles_left_out.format(count=sum(twins)))
    return [(lines[1:] if twin else lines, gap) for twin, (lines, gap) in zip(twins, groups, strict=True)]


def _without_heads(verse: Verse, groups: list[tuple[list[str], int]]) -> list[tuple[list[str], int]]:
    """Remove the line that most pieces begin with: the name of a book or a poet, or a metre."""
    first, count = next(iter(Counter(lines[0] for lines, _ in groups if len(lines) > 1).most_common(1)), ("", 0))
    after = Counter(lines[1] for lines, _ in groups if lines[0] == first and len(lines) > 1)
    if count < max(3, 0.5 * len(groups)) or max(after.values(), default=0) > 0.5 * count:
        return groups
    verse.tell(messages.heads_left_out.format(line=first[:40], count=count))
    kept = [(lines[1:] if lines[0] == first else lines, gap) for lines, gap in groups]
    return [(lines, gap) for lines, gap in kept if lines]


def _without_titles(verse: Verse, groups: list[tuple[list[str], int]]) -> list[tuple[list[str], int]]:
    """Remove single lines that precede every poem: they are its title."""
    singles = [len(lines) == 1 for lines, _ in groups]
    alternate = len(groups) >= 6 and len(groups) % 2 == 0 and all(singles[::2]) and not any(singles[1::2])
    if not alternate or statistics.median(len(lines) for lines, _ in groups[1::2]) < CLOSE:
        return groups
    verse.tell(messages.titles_left_out.format(count=len(groups) // 2))
    return groups[1::2]


def _groups(lines: list[tuple[int, str]]) -> list[tuple[list[str], int]]:
    """Return adjacent lines with the strength of the gap before them: empty lines, or 1,000 for a title."""
    groups: list[tuple[list[str], int]] = []
    gap = 1000
    for _, line in lines:
        if line == END:
            gap = 1000
        elif not line:
            gap += 1
        elif gap or not groups:
            groups.append(([line], gap))
            gap = 0
        else:
            groups[-1][0].append(line)
    return groups


def _joined(verse: Verse, groups: list[tuple[list[str], int]]) -> list[list[str]]:
    """Join poems in which every couplet is followed by an empty line: split by titles, else wider gaps, else length."""
    gaps = sorted({gap for _, gap in groups[1:]})
    wide = gaps[-1] if len(gaps) > 1 else None
    if wide is not None and sum(gap >= 1000 for _, gap in groups[1:]):
        wide = 1000
    found: list[list[str]] = []
    for lines, gap in groups:
        if not found or (gap >= wide if wide is not None else len(found[-1]) >= BLOCK):
            found.append([])
        found[-1] += lines
    parted = messages.split_at_titles if wide == 1000 else messages.split_at_gaps
    if wide is None:
        parted = messages.split_at_lines.format(block=BLOCK)
    verse.tell(messages.couplets_apart.format(parted=parted))
    return found
