"""Every sign and word that numbers are written with, and the evidence for a decimal sign, counted by hand."""

import unicodedata

import pytest

from core.files.tables import numbers
from core.files.tables.numbers import Evidence, column, decide, evidence, number

READ_AS = {
    "-": "MINUS SIGN|EN DASH|HYPHEN|NON-BREAKING HYPHEN|SMALL HYPHEN-MINUS|FULLWIDTH HYPHEN-MINUS",
    "+": "FULLWIDTH PLUS SIGN",
    " ": "NO-BREAK SPACE|NARROW NO-BREAK SPACE|THIN SPACE|FIGURE SPACE|EN SPACE|EM SPACE",
    "'": "RIGHT SINGLE QUOTATION MARK|LEFT SINGLE QUOTATION MARK",
    ",": "FULLWIDTH COMMA",
    ".": "FULLWIDTH FULL STOP",
    "%": "ARABIC PERCENT SIGN",
    "": "LEFT-TO-RIGHT MARK|RIGHT-TO-LEFT MARK|ARABIC LETTER MARK|LEFT-TO-RIGHT EMBEDDING|RIGHT-TO-LEFT EMBEDDING|"
    "POP DIRECTIONAL FORMATTING|ZERO WIDTH SPACE|ZERO WIDTH NO-BREAK SPACE|LEFT-TO-RIGHT ISOLATE|"
    "RIGHT-TO-LEFT ISOLATE|FIRST STRONG ISOLATE|POP DIRECTIONAL ISOLATE",
}
SCALES = {
    1e3: "k K tsd Tsd тыс",
    1e6: "m M mn Mn mio Mio mln Mln млн",
    1e9: "b B bn Bn mrd Mrd mld Mld млрд",
    1e12: "t T",
}


@pytest.mark.parametrize(("sign", "names"), READ_AS.items())
def test_signs_of_other_alphabets_are_read_as_ascii(sign: str, names: str) -> None:
    for name in names.split("|"):
        assert numbers.plain(f"1{unicodedata.lookup(name)}5") == f"1{sign}5", name


@pytest.mark.parametrize(("factor", "words"), SCALES.items())
def test_words_for_thousands_and_more(factor: float, words: str) -> None:
    for word in words.split():
        assert number(f"2.5 {word}", ".") == 2.5 * factor, word


def test_a_long_cell_is_no_number_and_missing_only_when_it_is_blank() -> None:
    assert (numbers.looks_number("1" * 80), numbers.looks_number("1" * 81)) == (True, False)
    assert [numbers.is_missing(cell) for cell in ("-" + " " * 79, "-" + " " * 80, " " * 81)] == [True, False, True]


def test_a_column_of_numbers_has_nine_of_ten_that_are_not_missing() -> None:
    assert numbers.is_numeric(["1"] * 9 + ["x", "", "-"])
    assert not numbers.is_numeric(["1"] * 8 + ["x", "", "y"])
    assert not numbers.is_numeric(["", "-"])
    assert numbers.is_numeric(["1", "x"], share=0.5)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["12", "345", "1234", "0"], Evidence({",": 0, ".": 0}, {",": 0, ".": 0}, 2, 1)),
        (["1,5", "2,25", "7"], Evidence({",": 2, ".": 0}, {",": 0, ".": 0}, 1)),
        (["1,234", "12,345,678"], Evidence({",": 0, ".": 1}, {",": 1, ".": 0})),
        (["1.234.567", "0.5", "1,234.5"], Evidence({",": 1, ".": 2}, {",": 0, ".": 0})),
        ([], Evidence({",": 0, ".": 0}, {",": 0, ".": 0})),
    ],
)
def test_evidence_is_counted(cells: list[str], found: Evidence) -> None:
    assert numbers.evidence(cells) == found


@pytest.mark.parametrize(("count", "asked"), [(30, False), (29, True)])
def test_thirty_numbers_with_thousands_beside_one_without_settle_the_sign(count: int, asked: bool) -> None:
    found = decide([evidence(["1.234"] * count + ["985"])])
    assert (found.question is not None, found.decimal) == (asked, "." if asked else ",")
    beside_long = decide([evidence(["1.234"] * 30 + ["985", "98512"])])
    assert beside_long.question is not None
    settled = evidence(["1.234"] * 30 + ["985"])
    assert decide([settled, evidence(["5.678"])]).question is None
    assert decide([settled, evidence(["1.234"] * 30 + ["98512"])]).question is not None
    assert decide([Evidence({",": 0, ".": 0}, {",": 30, ".": 0})]).question is not None
    assert decide([Evidence({",": 0, ".": 0}, {",": 30, ".": 0}, bare=1)]).question is None


def test_where_columns_differ_the_more_frequent_sign_stands_and_open_columns_are_asked_about() -> None:
    comma, point, either = evidence(["1,5", "2,5"]), evidence(["1.25", "2.5"]), evidence(["1,234"])
    tied, more = decide([comma, point]), decide([comma, comma, point])
    assert (tied.decimal, tied.question, tied.mixed, tied.marked) == (".", None, True, True)
    assert (more.decimal, more.question) == (",", None)
    assert decide([comma, point, either]).question.assumed == "."
    both = evidence(["1,5", "2.5", "1,234"])
    assert decide([both]).question.assumed == "."
    assert numbers.of_column(both, decide([both])) == "."


def test_a_table_without_marks_has_a_point_and_says_that_nothing_is_marked() -> None:
    found = decide([evidence(["12", "345"])])
    assert (found.decimal, found.marked, found.mixed, found.question) == (".", False, False, None)
    assert all(decide([evidence(cells)]).marked for cells in (["1,5"], ["1,234"], ["1,234", "5.678"]))
    assert not decide([evidence(["1,5"])]).mixed


@pytest.mark.parametrize(
    ("shown", "labels"),
    [
        ("1,234", ("comma: 1,234 is 1 and 234 thousandths", "point: 1,234 is 1234")),
        ("1.234", ("comma: 1.234 is 1234", "point: 1.234 is 1 and 234 thousandths")),
    ],
)
def test_the_question_reads_an_example_both_ways(shown: str, labels: tuple[str, str]) -> None:
    assert decide([evidence([shown])], example=lambda: shown).question.labels == labels


def test_each_wrong_cell_has_its_place_also_where_it_comes_twice() -> None:
    values, wrong = column(["abc", "1,5", "abc", "1,5", "-"], ",")
    assert (wrong, values[1], values[3]) == ([0, 2], 1.5, 1.5)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("(5)", -5),
        ("5)", None),
        ("(-5)", -5),
        ("$-5", -5),
        ("+5", 5),
        ("5-", -5),
        ("1e-2", 0.01),
        ("5‰", 5),
        ("-", None),
    ],
)
def test_signs_around_a_number(cell: str, value: float | None) -> None:
    assert number(cell, ".") == value
