"""Commas between columns and in numbers, no quotes and no names: asked, or refused where it is plain."""

from core.files import tables

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
