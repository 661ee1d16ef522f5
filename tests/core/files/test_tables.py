"""Tables whose lines leave it open what is a cell: commas in numbers, separators at line ends, gaps, titles."""

import pytest

from core.errors import FileError
from core.files.tables import tables

LINES = "\n".join(f"{n * 7 % 31},{n * 3 % 10},{'yes' if n % 3 else 'no'}" for n in range(40))


def test_a_column_of_single_digits_may_be_the_decimals_of_the_one_before() -> None:
    table = tables.of_text(LINES, "sizes.csv", {"header": "no"})
    assert [question.name for question in table.asked] == ["halves"]
    assert "Line 1 has 0,0: are these two columns, or one number?" in table.asked[0].text
    assert (len(table.names), table.rows[1]) == (3, ["7", "3", "yes"])
    joined = tables.of_text(LINES, "sizes.csv", {"header": "no", "halves": "one"})
    assert (len(joined.names), joined.rows[1], joined.asked) == (2, ["7,3", "yes"], [])
    assert joined.decimal({}).decimal == ","


def test_few_different_digits_with_names_or_other_separators_are_columns() -> None:
    few = "\n".join(f"{n * 7 % 31},{n % 3},{'yes' if n % 3 else 'no'}" for n in range(40))
    for text in (few, LINES.replace(",", ";"), "width,height,sold\n" + LINES):
        found = tables.of_text(text, "sizes.csv", {} if text.startswith("width") else {"header": "no"})
        assert "halves" not in [question.name for question in found.asked]
        assert len(found.names) == 3


def test_a_row_with_thousands_between_commas_is_left_out_also_where_every_line_ends_with_a_comma() -> None:
    rows = [f"{n},{n * 1.5},red,yes," for n in range(100, 130)]
    table = tables.of_text("\n".join([*rows, "1,006,14.5,red,yes,", *rows]), "a.csv", {"header": "no"})
    assert (len(table.rows), len(table.names)) == (60, 4)
    assert "Line 31 left out: not" in " ".join(table.told)


@pytest.mark.parametrize("end", ["", ","])
def test_more_cells_than_names_are_refused_also_where_every_line_ends_with_a_comma(end: str) -> None:
    rows = "\n".join(f"2024-01-{n:02},{n},{n * 7 % 90 + 10},{n * 1000}{end}" for n in range(1, 29))
    with pytest.raises(FileError, match="written with a comma, too"):
        tables.of_text(f"Datum,Zuletzt,Vol.{end}\n{rows}", "a.csv")


def test_decimals_that_never_begin_with_a_zero_are_asked_too_also_beside_a_currency() -> None:
    lines = "\n".join(f"05/{n % 28 + 1:02}/2011,{n * 991}'000,1,{1100 + n * 37 % 800} €" for n in range(40))
    table = tables.of_text(lines, "a.csv", {"header": "no"})
    assert [question.name for question in table.asked] == ["halves"]
    joined = tables.of_text(lines, "a.csv", {"header": "no", "halves": "one"})
    assert joined.rows[0][2] == "1,1100 €"


def test_a_first_row_that_begins_with_a_gap_is_no_title() -> None:
    table = tables.of_text('"";"yes"\n"";"no"\n' + "\n".join(f'"{n}";"yes"' for n in range(20)), "a.csv")
    assert (table.rows[0], len(table.rows)) == (["", "yes"], 22)
    titled = tables.of_text("My sizes;\n;\nsize;kind\n" + "\n".join(f"{n};yes" for n in range(20)), "a.csv")
    assert (titled.names, len(titled.rows)) == (["size", "kind"], 20)


def test_blanks_part_columns_of_decimal_commas_below_an_address() -> None:
    days = [f"{n % 28 + 1:02}.03.20 {480 + n},{n % 9}23 {482 + n},384 {479 + n},6{n % 9}1" for n in range(40)]
    table = tables.of_text("\n".join(["https://www.example.org", "Date Price High Low", *days]), "a.csv")
    assert (table.names, table.rows[0]) == (
        ["Date", "Price", "High", "Low"],
        ["01.03.20", "480,023", "482,384", "479,601"],
    )


def test_halves_of_numbers_with_thousands_are_asked_about() -> None:
    for mark in ("\u2009", ".", "'"):
        lines = "\n".join(f"-{n + 2}{mark}5{n % 10}1,{n * 7 % 90 + 10},{'red' if n % 3 else 'blue'}" for n in range(40))
        table = tables.of_text(lines, "a.csv", {"header": "no", "halves": "one"})
        assert table.rows[0] == [f"-2{mark}501,10", "blue"]


def test_thousands_between_commas_are_refused_or_asked_about() -> None:
    lines = "\n".join(
        f"{n * 7 % 800 + 60},{n * 37 % 1000:03}.{n % 90 + 10},{'red' if n % 3 else 'blue'}" for n in range(40)
    )
    with pytest.raises(FileError, match="without commas"):
        tables.of_text(lines, "a.csv", {"header": "no"})
    lines = "\n".join(f"{n + 60},{n * 37 % 800 + 100}.{n % 90 + 10},{'red' if n % 3 else 'blue'}" for n in range(40))
    joined = tables.of_text(lines, "a.csv", {"header": "no", "halves": "one"})
    assert joined.rows[1] == ["61,137.11", "red"]


def test_a_first_row_of_missing_values_is_no_second_line_of_names() -> None:
    rows = "\n".join(f"{n}.5;{n * 3};{'yes' if n % 2 else 'no'}" for n in range(20))
    for missing in ("NA", "n/a"):
        table = tables.of_text(f"size;age;kind\n{missing};{missing};yes\n{rows}", "a.csv")
        assert (table.names, table.rows[0], len(table.rows)) == (["size", "age", "kind"], [missing, missing, "yes"], 21)


def test_names_that_are_one_too_few_may_be_due_to_a_decimal_comma_beside_a_first_column_of_words() -> None:
    rows = [f"n{n},{n * 7 % 90},{n % 5},{n * 371 % 9000 + 1000},{'yes' if n % 2 else 'no'}" for n in range(40)]
    with pytest.raises(FileError, match="written with a comma, too"):
        tables.of_text("\n".join(["name,size,age,kind", *rows]), "a.csv")
    index = [f"n{n},{n * 7 % 90},{n % 5},{'yes' if n % 2 else 'no'}" for n in range(40)]
    assert tables.of_text("\n".join(["size,age,kind", *index]), "a.csv").names == ["column 1", "size", "age", "kind"]
