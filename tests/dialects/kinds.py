"""Define the kinds of generated files, and how each is read and judged."""

from collections.abc import Callable, Mapping

from core.files.reading import Reading
from core.labs.from_scratch.data import tables as scratch_tables
from core.prices import files as price_files
from tests.dialects import judge, prices, tables
from tests.dialects.prices import Made

Verdict = tuple[str, str]


def _prices(made: Made) -> Verdict:
    return judge.verdict(
        made.content,
        lambda content, answers: price_files.understood(content, "made.csv", answers),
        lambda found: judge.differences(found.summary, made.right),
        made.answers,
        made.unknowable,
    )


def _table(made: Made) -> Verdict:
    def read(content: bytes, answers: Mapping[str, str]) -> Reading:
        frame = scratch_tables.frame_of(content, "made.csv", answers)
        return Reading(frame, asked=frame.attrs["asked"])

    return judge.verdict(
        made.content, read, lambda found: tables.fault(found.data, made.right), made.answers, made.unknowable
    )


KINDS: dict[str, tuple[Callable[[str], Made], Callable[[Made], Verdict]]] = {
    "prices": (prices.make, _prices),
    "table": (tables.make, _table),
}


def judged(kind: str, seed: str) -> tuple[Made, Verdict]:
    """Return the generated file of a seed and its verdict."""
    make, judge_it = KINDS[kind]
    made = make(seed)
    return made, judge_it(made)
