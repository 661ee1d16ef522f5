"""Numbers as people write them, and the decimal sign as a decision of the whole table."""

import random

import numpy as np
import pytest

from core.files.tables import numbers
from core.files.tables.numbers import column, decide, evidence, number


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("$1,234.50", ".", 1234.5), ("1.234,50 €", ",", 1234.5), ("(5.5)", ".", -5.5), ("5-", ".", -5), ("−5", ".", -5),
        ("۱٬۲۳۴٫۵", ".", 1234.5), ("١٢٣٤", ".", 1234), ("12,34,567", ".", 1234567), ("1 234 567,8", ",", 1234567.8),
        ("1\u202f234,5", ",", 1234.5), ("1'234.5", ".", 1234.5), ("46,88K", ",", 46880), ("1.5 Mio.", ".", 1.5e6),
        ("R$ 5,5", ",", 5.5), ("5%", ".", 5), (".5", ".", 0.5), ("-$5", ".", -5), ("1e3", ".", 1000),
        ("2,5E-1", ",", 0.25),
        ("1,23", ".", None), ("1.2.3", ".", None), ("1,234,56", ".", None), ("abc", ".", None), ("(5", ".", None),
        ("1.234", ",", 1234), ("1.2345", ",", None), ("۵۰۰,۰۰۰", ".", 500000),
    ],
)  # fmt: skip
def test_a_number(cell: str, decimal: str, value: float | None) -> None:
    assert number(cell, decimal) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("columns", "decimal", "asked"),
    [
        ([["1,5", "2,25"]], ",", False),
        ([["1.5", "2.25"]], ".", False),
        ([["1,234", "12,345,678"]], ".", False),
        ([["1.234,5", "999"]], ",", False),
        ([["0,123", "1,234"]], ",", False),
        ([["1234,567"]], ",", False),
        ([["1 234,567"]], ",", False),
        ([["1,234e5"]], ",", False),
        ([["1,234", "5,678"], ["21,12K"]], ",", False),  # another column settles it
        ([["1,234", "5,678"], ["-0.03%"]], ".", False),
        ([["1.234"] * 40 + ["985"]], ",", False),  # 985 beside 1.234: the point parts thousands
        ([["1,234", "5,678"]], ",", True),
        ([["1.234", "5.678"]], ".", True),
        ([["1,234", "5.678"]], ".", True),
        ([["12", "345"]], ".", False),
    ],
)
def test_the_decimal_sign_is_decided_from_all_columns_or_asked(columns: list, decimal: str, asked: bool) -> None:
    found = decide([evidence(cells) for cells in columns])
    assert (found.decimal, found.question is not None) == (decimal, asked)


def test_who_writes_the_days_tells_only_what_is_likely() -> None:
    """A comma in Persian digits never parts decimals; all else that nothing in the numbers settles is asked."""
    open_comma, open_point = [evidence(["1,234", "5,678"])], [evidence(["1.234", "5.678"])]
    assert (decide(open_comma, "Persian").decimal, decide(open_comma, "Persian").question) == (".", None)
    for found, writer, assumed in ((open_comma, "point", "."), (open_point, "point", "."), (open_comma, "", ",")):
        decision = decide(found, writer)
        assert (decision.question.choices, decision.question.assumed) == ((",", "."), assumed)


def test_columns_that_differ_are_read_each_by_its_own_sign() -> None:
    found = [evidence(["1,5", "2,5"]), evidence(["1.25", "3.75"])]
    decision = decide(found)
    assert [numbers.of_column(one, decision) for one in found] == [",", "."]


def test_a_column_with_missing_cells_and_wrong_ones() -> None:
    values, wrong = column(["1,234.5", "N/A", "-", "?", "null", "abc", "3"], ".")
    np.testing.assert_array_equal(values, [1234.5, np.nan, np.nan, np.nan, np.nan, np.nan, 3])
    assert wrong == [5]
    assert column(["1e3", "2.5"], ".")[0].tolist() == [1000, 2.5]


@pytest.mark.parametrize("form", ["{:,.2f}", "{:.3f}", "{:,.0f}", "{:.0f}", "{:.2e}", "$ {:,.1f}"])
def test_kinds_of_cells_tell_what_all_cells_tell(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(form)
    cells = [form.format(rng.random() * 10 ** rng.randrange(0, 7)) for _ in range(2000)]
    found = []
    for many in (0, 10**9):  # each kind once; all of them
        monkeypatch.setattr(numbers, "MANY_ALIKE", many)
        found.append(numbers.evidence(cells))
    assert found[0] == found[1]
    assert sum((*found[0].decimal.values(), *found[0].open.values(), found[0].bare, found[0].bare_long)) > 500


@pytest.mark.parametrize("cells", [["1,5", ""], ["", "1,5"], ["1,5", "", "2"], [""], []])
def test_missing_cells_of_a_column_by_comma(cells: list[str]) -> None:
    values, wrong = column(cells, ",")
    wanted = [float(cell.replace(",", ".")) if cell else np.nan for cell in cells]
    assert np.array_equal(values, wanted, equal_nan=True)
    assert wrong == []


def test_numbers_by_comma_are_read_alike_together_and_one_by_one() -> None:
    cells = ["1.234,5", "-7", "0,25", "12.345.678", "1234,5", "-1.000,00"]
    assert column(cells, ",")[0].tolist() == [number(cell, ",") for cell in cells]
    mixed, wrong = column([*cells, "1.23"], ",")
    assert (mixed[:-1].tolist(), wrong) == ([number(cell, ",") for cell in cells], [6])
