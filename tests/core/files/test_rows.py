"""Lines become rows: quotations over several lines, quotes that are none, bounds."""

import pytest

from core.errors import FileError
from core.files.tables import rows


def cut(text: str, separator: str = ",", width: int = 2) -> rows.Rows:
    return rows.cut(rows.lines_of(text, "x"), separator, '"', width)


def test_lines_of_every_kind_of_end() -> None:
    for end in ("\n", "\r\n", "\r"):
        found = cut(f"a,b{end}1,2{end}{end}3,4")
        assert found.cells == [["a", "b"], ["1", "2"], ["3", "4"]]
        assert found.lines == [1, 2, 4]


@pytest.mark.parametrize(
    ("text", "separator", "cells", "lines", "loose"),
    [
        ('"a, b",c\n', ",", [["a, b", "c"]], [1], []),
        ('"a ""b""", "c" \n', ",", [['a "b"', "c"]], [1], []),
        ('"a\n\nb",c\nd,e', ",", [["a\n\nb", "c"], ["d", "e"]], [1, 4], []),
        ('"say \\"hi\\"",c', ",", [['say "hi"', "c"]], [1], []),
        ('"say "hi" you, too",c', ",", [['say "hi" you, too', "c"]], [1], [1]),
        ('"open\tc\nd\te\n"f\tg', "\t", [['"open', "c"], ["d", "e"], ['"f', "g"]], [1, 2, 3], [1, 3]),
        ('"open\tc\nd\te\nf"\tg', "\t", [['"open', "c"], ["d", "e"], ['f"', "g"]], [1, 2, 3], [1]),
        ('5" pipe,c\nd,6"\n', ",", [['5" pipe', "c"], ["d", '6"']], [1, 2], []),
        ('"never closed,c\nd,e\nf,g', ",", [['"never closed', "c"], ["d", "e"], ["f", "g"]], [1, 2, 3], [1]),
        ("2020-01-01   5.5\n2020-01-02\t6", rows.SPACES, [["2020-01-01", "5.5"], ["2020-01-02", "6"]], [1, 2], []),
    ],
)
def test_quotations(text: str, separator: str, cells: list, lines: list, loose: list) -> None:
    found = cut(text, separator)
    assert (found.cells, found.lines, found.loose) == (cells, lines, loose)


def test_size_is_bounded_before_anything_is_cut() -> None:
    with pytest.raises(FileError, match="Line 2 of x has 1,000,001 characters"):
        rows.lines_of("a\n" + "b" * 1_000_001, "x")
    with pytest.raises(FileError, match="2,000,001 lines"):
        rows.lines_of("\n" * 2_000_001, "x")
    with pytest.raises(FileError, match="Line 1 of x has 6,001 columns"):
        rows.check_size(["," * 6000], ",", "x")
    with pytest.raises(FileError, match="about 5,000,000 cells"):
        rows.check_size(["," * 4999] * 1000, ",", "x")


def test_quotations_that_are_found_use_up_no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large table of cells over several lines stays whole to its end."""
    monkeypatch.setattr(rows, "PATIENCE", 1000)
    lines = [line for number in range(400) for line in (f'"a{number}', f'b{number}",{number}')]
    found = rows.cut(lines, ",", '"', 2)
    assert found.cells == [[f"a{number}\nb{number}", str(number)] for number in range(400)]
    assert found.loose == []
