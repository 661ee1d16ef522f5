"""The small inputs of ../shared/cases: what the command line reads is what `right.json` says."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from core import settings
from core.__main__ import main
from core.labs.from_scratch.data import tables

CASES = settings.PROJECT.parent / "shared" / "cases"
RIGHT: dict[str, dict[str, Any]] = json.loads((CASES / "right.json").read_text()) if CASES.exists() else {}
# Values of right.json that the command line gives under the same name.
NAMES = (
    "rows",
    "first",
    "last",
    "first_close",
    "last_close",
    "filled",
    "days",
    "closes",
    "columns",
    "target",
    "classes",
)


def read(name: str, kind: str, *answers: str) -> dict[str, Any]:
    arguments = ["read", str(CASES / name), "--as", kind, "--json"]
    done = CliRunner().invoke(main, [*arguments, *(part for given in answers for part in ("--answer", given))])
    assert done.exit_code == 0, done.output
    return json.loads(done.output.splitlines()[-1])


def cases(letter: str) -> list[str]:
    return [name for name in RIGHT if name.startswith(letter)] or ["absent"]


def matches(found: dict[str, Any], right: dict[str, Any]) -> None:
    assert "refused" not in found
    known = {name: value for name, value in right.items() if name in NAMES}
    assert {name: found[name] for name in known} == known


@pytest.mark.skipif(not CASES.exists(), reason="shared/cases is not here")
@pytest.mark.parametrize("name", cases("p_"))
def test_prices(name: str) -> None:
    matches(read(name, "prices"), RIGHT[name])


@pytest.mark.skipif(not CASES.exists(), reason="shared/cases is not here")
def test_two_tickers_are_asked_and_each_can_be_chosen() -> None:
    (question,) = read("p_two_tickers.csv", "prices")["asked"]
    assert (question["name"], question["choices"], question["assumed"]) == ("ticker", ["AAA-USD", "BBB-USD"], None)
    for ticker, close in RIGHT["p_two_tickers.csv"]["closes"].items():
        found = read("p_two_tickers.csv", "prices", f"ticker={ticker}")
        assert (found["last_close"], found["asked"]) == (close, [])


@pytest.mark.skipif(not CASES.exists(), reason="shared/cases is not here")
@pytest.mark.parametrize("name", cases("b_"))
def test_tables(name: str) -> None:
    found, right = read(name, "table"), dict(RIGHT[name])
    inputs = right.pop("inputs", None)
    matches(found, right)
    if inputs is not None:
        assert inputs in (found["inputs"], len(found["inputs"]))


@pytest.mark.skipif(not CASES.exists(), reason="shared/cases is not here")
def test_what_tables_must_tell() -> None:
    path = Path(CASES / "b_decimal_comma.csv")
    sizes = tables.parse(path.read_bytes(), path.name, "kind").inputs[:, 0]
    assert np.mean(sizes) == pytest.approx(RIGHT[path.name]["mean_size"], abs=1e-4)
    assert "2 columns are called 'score'" in " ".join(read("b_names_twice.csv", "table")["told"])
    assert "no header row" in " ".join(read("b_no_names.csv", "table")["told"])
    question = read("b_question_marks.csv", "table")
    assert "power" in question["inputs"]
