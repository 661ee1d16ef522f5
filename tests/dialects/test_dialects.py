"""Test that files in random dialects are read exactly or asked about: none is silently wrong.

The full run is `python -m tests.dialects --count 20000`.
"""

from collections import Counter

import pytest

from tests.dialects import kinds


@pytest.mark.parametrize(("kind", "count"), [("prices", 120), ("table", 80)])
def test_no_dialect_is_read_wrong_in_silence(kind: str, count: int) -> None:
    counts, wrong = Counter(), []
    for number in range(count):
        made, (verdict, why) = kinds.judged(kind, f"0-{number}")
        counts[verdict] += 1
        if verdict == "wrong":
            wrong.append((number, why, made.dialect))
    assert not wrong
    assert counts["exact"] > 0.75 * count  # the reader must not ask about files that it can decide
    assert counts["refused"] < 0.05 * count
