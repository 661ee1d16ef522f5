"""Tables as people have them are read right, or say what was assumed."""

import pytest

from core.files import kinds
from core.scratch import tables

WORDS = ("yes", "no")


def body(row: str, count: int = 60) -> str:
    return "".join(row.format(n=n, word=WORDS[n % 2], part=n % 7) + "\n" for n in range(count))


@pytest.mark.parametrize(
    ("content", "columns", "inputs", "told"),
    [
        ("size;weight;kind\n" + body("{n},2{part};1,{part}5;{word}"), "size weight kind", "size weight", "comma"),
        (body("{n},1{n},{word}"), "column 1|column 2|column 3", "column 1|column 2", "no line of names"),
        ("a,a,kind\n" + body("{n},{part},{word}"), "a|a (column 2)|kind", "a|a (column 2)", "called 'a'"),
        ("a,b,kind,\n" + body("{n},{part},{word},"), "a b kind", "a b", ""),
        ("a;Größe;kind\n" + body("{n};{part};{word}"), "a Größe kind", "a Größe", "Windows-1252"),
    ],
)
def test_dialects(content: str, columns: str, inputs: str, told: str, tmp_path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(content.encode("cp1252"))
    found = kinds.read("table", path).as_json()
    mark = "|" if "|" in columns else " "
    assert (found["columns"], found["inputs"]) == (columns.split(mark), inputs.split(mark))
    assert (found["rows"], found["classes"]) == (60, {"no": 30, "yes": 30})
    assert told in " ".join(found["told"])


def test_question_marks_are_missing_and_no_class() -> None:
    table = tables.parse(("power,sold\n?,yes\n5,?\n" + body("{n},{word}")).encode(), "own.csv", "sold")
    assert (table.columns, table.classes, len(table.inputs)) == (("power",), ("no", "yes"), 61)


def test_none_and_na_stay_classes() -> None:
    content = "size,kind\n" + body("{n},None") + body("{n},NA")
    assert tables.parse(content.encode(), "own.csv", "kind").classes == ("NA", "None")


def test_decimals_of_a_comma_have_their_values() -> None:
    table = tables.parse(("size;kind\n" + body("{n},25;{word}")).encode(), "own.csv", "kind")
    assert table.inputs[3, 0] == 3.25
