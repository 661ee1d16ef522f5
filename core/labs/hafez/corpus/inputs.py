"""Compute what a network may read beside each letter: its position in the form, and rows of hashed n-gram tables.

A ghazal keeps one length of line and one rhyme. Everything about the form follows from the letters written so far,
never from later ones: the number of the hemistich, letters since its start, letters left until it is as long as the
line before, and for a hemistich that must rhyme the letter with which the rhyme would continue, how many of its
letters are already written, and how many are left. Compiled, since it runs for every letter that is read or written;
texts are letter indices.
"""

import numpy as np
from numba import njit

from core.labs.hafez.corpus.divan import ALPHABET

NEWLINE = 0  # its index in the alphabet
NONE = len(ALPHABET)  # no letter is due
SLOTS, AFTER, LEFT, DUE, MATCHED, REST = 32, 48, 64, NONE + 1, 9, 16
SIZES = (SLOTS, AFTER, LEFT, DUE, MATCHED, REST)  # values that each fact can take
TAIL = 14  # maximum letters at the end of the first hemistich that may be its rhyme
LONGEST = 256  # letters of a hemistich
ORDERS = (3, 4, 5)
_PRIME, _MASK = 2654435761, 0xFFFFFFFF  # Knuth's multiplicative hash


@njit(cache=True)
def facts_before(text, start, position, number, ending, length, out):
    """Write the six facts about the letter at `position` of hemistich `number`, starting at `start`, to `out`."""
    after, before = position - start, 0
    while number and start - 2 - before >= 0 and text[start - 2 - before] != NEWLINE:
        before += 1
    out[0] = number if number < SLOTS else SLOTS - 2 + number % 2
    out[1] = min(after, AFTER - 1)
    out[2] = min(max(before - after + 15, 0), LEFT - 2) if number else LEFT - 1
    out[3], out[4], out[5] = NONE, 0, 0
    if number == 1 and not length:
        first = max(start - 1 - TAIL, start - 1 - before)
        _rhyme(text, start, position, text[first : start - 1], out)
    elif length and (number % 2 or number == 0):
        _rhyme(text, start, position, ending[:length], out)


@njit(cache=True)
def _rhyme(text, start, position, ending, out):
    """Return the letter due by the longest suffix found in `ending` (the last match wins), matched, left."""
    longest, at, size = 0, 0, len(ending)
    for i in range(size, 0, -1):
        n = 0
        while n < i and position - 1 - n >= start and ending[i - 1 - n] == text[position - 1 - n]:
            n += 1
        if n > longest:
            longest, at = n, i
    if size:
        out[3] = ending[at] if at < size else NEWLINE
        out[4], out[5] = min(longest, MATCHED - 1), min(size - at, REST - 1)


@njit(cache=True)
def copy(source, start, stop, target, at):
    """Copy `source[start:stop]` to `target` from `at` on, as far as it fits, and return the number of values.

    To assign a slice compiles the message of its error, too, which takes seconds.
    """
    count = min(stop - start, len(target) - at)
    for i in range(count):
        target[at + i] = source[start + i]
    return count


@njit(cache=True)
def ending_after(text, start, stop, number, ending, length):
    """Update the poem's rhyme after hemistich `number`, `text[start:stop]`: the ending the rhyming ones share.

    `ending` is changed in place; its new length is returned.
    """
    if number % 2 == 0 or (number > 1 and not length):
        return length
    if number == 1:  # the shared ending of the two opening hemistichs becomes the rhyme
        n = 0
        while n < stop - start and start - 2 - n >= 0 and text[start - 2 - n] != NEWLINE:
            if text[stop - 1 - n] != text[start - 2 - n]:
                break
            n += 1
        n = min(n, LONGEST)
        copy(text, stop - n, stop, ending, 0)
        return n
    n = 0
    while n < min(length, stop - start) and ending[length - 1 - n] == text[stop - 1 - n]:
        n += 1
    if n:
        copy(text, stop - n, stop, ending, 0)
    return n or length


@njit(cache=True)
def facts_of(text, given):
    """Return facts before each letter, int8 `(n, 6)`; an empty line ends a poem, `given` is a preset rhyme."""
    out = np.zeros((len(text), 6), np.int8)
    ending = np.zeros(LONGEST, np.int8)
    length = copy(given, 0, len(given), ending, 0)
    start = number = np.int64(0)  # a literal would compile all functions below once more
    for position in range(len(text)):
        facts_before(text, start, position, number, ending, length, out[position])
        if text[position] != NEWLINE:
            continue
        if start == position:
            number, length = -1, 0
        else:
            length = ending_after(text, start, position, number, ending, length)
        start, number = position + 1, number + 1
    return out


@njit(cache=True)
def row(code, order, rows):
    """Return the table row of `order` letters packed into `code`, base 64; `rows` is a power of two."""
    mixed = ((code * _PRIME) & _MASK) ^ (order * 40503)
    mixed = ((mixed ^ (mixed >> 15)) * 2246822519) & _MASK
    return (mixed ^ (mixed >> 13)) & (rows - 1)


@njit(cache=True)
def rows_of(text, rows):
    """Return for each letter of a text the rows of the n-grams that end with it, int32 `(n, orders)`."""
    out = np.zeros((len(text), len(ORDERS)), np.int32)
    for position in range(len(text)):
        rows_at(text, position, rows, out[position])
    return out


@njit(cache=True)
def rows_at(text, position, rows, out):
    """Write the rows of the n-grams that end at `position` to `out`; the text is preceded by line ends."""
    for i in range(len(ORDERS)):
        code = 0
        for back in range(ORDERS[i]):
            if position - back >= 0:
                code |= np.int64(text[position - back]) << (6 * back)
        out[i] = row(code, ORDERS[i], rows)
